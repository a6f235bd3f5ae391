"""What a sheet made by hand was taken for, as choices: each column's field, each stance word, names that may be one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from matrix.dashboard.data_ways import ONE, OTHER, TWO, Said, box, said_of
from matrix.dashboard.text import label as markup_free
from matrix.dataset.amounts import plural
from matrix.dataset.dataset import Dataset

if TYPE_CHECKING:
    from matrix.exchange.arriving.mapping import Mapping_

MOST = 40  # words and pairs that are asked about on a page; of more, the command line is told
UNSURE = ""
_WIDTH = 290  # pixels of a box: three or four stand side by side, and one on a phone


def mapping_form(file: str, mapping: Mapping_, dataset: Dataset) -> None:
    """Draw the choices; each one reads the file again."""
    from matrix.exchange.arriving.header_words import DATES

    own = said_of(file)
    with st.expander("How the sheet is read: correct what was taken wrongly", expanded=bool(mapping.problems)):
        st.html('<p class="pm-quiet">Each column of the sheet, and what it holds.</p>')
        with _row():
            _columns(mapping, own)
        if mapping.counts:
            st.html('<p class="pm-quiet">Each word for a stance, and which one it means.</p>')
        with _row():
            _stances(mapping, own, dataset)
        if any(f in DATES for f in mapping.columns.values()):
            orders = {"day-first": "5/6/2026 is the 5th of June", "month-first": "5/6/2026 is the 6th of May"}
            taken, key = own.other.get("dates", ""), f"map-{file}-dates"
            some = "only if the sheet has some"
            box(own, own.other, "dates", key, "Dates with slashes", orders, taken, placeholder=some)
        pairs = [*own.pairs, *((q.a, q.b) for q in mapping.questions if (q.a, q.b) not in own.pairs)]
        if pairs:
            st.html('<p class="pm-quiet">Names that look alike. Undecided, they are two.</p>')
        with _row():
            _pairs(pairs, own)
        left = max(0, len(mapping.counts) - MOST) + max(0, len(mapping.questions) - MOST)
        if left:
            st.html(f'<p class="pm-quiet">and {left:,} more: <code>policy-matrix import</code> takes them all.</p>')


def _row() -> Any:
    return st.container(horizontal=True, gap="small", vertical_alignment="bottom")


def _columns(mapping: Mapping_, own: Said) -> None:
    from matrix.exchange.arriving.header_words import FIELDS, KEEP, SKIP

    words = {f: f.replace("_", " ") for f in FIELDS} | {KEEP: "keep as a column of its own", SKIP: "leave out"}
    crossed = mapping.cells.label_of is not None  # then the last two columns are made of the cells
    for i, (header, taken) in enumerate(list(mapping.columns.items())[: -2 if crossed else None]):
        _choice(f"Column “{header}”", words, taken, f"{own.file}-column-{i}", (own, own.columns, header))
    sums = {SKIP: "a sum of the others: left out", "proposal": "a row like the others"}
    for i, name in enumerate(mapping.cells.totals[:MOST]):
        taken = own.columns.get(name, SKIP)
        _choice(f"Row “{name}”", sums, taken, f"{own.file}-row-{i}", (own, own.columns, name))


def _stances(mapping: Mapping_, own: Said, dataset: Dataset) -> None:
    from matrix.exchange.arriving.header_words import SKIP

    named = zip(dataset.scale.ids, dataset.scale.names, strict=True)
    words = {id: f"{name} ({id})" for id, name in named} | {SKIP: "leave out"}
    asked = sorted(mapping.counts, key=lambda w: (bool(mapping.stances.get(w)), -mapping.counts[w]))
    for i, word in enumerate(asked[:MOST]):
        label = f"“{word}” ({plural(mapping.counts[word], 'time')})"
        taken = mapping.stances.get(word, UNSURE)
        _choice(label, words, taken, f"{own.file}-stance-{i}", (own, own.stances, word))


def _pairs(pairs: Sequence[tuple[str, str]], own: Said) -> None:
    for i, (a, b) in enumerate(pairs[:MOST]):
        words = {TWO: "two different ones", ONE: f"one: {a}", OTHER: f"one: {b}"}
        taken = own.pairs.get((a, b), UNSURE)
        _choice(f"“{a}” and “{b}”", words, taken, f"{own.file}-pair-{i}", (own, own.pairs, (a, b)))


def _choice(label: str, words: dict[str, str], taken: str, name: str, place: tuple[Said, dict[Any, str], Any]) -> None:
    box(*place, f"map-{name}", markup_free(label), words, taken, width=_WIDTH)
