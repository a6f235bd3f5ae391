"""A dataset in SQLite and in PostgreSQL: opening it against the driver's own fetch, an edit, the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from time import perf_counter

import pandas as pd

from benchmarks.generate import generate
from benchmarks.measure import Measurement, interleaved, peak_memory
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Location
from matrix.store.copy import copy
from matrix.store.folder import load, signature
from matrix.store.history import apply, undo
from tests import databases

SIZE = (200, 2_000, 100_000)  # actors, proposals, statements
PEER = "the driver's own fetch into a DataFrame, then the check"
CEILING = 2.0  # seconds

OPEN = """
import sys
from matrix.store.folder import load
load(sys.argv[1])
"""


def rows(folder: Path, seed: int, rounds: int = 5) -> Iterator[Measurement]:
    """Both databases; that of PostgreSQL is a server of the benchmark's own."""
    generate(folder / "folder", *SIZE, seed)
    server = databases.PostgresServer.made()
    try:
        server.start()
        kinds = {"SQLite": Database(f"sqlite:///{folder / 'd.db'}"), "PostgreSQL": server.new()}
        dataset = load(folder / "folder")
        for name, at in kinds.items():
            begin = perf_counter()
            copy(folder / "folder", at)
            yield Measurement(f"{name}: copied from the folder", perf_counter() - begin)
            fetch = _by_driver(at, dataset)
            took = interleaved({"ours": lambda at=at: load(at), "peer": fetch, "folder": _opening(folder)}, rounds)
            yield Measurement(f"{name}: opening", took["ours"], took["peer"], PEER, 1.5)
            yield Measurement(f"{name}: opening", took["ours"], took["folder"], "the folder", ceiling=CEILING)
            yield from _edits(name, at, folder / "folder", dataset, rounds)
            look = interleaved({"ours": lambda at=at: signature(at), "peer": lambda: signature(folder / "folder")}, 50)
            ours, peer = look["ours"] * 1000, look["peer"] * 1000
            yield Measurement(f"{name}: is it the same as before?", ours, peer, "the folder", unit="ms")
            memory = peak_memory(OPEN, at.url), peak_memory(OPEN, str(folder / "folder"))
            yield Measurement(f"{name}: opening", *memory, "the folder", unit="MB")
    finally:
        server.remove()


def _opening(folder: Path) -> Callable[[], Dataset]:
    return lambda: load(folder / "folder")


def _edits(name: str, at: Location, folder: Path, dataset: Dataset, rounds: int) -> Iterator[Measurement]:
    numbers = count(1)
    row = str(dataset.statements["id"].iloc[len(dataset.statements) // 2])

    def change(place: Location, table: str, id_: str, column: str) -> Callable[[], object]:
        def act() -> object:
            seen = load(place)
            now = str(seen.frames[table].set_index("id").at[id_, column])
            return apply(place, [Change("changed", table, id_, column, now, f"{next(numbers)}")], by="lee", why="edit")

        return act

    actor = str(dataset.actors["id"].iloc[0])
    for what, *where in (("one statement", "statements", row, "note"), ("one actor", "actors", actor, "note")):
        took = interleaved({"ours": change(at, *where), "peer": change(folder, *where)}, max(3, rounds // 2))
        yield Measurement(f"{name}: reading and changing {what}", took["ours"], took["peer"], "the folder")

    def back(place: Location) -> Callable[[], object]:
        return lambda: undo(place, by="lee")

    took = interleaved({"ours": back(at), "peer": back(folder)}, 3)
    yield Measurement(f"{name}: taking a change back", took["ours"], took["peer"], "the folder")


def _by_driver(at: Database, dataset: Dataset) -> Callable[[], Dataset]:
    """What one would write without us: every table of the dataset as the driver gives it, and the check."""
    queries = {name: f"SELECT {', '.join(c)} FROM {name} ORDER BY position" for name, c in dataset.columns.items()}

    def act() -> Dataset:
        if at.file is not None:
            held: sqlite3.Connection | object = sqlite3.connect(at.file)
        else:
            import psycopg

            held = psycopg.connect(at.url.replace("+psycopg", ""))
        try:
            frames = {}
            for name, columns in dataset.columns.items():
                found = held.execute(queries[name]).fetchall()  # type: ignore[union-attr]
                frames[name] = pd.DataFrame(found, columns=list(columns))
        finally:
            held.close()  # type: ignore[union-attr]
        return Dataset.from_frames(frames)

    return act
