"""The words around a heatmap: what a cell says, over which n, who is not drawn - and the same for who cannot see it."""

from __future__ import annotations

import numpy as np

from matrix.analysis.formulas import MEASURES, NONE
from matrix.analysis.overlap import Overlap
from matrix.charts.caption import Words
from matrix.charts.numbers import said
from matrix.charts.square import Square
from matrix.charts.text import listed
from matrix.dataset.amounts import plural

ASKS = {"conflict": "Who is in conflict with whom", "clashes": "Who clashes with whom"}
BOTH_WAYS = ("points", "net")  # measures that run from against to for


def heatmap_words(result: Overlap, drawn: Square, signs: tuple[str, str] | None, with_n: bool) -> Words:
    """`signs`: what + and - stand for where the cells are too small for numbers; `with_n`: n stands in the cells."""
    measure, who, shown = MEASURES[result.measure], result.of, drawn.shown
    i, j = np.triu_indices(len(shown), 1)
    defined = np.isfinite(drawn.value[i, j])
    over = drawn.n[i, j][defined].astype(int)
    asks = ASKS.get(result.measure, "Who agrees with whom") if who == "actors" else "Which proposals go together"
    of = f" of {len(shown) + len(drawn.left_out):,}" if drawn.left_out else ""
    several = f"{len(shown)}{of} {who}" if of else plural(len(shown), who.removesuffix("s"))
    title = f"{asks}: {several}, {measure.name}"
    count = f"{over.min()}" if over.min() == over.max() else f"{over.min()} to {over.max()}"
    subtitle = f"{result.formula}. {plural(int(defined.sum()), 'pair')}, each over n = {count} {result.n_words}."
    if drawn.left_out:
        subtitle += f" Drawn are those compared on most; left out: {listed(drawn.left_out, 3)}. Filter to see them."
    undefined = int((~defined).sum())
    notes = []
    if signs:
        more, less = signs
        notes.append(f"+ is {more}" + (f", − is {less}" if less else "") + "; blank lies between or below.")
    elif MEASURES[result.measure].is_share:
        notes.append("In a cell: per cent" + (", and below it n." if with_n else "; n is in the list of pairs."))
    if result.normalize != NONE or result.count != "positions":
        notes.append(f"Counting {result.count}, normalised by {result.normalize}, duplicates: {result.duplicates}.")
    if undefined:
        notes.append(f"A slash: not defined, n = 0 ({plural(undefined, 'pair')}). The diagonal stays blank.")
    if result.measure in BOTH_WAYS:
        notes.append("Small n weighs as much as large n here: look at n before you lean on a cell.")
    if drawn.alone:
        notes.append(f"Not drawn, as no other can be compared with them: {listed(drawn.alone)} ({len(drawn.alone):,}).")
    alt = f"Heatmap. {title}. {_ends(result, drawn, i[defined], j[defined])}. {plural(undefined, 'pair')} not defined."
    return Words(title, subtitle, alt, notes)


def _ends(result: Overlap, drawn: Square, i: np.ndarray, j: np.ndarray) -> str:
    """The highest and the lowest pair; of the same value the one of the larger n."""
    value, n = drawn.value[i, j], drawn.n[i, j]
    ends = []
    for what, k in (("Highest", int(np.lexsort((n, value))[-1])), ("lowest", int(np.lexsort((-n, value))[0]))):
        pair = f"{drawn.shown[i[k]].label} and {drawn.shown[j[k]].label}"
        ends.append(f"{what}: {pair}, {said(result, float(value[k]))} on n = {int(n[k])}")
    return "; ".join(ends)
