"""Who speaks on what: for each risk area and side, how many of its proposals have a voice of that side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from matrix.analysis.positions import EMPTY, fold, view
from matrix.charts.caption import LABEL, Key, Room, Words, dress, sentence
from matrix.charts.names import marks
from matrix.charts.panels import Item, Panels
from matrix.charts.text import clean, listed, many, plain
from matrix.charts.theme import WIDTH, Theme, theme
from matrix.dataset.codes import codes_of
from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import records
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.dataset.selection import Selection, below, columns_of

FORMULA = "proposals of the area on which at least one actor of the side took a position / proposals of the area"
ROWS = 80


def coverage(dataset: Dataset, selection: Selection | None = None) -> pd.DataFrame:
    """Rows: risk areas in reading order with their `depth` and number of `proposals`; per side SIDE_proposals (with a
    voice) and SIDE_speakers (different actors).

    An area means itself and all below it; a proposal may be of several, so areas do not add up. Areas without a
    proposal in the selection are listed too.
    """
    folded = fold(dataset, selection)
    rows, columns = view(folded).rows, np.flatnonzero(columns_of(dataset, selection or Selection()))
    spoken = folded.codes[np.ix_(rows, columns)] != EMPTY
    side = codes_of(dataset.frames["actors"]["side"], dataset.frames["sides"]["id"])[columns]
    sides = dataset.frames["sides"]["id"].tolist()
    own = [set(filter(None, t.split(LIST_SEPARATOR))) for t in dataset.frames["proposals"]["risk_areas"].iloc[rows]]
    areas = dataset.frames["risk_areas"]
    found = []
    for area, depth in _tree(areas):
        tree = below(areas, [area])
        of = np.array([bool(tree & o) for o in own], bool)
        line: dict[str, object] = {"area": area, "depth": depth, "proposals": int(of.sum())}
        for k, name in enumerate(sides):
            said = spoken[np.ix_(of, side == k)]
            line[f"{name}_proposals"] = int(said.any(axis=1).sum())
            line[f"{name}_speakers"] = int(said.any(axis=0).sum())
        found.append(line)
    counts = [f"{s}_{c}" for s in sides for c in ("proposals", "speakers")]
    return pd.DataFrame(found, columns=["area", "depth", "proposals", *counts]).set_index("area")


def coverage_bars(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    sides: tuple[str, ...] = (),
    width: int = WIDTH,
    dark: bool = False,
) -> go.Figure:
    """Bars of the proposals with a voice of each side on the bar of all proposals of the area.

    `sides`: which (default: all that count). Areas without a proposal are named in a note. customdata of a bar: [risk
    area, side].
    """
    look = theme(dark)
    table = coverage(dataset, selection)
    filled = table[table["proposals"] > 0]
    counted = dataset.frames["sides"]
    chosen = sides or tuple(counted["id"][counted["counted"] != "false"])
    if not len(table):
        return sentence("No coverage to draw: the dataset has no risk areas.", look, width)
    if not len(filled) or not chosen:
        reason = "no proposal of a risk area" if chosen else "no side"
        return sentence(f"No coverage to draw: the selection leaves {reason}.", look, width)
    called = {r["id"]: clean(r["name"]) for r in records(dataset.frames["risk_areas"])}
    cut = filled.iloc[:ROWS]
    nested = bool((table["depth"] > 0).any())
    items = [Item(a, f"{called[a]} ({n})", int(d), nested and d == 0) for a, d, n in _rows(cut)]
    mark = marks(dataset, look)
    shown = [mark[s] for s in chosen]
    most = int(cut["proposals"].max())
    panels = Panels(items, shown, width, (0, most), text=130)
    figure = panels.figure(look)
    figure.update_layout(barmode="overlay")
    for k, m in enumerate(shown):
        _side(figure, panels, cut, k, m.id, m.colour, called, look)
    every = view(fold(dataset, selection)).rows
    empty = [called[a] for a in table.index[table["proposals"] == 0]]
    notes = ["An area counts its own proposals and those of the areas below it; a proposal may be of several areas."]
    if len(cut) < len(filled):
        notes.append(f"The first {len(cut)} of {len(filled)} areas are drawn.")
    if empty:
        notes.append(f"Without a proposal in this selection: {listed(empty, 12)}.")
    who = listed([m.label for m in shown])
    top = cut[cut["depth"] == cut["depth"].min()]
    gaps = [
        f"no {m.label} voice on {listed([called[a] for a in cut.index[cut[f'{m.id}_proposals'] == 0]], 4)}"
        for m in shown
        if (cut[f"{m.id}_proposals"] == 0).any()
    ]
    spread = []
    for area in top.index:
        each = ", ".join(f"{m.label} {top.loc[area, f'{m.id}_proposals']}" for m in shown)
        spread.append(f"{called[area]}: {each} of {top.loc[area, 'proposals']}")
    title = f"Who speaks on what: {many(len(cut), 'risk area')}, {who}"
    gap = "; ".join(gaps) or "Every side speaks on every area"
    return dress(
        figure,
        look,
        width,
        panels.height,
        Words(
            title,
            f"Coloured: {FORMULA}, in brackets; n = {many(len(every), 'proposal')} in all.",
            f"Bars. {title}, n = {len(every)} proposals. {'; '.join(spread[:8])}. {gap}.",
            notes,
        ),
        Room(left=panels.titles or panels.lead, top=6 if panels.stacked else 28),
        Key([m.key() for m in shown] if panels.stacked else []),
    )


def _side(
    figure: go.Figure,
    panels: Panels,
    table: pd.DataFrame,
    k: int,
    side: str,
    colour: str,
    called: dict[str, str],
    look: Theme,
) -> None:
    areas = table.index.tolist()
    places = [panels.place(a, k) for a in areas]
    whole, part = table["proposals"].tolist(), table[f"{side}_proposals"].tolist()
    speakers = table[f"{side}_speakers"].tolist()
    at = {"row": 1, "col": places[0][0], "orientation": "h", "width": panels.bar, "y": [y for _, y in places]}
    said = [
        f"<b>{p} of {w}</b> · {many(s, 'speaker')}" if p else "no voice"
        for p, w, s in zip(part, whole, speakers, strict=True)
    ]
    figure.add_bar(
        **{**at, "x": whole, "name": "all proposals", "hoverinfo": "skip"},
        marker={"color": look.empty, "line": {"width": 1, "color": look.line}},
        text=[f" {t}" for t in said],
        textposition="outside",
        cliponaxis=False,
        textfont={"size": LABEL - 1, "color": look.ink},
    )
    figure.add_bar(
        **{**at, "x": part, "name": side, "hoverinfo": "text"},
        marker={"color": colour, "line": {"width": 0}},
        customdata=[[a, side] for a in areas],
        hovertext=[
            f"<b>{plain(called[a])}</b><br>{p} of {w} proposals with a voice, {many(s, 'speaker')}"
            for a, p, w, s in zip(areas, part, whole, speakers, strict=True)
        ],
    )


def _rows(table: pd.DataFrame) -> list[tuple[str, int, int]]:
    return list(zip(table.index, table["depth"], table["proposals"], strict=True))


def _tree(areas: pd.DataFrame) -> list[tuple[str, int]]:
    """Every area under the one it belongs to, with its depth."""
    children: dict[str, list[str]] = {}
    for area, parent in zip(areas["id"], areas["parent"].astype("str"), strict=True):
        children.setdefault(parent, []).append(area)
    lines: list[tuple[str, int]] = []
    waiting = [(a, 0) for a in reversed(children.get("", []))]
    while waiting:
        area, depth = waiting.pop()
        lines.append((area, depth))
        waiting += [(c, depth + 1) for c in reversed(children.get(area, []))]
    return lines
