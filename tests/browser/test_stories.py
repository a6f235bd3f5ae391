"""Four people do their work, on a desk and on a phone: an analyst, a desk officer, a journalist, a researcher."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pandas as pd
import pypdf
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Locator, Page, expect

from tests.browser.parts import evidence, filter_by, search_for, wide

SUN = "孙成昊"
A4 = (595, 842)  # points
BOTH = ("Xiao Qian", "Cai Cuihong")


@dataclass
class Newcomer:
    """One person at one screen: where they go, what they type, what they take along, and how many actions it takes."""

    page: Page
    settled: Callable[[Page], None]
    folder: Path
    actions: int = 0  # clicks, and words typed into a box; opening the pages' list on a phone is not counted

    @property
    def body(self) -> Locator:
        return self.page.locator(".st-key-body")

    @property
    def phone(self) -> bool:
        return bool(self.page.evaluate("innerWidth < 500"))

    def go_to(self, name: str) -> None:
        """By the navigation: on top, or on a phone behind the button in the corner."""
        self.actions += 1
        self._open_side()
        self.page.get_by_role("link", name=name, exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1, name=re.compile(f"^{name}"))).to_be_visible()
        self.settled(self.page)
        self._close_side()

    def search(self, words: str) -> None:
        """By the box in the filters."""
        self.actions += 1
        search_for(self.page, words)
        self.settled(self.page)

    def filter_by(self, title: str, *names: str, behind: str = "") -> None:
        """By a filter that offers a list."""
        self.actions += 1 + len(names)
        filter_by(self.page, title, *names, behind=behind)
        self.settled(self.page)

    def choose(self, title: str, option: str) -> None:
        """From a list of the page's own."""
        self.actions += 2
        box = self.page.get_by_role("combobox", name=title, exact=True)
        box.fill(option)
        self.page.get_by_role("option", name=option, exact=True).click()
        self.settled(self.page)

    def download(self, name: str) -> Path:
        """What a button hands out, under the name that it gives."""
        self.actions += 1
        with self.page.expect_download(timeout=60_000) as begun:
            self.page.get_by_role("button", name=name, exact=True).click()
        file = self.folder / begun.value.suggested_filename
        begun.value.save_as(file)
        return file

    def copied(self, button: Locator) -> str:
        """What a click puts on the clipboard."""
        self.actions += 1
        button.click()
        expect(self.body.get_by_role("button", name="Copied").first).to_be_visible()
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def click(self, what: Locator) -> None:
        self.actions += 1
        what.click()
        self.settled(self.page)

    def _open_side(self) -> None:
        if self.phone:
            self.page.get_by_test_id("stExpandSidebarButton").click()
            expect(self.page.get_by_test_id("stSidebarCollapseButton")).to_be_visible()

    def _close_side(self) -> None:
        side = self.page.get_by_test_id("stSidebar")
        if self.phone:
            if side.get_attribute("data-collapsed") == "false":  # a link closes it by itself
                self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
            expect(side).to_have_attribute("data-collapsed", "true")


@pytest.fixture(params=["desktop", "phone"])
def visit(
    request: pytest.FixtureRequest,
    page: Callable[..., Page],
    dashboard: str,
    settled: Callable[[Page], None],
    tmp_path: Path,
    axe: Callable[[Page], list[str]],
    errors: list[str],
    outside: Callable[[], list[str]],
    shot: Callable[[Page, str], Path],
) -> Iterator[Newcomer]:
    """A visit that begins on the first page; at its end nothing was amiss."""
    visit = Newcomer(page(dashboard, request.param), settled, tmp_path)
    yield visit
    shot(visit.page, f"story-{request.node.name}")
    assert not wide(visit.page)
    assert axe(visit.page) == []
    assert errors == []
    assert outside() == []


# ---------------------------------------------------------------- the analyst


def test_an_analyst_wants_to_know_what_xiao_and_cai_both_back_and_on_which_conditions(visit: Newcomer) -> None:
    """An analyst wants two scholars side by side, the one's conditions included, and a workbook of it for her team."""
    visit.filter_by("Actor", *BOTH, behind="More")
    visit.go_to("Overlaps")
    expect(visit.body).to_contain_text("Xiao Qian and Cai Cuihong both back 3 proposals")
    exchange = visit.body.locator("article").filter(has_text="Exchange on model and safety evaluation")
    hers, theirs = exchange.locator(".pm-quoted").nth(1), exchange.locator(".pm-quoted").nth(0)
    # What the newsletter paraphrases is not set as the speakers' own words.
    expect(theirs).to_contain_text("paraphrasing Xiao Qian: technical exchanges on AI safety evaluation")
    expect(hers).to_contain_text("paraphrasing Cai Cuihong: model-evaluation methods")
    expect(exchange.locator("blockquote")).to_have_count(0)
    expect(hers.locator(".pm-condition")).to_contain_text("exchange is mutual and not under rules set by the US alone")
    assert beside_each_other(theirs, hers) != visit.phone

    visit.go_to("Data")
    expect(visit.page.get_by_text("what the filters show now")).to_be_visible()
    book = openpyxl.load_workbook(visit.download("Excel workbook (.xlsx)"), read_only=True)
    rows = table_of(book["Statements"])
    assert {r["actor"] for r in rows} == {"xiao-qian", "cai-cuihong"}
    (exchange_row,) = [r for r in rows if r["actor"] == "cai-cuihong" and r["proposal"] == "evaluation-exchange"]
    assert exchange_row["condition"] == "exchange is mutual and not under rules set by the US alone"
    assert any("Actor: Xiao Qian" in str(cell) for row in book["Read me"].values for cell in row)
    assert visit.actions == 6  # eleven with the sidebar


def beside_each_other(one: Locator, other: Locator) -> bool:
    left, right = one.bounding_box(), other.bounding_box()
    assert left
    assert right
    return left["x"] + left["width"] <= right["x"] and abs(left["y"] - right["y"]) < 2


def table_of(sheet: Worksheet) -> list[dict[str, str]]:
    """The rows of a sheet that begins with its column names."""
    head, *rows = [[str(v or "") for v in row] for row in sheet.values]
    return [dict(zip(head, row, strict=True)) for row in rows]


# ---------------------------------------------------------------- the desk officer


def test_a_desk_officer_wants_on_paper_what_both_governments_back(visit: Newcomer, shipped: Path) -> None:
    """A desk officer wants what officials of both sides back, how far the ladder goes, what China refuses: on paper."""
    visit.click(visit.page.locator(".st-key-print").get_by_role("button", name="Print"))
    printed = pypdf.PdfReader(visit.download("Brief with its annex (.annex.pdf)"))
    assert visit.actions == 2  # four, over six screens, before the brief was at hand on every page
    assert {tuple(round(v) for v in (p.mediabox.width, p.mediabox.height)) for p in printed.pages} == {A4}
    pages = [unicodedata.normalize("NFKC", p.extract_text()) for p in printed.pages]
    assert "Officials" in printed.pages[0].extract_text(), "a ligature is another letter to who searches or copies"
    two = " ".join(" ".join(pages[:2]).split())
    for words in (
        "Officials of both sides back 2 of 50 proposals",
        *("Donald Trump", "Xi Jinping", "US Government", "Government of China"),
        *("Security limits on civilian AI", "Total ban on AI in NC3", "Ladder"),
    ):
        assert words in two
    whole = "".join("".join(pages).split())
    counting = [row for row in shipped_rows(shipped, "statements") if not row["superseded_by"]]
    for condition in {row["condition"] for row in counting} - {""}:
        assert "".join(condition.split()) in whole


def test_a_desk_officer_reads_it_on_the_pages_too(visit: Newcomer) -> None:
    visit.go_to("Common ground")
    answer = visit.body.get_by_role("region", name="Answer")
    expect(answer.get_by_role("heading", level=2)).to_have_text(
        "Officials of both sides back 2 of 50 proposals: Official intergovernmental AI dialogue; "
        "Human control over nuclear weapons."
    )
    for who in ("Donald Trump", "Xi Jinping", "US Government", "Government of China"):
        expect(answer).to_contain_text(who)
    rungs = visit.body.locator(".pm-rung")
    expect(rungs).to_have_count(6)
    expect(rungs.first).to_contain_text("Total ban on AI in NC3")
    expect(rungs.first).to_contain_text("rejects it")
    for i in range(1, 6):
        expect(rungs.nth(i).locator(".pm-stand").last).to_contain_text(SUN)

    visit.go_to("Sides")
    visit.click(visit.body.get_by_role("radio", name="China"))
    refused = visit.body.locator("section").filter(
        has=visit.page.get_by_role("heading", name="What only its experts and others refuse")
    )
    expect(refused.locator(".pm-item")).to_have_count(4)
    for title in ("Security limits on civilian AI", "Total ban on AI in NC3"):
        expect(refused).to_contain_text(title)
    assert visit.actions == 3


# ---------------------------------------------------------------- the journalist


def test_a_journalist_wants_every_word_of_sun_chenghao_ready_to_be_cited(visit: Newcomer, shipped: Path) -> None:
    """A journalist types a name as the man writes it and wants each statement, whose words they are, and a citation."""
    visit.go_to("Statements")
    visit.search(SUN)
    his = [row for row in shipped_rows(shipped, "statements") if row["actor"] == "sun-chenghao"]
    lines = visit.body.locator(".pm-statements tbody tr")
    expect(lines).to_have_count(len(his))
    for row in his:
        line = lines.filter(has=visit.page.locator(f"[data-statement={row['id']}]"))
        expect(line).to_contain_text(row["quote"])
        expect(line).to_contain_text(SUN)
        expect(line).to_contain_text("11–12 May 2026")
        expect(line).to_contain_text("own words" if row["attribution"] == "quoted" else row["attribution"][:10])

    whole = visit.copied(visit.body.get_by_role("button", name=re.compile(r"^Copy these")))
    assert visit.actions == 3  # four with cards
    first = visit.copied(lines.first.locator(".pm-copy"))
    assert first.strip() in whole
    paragraphs = whole.strip().split("\n\n")
    assert len(paragraphs) == len(his)
    for row in his:
        (cited,) = [p for p in paragraphs if f"[statement {row['id']}," in p]
        assert f"AI Safety in China, paraphrasing Sun Chenghao: {row['quote']} — Sun Chenghao ({SUN})" in cited
        assert "11–12 May 2026; paraphrased: the source's words, not the speaker's own" in cited
        assert "AI Safety in China" in cited
        assert "https://aisafetychina.substack.com/" in cited

    lines.first.locator("a[data-statement]").click()
    expect(evidence(visit.page).get_by_role("heading").first).to_be_in_viewport()
    expect(evidence(visit.page)).to_contain_text("AI Safety in China")


# ---------------------------------------------------------------- the researcher


def test_a_researcher_wants_the_networks_numbers_to_compute_on_with_other_tools(
    visit: Newcomer, page, shipped: Path
) -> None:
    """A researcher wants a measure of her choice, its formula and n, and the same data for her own programs."""
    visit.go_to("Overlaps")
    visit.click(visit.page.locator(".st-key-page-tools").get_by_text("Network"))
    joined: Any = nx.read_graphml(visit.download("Actors (.graphml)"))
    assert visit.actions == 3  # the list of edges and this graph were not to be had before
    assert all({"measure", "n"} <= set(data) for _, _, data in joined.edges(data=True))
    visit.click(visit.page.locator(".st-key-page-tools").get_by_text("All with all"))
    visit.choose("Measure", "Congruence")
    visit.choose("Normalisation", "By average activity")
    for part in ("view=agreement", "measure=congruence", "normalize=average"):
        expect(visit.page).to_have_url(re.compile(part))
    title = visit.body.locator("h2", has_text="Who agrees with whom")
    expect(title).to_contain_text("congruence")
    expect(title.locator("xpath=following-sibling::p[1]")).to_contain_text(
        "each over n = 2 to 5 proposals on which both took a stance. Left out: 52 pairs over n below 2"
    )
    visit.body.get_by_text("How it is counted").first.click()
    expect(visit.body.locator(".pm-counted").first).to_contain_text("((n_i + n_i')/2) [Leifeld 2017]")

    dataset = Recount(shipped)
    for line in visit.body.locator(".pm-ends tbody tr").all():
        pair, value, n = line.locator("td").all()
        one, other = (dataset.actor_of(name) for name in pair.inner_text().split(" · "))
        assert value.inner_text() == f"{dataset.congruence(one, other):.3g}"
        assert n.inner_text() == str(len(dataset.both(one, other)))

    again = page(visit.page.url)
    expect(again.locator("h2", has_text="Who agrees with whom")).to_contain_text("congruence")
    again.close()

    visit.go_to("Data")
    graph: Any = nx.read_graphml(visit.download("Network (.graphml)"))
    assert {n for n, mode in graph.nodes(data="mode") if mode == "actor"} == {f"a:{a}" for a in dataset.actors}
    assert {n for n, mode in graph.nodes(data="mode") if mode == "proposal"} == {f"p:{p}" for p in dataset.proposals}
    edges = {frozenset((a, b)): stance for a, b, stance in graph.edges(data="stance")}
    assert edges == {frozenset((f"a:{a}", f"p:{p}")): dataset.stance(a, p) for a, p in dataset.said}

    table = pd.read_csv(visit.download("Signed matrix for programs (.signed.csv)"), index_col="proposal")
    assert list(table.index) == dataset.proposals
    assert list(table.columns) == dataset.actors
    stacked: Any = table.stack().dropna()
    found = {(str(a), str(p)): float(v) for (p, a), v in stacked.items()}
    assert found == {cell: dataset.scores[dataset.stance(*cell)] for cell in dataset.said}


class Recount:
    """The shipped tables counted anew, with nothing of the package: the cautious rule, and Leifeld's congruence."""

    def __init__(self, folder: Path) -> None:
        self.names = {row["name"]: row["id"] for row in shipped_rows(folder, "actors")}
        self.actors = list(self.names.values())
        self.proposals = [row["id"] for row in shipped_rows(folder, "proposals")]
        self.scores = {row["id"]: float(row["score"]) for row in shipped_rows(folder, "stances")}
        self.said: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in shipped_rows(folder, "statements"):
            if not row["superseded_by"]:
                self.said[row["actor"], row["proposal"]].add(row["stance"])

    def stance(self, actor: str, proposal: str) -> str:
        """A refusal is never folded away, nor a condition; nobody in this dataset is for and against at once."""
        said = self.said[actor, proposal]
        assert not ({"oppose"} < said and said & {"support", "conditional"})
        return next(s for s in ("oppose", "conditional", "support", "concern") if s in said)

    def actor_of(self, words: str) -> str:
        return self.names[next(name for name in self.names if re.match(rf"{re.escape(name)}( [^ -~]+)?$", words))]

    def both(self, one: str, other: str) -> list[tuple[float, float]]:
        """The scores of two actors on what both spoke on."""
        on = [p for p in self.proposals if (one, p) in self.said and (other, p) in self.said]
        return [(self.scores[self.stance(one, p)], self.scores[self.stance(other, p)]) for p in on]

    def congruence(self, one: str, other: str) -> float:
        """Divided by how much they said on average."""
        spread = max(self.scores.values()) - min(self.scores.values())
        alike = sum(1 - abs(a - b) / spread for a, b in self.both(one, other))
        return alike / (sum(actor in (one, other) for actor, _ in self.said) / 2)


def shipped_rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
