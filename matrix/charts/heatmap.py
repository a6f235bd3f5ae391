"""Who agrees with whom: an Overlap becomes a square of coloured cells in dendrogram order, with n behind each."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from matrix.analysis.formulas import MEASURES, NONE
from matrix.analysis.overlap import Overlap
from matrix.charts.arrange import dendrogram_order
from matrix.charts.caption import EDGE, LABEL, Key, Room, Words, dress, sentence
from matrix.charts.names import Mark, Name, marks, names
from matrix.charts.text import clip, listed, many, plain, wide
from matrix.charts.theme import NARROW, WIDTH, Scale, Theme, colour_at, text_on, theme
from matrix.dataset.dataset import Dataset

LEAST_CELL, NARROW_CELL, MOST_CELL = 11, 9, 46  # pixels: below the least no label is readable
N_CELL, NUMBER_CELL, SIGN_CELL = 34, 24, 9  # from this size on a cell holds number and n, its number, at least a sign
UNDEFINED = "not defined"
TOUCH = "touch"  # the trace that answers the mouse; a still picture does without

Floats = NDArray[np.float64]
Ends = tuple[float, float, Scale]  # lowest and highest value, and the colours between


def heatmap(
    result: Overlap, dataset: Dataset, *, width: int = WIDTH, dark: bool = False, most: int | None = None
) -> go.Figure:
    """The measure between any two, with a slash where it is not defined.

    At most as many actors (or proposals) as the width has readable room for, or `most`: those compared on most, and a
    note says who was left out. A cell's customdata is [id of the row, id of the column].
    """
    look, called = theme(dark), names(dataset, result.of)
    if result.sentence:
        return sentence(result.sentence, look, width)
    narrow = width < NARROW
    ids, value, n = result.frame.index.tolist(), result.frame.to_numpy(float), result.n.to_numpy().astype(float)
    value, n = value.copy(), n.copy()
    np.fill_diagonal(value, np.nan)
    np.fill_diagonal(n, 0)
    value[n == 0] = np.nan  # 0 of nothing in common is no measurement
    met = np.flatnonzero(np.isfinite(value).any(axis=1))
    label_room: float = (130 if narrow else 300) if result.of == "actors" else (150 if narrow else 380)
    label_room = min(label_room, max(wide(called[ids[i]].label) for i in met) + (44 if narrow else 32))
    fits = int((width - 2 * EDGE - label_room - 10) // (NARROW_CELL if narrow else LEAST_CELL))
    limit = min(fits, most or fits)
    kept = met if len(met) <= limit else np.sort(met[np.argsort(-n[met].sum(axis=1), kind="stable")[:limit]])
    value, n = value[np.ix_(kept, kept)], n[np.ix_(kept, kept)]
    closeness = -value if MEASURES[result.measure].id in ("conflict", "clashes") else value
    order = dendrogram_order(closeness)
    value, n = value[np.ix_(order, order)], n[np.ix_(order, order)]
    shown = [called[ids[kept[k]]] for k in order]
    size = len(shown)
    cell = min(MOST_CELL, (width - 2 * EDGE - label_room - 10) / size)
    low, high, scale = _scale(result, value, look)
    figure = go.Figure()
    figure.add_heatmap(
        z=value,
        zmin=low,
        zmax=high,
        colorscale=scale,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        text=_cells(result, value, n, cell, (low, high, scale)),
        texttemplate="%{text}",
        textfont={"size": 11 if cell >= 30 else 10},
        colorbar=_bar(result, low, high, look, width - 2 * EDGE - label_room),
    )
    _hatch(figure, value, look)
    _touch(figure, result, shown, value, n, cell)
    mark = marks(dataset, look)
    turned = not narrow and size > 1
    x_room = _axes(figure, shown, mark if result.of == "actors" else {}, look, label_room, cell, turned)
    left_out = [called[ids[i]].label for i in met if i not in set(kept.tolist())]
    alone = [called[i].label for k, i in enumerate(ids) if k not in set(met.tolist())]
    used = [m for s, m in mark.items() if any(x.side == s for x in shown)] if result.of == "actors" else []
    if not any(x.side for x in shown):
        used = []
    return dress(
        figure,
        look,
        width,
        size * cell,
        _words(result, shown, value, n, left_out, alone),
        Room(left=label_room, right=max(0, width - 2 * EDGE - label_room - size * cell), top=52, bottom=x_room),
        Key([m.key() for m in used]),
    )


def _scale(result: Overlap, value: Floats, look: Theme) -> Ends:
    top = float(np.nanmax(np.abs(value))) or 1.0
    if result.measure == "points":
        return 0.0, 1.0, look.diverging()
    if result.measure == "net":
        return -top, top, look.diverging()
    if MEASURES[result.measure].is_share:
        return 0.0, 1.0, look.sequential()
    return 0.0, top, look.sequential(against=result.measure in ("conflict", "clashes"))


def said(result: Overlap, value: float, unit: bool = True) -> str:
    """A value as it stands in a cell: per cent for shares, whole counts whole."""
    if not np.isfinite(value):
        return ""
    if MEASURES[result.measure].is_share:
        return f"{value:.0%}" if unit else f"{100 * value:.0f}"
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2g}" if abs(value) < 10 else f"{value:.1f}"


def _cells(result: Overlap, value: Floats, n: Floats, cell: float, ends: Ends) -> list[list[str]]:
    """The number and its n in every cell; in small ones the number, in smaller ones a sign: never colour alone."""
    low, high, scale = ends
    middle, step = (low + high) / 2, (high - low) / 8
    two_ways = result.measure in ("points", "net")

    def text(v: float, count: float) -> str:
        if np.isnan(v) or cell < SIGN_CELL:
            return ""
        if cell >= NUMBER_CELL:
            text = said(result, v, unit=False)
            if cell >= N_CELL:
                text += f'<br><span style="font-size:9px">n {count:.0f}</span>'
        else:
            text = "+" if v > middle + step else "−" if two_ways and v < middle - step else ""
        colour = text_on(colour_at(scale, (v - low) / (high - low)))
        return f'<span style="color:{colour}">{text}</span>' if text else ""

    return [[text(v, c) for v, c in zip(*rows, strict=True)] for rows in zip(value, n, strict=True)]


def _bar(result: Overlap, low: float, high: float, look: Theme, room: float) -> dict[str, object]:
    """The colour scale, lying above the drawing, its ends in words."""
    ends = ("opposed", "agreed") if result.measure == "points" else ("", "")
    ticks = [low, (low + high) / 2, high]
    texts = [said(result, v) for v in ticks]
    measure = MEASURES[result.measure].name
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "ypad": 8,
        "xpad": 0,
        "thickness": 9,
        "len": min(300, room * 0.8),
        "lenmode": "pixels",
        "outlinewidth": 0,
        "tickvals": ticks,
        "ticktext": [" ".join(filter(None, pair)) for pair in zip(texts, (ends[0], "", ends[1]), strict=True)],
        "title": {"text": measure, "side": "top", "font": {"size": 11, "color": look.quiet}},
        "tickfont": {"size": 11, "color": look.quiet},
        "ticklabelposition": "outside",
    }


def _hatch(figure: go.Figure, value: Floats, look: Theme) -> None:
    """A slash through every cell that is not defined, all of them one line: pattern fills make huge PDFs."""
    blank = np.isnan(value)
    np.fill_diagonal(blank, False)
    i, j = np.nonzero(blank)
    if len(i):
        gap = np.full(len(i), np.nan)
        x, y = (np.column_stack(c).ravel() for c in ((j - 0.28, j + 0.28, gap), (i + 0.28, i - 0.28, gap)))
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            hoverinfo="skip",
            name=UNDEFINED,
            connectgaps=False,
            line={"color": look.line, "width": 1},
        )


def _touch(figure: go.Figure, result: Overlap, shown: list[Name], value: Floats, n: Floats, cell: float) -> None:
    """Unseen markers that hover and click: plotly selects no heatmap cells."""
    x, y, ids, texts = [], [], [], []
    measure = MEASURES[result.measure]
    for i, one in enumerate(shown):
        for j, other in enumerate(shown):
            if i == j:
                continue
            x.append(j)
            y.append(i)
            ids.append([one.id, other.id])
            count = f"n = {int(n[i, j])} {plain(result.n_words)}"
            number = f"<b>{said(result, value[i, j])}</b> {measure.name}, {count}"
            nothing = f"not defined: n = 0 {plain(result.n_words)}"
            texts.append(f"{one.full}<br>{other.full}<br>{number if np.isfinite(value[i, j]) else nothing}")
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        name=TOUCH,
        customdata=ids,
        text=texts,
        hoverinfo="text",
        marker={"symbol": "square", "size": max(4, cell - 2), "opacity": 0, "color": "#777777"},
        selected={"marker": {"opacity": 0.45}},
        unselected={"marker": {"opacity": 0}},
    )


def _axes(
    figure: go.Figure, shown: list[Name], mark: dict[str, Mark], look: Theme, room: float, cell: float, turned: bool
) -> float:
    """Names on the left, and below the same turned, or (where there is no room) their numbers; gives the room below."""
    size = min(LABEL, max(9, int(cell - 1)))
    places = list(range(len(shown)))
    dots = [f"{mark[x.side].dot()} " if mark and any(s.side for s in shown) else "" for x in shown]
    number = [f"{i + 1} " if not turned else "" for i in places]
    left = [
        f"{plain(number[i] + clip(x.label, room - 22 - wide(number[i], size), size))} {dots[i]}".rstrip()
        for i, x in enumerate(shown)
    ]
    most = 150
    below = [plain(clip(x.label, most, size)) for x in shown]
    common = {"showgrid": False, "zeroline": False, "ticks": "", "fixedrange": True, "tickmode": "array"}
    ends = [-0.5, len(shown) - 0.5]
    font = {"size": size, "color": look.ink}
    figure.update_yaxes(**common, range=ends[::-1], tickvals=places, ticktext=left, tickfont=font)
    texts = below if turned else [str(i + 1) for i in places]
    figure.update_xaxes(
        **common, range=ends, tickvals=places, ticktext=texts, tickfont=font, tickangle=-90 if turned else 0
    )
    longest = min(most, max(wide(x.label, size) for x in shown)) + 12
    return longest if turned else 22


def _words(
    result: Overlap, shown: list[Name], value: Floats, n: Floats, left_out: list[str], alone: list[str]
) -> Words:
    measure, who = MEASURES[result.measure], result.of
    i, j = np.triu_indices(len(shown), 1)
    defined = np.isfinite(value[i, j])
    over = n[i, j][defined].astype(int)
    verb = {"conflict": "Who is in conflict with whom", "clashes": "Who clashes with whom"}
    asks = verb.get(result.measure, "Who agrees with whom") if who == "actors" else "Which proposals go together"
    count = f"{over.min()}" if over.min() == over.max() else f"{over.min()} to {over.max()}"
    title = f"{asks}: {many(len(shown), who.removesuffix('s'))}, {measure.name}"
    undefined = int((~defined).sum())
    subtitle = f"{result.formula}. {many(int(defined.sum()), 'pair')}, each over n = {count} {result.n_words}."
    notes = []
    if result.normalize != NONE or result.count != "positions":
        notes.append(f"Counting {result.count}, normalised by {result.normalize}, duplicates: {result.duplicates}.")
    if undefined:
        notes.append(f"A slash: not defined, n = 0 ({many(undefined, 'pair')}). The diagonal stays blank.")
    if MEASURES[result.measure].id in ("points", "net"):
        notes.append("Small n weighs as much as large n here: look at n before you lean on a cell.")
    if left_out:
        notes.append(
            f"{len(shown)} of {len(shown) + len(left_out)} {who} are drawn, those compared on most; "
            f"left out: {listed(left_out, 5)}. Filter to see them."
        )
    if alone:
        notes.append(f"Not drawn, as no other can be compared with them: {listed(alone)} ({len(alone)}).")
    ranked = np.flatnonzero(defined)[np.lexsort((over, value[i, j][defined]))]
    best = int(ranked[-1])
    worst = int(max(ranked, key=lambda k: (-value[i[k], j[k]], n[i[k], j[k]])))
    ends = []
    for what, (a, b) in (("Highest", (i[best], j[best])), ("lowest", (i[worst], j[worst]))):
        ends.append(f"{what}: {shown[a].label} and {shown[b].label}, {said(result, value[a, b])} on n = {int(n[a, b])}")
    alt = f"Heatmap. {title}. {'; '.join(ends)}. {many(undefined, 'pair')} not defined."
    return Words(title, subtitle, alt, notes)
