"""A dataset whose every text is HTML, Markdown, script and formula at once: it shows as text and does nothing.

The texts are made from the schema, so that a column that comes later is among them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import bibtexparser
import networkx as nx
import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from matrix.dashboard.pages import PAGES
from matrix.dataset.changes import Change
from matrix.dataset.schema import TABLES
from matrix.dataset.selection import Selection
from matrix.export.formats import FORMATS, made
from matrix.store.folder import load
from matrix.store.history import apply
from tests.browser.parts import write_table

HARM = (
    "<img src=x onerror=hit()><script>hit()</script></style></title><svg onload=hit()> [x](javascript:hit()) "
    "![p](http://evil.example/p.png) **bold** `code` $$x^2$$ :red[red] :material/home: :smile: http://evil.example/a"
)
FORMULA = '=HYPERLINK("http://evil.example","x")'
# What a page would hold if a text had become markup, links, pictures or icons of its own.
HARMED = """() => {
  const own = ["bold", "code", "red", "x", "p"]
  const found = []
  const look = (root) => root.querySelectorAll("*").forEach((e) => {
    if (e.shadowRoot) look(e.shadowRoot)
    if (own.includes(e.textContent.trim()) && e.matches("strong, em, code, span, a, p, b")) found.push(e.outerHTML)
    if (e.matches("img[src=x], img[src*=evil], svg[onload], [onerror], a[href^=javascript], .katex")) found.push(e.outerHTML)
    if (e.matches("a[href]") && e.host === "evil.example") found.push(e.outerHTML)
    if (e.matches("[data-testid=stIconMaterial]") && e.textContent === "home") found.push(e.outerHTML)
  })
  look(document)
  return [...found, ...(window.hits ?? [])]
}"""
WATCH = "window.hits = []; window.hit = () => window.hits.push('executed')"
# Everything that a visitor can read: also inside the grid's own tree, in boxes to type in, in what opens.
READ = """() => {
  const parts = []
  const look = (root) => {
    parts.push(root.innerText ?? root.textContent)
    root.querySelectorAll("*").forEach((e) => {
      if (e.shadowRoot) look(e.shadowRoot)
      if (e.matches("input, textarea")) parts.push(e.value)
      for (const name of ["aria-label", "title", "alt"]) if (e.getAttribute(name)) parts.push(e.getAttribute(name))
    })
  }
  look(document.body)
  return parts.join("\\n").replace(/\\s+/g, " ")
}"""

EVERY = "".join(f"&open={name}" for name in ("official", "counted", "one-sided", "rejected", "unheard", "picture"))
ADDRESSES = {
    "matrix-cell": "?cell=q~a",
    "matrix-proposal": "?cell=p",
    "matrix-actor": "?cell=~a",
    "matrix-looked-for": "?cell=p~d",
    "matrix-in-part": "?cell=z",
    "matrix-sides": "?cell=p~~x",
    "matrix-actors": "?layout=actors",
    "matrix-table": "?layout=table",
    "matrix-filtered": "?side=x&risk-area=r&actor=a&source=t&proposal=p",
    "common-ground": f"common-ground?cell=q~a{EVERY}&open=ladder&open=coverage",
    "side": "side?brief=x",
    "overlaps-pair": "overlaps?one=a&other=b",
    "overlaps-sides": "overlaps?by=sides",
    "overlaps-agreement": "overlaps?view=agreement&pair=a~b&open=table",
    "overlaps-sets": "overlaps?view=sets&set=a&set=b&bar=a~b&open=table",
    "overlaps-network": "overlaps?view=network&pair=a~b",
    "overlaps-coalitions": "overlaps?view=coalitions",
    "overlaps-camps": "overlaps?view=camps",
    "overlaps-over-time": "overlaps?view=over-time&one=a&other=b&min-n=1&open=table",
    "overlaps-what-if": "overlaps?view=what-if",
    "timeline-lanes": "timeline?event=e",
    "timeline-as-of": "timeline?time=as-of&as-of=2026-05-12",
    "timeline-changes": "timeline?time=changes&from=2026-01-01&until=2026-12-31",
    "timeline-unsettled": "timeline?time=unsettled",
    "statements": "statements?open=left-out",
    "sources": "sources",
    "source": "sources?reading=t&at=s1",
    "proposal": "proposal?proposal-open=q",
    "actor": "actor?actor-open=a",
    "data": "data",
    "data-bring-in": "data?data=bring-in",
    "data-history": "data?data=history",
    "data-codebook": "data?data=codebook",
    "what-changed": "what-changed",
}


def text(place: str) -> str:
    """A hostile text that tells where it stood: `@actors.name@`, after the sign that begins a formula."""
    return f"=@{place}@ {HARM}"


def rows(table: str, *given: dict[str, str]) -> list[dict[str, str]]:
    """Rows whose every other text is hostile: free text, words of open vocabularies, addresses, an extra column."""
    filled = {c.name: text(f"{table}.{c.name}") for c in TABLES[table].columns if c.kind in ("text", "vocabulary")}
    filled |= {c.name: "javascript:hit()" for c in TABLES[table].columns if c.kind == "url"}
    return [{**filled, "extra": FORMULA + HARM, **row} for row in given]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset, in a folder whose own name is hostile too; the source's text lies beside it."""
    root = tmp_path_factory.mktemp("hostile")
    dataset, texts = root / "<img src=x onerror=hit()>**bold**", root / "texts"
    dataset.mkdir()
    texts.mkdir()
    quote = text("statements.quote")
    read = f"{HARM}\n{quote}\n{text('events.quote')}\n"
    (texts / "text.txt").write_bytes(read.encode())
    title = text("package.title")
    tables = {
        "sides": rows("sides", {"id": "x", "main": "true"}, {"id": "y", "main": "true"}),
        "stances": rows(
            "stances",
            {"id": "yes", "score": "1", "glyph": "<"},
            {"id": "if", "score": "0.5", "name": text("stances.name") + "2", "glyph": "*"},
            {"id": "no", "score": "-1", "name": text("stances.name") + "3", "glyph": "="},
        ),
        "risk_areas": rows("risk_areas", {"id": "r"}, {"id": "r2", "parent": "r"}),
        "sources": rows(
            "sources",
            {"id": "t", "date": "2026-05-10", "sha256": hashlib.sha256(read.encode()).hexdigest()},
            {"id": "u"},
        ),
        "actors": rows(
            "actors",
            {"id": "a", "side": "x", "authority": "official"},
            {"id": "b", "side": "y", "authority": "official"},
            {"id": "c", "side": "y"},
            {"id": "d", "side": "x"},
        ),
        "proposals": rows(
            "proposals",
            {"id": "p", "risk_areas": "r", "rung": "1"},
            {"id": "q", "risk_areas": "r2", "rung": "2"},
            {"id": "z", "rung": "3", "parent": "q", "coverage": "partial"},
        ),
        "links": rows(
            "links",
            {"id": "l", "proposal": "p", "other": "q", "kind": "tension"},
            {"id": "n", "proposal": "q", "other": "z", "kind": "near_match"},
            {"id": "o", "proposal": "p", "other": "z"},
        ),
        "searches": rows("searches", {"id": "k", "actor": "d", "proposal": "p", "date": "2026-05-12", "source": "t"}),
        "events": rows(
            "events",
            {"id": "e", "date_start": "2026-05-11", "sides": "x", "proposals": "p", "conflicts_with": "f"},
            {"id": "f", "date_start": "2026-05-12", "sides": "y", "proposals": "q", "conflicts_with": "e"},
        ),
        "statements": rows(
            "statements",
            *(
                {"id": f"s{n}", "actor": who, "proposal": on, "stance": stance, "source": source, **more}
                for n, (who, on, stance, source, more) in enumerate(STATEMENTS, 1)
            ),
        ),
    }
    start = {"statements": read.index(quote), "events": read.index(text("events.quote"))}
    for name, table in tables.items():
        for row in table:
            if name in start:
                row |= {"source": row.get("source", "t"), "start": str(start[name]) if row.get("source") != "u" else ""}
            if name == "statements" and row["stance"] != "if":
                row |= {"condition": "", "condition_quote": ""}
        columns = dict.fromkeys(c for row in table for c in row)
        write_table(dataset, name, ({c: row.get(c, "") for c in columns} for row in table))
    # Before there is a description: once it lists the tables, words of no vocabulary are refused.
    apply(dataset, [Change("changed", "statements", "s1", "stance", "no", "yes")], by=HARM, why=HARM)
    (dataset / "datapackage.json").write_text(
        json.dumps(
            {"title": title, "name": "hostile", "description": title, "licenses": [{"title": title}], "resources": []}
        )
    )
    return dataset


DAY = {"date_start": "2026-05-11", "date_end": "2026-05-11"}
STATEMENTS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("a", "p", "no", "t", DAY),  # a step of the history makes it a yes
    ("b", "p", "yes", "t", DAY),
    ("a", "q", "if", "t", DAY),
    ("b", "q", "if", "u", {}),
    ("c", "z", "no", "t", {"superseded_by": "s6"}),
    ("b", "z", "no", "u", {}),
    ("c", "p", "no", "t", {"date_start": "2026-05"}),
    ("c", "p", "yes", "u", {}),
)


@pytest.fixture
def url(folder: Path, serve: Callable[..., str]) -> str:
    return serve(folder, "--texts", str(folder.parent / "texts"))


def test_what_would_be_harm_is_noticed(page) -> None:
    shown = page()
    shown.add_init_script(WATCH)
    shown.goto("about:blank")
    shown.set_content(f"{HARM}<a href='javascript:hit()'>l</a><b>bold</b><a href='http://evil.example/'>p</a>")
    shown.wait_for_function("window.hits.length > 1")
    assert len(shown.evaluate(HARMED)) > 5


def test_no_page_is_left_out() -> None:
    assert {a.split("?")[0] for a in ADDRESSES.values()} | {"matrix"} == {path for _, _, path in PAGES} | {""}


# Each page shows at least this text whole; together they show every text of the dataset but those named last.
SHOWS = {
    "matrix-table": "package.title",  # the rest of it is painted, not written
    "matrix": "actors.name",
    "common-ground": "proposals.title",
    "side": "proposals.title",
    "overlaps": "package.title",
    "timeline": "package.title",
    "statements": "statements.quote",
    "source": "sources.title",
    "proposal": "proposals.definition",
    "actor": "actors.role",
    "data": "package.title",
    "what-changed": "statements.quote",
}
UNSEEN = {"stances.glyph"}  # it is one character


def test_every_text_shows_as_text_on_every_page_and_does_nothing(
    url: str, page, settled, errors: list[str], outside: Callable[[], list[str]]
) -> None:
    seen: set[str] = set()
    harmed: dict[str, list[str]] = {}
    shown = page()
    shown.add_init_script(WATCH)
    for name, address in ADDRESSES.items():
        shown.goto(f"{url}/{address}", timeout=60_000)
        expect(shown.locator("h1")).to_be_visible()
        settled(shown)
        open_all(shown, settled, "body" if name == "matrix-cell" else ".stMain")
        words = shown.evaluate(READ)
        harmed |= {name: found} if (found := shown.evaluate(HARMED)) else {}
        assert shown.title() == "Policy matrix", name
        if text(next(place for page_, place in SHOWS.items() if name.startswith(page_))) not in words:
            harmed.setdefault(name, []).append("MISSING")
        seen |= set(re.findall(r"=@([a-z_.]+)@ <img src=x onerror=hit\(\)><script>", words, re.IGNORECASE))
    assert harmed == {}
    assert every_text() - seen == UNSEEN
    assert errors == []
    assert outside() == []


def test_an_address_made_by_a_stranger_does_nothing(
    url: str, page, settled, errors: list[str], outside: Callable[[], list[str]]
) -> None:
    shown = page()
    shown.add_init_script(WATCH)
    harm = {"search": HARM, "side": "<b>bold</b>", "cell": "q~a", "sort": HARM, "theme": f"{HARM}~x", "dataset": HARM}
    shown.goto(f"{url}/?{urlencode(harm)}", timeout=60_000)
    settled(shown)
    assert shown.evaluate(HARMED) == []
    assert HARM in shown.evaluate(READ)  # what is searched for stands on the page, as text
    # The page's own links carry the filters along: there the text is part of a parameter, and not where they lead.
    leads = shown.locator("a[href*=evil]").evaluate_all("links => links.map((a) => a.host)")
    assert set(leads) <= {urlsplit(url).netloc}
    assert errors == []
    assert outside() == []


def open_all(shown: Page, settled: Callable[[Page], None], where: str) -> None:
    """Open whatever can be opened there; some close as another one opens, and what opens may bring more."""
    for _ in range(20):
        opened = shown.locator(f"{where} details:not([open]):not([data-tried]) > summary").evaluate_all(
            "all => all.map((e) => { e.parentElement.setAttribute('data-tried', ''); e.click() }).length"
        )
        if not opened:
            return
        settled(shown)
    raise AssertionError("there is always one more to open")


def every_text() -> set[str]:
    """`actors.name` and all others."""
    names = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns if c.kind in ("text", "vocabulary")}
    return names | {"package.title"}


# ---------------------------------------------------------------- what leaves


@pytest.fixture(scope="module")
def written(folder: Path) -> Callable[[str], bytes]:
    """written(ending): the dataset in a format."""
    dataset = load(folder)
    return lambda ending: made(dataset, ending, Selection())


def test_no_format_is_left_out() -> None:
    assert set(FORMATS) == {".xlsx", ".bib", ".json", ".parquet", *BRIEFS, *PRINTED, *GRAPHS, *CSV}


BRIEFS = {".html", ".md", ".annex.html", ".annex.md"}
PRINTED = {".pdf", ".annex.pdf"}  # the pages of .html, by a browser that reaches no network
GRAPHS = {".graphml", ".actors.graphml"}
CSV = {".csv", ".excel.csv", ".signed.csv", ".edges.csv", ".statements.csv"}


@pytest.mark.parametrize("ending", sorted(BRIEFS))
def test_a_brief_opens_as_text(ending: str, written, page, tmp_path: Path, outside: Callable[[], list[str]]) -> None:
    file = tmp_path / f"brief{ending}"
    file.write_bytes(written(ending))
    opened = page()
    opened.add_init_script(WATCH)
    opened.goto(file.as_uri())
    assert opened.evaluate(HARMED) == []
    words = opened.evaluate(READ)
    shown = {".html": ("package.title", "proposals.title"), ".annex.html": ("package.title", "statements.quote")}
    assert {p for p in shown.get(ending, ()) if text(p) not in words} == set()
    assert outside() == []


def test_a_figure_opens_as_text(url: str, page, settled, tmp_path: Path, outside: Callable[[], list[str]]) -> None:
    shown = page(f"{url}/overlaps?view=agreement")
    shown.get_by_role("button", name="Download the picture").click()
    for name in ("Drawing (.svg)", "Interactive page (.html)"):
        with shown.expect_download(timeout=60_000) as begun:
            shown.get_by_role("button", name=name).click()
        begun.value.save_as(file := tmp_path / begun.value.suggested_filename)
        opened = page()
        opened.add_init_script(WATCH)
        opened.goto(file.as_uri())
        expect(opened.locator(".main-svg").first).to_be_visible()
        assert opened.evaluate(HARMED) == []
        assert "=@actors.name@" in opened.evaluate("document.documentElement.textContent")
    assert outside() == []


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(written) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(".xlsx")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    ours = [cell for cell in cells if "onerror=hit()" in str(cell.value)]
    assert len(ours) > 200
    assert {cell.data_type for cell in ours} == {"s"}
    assert [cell.coordinate for cell in cells if cell.data_type == "f" and 'HYPERLINK("http' in str(cell.value)] == []
    links = {str(cell.hyperlink.target) for cell in cells if cell.hyperlink and cell.hyperlink.target}
    assert [target for target in links if "evil.example" in target or target.startswith("javascript")] == []


@pytest.mark.parametrize("ending", sorted(CSV - {".csv", ".signed.csv"}))
def test_no_cell_of_a_csv_for_spreadsheets_begins_a_formula(ending: str, written) -> None:
    rows = list(csv.reader(io.StringIO(written(ending).decode("utf-8-sig"), newline="")))
    assert [cell for row in rows for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@")] == []
    if ending == ".statements.csv":
        assert any(cell == "'" + text("statements.quote") for row in rows for cell in row)


@pytest.mark.parametrize("ending", [".csv", ".signed.csv"])
def test_a_matrix_for_programs_holds_no_text_at_all(ending: str, written) -> None:
    assert b"hit" not in written(ending)


def test_a_graph_and_a_whole_dataset_hold_every_text_as_it_is(written, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.graphml").write_bytes(written(".graphml"))
    graph = nx.read_graphml(tmp_path / "x.graphml")
    assert graph.nodes["a:a"]["label"] == text("actors.name")
    assert graph.nodes["p:p"]["definition"] == text("proposals.definition")
    whole = json.loads(written(".json"))
    assert whole["title"] == text("package.title")
    (tmp_path / "x.parquet").write_bytes(written(".parquet"))
    assert set(pd.read_parquet(tmp_path / "x.parquet")["quote"]) == {text("statements.quote")}


def test_a_bibliography_has_the_two_sources_and_no_link(written) -> None:
    found = bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False).parse(written(".bib").decode("utf-8"))
    assert [(entry["ID"], "url" in entry) for entry in found.entries] == [("t", False), ("u", False)]
