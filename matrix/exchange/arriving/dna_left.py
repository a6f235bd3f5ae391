"""What a DNA database holds that becomes no part of a dataset is counted, in plain sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from matrix.dataset.amounts import plural
from matrix.exchange.arriving.arrival import EXAMPLES, some
from matrix.exchange.arriving.database import Rows
from matrix.exchange.arriving.dna_layout import Kind

NO_QUOTE = "quote"


def not_read(tables: Mapping[str, Rows], more: Mapping[str, Rows], kind: Kind) -> list[str]:
    """A sentence about attributes of entities that are neither actor nor proposal, links, and the tree of entities."""
    left = _attributes(tables, kind)
    if n := len(more.get("STATEMENTLINKS", ())):
        left.append(plural(n, "link between statements", "links between statements"))
    known = {id for id, _, _ in tables["ENTITIES"]}
    if n := sum(parent in known and parent != id for id, parent in more.get("ENTITIES", ())):
        left.append(plural(n, "entity that stands below another", "entities that stand below another"))
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


def left_out(left: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each reason why statements lack their quote or stay out."""
    return [
        f"{plural(len(ids), 'statement')} without a quote, as the coded span is empty or outside the text: {some(ids)}."
        if why == NO_QUOTE
        else f"{plural(len(ids), 'statement')} {why} left out: {some(ids)}."
        for why, ids in left.items()
    ]
