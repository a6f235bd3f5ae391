"""A converted folder, opened on an engine, becomes a dataset whose statements are counted for one selection's evidence.

All that must be done where the statements are is one group-by: actor, proposal, stance and whether a statement counts,
with how many there are, their first and last day, and the weakest that is known of them. It is written once, with Ibis;
everything after it runs here, by the same code as over a folder of CSV tables.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset.codes import Codes
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.frames import canonical
from matrix.dataset.groups import MOST_FETCHED, STATED_THERE, Groups, WithoutStatements
from matrix.dataset.problems import DatasetError, Problem, SelectionError, near_miss, not_one_of, refuse, shown
from matrix.dataset.schema import MAIN, TABLES
from matrix.dataset.selection import LATEST, Selection, decides
from matrix.engine.addresses import DUCKDB, Connection, checked
from matrix.engine.convert import DAYS, FIRST, LAST
from matrix.engine.parts import KEYS, KNOWN_BY, OPTIONAL, check_columns
from matrix.store.folder import PARTS, has_parts, load_around

KEEP, SOURCE, YEAR, MONTH, WEEK, ALL = DUPLICATES = ("keep", "source", "year", "month", "week", "all")
# Whether a statement counts: the one number that stands for all evidence filters and supersession.
OUTSIDE, UNDATED, SUPERSEDED, COUNTS, UNCERTAIN = range(5)
PARTS_FILE = f"{PARTS}/*.parquet"
BATCH = 500_000  # rows of an answer that are turned into places at once
NAMED = 5  # wrong values that a problem names
MOST_KEPT = 20_000_000  # entries of all countings that are kept, 40 bytes each; the latest one is kept at any size
MOST_TALLIES = 64  # answers of `occurring` that are kept
Bools = NDArray[np.bool_]
T = TypeVar("T")
_EPOCH = date(1970, 1, 1)
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, eq=False)
class OnEngine:
    """A converted folder on an engine: `counted(selection)` is the dataset of one selection's evidence.

    `around`: all tables but the statements, which are `n`; `seen`: which source, attribution and confidence occur
    together. What was counted is kept and not counted again, and how many statements a cell has is counted once: of
    other evidence only what passes is asked for. Of several threads one asks at a time, as an engine's connection
    demands.
    """

    folder: Path
    connection: Connection
    around: Dataset
    statements: Any  # an Ibis table
    links: Any  # of the statements that supersede others, None where none does
    overtaken: Any  # which later one the statements name (`by`) that are superseded, None where none is
    words: Mapping[str, tuple[str, ...]]
    n: int
    version: str
    seen: pd.DataFrame
    _kept: OrderedDict[Hashable, Dataset] = field(default_factory=OrderedDict, repr=False)
    _tallies: OrderedDict[Hashable, pd.DataFrame] = field(default_factory=OrderedDict, repr=False)
    _in_cells: list[NDArray[np.int64]] = field(default_factory=list, repr=False)  # how many, once that was counted
    _asking: Any = field(default_factory=RLock, repr=False)

    @cached_property
    def uncounted(self) -> Dataset:
        """The dataset as far as it is known without counting: whatever rests on statements is refused."""
        return self._dataset(_no_entries(), {"evidence": {}})

    def counted(self, selection: Selection | None = None, *, duplicates: str = KEEP) -> Dataset:
        """The dataset with its statements counted on the evidence, and by the rule, of a selection.

        Any view of it can be folded, compared and rolled up here, without asking the engine again. `duplicates`: within
        what the same actor, proposal and stance shall be told apart, for an overlap of statements. SelectionError for
        what is not there; DatasetError where statements name what is in no table.
        """
        _require_rule(duplicates)
        selection = selection or Selection()
        if selection.layer not in ("", MAIN):
            raise SelectionError(f"layer: {shown(selection.layer)} is asked for, and only {MAIN!r} was converted")
        selection = selection.within(self.uncounted)
        decided = decides(selection)
        with self._asking:
            key = (duplicates, *sorted(decided.items()))
            if key not in self._kept:
                expression = grouped(self, selection, duplicates, every=not self._in_cells)
                entries = self._collected(_batches(expression, self.folder), duplicates)
                if self._in_cells:
                    entries = self._with_outside(entries)
                else:
                    self._in_cells.append(self._counts(entries))
                self._kept[key] = self._dataset(entries, {"evidence": decided, "duplicates": duplicates})
            self._kept.move_to_end(key)
            found = self._kept[key]
            while len(self._kept) > 1 and sum(len(d.codes.actor) for d in self._kept.values()) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def occurring(self, selection: Selection, cells: Bools) -> pd.DataFrame:
        """How often which `source`, `attribution` and `confidence` occur together: `n` statements each.

        Of the statements of these cells (proposals x actors) that the dates of the selection let pass; its other
        filters are not asked.
        """
        dates = Selection(since=selection.since, as_of=selection.as_of)
        window = dates.window()
        if cells.all() and window == (None, None):
            return self.seen
        with self._asking:
            key = (window, hashlib.sha256(np.packbits(cells).tobytes()).digest())
            if key not in self._tallies:
                t = self._of_cells(cells)
                standing = _evidence(t, dates)
                t = t.filter(standing["passes"]) if standing else t
                self._tallies[key] = _tallied(_asked(_occurring(t).to_pyarrow, self.folder))
            self._tallies.move_to_end(key)
            found = self._tallies[key]
            while len(self._tallies) > MOST_TALLIES:
                self._tallies.popitem(last=False)
        return found

    def days(self, selection: Selection, cells: Bools) -> tuple[pd.DataFrame, pd.DataFrame, int]:
        """How many statements (`n`) of these cells pass with which `first` and `last` day, UNKNOWN where it is open.

        Then the same of all statements that supersede others, and how many of these cells count and have neither day.
        """
        t = self._of_cells(cells)
        standing = _evidence(t, selection)
        t = t.filter(standing["passes"]) if standing else t
        with self._asking:
            own, later, undated = self._days(t), self._days(None), 0
            if self.links is not None:
                later = self._days(
                    self.links.filter(_evidence(self.links, selection)["passes"]) if standing else self.links
                )
            if (own[["first", "last"]] == UNKNOWN).all(axis=1).any():
                t = t.filter(t[FIRST].isnull() & t[LAST].isnull())
                if self.links is not None and not standing:
                    t = t.filter(t["superseded_by"] == "")
                elif self.links is not None:
                    leading = _leading_on(self.links, selection, self.folder)
                    t = t.anti_join(leading, t["superseded_by"] == leading["leading"])
                undated = int(_asked(t.count().to_pyarrow, self.folder).as_py())
        return own, later, undated

    def _days(self, t: Any) -> pd.DataFrame:
        """How many of these statements have which first and last day, none of None."""
        names = ("first", "last")
        if t is None:
            return pd.DataFrame({name: np.zeros(0, np.int32) for name in (*names, "n")})
        found = _asked(t.group_by(*DAYS).agg(n=t.count()).to_pyarrow, self.folder).combine_chunks()
        days = {name: _numbers(found.column(day)) for name, day in zip(names, DAYS, strict=True)}
        return pd.DataFrame({**days, "n": _numbers(found.column("n"))}).sort_values([*names], ignore_index=True)

    def standing(self, selection: Selection, cells: Bools, *, start: int, end: int, duplicates: str = KEEP) -> Dataset:
        """The dataset of the statements of these cells that pass and stand in these days, as if there were no other.

        A statement stands at its last day, at its first where the last is open, and only what stands there supersedes.
        The dataset answers for a selection without evidence filters, of the same rule. `uncertain` are those that may
        have been made outside these days. Not kept.
        """
        _require_rule(duplicates)
        with self._asking:
            among, days = self._of_cells(cells), (_day(start), _day(end))
            expression = grouped(self, selection, duplicates, every=False, among=among, days=days)
            entries = self._collected(_batches(expression, self.folder), duplicates)
        return self._dataset(entries, {"evidence": decides(Selection(rule=selection.rule)), "duplicates": duplicates})

    def cell(self, *, proposal: str, actor: str) -> Dataset:
        """The dataset of the statements of one cell and of those that supersede them, fetched with all their columns.

        `evidence` and `positions` answer for this cell as for the whole. SelectionError for an unknown id, and where
        the cell holds more than 10,000 statements.
        """
        place = 0
        for column, wanted in (("proposal", proposal), ("actor", actor)):
            known = self.around.frames[KEYS[column]]["id"].tolist()
            if wanted not in known:
                raise SelectionError(f"{column}: {not_one_of(wanted, known)}")
            place = place * len(known) + known.index(wanted)
        t = self.statements

        def here(rows: Any) -> Any:
            return (rows["proposal"] == proposal) & (rows["actor"] == actor)

        with self._asking:
            named: set[str] = set()
            if self.overtaken is not None:
                found = self.overtaken.filter(here(self.overtaken)).select("by")
                named = set(_asked(found.to_pyarrow, self.folder).column("by").to_pylist())
            later = self._chain(named)
            rows = t.filter(here(t))
            if later:  # in one go with the cell: to look for an id is to read the ids of all statements
                near = self._among([(proposal, actor), *later.values()])
                rows = near.filter(here(near) | near["id"].isin([*later]))
            if not (self._in_cells and self._in_cells[0][place] <= MOST_FETCHED):  # with a limit one thread alone reads
                rows = rows.limit(MOST_FETCHED + 1 + len(later))
            fetched = self._rows(rows)
            own = ((fetched["proposal"] == proposal) & (fetched["actor"] == actor)).to_numpy()
            if own.sum() > MOST_FETCHED:
                words = f"more than {MOST_FETCHED:,} statements are in this cell; only its counts can be had here"
                raise SelectionError(f"proposal {proposal}, actor {actor}: {words}")
            return self._part(fetched[own], fetched[~own])

    def fetched(self, selection: Selection, cells: Bools, most: int) -> Dataset:
        """The dataset of statements of these cells (proposals x actors) that pass the filters, with all their columns.

        At most so many, and those that supersede them. In the order of their ids, for an engine keeps none of its own.
        """
        t = self._of_cells(cells)
        standing = _evidence(t, selection)
        with self._asking:
            found = self._rows((t.filter(standing["passes"]) if standing else t).limit(most))
            later = self._chain(set(found["superseded_by"]) - {""})
            here = set(found["id"])
            later = {id_: cell for id_, cell in later.items() if id_ not in here}
            if not later:
                return self._part(found, found[:0])
            near = self._among(later.values())
            return self._part(found, self._rows(near.filter(near["id"].isin([*later]))))

    def _chain(self, named: set[str]) -> dict[str, tuple[str, str]]:
        """The proposal and actor of these statements and of those further along their chains, by their ids."""
        found: dict[str, tuple[str, str]] = {}
        while missing := sorted(named - set(found) - {""}):
            rows = self.links.filter(self.links["id"].isin(missing)).select("id", "proposal", "actor", "superseded_by")
            step = _asked(rows.to_pyarrow, self.folder).to_pydict()
            found |= zip(step["id"], zip(step["proposal"], step["actor"], strict=True), strict=True)
            named = set(step["superseded_by"])
        return found

    def _among(self, cells: Iterable[tuple[str, str]]) -> Any:
        """The statements on the proposals, and by the actors, of these cells: far fewer to look for ids in than all."""
        t = self.statements
        proposals, actors = (set(ids) for ids in zip(*cells, strict=True))
        if None in proposals | actors:  # which is refused only once it is counted
            return t
        for name, ids in (("proposal", proposals), ("actor", actors)):
            # An engine reads the other columns only of what equals; a list it holds against rows that it has read.
            t = t.filter(t[name] == min(ids) if len(ids) == 1 else t[name].isin(sorted(ids)))
        return t

    def _part(self, found: pd.DataFrame, later: pd.DataFrame) -> Dataset:
        """The dataset of these rows, by their ids, and of those that supersede them."""
        order = sorted(range(len(found)), key=[_numbered(i) for i in found["id"]].__getitem__)
        frames, _ = canonical({"statements": pd.concat([found.iloc[order], later], ignore_index=True)})
        columns = {**self.around.columns, "statements": tuple(found.columns)}
        tables = {**self.around.frames, "statements": frames["statements"]}
        return replace(self.around, frames=tables, columns=columns, part_of=self.version, _memo={})

    def _rows(self, rows: Any) -> pd.DataFrame:
        found: pd.DataFrame = _asked(rows.drop(*DAYS).to_pyarrow, self.folder).to_pandas()
        return found.astype("str").where(found.notna(), "")

    def _of_cells(self, cells: Bools) -> Any:
        """The statements of these cells."""
        import ibis

        t = self.statements
        rows, columns = (np.asarray(cells.any(axis=axis)) for axis in (1, 0))
        ids = {c: np.array(self._ids(KEYS[c]).to_pylist(), dtype=object) for c in ("proposal", "actor")}
        if (cells == rows[:, None] & columns).all():
            for name, chosen in (("proposal", rows), ("actor", columns)):
                if not chosen.all():
                    t = t.filter(t[name].isin(ids[name][chosen].tolist())) if chosen.any() else t.limit(0)
            return t
        p, a = np.nonzero(cells)
        wanted = pa.table({c: pa.array(ids[c][at], pa.string()) for c, at in (("proposal", p), ("actor", a))})
        return t.semi_join(ibis.memtable(wanted), ["proposal", "actor"])

    def _dataset(self, entries: Mapping[str, NDArray[Any]], made: Mapping[str, Any]) -> Dataset:
        """The dataset whose statements are these entries."""
        state = entries["state"]
        nothing = np.broadcast_to(np.int32(-1), len(state))  # which takes no room
        frame = {c: _coded(entries[c], [*words_of(self, c), ""]) for c in KNOWN_BY}
        codes = Codes(
            **{name: entries[name] for name in (*KEYS, "first", "last")},
            source=entries.get("source", nothing),
            later=nothing,
            weight=entries["n"],
        )
        groups = Groups(
            pd.DataFrame({**frame, "condition": _coded(entries["condition"], ["", STATED_THERE])}),
            codes,
            passes=state >= SUPERSEDED,
            counts=state >= COUNTS,
            uncertain=state == UNCERTAIN,
            undated=state == UNDATED,
            evidence=made.get("evidence", decides(Selection())),
            duplicates=made.get("duplicates", KEEP),
            words=self.words,
            version=self.version,
            n=self.n,
            engine=self,
        )
        tables = WithoutStatements({n: f for n, f in self.around.frames.items() if n != "statements"})
        return replace(self.around, frames=tables, groups=groups, _memo={})

    def places(self, table: str) -> Any:
        """The ids of a table with their places, for the engine to join with."""
        import ibis

        known = self._ids(table)
        frame = pa.table({f"{table}_id": known, f"{table}_place": pa.array(range(len(known)), pa.int32())})
        return ibis.memtable(frame)

    def _collected(self, batches: list[pa.RecordBatch], duplicates: str) -> dict[str, NDArray[Any]]:
        """The answer as arrays; DatasetError where an id is in no table."""
        empty = _no_entries()
        if duplicates != SOURCE:
            del empty["source"]
        taken: dict[str, list[NDArray[Any]]] = {c: [values] for c, values in empty.items()}
        for batch in batches:
            for name, kind in empty.items():
                taken[name].append(_numbers(batch.column(name)).astype(kind.dtype))
        made = {name: np.concatenate(parts) for name, parts in taken.items()}
        if wrong := [c for c in KEYS if (made[c] < 0).any()]:
            raise DatasetError([p for c in wrong for p in self._unknown(c)])
        return made

    def _counts(self, entries: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
        """How many statements each cell has by these entries, cell after cell."""
        actors, proposals = (len(self.around.frames[t]) for t in ("actors", "proposals"))
        at = entries["proposal"].astype(np.int64) * actors + entries["actor"]
        return np.bincount(at, entries["n"], minlength=proposals * actors).astype(np.int64)

    def _with_outside(self, entries: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The entries of what passes or is undated, and one for each cell that has more statements than that."""
        rest = self._in_cells[0] - self._counts(entries)
        at = np.flatnonzero(rest)
        proposal, actor = np.divmod(at, len(self.around.frames["actors"]))
        known: dict[str, Any] = {"proposal": proposal, "actor": actor, "n": rest[at], "state": OUTSIDE}
        known |= {**dict.fromkeys(("first", "last"), UNKNOWN), **{c: len(words_of(self, c)) for c in KNOWN_BY}}
        more = {c: np.broadcast_to(np.asarray(known.get(c, 0)), len(at)) for c in entries}
        return {c: np.concatenate([values, more[c].astype(values.dtype)]) for c, values in entries.items()}

    def _unknown(self, column: str) -> list[Problem]:
        """What stands in a column of ids that is not in its table."""
        t, known = self.statements, self._ids(KEYS[column]).to_pylist()
        found = _asked(t.group_by(column).agg(n=t.count()).to_pyarrow, self.folder)
        pairs = zip(found.column(column).to_pylist(), found.column("n").to_pylist(), strict=True)
        return _unknown(column, {v or "": n for v, n in pairs if v not in known}, known)

    def _ids(self, table: str) -> pa.Array:
        known = self.around.scale.ids if table == "stances" else self.around.frames[table]["id"].tolist()
        return pa.array(known, pa.string())


def open_engine(folder: str | Path, *, engine: str = DUCKDB) -> OnEngine:
    """Open what `convert` wrote, or Parquet parts of any size in the same form, on `duckdb` or a Spark address.

    A column that some parts lack is blank there, and all parts have to agree on types. One look at the statements
    counts them, lists the words that occur, and checks that every source and every later statement that is named is
    there, and that none supersedes itself in the end; DatasetError carries how many are wrong. Actors, proposals and
    stances are checked as they are counted.
    """
    path = Path(folder)
    checked(engine)
    if not has_parts(path):
        refuse(
            str(path), f"has no Parquet parts in {PARTS}/: policy-matrix convert makes a folder that an engine reads"
        )
    around = load_around(path)
    files = sorted((path / PARTS).glob("*.parquet"))
    if strange := next((f for f in files if set("*?[]{}") & set(str(f.resolve()))), None):
        refuse(str(strange), "an engine takes * ? [ ] { } in a path for a pattern: rename the file or its folder")
    connection = _asked(lambda: Connection(engine), path)
    table = _asked(lambda: _table(connection, files), path)
    seen = _asked(lambda: _occurring(table).to_pyarrow(), path)
    found: dict[str, set[str]] = {c: set(filter(None, seen.column(c).to_pylist())) for c in KNOWN_BY}
    superseded = int(sum(seen.column("superseded").to_pylist()))
    overtaken, links = _links(table, path) if superseded else (None, None)
    problems = _unknown_sources(seen, around)
    if superseded:
        problems += [*_unknown_later(overtaken, links, path), *_in_circles(links, path)]
    if problems:
        raise DatasetError(problems)
    occur = {c: tuple(sorted(v)) for c, v in found.items()}
    n = int(sum(seen.column("n").to_pylist()))
    return OnEngine(
        path, connection, around, table, links, overtaken, occur, n, _version(around, files), _tallied(seen)
    )


# ---- what is asked of the engine


def grouped(
    opened: OnEngine,
    selection: Selection,
    duplicates: str = KEEP,
    *,
    every: bool = True,
    among: Any = None,
    days: tuple[date, date] | None = None,
) -> Any:
    """The one group-by, as an Ibis expression: a row for each actor, proposal, stance and whether statements count.

    Ids are places in their tables already, null where they are in none: as numbers they take a fraction of the memory.
    What does not count has the first stance for all: of it nobody asks which it was. Without `every` only statements
    that pass the filters, or would if they were dated. `among`: the statements to count, left out all; `days`: between
    which they have to stand.
    """
    import ibis

    t = opened.statements if among is None else among
    standing = _evidence(t, selection, days)
    if standing and not every:
        t = t.filter(standing["passes"] | standing["undated"] if "undated" in standing else standing["passes"])
        standing = _evidence(t, selection, days)
    columns = {**{c: t[c] for c in KEYS}, FIRST: t[FIRST], "day": ibis.coalesce(t[LAST], t[FIRST])}
    if duplicates not in (KEEP, ALL):
        columns["bucket"] = t["source"] if duplicates == SOURCE else t[FIRST].truncate(duplicates[0].upper())
    for c in KNOWN_BY:
        known = words_of(opened, c)
        ranks = [(w, _small(i)) for i, w in enumerate(known)]
        columns[c] = t[c].cases(*ranks, else_=_small(len(known)))
    columns["condition"] = (t["condition"] != "").cast("int16")
    state = _small(COUNTS)
    if "uncertain" in standing:
        state = ibis.ifelse(standing["uncertain"], _small(UNCERTAIN), state)
    overtaken = None
    if opened.links is not None and "passes" not in standing:  # whatever a statement is superseded by counts itself
        state = ibis.ifelse(t["superseded_by"] != "", _small(SUPERSEDED), state)
    elif opened.links is not None:
        overtaken = _leading_on(opened.links, selection, opened.folder, days)
        columns["superseded_by"] = t["superseded_by"]
    if "passes" in standing:
        columns["outside"] = (
            ibis.ifelse(standing["passes"], _small(COUNTS), _small(OUTSIDE)) if every else _small(COUNTS)
        )
    if "undated" in standing:
        columns["outside"] = ibis.ifelse(standing["undated"], _small(UNDATED), columns["outside"])
    rows = t.select(**columns, state=state)
    if overtaken is not None:
        rows = rows.left_join(overtaken, rows["superseded_by"] == overtaken["leading"])
        rows = rows.mutate(state=ibis.ifelse(rows["leading"].notnull(), _small(SUPERSEDED), rows["state"]))
    if "outside" in columns:
        rows = rows.mutate(state=ibis.ifelse(rows["outside"] == COUNTS, rows["state"], rows["outside"]))
    ids = dict(KEYS)
    if duplicates == SOURCE:
        ids["bucket"] = "sources"
    for c, table in ids.items():
        places = opened.places(table)
        rows = rows.left_join(places, rows[c] == places[f"{table}_id"]).drop(f"{table}_id", c)
        rows = rows.rename(**{c: f"{table}_place"})
    rows = rows.mutate(
        stance=ibis.ifelse((rows["state"] < COUNTS) & rows["stance"].notnull(), _small(0), rows["stance"])
    )
    keys = [*KEYS, "state", *(["bucket"] if "bucket" in columns else [])]
    if selection.rule == LATEST:
        counted = rows.filter(rows["state"] >= COUNTS)
        newest = counted.group_by(who=counted["actor"], what=counted["proposal"]).agg(newest=counted["day"].max())
        rows = rows.left_join(newest, (rows["actor"] == newest["who"]) & (rows["proposal"] == newest["what"]))
        rows = rows.mutate(is_newest=rows["day"].identical_to(rows["newest"]))
        keys.append("is_newest")
    weakest = {c: rows[c].max() for c in (*KNOWN_BY, "condition")}
    made = rows.group_by(*keys).agg(n=rows.count(), first=rows[FIRST].min(), last=rows["day"].max(), **weakest)
    return made.rename(source="bucket") if duplicates == SOURCE else made


def _require_rule(duplicates: str) -> None:
    if duplicates not in DUPLICATES:
        raise SelectionError(f"duplicates: {not_one_of(duplicates, DUPLICATES)}")


def _small(number: int) -> Any:
    import ibis

    return ibis.literal(number, "int16")


def _evidence(t: Any, selection: Selection, days: tuple[date, date] | None = None) -> dict[str, Any]:
    """Conditions on a row, those that the selection asks for: whether it `passes`, is `undated`, is `uncertain`.

    `days`: between which it has to stand as well; uncertain is then what may have been made outside these.
    """
    import ibis

    chosen = [(c, getattr(selection, c)) for c in ("source", *KNOWN_BY)]
    tests = [t[c].isin(values) for c, values in chosen if values]
    if days is not None:
        start, end = (ibis.literal(d) for d in days)
        of_time = _evidence(t, Selection(since=selection.since, as_of=selection.as_of))
        tests += [of_time["passes"]] if of_time else []
        day = ibis.coalesce(t[LAST], t[FIRST])
        unsure = t[FIRST].isnull() | t[LAST].isnull() | (t[FIRST] < start).fill_null(False)
        return {"passes": ibis.and_(*tests, ((day >= start) & (day <= end)).fill_null(False)), "uncertain": unsure}
    since, until = selection.window()
    if since is None and until is None:
        return {"passes": ibis.and_(*tests)} if tests else {}
    first, last = t[FIRST], t[LAST]
    undated = first.isnull() & last.isnull()
    passes, uncertain = [*tests, ~undated], []
    if until is not None:
        end = ibis.literal(_day(until))
        open_end = last.isnull() & (first <= end).fill_null(False)
        passes.append((last <= end).fill_null(False) | open_end)
        uncertain.append(open_end)
    if since is not None:
        start = ibis.literal(_day(since))
        passes.append(last.isnull() | (last >= start).fill_null(False))
        uncertain.append(first.isnull() | (first < start).fill_null(False))
    return {"passes": ibis.and_(*passes), "undated": ibis.and_(*tests, undated), "uncertain": ibis.or_(*uncertain)}


def _leading_on(links: Any, selection: Selection, folder: Path, days: tuple[date, date] | None = None) -> Any:
    """The ids (`leading`) of the superseding statements that pass the filters, or lead on along a chain to one."""
    import ibis

    step = links.select(id="id", by="superseded_by", found=_evidence(links, selection, days)["passes"])
    while True:  # in steps that double; `open_engine` refuses chains that run in a circle
        step = _asked(step.cache, folder)
        if not _asked(step.filter(~step["found"] & (step["by"] != "")).count().to_pyarrow, folder).as_py():
            return step.filter(step["found"]).select(leading="id").distinct()
        further = step.view().select(start="id", to="by", later="found")
        both = step.left_join(further, step["by"] == further["start"])
        step = both.select(
            id=both["id"],
            by=ibis.ifelse(both["found"], "", both["to"].fill_null("")),
            found=both["found"] | both["later"].fill_null(False),
        ).distinct()


def _links(t: Any, folder: Path) -> tuple[Any, Any]:
    """Which later ones are named, in which cells, and those with all that filters ask of them; kept by the engine."""
    overtaken = _asked(t.filter(t["superseded_by"] != "").select("proposal", "actor", by="superseded_by").cache, folder)
    there = t.select("id", "superseded_by", "proposal", "actor", "source", *KNOWN_BY, *DAYS)
    links = there.semi_join(overtaken, there["id"] == overtaken["by"])
    return overtaken, _asked(links.cache, folder)


# ---- what stands in the parts


def _table(connection: Connection, files: Sequence[Path]) -> Any:
    """The statements of all parts with all columns that are counted by; DatasetError where the parts' columns clash."""
    t = connection.parts(files, differing=check_columns(files))
    given = {c: t[c].fill_null("") for c in OPTIONAL if c in t.columns}
    missing = {c: _blank() for c in OPTIONAL if c not in t.columns}
    return t.mutate(**given, **missing)


def _blank() -> Any:
    import ibis

    return ibis.literal("", "string")


def _occurring(t: Any) -> Any:
    """The sources, attributions and confidences that occur together, how often, and how often a later one is named."""
    return t.group_by("source", *KNOWN_BY).agg(n=t.count(), superseded=(t["superseded_by"] != "").sum())


def _tallied(seen: pa.Table) -> pd.DataFrame:
    """The same as a frame, the strings in categories."""
    found = seen.drop_columns(["superseded"]).to_pandas()
    tallied: pd.DataFrame = found.astype(dict.fromkeys(("source", *KNOWN_BY), "category"))
    return tallied


def _unknown_sources(seen: pa.Table, around: Dataset) -> list[Problem]:
    known = set(around.frames["sources"]["id"])
    counts: Counter[str] = Counter()
    for source, n in zip(seen.column("source").to_pylist(), seen.column("n").to_pylist(), strict=True):
        if source not in known:
            counts[source or ""] += n
    return _unknown("source", counts, sorted(known))


def _unknown_later(overtaken: Any, links: Any, folder: Path) -> list[Problem]:
    n = _asked(overtaken.anti_join(links, overtaken["by"] == links["id"]).count().to_pyarrow, folder).as_py()
    return [_counted("superseded_by", "names a statement that is not there", n)] if n else []


def _in_circles(links: Any, folder: Path) -> list[Problem]:
    """A problem where chains of superseding statements never end, as they are followed in steps that double."""
    step = links.filter(links["superseded_by"] != "").select(start="id", to="superseded_by").distinct()
    step = _asked(step.cache, folder)
    left = n = _asked(step.count().to_pyarrow, folder).as_py()
    length = 1
    while left and length <= n:
        further = step.view().select(middle="start", end="to")
        both = step.inner_join(further, step["to"] == further["middle"])
        step = _asked(both.select(start=both["start"], to=both["end"]).distinct().cache, folder)
        left = _asked(step.count().to_pyarrow, folder).as_py()
        length *= 2
    if not left:
        return []
    # More steps than there are links end on a circle, and on each of its statements.
    found = _asked(step.agg(n=step["to"].nunique(), one=step["to"].min()).to_pyarrow, folder).to_pylist()[0]
    one, on = shown(found["one"]), found["n"]
    words = f"run in a circle, {one} among them" if on > 1 else f"{one} is superseded by itself"
    return [_counted("superseded_by", words, on)]


def _unknown(column: str, counts: Mapping[str, int], known: Sequence[str]) -> list[Problem]:
    """A problem for each of the most frequent values that are in no table, and one for all others."""
    most = Counter(counts).most_common()
    target = TABLES["statements"][column].target
    problems = []
    for value, n in most[:NAMED]:
        words = f"{shown(value)} is not an id in {target}.csv{near_miss(value, known)}" if value else "is blank"
        problems.append(_counted(column, words, n))
    if rest := most[NAMED:]:
        words = f"{len(rest):,} more values are not ids in {target}.csv"
        problems.append(_counted(column, words, sum(n for _, n in rest)))
    return problems


def _counted(column: str, words: str, n: int) -> Problem:
    """A problem of `n` statements, which says so where they are one: without a row it would be of the whole file."""
    return Problem(PARTS_FILE, 0, column, words if n > 1 else f"{words} (1 statement)", count=n)


def words_of(opened: OnEngine, column: str) -> tuple[str, ...]:
    """The words of a vocabulary column as everything here ranks them: the built-in ones, then those that occur."""
    built_in = TABLES["statements"][column].values
    return (*built_in, *(w for w in opened.words[column] if w not in built_in))


def _version(around: Dataset, files: Sequence[Path]) -> str:
    """Twelve digits of what the tables hold and of the parts' names, sizes and footers, which summarise each column."""
    digest = hashlib.sha256(around.version.encode())
    for file in files:
        with file.open("rb") as part:
            size = part.seek(-8, 2) + 8
            length = int.from_bytes(part.read(4), "little")
            part.seek(max(0, size - 8 - length))
            digest.update(f"{file.name} {size} ".encode() + part.read())
    return digest.hexdigest()[:12]


def _no_entries() -> dict[str, NDArray[Any]]:
    kinds = {**dict.fromkeys((*KEYS, "source", "first", "last"), np.int32), "n": np.int64}
    kinds |= dict.fromkeys(("state", "condition", *KNOWN_BY), np.int16)
    return {name: np.zeros(0, kind) for name, kind in kinds.items()}


def _coded(codes: NDArray[Any], named: list[str]) -> pd.Categorical[Any]:
    dtype = pd.CategoricalDtype(pd.Index(named, dtype="str"))
    return pd.Categorical.from_codes(codes.astype(np.int16), dtype=dtype)


def _numbers(values: pa.Array) -> NDArray[Any]:
    """A column of places or days as numbers: -1 or UNKNOWN for what is null."""
    days = pa.types.is_temporal(values.type)
    numbers = values.cast(pa.date32()).cast(pa.int32()) if days else values
    return np.asarray(pc.fill_null(numbers, int(UNKNOWN) if days else -1).to_numpy(zero_copy_only=False))


def _numbered(id_: str) -> list[tuple[int, str]]:
    """An id as it is sorted among others: `s9` before `s10`."""
    words = _DIGITS.split(id_)  # every other one is a number, of any length
    return [(len(n := word.lstrip("0")), n) if i % 2 else (0, word) for i, word in enumerate(words)]


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _asked(question: Callable[[], T], folder: Path) -> T:
    """The engine's answer; what it cannot do becomes a DatasetError with the first line of its own words."""
    try:
        return question()
    except (DatasetError, SelectionError):
        raise
    except Exception as e:  # every engine has errors of its own, which Ibis does not translate
        refuse(str(folder / PARTS), f"the engine could not count the statements: {str(e).strip().splitlines()[0]}")


def _batches(expression: Any, folder: Path) -> list[pa.RecordBatch]:
    batches: list[pa.RecordBatch] = _asked(expression.to_pyarrow, folder).to_batches(max_chunksize=BATCH)
    return batches
