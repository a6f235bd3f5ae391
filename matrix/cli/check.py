"""The commands about a dataset as it lies on disk: `check` lists its problems, `new` makes an empty one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matrix.cli.options import DatasetAddress, dataset_argument, write_step
from matrix.dataset.location import Location, name_of
from matrix.shipped import dataset as shipped
from matrix.wording import escaped, plural

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset
    from matrix.store import Store


@click.command()
@dataset_argument
@click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the source texts."
)
@click.option(
    "--fill", is_flag=True, help="With --texts: write the missing places and hashes of quotes that occur exactly once."
)
@click.option("--layer", metavar="NAME", help="Only this coder's layer and what it shares; without it, every layer.")
@click.option("--all", "every", is_flag=True, help="A line for every row, also where many are wrong in the same way.")
def check(dataset: Location | None, texts: Path | None, fill: bool, layer: str | None, every: bool) -> None:
    """Every problem of a dataset, one a line; where there are source texts, every quote is verified at its place.

    The texts that are kept beside the dataset are read without being asked for; --texts names others.

    Exit code 0: fine (warnings may be printed); 1: problems.

    \b
    Examples:
      policy-matrix check my-dataset
      policy-matrix check --texts my-texts --fill my-dataset
      policy-matrix check --layer kim my-dataset
    """
    from matrix.dataset.dataset import Dataset, problems_of
    from matrix.dataset.problems import number_of
    from matrix.dataset.schema import LAYERS, MAIN, file_of
    from matrix.store import open_store
    from matrix.store.files import layers, own_texts
    from matrix.store.files import texts as texts_of
    from matrix.store.folder import read_folder
    from matrix.store.history import history_problems
    from matrix.store.proposed import proposed_problems

    if fill and not texts:
        raise click.UsageError("--fill needs --texts DIR: places are found in the source texts")
    path = dataset or shipped()
    store = open_store(path, layer=layer or MAIN)
    read = read_folder(path, store.layer)
    problems = [*problems_of(read, every=every), *(history_problems(store) if read.frames else ())]
    if read.frames and store.layer == MAIN:
        problems += proposed_problems(store)
    coded = {}
    for name in layers(path) if read.frames and not layer else ():
        coded[name] = (there := read_folder(path, name)).frames
        own = problems_of(there, every=every)
        problems += [p for p in own if p.file.startswith(f"{LAYERS}/")]
        problems += history_problems(open_store(path, layer=name))
    errors = [p for p in problems if not p.warning]
    for problem in problems:
        click.echo(f"{problem}; --all lists them" if problem.count > 1 else problem)
    kept = texts_of(own_texts(path)) if read.frames else {}
    if (kept or texts) and read.frames:
        from matrix.dataset.quotes import verify

        frames = read.frames
        files = {**kept, **(texts_of(texts) if texts else {})}
        if fill and errors:
            click.echo("nothing was filled in: fix these problems first", err=True)
        elif fill:
            frames = dict(_fill(Dataset.of(read, path), store, files).frames)
        found = verify(frames, files)
        wrong = list(found.problems)
        for name, tables in coded.items():  # of a layer only what is its own: the rest was said above
            said = (p for p in verify(tables, files).problems if p.file == file_of("statements"))
            wrong += [replace(p, file=file_of("statements", name)) for p in said]
        for problem in wrong:
            click.echo(problem)
        errors += wrong
        without = f" (no text here for {', '.join(found.missing)})" if found.missing else ""
        click.echo(
            f"quotes: {found.verified} verified, {found.failed} not found, "
            f"{found.unplaced} found without a place given, {found.no_text} not verified{without}",
            err=True,
        )
    warnings = number_of(p for p in problems if p.warning)
    counts = f"{plural(number_of(errors), 'problem')}, {plural(warnings, 'warning')}"
    click.echo(f"{escaped(name_of(path))}: {counts}", err=True)
    if errors:
        sys.exit(1)


def _fill(dataset: Dataset, store: Store, files: Mapping[str, bytes]) -> Dataset:
    """Write the missing hashes and places as one change with its line of history; the dataset as it is then."""
    from matrix.dataset.quotes import fill
    from matrix.dataset.schema import LAYERED, MAIN

    # A layer's own tables alone: the hashes of the sources are the dataset's.
    changes = [c for c in fill(dataset, files) if dataset.layer == MAIN or c.table in LAYERED]
    hashes, starts = (sum(c.column == column for c in changes) for column in ("sha256", "start"))
    words = f"{hashes} sha256, {starts} start"
    if changes:
        dataset = write_step(store, changes, seen=dataset.version, why=words, kind="fill")
    click.echo(f"filled in: {words}", err=True)
    return dataset


@click.command()
@click.argument("folder", type=DatasetAddress(new=True))
def new(folder: Location) -> None:
    """An empty dataset with every table, ready to fill.

    \b
    Example:
      policy-matrix new my-dataset
    """
    from matrix.store.folder import create

    try:
        create(folder)
    except FileExistsError as e:
        raise click.UsageError(escaped(str(e))) from None
    place = escaped(str(folder))
    click.echo(
        f"{place}: fill sources.csv, actors.csv, proposals.csv and statements.csv, then: policy-matrix check {place}",
        err=True,
    )
