"""Which column names the rows of a wide sheet or of lists, and what they are; names without marks of footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import exact, loose
from matrix.importing.result import COLUMN_ASKED, some
from matrix.importing.sheet.headers import (
    ACROSS,
    BROADER,
    KEEP,
    SKIP,
    WORDS,
    halves_of_names,
    is_name_word,
    is_office,
    is_person_word,
    may_be_office,
    rows_mean,
)
from matrix.importing.sheet.named_columns import SheetCells, is_placeholder
from matrix.importing.sheet.stances import StanceWords

_NOTE_MARK = re.compile(r"\s*(?:[*†‡§¹²³⁴⁵⁶⁷⁸⁹]+|\([*†‡]+\)|\[(?:\d{1,2}|[a-z*†‡])\])\s*$")
_NOTE_LETTER = re.compile(r"(?<!\d)(?<!\d\s)\s*\([a-z]\)\s*$")  # of an actor: (a) of a proposal is a paragraph of it
_HAN = re.compile("[\u3400-\u9fff]+")
_ENOUGH = 1_000  # different values of a column, to see what it holds
_NUMBERS = re.compile(r"[\W\d_]+")  # what numbers rows, and dates


def rows_named(
    cells: SheetCells,
    others: Sequence[str],
    fields: Mapping[str, str],
    told: Mapping[str, str],
    marked: set[str],
    into: Dataset | None,
) -> tuple[str, str, list[Problem]]:
    """The column that names the rows, what they are, and the question where its header does not say so.

    `others`: the columns that may; `fields` what they are taken for, `told` those that the user says name the rows;
    `marked` the columns across, whose names the dataset may know.
    """
    if len(told) == 1:
        return *next(iter(told.items())), []
    settled = {h: m for h in others if (m := _meant(h, fields)) and _names(cells, h)}
    if len(settled) > 1:
        settled = {h: m for h, m in settled.items() if loose(h) not in BROADER} or settled
    if len(settled) > 1 and {*settled.values()} == {"actor"}:  # a member beside the party
        settled = {h: m for h, m in settled.items() if is_person_word(h)} or settled
    if len(settled) > 1:
        settled = {h: m for h, m in settled.items() if cells.frame[h].is_unique} or settled
    if len(settled) > 1:
        settled = {h: m for h, m in settled.items() if WORDS.get(loose(h)) == m} or settled
    if len(settled) == 1:
        found, hold = settled.popitem()
        return _or_rival(cells, found, hold, others, fields, told)
    candidates = [*settled] or [h for h in others if (fields[h] in ("", "actor") or rows_mean(h)) and _names(cells, h)]
    candidates = [h for h in candidates if cells.frame[h].is_unique] or candidates or list(others)
    first = candidates[0]
    if len(candidates) == 1 and (known := _known_as(cells, first, marked, into)):
        return first, known, []
    rest = f" (or of {some(candidates[1:])}, if that names them)" if len(candidates) > 1 else ""
    message = (
        f"names the rows, but does not say what they are{rest}: say --map '{first}=proposal' if proposals are in the "
        f"rows and {some([h for h in cells.headers if h in marked])} are actors, or --map '{first}=actor' if actors "
        "are in the rows"
    )
    return first, "proposal", [Problem(cells.file, cells.header_row, first, message, kind=COLUMN_ASKED)]


def _or_rival(
    cells: SheetCells, found: str, hold: str, others: Sequence[str], fields: Mapping[str, str], told: Mapping[str, str]
) -> tuple[str, str, list[Problem]]:
    """The column found, unless another may name its rows: `Name` beside the `Party` that several of them share."""
    shared = not cells.frame[found].is_unique
    rivals = [h for h in others if h != found and h not in told and _rivals(cells, h, fields[h], hold, shared)]
    if not rivals:
        return found, hold, []
    called = [*filter(is_name_word, rivals)]
    first = (called or rivals)[0]
    if len(called) == 1 and shared and cells.frame[first].is_unique:
        return first, hold, []
    message = (
        f"may name the rows, as {shown(found)} may: say --map '{first}={hold}' if each row is one of {shown(first)}, "
        f"or --map '{found}={hold}' if it is one of {shown(found)}"
    )
    return found, hold, [Problem(cells.file, cells.header_row, first, message, kind=COLUMN_ASKED, others=(found,))]


def _rivals(cells: SheetCells, header: str, field: str, hold: str, shared: bool) -> bool:
    """Whether a column may name the rows in the place of one whose header says so, which several rows `shared`."""
    if hold == "actor" and is_name_word(header) and field in ("", "actor"):
        return _names(cells, header)
    return shared and not field and cells.frame[header].is_unique and _names(cells, header)


def _meant(header: str, fields: Mapping[str, str]) -> str:
    """What the header alone settles; a `Name` may be of anything."""
    field = fields[header]
    if field in (KEEP, SKIP) or (field and field not in ACROSS and not rows_mean(header)):
        return ""
    if is_name_word(header) or loose(header) in ("who", "wer", "option", "concept"):
        return ""
    return rows_mean(header) or field


def _names(cells: SheetCells, header: str) -> bool:
    """Whether a column holds what may be names: more than numbers of rows, and some that differ."""
    values = [v for v in map(exact, cells.frame[header].unique()) if v]
    return bool(values) and not all(map(_NUMBERS.fullmatch, values))


def _known_as(cells: SheetCells, header: str, marked: set[str], into: Dataset | None) -> str:
    """Whether the dataset already knows the names in the rows or columns as actors or as proposals; '' where not."""
    if into is None:
        return ""
    known = {
        "actor": {*map(exact, into.actors["name"].astype("str"))},
        "proposal": {*map(exact, into.proposals["title"].astype("str"))},
    }
    rows, across = {*map(exact, cells.frame[header].unique())}, {*map(exact, marked)}
    fits = {hold for hold in ACROSS if rows & known[hold] or across & known[ACROSS[hold]]}
    against = {hold for hold in ACROSS if rows & known[ACROSS[hold]] or across & known[hold]}
    return next(iter(fits - against), "") if len(fits) == 1 else ""


def without_footnote(names: Iterable[str], field: str, *, again: bool = False) -> dict[str, str]:
    """Each name with the mark of a footnote behind it -> the name, unless that makes two names one.

    `again`: whether names recur, so that `Peru [1]` is `Peru`; `Group [1]` beside `Group [2]` is one only where the
    name alone occurs too.
    """
    plain = {n: _without_mark(n, field) for n in names}
    times = Counter(map(exact, plain.values()))
    alone = {exact(n) for n, p in plain.items() if n == p} if again else {*()}
    return {n: p for n, p in plain.items() if p != n and p and (times[exact(p)] == 1 or exact(p) in alone)}


def _without_mark(name: str, field: str) -> str:
    plain = _NOTE_MARK.sub("", name)
    return _NOTE_LETTER.sub("", plain) if field == "actor" else plain


def note_on_footnotes(marked: Iterable[str]) -> str:
    return f"{some(marked)}: the mark of a footnote behind the name is left out."


def without_footnotes(cells: SheetCells, header: str, field: str) -> SheetCells:
    """A column of names that recur, without the marks of footnotes behind them."""
    column = cells.frame[header]
    if not (marked := without_footnote(map(str, column.unique()), field, again=True)):
        return cells
    plain = column.map(lambda name: marked.get(name, name)).astype("str")
    return replace(
        cells, frame=cells.frame.assign(**{header: plain}), notes=(*cells.notes, note_on_footnotes(map(exact, marked)))
    )


def with_whole_names(cells: SheetCells, chosen: Mapping[str, str]) -> tuple[SheetCells, str]:
    """The sheet with persons' first and last names in one column, the actors, and its header; '' where there is none.

    Not where another column is said to hold the actors, or something is said of either of the two.
    """
    halves = halves_of_names(cells.headers)
    if not halves or {*halves} & {*chosen} or {*chosen.values()} & {"actor", "actors"}:
        return cells, ""
    first, last = halves
    if any(WORDS.get(loose(h)) == "actor" for h in cells.headers if h not in halves):
        return cells, ""
    one, two, between = (last, first, "") if _HAN.fullmatch(last) else (first, last, " ")
    joined = cells.frame[one].str.strip() + between + cells.frame[two].str.strip()
    name = free_name(f"{one} {two}", cells.headers)
    frame = cells.frame.rename(columns={first: name}).assign(**{name: joined.str.strip().astype("str")})
    note = f"{shown(one)} and {shown(two)} together are the names of the actors."
    return replace(cells, frame=frame.drop(columns=last), notes=(*cells.notes, note)), name


def with_offices(cells: SheetCells, chosen: Mapping[str, str], words: StanceWords) -> tuple[SheetCells, dict[str, str]]:
    """What a column called `Position` holds that has the offices of persons and no stance; the persons are the actors.

    Its words are none for stances, and half of them are such as `Minister of Trade`, or other columns hold the stances.
    """
    called = [h for h in cells.headers if may_be_office(h) and h not in chosen]
    if len(called) != 1:
        return cells, {}
    (header,) = called

    def known(column: str) -> tuple[list[str], list[str]]:
        values = [v for v in map(exact, cells.frame[column].unique()[:_ENOUGH]) if v and not is_placeholder(v)]
        return values, [v for v in values if words.certain(v) or words.doubt(v) or v in words.chosen]

    values, stances = known(header)
    if stances or not any(any(map(str.isalpha, v)) for v in values):
        return cells, {}
    others = [h for h in cells.headers if h != header]
    fields = {h: chosen.get(h) or WORDS.get(loose(h), "") for h in others}
    if "stance" not in fields.values() and 2 * sum(map(is_office, values)) < len(values):
        columns = [known(h) for h, f in fields.items() if not f]
        if sum(bool(found) and len(found) == len(every) for every, found in columns) < 2:
            return cells, {}
    found = {header: KEEP if "role" in fields.values() else "role"}
    persons = [h for h, f in fields.items() if is_name_word(h) and h not in chosen and f in ("", "actor")]
    if len(persons) == 1 and not {"actor", "actors"} & {f for h, f in fields.items() if h != persons[0]}:
        found[persons[0]] = "actor"
        found |= {h: f for h, f in fields.items() if f == "institution"}  # theirs, and not what the rows are
    way = f"--map '{header}=stance' if it is the stance"
    note = f"{shown(header)} holds no word for a stance and is taken for the role of actors; {way}."
    return replace(cells, notes=(*cells.notes, note)), found


def free_name(name: str, taken: Sequence[str]) -> str:
    return name if name not in taken else f"{name} (cells)"
