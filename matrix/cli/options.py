"""What the commands have in common: the DATASET argument, the SELECTION and format options; opening and printing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matrix.shipped import ENVIRONMENT
from matrix.shipped import dataset as shipped

if TYPE_CHECKING:
    import pandas as pd

    from matrix.dataset.changes import Change
    from matrix.dataset.dataset import Dataset
    from matrix.dataset.location import Location
    from matrix.dataset.selection import Selection
    from matrix.store import Address

WIDTH = 100
FORMATS = ("text", "csv", "json", "markdown")
MEASURES_HELP = "shared, congruence, conflict, net, points, share_same, jaccard_backed or clashes"
NORMALIZE_HELP = "none, average, jaccard, product or cosine."
COUNT_HELP = "positions or statements."
DUPLICATES_HELP = (
    "With statements as unit, repeated ones count once per: keep (every one), source, year, month, week, all."
)
MIN_N_HELP = "Leave out pairs with a smaller n."

F = TypeVar("F", bound=Callable[..., Any])


class DatasetAddress(click.ParamType):  # type: ignore[type-arg]  # its argument is only known to checkers
    """A folder, or the address of a database; `new`: of a folder that need not be there."""

    name = "dataset"

    def __init__(self, *, new: bool = False) -> None:
        self._folder = click.Path(exists=not new, file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Location:
        from matrix.dataset.location import Database, location_of

        if not isinstance(value, str):
            return location_of(value)
        try:
            at = location_of(value)
        except ValueError as e:
            self.fail(str(e), param, ctx)
        return at if isinstance(at, Database) else self._folder.convert(value, param, ctx)


dataset_argument = click.argument("dataset", required=False, type=DatasetAddress(), envvar=ENVIRONMENT)


def format_option(function: F) -> F:
    return click.option(
        "--format", "format_", type=click.Choice(FORMATS), default="text", help="text shows names, the others ids."
    )(function)


def layer_option(function: F) -> F:
    return click.option(
        "--layer", default="main", metavar="NAME", help="A coder's layer instead of the dataset itself."
    )(function)


def selection_options(function: F, *, without: str = "") -> F:
    """The SELECTION: the same options on every command; all but dates, layer, search and rule may be repeated.

    `without`: the one that means something else on a command.
    """
    options = (
        ("--source", "Evidence: only statements from this source (id)."),
        ("--attribution", "Evidence: only statements tied to their actor in this way, e.g. quoted."),
        ("--confidence", "Evidence: only statements of this confidence: high, medium or low."),
        ("--since", "Evidence: only what may have been said since this date, e.g. 2024 or 2024-07-01."),
        ("--layer", "Evidence: the statements of this coder's layer instead of the dataset's own."),
        ("--as-of", "Evidence: only what was said by this date, e.g. 2024-12-31 or 2026-05."),
        ("--risk-area", "Rows: proposals of this risk area or one below it."),
        ("--theme", "Rows: proposals under this theme."),
        ("--proposal", "Rows: this proposal (id)."),
        ("--side", "Columns: actors of this side."),
        ("--actor", "Columns: this actor (id)."),
        ("--kind", "Columns: actors of this kind, e.g. person."),
        ("--authority", "Columns: actors of this authority, e.g. official."),
        ("--stance", "Cells: only this stance (mixed too)."),
        ("--search", "Rows and columns in which this text occurs, in any script."),
        ("--rule", "How statements fold into a position: cautious (default) or latest."),
    )
    for name, about in reversed(options):
        if name == without:
            continue
        if name in ("--since", "--as-of", "--search", "--rule", "--layer"):
            kind = {"--search": "TEXT", "--layer": "NAME"}.get(name)
            function = click.option(name, metavar=kind, help=about)(function)
        else:
            function = click.option(name, multiple=True, metavar="ID", help=about)(function)
    return function


def engine_option(function: F) -> F:
    return click.option(
        "--engine",
        metavar="ADDRESS",
        help="Who counts the Parquet parts of a converted folder: duckdb (unless told), spark-local, spark://HOST:PORT.",
    )(function)


def pairs(_ctx: click.Context, _option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """`A=B` options as a mapping; a column's or word's own `=` is kept, the last one divides."""
    made = {}
    for text in given:
        left, divider, right = text.rpartition("=")
        if not divider or not left.strip() or not right.strip():
            raise click.BadParameter(f"{text!r} is not of the form A=B")
        made[left] = right.strip()
    return made


def open_dataset(path: Location | None, filters: dict[str, Any]) -> tuple[Dataset, Selection]:
    from matrix.dataset.problems import SelectionError
    from matrix.dataset.schema import MAIN
    from matrix.dataset.selection import Selection
    from matrix.store.folder import load

    selection = Selection.of(filters)
    if wrong := selection.empty_window():
        raise SelectionError(wrong)
    data = load(path or shipped(), layer=selection.layer or MAIN)
    return data, selection.within(data)


def open_counted(
    path: Location | None, filters: dict[str, Any], engine: str | None, duplicates: str = "keep"
) -> tuple[Dataset, Selection]:
    """The same, or the statements of a converted folder counted by an engine; for what works on counts."""
    from matrix.dataset.problems import SelectionError
    from matrix.dataset.selection import Selection
    from matrix.store.folder import has_parts

    folder = path or shipped()
    if engine is None and not has_parts(folder):
        return open_dataset(path, filters)
    if not isinstance(folder, Path):
        raise SelectionError("engine: an engine counts the folder that convert has written, not a database")
    from matrix.engine.addresses import DUCKDB
    from matrix.engine.counted import open_engine

    selection = Selection.of(filters)
    if wrong := selection.empty_window():
        raise SelectionError(wrong)
    data = open_engine(folder, engine=DUCKDB if engine is None else engine).counted(selection, duplicates=duplicates)
    return data, selection.within(data)


def open_evidence(path: Location | None, filters: dict[str, Any], engine: str | None) -> tuple[Dataset, Selection]:
    """The dataset and selection; of a converted folder only the statements of the one cell that is named."""
    from matrix.dataset.problems import SelectionError
    from matrix.dataset.selection import Selection
    from matrix.store.folder import has_parts

    folder = path or shipped()
    if engine is None and not has_parts(folder):
        return open_dataset(path, filters)
    if not isinstance(folder, Path):
        raise SelectionError("engine: an engine counts the folder that convert has written, not a database")
    from matrix.engine.addresses import DUCKDB
    from matrix.engine.counted import open_engine

    selection = Selection.of(filters)
    if not len(selection.proposal) == len(selection.actor) == 1:
        raise SelectionError(
            "evidence of a converted folder is fetched for one cell: name one --proposal and one --actor"
        )
    opened = open_engine(folder, engine=DUCKDB if engine is None else engine)
    data = opened.cell(proposal=selection.proposal[0], actor=selection.actor[0])
    return data, selection.within(data)


def say_what_is_empty(data: Dataset, rows: int, columns: int = 1) -> None:
    """A sentence where there is nothing to show, by whose doing: the filters' or the dataset's."""
    from matrix.analysis.empty_selection import nothing_in_view

    if nothing := nothing_in_view(data, rows, columns):
        click.echo(nothing, err=True)


def say_scope(data: Dataset, selection: Selection) -> None:
    """Over whom, what and when the numbers below run, where that is not everything."""
    from matrix.analysis.selection_words import scope
    from matrix.wording import clean

    if over := scope(data, selection):
        click.echo(f"{clean(over)}.")


def print_table(
    table: pd.DataFrame,
    corner: str,
    format_: str,
    data: Dataset,
    selection: Selection,
    about: dict[str, Any] | None = None,
) -> None:
    """A table with ids: csv, json (one object a row, empty cells left out; n rows unless `about` says) or markdown."""
    if format_ == "csv":
        click.echo(table.rename_axis(corner).to_csv(lineterminator="\n"), nl=False)
    elif format_ == "json":
        import json

        from matrix.analysis.selection_words import scope

        cells = table.astype(object).where(table.notna(), "").to_dict("records")  # an index may repeat, in a list
        rows = [
            {corner: str(i), **{c: v for c, v in row.items() if v != ""}}
            for i, row in zip(table.index, cells, strict=True)
        ]
        head = {
            "dataset": data.title,
            "version": data.version,
            "selection": selection.chosen(),
            "scope": scope(data, selection),
            "n": len(rows),
            **(about or {}),
        }
        click.echo(json.dumps({**head, "rows": rows}, ensure_ascii=False, indent=1, default=int))
    else:
        from matrix.cli.terminal import markdown

        click.echo(markdown(table, corner), nl=False)


def write_step(store: Address, changes: Sequence[Change], *, seen: str, why: str, **more: Any) -> Dataset:
    """Write changes as one step, signed with the user's name; where somebody else wrote meanwhile the command ends."""
    from matrix.store.history import OutdatedError, apply
    from matrix.store.lock import whoami

    try:
        return apply(store, changes, seen=seen, by=whoami(), why=why, **more)
    except OutdatedError as e:
        raise click.ClickException(str(e)) from None


def width() -> int:
    """Columns to fill: the terminal's where there is one, else 100 (also where standard output is closed)."""
    return max(60, os.get_terminal_size().columns) if sys.stdout and sys.stdout.isatty() else WIDTH
