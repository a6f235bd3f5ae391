"""Sheets made by hand: `read_sheet` makes tables of a sheet and its mapping; what is not certain is a problem."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.dataset import records
from matrix.dataset.problems import DatasetError, Problem, not_one_of, shown
from matrix.dataset.schema import SHIPPED_STANCES, SLUG, TABLES
from matrix.importing.file_cells import Sheet
from matrix.importing.name_matching import Pair, exact, slug
from matrix.importing.result import (
    COLUMN_ASKED,
    LISTED,
    TYPE,
    ImportedTables,
    extra_column,
    some,
    statements_frame,
    text_frame,
)
from matrix.importing.sheet.cell_formats import date_notes, joined, with_comments
from matrix.importing.sheet.entities import named, sources
from matrix.importing.sheet.headers import FIELDS, KEEP, SKIP, VALUES, is_party_word
from matrix.importing.sheet.mapping import SheetMapping
from matrix.importing.sheet.named_columns import Coded
from matrix.importing.sheet.statement_ids import ids_of
from matrix.wording import plural

_ROWS_SHOWN = 5
_MOST_HELD_TOGETHER = 100_000  # statements of a sheet that are compared with each other
_NAMES = {"name", "title"}  # columns that hold the names themselves, not what describes them

Bools = NDArray[np.bool_]
Texts = Mapping[str, pd.Series]


def read_sheet(sheet: Sheet, mapping: SheetMapping) -> ImportedTables:
    """The sheet's statements as tables; DatasetError with every problem where mapping or rows leave something open.

    `mapping`: what `propose` made of the same sheet. Rows without actor, proposal or stance are left out and noted.
    """
    if sheet.name != mapping.cells.sheet:
        raise ValueError("the mapping is of another sheet")
    if mapping.problems:
        raise DatasetError(mapping.problems)
    return _SheetReading(mapping).tables()


@dataclass
class _SheetReading:
    mapping: SheetMapping
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tables(self) -> ImportedTables:
        m = self.mapping
        whole = _of_whole_rows(m)
        sides = named(whole, "side", {}, self.notes, None, self.problems) if m.header("side") else None
        actors = named(whole, "actor", {**self._of("actors")}, self.notes, sides, self.problems)
        proposals = named(whole, "proposal", self._of("proposals"), self.notes, None, self.problems)
        stance = m.coded["stance"]
        stance_ids = [m.stances.get(v, "") for v in stance.values]
        wanted = self._wanted(stance, stance_ids)
        self._note_silent(actors.column, proposals.column, wanted)
        found = sources(m, self._of("sources"), self.notes, wanted, self.problems)
        columns = {
            "actor": actors.column,
            "proposal": proposals.column,
            "stance": stance.named(stance_ids),
            "source": found.column,
            **self._prose(),
            **self._dates(),
        }
        if m.cells.comments:
            columns["note"] = with_comments(m.cells, columns, self.notes)
        columns["condition"] = _conditions(m, columns)
        columns |= self._doubts(columns, wanted)
        self.problems += _condition_problems(m, columns["condition"], stance_ids, wanted)
        columns |= self._extra(columns)
        self._note_again(columns, wanted)
        columns = {"id": self._ids(columns, wanted), **columns}
        self._note_rest()
        if self.problems:
            raise DatasetError(self.problems)
        frames = {
            **self._existing(),
            **({"sides": text_frame("sides", sides.rows)} if sides else {}),
            "sources": text_frame("sources", found.rows),
            "actors": text_frame("actors", actors.rows),
            "proposals": text_frame("proposals", proposals.rows),
            "statements": statements_frame(columns, wanted),
        }
        unnamed = {m.cells.file: found.unnamed}
        return ImportedTables(frames, {}, tuple(self.notes), Path(m.cells.file).stem, unnamed)

    def _existing(self) -> dict[str, pd.DataFrame]:
        """The tables of the dataset that the sheet adds to and that its rows refer to; the stances that are made."""
        into = self.mapping.into
        names = ("sides", "stances", "risk_areas") if into is not None else ()
        tables = {n: into.table(n).astype("str") for n in names if into is not None and len(into.frames[n])}
        return tables | self._scale(tables.get("stances"))

    def _scale(self, there: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
        """The table of stances with those that the sheet's words need; none where the scale is as it was."""
        made = [dict(row) for row in self.mapping.words.made]
        if not made:
            return {}
        ids = {row["id"] for row in made}
        before: list[Mapping[str, Any]] = [dict(s) for s in SHIPPED_STANCES]
        if there is not None:
            before = records(there)
        if self.mapping.words.alone:
            used = {*self.mapping.stances.values()}
            before = [row for row in before if row["id"] in used]
        kept = [{str(c): str(v) for c, v in row.items()} for row in before if row["id"] not in ids]
        rows = sorted([*kept, *made], key=lambda row: -float(row["score"]))
        names = ", ".join(f"{row['id']} ({row['score']})" for row in rows)
        self.notes.append(f"the words for stances make a scale of {len(rows)}, with its scores: {names}.")
        return {"stances": text_frame("stances", rows)}

    def _of(self, table: str) -> dict[str, Coded]:
        """The columns that say more of a table's things: column of the table -> what the sheet holds."""
        found: dict[str, Coded] = {}
        for header, name in self.mapping.fields.items():
            spec = FIELDS.get(name)
            if spec is None or spec.table != table or spec.column in _NAMES:
                continue
            if name == "actor_kind":
                found |= self._kinds(header)
            else:
                found[spec.column] = self._coded(header, name)
        return found

    def _coded(self, header: str, name: str) -> Coded:
        """A column of repeated values; what a closed vocabulary does not have is a problem."""
        spec = FIELDS[name]
        if not TABLES[spec.table][spec.column].values:
            return self.mapping.cells.coded(header)
        coded = _translated(self.mapping, header, name)
        self.problems += _value_problems(self.mapping, header, name, coded)
        return coded

    def _kinds(self, header: str) -> dict[str, Coded]:
        """The kinds of actors; a type that is none here is kept beside them."""
        coded = _translated(self.mapping, header, "actor_kind")
        foreign = _unknown_values(coded, _allowed_in(self.mapping, "actor_kind"))
        if not foreign:
            return {"kind": coded}
        self.notes.append(
            f"{plural(len(foreign), 'word')} of {shown(header)} that {'is' if len(foreign) == 1 else 'are'} no kind of "
            f"actor here, kept in the column 'type': {some(foreign)}."
        )
        return _kinds_apart(coded, foreign)

    def _wanted(self, stance: Coded, ids: list[str]) -> Bools:
        """Rows that have actor, proposal and stance and are not left out by the user."""
        m = self.mapping
        skipped = np.array([i == SKIP for i in ids])[stance.codes]
        wanted: Bools = ~skipped
        if skipped.any():
            words = some(v for v, i in zip(stance.values, ids, strict=True) if i == SKIP)
            self.notes.append(f"{plural(int(skipped.sum()), 'cell')} left out, as asked: {words}.")
        for name in ("actor", "proposal", "stance"):
            blank = ~m.coded[name].filled
            if name == "stance":
                blank &= m.whole
            if blank.any():
                rows = m.cells.rows[blank].tolist()
                listed = [str(row) for row in rows[:_ROWS_SHOWN]]
                if name == "proposal":  # a heading or remark, which people should recognise
                    listed = [
                        f"{row}{self._called(at)}"
                        for row, at in zip(listed, np.flatnonzero(blank).tolist(), strict=False)
                    ]
                more = ", …" if len(rows) > _ROWS_SHOWN else ""
                self.notes.append(f"{plural(len(rows), 'row')} without {name} left out: row {', '.join(listed)}{more}.")
            wanted &= ~blank
        sums = ~m.whole & m.coded["actor"].filled & m.coded["proposal"].filled
        if sums.any():
            listed = [str(row) for row in m.cells.rows[sums][:_ROWS_SHOWN].tolist()]
            self.notes.append(
                f"{plural(int(sums.sum()), 'row')} left out as a sum of the others: row {', '.join(listed)}."
            )
        return wanted & m.whole

    def _called(self, at: int) -> str:
        """The actor of a row in brackets, where it has one."""
        actor = self.mapping.coded["actor"]
        name = actor.values[int(actor.codes[at])]
        return f" ({shown(name)})" if name else ""

    def _note_again(self, columns: Texts, wanted: Bools) -> None:
        """Statements that nothing but their row tells apart: the same twice, or two stances at once."""
        at = np.flatnonzero(wanted)
        if len(at) > _MOST_HELD_TOGETHER:
            return
        code: NDArray[Any] = np.zeros(len(at), dtype=np.int64)
        for column in [c for c in columns if c != "stance"]:
            codes, words = pd.factorize(columns[column].astype("str").to_numpy(dtype=object)[at])
            code, _ = pd.factorize(code * (len(words) + 1) + codes)
        stances = columns["stance"].astype("str").to_numpy(dtype=object)[at]
        pairs = pd.DataFrame({"code": code, "stance": stances, "row": self.mapping.cells.rows[at]})
        again = pairs[pairs.duplicated(["code", "stance"])]
        several = pairs[pairs.groupby("code")["stance"].transform("nunique") > 1]
        for found, what, whats in (
            (again, "statement that is there twice, alike in all columns", "statements that are there again, alike"),
            (several, "statement of several stances", "statements that differ in nothing but their stance"),
        ):
            if len(found):
                listed = ", ".join(str(row) for row in found["row"].unique()[:_ROWS_SHOWN].tolist())
                more = ", …" if found["row"].nunique() > _ROWS_SHOWN else ""
                self.notes.append(f"{plural(len(found), what, whats)}, kept: row {listed}{more}.")

    def _note_silent(self, actors: pd.Series[Any], proposals: pd.Series[Any], wanted: Bools) -> None:
        """Names that occur only in rows that are left out: they are read all the same, which people should know."""
        if wanted.all():
            return
        for column, what in ((actors, "actor"), (proposals, "proposal")):
            stated = {"", *column[wanted].unique()}
            silent = [id for id in column[~wanted].unique() if id not in stated]
            if silent:
                self.notes.append(f"{plural(len(silent), what)} without a statement: {some(silent)}.")

    def _prose(self) -> dict[str, pd.Series[Any]]:
        """The columns of statements that are text or vocabulary."""
        m = self.mapping
        columns = {}
        for header, name in m.fields.items():
            spec = FIELDS.get(name)
            if spec is None or spec.table != "statements" or name in ("id", "stance", "date", "date_end"):
                continue
            if TABLES["statements"][spec.column].values:
                coded = self._coded(header, name)
                columns[spec.column] = coded.named(coded.values)
            else:
                columns[spec.column] = m.cells.prose(header)
        return columns

    def _doubts(self, columns: Texts, wanted: Bools) -> dict[str, pd.Series[Any]]:
        """What is kept of marks of doubt that the user has decided: low confidence, or the word itself as a note."""
        m = self.mapping
        stance = m.coded["stance"]
        marked = [v for v in stance.counts if m.words.doubt(v) and m.stances.get(v) not in ("", SKIP, None)]
        if not marked:
            return {}
        unsure = stance.taken(["low" if v in marked and m.words.unsure(v) else "" for v in stance.values])
        written = stance.taken([f"written as {v}" if v in marked else "" for v in stance.values])
        found = {"note": _joined(columns.get("note"), written)}
        if (unsure != "").any():
            given = columns.get("confidence")
            found["confidence"] = unsure if given is None else given.astype("str").where(given != "", unsure)
        rows = int((wanted & (written != "").to_numpy(dtype=bool)).sum())
        self.notes.append(
            f"{plural(rows, 'statement')} with a mark of doubt, kept as a note and low confidence: {some(marked)}."
        )
        return found

    def _dates(self) -> dict[str, pd.Series[Any]]:
        """Start and end, the sheet's column for the end before the end of an interval; notes of what is vague."""
        m = self.mapping
        found: dict[str, pd.Series[Any]] = {}
        noted: list[pd.Series[Any]] = []
        for name in ("date", "date_end"):
            if name not in m.coded:
                continue
            coded, days = m.coded[name], m.days[name]
            self.notes += date_notes(coded, days, m.header(name), m.cells.rows)
            noted += [coded.named([d.note for d in days])] if any(d.note for d in days) else []
            if name == "date":
                found = {
                    "date_start": coded.named([d.start for d in days]),
                    "date_end": coded.named([d.end for d in days]),
                }
            elif found:
                own = coded.taken([d.end for d in days])
                found["date_end"] = own.where(own != "", found["date_end"].astype("str"))
        if header := m.header("date_note") if noted else "":
            noted.append(m.cells.prose(header))
        return {**found, **({"date_note": joined(noted)} if noted else {})}

    def _extra(self, columns: Texts) -> dict[str, pd.Series[Any]]:
        """Columns kept under their own names."""
        extra: dict[str, pd.Series[Any]] = {}
        for header, name in self.mapping.fields.items():
            if name != KEEP:
                continue
            column = extra_column("statements", header, "sheet")
            while column in extra or column in columns:
                column += "_2"
            extra[column] = self.mapping.cells.prose(header)
        return extra

    def _ids(self, columns: Texts, wanted: Bools) -> pd.Series[Any]:
        """The sheet's own ids as slugs; for the others one made of what is stated, so that order does not matter."""
        details = {c: columns[c] for c in ("stance", "quote", "summary", "condition") if c in columns}
        known = self.mapping.into.frames["statements"] if self.mapping.into is not None else None
        made = ids_of(
            (columns[c] for c in ("actor", "proposal", "source", "date_start") if c in columns), details, known
        )
        header = self.mapping.header("id")
        if not header:
            return made
        coded = self.mapping.cells.coded(header)
        own = [v if re.fullmatch(SLUG, v) else slug(v) for v in coded.values]
        given = coded.taken(own)
        self._check_ids(given, header, wanted)
        return given.where(given != "", made)

    def _check_ids(self, given: pd.Series[Any], header: str, wanted: Bools) -> None:
        cells = self.mapping.cells
        stated = given[wanted & (given != "").to_numpy(dtype=bool)]
        twice = stated[stated.duplicated()]
        for at, id in list(twice.items())[:LISTED]:
            first = int(cells.rows[int(stated.index[stated == id][0])])
            self.problems.append(
                cells.problem(int(str(at)), header, f"the id {shown(str(id))} is already in row {first}")
            )
        if len(twice) > LISTED:
            self.problems.append(Problem(cells.file, 0, header, f"{len(twice) - LISTED:,} more ids appear twice"))

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
        own = [h for h, f in m.fields.items() if f == KEEP]
        if own:
            self.notes.append(
                f"{plural(len(own), 'column')} kept as {'it is' if len(own) == 1 else 'they are'}: {some(own)}."
            )
        parties = [h for h in own if is_party_word(h)]
        if parties and "side" not in m.fields.values():
            way = f"--map '{parties[0]}=side' makes them the sides that are compared"
            self.notes.append(f"{shown(parties[0])} says of which parties the actors are: {way}.")


def _of_whole_rows(m: SheetMapping) -> SheetMapping:
    """The mapping with the names of rows that state something: a heading, remark or sum leaves none behind."""
    if m.whole.all():
        return m
    every = {exact(n) for names in m.cells.every.values() for n in names}
    coded = {f: c.only(m.whole, every) for f, c in m.coded.items() if f in ("actor", "proposal", "side")}
    return replace(m, coded={**m.coded, **coded})


def _joined(note: pd.Series[Any] | None, more: pd.Series[Any]) -> pd.Series[Any]:
    """Both notes, one after the other."""
    if note is None:
        return more
    both = note.astype("str") + "; " + more
    return both.where((note != "") & (more != ""), note.astype("str").where(more == "", more))


def _conditions(m: SheetMapping, columns: Mapping[str, pd.Series[Any]]) -> pd.Series[Any]:
    """The column's condition, else the one in the cell of the stance."""
    stance = m.coded["stance"]
    beside = stance.taken([m.words.split(v)[1] for v in stance.values])
    if "condition" not in columns:
        return beside
    return columns["condition"].where(columns["condition"] != "", beside)


def _condition_problems(
    m: SheetMapping, condition: pd.Series[Any], stances: Sequence[str], wanted: NDArray[np.bool_]
) -> list[Problem]:
    """A problem for each wanted row that is conditional without a condition, or has one without need.

    `stances`: the stance id of each of the sheet's words.
    """
    words, problems = m.coded["stance"], []
    conditional = np.array([id in m.words.conditional for id in stances])[words.codes]
    given = (condition != "").to_numpy(dtype=bool)
    stance, column = m.header("stance"), m.header("condition") or "condition"
    lacking, extra = wanted & conditional & ~given, wanted & ~conditional & given
    for at in np.flatnonzero(lacking)[:LISTED].tolist():
        word = words.values[int(words.codes[at])]
        message = (
            f"the stance {shown(word)} is conditional, but no condition is given: say on what it depends, here or "
            f"as '{word}: if …', or give the word another meaning with --stance '{word}=…'"
        )
        problems.append(m.cells.problem(at, stance if m.cells.label_of is not None else column, message))
    for at in np.flatnonzero(extra)[:LISTED].tolist():
        word = words.values[int(words.codes[at])]
        message = (
            f"a condition is given, but the stance {shown(word)} is not conditional: --stance '{word}="
            f"{min(m.words.conditional, default='…')}', or move the text to another column"
        )
        problems.append(m.cells.problem(at, column, message))
    for mask, what in ((lacking, "conditional statements without a condition"), (extra, "conditions without need")):
        if (more := int(mask.sum()) - LISTED) > 0:
            problems.append(Problem(m.cells.file, 0, column, f"{more:,} more {what}"))
    return problems


def _allowed_in(m: SheetMapping, field: str) -> tuple[str, ...]:
    """The values that a field takes in the dataset the sheet goes into; () where it takes any."""
    table, column = FIELDS[field].table, FIELDS[field].column
    if m.into is not None:
        package = m.into.package
        if package is None or column in m.into.written.get(table, ()):
            return package.closed.get((table, column), ()) if package else ()
    return TABLES[table][column].values  # as a column that is new in a described dataset is described


def _translated(m: SheetMapping, header: str, field: str) -> Coded:
    """The column with the vocabulary's own values in the place of people's words for them."""
    coded = m.cells.coded(header)
    table, column = FIELDS[field].table, FIELDS[field].column
    ours = {_folded(v): v for v in (*TABLES[table][column].values, *_allowed_in(m, field))}
    words = VALUES.get(field, {})
    return _recoded(coded, [words.get(v.casefold()) or ours.get(_folded(v), v) for v in coded.values])


def _unknown_values(coded: Coded, allowed: Sequence[str]) -> list[str]:
    """The values of the column that the vocabulary does not have."""
    return [v for v in coded.counts if v not in allowed] if allowed else []


def _value_problems(m: SheetMapping, header: str, field: str, coded: Coded) -> list[Problem]:
    """A problem for each value that the vocabulary does not have, at the first row that holds it."""
    allowed = _allowed_in(m, field)
    hint = f"; change it there, or keep the column as it is with --map '{header}={KEEP}'"
    return [
        m.cells.problem(coded.first(v), header, not_one_of(v, allowed) + hint, COLUMN_ASKED)
        for v in _unknown_values(coded, allowed)
    ]


def _kinds_apart(coded: Coded, foreign: Sequence[str]) -> dict[str, Coded]:
    """Kinds of actors, those that are none here in a column of their own."""
    away = set(foreign)
    return {
        "kind": _recoded(coded, ["" if v in away else v for v in coded.values]),
        TYPE: _recoded(coded, [v if v in away else "" for v in coded.values]),
    }


def _recoded(coded: Coded, values: Sequence[str]) -> Coded:
    """The column with other values, some of which may now be the same."""
    place = {v: i for i, v in enumerate(dict.fromkeys([*values, ""]))}
    return Coded(np.array([place[v] for v in values] or [0], dtype=np.int64)[coded.codes], [*place])


def _folded(word: str) -> str:
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def alike(questions: Sequence[Pair]) -> list[str]:
    """A note of names nearly the same that nobody has decided about."""
    if not questions:
        return []
    pairs = f"{'; '.join(map(str, questions[:3]))}{'; …' if len(questions) > 3 else ''}"
    return [f"{plural(len(questions), 'pair')} of names nearly the same, taken for different ones: {pairs}."]
