"""The brief that a negotiator prints: one page per proposal, as Markdown or as one HTML file without any request."""

from __future__ import annotations

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.brief.build import brief
from matrix.export.brief.html import html_of
from matrix.export.brief.markdown import markdown_of
from matrix.export.scope import scope
from matrix.export.target import Target, put

__all__ = ["to_html", "to_markdown"]


def to_markdown(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the brief as Markdown (CommonMark with tables); text from the data shows as it is and is never markup."""
    put(markdown_of(brief(scope(dataset, selection))).encode("utf-8"), target)


def to_html(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the brief as one HTML file that asks the network for nothing and prints one proposal a page on A4."""
    put(html_of(brief(scope(dataset, selection))).encode("utf-8"), target)
