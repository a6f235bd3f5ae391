"""policy-matrix: parse, call, print. Nothing heavy is imported before a command runs: --help answers at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matrix.cli.compare import coalitions, common_ground, overlap, print_values
from matrix.cli.options import (
    WIDTH,
    dataset_argument,
    format_option,
    open_dataset,
    print_table,
    say_what_is_empty,
    selection_options,
    width,
)
from matrix.cli.transfer import diff, import_
from matrix.shipped import ENVIRONMENT
from matrix.shipped import dataset as shipped
from matrix.wording import escaped, plural

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset


READER_GONE = 141  # as a shell reports a program that ended because nobody read its output


class Commands(click.Group):
    """The commands in the order in which they stand here; every foreseeable error is a sentence with its exit code."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ValueError as e:
            from matrix.dataset.problems import DatasetError, SelectionError, number_of

            if isinstance(e, SelectionError):
                raise click.UsageError(str(e)) from None
            if not isinstance(e, DatasetError):
                raise
            click.echo(e, err=True)
            click.echo(f"{plural(number_of(e.problems), 'problem')}; the dataset cannot be used", err=True)
            ctx.exit(1)
        except BrokenPipeError:  # as `head` leaves it: nobody reads on, which is no problem of the dataset
            _forget_unread()
            ctx.exit(READER_GONE)
        except OSError as e:
            place = os.fsdecode(e.filename) if isinstance(e.filename, str | bytes | os.PathLike) else ""
            raise click.ClickException(escaped(f"{place}: {e.strerror or e}".removeprefix(": "))) from None


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

    DATASET is a folder of CSV tables; left out, it is $POLICY_MATRIX_DATASET, else the shipped dataset.

    \b
    Example:
      policy-matrix show --risk-area nc3
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a stream that a caller has put in place of the terminal's
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


@main.command()
@click.argument("dataset", nargs=-1, type=click.Path(path_type=Path))
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="Answer to this name too, read-only.")
@click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the source texts."
)
@click.option("--read-only", is_flag=True, help="Nobody can edit the dataset in the dashboard.")
@click.option("--no-token", is_flag=True, help="Every user of this machine can edit, not only who has the token.")
def serve(
    dataset: tuple[Path, ...],
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
    tunnel), are read-only. Several datasets, or a folder of datasets, are switched between in the page.

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

    for name in hosts:
        if not host_name(name):
            raise click.BadParameter(
                f"{name!r} is not a host's name: give the name alone, as in matrix.example.org",
                param_hint="'--host'",
            )

    named = os.environ.get(ENVIRONMENT)
    folders = [folder.resolve() for folder in dataset or (Path(named) if named else shipped(),)]
    run(folders, port, address, hosts=hosts, read_only=read_only, token=not no_token, texts=texts)


@main.command()
@dataset_argument
@click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the source texts."
)
@click.option(
    "--fill", is_flag=True, help="With --texts: write the missing places and hashes of quotes that stand exactly once."
)
@click.option("--all", "every", is_flag=True, help="A line for every row, also where many are wrong in the same way.")
def check(dataset: Path | None, texts: Path | None, fill: bool, every: bool) -> None:
    """Every problem of a dataset, one a line; with the source texts at hand, every quote is verified at its place.

    Exit code 0: fine (warnings may be printed); 1: problems.

    \b
    Examples:
      policy-matrix check my-dataset
      policy-matrix check --texts my-texts --fill my-dataset
    """
    from matrix.dataset.dataset import Dataset, problems_of
    from matrix.dataset.problems import number_of
    from matrix.store.folder import read_folder
    from matrix.store.history import history_problems

    if fill and not texts:
        raise click.UsageError("--fill needs --texts DIR: places are found in the source texts")
    path = dataset or shipped()
    read = read_folder(path)
    problems = [*problems_of(read, every=every), *(history_problems(path) if read.frames else ())]
    errors = [p for p in problems if not p.warning]
    for problem in problems:
        click.echo(f"{problem}; --all lists them" if problem.count > 1 else problem)
    if texts and read.frames:
        from matrix.dataset.quotes import verify
        from matrix.store.texts import read_texts

        frames, files = read.frames, read_texts(texts)
        if fill and errors:
            click.echo("nothing was filled in: mend these problems first", err=True)
        elif fill:
            frames = dict(_fill(Dataset.of(read, path), path, files).frames)
        found = verify(frames, files)
        for problem in found.problems:
            click.echo(problem)
        errors += found.problems
        without = f" (no text here for {', '.join(found.missing)})" if found.missing else ""
        click.echo(
            f"quotes: {found.verified} verified, {found.failed} not found, "
            f"{found.unplaced} found without a place given, {found.no_text} not verified{without}",
            err=True,
        )
    warnings = number_of(p for p in problems if p.warning)
    counts = f"{plural(number_of(errors), 'problem')}, {plural(warnings, 'warning')}"
    click.echo(f"{escaped(path.resolve().name)}: {counts}", err=True)
    if errors:
        sys.exit(1)


def _fill(dataset: Dataset, folder: Path, files: Mapping[str, bytes]) -> Dataset:
    """Write the missing hashes and places as one change with its line of history; the dataset as it is then."""
    from matrix.dataset.quotes import fill
    from matrix.store.history import OutdatedError, apply
    from matrix.store.lock import whoami

    changes = fill(dataset, files)
    hashes, starts = (sum(c.column == column for c in changes) for column in ("sha256", "start"))
    words = f"{hashes} sha256, {starts} start"
    if changes:
        try:
            dataset = apply(folder, changes, seen=dataset.version, who=whoami(), what=f"check --fill: {words}")
        except OutdatedError as e:
            raise click.ClickException(str(e)) from None
    click.echo(f"filled in: {words}", err=True)
    return dataset


@main.command()
@dataset_argument
@selection_options
@click.option(
    "--by", type=click.Choice(["actors", "sides"]), default="actors", show_default=True, help="What the columns are."
)
@click.option(
    "--values",
    "what",
    type=click.Choice(["stance", "count", "signed"]),
    default="stance",
    show_default=True,
    help="What a cell holds: its stance, its number of units (count), or these times their scores (signed).",
)
@click.option("--stated", is_flag=True, help="Drop rows and columns without a position.")
@format_option
def show(dataset: Path | None, by: str, what: str, stated: bool, format_: str, **filters: Any) -> None:
    """The comparison matrix: proposals in rows, actors (or sides) in columns.

    \b
    Examples:
      policy-matrix show --risk-area nc3
      policy-matrix show --side china --stance conditional --format csv
    """
    from matrix.analysis.positions import fold, view
    from matrix.analysis.sides import sides

    if what != "stance" and by == "sides":
        raise click.UsageError("--values count and signed are of actors; --by sides counts actors anyway")
    data, selection = open_dataset(dataset, filters)
    seen = view(fold(data, selection), stated=stated)
    if what != "stance" or by == "sides" or format_ != "text":
        say_what_is_empty(data, len(seen.rows), len(seen.columns) if by == "actors" else 1)
    if by == "sides" and not len(data.frames["sides"]):
        click.echo("The dataset has no sides: there is nothing to count by side.", err=True)
    if what != "stance":
        print_values(seen, what, format_, data, selection)
        return
    if by == "actors" and format_ == "text":
        from matrix.cli.text import matrix_text

        click.echo(matrix_text(seen, width()), nl=False)
        return
    table = seen.frame() if by == "actors" else sides(data, selection).loc[seen.proposals["id"]]
    if format_ == "text":
        from matrix.cli.text import sides_text

        names = dict(zip(data.frames["sides"]["id"], data.frames["sides"]["name"], strict=True))
        click.echo(sides_text(table, seen.proposals["title"].tolist(), names, width()), nl=False)
        return
    print_table(table, "proposal", format_, data, selection, {"n": seen.n})


@main.command()
@dataset_argument
@selection_options
@format_option
def evidence(dataset: Path | None, format_: str, **filters: Any) -> None:
    """The statements behind the matrix of the same selection, each with its quote and source.

    \b
    Example:
      policy-matrix evidence --actor cai-cuihong --proposal evaluation-exchange
    """
    from matrix.analysis.evidence import evidence as statements_behind
    from matrix.analysis.evidence import standing_words, why_empty
    from matrix.analysis.positions import fold, view

    data, selection = open_dataset(dataset, filters)

    folded = fold(data, selection)
    seen = view(folded)
    found = statements_behind(data, selection, seen=seen)
    if format_ != "text":
        print_table(found.set_index("id"), "id", format_, data, selection)
        return
    from matrix.cli.text import evidence_text

    every = statements_behind(data, selection, every=True, seen=seen)
    left_out = every[~every["id"].isin(found["id"])]
    empty = None
    if len(selection.proposal) == len(selection.actor) == 1:
        cell = {"proposal": selection.proposal[0], "actor": selection.actor[0]}
        empty = why_empty(data, selection, **cell, folded=folded)
    if empty:
        click.echo(f"no position: {empty.words}", err=True)
    click.echo(evidence_text(data, left_out if empty else found, width()), nl=False)
    click.echo(f"n = {len(found)} of {len(data.frames['statements'])} statements", err=True)
    reasons = [standing_words(s, by) for s, by in zip(left_out["standing"], left_out["by"], strict=True)]
    for reason, ids in left_out.assign(reason=reasons).groupby("reason", sort=False)["id"]:
        click.echo(f"not counted, {reason}: {', '.join(ids)}", err=True)


for command in (overlap, common_ground, coalitions):
    main.add_command(command)


@main.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@dataset_argument
@selection_options
def export(out: Path, dataset: Path | None, **filters: Any) -> None:
    """Write the selection into a file; its ending says what it becomes.

    \b
    .xlsx            workbook: matrix, evidence, every table; can be edited and imported
    .html  .md       brief: one page per proposal, to print or to paste
    .csv             the matrix in ids, the same as show --format csv
    .excel.csv       the same for spreadsheets
    .signed.csv      the matrix in numbers, the same as show --values signed
    .statements.csv  the statements with names, for spreadsheets
    .json  .parquet  the dataset as one file that reads back; pandas opens the statements
    .graphml         actors and proposals as a network: networkx, igraph, Gephi
    .bib             the sources as a bibliography

    \b
    Examples:
      policy-matrix export annex.xlsx --risk-area nc3
      policy-matrix export brief.html --theme process
      policy-matrix export matrix.csv my-dataset
    """
    from matrix.export.files import WRITERS, ending_of, write

    if not ending_of(out):
        raise click.UsageError(f"{escaped(out.name)}: the ending must be one of {', '.join(WRITERS)}")
    if not out.resolve().parent.is_dir():
        raise click.UsageError(f"there is no folder {escaped(str(out.parent))}")
    data, selection = open_dataset(dataset, filters)
    for line in write(data, out, selection):
        click.echo(line, err=True)
    click.echo(f"wrote {escaped(str(out))}", err=True)


for command in (import_, diff):
    main.add_command(command)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """An empty dataset with every table, ready to fill.

    \b
    Example:
      policy-matrix new my-dataset
    """
    from matrix.store.new import create

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.UsageError(f"{escaped(str(folder))} exists and is not an empty folder")
    create(folder)
    place = escaped(str(folder))
    click.echo(
        f"{place}: fill sources.csv, actors.csv, proposals.csv and statements.csv, then: policy-matrix check {place}",
        err=True,
    )


if __name__ == "__main__":
    main()
