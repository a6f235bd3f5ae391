"""The words around an UpSet plot: what a bar counts, over which n, which combinations are not drawn."""

from __future__ import annotations

from matrix.analysis.sets import Intersection, Sets
from matrix.charts.caption import Words
from matrix.charts.combinations import EXCLUSIVE, INCLUSIVE, members
from matrix.charts.names import Name
from matrix.charts.text import listed
from matrix.dataset.amounts import plural


def upset_words(
    result: Sets,
    mode: str,
    shown: list[Intersection],
    rest: list[Intersection],
    sets: list[str],
    called: dict[str, Name],
) -> Words:
    """`shown` are drawn, `rest` are not; `sets` in the order of the rows."""
    word = "exactly these" if mode == EXCLUSIVE else "at least these"
    who = plural(len(sets), result.by.removesuffix("s"))
    title = f"Which of {who} back the same proposals ({mode})"
    adds_up = "the bars add up to n" if mode == EXCLUSIVE else "a proposal counts in every combination that backs it"
    subtitle = (
        f"Each bar: proposals backed by {word}, marked by filled dots below it; {adds_up}. "
        f"n = {plural(len(result.union), 'proposal')} backed by any of them."
    )
    notes = []
    if rest:
        sizes = [len(members(i, mode)) for i in rest]
        span = f"{max(sizes)}" if max(sizes) == min(sizes) else f"{min(sizes)} to {max(sizes)}"
        notes.append(
            f"The {plural(len(shown), 'largest combination')} of {len(shown) + len(rest):,} are drawn; "
            f"the other {len(rest):,} hold {span} {'proposal' if span == '1' else 'proposals'} each."
        )
    if not result.complete and mode == INCLUSIVE:
        notes.append("Of so many sets only combinations that some proposal has exactly are listed.")
    empty = [called[s].label for s in sets if not result.sets[s]]
    if empty:
        notes.append(f"Backing nothing in this selection: {listed(empty)}.")
    top = shown[0]
    alt = (
        f"UpSet plot. {title}: n = {plural(len(result.union), 'proposal')}. "
        f"Largest: {plural(len(members(top, mode)), 'proposal')} "
        f"backed by {word.removesuffix(' these')} {listed([called[s].label for s in top.of])}. "
        f"Sizes of the sets: {listed([f'{called[s].label} {len(result.sets[s])}' for s in sets])}."
    )
    return Words(title, subtitle, alt, notes)
