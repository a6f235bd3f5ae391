"""The commands that show the matrix: `show` prints its cells, `evidence` the statements behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from matrix.cli.options import (
    dataset_argument,
    engine_option,
    format_option,
    open_counted,
    open_evidence,
    print_table,
    say_what_is_empty,
    selection_options,
    width,
)

if TYPE_CHECKING:
    from matrix.analysis.positions import View
    from matrix.dataset.dataset import Dataset
    from matrix.dataset.location import Location
    from matrix.dataset.selection import Selection


@click.command()
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
@engine_option
@format_option
def show(
    dataset: Location | None, by: str, what: str, stated: bool, engine: str | None, format_: str, **filters: Any
) -> None:
    """The comparison matrix: proposals in rows, actors (or sides) in columns.

    \b
    Examples:
      policy-matrix show --risk-area nc3
      policy-matrix show --side china --stance conditional --format csv
    """
    from matrix.analysis.common_ground import shown_sides
    from matrix.analysis.positions import fold, view
    from matrix.analysis.sides import COUNTS, has_officials, sides
    from matrix.dataset.dataset import records
    from matrix.palette import known_in_part, proposal_title

    if what != "stance" and by == "sides":
        raise click.UsageError("--values count and signed are of actors; --by sides counts actors anyway")
    data, selection = open_counted(dataset, filters, engine)
    seen = view(fold(data, selection), stated=stated)
    if what != "stance" or by == "sides" or format_ != "text":
        say_what_is_empty(data, len(seen.rows), len(seen.columns) if by == "actors" else 1)
    if by == "sides" and not len(data.frames["sides"]):
        click.echo("The dataset has no sides: there is nothing to count by side.", err=True)
    if what != "stance":
        _print_values(seen, what, format_, data, selection)
        return
    if by == "actors" and format_ == "text":
        from matrix.cli.terminal import matrix_text

        click.echo(matrix_text(seen, width()), nl=False)
        return
    table = seen.frame() if by == "actors" else sides(data, selection).loc[seen.proposals["id"]]
    if format_ == "text":
        from matrix.cli.terminal import sides_text
        from matrix.dataset.dataset import names

        titles, officials = [proposal_title(p) for p in records(seen.proposals)], has_officials(seen.positions)
        table = table[[f"{s}_{count}" for s in shown_sides(seen) if s for count in COUNTS]]
        click.echo(sides_text(table, titles, names(data, "sides"), width(), officials=officials), nl=False)
        return
    empty = {"empty": seen.kinds_of_empty()} if by == "actors" else {}
    partly = {p["id"]: p["coverage_note"] for p in records(seen.proposals) if known_in_part(p)}
    print_table(table, "proposal", format_, data, selection, {"n": seen.n, **empty, "known_in_part": partly})


def _print_values(seen: View, what: str, format_: str, data: Dataset, selection: Selection) -> None:
    """The numbers of the visible cells; a hidden cell is empty, and in text so is one without a unit."""
    from matrix.analysis.matrix_numbers import seen_values
    from matrix.analysis.positions import EMPTY

    table = seen_values(seen, what=what)
    if format_ == "text":
        from matrix.cli.terminal import numbers_text

        table = table.where(seen.codes != EMPTY)
        table.index, table.columns = seen.proposals["title"].tolist(), seen.actors["name"].tolist()
        click.echo(numbers_text(table, width()), nl=False)
        click.echo("· no position; a signed 0 is neutral, or as much for as against", err=True)
        return
    print_table(table, "proposal", format_, data, selection, {"values": what, "n": seen.n})


@click.command()
@dataset_argument
@selection_options
@engine_option
@format_option
def evidence(dataset: Location | None, engine: str | None, format_: str, **filters: Any) -> None:
    """The statements behind the matrix of the same selection, each with its quote and source.

    Of a converted folder those of one cell: with one --proposal and one --actor.

    \b
    Example:
      policy-matrix evidence --actor cai-cuihong --proposal evaluation-exchange
    """
    from matrix.analysis.evidence import evidence as statements_behind
    from matrix.analysis.evidence import standing_words, why_empty
    from matrix.analysis.positions import fold, view
    from matrix.store.folder import has_parts

    data, selection = open_evidence(dataset, filters, engine)
    folded = fold(data, selection)
    seen = view(folded)
    found = statements_behind(data, selection, seen=seen)
    if format_ != "text":
        print_table(found.set_index("id"), "id", format_, data, selection)
        return
    from matrix.cli.terminal import evidence_text

    every = statements_behind(data, selection, every=True, seen=seen)
    left_out = every[~every["id"].isin(found["id"])]
    empty = None
    if len(selection.proposal) == len(selection.actor) == 1:
        cell = {"proposal": selection.proposal[0], "actor": selection.actor[0]}
        empty = why_empty(data, selection, **cell, folded=folded)
    if empty:
        click.echo(f"no position: {empty.words}", err=True)
    click.echo(evidence_text(data, left_out if empty else found, width()), nl=False)
    fetched = " fetched for this cell" if data.location and has_parts(data.location) else ""
    click.echo(f"n = {len(found)} of {data.n} statements{fetched}", err=True)
    reasons = [standing_words(s, by) for s, by in zip(left_out["standing"], left_out["by"], strict=True)]
    for reason, ids in left_out.assign(reason=reasons).groupby("reason", sort=False)["id"]:
        click.echo(f"not counted, {reason}: {', '.join(ids)}", err=True)
