"""The dashboard's looks, its manners - copying, which steps Back takes - and what stands there until a page does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
ICON = str(_HERE / "icon.svg")


# The page's outline, shown only where a page takes its time; page.css takes it away as soon as there is a heading.
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
    sheets = [(_HERE / f"{name}.css").read_text(encoding="utf-8") for name in ("page", "data", "times")]
    # In one line: Streamlit looks at the indentation of each, in every run.
    return f"<style>{' '.join(' '.join(sheets).split())}</style>"


@cache
def _script() -> str:
    return f"<script>{(_HERE / 'page.js').read_text(encoding='utf-8')}</script>"
