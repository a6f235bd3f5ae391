"""The command line `policy-matrix`: which commands there are; their errors become a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from matrix.cli.options import WIDTH

# Every command in the order of --help, with the module that holds it: imported when it runs or its help is asked for.
COMMANDS = {
    "serve": "serve",
    "check": "check",
    "show": "show",
    "evidence": "show",
    "overlap": "compare",
    "common-ground": "compare",
    "camps": "compare",
    "coalitions": "compare",
    "layer": "coders",
    "agreement": "coders",
    "reconcile": "coders",
    "export": "transfer",
    "import": "transfer",
    "diff": "transfer",
    "convert": "transfer",
    "source": "source",
    "codebook": "codebook",
    "history": "history",
    "what-changed": "history",
    "undo": "history",
    "new": "check",
    "copy": "team",
    "members": "team",
    "upgrade": "team",
}
READER_GONE = 141  # as a shell reports a program that ended because nobody read its output


class Commands(click.Group):
    """The commands of COMMANDS; every foreseeable error of theirs is a sentence with its exit code."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        return _command(name) if name in COMMANDS else None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ValueError as e:
            from matrix.dataset.problems import DatasetError, SelectionError, number_of
            from matrix.wording import plural

            if isinstance(e, SelectionError):
                raise click.UsageError(str(e)) from None
            if not isinstance(e, DatasetError):
                raise
            click.echo(e, err=True)
            click.echo(f"{plural(number_of(e.problems), 'problem')}; {e.outcome}", err=True)
            ctx.exit(1)
        except BrokenPipeError:  # as `head` leaves it: nobody reads on, which is no problem of the dataset
            _forget_unread()
            ctx.exit(READER_GONE)
        except OSError as e:
            from matrix.wording import escaped

            place = os.fsdecode(e.filename) if isinstance(e.filename, str | bytes | os.PathLike) else ""
            raise click.ClickException(escaped(f"{place}: {e.strerror or e}".removeprefix(": "))) from None


def _command(name: str) -> click.Command:
    module = import_module(f"matrix.cli.{COMMANDS[name]}")
    command: click.Command = next(c for c in vars(module).values() if isinstance(c, click.Command) and c.name == name)
    return command


def _forget_unread() -> None:
    """Let nothing more be written to a stream that nobody reads: Python would try again when it ends, and say so."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except AttributeError:  # closed from the start
            continue


def _say_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"policy-matrix {version('policy-matrix')}")
    except PackageNotFoundError:
        click.echo("policy-matrix, from a checkout that is not installed")
    ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Who proposes what, who backs it, on which condition - and the quote behind every cell.

    DATASET is a folder of CSV tables or the address of a database (sqlite:///study.db); left out, it is
    $POLICY_MATRIX_DATASET, else the shipped dataset.

    \b
    Example:
      policy-matrix show --risk-area nc3
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a stream that a caller has put in place of the terminal's
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
