"""A source as a file: `read_source_text` gives the plain text of a .txt, .md, .html, .docx or .pdf, or says why not."""

from __future__ import annotations

import codecs
import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from matrix.dataset import dates
from matrix.dataset.problems import refuse
from matrix.importing.file_cells.encoding import Encoding, encoding_of
from matrix.importing.guard import MB, open_archive, run_limited, stream
from matrix.wording import clean, plural

PLAIN, PAGES = (".txt", ".md"), (".html", ".htm")
ENDINGS = (*PLAIN, *PAGES, ".docx", ".pdf")
MOST_BYTES = 50 * MB  # of a file
MOST_CHARACTERS = 5_000_000  # of a text: some 2,000 printed pages
MEMORY = 1_500 * MB  # of the process that reads a file
SECONDS = 60  # that it may take
_PROGRAM = Path(__file__).with_name("source_text_process.py")
_LONGEST = 1_000  # characters of what a file says of itself
_PDF = b"%PDF-"
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# What browsers take for these names, which are also used for their larger kin.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252", "shift_jis": "cp932"}
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=[-_]|$)")


@dataclass(frozen=True)
class SourceText:
    """A text, and what its file says of it: `about` by the columns of the sources table; `notes` for who brings it in.

    `encoding`: of what is stored as bytes of letters; where it is `asked`, the text is read in the likeliest one.
    """

    text: str
    about: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    encoding: Encoding | None = None

    @property
    def content(self) -> bytes:
        """The bytes that are kept, and of which a source's `sha256` is."""
        return self.text.encode("utf-8")


def read_source_text(
    file: Path, *, encoding: str = "", memory: int = MEMORY, seconds: int = SECONDS, most: int = MOST_CHARACTERS
) -> SourceText:
    """The plain text of a file, known by its ending.

    A text in UTF-8 stays byte for byte as it is, with its byte order mark and line ends; in another encoding only that
    is changed. `encoding`: as the user says it, else found out. Web pages, .docx and .pdf are read in a process of
    their own. DatasetError, one sentence, for what is no such file, empty, hostile, damaged, protected, scanned, has
    more than `most` characters, or takes more than `memory` bytes or `seconds`.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        refuse(file.name, f"is not a text that can be read here; these can: {', '.join(ENDINGS)}")
    with stream(file, file.name) as opened:
        start = opened.read(8)
        if opened.seek(0, 2) > MOST_BYTES:
            refuse(file.name, f"is bigger than {MOST_BYTES // MB} MB; keep the part that is coded")
        _check_start(file.name, ending, start)
        if ending in PLAIN:
            found = _plain(opened, file.name, encoding, most)
        elif ending in PAGES:
            found = _page(opened, file.name, encoding, memory, seconds, most)
        else:
            if ending == ".docx":
                with open_archive(file, kind="Word file") as archive:
                    if not archive.find("word/document.xml"):
                        archive.refuse("is not a Word file, despite its name")
            found = _read("docx" if ending == ".docx" else "pdf", file, file.name, memory, seconds, most)
    if not found.text.strip("\ufeff \t\r\n"):
        refuse(file.name, "holds no text")
    return found


def _check_start(name: str, ending: str, start: bytes) -> None:
    """DatasetError for a file that is another kind than its name says."""
    if not start:
        refuse(name, "is empty")
    if ending == ".pdf" and not start.startswith(_PDF):
        refuse(name, "is not a PDF, despite its name")
    if ending in (*PLAIN, *PAGES) and start.startswith(_PDF):
        refuse(name, "is a PDF, despite its name; name it .pdf")
    if ending in (*PLAIN, *PAGES) and start.startswith(_OFFICE):
        refuse(name, "is an office file, not text, despite its name")


def _plain(opened: IO[bytes], name: str, encoding: str, most: int) -> SourceText:
    known = encoding_of(opened, name, encoding, utf8="UTF-8")
    opened.seek(0)
    # A mark of UTF-8 is part of the text: places are counted in the file's own bytes.
    text = opened.read().decode("utf-8" if known.name == "utf-8-sig" else known.name)
    if len(text) > most:
        refuse(name, f"holds more than {most:,} characters of text; keep the part that is coded")
    return SourceText(text, notes=(known.note,) if known.note else (), encoding=known)


def _page(opened: IO[bytes], name: str, encoding: str, memory: int, seconds: int, most: int) -> SourceText:
    opened.seek(0)
    start = opened.read(4_096)
    named = _named_charset(opened, start) if not encoding else ""
    known = encoding_of(opened, name, encoding or named, utf8="UTF-8")
    opened.seek(0)
    text = opened.read().decode(known.name)
    with tempfile.TemporaryDirectory(prefix="policy-matrix-") as folder:
        copy = Path(folder) / "page.html"
        copy.write_bytes(text.encode("utf-8"))
        found = _read("html", copy, name, memory, seconds, most)
    notes = (known.note, *found.notes) if known.note and not named else found.notes
    return SourceText(found.text, found.about, notes, known)


def _named_charset(opened: IO[bytes], start: bytes) -> str:
    """The encoding that a page names, where it is one and the page is in it; '' else."""
    given = _CHARSET.search(start)
    if not given or start.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    with suppress(LookupError, UnicodeError):
        name = codecs.lookup(given[1].decode("ascii")).name
        name = _WIDER.get(name, name)
        opened.seek(0)
        opened.read().decode(name)
        return name if not name.startswith(("utf-16", "utf-32")) else ""
    return ""


def _read(kind: str, file: Path, name: str, memory: int, seconds: int, most: int) -> SourceText:
    """What the program made of the file; DatasetError where it ended in any other way than it should."""
    with tempfile.TemporaryFile() as output:
        done = run_limited(
            _PROGRAM,
            kind,
            file.resolve(),
            most,
            name=name,
            output=output,
            memory=memory,
            seconds=seconds,
            too_slow=f"takes longer than {plural(seconds, 'second')} to read; paste its text",
            way_out="paste its text",
        )
        output.seek(0)
        found: Any = None
        with suppress(ValueError):
            found = json.loads(output.read()) if not done.returncode else None
    if not isinstance(found, dict):
        refuse(name, "cannot be read: it is damaged, or its text too large; paste its text")
    if "refused" in found:
        refuse(name, str(found["refused"]))
    return SourceText(str(found["text"]), _about(found["about"]), tuple(map(str, found["notes"])))


def _about(given: Mapping[str, str]) -> dict[str, str]:
    """What a file says of itself, as the sources table has it; what does not fit there is left out."""
    found = {column: clean(" ".join(words.split()))[:_LONGEST].strip() for column, words in given.items()}
    day = found.get("date", "")[:10]
    try:
        dates.interval(day)
    except ValueError:
        day = ""
    language = _LANGUAGE.match(found.get("language", ""))
    found |= {"date": day, "language": language[0].lower() if language else ""}
    if not re.match(r"https?://\S+$", found.get("url", "")):
        found["url"] = ""
    return {column: words for column, words in found.items() if words}
