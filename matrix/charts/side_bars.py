"""Rows of bars for each side: a panel a side beside each other, or on a phone all sides under each row's title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from matrix.charts.caption import EDGE, LABEL
from matrix.charts.figure_text import clip, lines_of, plain, wrapped
from matrix.charts.labels import Mark
from matrix.charts.theme import HIDDEN_AXIS, NARROW, Theme

ROW, LINE, GAP = 24, 17, 20  # pixels: a row of panels, a line of a stacked row, between panels


@dataclass(frozen=True)
class Item:
    """One row: its id and title, how far it is indented, whether it stands out; a heading has no id."""

    id: str
    title: str
    depth: int = 0
    strong: bool = False


class SideBars:
    """Where each row of each side is drawn; y counts pixels downwards: headings and rows differ in height."""

    def __init__(
        self, items: Sequence[Item], sides: Sequence[Mark], width: int, reach: tuple[float, float], text: float
    ) -> None:
        """`reach`: how far bars go to the left and right of 0; `text`: pixels for the words right of them."""
        self.items, self.sides, self.width = items, sides, width
        self.stacked = width < NARROW
        self.titles = 0 if self.stacked else min(330, width * 0.32)
        self.lead = 22 if self.stacked else 0  # space for the side's mark before its line
        self.top: dict[str, float] = {}
        self.heads: list[tuple[float, str]] = []
        panel = width - 2 * EDGE - self.lead if self.stacked else (width - 2 * EDGE - self.titles) / len(sides) - GAP
        unit = (panel - text) / (sum(reach) or 1)  # pixels for one
        self.ends = (-reach[0] - 4 / unit, reach[1] + text / unit)
        at = 0.0
        for item in items:
            if not item.id:
                lines = wrapped(item.title, width - 2 * EDGE, 13.5)
                at += 8
                self.heads.append((at + 9 * len(lines), lines_of(lines)))
                at += 18 * len(lines) + 4
            else:
                self.top[item.id] = at
                at += (LINE + LINE * len(sides) + 6) if self.stacked else ROW
        self.height = max(at, ROW)
        self.bar = LINE - 4 if self.stacked else ROW - 7

    def figure(self, look: Theme) -> go.Figure:
        """An empty figure with axes, titles, headings and the sides' marks."""
        columns = 1 if self.stacked else max(1, len(self.sides))
        gap = GAP / (self.width - 2 * EDGE - self.titles) if columns > 1 else 0
        figure = make_subplots(rows=1, cols=columns, horizontal_spacing=gap)
        for c in range(1, columns + 1):
            figure.update_xaxes(**{**HIDDEN_AXIS, "range": list(self.ends)}, row=1, col=c)
            figure.update_yaxes(**HIDDEN_AXIS, range=[self.height, 0], row=1, col=c)
        texts = [self._title(item, look) for item in self.items if item.id]
        texts += [self._text(y, f"<b>{text}</b>", look, 0, 13) for y, text in self.heads]
        for c, side in enumerate([] if self.stacked else self.sides, 1):
            head = self._text(0, f"<b>{side.key()}</b>", look, 0, 13)
            over = {"xref": f"{_ref('x', c)} domain", "xshift": 0, "yref": "paper", "y": 1}
            texts.append(head | over | {"yanchor": "bottom", "yshift": 4})
        for row, (k, side) in product(self.top if self.stacked else (), enumerate(self.sides)):
            texts.append(self._text(self.place(row, k)[1], side.dot(), look, 4, LABEL))
        figure.layout.annotations = texts  # at once: adding one by one checks all of them every time
        return figure

    def place(self, row: str, side: int) -> tuple[int, float]:
        """The subplot's column and the y of the bar's middle."""
        if self.stacked:
            return 1, self.top[row] + LINE + LINE * side + LINE / 2
        return side + 1, self.top[row] + ROW / 2

    def middle(self, figure: go.Figure, look: Theme) -> None:
        """The line from which bars go left and right, beside the rows only: it crosses no words."""
        for column in sorted({self.place(row, k)[0] for row in self.top for k in range(len(self.sides))}):
            y: list[float | None] = []
            for row in self.top:
                at = [y for c, y in (self.place(row, k) for k in range(len(self.sides))) if c == column]
                half = (LINE if self.stacked else ROW) / 2
                y += [min(at) - half, max(at) + half, None]
            figure.add_scatter(
                x=[0, 0, None] * len(self.top),
                y=y,
                mode="lines",
                hoverinfo="skip",
                name="middle",
                line={"width": 1, "color": look.quiet},
                row=1,
                col=column,
            )

    def _title(self, item: Item, look: Theme) -> dict[str, object]:
        indent = 14 * item.depth
        y = self.top[item.id] + (LINE / 2 if self.stacked else ROW / 2)
        space = self.width - 2 * EDGE if self.stacked else self.titles - 10
        text = plain(clip(item.title, space - indent, LABEL * (1.06 if item.strong else 1)))
        return self._text(y, f"<b>{text}</b>" if item.strong else text, look, indent, LABEL)

    def _text(self, y: float, text: str, look: Theme, indent: float, size: int) -> dict[str, object]:
        left = -(self.lead if self.stacked else self.titles) + indent
        return {
            "text": text,
            "showarrow": False,
            "align": "left",
            "font": {"size": size, "color": look.ink},
            "xref": "paper",
            "x": 0,
            "xanchor": "left",
            "xshift": left,
            "yref": "y",
            "y": y,
            "yanchor": "middle",
        }


def _ref(axis: str, column: int) -> str:
    return axis if column == 1 else f"{axis}{column}"
