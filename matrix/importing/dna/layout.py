"""What stands where in a database of the Discourse Network Analyzer: tables, version, which variable says what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matrix.dataset.problems import near_miss, shown
from matrix.importing.dna.database import Rows, Value
from matrix.importing.imported import refuse
from matrix.wording import plural

Actors = Literal["organization", "person"]
VERSION = "3.0."
SETTINGS = {"SETTINGS": ("Property", "Value")}
TABLES = {
    "STATEMENTTYPES": ("ID", "Label"),
    "VARIABLES": ("ID", "Variable", "DataType", "StatementTypeId"),
    "STATEMENTS": ("ID", "StatementTypeId", "DocumentId", "Start", "Stop", "Coder"),
    "ENTITIES": ("ID", "VariableId", "Value"),
    "DATASHORTTEXT": ("StatementId", "VariableId", "Entity"),
    "DATALONGTEXT": ("StatementId", "VariableId", "Value"),
    "DATABOOLEAN": ("StatementId", "VariableId", "Value"),
    "DATAINTEGER": ("StatementId", "VariableId", "Value"),
    "DOCUMENTS": ("ID", "Title", "Text", "Author", "Source", "Section", "Type", "Notes", "Date"),
    "ATTRIBUTEVARIABLES": ("ID", "VariableId", "AttributeVariable"),
    "ATTRIBUTEVALUES": ("EntityId", "AttributeVariableId", "AttributeValue"),
    "CODERS": ("ID", "Name"),
}
MORE = {"STATEMENTLINKS": ("ID", "SourceStatementId", "TargetStatementId"), "ENTITIES": ("ID", "ChildOf")}
AGREEMENT = "agreement"
_QUALIFIERS = {"boolean": "1 is support, 0 is oppose", "integer": "each number is a stance of its own"}


@dataclass(frozen=True)
class Kind:
    """The statement type that is read: which of its variables says what."""

    id: Value
    label: str
    actor: Value
    concept: Value
    qualifier: Value
    said_by: str  # the qualifier's name
    scale: str  # boolean or integer
    others: Mapping[Value, str]  # the remaining variables and their names


def check_version(file: str, settings: Rows) -> None:
    """DatasetError where another version than 3.0 wrote the database."""
    version = next((str(value) for name, value in settings if name == "version"), "")
    if not version.startswith(VERSION):
        written = f"was written by DNA {version[:20]}" if version else "does not say which version of DNA wrote it"
        refuse(file, f"{written}; databases of DNA {VERSION}x can be read (others open in DNA 3.0)")


def kind_of(file: str, tables: Mapping[str, Rows], actors: Actors, qualifier: str, notes: list[str]) -> Kind:
    """The statement type with a concept, the wanted kind of actor and the qualifier; the others are noted.

    `qualifier`: the variable that says for or against, '' for the one named agreement. DatasetError where there is
    none of that name: which one it is instead cannot be guessed.
    """
    labels = {id: str(label) for id, label in tables["STATEMENTTYPES"]}
    used = Counter(row[1] for row in tables["STATEMENTS"])
    found = [k for id, label in labels.items() for k in _fitting(id, label, tables["VARIABLES"], actors)]
    if not found:
        has = "; ".join(f"{labels[id]!r} has {_variables(id, tables['VARIABLES'])}" for id in list(labels)[:5])
        refuse(
            file,
            f"has no statement type with the variables concept (short text), {actors} (short text) and one that "
            f"qualifies (boolean or integer), as the DNA Statement has: {has or 'it has none at all'}; "
            f"{_way_out(tables, actors)}",
        )
    kind = _qualified(file, found, qualifier, used)
    notes.append(f"The stance is the variable {shown(kind.said_by)} ({kind.scale}): {_QUALIFIERS[kind.scale]}.")
    if left := [f"{labels[i]!r} ({plural(used[i], 'statement')})" for i in labels if i != kind.id and used[i]]:
        notes.append(f"Only statements of the type {kind.label!r} were read, not those of {', '.join(left)}.")
    return kind


def _way_out(tables: Mapping[str, Rows], actors: Actors) -> str:
    """What the user can do where the wanted variables are missing."""
    other: Actors = "person" if actors == "organization" else "organization"
    if any(_fitting(id, "", tables["VARIABLES"], other) for id, _ in tables["STATEMENTTYPES"]):
        return f"say --actors {other}"
    return "in DNA, rename the variables so and save the database again"


def _qualified(file: str, found: Sequence[Kind], qualifier: str, used: Mapping[Value, int]) -> Kind:
    """The most used type, which must have the qualifier; of types that have one named by the user the most used."""
    wanted = (qualifier.strip() or AGREEMENT).casefold()
    most_used = max(found, key=lambda k: used[k.id]).id
    named = [k for k in found if k.said_by.casefold() == wanted and (qualifier or k.id == most_used)]
    if not named:
        names = list(dict.fromkeys(k.said_by for k in found if qualifier or k.id == most_used))
        refuse(
            file,
            f"has no boolean or integer variable {shown(qualifier or AGREEMENT)} but {', '.join(names)}"
            f"{near_miss(wanted, names)}: say which one is for or against with --qualifier {shown(names[0])}",
        )
    return max(named, key=lambda k: used[k.id])


def _fitting(id: Value, label: str, variables: Rows, actors: Actors) -> list[Kind]:
    """The ways to read a statement type: one for each variable that may be the qualifier."""
    own = [(v, str(name), str(data)) for v, name, data, of in variables if of == id]
    short = {name.casefold(): v for v, name, data in own if data == "short text"}
    if actors not in short or "concept" not in short:
        return []
    actor, concept = short[actors], short["concept"]
    return [
        Kind(id, label, actor, concept, q, by, scale, {v: n for v, n, _ in own if v not in (actor, concept, q)})
        for q, by, scale in own
        if scale in _QUALIFIERS
    ]


def _variables(id: Value, variables: Rows) -> str:
    return ", ".join(f"{name} ({data})" for _, name, data, of in variables if of == id) or "none"
