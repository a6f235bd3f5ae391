"""A REFI-QDA project made by hand: two cases, three proposals, five coded passages, one of them after an emoji."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

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
