"""What each side says on each proposal: bars that leave the middle, opposition to the left, backing to the right."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from matrix.analysis.common_ground import SCORE_FORMULA, TIERS, UNHEARD, CommonGround
from matrix.charts.caption import LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import clip, listed, plain
from matrix.charts.labels import Mark, Name, names, side_marks, stance_key
from matrix.charts.side_bars import Item, SideBars
from matrix.charts.theme import WIDTH, Theme, text_on, theme
from matrix.dataset.dataset import records
from matrix.palette import (
    BACKING_COLOURS,
    BACKING_GLYPHS,
    MIXED_COLOUR,
    MIXED_GLYPH,
    NEUTRAL_COLOUR,
    NEUTRAL_GLYPHS,
    OFFICIAL_GLYPH,
    OPPOSING_COLOURS,
    OPPOSING_GLYPHS,
    Look,
    stances_of,
)
from matrix.wording import plural

OPPOSED, MIXED, NEUTRAL, CONDITIONAL, BACKING = KINDS = ("opposed", "mixed", "neutral", "conditional", "backing")
ROWS, NARROW_ROWS = 60, 30


def common_ground(
    result: CommonGround, *, width: int = WIDTH, dark: bool = False, most: int | None = None
) -> go.Figure:
    """One bar a proposal and side: opposed and mixed left of the middle, concern across it, backing right of it.

    Proposals stand under their tier, within it by score; those that nobody speaks on are named in a note only. At most
    60 rows (30 on a phone) or `most`. customdata of a bar: [proposal, side, kind], kind one of opposed, mixed, neutral,
    conditional, backing (here: without a condition).
    """
    look = theme(dark)
    if result.sentence:
        return sentence(result.sentence, look, width)
    dataset, frame = result.positions.dataset, result.frame
    titles = names(dataset, "proposals")
    heard = frame[frame["tier"] != UNHEARD]
    if not len(heard):
        return sentence("No common ground to draw: nobody of these sides speaks on these proposals.", look, width)
    order = {t: i for i, t in enumerate(TIERS)}
    ranked = heard.assign(rank=heard["tier"].map(order)).sort_values(
        ["rank", "score"], ascending=[True, False], kind="stable"
    )
    limit = most or (ROWS if width >= 600 else NARROW_ROWS)
    shown = ranked.iloc[:limit]
    items: list[Item] = []
    tier = ""
    for proposal, t in zip(shown.index, shown["tier"], strict=True):
        if t != tier:
            tier = t
            items.append(Item("", f"{result.tiers[t].words}: {result.tiers[t].about}"))
        items.append(Item(proposal, titles[proposal].label))
    mark = side_marks(dataset, look)
    sides = [mark[s] for s in result.sides]
    counts = {s: _counts_of(shown, s) for s in result.sides}
    reach = [max((_left(c) for s in counts.values() for c in s), default=0)]
    reach.append(max((c[CONDITIONAL] + c[BACKING] + c[NEUTRAL] / 2 for s in counts.values() for c in s), default=0))
    panels = SideBars(items, sides, width, (reach[0], reach[1]), text=150)
    figure = panels.figure(look)
    looks = _looks_by_kind(tuple(stances_of(dataset).values()))
    _bars(figure, panels, shown.index.tolist(), counts, looks, result, titles, look)
    _counts_beside(figure, panels, shown.index.tolist(), counts, look)
    panels.middle(figure, look)
    figure.update_layout(barmode="overlay")
    key = [stance_key(x, look) for x in looks.values()]
    if result.officials:
        key.append(f"{OFFICIAL_GLYPH} officials among those backing")
    return framed(
        figure,
        look,
        width,
        panels.height,
        _words(result, shown, ranked, titles, sides, len(frame) - len(heard)),
        Margins(left=panels.titles or panels.lead, top=6 if panels.stacked else 28),
        Key([*([m.key() for m in sides] if panels.stacked else []), *key]),
    )


def _bars(
    figure: go.Figure,
    panels: SideBars,
    rows: list[str],
    counts: dict[str, list[dict[str, int]]],
    looks: dict[str, Look],
    result: CommonGround,
    titles: dict[str, Name],
    look: Theme,
) -> None:
    """A trace for each kind and panel; where there is space the glyph stands in the bar, once for each actor."""
    people = names(result.positions.dataset)
    scores = {x.id: x.score for x in stances_of(result.positions.dataset).values()}
    conditional = dict(zip(result.positions.dataset.scale.ids, result.positions.dataset.scale.conditional, strict=True))
    who: dict[tuple[str, str, str], list[str]] = {}
    for v in records(result.who[["proposal", "side", "actor", "stance", "conditions"]].astype(str)):
        score = scores.get(v["stance"])
        kind = MIXED if score is None else OPPOSED if score < 0 else NEUTRAL if score == 0 else BACKING
        kind = CONDITIONAL if kind == BACKING and conditional[v["stance"]] else kind
        line = people[v["actor"]].full + (f": {plain(clip(v['conditions'], 420))}" if v["conditions"] else "")
        who.setdefault((v["proposal"], v["side"], kind), []).append(line)
    for k, (side, table) in enumerate(counts.items()):
        for kind in KINDS:
            found = [(row, c) for row, c in zip(rows, table, strict=True) if c[kind]]
            if not found:
                continue
            drawn = looks[kind]
            column = panels.place(found[0][0], k)[0]
            glyphs = [_glyphs(drawn.glyph, c[kind]) for _, c in found]
            figure.add_bar(
                row=1,
                col=column,
                orientation="h",
                name=kind,
                width=panels.bar,
                y=[panels.place(row, k)[1] for row, _ in found],
                x=[c[kind] for _, c in found],
                base=[_base(c, kind) for _, c in found],
                marker={"color": drawn.colour, "line": {"width": 1, "color": look.ground}},
                text=[plain(g) for g in glyphs],
                textposition="inside",
                insidetextanchor="middle",
                textfont={"size": 11, "color": text_on(drawn.colour)},
                textangle=0,
                constraintext="none",
                customdata=[[row, side, kind] for row, _ in found],
                hovertext=[
                    f"<b>{plain(clip(titles[row].label, 420))}</b><br>{drawn.glyph} {plain(drawn.word)}: {c[kind]}<br>"
                    + "<br>".join(who.get((row, side, kind), [])[:12])
                    for row, c in found
                ],
                hoverinfo="text",
            )


def _glyphs(glyph: str, n: int) -> str:
    return " ".join([glyph] * n) if n <= 3 else f"{glyph} {n}"


def _counts_beside(
    figure: go.Figure, panels: SideBars, rows: list[str], counts: dict[str, list[dict[str, int]]], look: Theme
) -> None:
    """Beside each bar, in words: officials among the backing, and how many are silent."""
    for k, table in enumerate(counts.values()):
        x, y, text = [], [], []
        column = panels.place(rows[0], k)[0]
        for row, c in zip(rows, table, strict=True):
            officials = f"{OFFICIAL_GLYPH} {c['official_backing']}  " if c["official_backing"] else ""
            unknown = c["members"] - c["speakers"] - c["silent"]
            rest = [(n, word) for n, word in ((c["silent"], "silent"), (unknown, "not known")) if n] or [(0, "silent")]
            quiet = ", ".join(f"{n} of {c['members']} {w}" if n < c["members"] else f"all {n} {w}" for n, w in rest)
            x.append(c[NEUTRAL] / 2 + c[CONDITIONAL] + c[BACKING])
            y.append(panels.place(row, k)[1])
            text.append(f"  <b>{officials}</b>{_faint(quiet, look)}")
        figure.add_scatter(
            row=1,
            col=column,
            x=x,
            y=y,
            mode="text",
            text=text,
            textposition="middle right",
            hoverinfo="skip",
            name="silent",
            cliponaxis=False,
            textfont={"size": LABEL - 1, "color": look.ink},
        )


def _faint(text: str, look: Theme) -> str:
    return f'<span style="color:{look.quiet}">{text}</span>'


def _words(
    result: CommonGround,
    shown: pd.DataFrame,
    ranked: pd.DataFrame,
    titles: dict[str, Name],
    sides: list[Mark],
    unheard: int,
) -> Words:
    """`shown`: the rows drawn; `ranked`: all that somebody speaks on; `unheard`: how many nobody speaks on."""
    who = listed([s.label for s in sides])
    title = f"Common ground of {who}: {plural(len(ranked), 'proposal')} spoken on"
    n = result.n[ranked.index]
    span = f"{n.min()} to {n.max()} speakers" if n.min() != n.max() else plural(int(n.min()), "speaker")
    subtitle = (
        "Actors of each side by their position. Ordered by tier, then by score = "
        f"{SCORE_FORMULA}, n = {span}. Silence is no position."
    )
    notes = []
    if len(shown) < len(ranked):
        notes.append(
            f"The first {len(shown)} of {len(ranked)} proposals are drawn; the other {len(ranked) - len(shown)} follow "
            "in the same order. Filter to see them."
        )
    if unheard:
        notes.append(f"{plural(unheard, 'more proposal')} of this selection: nobody of these sides speaks on them.")
    tiers = ranked["tier"].value_counts()
    spread = listed([f"{result.tiers[t].words} {tiers[t]}" for t in TIERS if t in tiers.index], 9)
    first = ranked.index[0]
    both = [titles[p].label for p in ranked.index[ranked["tier"] == ranked["tier"].iloc[0]]]
    alt = (
        f"Diverging bars. {title}. By tier: {spread}. "
        f"Highest tier, {result.tiers[ranked['tier'].iloc[0]].words}: {listed(both, 4)}. "
        f"Highest score there: {ranked.loc[first, 'score']:.2f} with n = {int(result.n[first])}."
    )
    return Words(title, subtitle, alt, notes)


# ---- the parts of a bar


def _looks_by_kind(looks: tuple[Look, ...]) -> dict[str, Look]:
    """How each kind of position is drawn: as the first stance of the scale that is of this kind."""
    stances = [x for x in looks if x.score is not None]
    full = [x for x in stances if (x.score or 0) > 0]
    found = {
        OPPOSED: next((x for x in sorted(stances, key=lambda x: x.score or 0) if (x.score or 0) < 0), None),
        MIXED: looks[-1],
        NEUTRAL: next((x for x in stances if x.score == 0), None),
        CONDITIONAL: full[-1] if len(full) > 1 else None,
        BACKING: full[0] if full else None,
    }
    plainly = {
        OPPOSED: Look("", "Opposes", "", OPPOSING_GLYPHS[0], OPPOSING_COLOURS[0]),
        MIXED: Look("", "Mixed", "", MIXED_GLYPH, MIXED_COLOUR),
        NEUTRAL: Look("", "Neutral", "", NEUTRAL_GLYPHS[0], NEUTRAL_COLOUR),
        CONDITIONAL: Look("", "Supports on a condition", "", BACKING_GLYPHS[2], BACKING_COLOURS[2]),
        BACKING: Look("", "Supports", "", BACKING_GLYPHS[0], BACKING_COLOURS[0]),
    }
    return {kind: found[kind] or plainly[kind] for kind in KINDS}


def _left(count: dict[str, int]) -> float:
    """How far a bar reaches to the left of the middle."""
    return count[OPPOSED] + count[MIXED] + count[NEUTRAL] / 2


BESIDE = ("silent", "speakers", "members", "official_backing")


def _counts_of(frame: pd.DataFrame, side: str) -> list[dict[str, int]]:
    """Per row how many of the side are of each kind; backing without those on a condition."""
    columns = {k: frame[f"{side}_{k}"].astype(int).tolist() for k in (*KINDS, *BESIDE)}
    columns[BACKING] = [b - c for b, c in zip(columns[BACKING], columns[CONDITIONAL], strict=True)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _base(c: dict[str, int], kind: str) -> float:
    """Where a part of a bar begins: the middle runs through what is neutral."""
    middle = c[NEUTRAL] / 2
    return {
        OPPOSED: -middle - c[MIXED] - c[OPPOSED],
        MIXED: -middle - c[MIXED],
        NEUTRAL: -middle,
        CONDITIONAL: middle,
        BACKING: middle + c[CONDITIONAL],
    }[kind]
