"""How a hand-made sheet would be read: `propose` says what columns and words are taken for, and what is not certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import Problem, not_one_of, shown
from matrix.importing.file_cells import Sheet
from matrix.importing.name_matching import Decisions, Pair, exact, loose, nearly_same, spelt_alike
from matrix.importing.result import COLUMN_ASKED, ImportOptions, some
from matrix.importing.sheet.coded_segments import as_segments
from matrix.importing.sheet.constants import asked_above, filled_above, with_constants
from matrix.importing.sheet.headers import (
    ACROSS,
    DATES,
    FIELDS,
    KEEP,
    SEVERAL,
    SIGNS,
    SKIP,
    TOTALS,
    WORDS,
    columns_of,
    unknown_columns,
)
from matrix.importing.sheet.lists import as_lists, list_of, ticked
from matrix.importing.sheet.named_columns import LOOKED_AT, Coded, SheetCells, cells_of, filled_down, is_placeholder
from matrix.importing.sheet.namesakes import told_apart
from matrix.importing.sheet.naming_column import with_offices, with_whole_names, without_footnotes
from matrix.importing.sheet.several_names import entries, is_open_name, one_name_a_row, says_nobody
from matrix.importing.sheet.stances import StanceWords, legend_of
from matrix.importing.sheet.wide import as_rows
from matrix.importing.sheet.written_dates import DAY_FIRST, MONTH_FIRST, AmbiguousError, Day, NumberError, day
from matrix.importing.sheet.years import by_round, by_time
from matrix.wording import display_width, pad, plural

NAMED = ("actor", "proposal", "side", "source")  # fields whose values are names and become ids
_ASKED = 30  # pairs and words that the printed proposal lists
_WIDEST = 40  # characters of a column or word that it shows


@dataclass(frozen=True, eq=False)
class SheetMapping:
    """How a sheet would be read: `columns` header -> field (or keep, skip), `stances` word -> stance id (or skip).

    `columns` has each column of the sheet: one of a wide sheet's cells is `stance`, a list of names its stance's id.
    `fields`: the same for the columns of `cells`, which has one row a statement.
    `problems`: what is not certain, each naming the option that says it; with any, `read_sheet` refuses.
    `questions`: pairs of names that may be one; undecided, they are two. `str()` is the proposal as people read it.
    """

    cells: SheetCells
    columns: Mapping[str, str]
    fields: Mapping[str, str]
    stances: Mapping[str, str]
    counts: Mapping[str, int]
    questions: tuple[Pair, ...]
    problems: tuple[Problem, ...]
    decided: Decisions
    words: StanceWords
    into: Dataset | None = None
    coded: Mapping[str, Coded] = field(default_factory=dict)  # field -> its column, for those whose values repeat
    days: Mapping[str, Sequence[Day]] = field(default_factory=dict)  # field -> interval for each value of its column
    merged: tuple[str, ...] = ()  # ranges of one cell over several rows, whose value counts for each row
    whole: NDArray[np.bool_] = field(default_factory=lambda: np.ones(0, dtype=bool))  # rows that state something
    above: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # field -> its column, whose blanks may mean the
    # cell above, and what was said of them
    unused: tuple[str, ...] = ()  # columns and fields of options that do not apply to this sheet

    def header(self, wanted: str) -> str:
        """The column of a field; '' where there is none."""
        return next((h for h, f in self.fields.items() if f == wanted), "")

    @property
    def across(self) -> tuple[str, ...]:
        """Of a wide sheet, whom or what its columns of cells are of; of lists, what these are called."""
        labels = self.cells.labels
        named = self.cells.every.get(self.header(ACROSS.get(self.cells.hold, "")), ())
        return named if len(named) == len(labels) else labels

    def __str__(self) -> str:
        return self.listing()

    def listing(self, *, every: bool = False) -> str:
        """The proposal as people read it; `every`: with all words and pairs, however many."""
        return "\n".join(_lines(self, None if every else _ASKED))


def propose(
    sheet: Sheet, file: str = "", *, options: ImportOptions | None = None, into: Dataset | None = None
) -> SheetMapping:
    """How the sheet would be read, with the options given so far; DatasetError only where there is no table at all.

    `into`: a dataset whose names and stances are known.
    """
    file, options = file or sheet.name, options or ImportOptions()
    chosen = {exact(column): field.strip() for column, field in options.columns.items()}
    several = {column for column, field in chosen.items() if field in SEVERAL}
    chosen = {column: SEVERAL.get(field, field) for column, field in chosen.items()}
    cells = _cells(sheet, file, chosen)
    sheet, merged = filled_down(sheet, cells.header_row, file)
    if merged:
        cells = _cells(sheet, file, chosen)
    ends = [*sheet.rows[:LOOKED_AT], *sheet.rows[-LOOKED_AT:]]
    legend = legend_of(text for _, row in ends for text in row)
    words = StanceWords.of({exact(w): id.strip() for w, id in options.stances.items()}, into, legend)
    problems = [*cells.uncalculated, *words.problems(file)]
    cells, persons = with_whole_names(cells, chosen)
    if persons:
        chosen.setdefault(persons, "actor")
    cells, offices = with_offices(cells, chosen, words)
    chosen |= offices
    headers = cells.headers
    unused: list[str] = []
    before = filled_above(cells, options.constants, chosen, problems, unused)
    cells = before.cells
    ticks: dict[str, str] = {}
    if found := ticked(cells, chosen, words, problems):
        cells, ticks = found
    shape = (
        as_segments(cells, chosen, words, options.proposals, problems)
        or by_time(cells, chosen, words, options.constants, problems)
        or by_round(cells, chosen, words, options.constants, problems)
        or as_lists(cells, chosen, words, problems, into, several)
        or as_rows(cells, chosen, words, problems, into)
    )
    cells, made, taken = shape or (
        cells,
        {next(h for h in cells.headers if h in cells.made): "stance"} if ticks else {},
        {},
    )
    taken |= ticks
    cells, constant = with_constants(cells, options.constants, _named(cells, chosen, made), problems, unused)
    fields = columns_of(cells, chosen, {**made, **constant}, problems)
    if offices and "stance" not in fields.values():
        header = next(iter(offices))
        message = (
            f"holds no word for a stance and is taken for the role of the actors: say --map '{header}=stance' if it is "
            f"the stance, or --map '{header}=role'"
        )
        problems.append(Problem(file, cells.header_row, header, message, kind=COLUMN_ASKED))
    cells = one_name_a_row(cells, fields, chosen, several, problems)
    for header, name in fields.items():
        if name in ACROSS and (cells.label_of is None or (cells.lists and header in cells.made)):
            cells = without_footnotes(cells, header, name)
    columns = {h: taken.get(h) or fields[h] for h in headers if h in taken or h in fields}
    columns |= {h: f"{columns[h]}s" for h in several if columns.get(h) in ACROSS}
    columns |= {h: "actors" if h in several else "actor" for h in cells.labels if chosen.get(h) == "actor"}
    apart = told_apart(cells, fields, options.same, options.different, problems)
    cells = apart.cells
    known = {*known_names(into, "actor"), *(n for n, f in chosen.items() if f == "actor")}
    coded = {
        f: cells.coded(h, nothing=(lambda n: says_nobody(n) and n not in known) if f == "actor" else None)
        for h, f in fields.items()
        if f in (*NAMED, *DATES)
    }
    cells = _nobody_named(cells, fields, chosen)
    unused = [*unused, *(c for c in chosen if c not in (*headers, *cells.headers, *cells.odd_rows))]
    problems += unknown_columns(cells, headers, chosen, [*words.names], _texts(sheet) if unused else ())
    coded |= {f: cells.coded(h, SIGNS | words.chosen.keys()) for h, f in fields.items() if f == "stance"}
    above, gaps = asked_above(cells, before, fields, coded, problems)
    cells = replace(cells, notes=(*cells.notes, *gaps)) if gaps else cells
    whole = _whole_rows(cells, coded)
    if "stance" in coded and not whole.all():
        coded["stance"] = coded["stance"].only(whole)  # what stands beside a heading or a sum is not asked about
    days = {f: days_of(cells, h, coded[f], options.dates, problems) for h, f in fields.items() if f in DATES}
    meant: dict[str, str] = {}
    if "stance" in coded:
        words = words.on_scale_of(coded["stance"].counts)
        if keys := [f"{w} = {words.legend[w]}" for w in coded["stance"].counts if w in words.legend]:
            cells = replace(cells, notes=(*cells.notes, f"{some(keys)}: as a legend in the sheet says."))
        meant = words.meanings(cells, next(h for h, f in fields.items() if f == "stance"), coded["stance"], problems)
    names = {f: [v for v in coded[f].values if v] for f in NAMED if f in coded}
    there = {f: known_names(into, f) for f in names}
    every = {f: [*names[f], *(n for n in there[f] if n not in coded[f].values)] for f in names}
    # An id is made from a name: that it looks like one says nothing.
    called = {f: {*names[f], *known_names(into, f, ids=False)} for f in names}
    asked = {f: [n for n in every[f] if n in called[f]] for f in names}
    decided = Decisions.of(
        apart.same,
        apart.different,
        {n for each in every.values() for n in each},
        {n for each in there.values() for n in each},
    )
    problems += [
        Problem(file, 0, "", f"{option!r} does not name two names of the sheet, such as --same 'A=B'")
        for option in _naming_nothing(decided.unknown, sheet, into)
    ]
    new = {f: {*names[f]} - there[f].keys() for f in names}
    questions = [
        pair
        for f in names
        for pair in nearly_same(f, asked[f], decided)
        # What the dataset has as one thing, or as two, is no question.
        if {pair.a, pair.b} & new[f]
    ]
    problems += _differing_in_spelling(cells, questions, fields, coded)
    return SheetMapping(
        cells,
        columns,
        fields,
        meant,
        coded["stance"].counts if "stance" in coded else {},
        (*questions, *apart.asked),
        tuple(problems),
        decided,
        words,
        into,
        coded,
        days,
        tuple(merged),
        whole,
        above,
        tuple(unused),
    )


def _cells(sheet: Sheet, file: str, chosen: Mapping[str, str]) -> SheetCells:
    """The sheet below its header, which a name in a list that the user speaks of is not."""
    columns = [c for c, f in chosen.items() if not (f in (*ACROSS, SKIP) and (is_open_name(c) or says_nobody(c)))]
    cells = cells_of(sheet, file, columns)
    lists = any(list_of(h) or chosen.get(h, KEEP) not in (*FIELDS, KEEP, SKIP) for h in cells.headers)
    return cells if lists or len(columns) == len(chosen) else cells_of(sheet, file, chosen)


def _nobody_named(cells: SheetCells, fields: Mapping[str, str], chosen: Mapping[str, str]) -> SheetCells:
    """With the names of actors that name nobody, such as `others`: left out, or kept where that is said."""
    header = next((h for h, f in fields.items() if f == "actor"), "")
    left = [n for n in cells.placeholders.get(header, ()) if says_nobody(n) and not is_placeholder(n)]
    kept = [n for n, f in chosen.items() if f == "actor" and says_nobody(n) and n not in cells.headers]
    if not left and not kept:
        return cells
    notes = [f"{some(left)} left out, as naming nobody: --map '{left[0]}=actor' keeps it as an actor."] if left else []
    odd = dict.fromkeys(left, SKIP) | dict.fromkeys(kept, "actor")
    return replace(cells, odd_rows={**cells.odd_rows, **odd}, notes=(*cells.notes, *notes))


def _naming_nothing(pairs: Sequence[str], sheet: Sheet, into: Dataset | None) -> tuple[str, ...]:
    """The pairs whose names occur nowhere: one that another answer has made of no use is not a mistake."""
    if not pairs:
        return ()
    return Decisions.of(pairs, (), _texts(sheet).union(*(known_names(into, f) for f in NAMED))).unknown


def _texts(sheet: Sheet) -> set[str]:
    """What stands in its cells, whole and name by name."""
    return {text for _, cells in sheet.rows for cell in cells for text in (exact(cell), *entries(cell))}


def _differing_in_spelling(
    cells: SheetCells, questions: Sequence[Pair], fields: Mapping[str, str], coded: Mapping[str, Coded]
) -> list[Problem]:
    """A problem for each two names that are two spellings of the same letters: too likely one to be taken for two."""
    problems = []
    headers = {f: h for h, f in fields.items()}
    pairs = [p for p in questions if spelt_alike(p.a, p.b)]
    for pair in pairs[:_ASKED]:
        column = coded[pair.field]
        here, other = (pair.b, pair.a) if pair.b in column.values else (pair.a, pair.b)
        what = "capitals" if here.casefold() == other.casefold() else "spelling"
        message = (
            f"{shown(here)} and {shown(other)} differ in {what} only: say --same '{pair.a}={pair.b}' if they are one "
            f"{pair.field}, or --different '{pair.a}={pair.b}'"
        )
        if here in column.counts:
            problems.append(cells.problem(column.first(here), headers[pair.field], message))
        else:  # of a row or column without a stance
            problems.append(Problem(cells.file, 0, headers[pair.field], message))
    if (more := len(pairs) - _ASKED) > 0:
        problems.append(Problem(cells.file, 0, "", f"{plural(more, 'more pair')} of names differ in spelling only"))
    return problems


def _whole_rows(cells: SheetCells, coded: Mapping[str, Coded]) -> NDArray[np.bool_]:
    """The rows that have both an actor and a proposal, and do not sum up the others."""
    if not ACROSS.keys() <= coded.keys():
        return np.ones(len(cells.rows), dtype=bool)
    whole = coded["actor"].filled & coded["proposal"].filled
    if "stance" in coded and not cells.hold:
        words = coded["stance"].which(lambda word: any(map(str.isalpha, word)))
        sums = np.logical_or.reduce([coded[f].which(lambda name: loose(name) in TOTALS) for f in ACROSS])
        whole &= words | ~sums
    return whole


def _named(cells: SheetCells, chosen: Mapping[str, str], made: Mapping[str, str]) -> dict[str, str]:
    """The fields that columns have by their headers, by what the user says or by the sheet's shape; each with its one.

    '' in the place of a column that is made of the sheet's.
    """
    found = {chosen.get(h) or WORDS.get(loose(h), ""): h for h in cells.headers if h not in cells.made}
    return found | {f: "" if h in cells.made else h for h, f in made.items()}


def known_names(into: Dataset | None, field: str, *, ids: bool = True) -> dict[str, tuple[str, ...]]:
    """Names that a dataset already has for a field, and the ids that bear them; ids are names too by default.

    The name itself goes before other words for a thing: of several things, only those of the best kind of word count.
    The last of all is what something was called that was renamed, or merged into it.
    """
    if into is None:
        return {}
    spec = FIELDS[field]
    frame = into.frames[spec.table]
    others = [c for c in ("name_native", "name_zh", "title_zh") if c in frame.columns]
    names: dict[str, tuple[str, ...]] = {}
    moved = into.moved.get(spec.table, {})
    for f in into.former if ids else ():
        if f.kind == spec.table and (now := moved.get(f.id, "")):
            names |= {exact(word): (now,) for word in (f.id, f.name) if word}
    for column in (*(["id"] if ids else []), *reversed(others), spec.column):
        called: dict[str, dict[str, None]] = {}
        for name, id in zip(frame[column], frame["id"], strict=True):
            if name:
                called.setdefault(exact(name), {})[id] = None
        names |= {name: tuple(each) for name, each in called.items()}
    return names


def days_of(cells: SheetCells, header: str, column: Coded, order: str, problems: list[Problem]) -> list[Day]:
    """The interval of each distinct date; words without one are its note. A problem for what reads in two ways."""
    if order not in ("", DAY_FIRST, MONTH_FIRST):
        problems.append(Problem(cells.file, 0, "", f"--dates {order}: {not_one_of(order, (DAY_FIRST, MONTH_FIRST))}"))
        return [Day() for _ in column.values]
    days = []
    for value in column.values:
        days.append(Day())
        try:
            days[-1] = day(value, order) if value else Day()
        except AmbiguousError as e:
            message = f"{shown(value)} {e}: say --dates {DAY_FIRST} or --dates {MONTH_FIRST}"
            problems.append(cells.problem(column.first(value), header, message))
        except NumberError as e:
            message = f"{shown(value)} {e} (or keep the words as they are with --map '{header}=date_note')"
            problems.append(cells.problem(column.first(value), header, message, COLUMN_ASKED))
        except ValueError:
            days[-1] = Day(note=value)
    return days


def _lines(m: SheetMapping, most: int | None = _ASKED) -> list[str]:
    """The proposal as lines of text."""
    hold, labels = m.cells.hold, m.cells.labels
    shape = "one row a statement"
    if hold:
        across = ACROSS[hold]
        listed = f"{hold}s in rows and lists of {across}s in columns"
        shape = listed if m.cells.lists else f"a wide sheet, {hold}s in rows and {len(labels)} {across}s in columns"
    lines = [
        f"{m.cells.file}, sheet {shown(m.cells.sheet)}: {shape}, {plural(len(m.cells.rows), 'statement')}, "
        f"header in row {m.cells.header_row}"
    ]
    if hold:
        named = m.across
        more = f" and {len(named[most:]):,} more" if most and named[most:] else ""
        lines.append(f"  in columns: {', '.join(map(shown, named[:most]))}{more}")
    if m.cells.above:
        lines.append(f"  {plural(m.cells.above, 'row')} above the header not read")
    lines.append("Columns")
    columns = {h: f for h, f in m.columns.items() if f != "stance" or h not in labels}
    columns |= {h: f for h, f in m.fields.items() if h not in m.columns and h not in m.cells.made}
    width = min(_WIDEST, max(map(display_width, columns), default=0))
    says = {KEEP: "kept as a column of its own", SKIP: "left out"}
    lines += [f"  {pad(h, width)}  -> {says.get(f, f)}" for h, f in columns.items()]
    lines.append("Stances")
    words = [(_short(w), n, _meant(m, w)) for w, n in m.counts.items()]
    width = max((display_width(w) for w, _, _ in words[:most]), default=0)
    lines += [
        f"  {pad(w, width)}  {n:>7,} {'time ' if n == 1 else 'times'}  -> {meant}" for w, n, meant in words[:most]
    ]
    lines += [f"  and {len(words[most:]):,} more words (--all lists them)"] if most and words[most:] else []
    if m.questions:
        lines.append("Same or different? (--same 'A=B' or --different 'A=B'; until decided, they are different)")
        lines += [f"  {pair}" for pair in m.questions[:most]]
        lines += (
            [f"  and {len(m.questions[most:]):,} more pairs (--all lists them)"] if most and m.questions[most:] else []
        )
    if m.problems:
        lines += ["To be decided first", *(f"  {p}" for p in m.problems)]
    return lines


def _meant(m: SheetMapping, word: str) -> str:
    """The stance of a word, and the condition that is read out of it."""
    id = m.stances.get(word) or "? not certain"
    condition = m.words.split(word)[1] if id in m.words.conditional else ""
    return f"{id}, on the condition {shown(_short(condition))}" if condition else id


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
