"""A REFI-QDA project made by hand: two cases, three proposals, five coded passages, one of them after an emoji."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

FIRST = "Panel 😀 notes.\r\nWe back a register of models. But only if it is kept small."
SECOND = "The chamber rejects a ban. 我们支持登记。"
TEXTS = {"1.txt": FIRST.encode(), "2.txt": b"\xef\xbb\xbf" + SECOND.encode()}
USER = "00000000-0000-0000-0000-00000000000a"


def guid(n: int) -> str:
    return f"{n:08x}-0000-0000-0000-000000000000"


def selection(number: int, text: str, words: str, *codes: int, memo: int = 0) -> str:
    """A passage with its codes; as in some programs, a selection for itself where it is called again."""
    start = text.index(words)
    codings = "".join(
        f'<Coding guid="{guid(1000 + number * 10 + c)}" creatingUser="{USER}"><CodeRef targetGUID="{guid(c)}"/></Coding>'
        for c in codes
    )
    note = f'<NoteRef targetGUID="{guid(memo)}"/>' if memo else ""
    return f'<PlainTextSelection guid="{guid(number)}" startPosition="{start}" endPosition="{start + len(words)}">{codings}{note}</PlainTextSelection>'


def code(number: int, name: str, *below: str, codable: bool = True, about: str = "") -> str:
    description = f"<Description>{about}</Description>" if about else ""
    return f'<Code guid="{guid(number)}" name={quoteattr(name)} isCodable="{str(codable).lower()}">{description}{"".join(below)}</Code>'


CODES = "".join(
    [
        code(
            1,
            "Demands",
            code(2, "Transparency", code(3, "Register of models", about="A public list."), codable=False),
            code(4, "Ban", code(5, "Ban in schools")),
            codable=False,
        ),
        code(10, "Stances", code(11, "Agrees"), code(12, "With conditions"), code(13, "against"), codable=False),
        code(20, "Tone"),
    ]
)
SELECTIONS = {
    1: [
        selection(101, FIRST, "We back a register of models.", 3),
        selection(102, FIRST, "We back a register of models.", 11),  # the same passage again
        selection(103, FIRST, "But only if it is kept small.", 3, 12, memo=301),
        selection(104, FIRST, "Panel", 4),
    ],
    2: [selection(105, SECOND, "The chamber rejects a ban.", 4, 13), selection(106, SECOND, "我们支持登记。", 3, 11)],
}
CASES = f"""
<Case guid="{guid(201)}" name="Trade chamber"><VariableValue><VariableRef targetGUID="{guid(401)}"/><TextValue>company</TextValue></VariableValue>
  <SourceRef targetGUID="{guid(52)}"/></Case>
<Case guid="{guid(202)}" name="Dr Wu"><VariableValue><VariableRef targetGUID="{guid(402)}"/><IntegerValue>7</IntegerValue></VariableValue>
  <SourceRef targetGUID="{guid(51)}"/><SelectionRef targetGUID="{guid(106)}"/></Case>
"""
MORE = f'<PictureSource guid="{guid(53)}" name="map.png"/><PDFSource guid="{guid(54)}" name="a.pdf"/>'


def project(
    codes: str = CODES, cases: str = CASES, more: str = MORE, selections: Mapping[int, list[str]] = SELECTIONS
) -> str:
    sources = "".join(
        f'<TextSource guid="{guid(50 + n)}" name="{name}" plainTextPath="internal://{n}.txt">{"".join(selections.get(n, ()))}</TextSource>'
        for n, name in ((1, "Panel.txt"), (2, "Letter"))
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Project name="Study of AI rules" xmlns="urn:QDA-XML:project:1.0">
<Users><User guid="{USER.upper()}" name="Kim"/></Users>
<CodeBook><Codes>{codes}</Codes></CodeBook>
<Variables><Variable guid="{guid(401)}" name="Type" typeOfVariable="Text"/><Variable guid="{guid(402)}" name="Rank" typeOfVariable="Integer"/></Variables>
<Cases>{cases}</Cases>
<Sources>{sources}{more}</Sources>
<Notes><Note guid="{guid(301)}"><PlainTextContent>the register is kept small</PlainTextContent></Note>
  <Note guid="{guid(302)}"><PlainTextContent>free memo</PlainTextContent></Note></Notes>
</Project>"""


def qdpx(path: Path, xml: str | bytes = "", texts: Mapping[str, bytes] = TEXTS, folder: str = "sources") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("project.qde", xml or project())
        for name, content in texts.items():
            z.writestr(f"{folder}/{name}", content)
    return path


# ---- projects in the shape of other programs, from a few names


def guid_of(*names: str) -> str:
    """The same guid for the same names."""
    return str(uuid5(NAMESPACE_URL, "/".join(names)))


Codes = Mapping[str, "Codes | str"]  # name -> codes below it, or a description
PROPOSALS: Codes = {"Proposals": {"Register of models": {}, "Export ban": {}}, "Stances": {"support": {}, "oppose": {}}}
R, E = "We back a public register.", "We reject an export ban."
LETTER = f"{R}\n{E}\n"


@dataclass(frozen=True)
class CodedWords:
    """Words of a source, or the whole of it, with codes on them by their names, as written in the tree."""

    source: str
    words: str
    codes: tuple[str, ...] = ()
    by: str = "Ann"
    name: str = ""  # what the program calls the selection
    memo: str = ""

    @property
    def guid(self) -> str:
        return guid_of("selection", self.source, self.words, *self.codes, self.by)


def placed(text: str, at: int, utf16: bool = False, one_end: bool = False, mark: bool = False) -> int:
    """A place in a text as a program counts it."""
    before = text[:at].replace("\r\n", "\n") if one_end else text[:at]
    return (len(before.encode("utf-16-le")) // 2 if utf16 else len(before)) + mark


def refi(
    path: Path,
    coded: Sequence[CodedWords],
    *,
    texts: Mapping[str, str],
    codes: Codes = PROPOSALS,
    cases: Mapping[str, Sequence[str | CodedWords]] | None = None,
    case_values: Mapping[str, Mapping[str, str]] | None = None,
    source_values: Mapping[str, Mapping[str, str]] | None = None,
    sets: Mapping[str, Sequence[str]] | None = None,
    sets_of_codes_apart: bool = False,
    origin: str = "",
    within: str = "sources",
    project_in: str = "",
    path_as: str = "internal://{}",
    inline: bool = False,
    pdf: bool = False,
    written: Callable[[str], bytes] = str.encode,
    counted: Callable[[str, int], int] = placed,
) -> Path:
    """A project: `cases` name sources or coded words, `sets` sources or codes; `counted` gives the places."""
    variables: dict[str, str] = {}

    def values(each: Mapping[str, str]) -> str:
        made = ""
        for label, value in each.items():
            variables[label] = guid_of("variable", label)
            made += f'<VariableValue><VariableRef targetGUID="{variables[label]}"/><TextValue>{escape(value)}</TextValue></VariableValue>'
        return made

    def tree(below: Codes, under: str = "") -> str:
        made = ""
        for name, inside in below.items():
            about = f"<Description>{escape(inside)}</Description>" if isinstance(inside, str) else ""
            inner = "" if isinstance(inside, str) else tree(inside, f"{under}/{name}")
            made += f'<Code guid="{guid_of("code", under, name)}" name={quoteattr(name)} isCodable="true">{about}{inner}</Code>'
            known[name] = known.get(name) or guid_of("code", under, name)
            if not isinstance(inside, str):
                known.update({f"{name}/{n}": guid_of("code", f"{under}/{name}", n) for n in inside})
        return made

    known: dict[str, str] = {}
    tree_xml = tree(codes)

    def selection(c: CodedWords, text: str) -> str:
        at = text.index(c.words)
        start, end = counted(text, at), counted(text, at + len(c.words))
        on = "".join(
            f'<Coding guid="{guid_of(c.guid, code)}" creatingUser="{guid_of("user", c.by)}"><CodeRef targetGUID="{known[code]}"/></Coding>'
            for code in c.codes
        )
        note = f"<Description>{escape(c.memo)}</Description>" if c.memo else ""
        return f'<PlainTextSelection guid="{c.guid}" name={quoteattr(c.name)} startPosition="{start}" endPosition="{end}">{note}{on}</PlainTextSelection>'

    sources, files = "", {}
    for name, text in texts.items():
        inside = "".join(selection(c, text) for c in coded if c.source == name)
        own = values((source_values or {}).get(name, {}))
        place = "" if inline else f"plainTextPath={quoteattr(path_as.format(f'{name}.txt'))}"
        content = f"<PlainTextContent>{escape(text, {chr(13): '&#13;'})}</PlainTextContent>" if inline else ""
        guid_, title = guid_of("source", name), quoteattr(name)
        if pdf:
            page = (
                f'<PDFSelection guid="{guid_of("box", name)}" page="0" firstX="1" firstY="1" secondX="2" secondY="2"/>'
            )
            text_ = f'<Representation guid="{guid_of("text", name)}" name={title} {place}>{content}{inside}</Representation>'
            sources += (
                f'<PDFSource guid="{guid_}" name={title} path="internal://{guid_}.pdf">{page}{text_}{own}</PDFSource>'
            )
        else:
            sources += f'<TextSource guid="{guid_}" name={title} {place}>{content}{inside}{own}</TextSource>'
        if not inline:
            files[f"{within}/{name}.txt".strip("/")] = written(text)
    made_cases = ""
    for name, theirs in (cases or {}).items():
        refs = "".join(
            f'<SourceRef targetGUID="{guid_of("source", each)}"/>'
            if isinstance(each, str)
            else f'<SelectionRef targetGUID="{each.guid}"/>'
            for each in theirs
        )
        made_cases += f'<Case guid="{guid_of("case", name)}" name={quoteattr(name)}>{values((case_values or {}).get(name, {}))}{refs}</Case>'
    made_sets = ""
    for name, theirs in (sets or {}).items():
        refs = "".join(
            f'<MemberSource targetGUID="{guid_of("source", each)}"/>'
            if each in texts
            else f'<MemberCode targetGUID="{known[each]}"/>'
            for each in theirs
        )
        made_sets += f'<Set guid="{guid_of("set", name)}" name={quoteattr(name)}>{refs}</Set>'
    book_sets = ""
    if sets_of_codes_apart:  # as codebooks have them
        book_sets, made_sets = f"<Sets>{made_sets.replace('MemberCode targetGUID', 'MemberCode guid')}</Sets>", ""
    users = "".join(f'<User guid="{guid_of("user", by)}" name={quoteattr(by)}/>' for by in {c.by: None for c in coded})
    named = "".join(f'<Variable guid="{g}" name={quoteattr(n)} typeOfVariable="Text"/>' for n, g in variables.items())
    xml = (
        f'<?xml version="1.0" encoding="utf-8"?><Project name="Study" origin={quoteattr(origin)} '
        f'xmlns="urn:QDA-XML:project:1.0"><Users>{users}</Users><CodeBook><Codes>{tree_xml}</Codes>{book_sets}</CodeBook>'
        f"<Variables>{named}</Variables><Cases>{made_cases}</Cases><Sources>{sources}</Sources><Sets>{made_sets}</Sets>"
        "</Project>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(f"{project_in}project.qde", xml)
        for name, data in files.items():
            z.writestr(project_in + name, data)
    return path
