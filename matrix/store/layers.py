"""Coders' layers in a dataset's folder: begun, listed, and their sources finished or opened again."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, Problem, SelectionError, not_one_of, shown
from matrix.dataset.schema import LAYERED, MAIN, SLUG, TABLES, file_of
from matrix.store import Address, open_store
from matrix.store.files import layers as names_of
from matrix.store.files import read, writing
from matrix.store.folder import FINISHED, finished_file, plain_table, read_folder, table_bytes

LONGEST = 60  # characters of a layer's name


@dataclass(frozen=True)
class Layer:
    """One coder's layer: its name, version, number of statements, and which sources are finished in it, since when.

    `open`: the other sources of which it has statements or searches. `problems`: why it cannot be used as it is; then
    nothing else of it is known.
    """

    name: str
    version: str
    statements: int
    finished: Mapping[str, str] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def layers(store: Address) -> list[Layer]:
    """The layers of a dataset by name, without `main`; what cannot be used has problems."""
    folder = open_store(store).location
    return [_described(folder, name) for name in names_of(folder)]


def new_layer(store: Address, name: str) -> Dataset:
    """Begin a layer, without a statement; the dataset as its coder sees it.

    SelectionError where the name is not a slug (`kim`, `kim-2`) or is taken.
    """
    folder = open_store(store).location
    if not re.fullmatch(SLUG, name) or len(name) > LONGEST:
        rule = f"lower-case letters and digits, joined by single '-', {LONGEST} at most"
        raise SelectionError(f"layer: {shown(name)} cannot be a name: {rule}")
    if name == MAIN:
        raise SelectionError(f"layer: {MAIN!r} is the dataset itself")
    with writing(folder) as write:
        if name in names_of(folder.as_person(None) if isinstance(folder, Database) else folder):
            raise SelectionError(f"layer: there is a layer {shown(name)} already: choose another name")
        Dataset.of(read_folder(folder), folder)  # nobody codes in a dataset that cannot be used
        empty = {t: TABLES[t].names for t in LAYERED[:1]}
        files = {file_of(t, name): table_bytes(pd.DataFrame(columns=c, dtype="str"), c) for t, c in empty.items()}
        write({**files, finished_file(name): table_bytes(_nothing(), FINISHED.names)})
    return Dataset.of(read_folder(folder, name), folder)


def finish(store: Address, source: str, *, layer: str = MAIN) -> Dataset:
    """Mark a source as read to the end in a layer: from then on it is compared, and its statements stay as they are.

    `layer`: where the store is not that of the layer already. SelectionError for an unknown source, and for one that is
    finished already.
    """
    return _marked(store, layer, source, True)


def reopen(store: Address, source: str, *, layer: str = MAIN) -> Dataset:
    """Take back that a source is finished in a layer; SelectionError where it is not."""
    return _marked(store, layer, source, False)


def _marked(store: Address, layer: str, source: str, finished: bool) -> Dataset:
    at = open_store(store, layer=layer)
    if at.layer == MAIN:
        raise SelectionError(f"layer: sources are finished in a coder's layer, not in {MAIN!r}")
    with writing(at.location) as write:
        found = read_folder(at.location, at.layer)
        now = Dataset.of(found, at.location)
        sources = now.frames["sources"]["id"].tolist()
        if source not in sources:
            raise SelectionError(f"source: {not_one_of(source, sources)}")
        if finished == (source in now.finished):
            state = f"is finished in the layer {at.layer} already" if finished else f"is not finished in {at.layer}"
            raise SelectionError(f"source: {shown(source)} {state}")
        frame = _list_of(at.location, at.layer)
        if finished:
            row = {"source": source, "time": dates.now()}
            frame.loc[len(frame)] = [row.get(c, "") for c in frame.columns]
        else:
            frame = frame[frame["source"] != source]
        write({finished_file(at.layer): table_bytes(frame, tuple(frame.columns))}, found.hashes)
    return Dataset.of(read_folder(at.location, at.layer), at.location)


def _list_of(folder: Location, layer: str) -> pd.DataFrame:
    """The list of finished sources as it is, with whatever columns somebody added."""
    content = read(folder, finished_file(layer))
    problems: list[Problem] = []
    frame = plain_table(io.BytesIO(content), FINISHED, problems) if content else _nothing()
    if problems:
        raise DatasetError(problems)
    return frame.reset_index(drop=True)


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=FINISHED.names, dtype="str")


def _described(folder: Location, name: str) -> Layer:
    try:
        dataset = Dataset.of(read_folder(folder, name), folder)
    except DatasetError as e:
        return Layer(name, "", 0, problems=e.problems)
    used = {s for t in LAYERED for s in dataset.frames[t]["source"].astype("str") if s}
    rest = tuple(s for s in dataset.frames["sources"]["id"] if s in used and s not in dataset.finished)
    return Layer(dataset.layer, dataset.version, len(dataset.frames["statements"]), dataset.finished, rest)
