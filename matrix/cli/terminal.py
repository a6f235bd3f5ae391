"""Overlaps, common ground, camps, coalitions and numbers become text for a terminal of a given width."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import click
import numpy as np
import pandas as pd

from matrix import wording
from matrix.analysis.camps import BRIDGE, WEDGE, Camps
from matrix.analysis.citation import words_of
from matrix.analysis.coalitions import Coalitions
from matrix.analysis.common_ground import RULE_WORDS, SCORE, UNHEARD, CommonGround, shown_sides
from matrix.analysis.empty_cells import EMPTY_KINDS, NEVER, Why
from matrix.analysis.empty_selection import nothing_in_view
from matrix.analysis.evidence import Standing, standing_words
from matrix.analysis.measures import ACTORS, MEASURES, PROPOSALS, number_text
from matrix.analysis.outline import by_side, outline
from matrix.analysis.over_time import SIDES, OverTime
from matrix.analysis.overlap import HIGH, Overlap
from matrix.analysis.positions import EMPTY, View
from matrix.analysis.row_order import in_bands
from matrix.analysis.selection_words import scope
from matrix.analysis.side_brief import side_brief
from matrix.analysis.sides import COUNTS, counted_sides, roll_up
from matrix.dataset.dataset import Dataset, Record, column, records, row, when
from matrix.palette import BLANKS, PARTLY_GLYPH, Look, known_in_part, stances_of
from matrix.wording import clean, display_width, known_by, pad, plural, unsure_of_date

MOST_COLUMNS = 60  # actors with a column each; of more the sides' counts alone
MOST_NAMES = 12  # in one list; more are counted
TITLE_WIDTH, LEAST_TITLE = 42, 24
CELL = 2  # a glyph and a blank or bar
SIDE_WIDTH, SIDE_LINES = 8, 2
BAR = "│"
MARKS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

ColumnNumbers = list[int]
SideCounts = Sequence[tuple[list[str], list[str]]]


def matrix_text(seen: View, width: int = 100) -> str:
    """The matrix with a glyph a cell, the sides' counts, a key to the columns and a legend with n.

    Actors who say nothing here are listed, not drawn; where the rest is too wide, blocks follow each other.
    """
    return "\n".join(_lines(seen, width)) + "\n"


def _lines(seen: View, width: int) -> Iterator[str]:
    dataset = seen.positions.dataset
    looks = tuple(stances_of(dataset).values())
    for line in _head(seen):
        yield from wrapped(line.split(" "), width)
    if nothing := nothing_in_view(dataset, len(seen.rows), len(seen.columns)):
        yield nothing
        return
    spoke = seen.heard
    counts = _side_counts(seen)
    if counts and spoke.sum() > MOST_COLUMNS:
        yield from _only_sides(seen, looks, counts, width)
        return
    heard = [j for _, places in by_side(dataset, seen.actors) for j in places if spoke[j]]
    beside = 1 + sum(display_width(head[-1]) + 1 for head, _ in counts)
    room = width - LEAST_TITLE - beside
    per_block = max(1, min(room // CELL, len(MARKS)))
    blocks = [heard[i : i + per_block] for i in range(0, len(heard), per_block)] or [heard]
    used = max(len(b) for b in blocks) * CELL
    title = max(LEAST_TITLE, min(TITLE_WIDTH, width - used - beside))
    for block in blocks:
        yield ""
        yield from _block(seen, block, looks, counts, title)
        yield ""
        yield from wrapped(_key(seen, block), width)
    yield from _silent(seen, heard, width)
    yield from _partly_known(seen, width)
    yield ""
    yield from wrapped(_legend(seen, looks, counts), width)


def _only_sides(seen: View, looks: Sequence[Look], counts: SideCounts, width: int) -> Iterator[str]:
    """The sides' counts alone, where a column for each actor would take many screens."""
    beside = sum(display_width(head[-1]) + 1 for head, _ in counts)
    yield ""
    yield from _block(seen, [], looks, counts, max(LEAST_TITLE, min(TITLE_WIDTH, width - beside)))
    yield ""
    words = (
        f"{int(seen.heard.sum())} actors have a position here, too many for a column each: choose with --side, --actor "
        "or --search, or take --format csv"
    )
    yield from wrapped(words.split(" "), width)
    yield from _silent(seen, np.flatnonzero(seen.heard).tolist(), width)
    yield from _partly_known(seen, width)
    yield ""
    yield from wrapped(_legend(seen, looks, counts), width)


def _silent(seen: View, heard: ColumnNumbers, width: int) -> Iterator[str]:
    """The listed actors without a column: those heard on other proposals, and those never heard at all."""
    rest = np.ones(len(seen.columns), bool)
    rest[heard] = False
    ever = seen.positions.ever[:, seen.columns].any(axis=0)
    names = seen.actors["name"].to_numpy()
    for what, which in (("heard elsewhere, silent here", rest & ever), ("named, unheard", rest & ~ever)):
        if which.any():
            yield ""
            listed = ", ".join(map(clean, names[which]))
            if which.sum() > MOST_NAMES:
                listed = _by_side(seen.positions.dataset, seen.actors["id"][which].tolist())
            yield from wrapped(f"{which.sum()} {what}: {listed}".split(" "), width)


def _by_side(dataset: Dataset, actors: Sequence[str]) -> str:
    """How many of each side some actors are: `EU and its members 20, Other states 143`."""
    of, names = column(dataset, "actors", "side"), column(dataset, "sides", "name")
    counts = Counter(of[a] for a in actors)
    return ", ".join(f"{clean(names.get(s, 'no side'))} {counts[s]}" for s in (*names, "") if counts[s])


def _partly_known(seen: View, width: int) -> Iterator[str]:
    """The listed proposals of which is known only in part who backs them, each with how much is known."""
    partly = [p for p in records(seen.proposals) if known_in_part(p)]
    if partly:
        yield ""
        listed = "; ".join(clean(p["title"] + f" ({p['coverage_note']})" * bool(p["coverage_note"])) for p in partly)
        yield from wrapped(f"{PARTLY_GLYPH} list known in part: {listed}".split(" "), width)


def sides_text(
    table: pd.DataFrame, titles: Sequence[str], names: Mapping[str, str], width: int = 100, *, officials: bool = True
) -> str:
    """The sides' counts for reading: under each proposal a line a side; no word about officials without any."""
    sides = [c.removesuffix("_members") for c in table.columns if c.endswith("_members")]
    lines = []
    for i, title in enumerate(titles):
        lines.append(clip(clean(title), width))
        for side in sides:
            n = {kind: int(table[f"{side}_{kind}"].iloc[i]) for kind in COUNTS}
            if not n["members"]:
                lines.append(f"  {clean(names[side])}: nobody here")
                continue
            by_officials = f", officials {n['official_backing']}" if officials else ""
            counts = (
                f"backing {n['backing']} (on a condition {n['conditional']}{by_officials}), "
                f"neutral {n['neutral']}, opposed {n['opposed']}, mixed {n['mixed']}, "
            )
            lines.append(
                f"  {clean(names[side])}: {counts if n['speakers'] else ''}silent {n['silent']} of {n['members']}"
                + (f", not known {unknown}" if (unknown := n["members"] - n["speakers"] - n["silent"]) else "")
            )
    return "\n".join(lines) + "\n" * bool(lines)


def _head(seen: View) -> Iterator[str]:
    dataset, chosen = seen.positions.dataset, seen.positions.selection
    yield f"{clean(dataset.title)} (version {dataset.version})"
    speaking = int(seen.speaking.sum()) if len(seen.rows) else 0
    yield (
        f"{len(seen.rows)} of {plural(len(dataset.frames['proposals']), 'proposal')} x {plural(speaking, 'speaker')}"
        f"{f' ({more} more named)' if (more := len(seen.columns) - speaking) else ''}, "
        f"n = {seen.n} of {plural(dataset.n, 'statement')}, rule {chosen.rule}"
    )
    filters = {k: v for k, v in chosen.chosen().items() if k != "rule"}
    if over := scope(dataset, chosen):
        yield clean(f"{over}.")
    if filters:
        yield "filters: " + "; ".join(f"{k.replace('_', '-')} = {clean(' or '.join(v))}" for k, v in filters.items())
    if seen.positions.evidence.undated:
        undated = seen.positions.evidence.undated
        yield f"{plural(undated, 'undated statement')} {'does' if undated == 1 else 'do'} not count while a date is set"
    if unsure := unsure_of_date(seen.unsure):
        yield unsure


def _side_counts(seen: View) -> SideCounts:
    """Header lines and one text a row for every counted side of the selection: `3+ 1-`: three back, one opposes."""
    dataset, counts = seen.positions.dataset, roll_up(seen.positions)
    signs = (("backing", "+"), ("neutral", "o"), ("opposed", "-"), ("mixed", "~"))
    shown = shown_sides(seen)
    result = []
    for side, name in counted_sides(dataset):
        if side not in shown:
            continue
        c = counts[side]
        texts = [" ".join(f"{c[kind][r]}{sign}" for kind, sign in signs if c[kind][r]) for r in seen.rows]
        words = [clip(line, SIDE_WIDTH) for line in textwrap.wrap(clean(name), SIDE_WIDTH)]
        head = [*words[:SIDE_LINES], f"of {c['members'][0]}" if c["members"][0] else "nobody"]
        head = [""] * (SIDE_LINES + 1 - len(head)) + head
        size = max(map(display_width, [*head, *texts]))
        result.append(([pad(line, size) for line in head], [pad(t, size) for t in texts]))
    return result


def _block(seen: View, columns: ColumnNumbers, looks: Sequence[Look], counts: SideCounts, title: int) -> Iterator[str]:
    places = [set(group) for _, group in by_side(seen.positions.dataset, seen.actors)]
    side = [next(k for k, group in enumerate(places) if j in group) for j in columns]
    # A bar where a side ends, so that the eye can follow a column down.
    gaps = [BAR if k + 1 < len(side) and side[k] != side[k + 1] else " " for k in range(len(side))]
    marks = "".join(m + g for m, g in zip(MARKS, gaps, strict=False))
    for k in range(SIDE_LINES if counts else 0):
        yield " ".join([" " * title, *(head[k] for head, _ in counts)]).rstrip()
    yield " ".join([" " * title, *(head[-1] for head, _ in counts), marks]).rstrip()
    proposals, rows = seen.proposals, records(seen.proposals)
    for theme, lines in groupby(outline(proposals), key=lambda line: line.theme):
        if theme:
            yield click.style(clip(clean(theme), title), bold=True)
        for i, _, depth in lines:
            indent = "  " * (depth + bool(theme))
            mark = f" {PARTLY_GLYPH}" if known_in_part(rows[i]) else ""
            name = pad(clip(indent + clean(rows[i]["title"]), title - len(mark)) + mark, title)
            cells = "".join(_cell(seen, i, j, looks) + g for j, g in zip(columns, gaps, strict=True))
            yield " ".join([name, *(texts[i] for _, texts in counts), cells]).rstrip()


def _cell(seen: View, row: int, column: int, looks: Sequence[Look]) -> str:
    code, why = seen.codes[row, column], seen.why[row, column]
    if code != EMPTY:
        look = looks[code]
        r, g, b = (int(look.colour[i : i + 2], 16) for i in (1, 3, 5))
        return click.style(clip(look.glyph, 1), fg=(r, g, b))
    return BLANKS[Why(why).id].glyph or BLANKS[NEVER.id].glyph


def _key(seen: View, columns: ColumnNumbers) -> list[str]:
    """The words of the column key: each side's name, then its actors with their marks."""
    names = column(seen.positions.dataset, "sides", "name")
    words: list[str] = []
    actors = records(seen.actors.iloc[columns])
    for side, group in groupby(zip(MARKS, actors, strict=False), key=lambda x: x[1]["side"]):
        if names:
            words.append(f"[{clean(names.get(side, 'no side'))}]")
        for mark, actor in group:
            words += f"{mark} {clean(' '.join(filter(None, (actor['name'], actor['name_native']))))},".split(" ")
    if words:
        words[-1] = words[-1].rstrip(",")
    return words


def _legend(seen: View, looks: Sequence[Look], counts: SideCounts) -> list[str]:
    shown = set(np.unique(seen.codes).tolist())
    scale = len(seen.positions.dataset.scale)
    words = [f"{x.glyph} {clean(x.word)};" for i, x in enumerate(looks) if i < scale or i in shown]
    words.append(f"{BLANKS[NEVER.id].glyph} {BLANKS[NEVER.id].word} (not neutral);")
    for kind in EMPTY_KINDS:
        if kind != NEVER and (seen.why == kind).any():
            words.append(f"{BLANKS[kind.id].glyph} {BLANKS[kind.id].word};")
    if counts:
        words.append(
            "under a side, with its number of members: 3+ 2o 1- 1~ means three back it (with or without a condition), "
            "two take neither side, one opposes, one is mixed;"
        )
    words.append("the statements behind it: policy-matrix evidence --proposal ID --actor ID")
    return " ".join(words).split(" ")


def evidence_text(dataset: Dataset, statements: pd.DataFrame, width: int = 100) -> str:
    """Statements for reading: who on what, stance, quote, condition, when, how attributed, where."""
    looks = stances_of(dataset)
    blocks = []
    for s in records(statements):
        actor, source = row(dataset, "actors", s["actor"]), row(dataset, "sources", s["source"])
        native = f" ({actor['name_native']})" if actor["name_native"] else ""
        look = looks[s["stance"]]
        day = when(dataset, s) + (f" - {s['date_note']}" if s["date_note"] else "")
        sure = f"confidence {s['confidence']}" if s["confidence"] else ""
        standing = s.get("standing", Standing.COUNTS)
        lines = [
            f"{s['id']}  {look.glyph} {actor['name']}{native}: {look.word}",
            f"on: {row(dataset, 'proposals', s['proposal'])['title']}",
            words_of(dataset, s).line,
            f"condition: {s['condition']}" if s["condition"] else "",
            f"summary (ours): {s['summary']}" if s["summary"] else "",
            "; ".join(x for x in (day, s["attribution"].replace("_", " "), sure) if x),
            "source: " + ", ".join(x for x in (source["title"], source["publisher"], source["url"]) if x),
            "" if standing == Standing.COUNTS else standing_words(standing, s["by"]),
        ]
        first, *rest = (clean(x).split(" ") for x in lines if x)
        indented = [y for words in rest for y in wrapped(words, width, "      ")]
        blocks.append("\n".join([*wrapped(first, width), *indented]))
    return "\n\n".join(blocks) + ("\n" if blocks else "")


def markdown(table: pd.DataFrame, corner: str) -> str:
    """A table in Markdown; text from the data cannot break out of its cell."""
    rows = [[corner, *map(str, table.columns)]]
    rows += [[str(i), *("" if pd.isna(v) else str(v) for v in values)] for i, *values in table.itertuples(name=None)]
    head, *body = ("| " + " | ".join(map(wording.markdown, row)) + " |" for row in rows)
    return "\n".join([head, "| --- " * (len(table.columns) + 1) + "|", *body]) + "\n"


# ---- text of unknown origin in a terminal


def clip(text: str, width: int) -> str:
    """The text, cut to a display width with an ellipsis where it is longer."""
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 1:
        text = text[: max(1, min(len(text) - 1, width))] if len(text) > width else text[:-1]
    return text.rstrip() + "…"


def wrapped(words: Iterable[str], width: int, indent: str = "") -> Iterator[str]:
    """Lines of at most this display width, broken between the words."""
    line = ""
    for word in words:
        if line and display_width(f"{indent}{line} {word}") > width:
            yield indent + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield indent + line


MOST_PAIRS = 40
NAME_WIDTH = 38


def overlap_text(dataset: Dataset, found: Overlap, width: int = 100, *, min_n: int = 1, order: str = HIGH) -> str:
    """The pairs with the highest or lowest numbers, each with its n; below the formula. Says how many are not shown."""
    names = column(dataset, "actors", "name") if found.of == ACTORS else column(dataset, "proposals", "title")
    pairs = found.edges(order=order)
    shown = pairs.head(MOST_PAIRS)
    measure = MEASURES[found.measure]
    room = min(NAME_WIDTH, (width - 24) // 2)
    lines = [
        f"{measure.name}, {found.of} x {found.of}; {plural(len(pairs), 'pair')} with n > {min_n - 1}, "
        f"the {order}est first",
        "",
    ]
    for one, other, value, n in shown.itertuples(index=False):
        number = number_text(found.measure, value, digits=4).rjust(7)
        both = (pad(clip(clean(names[i]), room), room) for i in (one, other))
        lines.append(f"{'  '.join(both)} {number}  n = {n}")
    if len(pairs) > len(shown):
        lines += ["", f"{plural(len(pairs) - len(shown), 'more pair')}: --edges --format csv lists all"]
    formula = f"{found.formula}; units: {found.count}; n: {found.n_words}"
    return "\n".join([*lines, "", *wrapped(formula.split(" "), width)]) + "\n"


MOST_SERIES = 12  # pairs with their windows; more are counted


def over_time_text(dataset: Dataset, found: OverTime, width: int = 100, *, count: str) -> str:
    """Each pair's windows with a number, those with most of them first; then what is left out, and the formula."""
    names = {ACTORS: ("actors", "name"), PROPOSALS: ("proposals", "title"), SIDES: ("sides", "name")}[found.of]
    called = column(dataset, *names)
    known = found.frame[found.frame["value"].notna()]
    series = list(known.groupby(["one", "other"], sort=False))
    series.sort(key=lambda pair: -len(pair[1]))
    name = MEASURES[found.measure].name if found.measure in MEASURES else found.measure
    lines = [f"{name} over time, {found.in_words}; {plural(found.n, 'dated statement')}"]
    for (one, other), own in series[:MOST_SERIES]:
        room = (width - 5) // 2
        who = " and ".join(clip(clean(called[str(i)]), room) for i in (one, other)) if one else "all chosen actors"
        lines += ["", who]
        for start, end, value, n in zip(own["start"], own["end"], own["value"], own["n"], strict=True):
            text = number_text(found.measure, value, digits=4) if found.measure in MEASURES else f"{value:.3f}"
            lines.append(f"  {start} to {end}  {text.rjust(7)}  n = {n}")
    notes = [f"{plural(len(series) - MOST_SERIES, 'more pair')}: --format csv lists all"] * (len(series) > MOST_SERIES)
    notes += ["A window in which not both speak has no line."] * bool(len(series))
    notes += found.notes
    formula = f"{found.formula}; units: {count}; n: {found.n_words}"
    closing = [line for text in (*notes, formula) for line in wrapped(text.split(" "), width)]
    return "\n".join([*lines, "", *closing]) + "\n"


def common_ground_text(dataset: Dataset, found: CommonGround, width: int = 100) -> str:
    """The proposals of each band, best first: who of which side, on which condition, what is missing, how known."""
    return "".join(f"{line}\n" for line in _ground(dataset, found, width))


def _ground(dataset: Dataset, found: CommonGround, width: int) -> Iterator[str]:
    if found.sentence:
        return
    sides, titles = column(dataset, "sides", "name"), column(dataset, "proposals", "title")
    looks = stances_of(dataset)
    voices = dict(list(found.who.groupby("proposal", sort=False)))
    yield from wrapped(clean(found.headline).split(" "), width)
    compared = wording.listed([wording.named_side(clean(sides[s])) for s in found.sides])
    yield f"Common ground of {compared} on {plural(len(found.frame), 'proposal')}"
    p: Any  # a row's name, of which pandas' types know no number
    for band, here in in_bands(found).items():
        yield ""
        yield f"{clean(band.words)} [{band.tier}] ({len(here)}): {clean(band.about)}"
        if band.tier == UNHEARD:
            yield from wrapped(", ".join(clean(titles[p]) for p in here).split(" "), width, "  ")
            continue
        for p in here:
            number = f"score {found.frame.loc[p, 'score']:.2f}, n = {found.n[p]}"
            title = clip(clean(titles[p]), width - len(number) - 4)
            yield f"  {pad(title, width - len(number) - 4)}  {number}"
            for side in found.sides:
                lines = voices[p][voices[p]["side"] == side] if p in voices else found.who.iloc[:0]
                if len(lines):
                    text = _voices(dataset, lines, looks)
                    yield from wrapped(f"{clean(sides[side])}: {text}".split(" "), width, "      ")
            shares = [f"{clean(sides[s])}: {found.shares.loc[p, s]}" for s in found.sides if found.shares.loc[p, s]]
            yield from wrapped(f"members: {'; '.join(shares)}".split(" "), width, "      ") if shares else ()
            known = known_by(found.basis.loc[p])
            notes = [clean(found.missing[p]), f"weakest evidence: {known}" if known else ""]
            yield from wrapped("; ".join(filter(None, notes)).split(" "), width, "      ")
    yield ""
    for side in found.sides:
        brief = side_brief(dataset, found.positions.selection, side=side)
        yield from wrapped(f"{clean(sides[side])}: {clean(brief.sentence or brief.summary)}".split(" "), width)
    yield ""
    yield f"score: {SCORE}; n: speakers"
    yield RULE_WORDS[found.tier_rule]
    yield " ".join(f"{x.glyph} {clean(x.word)};" for x in looks.values())


def _voices(dataset: Dataset, lines: pd.DataFrame, looks: Mapping[str, Look]) -> str:
    """Each voice; of many with one stance and no condition only how many they are."""
    found = []
    for stance, group in lines.groupby("stance", sort=False):
        plain = group["conditions"] == ""
        if plain.sum() > MOST_NAMES:
            found.append(f"{looks[str(stance)].glyph} {int(plain.sum())} ({clean(looks[str(stance)].word)})")
            group = group[~plain]
        found += [_voice(dataset, v, looks[v["stance"]].glyph) for v in records(group)]
    return "; ".join(found)


def _voice(dataset: Dataset, voice: Record, glyph: str) -> str:
    name = row(dataset, "actors", str(voice["actor"]))["name"]
    condition = f" (if: {clean(str(voice['conditions']))})" if voice["conditions"] else ""
    return f"{glyph} {clean(name)}{', official' if voice['official'] else ''}{condition}"


def camps_text(dataset: Dataset, found: Camps, width: int = 100) -> str:
    """The findings, a line each, then who stands in each camp, every wedge and bridge, and the formula."""
    names, titles = column(dataset, "actors", "name"), column(dataset, "proposals", "title")
    lines = [line for finding in found.findings for line in wrapped(clean(finding).split(" "), width)]
    if found.sentence:
        return "\n".join(lines) + "\n"
    for k, (camp, who) in enumerate(zip(found.camps, found.in_words, strict=True), 1):
        if camp and found.camps[1]:
            lines += ["", f"Camp {k}, {clean(who)}"]
            words = _by_side(dataset, camp) if len(camp) > MOST_NAMES else "; ".join(clean(names[a]) for a in camp)
            lines += wrapped(words.split(" "), width, "  ")
    if max(map(len, found.camps)) > MOST_NAMES:
        lines += ["", "Who is in which camp, actor by actor: --format csv"]
    for title, about, ids in (("Wedges", WEDGE, found.wedges), ("Bridges", BRIDGE, found.bridges)):
        if ids:
            lines += ["", *wrapped(f"{title} ({len(ids)}): {about}".split(" "), width)]
            for p in ids:
                lines += wrapped(f"{clean(titles[p])} ({found.backing(p)})".split(" "), width, "  ")
    return "\n".join([*lines, "", *wrapped(f"{found.formula}; units: {found.count}".split(" "), width)]) + "\n"


def coalitions_text(dataset: Dataset, found: Coalitions, width: int = 100) -> str:
    """The groups with the most shared cells (actors times proposals) first."""
    actors, proposals = column(dataset, "actors", "name"), column(dataset, "proposals", "title")
    lines = [plural(found.n, "coalition")]
    for group in found.groups:
        lines += ["", f"{plural(len(group.actors), 'actor')}, {plural(len(group.proposals), 'proposal')}"]
        for ids, names in ((group.actors, actors), (group.proposals, proposals)):
            many = names is actors and len(ids) > MOST_NAMES
            words = _by_side(dataset, ids) if many else "; ".join(clean(names[i]) for i in ids)
            lines += wrapped(words.split(" "), width, "  ")
    return "\n".join(lines) + "\n"


def numbers_text(table: pd.DataFrame, width: int = 100) -> str:
    """A table of numbers by id, in blocks of columns where it is too wide; `·` where there is none."""
    index = [clip(str(i), NAME_WIDTH) for i in table.index]
    first = max([display_width(i) for i in index], default=0)
    cells = {c: ["·" if pd.isna(v) else f"{v:g}" for v in table[c]] for c in table if table[c].notna().any()}
    blocks: list[list[str]] = [[]]
    used = first
    for name, texts in cells.items():
        room = 2 + max(len(str(name)), *map(len, texts))
        if blocks[-1] and used + room > width:
            blocks.append([])
            used = first
        blocks[-1].append(str(name))
        used += room
    lines = []
    for block in blocks:
        sizes = {c: max(len(c), *map(len, cells[c])) for c in block}
        lines.append(" " * first + "".join(f"  {c:>{sizes[c]}}" for c in block))
        lines += [pad(i, first) + "".join(f"  {cells[c][r]:>{sizes[c]}}" for c in block) for r, i in enumerate(index)]
        lines.append("")
    return "\n".join(lines[:-1]).rstrip() + "\n"
