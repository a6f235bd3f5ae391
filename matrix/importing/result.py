"""What reading a file gives and takes (`Import`, `ImportOptions`), and helpers that build a dataset's tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, Problem, near_miss, shown
from matrix.dataset.schema import HTTP_URL, TABLES
from matrix.importing.name_matching import Pair, exact, loose, unique_slugs
from matrix.wording import plural

if TYPE_CHECKING:
    from matrix.importing.file_cells.encoding import Reading
    from matrix.importing.sheet.mapping import SheetMapping

TableRow = dict[str, str]  # column -> value
TYPE = "type"  # the column of a type that is not one of our kinds of actor
MOST_QUOTED = 200_000_000  # characters of all quotes together: spans of a hostile file may overlap without end
LISTED = 20  # rows named for one and the same fault; the rest are counted
# Kinds of problems that ask something of the one who imports.
NO_COLUMN = "no column"  # no column holds the field that is the problem's column
COLUMN_ASKED = "column asked"  # how the problem's column is to be taken: `--map` answers
EXAMPLES = 3  # of many things that did not map, as many are named
# What attributes of coding programs are called, beside the words above the columns of sheets.
_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "actors": {
        **dict.fromkeys(("type", "typ", "art", "类型"), "kind"),
        **dict.fromkeys(("name zh", "chinese name", "name in chinese", "chinesischer name", "中文"), "name_native"),
        **dict.fromkeys(("position", "job title", "title", "titel"), "role"),
    },
    "proposals": dict.fromkeys(("description", "beschreibung", "描述", "说明"), "definition"),
    "sources": {
        **dict.fromkeys(("date", "day", "datum", "tag", "日期", "时间"), "date"),
        **dict.fromkeys(("type", "typ", "art", "类型"), "kind"),
        **dict.fromkeys(("sprache", "语言"), "language"),
    },
}


class AnotherDatasetError(DatasetError):
    """The file holds a dataset about other things: it cannot change this one, but can become one of its own."""


class OpenQuestionError(DatasetError):
    """The file could be read, and options say what its problems ask: who speaks in it, what are its proposals."""


@dataclass(frozen=True)
class ImportOptions:
    """How a file from elsewhere is to be read, as far as it does not say so itself: see docs/bring-your-data.md.

    Any file: `same` and `different` pairs `A=B` of names that are one, or two; `stances` word or code -> stance id or
    `skip`, the word `*` for all others; `update` also removes what a newer copy of the file no longer holds; `forget`
    asks anew what was answered at an earlier import, and takes the file for one that was never imported.
    Of a sheet made by hand: `columns` column -> field, `keep`, `skip`, or for lists of names a stance id; `constants`
    field -> value for every row, `@sheet` for the sheet's name, `@above` where a blank cell means the one above it (or
    `@blank` where not); `sheet` of a workbook, `*` for all, '' for the one that looks like statements; `encoding` of a
    text file; `dates` "day-first" or "month-first", for 5/6/2026.
    Of a DNA database: `actors`, `proposals` and `stance_from` name its variables, `types` its statement types.
    Of a REFI-QDA project: `actors` is `case`, `source`, `set`, `variable:NAME` or `code:NAME`; `proposals` a parent
    code, set, prefix or list of codes; `stance_from` the code above the stances. Of coded segments in a sheet:
    `proposals` the parent code's name.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    stances: Mapping[str, str] = field(default_factory=dict)
    same: Sequence[str] = ()
    different: Sequence[str] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    sheet: str = ""
    encoding: str = ""
    actors: str = ""
    proposals: str = ""
    stance_from: str = ""
    types: Sequence[str] = ()
    update: bool = False
    forget: bool = False

    @property
    def named(self) -> set[str]:
        """What the options are about by name: columns, fields and pairs of names."""
        return {*self.same, *self.different, *self.columns, *self.constants}


@dataclass(frozen=True)
class Undecided:
    """A pair that has to be said to be one or two before anything is written.

    `field`: "sheet" of two files, else of which field the names are; `a` is the name that stays where they are one.
    `found`: what they have in common, as the beginning of a sentence.
    """

    field: str
    a: str
    b: str
    found: str

    @property
    def ways(self) -> str:
        """The two options that decide it."""
        one, two = (
            ("is a newer copy of that", "is another sheet") if self.field == "sheet" else ("was renamed", "is another")
        )
        pair = f"{self.a}={self.b}"
        pair = f"'{pair}'" if "'" not in pair else quote(pair)
        return f"--same {pair} if it {one}, or --different {pair} if it {two}"

    def problem(self, file: str) -> Problem:
        """The question as a problem of the file."""
        return Problem(file, 0, "", f"{self.found}: say {self.ways}")


@dataclass(frozen=True, eq=False)
class Import:
    """What a file holds; nothing is written yet.

    `dataset` where there is none to change; else `changes` to the dataset of version `seen`. `problems`: what is to be
    decided or corrected first. `notes`: what else there is to know, in plain sentences. `texts`: source id -> its text,
    as UTF-8. `questions`: pairs of names that may be one; `undecided`: those that are problems, too. `memory`: the
    dataset's `imports.json` once this is written, for the version that comes of it. `mapping`: of a sheet made by hand,
    what each column and word was taken for; `sheets` and `sheet`: of a workbook made by hand, those that may be read
    and the one that was (`*` for all). `encoding`: of a text file, as it was read, '' where that is asked; `encodings`:
    what it may be in, each with the first words that differ.
    """

    dataset: Dataset | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    seen: str = ""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    questions: tuple[Pair, ...] = ()
    memory: Callable[[str], bytes] | None = None
    mapping: SheetMapping | None = None
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    encoding: str = ""
    encodings: tuple[Reading, ...] = ()
    undecided: tuple[Undecided, ...] = ()

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """The changes of what has changed in the dataset too."""
        return tuple(c for c in self.changes if c.kind == "conflict")

    @property
    def sound(self) -> bool:
        """Whether it can be written as a whole: neither conflicts nor errors."""
        return not self.conflicts and all(p.warning for p in self.problems)


@dataclass(frozen=True, eq=False)
class ImportedTables:
    """A file from elsewhere as tables, before it becomes a dataset or changes to one.

    `frames`: canonical table names -> text frames, ready for `Dataset.from_frames`.
    `texts`: source id -> the source's text as UTF-8 bytes, whose SHA-256 is in `frames["sources"]`.
    `notes`: what did not map, in plain sentences with counts. `without_source`: of each file that is taken for the
    source of statements which name none, how many they are.
    """

    frames: Mapping[str, pd.DataFrame]
    texts: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    title: str = ""
    without_source: Mapping[str, int] = field(default_factory=dict)

    @property
    def all_notes(self) -> tuple[str, ...]:
        """The notes, and that on statements without a source."""
        unnamed = [
            f"{plural(n, 'statement')} without a source: the sheet is taken for it, as {file!r}."
            for file, n in self.without_source.items()
            if n
        ]
        return (*self.notes, *unnamed)


@dataclass(frozen=True)
class Attributes:
    """What came of the attributes of a table's things: rows of the sides they name, and what was done, in sentences."""

    sides: tuple[TableRow, ...] = ()
    notes: tuple[str, ...] = ()


def attributes(table: str, things: Iterable[tuple[TableRow, Mapping[str, str]]], prefix: str) -> Attributes:
    """Write each thing's attributes (name -> value) into its row: as our column where they are called so, else as one.

    `table` is actors, proposals or sources. Names are known in English, German and Chinese, as in a sheet's header; the
    values of a side are sides. A value that our column cannot take, and a second attribute for one column, is kept
    in a column of the attribute's own name, with `prefix` where that would mean something here.
    """
    sides: dict[str, str] = {}
    places: dict[str, str] = {}  # attribute -> its column of ours
    foreign: dict[str, list[str]] = {}
    own: dict[str, str] = {}
    unknown: list[str] = []
    for row, given in things:
        for label, value in given.items():
            if not (value := value.strip()):
                continue
            column = _our_column(table, label)
            if column in {c for other, c in places.items() if other != label}:
                column = ""
            if column:
                text = _our_value(table, column, value)
                if text:
                    places[label] = column
                    row[column] = (
                        sides.setdefault(text, unique_slugs([text], "side", sides.values())[0])
                        if column == "side"
                        else text
                    )
                    continue
                if column == "kind":
                    unknown.append(value)
                    row[TYPE] = value
                    continue
                foreign.setdefault(label, []).append(value)
            own[label] = extra_column(table, label, prefix)
            row[own[label]] = value
    notes = [f"Attributes of {table}: {', '.join(f'{shown(a)} is {c}' for a, c in places.items())}."] if places else []
    if own:
        notes.append(f"Attributes of {table} kept as columns of their own: {some(own)}.")
    notes += [
        f"{plural(len(values), 'value')} of the attribute {shown(label)} of {table} that {_our_column(table, label)} "
        f"cannot take: {some(values)}."
        for label, values in foreign.items()
    ]
    rows = tuple({"id": id, "name": name} for name, id in sides.items())
    return Attributes(rows, (*notes, *unknown_kinds(unknown)))


def _our_column(table: str, label: str) -> str:
    """The column of the table that an attribute is called for; '' for none, as for ids, names and references."""
    from matrix.importing.sheet.headers import BROADER, FIELDS, WORDS

    word = loose(label)
    spec = TABLES[table]
    column = {**_ATTRIBUTES[table], **dict.fromkeys(BROADER, "theme" if table == "proposals" else "")}.get(word, "")
    if not column and word in WORDS:
        field = FIELDS[WORDS[word]]
        column = (
            "side"
            if field.table == "sides"
            else field.column
            if field.table == table
            else "note"
            if field.column == "note"
            else ""
        )
    if not column and (named := word.replace(" ", "_")) in spec:
        column = named
    if column not in spec or column in ("id", spec.label, "sha256"):
        return ""
    return "" if spec[column].kind in ("list", "ref") and column != "side" else column


def _our_value(table: str, column: str, value: str) -> str:
    """The value as our column has it; '' where it cannot take it."""
    from matrix.importing.sheet.written_dates import iso

    spec = TABLES[table][column]
    if spec.kind == "date":
        try:
            return iso(value)
        except ValueError:
            return ""
    if spec.kind == "vocabulary":
        folded = "_".join(value.casefold().replace("-", " ").split())
        return folded if folded in spec.values else ""
    if spec.kind == "url":
        return value if re.fullmatch(HTTP_URL, value) else ""
    if spec.kind not in ("text", "ref"):
        return ""
    return exact(value) if column == "side" else value


def unknown_kinds(types: Sequence[str]) -> list[str]:
    """A sentence about types that are not kinds of actors here; none where all are."""
    if not types:
        return []
    kinds = TABLES["actors"]["kind"].values
    hint = next((h for h in (near_miss(t, kinds) for t in types) if h), "")
    return [
        f"{plural(len(types), 'actor')} of a type that is not one of our kinds of actor ({some(types)}{hint}): "
        "the type is kept in the column 'type'."
    ]


def name_of(source: Path | bytes, name: str = "") -> str:
    """What messages call the file."""
    return name or (source.name if isinstance(source, Path) else "the file")


def text_frame(table: str, rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """The rows as a text frame: the schema's columns that any row fills or that are required, then all others."""
    spec = TABLES[table]
    given = dict.fromkeys(c for row in rows for c, value in row.items() if value or c not in spec)
    required = [c.name for c in spec.columns if c.required]
    columns = [c for c in spec.names if c in given or c in required] + [c for c in given if c not in spec]
    return pd.DataFrame([[row.get(c, "") for c in columns] for row in rows], columns=columns, dtype="str")


def statements_frame(columns: Mapping[str, pd.Series[Any]], wanted: NDArray[np.bool_]) -> pd.DataFrame:
    """The wanted rows, in the schema's order; columns of the schema that are empty and not required are left out."""
    spec = TABLES["statements"]
    required = {c.name for c in spec.columns if c.required}
    order = [c for c in spec.names if c in columns] + [c for c in columns if c not in spec]
    whole = bool(wanted.all())
    frame = pd.DataFrame({c: columns[c] if whole else columns[c][wanted].reset_index(drop=True) for c in order})
    for c in frame.columns[frame.dtypes == "category"]:
        frame[c] = _used(frame[c])
    empty = [c for c in order if c in spec and c not in required and not (frame[c] != "").any()]
    return frame.drop(columns=empty)


def _used(column: pd.Series[Any]) -> pd.Series[Any]:
    """Without the categories of rows that were left out; pandas would sort all codes for that."""
    codes, categories = column.cat.codes.to_numpy(), column.cat.categories
    used = np.zeros(len(categories), dtype=bool)
    used[codes] = True
    if used.all():
        return column
    place = np.cumsum(used, dtype=np.int32) - 1
    return pd.Series(pd.Categorical.from_codes(place[codes], categories[used], validate=False))


def extra_column(table: str, name: str, prefix: str) -> str:
    """A column name for something the schema does not know: in small letters, never one that means something here."""
    column = "_".join("".join(c if c.isalnum() else " " for c in name.casefold()).split()) or "value"
    return f"{prefix}_{column}" if column in TABLES[table] else column


def some(things: Iterable[str]) -> str:
    """The first few of many things, quoted, and how many more there are."""
    each = list(dict.fromkeys(things))
    more = f" and {len(each) - EXAMPLES:,} more" if len(each) > EXAMPLES else ""
    return ", ".join(map(shown, each[:EXAMPLES])) + more
