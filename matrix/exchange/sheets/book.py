"""The frame of a workbook: which sheets it has and where, its table of texts, and which formats show dates."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import datetime

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from matrix.dataset.problems import shown
from matrix.exchange.elements import find_elements, local, read_elements, too_deep
from matrix.exchange.sheets.values import shows_date, shows_elapsed, unescaped
from matrix.exchange.unpacking import Archive

MOST_TEXTS = 5_000_000
TYPES, ROOT = "[Content_Types].xml", "_rels/.rels"
_OTHERS = {
    "word/document.xml": "is a Word document; a spreadsheet (.xlsx) is wanted",
    "ppt/presentation.xml": "is a presentation; a spreadsheet (.xlsx) is wanted",
    "xl/workbook.bin": "is a binary workbook (.xlsb); save it as .xlsx",
    "index/document.iwa": "is a Numbers document; export it as .xlsx",
    "content.xml": "is an OpenDocument file (.ods); save it as .xlsx",
}
_MACROS = "holds macros; save it as .xlsx, which has none"


@dataclass(frozen=True)
class Place:
    """A sheet in the file: its name, whether it is hidden, the part that holds it."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True)
class Book:
    """What the cells of all sheets refer to; dates: the cell styles that show one -> whether it is a length of time."""

    sheets: list[Place]
    texts: list[str]
    dates: dict[int, bool]
    epoch: datetime


def read_book(archive: Archive) -> Book:
    """The workbook's frame; DatasetError where it is none, or one with macros."""
    _right_kind(archive)
    main = next((p for kind, p in _relations(archive, ROOT).values() if kind == "officeDocument"), None)
    if main is None:
        archive.refuse("is not a workbook, whatever its name says")
    relations = _relations(
        archive, posixpath.join(posixpath.dirname(main), "_rels", posixpath.basename(main) + ".rels")
    )
    places, epoch = _sheets(archive, main, relations)
    single = dict(relations.values())
    texts = _texts(archive, single["sharedStrings"]) if "sharedStrings" in single else []
    dates = _dates(archive, single["styles"]) if "styles" in single else {}
    return Book(places, texts, dates, epoch)


def _right_kind(archive: Archive) -> None:
    parts = [p.casefold() for p in archive.parts]
    if any(p.endswith("vbaproject.bin") or "/macrosheets/" in p for p in parts):
        archive.refuse(_MACROS)
    for part, message in _OTHERS.items():
        if archive.find(part) and not archive.find("xl/workbook.xml"):
            archive.refuse(message)
    if not archive.find(TYPES) or not archive.find(ROOT):
        archive.refuse("is not a workbook, whatever its name says")
    if any(
        "macroenabled" in a.get("ContentType", "").casefold()
        for _, a in find_elements(archive, TYPES, {"Override", "Default"})
    ):
        archive.refuse(_MACROS)


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Id -> (last word of the kind, the part it leads to); what leads out of the file is left out."""
    folder = posixpath.dirname(posixpath.dirname(part))
    found = {}
    for _, a in find_elements(archive, part, {"Relationship"}):
        if a.get("TargetMode", "").casefold() == "external":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, a.get("Target", ""))).lstrip("/")
        found[a.get("Id", "")] = (a.get("Type", "").rpartition("/")[2], target)
    return found


def _sheets(archive: Archive, main: str, relations: dict[str, tuple[str, str]]) -> tuple[list[Place], datetime]:
    places: list[Place] = []
    epoch = WINDOWS_EPOCH
    for tag, a in find_elements(archive, main, {"sheet", "workbookPr"}):
        if tag == "workbookPr":
            epoch = MAC_EPOCH if a.get("date1904") in ("1", "true") else WINDOWS_EPOCH
            continue
        kind, part = relations.get(a.get("id", ""), ("", ""))
        if kind != "worksheet":
            continue  # sheets of charts and dialogs hold no cells
        if not archive.find(part):
            archive.refuse(f"is incomplete: its part {shown(part)} is missing")
        places.append(Place(unescaped(a.get("name", "")), a.get("state", "visible") != "visible", part))
    if not places:
        archive.refuse("holds no sheet with cells")
    for what in ([p.part.casefold() for p in places], [p.name.casefold() for p in places]):
        if len(set(what)) < len(what):
            archive.refuse("names a sheet twice")
    return places, epoch


class _Texts:
    """Collects the table of texts: runs are joined, readings of Chinese characters (rPh) left out."""

    def __init__(self, archive: Archive, part: str) -> None:
        self.pieces: list[str] = []
        self.texts: list[str] = []
        self._archive, self._part, self._depth, self._reading = archive, part, 0, 0
        self._runs: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        too_deep(self._archive, self._part, self._depth)
        if local(name) == "rPh":
            self._reading += 1

    def end(self, name: str) -> None:
        self._depth -= 1
        tag = local(name)
        if tag == "t" and not self._reading:
            self._runs.append(unescaped("".join(self.pieces)))
        elif tag == "rPh":
            self._reading -= 1
        elif tag == "si":
            self.texts.append("".join(self._runs))
            self._runs.clear()
            if len(self.texts) > MOST_TEXTS:
                self._archive.refuse(f"holds more than {MOST_TEXTS:,} different texts; split it")


def _texts(archive: Archive, part: str) -> list[str]:
    handler = _Texts(archive, part)
    read_elements(archive, part, handler)
    return handler.texts


def _dates(archive: Archive, part: str) -> dict[int, bool]:
    """The cell styles that show a day or time, and whether it is a length of time."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside = False
    for tag, a in find_elements(archive, part, {"numFmt", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "xf"}):
        if tag == "xf":
            if inside:
                styles.append(_whole(a.get("numFmtId", "0")))
        elif tag == "numFmt":
            formats.setdefault(_whole(a.get("numFmtId", "0")), a.get("formatCode", ""))
        else:
            inside = tag == "cellXfs"
    dated = {number for number in set(styles) if shows_date(number, formats)}
    return {style: shows_elapsed(number, formats) for style, number in enumerate(styles) if number in dated}


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
