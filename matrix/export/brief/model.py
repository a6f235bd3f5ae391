"""What a brief says, as plain facts: one cover and one page per proposal; nothing here knows Markdown or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matrix.palette import Look

NONE = "no position"


def stands(c: Mapping[str, int]) -> str:
    """How a side stands: `2 back (1 on a condition), 1 opposes`; `no position` where nobody of it has one."""
    share = "" if c["backing"] == 1 else "all " if c["conditional"] == c["backing"] else f"{c['conditional']} "
    words = [
        _number(c["backing"], "backs", "back") + (f" ({share}on a condition)" if c["conditional"] else ""),
        _number(c["opposed"], "opposes", "oppose"),
        _number(c["mixed"], "mixed", "mixed"),
        _number(c["neutral"], "neutral", "neutral"),
    ]
    return ", ".join(w for w in words if w) or NONE


def _number(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}" if n else ""


@dataclass(frozen=True)
class BilingualName:
    """A name for people, the native one beside it, and the language of that where its script tells."""

    text: str
    native: str = ""
    language: str = ""


@dataclass(frozen=True)
class Reference:
    """A source as a page cites it; `url` only where it may be a link."""

    number: int
    text: str
    url: str


@dataclass(frozen=True)
class CitedQuote:
    """A statement that speaks for a position, with all it takes to judge it.

    `quote` is the speaker's own words; `plain` a record, or a paraphrase behind whose words it is; `summary` ours.
    """

    statement: str
    look: Look
    quote: str
    plain: str
    language: str
    summary: str
    when: str
    date_note: str
    attribution: str
    confidence: str
    reference: int
    uncertain: bool


@dataclass(frozen=True)
class Condition:
    """On what a backing depends: in our words, and in the source's where they are given."""

    text: str
    quote: str
    language: str
    own: bool = True  # the speaker's own words


@dataclass(frozen=True)
class Voice:
    """An actor's position on the proposal: who, which stance, all conditions, a statement a stance, other ids."""

    name: BilingualName
    office: str
    authority: str
    look: Look
    conditions: Sequence[Condition]
    quotes: Sequence[CitedQuote]
    others: Sequence[str]


@dataclass(frozen=True)
class SideBlock:
    """A side on the proposal: its counts over all members, and those of its voices that are in view."""

    name: BilingualName
    colour: str
    counts: str
    note: str
    voices: Sequence[Voice]


@dataclass(frozen=True)
class Touch:
    """A proposal that this one touches: in what way, which, why; `anchor` where it has a page here."""

    kind: str
    title: str
    why: str
    anchor: str


@dataclass(frozen=True)
class ProposalPage:
    """One proposal."""

    id: str
    title: BilingualName
    theme: str
    definition: str
    facts: Sequence[tuple[str, str]]
    tier: str
    tier_about: str
    score: str
    weakest: str
    blocks: Sequence[SideBlock]
    gaps: Sequence[tuple[str, str]]
    touches: Sequence[Touch]
    references: Sequence[Reference]
    glance: Sequence[str]  # per compared side, how it stands: `2 back, 1 opposes`


@dataclass(frozen=True)
class Brief:
    """The cover and the pages; `sentence` says why there are none, else ''."""

    title: str
    version: str
    facts: Sequence[tuple[str, str]]
    looks: Sequence[tuple[Look, str]]  # with what each means
    reading: Sequence[tuple[str, str]]
    sides: Sequence[BilingualName]  # those that are compared
    headline: str
    asks: Sequence[tuple[str, Sequence[tuple[str, Sequence[str]]]]]  # side, then each title with its proposals
    pages: Sequence[ProposalPage]
    sentence: str
