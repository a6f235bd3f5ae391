"""What stands before the pages: what the brief speaks of, up to when, how to read a stance, a tier, an absence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matrix.analysis.common_ground import ABOUT, CommonGround
from matrix.dataset.frames import records
from matrix.dataset.selection import LATEST
from matrix.exchange.brief.words import some
from matrix.exchange.scope import Scope
from matrix.exchange.selection_words import selection_words
from matrix.exchange.workbook.legend import FOLDED
from matrix.exchange.workbook.looks import MIXED_DEFINITION
from matrix.exchange.workbook.readme_sheet import up_to
from matrix.palette import Look

SCORE = (
    "Consensus score: the product over the compared sides of (backing + 1) / (speakers + 2), the group-aware consensus "
    "of Polis (Small et al. 2021), from 0 to 1; n counts the speakers. With n = 0 it says nothing."
)
EMPTY = (
    "Who is not listed has never stated a position in these sources, or only one that was superseded or is outside the "
    "chosen evidence. None of these is neutral."
)


def facts(chosen: Scope) -> Iterator[tuple[str, str]]:
    """Label and text of everything that says what this brief rests on."""
    dataset, selection, n = chosen.dataset, chosen.selection, chosen.seen
    sources = len(set(chosen.frames["statements"]["source"]))
    yield (
        "Covers",
        f"{some(len(n.rows), len(dataset.frames['proposals']), 'proposal')}; "
        f"n = {some(n.n, len(dataset.frames['statements']), 'statement')} from {some(sources, sources, 'source')}",
    )
    yield "Selection", "; ".join(selection_words(dataset, selection)) or "none: the whole dataset"
    yield "Up to", up_to(chosen) or "no statement is dated"
    if selection.as_of:
        yield "As of", f"{selection.as_of}: what may have been said later does not count"
    if n.positions.evidence.undated:
        yield "Left out", f"{some(n.positions.evidence.undated, n.positions.evidence.undated, 'undated statement')}"
    yield "Dataset", f"{dataset.title}, version {dataset.version}"
    head: Mapping[str, Any] = dataset.package.head if dataset.package else {}
    licences = head.get("licenses")
    named = (
        [str(x.get("title") or x.get("name") or "") for x in licences if isinstance(x, dict)]
        if isinstance(licences, list)
        else []
    )
    if any(named):
        yield "Licence", f"{', '.join(filter(None, named))}; the quoted words belong to their authors"


def looks_explained(chosen: Scope, looks: Sequence[Look]) -> list[tuple[Look, str]]:
    """Every state of a position and what it means."""
    return list(zip(looks, [*map(str, chosen.dataset.stances["definition"].tolist()), MIXED_DEFINITION], strict=True))


def reading(chosen: Scope, ground: CommonGround, tiers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """How to read what follows: folding, emptiness, tiers (those that occur) and the score."""
    yield "Position", FOLDED[chosen.selection.rule == LATEST]
    yield "Silence", EMPTY
    if ground.sentence:
        yield "Common ground", ground.sentence
    else:
        names = {s["id"]: s["name"] for s in records(chosen.dataset.frames["sides"])}
        yield "Compared", " and ".join(names[s] for s in ground.sides) + ": every member counts, listed or not"
        yield from ((tier, ABOUT[tier]) for tier in tiers)
        yield "Score", SCORE
    uncounted = [s["name"] for s in records(chosen.dataset.frames["sides"]) if s["counted"] == "false"]
    if uncounted:
        yield "Shown, never counted", ", ".join(uncounted)
