"""Small sources as files, made by hand: a .docx of its parts, a .pdf of its objects."""

from __future__ import annotations

from collections.abc import Sequence

from tests.importing.hostile import packed

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def paragraph(inner: str) -> str:
    """A paragraph of one run, or of the XML that is given."""
    return f"<w:p>{inner if inner.startswith('<') else f'<w:r><w:t>{inner}</w:t></w:r>'}</w:p>"


def docx_parts(body: str, *, notes: str = "", core: str = "", before: str = "") -> dict[str, bytes]:
    """The parts of the smallest Word file; `before`: what its main part has before its root."""
    space = f'xmlns:w="{WORD}"'
    types = f'<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>'
    types += f'<Override PartName="/word/footnotes.xml" ContentType="{MAIN}.footnotes+xml"/>' if notes else ""
    relation = f'<Relationship Id="rId9" Type="{OFFICE}/footnotes" Target="footnotes.xml"/>' if notes else ""
    made = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{before}<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relation}</Relationships>',
    }
    if notes:
        made["word/footnotes.xml"] = f"<w:footnotes {space}>{notes}</w:footnotes>"
    if core:
        made["docProps/core.xml"] = (
            f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</cp:coreProperties>'
        )
    return {name: xml.encode() for name, xml in made.items()}


def docx(body: str, *, notes: str = "", core: str = "") -> bytes:
    """The smallest Word file with this body."""
    return packed(docx_parts(body, notes=notes, core=core))


def pdf(pages: Sequence[str], *, title: str = "") -> bytes:
    """A PDF with a line of text on each page; '' is a page without any, as a scanned one."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for words in pages:
        drawn = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode("latin-1") if words else b""
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    info = b""
    if title:
        objects.append(f"<< /Title ({title}) >>".encode("latin-1"))
        info = b"/Info %d 0 R " % len(objects)
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    size = len(objects) + 1
    return (
        made
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n"
        % (*(size, table, size, info, len(made)),)
    )
