"""What a dataset remembers of its imports, in `imports.json` beside it: `Memory` reads it and makes the next one.

An import is remembered with the answers that were given, and with a short hash of each cell that the file held: so a
newer copy shows what changed in the file, and what was edited here since. The history alone could not say that of
tables edited by hand, and a column in them would be seen everywhere. An import that was undone is not remembered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import Moved
from matrix.dataset.problems import DatasetError, shown
from matrix.dataset.schema import TABLES
from matrix.importing.result import ImportOptions
from matrix.store.atomic_files import IMPORTS_FILE
from matrix.store.files import read
from matrix.store.history import history, standing
from matrix.wording import clean

ALL_SHEETS = "*"  # as the option says it
SHEET = "sheet"  # the kind of file whose rows and columns are its passages
MOST_REMEMBERED = 100_000  # statements of a file; of a larger one only the answers are remembered
_LONGEST = 64 << 20  # bytes of the file
_MOST_IMPORTS = 1_000
_FILE_HASH = 16
_HASH = 4  # bytes: eight digits a cell
REFERENCES = ("@sheet", "@above", "@blank")  # constants that hold for a shape of files, not for one of them
_ALIKE = 0.5  # share of columns or variables in common from which two files are of one shape
_FORGET = "--forget asks anew"

RowCells = Mapping[str, str]  # column -> hash of what the file held, '' for a blank cell
Rows = Mapping[str, RowCells]  # id -> its cells

# ImportOptions -> the option of the command line, for those that are answers about a file.
OPTIONS = {
    "columns": "map",
    "stances": "stance",
    "same": "same",
    "different": "different",
    "constants": "set",
    "dates": "dates",
    "sheet": "sheet",
    "encoding": "encoding",
    "actors": "actors",
    "proposals": "proposals",
    "stance_from": "stance-from",
    "types": "type",
}


@dataclass(frozen=True)
class Shape:
    """By what a file is known again: its kind, its name, and its columns or variables where it has any."""

    kind: str
    file: str
    names: tuple[str, ...] = ()
    sheet: str = ""  # of a workbook: which of its sheets, ALL_SHEETS where `names` are those of the sheets
    content: str = ""  # a hash of the whole file

    def fits(self, other: Shape) -> bool:
        """Whether answers about the other apply: at least half of all columns are in both; else the name decides."""
        if self.kind != other.kind or (self.sheet == ALL_SHEETS) != (other.sheet == ALL_SHEETS):
            return False
        if not self.names or not other.names:
            return self.file == other.file or not (self.names or other.names)
        one, two = {*self.names}, {*other.names}
        return len(one & two) >= _ALIKE * len(one | two)


@dataclass(frozen=True)
class Earlier:
    """One import that stands: the file, the dataset's version after it, the answers, and the cells that it changed."""

    shape: Shape
    after: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Rows] = field(default_factory=dict)  # table -> those rows that are other than before

    def of_same_file(self, shape: Shape, options: ImportOptions) -> bool:
        """Whether it was of the same file: by name or content, or as a copy that was said to be one."""
        name, other = self.shape.file, shape.file
        if self.shape.sheet and shape.sheet and self.shape.sheet != shape.sheet:
            return False
        if name == other:
            return True
        pairs = {(name, other), (other, name)}
        if any(tuple(pair.split("=", 1)) in pairs for pair in options.different):
            return False
        said = any(tuple(pair.split("=", 1)) in pairs for pair in (*options.same, *self.answers.get("same", ())))
        return said or bool(shape.content and shape.content == self.shape.content)


@dataclass(frozen=True)
class Memory:
    """The imports that stand, the oldest first; `warnings` say what of the file could not be used.

    `removed`: statements that imports took away, as a newer copy of their file no longer held them.
    """

    imports: tuple[Earlier, ...] = ()
    warnings: tuple[str, ...] = ()
    removed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, into: Dataset | None) -> Memory:
        """What the dataset's folder remembers; what is wrong in the file is a warning, and is not used."""
        if into is None or into.location is None:
            return cls()
        try:
            content = read(into.location, IMPORTS_FILE)
        except DatasetError as e:
            return cls(warnings=(f"{IMPORTS_FILE} {e.problems[0].message}; it is not used.",))
        if content is None:
            return cls()
        if len(content) > _LONGEST:
            return cls(warnings=(f"{IMPORTS_FILE} is larger than {_LONGEST >> 20} MB; it is not used.",))
        try:
            imports = _parsed(content)
        except (ValueError, RecursionError) as e:
            why = "it is nested too deeply" if isinstance(e, RecursionError) else str(e)
            return cls(warnings=(f"{IMPORTS_FILE} cannot be read and is not used: {clean(why)}.",))
        undone, removed = _undone(into)
        return cls(tuple(_of_today(i, into.moved) for i in imports if i.after not in undone), (), removed)

    def answers(
        self, shape: Shape, options: ImportOptions, unusable: Collection[str] = ()
    ) -> tuple[ImportOptions, tuple[str, ...]]:
        """The options with the answers of the latest import of this shape; and a sentence for those that were used.

        `unusable`: columns, fields and pairs that an answer is about, and that this file does not have.
        """
        if options.forget:
            return options, ()
        found = self._latest(shape, options)
        if found is None:
            return options, ()
        own = found.of_same_file(shape, options)
        others = self.constants_of_others(shape, options)
        used: list[str] = []
        changed: dict[str, Any] = {}
        for name, option in OPTIONS.items():
            given, kept = getattr(options, name), found.answers.get(option)
            if not kept:
                continue
            if isinstance(kept, dict):
                more = {k: v for k, v in kept.items() if k not in given and k not in unusable}
                if option == "set" and not own:
                    more = {k: v for k, v in more.items() if v.strip() in REFERENCES and k not in others}
                used += [f"--{option} {shown(f'{k}={v}')}" for k, v in more.items()]
                changed[name] = {**more, **given}
            elif isinstance(kept, list):
                more_ = (
                    [v for v in kept if v not in given and v not in unusable] if name != "types" or not given else []
                )
                used += [f"--{option} {shown(v)}" for v in more_]
                changed[name] = [*given, *more_]
            elif not given:
                used.append(f"--{option} {shown(kept)}")
                changed[name] = kept
        if not used:
            return options, ()
        words = f"Remembered from the import of {shown(found.shape.file)}: {', '.join(used)} ({_FORGET})."
        return replace(options, **changed), (words,)

    def without_repeated(self, shape: Shape, options: ImportOptions) -> ImportOptions:
        """The options without pairs of names that were said at an earlier import of this shape already.

        They are remembered answers, which a file need not have a use for: what was renamed then is renamed.
        """
        if options.forget:
            return options
        found = self._latest(shape, options)
        answers = found.answers if found else {}
        same, different = ({*answers.get(o, ())} for o in ("same", "different"))
        return replace(
            options,
            same=[p for p in options.same if p not in same],
            different=[p for p in options.different if p not in different],
        )

    def _latest(self, shape: Shape, options: ImportOptions) -> Earlier | None:
        """The latest import of this file that had answers, else of one of its shape."""
        fitting = [i for i in reversed(self.imports) if i.answers and i.shape.fits(shape)]
        return next(iter([*(i for i in fitting if i.of_same_file(shape, options)), *fitting]), None)

    def constants_of_others(self, shape: Shape, options: ImportOptions) -> dict[str, tuple[str, str]]:
        """The constants that other files of this shape, or of this name, had: field -> the latest value, and its file.

        What is true of all rows of one file may be false of the next: it is no answer but a suggestion. Those that this
        file had an answer for are left out.
        """
        if options.forget:
            return {}
        said = {name.strip().casefold() for name in options.constants}
        found: dict[str, tuple[str, str]] = {}
        for each in self.imports:
            if not (each.shape.fits(shape) or (each.shape.kind == shape.kind and each.shape.file == shape.file)):
                continue
            given = {name.strip().casefold(): v.strip() for name, v in each.answers.get("set", {}).items()}
            if each.shape.fits(shape) and each.of_same_file(shape, options):
                said |= given.keys()
            else:
                found |= {k: (v, each.shape.file) for k, v in given.items() if v not in REFERENCES}
        return {name: each for name, each in found.items() if name not in said}

    def sheet_of(self, file: str, sheets: Sequence[str], options: ImportOptions) -> tuple[str, tuple[str, ...]]:
        """Which sheet of a workbook was said to be read, '' for none; and a sentence for that."""
        if options.sheet or options.forget:
            return options.sheet, ()
        whole = Shape(SHEET, file, tuple(sheets), ALL_SHEETS)
        for each in reversed(self.imports):
            said = each.answers.get("sheet", "")
            if (said == ALL_SHEETS and each.shape.fits(whole)) or (each.shape.file == file and said in sheets):
                return said, (
                    f"Remembered from the import of {shown(each.shape.file)}: --sheet {shown(said)} ({_FORGET}).",
                )
            if each.shape.file == file and each.shape.kind == SHEET:
                break
        return "", ()

    def base(self, kind: str, files: Collection[str]) -> dict[str, dict[str, RowCells]]:
        """What these files of a kind held when they were last imported: table -> id -> cells."""
        found: dict[str, dict[str, RowCells]] = {}
        for each in self.imports:
            if each.shape.kind == kind and each.shape.file in files:
                for table, rows in each.rows.items():
                    found.setdefault(table, {}).update(rows)
        return found

    def copied(self) -> frozenset[str]:
        """The titles of sheets of which a copy under another name was taken for the same one."""
        pairs = [pair for each in self.imports if each.shape.kind == SHEET for pair in each.answers.get("same", ())]
        names = {each.shape.file for each in self.imports}
        return frozenset(name for pair in pairs for name in pair.split("=") if name in names)

    def files(self, kind: str, table: str) -> dict[str, set[str]]:
        """The files of a kind that were imported, each with the ids of its rows of a table."""
        held: dict[str, set[str]] = {}
        for each in self.imports:
            if each.shape.kind == kind:
                held.setdefault(each.shape.file, set()).update(each.rows.get(table, ()))
        return held

    def next(
        self, shape: Shape, options: ImportOptions, held: Callable[[], Mapping[str, Rows]], base: Mapping[str, Rows]
    ) -> Callable[[str], bytes]:
        """The file with one import more, as soon as the version is known that it leads to.

        `held`: what the file holds; asked for only where it is written.
        """
        given = {option: getattr(options, name) for name, option in OPTIONS.items() if getattr(options, name)}
        answers = {
            o: dict(v) if isinstance(v, Mapping) else v if isinstance(v, str) else [*v] for o, v in given.items()
        }

        def content(version: str) -> bytes:
            rows = {
                table: new
                for table, each in held().items()
                if (new := {id: cells for id, cells in each.items() if base.get(table, {}).get(id) != cells})
            }
            imports = (*self.imports, Earlier(shape, version, answers, rows))[-_MOST_IMPORTS:]
            return _written(imports)

        return content


def hashed(frame: pd.DataFrame, ids: Sequence[str]) -> dict[str, RowCells]:
    """The cells of a table's rows as the memory keeps them: id -> column -> hash."""
    columns = [str(c) for c in frame.columns if c != "id"]
    hashes: list[list[str]] = []
    for column in columns:
        codes, words = pd.factorize(frame[column].astype("str"))
        short = [cell_hash(str(word)) for word in words]
        hashes.append([short[c] for c in codes])
    rows = zip(*hashes, strict=True) if hashes else ((),) * len(ids)
    return {id: dict(zip(columns, row, strict=True)) for id, row in zip(ids, rows, strict=True)}


def file_hash(path: Path) -> str:
    """What the memory keeps of a whole file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_FILE_HASH)).hexdigest()


def cell_hash(text: str) -> str:
    """What the memory keeps of a cell."""
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=_HASH).hexdigest() if text else ""


def _of_today(earlier: Earlier, moved: Moved) -> Earlier:
    """An import as it is remembered, its rows under the ids of today; of merged ones, the one that was kept."""
    rows = dict(earlier.rows)
    for table in rows.keys() & moved.keys():
        gone = {i: now for i, now in moved[table].items() if now}
        if any(i in gone for i in rows[table]):
            kept = {i: cells for i, cells in rows[table].items() if i not in gone}
            rows[table] = {**{gone[i]: cells for i, cells in rows[table].items() if i in gone}, **kept}
    return replace(earlier, rows=rows)


def _undone(into: Dataset) -> tuple[set[str], frozenset[str]]:
    """The versions that imports led to which were taken back since; the statements that imports were last to remove."""
    assert into.location is not None
    try:
        steps = [*standing(reversed(history(into.location)))]
    except DatasetError:
        return set(), frozenset()
    last: dict[str, str] = {}  # statement -> the kind of step that removed it last
    for step in (s for s, stands in steps if stands):
        for change in step.changes:
            if change.kind == "deleted" and change.table == "statements":
                last.setdefault(change.id, step.kind)
    removed = frozenset(id for id, kind in last.items() if kind == "import")
    undone = {s.after for s, stands in steps if not stands} - {
        s.after for s, stands in steps if stands and not s.undoes
    }
    return undone, removed


# ---- the file


def _written(imports: Sequence[Earlier]) -> bytes:
    """One line a row, so that people and git can read it."""
    about = "What was imported: answers (edit or delete them as you like), and hashes of the cells that each file held."
    document = {
        "about": about,
        "imports": [
            {
                "file": i.shape.file,
                "kind": i.shape.kind,
                "names": [*i.shape.names],
                **{k: v for k in ("sheet", "content") if (v := getattr(i.shape, k))},
                "after": i.after,
                "answers": i.answers,
                "rows": {
                    table: {
                        "columns": (columns := [*dict.fromkeys(c for cells in rows.values() for c in cells)]),
                        "cells": {id: ",".join(cells.get(c, "") for c in columns) for id, cells in rows.items()},
                    }
                    for table, rows in i.rows.items()
                },
            }
            for i in imports
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _parsed(content: bytes) -> list[Earlier]:
    """The imports of the file; ValueError says what is wrong."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as e:
        raise ValueError(f"it is not JSON ({e.msg}, line {e.lineno})") from None
    imports = _of(_of(found, dict, "the file").get("imports", []), list, "imports")
    return [_earlier(_of(i, dict, "an import")) for i in imports[-_MOST_IMPORTS:]]


def _earlier(given: Mapping[str, Any]) -> Earlier:
    file, kind, after = (_of(given.get(k), str, k) for k in ("file", "kind", "after"))
    names = tuple(_of(n, str, "a name") for n in _of(given.get("names", []), list, "names"))
    answers = {k: _answer(k, v) for k, v in _of(given.get("answers", {}), dict, "answers").items()}
    rows: dict[str, Rows] = {}
    for table, held in _of(given.get("rows", {}), dict, "rows").items():
        if table not in TABLES:
            raise ValueError(f"{shown(table)} is not a table")
        columns = [_of(c, str, "a column") for c in _of(_of(held, dict, table).get("columns", []), list, "columns")]
        cells = _of(held.get("cells", {}), dict, "cells")
        rows[table] = {id: _cells(columns, _of(text, str, "cells")) for id, text in cells.items()}
    sheet = ALL_SHEETS if answers.get("sheet") == ALL_SHEETS else ""  # of a file written before these were kept
    sheet, content = _of(given.get("sheet", sheet), str, "sheet"), _of(given.get("content", ""), str, "content")
    return Earlier(Shape(kind, file, names, sheet, content), after, answers, rows)


def _cells(columns: Sequence[str], text: str) -> RowCells:
    hashes = text.split(",")
    if len(hashes) != len(columns):
        raise ValueError("a row has not as many cells as there are columns")
    return dict(zip(columns, hashes, strict=True))


_TYPES: Mapping[str, type] = {
    OPTIONS[f.name]: {"Mapping": dict, "Sequence": list}.get(str(f.type).partition("[")[0], str)
    for f in fields(ImportOptions)
    if f.name in OPTIONS
}


def _answer(option: str, value: Any) -> Any:
    """An answer of the type that its option has."""
    if option not in _TYPES:
        raise ValueError(f"{shown(option)} is not an option")
    found = _of(value, _TYPES[option], option)
    if isinstance(found, dict):
        return {k: _of(v, str, option) for k, v in found.items()}
    if isinstance(found, list):
        return [_of(v, str, option) for v in found]
    return found


def _of(value: Any, kind: type, what: str) -> Any:
    if not isinstance(value, kind):
        words = "an object" if kind is dict else "a list" if kind is list else "a text"
        raise ValueError(f"{clean(what)} is not {words}")
    return value
