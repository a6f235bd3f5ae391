"""The commands on a dataset's history: its steps, and one of them taken back."""

from __future__ import annotations

import click

from matrix.cli.options import dataset_argument, layer_option
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
