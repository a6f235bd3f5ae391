"""The dashboard's looks, its manners - copying, which steps Back takes - and what stands there until a page does."""

from __future__ import annotations

from functools import cache

import streamlit as st

from matrix.dashboard.assets import HERE, page_style, script

ICON = str(HERE / "icon.svg")


# The page's outline, shown only where a page takes its time; streamlit.css takes it away as soon as there is a heading.
_SKELETON = (
    '<div class="pm-skeleton" role="status"><i></i><i></i><p>Opening the dataset …</p>'
    f"<div>{'<b></b>' * 48}</div></div>"
)


def dress() -> None:
    """Put style and script on the page. Both are constant text of ours: nothing from a dataset is ever in them."""
    st.html(_style())
    with st.container(key="loading"):
        st.html(_SKELETON)
    with st.container(key="manners"):
        st.html(_script(), unsafe_allow_javascript=True)


@cache
def _style() -> str:
    return f"<style>{page_style()}</style>"


@cache
def _script() -> str:
    return f"<script>(() => {{\n{script(HERE / 'page.js')}\n}})()</script>"  # in a scope of its own, as a module
