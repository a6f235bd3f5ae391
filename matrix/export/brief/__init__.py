"""The brief that a negotiator prints: one page per proposal, as Markdown or as one HTML file without any request."""

from __future__ import annotations

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.brief.build import brief_of
from matrix.export.brief.html import html_of
from matrix.export.brief.markdown import markdown_of
from matrix.export.extract import extract
from matrix.export.formats import Target, put

__all__ = ["brief", "to_html", "to_markdown"]


def brief(dataset: Dataset, selection: Selection | None = None) -> str:
    """The brief as Markdown (CommonMark with tables), to paste or to convert; see `write_file` for .md and .html."""
    return markdown_of(brief_of(extract(dataset, selection)))


def to_markdown(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the brief as Markdown (CommonMark with tables); text from the data shows as it is and is never markup."""
    put(brief(dataset, selection).encode("utf-8"), target)


def to_html(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the brief as one HTML file that asks the network for nothing and prints one proposal a page on A4."""
    put(html_of(brief_of(extract(dataset, selection))).encode("utf-8"), target)
