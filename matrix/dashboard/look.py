"""The dashboard's own looks and its two small manners: copying, and which steps Back takes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
ICON = str(_HERE / "icon.svg")


def dress() -> None:
    """Put style and script on the page. Both are constant text of ours: nothing from a dataset is ever in them."""
    st.html(_style())
    with st.container(key="manners"):
        st.html(_script(), unsafe_allow_javascript=True)


@cache
def _style() -> str:
    sheets = (file.read_text(encoding="utf-8") for file in (_HERE / "page.css", _HERE / "data.css", _HERE / "times.css"))
    return f"<style>{''.join(sheets)}</style>"


@cache
def _script() -> str:
    return f"<script>{(_HERE / 'page.js').read_text(encoding='utf-8')}</script>"
