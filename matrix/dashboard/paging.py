"""A long list a page at a time: which stretch of it is shown, and the buttons to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.html.templates import render
from matrix.wording import plural

MOST = 50


@dataclass(frozen=True)
class Stretch:
    """Which of `total` things are shown: from the first (counted from 0) up to the last, which is no longer shown."""

    first: int
    last: int
    total: int
    page: int
    pages: int

    @classmethod
    def of(cls, total: int, page: int, most: int = MOST) -> Stretch:
        """The stretch of a page; a page beyond the last is the last."""
        pages = max(1, -(-total // most))
        page = min(max(page, 1), pages)
        return cls((page - 1) * most, min(page * most, total), total, page, pages)

    def words(self, one: str, many: str = "") -> str:
        """`96 statements`, or `1–50 of 96 statements` where there is more than a page."""
        whole = plural(self.total, one, many)
        return whole if self.pages == 1 else f"{self.first + 1:,}–{self.last:,} of {whole}"


def stretch(total: int, name: str, over: object, most: int = MOST) -> Stretch:
    """What is shown of a list, whose page is in the address under this name.

    Another list than the last time (`over` is not equal) is shown from its beginning.
    """
    known, slot = visit.page_state(), f"paging.{name}"
    if slot in known and known[slot] != over and visit.choice(name) != "1":
        visit.choose(name)
    known[slot] = over
    return Stretch.of(total, int(visit.choice(name)), most)


def turn(shown: Stretch, name: str, *, go: Callable[[str, str], None] = visit.choose) -> None:
    """Buttons to the pages beside, where there are any; `go` takes the name and the number of the page."""
    if shown.pages == 1:
        return
    with st.container(key=f"paging-{name}", horizontal=True, vertical_alignment="center", gap="small"):
        for words, to, icon in (
            ("Previous", shown.page - 1, ":material/chevron_left:"),
            ("Next", shown.page + 1, ":material/chevron_right:"),
        ):
            st.button(
                words,
                key=f"{name}-{words.lower()}",
                icon=icon,
                icon_position="right" if words == "Next" else "left",
                disabled=not 1 <= to <= shown.pages,
                on_click=go,
                args=(name, str(to)),
            )
            if words == "Previous":
                st.html(render("parts.html", "quiet", f"Page {shown.page} of {shown.pages}"))
