"""Wide sheets (proposals in rows, actors in columns, or the other way round): `as_rows` makes a row of each cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as with_default
from typing import Any

import numpy as np
import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import exact, loose
from matrix.importing.result import COLUMN_ASKED, some
from matrix.importing.sheet.cell_formats import is_colour
from matrix.importing.sheet.headers import (
    ACROSS,
    BROADER,
    DATES,
    FIELDS_BESIDE,
    GROUPED,
    KEEP,
    REQUIRED,
    SIGNS,
    SKIP,
    TOTALS,
    WORDS,
    before_last_word,
    beside,
    is_row_word,
    rows_mean,
    says_of_rows,
    without_stance_word,
)
from matrix.importing.sheet.lists import list_of
from matrix.importing.sheet.named_columns import YEAR, SheetCells, is_placeholder
from matrix.importing.sheet.naming_column import free_name, note_on_footnotes, rows_named, without_footnote
from matrix.importing.sheet.row_kinds import without_odd_rows
from matrix.importing.sheet.several_names import may_be_several
from matrix.importing.sheet.stances import StanceWords, is_tick
from matrix.importing.sheet.years import round_of, time_of
from matrix.wording import plural

_MARK = re.compile(r"[-+−]?[01]")
_UNNAMED = re.compile(r"column \d+")
_NUMBERED = re.compile(r"(.*?\D)[\s_.-]*\d{1,3}")
_AGAIN = re.compile(r" \(\d+\)$")
_MEASURE = re.compile(r"[-+−]?\d+(?:[.,]\d+)?\s*%?")
_COUNTED = re.compile(
    r"[%#]|\b(?:number|count|share|percent|percentage|turnout|anzahl|anteil|prozent|votes?)\b", re.IGNORECASE
)
_SMALL = re.compile(r"[-+−]?\d|10")
_TIME = (
    r"(?:(?:r|t|w|round|time|wave|runde|welle|vague|ronda)[ _]?\d|pre|post|before|after|initial|final|vorher|nachher)"
)
_ROUND = re.compile(
    rf"{_TIME}[\s_:.-]+(?P<behind>\S.*)|(?P<before>.*\S)[\s_:.-]+[(（\[]?{_TIME}[)）\]]?", re.IGNORECASE
)
_NAME_AND_YEAR = re.compile(r"(.*[^\s,/_(（-])[\s,/_-]*[(（]?((?:19|20)\d\d)[)）]?")
_MOST_SUMMED = 20_000
_SIGNED = re.compile(r"\bsign(?:ed|ature|atory)\b|unterzeichnet|unterschrieben|签署", re.IGNORECASE)
_NEVER_WORDS = (*DATES, "coder")  # fields whose columns never hold words for stances
_SHORT_PART = 3  # letters; those of `not` and `the` say nothing
_ASKED = 1_000
_LONGEST, _MOST = 32, 12  # letters of a word that may be a stance, and words that a column of such holds


@dataclass(frozen=True)
class _Unnamed:
    """A column whose field is not known, and the distinct words in it that are more than placeholders."""

    header: str
    words: frozenset[str]
    certain: frozenset[str]
    blank: bool  # no word at all, not even a placeholder
    counts: bool  # whether it says 1, 2, 3 and so on: numbers of the rows
    signs: frozenset[str]  # what is a placeholder, or a stance: `-`
    grouped: bool  # whether a row above says more of it
    told: bool = False  # whether the user says what each of its words means

    @property
    def sure(self) -> bool:
        return bool(self.words) and self.certain == self.words

    @property
    def short(self) -> bool:
        """Whether its words might all be stances."""
        return 0 < len(self.words) <= _MOST and all(len(w) <= _LONGEST for w in self.words - self.certain)

    @property
    def doubtful(self) -> bool:
        """Whether the header hardly names an actor or a proposal: a sum, a year, `in force`, nothing."""
        return bool(
            loose(self.header) in TOTALS
            or says_of_rows(self.header)
            or (list_of(self.header) and beside(self.header)[1] != "stance")  # `Q1 Agree?` is no list of names
            or WORDS.get(loose(self.header), "date") not in _NEVER_WORDS
            or ((self.header.isdecimal() or time_of(self.header)[0]) and not self.grouped)
            or _UNNAMED.fullmatch(self.header)
        )

    @property
    def counted(self) -> bool:
        """Whether it counts or measures what other columns say: `Total yes`, `% in favour`, `For` above 12."""
        if not self.words or self.told or not all(_MEASURE.fullmatch(w) for w in self.words):
            return False
        named = {*loose(self.header).split()} & TOTALS or _COUNTED.search(self.header) or list_of(self.header)
        return bool(named or not all(_SMALL.fullmatch(w) for w in self.words))

    @property
    def numbers(self) -> frozenset[int]:
        """Its words, where all of them are small whole numbers, as those of a scale."""
        found = frozenset(int(w.replace("−", "-")) for w in self.words if _SMALL.fullmatch(w))
        return found if len(found) == len(self.words) else frozenset()


@dataclass(frozen=True)
class _Label:
    """A column of stances: whom or what it is of, what else its columns say, and what holds for all its cells."""

    header: str
    name: str
    date: str = ""
    group: str = ""
    others: Mapping[str, str] = with_default(default_factory=dict)  # field -> header of the column beside it


def as_rows(
    cells: SheetCells,
    chosen: Mapping[str, str],
    words: StanceWords,
    problems: list[Problem],
    into: Dataset | None = None,
) -> tuple[SheetCells, dict[str, str], dict[str, str]] | None:
    """The sheet as one row a statement, the fields of its columns, and what the columns of cells were taken for.

    None where it is none of the wide kind.

    A wide sheet has no column of stances, but at least two that seem to hold nothing else, or of which `chosen` says
    so. Any other column may name the rows: its header says whether they are actors or proposals, else it is asked.
    `problems`: also each column of which it is not certain whether it is one of them.
    """
    below, pairs = _below_groups(cells)
    pairs |= {h: p for h, p in _beside(cells, chosen).items() if h not in below and h not in pairs}
    pairs |= {h: p for h, p in _repeated(cells, chosen, words).items() if h not in below and h not in pairs}
    fields = {h: chosen.get(h) or WORDS.get(loose(h), "") for h in cells.headers if h not in pairs and h not in below}
    body = _but_sums(cells.frame)
    fields |= dict.fromkeys(_called_otherwise(cells, body, fields, chosen, words), "")
    stated = [h for h in cells.headers if chosen.get(h) == "stance" or (h in below and h not in chosen)]
    meant = {f for h, f in fields.items() if h not in stated}
    told = {h: chosen[h] for h in cells.headers if chosen.get(h) in ACROSS}
    named_so = [h for h, f in told.items() if f == "actor" and may_be_several(h) and h not in below]
    if len(told) > 1 or named_so:  # that a header is one name, or several
        stated = [*stated, *named_so]
        told = {h: f for h, f in told.items() if h not in named_so}
        fields |= dict.fromkeys(named_so, "stance")
        meant = {f for h, f in fields.items() if h not in stated}
    if "stance" in meant or len(cells.headers) < 3:
        problems += _stance_beside_others(cells, body, fields, chosen, words)
        return None
    across = {told[h] for h in told if h not in below and _column(cells, body, h, words).sure}
    if len(across) == 1 and len(told) == 1:  # an actor's own column, not one of actors' names
        (column,) = told
        stated, told, meant = [*stated, column], {}, meant - across
        fields = {**fields, column: "stance"}
    if len({*told.values(), *(meant & {*ACROSS})}) > 1:
        return None
    columns = [_column(cells, body, h, words) for h in cells.headers if not fields.get(h, "-") or h in stated]
    first = cells.headers[0] if rows_mean(cells.headers[0]) else ""  # `Country code`, of which `NO` is one
    columns = [c for c in columns if c.header in stated or c.sure or not (is_row_word(c.header) or c.header == first)]
    columns = [c for c in columns if c.header in stated or c.sure or not _says_more(c.header)]
    if sum(c.sure and not c.numbers for c in columns) > 1:  # numbers beside words are kept as they are
        columns = [c for c in columns if c.header in stated or not c.counted]
    if len(stated) == 1 and not any(c.sure for c in columns if c.header not in stated):
        return None  # one column of stances is a sheet with a row a statement
    wordy = not meant & {*REQUIRED} and not any(rows_mean(h) for h in cells.headers)
    named = bool(meant & {"actor", "proposal"}) or any(rows_mean(h) for h, f in fields.items() if f != SKIP)
    decided = sum(
        chosen[h] in (KEEP, SKIP) and _column(cells, body, h, words).sure for h in cells.headers if h in chosen
    )
    marked = _marked(columns, stated, decided, named or wordy or bool(_UNNAMED.fullmatch(cells.headers[0])))
    others = [h for h in cells.headers if h not in marked and h not in pairs]
    if not marked or not others:
        return None
    naming, hold, asked = rows_named(cells, others, fields, told, marked, into)
    if len(across) == 1 or (named_so and not told):
        hold, asked = ACROSS[across.pop() if across else "actor"], []
    problems += asked or _named_twice(cells, naming, hold, marked, fields, chosen)
    before = cells.headers[: cells.headers.index(naming)]
    problems += [
        _asked(cells, c.header, ACROSS[hold])
        for c in columns
        if c.header not in {*marked, naming, *chosen}
        and not (c.blank or c.counts or (c.header in before and not c.certain) or (asked and c.words and not c.short))
    ]
    problems += (twice := _beside_each_other(cells, naming, marked))
    if twice:
        problems[:] = [p for p in problems if _AGAIN.sub("", p.column) != _AGAIN.sub("", naming)]
    pairs = {h: p for h, p in pairs.items() if p[0] in marked} | _to_the_left(cells, marked, chosen, pairs)
    problems[:] = [p for p in problems if p.column not in pairs]
    labels = _labels(cells, [h for h in cells.headers if h in marked], pairs, ACROSS[hold], chosen, problems)
    if above := without_footnote([_named(cells, label.header)[0] for label in labels], ACROSS[hold]):
        cells = replace(cells, notes=(*cells.notes, note_on_footnotes(above)))
    cells = _without_footnotes(cells, naming, hold)
    whole = cells.headers
    cells = without_odd_rows(cells, naming, [label.header for label in labels], hold, chosen, problems)
    cells, made = _rows(cells, naming, labels, hold, chosen)
    return (
        cells,
        made,
        {h: "stance" if h in marked else _field_of(pairs[h][1]) for h in whole if h in marked or h in pairs},
    )


# ---- which columns hold the stances


def _but_sums(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows but those that are called a sum or an average; a table of very many rows has none."""
    if len(frame) > _MOST_SUMMED:
        return frame
    called = np.zeros(len(frame), dtype=bool)
    for header in frame:
        sums = {v: loose(v) in TOTALS for v in frame[header].unique()}
        called |= frame[header].map(sums).to_numpy(dtype=bool)
    return frame[~called]


def _called_otherwise(
    cells: SheetCells, body: pd.DataFrame, fields: Mapping[str, str], chosen: Mapping[str, str], words: StanceWords
) -> list[str]:
    """Columns that hold stances, whatever they are called: of a party `ANO` in a language where that is a year."""
    named = [h for h, f in fields.items() if f and h not in chosen and f not in (*REQUIRED, "id")]
    named = [h for h in named if body[h].nunique() <= _ASKED]  # words for stances come again and again
    found = [h for h in named if (c := _column(cells, body, h, words)).sure and not c.numbers]
    beside = [h for h, f in fields.items() if f in ("", "stance") and h not in found]
    alike = any((c := _column(cells, body, h, words)).sure and not c.numbers for h in beside) if found else False
    return found if (alike or len(found) > 1) and "stance" not in fields.values() else []


def _stance_beside_others(
    cells: SheetCells, body: pd.DataFrame, fields: Mapping[str, str], chosen: Mapping[str, str], words: StanceWords
) -> list[Problem]:
    """The question whether a column that is called one of stances is one of several, as a party `Votum` is."""
    called = [h for h, f in fields.items() if f == "stance" and h not in chosen]
    across = {*fields.values(), *map(rows_mean, cells.headers)} & {*ACROSS}
    if len(called) != 1 or len(across) != 1:
        return []
    columns = [_column(cells, body, h, words) for h, f in fields.items() if not f or h in called]
    like = [c.header for c in columns if c.short and c.certain and not c.numbers and not is_row_word(c.header)]
    if len(like) < 3 or called[0] not in like:
        return []
    like.remove(called[0])
    message = (
        f"holds stances, and so do {some(like)}: say --map '{called[0]}=stance' if each of these columns is of one "
        f"{ACROSS[across.pop()]}, or --map '{like[0]}={KEEP}' (or {SKIP}) of each other one"
    )
    return [Problem(cells.file, cells.header_row, called[0], message, kind=COLUMN_ASKED, others=tuple(like))]


def _column(cells: SheetCells, body: pd.DataFrame, header: str, stances: StanceWords) -> _Unnamed:
    every = [w for w in map(exact, body[header].unique()) if w]
    listed = [w for w in every if w in stances.chosen or not is_placeholder(w)]
    words = frozenset(listed)

    def known(some_words: Sequence[str]) -> set[str]:
        return {w for w in some_words if _MARK.fullmatch(w) or stances.certain(w) or is_colour(w) or is_tick(w)}

    # Where the first thousand words are not all known, the rest need not be asked: it is no column of stances.
    certain = frozenset(known(listed[:_ASKED]))
    if len(certain) == len({*listed[:_ASKED]}):
        certain |= known(listed[_ASKED:])
    signed = frozenset(w for w in words if re.fullmatch(r"[-+−]?[0-3]", w))
    if signed == words and any(w.startswith(("-", "−")) for w in words):
        certain = words  # a scale around zero
    numbers = [t.strip().rstrip(".") for t in body[header]]
    counts = len(numbers) > 2 and numbers == list(map(str, range(1, len(numbers) + 1)))
    told = bool(words) and words <= {*stances.chosen, *stances.levels}
    return _Unnamed(
        header, words, certain, not every, counts and certain != words, SIGNS & {*every}, header in cells.groups, told
    )


def _marked(columns: Sequence[_Unnamed], stated: Sequence[str], decided: int, known_rows: bool) -> set[str]:
    """The headers of the columns of stances; none where these are too few for a wide sheet.

    Two columns that hold certain words and nothing else are enough. Else most columns have to hold a few short words
    that occur in several of them; what the words mean is then asked. `decided`: columns of certain words that the user
    has taken out.
    """
    columns = [c for c in columns if not c.counts]
    sure = [c for c in columns if c.sure]
    often = Counter(w for c in columns if c.short for w in c.words | c.signs)
    numbers = [c for c in columns if c.numbers]
    alike = [c for c in columns if c.short and (c.certain or any(often[w] > 1 for w in c.words | c.signs))]
    alike += [c for c in numbers if c not in alike] if len(numbers) > 1 else []
    if shared := frozenset.intersection(*map(_parts_of, alike)) if len(alike) > 1 else frozenset():
        alike += [c for c in columns if c.short and c not in alike and shared & _parts_of(c)]
    summed = any(loose(h) in TOTALS or h.isdecimal() for h in stated)
    if len(sure) + bool(sure) * decided > 1 or len(stated) > 1 or (sure and summed):
        found = [c for c in columns if c.sure or (c.short and c.certain and not is_row_word(c.header))]
    elif known_rows and len(alike) > 1 and 2 * len(alike) > sum(bool(c.words) for c in columns):
        found = alike
    else:
        return set()
    # A named column without any mark is an actor who says nothing: that, too, is information.
    return {c.header for c in columns if (c in found or not c.words) and not c.doubtful} | set(stated)


def _parts_of(column: _Unnamed) -> frozenset[str]:
    """The longer parts of a column's words: `mieltä` of several steps of one scale."""
    return frozenset(part for word in column.words for part in loose(word).split() if len(part) > _SHORT_PART)


def _asked(cells: SheetCells, header: str, across: str) -> Problem:
    message = (
        f"may be one of the {across}s, or say something of the rows: say --map '{header}=stance' if its cells are "
        f"stances, or --map '{header}={KEEP}' (or {SKIP}, or another field)"
    )
    return Problem(cells.file, cells.header_row, header, message, kind=COLUMN_ASKED)


def _named_twice(
    cells: SheetCells, naming: str, hold: str, marked: set[str], fields: Mapping[str, str], chosen: Mapping[str, str]
) -> list[Problem]:
    """The question whether rows of one name are one actor or proposal, where no other column tells them apart."""
    others = [h for h in cells.headers if h not in marked and not loose(h).isdecimal()]
    if chosen.get(naming) == hold or len(cells.frame) > _MOST_SUMMED:
        return []
    apart = [h for h in others if h == naming or fields.get(h) in ("date", "source", "url", "coder", "quote")]
    stated = (cells.frame[[*marked]] != "").any(axis=1) & (cells.frame[naming] != "")
    again = cells.frame[apart].duplicated() & stated
    if not again.any():
        return []
    at = int(np.argmax(again.to_numpy(dtype=bool)))
    name = exact(str(cells.frame[naming].iloc[at]))
    message = (
        f"{shown(name)} names an earlier row, too: say --map '{naming}={hold}' if all rows of a name are of one "
        f"{hold}, or name another column so"
    )
    return [cells.problem(at, naming, message, COLUMN_ASKED)]


def _beside_each_other(cells: SheetCells, naming: str, marked: set[str]) -> list[Problem]:
    """A problem for each column of stances that belongs to another column of names: two tables beside each other."""
    twins = [h for h in cells.headers if _AGAIN.sub("", h) == _AGAIN.sub("", naming) and h not in marked]
    twins = [h for h in twins if h == naming or not (cells.frame[h] == cells.frame[naming]).all()]
    problems, own = [], ""
    for header in cells.headers if len(twins) > 1 else ():
        own = header if header in twins else own
        if header in marked and own not in ("", naming):
            message = (
                f"stands beside {shown(own)}, that names other rows than {shown(naming)}: these seem to be two tables; "
                f"give each a sheet or file of its own, or say --map '{header}={SKIP}' to leave this column out"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message, kind=COLUMN_ASKED))
    return problems


# ---- columns that belong to another, and what the labels say


def _below_groups(cells: SheetCells) -> tuple[set[str], dict[str, tuple[str, str]]]:
    """Below a row of names, columns such as `Position | Source` again and again: those of stances, and the others."""
    bases = Counter(_AGAIN.sub("", h) for h in cells.groups)
    kinds = {
        h: FIELDS_BESIDE.get(loose(base := _AGAIN.sub("", h)), "") or (_kept_as(base) if bases[base] > 1 else "")
        for h in cells.groups
    }
    groups: dict[str, list[str]] = {}
    for header, group in cells.groups.items():
        groups.setdefault(group, []).append(header)
    whole = {
        g: hs for g, hs in groups.items() if [kinds[h] for h in hs].count("stance") == 1 and all(kinds[h] for h in hs)
    }
    if len(whole) < 2:
        return set(), {}
    owners = {g: next(h for h in hs if kinds[h] == "stance") for g, hs in whole.items()}
    pairs = {h: (owners[g], kinds[h]) for g, hs in whole.items() for h in hs if h != owners[g]}
    return {*owners.values()}, pairs


def _beside(cells: SheetCells, chosen: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Columns called after another with a word such as `text` or `reason`: header -> that column, and the field."""
    found = {}
    bases = {loose(h): h for h in cells.headers}
    for header in cells.headers:
        base, field = beside(header)
        owner = bases.get(base) or next((h for b, h in bases.items() if base and _stance_of(b) == base), "")
        begun = [h for b, h in bases.items() if base and b.startswith(f"{base} ") and beside(h)[0] != base]
        owner = owner or (begun[0] if len(begun) == 1 else "")
        if base and owner and owner != header and chosen.get(header) not in ("stance", KEEP):
            given = chosen.get(header, "")
            found[header] = (owner, given or field)
    for header in (h for h in cells.headers if h not in chosen and _SIGNED.search(h) and WORDS.get(loose(h)) == "date"):
        signed = [h for h in cells.headers if h != header and _SIGNED.search(h)]
        if len(signed) == 1 and signed[0] not in found:  # not of the other columns' stances
            found[header] = (signed[0], "date")
    return found


def _repeated(cells: SheetCells, chosen: Mapping[str, str], words: StanceWords) -> dict[str, tuple[str, str]]:
    """Columns of one name to the right of each other one, such as `Weight`, that hold no words for stances.

    Also `Weight 1` beside `Thesis 1`, where the word is known as one that is no actor or proposal.
    """
    bases = {h: _AGAIN.sub("", h) for h in cells.headers}
    for header in cells.headers:
        if (numbered := _NUMBERED.fullmatch(header)) and says_of_rows(numbered[1]):
            bases[header] = numbered[1]
    times = Counter(b for b in bases.values() if loose(b) not in FIELDS_BESIDE)
    found: dict[str, tuple[str, str]] = {}
    for base in [b for b, n in times.items() if n > 1]:
        own = [h for h in cells.headers if bases[h] == base]
        owners = []
        for header in own:
            left = cells.headers[: cells.headers.index(header)]
            owners.append(next((h for h in reversed(left) if times[bases[h]] < 2), ""))
        said = [chosen.get(h) for h in own]
        alone = len({*owners, ""}) == len(own) + 1 and "stance" not in said
        columns = [_column(cells, cells.frame, h, words) for h in own]
        # Numbers are of what stands beside words; words for stances may be those of a name that appears twice.
        plain = all(not c.certain or c.numbers for c in columns)
        beside_words = all(_column(cells, cells.frame, h, words).words - {"1", "0", "-1"} for h in owners if h)
        if alone and ((plain and beside_words) or {*said} <= {KEEP, SKIP}):
            found |= {
                h: (owner, SKIP if chosen.get(h) == SKIP else _kept_as(base))
                for h, owner in zip(own, owners, strict=True)
            }
    return found


def _kept_as(name: str) -> str:
    """In the place of a field: the column is kept under this name."""
    return f"{KEEP} {name}"


def _field_of(kind: str) -> str:
    return KEEP if kind.startswith(f"{KEEP} ") else kind


def _says_more(header: str) -> bool:
    """Whether it is called a comment or reason, whatever single word such a column may hold."""
    return FIELDS_BESIDE.get(loose(_AGAIN.sub("", header)), "stance") in ("summary", "note", "quote", "source", "url")


def _stance_of(header: str) -> str:
    """`usa` of `usa position`."""
    base, field = beside(header)
    return base if field == "stance" else ""


def _to_the_left(
    cells: SheetCells, marked: set[str], chosen: Mapping[str, str], pairs: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """Columns such as `Reason` after each column of stances, of one name or below one group: each belongs to it."""
    headers = cells.headers
    found: dict[str, tuple[str, str]] = {}
    for at, header in enumerate(headers):
        field = FIELDS_BESIDE.get(loose(_AGAIN.sub("", header)), "")
        if not field or field == "stance" or header in marked or header in pairs:
            continue
        owner = next(
            (h for h in reversed(headers[:at]) if h in marked or cells.groups.get(h) != cells.groups.get(header)), ""
        )
        if owner in marked:
            found[header] = (owner, chosen.get(header) or field)
    repeated = Counter(_AGAIN.sub("", h) for h in found)
    return {h: p for h, p in found.items() if repeated[_AGAIN.sub("", h)] > 1 or h in cells.groups}


def _labels(
    cells: SheetCells,
    marked: Sequence[str],
    pairs: Mapping[str, tuple[str, str]],
    across: str,
    chosen: Mapping[str, str],
    problems: list[Problem],
) -> list[_Label]:
    """The columns of stances, each with whom or what it is of; what stands over two of them is asked."""
    others: dict[str, dict[str, str]] = {h: {} for h in marked}
    for header, (owner, field) in pairs.items():
        if field != SKIP and others[owner].setdefault(field, header) != header:
            message = (
                f"would be the {field} of {shown(owner)}, as {shown(others[owner][field])} is: say --map "
                f"'{header}=note' (or {SKIP}, or another field)"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message, kind=COLUMN_ASKED))
    named = [_named(cells, h) for h in marked]
    names = [n for n, _, _ in named]
    names = names if any(map(round_of, names)) else without_stance_word(names)
    named = [(n, date, group) for n, (_, date, group) in zip(names, named, strict=True)]
    plain = without_footnote([n for n, _, _ in named], across)
    named = [(plain.get(n, n), date, group) for n, date, group in named]
    several = Counter(_NAME_AND_YEAR.fullmatch(n)[1] for n, _, _ in named if _NAME_AND_YEAR.fullmatch(n))  # type: ignore[index]
    labels = []
    for header, (name, date, group) in zip(marked, named, strict=True):
        found = _NAME_AND_YEAR.fullmatch(name)
        if found and max(several.values()) > 1 and across == "actor" and not date:
            name, date = found[1], found[2]
        labels.append(_Label(header, name, date, group, others[header]))
    labels = _by_group(labels)
    problems += _rounds(cells, labels, across, chosen)
    times = Counter((x.name, x.date) for x in labels)
    for label in labels:
        if times[label.name, label.date] > 1 and _AGAIN.search(label.header) and label.header not in chosen:
            message = (
                f"{shown(label.name)} appears twice in the header: say --map '{label.header}=stance' if both columns "
                f"hold its stances, or --map '{label.header}={SKIP}' (or {KEEP}) to leave this one out"
            )
            problems.append(Problem(cells.file, cells.header_row, label.header, message, kind=COLUMN_ASKED))
    return labels


def _by_group(labels: Sequence[_Label]) -> list[_Label]:
    """Of a name below each of several groups, such as `Government` of `USA` and of `China`: the group before it."""
    groups: dict[tuple[str, str], list[str]] = {}
    for label in labels:
        groups.setdefault((label.name, label.date), []).append(label.group)
    several = {key for key, each in groups.items() if len(each) > 1 and all(each) and len({*each}) == len(each)}
    return [replace(x, name=f"{x.group} {x.name}") if (x.name, x.date) in several else x for x in labels]


def _rounds(cells: SheetCells, labels: Sequence[_Label], across: str, chosen: Mapping[str, str]) -> list[Problem]:
    """A question about each name with a round or a time before or behind it: `R1 Ban` and `R2 Ban`, `Ban (after)`."""
    of: dict[str, list[str]] = {}
    for label in labels:
        if (found := _ROUND.fullmatch(label.name)) and not label.date:
            of.setdefault(loose(found["behind"] or found["before"]), []).append(label.header)
    return [
        Problem(
            cells.file,
            cells.header_row,
            first,
            f"may be one {across} with {some(others)}, at another time: say --map '{first}=stance' if they are several "
            f"{across}s, or --map '{others[0]}={SKIP}' (or {KEEP}) to leave one out",
            kind=COLUMN_ASKED,
            others=tuple(others),
        )
        for first, *others in of.values()
        if others and first not in chosen
    ]


def _named(cells: SheetCells, header: str) -> tuple[str, str, str]:
    """The name, date and group that a column's header and the group above it give."""
    group, own = cells.groups.get(header, ""), _AGAIN.sub("", header)
    base, field = beside(own)
    if group and (FIELDS_BESIDE.get(loose(own)) == "stance" or own == group):
        return group, "", ""
    if group and YEAR.fullmatch(own):
        return group, own, ""
    if group and YEAR.fullmatch(group):
        return own, group, ""
    if base and field == "stance" and not round_of(own):
        named = (exact(before_last_word(own)), exact(own[: len(base)]))
        return next((n for n in named if loose(n) == base), base), "", group
    return own if own in cells.headers else header, "", group


def _without_footnotes(cells: SheetCells, naming: str, hold: str) -> SheetCells:
    """Names of rows without the marks of footnotes behind them."""
    names = [str(n) for n in cells.frame[naming]]
    marked = without_footnote(names, hold)
    if not marked:
        return cells
    plain = [marked.get(n, n) for n in names]
    frame = cells.frame.assign(**{naming: pd.Series(plain, dtype="str")})
    return replace(cells, frame=frame, notes=(*cells.notes, note_on_footnotes(marked)))


# ---- one row a cell


def _rows(
    cells: SheetCells, naming: str, labels: Sequence[_Label], hold: str, chosen: Mapping[str, str]
) -> tuple[SheetCells, dict[str, str]]:
    """One row for each filled cell of the marked columns."""
    marked = [label.header for label in labels]
    taken = {*marked, *(h for label in labels for h in label.others.values())}
    others = [h for h in cells.headers if h not in taken]
    body = cells.frame[marked].to_numpy(dtype=object)
    filled = np.array([[bool(v.strip()) for v in line] for line in body], dtype=bool).reshape(body.shape)
    at, of = np.nonzero(filled)
    columns = {h: cells.frame[h].iloc[at].reset_index(drop=True) for h in others}
    taken_by = {h: chosen.get(h) or WORDS.get(loose(h)) for h in others if h != naming}
    fields = {naming: hold} | {
        h: KEEP
        for h, f in taken_by.items()
        if h not in chosen and (f in (*REQUIRED, "id", "source_date") or rows_mean(h))
    }
    broader = [h for h in taken_by if loose(h) in BROADER and h not in chosen]
    if hold == "proposal" and len(broader) == 1 and "theme" not in taken_by.values():
        fields[broader[0]] = "theme"

    def add(kind: str, values: Any) -> None:
        field = _field_of(kind)
        name = free_name(kind if field == kind else kind.removeprefix(f"{KEEP} "), [*columns])
        columns[name] = pd.Series(np.array(values, dtype=object), dtype="str")
        made.append(name)
        fields[name] = field

    made: list[str] = []
    notes = list(cells.notes)
    for field in dict.fromkeys(f for label in labels for f in label.others):
        blank = np.full(len(cells.frame), "", dtype=object)
        beside_it = [label.others[field] for label in labels if field in label.others]
        texts = np.column_stack(
            [cells.frame[x.others[field]].to_numpy(dtype=object) if field in x.others else blank for x in labels]
        )
        add(field, texts[at, of])
        lost = sum(bool(exact(t)) and not is_placeholder(exact(t)) for t in texts[~filled])
        if lost:
            notes.append(f"{plural(lost, 'cell')} of {some(beside_it)} beside an empty cell left out.")
    if any(label.date for label in labels):
        add("date", [labels[j].date for j in of.tolist()])
        notes.append(f"the years {some(x.date for x in labels if x.date)} in the header are the dates of its columns.")
    every = {naming: tuple(cells.frame[naming])}
    if any(label.group for label in labels) and len({label.group for label in labels}) > 1:
        kind = GROUPED[ACROSS[hold]]
        if kind not in (*taken_by.values(), *fields.values()):
            add(kind, [labels[j].group for j in of.tolist()])
            notes.append(f"{some(x.group for x in labels if x.group)} in the row above the header: taken as {kind}s.")
    add(ACROSS[hold], [labels[j].name for j in of.tolist()])
    every[made[-1]] = tuple(label.name for label in labels)
    add("stance", body[at, of])
    frame = pd.DataFrame(columns)
    made_cells = replace(
        cells,
        frame=frame,
        rows=cells.rows[at],
        labels=tuple(marked),
        label_of=of,
        made=cells.made | {*made},
        hold=hold,
        every=every,
        notes=tuple(notes),
        above=cells.above - bool(cells.groups),
    )
    return made_cells, fields
