"""What a sheet made by hand was taken for, as choices: each column's field, each stance word, names that may be one."""

from __future__ import annotations

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


def mapping_form(file: str, mapping: Mapping_, dataset: Dataset) -> None:
    """Draw the choices; each one reads the file again."""
    from matrix.exchange.arriving.header_words import DATES, FIELDS, KEEP, SKIP

    own = said_of(file)
    words = {KEEP: "keep as a column of its own", SKIP: "leave out"}
    options = [*FIELDS, KEEP, SKIP]
    with st.expander("How the sheet is read: correct what was taken wrongly", expanded=bool(mapping.problems)):
        st.html('<p class="pm-quiet">Each column of the sheet, and what it holds.</p>')
        crossed = mapping.cells.label_of is not None  # then the last two columns are made of the cells
        own_columns = list(mapping.columns.items())[: -2 if crossed else None]
        for i, (header, taken) in enumerate(own_columns):
            _choice(
                f"Column “{header}”",
                options,
                taken,
                f"{file}-column-{i}",
                (own, own.columns, header),
                {o: words.get(o, o.replace("_", " ")) for o in options},
            )
        sums = {SKIP: "a sum of the others: left out", "proposal": "a row like the others"}
        for i, name in enumerate(mapping.cells.totals[:MOST]):
            meant = own.columns.get(name, SKIP)
            _choice(f"Row “{name}”", list(sums), meant, f"{file}-row-{i}", (own, own.columns, name), sums)
        stances = [*dataset.scale.ids, SKIP]
        names = dict(zip(dataset.scale.ids, dataset.scale.names, strict=True))
        asked = sorted(mapping.counts, key=lambda w: (bool(mapping.stances.get(w)), -mapping.counts[w]))
        if asked:
            st.html('<p class="pm-quiet">Each word for a stance, and which one it means.</p>')
        for i, word in enumerate(asked[:MOST]):
            _choice(
                f"“{word}” ({plural(mapping.counts[word], 'time')})",
                stances,
                mapping.stances.get(word, UNSURE),
                f"{file}-stance-{i}",
                (own, own.stances, word),
                {s: f"{names[s]} ({s})" if s in names else words[SKIP] for s in stances},
            )
        if any(f in DATES for f in mapping.columns.values()):
            orders = {"day-first": "5/6/2026 is the 5th of June", "month-first": "5/6/2026 is the 6th of May"}
            box(own, "dates", "Dates with slashes", orders, own.other.get("dates", ""), "only if the sheet has some")
        _pairs(file, mapping, own)
        left = max(0, len(asked) - MOST) + max(0, len(mapping.questions) - MOST)
        if left:
            st.html(f'<p class="pm-quiet">and {left:,} more: <code>policy-matrix import</code> takes them all.</p>')


def _pairs(file: str, mapping: Mapping_, own: Said) -> None:
    known = [*own.pairs, *((q.a, q.b) for q in mapping.questions if (q.a, q.b) not in own.pairs)]
    if known:
        st.html('<p class="pm-quiet">Names that look alike. Undecided, they are two.</p>')
    for i, (a, b) in enumerate(known[:MOST]):
        words = {TWO: "two different ones", ONE: f"one: {a}", OTHER: f"one: {b}"}
        _choice(
            f"“{a}” and “{b}”",
            list(words),
            own.pairs.get((a, b), UNSURE),
            f"{file}-pair-{i}",
            (own, own.pairs, (a, b)),
            words,
        )


def _choice(
    label: str,
    options: list[str],
    taken: str,
    name: str,
    place: tuple[Said, dict[Any, str], Any],
    words: dict[str, str],
) -> None:
    """A box that shows what was taken, or that it is not certain."""
    key = f"map-{name}"
    st.selectbox(
        markup_free(label),
        options,
        index=options.index(taken) if taken in options else None,
        format_func=lambda o: words[o],
        placeholder="not certain: choose",
        key=key,
        on_change=_take,
        args=(*place, key),
    )


def _take(own: Said, kept: dict[Any, str], name: Any, key: str) -> None:
    value = st.session_state.get(key)
    if value:
        kept[name] = value
    else:
        kept.pop(name, None)
    own.turns += 1
