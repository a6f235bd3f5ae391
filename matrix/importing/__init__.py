"""Any file or folder from outside becomes one of two things: a dataset of its own, or changes to one that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matrix.dataset.changes import Comparison, compare, merge, strangers
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, Problem, not_one_of
from matrix.store.folder import load
from matrix.store.history import unsound

if TYPE_CHECKING:
    from matrix.importing.imported import Arrival
    from matrix.importing.sheet.mapping import Mapping_
    from matrix.importing.spreadsheet import Sheet

ENDINGS = (".xlsx", ".csv", ".json", ".parquet", ".dna", ".qdpx")
_ROWS = "holds {} rows"
_CELLS = 100  # of a workbook, for each row that may come in: its sheets of ours show a row several times


@dataclass(frozen=True)
class Corrections:
    """What a person has said about a file that is not ours: see docs/bring-your-data.md."""

    columns: Mapping[str, str] = field(default_factory=dict)
    stances: Mapping[str, str] = field(default_factory=dict)
    same: Sequence[str] = ()
    different: Sequence[str] = ()
    dates: str = ""
    actors: str = "organization"
    proposals: str = "Proposals"
    qualifier: str = ""
    sheet: str = ""  # of a workbook made by hand; else the one whose header names the columns needed


@dataclass(frozen=True, eq=False)
class Incoming:
    """What a file holds: `told` is how it was understood, `problems` what must be said or mended first.

    `dataset` stands on its own (where there is none yet to change), else `comparison` is what would change.
    `texts`: source ids and the texts that came along, as UTF-8.
    """

    told: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    dataset: Dataset | None = None
    comparison: Comparison | None = None
    texts: Mapping[str, bytes] = field(default_factory=dict)
    mapping: Mapping_ | None = None  # of a sheet made by hand: what each column and word was taken for
    sheets: tuple[str, ...] = ()  # of a workbook made by hand: those that may be read, and the one that was
    sheet: str = ""


def read_incoming(
    source: Path, into: Dataset | None = None, said: Corrections | None = None, *, most: int | None = None
) -> Incoming:
    """Read a file by its ending, or another dataset's folder; nothing is written.

    A workbook, JSON or Parquet file of ours is the dataset itself, edited: what it lacks was deleted. Anything else is
    merged: it adds and fills in, and never takes away. DatasetError for what cannot be read at all, and for a file of
    more than `most` rows, or that comes to more changes than that: a server holds them for each of its visitors.
    """
    found = _read(source, into, said, most)
    if found.comparison:
        _bound(len(found.comparison.changes), "comes to {} changes", source.name, most)
    return found


def _read(source: Path, into: Dataset | None, said: Corrections | None, most: int | None) -> Incoming:
    said = said or Corrections()
    _refuse_unheard(source.name, "" if source.is_dir() else source.suffix.lower(), said)
    if source.is_dir():
        other = load(source)
        return _merged(other, into, _texts_beside(other))
    ending = source.suffix.lower()
    if ending == ".xlsx":
        return _workbook(source, into, said, most)
    if ending == ".csv":
        from matrix.importing.spreadsheet import read_csv_sheet

        sheet = read_csv_sheet(source)
        _bound(len(sheet.rows), _ROWS, source.name, most)
        return _sheet(sheet, source.name, into, said)
    if ending in (".json", ".parquet"):
        return _whole(source, into, most)
    if ending == ".dna":
        from matrix.importing.dna.read import read_dna

        if said.actors not in ("organization", "person"):
            raise DatasetError([Problem(source.name, 0, "", "actors are organization or person")])
        person = said.actors == "person"
        arrival = read_dna(source, "person" if person else "organization", said.qualifier)
        _bound(sum(map(len, arrival.frames.values())), _ROWS, source.name, most)
        return _arrived(arrival, into)
    if ending == ".qdpx":
        from matrix.importing.refi.read import read_refi

        arrival = read_refi(source, said.proposals, stance_words=dict(said.stances))
        _bound(sum(map(len, arrival.frames.values())), _ROWS, source.name, most)
        return _arrived(arrival, into)
    words = f"is of no kind that can be read: a folder, or a file that ends in {', '.join(ENDINGS)}"
    raise DatasetError([Problem(source.name, 0, "", words)])


def _bound(number: int, holds: str, file: str, most: int | None) -> None:
    """DatasetError where a file has more than `most` of something."""
    if most is not None and number > most:
        raise DatasetError([Problem(file, 0, "", f"{holds.format(f'{number:,}')}, {_way_out(file, most)}")])


def _way_out(file: str, most: int) -> str:
    return f"and the page takes {most:,} at once; the command line takes all: policy-matrix import {file} FOLDER"


def _refuse_unheard(file: str, ending: str, said: Corrections) -> None:
    """DatasetError for options that say nothing about this kind of file: nobody should believe that they were heard.

    `ending`: of the file; "" for a folder, "ours" for a workbook that was written here.
    """
    hand = (".csv", ".xlsx")
    options: tuple[tuple[str, bool, tuple[str, ...]], ...] = (
        ("--map", bool(said.columns), hand),
        ("--stance", bool(said.stances), (*hand, ".qdpx")),
        ("--same", bool(said.same), hand),
        ("--different", bool(said.different), hand),
        ("--dates", bool(said.dates), hand),
        ("--sheet", bool(said.sheet), (".xlsx",)),
        ("--actors", said.actors != Corrections.actors, (".dna",)),
        ("--qualifier", bool(said.qualifier), (".dna",)),
        ("--proposals", said.proposals != Corrections.proposals, (".qdpx",)),
    )
    unheard = [(name, kinds) for name, given, kinds in options if given and ending not in kinds]
    if unheard:
        here = {"": "a folder", "ours": "a workbook of ours"}.get(ending, f"a {ending} file")
        raise DatasetError(
            Problem(file, 0, "", f"{name} says nothing about {here}: it is for {', '.join(kinds)} from elsewhere")
            for name, kinds in unheard
        )


def _workbook(source: Path, into: Dataset | None, said: Corrections, most: int | None) -> Incoming:
    from matrix.importing.spreadsheet import read_workbook
    from matrix.importing.workbook import compare_workbook, is_ours, workbook_dataset

    if most is None:
        sheets = read_workbook(source)
    else:
        words = f"holds more than {most * _CELLS:,} cells, too many for {most:,} rows, {_way_out(source.name, most)}"
        sheets = read_workbook(source, most_cells=most * _CELLS, too_many=words)
    if not is_ours(sheets):
        names = tuple(s.name for s in sheets if s.rows and (not s.hidden or s.name == said.sheet))
        try:
            sheet = _chosen(sheets, source.name, said)
        except DatasetError as e:
            if said.sheet or len(names) < 2:
                raise
            return Incoming(problems=e.problems, sheets=names)  # of which one is to be chosen
        _bound(len(sheet.rows), _ROWS, source.name, most)
        others = [name for name in names if name != sheet.name]
        notes = tuple(f"the sheet {name!r} is not read; --sheet {name!r} takes it instead" for name in others)
        return replace(_sheet(sheet, source.name, into, said, notes), sheets=names, sheet=sheet.name)
    _refuse_unheard(source.name, "ours", said)
    if into is None:
        return Incoming(dataset=workbook_dataset(source))
    found = compare_workbook(source, into)
    return Incoming(problems=found.problems, notes=found.notes, comparison=found)


def _chosen(sheets: Sequence[Sheet], file: str, said: Corrections) -> Sheet:
    """The sheet that the user names; else the one that most looks like statements, and the first where none does."""
    from matrix.importing.sheet.cells import promise

    filled = [s for s in sheets if s.rows]
    if said.sheet:
        named = next((s for s in filled if s.name == said.sheet), None)
        if named is None:
            message = f"--sheet {said.sheet}: {not_one_of(said.sheet, [s.name for s in filled])}"
            raise DatasetError([Problem(file, 0, "", message)])
        return named
    seen = [s for s in filled if not s.hidden]
    if not seen:
        raise DatasetError([Problem(file, 0, "", "has no sheet with anything in it")])
    promises = [promise(s, said.columns) for s in seen]
    best = [s for s, n in zip(seen, promises, strict=True) if n == max(promises)]
    if max(promises) > 1 and len(best) > 1:
        names = ", ".join(repr(s.name) for s in best)
        message = f"several sheets look like statements: {names}; say which with --sheet (or keep but one in the file)"
        raise DatasetError([Problem(file, 0, "", message)])
    return best[0] if max(promises) > 1 else seen[0]


def _whole(source: Path, into: Dataset | None, most: int | None) -> Incoming:
    if source.suffix.lower() == ".json":
        from matrix.export.json_document import read_json

        found = read_json(source)
    else:
        from matrix.export.parquet import read_parquet_dataset

        found = read_parquet_dataset(source)
    _bound(sum(map(len, found.frames.values())), _ROWS, source.name, most)
    if into is None:
        return Incoming(dataset=found)
    now = dict(into.frames)
    if strangers(now, found.frames):
        words = "is another dataset: none of its ids stands here; import it into a folder of its own first"
        raise DatasetError([Problem(source.name, 0, "", words)])
    changes = compare(now, dict(found.frames), now)
    problems = tuple(unsound(into, changes))
    return Incoming(problems=problems, comparison=Comparison(tuple(changes), problems, (), into.version))


def _sheet(sheet: Sheet, name: str, into: Dataset | None, said: Corrections, notes: tuple[str, ...] = ()) -> Incoming:
    from matrix.importing.sheet.mapping import propose
    from matrix.importing.sheet.read import read_sheet

    given: dict[str, Any] = {"same": said.same, "different": said.different, "dates": said.dates, "into": into}
    mapping = propose(sheet, name, map=said.columns, stances=said.stances, **given)
    if mapping.problems:
        return Incoming(str(mapping), mapping.problems, notes, mapping=mapping)
    try:
        arrived = _arrived(read_sheet(sheet, mapping), into, str(mapping), notes)
    except DatasetError as e:  # of its rows: the mapping is worth showing all the same
        return Incoming(str(mapping), e.problems, notes, mapping=mapping)
    return replace(arrived, mapping=mapping)


def _arrived(arrival: Arrival, into: Dataset | None, told: str = "", notes: tuple[str, ...] = ()) -> Incoming:
    notes = (*notes, *arrival.notes)
    if into is None:
        from matrix.store.new import described

        return Incoming(told, (), notes, described(arrival.frames, arrival.title), texts=arrival.texts)
    found = _merged(Dataset.from_frames(arrival.frames), into)
    return Incoming(told, found.problems, (*notes, *found.notes), None, found.comparison, arrival.texts)


def _texts_beside(other: Dataset) -> dict[str, bytes]:
    """The sources' texts below the folder, as far as they are those that its table names by their hash."""
    from matrix.dataset.quotes import hash_of
    from matrix.store.journal import TEXTS, read

    hashes = {str(id): str(h) for id, h in zip(other.sources["id"], other.sources["sha256"], strict=True) if h}
    found = {id: read(other.folder, f"{TEXTS}/{id}.txt") for id in hashes} if other.folder else {}
    return {id: text for id, text in found.items() if text is not None and hash_of(text) == hashes[id]}


def _merged(other: Dataset, into: Dataset | None, texts: Mapping[str, bytes] | None = None) -> Incoming:
    texts = texts or {}
    if into is None:
        return Incoming(dataset=other, texts=texts)
    from matrix.dataset.changes import on_one_scale

    changes = merge(*on_one_scale(into, other))
    problems = tuple(unsound(into, changes))
    return Incoming(problems=problems, comparison=Comparison(tuple(changes), problems, (), into.version), texts=texts)
