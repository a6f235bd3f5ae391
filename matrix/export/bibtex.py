"""The sources become a bibliography for BibLaTeX (biber, UTF-8), Zotero and the like; text from them is inert TeX."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from matrix.analysis.selection_words import selection_words
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.selection import Selection
from matrix.export.cell_text import is_link, storable
from matrix.export.extract import Extract, extract
from matrix.export.formats import Target, put
from matrix.wording import one_line

# BibTeX counts braces even behind a backslash, so that braces of the text become commands of their own.
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{c: f"\\{c}" for c in "#$%&_"},
    }
)
ARTICLES = ("article", "journal", "journal article", "paper")
LANGUAGES = {"en": "english", "zh": "chinese", "fr": "french", "de": "german", "ru": "russian", "ja": "japanese"}


def to_bib(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the sources of the selection, one entry each: the key is the source's id. The same bytes every time."""
    put("\n".join(_entries(extract(dataset, selection))).encode("utf-8"), target)


def _entries(chosen: Extract) -> Iterator[str]:
    words = "; ".join(selection_words(chosen.dataset, chosen.selection)) or "none"
    about = f"{chosen.dataset.title}, dataset version {chosen.dataset.version}, selection: {words}"
    yield f"@comment{{{re.sub('[{}@]', ' ', _line(about))}}}\n"
    for source in records(chosen.frames["sources"]):
        fields = [(name, value) for name, value in _fields(source) if value]
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
        yield f"@{_kind(source)}{{{source['id']},\n{body}}}\n"


def _kind(source: Mapping[str, str]) -> str:
    if source.get("kind", "").casefold() in ARTICLES:
        return "article"
    return "online" if is_link(source.get("url", "")) else "misc"


def _fields(source: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The fields of an entry; names stand in braces of their own, so that no `and` or comma in them is taken apart."""
    given = defaultdict(str, source)
    yield "title", _whole(given["title"])
    yield "author", _whole(given["author"])
    by = "journaltitle" if _kind(source) == "article" else "organization"
    yield by, _whole(given["publisher"]) if by == "organization" else tex(given["publisher"])
    yield "date", given["date"]
    linked = is_link(given["url"])
    yield "url", _address(given["url"]) if linked else ""
    yield "urldate", given["accessed"]
    yield "langid", LANGUAGES.get(given["language"].split("-")[0].casefold(), tex(given["language"]))
    notes = [given["kind"], given["date_note"], given["note"], "" if linked else given["url"]]
    archived = f"archived copy: {given['archived_url']}" if given["archived_url"] else ""
    yield "note", tex(". ".join(n.rstrip(". ") for n in (*notes, archived) if n.rstrip(". ")))


def tex(text: str) -> str:
    """The text on one line as TeX sets it letter by letter: nothing in it is a command, a group or a comment."""
    return _line(text).translate(TEX)


def _whole(text: str) -> str:
    return f"{{{tex(text)}}}" if text else ""


def _line(text: str) -> str:
    return one_line(storable(text))


def _address(url: str) -> str:
    """BibLaTeX takes an address as it is; only what would end the field is coded as in any address."""
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
