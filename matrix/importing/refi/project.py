"""The XML of a REFI-QDA project or codebook as plain facts: `parse` gives codes, sets, cases, sources, selections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from matrix.dataset.problems import refuse, shown
from matrix.importing.name_matching import exact

NAMESPACE = "urn:QDA-XML:project:1.0"
WITHIN = "::"  # of a flat list of codes: `Proposals::Register of models` is a code below `Proposals`
_UNREAD = {
    "PictureSource": "picture",
    "PDFSource": "PDF source",
    "AudioSource": "audio source",
    "VideoSource": "video source",
    "Graph": "graph",
    "Link": "link",
}
_REGIONS = ("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection")
_TEXTS = ("Representation", "TextDescription", "Transcript")  # the text of a source that is none
_WITH_MEMO = frozenset({"PlainTextSelection", "TranscriptSelection", "Coding"})
_SYNC = ("fromSyncPoint", "toSyncPoint")
_FIRST_REGION = -10
_GUID = re.compile(r"[0-9a-f-]*")


@dataclass(frozen=True)
class Text:
    """A text as it is in the file: `mark` says whether it began with a byte order mark, `inline` that XML held it."""

    text: str
    mark: bool = False
    inline: bool = False


Texts = Callable[[str], Text | None]  # the text of a file of the archive, by the path that the project gives


@dataclass(frozen=True)
class Code:
    """A code: its place in the tree, and whether anything may be coded with it; `full` is its name as written."""

    guid: str
    name: str
    parent: str
    codable: bool
    description: str
    full: str


@dataclass(frozen=True)
class Group:
    """A set of codes or sources."""

    name: str
    codes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A case and what belongs to it: whole sources, single selections, codes; and its variables."""

    guid: str
    name: str
    sources: tuple[str, ...]
    selections: frozenset[str]
    codes: frozenset[str]
    values: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """A source with a text; `text` is None where it is not in the archive or cannot be decoded."""

    guid: str
    name: str
    text: Text | None
    values: Mapping[str, str]


@dataclass(frozen=True)
class CodedSelection:
    """A passage as its program wrote it: its places in that program's way of counting, and who coded what on it.

    `whole`: not a passage, but the source itself; `region`: not text, but a part of a page, picture or recording.
    `words`: its name, which most programs make of the words themselves.
    """

    guid: str
    source: str
    start: int
    end: int
    words: str
    codings: tuple[tuple[str, str], ...]  # code, coder
    memos: tuple[str, ...]
    whole: bool = False
    region: str = ""


@dataclass(frozen=True)
class Project:
    """All of a project that may become part of a dataset, and the counts of what cannot."""

    title: str
    codes: Mapping[str, Code]
    sets: tuple[Group, ...]
    cases: tuple[Case, ...]
    sources: tuple[Source, ...]
    selections: tuple[CodedSelection, ...]
    coders: Mapping[str, str]  # as codings name them -> name
    unread: Mapping[tuple[str, str], int]  # what is not read, of one and of several
    codebook: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """By what a project is known again: its codes at the top and its variables."""
        labels = [label for thing in self.sources for label in thing.values]
        labels += [label for thing in self.cases for label in thing.values]
        return tuple(dict.fromkeys([*(c.full for c in self.codes.values() if not c.parent), *labels]))


def parse(file: str, xml: bytes, texts: Texts) -> Project:
    """The project or codebook; DatasetError where the XML is broken, forbidden or of another kind."""
    root = _root(file, xml)
    codes: dict[str, Code] = {}
    for code in _tree(_codes(root)):
        if codes.setdefault(code.guid, code).name != code.name:
            names = f"{shown(codes[code.guid].name)} and {shown(code.name)}"
            refuse(file, f"gives the codes {names} one guid, so that it is not certain what was coded")
    sources, parts = _sources(root, texts)
    for guid, times in Counter(s.guid for s in sources).items():
        if times > 1:
            names = " and ".join(shown(s.name) for s in sources if s.guid == guid)
            refuse(file, f"gives the sources {names} one guid, so that it is not certain which was coded")
    memos = {_guid(n): (plain.text if (plain := _plain(n, texts)) else "").strip() for n in root.iterfind(".//Note")}
    selections = tuple(_selections(root, parts, memos))
    used = {ref for element in root.iter() if element.tag in _WITH_MEMO for ref in _refs(element, ".//NoteRef")}
    return Project(
        exact(root.get("name") or ""),
        codes,
        tuple(_sets(root, parts)),
        tuple(_cases(root, parts)),
        sources,
        selections,
        _coders(root, selections),
        _unread(root, sum(1 for guid in memos if guid not in used)),
        root.tag == "CodeBook",
    )


def _root(file: str, xml: bytes) -> Element:
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException:
        refuse(file, "project.qde declares entities or a document type, which a project never needs; it is not read")
    except (ParseError, ValueError, LookupError) as e:
        refuse(file, f"project.qde is not XML that can be read: {e}")
    namespace, _, tag = root.tag.rpartition("}")
    known = not namespace or namespace.casefold().startswith("{urn:qda-xml:")  # each version has one of its own
    if tag not in ("Project", "CodeBook") or not known:
        refuse(file, f"project.qde is not a REFI-QDA project (namespace {NAMESPACE}) but begins with {root.tag[:80]!r}")
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def _codes(root: Element) -> Iterator[Code]:
    """All codes in the order of the tree, parents first."""
    book = root if root.tag == "CodeBook" else root.find("./CodeBook")
    if book is None:
        return
    number = 0
    waiting = [(e, "") for e in reversed([*book.findall("./Code"), *book.findall("./Codes/Code")])]
    while waiting:
        element, parent = waiting.pop()
        guid, name = _guid(element) or f"::{number}", _name(element)
        number += 1
        codable = element.get("isCodable", "true").strip() not in ("false", "0")
        yield Code(guid, name, parent, codable, (element.findtext("Description") or "").strip(), name)
        waiting += [(e, guid) for e in reversed(element.findall("Code"))]


def _tree(codes: Iterator[Code]) -> list[Code]:
    """With the codes of a flat list below those that their names begin with, parents first."""
    found = [*codes]
    made: dict[str, Code] = {c.name: c for c in found if not c.parent and WITHIN not in c.name}
    tree: list[Code] = []
    below: dict[str, list[Code]] = {}
    for code in found:
        *above, name = (exact(part) for part in code.name.split(WITHIN))
        if code.parent or not above or not name or not all(above):
            below.setdefault(code.parent, []).append(code)
            continue
        parent = ""
        for depth in range(len(above)):
            path = WITHIN.join(above[: depth + 1])
            if path not in made:
                made[path] = Code(f"::{path}", above[depth], parent, False, "", path)
                below.setdefault(parent, []).append(made[path])
            parent = made[path].guid
        made[code.name] = replace(code, name=name, parent=parent)
        below.setdefault(parent, []).append(made[code.name])
    waiting = [*reversed(below.get("", []))]
    while waiting:
        code = waiting.pop()
        tree.append(code)
        waiting += reversed(below.pop(code.guid, []))
    return tree


def _sets(root: Element, parts: Mapping[str, list[str]]) -> Iterator[Group]:
    for element in [*root.iterfind("./Sets/Set"), *root.iterfind("./CodeBook/Sets/Set")]:
        sources = [s for ref in _refs(element, "MemberSource") for s in parts.get(ref, ())]
        yield Group(_name(element), tuple(_refs(element, "MemberCode")), tuple(dict.fromkeys(sources)))


def _cases(root: Element, parts: Mapping[str, list[str]]) -> Iterator[Case]:
    names = _variables(root)
    for element in root.iterfind("./Cases/Case"):
        sources = [s for ref in _refs(element, "SourceRef") for s in parts.get(ref, ())]
        yield Case(
            _guid(element),
            _name(element),
            tuple(dict.fromkeys(sources)),
            frozenset(_refs(element, "SelectionRef")),
            frozenset(_refs(element, "CodeRef")),
            _values(element, names),
        )


def _variables(root: Element) -> dict[str, str]:
    return {_guid(v): _name(v) for v in root.iterfind("./Variables/Variable")}


def _values(element: Element, names: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for value in element.iterfind("VariableValue"):
        texts = [(v.text or "").strip() for v in value if v.tag.endswith("Value")]
        for guid in _refs(value, "VariableRef"):
            if any(texts):
                values[names.get(guid) or guid] = next(filter(None, texts))
    return values


def _sources(root: Element, texts: Texts) -> tuple[tuple[Source, ...], dict[str, list[str]]]:
    """The sources with a text, and the guids of those that each guid of the file stands for."""
    names = _variables(root)
    sources = []
    parts: dict[str, list[str]] = {}
    for element in root.iterfind("./Sources/*"):
        own = _texts_of(element)
        for number, text in enumerate(own):
            guid = _guid(text) if number else _guid(element)
            called = _name(element) if len(own) == 1 else f"{_name(element)}, {_name(text) or number + 1}"
            plain = _plain(text, texts) or (_plain(element, texts) if len(own) == 1 else None)
            sources.append(Source(guid, called, plain, _values(element, names)))
            parts.setdefault(_guid(text), []).append(guid)
            if text is not element:
                parts.setdefault(_guid(element), []).append(guid)
        if not own and _regions(element):
            sources.append(Source(_guid(element), _name(element), None, _values(element, names)))
            parts.setdefault(_guid(element), []).append(_guid(element))
    return tuple(sources), parts


def _texts_of(element: Element) -> list[Element]:
    if element.tag == "TextSource":
        return [element]
    return [text for tag in _TEXTS for text in element.iterfind(tag)]


def _selections(root: Element, parts: Mapping[str, list[str]], memos: Mapping[str, str]) -> Iterator[CodedSelection]:
    number = 0
    for element in root.iterfind("./Sources/*"):
        texts = _texts_of(element)
        for text in texts:
            source = parts[_guid(text)][0]
            places = {_guid(p): _whole(p.get("position")) for p in text.iterfind("SyncPoint")}
            for selection in text:
                if selection.tag == "PlainTextSelection":
                    start, end = _whole(selection.get("startPosition")), _whole(selection.get("endPosition"))
                elif selection.tag == "TranscriptSelection":
                    start, end = (places.get(_plain_guid(selection.get(p) or ""), -1) for p in _SYNC)
                else:
                    continue
                yield _selection(selection, source, start, end, memos)
        for region in _regions(element):
            yield _of_region(region, number := number + 1, parts[_guid(element)][0], memos)
        if texts:
            for holder in dict.fromkeys((element, *texts)):
                codings = tuple(c for coding in holder.iterfind("Coding") for c in _coding(coding, ""))
                if codings:
                    notes = tuple(filter(None, (memos.get(n, "") for n in _refs(holder, "./Coding/NoteRef"))))
                    source = parts[_guid(texts[0])][0]
                    yield CodedSelection(_guid(holder), source, -1, -1, "", codings, notes, whole=True)


def _regions(element: Element) -> list[Element]:
    """The coded parts of pages, pictures and recordings, but for those whose codings the text repeats."""
    said = {c for text in _texts_of(element) for coding in text.iter("Coding") for c in _coding(coding, "")}
    regions = [each for each in element if each.tag in _REGIONS and each.find("./Coding/CodeRef") is not None]
    return [
        each for each in regions if not {c for coding in each.iterfind("Coding") for c in _coding(coding, "")} <= said
    ]


def _of_region(element: Element, number: int, source: str, memos: Mapping[str, str]) -> CodedSelection:
    """A region in the place of a passage; below 0, where it overlaps no text and no other region."""
    at = _FIRST_REGION - 2 * number
    where = "page" if element.tag == "PDFSelection" else "from"
    begin = element.get("page") or element.get("begin") or element.get("firstX") or ""
    return replace(_selection(element, source, at, at + 1, memos), region=f"{where} {begin}".strip())


def _selection(element: Element, source: str, start: int, end: int, memos: Mapping[str, str]) -> CodedSelection:
    by = element.get("creatingUser") or ""
    codings = [c for coding in element.iterfind("Coding") for c in _coding(coding, by)]
    codings += [(ref, _user(by)) for ref in _refs(element, "CodeRef")]  # some programs leave out the coding around it
    notes = [memos.get(n, "") for n in [*_refs(element, "NoteRef"), *_refs(element, "./Coding/NoteRef")]]
    notes.append((element.findtext("Description") or "").strip())
    return CodedSelection(
        _guid(element),
        source,
        start,
        end,
        element.get("name") or "",
        tuple(dict.fromkeys(codings)),
        tuple(dict.fromkeys(filter(None, notes))),
    )


def _coding(element: Element, by: str) -> Iterator[tuple[str, str]]:
    for ref in _refs(element, "CodeRef"):
        yield ref, _user(element.get("creatingUser") or by)


def _user(text: str) -> str:
    """A user as a key: the guid in one way of writing, or a name that stands where the guid should."""
    return key if _GUID.fullmatch(key := _plain_guid(text)) else exact(text)


def _coders(root: Element, selections: tuple[CodedSelection, ...]) -> dict[str, str]:
    named = {_guid(u): exact(u.get("name") or u.get("id") or "") for u in root.iterfind("./Users/User")}
    used = {by for s in selections for _, by in s.codings if by}
    return {by: named.get(by) or (f"coder {by[:8]}" if _GUID.fullmatch(by) else by) for by in used}


def _plain(element: Element, texts: Texts) -> Text | None:
    """The plain text of a source or note: in the XML, or in a file of the archive."""
    inline = element.findtext("PlainTextContent")
    if inline is not None:
        return Text(inline.removeprefix("\ufeff"), inline.startswith("\ufeff"), True)
    paths = [element.get("plainTextPath") or ""]
    paths += [p for p in (element.get("richTextPath") or "", f"{element.get('guid') or ''}.txt") if p.endswith(".txt")]
    return next((found for path in paths if path and (found := texts(path))), None)


def _unread(root: Element, memos: int) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for element in [*root.iterfind("./Sources/*"), *root.iterfind("./Graphs/Graph"), *root.iterfind("./Links/Link")]:
        if element.tag not in _UNREAD:
            continue
        texts, regions = _texts_of(element), _regions(element)
        what = _UNREAD[element.tag]
        counts[what, f"{what}s"] += not texts and not regions
        read = sum(1 for text in (*texts, *regions) for _ in text.iter("Coding"))
        read += len(element.findall("Coding")) if texts else 0
        counts[f"coding in a {what}", f"codings in a {what}"] += sum(1 for _ in element.iter("Coding")) - read
    counts["memo that is tied to no selection of text", "memos that are tied to no selection of text"] = memos
    return {what: n for what, n in counts.items() if n}


def _refs(element: Element, path: str) -> list[str]:
    return [_plain_guid(ref.get("targetGUID") or ref.get("guid") or "") for ref in element.iterfind(path)]


def _guid(element: Element) -> str:
    return _plain_guid(element.get("guid") or "")


def _plain_guid(guid: str) -> str:
    return guid.strip().strip("{}").lower()


def _name(element: Element) -> str:
    return exact(element.get("name") or "")


def _whole(text: str | None) -> int:
    return int(text) if text and text.strip().isdecimal() and len(text) < 12 else -1
