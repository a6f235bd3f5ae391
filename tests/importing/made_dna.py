"""A DNA database made by hand: five statements in two documents, one of them after an emoji."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
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
