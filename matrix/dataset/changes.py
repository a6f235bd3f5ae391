"""Changes between tables, as values: `diff` finds them, `compare` and `merge` too; `applied` makes them in memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.codes import Scale
from matrix.dataset.datapackage import Package, read_package, updated, with_words
from matrix.dataset.dataset import Dataset, Folder
from matrix.dataset.former_ids import Became, after, codes
from matrix.dataset.frames import FIRST_ROW, Frames, canonical, is_blank
from matrix.dataset.problems import DatasetError, Problem, shown
from matrix.dataset.schema import TABLES
from matrix.wording import clean

_NUMBERED = re.compile(r"^(.*?)(\d+)$")


def next_id(ids: Sequence[str], gone: Iterable[str] = ()) -> str:
    """An id that is free, in the manner of the others where they are numbered: after `s096` comes `s097`.

    Ids that merely end in digits, as a hash may, are no numbering: then `new-1`. `gone`: ids that rows had before;
    they are not given again.
    """
    taken = {*ids, *gone}
    numbered = [m for m in map(_NUMBERED.match, ids) if m]
    heads = Counter(m[1] for m in numbered)
    head, times = heads.most_common(1)[0] if heads else ("", 0)
    own = [m[2] for m in numbered if m[1] == head]
    last = max((int(digits) for digits in own), default=0)
    if 2 * times <= len(ids) or last > 10_000 + 100 * len(ids):
        return next(found for n in range(1, len(taken) + 2) if (found := f"new-{n}") not in taken)
    return next(
        found for n in range(last + 1, last + len(taken) + 2) if (found := f"{head}{n:0{len(own[-1])}d}") not in taken
    )


def on_one_scale(into: Dataset, other: Dataset) -> tuple[Frames, Frames]:
    """The tables of both; else ids of the one would silently mean what the other's scale says, or nothing at all."""
    mine, theirs = dict(into.frames), dict(other.frames)
    if len(mine["stances"]) and not len(theirs["stances"]):
        theirs["stances"] = _only_scores(_used(other), mine["stances"])
    elif len(theirs["stances"]) and not len(mine["stances"]):
        used = _used(into)
        if _agree(used, theirs["stances"]):
            whole = into.stances  # stances that were possible here stay so
            missing = whole[~whole["id"].isin(theirs["stances"]["id"])]
            theirs["stances"] = pd.concat([theirs["stances"], missing], ignore_index=True)
        else:
            mine["stances"] = used
    return _as_before(mine, theirs, (into, other))


def _as_before(mine: Frames, theirs: Frames, whole: tuple[Dataset, Dataset]) -> tuple[Frames, Frames]:
    """The same where every stance stays conditional or not as it was; else that is written down, for both to see."""
    one, two = mine["stances"].astype("str"), theirs["stances"].astype("str")
    if not len(two):
        return mine, theirs
    into, other = whole
    here = _conditional(into, one if len(one) else _used(into))
    there = _conditional(other, two)
    if _united(one, two).items() >= {*here.items(), *there.items()}:
        return mine, theirs
    only = pd.DataFrame({"id": [i for i in here if i not in {*two["id"]}]}, dtype="str")
    two = pd.concat([two, only], ignore_index=True).fillna("")
    two["conditional"] = two["id"].map({**here, **there}).fillna("")
    clashing = [i for i in here if i in there and here[i] != there[i]]
    if clashing:
        one = one if len(one) else _used(into).astype("str")
        one["conditional"] = one["id"].map({i: here[i] for i in clashing}).fillna("")
    return {**mine, "stances": one}, {**theirs, "stances": two}


def _conditional(dataset: Dataset, rows: pd.DataFrame) -> dict[str, str]:
    """Which of these stances are conditional on the dataset's own scale, as its table says it."""
    ids, flags = dataset.scale.ids, dataset.scale.conditional
    return {i: "true" if c else "false" for i, c in zip(ids, flags, strict=True) if i in {*rows["id"]}}


def _united(one: pd.DataFrame, two: pd.DataFrame) -> dict[str, str]:
    """Which stances are conditional on the scale that the two make together."""
    columns = ["id", "name", "score", "conditional"]
    both = pd.concat([f.reindex(columns=columns, fill_value="") for f in (one, two)]).replace("", pd.NA)
    scale = Scale.of(both.groupby("id", sort=False).first().fillna("").reset_index())
    return {i: "true" if c else "false" for i, c in zip(scale.ids, scale.conditional, strict=True)}


def _used(dataset: Dataset) -> pd.DataFrame:
    """The rows of its scale that its statements take."""
    scale = dataset.stances
    return scale[scale["id"].isin(dataset.statements["stance"].astype("str"))]


def _only_scores(rows: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """Of stances that are there too, only what they count: another name for them is not another meaning."""
    known = rows["id"].isin(there["id"])
    text = rows.astype("str")
    text.loc[known, [c for c in text.columns if c not in ("id", "score")]] = ""
    return text


def _agree(rows: pd.DataFrame, there: pd.DataFrame) -> bool:
    """Whether the same ids have the same scores."""
    both = rows.merge(there, on="id")
    return bool((both["score_x"].astype(float) == both["score_y"].astype(float)).all())


ChangeKind = Literal["added", "changed", "deleted", "conflict"]
RowValues = tuple[tuple[str, str], ...]
TextArray = NDArray[np.object_]


@dataclass(frozen=True)
class Change:
    """A row added or deleted, or a cell changed; a conflict says in `why` what speaks against it.

    `values` are a whole row's cells without the blank ones; `row` is the row that the edited file shows (0: none);
    `at` is a deleted row's place in its table (-1: not known, the row goes to the end).
    """

    kind: ChangeKind
    table: str
    id: str
    column: str = ""
    old: str = ""
    new: str = ""
    values: RowValues = ()
    row: int = 0
    at: int = -1
    sheet: str = ""
    why: str = ""

    @property
    def place(self) -> str:
        """Where the edited file shows it: `Statements row 17, column stance`."""
        where = self.sheet or TABLES[self.table].file
        return where + (f" row {self.row}" if self.row else "") + (f", column {self.column}" if self.column else "")

    @property
    def whole_row(self) -> bool:
        return not self.column

    def __str__(self) -> str:
        if self.whole_row:
            cells = ", ".join(f"{c} {shown(v)}" for c, v in self.values if c != "id")
            what = f"{self.id} ({cells})" if cells else self.id
        else:
            what = f"{self.id}: {shown(self.old)} -> {shown(self.new)}"
        return f"{self.place}: {self.kind} {what}" + (f"; {self.why}" if self.why else "")

    def reversed(self) -> Change:
        """The change that takes this one back."""
        turned: Mapping[str, ChangeKind] = {"added": "deleted", "deleted": "added", "changed": "changed"}
        return replace(self, kind=turned[self.kind], old=self.new, new=self.old, row=0, sheet="", why="")


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every cell and row in which new tables differ from old ones, by id; the order of rows does not count."""
    before = canonical(old)[0]
    return compare(before, canonical(new)[0], before)


def compare(base: Frames, edited: Frames, now: Frames, *, sheets: Mapping[str, str] | None = None) -> list[Change]:
    """What was edited since `base`, compared with what is there `now`; canonical frames with unique ids.

    An edit that `now` has already is none; one of a place that has changed meanwhile too is a conflict, as is a row
    that one of them deleted and the other changed. `sheets` names the tables as the edited file does.
    """
    found: list[Change] = []
    for name in TABLES:
        if base[name].equals(edited[name]):
            continue
        sheet = (sheets or {}).get(name, "")
        found += (replace(c, sheet=sheet) for c in _table(name, base[name], edited[name], now[name]))
    return found


def unrelated(one: Mapping[str, pd.DataFrame], other: Mapping[str, pd.DataFrame]) -> bool:
    """Whether two sets of tables are about different things: each has rows of its own, and no id is in both."""
    pairs = [(set(one[n]["id"]), set(other[n]["id"])) for n in ("proposals", "actors", "statements")]
    return any(a for a, _ in pairs) and any(b for _, b in pairs) and not any(a & b for a, b in pairs)


def merge(now: Frames, other: Frames) -> list[Change]:
    """What `other` would add to `now`: rows with new ids, and values where a row has none; the rest it leaves.

    The same id with another value is a conflict: either two things share an id, or one thing is described in two ways.
    """
    found: list[Change] = []
    for name in TABLES:
        if not len(other[name]):
            continue
        columns = _columns(now[name], other[name])
        mine, theirs = _Rows(now[name], columns), _Rows(other[name], columns)
        changes = [theirs.whole(name, i, "added") for i in np.flatnonzero(mine.find(theirs.ids) < 0).tolist()]
        at = mine.find(theirs.ids)
        both = np.flatnonzero(at >= 0)
        for column in columns:
            old, new = mine.cells(column)[at[both]], theirs.cells(column)[both]
            for k in np.flatnonzero((old != new) & (new != "")):
                cell = theirs.cell(name, int(both[k]), column, str(old[k]))
                why = f"the id {cell.id} already has another value here"
                changes.append(cell if not old[k] else replace(cell, kind="conflict", why=why))
        found += sorted(changes, key=lambda c: c.row)
    return found


def changed_frames(frames: Mapping[str, pd.DataFrame], changes: Iterable[Change]) -> dict[str, pd.DataFrame]:
    """New frames with the changes made, rows numbered anew; ValueError for a conflict, KeyError for an unknown id."""
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind == "conflict":
            raise ValueError(f"a conflict cannot be applied: {change}")
        by_table.setdefault(change.table, []).append(change)
    return {n: _changed(f, by_table[n]) if n in by_table else f for n, f in frames.items()}


def applied(
    dataset: Dataset,
    changes: Iterable[Change],
    columns: Mapping[str, tuple[str, ...]] | None = None,
    *,
    became: Iterable[Became] = (),
    why: str = "",
) -> Dataset:
    """The dataset with the changes made; DatasetError with every problem that they would cause.

    `columns` are those that the tables shall have, by default those that there were; filled ones come in any case.
    `became`: what ids become that go, and `why`.
    """
    frames, _ = canonical(changed_frames(dataset.frames, changes))
    kept = dict(dataset.columns if columns is None else columns)
    begun = {n: tuple(c for c in f.columns if not is_blank(f[c])) for n, f in frames.items() if len(f)}
    # Judged as it will be loaded: with every column that will be written, and described.
    written = {**begun, **kept, **Dataset(frames, {**begun, **kept}).written}
    became = tuple(became)
    package = dataset.package and _with_themes(dataset.package, frames, became)
    package = package and read_package(updated(package, written))
    former = after(dataset.former, dataset.frames, frames, became, clean(why))
    made = Folder(frames, package, written, (), layer=dataset.layer, finished=dataset.finished, former=former)
    return Dataset.of(made, dataset.location)


def _with_themes(package: Package, frames: Mapping[str, pd.DataFrame], became: Sequence[Became]) -> Package:
    """The package with the new words of themes that are made, renamed or split, where it lists the themes that may be.

    A theme that is made became of nothing (`id` is ''); once that is taken back (`now` is ''), its word goes.
    """
    words = [*package.closed.get(("proposals", "theme"), ())]
    new = [b for b in became if b.kind == "themes" and b.now not in words]
    if not words or not new:
        return package
    for b in new:
        at = words.index(b.id) if b.id in words else len(words)
        keep = b.id in words and b.id in codes(frames, b.kind)
        words[at : at + 1] = [w for w in ([b.id, b.now] if keep else [b.now]) if w]
    return with_words(package, "proposals", "theme", words)


def unsound(dataset: Dataset, changes: Iterable[Change], *, became: Sequence[Became] = ()) -> list[Problem]:
    """What would be wrong with the dataset after the changes (conflicts aside): its errors, else its new warnings.

    `became` is as in `applied`.
    """
    sound = [c for c in changes if c.kind != "conflict"]
    if not sound:
        return []
    try:
        found = applied(dataset, sound, became=became)
    except DatasetError as e:
        return list(e.problems)
    known = {(p.file, p.column, p.message) for p in dataset.warnings}
    return [p for p in found.warnings if (p.file, p.column, p.message) not in known]


def as_they_stand(frames: Mapping[str, pd.DataFrame], changes: Iterable[Change]) -> list[Change]:
    """The changes with the old values, whole rows and places that the tables really have; KeyError: an unknown id."""
    tables: dict[str, tuple[_Rows, dict[str, int]]] = {}
    found = []
    for c in changes:
        if c.table not in tables:
            frame = frames[c.table]
            rows = _Rows(frame, _columns(frame))
            tables[c.table] = rows, {id_: i for i, id_ in enumerate(rows.ids)}
        rows, place = tables[c.table]
        if c.kind == "deleted":
            c = replace(c, values=rows.whole(c.table, place[c.id], "deleted").values, at=place[c.id])
        elif c.kind == "changed":
            c = replace(c, old=str(rows.cells(c.column)[place[c.id]]))
        found.append(c)
    return found


def _changed(frame: pd.DataFrame, changes: Sequence[Change]) -> pd.DataFrame:
    named = [c.column for c in changes if c.column] + [k for c in changes for k, _ in c.values]
    columns = list(dict.fromkeys([*frame.columns, *named]))
    cells: dict[str, list[str]] = {
        c: frame[c].astype("str").tolist() if c in frame.columns else [""] * len(frame) for c in columns
    }
    place = {id_: i for i, id_ in enumerate(cells["id"])}
    for change in changes:
        if change.kind == "changed":
            cells[change.column][place[change.id]] = change.new
    gone = {place[c.id] for c in changes if c.kind == "deleted"}
    rows = [[cells[c][i] for c in columns] for i in range(len(frame)) if i not in gone] if gone else None
    coming = sorted((c for c in changes if c.kind == "added"), key=lambda c: (c.at < 0, c.at))
    if rows is None and not coming:
        return pd.DataFrame(cells, columns=columns, dtype="str")
    rows = rows if rows is not None else [list(r) for r in zip(*(cells[c] for c in columns), strict=True)]
    for change in coming:
        given = dict(change.values)
        row = [change.id if c == "id" else given.get(c, "") for c in columns]
        rows.insert(change.at if 0 <= change.at <= len(rows) else len(rows), row)
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _table(name: str, base: pd.DataFrame, edited: pd.DataFrame, now: pd.DataFrame) -> Iterator[Change]:
    columns = _columns(base, edited)
    before, after, current = _Rows(base, columns), _Rows(edited, columns), _Rows(now, _columns(now, edited))
    found = [*_cells(name, columns, before, after, current)]
    at = current.find(after.ids)
    for i in np.flatnonzero(before.find(after.ids) < 0).tolist():
        row = after.whole(name, i, "added")
        if at[i] < 0:
            found.append(row)
        elif not current.same(int(at[i]), after, i):
            found.append(replace(row, kind="conflict", why=f"{row.id} was added here meanwhile, with other values"))
    yield from sorted(found, key=lambda c: c.row)
    at = current.find(before.ids)
    for i in np.flatnonzero((after.find(before.ids) < 0) & (at >= 0)).tolist():
        row = replace(before.whole(name, i, "deleted"), row=0, at=int(at[i]))
        if current.same(int(at[i]), before, i):
            yield row
        else:
            yield replace(row, kind="conflict", why=f"{row.id} was deleted there, and changed here meanwhile")


def _cells(name: str, columns: Sequence[str], before: _Rows, after: _Rows, current: _Rows) -> Iterator[Change]:
    at = before.find(after.ids)
    both = np.flatnonzero(at >= 0)
    here = current.find(after.ids[both])
    for column in columns:
        old, new = before.cells(column)[at[both]], after.cells(column)[both]
        for k in np.flatnonzero(old != new).tolist():
            change = after.cell(name, int(both[k]), column, str(old[k]))
            if here[k] < 0:
                yield replace(change, kind="conflict", why=f"{change.id} was deleted here meanwhile")
                continue
            value = str(current.cells(column)[int(here[k])])
            if value == change.old:
                yield change
            elif value != change.new:
                yield replace(change, kind="conflict", why=f"here it was changed to {shown(value)} meanwhile")


def _columns(*frames: pd.DataFrame) -> list[str]:
    return [c for c in dict.fromkeys(c for f in frames for c in f.columns) if c != "id"]


class _Rows:
    """A table as columns of text that are found by id; a column that it has not is blank."""

    def __init__(self, frame: pd.DataFrame, columns: Sequence[str]) -> None:
        self.ids: TextArray = frame["id"].to_numpy(dtype=object)
        self.find: Callable[[Any], NDArray[np.intp]] = pd.Index(self.ids, dtype="object").get_indexer
        self._frame, self._columns, self._cells = frame, columns, dict[str, TextArray]()

    def cells(self, column: str) -> TextArray:
        if column not in self._cells:
            held = self._frame[column].astype("str") if column in self._frame else pd.Series("", self._frame.index)
            self._cells[column] = held.to_numpy(dtype=object)
        return self._cells[column]

    def same(self, i: int, other: _Rows, k: int) -> bool:
        columns = {*self._columns, *other._columns}
        return all(self.cells(c)[i] == other.cells(c)[k] for c in columns)

    def cell(self, table: str, i: int, column: str, old: str) -> Change:
        new = str(self.cells(column)[i])
        return Change("changed", table, str(self.ids[i]), column, old, new, row=self._row(i))

    def whole(self, table: str, i: int, kind: ChangeKind) -> Change:
        values = tuple((c, str(v)) for c in self._columns if (v := self.cells(c)[i]))
        return Change(kind, table, str(self.ids[i]), values=values, row=self._row(i))

    def _row(self, i: int) -> int:
        return int(self._frame.index[i]) + FIRST_ROW
