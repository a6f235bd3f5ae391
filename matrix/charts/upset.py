"""What actors or sides back together as an UpSet plot: bars over a table of dots (Lex et al. 2014)."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from matrix.analysis.sets import EXCLUSIVE, INCLUSIVE, MODES, Intersection, Sets
from matrix.charts.caption import EDGE, LABEL, Key, Margins, Words, framed, sentence
from matrix.charts.figure_text import clip, listed, plain, wide
from matrix.charts.labels import Mark, Name, names, side_marks
from matrix.charts.theme import HIDDEN_AXIS, NARROW, WIDTH, Theme, theme
from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import LIST_SEPARATOR
from matrix.wording import capital, plural

COLUMN, NARROW_COLUMN, MOST_COLUMN, ROW = 27, 19, 54, 24  # pixels
MOST_SETS = 40  # rows; more dots than that nobody follows
BARS, NARROW_BARS = 210, 150  # height of the upper bars


def upset(
    result: Sets,
    dataset: Dataset,
    *,
    mode: str = EXCLUSIVE,
    width: int = WIDTH,
    dark: bool = False,
    most: int | None = None,
) -> go.Figure:
    """Bars of how many proposals exactly these (exclusive) or at least these (inclusive) back, largest first.

    As many combinations as the width has space for, or `most`; a note says how many are left out and how large they
    are. customdata of a bar: [mode, ids of the combination, ids of its proposals], of a set's bar: ["set", id, ids of
    its proposals], lists joined by `;`.
    """
    if mode not in MODES:
        raise ValueError(f"mode: {mode!r} is not one of {', '.join(MODES)}")
    look, called = theme(dark), names(dataset, result.by)
    if result.sentence:
        return sentence(result.sentence, look, width)
    narrow = width < NARROW
    sets = sorted(result.sets, key=lambda s: -len(result.sets[s]))  # stable: the order as chosen where alike
    if len(sets) > MOST_SETS:
        return sentence(
            f"{len(sets)} {result.by} are too many for this picture: choose up to {MOST_SETS}.", look, width
        )
    found = _largest_first(result, mode)
    if not found:
        return sentence(f"Nothing to draw: {_unknown_words(result)}.", look, width)
    labels = min(150 if narrow else 280, max(wide(called[s].label, LABEL) for s in sets) + (58 if narrow else 50))
    sizes = 0 if narrow else 150
    space = width - 2 * EDGE - labels - sizes - 14
    limit = max(1, min(most or len(found), int(space // (NARROW_COLUMN if narrow else COLUMN))))
    shown = found[:limit]
    column = min(MOST_COLUMN, space / len(shown))
    drawn = column * len(shown)
    bars = NARROW_BARS if narrow else BARS
    whole = sizes + labels + drawn
    figure = make_subplots(
        rows=2,
        cols=2 if sizes else 1,
        row_heights=[bars, ROW * len(sets)],
        column_widths=[sizes, drawn] if sizes else None,
        horizontal_spacing=labels / whole if sizes else 0,
        vertical_spacing=0.01,
        specs=[[None, {}], [{}, {}]] if sizes else None,
    )
    mark, by_actor = side_marks(dataset, look), result.by == "actors"
    at = {"col": 2 if sizes else 1}
    _upper(figure, at, shown, mode, called, names(dataset, "proposals"), look)
    _dots(figure, at, shown, sets, look, column)
    _labels(figure, at, sets, result, called, mark, labels, apart=bool(sizes))
    if sizes:
        _sizes(figure, sets, called, result, look)
    return framed(
        figure,
        look,
        width,
        bars + ROW * len(sets),
        _words(result, mode, shown, found[len(shown) :], sets, called),
        Margins(left=0 if sizes else labels, right=max(0, space + 14 - drawn), top=14, bottom=30 if sizes else 8),
        Key([m.key() for s, m in mark.items() if s and any(called[one].side == s for one in sets)] if by_actor else []),
    )


def _members(one: Intersection, mode: str) -> tuple[str, ...]:
    """The proposals of a combination in the chosen mode."""
    return one.exclusive if mode == EXCLUSIVE else one.inclusive


def _unknown_words(result: Sets) -> str:
    """Of how many proposals of the union it is not known whether exactly these back them."""
    n = len(result.unknown)
    return f"of {plural(n, 'proposal')} it is not known whether exactly these back it: the list is known only in part"


def _largest_first(result: Sets, mode: str) -> list[Intersection]:
    """The combinations with members, largest first; of the same size the simpler first."""
    filled = [i for i in result.intersections if _members(i, mode)]
    if mode == INCLUSIVE:  # of one alone it is the size of its set, which stands beside its name anyway
        filled = [i for i in filled if len(i.of) > 1] or filled
    return sorted(filled, key=lambda i: (-len(_members(i, mode)), len(i.of)))


def _words(
    result: Sets,
    mode: str,
    shown: list[Intersection],
    rest: list[Intersection],
    sets: list[str],
    called: dict[str, Name],
) -> Words:
    """`shown` are drawn, `rest` are not; `sets` in the order of the rows."""
    word = "exactly these" if mode == EXCLUSIVE else "at least these"
    who = plural(len(sets), result.by.removesuffix("s"))
    title = f"Which of {who} back the same proposals ({mode})"
    whole = "the bars add up to n without what is not known" if result.unknown else "the bars add up to n"
    adds_up = whole if mode == EXCLUSIVE else "a proposal counts in every combination that backs it"
    subtitle = (
        f"Each bar: proposals backed by {word}, marked by filled dots below it; {adds_up}. "
        f"n = {plural(len(result.union), 'proposal')} backed by any of them."
    )
    notes = [f"{capital(_unknown_words(result))}."] if result.unknown and mode == EXCLUSIVE else []
    if rest:
        sizes = [len(_members(i, mode)) for i in rest]
        span = f"{max(sizes)}" if max(sizes) == min(sizes) else f"{min(sizes)} to {max(sizes)}"
        notes.append(
            f"The {plural(len(shown), 'largest combination')} of {len(shown) + len(rest):,} are drawn; "
            f"the other {len(rest):,} hold {span} {'proposal' if span == '1' else 'proposals'} each."
        )
    if not result.complete and mode == INCLUSIVE:
        notes.append("Of so many sets only combinations that some proposal has exactly are listed.")
    empty = [called[s].label for s in sets if not result.sets[s]]
    if empty:
        notes.append(f"Backing nothing in this selection: {listed(empty)}.")
    top = shown[0]
    alt = (
        f"UpSet plot. {title}: n = {plural(len(result.union), 'proposal')}. "
        f"Largest: {plural(len(_members(top, mode)), 'proposal')} "
        f"backed by {word.removesuffix(' these')} {listed([called[s].label for s in top.of])}. "
        f"Sizes of the sets: {listed([f'{called[s].label} {len(result.sets[s])}' for s in sets])}."
    )
    return Words(title, subtitle, alt, notes)


def _hover(head: str, proposals: tuple[str, ...], titles: dict[str, Name]) -> str:
    lines = [f"· {plain(clip(titles[p].label, 380))}" for p in proposals[:12]]
    if len(proposals) > 12:
        lines.append(f"and {len(proposals) - 12} more")
    return "<br>".join([head, *lines])


def _upper(
    figure: go.Figure,
    at: dict[str, int],
    shown: list[Intersection],
    mode: str,
    called: dict[str, Name],
    titles: dict[str, Name],
    look: Theme,
) -> None:
    counts = [len(_members(i, mode)) for i in shown]
    word = "exactly" if mode == EXCLUSIVE else "at least"
    heads = [
        f"<b>{plural(c, 'proposal')}</b> backed by {word} {plain(listed([called[s].label for s in i.of], 6))}"
        for c, i in zip(counts, shown, strict=True)
    ]
    figure.add_bar(
        **{"row": 1, **at, "x": list(range(len(shown))), "y": counts, "name": mode, "width": 0.62},
        text=[f"{c:,}" for c in counts],
        textposition="outside",
        cliponaxis=False,
        textfont={"size": LABEL, "color": look.ink},
        marker={"color": look.visible(look.for_), "line": {"width": 0}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.45}},
        customdata=[[mode, LIST_SEPARATOR.join(i.of), LIST_SEPARATOR.join(_members(i, mode))] for i in shown],
        hovertext=[_hover(head, _members(i, mode), titles) for head, i in zip(heads, shown, strict=True)],
        hoverinfo="text",
    )
    figure.update_xaxes(**HIDDEN_AXIS, range=[-0.5, len(shown) - 0.5], row=1, **at)
    figure.update_yaxes(**{**HIDDEN_AXIS, "range": [0, max(counts) * 1.12], "showline": False}, row=1, **at)


def _dots(
    figure: go.Figure,
    at: dict[str, int],
    shown: list[Intersection],
    sets: list[str],
    look: Theme,
    column: float,
) -> None:
    """A dot for each set in a combination, filled where it takes part, joined from the first to the last."""
    rows = {s: k for k, s in enumerate(sets)}
    size = min(13, column * 0.55)
    quiet: dict[str, list[int]] = {"x": [], "y": []}
    for c, i in enumerate(shown):
        outside = [rows[s] for s in sets if s not in i.of]
        quiet["x"] += [c] * len(outside)
        quiet["y"] += outside
    figure.add_scatter(
        **{"row": 2, **at, **quiet, "mode": "markers", "hoverinfo": "skip", "name": "not in it"},
        marker={
            "symbol": "circle-open",
            "size": size * 0.6,
            "color": look.quiet,
            "opacity": 0.55,
            "line": {"width": 1},
        },
    )
    x: list[int | None] = []
    y: list[int | None] = []
    for c, i in enumerate(shown):
        taking = sorted(rows[s] for s in i.of)
        x += [c] * len(taking) + [None]
        y += [*taking, None]
    figure.add_scatter(
        **{"row": 2, **at, "x": x, "y": y, "mode": "markers+lines", "hoverinfo": "skip", "name": "in it"},
        marker={"symbol": "circle", "size": size, "color": look.ink, "opacity": 1},
        line={"width": 2, "color": look.ink},
    )
    for k in range(0, len(sets), 2):
        figure.add_hrect(
            y0=k - 0.5, y1=k + 0.5, fillcolor=look.empty, line_width=0, opacity=0.6, layer="below", row=2, **at
        )
    figure.update_xaxes(**HIDDEN_AXIS, range=[-0.5, len(shown) - 0.5], row=2, **at)
    figure.update_yaxes(**HIDDEN_AXIS, range=[len(sets) - 0.5, -0.5], row=2, **at)


def _labels(
    figure: go.Figure,
    at: dict[str, int],
    sets: list[str],
    result: Sets,
    called: dict[str, Name],
    mark: dict[str, Mark],
    space: float,
    apart: bool,
) -> None:
    """Names beside the dots, with the mark of the side; where the sets have no bars of their own, their sizes too."""
    texts = []
    for s in sets:
        count = "" if apart else f" <b>{len(result.sets[s])}</b>"
        dot = mark[called[s].side].dot() + " " if called[s].side in mark and called[s].side else ""
        texts.append(f"{plain(clip(called[s].label, space - (50 if count else 38)))}{count} {dot}")
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(sets))),
        ticktext=texts,
        showticklabels=True,
        **{"tickfont": {"size": LABEL}, "row": 2, **at},
    )


def _sizes(figure: go.Figure, sets: list[str], called: dict[str, Name], result: Sets, look: Theme) -> None:
    counts = [len(result.sets[s]) for s in sets]
    figure.add_bar(
        row=2,
        col=1,
        x=counts,
        y=list(range(len(sets))),
        orientation="h",
        width=0.62,
        text=[f"{c:,}" for c in counts],
        textposition="outside",
        cliponaxis=False,
        name="set",
        textfont={"size": LABEL, "color": look.ink},
        marker={"color": look.quiet, "line": {"width": 0}},
        customdata=[["set", s, LIST_SEPARATOR.join(result.sets[s])] for s in sets],
        hovertext=[
            f"{called[s].full}: <b>{plural(c, 'proposal')}</b> backed" for s, c in zip(sets, counts, strict=True)
        ],
        hoverinfo="text",
    )
    figure.update_xaxes(**HIDDEN_AXIS, range=[max(counts) * 1.25, 0], row=2, col=1)
    title = {"text": "backs in all", "font": {"size": 11, "color": look.quiet}, "standoff": 2}
    figure.update_xaxes(title=title, row=2, col=1)
    figure.update_yaxes(**HIDDEN_AXIS, range=[len(sets) - 0.5, -0.5], row=2, col=1)
