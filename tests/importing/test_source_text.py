"""A source's text out of a file: what a reader sees of it, exactly; hostile files refused in one sentence."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from matrix.dataset.problems import DatasetError
from matrix.importing import source_text
from matrix.importing.source_text import SourceText, read_source_text
from tests.importing.hostile import packed
from tests.importing.made_texts import docx, docx_parts, paragraph, pdf

Read = Callable[..., SourceText]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """read("a.txt", b"...", **options): the text of a file with this content."""

    def made(name: str, content: bytes, **options: object) -> SourceText:
        file = tmp_path / name
        file.write_bytes(content)
        return read_source_text(file, **options)  # type: ignore[arg-type]

    return made


def refusal(read: Read, name: str, content: bytes, **options: object) -> str:
    """The one sentence that refuses the file."""
    with pytest.raises(DatasetError) as e:
        read(name, content, **options)
    (problem,) = e.value.problems
    assert problem.file == name
    return problem.message


# ---- text


@pytest.mark.parametrize("name", ["a.txt", "a.MD"])
@pytest.mark.parametrize(
    "content",
    [
        b"One.\r\nTwo.\rThree.\n\n",
        "\ufeffMark, then 𠮷 and e\u0301.\n".encode(),
        "# Заголовок\n\nОдно предложение.".encode(),
    ],
)
def test_utf8_stays_byte_for_byte(read: Read, name: str, content: bytes) -> None:
    found = read(name, content)
    assert found.content == content
    assert found.text == content.decode("utf-8")
    assert not found.about


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-be"])
def test_another_encoding_is_found_and_only_that_is_changed(read: Read, encoding: str) -> None:
    text = "中国和美国的专家在北京会谈。\r\n他们说，人工智能需要共同的规则，对话应当继续。\r\n"
    content = text.encode(encoding)
    found = read("a.txt", content)
    assert found.text == text
    assert not found.encoding.asked
    assert found.notes[0].startswith("read as ")


def test_a_doubtful_encoding_is_asked_about_and_the_answer_holds(read: Read) -> None:
    content = "Ж".encode("cp1251") * 3
    assert read("a.txt", content).encoding.question
    answered = read("a.txt", content, encoding="cp1251")
    assert (answered.text, answered.encoding.question) == ("ЖЖЖ", "")


# ---- web pages

PAGE = """<!doctype html><html lang="en-GB"><head><title>Tab title</title>
<meta property="og:title" content="Talks &amp; calm"><meta property="og:site_name" content="The Paper">
<meta property="article:published_time" content="2026-05-03T10:00:00Z"><meta name="author" content="Ann">
<link rel="canonical" href="https://example.org/talks"><style>p {}</style></head>
<body><nav>Home</nav><header>Logo</header><main><article><h1>Talks</h1>
<p>We want <b>tal</b>ks,
   if&nbsp;calm &lt;now&gt;.<br>Second line</p><script>alert("no")</script><p hidden>hidden</p>
<p style="display: none">none</p><ul><li>one</li><li>two</li></ul>
<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></table>
<pre>  as   it
 is</pre><!-- not this --><nav>More stories</nav></article></main><footer>Imprint</footer></body></html>"""


def test_a_page_gives_its_article_as_it_is_read_and_what_it_says_of_itself(read: Read) -> None:
    found = read("a.html", PAGE.encode())
    assert found.text == (
        "Talks\n\nWe want talks, if\u00a0calm <now>.\nSecond line\n\none\ntwo\n\na\tb\nc\n\n  as   it\n is"
    )
    assert found.about == {
        "title": "Talks & calm",
        "author": "Ann",
        "publisher": "The Paper",
        "date": "2026-05-03",
        "url": "https://example.org/talks",
        "language": "en",
    }
    assert found.notes == ("only the page's article was read, as it marks it.",)


def test_without_a_marked_article_all_text_is_read_and_nothing_is_guessed(read: Read) -> None:
    page = b"<title>T</title><h1>News of 3 May 2026</h1><p>One.<p>Two.<footer>By Ann</footer><nav>Home</nav>"
    found = read("a.htm", page)
    assert found.text == "News of 3 May 2026\n\nOne.\n\nTwo.\n\nBy Ann"
    assert found.about == {"title": "T"}
    assert "does not mark its article" in found.notes[0]


def test_of_several_articles_none_is_chosen(read: Read) -> None:
    found = read("a.html", b"<main><article>One</article><article>Two</article></main><p>Out")
    assert found.text == "One\n\nTwo"
    assert "main part" in found.notes[0]


def test_a_page_may_say_its_encoding_and_dates_that_are_none_are_left_out(read: Read) -> None:
    page = '<meta charset="gb2312"><meta name="date" content="soon"><link rel="canonical" href="javascript:x"><p>镕 对话。</p>'
    found = read("a.html", page.encode("gb18030"))
    assert found.text == "镕 对话。"
    assert not found.about


# ---- Word


def test_a_word_file_gives_paragraphs_lists_cells_and_notes(read: Read) -> None:
    run = '<w:r><w:t xml:space="preserve">Ann: we </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>want talks</w:t></w:r>'
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    deleted = "<w:del><w:r><w:delText>never</w:delText></w:r></w:del><w:ins><w:r><w:t>always</w:t></w:r></w:ins>"
    cells = "".join(f"<w:tc>{paragraph(c)}</w:tc>" for c in "ab")
    body = (
        paragraph(run + note) + paragraph(deleted) + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" + paragraph("&lt;end&gt;")
    )
    found = read(
        "a.docx",
        docx(
            body,
            notes=f'<w:footnote w:id="1">{paragraph("Said in May.")}</w:footnote>',
            core="<dc:title>Speech</dc:title><dc:creator>Bo</dc:creator><dc:language>zh-CN</dc:language>",
        ),
    )
    assert found.text == "Ann: we want talks[1]\n\nalways\n\na\tb\n\n<end>\n\nSaid in May."
    assert found.about == {"title": "Speech", "author": "Bo", "language": "zh"}
    assert found.notes == ("changes that are tracked in it were read as accepted.",)


# ---- PDF


def test_a_pdf_gives_the_text_of_its_pages_and_says_which_have_none(read: Read) -> None:
    found = read("a.pdf", pdf(["One.", "", "Three.", ""], title="Report"))
    assert found.text == "One.\n\nThree."
    assert found.about == {"title": "Report"}
    assert found.notes == ("2 of 4 pages hold no text: they are probably pictures.",)


def test_a_scanned_pdf_is_told_not_guessed(read: Read) -> None:
    words = refusal(read, "a.pdf", pdf(["", "", ""]))
    assert words == "is probably scanned: none of its 3 pages holds any text; recognise its text (OCR) first"


@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_a_locked_pdf_is_read_only_where_no_password_is_needed_to_read(read: Read, password: str, opens: bool) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["One."]))))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    if opens:
        assert read("a.pdf", out.getvalue()).text == "One."
    else:
        assert "is protected by a password" in refusal(read, "a.pdf", out.getvalue())


# ---- what is refused

ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.rtf", b"x", "is not a text that can be read here; these can: .txt, .md, .html, .htm, .docx, .pdf"),
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \r\n\t", "holds no text"),
        ("a.html", b"<script>1</script>", "holds no text"),
        ("a.txt", bytes(range(256)), "is not text, or not in UTF-8; save it as UTF-8"),
        ("a.txt", pdf(["One."]), "is a PDF, despite its name; name it .pdf"),
        ("a.md", docx(paragraph("x")), "is an office file, not text, despite its name"),
        ("a.pdf", b"not a pdf", "is not a PDF, despite its name"),
        ("a.pdf", pdf(["One."])[:60], "is damaged or cut off; fetch or save it again"),
        ("a.docx", b"not a zip", "is not a Word file, despite its name"),
        ("a.docx", packed({"a.xml": b"<a/>"}), "is not a Word file, despite its name"),
        ("a.docx", docx(paragraph("x"))[:300], "is damaged or cut off; fetch or save it again"),
        ("a.docx", packed(docx_parts(paragraph("x"), before=ENTITIES)), "declares document types"),
        ("a.docx", packed({"word/document.xml": bytes(30_000_000)}), "as only damaged or malicious files do"),
        ("a.docx", packed({"word/document.xml": b"<w:document"}), "cannot be read: it is damaged"),
    ],
)
def test_what_is_no_readable_text_is_refused_in_one_sentence(read: Read, name: str, content: bytes, words: str) -> None:
    assert words in refusal(read, name, content)


def test_a_file_too_big_is_not_read_at_all(read: Read) -> None:
    assert refusal(read, "a.txt", b"a" * 50_000_001) == "is bigger than 50 MB; keep the part that is coded"


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", b"word " * 10), ("a.html", b"<p>word " * 10), ("a.pdf", pdf(["word " * 10]))]
)
def test_a_text_too_long_is_refused(read: Read, name: str, content: bytes) -> None:
    assert "holds more than 20 characters of text" in refusal(read, name, content, most=20)


def test_a_page_nested_without_end_is_read_or_refused(read: Read) -> None:
    assert (
        refusal(read, "a.html", b"<div>" * 200_000, seconds=1) == "takes longer than 1 second to read; paste its text"
    )
    assert read("b.html", b"<div><b>" * 1_000 + b"end").text == "end"


@pytest.mark.slow
def test_a_pdf_that_unpacks_without_end_does_not_fill_the_memory(read: Read) -> None:
    bomb = zlib.compress(bytes(400_000_000), 9)
    made = re.sub(rb"/Length \d+", b"/Length %d /Filter /FlateDecode" % len(bomb), pdf(["MARK"]))
    at, end = made.index(b"stream\n") + 7, made.index(b"\nendstream")
    words = refusal(read, "a.pdf", made[:at] + bomb + made[end:], memory=300_000_000)
    assert "damaged" in words or "scanned" in words


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no process so")
def test_a_reader_that_never_ends_or_crashes_is_one_sentence(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless, crash = tmp_path / "endless.py", tmp_path / "crash.py"
    # The test waits for a second, not for three.
    sooner = "import resource as r\nr.setrlimit(r.RLIMIT_CPU, (1, r.getrlimit(r.RLIMIT_CPU)[1]))\n"
    endless.write_text(f"{sooner}while True: pass\n", encoding="utf-8")
    crash.write_text("import os\nos.abort()\n", encoding="utf-8")
    monkeypatch.setattr(source_text, "_PROGRAM", endless)
    assert refusal(read, "a.pdf", pdf(["x"]), seconds=3) == "takes longer than 3 seconds to read; paste its text"
    monkeypatch.setattr(source_text, "_PROGRAM", crash)
    assert refusal(read, "a.pdf", pdf(["x"])) == "cannot be read: it is damaged, or its text too large; paste its text"


def test_reading_text_imports_no_library_of_the_other_kinds() -> None:
    script = "import sys, matrix.importing.source_text; print({'pypdf', 'mammoth', 'selectolax'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
