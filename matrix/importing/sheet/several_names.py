"""Several names in one cell: `parted` divides a cell, `one_name_a_row` makes a row for each actor or proposal."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import exact
from matrix.importing.result import COLUMN_ASKED, some
from matrix.importing.sheet.headers import SEVERAL
from matrix.importing.sheet.named_columns import SheetCells, is_placeholder
from matrix.importing.sheet.stances import legend_of
from matrix.wording import plural

_CERTAIN = r"[;；、\r\n•]"
_POSSIBLE = r",\s|，|\s[/|]\s"
_PARTS = re.compile(_CERTAIN)
_SIGNS = f"{_CERTAIN}|{_POSSIBLE}"
_ALL_PARTS = re.compile(_SIGNS)
_TOGETHER = r"\s(?:[Aa][Nn][Dd]|[Uu]nd|et|y|e|&|和|与)\s"
# Between Chinese names, where it is no part of a word such as 共和国 or 和平.
_TOGETHER_HAN = r"(?<=[\u3400-\u9fff])(?<![共饱温缓平])[和与](?![平谐解睦田])(?=[\u3400-\u9fff])"
_AND_MORE = r"\s+(?=(?:et al\.?|u\.\s?a\.|usw\.|etc\.|i in\.)$)"
_NOT = re.compile(r"(?:but )?not\s|except\s|nicht\s|außer\s|sauf\s|pas\s|excepto\s|除了?", re.IGNORECASE)
_MARKER = re.compile(r"^(?:[-–·*]|\d{1,2}[.)])\s+")  # of an item in a list
_AND = re.compile(r"^(?:and|und|et|y|e|en|sowie|&)\s+", re.IGNORECASE)
_ASIDE = re.compile(r".*\w\s*[(（]\s*[a-zäöüéè].*[a-zäöüéè].*[)）]")  # words that are no name themselves
_OF_A_FIRM = re.compile(
    r"(?:inc|incorporated|llc|l\.l\.c|llp|ltd|limited|corp|corporation|co|plc|gmbh|ag|kg|e\. ?v|s\.? ?a|s\.? ?l|"
    r"s\.p\.a|b\.? ?v|n\.? ?v|jr|sr|ph\. ?d|m\. ?d|esq|i{1,3}|iv|u\. ?s\. ?a|usa|d\. ?c)\.?",
    re.IGNORECASE,
)
# Behind the comma of a state's name, as lists of the United Nations have it.
_INVERTED = re.compile(
    r"the|(?:the\s+)?(?:[\w'’-]+\s+){0,4}"
    r"(?:republic|states|state|kingdom|province|principality|federation|union|commonwealth|territory|islands?|sar)"
    r"\s+of(?:\s+(?:the|china))?|(?:democratic\s+)?people['’]s\s+republic|republik|république\s+.*de|república\s+.*de",
    re.IGNORECASE,
)
_CLEAR = {
    "none",
    "nobody",
    "no one",
    "keine",
    "keiner",
    "niemand",
    "nobody yet",
    "aucun",
    "ninguno",
    "nadie",
    "nessuno",
    "none known",
    "none yet",
    "unknown",
    "not known",
    "unbekannt",
    "inconnu",
    "desconocido",
    "未知",
}
_OTHERS = re.compile(
    r"(?:(?:and|und|et|y|&|\+)\s*)?"
    r"(?:(?:\d+|many|several|some|viele|mehrere|einige)\s+)?"
    r"(?:others?|more|andere|weitere|autres|otros|altri|outros)|"
    r"etc\.?|et al\.?|u\.\s?a\.|usw\.?|various|several|diverse|\+\s*\d+|其他|其它|等等?",
    re.IGNORECASE,
)


_ALL = re.compile(
    r"(?:all|everyone|everybody|the rest|rest|alle|tous|toutes|todos|todas|tutti|все|全部|所有|全員)"
    r"(?:\s(?:the\s)?(?:others?|rest|else|members|parties|übrigen|anderen|weiteren|les autres|los demás|остальные))?",
    re.IGNORECASE,
)


def parted(text: str, *, everywhere: bool = False) -> list[str]:
    """The names in a cell: divided at semicolons and line breaks, `everywhere` also at commas and ` / `."""
    return [n for n in entries(text, everywhere=everywhere) if not is_placeholder(n)]


def _with_inverted(parts: Sequence[str]) -> list[str]:
    """`Korea, Republic of` as the one name that it is, where the comma was cut at."""
    names: list[str] = []
    for part in parts:
        if names and _INVERTED.fullmatch(exact(part)):
            names[-1] = f"{exact(names[-1])}, {exact(part)}"
        else:
            names.append(part)
    return names


def entries(text: str, *, everywhere: bool = False) -> list[str]:
    """The same with what is no name: `-`, `others`."""
    parts = _with_inverted((_ALL_PARTS if everywhere else _PARTS).split(text))
    names = [exact(_AND.sub("", exact(p))) if i else exact(p) for i, p in enumerate(parts)]
    if len(parts) > 1 or _MARKER.match(exact(text)):
        names = [_MARKER.sub("", n) for n in names]
    return list(dict.fromkeys(n for n in names if n))


def together(name: str) -> list[str]:
    """`Anvil and Brook`, `Anvil / Brook` or `Anvil et al.` as two; else the name itself."""
    parts = [exact(p) for p in re.split(rf"{_AND_MORE}|{_TOGETHER}|{_TOGETHER_HAN}|\s[/|]\s", name)]
    return [*filter(None, parts)] if len(parts) > 1 else [name]


def between_commas(name: str) -> list[str]:
    """`Anvil, Brook` as two, `Anvil, Inc.` as one."""
    parts = [exact(p) for p in _with_inverted(re.split(r",\s|，", name))]
    return [name] if len(parts) < 2 or any(not p or _OF_A_FIRM.fullmatch(p) for p in parts[1:]) else parts


def is_open_name(name: str) -> bool:
    """Whether an entry of a list may be more, or less, than one name: `A and B`, `Not Anvil`, `Anvil (sat out)`."""
    return max(len(together(name)), len(between_commas(name))) > 1 or says_more(name)


def may_be_several(name: str) -> bool:
    """Whether the name of a row or column may be several: `France, Germany`, `UK and Japan`, `Anvil / Brook`.

    Not so `Ministry of Trade and Industry` and `Korea, Republic of`.
    """
    if len(parts := together(name)) > 1:
        return bool(re.search(r"\s[/|]\s|\s&\s|[和与]", name)) or all(len(p.split()) < 3 for p in parts)
    parts = between_commas(name)
    return len(parts) > 1 and not re.search(r"(?:\b(?:of|the|von|der|de)|[.)）])$", parts[-1], re.IGNORECASE)


def says_more(name: str) -> bool:
    """Whether an entry of a list is not only a name: `Not Anvil`, `Anvil (sat out)`, `all others`."""
    return bool(_NOT.match(name) or _ASIDE.fullmatch(name) or _ALL.fullmatch(name))


def pair_of_names(name: str, names: Collection[str]) -> list[str]:
    """`France and Germany` as two where one of them is a name elsewhere; else the name itself."""
    parts = [exact(p) for p in re.split(_TOGETHER, name)]
    return parts if len(parts) > 1 and any(p in names for p in parts) else [name]


def may_hold_several(text: str) -> bool:
    """Whether a cell without a semicolon or line break has a sign that often divides names."""
    return not _PARTS.search(text) and bool(re.search(_POSSIBLE, text))


def says_nobody(text: str) -> bool:
    """Whether a cell of names says that there is none."""
    name = exact(text)
    return name.casefold() in _CLEAR or is_placeholder(name) or bool(_OTHERS.fullmatch(name))


def one_name_a_row(
    cells: SheetCells,
    columns: Mapping[str, str],
    chosen: Mapping[str, str],
    several: Collection[str],
    problems: list[Problem],
) -> SheetCells:
    """The sheet with a row for each of several actors or proposals in one cell; what may be several is asked.

    `several`: the columns of which the user says that their cells hold several names, `chosen` what else is said.
    """
    for header, field in columns.items():
        doubted = [*columns.values()].count(field) > 1 or any(header in p.others for p in problems)
        if field not in SEVERAL.values() or (header not in chosen and doubted):
            continue  # which of two columns it is has to be said first
        if field == "actor" and cells.hold and not cells.lists and header not in chosen:
            cells = _names_of_a_wide_sheet(cells, header, chosen, several, problems)
        column = cells.frame[header]
        if not pc.any(pc.match_substring_regex(pa.array(column, pa.large_string()), f"{_SIGNS}|{_TOGETHER}")).as_py():
            continue
        texts = [t for t in map(str, column.unique()) if _ALL_PARTS.search(t) or re.search(_TOGETHER, t)]
        texts = [t for t in texts if len(legend_of([t])) < 2]
        names = {exact(t) for t in map(str, column.unique()) if not _PARTS.search(t)}
        found = {t: _names_in(t, names, field, header in several) for t in texts}
        parts = {t: p for t, p in found.items() if len(p) > 1}
        asked = [t for t in texts if t not in parts and header not in several and _asks(t, names, field)]
        asked = [t for t in asked if exact(t) not in cells.odd_rows]
        if asked and header not in chosen and header not in cells.made:
            message = (
                f"{shown(exact(asked[0]))}{f' (and {len(asked) - 1:,} more)' if len(asked) > 1 else ''} may be several "
                f"{field}s: say --map '{header}={field}s' to make each a name of its own, or --map '{header}={field}' "
                "if each cell is one name"
            )
            at = int(np.argmax((column == asked[0]).to_numpy(dtype=bool)))
            problems.append(cells.problem(at, header, message, COLUMN_ASKED))
        whole = [exact(t) for t in texts if t not in parts and may_hold_several(t)]
        whole = [t for t in whole if t not in chosen and t not in cells.odd_rows]
        notes = []
        if whole and header not in cells.made and not (asked and header not in chosen):
            notes.append(
                f"{plural(len(whole), 'name')} of {shown(header)} with a comma or slash read as one: {some(whole)}; "
                f"--map '{header}={field}s' divides them."
            )
        if parts:
            cells = _divided(cells, header, parts, next((h for h, f in columns.items() if f == "id"), ""))
            which = f"{plural(len(parts), 'cell')} of {shown(header)}"
            notes.append(f"{which} divided into several {field}s: {some(map(exact, parts))}.")
        cells = replace(cells, notes=(*cells.notes, *notes))
    return cells


def _names_of_a_wide_sheet(
    cells: SheetCells,
    header: str,
    chosen: Mapping[str, str],
    several: Collection[str],
    problems: list[Problem],
) -> SheetCells:
    """The actors that name rows or columns: each that may be several is asked about, and divided where that is said."""
    names = {exact(t): t for t in map(str, cells.frame[header].unique())}
    turned = 2 * sum(len(between_commas(n)) == 2 for n in names) > len(names) > 2  # `Lee, Ann`
    parts: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for name, text in names.items():
        if not may_be_several(name) or _PARTS.search(name) or (turned and len(together(name)) < 2):
            continue
        found[name] = "actors" if name in several else chosen.get(name, "")
        if found[name] == "actors":
            parts[text] = [n for part in parted(name, everywhere=True) for n in together(part) if not says_nobody(n)]
        elif found[name] not in ("actor", "stance"):
            at = int(np.argmax((cells.frame[header] == text).to_numpy(dtype=bool)))
            message = (
                f"{shown(name)} may be several actors: say --map '{name}=actors' to divide it, or --map '{name}=actor' "
                "if it is one name"
            )
            problem = cells.problem(at, header, message)
            problems.append(replace(problem, kind=COLUMN_ASKED) if problem.column == name else problem)
    if parts:
        cells = _divided(cells, header, parts, "")
        cells = replace(cells, notes=(*cells.notes, f"divided into several actors: {some(map(exact, parts))}."))
    rows = {n: f for n, f in found.items() if n not in cells.labels}
    return replace(cells, odd_rows={**cells.odd_rows, **rows}) if rows else cells


def _names_in(text: str, names: Collection[str], field: str, told: bool) -> list[str]:
    """The names of a cell as far as they are certain to be several; else the cell as one."""
    if told:
        parts = parted(text, everywhere=not _PARTS.search(text))
        last = together(parts[-1]) if len(parts) > 1 and not _PARTS.search(text) else parts[-1:]  # `A, B and C`
        return [n for part in [*parts[:-1], *last] for n in pair_of_names(part, names) if not says_nobody(n)]
    if field == "actor" and _PARTS.search(text) and exact(text) not in names:  # else one name on two lines
        return parted(text)
    return [exact(text)]


def _asks(text: str, names: Collection[str], field: str) -> bool:
    """Whether a cell looks so much like several names that it is to be asked."""
    if field == "actor" and len(pair_of_names(exact(text), names)) > 1:
        return True
    parts = parted(text, everywhere=True)
    if len(parts) < 2:
        return False
    if field == "proposal" and _PARTS.search(text):
        return True
    if re.search(r"\s[/|]\s", text) and field == "actor":
        return True
    if any(p in names for p in parts):
        return True
    short = all(len(p) <= 30 for p in parts)
    if field == "proposal":
        return short and all(any(map(str.isdecimal, p)) for p in parts)
    return short and (len(parts) > 2 or bool(re.search(r",\s*(?:and|und|&)\s|\s(?:and|und|&)\s", text)) or "，" in text)


def _divided(cells: SheetCells, header: str, parts: Mapping[str, Sequence[str]], id: str) -> SheetCells:
    """The rows of these cells once for each of their names; in the column `id` the second is `s1-2`."""
    column = cells.frame[header]
    times = column.map({t: len(p) for t, p in parts.items()}).fillna(1).to_numpy(dtype=np.int64)
    at = np.repeat(np.arange(len(column)), times)
    frame = cells.frame.iloc[at].reset_index(drop=True)
    held = np.flatnonzero(times[at] > 1)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    values = frame[header].to_numpy(dtype=object, copy=True)
    values[held] = [parts[values[i]][nth[i]] for i in held.tolist()]
    frame[header] = pd.Series(values, dtype="str")
    if id:
        again = (nth > 0) & (frame[id].str.strip() != "").to_numpy(dtype=bool)
        frame[id] = frame[id].where(~again, frame[id] + pd.Series([f"-{n + 1}" for n in nth.tolist()], dtype="str"))
    label_of = None if cells.label_of is None else cells.label_of[at]
    every = {
        h: tuple(n for v in each for n in parts.get(v, (v,))) if h == header else each
        for h, each in cells.every.items()
    }
    return replace(cells, frame=frame, rows=cells.rows[at], label_of=label_of, every=every)
