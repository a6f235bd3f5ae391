"""The command `serve`: the dashboard in a browser."""

from __future__ import annotations

import os
from pathlib import Path

import click

from matrix.cli.options import DatasetAddress
from matrix.dataset.location import Database, Location, location_of
from matrix.shipped import ENVIRONMENT, datasets


@click.command()
@click.argument("dataset", nargs=-1, type=DatasetAddress(new=True))
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="Answer to this name too, read-only.")
@click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the source texts."
)
@click.option("--read-only", is_flag=True, help="Nobody can edit the dataset in the dashboard.")
@click.option("--no-token", is_flag=True, help="Every user of this machine can edit, not only who has the token.")
def serve(
    dataset: tuple[Location, ...],
    port: int,
    address: str,
    hosts: tuple[str, ...],
    texts: Path | None,
    read_only: bool,
    no_token: bool,
) -> None:
    """The dashboard in a browser, on this machine only unless told otherwise.

    Who opens the address that is printed, with its token, can edit the dataset on the Data page; without the token
    everything can be read. An address that other machines can reach, and a name given with --host (a reverse proxy, a
    tunnel), are read-only. Several datasets, or a folder of datasets, are switched between in the page; without one,
    those that come along are shown.

    \b
    Examples:
      policy-matrix serve data/us-china-ai-dialogue --port 8600
      policy-matrix serve --texts my-texts my-dataset
      policy-matrix serve --read-only my-dataset
      policy-matrix serve my-dataset another-dataset
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
    served = [
        at if isinstance(at, Database) else at.resolve()
        for at in dataset or ((location_of(named),) if named else datasets())
    ]
    for folder in served:
        if has_parts(folder):
            raise click.UsageError(
                f"{escaped(str(folder))}: the dashboard does not show statements that an engine counts; serve "
                "the folder of CSV tables that was converted, or a part of it"
            )
    run(served, port, address, hosts=hosts, read_only=read_only, token=not no_token, texts=texts)
