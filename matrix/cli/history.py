"""The commands on a dataset's history: its steps, what they changed in the matrix, and one of them taken back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from matrix.cli.options import dataset_argument, format_option, layer_option, print_table, selection_options, width
from matrix.dataset.location import Location
from matrix.shipped import dataset as shipped
from matrix.wording import escaped, plural


@click.command()
@dataset_argument
@layer_option
def history(dataset: Location | None, layer: str) -> None:
    """Every step that changed DATASET, the newest first: number, time, who, what kind, why.

    \b
    Example:
      policy-matrix history my-dataset
    """
    from matrix.store import open_store
    from matrix.store.history import newest_first, standing

    for step, stands in standing(newest_first(open_store(dataset or shipped(), layer=layer))):
        taken = "" if stands else "; taken back"
        changes = "the dataset was made" if step.begins else plural(len(step.changes), "change")
        click.echo(escaped(f"{step.number}  {step.at}  {step.by}  {step.kind}  {step.why}  ({changes}{taken})"))


@click.command("what-changed")
@dataset_argument
@click.option(
    "--since",
    "then",
    required=True,
    metavar="DATE|VERSION",
    help="A date (2026, 2026-05, 2026-05-14; in UTC) or a version of the history (12 digits 0-9 and a-f).",
)
@partial(selection_options, without="--since")
@format_option
def what_changed(dataset: Path | None, then: str, format_: str, **filters: Any) -> None:
    """What the steps of DATASET's history changed in the matrix: positions, conditions, voices, proposals; and who.

    Where the history does not lead back to the date or version, that is said.

    \b
    Examples:
      policy-matrix what-changed --since 2026-05-14 my-dataset
      policy-matrix what-changed --since 0123456789ab --side china --format markdown my-dataset
    """
    from matrix.analysis.what_changed import ids_joined
    from matrix.dataset.selection import Selection
    from matrix.export.what_changed import BELOW, ITEM, lines, statements_told, to_markdown
    from matrix.store.what_changed import what_changed as changed

    found = changed(dataset or shipped(), Selection.of(filters), since=then)
    if format_ == "markdown":
        click.echo(to_markdown(found), nl=False)
    elif format_ == "text":
        from matrix.cli.terminal import wrapped
        from matrix.wording import clean

        for what, text in lines(found):
            indent = {ITEM: "  ", BELOW: "      "}.get(what, "")
            click.echo("\n".join([*([] if indent else [""]), *wrapped(clean(text).split(" "), width(), indent)]))
    else:
        table = found.frame.set_index("proposal")
        if format_ == "csv":
            table["reworded"] = [ids_joined(f"{one} -> {other}" for one, other in pairs) for pairs in table["reworded"]]
            for name in ("dropped", "added", "statements", "replaced"):
                table[name] = table[name].map(ids_joined)
            click.echo(found.sentence, err=True)
        told = ("versions", "voices", "proposals", "gone", "repeated", "edits", "short", "n", "formula")
        about: dict[str, Any] = {"since": then, "sentence": found.sentence, **{k: getattr(found, k) for k in told}}
        about["steps"] = [vars(s) for s in found.steps]
        about["n_counts"] = "cells with a position then or now"
        about["told"] = statements_told(found)
        print_table(table, "proposal", format_, found.now, found.selection, about)


@click.command()
@dataset_argument
@layer_option
@click.option("--step", metavar="N", type=click.IntRange(1), help="The step; without it, the last.")
def undo(dataset: Location | None, layer: str, step: int | None) -> None:
    """Take back a step of DATASET's history, also an earlier one if no later step touched the same rows.

    The history keeps both. Taking back the step that did so makes the change again.

    \b
    Examples:
      policy-matrix undo my-dataset
      policy-matrix undo my-dataset --step 3
    """
    from matrix.store import open_store
    from matrix.store.history import newest_first
    from matrix.store.history import undo as take_back
    from matrix.store.lock import whoami

    store = open_store(dataset or shipped(), layer=layer)
    made = take_back(store, by=whoami(), step=step or 0)
    done = next(newest_first(store))
    click.echo(
        escaped(f"{done.why} ({plural(len(done.changes), 'change')}); the dataset is now {made.version}"), err=True
    )
