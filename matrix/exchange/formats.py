"""What each file that leaves holds, and who opens it: the words of docs/formats.md, for people who choose one."""

from __future__ import annotations

import io
from dataclasses import dataclass

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.exchange.files import WRITERS


@dataclass(frozen=True)
class Format:
    """A file's kind: ending, name, what it holds, who opens it, whether it can be brought back, its media type."""

    ending: str
    name: str
    holds: str
    opens: str
    back: bool
    mime: str


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = (
    Format(
        ".xlsx",
        "Excel workbook",
        "the workbook: matrix, evidence, every table",
        "Excel, LibreOffice, Google Sheets",
        True,
        _XLSX,
    ),
    Format(
        ".html", "Brief to print", "the brief, one page per proposal", "any browser; prints on A4", False, "text/html"
    ),
    Format(".md", "Brief as text", "the same brief", "editors, wikis, chat", False, "text/markdown"),
    Format(
        ".csv",
        "Matrix for programs",
        "the matrix in ids, verbatim equal to show --format csv",
        "pandas, R, anything",
        False,
        "text/csv",
    ),
    Format(
        ".excel.csv",
        "Matrix for spreadsheets",
        "the same ids and columns for spreadsheets",
        "Excel, LibreOffice",
        False,
        "text/csv",
    ),
    Format(
        ".signed.csv",
        "Signed matrix for programs",
        "the matrix in numbers, verbatim equal to show --values signed --format csv",
        "pandas, R, anything",
        False,
        "text/csv",
    ),
    Format(
        ".statements.csv",
        "Statements for spreadsheets",
        "the statements with names beside the ids, for spreadsheets",
        "Excel, LibreOffice",
        False,
        "text/csv",
    ),
    Format(
        ".json",
        "Whole dataset, JSON",
        "the whole dataset: package, tables, columns in their order",
        "Python, JavaScript, jq",
        True,
        "application/json",
    ),
    Format(
        ".parquet",
        "Whole dataset, Parquet",
        "the statements as a table, the rest as JSON in the metadata",
        "pandas.read_parquet, R, DuckDB",
        True,
        "application/vnd.apache.parquet",
    ),
    Format(
        ".graphml",
        "Network",
        "actors and proposals as nodes, each position an edge",
        "networkx, igraph, Gephi",
        False,
        "application/xml",
    ),
    Format(
        ".bib",
        "Sources",
        "the sources, key = id",
        "biber, BibTeX styles that know @online, Zotero",
        False,
        "text/plain",
    ),
)
FORMATS = {f.ending: f for f in _FORMATS}


def made(dataset: Dataset, ending: str, selection: Selection) -> bytes:
    """The file of this ending as bytes; DatasetError where the format cannot hold the dataset."""
    buffer = io.BytesIO()
    WRITERS[ending](dataset, buffer, selection)
    return buffer.getvalue()
