"""The command `serve`: the dashboard in a browser."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matrix.cli.options import engine_option
from matrix.shipped import ENVIRONMENT, datasets

if TYPE_CHECKING:
    from matrix.dashboard.sign_in_file import SignIn
    from matrix.dataset.location import Location


@click.command()
@click.argument("dataset", nargs=-1)
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="Answer to this name too, read-only.")
@click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the source texts."
)
@click.option("--read-only", is_flag=True, help="Nobody can edit the dataset in the dashboard.")
@click.option(
    "--sign-in",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Everybody signs in, with a provider that this file names (docs/team.md).",
)
@engine_option
@click.option("--no-token", is_flag=True, help="Every user of this machine can edit, not only who has the token.")
def serve(
    dataset: tuple[str, ...],
    port: int,
    address: str,
    hosts: tuple[str, ...],
    texts: Path | None,
    read_only: bool,
    engine: str | None,
    no_token: bool,
    sign_in: Path | None,
) -> None:
    """The dashboard in a browser, on this machine only unless told otherwise.

    Who opens the address that is printed, with its token, can edit the dataset on the Data page; without the token
    everything can be read. An address that other machines can reach, and a name given with --host (a reverse proxy, a
    tunnel), are read-only. Several datasets, or a folder of datasets, are switched between in the page; without one,
    those that come along are shown.

    With --sign-in, which needs a dataset in a database, people sign in with an account they have elsewhere (OpenID
    Connect), and roles kept in the database say what each may read and write; there is no token then.

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
      policy-matrix serve --sign-in sign-in.toml sqlite:///study.db
    """
    from matrix.dashboard.access import host_name
    from matrix.dashboard.server import run
    from matrix.dataset.location import location_of
    from matrix.store.folder import has_parts
    from matrix.wording import escaped

    for name in hosts:
        if not host_name(name):
            raise click.BadParameter(
                f"{name!r} is not a host's name: give the name alone, as in matrix.example.org",
                param_hint="'--host'",
            )

    named = os.environ.get(ENVIRONMENT)
    addresses = [*(dataset or ((named,) if named else map(str, datasets())))]
    try:
        locations = [at.resolve() if isinstance(at := location_of(a), Path) else at for a in addresses]
    except ValueError as e:
        raise click.UsageError(escaped(str(e))) from None
    asked = _sign_in(sign_in, locations, texts) if sign_in else None
    on_engine = [at for at in locations if has_parts(at)]
    if engine and not on_engine:
        raise click.UsageError(
            f"{escaped(str(locations[0]))}: no Parquet parts are there for --engine to count; policy-matrix convert "
            "makes a folder that an engine reads"
        )
    if on_engine:
        from matrix.engine.addresses import DUCKDB, checked

        engine = checked(engine or DUCKDB)
    run(
        locations,
        port,
        address,
        hosts=hosts,
        read_only=read_only or len(on_engine) == len(locations),
        token=not no_token,
        texts=texts,
        sign_in=asked,
        engine=engine,
    )


def _sign_in(file: Path, served: Sequence[Location], texts: Path | None) -> SignIn:
    """What the file says; refused where roles have no place to be, and where the packages for it are missing."""
    from matrix.dashboard.sign_in_file import SignInFileError, read_sign_in
    from matrix.wording import escaped

    for at in served:
        if isinstance(at, Path):
            folder = escaped(str(at))
            raise click.UsageError(
                f"--sign-in: {folder} is a folder, and who may read and write is kept in a database. "
                f"Make one of it: policy-matrix copy {folder} sqlite:///study.db"
            )
    if not (find_spec("authlib") and (find_spec("httpx") or find_spec("httpx2"))):
        raise click.UsageError("--sign-in needs packages that are not installed: pip install 'policy-matrix[team]'")
    try:
        return read_sign_in(file, [texts] if texts else [])
    except SignInFileError as e:
        raise click.BadParameter(str(e), param_hint="'--sign-in'") from None
