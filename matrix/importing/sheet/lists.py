"""Lists of names (a bill, its supporters, its opponents): `as_lists` makes a row of each name; `ticked` reads ticks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import exact, loose
from matrix.importing.result import COLUMN_ASKED, some
from matrix.importing.sheet.headers import ACROSS, FIELDS, KEEP, REQUIRED, SKIP, WORDS, rows_mean
from matrix.importing.sheet.named_columns import SheetCells, is_placeholder
from matrix.importing.sheet.naming_column import free_name, rows_named
from matrix.importing.sheet.several_names import (
    between_commas,
    entries,
    may_hold_several,
    says_more,
    says_nobody,
    together,
)
from matrix.importing.sheet.stances import NEUTRAL, StanceWords, begins_condition
from matrix.importing.sheet.years import time_in
from matrix.wording import plural

_LISTS = {
    "support": """
        supporter; supporters; supporting; supports; support; supported; supported by; endorsed;
        in favour; in favor; favour; favor; favourable; favorable; for;
        pro;
        proponent; proponents; backer; backers; backing; backed by; endorser; endorsers; endorsed by; endorsing;
        endorsements; advocates; yes; yeas; ayes; agree; agreeing; signatories; co sponsors; cosponsors; sponsors
        befürworter; befürworterinnen; unterstützer; unterstützerinnen; dafür; fürsprecher; ja; zustimmend;
        zustimmung;
        unterstützt von; pro seite
        支持者; 支持方; 支持; 赞成; 赞成方; 赞成者; 贊成; 同意; 賛成
        partisans; pour; soutiens; soutien; favorables; partidarios; a favor; defensores; apoyan; favorevoli;
        sostenitori;
        apoiadores; voorstanders; voor; сторонники; за; zwolennicy; za""",
    "oppose": """
        opponent; opponents; opposing; opposes; oppose; opposition; opposed; opposed by; against; contra; con;
        unfavourable; unfavorable;
        critics;
        rejecting; no; nays; noes; disagree; disagreeing; detractors
        gegner; gegnerinnen; dagegen; ablehnend; ablehnung; nein; kritiker; kritikerinnen; abgelehnt von; gegen
        反对者; 反对方; 反对; 反對; 不同意; 反対
        opposants; contre; détracteurs; adversaires; opositores; en contra; detractores; contrari; oppositori;
        opositores; tegenstanders; tegen; противники; против; przeciwnicy; przeciw""",
    NEUTRAL: """
        neutral; abstain; abstained; abstaining; abstention; abstentions; undecided; no position; enthaltung;
        enthaltungen; unentschieden; unentschlossen; egal; 中立; 中立方; 弃权; 棄權; neutres; neutre; abstentions;
        neutrales;
        abstenciones; abstención; abstenção; abstenções; s abstiennent; astenuti; 棄権;
        wstrzymali się; neutrali; neutraal; onthoudingen; нейтральные; воздержались; neutralni""",
}
_WORDS: Mapping[str, str] = {
    loose(w): id for id, words in _LISTS.items() for w in re.split(r"[;\n]", words) if w.strip()
}
_COUNTED = re.compile(
    r"#|%|\b(?:number|count|total|share|percent|anzahl|zahl|anteil|nombre|número)\b|数", re.IGNORECASE
)
_MARKED = re.compile(r"(.*\w.*?)(\s*[(（].*[)）]|[?？*†‡~]+)")  # noqa: RUF001
_NUMBERED = re.compile(r"\s*[(（]\d{1,4}[)）]$")
_DOUBT = re.compile(
    r"reserv|withdr|unconfirmed|tbc|partly|partial|in part|provisional|tentativ|former support|retract|changed|"
    r"vorbehalt|zurückgezogen|teilweise|réserve|retiré|retirad|保留|撤回|部分",
    re.IGNORECASE,
)
_TICKS = {*"x×✓✔☑✅✗✘•●○■", "[x]", "(x)", "ok"}
_YES, _NO = ("1", "yes", "true", "y", "ja", "oui", "sí", "是"), ("0", "no", "false", "n", "nein", "non", "否")
_YEAR = 4  # digits
_LISTED = 20


def as_lists(
    cells: SheetCells,
    chosen: Mapping[str, str],
    words: StanceWords,
    problems: list[Problem],
    into: Dataset | None = None,
    several: Collection[str] = (),
) -> tuple[SheetCells, dict[str, str], dict[str, str]] | None:
    """The sheet as one row a name, the fields of its columns, and the stance of each list; None where it has no lists.

    Lists are columns that `chosen` gives a stance id, or both of supporters and opponents. Another column names the
    rows, as in a wide sheet. `chosen` and `several` may also say of a name in a list what it is.
    """
    lists = {h: id for h, id in chosen.items() if id in words.names and id not in REQUIRED and h in cells.headers}
    found = {h: id for h in cells.headers if h not in chosen and (id := list_of(h)) and _holds_names(cells, h, words)}
    found = {h: id for h, id in found.items() if id in words.ids}
    fields = {h: chosen.get(h) or WORDS.get(loose(h), "") for h in cells.headers}
    if not lists and ("stance" in fields.values() or not {"support", "oppose"} <= {*found.values()}):
        return None
    lists |= found
    others = [h for h in cells.headers if h not in lists]
    if not others:
        return None
    told = {h: chosen[h] for h in others if chosen.get(h) in ACROSS}
    naming, hold, asked = rows_named(cells, others, {h: fields[h] for h in others}, told, {*lists}, into)
    problems += asked
    lists = {h: lists[h] for h in cells.headers if h in lists}
    dates = _times(cells, lists, chosen, problems)
    cells, made = _rows(cells, naming, lists, hold, chosen, several, problems, into, dates)
    return cells, made, lists


def ticked(
    cells: SheetCells, chosen: Mapping[str, str], words: StanceWords, problems: list[Problem]
) -> tuple[SheetCells, dict[str, str]] | None:
    """The sheet with one column of stances for those that are called one and hold ticks only; None where it has none.

    As `For | Against` with an `x` in one of them: such columns are at least two, or `chosen` says what they mean.
    """
    told = {h: id for h, id in chosen.items() if id in words.names and id not in REQUIRED and h in cells.headers}
    found = {h: id for h in cells.headers if h not in chosen and (id := list_of(h)) and id in words.ids}
    found = {
        h: id for h, id in {**told, **found}.items() if _holds_ticks(cells, h, _TICKS | {"1"} if h in told else _TICKS)
    } or _one_of_each(cells, {**told, **found}, chosen)
    if not found or (not told.keys() & found.keys() and not {"support", "oppose"} <= {*found.values()}):
        return None
    filled = np.column_stack(
        [~cells.frame[h].str.strip().str.casefold().isin({"", *_NO}).to_numpy(dtype=bool) for h in found]
    )
    ticks = [[h for h, tick in zip(found, row, strict=True) if tick] for row in filled.tolist()]
    problems += [
        Problem(
            cells.file,
            cells.header_row,
            h,
            f"holds ticks as {some(found)} do: say --map '{h}={NEUTRAL}' (or another stance) if it is one, or --map "
            f"'{h}={KEEP}'",
            kind=COLUMN_ASKED,
        )
        for h in cells.headers
        if h not in {*found, *chosen} and loose(h) not in WORDS and _ticks_the_rest(cells, h, filled)
    ]
    # Several ticks in a row are a word of their own, `For + Against`, which is asked about as other words are.
    said = [found[row[0]] if len(row) == 1 else " + ".join(row) for row in ticks]
    stance = free_name("stance", [h for h in cells.headers if h not in found])
    frame = cells.frame.drop(columns=[*found]).assign(**{stance: pd.Series(said, dtype="str")})
    note = f"the ticks below {some(found)} are taken as stances."
    return replace(cells, frame=frame, made=cells.made | {stance}, notes=(*cells.notes, note)), found


def _ticks_the_rest(cells: SheetCells, header: str, filled: NDArray[np.bool_]) -> bool:
    """Whether it holds ticks too, and only in rows without one in the other columns."""
    own = (cells.frame[header].str.strip() != "").to_numpy(dtype=bool)
    return _holds_ticks(cells, header, _TICKS) and not (own & filled.any(axis=1)).any()


def _one_of_each(cells: SheetCells, columns: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The columns where each says `1` or `0` (`yes`, `no`) of its own stance, beside actors and proposals."""
    fields = {chosen.get(h) or WORDS.get(loose(h)) or rows_mean(h) for h in cells.headers if h not in columns}
    if not ACROSS.keys() <= fields:
        return {}
    values = {h: {exact(v).casefold() for v in cells.frame[h].unique()} - {""} for h in columns}
    found = {h: id for h, id in columns.items() if values[h] and values[h] <= {*_YES, *_NO}}
    return found if any(values[h] & {*_YES} for h in found) else {}


def _holds_ticks(cells: SheetCells, header: str, ticks: Collection[str]) -> bool:
    """Whether its cells hold one sign and nothing else, such as an `x`."""
    values = {exact(v).casefold() for v in cells.frame[header].unique()} - {""}
    return len(values) == 1 and values <= {*ticks}


def list_of(header: str) -> str:
    """The stance of those that a list under this header names; '' for any other column."""
    if _COUNTED.search(header):
        return ""
    key = loose(header)
    if key in _WORDS:
        return _WORDS[key]
    found = {_WORDS[t] for t in key.split() if t in _WORDS and len(t) > 3}
    if not key.isascii():
        found |= {id for w, id in _WORDS.items() if w in key and not w.isascii() and len(w) > 2 and " " not in key}
    found |= {id for w, id in _WORDS.items() if " " in w and f" {w} " in f" {key} "}
    return found.pop() if len(found) == 1 else ""


def _holds_names(cells: SheetCells, header: str, words: StanceWords) -> bool:
    """Whether its cells are more than stances, signs or numbers."""
    values = [v for v in map(exact, cells.frame[header].unique()) if v and not is_placeholder(v)]
    named = all(any(map(str.isalpha, v)) and (not words.certain(v) or says_nobody(v)) for v in values)
    return named and not {v.casefold() for v in values} <= {"x"}


def _times(
    cells: SheetCells, lists: Mapping[str, str], chosen: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    """The year of each list where several of a stance have one; a question where they are of rounds of a vote."""
    times = {h: time_in(f"{cells.groups.get(h, '')} {h}") for h in lists}
    again = {h: first for h, id in lists.items() if (first := next(x for x, i in lists.items() if i == id)) != h}
    again = {h: first for h, first in again.items() if times[h] or times[first]}
    if again and all(len(t) == _YEAR for t in times.values()):
        return times
    for header, first in again.items():
        if header not in chosen:
            message = (
                f"is another list for {lists[header]}, as {shown(first)} is: say --map "
                f"'{header}={lists[header]}' if both count, or --map '{header}={SKIP}' (or --map '{first}={SKIP}') to "
                "leave one out"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message, kind=COLUMN_ASKED, others=(first,)))
    return {}


def _rows(
    cells: SheetCells,
    naming: str,
    lists: Mapping[str, str],
    hold: str,
    chosen: Mapping[str, str],
    several: Collection[str],
    problems: list[Problem],
    into: Dataset | None,
    dates: Mapping[str, str],
) -> tuple[SheetCells, dict[str, str]]:
    """One row for each name in the lists."""
    plain = any(re.search(r"[;；\r\n]", t) for h in lists for t in cells.frame[h].unique())
    reading = _Names(hold, chosen, several, into)
    at: list[int] = []
    of: list[int] = []
    names: list[str] = []
    said: list[str] = []
    listed: list[list[tuple[int, list[str]]]] = []
    for header in lists:
        everywhere = not plain and chosen.get(header) in lists.values()
        asked, found = [], []
        for row, text in enumerate(cells.frame[header]):
            if not everywhere and not plain and may_hold_several(text):
                asked.append(row)
            else:
                found.append((row, entries(text, everywhere=everywhere)))
        listed.append(found)
        reading.learn(name for _, each in found for name in each)
        if asked:
            cell = exact(cells.frame[header].iloc[asked[0]])
            whole = [n for n in entries(cell, everywhere=True) if ", " in n]  # not to be hidden where the cell is cut
            but = f" (with {some(whole)} as one)" if whole else ""
            message = (
                f"{shown(cell)}{_more(asked)} may be several {ACROSS[hold]}s{but}: say "
                f"--map '{header}={lists[header]}' to divide at commas and slashes, or write ; between names"
            )
            problems.append(Problem(cells.file, int(cells.rows[asked[0]]), header, message, kind=COLUMN_ASKED))
    for number, (header, found) in enumerate(zip(lists, listed, strict=True)):
        for row, each in found:
            for name in (n for entry in each for n in reading.names(entry, int(cells.rows[row]), header)):
                plain_name, mark = _without_mark(_NUMBERED.sub("", name) if reading.numbered else name)
                at.append(row)
                of.append(number)
                names.append(plain_name)
                said.append(lists[header] + mark)
    problems += reading.problems(cells.file)
    order = np.argsort(np.array(at, dtype=np.int64), kind="stable")
    rows, label_of = np.array(at, dtype=np.int64)[order], np.array(of, dtype=np.int64)[order]
    others = [h for h in cells.headers if h not in lists]
    columns: dict[str, pd.Series[Any]] = {h: cells.frame[h].iloc[rows].reset_index(drop=True) for h in others}
    across, stance = free_name(ACROSS[hold], others), free_name("stance", others)
    columns[across] = pd.Series([names[i] for i in order.tolist()], dtype="str")
    columns[stance] = pd.Series([said[i] for i in order.tolist()], dtype="str")
    fields = {naming: hold, across: ACROSS[hold], stance: "stance"}
    notes = reading.notes()
    if dates:
        date = free_name("date", [*columns])
        columns[date] = pd.Series([dates[[*lists][i]] for i in label_of.tolist()], dtype="str")
        fields[date] = "date"
        notes.append(f"the years {some(dates.values())} in the header are the dates of its lists.")
    fields |= {h: KEEP for h in others if h != naming and h not in chosen and _another(h)}
    problems += [
        Problem(
            cells.file,
            cells.header_row,
            h,
            f"names some of the {ACROSS[hold]}s of the lists: say --map '{h}={NEUTRAL}' (or another stance) if it is a "
            f"list too, or --map '{h}={KEEP}'",
            kind=COLUMN_ASKED,
        )
        for h in others
        if h != naming and h not in chosen and WORDS.get(loose(h), KEEP) == KEEP and reading.names_some(cells.frame[h])
    ]
    return (
        replace(
            cells,
            frame=pd.DataFrame(columns),
            rows=cells.rows[rows],
            labels=tuple(lists),
            label_of=label_of,
            made=cells.made | {*fields} - {naming},
            hold=hold,
            lists=True,
            every={naming: tuple(cells.frame[naming])},
            odd_rows={**cells.odd_rows, **reading.taken},
            notes=(*cells.notes, *notes),
        ),
        fields,
    )


@dataclass
class _Names:
    """What the entries of lists name: those that may be several names, or none, are asked about."""

    hold: str
    chosen: Mapping[str, str]
    several: Collection[str]
    into: Dataset | None
    known: set[str] = field(default_factory=set)
    taken: dict[str, str] = field(default_factory=dict)  # entries that the user may speak of -> taken for
    asked: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # entry -> row, column, message
    divided: dict[str, None] = field(default_factory=dict)
    nobody: Counter[str] = field(default_factory=Counter)
    numbered: bool = False  # whether most have a number behind them, of votes or members: `Anvil (12)`
    turned: bool = False  # whether most entries are of the kind `Lee, Ann`

    def __post_init__(self) -> None:
        self.known |= self.there

    def learn(self, entries: Iterable[str]) -> None:
        """Take these for names, where they are no more than one."""
        entries = [*entries]
        self.numbered |= 2 * sum(bool(_NUMBERED.search(e)) for e in entries) > len(entries)
        commas = [e for e in entries if len(between_commas(e)) == 2]
        self.turned |= 2 * len(commas) > len(entries)
        self.known |= {_without_mark(e)[0] for e in entries if len(self.parts(e)) == 1}

    def names_some(self, column: pd.Series[Any]) -> bool:
        """Whether a column holds names that the lists have."""
        return any(e in self.known for text in column.unique() for e in entries(text))

    def parts(self, entry: str) -> list[str]:
        """The names that an entry may consist of."""
        found = together(entry)
        return between_commas(entry) if len(found) == 1 and not self.turned else found

    def names(self, entry: str, row: int, header: str) -> list[str]:
        """The names that an entry of a list holds."""
        what = ACROSS[self.hold]
        if says_nobody(entry) and entry not in self.there:
            self.taken[entry] = SKIP
            if self.chosen.get(entry) == what:
                self.taken[entry] = what
                return [entry]
            self.nobody[entry] += 1
            return []
        parts = self.parts(entry)
        named = [p for p in parts if not says_nobody(p)]
        if len(named) < len(parts):
            self.nobody.update(p for p in parts if says_nobody(p))
            parts = named
            if len(named) < 2:
                return named
        open_name = len(parts) > 1 and _without_mark(entry)[0] not in self.known
        aside = len(parts) == 1 and says_more(entry) and not _without_mark(entry)[1] and entry not in self.there
        if not (open_name or aside):
            return [entry]
        self.taken[entry] = self.chosen.get(entry, "")
        if entry in self.several:
            each = [n for part in entries(entry, everywhere=True) for n in together(part)]
            return [n for n in each if not says_nobody(n)]
        if self.taken[entry]:
            return [] if self.taken[entry] in (SKIP, KEEP) else [entry]
        if open_name and all(p in self.known for p in parts):
            self.divided[entry] = None
            return parts
        if open_name:
            message = f"may be several {what}s: say --map '{entry}={what}s' to divide it, or --map '{entry}={what}' if"
        else:
            message = (
                f"may say more than a name: say --map '{entry}={SKIP}' to leave it out, or --map '{entry}={what}' if"
            )
        self.asked.setdefault(entry, (row, header, f"{shown(entry)} {message} it is one name"))
        return [entry]

    @cached_property
    def there(self) -> set[str]:
        """The names that the dataset has."""
        if self.into is None:
            return set()
        spec = FIELDS[ACROSS[self.hold]]
        return {*map(exact, self.into.frames[spec.table][spec.column].astype("str"))}

    def problems(self, file: str) -> list[Problem]:
        found = [Problem(file, row, header, message) for row, header, message in self.asked.values()]
        if len(found) > _LISTED:
            more = Problem(file, 0, "", f"{len(found) - _LISTED:,} more names in lists are to be decided")
            return [*found[:_LISTED], more]
        return found

    def notes(self) -> list[str]:
        notes = []
        if self.nobody:
            number = plural(sum(self.nobody.values()), "entry", "entries")
            named = [n for n in self.nobody if not is_placeholder(n)]
            way = f"; --map '{named[0]}={ACROSS[self.hold]}' keeps it as one" if named else ""
            notes.append(f"{number} of lists that name nobody left out: {some(self.nobody)}{way}.")
        if self.numbered:
            notes.append("the numbers in brackets behind names of lists are left out.")
        if self.divided:
            number = plural(len(self.divided), "entry", "entries")
            notes.append(f"{number} of lists divided into names that are known: {some(self.divided)}.")
        return notes


def _without_mark(name: str) -> tuple[str, str]:
    """The name, and what is written behind it that is of the stance: `(if amended)`, `?`."""
    found = _MARKED.fullmatch(name)
    if not found:
        return name, ""
    mark = found[2].strip()
    of_stance = mark[0] not in "(（" or begins_condition(mark[1:]) or not any(map(str.isalnum, mark))
    of_stance |= bool(_DOUBT.search(mark))
    return (found[1], f" {mark}" if mark[0] in "(（" else mark) if of_stance else (name, "")


def _another(header: str) -> bool:
    """Whether a column would be taken for what the lists or the column of names hold."""
    return WORDS.get(loose(header)) in (*REQUIRED, "id", SKIP) or bool(rows_mean(header))


def _more(rows: Sequence[int]) -> str:
    return f" (and {len(rows) - 1:,} more)" if len(rows) > 1 else ""
