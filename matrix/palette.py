"""How stances, sides, tiers, links and empty cells are called and drawn: for screen, chart, workbook and terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matrix.dataset.dataset import Dataset, records, remembered
from matrix.dataset.schema import PARTIAL
from matrix.wording import capital

MIXED_GLYPH, MIXED_COLOUR, MIXED_WORD = "◆", "#882255", "Mixed: both for and against"
OFFICIAL_GLYPH, AGAINST_GLYPH = "★", "✕"  # beside a side's share: an official backs it, somebody opposes it or is mixed
EVENT_GLYPH = "⚑"  # what happened, which nobody states
PARTLY_GLYPH = "†"  # behind the title of a proposal of which is known only in part who backs it


@dataclass(frozen=True)
class Blank:
    """How a cell without a position is called and drawn: `glyph` in a terminal, `mark` in a cell on screen.

    `mark` is '' where the screen draws a dot, a frame or stripes instead, which `drawn` names.
    """

    word: str
    short: str
    glyph: str
    mark: str
    drawn: str
    about: str


# By the id of the kind (`analysis.positions.Why`), in the order in which the first that holds is shown.
BLANKS: Mapping[str, Blank] = {
    "superseded": Blank(
        "stated, but superseded by a later statement",
        "superseded",
        "↷",
        "»",  # ↷ is missing from many typefaces
        "»",
        "A click shows the statement, and what took its place.",
    ),
    "outside": Blank(
        "stated, but outside the chosen evidence",
        "outside the chosen evidence",
        "⋯",
        "",
        "dashed frame",
        "The filters under Evidence leave it out.",
    ),
    "looked_for": Blank(
        "looked for and not found",
        "looked for, not found",
        "∅",
        "∅",
        "∅",
        "Somebody looked for it; a click says who, where and when. It is silence, and not neutral.",
    ),
    "unknown": Blank(
        "not known: who backs it is known only in part",
        "position not known",
        "?",
        "?",
        "?",
        f"The proposal is marked {PARTLY_GLYPH}: its list is known only in part, so the cell counts nowhere.",
    ),
    "never": Blank(
        "never stated in these sources",
        "never stated in these sources",
        "·",
        "",
        "·",
        "None of these sources tells of it. It is silence, and not neutral.",
    ),
    "hidden": Blank(
        "hidden by the stance filter",
        "hidden by the stance filter",
        "",
        "",
        "stripes",
        "There is a position; the filter Stance does not show it.",
    ),
}

# Of empty cells where there is no dark: a workbook strokes and fills them, the screen takes its own quiet tones.
BLANK_GROUND, BLANK_STROKE, HIDDEN_GROUND = "#F1F1F1", "#8A8A8A", "#E2E2E2"

NOBODY_HERE = "nobody here"  # of a side: it has nobody, or who counts leaves nobody of it
NOTHING_MATCHES = "nothing that matches"  # the search or the stance leaves nobody of it

LINK_WORDS = {"near_match": "Near match", "tension": "Tension with"}

BACKING_COLOURS = ("#0072B2", "#3D97CC", "#56B4E9", "#9AD0F0")  # from the fullest backing down
OPPOSING_COLOURS = ("#D55E00", "#E07B33", "#EA9C66")  # from the fullest refusal up
NEUTRAL_COLOUR = "#E69F00"
BACKING_GLYPHS = ("●", "◕", "◐", "◔", "◦")
OPPOSING_GLYPHS = ("✕", "⊗", "⊖", "⊝", "−")
NEUTRAL_GLYPHS = ("△", "▽", "◇")
SIDE_COLOURS = ("#332288", "#CC79A7", "#009E73", "#117733", "#88CCEE", "#AA4499", "#999933", "#661100")
NO_SIDE_COLOUR = "#555555"
GREY = "#777777"  # where no colour is given, or what is given is none
# Of tiers; one that a single side asks for has that side's colour.
TIER_COLOURS: Mapping[str, str] = {
    "official": BACKING_COLOURS[0],
    "official+expert": BACKING_COLOURS[1],
    "expert": BACKING_COLOURS[3],
    "contested": MIXED_COLOUR,
    "one-sided": "#999933",
    "rejected": OPPOSING_COLOURS[0],
    "raised": NEUTRAL_COLOUR,
    "unheard": "#9AA5B1",
}
ONLY_OTHERS_COLOUR = "#B59B6A"  # of what nobody of the compared sides speaks on and others do

PAPER, NIGHT = "#FFFFFF", "#14171C"
INK, MOON = "#1B1F24", "#F2F4F7"
PAGE = ("#FFFFFF", "#14191F")  # the dashboard's ground by day and by night, as .streamlit/config.toml has it


@dataclass(frozen=True)
class Tier:
    """How a tier of common ground is called, and what else it means."""

    words: str
    short: str  # beside its number, in a strip of all tiers
    about: str


def tiers(sides: int = 2, *, officials: bool = True, majority: bool = False, others: bool = False) -> dict[str, Tier]:
    """The tiers of common ground among so many sides; without officials among who counts no word about them.

    `majority`: a side backs or opposes what more than half of its speakers do, and no single voice is against it.
    `others`: further sides count that are not compared, and may back what these refuse.
    """
    nobody = "no side" if majority else "nobody"
    clear = "no side opposes it" if majority else "nobody of these sides opposes it or is both for and against"
    both, one = ("both sides", "one") if sides == 2 else (f"all {sides} sides", "some")
    every = "both" if sides == 2 else "all"
    alone = ", experts only" if officials else ""
    one_asks, rest = ("One side asks", "the other does") if sides == 2 else ("Some sides ask", "others do")
    none = "neither side" if sides == 2 else "none of these sides"
    found = {
        "official": Tier(f"Officials of {both} back it", f"officials of {every}", clear),
        "official+expert": Tier(f"{capital(both)} back it, officials of {one}", f"{every}, officials of {one}", clear),
        "expert": Tier(f"{capital(both)} back it{alone}", f"{every}{alone}" if officials else both, clear),
        "contested": Tier(
            "Contested",
            "contested",
            "backed by some sides and opposed by others"
            if majority
            else "backed by some and opposed by others, or somebody is both for and against",
        ),
        "one-sided": Tier(
            f"{one_asks}, {rest} not" if others else f"Only {one_asks[0].lower()}{one_asks[1:]}",
            "only one side" if sides == 2 else "only some sides",
            "backed on some of the sides only",
        ),
        "rejected": Tier(
            f"Refused, {none} backs it" if others else "Refused",
            "refused",
            f"opposed, and backed by {nobody}" + (" of those compared" if others else ""),
        ),
        "raised": Tier(
            "Raised only",
            "raised only",
            "spoken on, neither backed nor opposed" + (" by most of a side" if majority else ""),
        ),
        "unheard": Tier("Not heard", "not heard", "nobody of these sides speaks on it in the chosen evidence"),
    }
    return {t: tier for t, tier in found.items() if officials or not t.startswith("official")}


@dataclass(frozen=True)
class Look:
    """How a stance or side is drawn: word, glyph, colour, and a fill for text on light and on dark ground."""

    id: str
    word: str
    native: str
    glyph: str
    colour: str
    score: float | None = None

    @property
    def light(self) -> str:
        """A pale fill on which dark ink keeps a contrast of at least 4.5."""
        return mix(self.colour, PAPER, 0.38)

    @property
    def dark(self) -> str:
        """A deep fill on which pale ink keeps a contrast of at least 4.5."""
        return mix(self.colour, NIGHT, 0.55)

    @property
    def on_light(self) -> str:
        """The colour itself as a line, bar or mark, which keeps a contrast of at least 3 to the light page."""
        return visible(self.colour, PAGE[0], INK)

    @property
    def on_dark(self) -> str:
        """The same on the dark page."""
        return visible(self.colour, PAGE[1], MOON)


def stance_looks(stances: Sequence[Mapping[str, Any]]) -> tuple[Look, ...]:
    """The look of every state a cell can have: the stances (rows of that table) in order, then mixed.

    A stance without glyph or colour gets one by its rank among the backing, neutral or opposing ones; no two glyphs
    that are given out here are the same.
    """
    scores = [float(s["score"]) for s in stances]
    backing = sorted({s for s in scores if s > 0}, reverse=True)
    opposing = sorted({s for s in scores if s < 0})
    taken = {MIXED_GLYPH, *(str(s.get("glyph") or "")[:2] for s in stances)}
    looks: list[Look] = []
    for stance, score in zip(stances, scores, strict=True):
        colours: tuple[str, ...]
        glyphs: tuple[str, ...]
        if score > 0:
            colours, glyphs, rank = BACKING_COLOURS, BACKING_GLYPHS, backing.index(score)
        elif score < 0:
            colours, glyphs, rank = OPPOSING_COLOURS, OPPOSING_GLYPHS, opposing.index(score)
        else:
            colours, glyphs, rank = (NEUTRAL_COLOUR,), NEUTRAL_GLYPHS, 0
        glyph = str(stance.get("glyph") or "")[:2]
        if not glyph:
            order = [*glyphs[rank:], *glyphs[:rank], *"abcdefghijklmnopqrstuvwxyz0123456789"]
            glyph = next((g for g in order if g not in taken), "?")
            taken.add(glyph)
        colour = str(stance.get("colour") or "") or colours[min(rank, len(colours) - 1)]
        looks.append(Look(stance["id"], stance["name"], stance.get("name_zh", ""), glyph, colour, score))
    return (*looks, Look("mixed", MIXED_WORD, "", MIXED_GLYPH, MIXED_COLOUR))


def side_looks(sides: Sequence[Mapping[str, Any]]) -> tuple[Look, ...]:
    """The look of every side, in order; one without a colour gets the next that is free."""
    taken = {str(s.get("colour") or "").upper() for s in sides}
    free = [c for c in SIDE_COLOURS if c not in taken] or [NO_SIDE_COLOUR]
    looks: list[Look] = []
    for side in sides:
        colour = str(side.get("colour") or "") or free[len(looks) % len(free)]
        looks.append(Look(side["id"], side["name"], side.get("name_zh", ""), "", colour))
    return tuple(looks)


def known_in_part(proposal: Mapping[str, Any]) -> str:
    """Of a proposal whose coverage is partial `list known in part: 54 of 91 names`; '' of any other."""
    if proposal["coverage"] != PARTIAL:
        return ""
    note = str(proposal["coverage_note"])
    return "list known in part" + (f": {note}" if note else "")


def proposal_title(proposal: Mapping[str, Any]) -> str:
    """A proposal's title, with a mark behind it where who backs it is known only in part."""
    title = str(proposal["title"])
    return f"{title} {PARTLY_GLYPH}" if known_in_part(proposal) else title


def mix(colour: str, ground: str, share: float) -> str:
    """`share` of a colour over a ground, as #RRGGBB."""
    a, b = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (colour, ground))
    return "#" + "".join(f"{round(x * share + y * (1 - share)):02X}" for x, y in zip(a, b, strict=True))


def visible(colour: str, ground: str, ink: str, least: float = 3.0) -> str:
    """A colour, moved towards the ink until its contrast to the ground is at least `least` (WCAG 2.2)."""
    for share in range(100, -1, -5):
        moved = mix(colour, ink, share / 100)
        if contrast(moved, ground) >= least:
            return moved
    return ink


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    a, b = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@remembered(1)
def stances_of(dataset: Dataset) -> dict[str, Look]:
    """How each stance of the scale, and `mixed`, is drawn."""
    return {look.id: look for look in stance_looks(records(dataset.stances))}


@remembered(1)
def sides_of(dataset: Dataset) -> dict[str, Look]:
    """How each side is drawn."""
    return {look.id: look for look in side_looks(records(dataset.frames["sides"]))}
