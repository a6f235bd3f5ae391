"""Another text put in the place of a source's: what finds its place again, what is to be looked at, then one step."""

from __future__ import annotations

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.datasets import changed, open_dataset
from matrix.dashboard.errors import guarded
from matrix.dashboard.html.templates import render
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.sources.add import TEMPLATE, read
from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import MAIN
from matrix.importing.new_text import NewText, new_text
from matrix.store.layers import layers

SECTION = "replacing"
MOST = 100  # of the passages that have no place
_TEXT, _LOOKED, _DONE = "replace-text", "replace-looked-at", "replace done"


@st.fragment
@guarded
def replacing(dataset: Dataset, source: str, old: str) -> None:
    """A file or a pasted text, what it would do, and the button."""
    if dataset.location and changed(dataset.location, dataset):
        st.rerun(scope="app")
    with st.expander("Replace this text by another version", key="replace", on_change="rerun") as part:
        editing.show_outcome(SECTION)
        if number := visit.page_state().get(_DONE):
            st.button(
                "Take it back", key="replace-undo", icon=":material/undo:", on_click=_undo, args=(dataset, number)
            )
        if not part.open:
            return
        text = _text()
        if not text.strip():
            return
        coders, broken = _layers(dataset)
        found = new_text(dataset, source, text, old=old, layers=coders)
        hidden = len(found.unplaced) - MOST
        st.html(render(TEMPLATE, "replacing", found.sentence, found.unplaced[:MOST], hidden, MAIN, broken))
        if not found.changes:
            return
        if found.unplaced:
            others = "; those of a layer stay as they are" if any(u.layer != MAIN for u in found.unplaced) else ""
            st.checkbox(f"I have looked at these: they keep their words and lose their place{others}", key=_LOOKED)
        if not found.unplaced or st.session_state.get(_LOOKED):
            st.button("Replace the text", key="replace-do", type="primary", on_click=_replace, args=(dataset, found))


def _layers(dataset: Dataset) -> tuple[list[Dataset], list[str]]:
    """The coders' layers, and the names of those that cannot be read."""
    found, broken = list[Dataset](), list[str]()
    for x in layers(editing.store_of(dataset)):
        read = open_dataset(dataset.location, x.name) if dataset.location and not x.problems else ()
        if isinstance(read, Dataset):
            found.append(read)
        else:
            broken.append(x.name)
    return found, broken


def _text() -> str:
    """The text of a file, else what was pasted."""
    from matrix.importing.source_text import ENDINGS

    number = visit.page_state().setdefault("replace-files", 0)
    kinds = [e.removeprefix(".") for e in ENDINGS]
    upload = st.file_uploader(
        f"The new text as a file ({', '.join(ENDINGS)})", type=kinds, key=f"replace-file-{number}"
    )
    if upload is None:
        return str(st.text_area("or pasted", key=_TEXT, height=140) or "")
    taken = read(upload.getvalue(), upload.name)
    if taken.refused or taken.asked:
        words = [f"{taken.name} {p.message}" for p in taken.refused] or [
            f"{taken.name} does not say its encoding: save it as UTF-8, or paste its text"
        ]
        st.html("".join(render("parts.html", "wrong", f"{w}.") for w in words))
        return ""
    return taken.text


@editing.on_click(SECTION)
def _replace(dataset: Dataset, found: NewText) -> None:
    outcome = editing.write(
        dataset,
        found.changes,
        seen=dataset.version,
        why=f"another text of {found.source}",
        kind="coding",
        texts=found.texts,
        beside=found.old,
    )
    editing.remember(SECTION, outcome)
    if outcome.dataset is not None:
        state = visit.page_state()
        state[_DONE] = editing.step_just_made(outcome)
        state["replace-files"] = int(state.get("replace-files", 0)) + 1
        for key in (_TEXT, _LOOKED):
            st.session_state.pop(key, None)


@editing.on_click(SECTION)
def _undo(dataset: Dataset, number: int) -> None:
    editing.remember(SECTION, editing.take_back(dataset, number))
    visit.page_state().pop(_DONE, None)
