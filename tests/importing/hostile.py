"""Files that mean harm, or only look like spreadsheets, built by code: name -> (bytes, the words that refuse them)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SHEET = "xl/worksheets/sheet1.xml"
MB = 1_000_000


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """A worksheet's XML around its rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **more: str) -> dict[str, bytes]:
    """The parts of the smallest workbook; more: texts (of the table), styles, names (in the workbook), before, after."""
    relations = [("rId1", "worksheet", "worksheets/sheet1.xml")]
    made = {SHEET: sheet(rows, more.get("before", ""), more.get("after", ""))}
    for kind, part, root in (("sharedStrings", "sharedStrings.xml", "sst"), ("styles", "styles.xml", "styleSheet")):
        if kind in more:
            relations.append((f"rId{len(relations) + 1}", kind, part))
            made[f"xl/{part}"] = f'<{root} xmlns="{MAIN}">{more[kind]}</{root}>'
    listed = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{k}" Target="{t}"/>' for i, k, t in relations)
    sheets = '<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>'
    made |= {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
        f'ContentType="{more.get("kind", XLSX)}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{more.get("head", "")}'
        f"{more.get('sheets', sheets)}{more.get('names', '')}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{listed}'
        f"{more.get('relations', '')}</Relationships>",
    }
    return {name: xml.encode() for name, xml in made.items()}


def packed(contents: Mapping[str, bytes], *twice: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip; `twice`: parts added whatever their name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in [*contents.items(), *twice]:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


def workbook(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **more: str) -> bytes:
    """The smallest workbook around these rows."""
    return packed(parts(rows, **more))


def blown_up(name: str, megabytes: int) -> bytes:
    """A workbook with a part of zeros, packed without ever being held as a whole."""
    target = io.BytesIO(packed(parts()))
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w") as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(MB))
    return target.getvalue()


def with_entry(data: bytes, part: str, change: Callable[[bytearray, int], None]) -> bytes:
    """A zip whose table of contents says something else of a part; change gets the bytes and where its entry begins."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while bytes(changed[at + 46 : at + 46 + len(part)]) != part.encode():
        at = changed.find(b"PK\x01\x02", at + 4)
    change(changed, at)
    return bytes(changed)


@cache
def _of_30_mb() -> bytes:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{zlib.crc32(b"%d" % r)}</v></c></row>' for r in range(1, 600_000))
    return workbook(rows)


def lying(size: int) -> bytes:
    """A workbook whose sheet of 30 MB has another size than the zip states."""
    return with_entry(_of_30_mb(), SHEET, lambda data, at: struct.pack_into("<L", data, at + 24, size))


def numbered(row: str, times: int) -> str:
    """Rows from a pattern with {r}."""
    return "".join(row.format(r=r) for r in range(1, times + 1))


def ole(inside: bytes = b"") -> bytes:
    """The beginning of an old office file or an encrypted new one."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + inside + bytes(4096)


def _dtd(content: str) -> bytes:
    xml = parts()[SHEET].decode().replace("<v>1</v>", "<v>&a;</v>")
    return packed({**parts(), SHEET: f"<!DOCTYPE x [{content}]>{xml}".encode()})


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
INLINE = '<c r="{c}" t="inlineStr"><is><t>x</t></is></c>'
FAR = '<row r="1048576">' + INLINE.format(c="XFD1048576") + "</row>"
XFD = '<row r="{r}"><c r="XFD{r}"><v>1</v></c></row>'

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "not a workbook"),
    "pdf": (lambda: b"%PDF-1.7\n", "not a workbook"),
    "csv": (lambda: b"id,actor\n1,ann\n", "not a workbook"),
    "html": (lambda: b"<table><tr><td>1</td></tr></table>", "not a workbook"),
    "old xls": (ole, r"old \.xls file; save it as \.xlsx"),
    "encrypted": (lambda: ole("EncryptedPackage".encode("utf-16-le")), "protected by a password"),
    "zip of nothing": (lambda: packed({}), "not a workbook"),
    "zip of a text": (lambda: packed({"a.txt": b"x"}), "not a workbook"),
    "docx": (lambda: packed({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"}), "Word document"),
    "ods": (lambda: packed({"mimetype": b"x", "content.xml": b"<x/>"}), r"\.ods"),
    "xlsb": (lambda: packed({"xl/workbook.bin": b"x"}), r"\.xlsb"),
    "macros": (lambda: packed({**parts(), "xl/vbaProject.bin": b"x"}), "macros"),
    "macros of another name": (
        lambda: workbook(kind="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "macros",
    ),
    "old macro sheet": (lambda: packed({**parts(), "xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
    "entities": (lambda: _dtd(LAUGHS), "DOCTYPE"),
    "outer entity": (lambda: _dtd('<!ENTITY a SYSTEM "file:///etc/passwd">'), "DOCTYPE"),
    "entities in a part nobody reads": (
        lambda: packed({**parts(), "docProps/app.xml": b"<!DOCTYPE x [" + LAUGHS.encode() + b"]><x>&a9;</x>"}),
        "DOCTYPE",
    ),
    "entities in UTF-16": (
        lambda: packed({**parts(), SHEET: ("<!DOCTYPE x [" + LAUGHS + "]><x>&a9;</x>").encode("utf-16")}),
        "DOCTYPE",
    ),
    "part twice": (lambda: packed(parts(), ("xl/Workbook.xml", b"<x/>")), "same name"),
    "part above": (lambda: packed({**parts(), "../../evil.xml": b"<x/>"}), "doubtful name"),
    "part at the root": (lambda: packed({**parts(), "/etc/passwd": b"x"}), "doubtful name"),
    "part on a drive": (lambda: packed({**parts(), "C:\\evil": b"x"}), "doubtful name"),
    "1 GB of zeros": (lambda: blown_up("xl/media/image1.png", 1000), "unpacks to more than 400 MB"),
    "100 MB of zeros": (lambda: blown_up("xl/sharedStrings.xml", 100), "as only damaged or malicious files do"),
    "a tag of 9 MB": (
        lambda: packed({**parts(), SHEET: b'<worksheet a="' + b"a" * (9 * MB)}),
        "millions of characters",
    ),
    "more than it says": (lambda: lying(1000), "damaged or cut off"),
    "less than it says": (lambda: lying(390 * MB // 100), "damaged or cut off"),
    "cut off": (lambda: workbook(numbered('<row r="{r}"/>', 500))[:-400], "damaged or cut off"),
    "cut in the middle": (lambda: workbook()[:300] + workbook()[600:], "damaged or cut off|not a workbook"),
    "encrypted part": (
        lambda: with_entry(workbook(), SHEET, lambda data, at: struct.pack_into("<H", data, at + 8, 1)),
        "protected by a password",
    ),
    "packed by another method": (lambda: packed(parts(), method=zipfile.ZIP_LZMA), "unusual way"),
    "20,000 parts": (
        lambda: packed({**parts(), **{f"xl/p{i}": b"" for i in range(20_000)}}, method=0),
        "10,000 are the most",
    ),
    "no sheet": (lambda: workbook(sheets="<sheets/>"), "no sheet"),
    "sheet missing": (
        lambda: packed({k: v for k, v in parts().items() if k != SHEET}),
        "'xl/worksheets/sheet1.xml' is missing",
    ),
    "one sheet by many names": (
        lambda: workbook(
            sheets="<sheets>"
            + "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId1"/>' for i in range(50_000))
            + "</sheets>"
        ),
        "names a sheet twice",
    ),
    "half a sheet": (lambda: packed({**parts(), SHEET: parts()[SHEET][:-30]}), "damaged"),
    "cell of another name": (
        lambda: workbook('<row r="1"><x r="XFD1"><v>1</v></x></row>'),
        "'x' is where no part of a row can be",
    ),
    "row in a cell": (
        lambda: workbook('<row r="1"><c r="A1"><row r="9"><c r="XFD9"><v>1</v></c></row></c></row>'),
        "'row' is where no part of a row can be",
    ),
    "row outside the data": (
        lambda: workbook(ONE, after='<row r="2"><c r="XFD2"><v>1</v></c></row>'),
        "'row' is where no part of a row can be",
    ),
    "far cell": (lambda: workbook(FAR), "XFD1048576, far from all others"),
    "far cell of many": (lambda: workbook(ONE + FAR), "XFD1048576, far from all others"),
    "far row": (lambda: workbook(ONE + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "A1048576, far"),
    "every row far": (lambda: workbook(numbered(XFD, 100_000)), "XFD1, far"),
    "every row far below a wide head": (
        lambda: workbook(
            '<row r="1">' + "<c><v>1</v></c>" * 16_384 + "</row>" + numbered(XFD, 100_000)[len(XFD.format(r=1)) :]
        ),
        "more than 20,000,000 cells",
    ),
    "row past the last": (lambda: workbook('<row r="1048577"><c><v>1</v></c></row>'), "'1048577' cannot follow row 0"),
    "row of a huge number": (lambda: workbook(f'<row r="{"9" * 5000}"/>'), "cannot follow row 0"),
    "rows in disorder": (lambda: workbook('<row r="9"/><row r="5"/>'), "'5' cannot follow row 9"),
    "cell past the last column": (lambda: workbook('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "where none can"),
    "cell of another row": (lambda: workbook('<row r="1"><c r="A2"><v>1</v></c></row>'), "where none can"),
    "millions of cells in a row": (lambda: workbook('<row r="1">' + "<c/>" * 2_000_000 + "</row>"), "none can"),
    "1,500,000 rows": (lambda: workbook("<row/>" * 1_500_000), "more than 1,048,576 rows"),
    "40,000,000 tags": (
        lambda: packed({**parts(), **{f"xl/{i}.xml": b"<a/>" * 2_400_000 for i in range(20)}}),
        "XML tags",
    ),
    "merge of all": (
        lambda: workbook(after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "merges the cells",
    ),
    "deep": (
        lambda: workbook(f'<row r="1"><c r="A1">{"<x>" * 900_000}{"</x>" * 900_000}</c></row>'),
        "nests more than",
    ),
    "deep frame": (lambda: workbook(names="<x>" * 900_000 + "</x>" * 900_000), "nests more than"),
    "text of 9,000,000": (
        lambda: workbook(f'<row r="1"><c r="A1" t="str"><v>{"x" * 9 * MB}</v></c></row>'),
        "millions of",
    ),
    "many styles": (lambda: workbook(styles="<cellXfs>" + "<xf/>" * 1_000_000 + "</cellXfs>"), "100,000 entries"),
    "text out of the table": (lambda: workbook('<row r="1"><c r="A1" t="s"><v>5</v></c></row>'), "should be a text"),
    "no number": (lambda: workbook('<row r="1"><c r="A1"><v>one</v></c></row>'), "'one' should be a number"),
    "no date": (lambda: workbook('<row r="1"><c r="A1" t="d"><v>soon</v></c></row>'), "'soon' should be a date"),
    "text before the table": (lambda: workbook('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "should be a text"),
    "no finite number": (lambda: workbook('<row r="1"><c r="A1"><v>1e999</v></c></row>'), "'1e999' should be a number"),
    "strict": (
        lambda: packed({**parts(), SHEET: parts()[SHEET].replace(MAIN.encode(), STRICT.encode())}),
        "save it as 'Excel Workbook'",
    ),
    "many conditional formats": (
        lambda: workbook(after="<conditionalFormatting/>" * 200_000),
        "more than 100,000 entries conditionalFormatting",
    ),
    "endless number format": (
        lambda: workbook(styles=f'<numFmts><numFmt numFmtId="200" formatCode="{"d" * 9_000}"/></numFmts>'),
        "number format of 9,000 characters",
    ),
    "many names": (
        lambda: workbook(
            names="<definedNames>" + '<definedName name="n">1</definedName>' * 200_000 + "</definedNames>"
        ),
        "100,000 entries",
    ),
    "no yes or no": (lambda: workbook('<row r="1"><c r="A1" t="b"><v>7</v></c></row>'), "'7' should be a yes or no"),
}

# What is odd and harmless: it is ignored, and the one value comes in.
READ: dict[str, Callable[[], bytes]] = {
    "huge dimension": lambda: workbook(ONE, before='<dimension ref="A1:XFD1048576"/>'),
    "20,000 merges": lambda: workbook(
        ONE, after="<mergeCells>" + numbered('<mergeCell ref="B{r}:C{r}"/>', 20_000) + "</mergeCells>"
    ),
    "100,000 names": lambda: workbook(
        ONE,
        names="<definedNames>"
        + numbered('<definedName name="n{r}">One!$A$1</definedName>', 100_000)
        + "</definedNames>",
    ),
    "150,000 styled rows": lambda: workbook(ONE + "".join(f'<row r="{r}" s="1"/>' for r in range(2, 150_001))),
    "50,000 styled cells": lambda: workbook(
        ONE + "".join(f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in range(2, 50_001))
    ),
    "a title across the whole width": lambda: workbook(
        ONE, after='<mergeCells><mergeCell ref="A1:XFD1"/></mergeCells>'
    ),
    "links to elsewhere": lambda: workbook(
        ONE,
        relations=f'<Relationship Id="x" Type="{OFFICE}/externalLink" Target="file:///etc/passwd" TargetMode="External"/>',
        names='<externalReferences><externalReference r:id="x"/></externalReferences>',
    ),
    "rows and cells without numbers": lambda: workbook("<row><c><v>1</v></c></row>"),
    "table of 300,000 texts": lambda: workbook(
        '<row r="1"><c r="A1" t="s"><v>1</v></c></row>',
        sharedStrings=numbered("<si><t>{r}</t></si>", 300_000).replace(">2<", ">1<"),
    ),
}
