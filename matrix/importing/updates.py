"""A file that is imported again: `compared` says what is new in it, what changed and what is no longer there.

Statements are matched by what they are (source, words, actor, proposal, coder), never by numbers of a file. What was
edited here since is kept: a cell is changed only where the dataset still has what the file held before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.changes import Change, merge, on_one_scale
from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import FIRST_ROW, by_id
from matrix.dataset.problems import shown
from matrix.dataset.quotes import places
from matrix.dataset.schema import QUOTED_TABLES, TABLES
from matrix.importing.name_matching import Decisions, exact, nearly_same
from matrix.importing.remembered import MOST_REMEMBERED, SHEET, Memory, RowCells, Rows, Shape, cell_hash, hashed
from matrix.importing.result import EXAMPLES, ImportOptions, Undecided, some
from matrix.wording import plural

_THINGS = ("sides", "sources", "actors", "proposals")
_PLACE = ("source", "actor", "proposal", "coder")
_WITH_STANCE = ("condition", "condition_quote")  # what goes where the stance no longer needs it
_UNQUOTED = ("actor", "proposal", "stance", "date_start")
_OWN_WORDS = 20  # characters of a quote that hardly occurs in two sources
Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Compared:
    """Changes to the dataset, what else there is to know, and its memory once they are written."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    memory: Callable[[str], bytes]
    settled: frozenset[str]  # names of things that have another name here, or had one in the file
    asked: tuple[Undecided, ...]  # to be answered before anything is written: was it renamed?
    texts: Mapping[str, bytes]  # of the file's sources, by the ids that these have in the dataset


def compared(
    into: Dataset,
    file: Dataset,
    frames: Mapping[str, pd.DataFrame],
    *,
    shape: Shape,
    options: ImportOptions,
    memory: Memory,
    texts: Mapping[str, bytes] | None = None,
) -> Compared:
    """What a file would change in `into`, by its tables, with the ids of `into`, and by what is remembered.

    `frames` are the tables as the file gives them, with no more columns than it has; `file` is the dataset of them.
    `options` will be remembered. Rows that are gone from the file are kept, or removed with `options.update`. A
    proposal or actor that the file no longer has, all of whose passages are those of a new one, was renamed; of a sheet
    it is asked about where most of its positions are those of a new one.
    """
    return _Comparison(into, file, dict(frames), shape, options, memory, dict(texts or {})).compared()


@dataclass
class _Comparison:
    into: Dataset
    file: Dataset
    frames: dict[str, pd.DataFrame]
    shape: Shape
    options: ImportOptions
    memory: Memory
    texts: dict[str, bytes]
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    asked: list[Undecided] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # cells that were edited here, and in the file
    others: list[str] = field(default_factory=list)  # cells of things that another file says otherwise
    base: dict[str, dict[str, RowCells]] = field(default_factory=dict)

    def compared(self) -> Compared:
        for table, column in (("actors", "actor"), ("proposals", "proposal"), ("sources", "source")):
            self._take_renames(table, column)
        here = self.into.frames["statements"]
        file = self.frames["statements"].reset_index(drop=True)
        own = self._candidates(here, file)
        coders = self._coders(own, file)
        as_before = file.assign(coder=file["coder"].astype("str").replace(coders)) if coders else file
        imported, hand = self._imported(own), self.shape.kind == SHEET
        matched = dict(_matched(own, as_before, imported, imported | self._quoted_before(own), hand=hand))
        ids_here = own["id"].tolist()
        earlier = self._earlier({ids_here[i] for i in matched})
        self.base = {} if self.options.forget else self.memory.base(self.shape.kind, earlier)
        self._scale()
        for table in _THINGS:
            if table in self.frames:
                self._things(table)
        if not matched and not hand and not earlier:
            self._note_same_words(own, file)
        new, held = self._statements(own, file, matched)
        self._gone(self._with_copied(own, here, {ids_here[i] for i in matched}, len(file)), matched)
        self._find_places()
        self._say_kept()
        order = {name: i for i, name in enumerate(TABLES)}
        changes = sorted(self.changes, key=lambda c: order[c.table])

        def rows() -> dict[str, Rows]:
            if len(file) > MOST_REMEMBERED:
                return {}
            return {"statements": hashed(file.iloc[new], held), **self._held_things(file)}

        memory = self.memory.next(self.shape, self.options, rows, self.base)
        return Compared(
            tuple(changes), tuple(self.notes), memory, frozenset(self.settled), tuple(self.asked), self.texts
        )

    def _earlier(self, matched: set[str]) -> set[str]:
        """The names of the files of this kind that were imported before and of which this one is a newer copy.

        A sheet is one by its name, a coding program's file where it also holds a source of that one.
        """
        held = self.memory.files(self.shape.kind, "statements")
        sources = self.memory.files(self.shape.kind, "sources").get(self.shape.file, set())
        known = self.shape.kind == SHEET or bool(sources & {*self.frames["sources"]["id"]})
        return {file for file, ids in held.items() if ids & matched or (known and file == self.shape.file)}

    def _candidates(self, here: pd.DataFrame, file: pd.DataFrame) -> pd.DataFrame:
        """The statements here that may be ones of the file: of its sources, or remembered as ones of it."""
        remembered = self.memory.files(self.shape.kind, "statements").get(self.shape.file, set())
        wanted = _among(here["source"], set(file["source"].astype("str")))
        if remembered:
            wanted = wanted | _among(here["id"], remembered)
        return here[wanted]

    def _note_same_words(self, own: pd.DataFrame, file: pd.DataFrame) -> None:
        """Say that words of the file are coded here already, of another file and all otherwise: both are kept."""
        keys = [
            {*zip(f["source"].astype("str"), f["quote"].astype("str"), strict=True)} if "quote" in f else set()
            for f in (own[_among(own["id"], self._of_such_files())], file)
        ]
        if again := {key for key in keys[0] & keys[1] if key[1]}:
            self.notes.append(
                f"{plural(len(again), 'passage')} of it {'is' if len(again) == 1 else 'are'} in the dataset already, "
                "coded otherwise in another file, and both are kept: if this is a newer copy of that, import it under "
                f"that name ({some(self._files_of({key[0] for key in again}))})."
            )

    def _of_such_files(self) -> set[str]:
        """The statements that came from files of this kind."""
        return {id for ids in self.memory.files(self.shape.kind, "statements").values() for id in ids}

    def _files_of(self, sources: set[str]) -> list[str]:
        """The files of this kind that held one of the sources."""
        return [f for f, ids in self.memory.files(self.shape.kind, "sources").items() if ids & sources]

    def _with_copied(self, own: pd.DataFrame, here: pd.DataFrame, matched: set[str], number: int) -> pd.DataFrame:
        """With those of other sources, of a coding program's file that most of this one was in: a copy of it."""
        held = self.memory.files(self.shape.kind, "statements").values() if self.shape.kind != SHEET else ()
        copied = {id for ids in held if 2 * len(ids & matched) > number for id in ids} - {*own["id"]}
        return pd.concat([own, here[_among(here["id"], copied)]]) if copied else own

    def _imported(self, own: pd.DataFrame) -> NDArray[np.bool_]:
        """Which of them came from such a file: as far as is remembered, else those of its sources.

        A sheet may name sources that others were coded from by hand; its own are those without a source.
        """
        hand, files = self.shape.kind == SHEET, self.memory.files(self.shape.kind, "statements").items()
        known = {id for file, ids in files if not hand or file == self.shape.file for id in ids}
        if hand:
            sources = self.frames["sources"]
            itself = set(sources.loc[sources["title"] == self.shape.file, "id"])
            return _among(own["source"], itself) | _among(own["id"], known)
        return _among(own["id"], known) if known else np.ones(len(own), dtype=bool)

    def _quoted_before(self, own: pd.DataFrame) -> NDArray[np.bool_]:
        """Which of them came from any file of this kind, by whatever name, with the words that they stand on."""
        return _among(own["id"], self._of_such_files()) & (own["quote"].astype("str") != "").to_numpy(bool)

    # ---- renames

    def _coders(self, own: pd.DataFrame, file: pd.DataFrame) -> dict[str, str]:
        """New coder -> the one that the file does not name any more, all of whose passages are now the new one's."""
        if "coder" not in file or "coder" not in own:
            return {}
        held = self.memory.files(self.shape.kind, "statements").get(self.shape.file, set())
        mine = own[_among(own["id"], held)]
        now, everybody = {*file["coder"].astype("str")}, {*self.into.frames["statements"]["coder"].astype("str")}
        before = _passages(mine, "coder", {*mine["coder"].astype("str")} - now - {""}, None)
        after = _passages(file, "coder", now - everybody - {""}, None)
        fitting = {
            coder: [new for new, there in after.items() if keys <= there]
            for coder, keys in before.items()
            if all(key[-1] for key in keys)  # each has its words
        }
        wanted = Counter(new for fits in fitting.values() for new in fits)
        found = {fits[0]: coder for coder, fits in fitting.items() if len(fits) == 1 and wanted[fits[0]] == 1}
        if found:
            words = "; ".join(f"{shown(coder)} is now {shown(new)}" for new, coder in found.items())
            self.notes.append(f"Coders renamed in the file: {words}.")
        return found

    def _take_renames(self, table: str, column: str) -> None:
        """Give a new thing of the file the id of the one here that it was before it was renamed."""
        things, here = self.frames[table], self.into.frames[table]
        there = {*here["id"]}
        new = {id for id in things["id"] if id not in there}
        gone = there - {*things["id"]}
        if self.shape.kind == SHEET:  # its table holds all that the dataset has
            gone = there - set(self.frames["statements"][column].astype("str"))
        others: set[str] = set()
        if table == "sources":  # a coding program's are known by their texts; a sheet's are those that it named before
            own = self.memory.files(SHEET, table).get(self.shape.file, set()) if self.shape.kind == SHEET else set()
            gone, others = gone & own, gone - own
        if not new or not gone | others:
            return
        label = TABLES[table].label
        title, name = by_id(things, label), by_id(here, label)
        taken = self._said(new, gone | others, title, name)
        said = {*taken}
        new, gone = new - said, gone - {*taken.values()}
        taken |= self._known_before(table, {id: title[id] for id in new}, gone)
        new, gone = new - {*taken}, gone - {*taken.values()}
        renamed = self._renamed(column, new, gone, title, name)
        for other, id in (taken | renamed).items():
            self.settled |= {title[other], name[id]}
        if self.shape.kind == SHEET:
            self._ask_renamed(column, new - {*renamed}, gone - {*renamed.values()}, title, name)
        else:
            self._ask_same_words(column, new - {*renamed}, gone - {*renamed.values()}, title, name)
        if others:
            asked = {a for q in self.asked for a in (q.a, q.b)}
            left = {id for id in new - {*renamed} if title[id] not in (self.shape.file, *asked)}
            self._ask_known_words(left, others - {*taken.values()}, title, name)
        self._move(table, column, taken | renamed)
        renamed |= {other: taken[other] for other in said}
        if renamed:
            words = [f"{shown(name[id])} is now {shown(title[other])}" for other, id in renamed.items()]
            self.notes.append(f"Renamed in the file: {'; '.join(words)}.")

    def _said(self, new: set[str], gone: set[str], title: Mapping[str, str], name: Mapping[str, str]) -> dict[str, str]:
        """New things that were said to be one here: the new name is the first of the pair."""
        pairs = {"=".join(map(exact, pair.split("="))) for pair in self.options.same}
        if not pairs:
            return {}
        return {other: id for id in gone for other in new if f"{exact(title[other])}={exact(name[id])}" in pairs}

    def _known_before(self, table: str, new: Mapping[str, str], gone: set[str]) -> dict[str, str]:
        """New things that are called as the file called one here before, which has another name here since."""
        sources, hand = {*self.frames["sources"]["id"]}, self.shape.kind == SHEET
        files = self.memory.files(self.shape.kind, "sources").items()
        same = [file for file, ids in files if (file == self.shape.file if hand else ids & sources)]
        called = {cell_hash(text): id for id, text in new.items()}
        label = TABLES[table].label
        before = self.memory.base(self.shape.kind, same).get(table, {})
        return {called[h]: id for id, cells in before.items() if id in gone and (h := cells.get(label, "")) in called}

    def _move(self, table: str, column: str, ids: Mapping[str, str]) -> None:
        """Give things of the file the ids of things here."""
        if not ids:
            return
        moved = self.frames[table].copy()
        moved["id"] = moved["id"].map(lambda id: ids.get(id, id)).astype("str")
        if self.shape.kind == SHEET:  # its table has the row that is here, too: what the file does not say stays
            latest = moved.astype("str").replace("", None).groupby("id", sort=False).last().fillna("").reset_index()
            moved = latest[list(moved.columns)].astype("str")
        statements = self.frames["statements"].copy()
        statements[column] = statements[column].astype("str").map(lambda id: ids.get(id, id)).astype("str")
        self.frames |= {table: moved, "statements": statements}
        if table == "sources":
            self.texts = {ids.get(id, id): text for id, text in self.texts.items()}

    def _renamed(
        self, column: str, new: set[str], gone: set[str], title: Mapping[str, str], name: Mapping[str, str]
    ) -> dict[str, str]:
        """New things all of whose passages are those of one that the file no longer has; else they are asked about."""
        if not new or not gone:
            return {}
        before = _passages(self.into.frames["statements"], column, gone, self._own_sources(column))
        after = _passages(self.frames["statements"], column, new, None)
        places: dict[tuple[str, ...], set[str]] = {}
        for id, keys in after.items():
            for key in keys:
                places.setdefault(key, set()).add(id)
        candidates: dict[str, set[str]] = {}
        for id, keys in before.items():
            fits = set.intersection(*(places.get(key, set()) for key in keys))
            if fits := {other for other in fits if not self._different(name[id], title[other])}:
                candidates[id] = fits
        wanted = Counter(id for fits in candidates.values() for id in fits)
        taken: dict[str, str] = {}
        for id, fits in candidates.items():
            other = next(iter(fits))
            sure = len(fits) == 1 and wanted[other] == 1
            if sure and all(key[-1] for key in before[id]):  # each has its words
                taken[other] = id
            elif self.shape.kind != SHEET:
                which = " or ".join(shown(title[each]) for each in sorted(fits))
                self.notes.append(
                    f"{shown(name[id])} is no longer in the file, and {which} is new with the same positions: if it "
                    f"was renamed, say --same '{title[other]}={name[id]}' (after `policy-matrix undo`, if this import "
                    "was written already)."
                )
        return taken

    def _own_sources(self, column: str) -> set[str] | None:
        """Where the positions of things that are gone count: in the sources of the file."""
        return None if column == "source" else set(self.frames["statements"]["source"])

    def _different(self, one: str, other: str) -> bool:
        """Whether two names were said to be two things."""
        return bool(Decisions.of((), self.options.different, {exact(one), exact(other)}).different)

    def _ask_renamed(
        self, column: str, new: set[str], gone: set[str], title: Mapping[str, str], name: Mapping[str, str]
    ) -> None:
        """Ask about each name that went and the new one that has most of its positions, each in one question."""
        if not new or not gone:
            return
        before = _positions(self.into.frames["statements"], column, gone, self._own_sources(column))
        after = _positions(self.frames["statements"], column, new, None)
        pairs = []
        for i, (id, there) in enumerate(before.items()):
            for j, (other, here) in enumerate(after.items()):
                shared = there.keys() & here.keys()
                same = sum(any(_same_position(a, b) for a in there[k] for b in here[k]) for k in shared)
                if 2 * same > len(shared):
                    pairs.append((-same, len(shared), i, j, id, other))
        paired: set[str] = set()
        for less, number, *_, id, other in sorted(pairs):
            one, two = name[id], title[other]
            if self._different(one, two):
                self.notes.append(
                    f"{shown(one)} and {shown(two)} are two, as was said: if that was wrong, `policy-matrix undo` "
                    "takes the import back."
                )
            elif not paired & {id, other}:
                paired |= {id, other}
                found = (
                    f"{shown(one)} is no longer in it, and {shown(two)} is new with {-less:,} of {number:,} positions "
                    "the same"
                )
                question = Undecided(column, two, one, found)
                # Many have one position in common by chance.
                if less < -1 or len(new) == len(gone) == 1 or nearly_same(column, [one, two], Decisions()):
                    self.asked.append(question)
                else:
                    self.notes.append(f"{found}: say {question.ways}.")

    def _ask_same_words(
        self, column: str, new: set[str], gone: set[str], title: Mapping[str, str], name: Mapping[str, str]
    ) -> None:
        """Ask about each name that went and a new one that has some of its passages: words, place, stance and all."""
        if not new or not gone:
            return
        before = _passages(self.into.frames["statements"], column, gone, self._own_sources(column))
        after = _passages(self.frames["statements"], column, new, None)
        pairs = [
            (-len(shared), len(there), id, other)
            for id, there in before.items()
            for other, here in after.items()
            if (shared := [key for key in {*there} & {*here} if key[-1]])
        ]
        paired: set[str] = set()
        for less, number, id, other in sorted(pairs):
            if not paired & {id, other} and not self._different(name[id], title[other]):
                paired |= {id, other}
                found = (
                    f"{shown(name[id])} is no longer in it, and {shown(title[other])} is new with {-less:,} of its "
                    f"{plural(number, 'passage')}"
                )
                self.asked.append(Undecided(column, title[other], name[id], found))

    def _ask_known_words(
        self, new: set[str], others: set[str], title: Mapping[str, str], name: Mapping[str, str]
    ) -> None:
        """Ask about each new source that has the words, or without words the statements, of one of another file.

        Else a copy under another name, in which a source is called otherwise, would double what was stated there.
        """
        mine, here = self.frames["statements"], self.into.frames["statements"]
        before, after = _stated(here, others), _stated(mine, new)
        where: dict[tuple[str, ...], set[str]] = {}
        for id, keys in before.items():
            for key in keys:
                where.setdefault(key, set()).add(id)
        pairs = []
        for other, keys in after.items():
            shared = Counter(id for key in keys for id in where.get(key, ()))
            for id, number in shared.items():
                quoted = any(len(key) < len(_UNQUOTED) for key in keys & before[id])
                if 2 * number > min(len(keys), len(before[id])) and (quoted or number > 1 or self._is_copy()):
                    pairs.append(
                        (-number, min(len(keys), len(before[id])), "word" if quoted else "statement", id, other)
                    )
        paired: set[str] = set()
        for less, number, what, id, other in sorted(pairs):
            if paired & {id, other} or self._different(name[id], title[other]):
                continue
            paired |= {id, other}
            words = "the words" if what == "word" else "the statements"
            found = (
                f"{shown(name[id])} is not in it, and {shown(title[other])} is new with {words} of it "
                f"({-less:,} of {number:,})"
            )
            self.asked.append(Undecided("source", title[other], name[id], found))

    def _is_copy(self) -> bool:
        """Whether at least half of the file's statements are in the dataset already, source and all."""
        columns = ["source", "actor", "proposal", "stance"]
        mine, here = (f[columns].astype("str") for f in (self.frames["statements"], self.into.frames["statements"]))
        return 2 * len(mine.merge(here.drop_duplicates(), on=columns)) >= len(mine)

    # ---- tables

    def _scale(self) -> None:
        """The stances that the file needs and the dataset has not."""
        if len(self.file.frames["stances"]):
            mine, theirs = on_one_scale(self.into, self.file)
            only = {name: frame if name == "stances" else frame.iloc[:0] for name, frame in theirs.items()}
            self.changes += merge(mine, only)

    def _things(self, table: str) -> None:
        """Rows of sides, sources, actors, proposals: new ones, and what is said otherwise of known ones."""
        frame, here = self.frames[table].reset_index(drop=True), self.into.frames[table]
        at = pd.Index(here["id"]).get_indexer(pd.Index(frame["id"]))
        for i in np.flatnonzero(at < 0).tolist():
            self.changes.append(_added(table, frame, i, str(frame["id"].iloc[i])))
        known = np.flatnonzero(at >= 0)
        if len(known):
            ids = frame["id"].iloc[known].tolist()
            self._cells(table, here.iloc[at[known]], frame.iloc[known], ids)

    def _cells(self, table: str, here: pd.DataFrame, file: pd.DataFrame, ids: Sequence[str]) -> None:
        """The cells of known rows that the file says otherwise, each row beside its own."""
        base = self.base.get(table, {})
        moved = self._needless(here, file) if table == "statements" else np.zeros(len(ids), bool)
        for column in [str(c) for c in file.columns if c != "id"]:
            old = (here[column].astype("str") if column in here else pd.Series("", here.index)).to_numpy(dtype=object)
            new = file[column].astype("str").to_numpy(dtype=object)
            for i in np.flatnonzero(old != new).tolist():
                cells = base.get(ids[i])
                before = cells.get(column, "") if cells is not None else None
                self._cell(table, ids[i], column, (str(old[i]), str(new[i])), before, bool(moved[i]))
        for column in _WITH_STANCE:
            if table == "statements" and column not in file:
                for i in np.flatnonzero(moved & (here[column] != "").to_numpy(dtype=bool)).tolist():
                    self._change(table, ids[i], column, str(here[column].iloc[i]), "")

    def _needless(self, here: pd.DataFrame, file: pd.DataFrame) -> NDArray[np.bool_]:
        """The statements whose stance needed a condition, and whose new one needs none."""
        conditional = {i for i, c in zip(self.into.scale.ids, self.into.scale.conditional, strict=True) if c}
        before, after = (f["stance"].astype("str").isin(conditional).to_numpy(dtype=bool) for f in (here, file))
        return np.asarray(before & ~after, dtype=bool)

    def _cell(
        self, table: str, id: str, column: str, values: tuple[str, str], before: str | None, needless: bool
    ) -> None:
        """What comes of one cell, of which the memory keeps `before` (None: nothing)."""
        old, new = values
        if exact(old) == exact(new) and column != "quote":
            return
        if before is None:
            if not new and not (needless and column in _WITH_STANCE):
                return  # a file that says nothing takes nothing away
            if not old or table == "statements":
                self._change(table, id, column, old, new)
            elif self.shape.kind != SHEET:
                self.others.append(_differing(table, id, column, old, new))
            else:
                why = f"the id {id} already has another value here"
                self.changes.append(replace(Change("changed", table, id, column, old, new), kind="conflict", why=why))
        elif cell_hash(new) == before:
            return  # the file says what it said: what is here was edited since
        elif cell_hash(old) == before or (not old and new):
            self._change(table, id, column, old, new)
        else:
            self.kept.append(_differing(table, id, column, old, new))

    def _change(self, table: str, id: str, column: str, old: str, new: str) -> None:
        self.changes.append(Change("changed", table, id, column, old, new))

    def _say_kept(self) -> None:
        for cells, one, many in (
            (
                self.kept,
                "value that was edited here since the last import, and in the file too, kept",
                "values that were edited here since the last import, and in the file too, kept",
            ),
            (self.others, "value that is another one here, kept", "values that are others here, kept"),
        ):
            if cells:
                rest = f" and {len(cells) - EXAMPLES:,} more" if len(cells) > EXAMPLES else ""
                self.notes.append(f"{plural(len(cells), one, many)}: {'; '.join(cells[:EXAMPLES])}{rest}.")

    # ---- statements

    def _statements(
        self, own: pd.DataFrame, file: pd.DataFrame, matched: Mapping[int, int]
    ) -> tuple[list[int], list[str]]:
        """Changes and new rows; the file's rows that are held now, and the ids that they have."""
        ids = own["id"].tolist()
        here, there = list(matched), list(matched.values())
        self._cells("statements", own.iloc[here], file.iloc[there], [ids[i] for i in here])
        found = dict(zip(there, (ids[i] for i in here), strict=True))
        rest = [i for i in range(len(file)) if i not in found]
        taken = {*self.into.frames["statements"]["id"]}
        deleted = self._deleted_here(file, rest, taken)
        if deleted:
            names = some(_statement(self.into, self.frames, file.iloc[i]) for i in deleted)
            what = plural(len(deleted), "statement of the file that was", "statements of the file that were")
            self.notes.append(f"{what} deleted here since the last import, kept out: {names} (--forget takes them in).")
        for i in rest:
            if i in deleted:
                found[i] = deleted[i]
                continue
            base, number = str(file["id"].iloc[i]), 1
            id = base
            while id in taken:
                number += 1
                id = f"{base}-{number}"
            taken.add(id)
            found[i] = id
            self.changes.append(_added("statements", file, i, id))
        rows = sorted(found)
        return rows, [found[i] for i in rows]

    def _deleted_here(self, file: pd.DataFrame, rest: Sequence[int], taken: set[str]) -> dict[int, str]:
        """Of the rows that match no statement those that the file held before, and that were deleted here since."""
        missing: dict[tuple[tuple[str, str], ...], list[str]] = {}
        by_imports = self.memory.removed
        for id, cells in self.base.get("statements", {}).items():
            if id not in taken and id not in by_imports and cells:
                missing.setdefault(tuple(sorted((c, h) for c, h in cells.items() if h)), []).append(id)
        if not missing or not rest:
            return {}
        found: dict[int, str] = {}
        rows = hashed(file.iloc[list(rest)], [str(i) for i in rest])
        for i in rest:
            key = tuple(sorted((c, h) for c, h in rows[str(i)].items() if h))
            if ids := missing.get(key):
                found[i] = ids.pop(0)
        return found

    def _gone(self, own: pd.DataFrame, matched: Mapping[int, int]) -> None:
        """Statements of this file that are no longer in it: kept and named, or removed."""
        ids, base = own["id"].tolist(), self.base.get("statements", {})
        others = {id for each in self.memory.imports for id in each.rows.get("statements", ())}
        doubtful = self._imported(own) & (bool(matched) and not base)  # nothing is remembered: its sources say it
        gone = [
            i for i, id in enumerate(ids) if i not in matched and (id in base or (doubtful[i] and id not in others))
        ]
        if not gone:
            return
        edited = [i for i in gone if ids[i] in base and _edited(own.iloc[i], base[ids[i]])]
        names = some(_statement(self.into, self.frames, own.iloc[i]) for i in gone)
        one = len(gone) == 1
        what = f"{plural(len(gone), 'statement')} of this source {'is' if one else 'are'} no longer in the file"
        if not self.options.update:
            self.notes.append(
                f"{what}: {names}. Keep or remove ({'it is' if one else 'they are'} kept; --update removes)."
            )
            return
        removed = [i for i in gone if i not in edited]
        at = pd.Index(self.into.frames["statements"]["id"])
        for i in removed:
            row = own.iloc[i]
            values = tuple((str(c), str(v)) for c, v in row.items() if c != "id" and str(v))
            self.changes.append(Change("deleted", "statements", ids[i], values=values, at=int(at.get_loc(ids[i]))))
        self.notes.append(f"{what}, removed: {names}." if not edited else f"{what}: {names}.")
        if edited:
            names = some(_statement(self.into, self.frames, own.iloc[i]) for i in edited)
            self.notes.append(f"{plural(len(edited), 'statement')} of these, edited here since, kept: {names}.")

    def _find_places(self) -> None:
        """Where the text of a source changes, what is quoted from it and not in the file is found in the new text."""
        texts = {
            c.id: self.texts[c.id].decode("utf-8", "replace")
            for c in self.changes
            if c.table == "sources" and c.column == "sha256" and c.id in self.texts
        }
        settled = {(c.table, c.id) for c in self.changes if c.kind == "deleted" or c.column == "start"}
        lost: list[str] = []
        for table in QUOTED_TABLES if texts else ():
            frame = self.into.frames[table]
            for at in np.flatnonzero(_among(frame["source"], {*texts})).tolist():
                row = {str(c): str(v) for c, v in frame.iloc[at].items()}
                place, words, text = row["start"], row["quote"], texts[row["source"]]
                if not (place and words) or (table, row["id"]) in settled or text.startswith(words, int(place)):
                    continue
                found = places(text, words)
                self._change(table, row["id"], "start", place, str(found[0]) if len(found) == 1 else "")
                if len(found) != 1:
                    lost.append(words)
        if lost:
            self.notes.append(
                f"{plural(len(lost), 'quote')} kept here without a place, as the new text of the source does not hold "
                f"{'it' if len(lost) == 1 else 'them'} exactly once: {some(lost)}."
            )

    def _held_things(self, file: pd.DataFrame) -> dict[str, Rows]:
        """What the file says of the things that its statements name."""
        held: dict[str, Rows] = {}
        used = {
            "actors": {*file["actor"].astype("str")},
            "proposals": {*file["proposal"].astype("str")},
            "sources": {*file["source"].astype("str")},
        }
        for table, ids in used.items():
            frame = self.frames[table]
            frame = frame[frame["id"].isin(ids)]
            held[table] = hashed(frame, frame["id"].tolist())
        return held


def first_memory(frames: Mapping[str, pd.DataFrame], shape: Shape, given: ImportOptions) -> Callable[[str], bytes]:
    """The memory of a dataset that is made of a file."""

    def rows() -> dict[str, Rows]:
        if len(frames["statements"]) > MOST_REMEMBERED:
            return {}
        named = {t: frames[t] for t in ("statements", "actors", "proposals", "sources")}
        return {t: hashed(f, f["id"].tolist()) for t, f in named.items()}

    return Memory().next(shape, given, rows, {})


def _among(values: pd.Series[Any], wanted: set[str]) -> NDArray[np.bool_]:
    return np.array([v in wanted for v in values.tolist()], dtype=bool)


def _passages(
    statements: pd.DataFrame, column: str, wanted: set[str], sources: set[str] | None
) -> dict[str, set[tuple[str, ...]]]:
    """What was stated of each of the wanted things, but for itself; the last word of each key is the quote."""
    rows = statements[statements[column].isin(wanted)]
    if sources is not None:
        rows = rows[rows["source"].isin(sources)]
    columns = [c for c in ("source", "actor", "proposal", "coder", "stance", "quote") if c != column]
    found: dict[str, set[tuple[str, ...]]] = {}
    cells = [(rows[c].astype("str") if c in rows else pd.Series("", rows.index)).tolist() for c in columns]
    for id, key in zip(rows[column].astype("str"), zip(*cells, strict=True), strict=True):
        found.setdefault(id, set()).add(key)
    return found


def _stated(statements: pd.DataFrame, sources: set[str]) -> dict[str, set[tuple[str, ...]]]:
    """What stands in each source: long quotes by their words alone, what has no quote by who, what, how and when."""
    rows = statements[_among(statements["source"], sources)]
    cells = [
        (rows[c].astype("str") if c in rows else pd.Series("", rows.index)).tolist()
        for c in ("source", "quote", *_UNQUOTED)
    ]
    found: dict[str, set[tuple[str, ...]]] = {}
    for source, quote, *stated in zip(*cells, strict=True):
        key = (quote,) if len(quote) >= _OWN_WORDS else (quote, *stated[:2]) if quote else tuple(stated)
        found.setdefault(source, set()).add(key)
    return found


def _positions(
    statements: pd.DataFrame, column: str, wanted: set[str], sources: set[str] | None
) -> dict[str, dict[tuple[str, ...], set[tuple[str, str]]]]:
    """Of each of the wanted things: row of the sheet -> stances, each with its quote."""
    found: dict[str, dict[tuple[str, ...], set[tuple[str, str]]]] = {}
    for id, keys in _passages(statements, column, wanted, sources).items():
        for *place, stance, quote in keys:
            found.setdefault(id, {}).setdefault(tuple(place), set()).add((stance, quote))
    return found


def _same_position(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the stances are the same, or the quotes; words that differ are two statements."""
    return one[1] == other[1] if one[1] and other[1] else one[0] == other[0]


def _matched(
    here: pd.DataFrame,
    file: pd.DataFrame,
    imported: NDArray[np.bool_],
    quoted: NDArray[np.bool_],
    *,
    hand: bool,
) -> Iterator[tuple[int, int]]:
    """Pairs of rows that are the same statement: those that are alike in most first, each row once.

    Of those that were imported from such a file before, the only one of a passage (by hand: of a row and column) that
    is left on both sides is the same too: it says something else now. `quoted`: these, and those with words of their
    own that came from a file of another name: one actor's words on one proposal are not two stances of one coder. What
    was imported is the same, too, where one of both does not say who coded it.
    """
    coded = [
        (f["coder"].astype("str") != "").to_numpy(bool) if "coder" in f else np.zeros(len(f), bool)
        for f in (here, file)
    ]
    every = [str(c) for c in file.columns if c != "id"]
    rest = np.ones(len(here), bool), np.ones(len(file), bool)
    all_rows = rest[0].copy(), rest[1].copy()
    for rows, left_out in (
        (all_rows, ""),
        ((imported & ~coded[0], coded[1]), "coder"),
        ((imported & coded[0], ~coded[1]), "coder"),
    ):
        where = [c for c in _PLACE if c != left_out]
        place = [*where, "quote"]
        alike = [
            [c for c in every if c != left_out],
            *([*place, "stance", *more] for more in (("start", "date_start"), ("start",), ())),
        ]
        changed = [(c, quoted) for c in ([*place, "start", "date_start"], [*place, "start"], place)]
        if hand:  # a row without words of its own is known by its row and column
            changed += [(c, imported) for c in ([*where, "id"], [*where, "date_start"], where)]
        left, right = (np.flatnonzero(r & t) for r, t in zip(rest, rows, strict=True))
        for columns, those in [*((c, None) for c in alike), *changed]:
            once = those is not None
            left = left if those is None else left[those[left]]
            if not len(left) or not len(right):
                break
            codes = _codes(here.iloc[left], file.iloc[right], columns)
            one, two = _joined(*codes, once=once)
            yield from zip(left[one].tolist(), right[two].tolist(), strict=True)
            rest[0][left[one]] = rest[1][right[two]] = False
            left, right = np.delete(left, one), np.delete(right, two)


def _codes(here: pd.DataFrame, file: pd.DataFrame, columns: Sequence[str]) -> tuple[Ints, Ints]:
    """A number for what the rows of both say in these columns."""
    code: NDArray[Any] = np.zeros(len(here) + len(file), dtype=np.int64)
    for column in columns:
        texts = [
            (f[column].astype("str") if column in f else pd.Series("", f.index)).to_numpy(dtype=object)
            for f in (here, file)
        ]
        codes, words = pd.factorize(np.concatenate(texts))
        code, _ = pd.factorize(code * (len(words) + 1) + codes)
    return code[: len(here)], code[len(here) :]


def _joined(one: Ints, two: Ints, *, once: bool) -> tuple[Ints, Ints]:
    """The places of equal numbers, each paired once in order; with `once` only numbers that both have once."""
    frames = []
    for codes in (one, two):
        frame = pd.DataFrame({"code": codes, "at": np.arange(len(codes))})
        frame["nth"] = frame.groupby("code").cumcount()
        if once:
            frame = frame[~frame["code"].duplicated(keep=False)]
        frames.append(frame)
    both = frames[0].merge(frames[1], on=["code", "nth"])
    return both["at_x"].to_numpy(dtype=np.intp), both["at_y"].to_numpy(dtype=np.intp)


def _differing(table: str, id: str, column: str, old: str, new: str) -> str:
    return f"{TABLES[table].file} {id}, {column} {shown(old)} (the file says {shown(new)})"


def _added(table: str, frame: pd.DataFrame, i: int, id: str) -> Change:
    row = frame.iloc[i]
    values = tuple((str(c), str(v)) for c, v in row.items() if c != "id" and str(v))
    return Change("added", table, id, values=values, row=i + FIRST_ROW)


def _edited(row: pd.Series[Any], cells: RowCells) -> bool:
    """Whether a statement is other than the file held it."""
    return any(cell_hash(str(row.get(column, ""))) != kept for column, kept in cells.items())


def _statement(into: Dataset, frames: Mapping[str, pd.DataFrame], row: pd.Series[Any]) -> str:
    """A statement in words: who, on what, which stance."""
    words = []
    for table, column in (("actors", "actor"), ("proposals", "proposal")):
        id, label = str(row[column]), TABLES[table].label
        names = [f.loc[f["id"] == id, label] for f in (into.frames[table], frames[table])]
        words.append(next((str(n.iloc[0]) for n in names if len(n)), id))
    return " / ".join([*words, str(row["stance"])])
