"""The words around the bars of common ground: over which proposals, by which score, what is not drawn."""

from __future__ import annotations

import pandas as pd

from matrix.analysis.common_ground import TIERS, CommonGround
from matrix.charts.caption import Words
from matrix.charts.names import Mark, Name
from matrix.charts.text import listed
from matrix.dataset.amounts import plural


def ground_words(
    result: CommonGround,
    shown: pd.DataFrame,
    ranked: pd.DataFrame,
    titles: dict[str, Name],
    sides: list[Mark],
    unheard: int,
) -> Words:
    """`shown`: the rows drawn; `ranked`: all that somebody speaks on; `unheard`: how many nobody speaks on."""
    who = listed([s.label for s in sides])
    title = f"Common ground of {who}: {plural(len(ranked), 'proposal')} spoken on"
    n = result.n[ranked.index]
    span = f"{n.min()} to {n.max()}" if n.min() != n.max() else f"{n.min()}"
    subtitle = (
        "Actors of each side by their position. Ordered by tier, then by score = product over the sides of "
        f"(backing + 1)/(speakers + 2), n = {span} speakers. Silence is no position."
    )
    notes = []
    if len(shown) < len(ranked):
        notes.append(
            f"The first {len(shown)} of {len(ranked)} proposals are drawn; the other {len(ranked) - len(shown)} follow "
            "in the same order. Filter to see them."
        )
    if unheard:
        notes.append(f"{plural(unheard, 'more proposal')} of this selection: nobody of these sides speaks on them.")
    tiers = ranked["tier"].value_counts()
    spread = listed([f"{t} {tiers[t]}" for t in TIERS if t in tiers.index], 9)
    first = ranked.index[0]
    both = [titles[p].label for p in ranked.index[ranked["tier"] == ranked["tier"].iloc[0]]]
    alt = (
        f"Diverging bars. {title}. By tier: {spread}. Highest tier, {ranked['tier'].iloc[0]}: {listed(both, 4)}. "
        f"Highest score there: {ranked.loc[first, 'score']:.2f} with n = {int(result.n[first])}."
    )
    return Words(title, subtitle, alt, notes)
