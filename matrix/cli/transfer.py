"""The commands between a dataset and other files: `export`, `import`, `convert`, and `diff` of two datasets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matrix.cli.options import (
    COUNT_HELP,
    DUPLICATES_HELP,
    MEASURES_HELP,
    MIN_N_HELP,
    NORMALIZE_HELP,
    DatasetAddress,
    dataset_argument,
    engine_option,
    open_counted,
    pairs,
    selection_options,
    write_step,
)
from matrix.dataset.location import Database, Location, name_of
from matrix.shipped import ENVIRONMENT
from matrix.shipped import dataset as shipped
from matrix.wording import clean, escaped, plural

if TYPE_CHECKING:
    from matrix.dataset.changes import Change
    from matrix.importing import Import
    from matrix.store import Store

_PAIRS = 30  # of names that may be one, as many are printed
_DATASET = DatasetAddress()


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@dataset_argument
@selection_options
@click.option("--annex", is_flag=True, help="A brief with one page per proposal behind its two pages.")
@click.option("--measure", metavar="NAME", help=f"Network of actors: {MEASURES_HELP}. Left out: points.")
@click.option("--normalize", metavar="NAME", help=f"Network of actors: {NORMALIZE_HELP}")
@click.option("--count", metavar="UNIT", help=f"Network of actors: {COUNT_HELP}")
@click.option("--duplicates", metavar="RULE", help=f"Network of actors: {DUPLICATES_HELP}")
@click.option("--min-n", type=click.IntRange(1), help=f"Network of actors: {MIN_N_HELP}")
@engine_option
def export(
    out: Path,
    dataset: Location | None,
    annex: bool,
    measure: str | None,
    normalize: str | None,
    count: str | None,
    duplicates: str | None,
    min_n: int | None,
    engine: str | None,
    **filters: Any,
) -> None:
    """Write the selection into a file; its ending says what it becomes.

    An ending alone (.xlsx) gets a name that says what was selected.

    \b
    .xlsx            workbook: by side, matrix, evidence, every table; can be edited and imported
    .pdf .html .md   brief: two pages, to print or to paste
    .annex.pdf .annex.html .annex.md  the same with a page per proposal; or --annex
    .csv             the matrix in ids, the same as show --format csv
    .excel.csv       the same for spreadsheets
    .signed.csv      the matrix in numbers, the same as show --values signed
    .statements.csv  the statements with names, for spreadsheets
    .json  .parquet  the dataset as one file that reads back; pandas opens the statements
    .graphml         actors and proposals as a network: networkx, igraph, Gephi
    .actors.graphml  actors alone, joined by agreement with its n, or by --measure
    .edges.csv       the same pairs as a table, as overlap --edges
    .bib             the sources as a bibliography

    \b
    Examples:
      policy-matrix export annex.xlsx --risk-area nc3
      policy-matrix export brief.pdf --risk-area nc3
      policy-matrix export brief.html --theme process --annex
      policy-matrix export matrix.csv my-dataset
      policy-matrix export net.actors.graphml --measure congruence --normalize average --count statements --min-n 2
    """
    from matrix.export.formats import FORMATS, NETWORKS, ending_of, file_name, with_annex, write_file

    if not ending_of(out):
        raise click.UsageError(f"{escaped(out.name)}: the ending must be one of {', '.join(FORMATS)}")
    if annex and not with_annex(ending_of(out)):
        raise click.UsageError(f"{escaped(out.name)}: only a brief (.pdf, .html, .md) has an annex")
    if not out.resolve().parent.is_dir():
        raise click.UsageError(f"there is no folder {escaped(str(out.parent))}")
    options = {"measure": measure, "normalize": normalize, "count": count, "duplicates": duplicates}
    asked = {name: value for name, value in options.items() if value is not None}
    named = [*asked, *(["min-n"] if min_n is not None else [])]
    if named and ending_of(out) not in NETWORKS:
        kinds = ", ".join(NETWORKS)
        raise click.UsageError(f"{escaped(out.name)}: only a network of actors ({kinds}) takes --{named[0]}")
    told_apart = asked.get("duplicates", "keep") if count == "statements" else "keep"
    data, selection = open_counted(dataset, filters, engine, told_apart)
    network = None
    if named:
        from matrix.analysis.overlap import overlap

        network = overlap(data, selection, **asked).at_least(min_n or 1)
        if network.sentence:
            click.echo(network.sentence, err=True)
    if out.name.lower() in FORMATS:
        out = out.with_name(file_name(data, selection, out.name.lower()))
    for line in write_file(data, out, selection=selection, annex=annex, network=network):
        click.echo(clean(line), err=True)
    click.echo(f"wrote {escaped(str(out))}", err=True)


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.argument("dataset", required=False, type=DatasetAddress(new=True), envvar=ENVIRONMENT)
@click.option(
    "--apply",
    "apply_",
    is_flag=True,
    help="Write it, all or nothing; where DATASET is there already, as a step of its history.",
)
@click.option(
    "--map", "columns", multiple=True, callback=pairs, metavar="COLUMN=FIELD", help="Sheets: what a column holds."
)
@click.option(
    "--stance",
    "stances",
    multiple=True,
    callback=pairs,
    metavar="WORD=ID",
    help="What a word or code for a stance means; '*=skip' for all others, '1..5=oppose..support' for numbers.",
)
@click.option(
    "--set",
    "constants",
    multiple=True,
    callback=pairs,
    metavar="FIELD=VALUE",
    help="Sheets: what holds for every row; actor=@sheet takes the sheet's name, actor=@above fills blank cells.",
)
@click.option("--sheet", default="", metavar="NAME", help="Workbooks made by hand: which sheet is read; '*' for all.")
@click.option("--encoding", default="", metavar="NAME", help="Text files: the encoding, such as cp1251.")
@click.option("--same", multiple=True, metavar="A=B", help="A and B are the same; A is kept.")
@click.option("--different", multiple=True, metavar="A=B", help="A and B are different.")
@click.option(
    "--dates", type=click.Choice(["day-first", "month-first"]), default=None, help="Sheets: how 5/6/2026 is read."
)
@click.option(
    "--actors",
    default="",
    metavar="WHERE",
    help="Who speaks. DNA: a variable; REFI-QDA: case, source, set, variable:NAME or code:NAME.",
)
@click.option(
    "--proposals",
    default="",
    metavar="WHERE",
    help="What is spoken of. DNA: a variable; REFI-QDA: a parent code, set, prefix or list; coded segments: a parent.",
)
@click.option("--stance-from", default="", metavar="WHERE", help="For or against. DNA: a variable; REFI-QDA: a code.")
@click.option("--type", "types", multiple=True, metavar="LABEL", help="DNA: a statement type that is read.")
@click.option("--update", is_flag=True, help="Remove, too, what a newer copy of the file no longer holds.")
@click.option("--layer", default="main", metavar="NAME", help="A workbook of this coder's layer, back into the layer.")
@click.option("--all", "every", is_flag=True, help="A sheet made by hand: list all of its words, pairs and columns.")
@click.option("--forget", is_flag=True, help="Ask anew what was answered at an earlier import of such a file.")
def import_(
    file: Path,
    dataset: Location | None,
    apply_: bool,
    columns: dict[str, str],
    stances: dict[str, str],
    constants: dict[str, str],
    sheet: str,
    encoding: str,
    same: tuple[str, ...],
    different: tuple[str, ...],
    dates: str | None,
    actors: str,
    proposals: str,
    stance_from: str,
    types: tuple[str, ...],
    update: bool,
    layer: str,
    every: bool,
    forget: bool,
) -> None:
    """What FILE would change in DATASET, row by row; with --apply it is written. A new DATASET is made whole.

    FILE: an edited workbook, .json or .parquet of ours (what it lacks was deleted); or what adds to a dataset: a sheet
    made by hand (.xlsx .xlsm .ods .xls .csv .tsv .txt), a DNA database (.dna), a REFI-QDA project (.qdpx), another
    dataset's folder.

    Exit code 0: fine; 1: problems or conflicts, and nothing was written.

    \b
    Examples:
      policy-matrix import annex.xlsx my-dataset --apply
      policy-matrix import mine.csv new-dataset --stance "rather not=oppose"
    """
    from matrix.dataset.problems import DatasetError, number_of
    from matrix.dataset.schema import MAIN
    from matrix.importing import ImportOptions, read_file
    from matrix.store import open_store
    from matrix.store.folder import load

    store = open_store(dataset or shipped(), layer=layer)
    into = load(store.location, layer=layer) if layer != MAIN or _is_filled(store.location) else None
    for remark in into.warnings if into else ():
        if remark.whole_file:  # such as rows that are missing: what is written now would hide it
            click.echo(f"note: {remark}", err=True)
    options = ImportOptions(
        columns=columns,
        stances=stances,
        same=same,
        different=different,
        constants=constants,
        dates=dates or "",
        sheet=sheet,
        encoding=encoding,
        actors=actors,
        proposals=proposals,
        stance_from=stance_from,
        types=types,
        update=update,
        forget=forget,
    )
    try:
        found = read_file(file, into=into, options=options)
    except DatasetError as e:
        click.echo(e, err=True)
        click.echo(f"{plural(number_of(e.problems), 'problem')}; nothing was written", err=True)
        sys.exit(1)
    if layer != MAIN and (found.dataset or found.memory):
        raise click.UsageError(f"--layer {layer} takes the edited workbook of that layer, and no other file")
    _print_import(found, every=every)
    if apply_ and found.sound:
        _write(found, store, file)
    elif apply_:
        click.echo("nothing was written", err=True)
    elif found.sound and (found.dataset or found.changes):
        click.echo("nothing was written; --apply does it", err=True)
    if not found.sound:
        sys.exit(1)


@click.command()
@click.argument("dataset", type=_DATASET)
@click.argument("out", type=DatasetAddress(new=True))
def convert(dataset: Location, out: Location) -> None:
    """The same dataset for an engine: OUT gets the small tables as CSV and the statements as Parquet parts.

    show, overlap, common-ground, coalitions, camps, serve, export of the matrix and of the network of actors, and
    evidence of one cell work on OUT, by DuckDB or, with --engine, by Spark. OUT is a copy to count: what is edited is
    DATASET, which is then converted again.

    \b
    Example:
      policy-matrix convert my-dataset my-dataset-parts
      policy-matrix common-ground my-dataset-parts --engine duckdb
    """
    from matrix.engine.convert import convert as write_parts
    from matrix.store.folder import load

    if not isinstance(out, Path):
        raise click.UsageError(f"{escaped(str(out))} is a database, and an engine counts a folder: name one for OUT")
    if out.exists() and any(out.iterdir()):
        raise click.UsageError(f"{escaped(str(out))} exists and is not an empty folder")
    data = load(dataset)
    parts = write_parts(data, out)
    n = plural(len(data.frames["statements"]), "statement")
    click.echo(f"wrote {escaped(str(out))}: {n} in {plural(parts, 'part')}", err=True)


@click.command()
@click.argument("old", type=_DATASET)
@click.argument("new", type=_DATASET)
def diff(old: Location, new: Location) -> None:
    """What changed from one dataset to another, by ids: the order of rows does not count.

    \b
    Example:
      policy-matrix diff my-dataset-in-may my-dataset
    """
    from matrix.dataset.changes import diff as differences
    from matrix.store.folder import load

    before, after = load(old), load(new)
    changes = differences(before.frames, after.frames)
    _print(changes)
    if not changes and before.version != after.version:
        click.echo("the same rows; their order, or columns without values, differ", err=True)
    click.echo(_counted(changes), err=True)


def _print_import(found: Import, *, every: bool) -> None:
    """How the file was understood, each change and problem."""
    if found.mapping:
        click.echo(found.mapping.listing(every=every))
    for note in found.notes:
        click.echo(f"note: {escaped(note)}", err=True)
    if found.questions:
        click.echo("Same or different? (--same 'A=B' or --different 'A=B'; until decided, they are different)")
        for pair in found.questions[:_PAIRS]:
            click.echo(f"  {escaped(str(pair))}")
        if len(found.questions) > _PAIRS:
            click.echo(f"  and {len(found.questions) - _PAIRS:,} more pairs")
    _print(found.changes)
    if found.dataset:
        click.echo(repr(found.dataset))
    listed = found.mapping.problems if found.mapping else ()
    for problem in found.problems:
        if problem not in listed:  # the mapping's own lines end with those
            click.echo(problem)
    for warning in found.dataset.warnings if found.dataset else ():
        click.echo(warning)
    if found.seen:
        click.echo(_counted(found.changes), err=True)
    errors = sum(not p.warning for p in found.problems)
    if errors:
        click.echo(plural(errors, "problem"), err=True)


def _print(changes: Sequence[Change]) -> None:
    from matrix.wording import clean

    for change in changes:
        click.echo(clean(str(change)))


def _counted(changes: Sequence[Change]) -> str:
    if not changes:
        return "no change"
    kinds = ("added", "changed", "deleted", "conflict")
    count = {k: sum(c.kind == k for c in changes) for k in kinds}
    return ", ".join(f"{n} {k}{'s' if k == 'conflict' and n > 1 else ''}" for k, n in count.items() if n)


def _is_filled(at: Location) -> bool:
    """Whether something is there already, so that the file is compared with it."""
    from matrix.store.folder import has_tables

    return has_tables(at) if isinstance(at, Database) else at.is_dir() and any(at.iterdir())


def _write(found: Import, store: Store, file: Path) -> None:
    from matrix.store.history import begin
    from matrix.store.lock import whoami

    what = f"import {file.name}"
    if found.dataset:
        begin(found.dataset, store.location, by=whoami(), why=what, texts=found.texts, imports=found.memory)
        click.echo(f"wrote {escaped(str(store.location))}", err=True)
    elif found.changes:
        made = write_step(
            store, found.changes, seen=found.seen, why=what, kind="import", texts=found.texts, imports=found.memory
        )
        click.echo(f"applied to {escaped(name_of(store.location))}, now version {made.version}", err=True)
