"""Databases of the Discourse Network Analyzer (DNA 3.0): `read_dna` gives their statements, actors and texts as tables.

Organisations or persons are the actors, concepts the proposals, the boolean or integer qualifier is the stance,
documents are the sources, and the coded span is the quote. DNA counts places in UTF-16 units; here they are places
in a Python `str`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matrix.dataset.problems import refuse
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import SHIPPED_STANCES
from matrix.importing.dna import database
from matrix.importing.dna.database import Actors, Kind, Rows, Value, open_database, present, read_tables
from matrix.importing.name_matching import unique_slugs
from matrix.importing.result import (
    EXAMPLES,
    MOST_QUOTED,
    TYPE,
    ImportedTables,
    TableRow,
    attribute,
    extra_column,
    some,
    text_frame,
    unknown_kinds,
)
from matrix.wording import plural

NO_QUOTE = "quote"
NO_VALUE = {"boolean": "neither 0 nor 1", "integer": "not a whole number"}
_LAST_OF_ONE_UNIT = 0xFFFF
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_dna(path: Path, actors: Actors = "organization", qualifier: str = "") -> ImportedTables:
    """The DNA database as tables; DatasetError with one plain sentence where it cannot be read.

    `actors`: whether organizations or persons make the statements. `qualifier`: the boolean or integer variable that
    says for or against, where that is not the one named agreement. Ids of statements and
    documents are the database's own (`s12`, `d3`), so that the same database, coded further, meets itself again.
    """
    with open_database(path) as connection:
        database.check_version(path.name, read_tables(connection, path.name, database.SETTINGS)["SETTINGS"])
        tables = read_tables(connection, path.name, database.TABLES)
        more = read_tables(connection, path.name, present(connection, database.MORE))
    notes = _of_journal(path)
    kind = database.kind_of(path.name, tables, actors, qualifier, notes)
    notes += _not_read(tables, more, kind)
    values = _values(tables, kind)
    actor_rows = _entities(tables, kind.actor, "actors", "name", notes)
    proposal_rows = _entities(tables, kind.concept, "proposals", "title", notes)
    sources, texts = _sources(tables["DOCUMENTS"], notes)
    statements, stances = _statements(
        path.name, tables, kind, values, actor_rows, proposal_rows, sources, texts, actors, notes
    )
    if stances and kind.scale == "integer" and not any(s["score"].startswith("-") for s in stances):
        notes.append(
            "No value of the scale is below 0: nothing counts as opposed. Change the scores in stances.csv if need be."
        )
    if actors == "person":
        _institutions(actor_rows, statements, notes)
    frames = {
        "stances": text_frame("stances", stances),
        "sources": text_frame("sources", list(sources.values())),
        "actors": text_frame("actors", [r for r in actor_rows.values() if r["name"]]),
        "proposals": text_frame("proposals", [r for r in proposal_rows.values() if r["title"]]),
        "statements": text_frame("statements", statements),
    }
    return ImportedTables(frames, {s: t.encode() for s, t in texts.items() if t}, tuple(notes), path.stem)


def _of_journal(path: Path) -> list[str]:
    """A database that is open in DNA just now may keep its latest changes in a file beside it, which is not read."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.is_file() and beside.stat().st_size:
        return [f"{beside.name} holds changes that were not read: close the database in DNA, then import it again."]
    return []


def _values(tables: Mapping[str, Rows], kind: database.Kind) -> dict[Value, dict[Value, Value]]:
    """statement -> variable -> its value: for a short text the entity's number, else the value itself."""
    values: dict[Value, dict[Value, Value]] = {row[0]: {} for row in tables["STATEMENTS"] if row[1] == kind.id}
    for table in ("DATASHORTTEXT", "DATALONGTEXT", "DATABOOLEAN", "DATAINTEGER"):
        for statement, variable, value in tables[table]:
            if statement in values:
                values[statement][variable] = value
    return values


def _entities(
    tables: Mapping[str, Rows], variable: Value, table: str, name: str, notes: list[str]
) -> dict[Value, TableRow]:
    """entity -> its row with a slug id and its attributes; DNA's empty entity has an empty name and no row."""
    named = [(id, str(value or "").strip()) for id, of, value in tables["ENTITIES"] if of == variable]
    ids = unique_slugs([value for _, value in named], table.removesuffix("s"))
    rows: dict[Value, TableRow] = {
        entity: {"id": i, name: value} for (entity, value), i in zip(named, ids, strict=True)
    }
    labels = {id: str(label) for id, of, label in tables["ATTRIBUTEVARIABLES"] if of == variable}
    unknown: list[str] = []
    for entity, of, value in tables["ATTRIBUTEVALUES"]:
        if entity in rows and of in labels and value:
            column, text = attribute(table, labels[of], str(value), "dna")
            if column == TYPE and table == "actors":
                unknown.append(text)
            rows[entity][column] = text
    notes += unknown_kinds(unknown)
    return rows


def _sources(documents: Rows, notes: list[str]) -> tuple[dict[Value, TableRow], dict[str, str]]:
    """document -> its row, and source id -> its text."""
    rows: dict[Value, TableRow] = {}
    texts: dict[str, str] = {}
    untitled, undated = [], []
    for id, title, text, author, source, section, kind, note, seconds in documents:
        body, day = str(text or ""), _day(seconds)
        row = {"id": f"d{id}", "title": str(title or "").strip() or f"Document {id}", "date": day}
        more = {"author": author, "publisher": source, "kind": kind, "note": note, "section": section}
        row |= {column: str(value) for column, value in more.items() if value}
        if body:
            row["sha256"] = hash_of(body.encode())
            texts[row["id"]] = body
        if not str(title or "").strip():
            untitled.append(row["id"])
        if not day:
            undated.append(row["id"])
        rows[id] = row
    if untitled:
        notes.append(f"{plural(len(untitled), 'document')} without a title: {some(untitled)}.")
    if undated:
        notes.append(f"{plural(len(undated), 'document')} without a date that can be read: {some(undated)}.")
    return rows, texts


def _day(seconds: Value) -> str:
    """The UTC day of a moment in seconds since 1970; '' for none, or one that no calendar has."""
    if not isinstance(seconds, int | float):
        return ""
    try:
        return (_EPOCH + timedelta(seconds=seconds)).date().isoformat()
    except (OverflowError, ValueError):
        return ""


def _statements(
    file: str,
    tables: Mapping[str, Rows],
    kind: database.Kind,
    values: Mapping[Value, Mapping[Value, Value]],
    actors: Mapping[Value, TableRow],
    proposals: Mapping[Value, TableRow],
    sources: Mapping[Value, TableRow],
    texts: Mapping[str, str],
    chosen: Actors,
    notes: list[str],
) -> tuple[list[TableRow], list[Mapping[str, str]]]:
    """The statements that have actor, concept, qualifier and document, and the stances they take."""
    coders = {id: str(name) for id, name in tables["CODERS"]}
    entities = {id: str(value or "") for id, _, value in tables["ENTITIES"]}
    short = {id for id, _, data, _ in tables["VARIABLES"] if data == "short text"}
    columns = {v: extra_column("statements", name, "dna") for v, name in kind.others.items()}
    places = {source: Places(text) for source, text in texts.items()}
    rows: list[TableRow] = []
    quoted = 0
    taken: dict[str, int | float] = {}
    left: dict[str, list[str]] = {}

    for id, of, document, start, stop, coder in tables["STATEMENTS"]:
        if of != kind.id:
            continue
        own, name = values[id], f"s{id}"
        actor, proposal = actors.get(own.get(kind.actor)), proposals.get(own.get(kind.concept))
        stance = _stance_of(own.get(kind.qualifier), kind.scale)
        source = sources.get(document)
        strange = stance is None and own.get(kind.qualifier) is not None
        there = {
            chosen: actor and actor["name"],
            "concept": proposal and proposal["title"],
            "qualifier": stance or strange,
            "document": source,
        }
        lacks = (
            [f"without {' and '.join(missing)}"] if (missing := [w for w, found in there.items() if not found]) else []
        )
        if strange:
            lacks.append(f"where {kind.qualifier_name!r} is {NO_VALUE[kind.scale]}")
        if lacks or not (actor and proposal and stance and source):
            left.setdefault(" and ".join(lacks), []).append(name)
            continue
        taken[stance[0]] = stance[1]
        row = {"id": name, "actor": actor["id"], "proposal": proposal["id"], "stance": stance[0]}
        row |= {"source": source["id"], "date_start": source["date"], "date_end": source["date"]}
        row["coder"] = coders.get(coder, "")
        quote = _quote(places.get(source["id"]), start, stop)
        if quote is None:
            left.setdefault(NO_QUOTE, []).append(name)
        else:
            row["quote"], row["start"] = quote
            quoted += len(quote[0])
            if quoted > MOST_QUOTED:
                refuse(file, "holds far more quoted text than any study; it is damaged or malicious")
        for variable, column in columns.items():
            value = own.get(variable)
            row[column] = entities.get(value, "") if variable in short else "" if value is None else str(value)
        rows.append(row)
    if not rows:
        why = " ".join(_left_out(left)) or f"no statement of the type {kind.label!r} has been coded."
        refuse(file, f"holds no statement that can be read: {why.rstrip('.')}")
    notes += _left_out(left)
    return rows, _scale_of(taken, kind.scale)


def _quote(places: Places | None, start: Value, stop: Value) -> tuple[str, str] | None:
    """The coded words and where they begin."""
    if places is None or not isinstance(start, int) or not isinstance(stop, int):
        return None
    span = places.span(start, stop)
    return (places.text[span[0] : span[1]], str(span[0])) if span else None


def _institutions(actors: Mapping[Value, TableRow], statements: Sequence[TableRow], notes: list[str]) -> None:
    """A person's institution is the organization of their statements, where these name but one."""
    named: dict[str, set[str]] = {}
    for row in statements:
        if row.get("organization"):
            named.setdefault(row["actor"], set()).add(row["organization"])
    several = []
    for row in actors.values():
        organizations = named.get(row["id"], set())
        if len(organizations) == 1:
            row["institution"] = next(iter(organizations))
        elif organizations:
            several.append(row["name"])
    if several:
        notes.append(
            f"{plural(len(several), 'person speaks', 'persons speak')} for more than one organization "
            f"({some(several)}): the institution is left empty; each statement keeps its own as 'organization'."
        )


def _not_read(tables: Mapping[str, Rows], more: Mapping[str, Rows], kind: Kind) -> list[str]:
    """A sentence about attributes of entities that are neither actor nor proposal, links, and the tree of entities."""
    left = _attributes(tables, kind)
    if n := len(more.get("STATEMENTLINKS", ())):
        left.append(plural(n, "link between statements", "links between statements"))
    known = {id for id, _, _ in tables["ENTITIES"]}
    if n := sum(parent in known and parent != id for id, parent in more.get("ENTITIES", ())):
        left.append(plural(n, "entity below another", "entities below another"))
    return [f"Not read: {', '.join(left)}."] if left else []


def _attributes(tables: Mapping[str, Rows], kind: Kind) -> list[str]:
    variables = {id: str(name) for id, name, _, _ in tables["VARIABLES"]}
    labels = {
        id: f"attribute {str(label)!r} of {variables[of]}"
        for id, of, label in tables["ATTRIBUTEVARIABLES"]
        if of in variables and of not in (kind.actor, kind.concept)
    }
    used = Counter(labels[of] for _, of, value in tables["ATTRIBUTEVALUES"] if of in labels and value)
    named = [f"{what} ({plural(n, 'value')})" for what, n in used.items()]
    rest = len(named) - EXAMPLES
    return [*named[:EXAMPLES], *([plural(rest, "more attribute")] if rest > 0 else [])]


def _left_out(left: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each reason why statements lack their quote or stay out."""
    return [
        f"{plural(len(ids), 'statement')} without a quote, as the coded span is empty or outside the text: {some(ids)}."
        if why == NO_QUOTE
        else f"{plural(len(ids), 'statement')} {why} left out: {some(ids)}."
        for why, ids in left.items()
    ]


def _stance_of(value: Value, scale: str) -> tuple[str, int | float] | None:
    """The stance id and score of a qualifier's value; None where there is none or it is not of the scale."""
    if not isinstance(value, int) or (scale == "boolean" and value not in (0, 1)):
        return None
    if scale == "boolean":
        return ("support", 1) if value else ("oppose", -1)
    return ("zero" if not value else f"{'plus' if value > 0 else 'minus'}-{abs(value)}"), value


def _scale_of(taken: Mapping[str, int | float], scale: str) -> list[Mapping[str, str]]:
    """The stances table: the shipped support and oppose for a boolean, one stance a number for an integer."""
    if scale == "boolean":
        return [s for s in SHIPPED_STANCES if s["id"] in ("support", "oppose")]
    return [
        {"id": id, "name": f"{score:+d}" if score else "0", "score": str(score), "conditional": "false"}
        for id, score in sorted(taken.items(), key=lambda item: -item[1])
    ]


class Places:
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
