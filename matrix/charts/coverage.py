"""Who speaks on what: for each risk area and side, how many of its proposals have a voice of that side."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from matrix.analysis.coverage import Coverage
from matrix.charts.caption import LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import listed, one_line, plain
from matrix.charts.labels import Mark, side_marks
from matrix.charts.side_bars import Item, SideBars
from matrix.charts.theme import WIDTH, Theme, theme
from matrix.dataset.dataset import Dataset, records
from matrix.wording import plural

ROWS = 80


def coverage(
    found: Coverage, dataset: Dataset, *, sides: tuple[str, ...] = (), width: int = WIDTH, dark: bool = False
) -> go.Figure:
    """Bars of the proposals with a voice of each side on the bar of all proposals of the area.

    `sides`: which (default: all that count). Areas without a proposal are named in a note. customdata of a bar: [risk
    area, side].
    """
    look, table = theme(dark), found.frame
    filled = table[table["proposals"] > 0]
    counted = dataset.frames["sides"]
    chosen = sides or tuple(counted["id"][counted["counted"] != "false"])
    if found.sentence or not chosen:
        return sentence(found.sentence or "No coverage to draw: there is no side that counts.", look, width)
    called = {r["id"]: one_line(r["name"]) for r in records(dataset.frames["risk_areas"])}
    cut = filled.iloc[:ROWS]
    nested = bool((table["depth"] > 0).any())
    lines = zip(cut.index, cut["depth"], cut["proposals"], strict=True)
    items = [Item(a, f"{called[a]} ({n})", int(d), nested and d == 0) for a, d, n in lines]
    mark = side_marks(dataset, look)
    shown = [mark[s] for s in chosen]
    panels = SideBars(items, shown, width, (0, int(cut["proposals"].max())), text=130)
    figure = panels.figure(look)
    figure.update_layout(barmode="overlay")
    for k, side in enumerate(shown):
        _side(figure, panels, cut, k, side, called, look)
    return framed(
        figure,
        look,
        width,
        panels.height,
        _words(found, cut, shown, called),
        Margins(left=panels.titles or panels.lead, top=6 if panels.stacked else 28),
        Key([m.key() for m in shown] if panels.stacked else []),
    )


def _side(
    figure: go.Figure, panels: SideBars, table: pd.DataFrame, k: int, side: Mark, called: dict[str, str], look: Theme
) -> None:
    areas = table.index.tolist()
    places = [panels.place(a, k) for a in areas]
    whole, part = table[f"{side.id}_known"].tolist(), table[f"{side.id}_proposals"].tolist()
    speakers = table[f"{side.id}_speakers"].tolist()
    at = {"row": 1, "col": places[0][0], "orientation": "h", "width": panels.bar, "y": [y for _, y in places]}
    texts = [
        f"<b>{p} of {w}</b> · {plural(s, 'speaker')}" if p else "no voice" if w else "not known"
        for p, w, s in zip(part, whole, speakers, strict=True)
    ]
    figure.add_bar(
        **{**at, "x": whole, "name": "all proposals", "hoverinfo": "skip"},
        marker={"color": look.empty, "line": {"width": 1, "color": look.line}},
        text=[f" {t}" for t in texts],
        textposition="outside",
        cliponaxis=False,
        textfont={"size": LABEL - 1, "color": look.ink},
    )
    figure.add_bar(
        **{**at, "x": part, "name": side.id, "hoverinfo": "text"},
        marker={"color": side.colour, "line": {"width": 0}},
        customdata=[[a, side.id] for a in areas],
        hovertext=[
            f"<b>{plain(called[a])}</b><br>{p} of {plural(w, 'proposal')} with a voice, {plural(s, 'speaker')}"
            for a, p, w, s in zip(areas, part, whole, speakers, strict=True)
        ],
    )


def _words(found: Coverage, cut: pd.DataFrame, shown: list[Mark], called: dict[str, str]) -> Words:
    table = found.frame
    notes = ["An area counts its own proposals and those of the areas below it; a proposal may be of several areas."]
    if any((table[f"{m.id}_known"] < table["proposals"]).any() for m in shown):
        notes.append(
            "Proposals of which is known only in part who backs them count for the sides found on their lists."
        )
    filled = int((table["proposals"] > 0).sum())
    if len(cut) < filled:
        notes.append(f"The first {len(cut)} of {filled} areas are drawn.")
    if empty := [called[a] for a in table.index[table["proposals"] == 0]]:
        notes.append(f"Without a proposal in this selection: {listed(empty, 12)}.")
    title = f"Who speaks on what: {plural(len(cut), 'risk area')}, {listed([m.label for m in shown])}"
    top = cut[cut["depth"] == cut["depth"].min()]
    spread = []
    for area in top.index[:8]:
        line = top.loc[area]
        each = ", ".join(
            f"{m.label} {line[f'{m.id}_proposals']}"
            + ("" if line[f"{m.id}_known"] == line["proposals"] else f" (of {line[f'{m.id}_known']} known)")
            for m in shown
        )
        spread.append(f"{called[area]}: {each} of {line['proposals']}")
    gaps = [
        f"no {m.label} voice on {listed([called[a] for a in cut.index[silent]], 4)}"
        for m in shown
        if (silent := (cut[f"{m.id}_proposals"] == 0) & (cut[f"{m.id}_known"] > 0)).any()
    ]
    gap = "; ".join(gaps) or "Every side speaks on every area"
    return Words(
        title,
        f"Coloured: {found.formula}, in brackets; n = {plural(found.n, 'proposal')} in all.",
        f"Bars. {title}, n = {plural(found.n, 'proposal')}. {'; '.join(spread)}. {gap}.",
        notes,
    )
