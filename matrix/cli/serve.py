"""The command `serve`: the dashboard in a browser."""

from __future__ import annotations

import os
from pathlib import Path

import click

from matrix.cli.options import engine_option
from matrix.shipped import ENVIRONMENT, datasets


@click.command()
@click.argument("dataset", nargs=-1, type=click.Path(path_type=Path))
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="Answer to this name too, read-only.")
@click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the source texts."
)
@click.option("--read-only", is_flag=True, help="Nobody can edit the dataset in the dashboard.")
@engine_option
@click.option("--no-token", is_flag=True, help="Every user of this machine can edit, not only who has the token.")
def serve(
    dataset: tuple[Path, ...],
    port: int,
    address: str,
    hosts: tuple[str, ...],
    texts: Path | None,
    read_only: bool,
    engine: str | None,
    no_token: bool,
) -> None:
    """The dashboard in a browser, on this machine only unless told otherwise.

    Who opens the address that is printed, with its token, can edit the dataset on the Data page; without the token
    everything can be read. An address that other machines can reach, and a name given with --host (a reverse proxy, a
    tunnel), are read-only. Several datasets, or a folder of datasets, are switched between in the page; without one,
    those that come along are shown.

    Of a converted folder (Parquet parts) an engine counts the statements, and nobody can edit it: the pages that need
    the statements themselves are left out, and the evidence of a cell is fetched when it is opened.

    \b
    Examples:
      policy-matrix serve data/us-china-ai-dialogue --port 8600
      policy-matrix serve --texts my-texts my-dataset
      policy-matrix serve --read-only my-dataset
      policy-matrix serve my-dataset another-dataset
      policy-matrix serve my-parts --engine duckdb
      policy-matrix serve --read-only --host matrix.example.org my-dataset
    """
    from matrix.dashboard.access import host_name
    from matrix.dashboard.server import run
    from matrix.store.folder import has_parts
    from matrix.wording import escaped

    for name in hosts:
        if not host_name(name):
            raise click.BadParameter(
                f"{name!r} is not a host's name: give the name alone, as in matrix.example.org",
                param_hint="'--host'",
            )

    named = os.environ.get(ENVIRONMENT)
    folders = [folder.resolve() for folder in dataset or ((Path(named),) if named else datasets())]
    on_engine = [folder for folder in folders if has_parts(folder)]
    if engine and not on_engine:
        raise click.UsageError(
            f"{escaped(str(folders[0]))}: no Parquet parts are there for --engine to count; policy-matrix convert "
            "makes a folder that an engine reads"
        )
    if on_engine:
        from matrix.engine.addresses import DUCKDB, checked

        engine = checked(engine or DUCKDB)
    run(
        folders,
        port,
        address,
        hosts=hosts,
        read_only=read_only or len(on_engine) == len(folders),
        token=not no_token,
        texts=texts,
        engine=engine,
    )
