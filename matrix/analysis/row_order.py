"""The order of the matrix's rows: in bands of common ground or by theme, in each by backing, date or title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.common_ground import ONE_SIDED, ONLY_OTHERS, TIERS, UNHEARD, CommonGround, common_ground
from matrix.analysis.outline import outline
from matrix.analysis.positions import EMPTY, View
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.palette import ONLY_OTHERS_COLOUR, TIER_COLOURS, Look, sides_of
from matrix.wording import humane

GROUPS = GROUND, THEME, NONE = ("common-ground", "theme", "none")
SORTS = BACKED, DATE, TITLE, LISTED, DISPUTED, SIMILAR = (
    *("backed", "date", "title", "listed", "disputed", "similarity"),
)
GROUP_WORDS = {GROUND: "common ground", THEME: "theme", NONE: "nothing"}
SORT_WORDS = {
    BACKED: "most backed first",
    DATE: "latest first",
    TITLE: "by title",
    LISTED: "as listed",
    DISPUTED: "most disputed first",
    SIMILAR: "similar ones together",
}
# What an order means, for the line above the matrix; what the names say already needs none.
SORT_ABOUT = {
    BACKED: "",
    DATE: "By the last day of the latest statement that counts; undated ones are last.",
    TITLE: "",
    LISTED: "",
    DISPUTED: "By how many stand on the smaller side, for or against; then by how many oppose it.",
    SIMILAR: "Neighbours are proposals on which the same actors stand alike: points, 1 - mean |v-v'|/2 over the actors "
    "who took a stance on both, in the order of a dendrogram (average linkage). Proposals without a position are last.",
}

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Band:
    """Rows that stand together: a tier of common ground (a one-sided one by who asks), or a theme.

    `id`: the tier, `one-sided~us` by who asks, `unheard~others` where only others speak; or the theme. `words` head
    the band, `short` stands in a strip of all, `about` says what the tier means. `side` is the one side that asks.
    """

    id: str
    words: str
    short: str = ""
    about: str = ""
    tier: str = ""
    side: str = ""


@dataclass(frozen=True)
class RowPlace:
    """One row of the screen: its place in the view, its band, and how many of its visible parents stand above it."""

    row: int
    depth: int = 0
    band: Band | None = None


def ordered(view: View, group: str = GROUND, sort: str = BACKED, *, only: Sequence[str] = ()) -> list[RowPlace]:
    """The view's rows in the order in which they are shown.

    By common ground: tiers from `official` to `unheard`, one-sided ones by who asks; where fewer than two sides can be
    compared, by theme. Themes in order of first appearance. Within a band by the visible positions of actors of counted
    sides (`mixed` both backs and opposes): the most backed, or the most disputed first - where most stand on the
    smaller side, then where most oppose; by the last day of a counting statement; by title; by likeness (`_similar`);
    or as listed: in the order of the table, under a theme parents before their children. `only`: ids of bands of common
    ground; the rows of others are left out.
    """
    keys = _sort_keys(view, sort)
    depth = np.zeros(len(view.rows), np.int64)
    tiers = _tier_bands(view) if group == GROUND or only else None
    kept = {int(i) for band, places in tiers or () for i in places if band and band.id in only}
    parts = tiers if group == GROUND else None
    if parts is None and group == NONE:
        parts = [(None, np.arange(len(view.rows)))]
    elif parts is None:
        lines = outline(view.proposals)
        themes: dict[str, list[int]] = {}
        for place, theme, _ in lines:
            themes.setdefault(theme, []).append(place)
        parts = [(Band(theme, humane(theme)), np.array(places)) for theme, places in themes.items()]
        if sort == LISTED:
            for i, (place, _, below) in enumerate(lines):
                keys[place], depth[place] = i, below
    return [
        RowPlace(int(i), int(depth[i]), band)
        for band, places in parts
        for i in places[np.argsort(keys[places], kind="stable")]
        if not only or tiers is None or int(i) in kept
    ]


def bands(ground: CommonGround) -> list[Band]:
    """The band of each proposal of `ground.frame` by its tier; the same object for all of one band."""
    made: dict[tuple[str, str, bool], Band] = {}
    found = []
    for proposal, tier, missing in zip(ground.frame.index, ground.frame["tier"], ground.frame["missing"], strict=True):
        others = tier == UNHEARD and proposal in ground.heard_elsewhere
        key = (tier, missing if tier == ONE_SIDED else "", others)
        if key not in made:
            made[key] = _band(ground, str(proposal), *key)
        found.append(made[key])
    return found


def in_bands(ground: CommonGround) -> dict[Band, list[str]]:
    """The proposals of each band: bands in their order, in each the best backed first, then the highest score."""
    frame = ground.frame
    backing = sum((frame[f"{s}_backing"] for s in ground.sides), start=frame["score"] * 0)
    of = dict(zip(frame.index, bands(ground), strict=True))
    found: dict[Band, list[str]] = {}
    order = frame.assign(backing=backing).sort_values(["backing", "score"], ascending=False, kind="stable")
    for p in order.index:
        found.setdefault(of[p], []).append(str(p))
    return {band: found[band] for band in sorted(found, key=lambda band: band_rank(ground, band))}


def _band(ground: CommonGround, proposal: str, tier: str, missing: str, others: bool) -> Band:
    look = ground.tiers[tier]
    if others:
        return Band(f"{tier}~others", ONLY_OTHERS, "only others", look.about, tier)
    if tier != ONE_SIDED:
        return Band(tier, ground.asks(proposal), look.short, look.about, tier)
    asking = [s for s in ground.sides if s not in missing.split(LIST_SEPARATOR)]
    side = asking[0] if len(asking) == 1 else ""
    return Band("~".join((tier, *asking)), ground.asks(proposal), ground.asks_short(missing), look.about, tier, side)


def band_look(dataset: Dataset, band: Band) -> Look:
    """The colour of a tier's mark: its own, or that of the one side that asks."""
    if band.side:
        return sides_of(dataset)[band.side]
    colour = ONLY_OTHERS_COLOUR if band.words == ONLY_OTHERS else TIER_COLOURS[band.tier]
    return Look("", band.words, "", "", colour)


def tier_bands(view: View) -> list[tuple[Band, int]]:
    """The bands of common ground in a view with the number of their rows; [] where no two sides can be compared."""
    return [(band, len(places)) for band, places in _tier_bands(view) or () if band]


def _tier_bands(view: View) -> list[tuple[Band | None, Ints]] | None:
    """The view's rows by tier; None where no two sides can be compared."""
    ground = common_ground(view.positions.dataset, selection=view.positions.selection)
    if ground.sentence:
        return None
    of = dict(zip(ground.frame.index, bands(ground), strict=True))
    rows: dict[Band, list[int]] = {}
    for i, proposal in enumerate(view.proposals["id"].tolist()):
        rows.setdefault(of[proposal], []).append(i)
    return [(band, np.array(rows[band])) for band in sorted(rows, key=lambda band: band_rank(ground, band))]


def band_rank(ground: CommonGround, band: Band) -> tuple[int, int, list[int]]:
    """By which bands are sorted: tiers in their order; of one tier fewer asking sides first, then as the sides are."""
    asking = band.id.split("~")[1:]
    places = {s: i for i, s in enumerate(ground.sides)}
    return TIERS.index(band.tier), len(asking), [places.get(s, 0) for s in asking]


def _sort_keys(view: View, sort: str) -> Ints:
    """For each row of the view a number by which it is sorted within its band."""
    size = len(view.rows)
    if sort == LISTED:
        return np.arange(size)
    if sort == TITLE:
        titles = [t.casefold() for t in view.proposals["title"].astype("str")]
        order = np.array(sorted(range(size), key=lambda i: titles[i]), np.int64)
    elif sort == DATE:
        order = np.argsort(-_last_days(view), kind="stable")
    elif sort == SIMILAR:
        order = np.array(_similar(view), np.int64)
    else:
        backing, opposed = _for_and_against(view)
        # The last key decides first, as np.lexsort has it.
        keys = (-opposed, backing) if sort == BACKED else (backing, opposed, np.minimum(backing, opposed))
        order = np.lexsort((np.arange(size), *(-k for k in keys)))
    result = np.empty(size, np.int64)
    result[order] = np.arange(size)
    return result


def _last_days(view: View) -> Ints:
    """The last day of a counting statement on each row, a very early one where none is dated."""
    positions = view.positions
    codes, counts = positions.dataset.codes, positions.evidence.counts
    last = np.full(positions.codes.shape[0], UNKNOWN, dtype=np.int64)
    which = counts & positions.chosen[codes.actor]
    np.maximum.at(last, codes.proposal[which], codes.day[which])
    return last[view.rows]


def _similar(view: View) -> list[int]:
    """Rows as the leaves of a dendrogram of their agreement over the chosen actors; those nobody speaks on last."""
    from matrix.analysis.overlap import (
        dendrogram_order,
        overlap,  # brings scipy, for which the first page need not wait
    )

    ids = view.proposals["id"]
    heard = (view.codes != EMPTY).any(axis=1)
    agreement = overlap(view.positions.dataset, of="proposals", selection=view.positions.selection).frame
    spoken = ids[heard]
    places = np.flatnonzero(heard)
    leaves = dendrogram_order(agreement.reindex(index=spoken, columns=spoken).to_numpy())
    return [*(int(places[i]) for i in leaves), *np.flatnonzero(~heard).tolist()]


def _for_and_against(view: View) -> tuple[Ints, Ints]:
    """Of each row the numbers of visible positions that back and that oppose it; `mixed` counts in both."""
    dataset = view.positions.dataset
    sides = dataset.frames["sides"]
    uncounted = sides["id"][(sides["counted"] == "false").to_numpy()].tolist()
    codes = view.codes[:, ~view.actors["side"].isin(uncounted).to_numpy()]
    mixed = codes == len(dataset.scale)
    score = np.append(dataset.scale.scores, [0.0, 0.0])[codes]  # `mixed` and EMPTY read the two zeros
    stated = codes != EMPTY
    return (
        ((score > 0) & stated | mixed).sum(axis=1),
        ((score < 0) & stated | mixed).sum(axis=1),
    )
