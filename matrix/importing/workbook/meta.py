"""The hidden sheet _meta of a workbook: what was exported, and where; everything in it may be lost or damaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matrix.dataset.dataset import Folder
from matrix.dataset.problems import refuse, shown
from matrix.dataset.schema import MAIN, TABLES
from matrix.export.cell_text import storable
from matrix.export.workbook_format import ADDED, FORMAT, FORMAT_VERSION, META, unpacked
from matrix.importing.file_cells import Sheet
from matrix.importing.json_document import folder_of


@dataclass(frozen=True)
class Meta:
    """What the export noted: the tables' sheets, every column's header, the version, the tables themselves."""

    sheets: Mapping[str, str] = field(default_factory=dict)  # table -> name of its sheet
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # table -> column -> header
    added: frozenset[str] = frozenset()  # headers of Statements that are for reading only
    version: str = ""
    exported: Folder | None = None
    selected: bool = False  # filters were set: it is a part of the dataset
    layer: str = MAIN  # whose statements it holds


def read_meta(sheets: Sequence[Sheet], file: str) -> Meta:
    """What the sheet says; nothing where it is missing. DatasetError where it is another program's."""
    sheet = next((s for s in sheets if s.name.strip().casefold() == META), None)
    if sheet is None:
        return Meta(added=frozenset(ADDED))
    heads: dict[str, str] = {}
    tables: dict[str, str] = {}
    headers: dict[str, dict[str, str]] = {}
    pieces: list[str] = []
    added: set[str] = set()
    for _, cells in sheet.rows:
        what, where, name, value = (*cells[:4], "", "", "", "")[:4]
        table, _, column = name.partition(".")
        if what == "head":
            heads[name] = heads.get(name, "") + value
        elif what == "table" and name in TABLES:
            tables[name] = where
        elif what == "column" and table in TABLES:
            headers.setdefault(table, {})[column] = value
        elif what == "added":
            added.add(value)
        elif what == "exported":
            pieces.append(value)
    if heads.get("format") != FORMAT:
        refuse(file, f"its sheet {META} is not one of this program")
    if heads.get("format_version") != FORMAT_VERSION:
        found = shown(heads.get("format_version", ""))
        words = f"has workbook format {found}; this program reads {FORMAT_VERSION!r}"
        refuse(file, words)
    exported = _exported(pieces, file)
    frames = exported.frames if exported else {}
    for table in headers.keys() & frames.keys():
        # A strange name was altered on the sheet; its exact form is with the values.
        exact = {storable(c): c for c in frames[table].columns}
        headers[table] = {exact.get(c, c): head for c, head in headers[table].items()}
    return Meta(
        tables,
        headers,
        frozenset(added),
        heads.get("dataset_version", ""),
        exported,
        heads.get("selection", "{}") != "{}",
        heads.get("layer", MAIN),
    )


def _exported(pieces: Sequence[str], file: str) -> Folder | None:
    if not pieces:
        return None
    try:
        return folder_of(unpacked(pieces), f"{file}, sheet {META}")
    except (ValueError, MemoryError) as e:  # a DatasetError is a ValueError: its one sentence is enough
        words = (
            f"what was exported cannot be read from the sheet {META} any more ({e}); delete that sheet to go on without"
        )
        refuse(file, words)
