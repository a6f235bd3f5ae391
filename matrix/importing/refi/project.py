"""The XML of a REFI-QDA project as plain facts: codes, cases, sources, coded spans, and counts of what is not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from matrix.dataset.problems import refuse

NAMESPACE = "urn:QDA-XML:project:1.0"
INSIDE = "internal://"  # a path within the archive; every other kind of path leads elsewhere and is not followed
_UNREAD = {
    "PictureSource": "picture",
    "PDFSource": "PDF source",
    "AudioSource": "audio source",
    "VideoSource": "video source",
    "Set": "set",
    "Graph": "graph",
    "Link": "link",
}

Sources = Callable[[str], str | None]  # the text of a file of the archive's folder `sources`, by its name


@dataclass(frozen=True)
class Code:
    """A code: its place in the tree, and whether anything may be coded with it."""

    guid: str
    name: str
    parent: str
    codable: bool
    description: str


@dataclass(frozen=True)
class Case:
    """A case and what belongs to it: whole sources, single selections, codes; and its variables."""

    guid: str
    name: str
    sources: frozenset[str]
    selections: frozenset[str]
    codes: frozenset[str]
    values: Mapping[str, str]


@dataclass(frozen=True)
class Span:
    """A passage, with all that was coded on exactly these characters."""

    source: str
    start: int
    end: int
    guids: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    memos: list[str] = field(default_factory=list)
    coder: str = ""


@dataclass(frozen=True)
class Source:
    """A text source; `text` is None where it is not in the archive or not UTF-8."""

    guid: str
    name: str
    text: str | None


@dataclass(frozen=True)
class Project:
    """All of a project that may become part of a dataset, and the counts of what cannot."""

    title: str
    codes: Mapping[str, Code]
    cases: tuple[Case, ...]
    sources: tuple[Source, ...]
    spans: tuple[Span, ...]
    unread: Mapping[str, int]


def parse(file: str, xml: bytes, sources: Sources) -> Project:
    """The project; DatasetError where the XML is broken, forbidden or of another kind."""
    root = _root(file, xml)
    memos = {_guid(n): _plain(n, sources) or "" for n in root.iterfind("./Notes/Note")}
    users = {_guid(u): u.get("name") or u.get("id") or "" for u in root.iterfind("./Users/User")}
    spans: dict[tuple[str, int, int], Span] = {}
    for source in root.iterfind("./Sources/TextSource"):
        for selection in source.iterfind("PlainTextSelection"):
            _add(spans, _guid(source), selection, memos, users)
    used = {ref for e in root.iterfind("./Sources/TextSource/PlainTextSelection") for ref in _refs(e, ".//NoteRef")}
    return Project(
        root.get("name") or "",
        {c.guid: c for c in _codes(root)},
        tuple(_cases(root)),
        tuple(Source(_guid(s), _name(s), _plain(s, sources)) for s in root.iterfind("./Sources/TextSource")),
        tuple(spans.values()),
        _unread(root, sum(1 for guid in memos if guid not in used)),
    )


def _root(file: str, xml: bytes) -> Element:
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException:
        refuse(file, "project.qde declares entities or a document type, which a project never needs; it is not read")
    except (ParseError, ValueError, LookupError) as e:
        refuse(file, f"project.qde is not XML that can be read: {e}")
    if root.tag not in (f"{{{NAMESPACE}}}Project", "Project"):
        refuse(file, f"project.qde is not a REFI-QDA project (namespace {NAMESPACE}) but begins with {root.tag[:80]!r}")
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def _codes(root: Element) -> Iterator[Code]:
    """All codes in the order of the tree, parents first."""
    waiting = [(e, "") for e in reversed(root.findall("./CodeBook/Codes/Code"))]
    while waiting:
        element, parent = waiting.pop()
        guid = _guid(element)
        codable = element.get("isCodable", "true").strip() not in ("false", "0")
        yield Code(guid, _name(element), parent, codable, (element.findtext("Description") or "").strip())
        waiting += [(e, guid) for e in reversed(element.findall("Code"))]


def _cases(root: Element) -> Iterator[Case]:
    names = {_guid(v): _name(v) for v in root.iterfind("./Variables/Variable")}
    for number, element in enumerate(root.iterfind("./Cases/Case"), 1):
        values = {}
        for value in element.iterfind("VariableValue"):
            texts = [(v.text or "").strip() for v in value if v.tag.endswith("Value")]
            for guid in _refs(value, "VariableRef"):
                if any(texts):
                    values[names.get(guid, guid)] = texts[0]
        yield Case(
            _guid(element),
            _name(element) or f"Case {number}",
            frozenset(_refs(element, "SourceRef")),
            frozenset(_refs(element, "SelectionRef")),
            frozenset(_refs(element, "CodeRef")),
            values,
        )


def _add(
    spans: dict[tuple[str, int, int], Span],
    source: str,
    selection: Element,
    memos: Mapping[str, str],
    users: Mapping[str, str],
) -> None:
    """Join the selection to the others on the same characters: many programs write one selection a coding."""
    start, end = _whole(selection.get("startPosition")), _whole(selection.get("endPosition"))
    coder = next(
        (c.get("creatingUser") or "" for c in selection.iterfind("Coding")), selection.get("creatingUser") or ""
    )
    span = spans.setdefault((source, start, end), Span(source, start, end, coder=users.get(_plain_guid(coder), "")))
    span.guids.append(_guid(selection))
    span.codes.extend(c for c in _refs(selection, "./Coding/CodeRef") if c not in span.codes)
    texts = [memos.get(n, "").strip() for n in _refs(selection, ".//NoteRef")]
    texts.append((selection.findtext("Description") or "").strip())
    span.memos.extend(s for s in texts if s and s not in span.memos)


def _plain(element: Element, sources: Sources) -> str | None:
    """The plain text of a source or note: in the XML, or in a file of the archive."""
    inline = element.findtext("PlainTextContent")
    if inline is not None:
        return inline
    path = element.get("plainTextPath") or ""
    return sources(path.removeprefix(INSIDE)) if path.startswith(INSIDE) else None


def _unread(root: Element, memos: int) -> dict[str, int]:
    counts = Counter(_UNREAD[e.tag] for e in root.iter() if e.tag in _UNREAD)
    for source in root.iterfind("./Sources/*"):
        if source.tag in _UNREAD and (codings := sum(1 for _ in source.iter("Coding"))):
            counts[f"coding in a {_UNREAD[source.tag]}"] += codings
    counts["memo that is tied to no selection of text"] = memos
    counts["coding of a whole source"] = len(root.findall("./Sources/TextSource/Coding"))
    counts["variable of a source"] = len(root.findall("./Sources/TextSource/VariableValue"))
    return {what: n for what, n in counts.items() if n}


def _refs(element: Element, path: str) -> list[str]:
    return [_plain_guid(ref.get("targetGUID") or "") for ref in element.iterfind(path)]


def _guid(element: Element) -> str:
    return _plain_guid(element.get("guid") or "")


def _plain_guid(guid: str) -> str:
    return guid.strip().strip("{}").lower()


def _name(element: Element) -> str:
    return " ".join((element.get("name") or "").split())


def _whole(text: str | None) -> int:
    return int(text) if text and text.strip().isdecimal() and len(text) < 12 else -1
