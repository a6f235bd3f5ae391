"""Hostile text in every place where a stranger can put one: inert in every format, equal again after JSON and Parquet."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import bibtexparser
import networkx as nx
import pandas as pd
import pytest
import rustworkx as rx

from matrix.dataset.datapackage import Package
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.cell_text import storable
from matrix.export.csv_tables import safe
from matrix.export.formats import FORMATS
from matrix.importing.json_document import read_json
from matrix.importing.parquet import read_parquet_dataset
from matrix.wording import clean
from tests.small import FRAMES

pytestmark = pytest.mark.slow

TEXTS = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-1+1|cmd",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "#REF!",
    "bell\x07, backspace\x08, escape\x1b[31m, nul\x00",
    "two\r\nlines\nand\rmore",
    "_x0041_",
    "x" * 40_000,
    "\u200fright to left\u200e \u202eturned\u202c \u2066held",
    "👩‍👩‍👧 𝒳 e\u0301",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><!-- -->",
    "]]>&lt;&amp;&#0;",
    "](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "http://evil.example www.evil.example a@evil.example",
    "`code` ```fence``` *b* _i_ ~~s~~ | cell",
    "# heading\n- item\n1. item\n> quote\n---",
    "{{ 7 * 7 }} {% raw %} ${x} \\input{x}",
    "}, @misc{evil,",
    "'; DROP TABLE x; --",
    "\ufeff\ufffe\uffff",
]
PLACES = {
    "actors": ("name", "name_native", "role", "institution", "note"),
    "proposals": ("title", "title_zh", "definition", "theme", "ladder"),
    "sources": ("title", "author", "publisher", "kind", "date_note", "note"),
    "statements": ("quote", "summary", "condition_quote", "date_note", "note", "attribution", "confidence", "extra"),
    "sides": ("name", "name_zh"),
    "links": ("why", "kind"),
}


@cache
def hostile(text: str, url: str = "javascript:alert(1)") -> Dataset:
    """The small dataset with the text in the first row of every table and in the title."""
    tables = {**FRAMES, "links": [{"id": "l", "proposal": "hotline", "other": "ban", "kind": "tension"}]}
    tables = {t: [{**rows[0], **dict.fromkeys(PLACES.get(t, ()), text)}, *rows[1:]] for t, rows in tables.items()}
    tables["statements"][1] = {**tables["statements"][1], "condition": text or "x"}
    tables["sources"][0]["url"] = url
    return Dataset.from_frames(tables, Package({"title": text}))


@cache
def written(dataset: Dataset, ending: str) -> bytes:
    buffer = io.BytesIO()
    FORMATS[ending].writer(dataset, buffer, Selection())
    return buffer.getvalue()


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_comment(self, _data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:20]))
@pytest.mark.parametrize("way", [".json", ".parquet"])
def test_it_comes_back_equal(text: str, way: str, tmp_path: Path) -> None:
    dataset = hostile(text)
    (tmp_path / f"x{way}").write_bytes(written(dataset, way))
    back = {".json": read_json, ".parquet": read_parquet_dataset}[way](tmp_path / f"x{way}")
    assert (back.version, back.package) == (dataset.version, dataset.package)
    for table, columns in PLACES.items():
        for column in columns:
            assert back.frames[table][column].iloc[0] == text


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:20]))
def test_html_shows_the_text_and_holds_no_tag_of_it(text: str) -> None:
    page, calm = Page(written(hostile(text), ".html").decode("utf-8")), Page(written(hostile("calm"), ".html").decode())
    assert sorted(set(page.tags)) == sorted(set(calm.tags))
    assert not [v for k, v in page.attributes if k in ("href", "src") and not str(v).startswith("#p-")]
    assert {k for k, _ in page.attributes} == {k for k, _ in calm.attributes}
    assert storable(text) in [t.strip("“”") if not text.startswith(("“", "”")) else t for t in page.text]


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:20]))
def test_markdown_has_as_many_lines_as_with_a_calm_text_and_no_bare_sign(text: str) -> None:
    lines = written(hostile(text), ".md").decode("utf-8").split("\n")
    calm = written(hostile("calm"), ".md").decode("utf-8").split("\n")
    assert len(lines) == len(calm)
    bare = re.sub(r"\\.", "", "\n".join(lines))
    assert not re.findall(r"[`\[\]<>!$~]|https?://|www\.|\w@\w", bare)
    assert not re.findall("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", bare)
    assert clean(text) in re.sub(r"\\(.)", r"\1", "\n".join(lines)) or "\\" in text


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:20]))
def test_graphml_is_well_formed_and_holds_the_text(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.graphml").write_bytes(written(hostile(text), ".graphml"))
    shown = storable(text)
    assert nx.read_graphml(tmp_path / "x.graphml").nodes["a:ann"].get("role", "") == shown
    assert rx.read_graphml(str(tmp_path / "x.graphml"))[0][0].get("role", "") == shown


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:20]))
def test_bibtex_has_the_same_entries(text: str) -> None:
    found = bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False).parse(
        written(hostile(text), ".bib").decode("utf-8")
    )
    assert [(e["ID"], "url" in e) for e in found.entries] == [("early", False), ("late", False)]


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t[:20]))
def test_csv_for_spreadsheets_has_no_formula_and_the_same_shape(text: str) -> None:
    content = written(hostile(text), ".statements.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert len(rows) == len(FRAMES["statements"])
    assert rows[0]["quote"] == rows[0]["extra"] == safe(text)
    assert not [v for row in rows for v in row.values() if re.match(r"\s*[=+\-@]|[\t\r\n]", v)]
    assert pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False)["extra"][0] == safe(text)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//evil.example", "http://"]
)
def test_no_format_links_what_is_no_web_address(url: str) -> None:
    dataset = hostile("calm", url)
    assert f'href="{url}' not in written(dataset, ".html").decode("utf-8")
    assert f"<{url}" not in written(dataset, ".md").decode("utf-8")
    assert f"url = {{{url}" not in written(dataset, ".bib").decode("utf-8")


def test_a_web_address_is_a_link_and_cannot_end_it() -> None:
    url = "https://example.org/a>b)c`d\"e'f\\g{h}"
    dataset = hostile("calm", url)
    assert ("href", url) in Page(written(dataset, ".html").decode("utf-8")).attributes
    assert "<https://example.org/a%3Eb)c%60d%22e'f%5Cg%7Bh%7D>" in written(dataset, ".md").decode("utf-8")
    assert r"url = {https://example.org/a>b)c`d" + "\"e'f%5Cg%7Bh%7D}" in written(dataset, ".bib").decode("utf-8")
