"""Overlaps, common ground, coalitions and numbers become text for a terminal of a given width."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import pandas as pd

from matrix.analysis.coalitions import Coalition
from matrix.analysis.common_ground import ABOUT, TIERS, UNHEARD, CommonGround
from matrix.analysis.formulas import ACTORS, MEASURES
from matrix.analysis.overlap import Overlap
from matrix.dataset.amounts import plural
from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import records
from matrix.palette import stance_looks
from matrix.terminal import clean, clip, display_width, pad, wrapped

MOST_PAIRS = 40
NAME_WIDTH = 38


def overlap_text(dataset: Dataset, found: Overlap, width: int = 100) -> str:
    """The pairs with the highest numbers, each with its n; below the formula. Says how many pairs are not shown."""
    names = _names(dataset, "actors", "name") if found.of == ACTORS else _names(dataset, "proposals", "title")
    pairs = found.edges()
    shown = pairs.sort_values(["value", "n"], ascending=False, kind="stable").head(MOST_PAIRS)
    measure = MEASURES[found.measure]
    room = min(NAME_WIDTH, (width - 24) // 2)
    lines = [f"{measure.name}, {found.of} x {found.of}; {len(pairs)} pairs with n > 0, the highest first", ""]
    for one, other, value, n in shown.itertuples(index=False):
        number = f"{value:7.0%}" if measure.is_share else f"{value:7.4g}"
        both = (pad(clip(clean(names[i]), room), room) for i in (one, other))
        lines.append(f"{'  '.join(both)} {number}  n = {n}")
    if len(pairs) > len(shown):
        lines += ["", f"{len(pairs) - len(shown)} more pairs: --edges --format csv lists all"]
    formula = f"{found.formula}; units: {found.count}; n: {found.n_words}"
    return "\n".join([*lines, "", *wrapped(formula.split(" "), width)]) + "\n"


def common_ground_text(dataset: Dataset, found: CommonGround, width: int = 100) -> str:
    """The proposals of each tier, best first: who of which side, on which condition, what is missing, how known."""
    return "".join(f"{line}\n" for line in _ground(dataset, found, width))


def _ground(dataset: Dataset, found: CommonGround, width: int) -> Iterator[str]:
    if found.sentence:
        return
    sides, titles = _names(dataset, "sides", "name"), _names(dataset, "proposals", "title")
    looks = {x.id: x for x in stance_looks(records(dataset.stances))}
    said = dict(list(found.who.groupby("proposal", sort=False)))
    yield f"Common ground of {' and '.join(clean(sides[s]) for s in found.sides)} on {len(found.frame)} proposals"
    for tier in TIERS:
        here = found.frame.index[found.frame["tier"] == tier]
        if not len(here):
            continue
        yield ""
        yield f"{tier} ({len(here)}): {ABOUT[tier]}"
        if tier == UNHEARD:
            yield from wrapped(", ".join(clean(titles[p]) for p in here).split(" "), width, "  ")
            continue
        for p in here:
            number = f"score {found.frame.loc[p, 'score']:.2f}, n = {found.n[p]}"
            title = clip(clean(titles[p]), width - len(number) - 4)
            yield f"  {pad(title, width - len(number) - 4)}  {number}"
            for side in found.sides:
                lines = said[p][said[p]["side"] == side] if p in said else found.who.iloc[:0]
                if len(lines):
                    text = "; ".join(_voice(dataset, v, looks[v["stance"]].glyph) for v in lines.to_dict("records"))
                    yield from wrapped(f"{clean(sides[side])}: {text}".split(" "), width, "      ")
            known = ", ".join(w.replace("_", " ") for w in found.basis.loc[p] if w)
            notes = [found.missing[p], f"weakest evidence: {known}" if known else ""]
            yield from wrapped("; ".join(filter(None, notes)).split(" "), width, "      ")
    yield ""
    yield "score: product over the sides of (backing + 1)/(speakers + 2); n: speakers (Small et al. 2021)"
    yield " ".join(f"{x.glyph} {clean(x.word)};" for x in looks.values())


def _voice(dataset: Dataset, voice: dict[Hashable, Any], glyph: str) -> str:
    names = _names(dataset, "actors", "name")
    condition = f" (if: {clean(str(voice['conditions']))})" if voice["conditions"] else ""
    return f"{glyph} {clean(names[str(voice['actor'])])}{', official' if voice['official'] else ''}{condition}"


def coalitions_text(dataset: Dataset, found: Sequence[Coalition], width: int = 100) -> str:
    """The groups with the most shared cells (actors times proposals) first."""
    actors, proposals = _names(dataset, "actors", "name"), _names(dataset, "proposals", "title")
    lines = [f"{len(found)} maximal groups"]
    for group in sorted(found, key=lambda g: -len(g.actors) * len(g.proposals)):
        lines += ["", f"{plural(len(group.actors), 'actor')}, {plural(len(group.proposals), 'proposal')}"]
        for ids, names in ((group.actors, actors), (group.proposals, proposals)):
            lines += wrapped("; ".join(clean(names[i]) for i in ids).split(" "), width, "  ")
    return "\n".join(lines) + "\n"


def numbers_text(table: pd.DataFrame, width: int = 100) -> str:
    """A table of numbers by id, in blocks of columns where it is too wide; `·` where there is none."""
    index = [clip(str(i), NAME_WIDTH) for i in table.index]
    first = max([display_width(i) for i in index], default=0)
    cells = {c: ["·" if pd.isna(v) else f"{v:g}" for v in table[c]] for c in table if table[c].notna().any()}
    blocks: list[list[str]] = [[]]
    used = first
    for column, texts in cells.items():
        room = 2 + max(len(str(column)), *map(len, texts))
        if blocks[-1] and used + room > width:
            blocks.append([])
            used = first
        blocks[-1].append(str(column))
        used += room
    lines = []
    for block in blocks:
        sizes = {c: max(len(c), *map(len, cells[c])) for c in block}
        lines.append(" " * first + "".join(f"  {c:>{sizes[c]}}" for c in block))
        lines += [pad(i, first) + "".join(f"  {cells[c][r]:>{sizes[c]}}" for c in block) for r, i in enumerate(index)]
        lines.append("")
    return "\n".join(lines[:-1]).rstrip() + "\n"


def _names(dataset: Dataset, table: str, column: str) -> dict[str, str]:
    return dict(zip(dataset.frames[table]["id"], dataset.frames[table][column], strict=True))
