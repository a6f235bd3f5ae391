"""The first sheet: what this is, over what, how to read it, what may be edited, under which licence, how to cite it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matrix.analysis.empty_cells import NEVER
from matrix.analysis.selection_words import as_of_words, scope, selection_words, since_words
from matrix.dataset.dataset import records
from matrix.export.extract import MIXED_DEFINITION, Extract, rule_words, up_to
from matrix.export.workbook.matrix_key import EMPTY_LOOKS, EMPTY_WORDS, empty_kinds
from matrix.export.workbook.writer import QUIET, RULE, TEXT, Book, SheetWriter, line_height, lines_in
from matrix.export.workbook_format import sheet_name
from matrix.palette import INK, Look
from matrix.wording import plural, unsure_of_date

LABEL_WIDTH, TEXT_WIDTH = 30.0, 82.0
EDITING = (
    "Edit the table sheets (Statements, Proposals, Actors, …): change cells, add rows below, delete rows, sort, "
    "move columns. Keep the ids; a new row needs a new one (lower-case letters, digits, hyphens).",
    "A statement has a condition when, and only when, its stance is conditional. "
    "Dates are text: 2026, 2026-05 or 2026-05-14. Lists of ids are joined by ;",
    "The sheets Read me, By side, Matrix, Common ground and Overlap are made from the tables: what is changed there "
    "changes nothing in the data.",
)


def subtitle(extract: Extract) -> str:
    """One line for the head of the matrix: over how much, up to when, which version."""
    n, frames = extract.seen, extract.frames
    sources = len(set(frames["statements"]["source"]))
    parts = [
        f"{plural(len(n.rows), 'proposal')} × {plural(len(n.columns), 'actor')}",
        f"{plural(len(frames['statements']), 'statement')} from {plural(sources, 'source')}",
        *([f"from {extract.selection.since}"] if extract.selection.since else []),
        *([f"as of {extract.selection.as_of}"] if extract.selection.as_of else []),
        *([f"up to {latest}"] if (latest := up_to(extract)) else []),
        f"dataset version {extract.dataset.version}",
    ]
    chosen = selection_words(extract.dataset, extract.selection)
    return " · ".join(parts) + (f" · selection: {'; '.join(chosen)}" if chosen else "")


def readme_sheet(book: Book, extract: Extract, looks: Sequence[Look]) -> None:
    """Write the sheet."""
    sheet = book.sheet("Read me")
    sheet.xlsx.set_column(0, 0, LABEL_WIDTH)
    sheet.xlsx.set_column(1, 1, TEXT_WIDTH)
    row = 0
    sheet.text(row, 0, extract.dataset.title, book.style(bold=True, font_size=16, num_format=TEXT))
    sheet.xlsx.set_row(row, 26)
    sheet.text(
        1, 0, "Who stands where on which proposal, with the evidence behind every cell", book.style(font_color=QUIET)
    )
    row = _section(sheet, 3, "What this is", _facts(extract))
    row = _section(sheet, row, "What is in it", _contents(extract))
    row = _scale(sheet, row, extract, looks)
    rule = rule_words(extract.selection)
    row = _section(sheet, row, "From statements to a cell", [("Rule", rule), *_counting(extract)])
    row = _section(sheet, row, "What may be edited", [("", line) for line in EDITING])
    _section(sheet, row, "Licence and citation", _terms(extract))
    sheet.page(LABEL_WIDTH + TEXT_WIDTH, portrait=True)


def _facts(extract: Extract) -> Iterator[tuple[str, str]]:
    dataset, chosen = extract.dataset, selection_words(extract.dataset, extract.selection)
    yield "Dataset version", f"{dataset.version} (changes when any cell of any table does)"
    sources = dataset.frames["sources"]
    named = set(extract.frames["statements"]["source"])
    undated = int((sources["id"].isin(named) & (sources["date"] == "")).sum())
    yield (
        "Up to",
        (up_to(extract) or "no statement is dated") + (f"; {plural(undated, 'source')} undated" if undated else ""),
    )
    since, as_of = extract.selection.since, extract.selection.as_of
    if since:
        yield "From", since_words(since)
    yield (
        "As of",
        as_of_words(as_of) if as_of else "no day chosen: all statements",
    )
    if over := scope(dataset, extract.selection):
        yield "Scope", f"{over}."
    yield "Selection", "\n".join(chosen) or "none: the whole dataset"
    if extract.narrowed:
        yield "", "This workbook holds only the selection; see below how much of the dataset that is."
    found = extract.seen.positions.evidence
    if found.undated:
        yield "Left out as undated", f"{plural(found.undated, 'statement')}: no date to hold against the days chosen"
    if unsure := unsure_of_date(extract.seen.unsure):
        yield "Dates", unsure


def _contents(extract: Extract) -> Iterator[tuple[str, str]]:
    seen, whole = extract.seen, extract.dataset.frames
    rows = f"{len(seen.rows)} of {plural(len(whole['proposals']), 'proposal')}"
    columns = f"{len(seen.columns)} of {plural(len(whole['actors']), 'actor')}"
    yield "By side", "who of each side takes which position, grouped by how far the sides meet: what one reads first"
    stated = plural(int((seen.codes >= 0).sum()), "cell holds", "cells hold")
    yield "Matrix", f"{rows} × {columns}; {stated} a position"
    yield "Common ground", "how far the sides meet on each proposal: who, on which condition, what is missing"
    yield "Overlap", "how far any two actors agree, and over how many proposals"
    for name, frame in extract.frames.items():
        n, of = len(frame), len(whole[name])
        left = f" ({of - n} left out by the selection)" if n < of else ""
        yield sheet_name(name), f"{n} of {of}{left}" if extract.narrowed else f"{n}"


def _scale(sheet: SheetWriter, row: int, extract: Extract, looks: Sequence[Look]) -> int:
    book, stances = sheet.book, extract.dataset.stances
    definitions = [*map(str, stances["definition"].tolist()), MIXED_DEFINITION]
    row = _section(sheet, row, "What a cell says", [])
    for look, definition in zip(looks, definitions, strict=True):
        style = {"bg_color": look.light, "font_color": INK, "border": 1, "border_color": RULE, "text_wrap": True}
        sheet.text(row, 0, f"{look.glyph}  {look.word}", book.style(**style, num_format=TEXT))
        score = "" if look.score is None else f"score {look.score:g}"
        head = " · ".join(w for w in (look.id, look.native, score) if w)
        _text(sheet, row, f"{head}. {definition}" if definition else head)
        row += 1
    for kind in empty_kinds(extract):
        style = book.style(**{"border": 1, "border_color": RULE, "font_color": QUIET, **EMPTY_LOOKS[kind]})
        if kind == NEVER:
            sheet.text(row, 0, "(blank)", style)
        else:
            sheet.blank(row, [0], style)
        _text(sheet, row, EMPTY_WORDS[kind])
        row += 1
    sheet.text(
        row,
        1,
        "An empty cell is not neutral, whichever of these it is.",
        book.style(text_wrap=True, bold=True, indent=1),
    )
    return row + 2


def _counting(extract: Extract) -> Iterator[tuple[str, str]]:
    yield (
        "Numbers of a side",
        "Backing: actors with a positive position, conditional ones included. Opposing: a negative one. "
        "Heard: any position, of all members. "
        "Every member of a side counts, also one that the selection does not list.",
    )
    uncounted = [s["name"] for s in records(extract.dataset.frames["sides"]) if s["counted"] == "false"]
    if uncounted:
        yield "Shown, never counted", ", ".join(uncounted)


def _terms(extract: Extract) -> Iterator[tuple[str, str]]:
    head: Mapping[str, Any] = extract.dataset.package.head if extract.dataset.package else {}
    licences = head.get("licenses")
    named = [_licence(entry) for entry in licences if isinstance(entry, dict)] if isinstance(licences, list) else []
    yield "Licence of the data", "\n".join(n for n in named if n) or "not stated in the dataset"
    yield "Quotes", "The quoted words belong to their authors."
    people = head.get("contributors")
    who = (
        [str(p.get("title")) for p in people if isinstance(p, dict) and p.get("title")]
        if isinstance(people, list)
        else []
    )
    by = f"{', '.join(who)}: " if who else ""
    yield (
        "How to cite",
        f"{by}{extract.dataset.title}, dataset version {extract.dataset.version}. "
        "Cite a statement with its id and its source.",
    )


def _licence(entry: Mapping[str, Any]) -> str:
    parts = [str(entry[k]) for k in ("title", "name", "path") if entry.get(k)]
    return ", ".join(dict.fromkeys(parts))


def _section(sheet: SheetWriter, row: int, title: str, lines: Any) -> int:
    """A heading and its (label, text) lines; gives the next row, below a blank one where there were lines."""
    book = sheet.book
    heading = book.style(bold=True, font_size=11, bottom=1, bottom_color=QUIET, num_format=TEXT)
    sheet.text(row, 0, title, heading)
    sheet.blank(row, [1], heading)
    row += 1
    lines = list(lines)
    for label, text in lines:
        if label:
            sheet.text(row, 0, label, book.style(num_format=TEXT, font_color=QUIET, text_wrap=True))
        _text(sheet, row, text)
        row += 1
    return row + 1 if lines else row


def _text(sheet: SheetWriter, row: int, text: str) -> None:
    """A paragraph in the second column, the row as high as it needs."""
    sheet.text(row, 1, text, sheet.book.style(num_format=TEXT, text_wrap=True, indent=1), "text")
    sheet.xlsx.set_row(row, line_height(lines_in(text, TEXT_WIDTH)))
