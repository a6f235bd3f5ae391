"""Who agrees with whom as a heatmap: coloured cells in the order of a dendrogram, each with its number and n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from matrix.analysis.measures import MEASURES, NONE, UNDEFINED
from matrix.analysis.overlap import Overlap, dendrogram_order
from matrix.charts.caption import EDGE, LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import clip, listed, plain, wide
from matrix.charts.labels import Mark, Name, names, side_marks, value_text
from matrix.charts.theme import NARROW, WIDTH, ColourScale, Theme, colour_at, text_on, theme
from matrix.dataset.dataset import Dataset
from matrix.palette import GREY
from matrix.wording import plural

LEAST_CELL, NARROW_CELL, MOST_CELL = 14, 20, 46  # pixels; a phone has no hover: there a number must fit in
LABELS = {"actors": 300, "proposals": 380}  # pixels of the names on the left, at most
LABELS_NARROW = {"actors": 120, "proposals": 140}
LABELS_SHARE = 0.3  # of the width, at most
N_CELL, NUMBER_CELL = 34, 19  # from this size on a cell holds number and n, its number; below a sign
SIGN = "sign"  # the lines that stand for + and -
TOUCH = "touch"  # the trace that answers the mouse; a still picture does without
LEVELS = 100  # of the colour scale, for the colour of the text on it
BELOW = 150  # pixels of the names below, at most
TITLES = {"conflict": "Who is in conflict with whom", "clashes": "Who clashes with whom"}
BOTH_WAYS = ("points", "net")  # measures that run from against to for

Floats = NDArray[np.float64]
Ends = tuple[float, float, ColourScale]  # lowest and highest value, and the colours between


@dataclass(frozen=True, eq=False)
class Drawn:
    """Names in the order drawn, value and n between any two (NaN: not defined), and the pixels of a cell and of names.

    `left_out`: compared, but without space here; `alone`: compared with nobody.
    """

    shown: list[Name]
    value: Floats
    n: Floats
    left_out: list[str]
    alone: list[str]
    cell: float
    labels: float
    narrow: bool


def heatmap(
    result: Overlap, dataset: Dataset, *, width: int = WIDTH, dark: bool = False, most: int | None = None
) -> go.Figure:
    """The measure between any two, with a slash where it is not defined.

    At most as many actors (or proposals) as the width can show readably, or `most`: those compared on most, and the
    words say who was left out. A cell's customdata is [id of the row, id of the column].
    """
    look, called = theme(dark), names(dataset, result.of)
    if result.sentence:
        return sentence(result.sentence, look, width)
    drawn = _drawn(result, called, width, most)
    size, cell = len(drawn.shown), drawn.cell
    ends = _ends(result, drawn.value, look)
    inks = _inks(drawn.value, ends)
    numbers = _numbers(result, drawn, inks)
    figure = go.Figure()
    figure.add_heatmap(
        z=drawn.value,
        zmin=ends[0],
        zmax=ends[1],
        colorscale=ends[2],
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        text=numbers,
        texttemplate="%{text}" if numbers else None,
        textfont={"size": 12 if cell >= N_CELL else 10},
        colorbar=_bar(result, ends, look, width - 2 * EDGE - drawn.labels),
    )
    _hatch(figure, drawn.value, look)
    if not numbers:
        _draw_signs(figure, result, drawn, ends, inks)
    _touch(figure, result, drawn)
    mark = side_marks(dataset, look) if any(x.side for x in drawn.shown) and result.of == "actors" else {}
    below = _axes(figure, drawn, mark, look)
    return framed(
        figure,
        look,
        width,
        size * cell,
        _words(result, drawn, None if numbers else _signs(result, ends), cell >= N_CELL),
        Margins(left=drawn.labels, right=max(0, width - 2 * EDGE - drawn.labels - size * cell), top=52, bottom=below),
        Key([m.key() for s, m in mark.items() if any(x.side == s for x in drawn.shown)]),
    )


def _drawn(result: Overlap, called: dict[str, Name], width: int, most: int | None = None) -> Drawn:
    """At most as many as the width has readable space for, or `most`: those compared on most; like beside like."""
    narrow = width < NARROW
    ids = result.frame.index.tolist()
    value = result.frame.to_numpy(float)
    n = result.n.to_numpy()
    defined = np.isfinite(value) & (n > 0)  # 0 of nothing in common is no measurement
    np.fill_diagonal(defined, False)
    met = np.flatnonzero(defined.any(axis=1))
    labels = _labels(result.of, width, max(wide(called[ids[i]].label) for i in met))
    inner = width - 2 * EDGE - labels - 10
    fits = max(2, int(inner // (NARROW_CELL if narrow else LEAST_CELL)))
    limit = min(fits, most or fits)
    weight = np.where(defined, n, 0).sum(axis=1)[met]
    chosen = met if len(met) <= limit else np.sort(met[np.argsort(-weight, kind="stable")[:limit]])
    at = np.ix_(chosen, chosen)
    shown = np.where(defined[at], value[at], np.nan)
    order = dendrogram_order(-shown if MEASURES[result.measure].id in ("conflict", "clashes") else shown)
    at = np.ix_(order, order)
    drawn = set(chosen.tolist())
    return Drawn(
        [called[ids[chosen[k]]] for k in order],
        shown[at],
        np.where(defined, n, 0)[np.ix_(chosen, chosen)][at].astype(float),
        [called[ids[i]].label for i in met if i not in drawn],
        [called[ids[i]].label for i in np.flatnonzero(~defined.any(axis=1))],
        min(MOST_CELL, inner / len(chosen)),
        labels,
        narrow,
    )


def _labels(of: str, width: int, longest: float) -> float:
    narrow = width < NARROW
    most: float = LABELS_NARROW[of] if narrow else min(LABELS[of], width * LABELS_SHARE)
    return min(most, longest + (44 if narrow else 32))


def _ends(result: Overlap, value: Floats, look: Theme) -> Ends:
    top = float(np.nanmax(np.abs(value))) or 1.0
    if result.measure == "points":
        return 0.0, 1.0, look.diverging()
    if result.measure == "net":
        return -top, top, look.diverging()
    if MEASURES[result.measure].is_share:
        return 0.0, 1.0, look.sequential()
    return 0.0, top, look.sequential(against=result.measure in ("conflict", "clashes"))


def _bounds(ends: Ends) -> tuple[float, float]:
    """Below and above which a value has a sign."""
    low, high, _ = ends
    middle, step = (low + high) / 2, (high - low) / 8
    return middle - step, middle + step


def _signs(result: Overlap, ends: Ends) -> tuple[str, str]:
    """What + and - mean in cells too small for a number."""
    below, above = (value_text(result, round(b, 3)) for b in _bounds(ends))
    return f"more than {above}", f"less than {below}" if result.measure in BOTH_WAYS else ""


def _numbers(result: Overlap, drawn: Drawn, inks: list[list[str]]) -> list[list[str]] | None:
    """The number and its n in every cell, in small ones the number alone; None where no number has space."""
    if drawn.cell < NUMBER_CELL:
        return None
    n = '<br><span style="font-size:10px">n {:.0f}</span>' if drawn.cell >= N_CELL else ""

    def text(v: float, count: float, ink: str) -> str:
        number = value_text(result, v, unit=False) + n.format(count) if v == v else ""
        return f'<span style="color:{ink}">{number}</span>' if number else ""

    rows = zip(drawn.value.tolist(), drawn.n.tolist(), inks, strict=True)
    return [[text(*cell) for cell in zip(*row, strict=True)] for row in rows]


def _inks(value: Floats, ends: Ends) -> list[list[str]]:
    """The colour of what is written on each cell; '' where nothing is."""
    low, high, scale = ends
    inks = [text_on(colour_at(scale, level / LEVELS)) for level in range(LEVELS + 1)]
    return [[inks[round((v - low) / (high - low) * LEVELS)] if v == v else "" for v in row] for row in value.tolist()]


def _draw_signs(figure: go.Figure, result: Overlap, drawn: Drawn, ends: Ends, inks: list[list[str]]) -> None:
    """A + or - in cells too small for a number: never colour alone."""
    below, above = _bounds(ends)
    plus = drawn.value > above
    minus = (drawn.value < below) & (result.measure in BOTH_WAYS)
    colours, arm = np.array(inks, dtype=object), 0.26
    for colour in sorted({c for row in inks for c in row} - {""}):
        own = colours == colour
        _strokes(figure, SIGN, ((((plus | minus) & own), arm, 0), ((plus & own), 0, arm)), colour, 1.2)


def _strokes(
    figure: go.Figure,
    name: str,
    parts: Sequence[tuple[NDArray[np.bool_], float, float]],
    colour: str,
    width: float,
) -> None:
    """A stroke in every cell that a part marks, so far to the right and up of its middle as to the left and down.

    All of them are one shape: a text or a line of its own for each of thousands of cells takes a browser seconds.
    """
    path = "".join(
        f"M{x - right:g},{y + up:g}L{x + right:g},{y - up:g}"
        for marked, right, up in parts
        for y, x in zip(*(k.tolist() for k in np.nonzero(marked)), strict=True)
    )
    if path:
        figure.add_shape(type="path", path=path, name=name, line={"color": colour, "width": width})


def _bar(result: Overlap, ends: Ends, look: Theme, space: float) -> dict[str, object]:
    """The colour scale, lying above the drawing, its ends in words."""
    low, high, _ = ends
    words = ("opposed", "agreed") if result.measure == "points" else ("", "")
    ticks = [low, (low + high) / 2, high]
    texts = [value_text(result, v) for v in ticks]
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "ypad": 8,
        "xpad": 0,
        "thickness": 9,
        "len": min(300, space * 0.8),
        "lenmode": "pixels",
        "outlinewidth": 0,
        "tickvals": ticks,
        "ticktext": [" ".join(filter(None, pair)) for pair in zip(texts, (words[0], "", words[1]), strict=True)],
        "title": {"text": MEASURES[result.measure].name, "side": "top", "font": {"size": 11, "color": look.quiet}},
        "tickfont": {"size": 11, "color": look.quiet},
        "ticklabelposition": "outside",
    }


def _hatch(figure: go.Figure, value: Floats, look: Theme) -> None:
    """A slash through every cell that is not defined: pattern fills make huge PDFs."""
    blank = np.isnan(value)
    np.fill_diagonal(blank, False)
    _strokes(figure, UNDEFINED, ((blank, 0.28, 0.28),), look.line, 1)


def _touch(figure: go.Figure, result: Overlap, drawn: Drawn) -> None:
    """Unseen markers that hover and click: plotly selects no heatmap cells."""
    shown, what = drawn.shown, plain(result.n_words)
    full, ids = [x.full for x in shown], [x.id for x in shown]
    name = MEASURES[result.measure].name
    y, x = np.nonzero(~np.eye(len(shown), dtype=bool))
    places = list(zip(y.tolist(), x.tolist(), strict=True))
    texts = [
        f"{full[i]}<br>{full[j]}<br>"
        + (f"<b>{value_text(result, v)}</b> {name}, n = {n:.0f} {what}" if v == v else f"{UNDEFINED}: n = 0 {what}")
        for (i, j), v, n in zip(places, drawn.value[y, x].tolist(), drawn.n[y, x].tolist(), strict=True)
    ]
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        name=TOUCH,
        customdata=np.array([[ids[i], ids[j]] for i, j in places], dtype=object),
        text=np.array(texts, dtype=object),
        hoverinfo="text",
        marker={"symbol": "square", "size": max(4, drawn.cell - 2), "opacity": 0, "color": GREY},
        selected={"marker": {"opacity": 0.45}},
        unselected={"marker": {"opacity": 0}},
    )


def _axes(figure: go.Figure, drawn: Drawn, mark: dict[str, Mark], look: Theme) -> float:
    """Names on the left, and below the same turned, or (where there is no space) their numbers; gives the space below.

    Turned names are read downwards: their beginning, which tells them apart, stands at the drawing and is never cut.
    """
    shown, turned = drawn.shown, not drawn.narrow and len(drawn.shown) > 1
    size = min(LABEL, max(9, int(drawn.cell - 1)))
    places = list(range(len(shown)))
    dots = [f"{mark[x.side].dot()} " if mark else "" for x in shown]
    number = [f"{i + 1} " if not turned else "" for i in places]
    left = [
        f"{plain(number[i] + clip(x.label, drawn.labels - 22 - wide(number[i], size), size))} {dots[i]}".rstrip()
        for i, x in enumerate(shown)
    ]
    common = {"showgrid": False, "zeroline": False, "ticks": "", "fixedrange": True, "tickmode": "array"}
    ends = [-0.5, len(shown) - 0.5]
    font = {"size": size, "color": look.ink}
    figure.update_yaxes(**common, range=ends[::-1], tickvals=places, ticktext=left, tickfont=font)
    below = [plain(clip(x.label, BELOW, size)) if turned else str(i + 1) for i, x in enumerate(shown)]
    figure.update_xaxes(
        **common, range=ends, tickvals=places, ticktext=below, tickfont=font, tickangle=90 if turned else 0
    )
    return min(BELOW, max(wide(x.label, size) for x in shown)) + 16 if turned else 22


# ---- words


def _words(result: Overlap, drawn: Drawn, signs: tuple[str, str] | None, with_n: bool) -> Words:
    """`signs`: what + and - stand for where the cells are too small for numbers; `with_n`: n stands in the cells."""
    measure, who, shown = MEASURES[result.measure], result.of, drawn.shown
    i, j = np.triu_indices(len(shown), 1)
    defined = np.isfinite(drawn.value[i, j])
    over = drawn.n[i, j][defined].astype(int)
    question = TITLES.get(result.measure, "Who agrees with whom") if who == "actors" else "Which proposals go together"
    of = f" of {len(shown) + len(drawn.left_out):,}" if drawn.left_out else ""
    several = f"{len(shown)}{of} {who}" if of else plural(len(shown), who.removesuffix("s"))
    title = f"{question}: {several}, {measure.name}"
    count = f"{over.min()}" if over.min() == over.max() else f"{over.min()} to {over.max()}"
    subtitle = f"{plural(int(defined.sum()), 'pair')}, each over n = {count} {result.n_words}."
    if result.min_n > 1 and result.left_out:
        left_out = plural(result.left_out, "pair")
        subtitle += f" Left out: {left_out} over n below {result.min_n}, too few to say anything."
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
        why = f"n below {result.min_n}" if result.min_n > 1 else "not defined, n = 0"
        notes.append(f"A slash: {why} ({plural(undefined, 'pair')}). The diagonal stays blank.")
    if result.measure in BOTH_WAYS:
        notes.append("Small n weighs as much as large n here: look at n before you rely on a cell.")
    if drawn.alone:
        enough = f" over n of {result.min_n} or more" if result.min_n > 1 else ""
        who_else = listed(drawn.alone)
        notes.append(f"Not drawn, as no other can be compared with them{enough}: {who_else} ({len(drawn.alone):,}).")
    alt = f"Heatmap. {title}. {_extremes(result, drawn, i[defined], j[defined])}."
    alt += f" {plural(undefined, 'pair')} not defined."
    return Words(title, subtitle, alt, notes, f"{result.formula}.")


def _extremes(result: Overlap, drawn: Drawn, i: np.ndarray, j: np.ndarray) -> str:
    """The highest and the lowest pair; of the same value the one of the larger n."""
    value, n = drawn.value[i, j], drawn.n[i, j]
    ends = []
    for what, k in (("Highest", int(np.lexsort((n, value))[-1])), ("lowest", int(np.lexsort((-n, value))[0]))):
        pair = f"{drawn.shown[i[k]].label} and {drawn.shown[j[k]].label}"
        ends.append(f"{what}: {pair}, {value_text(result, float(value[k]))} on n = {int(n[k])}")
    return "; ".join(ends)
