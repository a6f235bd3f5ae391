"""What is known of an actor or proposal elsewhere finds its column: `Type` may be a kind of actor, the rest is kept."""

from __future__ import annotations

from collections.abc import Sequence

from matrix.dataset.amounts import plural
from matrix.dataset.problems import near_miss
from matrix.dataset.schema import TABLES
from matrix.exchange.arriving.arrival import extra_column, some

TYPE = "type"  # the column of a type that is no kind of actor here


def attribute(table: str, label: str, value: str, prefix: str) -> tuple[str, str]:
    """The column an attribute belongs in, and the value as it stands there."""
    if table == "actors" and label.casefold() == TYPE:
        kind = value.strip().casefold()
        return ("kind", kind) if kind in TABLES["actors"]["kind"].values else (TYPE, value)
    if label.casefold() in ("note", "notes") and "note" in TABLES[table]:
        return "note", value
    return extra_column(table, label, prefix), value


def unknown_kinds(types: Sequence[str]) -> list[str]:
    """A sentence about types that are no kind of actor here; none where all are."""
    if not types:
        return []
    kinds = TABLES["actors"]["kind"].values
    hint = next((h for h in (near_miss(t, kinds) for t in types) if h), "")
    return [
        f"{plural(len(types), 'actor')} of a type that is no kind of actor here ({some(types)}{hint}): "
        "the type is kept in the column 'type'."
    ]
