"""Reading files: `read_file` makes a dataset of any file or folder from outside, or changes to one that is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.dataset.changes import compare, merge, on_one_scale, unrelated, unsound
from matrix.dataset.dataset import Dataset, column
from matrix.dataset.former_ids import as_today
from matrix.dataset.problems import DatasetError, Problem, not_one_of, refuse, shown
from matrix.importing.file_cells import BOOKS, TEXTS
from matrix.importing.name_matching import Pair, exact, spelt_alike
from matrix.importing.remembered import ALL_SHEETS, SHEET, Memory, Shape, file_hash
from matrix.importing.result import (
    NO_COLUMN,
    AnotherDatasetError,
    Import,
    ImportedTables,
    ImportOptions,
    OpenQuestionError,
    Undecided,
)
from matrix.store.folder import load
from matrix.wording import listed

if TYPE_CHECKING:
    from matrix.importing.file_cells import Sheet
    from matrix.importing.sheet.mapping import SheetMapping

__all__ = ["ENDINGS", "Import", "ImportOptions", "read_file"]

ENDINGS = (*BOOKS, *TEXTS, ".json", ".parquet", ".dna", ".qdpx", ".qdc", ".zip")
_SAVE_AS = {  # what cannot be read, and what to do with it
    **dict.fromkeys((".numbers", ".gsheet"), "export it as .xlsx there"),
    **dict.fromkeys(
        (".xlsb", ".xltx", ".xml", ".fods", ".sxc", ".et"), "open it in a spreadsheet program and save as .xlsx"
    ),
    **dict.fromkeys(
        (".pdf", ".docx", ".doc", ".odt", ".rtf", ".html", ".htm", ".pptx", ".md", ".pages"),
        "copy its table into a spreadsheet and save that as .xlsx",
    ),
    **dict.fromkeys((".sav", ".dta", ".sas7bdat", ".rds", ".rdata", ".por"), "export it as CSV with labels there"),
    **dict.fromkeys(
        (".mx24", ".mx22", ".mex24", ".nvp", ".nvpx", ".nvcx", ".atlproj23", ".atlproj", ".qda", ".qrk"),
        "export it as a REFI-QDA project (.qdpx) there",
    ),
    **dict.fromkeys((".gz", ".7z", ".rar"), "unpack it first"),
}
SHEET_NAME = "@sheet"  # as options say it
_ROWS = "holds {} rows"
_CELLS = 100  # of a workbook, for each row that may be read: its sheets of ours show a row several times


def read_file(
    path: str | PathLike[str],
    *,
    into: Dataset | None = None,
    options: ImportOptions | None = None,
    most: int | None = None,
) -> Import:
    """What a file, or another dataset's folder, holds: a dataset, or changes to `into`; nothing is written.

    A workbook, JSON or Parquet file of ours is the dataset itself, edited: what it lacks was deleted. Anything else is
    merged: it adds and fills in, and never takes away. DatasetError for what cannot be read at all, and for a file of
    more than `most` rows, or that comes to more changes than that: a server holds them for each of its visitors.
    """
    source = Path(path)
    found = _read(source, into, options or ImportOptions(), most)
    _bound(len(found.changes), "comes to {} changes", source.name, most)
    return found


def _read(source: Path, into: Dataset | None, options: ImportOptions, most: int | None) -> Import:
    ending = _unpacked(source) if source.is_dir() else source.suffix.lower()
    if ending not in ("", *ENDINGS) or not (ending or source.is_dir()):
        way = _SAVE_AS.get(ending, f"a folder can, or a file that ends in {', '.join(ENDINGS)}")
        refuse(source.name, f"cannot be read: {way}")
    if ending == ".zip":
        ending = ".qdpx"  # a project that was unpacked and packed again, or put into an archive
    _refuse_unused(source.name, ending, options)
    memory = Memory.of(into)
    if not ending:
        other = load(source)
        return Import(other, texts=_texts_of(other)) if into is None else _merged(other, into, texts=_texts_of(other))
    if ending in BOOKS:
        return _workbook(source, into, options, memory, most)
    if ending in TEXTS:
        return _text(source, into, options, memory, most)
    if ending in (".json", ".parquet"):
        return _edited(source, into, most)
    return _coded(source, ending, into, options, memory, most)


def _coded(
    source: Path, ending: str, into: Dataset | None, given: ImportOptions, memory: Memory, most: int | None
) -> Import:
    """What the file of a coding program holds, read with the answers that are remembered for one of its shape."""
    read: Callable[[ImportOptions], ImportedTables]
    names: tuple[str, ...] = ()
    if ending == ".dna":
        from matrix.importing.dna import read_dna, read_study, variables_of

        study = read_study(source)
        names = variables_of(study)

        def read(options: ImportOptions) -> ImportedTables:
            return read_dna(source, options, study)
    else:
        from matrix.importing.refi import read_project, read_refi

        project = read_project(source, source.name)
        names = project.names

        def read(options: ImportOptions) -> ImportedTables:
            return read_refi(source, options, project=project)

    from matrix.importing.naming import named_once

    shape = Shape(ending.removeprefix("."), source.name, names)
    given = memory.without_repeated(shape, given)
    options, used = memory.answers(shape, given)
    try:
        try:
            tables = read(options)
        except DatasetError:
            if not used:
                raise
            options, used = given, ()  # answers about another file, after all
            tables = read(options)
    except DatasetError as e:  # the file itself could be read
        raise OpenQuestionError(e.problems) from None
    _bound(sum(map(len, tables.frames.values())), _ROWS, source.name, most)
    named = named_once(tables, into, options, source.name)
    if spelt := _spelt_alike(named.questions, source.name):
        notes = (*memory.warnings, *used, *named.tables.all_notes)
        return Import(problems=tuple(spelt), notes=notes, questions=named.questions)
    return _imported(named.tables, into, shape, options, memory, (*memory.warnings, *used), named.questions)


def _spelt_alike(pairs: Sequence[Pair], file: str) -> list[Problem]:
    """A question for each two names of the same letters: too likely one to be taken for two."""
    return [
        Problem(
            file,
            0,
            "",
            f"{shown(p.a)} and {shown(p.b)} differ in spelling only: say --same '{p.a}={p.b}' if they are one "
            f"{p.field}, or --different '{p.a}={p.b}'",
        )
        for p in pairs
        if spelt_alike(p.a, p.b)
    ]


def _unpacked(folder: Path) -> str:
    """The ending of what was unpacked to this folder, '' for the folder of a dataset."""
    return ".qdpx" if any(True for pattern in ("*.qde", "*/*.qde") for _ in folder.glob(pattern)) else ""


def _bound(number: int, holds: str, file: str, most: int | None) -> None:
    """DatasetError where a file has more than `most` of something."""
    if most is not None and number > most:
        refuse(file, f"{holds.format(f'{number:,}')}, {_way_out(file, most)}")


def _way_out(file: str, most: int) -> str:
    return f"and the page takes {most:,} at once; the command line takes all: policy-matrix import {file} FOLDER"


def _refuse_unused(file: str, ending: str, options: ImportOptions) -> None:
    """DatasetError for options that do not apply to this kind of file: nobody should believe that they were used.

    `ending`: of the file; "" for a folder, "ours" for a workbook that was written here.
    """
    hand = (*TEXTS, *BOOKS)
    coded, refi = (".dna", ".qdpx"), (".qdpx", ".qdc")
    applies: tuple[tuple[str, bool, tuple[str, ...]], ...] = (
        ("--map", bool(options.columns), hand),
        ("--stance", bool(options.stances), (*hand, *refi)),
        ("--same", bool(options.same), (*hand, *coded)),
        ("--different", bool(options.different), (*hand, *coded)),
        ("--set", bool(options.constants), hand),
        ("--dates", bool(options.dates), hand),
        ("--sheet", bool(options.sheet), BOOKS),
        ("--encoding", bool(options.encoding), TEXTS),
        ("--actors", bool(options.actors), coded),
        ("--proposals", bool(options.proposals), (".dna", *refi, *hand)),
        ("--stance-from", bool(options.stance_from), (".dna", *refi)),
        ("--type", bool(options.types), (".dna",)),
        ("--update", options.update, (*hand, *coded)),
        ("--forget", options.forget, (*hand, *coded)),
    )
    unused = [(name, endings) for name, given, endings in applies if given and ending not in endings]
    if unused:
        this = {"": "a folder", "ours": "a workbook of ours"}.get(ending, f"a {ending} file")
        raise DatasetError(
            Problem(
                file, 0, "", f"{name} does not apply to {this}: it is for {', '.join(known)} files that others made"
            )
            for name, known in unused
        )


def _text(source: Path, into: Dataset | None, options: ImportOptions, memory: Memory, most: int | None) -> Import:
    from matrix.importing.file_cells.csv import read_csv_sheet

    sheet = read_csv_sheet(source, encoding=options.encoding)
    _bound(len(sheet.rows), _ROWS, source.name, most)
    how = sheet.encoding
    if how is None:
        return _sheet(sheet, source, into, options, memory)
    if how.asked:
        question = Problem(source.name, 0, "", how.question)
        return Import(problems=(question,), encodings=how.readings)
    found = _sheet(sheet, source, into, options, memory, (how.note,) if how.note else ())
    return replace(found, encoding=how.name, encodings=how.readings)


def _workbook(source: Path, into: Dataset | None, options: ImportOptions, memory: Memory, most: int | None) -> Import:
    from matrix.importing.workbook import dataset_of_sheets, import_of_sheets, is_ours

    sheets = _sheets_of(source, most)
    if is_ours(sheets):
        _refuse_unused(source.name, "ours", options)
        if into is None:
            return Import(dataset_of_sheets(sheets, source.name))
        return import_of_sheets(sheets, into, source.name)
    said, remembered = memory.sheet_of(source.name, [s.name for s in sheets if s.rows and not s.hidden], options)
    options = replace(options, sheet=said)
    names = tuple(s.name for s in sheets if s.rows and (not s.hidden or s.name == options.sheet))
    if options.sheet == ALL_SHEETS:
        chosen = [s for s in sheets if s.rows and not s.hidden]
        _bound(sum(len(s.rows) for s in chosen), _ROWS, source.name, most)
        whole = _all_sheets(chosen, source, into, options, memory)
        return replace(whole, sheets=names, sheet=ALL_SHEETS, notes=(*remembered, *whole.notes, *_hidden(sheets)))
    try:
        sheet = _chosen(sheets, source.name, options)
    except DatasetError as e:
        if options.sheet or len(names) < 2:
            raise
        return Import(problems=e.problems, sheets=names)  # one of which is to be chosen
    _bound(len(sheet.rows), _ROWS, source.name, most)
    others = [name for name in names if name != sheet.name]
    notes = (*remembered, *_of_other_sheets(others, sheets, sheet))
    found = _sheet(sheet, source, into, options, memory, notes, sheet.name)
    if others:
        found = _with_way(
            found, f"; --sheet '{ALL_SHEETS}' --set '{{}}={SHEET_NAME}' reads all sheets, each as one {{}}'s"
        )
    return replace(found, sheets=names, sheet=sheet.name)


def _with_way(found: Import, way: str) -> Import:
    """With a way out behind each question that the name of a sheet may answer."""
    problems = tuple(
        replace(p, message=p.message + way.format(p.column, p.column))
        if p.column in ("actor", "proposal") and p.kind == NO_COLUMN
        else p
        for p in found.problems
    )
    mapping = found.mapping and replace(found.mapping, problems=problems)
    return replace(found, problems=problems, mapping=mapping if found.problems else found.mapping)


def _of_other_sheets(others: Sequence[str], sheets: Iterable[Sheet], sheet: Sheet) -> list[str]:
    """A note for each sheet that is not read."""
    notes = [f"the sheet {name!r} is not read; --sheet {name!r} takes it instead" for name in others]
    return notes + _hidden(s for s in sheets if s is not sheet)


def _hidden(sheets: Iterable[Sheet]) -> list[str]:
    """A note for each hidden sheet that has something in it: it is not read unless it is named."""
    hidden = [s.name for s in sheets if s.rows and s.hidden]
    return [f"the sheet {name!r} is hidden and not read; --sheet {name!r} takes it alone" for name in hidden]


def _sheets_of(source: Path, most: int | None) -> list[Sheet]:
    """The sheets of a workbook of any format; DatasetError where it has too many cells for `most` rows."""
    from matrix.importing.file_cells import MOST_CELLS, TOO_MANY

    cells, words = MOST_CELLS, TOO_MANY
    if most is not None:
        cells = most * _CELLS
        words = f"holds more than {cells:,} cells, too many for {most:,} rows, {_way_out(source.name, most)}"
    if source.suffix.lower() in (".ods", ".xls"):
        from matrix.importing.file_cells.ods_xls import read_ods_or_xls

        return read_ods_or_xls(source, most_cells=cells, too_many=words)
    from matrix.importing.file_cells.xlsx import read_workbook

    return read_workbook(source, most_cells=cells, too_many=words)


def _chosen(sheets: Sequence[Sheet], file: str, options: ImportOptions) -> Sheet:
    """The sheet that the user names; else the one that most looks like statements, and the first where none does."""
    from matrix.importing.sheet.named_columns import likeness

    filled = [s for s in sheets if s.rows]
    if options.sheet:
        named = next((s for s in filled if s.name == options.sheet), None)
        if named is None:
            refuse(file, f"--sheet {options.sheet}: {not_one_of(options.sheet, [s.name for s in filled])}")
        return named
    visible = [s for s in filled if not s.hidden]
    if not visible:
        refuse(file, "has no sheet with anything in it")
    scores = [likeness(s, options.columns) for s in visible]
    best = [s for s, n in zip(visible, scores, strict=True) if n == max(scores)]
    if max(scores) < 2:
        best = _of_one_header(visible)
    if len(best) > 1:
        names = ", ".join(repr(s.name) for s in best)
        what = "look like statements" if max(scores) > 1 else "have much the same header"
        refuse(
            file,
            f"several sheets {what}: {names}; choose with --sheet, all with --sheet '{ALL_SHEETS}'"
            f"{_names_say(best)} (or leave one in the file)",
        )
    return best[0] if max(scores) > 1 else visible[0]


def _of_one_header(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The first sheet and those with the same first column and at least half of the other ones."""
    from matrix.importing.name_matching import loose
    from matrix.importing.sheet.named_columns import header_of

    heads = [[loose(c) for c in header_of(s)[1] if c.strip()] for s in sheets]
    first = heads[0]

    def alike(head: Sequence[str]) -> bool:
        shared = {*head[1:]} & {*first[1:]}
        return head[:1] == first[:1] and bool(shared) and 2 * len(shared) >= max(len(head), len(first)) - 1

    return [s for s, head in zip(sheets, heads, strict=True) if alike(head)]


def _names_say(sheets: Sequence[Sheet]) -> str:
    """What the names of sheets may say that none of their headers does."""
    from matrix.importing.sheet.headers import rows_mean
    from matrix.importing.sheet.named_columns import fields_named, header_of

    heads = [header_of(s)[1] for s in sheets]
    known = set().union(*(fields_named(h) | {rows_mean(c) for c in h} for h in heads))
    lacking = [f for f in ("actor", "proposal") if f not in known]
    if len(lacking) == 1 and any({*fields_named(h)} & {"stance"} for h in heads):
        return f" --set '{lacking[0]}={SHEET_NAME}' where each is of one {lacking[0]}"
    return ""


def _edited(source: Path, into: Dataset | None, most: int | None) -> Import:
    """A file that holds a dataset as a whole; what it lacks was deleted, as nothing in it says what it held before."""
    if source.suffix.lower() == ".json":
        from matrix.importing.json_document import read_json

        found = read_json(source)
    else:
        from matrix.importing.parquet import read_parquet_dataset

        found = read_parquet_dataset(source)
    _bound(sum(map(len, found.frames.values())), _ROWS, source.name, most)
    if into is None:
        return Import(found)
    now = dict(into.frames)
    if unrelated(now, found.frames):
        message = "is another dataset: no id appears in both; import it into a folder of its own first"
        raise AnotherDatasetError([Problem(source.name, 0, "", message)])
    changes = tuple(compare(now, as_today(found.frames, into.moved), now))
    return Import(changes=changes, problems=tuple(unsound(into, changes)), seen=into.version)


def _sheet(
    sheet: Sheet,
    source: Path,
    into: Dataset | None,
    given: ImportOptions,
    memory: Memory,
    notes: Sequence[str] = (),
    of_book: str = "",
) -> Import:
    """What one sheet holds; `of_book`: its name where there are others."""
    from matrix.importing.naming import sheet_named_once, without_file
    from matrix.importing.sheet import alike as note_of
    from matrix.importing.sheet import read_sheet

    file = source.name
    notes = list(notes)
    own: list[str] = []  # of what the sheet shows
    mapping = None
    try:
        rest, same, different = without_file(given, file)
        seen, mapping = _understood(sheet, file, into, rest, own)
        shape = Shape(SHEET, file, _header(seen, mapping.cells.header_row), of_book, file_hash(source))
        given = memory.without_repeated(shape, given)
        options, used = memory.answers(shape, given)
        if used:
            rest, same, different = without_file(options, file)
            own = []
            seen, mapping = _understood(sheet, file, into, rest, own)
            if unusable := {*mapping.decided.unknown, *mapping.unused} - given.named:
                usable, used = memory.answers(shape, given, unusable)
                own = []
                seen, mapping = _understood(sheet, file, into, without_file(usable, file)[0], own)
        notes, own = [*memory.warnings, *used, *notes, *own], []
        suggested = memory.constants_of_others(shape, given)
        problems = _with_suggested(mapping.problems, suggested, {*mapping.fields.values()}, file)
        if not problems:
            held = memory.files(SHEET, "statements")
            named = sheet_named_once(read_sheet(seen, mapping), into, file, same, different, memory.copied(), held)
            if named.asked:
                told = (*notes, *named.tables.all_notes, *note_of(mapping.questions))
                return _asked(named.asked, file, told, mapping)
            if named.title:
                shape = replace(shape, file=named.title)
                notes.append(f"Taken for a newer copy of {named.title!r}.")
            found = _imported(named.tables, into, shape, options, memory, tuple(notes), alike=mapping.questions)
            return replace(found, mapping=mapping)
    except DatasetError as e:
        if mapping is None and not notes and not own:
            raise
        problems = e.problems  # what is known of the sheet so far is worth showing all the same
    return Import(problems=problems, notes=(*notes, *own), mapping=mapping)


def _with_suggested(
    problems: Sequence[Problem], suggested: Mapping[str, tuple[str, str]], there: Collection[str], file: str
) -> tuple[Problem, ...]:
    """The problems, and a question for each constant of other files that this one says nothing about.

    `suggested`: field -> the value of another file, and that file; `there`: the fields that columns have.
    """
    asked = list(problems)
    for name, (value, other) in suggested.items():
        if name in there:
            continue
        ways = f"the import of {shown(other)} was read with --set '{name}={value}'"
        copy = f"--same '{other}={file}' if this is a newer copy of it" if other != file else ""
        at = next((i for i, p in enumerate(asked) if p.column == name and p.kind == NO_COLUMN), None)
        if at is not None:
            more = f" ({ways}{f'; {copy}' if copy else ''})"
            asked[at] = replace(asked[at], message=asked[at].message + more)
            continue
        copy = f", or {copy}" if copy else ""
        message = (
            f"{ways}, and nothing says what holds for this file: say --set '{name}={value}' if the same does, "
            f"--set '{name}=…' for another, --set '{name}=@blank' for none{copy}"
        )
        asked.append(Problem(file, 0, name, message))
    return tuple(asked)


def _understood(
    sheet: Sheet, file: str, into: Dataset | None, options: ImportOptions, notes: list[str]
) -> tuple[Sheet, SheetMapping]:
    """The sheet as a reader sees it, and how it would be read; notes of what is left out."""
    from matrix.importing.sheet.cell_formats import as_shown, without_struck
    from matrix.importing.sheet.mapping import propose

    options = replace(
        options, constants={f: sheet.name if v == SHEET_NAME else v for f, v in options.constants.items()}
    )
    sheet, left_out = as_shown(sheet, {exact(c) for c in options.columns})
    notes += left_out
    if sheet.colours:
        sheet = _with_colours(sheet, file, into, options, notes)
    mapping = propose(sheet, file, options=options, into=into)
    if sheet.struck:
        seen, left_out = without_struck(sheet, mapping.cells, mapping.columns)
        notes += left_out
        if seen is not sheet:
            sheet, mapping = seen, propose(seen, file, options=options, into=into)
    return sheet, mapping


def _with_colours(sheet: Sheet, file: str, into: Dataset | None, options: ImportOptions, notes: list[str]) -> Sheet:
    """A wide sheet may say by colours what others say by words; in any other sheet they are counted only."""
    from matrix.importing.sheet.cell_formats import colours_but_in, is_colour, with_colours
    from matrix.importing.sheet.mapping import propose

    found = None
    with suppress(DatasetError):
        found = propose(sheet, file, options=options, into=into)
    if found is None or found.problems or found.cells.label_of is not None:
        with suppress(DatasetError):
            coloured = propose(with_colours(sheet), file, options=options, into=into)
            if coloured.cells.label_of is not None and any(map(is_colour, coloured.counts)):
                notes += colours_but_in(sheet, coloured.cells)
                return with_colours(sheet, coloured.cells)
    notes += colours_but_in(sheet)
    return sheet


def _all_sheets(
    sheets: Sequence[Sheet], source: Path, into: Dataset | None, given: ImportOptions, memory: Memory
) -> Import:
    """Each sheet read on its own, all of them as one dataset, with the answers that are remembered."""
    file = source.name
    shape = Shape(SHEET, file, tuple(s.name for s in sheets), ALL_SHEETS, file_hash(source))
    given = memory.without_repeated(shape, given)
    options, used = memory.answers(shape, given)
    found, unused = _each_sheet(sheets, shape, into, options, memory)
    if used and (unusable := unused - given.named):
        options, used = memory.answers(shape, given, unusable)
        found, _ = _each_sheet(sheets, shape, into, options, memory)
    there = set(found.mapping.fields.values()) if found.mapping else set()
    problems = _with_suggested(found.problems, memory.constants_of_others(shape, given), there, file)
    if problems:
        found = replace(found, dataset=None, changes=(), memory=None)
    return replace(found, problems=problems, notes=(*memory.warnings, *used, *found.notes))


def _each_sheet(
    sheets: Sequence[Sheet], shape: Shape, into: Dataset | None, given: ImportOptions, memory: Memory
) -> tuple[Import, set[str]]:
    """All sheets as one dataset: equal names are one, ids appear once; and what of the options none could use."""
    from matrix.importing.naming import sheet_named_once, without_file
    from matrix.importing.sheet import alike as note_of
    from matrix.importing.sheet import read_sheet
    from matrix.importing.sheet.named_columns import likeness
    from matrix.importing.sheet.several_sheets import joined, known_first, named_as_said, options_by_sheet, united

    file = shape.file
    if not sheets:
        refuse(file, "has no sheet with anything in it")
    options, same, different = without_file(given, file)
    scores = [likeness(s, options.columns) for s in sheets]
    notes: list[str] = []
    problems: list[Problem] = []
    mappings: list[SheetMapping] = []
    whole: ImportedTables | None = None
    apart = options_by_sheet([s for s, score in zip(sheets, scores, strict=True) if score or not max(scores)], options)
    for sheet in sheets:
        if sheet.name not in apart:
            notes.append(
                f"the sheet {shown(sheet.name)} is not read, as nothing in it looks like statements; "
                f"--sheet {sheet.name!r} reads it alone"
            )
            continue
        own: list[str] = []
        try:
            known = into if whole is None else united(into, whole)
            own_options = apart[sheet.name] if whole is None else known_first(apart[sheet.name], whole)
            seen, mapping = _understood(sheet, file, known, own_options, own)
            mappings.append(mapping)
            if mapping.problems:
                raise DatasetError(mapping.problems)
            tables = read_sheet(seen, mapping)
            own += [*tables.all_notes, *note_of(mapping.questions)]
            if whole is None:
                whole = tables
            else:
                whole, twice = joined(whole, tables)
                own += twice
        except DatasetError as e:
            problems += [replace(p, message=f"in the sheet {shown(sheet.name)}: {p.message}") for p in e.problems]
        notes += [f"{sheet.name}: {note}" for note in own]
    problems += _dated_by_sheets(file, mappings, options)
    first = next((m for m in mappings if m.problems), mappings[0] if mappings else None)
    unused = {*mappings[0].decided.unknown, *mappings[0].unused} if mappings else set[str]()
    unused = unused.intersection(*({*m.decided.unknown, *m.unused} for m in mappings))
    if problems or whole is None:
        found = Import(problems=tuple(problems), notes=tuple(notes))
        found = _with_way(found, f"; --set '{{}}={SHEET_NAME}' takes the sheet's name")
        return replace(found, mapping=first), unused
    whole = named_as_said(replace(whole, notes=(), without_source={}), options.same, into)
    held = memory.files(SHEET, "statements")
    named = sheet_named_once(whole, into, file, same, different, memory.copied(), held)
    if named.asked:
        return _asked(named.asked, file, tuple(notes), first), unused
    if named.title:
        shape = replace(shape, file=named.title)
        notes.append(f"Taken for a newer copy of {named.title!r}.")
    return replace(_imported(named.tables, into, shape, given, memory, tuple(notes)), mapping=first), unused


def _dated_by_sheets(file: str, mappings: Sequence[SheetMapping], options: ImportOptions) -> list[Problem]:
    """The question whether sheets that are called by years or days give the dates of what they hold."""
    from matrix.importing.sheet.written_dates import iso

    if "date" in options.constants or any("date" in m.fields.values() for m in mappings):
        return []
    dated = []
    for mapping in mappings:
        with suppress(ValueError):
            dated += [mapping.cells.sheet] if iso(mapping.cells.sheet) else []
    if len(dated) < 2:
        return []
    message = (
        f"the sheets are called {listed(map(shown, dated))}: say --set 'date={SHEET_NAME}' if these are the dates of "
        "what they hold, or --set 'date=@blank' if not"
    )
    return [Problem(file, 0, "", message)]


def _header(sheet: Sheet, row: int) -> tuple[str, ...]:
    """The columns' names as the sheet has them."""
    cells = next((cells for number, cells in sheet.rows if number == row), ())
    return tuple(name for cell in cells if (name := exact(str(cell))))


def _imported(
    tables: ImportedTables,
    into: Dataset | None,
    shape: Shape,
    options: ImportOptions,
    memory: Memory,
    notes: tuple[str, ...] = (),
    questions: tuple[Pair, ...] = (),
    alike: Sequence[Pair] = (),
) -> Import:
    """A dataset of the tables, or what they change in one: `options` are those that are remembered with it.

    `questions`: pairs of names that may be one; `alike`: those that were taken for different ones, which is noted.
    """
    from matrix.importing.sheet import alike as note_of
    from matrix.importing.updates import compared, first_memory

    notes = (*notes, *tables.all_notes)
    if into is None:
        from matrix.store.folder import with_package

        made = first_memory(tables.frames, shape, options)
        dataset = with_package(tables.frames, tables.title)
        return Import(dataset, notes=(*notes, *note_of(alike)), texts=tables.texts, questions=questions, memory=made)
    file = Dataset.from_frames(tables.frames)
    found = compared(into, file, tables.frames, shape=shape, options=options, memory=memory, texts=tables.texts)
    problems = tuple(unsound(into, found.changes))
    settled = found.settled.union(*({q.a, q.b} for q in found.asked))
    notes = (*notes, *note_of([pair for pair in alike if not {pair.a, pair.b} <= settled]))
    if found.asked:
        return _asked(found.asked, shape.file, notes)
    notes = (*notes, *found.notes)
    open_ = tuple(pair for pair in questions if not {pair.a, pair.b} <= found.settled)
    return Import(None, found.changes, problems, notes, into.version, found.texts, open_, found.memory)


def _asked(
    questions: tuple[Undecided, ...], file: str, notes: tuple[str, ...], mapping: SheetMapping | None = None
) -> Import:
    """Nothing yet but what is to be decided first."""
    return Import(problems=tuple(q.problem(file) for q in questions), notes=notes, undecided=questions, mapping=mapping)


def _merged(other: Dataset, into: Dataset, *, texts: Mapping[str, bytes]) -> Import:
    other = replace(other, frames=as_today(other.frames, into.moved, rows=False), _memo={})
    changes = tuple(merge(*on_one_scale(into, other)))
    return Import(changes=changes, problems=tuple(unsound(into, changes)), seen=into.version, texts=texts)


def _texts_of(other: Dataset) -> dict[str, bytes]:
    """The sources' texts below the folder, as far as they are those that its table names by their hash."""
    from matrix.dataset.quotes import hash_of
    from matrix.store.atomic_files import TEXTS
    from matrix.store.files import read

    hashes = {id: digest for id, digest in column(other, "sources", "sha256").items() if digest}
    found = {id: read(other.location, f"{TEXTS}/{id}.txt") for id in hashes} if other.location else {}
    return {id: text for id, text in found.items() if text is not None and hash_of(text) == hashes[id]}
