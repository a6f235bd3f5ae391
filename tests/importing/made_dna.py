"""A DNA database made by hand: five statements in two documents, one of them after an emoji."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE SETTINGS (Property TEXT PRIMARY KEY NOT NULL, Value TEXT NOT NULL DEFAULT '');
CREATE TABLE CODERS (ID INTEGER PRIMARY KEY NOT NULL, Name TEXT NOT NULL);
CREATE TABLE DOCUMENTS (ID INTEGER PRIMARY KEY NOT NULL, Title TEXT, Text TEXT, Coder INTEGER, Author TEXT DEFAULT '',
    Source TEXT DEFAULT '', Section TEXT DEFAULT '', Notes TEXT DEFAULT '', Type TEXT DEFAULT '', Date INTEGER);
CREATE TABLE STATEMENTTYPES (ID INTEGER PRIMARY KEY NOT NULL, Label TEXT NOT NULL, Red INTEGER, Green INTEGER, Blue INTEGER);
CREATE TABLE VARIABLES (ID INTEGER PRIMARY KEY NOT NULL, Variable TEXT NOT NULL, DataType TEXT NOT NULL, StatementTypeId INTEGER);
CREATE TABLE STATEMENTS (ID INTEGER PRIMARY KEY NOT NULL, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER, Stop INTEGER, Coder INTEGER);
CREATE TABLE ENTITIES (ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL, Value TEXT NOT NULL DEFAULT '', Red INTEGER, Green INTEGER, Blue INTEGER, ChildOf INTEGER);
CREATE TABLE DATABOOLEAN (ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER, VariableId INTEGER, Value INTEGER);
CREATE TABLE DATAINTEGER (ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER, VariableId INTEGER, Value INTEGER);
CREATE TABLE DATASHORTTEXT (ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER, VariableId INTEGER, Entity INTEGER);
CREATE TABLE DATALONGTEXT (ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER, VariableId INTEGER, Value TEXT);
CREATE TABLE ATTRIBUTEVARIABLES (ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER, AttributeVariable TEXT);
CREATE TABLE ATTRIBUTEVALUES (ID INTEGER PRIMARY KEY NOT NULL, EntityId INTEGER, AttributeVariableId INTEGER, AttributeValue TEXT);
"""

FIRST = "Hearing 😀 today. The ministry backs a carbon tax. The union does not."
SECOND = "Ms Ito: a tax hurts jobs. 税收 is needed, says the institute."


def units(text: str, part: str) -> tuple[int, int]:
    """Where a part is, in UTF-16 units, as Java counts."""
    before = len(text[: text.index(part)].encode("utf-16-le")) // 2
    return before, before + len(part.encode("utf-16-le")) // 2


FILL = """
INSERT INTO SETTINGS VALUES ('version', '3.0.11');
INSERT INTO CODERS VALUES (1, 'Kim');
INSERT INTO STATEMENTTYPES VALUES (1, 'DNA Statement', 1, 1, 1), (2, 'Annotation', 1, 1, 1);
INSERT INTO VARIABLES VALUES (1, 'person', 'short text', 1), (2, 'organization', 'short text', 1),
    (3, 'concept', 'short text', 1), (4, 'agreement', 'boolean', 1), (5, 'note', 'long text', 2);
INSERT INTO ENTITIES (ID, VariableId, Value) VALUES (1, 1, ''), (2, 2, ''), (3, 3, ''), (4, 1, 'Ito, M.'),
    (5, 2, 'Ministry of Finance'), (6, 2, 'Steel Union'), (7, 2, '气候研究所'), (8, 3, 'Carbon tax'), (9, 2, 'Silent Ltd');
INSERT INTO ATTRIBUTEVARIABLES VALUES (1, 2, 'Type'), (2, 2, 'Notes'), (3, 2, 'Alias');
INSERT INTO ATTRIBUTEVALUES VALUES (1, 5, 1, 'Ministry'), (2, 6, 1, 'trade union'), (3, 6, 2, 'steel only'), (4, 6, 3, 'SU'), (5, 7, 1, '');
"""

# id, document, the coded words, person, organization, concept, agreement
STATEMENTS = [
    (1, 1, "The ministry backs a carbon tax.", 1, 5, 8, 1),
    (2, 1, "The union does not.", 1, 6, 8, 0),
    (3, 2, "a tax hurts jobs", 4, 6, 8, 0),
    (4, 2, "税收 is needed", 1, 7, 8, 1),
    (5, 2, "says", 1, 2, 8, 1),  # the empty organization
]


def dna(path: Path, *more: str, statements: Sequence[tuple[int, int, str, int, int, int, int]] = STATEMENTS) -> Path:
    """Write the database, then run `more` SQL on it."""
    texts = {1: FIRST, 2: SECOND}
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA + FILL)
        db.executemany(
            "INSERT INTO DOCUMENTS (ID, Title, Text, Author, Source, Section, Type, Date) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (1, "Hearing on tax", FIRST, "Reuter", "The Daily", "Politics", "article", 1_778_716_800),
                (2, "Interview", SECOND, "", "", "", "", None),
            ],
        )
        for id, document, words, person, organization, concept, agreement in statements:
            start, stop = units(texts[document], words)
            db.execute("INSERT INTO STATEMENTS VALUES (?, 1, ?, ?, ?, 1)", (id, document, start, stop))
            for variable, entity in ((1, person), (2, organization), (3, concept)):
                db.execute(
                    "INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity) VALUES (?, ?, ?)",
                    (id, variable, entity),
                )
            db.execute("INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES (?, 4, ?)", (id, agreement))
        for sql in more:
            db.executescript(sql)
        db.commit()
    return path


# ---- studies of one letter, for what changes from one copy to the next

USUAL = {"person": "short text", "organization": "short text", "concept": "short text", "agreement": "boolean"}
LETTER = "We back a public register. We reject an export ban. We want more.\n"
BACK, REJECT, WANT = "We back a public register.", "We reject an export ban.", "We want more."
_VALUES = {"boolean": "DATABOOLEAN", "integer": "DATAINTEGER", "long text": "DATALONGTEXT"}


@dataclass(frozen=True)
class CodedPassage:
    """A coded passage: its words, the value of each variable, its statement type and coder."""

    words: str
    values: Mapping[str, str | int]
    type: str = "DNA Statement"
    coder: str = "Kim"


def said(words: str, organization: str, concept: str, agreement: int, coder: str = "Kim") -> CodedPassage:
    return CodedPassage(words, {"organization": organization, "concept": concept, "agreement": agreement}, coder=coder)


def letter(
    path: Path,
    statements: Sequence[CodedPassage],
    *,
    types: Mapping[str, Mapping[str, str]] | None = None,
    text: str = LETTER,
    title: str = "Letter",
    version: str = "3.0.11",
    attributes: Sequence[tuple[str, str, str, str]] = (),
) -> Path:
    """A database of one document; `attributes`: variable, name, attribute, value. Everything is numbered from 1."""
    path.unlink(missing_ok=True)
    kinds = types or {"DNA Statement": USUAL}
    variables: dict[tuple[str, str], int] = {}
    names: dict[tuple[int, str], int] = {}
    labels: dict[tuple[int, str], int] = {}
    coders: dict[str, int] = {}
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA)
        db.execute("INSERT INTO SETTINGS VALUES ('version', ?)", (version,))
        db.execute("INSERT INTO DOCUMENTS (ID, Title, Text, Date) VALUES (1, ?, ?, 1772323200)", (title, text))
        for number, (label, own) in enumerate(kinds.items(), 1):
            db.execute("INSERT INTO STATEMENTTYPES (ID, Label) VALUES (?, ?)", (number, label))
            for name, kind in own.items():
                at = variables[label, name] = len(variables) + 1
                db.execute("INSERT INTO VARIABLES VALUES (?, ?, ?, ?)", (at, name, kind, number))

        def entity(variable: int, name: str) -> int:
            if (variable, name) not in names:
                names[variable, name] = len(names) + 1
                values = (len(names), variable, name)
                db.execute("INSERT INTO ENTITIES (ID, VariableId, Value) VALUES (?, ?, ?)", values)
            return names[variable, name]

        for number, s in enumerate(statements, 1):
            coder = coders.setdefault(s.coder, len(coders) + 1)
            place = (*units(text, s.words), coder)
            db.execute("INSERT INTO STATEMENTS VALUES (?, ?, 1, ?, ?, ?)", (number, [*kinds].index(s.type) + 1, *place))
            for name, value in s.values.items():
                variable = variables[s.type, name]
                table = _VALUES.get(kinds[s.type][name], "DATASHORTTEXT")
                held = entity(variable, str(value)) if table == "DATASHORTTEXT" else value
                db.execute(f"INSERT INTO {table} VALUES (NULL, ?, ?, ?)", (number, variable, held))
        db.executemany("INSERT INTO CODERS VALUES (?, ?)", [(id, name) for name, id in coders.items()])
        for name, who, label, value in attributes:
            variable = variables[next(iter(kinds)), name]
            if (variable, label) not in labels:
                labels[variable, label] = len(labels) + 1
                db.execute("INSERT INTO ATTRIBUTEVARIABLES VALUES (?, ?, ?)", (len(labels), variable, label))
            row = (entity(variable, who), labels[variable, label], value)
            db.execute("INSERT INTO ATTRIBUTEVALUES VALUES (NULL, ?, ?, ?)", row)
        db.commit()
    return path


# ---- older versions

OF_DNA_2 = """
DROP TABLE ENTITIES; DROP TABLE ATTRIBUTEVARIABLES; DROP TABLE ATTRIBUTEVALUES; DROP TABLE DATASHORTTEXT;
CREATE TABLE DATASHORTTEXT (ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER, VariableId INTEGER, StatementTypeId INTEGER, Value TEXT);
CREATE TABLE ATTRIBUTES (ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER, Value TEXT, Red INTEGER, Type TEXT, Alias TEXT, Notes TEXT, ChildOf INTEGER);
UPDATE SETTINGS SET Value = '2.0 beta 25';
INSERT INTO ATTRIBUTES (ID, VariableId, Value, Type, Alias, Notes) VALUES (1, 2, 'Ministry of Finance', 'ministry', '', 'of taxes'),
    (2, 2, 'Steel Union', '', 'SU', ''), (3, 3, 'Carbon tax', '', '', ''), (4, 2, '气候研究所', '', '', ''), (5, 1, 'Ito, M.', '', '', '');
UPDATE DOCUMENTS SET Date = 1778709600000 WHERE ID = 1;
"""  # midnight in Berlin of 14 May 2026, in milliseconds


def dna_2(path: Path, *, numbered: bool = False) -> Path:
    """The same study as DNA 2 keeps it: names are texts; or, `numbered`, as the first databases of DNA 3 did."""
    texts = {
        1: "",
        2: "",
        3: "",
        4: "Ito, M.",
        5: "Ministry of Finance",
        6: "Steel Union",
        7: "气候研究所",
        8: "Carbon tax",
    }
    numbers = {"Ministry of Finance": 1, "Steel Union": 2, "Carbon tax": 3, "气候研究所": 4, "Ito, M.": 5, "": 6}
    kind = "INTEGER" if numbered else "TEXT"
    dna(path, OF_DNA_2.replace("StatementTypeId INTEGER, Value TEXT", f"StatementTypeId INTEGER, Value {kind}"))
    with closing(sqlite3.connect(path)) as db:
        for id, _, _, person, organization, concept, _ in STATEMENTS:
            for variable, entity in ((1, person), (2, organization), (3, concept)):
                value = numbers[texts[entity]] if numbered else texts[entity]
                db.execute("INSERT INTO DATASHORTTEXT VALUES (NULL, ?, ?, 1, ?)", (id, variable, value))
        if numbered:
            db.execute("INSERT INTO ATTRIBUTES (ID, VariableId, Value) VALUES (6, 2, '')")
        db.commit()
    return path


def dna_1(path: Path, version: str = "1.21") -> Path:
    """A file of DNA 1: XML, places from 1, line ends as elements."""
    text = "First 😀 line.\nWe back it. We do not."

    def statement(words: str, organization: str, agreement: str) -> str:
        start, end = (place + 1 for place in units(text, words))
        who = f"<person>Ann</person><organization>{organization}</organization><category>Carbon tax</category>"
        return f"<statement><start>{start}</start><end>{end}</end>{who}<agreement>{agreement}</agreement></statement>"

    statements = statement("We back it.", "Union &amp; Co", "yes") + statement("We do not.", "Chamber", "no")
    body = text.replace("\n", "<br/>")
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<discourse><version>{version}</version><metadata/><articles><article>'
        f"<title>Hearing</title><date>14.05.2026</date><text>{body}</text><statements>{statements}</statements>"
        "</article></articles></discourse>",
        "utf-8",
    )
    return path
