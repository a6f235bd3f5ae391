"""What stands where in a database of the Discourse Network Analyzer: tables, version, which variable says what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matrix.dataset.amounts import plural
from matrix.exchange.arriving.arrival import refuse
from matrix.exchange.arriving.database import Rows, Value

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
_QUALIFIERS = ("boolean", "integer")


@dataclass(frozen=True)
class Kind:
    """The statement type that is read: which of its variables says what."""

    id: Value
    label: str
    actor: Value
    concept: Value
    qualifier: Value
    scale: str  # boolean or integer
    others: Mapping[Value, str]  # the remaining variables and their names


def check_version(file: str, settings: Rows) -> None:
    """DatasetError where another version than 3.0 wrote the database."""
    version = next((str(value) for name, value in settings if name == "version"), "")
    if not version.startswith(VERSION):
        written = f"was written by DNA {version[:20]}" if version else "does not say which version of DNA wrote it"
        refuse(file, f"{written}; databases of DNA {VERSION}x can be read (others open in DNA 3.0)")


def kind_of(file: str, tables: Mapping[str, Rows], actors: Actors, notes: list[str]) -> Kind:
    """The statement type with a concept, the wanted kind of actor and a qualifier; the others are noted."""
    labels = {id: str(label) for id, label in tables["STATEMENTTYPES"]}
    used = Counter(row[1] for row in tables["STATEMENTS"])
    found = [k for id, label in labels.items() if (k := _fitting(id, label, tables["VARIABLES"], actors))]
    if not found:
        has = "; ".join(f"{labels[id]!r} has {_variables(id, tables['VARIABLES'])}" for id in list(labels)[:5])
        refuse(
            file,
            f"has no statement type with the variables concept (short text), {actors} (short text) and one that "
            f"qualifies (boolean or integer), as the DNA Statement has: {has or 'it has none at all'}",
        )
    kind = max(found, key=lambda k: used[k.id])
    if left := [f"{labels[i]!r} ({plural(used[i], 'statement')})" for i in labels if i != kind.id and used[i]]:
        notes.append(f"Only statements of the type {kind.label!r} were read, not those of {', '.join(left)}.")
    return kind


def _fitting(id: Value, label: str, variables: Rows, actors: Actors) -> Kind | None:
    own = [(v, str(name), str(data)) for v, name, data, of in variables if of == id]
    short = {name.casefold(): v for v, name, data in own if data == "short text"}
    qualifiers = sorted(
        (v for v in own if v[2] in _QUALIFIERS), key=lambda v: (v[1].casefold() != "agreement", _QUALIFIERS.index(v[2]))
    )
    if actors not in short or "concept" not in short or not qualifiers:
        return None
    qualifier, _, scale = qualifiers[0]
    taken = {short[actors], short["concept"], qualifier}
    return Kind(
        id, label, short[actors], short["concept"], qualifier, scale, {v: n for v, n, _ in own if v not in taken}
    )


def _variables(id: Value, variables: Rows) -> str:
    return ", ".join(f"{name} ({data})" for _, name, data, of in variables if of == id) or "none"
