"""The formats of files by their endings; `write_file` writes one, whole or not at all; new formats are entered here."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

import numpy as np

from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.problems import shown
from matrix.dataset.selection import DATES, Selection

if TYPE_CHECKING:
    from matrix.analysis.overlap import Overlap
    from matrix.export.workbook.writer import Altered

# Where a file goes: a path, or a binary file that a caller holds open.
Target: TypeAlias = str | PathLike[str] | BinaryIO


class Writer(Protocol):
    """Writes a dataset's selection; gives a line for all that was altered or left out.

    `address` is that of the selection in a dashboard, for what prints it.
    """

    def __call__(self, dataset: Dataset, target: Target, selection: Selection, address: str = "", /) -> list[str]: ...


@dataclass(frozen=True)
class Format:
    """A file's kind: ending, name, what it holds, who opens it, whether it comes back, media type, what writes it."""

    ending: str
    name: str
    holds: str
    opens: str
    back: bool
    mime: str
    writer: Writer


def _workbook(dataset: Dataset, target: Target, selection: Selection, _address: str = "") -> list[str]:
    from matrix.export.workbook import to_workbook

    report = to_workbook(dataset, target, selection=selection)
    return [*_summed_up(report.altered), *report.left_out]


def _summed_up(altered: Sequence[Altered]) -> list[str]:
    """One line for what was altered in the same way in a column: its first place, and in how many more."""
    groups: dict[tuple[str, str, str], list[Altered]] = {}
    for one in altered:
        groups.setdefault((one.sheet, one.column, one.what), []).append(one)
    return [f"{g[0]}" + (f" (and in {len(g) - 1:,} more rows)" if len(g) > 1 else "") for g in groups.values()]


def _by(module: str, function: str) -> Writer:
    """A writer that imports its module, and what that needs, only when it runs."""

    def run(dataset: Dataset, target: Target, selection: Selection, _address: str = "") -> list[str]:
        getattr(import_module(f"matrix.export.{module}"), function)(dataset, target, selection)
        return []

    return run


def _brief(function: str, *, annex: bool = False) -> Writer:
    def run(dataset: Dataset, target: Target, selection: Selection, address: str = "") -> list[str]:
        made = import_module("matrix.export.brief")
        getattr(made, function)(dataset, target, selection, annex=annex, address=address)
        return []

    return run


def _actors(
    dataset: Dataset, target: Target, selection: Selection, _address: str = "", network: Overlap | None = None
) -> list[str]:
    from matrix.export.graphml import to_actors_graphml

    return to_actors_graphml(dataset, target, selection, network)


def _pairs(
    dataset: Dataset, target: Target, selection: Selection, _address: str = "", network: Overlap | None = None
) -> list[str]:
    from matrix.analysis.opposed import hidden_in
    from matrix.analysis.overlap import overlap  # only here: both bring scipy
    from matrix.export.csv_tables import edges_csv

    found = overlap(dataset, selection) if network is None else network
    put(edges_csv(found, dataset, selection), target)
    return [*hidden_in(dataset, selection, found).in_words(dataset)]


# The networks of actors, each of an overlap: agreement, or the one that is asked for.
NETWORKS = {".actors.graphml": _actors, ".edges.csv": _pairs}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A new format is an entry here, the module that it names, a line in docs/formats.md and in `export --help`, and in the
# tests the list of all endings that a browser opens (tests/browser/test_hostile.py). One that comes back (`back=True`)
# also has its ending in ENDINGS of importing/__init__.py and its reader there (`_edited`).
_FORMATS = (
    Format(
        ".xlsx",
        "Excel workbook",
        "the workbook: by side, matrix, common ground, overlap, every table",
        "Excel, LibreOffice, Google Sheets",
        True,
        _XLSX,
        _workbook,
    ),
    Format(
        ".pdf",
        "Brief to print",
        "two pages for a selection: what is backed, asked for, refused and on which terms, who is not heard",
        "any reader of PDF; prints on A4",
        False,
        "application/pdf",
        _brief("to_pdf"),
    ),
    Format(
        ".html",
        "Brief as a page",
        "the same two pages",
        "any browser; prints on A4",
        False,
        "text/html",
        _brief("to_html"),
    ),
    Format(
        ".md",
        "Brief as text",
        "the same",
        "editors, wikis, chat",
        False,
        "text/markdown",
        _brief("to_markdown"),
    ),
    Format(
        ".annex.pdf",
        "Brief with its annex",
        "the two pages, and one page per proposal behind them",
        "any reader of PDF; prints on A4",
        False,
        "application/pdf",
        _brief("to_pdf", annex=True),
    ),
    Format(
        ".annex.html",
        "Brief with its annex, as a page",
        "the same",
        "any browser; prints on A4",
        False,
        "text/html",
        _brief("to_html", annex=True),
    ),
    Format(
        ".annex.md",
        "Brief with its annex, as text",
        "the same",
        "editors, wikis, chat",
        False,
        "text/markdown",
        _brief("to_markdown", annex=True),
    ),
    Format(
        ".csv",
        "Matrix for programs",
        "the matrix in ids, verbatim equal to show --format csv",
        "pandas, R, anything",
        False,
        "text/csv",
        _by("csv_tables", "to_csv"),
    ),
    Format(
        ".excel.csv",
        "Matrix for spreadsheets",
        "the matrix in ids, for spreadsheets",
        "Excel, LibreOffice",
        False,
        "text/csv",
        _by("csv_tables", "to_excel_csv"),
    ),
    Format(
        ".signed.csv",
        "Signed matrix for programs",
        "the matrix in numbers, verbatim equal to show --values signed --format csv",
        "pandas, R, anything",
        False,
        "text/csv",
        _by("csv_tables", "to_signed_csv"),
    ),
    Format(
        ".statements.csv",
        "Statements for spreadsheets",
        "the statements with names beside the ids, for spreadsheets",
        "Excel, LibreOffice",
        False,
        "text/csv",
        _by("csv_tables", "to_statements_csv"),
    ),
    Format(
        ".json",
        "Whole dataset, JSON",
        "the whole dataset: package, tables, columns in their order",
        "Python, JavaScript, jq",
        True,
        "application/json",
        _by("json_document", "to_json"),
    ),
    Format(
        ".parquet",
        "Whole dataset, Parquet",
        "the statements as a table, the rest as JSON in the metadata",
        "pandas.read_parquet, R, DuckDB",
        True,
        "application/vnd.apache.parquet",
        _by("parquet", "to_parquet"),
    ),
    Format(
        ".graphml",
        "Network",
        "actors and proposals as nodes, each position an edge",
        "networkx, igraph, Gephi",
        False,
        "application/xml",
        _by("graphml", "to_graphml"),
    ),
    Format(
        ".actors.graphml",
        "Network of actors",
        "actors as nodes, agreement of each pair with its n as edges",
        "networkx, igraph, Gephi",
        False,
        "application/xml",
        _actors,
    ),
    Format(
        ".edges.csv",
        "Pairs of actors",
        "each pair of actors that is compared with its agreement and n, the highest first",
        "pandas, R, anything",
        False,
        "text/csv",
        _pairs,
    ),
    Format(
        ".bib",
        "Sources",
        "the sources, key = id",
        "biber, BibTeX styles that know @online, Zotero",
        False,
        "text/plain",
        _by("bibtex", "to_bib"),
    ),
)
FORMATS = {f.ending: f for f in _FORMATS}
# What can be written where an engine has only counted the statements.
ON_COUNTS = (".csv", ".excel.csv", ".signed.csv", *NETWORKS)


ANNEX = ".annex"  # before the ending of a brief
_UNSAFE = re.compile(r"[^\w-]+")
LONGEST_NAME = 150  # bytes before the version: file systems take 255 in all
_PLURAL = {"official": "officials", "expert": "experts", "former_official": "former-officials"}


def safe_stem(text: str, most: int = 60) -> str:
    """Letters, digits and hyphens of a text, 60 at most; `dataset` where it has none."""
    return _UNSAFE.sub("-", text).strip("-_")[:most].strip("-_") or "dataset"


def file_name(dataset: Dataset, selection: Selection, ending: str) -> str:
    """A name that says what is in a file: dataset, selection, last day, version (`ai-nc3-experts-2026-05-15-1.csv`)."""
    name = str(dataset.package.head.get("name") or "") if dataset.package else ""
    parts = [safe_stem(name or dataset.title)]
    for field, values in replace(selection, layer=dataset.layer).without(*DATES).chosen().items():
        parts += [safe_stem(_PLURAL.get(v, v)) for v in values] if field != "rule" else ["latest-only"]
    if selection.since:
        parts.append(f"from-{selection.since}")
    until = selection.as_of or last_day(dataset, selection)
    stem = "-".join([*parts, until] if until else parts)
    if len(stem.encode()) > LONGEST_NAME:
        cut = stem.encode()[: LONGEST_NAME - len("-and-more")].decode(errors="ignore")
        stem = f"{cut.rstrip('-_')}-and-more"
    return f"{stem}-{dataset.version}.{ending.removeprefix('.')}".lower()


@remembered(64)
def last_day(dataset: Dataset, selection: Selection) -> str:
    """The ISO day of the latest statement that a selection shows, or of its source; '' where none is dated."""
    if dataset.groups:  # which do not tell the sources of superseded statements apart
        return ""
    from matrix.analysis.evidence import latest_day
    from matrix.analysis.positions import fold, view
    from matrix.export.extract import behind

    return latest_day(dataset, np.flatnonzero(behind(view(fold(dataset, selection)))))


def put(data: bytes, target: Target) -> None:
    """Write the whole file at once: what fails fails before."""
    if isinstance(target, str | PathLike):
        Path(target).write_bytes(data)
    else:
        target.write(data)


def made(dataset: Dataset, ending: str, selection: Selection, address: str = "") -> bytes:
    """The file of this ending as bytes; DatasetError where the format cannot hold the dataset."""
    buffer = io.BytesIO()
    FORMATS[ending].writer(dataset, buffer, selection, address)
    return buffer.getvalue()


def ending_of(path: Path) -> str:
    """The longest ending of a format that the file's name has, '' for none."""
    return max((e for e in FORMATS if path.name.lower().endswith(e)), key=len, default="")


def with_annex(ending: str) -> str:
    """The ending of the same brief with its annex, '' for what is no brief."""
    longer = ending if ending.startswith(ANNEX) else f"{ANNEX}{ending}"
    return longer if longer in FORMATS else ""


def write_file(
    dataset: Dataset,
    path: str | PathLike[str],
    *,
    selection: Selection | None = None,
    annex: bool = False,
    network: Overlap | None = None,
) -> list[str]:
    """Write what a selection leaves into a file of the kind that its ending names; a line for all that was altered.

    With `annex` a brief (.pdf, .html, .md) has one page per proposal behind its two. `network`: the overlap, of the
    same selection, that joins the actors of a .actors.graphml or .edges.csv; left out, agreement (`points`). ValueError
    for an ending that is not in docs/formats.md; DatasetError where the format cannot hold the dataset. A file that is
    there is replaced in one instant, or stays.
    """
    path = Path(path)
    ending = with_annex(ending_of(path)) if annex else ending_of(path)
    if annex and not ending:
        raise ValueError(f"{shown(path.name)}: only a brief (.pdf, .html, .md) has an annex")
    if not ending:
        raise ValueError(f"{shown(path.name)}: the ending must be one of {', '.join(FORMATS)}")
    if network is not None and ending not in NETWORKS:
        raise ValueError(f"{shown(path.name)}: only {' and '.join(NETWORKS)} take an overlap as their network")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".policy-matrix-") as folder:
        # Beside the target, so that the last step is a rename on one file system.
        made = Path(folder) / path.name
        chosen = selection or Selection()
        if network is not None:
            messages = NETWORKS[ending](dataset, made, chosen, network=network)
        else:
            messages = FORMATS[ending].writer(dataset, made, chosen)
        made.replace(path)
    return messages
