"""What stands around a picture: title, measure, key and notes, and the same in words for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from matrix.charts.figure_text import lines_of, one_line, plain, wide, wrapped
from matrix.charts.theme import FONT, NARROW, Theme

TITLE, SUB, NOTE, LABEL = 20, 13, 12, 12  # sizes in pixels
EDGE = 12  # blank around everything
LINE = 1.35  # height of a line, in sizes
_AROUND = ("title", "note")  # names of the annotations that `bare` takes away


@dataclass(frozen=True)
class Words:
    """The words around a figure, as one_line text: markup in them is shown, not obeyed.

    `method`: the formula, which follows the subtitle in a file, and which a page keeps behind a button.
    """

    title: str
    subtitle: str
    alt: str
    notes: Sequence[str] = ()
    method: str = ""


@dataclass(frozen=True)
class Margins:
    """Pixels around the drawing for its own labels, beside those for the words."""

    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0


@dataclass
class Key:
    """A legend in a line above the drawing: labels that are escaped already; wrapped where they are too many."""

    entries: list[str] = field(default_factory=list)

    def lines(self, space: float) -> list[str]:
        lines, used = [""], 0.0
        for entry in self.entries:
            size = wide(_visible(entry), LABEL) + 22
            if lines[-1] and used + size > space:
                lines.append("")
                used = 0.0
            lines[-1] += ("&nbsp;&nbsp;&nbsp; " if lines[-1] else "") + entry
            used += size
        return [line for line in lines if line]


def framed(
    figure: go.Figure,
    theme: Theme,
    width: int,
    height: float,
    words: Words,
    margins: Margins | None = None,
    key: Key | None = None,
) -> go.Figure:
    """The figure with its words around a drawing of `height` pixels: sizes, margins, colours and typeface set."""
    margins, key = margins or Margins(), key or Key()
    size = TITLE if width >= NARROW else 17
    across = width - 2 * EDGE
    title, sub = (
        wrapped(words.title, across, size * 1.06),
        wrapped(f"{words.subtitle} {words.method}".strip(), across, SUB),
    )
    notes = [line for note in words.notes for line in wrapped(note, across, NOTE)]
    legend = key.lines(across)
    head = len(title) * size * LINE + len(sub) * SUB * LINE + (10 if title or sub else 0)
    key_height = len(legend) * LABEL * 1.5 + (8 if legend else 0)
    foot = len(notes) * NOTE * LINE + (10 if notes else 0)
    top, bottom = EDGE + head + key_height + margins.top, EDGE + foot + margins.bottom
    texts: list[dict[str, Any]] = []
    if title:
        text = f"<b>{lines_of(title)}</b>"
        texts.append(_at("title", text, size, theme.ink, EDGE - top, margins.left, "top"))
    if sub:
        at = EDGE - top + len(title) * size * LINE + 2
        texts.append(_at("title", lines_of(sub), SUB, theme.quiet, at, margins.left, "top"))
    if legend:
        texts.append(
            _at("key", "<br>".join(legend), LABEL, theme.ink, EDGE - top + head, margins.left, "top"),
        )
    if notes:
        texts.append(_at("note", lines_of(notes), NOTE, theme.quiet, margins.bottom + 10, margins.left, "bottom"))
    figure.update_layout(
        template=None,
        width=width,
        height=round(top + height + bottom),
        margin={"l": EDGE + margins.left, "r": EDGE + margins.right, "t": top, "b": bottom, "pad": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": LABEL, "color": theme.ink},
        hoverlabel={
            "bgcolor": theme.ground,
            "bordercolor": theme.quiet,
            "align": "left",
            "font": {"family": FONT, "size": LABEL, "color": theme.ink},
        },
        showlegend=False,
        hovermode="closest",
        dragmode=False,
        clickmode="event+select",
        meta={
            "alt": one_line(words.alt),
            "title": one_line(words.title),
            "subtitle": one_line(words.subtitle),
            "notes": [one_line(n) for n in words.notes],
            "method": one_line(words.method),
            "ground": theme.ground,
            "around": [head, foot],
        },
    )
    # Not by update_layout: that looks at each of hundreds again and again.
    figure.layout.annotations = [*figure.layout.annotations, *texts]
    return figure


def _at(name: str, text: str, size: int, colour: str, down: float, left: float, edge: str) -> dict[str, Any]:
    """Text at the figure's left edge, `down` pixels below the drawing's upper (or lower) edge."""
    return {
        "name": name,
        "text": text,
        "showarrow": False,
        "align": "left",
        "font": {"size": size, "color": colour},
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1 if edge == "top" else 0,
        "xanchor": "left",
        "yanchor": "top",
        "xshift": -left,
        "yshift": -down,
        "borderpad": 0,
    }


def sentence(text: str, theme: Theme, width: int) -> go.Figure:
    """A figure that says in words why there is nothing to draw."""
    return framed(_blank(), theme, width, 0, Words(text, "", text))


def _blank() -> go.Figure:
    axis = {"visible": False, "fixedrange": True, "range": [0, 1]}
    return go.Figure(go.Scatter(x=[], y=[], mode="markers"), {"xaxis": axis, "yaxis": axis})


def alt(figure: go.Figure) -> str:
    """What the figure shows, in words made from its data: for a screen reader, not escaped."""
    return str((figure.layout.meta or {}).get("alt", ""))


def words(figure: go.Figure) -> Words:
    """The words around a figure, for a page that sets them itself; not escaped."""
    meta = figure.layout.meta or {}
    title, subtitle, alt = (str(meta.get(name, "")) for name in ("title", "subtitle", "alt"))
    return Words(title, subtitle, alt, tuple(meta.get("notes", ())), str(meta.get("method", "")))


def bare(figure: go.Figure) -> go.Figure:
    """The same figure without title and notes, which `words` gives: a page's own text wraps at any width."""
    head, foot = (figure.layout.meta or {}).get("around", (0, 0))
    figure = go.Figure(figure)
    figure.layout.annotations = [a for a in figure.layout.annotations if a.name not in _AROUND]
    margin = figure.layout.margin
    figure.update_layout(
        height=figure.layout.height - round(head + foot), margin={"t": margin.t - head, "b": margin.b - foot}
    )
    return figure


def _visible(label: str) -> str:
    """What a label's markup leaves to be seen, roughly."""
    text, inside = "", False
    for c in label:
        inside = c == "<" or (inside and c != ">")
        text += "" if inside or c == ">" else c
    return text


__all__ = ["Key", "Margins", "Words", "alt", "bare", "framed", "plain", "sentence", "words"]
