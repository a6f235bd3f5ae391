"""A hand-made sheet and the mapping its owner agreed to become tables; what is left open is a problem with its row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.amounts import plural
from matrix.dataset.problems import DatasetError, Problem, shown
from matrix.dataset.schema import SLUG, TABLES
from matrix.exchange.arriving import conditions, vocabularies
from matrix.exchange.arriving.arrival import LISTED, Arrival, extra_column, some, statements_frame, text_frame
from matrix.exchange.arriving.cells import Coded
from matrix.exchange.arriving.entities import named, sources
from matrix.exchange.arriving.header_words import FIELDS, KEEP, SKIP
from matrix.exchange.arriving.known_sources import renamed
from matrix.exchange.arriving.mapping import Mapping_
from matrix.exchange.arriving.slugs import slug
from matrix.exchange.arriving.statement_ids import ids_of
from matrix.exchange.sheets import Sheet

_ROWS_SHOWN = 5
_NAMES = {"name", "title"}  # columns that hold the names themselves, not what is said of them

Bools = NDArray[np.bool_]
Texts = Mapping[str, pd.Series]


def read_sheet(sheet: Sheet, mapping: Mapping_) -> Arrival:
    """The sheet's statements as tables; DatasetError with every problem where mapping or rows leave something open.

    `mapping`: what `propose` made of the same sheet. Rows without actor, proposal or stance are left out and noted.
    """
    if sheet.name != mapping.cells.sheet:
        raise ValueError("the mapping is of another sheet")
    if mapping.problems:
        raise DatasetError(mapping.problems)
    return _Reading(mapping).arrival()


@dataclass
class _Reading:
    mapping: Mapping_
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def arrival(self) -> Arrival:
        m = self.mapping
        sides = named(m, "side", {}, self.notes, None, self.problems) if m.header("side") else None
        actors = named(m, "actor", {**self._of("actors")}, self.notes, sides, self.problems)
        proposals = named(m, "proposal", self._of("proposals"), self.notes, None, self.problems)
        stance = m.coded["stance"]
        stance_ids = [m.stances.get(v, "") for v in stance.values]
        kept = self._kept(stance, stance_ids)
        self._note_silent(actors.column, proposals.column, kept)
        found = sources(m, self._of("sources"), self.notes, kept, self.problems)
        columns = {
            "actor": actors.column,
            "proposal": proposals.column,
            "stance": stance.named(stance_ids),
            "source": found.column,
            **self._prose(),
            **self._dates(),
        }
        columns["condition"] = conditions.told(m, columns)
        self.problems += conditions.asked(m, columns["condition"], stance_ids, kept)
        columns |= self._extra(columns)
        columns = {"id": self._ids(columns, kept), **columns}
        self.notes += renamed(m, columns, kept)
        self._note_rest()
        if self.problems:
            raise DatasetError(self.problems)
        frames = {
            **self._standing(),
            **({"sides": text_frame("sides", sides.rows)} if sides else {}),
            "sources": text_frame("sources", found.rows),
            "actors": text_frame("actors", actors.rows),
            "proposals": text_frame("proposals", proposals.rows),
            "statements": statements_frame(columns, kept),
        }
        return Arrival(frames, {}, tuple(self.notes), Path(m.cells.file).stem)

    def _standing(self) -> dict[str, pd.DataFrame]:
        """The tables of the dataset that the sheet adds to and that its rows refer to."""
        into = self.mapping.into
        names = ("sides", "stances", "risk_areas") if into is not None else ()
        return {n: into.table(n).astype("str") for n in names if into is not None and len(into.frames[n])}

    def _of(self, table: str) -> dict[str, Coded]:
        """The columns that say more of a table's things: column of the table -> what the sheet holds."""
        said: dict[str, Coded] = {}
        for header, name in self.mapping.columns.items():
            spec = FIELDS.get(name)
            if spec is None or spec.table != table or spec.column in _NAMES:
                continue
            if name == "actor_kind":
                said |= self._kinds(header)
            else:
                said[spec.column] = self._coded(header, name)
        return said

    def _coded(self, header: str, name: str) -> Coded:
        """A column of repeated values; what a closed vocabulary does not have is a problem."""
        spec = FIELDS[name]
        if not TABLES[spec.table][spec.column].values:
            return self.mapping.cells.coded(header)
        coded = vocabularies.translated(self.mapping, header, name)
        self.problems += vocabularies.asked(self.mapping, header, name, coded)
        return coded

    def _kinds(self, header: str) -> dict[str, Coded]:
        """The kinds of actors; a type that is none here is kept beside them."""
        coded = vocabularies.translated(self.mapping, header, "actor_kind")
        foreign = vocabularies.strangers(coded, vocabularies.allowed_in(self.mapping, "actor_kind"))
        if not foreign:
            return {"kind": coded}
        self.notes.append(
            f"{plural(len(foreign), 'word')} of {shown(header)} that {'is' if len(foreign) == 1 else 'are'} no kind of "
            f"actor here, kept in the column 'type': {some(foreign)}."
        )
        return vocabularies.kinds_apart(coded, foreign)

    def _kept(self, stance: Coded, ids: list[str]) -> Bools:
        """Rows that have actor, proposal and stance and are not left out by the user's word."""
        m = self.mapping
        skipped = np.array([i == SKIP for i in ids])[stance.codes]
        kept: Bools = ~skipped
        if skipped.any():
            words = some(v for v, i in zip(stance.values, ids, strict=True) if i == SKIP)
            self.notes.append(f"{plural(int(skipped.sum()), 'cell')} left out as you said: {words}.")
        for wanted in ("actor", "proposal", "stance"):
            blank = ~m.coded[wanted].filled
            if blank.any():
                rows = m.cells.rows[blank]
                listed = ", ".join(map(str, rows[:_ROWS_SHOWN].tolist())) + (", …" if len(rows) > _ROWS_SHOWN else "")
                self.notes.append(f"{plural(len(rows), 'row')} without {wanted} left out: row {listed}.")
            kept &= ~blank
        return kept

    def _note_silent(self, actors: pd.Series[Any], proposals: pd.Series[Any], kept: Bools) -> None:
        """Names that only stand in rows that are left out: they come in all the same, which people should know."""
        if kept.all():
            return
        for column, what in ((actors, "actor"), (proposals, "proposal")):
            heard = {"", *column[kept].unique()}
            silent = [id for id in column[~kept].unique() if id not in heard]
            if silent:
                self.notes.append(f"{plural(len(silent), what)} without a statement: {some(silent)}.")

    def _prose(self) -> dict[str, pd.Series[Any]]:
        """The columns of statements that are text or vocabulary."""
        m = self.mapping
        columns = {}
        for header, name in m.columns.items():
            spec = FIELDS.get(name)
            if spec is None or spec.table != "statements" or name in ("id", "stance", "date", "date_end"):
                continue
            if TABLES["statements"][spec.column].values:
                coded = self._coded(header, name)
                columns[spec.column] = coded.named(coded.values)
            else:
                columns[spec.column] = m.cells.prose(header)
        return columns

    def _dates(self) -> dict[str, pd.Series[Any]]:
        """Start and end: the same day or month twice, unless the sheet has a column for the end."""
        m = self.mapping
        if "date" not in m.coded:
            return {}
        start = m.coded["date"].named(list(m.days["date"]))
        if "date_end" not in m.coded:
            return {"date_start": start, "date_end": start}
        end = m.coded["date_end"].taken(list(m.days["date_end"]))
        return {"date_start": start, "date_end": end.where(end != "", start.astype("str"))}

    def _extra(self, columns: Texts) -> dict[str, pd.Series[Any]]:
        """Columns kept under their own names."""
        kept: dict[str, pd.Series[Any]] = {}
        for header, name in self.mapping.columns.items():
            if name != KEEP:
                continue
            column = extra_column("statements", header, "sheet")
            while column in kept or column in columns:
                column += "_2"
            kept[column] = self.mapping.cells.prose(header)
        return kept

    def _ids(self, columns: Texts, kept: Bools) -> pd.Series[Any]:
        """The sheet's own ids as slugs; for the others one made of what is stated, so that order does not matter."""
        telling = {c: columns[c] for c in ("stance", "quote", "summary", "condition") if c in columns}
        known = self.mapping.into.frames["statements"] if self.mapping.into is not None else None
        made = ids_of(
            (columns[c] for c in ("actor", "proposal", "source", "date_start") if c in columns), telling, known
        )
        header = self.mapping.header("id")
        if not header:
            return made
        coded = self.mapping.cells.coded(header)
        own = [v if re.fullmatch(SLUG, v) else slug(v) for v in coded.values]
        given = coded.taken(own)
        self._check_ids(given, header, kept)
        return given.where(given != "", made)

    def _check_ids(self, given: pd.Series[Any], header: str, kept: Bools) -> None:
        cells = self.mapping.cells
        stated = given[kept & (given != "").to_numpy(dtype=bool)]
        twice = stated[stated.duplicated()]
        for at, id in list(twice.items())[:LISTED]:
            first = int(cells.rows[int(stated.index[stated == id][0])])
            self.problems.append(
                cells.problem(int(str(at)), header, f"the id {shown(str(id))} stands in row {first} already")
            )
        if len(twice) > LISTED:
            self.problems.append(Problem(cells.file, 0, header, f"{len(twice) - LISTED:,} more ids stand twice"))

    def _note_rest(self) -> None:
        """What else a reader of the tables should know of the sheet."""
        m = self.mapping
        self.notes += m.cells.notes
        for column, found in m.cells.placeholders.items():
            if found:
                number = sum(found.values())
                self.notes.append(f"{plural(number, 'cell')} of {shown(column)} taken as blank: {some(found)}.")
        if m.merged:
            self.notes.append(
                f"{plural(len(m.merged), 'cell')} merged over several rows, the value taken for each: {some(m.merged)}."
            )
        if m.questions:
            pairs = "; ".join(map(str, m.questions[:3]))
            self.notes.append(
                f"{plural(len(m.questions), 'pair')} of names that are nearly the same were taken for two: {pairs}"
                f"{'; …' if len(m.questions) > 3 else ''}."
            )
        own = [h for h, f in m.columns.items() if f == KEEP]
        if own:
            self.notes.append(f"{plural(len(own), 'column')} kept as it is: {some(own)}.")
