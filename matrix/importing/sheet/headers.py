"""The headers of a sheet become fields, as known or as told; what is unknown, doubled or missing is asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matrix.dataset.problems import Problem, near_miss, not_one_of
from matrix.importing.imported import some
from matrix.importing.names import loose
from matrix.importing.sheet.cells import Cells
from matrix.importing.sheet.header_words import BROADER, FIELDS, KEEP, REQUIRED, SKIP, WORDS


def columns_of(cells: Cells, chosen: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """header -> field, keep or skip; problems for what is unknown, doubled, missing, or nearly a known word."""
    columns: dict[str, str] = {}
    allowed = [*FIELDS, KEEP, SKIP]
    for column, target in chosen.items():
        if column not in (*cells.headers, *cells.labels, *cells.totals):
            message = f"--map {column}={target}: there is no such column{near_miss(column, cells.headers)}"
            problems.append(Problem(cells.file, cells.header_row, column, message))
        if target not in allowed:
            problems.append(
                Problem(cells.file, cells.header_row, column, f"--map {column}={target}: {_no_field(target, allowed)}")
            )
    for header in cells.headers:
        said = chosen.get(header)
        columns[header] = said if said in allowed else WORDS.get(loose(_unrepeated(header, cells.headers))) or KEEP
    _themes(columns, chosen)
    _doubled(cells, columns, problems)
    unmapped = [h for h, f in columns.items() if f == KEEP and h not in chosen]
    if cells.label_of is None:
        _missing(cells, columns, unmapped, problems)
    for header in unmapped:
        word = _nearly(header)
        if word and WORDS[word] not in REQUIRED and WORDS[word] not in columns.values():
            meant = WORDS[word]
            message = (
                f"may be meant for {meant} ({word!r}): say --map '{header}={meant}', or --map '{header}={KEEP}' "
                "to keep it as a column of its own"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message))
    return columns


def _themes(columns: dict[str, str], chosen: Mapping[str, str]) -> None:
    """Beside a column of proposals, one called `Thema` or `Topic` holds their themes; alone it holds proposals."""
    proposals = [h for h, f in columns.items() if f == "proposal"]
    broader = [h for h in proposals if loose(h) in BROADER and h not in chosen]
    if len(broader) == 1 and len(proposals) == 2 and "theme" not in columns.values():
        columns[broader[0]] = "theme"


def _no_field(target: str, allowed: Sequence[str]) -> str:
    """Why it is no field, with the one that people's word means, else the nearest."""
    meant = WORDS.get(loose(target))
    return f"{target!r} is a word for {meant}: say {meant}" if meant else not_one_of(target, allowed)


def _unrepeated(header: str, headers: Sequence[str]) -> str:
    """The header as it is written in the sheet: a second `Actor` stands here as `Actor (2)`."""
    base = re.sub(r" \(\d+\)$", "", header)
    return base if base in headers else header


def _doubled(cells: Cells, columns: Mapping[str, str], problems: list[Problem]) -> None:
    by_field: dict[str, list[str]] = {}
    for header, meant in columns.items():
        if meant not in (KEEP, SKIP):
            by_field.setdefault(meant, []).append(header)
    for meant, headers in by_field.items():
        for header in headers[1:]:
            message = (
                f"would be {meant}, as {headers[0]!r} is: say which with --map '{header}={meant}' and --map "
                f"'{headers[0]}={KEEP}' (or {SKIP}, or another field)"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message))


def _missing(cells: Cells, columns: Mapping[str, str], unmapped: Sequence[str], problems: list[Problem]) -> None:
    for wanted in REQUIRED:
        if wanted not in columns.values():
            near = [h for h in unmapped if (w := _nearly(h)) and WORDS[w] == wanted]
            if near:
                hint = f"; did you mean {near[0]!r}?: say --map '{near[0]}={wanted}'"
            elif wanted == "actor" and (institution := next((h for h, f in columns.items() if f == "institution"), "")):
                hint = f"; did you mean {institution!r}?: say --map '{institution}={wanted}'"
            else:
                hint = f": name it with --map 'COLUMN={wanted}', where COLUMN is one of {some(unmapped) or 'none left'}"
            message = f"no column says the {wanted}{hint}"
            problems.append(Problem(cells.file, cells.header_row, wanted, message))


def _nearly(header: str) -> str:
    """The known header word that this one may be a misspelling of; '' for none."""
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extractOne

    key = loose(header)
    hit = extractOne(key, WORDS.keys(), scorer=ratio, score_cutoff=80) if len(key) > 3 else None
    return str(hit[0]) if hit else ""
