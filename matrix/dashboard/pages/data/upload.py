"""An uploaded file: what it would change as a list to choose from, and the chosen changes written."""

from __future__ import annotations

import logging
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import streamlit as st

from matrix.dashboard import process_memory, visit
from matrix.dashboard.changes_list import ChangeLine, answer, changes_list
from matrix.dashboard.datasets import changed, place_for_new
from matrix.dashboard.errors import guarded
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.change_lines import KIND_WORDS, key, lines_of_file
from matrix.dashboard.pages.data.import_options import (
    NEW,
    again_form,
    constants_form,
    decisions_form,
    mapping_form,
    not_understood,
    options_of,
    questions_form,
    reading_form,
    target_choice,
)
from matrix.dashboard.paging import Stretch, turn
from matrix.dashboard.problems import problem_list
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, Problem
from matrix.export.formats import safe_stem
from matrix.wording import clean, listed, plural

if TYPE_CHECKING:
    from matrix.importing import ImportOptions
    from matrix.importing.file_cells.encoding import Reading
    from matrix.importing.name_matching import Pair
    from matrix.importing.result import Undecided
    from matrix.importing.sheet.mapping import SheetMapping

WHOLE = (".json", ".parquet")  # what they lack was deleted, as nothing says what they held when they left
MOST = 20_000  # rows and changes of a file; the server holds some 4 kB for each, as long as the page is open
SECTION, LIST, FILTER, PAGE = "upload", "changes-list", "changes-kind", "changes-page"
_NAMED = 12  # columns of a wide sheet
_OPTION = re.compile(r"(?<!\S)['(]?--[a-z]")
_UPLOAD, _FILES = "upload", "uploads"
_ALL = "all"
_log = logging.getLogger("matrix.dashboard")


@dataclass(eq=False)
class Upload:
    """A file compared with one version of the dataset, and what its visitor has chosen of it."""

    file: str  # Streamlit's own name of the upload
    name: str
    seen: str
    changes: tuple[Change, ...] = ()
    lines: tuple[ChangeLine, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[Problem, ...] = ()
    foreign: bool = False  # refused as it holds another dataset
    asks: bool = False  # refused until it is said how it is to be read
    unwanted: frozenset[str] = frozenset()
    mapping: SheetMapping | None = None  # of a sheet made by hand
    sheets: tuple[str, ...] = ()  # of a workbook made by hand, and the one that was read
    sheet: str = ""
    encodings: tuple[Reading, ...] = ()  # that a text file may be in, and the one in which it was read
    encoding: str = ""
    corrected: int = 0  # how often it was corrected
    texts: Mapping[str, bytes] = field(default_factory=dict)
    made: Dataset | None = None  # of a file that is to become a dataset of its own
    questions: tuple[Pair, ...] = ()  # names of a coding program's file that may be one
    undecided: tuple[Undecided, ...] = ()  # is it a newer copy, was a name changed: nothing is written before
    memory: Callable[[str], bytes] | None = None  # what imports.json holds once this is written
    turns: int = 0  # how often something else than a tick has changed the list
    drawn: tuple[tuple[ChangeLine, ...], str] = ((), "")  # the lines on the page, and their stamp
    given_back: bool = False  # nothing of the file is held any more: it is to be read again

    def listed(self) -> list[ChangeLine]:
        """The lines of the chosen kind."""
        kind = st.session_state.get(FILTER) or _ALL
        return [x for x in self.lines if kind in (_ALL, x.kind)]

    def take_ticks(self) -> None:
        """Take over the ticks that the browser has sent: they may come together with a click on a button."""
        part, stamp = self.drawn
        unticked = answer(part, key=LIST, stamp=stamp)
        if unticked is not None:
            self.unwanted = (self.unwanted - {x.id for x in part}) | unticked

    def give_back(self) -> None:
        """Let go of all that grows with the file. Streamlit keeps a closed page's choices for a while, this with it."""
        self.given_back = True
        self.changes, self.lines, self.notes, self.refused, self.drawn = (), (), (), (), ((), "")
        self.mapping, self.made, self.texts, self.memory = None, None, {}, None
        process_memory.give_back()

    def chosen(self) -> list[Change]:
        """The changes to be applied."""
        wanted = {x.id for x in self.lines if x.sound} - self.unwanted
        return [c for c in self.changes if key(c) in wanted]


@st.fragment
@guarded
def bring_in(dataset: Dataset) -> None:
    """Upload, look, choose, apply; a tick runs only this part again."""
    from matrix.importing import ENDINGS  # only here, as all of the reading: other pages begin without it

    if dataset.location and changed(dataset.location, dataset):
        st.rerun(scope="app")
    number = visit.page_state().setdefault(_FILES, 0)
    upload = st.file_uploader(
        "Your edited file (.xlsx, .json or .parquet, as downloaded above), or data from elsewhere: a sheet made by "
        "hand (.xlsx, .ods, .csv, .txt ...), a DNA database (.dna), a REFI-QDA project (.qdpx, .qdc)",
        type=[ending.removeprefix(".") for ending in ENDINGS],
        key=f"upload-{number}",
        on_change=editing.forget,
    )
    editing.show_outcome(SECTION)
    if upload is None:
        forget()
        return
    place = place_for_new(dataset.location)
    shown = _compared(upload, dataset)
    new = False
    elsewhere = options_of(shown.file).target == NEW or _from_elsewhere(shown)
    if place and elsewhere:
        target = target_choice(shown.file, dataset.title, f"{place.name}/")
        if not target:
            return
        new = target == NEW
    _head(shown, dataset, new=new)
    if elsewhere and not new:
        decisions_form(shown.file, shown.undecided)
    problems = shown.refused
    reading_form(shown.file, shown.name, shown.sheets, shown.sheet, shown.encodings, shown.encoding, problems)
    if shown.mapping:
        constants_form(shown.file)
        mapping_form(shown.file, shown.mapping)
    else:
        questions_form(shown.file, shown.questions)
    not_understood(shown.file)
    if elsewhere and not new:
        again_form(shown.file)
    if new and shown.made and place:
        _make_button(shown, place)
    elif shown.lines and not new:
        _list(shown)
        _apply_button(shown, dataset)


# ---- reading it


def _compared(upload: Any, dataset: Dataset) -> Upload:
    """The file compared with the dataset as it is now; read once for every version of the dataset."""
    before: Any = visit.page_state().get(_UPLOAD)
    own = options_of(upload.file_id)
    stamp = (upload.file_id, dataset.version, own.turns)
    if isinstance(before, Upload) and not before.given_back and (before.file, before.seen, before.corrected) == stamp:
        return before
    with st.spinner("Comparing with the dataset …"):
        into = None if own.target == NEW else dataset
        shown = read(upload.getvalue(), upload.name, dataset, own.options(), into=into)
    shown.file, shown.corrected = upload.file_id, own.turns
    if isinstance(before, Upload) and before.file == shown.file:  # another version: what was turned down stays so
        shown.unwanted = before.unwanted & {x.id for x in shown.lines}
        before.give_back()  # callbacks of widgets that are not drawn any more may hold it
        shown.turns = before.turns + 1
    else:
        st.session_state.pop(FILTER, None)
    _first_page()
    visit.page_state()[_UPLOAD] = shown
    _while_the_page_is_open(shown, uuid4().hex)
    return shown


@st.cache_resource(scope="session", max_entries=1, show_spinner=False, on_release=Upload.give_back)
def _while_the_page_is_open(_shown: Upload, number: str) -> Upload:
    """Have what was read given back when the page goes, or when another file takes its place."""
    del number  # the key: every reading is one of its own
    return _shown


def forget() -> None:
    """Give back what was read; the uploader itself is empty after another page."""
    before: Any = visit.page_state().pop(_UPLOAD, None)
    if isinstance(before, Upload):
        before.give_back()


def _from_elsewhere(shown: Upload) -> bool:
    """Whether it may become a dataset of its own: what others made, or another dataset of ours."""
    if shown.refused and not shown.mapping and not shown.sheets:
        return shown.foreign or shown.asks
    ending = PurePath(shown.name).suffix.lower()
    return bool(shown.mapping or shown.sheets) or ending not in (".xlsx", *WHOLE)


def read(
    data: bytes, name: str, dataset: Dataset, options: ImportOptions | None = None, *, into: Dataset | None
) -> Upload:
    """What an uploaded file would change in `into`, or make where that is None; why it cannot be used in `refused`."""
    from matrix.importing import ENDINGS, read_file
    from matrix.importing.result import AnotherDatasetError, OpenQuestionError

    called = clean(PurePath(name.replace("\\", "/")).name).strip()[:120] or "upload"
    ending = PurePath(called).suffix.lower()
    shown = Upload("", called, dataset.version)
    with tempfile.TemporaryDirectory(prefix="policy-matrix-") as folder:
        file = Path(folder) / f"{safe_stem(PurePath(called).stem)}{ending if ending in ENDINGS else '.none'}"
        file.write_bytes(data)
        try:
            found = read_file(file, into=into, options=options, most=MOST)
        except DatasetError as e:
            shown.refused = e.problems
            shown.foreign, shown.asks = isinstance(e, AnotherDatasetError), isinstance(e, OpenQuestionError)
            return shown
        except (ValueError, LookupError, OSError, ArithmeticError, RecursionError, MemoryError):
            _log.exception("an uploaded file could not be read")
            shown.refused = (Problem(file.name, 0, "", "cannot be read; what happened is in the server's log"),)
            return shown
    shown.changes = found.changes
    shown.notes, shown.mapping, shown.texts, shown.memory = found.notes, found.mapping, found.texts, found.memory
    shown.sheets, shown.sheet, shown.questions = found.sheets, found.sheet, found.questions
    shown.undecided = found.undecided
    shown.encodings, shown.encoding = found.encodings, found.encoding
    shown.made = found.dataset
    if into is None:
        shown.refused = tuple(p for p in found.problems if not p.warning)
        return shown
    if ending in WHOLE:
        shown.notes += ("compared with the dataset as it is now: a row that is not in the file counts as deleted",)
    shown.lines = lines_of_file(dataset, shown.changes, found.problems)
    return shown


# ---- showing it


def _head(shown: Upload, dataset: Dataset, *, new: bool) -> None:
    if shown.refused:
        undecided = bool(shown.mapping or shown.sheets or shown.asks)
        problems = problem_list(shown.refused)
        st.html(render("data.html", "refused", shown.name, problems, _names_options(shown), undecided))
        return
    if new:
        words = f"becomes a dataset of {_sizes(shown.made)}. Nothing is written yet." if shown.made else ""
        st.html(render("data.html", "compared", shown.name, words, shown.notes, _names_options(shown)))
        return
    count = Counter(x.kind for x in shown.lines)
    what = ", ".join(_number(n, k) for k, n in sorted(count.items(), key=lambda i: list(KIND_WORDS).index(i[0])))
    words = f"{what}. Nothing is written yet." if what else "no changes: the file and the dataset are the same."
    whole = [f"in the dataset, {p}" for p in dataset.warnings if p.whole_file]  # what is written now would hide it
    if shown.mapping and shown.mapping.cells.label_of is not None:
        words += f" Taken for a wide sheet, with {_some(shown.mapping.across)} in columns."
    st.html(render("data.html", "compared", shown.name, words, (*whole, *shown.notes), _names_options(shown)))


def _sizes(made: Dataset) -> str:
    words = {"proposals": "proposal", "actors": "actor", "statements": "statement", "sources": "source"}
    return listed(plural(len(made.frames[table]), word) for table, word in words.items())


def _number(n: int, kind: str) -> str:
    word = KIND_WORDS[kind][1].lower()
    return plural(n, word) if kind in ("conflict", "problem", "remark") else f"{n:,} {word}"


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    listed = ", ".join(f"“{clean(n)}”" for n in names[:_NAMED])
    return f"{listed} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else listed


def _names_options(shown: Upload) -> bool:
    """Whether a message names an option of the command line."""
    messages = [*map(str, shown.refused), *shown.notes, *(x.why for x in shown.lines)]
    return any(_OPTION.search(words) for words in messages)


def _list(shown: Upload) -> None:
    count = Counter(x.kind for x in shown.lines)
    if len(count) > 1:
        options = [_ALL, *(k for k in KIND_WORDS if k in count)]
        words = {
            _ALL: f"All {len(shown.lines):,}",
            **{k: f"{KIND_WORDS[k][0]} {KIND_WORDS[k][1]} {n:,}" for k, n in count.items()},
        }
        st.segmented_control(
            "Show",
            options,
            format_func=lambda k: words[k],
            key=FILTER,
            default=_ALL,
            required=True,
            on_change=_first_page,
        )
    listed = shown.listed()
    page = Stretch.of(len(listed), int(visit.page_state().get(PAGE, 1)))
    part = listed[page.first : page.last]
    shown.take_ticks()
    stamp = f"{shown.file} {shown.seen} {st.session_state.get(FILTER) or _ALL} {page.page} {shown.turns}"
    shown.drawn = tuple(part), stamp
    changes_list(part, shown.unwanted, key=LIST, stamp=stamp)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if sum(x.sound for x in listed) > 1:
            st.button("Choose all of these", on_click=_turn, args=(shown, True))
            st.button("Choose none of these", on_click=_turn, args=(shown, False))
        if page.pages > 1:
            st.html(render("parts.html", "quiet", page.words("line")))
            turn(page, PAGE, go=_to_page)


def _turn(shown: Upload, wanted: bool) -> None:
    shown.take_ticks()
    ids = {x.id for x in shown.listed() if x.sound}
    shown.unwanted = shown.unwanted - ids if wanted else shown.unwanted | ids
    shown.turns += 1


def _first_page() -> None:
    _to_page(PAGE, "1")


def _to_page(name: str, page: str) -> None:
    visit.page_state()[name] = int(page)


# ---- writing it


def _make_button(shown: Upload, place: Path) -> None:
    """Ask for the new dataset's name, and make it."""
    from matrix.importing.name_matching import slug

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = f"new-name-{shown.file}"
        stem = PurePath(shown.name).stem
        called = st.text_input("Name of the new dataset", stem, key=key, max_chars=80, width=320)
        folder = slug(called)
        st.button("Make the dataset", type="primary", disabled=not folder, on_click=_make, args=(shown, place, key))
    st.html(render("parts.html", "quiet", f"It is written to {place.name}/{folder}, beside the open dataset."))


@editing.on_click(SECTION)
def _make(shown: Upload, place: Path, key: str) -> None:
    """Write what was looked at, under the name in the box."""
    from matrix.importing.name_matching import slug

    folder = slug(str(st.session_state.get(key) or ""))
    if shown.made is None or not folder:
        return
    why = f"import {shown.name}"
    outcome = editing.make_dataset(shown.made, place / folder, why=why, texts=shown.texts, imports=shown.memory)
    editing.remember(SECTION, outcome)
    if outcome.done:
        visit.page_state()[_FILES] = int(visit.page_state().get(_FILES, 0)) + 1
        forget()


def _apply_button(shown: Upload, dataset: Dataset) -> None:
    chosen, sound = shown.chosen(), sum(x.sound for x in shown.lines)
    stuck = Counter(x.kind for x in shown.lines if not x.sound)
    left = [plural(stuck[k], KIND_WORDS[k][1].lower()) for k in ("conflict", "problem") if stuck[k]]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            f"Apply {plural(len(chosen), 'change')}",
            key="apply",
            type="primary",
            disabled=not chosen,
            on_click=_apply,
            args=(shown, dataset),
        )
        words = f"{len(chosen):,} of {plural(sound, 'change')} chosen, written together or not at all."
        if left:
            way = "choose above, or correct it in the file; for a conflict, start from a new download"
            words += f" {' and '.join(left)} cannot be applied: {way}."
        st.html(render("parts.html", "quiet", words))


@editing.on_click(SECTION)
def _apply(shown: Upload, dataset: Dataset) -> None:
    """Write what was shown and chosen: whatever is in the folder by now, `shown.seen` is what was looked at."""
    if shown.given_back:
        words = "The connection was gone for a moment: nothing was written. The file was read again; apply once more."
        editing.remember(SECTION, editing.Outcome(words))
        return
    shown.take_ticks()
    chosen = shown.chosen()
    outcome = editing.write(
        dataset,
        chosen,
        seen=shown.seen,
        why=f"import {shown.name}",
        kind="import",
        texts=shown.texts,
        imports=shown.memory,
    )
    editing.remember(SECTION, outcome)
    if outcome.done and len(chosen) == len(shown.lines):  # of what is left, the visitor goes on with the same file
        visit.page_state()[_FILES] = int(visit.page_state().get(_FILES, 0)) + 1
        forget()
