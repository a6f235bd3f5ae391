"""Files from outside: `open_archive` gives the parts of a zip once nothing in it can do harm; `run_limited` has a file
read by a program of its own."""

from __future__ import annotations

import io
import re
import signal
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn, Protocol
from xml.parsers import expat

from matrix.dataset.problems import DatasetError, refuse, shown

MOST_DEPTH = 64
MOST_FOUND = 100_000
_LONGEST_TAG = 4_000_000  # bytes; expat reads an unfinished tag anew with each chunk
_LONGEST_TEXT = 4_000_000  # characters between two tags
MB = 1_000_000
MOST_UNPACKED = 400 * MB  # of all parts together
MOST_RATIO, RATIO_FROM = 150, 10 * MB  # honest text packs to a tenth; only small parts may do better
MOST_PARTS = 10_000
MOST_TAGS = 40_000_000  # `<` in all XML parts together: some ten million filled cells
XML_ENDINGS = (".xml", ".rels", ".vml")

_END, _END64_LOCATOR, _ENTRY = b"PK\x05\x06", b"PK\x06\x07", 46
_LONGEST_COMMENT = 65_535
_CHUNK = 1 << 18
_UNSAFE_NAME = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|\0")
_DOCTYPE = b"<!DOCTYPE"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_BROKEN_WORDS = "is damaged or cut off; fetch or save it again"


_LIMITED = Path(__file__).with_name("limited_program.py")


def run_limited(
    program: Path,
    *arguments: object,
    name: str,
    output: IO[bytes],
    memory: int,
    seconds: int,
    too_slow: str,
    way_out: str,
) -> subprocess.CompletedProcess[bytes]:
    """A program's end, its output in `output`, run for the file `name` with so many bytes of memory and seconds.

    DatasetError, one sentence, where it takes longer (`too_slow`) or cannot be run (with the `way_out`). How else it
    ended is the caller's to judge.
    """
    command = [sys.executable, "-I", *map(str, (_LIMITED, memory, seconds, program, *arguments))]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, timeout=seconds * 2, check=False
        )
    except subprocess.TimeoutExpired:
        refuse(name, too_slow)
    except OSError as e:
        refuse(name, f"cannot be read here ({e.strerror or type(e).__name__}); {way_out}")
    if done.returncode == -getattr(signal, "SIGXCPU", 0) != 0:
        refuse(name, too_slow)
    return done


class Archive:
    """The parts of a zip file, found whatever the case of their names, each read with a bound."""

    def __init__(self, name: str, file: IO[bytes], packed: zipfile.ZipFile) -> None:
        self.name, self.file = name, file
        self._zip = packed
        self._parts = {_folded(i.filename): i for i in packed.infolist() if not i.is_dir()}

    @property
    def parts(self) -> list[str]:
        """The names of all parts as they are written."""
        return [info.filename for info in self._parts.values()]

    def find(self, part: str) -> str | None:
        """The written name of a part, or None where there is none."""
        info = self._parts.get(_folded(part))
        return info.filename if info else None

    def chunks(self, part: str) -> Iterator[bytes]:
        """The content of a part bit by bit; DatasetError where it is missing, damaged, or not as long as it says."""
        info = self._parts.get(_folded(part))
        if info is None:
            self.refuse(f"is incomplete: its part {shown(part)} is missing")
        left = info.file_size
        try:
            with self._zip.open(info) as content:
                while chunk := content.read(_CHUNK):
                    left -= len(chunk)
                    yield chunk
        except _BROKEN as e:
            if isinstance(e, DatasetError):
                raise
            self.refuse(_BROKEN_WORDS)
        if left:
            self.refuse(_BROKEN_WORDS)

    def read(self, part: str) -> bytes:
        """The whole content of a part."""
        return b"".join(self.chunks(part))

    def refuse(self, message: str, row: int = 0, column: str = "") -> NoReturn:
        """DatasetError with one sentence about this file."""
        refuse(self.name, message, row, column)


@contextmanager
def open_archive(
    source: Path | bytes,
    name: str = "",
    *,
    kind: str = "workbook",
    xml: tuple[str, ...] = XML_ENDINGS,
    most: Mapping[str, int] | None = None,
) -> Iterator[Archive]:
    """The parts of a zip file, once all that can be wrong with the zip as a whole was looked for.

    kind: what the file should be, for messages. xml: endings of the parts that must hold harmless XML; most: how often
    a tag may open in one of them, for limits that are better known before than after reading. DatasetError, within the
    memory of a chunk, for what is no zip, encrypted, damaged, too big, too dense, or holds doubtful names.
    """
    called = name or (source.name if isinstance(source, Path) else "the file")
    with stream(source, called) as file:
        _look(file, called, kind)
        try:
            packed = zipfile.ZipFile(file)
        except _BROKEN:
            refuse(called, _BROKEN_WORDS)
        with packed:
            _weigh(packed, called)
            archive = Archive(called, file, packed)
            _scan(archive, xml, most or {})
            yield archive


@contextmanager
def stream(source: Path | bytes, name: str) -> Iterator[IO[bytes]]:
    """The bytes as a file to read; DatasetError where there is no such file, or it is too big to begin with."""
    try:
        if isinstance(source, Path) and not source.is_file():
            refuse(name, "there is no such file")
        size = source.stat().st_size if isinstance(source, Path) else len(source)
        file: IO[bytes] = source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    except OSError as e:
        refuse(name, f"cannot be opened: {e.strerror or type(e).__name__}")
    with file:
        if size > MOST_UNPACKED:
            refuse(name, f"is bigger than {MOST_UNPACKED // MB} MB")
        yield file


def _look(file: IO[bytes], name: str, kind: str) -> None:
    """What the first bytes and the zip's table of contents tell, before any library reads them."""
    start = file.read(8)
    if start == OLE:
        if _ENCRYPTED in file.read(MOST_UNPACKED):
            refuse(name, "is protected by a password; remove it and save again")
        advice = (
            "an old .xls file; save it as .xlsx, or name it .xls"
            if kind == "workbook"
            else f"an old office file, not a {kind}"
        )
        refuse(name, f"is {advice}")
    if not start:
        refuse(name, "is empty")
    if start[:2] != b"PK":
        refuse(name, f"is not a {kind}, despite its name")
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LONGEST_COMMENT - 100))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        refuse(name, _BROKEN_WORDS)
    (contents,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 76 and tail[at - 20 : at - 16] == _END64_LOCATOR:
        (contents,) = struct.unpack_from("<Q", tail, at - 76 + 40)
    # An honest entry takes some 100 bytes; the zip's own count of its entries may lie.
    if contents > MOST_PARTS * 2 * _ENTRY * 2:
        refuse(name, f"holds more than {MOST_PARTS:,} parts")
    file.seek(0)


def _weigh(packed: zipfile.ZipFile, name: str) -> None:
    """What the zip says of its parts: nothing is unpacked yet, and nothing past these sizes ever will be."""
    parts = packed.infolist()
    if len(parts) > MOST_PARTS:
        refuse(name, f"holds {len(parts):,} parts; {MOST_PARTS:,} are the most")
    if any(info.flag_bits & 0x1 for info in parts):
        refuse(name, "is protected by a password; remove it and save again")
    if sum(info.file_size for info in parts) > MOST_UNPACKED:
        refuse(name, f"unpacks to more than {MOST_UNPACKED // MB} MB")
    seen: set[str] = set()
    for info in parts:
        folded = _folded(info.filename)
        if _UNSAFE_NAME.search(folded) or "\0" in info.orig_filename:
            refuse(name, f"holds a part with a doubtful name, {shown(info.orig_filename)}")
        if folded in seen:
            refuse(name, f"holds two parts with the same name, {shown(info.filename)}")
        seen.add(folded)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse(name, "is packed in an unusual way; open it in its program and save it again")
        if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * info.compress_size:
            refuse(
                name,
                f"packs {info.file_size // MB} MB into {info.compress_size // 1000} kB, "
                "as only damaged or malicious files do",
            )


def _scan(archive: Archive, xml: tuple[str, ...], most: Mapping[str, int]) -> None:
    """Unpack each XML part once, bit by bit: it is whole, declares no types or entities, and has a bearable size."""
    tags = 0
    for part in archive.parts:
        if not part.lower().endswith(xml):
            continue
        last = b""
        counts = dict.fromkeys(most, 0)
        for chunk in archive.chunks(part):
            tags += chunk.count(b"<")
            if _DOCTYPE in last + chunk:
                archive.refuse(
                    f"declares document types (DOCTYPE) in its part {shown(part)}, which no office program writes"
                )
            if tags > MOST_TAGS:
                archive.refuse(f"holds more than {MOST_TAGS:,} XML tags")
            last = chunk[-len(_DOCTYPE) :]
            for tag in most:
                counts[tag] += chunk.count(f"<{tag}".encode())
                if counts[tag] > most[tag]:
                    archive.refuse(f"holds more than {most[tag]:,} {tag}s in its part {shown(part)}")


def _folded(part: str) -> str:
    return part.replace("\\", "/").casefold()


class Handler(Protocol):
    """What reads an XML part: called with each tag, while `pieces` collects the text before it."""

    pieces: list[str]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A tag opens; names are `namespace local`."""

    def end(self, name: str) -> None:
        """A tag closes."""


def read_elements(archive: Archive, part: str, handler: Handler) -> None:
    """Call the handler with every tag of an XML part; DatasetError where the part is not well-formed, or hostile."""
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
        archive.refuse(f"is damaged: its part {shown(part)} is not XML at line {e.lineno:,}")


class _Found:
    def __init__(self, archive: Archive, part: str, wanted: Collection[str]) -> None:
        self.pieces: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self._archive, self._part, self._wanted, self._depth = archive, part, wanted, 0
        self._counts: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._depth += 1
        too_deep(self._archive, self._part, self._depth)
        tag = local(name)
        if tag in self._wanted:
            self.found.append((tag, {local(k): v for k, v in attributes.items()}))
            self._counts[tag] = self._counts.get(tag, 0) + 1
            if self._counts[tag] > MOST_FOUND:
                self._archive.refuse(f"holds more than {MOST_FOUND:,} entries in its part {shown(self._part)}")

    def end(self, _name: str) -> None:
        self._depth -= 1


def find_elements(archive: Archive, part: str, wanted: Collection[str]) -> list[tuple[str, dict[str, str]]]:
    """The wanted tags of a part in order, each with its attributes; namespaces are left off, and no tag is endless."""
    handler = _Found(archive, part, wanted)
    read_elements(archive, part, handler)
    return handler.found


def too_deep(archive: Archive, part: str, depth: int) -> None:
    """DatasetError where tags are nested deeper than any program writes."""
    if depth > MOST_DEPTH:
        archive.refuse(f"nests more than {MOST_DEPTH} tags in its part {shown(part)}")


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]
