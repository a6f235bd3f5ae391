"""The current selection as a file, built only when it is asked for."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import streamlit as st

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

_UNSAFE = re.compile(r"[^\w-]+")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(dataset: Dataset, selection: Selection) -> None:
    """A button that opens the choice of formats."""
    with st.popover("Download", icon=":material/download:"):
        st.html('<p class="pm-hint">What the filters show now. The workbook names the filters and the version.</p>')
        st.download_button(
            "Excel workbook (.xlsx)",
            data=workbook(dataset, selection),
            file_name=file_name(dataset, "xlsx"),
            mime=XLSX,
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Positions as ids (.csv)",
            data=table(dataset, selection),
            file_name=file_name(dataset, "csv"),
            mime="text/csv",
            on_click="ignore",
            width="stretch",
        )


def workbook(dataset: Dataset, selection: Selection) -> Callable[[], bytes]:
    """A function that builds the workbook; the Excel library is loaded only then."""

    def build() -> bytes:
        from matrix.exchange.workbook import to_workbook

        buffer = io.BytesIO()
        to_workbook(dataset, buffer, selection)
        return buffer.getvalue()

    return build


def table(dataset: Dataset, selection: Selection) -> Callable[[], str]:
    """A function that builds the table of positions as CSV for spreadsheets."""

    def build() -> str:
        from matrix.exchange.tables import to_csv

        buffer = io.StringIO()
        to_csv(dataset, buffer, selection)
        return buffer.getvalue()

    return build


def file_name(dataset: Dataset, ending: str) -> str:
    """A name that every file system takes: the title's letters, digits and hyphens, and the version."""
    stem = _UNSAFE.sub("-", dataset.title).strip("-_")[:60] or "dataset"
    return f"{stem}-{dataset.version}.{ending}"
