"""Who stands together as a network: those joined whose measure reaches a threshold, with their clashes beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from matrix.analysis.measures import MEASURES
from matrix.analysis.overlap import Overlap
from matrix.charts.caption import EDGE, LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import clip, listed, plain
from matrix.charts.labels import Mark, Name, names, side_marks, value_text
from matrix.charts.network_layout import Lines, Spot, label_places, layout
from matrix.charts.theme import NARROW, WIDTH, Theme, text_on, theme
from matrix.dataset.dataset import Dataset
from matrix.wording import does, plural, some_of

PER_NODE, AGAINST_PER_NODE = 3, 1  # edges per node that can still be followed, when the threshold is chosen here
MOST_EDGES, NARROW_EDGES = 300, 90  # in all; with more nobody can follow a line
READABLE, READABLE_AGAINST = (
    60,
    30,
)  # in all, when it is chosen here: at every width, for a finding is of the data alone

CLASSES = ((1 / 3, 1.0), (2 / 3, 2.0), (1.0, 3.0))  # up to this share of the span of weights, pixels of width
NAME, NUMBER = "name", "number"  # of annotations: a name beside its node, a number upon it

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Drawing:
    """Nodes where they stand: their names, places between 0 and 1, and the pixels that 1 is worth."""

    shown: list[Name]
    at: Floats
    space: tuple[float, float]
    narrow: bool
    look: Theme
    weight: Floats | None = None  # between 0 and 1 for each node; None: all alike

    @property
    def size(self) -> int:
        """Of the names, in pixels."""
        return 11 if self.narrow else LABEL

    @property
    def node(self) -> int:
        """Half of a node's width, of the largest where they differ."""
        return (7 if self.narrow else 8) + (0 if self.weight is None else 4)

    @property
    def widths(self) -> Floats:
        """The width of each node: the area grows with its weight."""
        least = 10 if self.narrow else 11
        if self.weight is None:
            return np.full(len(self.shown), 2.0 * self.node)
        result: Floats = least + (2 * self.node - least) * np.sqrt(self.weight)
        return result


def network(
    result: Overlap,
    dataset: Dataset,
    *,
    clash: Overlap | None = None,
    threshold: float | None = None,
    least_n: int = 1,
    clash_threshold: float | None = None,
    sizes: Mapping[str, int] | None = None,
    width: int = WIDTH,
    dark: bool = False,
) -> go.Figure:
    """Nodes by side (colour and shape), edges where the measure is at least `threshold` over at least `least_n`.

    Without a threshold the lowest is taken that leaves three edges a node, 60 in all, and named. Conflict edges,
    dashed and crossed: pairs of `clash` (clashes, conflict) of at least `clash_threshold` (else: the lowest that leaves
    one a node, 30 in all). `sizes`: how many statements each id rests on, the larger its node. Who has no edge is
    named below, and so is who has a number for want of space for a name.
    customdata of a node: ["actor", id]; of the marker in the middle of an edge: ["pair", id, id].
    """
    look, called = theme(dark), names(dataset, result.of)
    if result.sentence:
        return sentence(result.sentence, look, width)
    ids, limit = result.frame.index.tolist(), most_edges(width)
    every = edges_of(result)
    chosen = readable(every, least_n) if threshold is None else Threshold(threshold, least_n)
    agree = every.at_least(chosen.value, chosen.n)
    opposed = edges_of(clash) if clash is not None else every.where(np.zeros(len(every), bool))
    least = readable_against(opposed) if clash_threshold is None else Threshold(clash_threshold)
    against = opposed.at_least(least.value)
    drawn = np.union1d(agree.nodes, against.nodes)
    pairs = len(result.edges())
    words = NetworkWords(result, clash, called, ids, chosen, least, threshold is None, bool(sizes), pairs)
    if not len(drawn):
        return sentence(words.nothing(), look, width)
    if len(agree) + len(against) > limit:
        return sentence(words.too_many(len(agree) + len(against), len(drawn), limit), look, width)
    narrow = width < NARROW
    height = min(width + 60, 460) if narrow else int(min(820, 420 + 9 * len(drawn)))
    place = {int(k): i for i, k in enumerate(drawn)}
    joined = [(place[a], place[b], v) for (a, b), v in zip(agree.pairs(), agree.value.tolist(), strict=True)]
    held = [(place[a], place[b], 0.0) for a, b in against.pairs()]  # hold, but hardly pull
    at = layout(len(drawn), joined, held)
    side_space = 40 if narrow else 90
    space = (width - 2 * EDGE - 2 * side_space, height)
    drawing = Drawing(
        [called[ids[k]] for k in drawn], at, space, narrow, look, _weights(sizes, [ids[k] for k in drawn])
    )
    figure = go.Figure()
    _lines(figure, agree, joined, result, drawing, conflict=False)
    if clash is not None:
        _lines(figure, against, held, clash, drawing, conflict=True)
    mark = side_marks(dataset, look)
    degree = np.bincount(np.array([[a, b] for a, b, _ in joined], int).ravel(), minlength=len(drawn))
    numbered = _nodes(figure, drawing, degree, mark, [(a, b) for a, b, _ in (*joined, *held)], sizes or {})
    axis = {"visible": False, "fixedrange": True}
    figure.update_xaxes(**axis, range=[-0.02, 1.02])
    figure.update_yaxes(**axis, range=[1.04, -0.04])
    used = [m for s, m in mark.items() if any(x.side == s for x in drawing.shown)]
    shapes = [m.key() for m in used] if any(x.side for x in drawing.shown) else []
    alone = [called[i].label for k, i in enumerate(ids) if k not in place]
    return framed(
        figure,
        look,
        width,
        height,
        words.words(agree, against, len(drawn), alone, numbered),
        Margins(left=side_space, right=side_space, top=20, bottom=10),
        Key(shapes + _edge_key(agree, against, result, clash, look)),
    )


def _weights(sizes: Mapping[str, int] | None, ids: Sequence[str]) -> Floats | None:
    """The share that each has of the most; None where no sizes are given."""
    if not sizes:
        return None
    counts = np.array([sizes.get(i, 0) for i in ids], float)
    result: Floats = counts / (counts.max() or 1.0)
    return result


def _lines(
    figure: go.Figure, edges: Edges, ends: list[tuple[int, int, float]], of: Overlap, drawing: Drawing, conflict: bool
) -> None:
    """One trace for each width of line, and a marker in the middle of each edge that hovers and clicks."""
    if not len(edges):
        return
    look, at = drawing.look, drawing.at
    low, span = edges.value.min(), np.ptp(edges.value)
    colour = look.visible(look.against if conflict else look.for_, 4.5)
    share = (edges.value - low) / span if span else np.full(len(edges), 0.5)
    below = -1.0
    for up_to, pixels in CLASSES:
        which = [e[:2] for e, s in zip(ends, share, strict=True) if below < s <= up_to]
        below = up_to
        x: list[float | None] = []
        y: list[float | None] = []
        for a, b in which:
            x += [float(at[a][0]), float(at[b][0]), None]
            y += [float(at[a][1]), float(at[b][1]), None]
        if which:
            dash, wide = ("4px,4px", 2.2) if conflict else ("solid", pixels)
            figure.add_scatter(
                x=x,
                y=y,
                mode="lines",
                hoverinfo="skip",
                name="conflict" if conflict else "agree",
                line={"color": colour, "width": wide, "dash": dash},
                opacity=0.9 if conflict else 0.65,
            )
    middle = np.array([(at[a] + at[b]) / 2 for a, b, _ in ends])
    pairs = [(drawing.shown[a], drawing.shown[b]) for a, b, _ in ends]
    rule, what = MEASURES[of.measure].name, plain(of.n_words)
    figure.add_scatter(
        x=middle[:, 0],
        y=middle[:, 1],
        mode="markers",
        text=[
            f"{one.full}<br>{other.full}<br><b>{value_text(of, v)}</b> {rule}, n = {n} {what}"
            for (one, other), v, n in zip(pairs, edges.value.tolist(), edges.n.tolist(), strict=True)
        ],
        hoverinfo="text",
        customdata=[["pair", one.id, other.id] for one, other in pairs],
        name="conflict pairs" if conflict else "pairs",
        marker={
            "symbol": "x-thin-open" if conflict else "circle",
            "size": 9 if conflict else 10,
            "color": colour,
            "opacity": 1 if conflict else 0,
            "line": {"width": 2 if conflict else 0},
        },
    )


def _nodes(
    figure: go.Figure,
    drawing: Drawing,
    degree: NDArray[np.int64],
    mark: dict[str, Mark],
    edges: Lines,
    sizes: Mapping[str, int],
) -> list[str]:
    """Nodes, the best joined first to choose where its name stands; gives the numbered names of those without space."""
    shown, at, look = drawing.shown, drawing.at, drawing.look
    order = [int(k) for k in np.argsort(-degree, kind="stable")]
    labels = [clip(shown[k].label, 110 if drawing.narrow else 200, drawing.size) for k in order]
    new = {k: i for i, k in enumerate(order)}
    lines = [(new[a], new[b]) for a, b in edges]
    spots = label_places(at[order], labels, *drawing.space, drawing.size, drawing.node, lines)
    colours = [mark[shown[k].side].colour for k in order]
    figure.add_scatter(
        x=at[order, 0],
        y=at[order, 1],
        mode="markers",
        name="actors",
        hoverinfo="text",
        cliponaxis=False,
        hovertext=[
            f"<b>{shown[k].full}</b><br>{plural(int(degree[k]), 'edge')}"
            + (f"<br>{plural(sizes[shown[k].id], 'statement')}" if shown[k].id in sizes else "")
            for k in order
        ],
        customdata=[["actor", shown[k].id] for k in order],
        marker={
            "symbol": [mark[shown[k].side].symbol for k in order],
            "size": drawing.widths[order],
            "color": colours,
            "opacity": 1,
            "line": {"width": 1.5, "color": look.ground},
        },
        unselected={"marker": {"opacity": 0.5}},
    )
    annotations: list[dict[str, object]] = []
    numbered: list[str] = []
    for k, label, spot, colour in zip(order, labels, spots, colours, strict=True):
        if spot:
            annotations.append(_label(at[k], plain(label), spot, drawing))
            continue
        number = str(len(numbered) + 1)
        numbered.append(f"{number} {shown[k].label}")
        annotations.append(_number(at[k], number, colour))
    figure.layout.annotations = annotations
    return numbered


def _label(at: Floats, text: str, spot: Spot, drawing: Drawing) -> dict[str, object]:
    """A name on a piece of ground, so that no line runs through its letters."""
    return _number(at, text, drawing.look.ground) | {
        "name": NAME,
        "font": {"size": drawing.size, "color": drawing.look.ink},
        "bgcolor": drawing.look.ground,
        "opacity": 0.92,
        "xshift": spot.right,
        "yshift": -spot.down,
    }


def _number(at: Floats, text: str, colour: str) -> dict[str, object]:
    return {
        "name": NUMBER,
        "text": text,
        "showarrow": False,
        "x": float(at[0]),
        "y": float(at[1]),
        "xanchor": "center",
        "yanchor": "middle",
        "borderpad": 0,
        "font": {"size": 9, "color": text_on(colour)},
    }


def _edge_key(agree: Edges, against: Edges, result: Overlap, clash: Overlap | None, look: Theme) -> list[str]:
    key = []
    if len(agree):
        low, high = (value_text(result, float(v)) for v in (agree.value.min(), agree.value.max()))
        span = low if low == high else f"{low} to {high} (wider: more)"
        key.append(f'<span style="color:{look.visible(look.for_)}">━━</span> {MEASURES[result.measure].name} {span}')
    if len(against) and clash is not None:
        colour = look.visible(look.against)
        key.append(f'<span style="color:{colour}">╌✕╌</span> {MEASURES[clash.measure].name}')
    return key


# ---- edges and thresholds


@dataclass(frozen=True, eq=False)
class Edges:
    """Pairs as arrays alike in length: places of both ends, the measure (above 0), and over how many it is taken."""

    one: Ints
    other: Ints
    value: NDArray[np.float64]
    n: Ints

    def __len__(self) -> int:
        return len(self.value)

    def where(self, keep: NDArray[np.bool_]) -> Edges:
        """Only these."""
        return Edges(self.one[keep], self.other[keep], self.value[keep], self.n[keep])

    def at_least(self, value: float, n: int = 1) -> Edges:
        """Only those of at least this value over at least this n."""
        return self.where((self.value >= value) & (self.n >= n))

    @property
    def nodes(self) -> Ints:
        """The places that some edge joins."""
        return np.unique(np.concatenate([self.one, self.other]))

    def pairs(self) -> list[tuple[int, int]]:
        """Both ends of each."""
        return list(zip(self.one.tolist(), self.other.tolist(), strict=True))


@dataclass(frozen=True)
class Threshold:
    """An edge is drawn from this value on, over at least this n."""

    value: float
    n: int = 1


def edges_of(result: Overlap) -> Edges:
    """Every pair once that is compared on something and has a value above 0."""
    value, n = result.frame.to_numpy(float), result.n.to_numpy()
    one, other = np.nonzero(np.triu((value > 0) & (n > 0), 1))
    return Edges(one, other, value[one, other], n[one, other].astype(np.int64))


def most_edges(width: int) -> int:
    """How many edges a picture of this width can hold."""
    return NARROW_EDGES if width < NARROW else MOST_EDGES


def readable(edges: Edges, least_n: int = 1) -> Threshold:
    """The lowest value that leaves at most three edges a node, and no more in all than a small picture can hold."""
    return _lowest(edges, least_n, PER_NODE, READABLE)


def readable_against(edges: Edges) -> Threshold:
    """The same for edges of conflict, one a node."""
    return _lowest(edges, 1, AGAINST_PER_NODE, READABLE_AGAINST)


def _lowest(edges: Edges, least_n: int, per_node: int, in_all: int) -> Threshold:
    """The lowest value that leaves few enough edges; where even the highest leaves too many, a higher n."""
    edges = edges.where(edges.n >= least_n)
    if not len(edges):
        return Threshold(0.0, least_n)
    most = min(in_all, per_node * len(edges.nodes))
    value = _first_of_few(edges.value, most)
    if value is not None:
        return Threshold(value, least_n)
    top = edges.value.max()
    counts = edges.n[edges.value == top]
    n = _first_of_few(counts, most)
    return Threshold(float(top), int(counts.max() if n is None else n))


def _first_of_few(numbers: NDArray[np.float64] | Ints, most: int) -> float | None:
    """The lowest of these numbers that at most so many of them reach; None where too many reach the highest."""
    values, times = np.unique(numbers, return_counts=True)
    reach = times[::-1].cumsum()[::-1]
    few = np.flatnonzero(reach <= most)
    return float(values[few[0]]) if len(few) else None


# ---- words


@dataclass(frozen=True)
class NetworkWords:
    """What is words of a network; `chosen`: the threshold was chosen here, not by the reader."""

    result: Overlap
    clash: Overlap | None
    called: dict[str, Name]
    ids: list[str]
    threshold: Threshold
    against: Threshold
    chosen: bool
    sized: bool = False
    pairs: int = 0  # that are compared, on min_n at least

    def nothing(self) -> str:
        """No edge at all."""
        return f"No network to draw: no pair has {self._rule()}."

    def too_many(self, edges: int, nodes: int, most: int) -> str:
        """More edges than anybody can follow."""
        return (
            f"No network to draw: {edges:,} edges between {nodes:,} {self.result.of} are too many to read "
            f"(at most {most}). Raise the threshold, now {self._rule()}, or filter."
        )

    def _rule(self) -> str:
        least = max(self.threshold.n, self.result.min_n)
        n = f" over n of at least {least}" if least > 1 else ""
        return f"{MEASURES[self.result.measure].name} of at least {value_text(self.result, self.threshold.value)}{n}"

    def words(self, agree: Edges, against: Edges, nodes: int, alone: list[str], numbered: Sequence[str]) -> Words:
        """Title, subtitle, notes and the same for who cannot see it."""
        who = self.result.of
        total = len(self.ids)
        one = who.removesuffix("s")
        together = len(agree.nodes)  # who is there by a conflict edge alone stands with nobody
        title = f"Who stands together: {some_of(together, total, one)}, {plural(len(agree), 'edge')}"
        if not together:
            title = f"Who opposes whom: {some_of(nodes, total, one)}, {plural(len(against), 'conflict edge')}"
        elif len(against):
            title += f", {plural(len(against), 'conflict edge')}"
            title += f" ({plural(nodes - together, f'more {one}')} by these alone)" if nodes > together else ""
        how = ", the lowest that keeps the picture readable" if self.chosen else ""
        least = f" that {does(self.pairs, 'meet')} on at least {self.result.min_n}" if self.result.min_n > 1 else ""
        subtitle = f"An edge: {self._rule()}{how}; {some_of(len(agree), self.pairs, 'pair')}{least}."
        subtitle += " The larger a node, the more statements it rests on." if self.sized else ""
        if self.clash is not None:
            rule = f"{MEASURES[self.clash.measure].name} of at least {value_text(self.clash, self.against.value or 1)}"
            dashed = f" A dashed, crossed edge: {rule}."
            subtitle += dashed if len(against) else f" No conflict edge: no pair has {rule}."
        notes = []
        if numbered:
            notes.append(f"Numbered, as their names do not fit: {', '.join(numbered)}.")
        if len(agree):
            span = "" if agree.n.min() == agree.n.max() else f" to {agree.n.max()}"
            notes.append(f"Edges rest on n = {agree.n.min()}{span}. Near is not alike: read the edges.")
        if self.result.min_n > 1 and self.result.left_out:
            notes.append(f"Left out: {plural(self.result.left_out, 'pair')} over n below {self.result.min_n}.")
        if alone:
            notes.append(f"{plural(len(alone), who.removesuffix('s'))} without an edge: {listed(alone)}.")
        alt = f"Network. {title}. An edge: {self._rule()}. {self._strongest(agree, against)}"
        alt += f" In conflict: {self._conflicts(against)}." if len(against) else ""
        alt += f" Without an edge: {listed(alone)}." if alone else ""
        return Words(title, subtitle, alt, notes, f"{self.result.formula}. n: {self.result.n_words}.")

    def _strongest(self, agree: Edges, against: Edges) -> str:
        edges, of = (agree, self.result) if len(agree) else (against, self.clash or self.result)
        k = int(np.lexsort((edges.n, edges.value))[-1])
        pair = f"{self._label(edges.one[k])} and {self._label(edges.other[k])}"
        return f"Strongest: {pair}, {value_text(of, float(edges.value[k]))} on n = {edges.n[k]}."

    def _conflicts(self, against: Edges) -> str:
        return listed([f"{self._label(a)} against {self._label(b)}" for a, b in against.pairs()], 4)

    def _label(self, place: int) -> str:
        return self.called[self.ids[place]].label
