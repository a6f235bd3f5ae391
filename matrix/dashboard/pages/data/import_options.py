"""How an uploaded file is read, as choices: each column's field, each stance word, names that may be the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.controls import label as markup_free
from matrix.dashboard.html.templates import render
from matrix.wording import clean, plural

if TYPE_CHECKING:
    from matrix.dataset.problems import Problem
    from matrix.importing import ImportOptions
    from matrix.importing.file_cells.encoding import Reading
    from matrix.importing.name_matching import Pair
    from matrix.importing.result import Undecided
    from matrix.importing.sheet.mapping import SheetMapping


TWO, ONE, OTHER, UNSURE = "two", "one", "other", ""
HERE, NEW = "here", "new"
_OPTIONS = "import options"
MOST = 40  # words and pairs that are asked about on a page; the command line takes more
_WIDTH = 290  # pixels of a box: three or four side by side, and one on a phone
_SAMPLES, _SAMPLE = 2, 24  # values of a column that stand beside its box, and letters of each
_LONGEST = 200  # characters of a name that is typed in
_LINE = 420  # pixels of a box whose words are longer
_SPEAKERS = {"case": "cases", "source": "sources", "set": "sets", "variable": "variable {}", "code": "codes under {}"}
_NOT_NAMED = ("codes", "constants", "update", "forget")  # what is no text of an option as it is


@dataclass(eq=False)
class FileOptions:
    """What the visitor has chosen about one file; `turns` counts how often."""

    file: str
    columns: dict[str, str] = field(default_factory=dict)
    stances: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)  # field -> what its blank cells mean
    pairs: dict[tuple[str, str], str] = field(default_factory=dict)
    target: str = ""  # HERE or NEW; '' until the visitor says which
    open: bool = False  # whether the choices were ever needed: they stay open then
    asked: dict[str, None] = field(default_factory=dict)  # words that were uncertain once: they stay first
    alike: dict[tuple[str, str], None] = field(
        default_factory=dict
    )  # pairs that were asked about: they keep their place
    undecided: dict[tuple[str, str], str] = field(default_factory=dict)  # pairs that had to be decided, of which field
    other: dict[str, str] = field(default_factory=dict)  # dates, sheet, encoding, actors, stance_from, proposals, codes
    speakers: dict[str, str] = field(default_factory=dict)  # who may speak in a project, each as a label says it
    turns: int = 0

    def options(self) -> ImportOptions:
        """As the reader of files takes them."""
        from matrix.importing import ImportOptions

        pairs = self.pairs.items()
        same = [f"{a}={b}" if which == ONE else f"{b}={a}" for (a, b), which in pairs if which in (ONE, OTHER)]
        different = [f"{a}={b}" for (a, b), which in pairs if which == TWO]
        named: dict[str, Any] = {k: v for k, v in self.other.items() if k not in _NOT_NAMED and v}
        return ImportOptions(
            columns=self.columns,
            stances={**self.stances, **_meanings(self.other.get("codes", ""))},
            same=same,
            different=different,
            constants={**_meanings(self.other.get("constants", "")), **self.constants},
            update=bool(self.other.get("update")),
            forget=bool(self.other.get("forget")),
            **named,
        )


def options_of(file: str) -> FileOptions:
    """What has been chosen about a file so far; about another one everything is forgotten."""
    found: Any = visit.page_state().get(_OPTIONS)
    if isinstance(found, FileOptions) and found.file == file:
        return found
    own = FileOptions(file)
    visit.page_state()[_OPTIONS] = own
    return own


def reading_form(
    file: str,
    name: str,
    sheets: tuple[str, ...],
    sheet: str,
    encodings: tuple[Reading, ...] = (),
    encoding: str = "",
    problems: Sequence[Problem] = (),
) -> None:
    """Draw the choices that this kind of file leaves open; each one reads the file again. `problems`: what is asked."""
    own = options_of(file)
    own.speakers |= _speakers(problems)
    ending = PurePath(name).suffix.lower()
    if len(sheets) > 1:
        words = {**{s: clean(s) for s in sheets}, "*": "all of them"}
        box(own, own.other, "sheet", _key(own, "sheet"), "Sheet that is read", words, own.other.get("sheet") or sheet)
    if encodings or own.other.get("encoding"):
        words = {r.encoding: f"{r.label}: {', '.join(map(clean, r.words))}" for r in encodings}
        taken = own.other.get("encoding") or encoding
        words |= {taken: words.get(taken, taken)} if taken else {}
        box(own, own.other, "encoding", _key(own, "encoding"), "Encoding, with the first words in each", words, taken)
    if ending == ".dna":
        with st.container(horizontal=True):
            _line(own, "actors", "Variable that says who speaks", "organization, or person")
            _line(own, "proposals", "Variable that says on what", "concept")
            _line(own, "stance_from", "Variable that says for or against", "agreement")
    if ending in (".qdpx", ".qdc", ".zip"):
        with st.container(horizontal=True):
            if own.speakers:
                taken = own.other.get("actors", "")
                words = own.speakers | ({taken: own.speakers.get(taken, clean(taken))} if taken else {})
                key = _key(own, "speakers")
                box(
                    own,
                    own.other,
                    "actors",
                    key,
                    "Who speaks",
                    words,
                    taken,
                    placeholder="choose",
                    width=_LINE,
                )
            elif ending != ".qdc":
                _line(own, "actors", "Who speaks", "case, source, set, variable:NAME or code:NAME")
            _line(own, "proposals", "Code above the proposals", "Proposals")
            _line(own, "stance_from", "Code above the stances", "Stances")
            _line(own, "codes", "What codes for stances mean", "Thumbs up = support; Neutral = skip")


def _speakers(problems: Sequence[Problem]) -> dict[str, str]:
    """The answers that a question offers for who speaks, each with the first names."""
    found = {}
    for value, names in (each for p in problems for each in p.offers):
        kind, _, name = value.partition(":")
        what = _SPEAKERS.get(kind, kind).format(clean(name))
        found[value] = f"{what}: {clean(names)}"
    return found


def constants_form(file: str) -> None:
    """Ask what holds for every row of a sheet, such as the letter that all in it signed."""
    _line(options_of(file), "constants", "What holds for every row", "stance = support; proposal = Open letter")


def not_understood(file: str) -> None:
    """Name what was typed and is no pair."""
    other = options_of(file).other
    typed = [part for name in ("codes", "constants") for part in _parts(other.get(name, ""))]
    if unread := [part for part in typed if not _pair(part)]:
        st.html(render("data.html", "not_understood", unread))


def again_form(file: str) -> None:
    """Ask what becomes of what a newer copy of the file does not hold any more, and of remembered answers."""
    own = options_of(file)
    with st.container(horizontal=True):
        _tick(own, "update", "Remove what a newer copy of the file no longer holds")
        _tick(own, "forget", "Ask anew what was answered at an earlier import")


def decisions_form(file: str, undecided: Sequence[Undecided]) -> None:
    """Ask whether the file is a newer copy of another one, and whether names in it are new ones of what is here."""
    own = options_of(file)
    own.undecided |= {(q.a, q.b): q.field for q in undecided}
    if not own.undecided:
        return
    words = "To be decided before anything can be written." if undecided else "Decided so far:"
    st.html(render("parts.html", "quiet", words))
    with _row():
        for (a, b), kind in list(own.undecided.items())[:MOST]:
            sheet = kind == "sheet"
            label = f"“{b}”, which is like “{a}”" if sheet else f"“{b}” is gone, “{a}” is new"
            one, two = ("a newer copy of it", "another sheet") if sheet else ("renamed", "two different ones")
            taken = own.pairs.get((a, b), UNSURE)
            _choice(label, {ONE: one, TWO: two}, taken, f"{own.file}-decided-{_digest(a, b)}", (own, own.pairs, (a, b)))


def questions_form(file: str, questions: Sequence[Pair]) -> None:
    """Ask about names of a coding program's file that look alike."""
    own = options_of(file)
    own.alike |= {(q.a, q.b): None for q in questions}
    pairs = [pair for pair in own.alike if not _undecided(pair, own)]
    if not pairs:
        return
    st.html(render("parts.html", "quiet", "Names that look alike. Until you decide, they are treated as different."))
    with _row():
        _pairs(pairs, own)


def box(
    own: FileOptions,
    chosen: dict[Any, str],
    name: Any,
    key: str,
    label: str,
    words: dict[str, str],
    taken: str,
    *,
    placeholder: str = "not certain: choose",
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """A choice, kept as `chosen[name]`: it shows what was taken, or that it is not certain; `words` are the options."""
    options = list(words)
    shown = taken if taken in options else None
    if st.session_state.get(key) != shown:
        visit.bound(key, shown)  # what is used, whatever the box held before
    st.selectbox(
        label,
        options,
        index=None,
        format_func=words.__getitem__,
        placeholder=placeholder,
        key=key,
        on_change=_take,
        args=(own, chosen, name, key),
        width=width,
    )


def target_choice(file: str, title: str, place: str) -> str:
    """Ask whether a file from elsewhere goes into the open dataset or a new one beside it: HERE, NEW, or '' so far."""
    own = options_of(file)
    words = {HERE: f"Into “{clean(title)}”", NEW: f"Into a new dataset in {clean(place)}"}
    key = _key(own, "target")
    st.segmented_control(
        "Where does it go?",
        [HERE, NEW],
        format_func=lambda one: markup_free(words[one]),
        key=key,
        default=own.target or None,
        on_change=_take_target,
        args=(own, key),
    )
    return own.target


def _take_target(own: FileOptions, key: str) -> None:
    own.target = st.session_state.get(key) or own.target
    own.turns += 1


def _meanings(typed: str) -> dict[str, str]:
    """`code = stance; code = stance` as pairs."""
    return dict(pair for part in _parts(typed) if (pair := _pair(part)))


def _parts(typed: str) -> list[str]:
    """What was typed, cut at its semicolons, or at its commas where it has no semicolon."""
    text = typed.replace("；", ";").replace("，", ",")
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]


def _pair(part: str) -> tuple[str, str] | None:
    word, divider, id = part.rpartition("=")
    return (word.strip(), id.strip()) if divider and word.strip() and id.strip() else None


def _line(own: FileOptions, name: str, label: str, example: str) -> None:
    key = _key(own, name)
    args = (own, own.other, name, key)
    st.text_input(label, placeholder=example, max_chars=_LONGEST, key=key, on_change=_take, args=args)


def _tick(own: FileOptions, name: str, label: str) -> None:
    key = visit.bound(_key(own, name), bool(own.other.get(name)))
    st.checkbox(label, key=key, on_change=_take_tick, args=(own, name, key))


def _take_tick(own: FileOptions, name: str, key: str) -> None:
    own.other[name] = "yes" if st.session_state.get(key) else ""
    own.turns += 1


def _key(own: FileOptions, name: str) -> str:
    return f"way-{own.file}-{name}"


def _take(own: FileOptions, chosen: dict[Any, str], name: Any, key: str) -> None:
    value = (st.session_state.get(key) or "").strip()
    if value:
        chosen[name] = value
    else:
        chosen.pop(name, None)
    own.turns += 1


def mapping_form(file: str, mapping: SheetMapping) -> None:
    """Draw the choices; each one reads the file again."""
    from matrix.importing.sheet.headers import DATES

    own = options_of(file)
    own.open = own.open or bool(mapping.problems)
    with st.expander("How the sheet is read: correct what was misread", expanded=own.open):
        st.html(render("parts.html", "quiet", "Each column of the sheet, and what it holds."))
        with _row():
            _columns(mapping, own)
        with _row():
            _blanks(mapping, own)
        if mapping.counts:
            st.html(render("parts.html", "quiet", "Each word for a stance, and which one it means."))
        with _row():
            _stances(mapping, own)
        if any(f in DATES for f in mapping.columns.values()):
            orders = {"day-first": "5/6/2026 is the 5th of June", "month-first": "5/6/2026 is the 6th of May"}
            taken, key = own.other.get("dates", ""), f"map-{file}-dates"
            some = "only if the sheet has some"
            box(own, own.other, "dates", key, "Dates with slashes", orders, taken, placeholder=some)
        own.alike |= {(q.a, q.b): None for q in mapping.questions}
        names = {q for question in mapping.questions for q in (question.a, question.b)}
        pairs = [p for p in own.alike if (p in own.pairs or {*p} <= names) and not _undecided(p, own)]
        if pairs:
            st.html(
                render("parts.html", "quiet", "Names that look alike. Until you decide, they are treated as different.")
            )
        with _row():
            _pairs(pairs, own)
        left = sum(max(0, len(each) - MOST) for each in (mapping.counts, mapping.questions, mapping.cells.labels))
        if left:
            st.html(render("data.html", "more_choices", left))


def _row() -> Any:
    return st.container(horizontal=True, gap="small", vertical_alignment="bottom")


def _columns(mapping: SheetMapping, own: FileOptions) -> None:
    from matrix.importing.result import COLUMN_ASKED
    from matrix.importing.sheet.headers import ACROSS, FIELDS, GROUPED, KEEP, SEVERAL, SKIP

    words = {f: f.replace("_", " ") for f in FIELDS} | {f: f"{f}, several in a cell" for f in SEVERAL}
    words |= {id: f"names, each: {name}" for id, name in mapping.words.names.items() if id not in FIELDS}
    words |= {KEEP: "keep as a column of its own", SKIP: "leave out"}
    cells = mapping.cells
    across = ACROSS.get(cells.hold, "")
    stated = words | {"stance": f"stances of this {across}"}
    unboxed = set(cells.labels[MOST:])
    asked = {p.column for p in mapping.problems if p.kind == COLUMN_ASKED} - own.columns.keys()
    for header, taken in mapping.columns.items():
        if header not in unboxed:
            label = f"Column “{header}”{_sample(mapping, header) if header in cells.frame else ''}"
            offered = stated if across and header in cells.labels else words
            taken = UNSURE if header in asked else taken  # what is only chosen for now would not be a choice
            _choice(label, offered, taken, f"{own.file}-column-{_digest(header)}", (own, own.columns, header))
    rows = {SKIP: "left out"} | (
        {cells.hold: "a row like the others", GROUPED[cells.hold]: "a heading", "actors": "several names: divided"}
        if across
        else {"actor": "an actor"}
    )
    if cells.lists:
        rows = {SKIP: "nobody: left out", "actors": "several names: divided", "actor": "one name"}
    for name, taken in list(cells.odd_rows.items())[:MOST]:
        chosen = own.columns.get(name, taken)
        _choice(
            f"{'Entry' if cells.lists else 'Row'} “{name}”",
            rows,
            chosen,
            f"{own.file}-row-{_digest(name)}",
            (own, own.columns, name),
        )


def _blanks(mapping: SheetMapping, own: FileOptions) -> None:
    """What blank cells below others mean, where that was asked."""
    from matrix.importing.sheet.constants import ABOVE, BLANK

    words = {ABOVE: "the same as above", BLANK: "nothing"}
    for name, (header, taken) in mapping.above.items():
        place = (own, own.constants, name)
        _choice(f"Blank cells of “{header}”", words, taken, f"{own.file}-blank-{_digest(header)}", place)


def _sample(mapping: SheetMapping, header: str) -> str:
    """The first words in a column: ` (Ann Lee, 王伟, …)`."""
    values = [v for v in dict.fromkeys(mapping.cells.frame[header].head(50)) if v.strip()]
    named = ", ".join(_short(v) for v in values[:_SAMPLES])
    return f" ({named}{', …' if len(values) > _SAMPLES else ''})" if named else ""


def _short(text: str) -> str:
    text = " ".join(clean(text).split())
    return text if len(text) <= _SAMPLE else f"{text[: _SAMPLE - 1]}…"


def _stances(mapping: SheetMapping, own: FileOptions) -> None:
    from matrix.importing.sheet.headers import SKIP

    words = {id: f"{name} ({id})" for id, name in mapping.words.names.items()} | {SKIP: "leave out"}
    own.asked |= {w: None for w in mapping.counts if not mapping.stances.get(w)}
    for word in sorted(mapping.counts, key=lambda w: w not in own.asked)[:MOST]:
        label = f"“{word}” ({plural(mapping.counts[word], 'time')}{_first(mapping, word)})"
        taken = mapping.stances.get(word, UNSURE)
        _choice(label, words, taken, f"{own.file}-stance-{_digest(word)}", (own, own.stances, word))


def _first(mapping: SheetMapping, word: str) -> str:
    """Where a word stands first, and who says it on what."""
    at = mapping.coded["stance"].first(word)
    beside = [mapping.coded[f] for f in ("actor", "proposal") if f in mapping.coded]
    named = " on ".join(_short(v) for each in beside if (v := each.values[int(each.codes[at])]))
    return f"; row {int(mapping.cells.rows[at])}{f': {named}' if named else ''}"


def _pairs(pairs: Sequence[tuple[str, str]], own: FileOptions) -> None:
    for a, b in pairs[:MOST]:
        words = {TWO: "two different ones", ONE: f"one: {a}", OTHER: f"one: {b}"}
        taken = own.pairs.get((a, b), UNSURE)
        _choice(f"“{a}” and “{b}”", words, taken, f"{own.file}-pair-{_digest(a, b)}", (own, own.pairs, (a, b)))


def _undecided(pair: tuple[str, str], own: FileOptions) -> bool:
    """Whether the pair has a box of its own among those that had to be decided."""
    return pair in own.undecided or pair[::-1] in own.undecided


def _digest(*words: str) -> str:
    """A box belongs to its word, wherever it stands: a key that any text can make."""
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _choice(
    label: str, words: dict[str, str], taken: str, name: str, place: tuple[FileOptions, dict[Any, str], Any]
) -> None:
    box(*place, f"map-{name}", markup_free(label), words, taken, width=_WIDTH)
