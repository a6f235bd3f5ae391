"""An XML part of an archive is read as it streams by: no tree is built, no entity known, every length bounded."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol
from xml.parsers import expat

from matrix.dataset.problems import shown
from matrix.exchange.unpacking import Archive

MOST_DEPTH = 64
MOST_FOUND = 100_000
_LONGEST_TAG = 4_000_000  # bytes; expat reads an unfinished tag anew with each chunk
_LONGEST_TEXT = 4_000_000  # characters between two tags


class Handler(Protocol):
    """What is told of a part: each tag, as its name without namespace, and the text before it in `pieces`."""

    pieces: list[str]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A tag opens; names are `namespace local`."""

    def end(self, name: str) -> None:
        """A tag closes."""


def read_elements(archive: Archive, part: str, handler: Handler) -> None:
    """Tell the handler of every tag of an XML part; DatasetError where it is not well-formed or hostile."""
    # Not defusedxml: its iterparse keeps the whole part as a tree, and reads an endless tag over and over.
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.pieces.append

    def doctype(*_: object) -> None:
        archive.refuse(f"declares document types (DOCTYPE) in its part {shown(part)}, which no office program writes")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    fed = 0
    try:
        for chunk in archive.chunks(part):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG or sum(map(len, handler.pieces)) > _LONGEST_TEXT:
                archive.refuse(f"holds a tag or text of millions of characters in its part {shown(part)}")
        parser.Parse(b"", True)
    except expat.ExpatError as e:
        archive.refuse(f"is damaged: its part {shown(part)} is no XML at line {e.lineno:,}")


class _Found:
    def __init__(self, archive: Archive, part: str, wanted: Collection[str]) -> None:
        self.pieces: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self._archive, self._part, self._wanted, self._depth = archive, part, wanted, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        too_deep(self._archive, self._part, self._depth)
        tag = local(name)
        if tag in self._wanted:
            self.found.append((tag, {local(k): v for k, v in attributes.items()}))
            if len(self.found) > MOST_FOUND:
                self._archive.refuse(f"holds more than {MOST_FOUND:,} entries in its part {shown(self._part)}")

    def end(self, _name: str) -> None:
        self._depth -= 1


def find_elements(archive: Archive, part: str, wanted: Collection[str]) -> list[tuple[str, dict[str, str]]]:
    """The wanted tags of a part in order, each with its attributes; namespaces are left off."""
    handler = _Found(archive, part, wanted)
    read_elements(archive, part, handler)
    return handler.found


def too_deep(archive: Archive, part: str, depth: int) -> None:
    """DatasetError where tags stand in tags past any use."""
    if depth > MOST_DEPTH:
        archive.refuse(f"nests more than {MOST_DEPTH} tags in its part {shown(part)}")


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]
