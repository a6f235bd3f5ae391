"""A study of the Discourse Network Analyzer in one shape, whichever version wrote it: `read_study`.

DNA 3 (3.1 too) keeps names as entities of a SQLite database, DNA 2 as texts of one, DNA 1 as texts of an XML file. What
tells them apart is their tables and elements: the version that a file names says nothing of its layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from matrix.dataset.problems import refuse, shown
from matrix.importing.dna.database import Rows, Value, columns_of, open_database, read_tables
from matrix.importing.name_matching import exact
from matrix.importing.sheet.written_dates import iso
from matrix.wording import plural

SHORT, LONG, BOOLEAN, INTEGER = "short text", "long text", "boolean", "integer"
_MOST_TAGS = 4_000_000
_LARGEST_XML = 200 << 20
_LONGEST_PLACE = 10  # digits
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOON = 12
_CONVERT = (
    "in DNA 3 make a new database, choose 'Import from DNA database' in its menu Document and this file, then import "
    "the new database"
)

_PLACES = {
    "STATEMENTTYPES": ("ID", "Label"),
    "VARIABLES": ("ID", "Variable", "DataType", "StatementTypeId"),
    "STATEMENTS": ("ID", "StatementTypeId", "DocumentId", "Start", "Stop", "Coder"),
    "DATALONGTEXT": ("StatementId", "VariableId", "Value"),
    "DATABOOLEAN": ("StatementId", "VariableId", "Value"),
    "DATAINTEGER": ("StatementId", "VariableId", "Value"),
    "DOCUMENTS": ("ID", "Title", "Text", "Author", "Source", "Section", "Type", "Notes", "Date"),
    "CODERS": ("ID", "Name"),
}
_WITH_ENTITIES = {
    **_PLACES,
    "DATASHORTTEXT": ("StatementId", "VariableId", "Entity"),
    "ENTITIES": ("ID", "VariableId", "Value"),
    "ATTRIBUTEVARIABLES": ("ID", "VariableId", "AttributeVariable"),
    "ATTRIBUTEVALUES": ("EntityId", "AttributeVariableId", "AttributeValue"),
}
_WITH_TEXTS = {**_PLACES, "DATASHORTTEXT": ("StatementId", "VariableId", "Value")}
_LINKS = {"STATEMENTLINKS": ("ID",), "ENTITIES": ("ID", "ChildOf")}
_TEXT_LIST, _TEXT_ATTRIBUTES = ("ID", "VariableId", "Value"), ("Type", "Alias", "Notes")  # ATTRIBUTES of DNA 2


@dataclass(frozen=True)
class Variable:
    """A variable of a statement type: `kind` is short text (a name), long text, boolean or integer."""

    id: Value
    name: str
    kind: str
    type: Value


@dataclass(frozen=True)
class Document:
    """A document; `day` is ISO text, '' where none can be read."""

    id: Value
    title: str
    text: str
    day: str
    more: Mapping[str, str] = field(default_factory=dict)  # column of sources -> its value


@dataclass(frozen=True)
class Statement:
    """A coded span, in UTF-16 units, with the value of each variable: a name, a text or a number."""

    id: Value
    type: Value
    document: Value
    start: Value
    stop: Value
    coder: str
    values: Mapping[Value, Value]


@dataclass(frozen=True, eq=False)
class Study:
    """All of a study that may become part of a dataset; `notes` say what was seen while it was read.

    `names`: of each variable of names, those that there are, in order, each with its attributes; a name is as it is
    compared (`exact`), so that two ways of writing blanks and invisible marks are one.
    """

    types: Mapping[Value, str]
    variables: Sequence[Variable]
    names: Mapping[Value, Mapping[str, Mapping[str, str]]]
    documents: Sequence[Document]
    statements: Sequence[Statement]
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # what no table here takes, counted


def read_study(path: Path) -> Study:
    """The study in a `.dna` file; DatasetError with one sentence where it is none, damaged or hostile."""
    if path.is_file():
        with path.open("rb") as file:
            if file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
                return _of_xml(path)
    return _of_database(path)


# ---- DNA 3 and 2: a SQLite database


def _of_database(path: Path) -> Study:
    with open_database(path) as connection:
        there = columns_of(connection)
        short = there.get("DATASHORTTEXT", set())
        if {"DATASHORTTEXT", "ENTITIES"} <= there.keys() and "Entity" in short:
            wanted, newer = _WITH_ENTITIES, True
        elif "DATASHORTTEXT" in there and {"VariableId", "Value"} <= short:
            wanted, newer = _WITH_TEXTS, False
        elif "DATASHORTTEXT" in there:
            refuse(
                path.name, f"keeps its names in a way that is not known here{_written(connection, there)}: {_CONVERT}"
            )
        else:
            _no_study(path.name)
        tables = read_tables(connection, path.name, wanted)
        more = {t: c for t, c in _LINKS.items() if {*c} <= there.get(t, set())}
        described = [c for c in _TEXT_ATTRIBUTES if c in there.get("ATTRIBUTES", set())]
        if not newer and {*_TEXT_LIST} <= there.get("ATTRIBUTES", set()):
            more["ATTRIBUTES"] = (*_TEXT_LIST, *described)
        extra = read_tables(connection, path.name, more)
    notes = _of_journal(path)
    names, texts = _entities(tables) if newer else _texts(tables, extra.get("ATTRIBUTES", []), described)
    values = _values(tables, texts)
    coders = {id: str(name) for id, name in tables["CODERS"]}
    documents = [_document(row, newer, notes) for row in tables["DOCUMENTS"]]
    return Study(
        {id: str(label) for id, label in tables["STATEMENTTYPES"]},
        [Variable(id, str(name), str(kind), of) for id, name, kind, of in tables["VARIABLES"]],
        names,
        documents,
        [
            Statement(id, of, at, a, b, coders.get(by, ""), values.get(id, {}))
            for id, of, at, a, b, by in tables["STATEMENTS"]
        ],
        tuple(dict.fromkeys(notes)),
        tuple(_unread(extra)),
    )


def _no_study(file: str) -> NoReturn:
    refuse(file, "is a database, but not one of DNA: it has no table DATASHORTTEXT")


def _written(connection: Connection, there: Mapping[str, set[str]]) -> str:
    """Which version wrote the database, in brackets, where it says so."""
    if not {"Property", "Value"} <= there.get("SETTINGS", set()):
        return ""
    settings = read_tables(connection, "", {"SETTINGS": ("Property", "Value")})["SETTINGS"]
    version = next((str(value) for name, value in settings if name == "version"), "")
    return f" (DNA {version[:20]} wrote it)" if version else ""


def _of_journal(path: Path) -> list[str]:
    """A database that is open in DNA just now may keep its latest changes in a file beside it, which is not read."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.is_file() and beside.stat().st_size:
        return [f"{beside.name} holds changes that were not read: close the database in DNA, then import it again."]
    return []


Names = dict[Value, dict[str, dict[str, str]]]


def _entities(tables: Mapping[str, Rows]) -> tuple[Names, dict[Value, str]]:
    """variable -> name -> attributes, and the name of each entity; DNA's empty entity has an empty name."""
    called = {id: exact(str(value or "")) for id, _, value in tables["ENTITIES"]}
    of = {id: variable for id, variable, _ in tables["ENTITIES"]}
    names: Names = {}
    for id, name in called.items():
        if name:
            names.setdefault(of[id], {}).setdefault(name, {})
    labels = {id: str(label) for id, _, label in tables["ATTRIBUTEVARIABLES"]}
    for id, attribute, value in tables["ATTRIBUTEVALUES"]:
        if value and attribute in labels and called.get(id):
            names[of[id]][called[id]].setdefault(labels[attribute], str(value))
    return names, called


def _texts(tables: Mapping[str, Rows], listed: Rows, described: Sequence[str]) -> tuple[Names, dict[Value, str] | None]:
    """The same of DNA 2, whose names are texts (None); an early DNA 3 has their numbers in a list of texts."""
    names: Names = {}
    for _, variable, value, *more in listed:
        if name := exact(str(value or "")):
            given = names.setdefault(variable, {}).setdefault(name, {})
            given.update({label: str(text) for label, text in zip(described, more, strict=True) if text})
    if listed and all(isinstance(value, int) for _, _, value in tables["DATASHORTTEXT"]):
        return names, {row[0]: exact(str(row[2] or "")) for row in listed}
    for _, variable, value in tables["DATASHORTTEXT"]:
        if name := exact(str(value or "")):
            names.setdefault(variable, {}).setdefault(name, {})
    return names, None


def _values(tables: Mapping[str, Rows], texts: Mapping[Value, str] | None) -> dict[Value, dict[Value, Value]]:
    """statement -> variable -> its value."""
    values: dict[Value, dict[Value, Value]] = {}
    for statement, variable, value in tables["DATASHORTTEXT"]:
        name = exact(str(value or "")) if texts is None else texts.get(value, "")
        values.setdefault(statement, {})[variable] = name
    for table in ("DATALONGTEXT", "DATABOOLEAN", "DATAINTEGER"):
        for statement, variable, value in tables[table]:
            values.setdefault(statement, {})[variable] = value
    return values


def _document(row: tuple[Value, ...], newer: bool, notes: list[str]) -> Document:
    id, title, text, author, source, section, kind, note, moment = row
    more = {"author": author, "publisher": source, "kind": kind, "note": note, "section": section}
    day = _day(moment) if newer else _local_day(moment, notes)
    return Document(
        id,
        exact(str(title or "")),
        str(text or ""),
        day,
        {column: str(value) for column, value in more.items() if value},
    )


def _day(seconds: Value) -> str:
    """The UTC day of a moment in seconds since 1970; '' for none, or one that no calendar has."""
    if not isinstance(seconds, int | float):
        return ""
    try:
        return (_EPOCH + timedelta(seconds=seconds)).date().isoformat()
    except (OverflowError, ValueError):
        return ""


def _local_day(milliseconds: Value, notes: list[str]) -> str:
    """The day of a moment of DNA 2: milliseconds, with midnight where its writer was.

    A full hour in the afternoon of UTC is midnight of the next day east of Greenwich, which is how DNA 2 writes a date.
    """
    if not isinstance(milliseconds, int | float):
        return ""
    seconds = milliseconds / 1000
    hour, rest = divmod(seconds % 86_400, 3_600)
    if hour >= _NOON and not rest:
        seconds += 86_400 - hour * 3_600
        notes.append(
            "DNA 2 writes a date as midnight where its writer was: full hours after noon of UTC are taken for "
            "midnight of the next day."
        )
    return _day(seconds)


def _unread(extra: Mapping[str, Rows]) -> list[str]:
    left = []
    if n := len(extra.get("STATEMENTLINKS", ())):
        left.append(plural(n, "link between statements", "links between statements"))
    tree = extra.get("ENTITIES", ())
    known = {row[0] for row in tree}
    if n := sum(row[1] in known and row[1] != row[0] for row in tree):
        left.append(plural(n, "entity below another", "entities below another"))
    return left


# ---- DNA 1: an XML file


def _of_xml(path: Path) -> Study:
    """Statements count their places from 1, in a text whose line ends are `<br/>`, each of one character."""
    root = _root(path)
    articles = root.find("articles")
    if root.tag != "discourse" or articles is None:
        refuse(path.name, f"is XML, but not a file of DNA 1: its outermost element is {shown(root.tag[:40])}")
    version = (root.findtext("version") or "").strip()
    if version == "1.09":
        refuse(path.name, "is of DNA 1.09, whose places are counted otherwise: open it in DNA 1.31 and save it again")
    type_, names = 1, {"person": SHORT, "organization": SHORT, "category": SHORT, "agreement": BOOLEAN}
    variables = [Variable(i, name, kind, type_) for i, (name, kind) in enumerate(names.items(), 1)]
    found: Names = {v.id: {} for v in variables if v.kind == SHORT}
    documents: list[Document] = []
    statements: list[Statement] = []
    strange = 0
    for at, article in enumerate(articles.iterfind("article"), 1):
        text = _text(article.find("text"))
        written = (article.findtext("date") or "").strip()
        try:
            day = iso(written, "day-first") if written else ""
        except ValueError:
            day = ""
        documents.append(Document(at, exact(article.findtext("title") or ""), text, day))
        for statement in article.iterfind("statements/statement"):
            values: dict[Value, Value] = {}
            for v in variables:
                word = exact(statement.findtext(v.name) or "")
                if v.kind == SHORT:
                    values[v.id] = word
                    if word:
                        found[v.id].setdefault(word, {})
                elif word in ("yes", "no"):
                    values[v.id] = int(word == "yes")
                else:
                    strange += bool(word)
            start, stop = (_number(statement.findtext(k)) for k in ("start", "end"))
            statements.append(Statement(len(statements) + 1, type_, at, start, stop, "", values))
    notes = [f"Read as a file of DNA 1 ({version or 'no version'}): places count from 1, each <br/> is a line end."]
    if strange:
        notes.append(f"{plural(strange, 'statement')} whose agreement is neither yes nor no.")
    return Study({type_: "DNA Statement"}, variables, found, documents, statements, tuple(notes))


def _root(path: Path) -> Element:
    if path.stat().st_size > _LARGEST_XML:
        refuse(path.name, f"is larger than {_LARGEST_XML >> 20} MB")
    xml = path.read_bytes()
    if xml.count(b"<") > _MOST_TAGS:
        refuse(path.name, f"holds more than {_MOST_TAGS:,} XML tags")
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as e:
        why = "it declares entities or a document type" if isinstance(e, DefusedXmlException) else str(e)
        refuse(path.name, f"cannot be read as XML, as a file of DNA 1 is: {why}")
    return root


def _text(element: Element | None) -> str:
    """The text with a line end for each element in it: DNA 1 writes no others than <br/>."""
    if element is None:
        return ""
    return (element.text or "") + "".join("\n" + (inner.tail or "") for inner in element)


def _number(text: str | None) -> Value:
    """A place of DNA 1, which counts from 1, as one that counts from 0; None for none."""
    word = (text or "").strip()
    return int(word) - 1 if word.isascii() and word.isdigit() and len(word) < _LONGEST_PLACE else None
