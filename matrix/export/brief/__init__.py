"""The brief that a negotiator prints: two pages for a selection, and an annex of one page per proposal on request."""

from __future__ import annotations

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.brief.build import brief_of
from matrix.export.brief.fitting import fitted
from matrix.export.brief.html import html_of
from matrix.export.brief.markdown import markdown_of
from matrix.export.brief.pdf import PdfError, pages_of, pdf_of
from matrix.export.brief.summary import summary_of
from matrix.export.extract import extract
from matrix.export.formats import Target, put

# How much of its two pages a PDF uses: what its typeface takes shows only when it is printed.
FULLER, SAFE = ((1.2, 1.1), (1.12, 1.06), (1.06, 1.06)), ((1.0, 1.0), (0.9, 0.9), (0.8, 0.8))

__all__ = ["PdfError", "brief", "to_html", "to_markdown", "to_pdf"]


def brief(dataset: Dataset, selection: Selection | None = None, *, annex: bool = False) -> str:
    """The brief as Markdown (CommonMark with tables), to paste or to convert; see `write_file` for the other forms."""
    return _markdown(dataset, selection, annex=annex, address="")


def to_markdown(
    dataset: Dataset, target: Target, selection: Selection | None = None, *, annex: bool = False, address: str = ""
) -> None:
    """Write the brief as Markdown (CommonMark with tables); text from the data shows as it is and is never markup."""
    put(_markdown(dataset, selection, annex=annex, address=address).encode("utf-8"), target)


def to_html(
    dataset: Dataset, target: Target, selection: Selection | None = None, *, annex: bool = False, address: str = ""
) -> None:
    """Write the brief as one HTML file that asks the network for nothing and prints on two pages of A4.

    With `annex` a page a proposal follows. `address` is that of the selection in a dashboard, for the foot.
    """
    put(_html(dataset, selection, annex=annex, address=address).encode("utf-8"), target)


def to_pdf(
    dataset: Dataset, target: Target, selection: Selection | None = None, *, annex: bool = False, address: str = ""
) -> None:
    """Write the same as a PDF, printed by the browser that is installed; PdfError where none is, or it fails."""
    chosen = extract(dataset, selection)
    summary, pages = summary_of(chosen, address=address), brief_of(chosen) if annex else None
    complete = fitted(summary) == fitted(summary, shares=(100, 100))
    for shares in SAFE if annex or complete else (*FULLER, *SAFE):
        made = pdf_of(html_of(fitted(summary, shares=shares), pages))
        if annex or pages_of(made) <= 2:
            break
    put(made, target)


def _html(dataset: Dataset, selection: Selection | None, *, annex: bool, address: str) -> str:
    chosen = extract(dataset, selection)
    return html_of(fitted(summary_of(chosen, address=address)), brief_of(chosen) if annex else None)


def _markdown(dataset: Dataset, selection: Selection | None, *, annex: bool, address: str) -> str:
    chosen = extract(dataset, selection)
    return markdown_of(fitted(summary_of(chosen, address=address)), brief_of(chosen) if annex else None)
