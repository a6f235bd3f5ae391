"""A checked, frozen `Dataset`: tables, codes, version; rows by id; and `remembered` for what is worked out of it."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from matrix.dataset import dates
from matrix.dataset.check import check_canonical, in_order
from matrix.dataset.codes import Codes, Scale
from matrix.dataset.datapackage import Package
from matrix.dataset.former_ids import Former, Moved, moved
from matrix.dataset.frames import Frames, by_id, canonical, fingerprint, is_blank, places_by_id
from matrix.dataset.groups import Groups
from matrix.dataset.location import Location, name_of
from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.schema import LAYERED, LAYERS, MAIN, SHIPPED_STANCES, TABLES
from matrix.wording import clean, plural

P = ParamSpec("P")
T = TypeVar("T")
Record = Mapping[str, Any]

_LOCK = Lock()
_OF_TABLES = ("version", "codes", "scale", "moved", "written")  # properties that hold nothing of who opened a dataset


@dataclass(frozen=True)
class Folder:
    """What stood in a folder: canonical frames, the package, the columns each file had, and what could not be read.

    `unread`: tables of which nothing is known; `partial`: these and tables of which rows were lost. `hashes`: the
    SHA-256 of each file as it was read. Of another `layer` than the dataset itself, `finished` are the sources that its
    coder has read to the end, each with the time.
    """

    frames: Frames
    package: Package | None
    columns: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    unread: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    hashes: Mapping[str, str] = field(default_factory=dict)
    layer: str = MAIN
    finished: Mapping[str, str] = field(default_factory=dict)
    former: tuple[Former, ...] = ()  # what ids that are gone became


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Checked tables, one text frame each; made by `load` or `Dataset.from_frames`, never changed afterwards.

    Every frame has all columns of its schema ('' where nothing was given) and whatever other columns came with it.
    `layer`: `main`, or the name of the coder's layer whose statements and searches these are; then `finished` are the
    sources that the coder has read to the end, each with the time at which that was said. `groups`: the statements,
    where they are on an engine and only counted; `frames` then has no such table, and says so when it is asked for.
    `part_of`: the version of the whole, where these are some of its statements, fetched from an engine.
    """

    frames: Mapping[str, pd.DataFrame]
    columns: Mapping[str, tuple[str, ...]]  # those that each given table really had, in its order
    package: Package | None = None
    warnings: tuple[Problem, ...] = ()
    location: Location | None = None
    layer: str = MAIN
    finished: Mapping[str, str] = field(default_factory=dict)
    former: tuple[Former, ...] = ()  # what ids that are gone became: `former_ids.csv`
    groups: Groups | None = None
    part_of: str = ""
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False)  # what `remembered` keeps with it

    @classmethod
    def from_frames(cls, frames: Mapping[str, Any], package: Package | None = None) -> Dataset:
        """A dataset from data frames of any dtype, keyed by table name; DatasetError carries every problem."""
        given = {name: pd.DataFrame(frame) for name, frame in frames.items()}
        text, unreadable = canonical(given)
        columns = {name: tuple(map(str, frame.columns)) for name, frame in given.items() if name in TABLES}
        return cls.of(Folder(text, package, columns, tuple(unreadable)), None)

    @classmethod
    def of(cls, read: Folder, location: Location | None = None) -> Dataset:
        """The dataset of a folder that was read; DatasetError carries every problem."""
        found = problems_of(read)
        errors = [p for p in found if not p.warning]
        if errors:
            raise DatasetError(errors)
        return cls(
            read.frames, read.columns, read.package, tuple(found), location, read.layer, read.finished, read.former
        )

    def opened_at(self, location: Location) -> Dataset:
        """The same dataset as somebody else opens it. What was worked out of it for one is not shown to the other.

        Results that `remembered` keeps hold the dataset, and with it the person whose rights and name it carries.
        """
        made = replace(self, location=location, _memo={})
        vars(made).update({name: getattr(self, name) for name in _OF_TABLES})
        return made

    def __repr__(self) -> str:
        n = {one: len(self.frames[f"{one}s"]) for one in ("proposal", "actor", "source")}
        counts = ", ".join(
            plural({**n, "statement": self.n}[one], one) for one in ("proposal", "actor", "statement", "source")
        )
        return f"<Dataset {self.title!r}, version {self.version}: {counts}>"

    def table(self, name: str) -> pd.DataFrame:
        """A table as its own frame: changing it does not change the dataset."""
        return self.frames[name].copy(deep=False)  # pandas copies on write

    @property
    def sides(self) -> pd.DataFrame:
        return self.table("sides")

    @cached_property
    def stances(self) -> pd.DataFrame:
        """The stance scale; the shipped one where the dataset has none."""
        if len(self.frames["stances"]):
            return self.table("stances")
        return canonical({"stances": pd.DataFrame(list(SHIPPED_STANCES))})[0]["stances"]

    @property
    def risk_areas(self) -> pd.DataFrame:
        return self.table("risk_areas")

    @property
    def sources(self) -> pd.DataFrame:
        return self.table("sources")

    @property
    def actors(self) -> pd.DataFrame:
        return self.table("actors")

    @property
    def proposals(self) -> pd.DataFrame:
        return self.table("proposals")

    @property
    def statements(self) -> pd.DataFrame:
        return self.table("statements")

    @property
    def searches(self) -> pd.DataFrame:
        return self.table("searches")

    @property
    def links(self) -> pd.DataFrame:
        return self.table("links")

    @property
    def events(self) -> pd.DataFrame:
        return self.table("events")

    @cached_property
    def title(self) -> str:
        """Its title for people: the package's, else the folder's name; of a layer also whose it is."""
        title = (
            (self.package.title if self.package else "")
            or (clean(name_of(self.location)) if self.location else "")
            or "dataset"
        )
        return title if self.layer == MAIN else f"{title} (layer {self.layer})"

    @cached_property
    def scale(self) -> Scale:
        """The stance scale as numbers."""
        return Scale.of(self.frames["stances"])

    @cached_property
    def codes(self) -> Codes:
        """The statements as integers, the input of every fold and measure."""
        return self.groups.codes if self.groups else Codes.of(dict(self.frames), self.scale.ids)

    @property
    def n(self) -> int:
        """How many statements it has, here or on an engine."""
        return self.groups.n if self.groups else len(self.frames["statements"])

    @property
    def on_engine(self) -> bool:
        """Whether its statements are on an engine, of which these are counts or a part."""
        return bool(self.groups or self.part_of)

    @property
    def known_by(self) -> pd.DataFrame:
        """Beside `codes`, entry by entry: attribution, confidence and condition."""
        return self.groups.frame if self.groups else self.frames["statements"]

    @cached_property
    def moved(self) -> Moved:
        """What each id that is gone is today, by kind (proposals, actors, themes, stances); '' for nothing."""
        return moved(self.frames, self.former)

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 of all tables' contents; line ends and quoting do not count.

        Of a layer they are those of its own tables: it stays the same whatever changes in the dataset itself.
        """
        if self.groups:
            return self.groups.version
        if self.part_of:
            return self.part_of
        digest = hashlib.sha256()
        own = self.frames if self.layer == MAIN else {n: self.frames[n] for n in LAYERED}
        for name, frame in own.items():
            for column in self.written.get(name, ()):
                digest.update(json.dumps([name, column, len(frame)]).encode())
                digest.update(fingerprint(frame[column]))
        return digest.hexdigest()[:12]

    @cached_property
    def of_all_tables(self) -> str:
        """What tells it from every dataset with other tables: of a layer with those beside it, unlike `version`."""
        return self.version if self.layer == MAIN else f"{self.version} {replace(self, layer=MAIN, _memo={}).version}"

    @cached_property
    def written(self) -> Mapping[str, tuple[str, ...]]:
        """The columns of each table as it is saved: those it came with, and those that have been filled since."""
        return {name: columns for name in self.frames if (columns := self._columns(name))}

    def _columns(self, name: str) -> tuple[str, ...]:
        if name not in self.columns and not len(self.frames[name]):
            return ()
        given, frame = self.columns.get(name, ()), self.frames[name]
        added = [c for c in frame.columns if c not in given and not is_blank(frame[c])]
        if not added:
            return given
        order = {c: i for i, c in enumerate(TABLES[name].names)}
        return (*given, *sorted(added, key=lambda c: order.get(c, len(order))))


def problems_of(read: Folder, *, every: bool = False) -> list[Problem]:
    """Every problem of a folder that was read: what could not be read, and what breaks a rule."""
    if not read.frames:
        return list(read.problems)
    found = check_canonical(read.frames, read.columns, read.package, read.unread, read.partial, every=every)
    return in_order({_in_layer(p, read.layer) for p in (*read.problems, *found)})


def _in_layer(problem: Problem, layer: str) -> Problem:
    """The problem with the file of the layer, where it is one of its own."""
    own = layer != MAIN and problem.file in {f"{t}.csv" for t in (*LAYERED, "finished")}
    return replace(problem, file=f"{LAYERS}/{layer}/{problem.file}") if own else problem


def remembered(most: int) -> Callable[[Callable[Concatenate[Dataset, P], T]], Callable[Concatenate[Dataset, P], T]]:
    """A function of a dataset whose latest results, `most` of them, stay with that dataset and go with it.

    The key is the dataset itself, not its version (two with equal tables may have other titles), and all arguments.
    """

    def decorated(make: Callable[Concatenate[Dataset, P], T]) -> Callable[Concatenate[Dataset, P], T]:
        @wraps(make)
        def look(dataset: Dataset, /, *args: P.args, **kwargs: P.kwargs) -> T:
            found: OrderedDict[Hashable, T] = dataset._memo.setdefault(look, OrderedDict())
            key = (args, *sorted(kwargs.items()))
            with _LOCK:
                if key in found:
                    found.move_to_end(key)
                    return found[key]
            result = make(dataset, *args, **kwargs)
            with _LOCK:
                found[key] = result
                while len(found) > most:
                    found.popitem(last=False)
            return result

        return look

    return decorated


# ---- rows as records


def records(frame: pd.DataFrame) -> list[Record]:
    """Every row of a frame, by column name."""
    columns = [values_of(frame[c]) for c in frame.columns]
    names = frame.columns.tolist()
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def values_of(column: pd.Series) -> list[Any]:
    """The values of a column: what `tolist` gives, which for text asks for one after another and takes longer."""
    values: list[Any] = column.to_numpy(dtype=object).tolist()
    return values


def row(dataset: Dataset, table: str, id_: str) -> Record:
    """A row of a table by its id."""
    return _rows(dataset, table)[id_]


def is_there(dataset: Dataset, table: str, id_: object) -> bool:
    """Whether a table has a row of this id, whatever somebody sent; statements on an engine are not here."""
    if dataset.groups and table == "statements":
        return False
    return isinstance(id_, str) and id_ in places(dataset, table)


def place(dataset: Dataset, table: str, id_: str) -> int:
    """Where a row stands in its table; the id is known to be there."""
    return places(dataset, table)[id_]


def when(dataset: Dataset, statement: Mapping[str, Any]) -> str:
    """In words when a statement was made: `12 May 2026`, `1 May 2026 (the date of its source)`."""
    last = dataset.codes.last[place(dataset, "statements", str(statement["id"]))]
    return dates.words_by(str(statement["date_start"]), str(statement["date_end"]), dates.iso(last))


def column(dataset: Dataset, table: str, name: str) -> Mapping[str, str]:
    """One column of a table: id -> text."""
    return by_id(dataset.frames[table], name)


def names(dataset: Dataset, table: str) -> Mapping[str, str]:
    """What each row of a table is called: id -> name or title."""
    return column(dataset, table, TABLES[table].label)


@remembered(16)
def places(dataset: Dataset, table: str) -> Mapping[str, int]:
    """Where every row stands in its table: id -> place."""
    return places_by_id(dataset.frames[table])


@remembered(16)
def _rows(dataset: Dataset, table: str) -> Mapping[str, Record]:
    return {str(r["id"]): r for r in records(dataset.frames[table])}
