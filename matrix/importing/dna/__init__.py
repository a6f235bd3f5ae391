"""Databases of the Discourse Network Analyzer (DNA 1 to 3): `read_dna` gives their statements and texts as tables.

A variable of names holds the actors, another the proposals, a boolean or integer one the stance; documents are the
sources, and the coded span is the quote. DNA counts places in UTF-16 units; here they are places in a Python `str`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matrix.dataset.problems import DatasetError, Problem, near_miss, not_one_of, refuse, shown
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import SHIPPED_STANCES
from matrix.importing.dna.database import Value
from matrix.importing.dna.study import BOOLEAN, INTEGER, SHORT, Statement, Study, Variable
from matrix.importing.dna.study import read_study as read_study
from matrix.importing.name_matching import exact, unique_slugs
from matrix.importing.result import (
    EXAMPLES,
    MOST_QUOTED,
    ImportedTables,
    ImportOptions,
    TableRow,
    attributes,
    extra_column,
    some,
    text_frame,
)
from matrix.wording import listed, plural

ACTORS, PROPOSALS, AGREEMENT = ("organization", "organisation"), ("concept", "category"), ("agreement",)
MENTIONED = "mentioned"  # the stance of a statement that says neither for nor against
NO_QUOTE = "quote"
_NO_VALUE = {BOOLEAN: "neither 0 nor 1", INTEGER: "not a whole number"}
_QUALIFIERS = {BOOLEAN: "1 is support, 0 is oppose", INTEGER: "each number is a stance of its own"}
_LAST_OF_ONE_UNIT = 0xFFFF
_TYPES_SHOWN = 5


def read_dna(path: Path, options: ImportOptions | None = None, study: Study | None = None) -> ImportedTables:
    """The study as tables; DatasetError with what is to be said first, or one sentence where it cannot be read.

    `options.actors`, `.proposals`, `.stance_from`: the names of the variables that say who, on what, and for or
    against; by default organization, concept and agreement. `.types`: the labels of the statement types that are read;
    by default all that have these variables. Ids of statements and documents are the database's own (`s12`, `d3`).
    `study`: the same file, read before.
    """
    study, options = study or read_study(path), options or ImportOptions()
    kinds = _Choice(path.name, study, options.actors, options.proposals, options.stance_from, options.types).kinds()
    return _StudyReading(path, study, kinds).tables()


def variables_of(study: Study) -> tuple[str, ...]:
    """The variables with their statement types, by which a study is known again."""
    return tuple(sorted(f"{study.types.get(v.type, '')}: {v.name} ({v.kind})" for v in study.variables))


# ---- which variable says what


@dataclass(frozen=True)
class DnaKind:
    """A statement type that is read: which of its variables says what; `stance` is None where it only mentions."""

    id: Value
    label: str
    actor: Variable
    proposal: Variable
    stance: Variable | None
    others: tuple[Variable, ...]


@dataclass(frozen=True)
class _Choice:
    """The statement types and their variables, as the user names them or as DNA calls them."""

    file: str
    study: Study
    actors: str
    proposals: str
    stance_from: str
    types: Sequence[str]

    def kinds(self) -> list[DnaKind]:
        """The types that are read; DatasetError names the options and variables where that cannot be told."""
        self._check_names()
        wanted = self._wanted()
        found = {id: kind for id in wanted if (kind := self._kind(id))}
        used = Counter(s.type for s in self.study.statements)
        lacking = [id for id in wanted if id not in found]
        if not found or (self.types and lacking):
            self._ask_for_variables(lacking if self.types else wanted)
        if any(used[id] for id in found):
            found = {id: kind for id, kind in found.items() if used[id]}
        if unsure := [kind for id, kind in found.items() if kind.stance is None and self._qualifiers(id)]:
            raise DatasetError(self._which_stance(kind) for kind in unsure)
        return [*found.values()]

    def _of(self, type: Value) -> list[Variable]:
        return [v for v in self.study.variables if v.type == type]

    def _qualifiers(self, type: Value) -> list[Variable]:
        return [v for v in self._of(type) if v.kind in _QUALIFIERS]

    def _wanted(self) -> list[Value]:
        labels = self.study.types
        if not self.types:
            return [*labels]
        ids = {exact(label).casefold(): id for id, label in labels.items()}
        unknown = [t for t in self.types if exact(t).casefold() not in ids]
        if unknown:
            raise DatasetError(
                Problem(self.file, 0, "", f"--type {shown(t)}: {not_one_of(t, [*labels.values()])}") for t in unknown
            )
        return [ids[exact(t).casefold()] for t in self.types]

    def _check_names(self) -> None:
        """DatasetError for an option that names no variable of its kind."""
        problems = []
        for option, name, kinds in (
            ("--actors", self.actors, (SHORT,)),
            ("--proposals", self.proposals, (SHORT,)),
            ("--stance-from", self.stance_from, tuple(_QUALIFIERS)),
        ):
            names = list(dict.fromkeys(v.name for v in self.study.variables if v.kind in kinds))
            if name and exact(name).casefold() not in {exact(n).casefold() for n in names}:
                what = f"{listed(kinds, 'or')} variable {shown(name)}"
                there = f"but {', '.join(names)}{near_miss(name, names)}" if names else "nor any other of that kind"
                problems.append(Problem(self.file, 0, "", f"{option}: has no {what} {there}"))
        if problems:
            raise DatasetError(problems)

    def _kind(self, type: Value) -> DnaKind | None:
        """How the type is read; None where it has no variable for the actors or the proposals."""
        own = self._of(type)
        actor = _named([v for v in own if v.kind == SHORT], self.actors, ACTORS)
        proposal = _named([v for v in own if v.kind == SHORT], self.proposals, PROPOSALS)
        if actor is None or proposal is None:
            return None
        if actor == proposal:
            refuse(self.file, f"{shown(actor.name)} cannot say both who speaks and what is spoken of")
        stance = _named(self._qualifiers(type), self.stance_from, AGREEMENT)
        others = tuple(v for v in own if v not in (actor, proposal, stance))
        return DnaKind(type, str(self.study.types[type]), actor, proposal, stance, others)

    def _ask_for_variables(self, types: Sequence[Value]) -> None:
        """DatasetError that names, of each type, its variables and the options that say what they mean."""
        has = "; ".join(
            f"{shown(str(self.study.types[id]))} has {_listed(self._of(id))}" for id in types[:_TYPES_SHOWN]
        )
        example = next((v for id in types if len(v := self._names(id)) > 1), ("VARIABLE", "VARIABLE"))
        stance = next((v.name for id in types for v in self._qualifiers(id)), "")
        known = {ACTORS[0]: self.actors, PROPOSALS[0]: self.proposals}
        lacks = [name for name, given in known.items() if not given]
        what = f"has no statement type with the variables {listed(lacks)}" if lacks else "has no such statement type"
        refuse(
            self.file,
            f"{what}: {has or 'it has no statement type at all'}. Say who speaks, what is spoken of and what is for or "
            f"against: --actors {shown(self.actors or example[0])} --proposals {shown(self.proposals or example[-1])}"
            + (f" --stance-from {shown(self.stance_from or stance)}" if stance else "")
            + " (with the names of your variables)",
        )

    def _names(self, type: Value) -> tuple[str, ...]:
        return tuple(v.name for v in self._of(type) if v.kind == SHORT)

    def _which_stance(self, kind: DnaKind) -> Problem:
        names = [v.name for v in self._qualifiers(kind.id)]
        message = (
            f"the statement type {shown(kind.label)} has no boolean or integer variable "
            f"{shown(self.stance_from or AGREEMENT[0])} but {', '.join(names)}: say which one is for or against with "
            f"--stance-from {shown(names[0])}"
        )
        return Problem(self.file, 0, "", message)


def _named(variables: Sequence[Variable], name: str, usual: Sequence[str]) -> Variable | None:
    """The variable of that name; without one, the one that is called as usual."""
    wanted = [exact(name).casefold()] if name else usual
    called = {exact(v.name).casefold(): v for v in reversed(variables)}
    return next((called[word] for word in wanted if word in called), None)


def _listed(variables: Sequence[Variable]) -> str:
    return ", ".join(f"{v.name} ({v.kind})" for v in variables) or "none"


# ---- what the statements become


@dataclass
class _StudyReading:
    path: Path
    study: Study
    kinds: Sequence[DnaKind]
    notes: list[str] = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)  # stance -> score
    quoted: int = 0

    def tables(self) -> ImportedTables:
        """The tables; DatasetError where no statement can be read."""
        self.notes += self.study.notes
        self._note_kinds()
        actors = self._rows("actors", "name", [k.actor for k in self.kinds])
        proposals = self._rows("proposals", "title", [k.proposal for k in self.kinds])
        self._note_unread()
        sides: list[TableRow] = []
        for table, rows in (("actors", actors), ("proposals", proposals)):
            found = attributes(table, [(row, given) for row, given in rows.values()], "dna")
            self.notes += found.notes
            sides += found.sides
        sources, texts = self._sources()
        ids = {name: row["id"] for name, (row, _) in actors.items()}
        titles = {name: row["id"] for name, (row, _) in proposals.items()}
        statements = self._statements(ids, titles, sources, texts)
        self._institutions({row["id"]: row for row, _ in actors.values()}, statements)
        frames = {
            **({"sides": text_frame("sides", sides)} if sides else {}),
            "stances": text_frame("stances", self._scale()),
            "sources": text_frame("sources", list(sources.values())),
            "actors": text_frame("actors", [row for row, _ in actors.values()]),
            "proposals": text_frame("proposals", [row for row, _ in proposals.values()]),
            "statements": text_frame("statements", statements),
        }
        encoded = {s: t.encode() for s, t in texts.items() if t}
        return ImportedTables(frames, encoded, tuple(self.notes), self.path.stem)

    def _note_kinds(self) -> None:
        """Which types are read, and what was taken for the stance of each."""
        used = Counter(s.type for s in self.study.statements)
        read = {k.id for k in self.kinds}
        several = len(self.kinds) > 1
        if several:
            types = ", ".join(f"{shown(k.label)} ({plural(used[k.id], 'statement')})" for k in self.kinds)
            self.notes.append(f"Statement types read: {types}; --type takes one alone.")
        for kind in self.kinds:
            of = f" of {shown(kind.label)}" if several else ""
            if kind.stance is None:
                self.notes.append(
                    f"The statement type {shown(kind.label)} has no variable for or against: its statements have the "
                    f"stance {MENTIONED!r}, which neither supports nor opposes."
                )
            else:
                scale = kind.stance.kind
                self.notes.append(
                    f"The stance{of} is the variable {shown(kind.stance.name)} ({scale}): {_QUALIFIERS[scale]}."
                )
        labels = self.study.types
        if left := [
            f"{shown(str(labels[i]))} ({plural(used[i], 'statement')})" for i in labels if i not in read and used[i]
        ]:
            only = listed(shown(k.label) for k in self.kinds)
            what = "type" if len(self.kinds) == 1 else "types"
            self.notes.append(f"Only statements of the {what} {only} were read, not those of {', '.join(left)}.")

    def _rows(
        self, table: str, column: str, variables: Sequence[Variable]
    ) -> dict[str, tuple[TableRow, Mapping[str, str]]]:
        """name -> its row with an id, and its attributes."""
        names: dict[str, dict[str, str]] = {}
        for variable in variables:
            for name, given in self.study.names.get(variable.id, {}).items():
                names[name] = {**given, **names.get(name, {})}
        ids = unique_slugs([*names], table.removesuffix("s"))
        return {name: ({"id": id, column: name}, names[name]) for name, id in zip(names, ids, strict=True)}

    def _note_unread(self) -> None:
        """A sentence about attributes of names that are neither actors nor proposals, links, the tree of entities."""
        read = {v.id for k in self.kinds for v in (k.actor, k.proposal)}
        called = {v.id: v.name for v in self.study.variables}
        used = Counter(
            (label, called[variable])
            for variable, names in self.study.names.items()
            for given in names.values()
            for label in given
            if variable not in read and variable in called
        )
        left = [f"attribute {shown(label)} of {of} ({plural(n, 'value')})" for (label, of), n in used.items()]
        rest = len(left) - EXAMPLES
        left = [*left[:EXAMPLES], *([plural(rest, "more attribute")] if rest > 0 else []), *self.study.unread]
        if left:
            self.notes.append(f"Not read: {', '.join(left)}.")

    def _sources(self) -> tuple[dict[Value, TableRow], dict[str, str]]:
        """document -> its row, and source id -> its text."""
        rows: dict[Value, TableRow] = {}
        texts: dict[str, str] = {}
        for document in self.study.documents:
            id = f"d{document.id}"
            row = {"id": id, "title": document.title or f"Document {document.id}", "date": document.day}
            row |= document.more
            if document.text:
                row["sha256"] = hash_of(document.text.encode())
                texts[id] = document.text
            rows[document.id] = row
        untitled = [f"d{d.id}" for d in self.study.documents if not d.title]
        undated = [f"d{d.id}" for d in self.study.documents if not d.day]
        for what, ids in (("a title", untitled), ("a date that can be read", undated)):
            if ids:
                self.notes.append(f"{plural(len(ids), 'document')} without {what}: {some(ids)}.")
        return rows, texts

    def _statements(
        self,
        actors: Mapping[str, str],
        proposals: Mapping[str, str],
        sources: Mapping[Value, TableRow],
        texts: Mapping[str, str],
    ) -> list[TableRow]:
        """The statements that have an actor, a proposal, a stance and a document."""
        places = {source: TextUnits(text) for source, text in texts.items()}
        kinds = {k.id: k for k in self.kinds}
        columns = {v.id: extra_column("statements", v.name, "dna") for k in self.kinds for v in k.others}
        rows = []
        for s in self.study.statements:
            if s.type not in kinds:
                continue
            kind, name = kinds[s.type], f"s{s.id}"
            actor, proposal = (str(s.values.get(v.id) or "") for v in (kind.actor, kind.proposal))
            source = sources.get(s.document)
            stance = (
                (MENTIONED, 0.0) if kind.stance is None else _stance_of(s.values.get(kind.stance.id), kind.stance.kind)
            )
            there = {
                kind.actor.name: actor in actors,
                kind.proposal.name: proposal in proposals,
                "qualifier": stance is not None,
                "document": source is not None,
            }
            missing = [what for what, found in there.items() if not found]
            if missing or stance is None or source is None:
                self._leave(kind, s, missing)
                continue
            self.taken[stance[0]] = stance[1]
            row = {"id": name, "actor": actors[actor], "proposal": proposals[proposal], "stance": stance[0]}
            row |= {"source": source["id"], "date_start": source["date"], "date_end": source["date"], "coder": s.coder}
            row |= self._quote(name, places.get(source["id"]), s.start, s.stop)
            if len(self.kinds) > 1:
                row["statement_type"] = kind.label
            for variable in kind.others:
                value = s.values.get(variable.id)
                row[columns[variable.id]] = "" if value is None else str(value)
            rows.append(row)
        if not rows:
            labels = listed((shown(k.label) for k in self.kinds), "or")
            why = " ".join(self._left_out()) or f"no statement of the type {labels} has been coded."
            refuse(self.path.name, f"holds no statement that can be read: {why.rstrip('.')}")
        self.notes += self._left_out()
        return rows

    def _leave(self, kind: DnaKind, statement: Statement, missing: list[str]) -> None:
        lacks = []
        if "qualifier" in missing and kind.stance and statement.values.get(kind.stance.id) is not None:
            missing.remove("qualifier")
            lacks.append(f"where {kind.stance.name!r} is {_NO_VALUE[kind.stance.kind]}")
        if missing:
            lacks.insert(0, f"without {' and '.join(missing)}")
        self.left.setdefault(" and ".join(lacks), []).append(f"s{statement.id}")

    def _left_out(self) -> list[str]:
        """A sentence for each reason why statements lack their quote or stay out."""
        words = {NO_QUOTE: "without a quote, as the coded span is empty or outside the text"}
        return [
            f"{plural(len(ids), 'statement')} {words.get(why, f'{why} left out')}: {some(ids)}."
            for why, ids in self.left.items()
        ]

    def _quote(self, id: str, places: TextUnits | None, start: Value, stop: Value) -> TableRow:
        """The coded words and where they begin."""
        span = places.span(start, stop) if places and isinstance(start, int) and isinstance(stop, int) else None
        if places is None or span is None:
            self.left.setdefault(NO_QUOTE, []).append(id)
            return {}
        self.quoted += span[1] - span[0]
        if self.quoted > MOST_QUOTED:
            refuse(self.path.name, "holds far more quoted text than any study; it is damaged or malicious")
        return {"quote": places.text[span[0] : span[1]], "start": str(span[0])}

    def _institutions(self, actors: Mapping[str, TableRow], statements: Sequence[TableRow]) -> None:
        """A person's institution is the organization of their statements, where these name but one."""
        if not all(exact(k.actor.name).casefold() == "person" for k in self.kinds):
            return
        column = next((c for c in ACTORS if any(row.get(c) for row in statements)), "")
        named: dict[str, set[str]] = {}
        for row in statements:
            if column and row.get(column):
                named.setdefault(row["actor"], set()).add(row[column])
        several = []
        for id, organizations in named.items():
            if len(organizations) == 1:
                actors[id].setdefault("institution", next(iter(organizations)))
            else:
                several.append(actors[id]["name"])
        if several:
            self.notes.append(
                f"{plural(len(several), 'person speaks', 'persons speak')} for more than one organization "
                f"({some(several)}): the institution is left empty; each statement keeps its own as '{column}'."
            )

    def _scale(self) -> list[Mapping[str, str]]:
        """The stances table: the shipped support and oppose for booleans, one a number for integers, mentioned."""
        if any(k.stance and k.stance.kind == INTEGER for k in self.kinds) and min(self.taken.values()) >= 0:
            self.notes.append(
                "No value of the scale is below 0: nothing counts as opposed. Change the scores in stances.csv if need "
                "be."
            )
        shipped = {s["id"]: s for s in SHIPPED_STANCES if s["id"] in ("support", "oppose")}
        taken = dict(self.taken)
        if any(k.stance and k.stance.kind == BOOLEAN for k in self.kinds):
            taken = {"support": 1, **taken, "oppose": -1}
        return [
            shipped.get(id)
            or {"id": id, "name": _named_score(id, score), "score": f"{score:g}", "conditional": "false"}
            for id, score in sorted(taken.items(), key=lambda item: -item[1])
        ]


def _named_score(id: str, score: float) -> str:
    return "Mentions" if id == MENTIONED else f"{score:+g}" if score else "0"


def _stance_of(value: Value, scale: str) -> tuple[str, float] | None:
    """The stance id and score of a qualifier's value; None where there is none or it is not of the scale."""
    if not isinstance(value, int) or (scale == BOOLEAN and value not in (0, 1)):
        return None
    if scale == BOOLEAN:
        return ("support", 1) if value else ("oppose", -1)
    return ("zero" if not value else f"{'plus' if value > 0 else 'minus'}-{abs(value)}"), value


class TextUnits:
    """The UTF-16 places of one text; a place inside a character (between two surrogates) is moved to its edge."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: NDArray[np.int64] | None = None
        if text and max(text) > chr(_LAST_OF_ONE_UNIT):
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            units = 1 + (points > _LAST_OF_ONE_UNIT).astype(np.int64)
            self._starts = np.concatenate([[0], np.cumsum(units)])

    @property
    def length(self) -> int:
        """The text's length in UTF-16 units."""
        return len(self.text) if self._starts is None else int(self._starts[-1])

    def span(self, start: int, stop: int) -> tuple[int, int] | None:
        """The `str` slice of a UTF-16 span, widened to whole characters; None where it is outside the text."""
        if not 0 <= start < stop <= self.length:
            return None
        if self._starts is None:
            return start, stop
        first = int(np.searchsorted(self._starts, start, side="right")) - 1
        return first, int(np.searchsorted(self._starts, stop, side="left"))
