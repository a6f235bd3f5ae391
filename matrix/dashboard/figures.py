"""A figure on a page: as wide as its column, its words, what is clicked in it, the same as a table and as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from matrix.dashboard import controls, visit
from matrix.dashboard.assets import HERE, component
from matrix.dashboard.datasets import while_open
from matrix.dashboard.errors import guarded
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import TABLE
from matrix.dataset.dataset import Dataset
from matrix.export.formats import file_name

LEAST, PHONE, MOST, STEP = 320, 360, 1240, 40  # pixels
PICTURES = {
    "png": "Picture (.png)",
    "svg": "Drawing (.svg)",
    "pdf": "To print (.pdf)",
    "html": "Interactive page (.html)",
}


def figure(
    dataset: Dataset,
    name: str,
    build: Callable[[int, bool], Any],
    rows: Callable[[], pd.DataFrame] | None,
    pick: Callable[[list[str]], None] | None = None,
) -> None:
    """Draw what `build(width, dark)` makes; `pick` gets the customdata of what is clicked.

    `rows` gives the same as a table; None where the page around it says the same in words.
    """
    from matrix.charts.caption import alt, bare, words

    dark = st.context.theme.type == "dark"
    made = build(_width(name), dark)
    caption, key = words(made), f"chart-{name}"

    def picked() -> None:
        points = (st.session_state.get(key) or {}).get("selection", {}).get("points", [])
        data = [str(v) for v in points[0].get("customdata") or []] if points else []
        if pick and data:  # a figure that is drawn anew lets its selection go: which the visitor did not do
            pick(data)

    st.html(render("page_frame.html", "figure_title", caption.title, caption.subtitle, caption.method))
    if len(made.data) and caption.subtitle:
        with st.container(key=f"{'dark' if dark else 'light'}-{name}"):  # paper is light, whatever the picture is
            st.plotly_chart(
                bare(made),
                theme=None,
                width="content",
                key=key,
                on_select=picked if pick else "ignore",
                selection_mode="points",
                config={"displayModeBar": False, "scrollZoom": False},
                alt=alt(made),
            )
        if caption.notes:
            st.html(render("page_frame.html", "lines", caption.notes))
        files(dataset, name, build, dark)
        if rows:
            controls.opens(TABLE, "The same as a table", lambda: frame_table(rows()))


@st.fragment
@guarded
def files(dataset: Dataset, name: str, build: Callable[[int, bool], Any], dark: bool) -> None:
    """The figure as a file; whether there is a browser to draw it is found out when the list is opened."""

    def file(kind: str) -> Callable[[], bytes | str]:
        def make() -> bytes | str:
            from matrix.charts.export import page, picture

            drawn = build(MOST, dark and kind == "html")
            return page(drawn) if kind == "html" else picture(drawn, kind)

        return make

    downloads = st.popover("Download the picture", icon=":material/download:", key=f"files-{name}", on_change="rerun")
    if not downloads.open:
        return
    from matrix.charts.export import missing

    with downloads:
        why = missing()
        if why:
            st.html(render("page_frame.html", "no_picture", why))
        for kind, word in PICTURES.items():
            if not why or kind == "html":
                st.download_button(
                    word,
                    data=while_open(dataset, file(kind)),
                    file_name=file_name(dataset, visit.current().selection, f"{name}.{kind}"),
                    key=f"file-{name}-{kind}",
                    on_click="ignore",
                    width="stretch",
                )


def frame_table(frame: pd.DataFrame) -> None:
    """A table of many lines, sortable and to be saved."""
    st.dataframe(frame, hide_index=True, height=min(520, 36 * (len(frame) + 1) + 2), row_height=36)


def on_phone() -> bool:
    """Whether the browser says so; known before anything is measured."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def _known_width() -> int:
    """How wide a figure was last; until the browser says so, as on a computer (and then not drawn twice) or a phone."""
    return int(visit.page_state().get("width", PHONE if on_phone() else MOST))


def _width(name: str) -> int:
    """How wide this figure may be."""
    key = f"width-{name}"
    before = _known_width()
    answer: Any = st.session_state.get(key) or {}
    measured = answer.get("width")
    width = min(max(int(measured), LEAST), MOST) if isinstance(measured, int | float) and measured > 0 else before
    visit.page_state()["width"] = width
    box = component("width", HERE / "width.js", html="<div></div>")
    box(key=key, data={"width": measured or 0, "step": STEP}, on_width_change=lambda: None)
    return width
