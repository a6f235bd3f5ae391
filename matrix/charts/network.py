"""Who stands together: an Overlap (and one of clashes) becomes a network of those joined by at least a threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from matrix.analysis.formulas import MEASURES
from matrix.analysis.overlap import Overlap
from matrix.charts.caption import EDGE, LABEL, Key, Room, Words, dress, sentence
from matrix.charts.heatmap import said
from matrix.charts.names import Mark, Name, marks, names
from matrix.charts.placing import label_places, layout
from matrix.charts.text import clip, listed, many, plain
from matrix.charts.theme import NARROW, WIDTH, Theme, theme
from matrix.dataset.dataset import Dataset

PER_NODE, AGAINST_PER_NODE = 3, 1  # edges per node that can still be followed, when the threshold is chosen here
MOST_EDGES, NARROW_EDGES = 300, 90  # in all; more is a ball of wool
CLASSES = ((1 / 3, 1.0), (2 / 3, 2.0), (1.0, 3.0))  # up to this share of the span of weights, pixels of width


@dataclass(frozen=True)
class Joined:
    """An edge: places of both ends, the measure, and over how many proposals."""

    one: int
    other: int
    value: float
    n: int


def network(
    result: Overlap,
    dataset: Dataset,
    *,
    clash: Overlap | None = None,
    threshold: float | None = None,
    least_n: int = 1,
    clash_threshold: float | None = None,
    width: int = WIDTH,
    dark: bool = False,
) -> go.Figure:
    """Nodes by side (colour and shape), edges where the measure is at least `threshold` over at least `least_n`.

    Without a threshold the lowest is taken that leaves three edges a node, 200 in all, and named. Conflict edges,
    dashed and crossed: pairs of `clash` (clashes, conflict) of at least `clash_threshold` (else: the lowest that leaves
    one a node, 100 in all). Who has no edge is named below. customdata of a node: ["actor", id]; of the marker in the
    middle of an edge: ["pair", id, id].
    """
    look, called = theme(dark), names(dataset, result.of)
    if result.sentence:
        return sentence(result.sentence, look, width)
    ids = result.frame.index.tolist()
    every = _edges(result, ids)
    every = [e for e in every if e.value > 0]
    chosen, limit = threshold is None, NARROW_EDGES if width < NARROW else MOST_EDGES
    if threshold is None:
        threshold, least_n = _threshold(every, ids, least_n, (PER_NODE, limit * 2 // 3))
    agree = [e for e in every if e.value >= threshold and e.n >= least_n]
    opposed = [e for e in _edges(clash, ids) if e.value > 0] if clash is not None else []
    if clash_threshold is None:
        clash_threshold, _ = _threshold(opposed, ids, 1, (AGAINST_PER_NODE, limit // 3))
    against = [e for e in opposed if e.value >= clash_threshold]
    drawn = sorted({k for e in (*agree, *against) for k in (e.one, e.other)})
    words = _Told(result, clash, called, ids, threshold, least_n, clash_threshold, chosen)
    if not drawn:
        return sentence(words.nothing(), look, width)
    if len(agree) + len(against) > limit:
        return sentence(words.too_many(len(agree) + len(against), len(drawn), limit), look, width)
    narrow = width < NARROW
    height = min(width, 360) if narrow else int(min(820, 420 + 9 * len(drawn)))
    place = {k: i for i, k in enumerate(drawn)}
    opposed_to = [(place[e.one], place[e.other], 0.0) for e in against]  # hold, but hardly pull
    at = layout(len(drawn), [(place[e.one], place[e.other], e.value) for e in agree], opposed_to)
    side_room = 40 if narrow else 90
    figure = go.Figure()
    for edges, conflict in ((agree, False), (against, True)):
        _lines(figure, edges, at, place, result if not conflict else clash, called, ids, look, conflict)
    mark = marks(dataset, look)
    degree = np.bincount([place[k] for e in agree for k in (e.one, e.other)], minlength=len(drawn))
    inner = width - 2 * EDGE - 2 * side_room
    unnamed = _nodes(figure, [called[ids[k]] for k in drawn], at, degree, mark, look, (inner, height), narrow)
    axis = {"visible": False, "fixedrange": True}
    figure.update_xaxes(**axis, range=[-0.02, 1.02])
    figure.update_yaxes(**axis, range=[1.04, -0.04])
    used = [m for s, m in mark.items() if any(called[ids[k]].side == s for k in drawn)]
    shapes = [m.key() for m in used] if any(called[ids[k]].side for k in drawn) else []
    alone = [called[i].label for k, i in enumerate(ids) if k not in place]
    return dress(
        figure,
        look,
        width,
        height,
        words.words(agree, against, len(drawn), alone, unnamed),
        Room(left=side_room, right=side_room, top=20, bottom=10),
        Key(shapes + _edge_key(agree, against, result, clash, look)),
    )


def _edges(result: Overlap, ids: list[str]) -> list[Joined]:
    place = {i: k for k, i in enumerate(ids)}
    table = result.edges()
    rows = zip(table["one"], table["other"], table["value"], table["n"], strict=True)
    return [Joined(place[a], place[b], float(v), int(n)) for a, b, v, n in rows if a in place and b in place]


def _threshold(edges: list[Joined], ids: list[str], least_n: int, few: tuple[int, int]) -> tuple[float, int]:
    """The lowest value that leaves few enough edges; where even the highest leaves too many, a higher n."""
    edges = [e for e in edges if e.n >= least_n]
    per_node, in_all = few
    most = min(in_all, per_node * len({k for e in edges for k in (e.one, e.other)} or ids))
    values = np.array([e.value for e in edges])
    for value in np.unique(values):
        if (values >= value).sum() <= most:
            return float(value), least_n
    if not len(values):
        return 0.0, least_n
    top = values.max()
    counts = np.array([e.n for e in edges if e.value == top])
    for n in np.unique(counts):
        if (counts >= n).sum() <= most:
            return float(top), int(n)
    return float(top), int(counts.max())


def _lines(
    figure: go.Figure,
    edges: list[Joined],
    at: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    place: dict[int, int],
    result: Overlap | None,
    called: dict[str, Name],
    ids: list[str],
    look: Theme,
    conflict: bool,
) -> None:
    """One trace for each width of line, and a marker in the middle of each edge that hovers and clicks."""
    if not edges or result is None:
        return
    values = np.array([e.value for e in edges])
    low, span = values.min(), np.ptp(values)
    colour = look.visible(look.against if conflict else look.for_, 4.5)
    share = (values - low) / span if span else np.full(len(values), 0.5)
    dash, below = "4px,4px" if conflict else "solid", -1.0
    for up_to, pixels in CLASSES:
        which = [e for e, s in zip(edges, share, strict=True) if below < s <= up_to]
        below = up_to
        x: list[float | None] = []
        y: list[float | None] = []
        for e in which:
            a, b = at[place[e.one]], at[place[e.other]]
            x += [float(a[0]), float(b[0]), None]
            y += [float(a[1]), float(b[1]), None]
        if which:
            figure.add_scatter(
                x=x,
                y=y,
                mode="lines",
                hoverinfo="skip",
                name="conflict" if conflict else "agree",
                line={
                    "color": colour,
                    "width": 2.2 if conflict else pixels,
                    "dash": dash,
                },
                opacity=0.9 if conflict else 0.65,
            )
    middle = np.array([(at[place[e.one]] + at[place[e.other]]) / 2 for e in edges])
    hover = [
        f"{called[ids[e.one]].full}<br>{called[ids[e.other]].full}<br><b>{said(result, e.value)}</b> "
        f"{MEASURES[result.measure].name}, n = {e.n} {plain(result.n_words)}"
        for e in edges
    ]
    figure.add_scatter(
        x=middle[:, 0],
        y=middle[:, 1],
        mode="markers",
        text=hover,
        hoverinfo="text",
        customdata=[["pair", ids[e.one], ids[e.other]] for e in edges],
        name="conflict pairs" if conflict else "pairs",
        marker={
            "symbol": "x-thin-open" if conflict else "circle",
            "size": 9 if conflict else 8,
            "color": colour,
            "opacity": 1 if conflict else 0,
            "line": {"width": 2 if conflict else 0},
        },
    )


def _nodes(
    figure: go.Figure,
    shown: list[Name],
    at: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    degree: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    mark: dict[str, Mark],
    look: Theme,
    room: tuple[float, float],
    narrow: bool,
) -> int:
    """Nodes with labels where there is room, the best joined first; gives how many stay without."""
    order = np.argsort(-degree, kind="stable")
    size, node = (11, 6) if narrow else (LABEL, 8)
    labels = [clip(shown[k].label, 110 if narrow else 200, size) for k in order]
    where = label_places(at[order], labels, *room, size, node)
    figure.add_scatter(
        x=at[order, 0],
        y=at[order, 1],
        mode="markers+text",
        name="actors",
        text=[plain(t) if w else "" for t, w in zip(labels, where, strict=True)],
        hoverinfo="text",
        textposition=[w or "top center" for w in where],
        textfont={"size": size, "color": look.ink, "shadow": ", ".join([f"0 0 2px {look.ground}"] * 4)},
        cliponaxis=False,
        hovertext=[f"<b>{shown[k].full}</b><br>{many(int(degree[k]), 'edge')}" for k in order],
        customdata=[["actor", shown[k].id] for k in order],
        marker={
            "symbol": [mark[shown[k].side].symbol for k in order],
            "size": 2 * node,
            "color": [mark[shown[k].side].colour for k in order],
            "opacity": 1,
            "line": {"width": 1.5, "color": look.ground},
        },
        unselected={"marker": {"opacity": 0.5}},
    )
    return sum(not w for w in where)


def _edge_key(
    agree: list[Joined], against: list[Joined], result: Overlap, clash: Overlap | None, look: Theme
) -> list[str]:
    key = []
    if agree:
        values = [said(result, e.value) for e in sorted(agree, key=lambda e: e.value)]
        span = values[0] if values[0] == values[-1] else f"{values[0]} to {values[-1]} (wider: more)"
        key.append(f'<span style="color:{look.visible(look.for_)}">━━</span> {MEASURES[result.measure].name} {span}')
    if against and clash is not None:
        colour = look.visible(look.against)
        key.append(f'<span style="color:{colour}">╌✕╌</span> {MEASURES[clash.measure].name}')
    return key


@dataclass(frozen=True)
class _Told:
    """The words of a network."""

    result: Overlap
    clash: Overlap | None
    called: dict[str, Name]
    ids: list[str]
    threshold: float
    least_n: int
    clash_threshold: float
    chosen: bool

    def nothing(self) -> str:
        return f"No network to draw: no pair has {self._rule()}."

    def too_many(self, edges: int, nodes: int, most: int) -> str:
        return (
            f"No network to draw: {edges:,} edges between {nodes} {self.result.of} would be a ball of wool "
            f"(at most {most}). Raise the threshold, now {self._rule()}, or filter."
        )

    def _rule(self) -> str:
        name, n = MEASURES[self.result.measure].name, f" over n of at least {self.least_n}" if self.least_n > 1 else ""
        return f"{name} of at least {said(self.result, self.threshold)}{n}"

    def words(self, agree: list[Joined], against: list[Joined], nodes: int, alone: list[str], unnamed: int) -> Words:
        who = self.result.of
        title = f"Who stands together: {many(nodes, who.removesuffix('s'))}, {many(len(agree), 'edge')}"
        if against:
            title += f", {many(len(against), 'conflict edge')}"
        how = ", the lowest that keeps the picture readable" if self.chosen else ""
        subtitle = f"An edge: {self._rule()}{how}. {self.result.formula}. n: {self.result.n_words}."
        if self.clash is not None:
            least = said(self.clash, self.clash_threshold or 1)
            rule = f"{MEASURES[self.clash.measure].name} of at least {least}"
            subtitle += f" A dashed, crossed edge: {rule}." if against else f" No conflict edge: no pair has {rule}."
        notes = []
        if agree:
            counts = [e.n for e in agree]
            notes.append(f"Edges rest on n = {min(counts)} to {max(counts)}. Near is not alike: read the edges.")
        if alone:
            notes.append(f"{many(len(alone), who.removesuffix('s'))} without an edge: {listed(alone)}.")
        if unnamed:
            notes.append(f"{many(unnamed, 'node')} without room for a name; hover to read it.")
        ends = max(agree or against, key=lambda e: (e.value, e.n))
        best = self.result if agree else self.clash or self.result
        pair = f"{self.called[self.ids[ends.one]].label} and {self.called[self.ids[ends.other]].label}"
        strongest = f"Strongest: {pair}, {said(best, ends.value)} on n = {ends.n}."
        conflicts = listed(
            [f"{self.called[self.ids[e.one]].label} against {self.called[self.ids[e.other]].label}" for e in against], 4
        )
        alt = f"Network. {title}. An edge: {self._rule()}. {strongest}"
        alt += f" In conflict: {conflicts}." if against else ""
        alt += f" Without an edge: {listed(alone)}." if alone else ""
        return Words(title, subtitle, alt, notes)
