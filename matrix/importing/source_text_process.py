"""Run as a program of its own, never imported: the plain text of a web page, .docx or .pdf as one object of JSON.

    python -I source_text_process.py html|docx|pdf FILE MOST_CHARACTERS

A damaged or hostile file may end a library's process, fill the memory or never end: so it is run by limited_program.py.
A web page is UTF-8. The object holds `text`, `about` (what the file says of itself, by the columns of the sources
table), `notes`, or only `refused`: why there is no text.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Read = dict[str, Any]

_SKIPPED = {
    *("script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "canvas", "audio", "video"),
    *("nav", "button", "select", "textarea", "input", "datalist", "dialog", "map"),
}
_PARAGRAPHS = {
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset"),
    *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "main"),
    *("ol", "p", "pre", "section", "summary", "table", "ul", "caption"),
}
_LINES, _CELLS = {"li", "tr"}, {"td", "th"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\n\r\f]+")  # of HTML: a no-break space is a character
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_META = {
    "title": ("og:title", "twitter:title", "dc.title"),
    "author": ("author", "article:author", "dc.creator"),
    "publisher": ("og:site_name", "dc.publisher"),
    "date": ("article:published_time", "date", "dc.date", "dcterms.date"),
    "url": ("og:url",),
}
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"


class RefusedError(ValueError):
    """Why there is no text, to follow the file's name."""


def main(kind: str, file: str, most: int) -> None:
    """Write what was read to the standard output."""
    readers: dict[str, Callable[[Path, int], Read]] = {"html": _html, "docx": _docx, "pdf": _pdf}
    try:
        found = readers[kind](Path(file), most)
        if len(found["text"]) > most:
            raise RefusedError(_too_long(most))
    except RefusedError as e:
        found = {"refused": str(e)}
    sys.stdout.write(json.dumps(found))


def _too_long(most: int) -> str:
    return f"holds more than {most:,} characters of text; keep the part that is coded"


def _plain(text: str) -> str:
    """Text that was taken out of a file, without control characters, line ends as LF, halves of characters replaced."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


# ---- web pages


def _html(file: Path, _most: int) -> Read:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(file.read_text(encoding="utf-8"))
    root, notes = _main_part(tree)
    return {"text": _text_of(root), "about": _about_page(tree), "notes": notes}


def _main_part(tree: Any) -> tuple[Any, list[str]]:
    """Where the page marks its text: the only article, else the main part; else all of it."""
    mains = tree.css("main") or tree.css("[role=main]")
    inside = mains[0] if len(mains) == 1 else tree
    articles = [a for a in inside.css("article") if a.parent is None or not _within(a.parent, "article")]
    if len(articles) == 1 and _text_of(articles[0]):
        return articles[0], ["only the page's article was read, as it marks it."]
    if len(mains) == 1 and _text_of(mains[0]):
        return mains[0], ["only the page's main part was read, as it marks it."]
    return tree.body, ["the page does not mark its article: all of its text was read, but for navigation it marks."]


def _within(node: Any, tag: str) -> bool:
    while node is not None:
        if node.tag == tag:
            return True
        node = node.parent
    return False


def _text_of(root: Any) -> str:
    """The visible text below a node: paragraphs with a blank line between, cells of a row with a tab."""
    made: list[str] = []
    breaks, gap = 0, ""  # what the next words have before them
    fresh = False  # in a cell before its first word: its paragraph begins no line
    for kind, value in _events(root):
        if kind == "break":
            breaks = max(breaks, 0 if fresh else int(value))
        elif kind == "line":
            breaks += 1
        elif kind == "cell":
            fresh = True
        elif kind == "cell end":
            breaks, gap, fresh = breaks if fresh else 0, "\t", False
        else:
            words = value if kind == "exact" else _BLANKS.sub(" ", value)
            inner = words if kind == "exact" else words.strip(" ")
            if kind == "words" and words.startswith(" "):
                gap = gap or " "
            if inner:
                made += ["\n" * breaks or gap if made else "", inner]
                breaks, gap, fresh = 0, " " if kind == "words" and words.endswith(" ") else "", False
    return _plain("".join(made))


def _events(root: Any) -> Iterator[tuple[str, str]]:
    """What a reader sees, in order; without recursion, as a page may be nested without end."""
    node, pre = root, 0
    while node is not None:
        tag = node.tag
        entered = tag == "-text" or not _skipped(node, tag)
        if tag == "-text":
            yield ("exact" if pre else "words"), node.text_content or ""
        elif entered:
            yield from _edge(node, tag)
            pre += tag == "pre"
        if tag != "-text" and entered and node.child is not None:
            node = node.child
            continue
        while node is not None:
            if node.tag != "-text" and not _skipped(node, node.tag):
                pre -= node.tag == "pre"
                yield from _edge(node, node.tag, end=True)
            if node.mem_id == root.mem_id:
                return
            if node.next is not None:
                node = node.next
                break
            node = node.parent


def _edge(node: Any, tag: str, *, end: bool = False) -> Iterator[tuple[str, str]]:
    if tag in _CELLS and len(node.css("p, div, li")) < 2 and node.css_first("table") is None:
        yield "cell end" if end else "cell", ""
    elif tag in _PARAGRAPHS or tag in _CELLS:  # a cell of several paragraphs lays out the page
        yield "break", "2"
    elif tag in _LINES:
        yield "break", "1"
    elif tag == "br" and not end:
        yield "line", ""


def _skipped(node: Any, tag: str) -> bool:
    if tag in _SKIPPED or tag.startswith(("-", "!", "_")):
        return True
    given = node.attributes
    if not given:
        return False
    return (
        "hidden" in given
        or given.get("role") == "navigation"
        or bool(_HIDDEN.search(given.get("style") or ""))
        or (tag == "a" and bool(re.match("#(foot|end)note-ref-", given.get("href") or "")))  # back from a .docx's note
    )


def _about_page(tree: Any) -> dict[str, str]:
    """What the page says of itself in so many words; nothing is guessed from its text."""
    given: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        name = (node.attributes.get("property") or node.attributes.get("name") or "").lower()
        given.setdefault(name, node.attributes.get("content") or "")
    about = {column: next((given[n] for n in names if given.get(n)), "") for column, names in _META.items()}
    title, link, page = tree.css_first("title"), tree.css_first("link[rel=canonical]"), tree.css_first("html")
    about["title"] = about["title"] or (title.text() if title else "")
    about["url"] = (link.attributes.get("href") if link else "") or about["url"]
    about["language"] = (page.attributes.get("lang") if page else "") or ""
    return about


# ---- Word


def _docx(file: Path, most: int) -> Read:
    import mammoth
    from selectolax.lexbor import LexborHTMLParser

    with file.open("rb") as opened:
        html = mammoth.convert_to_html(opened, convert_image=lambda _: []).value
    if len(html) > 20 * most:
        raise RefusedError(_too_long(most))
    notes = []
    with zipfile.ZipFile(file) as packed:
        parts = {n.lower(): n for n in packed.namelist()}
        about = _about_docx(packed.read(parts["docprops/core.xml"])) if "docprops/core.xml" in parts else {}
        document = packed.read(parts["word/document.xml"]) if "word/document.xml" in parts else b""
    if re.search(rb"<w:(ins|del|moveFrom)\b", document):
        notes.append("changes that are tracked in it were read as accepted.")
    return {"text": _text_of(LexborHTMLParser(html).body), "about": about, "notes": notes}


def _about_docx(core: bytes) -> dict[str, str]:
    """Title, author and language of the file's properties; its days are of the file, not of what was published."""
    from defusedxml.ElementTree import fromstring

    found = {name: fromstring(core).findtext(f".//{_DUBLIN}{name}") or "" for name in ("title", "creator", "language")}
    return {"title": found["title"], "author": found["creator"], "language": found["language"]}


# ---- PDF


def _pdf(file: Path, most: int) -> Read:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PdfReadError

    locked = "is protected by a password; print it into a new PDF, and bring that in"
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):  # many are locked against changes only
            raise RefusedError(locked)
        texts: list[str] = []
        for page in reader.pages:
            texts.append(_plain(page.extract_text() or "").strip())
            if sum(map(len, texts)) > most:
                raise RefusedError(_too_long(most))
        meta = reader.metadata
    except (DependencyError, FileNotDecryptedError):
        raise RefusedError(locked) from None
    except PdfReadError:
        raise RefusedError("is damaged or cut off; fetch or save it again") from None
    empty = sum(not t for t in texts)
    if texts and empty == len(texts):
        pages = f"none of its {empty:,} pages holds" if empty > 1 else "its page does not hold"
        raise RefusedError(f"is probably scanned: {pages} any text; recognise its text (OCR) first")
    notes = []
    if empty:
        verb = "hold no text: they are" if empty > 1 else "holds no text: it is"
        notes.append(f"{empty:,} of {len(texts):,} pages {verb} probably {'pictures' if empty > 1 else 'a picture'}.")
    text = "\n\n".join(t for t in texts if t)
    if lost := text.count("\ufffd"):
        notes.append(f"{lost:,} characters could not be read; they stand as \ufffd.")
    about = {"title": str(meta.title or ""), "author": str(meta.author or "")} if meta else {}
    return {"text": text, "about": about, "notes": notes}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
