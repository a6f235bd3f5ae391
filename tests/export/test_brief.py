"""The annex of a brief: one page a proposal, the condition never hidden, what is missing said; nothing in it runs or is fetched."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.brief import to_html, to_markdown
from matrix.export.brief.build import MOST_NAMES, brief_of
from matrix.export.brief.html import _light
from matrix.export.brief.model import Brief, ProposalPage, stands
from matrix.export.brief.voices import script
from matrix.export.extract import extract
from matrix.palette import INK, contrast
from matrix.store.folder import load
from matrix.wording import listed
from tests.small import FRAMES
from tests.tiny import dataset as tiny
from tests.tiny import partly_known, table

QUIET, GAP = "#555b63", "#f4f5f6"


class Tags(HTMLParser):
    """Every tag with its attributes, and the text of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def html_of(dataset: Dataset, selection: Selection | None = None) -> str:
    buffer = BytesIO()
    to_html(dataset, buffer, selection, annex=True)
    return buffer.getvalue().decode("utf-8")


def markdown_of(dataset: Dataset, selection: Selection | None = None) -> str:
    buffer = BytesIO()
    to_markdown(dataset, buffer, selection, annex=True)
    return buffer.getvalue().decode("utf-8")


def made(dataset: Dataset, **selection: str) -> Brief:
    return brief_of(extract(dataset, Selection.of(selection)))


def page(found: Brief, proposal: str) -> ProposalPage:
    return next(p for p in found.pages if p.id == proposal)


# ---- what a page says


def test_pages_stand_by_theme_with_children_below_their_parent(small: Dataset) -> None:
    assert [p.id for p in made(small).pages] == ["hotline", "pause", "ban", "partial-ban"]


def test_a_page_says_who_stands_where_on_which_condition(small: Dataset) -> None:
    us, china = page(made(small), "hotline").blocks
    assert [(v.name.text, v.look.id, [c.text for c in v.conditions]) for v in us.voices] == [
        ("Ann", "support", []),
        ("Bob", "conditional", ["if both do"]),
    ]
    assert us.counts == "2 back (1 on a condition); 1 of 3 members without a position"
    assert [(v.name.text, v.name.native, v.name.language) for v in china.voices] == [("Chen", "陈", "zh")]


def test_a_mixed_position_shows_a_statement_for_each_stance(small: Dataset) -> None:
    (voice,) = page(made(small), "ban").blocks[1].voices
    assert voice.look.id == "mixed"
    assert [(q.statement, q.look.id) for q in voice.quotes] == [("s4", "support"), ("s5", "oppose")]


def test_the_lead_statement_has_a_quote_if_one_does_and_is_the_latest_of_these() -> None:
    dated = "ann talk support early date_start={0} date_end={0} quote={1}"
    dataset = tiny(
        dated.format("2026-01-01", "old"), dated.format("2026-02-01", "new"), dated.format("2026-03-01", "").strip()
    )
    (voice,) = page(made(dataset), "talk").blocks[0].voices
    assert [q.statement for q in voice.quotes] == ["s2"]
    assert voice.others == ["s1", "s3"]


def test_a_condition_is_never_hidden_behind_another_statement() -> None:
    dataset = tiny(
        "ann talk conditional early condition=first quote=a",
        "ann talk conditional late condition=second quote=b",
        "ann talk support late quote=c",
    )
    (voice,) = page(made(dataset), "talk").blocks[0].voices
    assert [c.text for c in voice.conditions] == ["first", "second"]
    assert "**On condition:** first" in markdown_of(dataset)
    assert "**On condition:** second" in markdown_of(dataset)


def test_dates_keep_their_imprecision_and_attribution_its_words() -> None:
    dataset = tiny("ann talk support early date_start=2026-05 date_end=2026-05 attribution=announced_by_other_side")
    (quote,) = page(made(dataset), "talk").blocks[0].voices[0].quotes
    assert (quote.when, quote.attribution) == ("May 2026", "as announced by the other side")


def test_the_tier_stands_with_its_score_n_and_weakest_evidence() -> None:
    dataset = tiny("ann talk support early attribution=quoted confidence=high", "cem talk support late confidence=low")
    found = page(made(dataset), "talk")
    assert (found.tier, found.score) == ("Officials of both sides back it", "score 0.44, n = 2")
    assert found.weakest == "low confidence"
    assert page(made(dataset), "ban").score == "n = 0", "a score over nobody is none"


def test_what_is_missing_is_said() -> None:
    dataset = tiny("bob talk support early", "ann ban oppose early", "bob ban support late superseded_by=s2")
    found = made(dataset)
    assert page(found, "talk").gaps == [
        ("Missing", "No South voice in these sources."),
        ("Silent officials, North", "Ann"),
        ("Silent officials, South", "Cem"),
    ]
    assert ("Earlier words, superseded", "Bob") in page(found, "ban").gaps
    assert ("Outside the chosen evidence", "Bob") in page(made(dataset, source="late"), "talk").gaps


@pytest.mark.slow
def test_links_are_told_from_both_ends() -> None:
    links = table("id|proposal|other|kind|why", "l|talk|ban|tension|not both")
    found = made(tiny("ann talk support early", links=links))
    for one, other, title in (("talk", "ban", "Ban it all"), ("ban", "talk", "Keep talking")):
        (touch,) = page(found, one).touches
        assert (touch.kind, touch.title, touch.why, touch.anchor) == ("Tension with", title, "not both", other)
    (touch,) = page(made(tiny("ann talk support early", links=links), proposal="ban"), "ban").touches
    assert touch.anchor == "", "no page here"


def test_a_rung_names_its_neighbours() -> None:
    rungs = table("id|title|ladder|rung", "talk|Talk|arms|1", "test|Test|arms|2", "ban|Ban|arms|3")
    facts = dict(page(made(tiny("ann talk support early", proposals=rungs)), "test").facts)
    assert facts["Ladder"] == "“arms”, rung 2 of 3; one below: Talk; one above: Ban"


def test_column_filters_choose_who_counts_and_a_stance_only_hides(small: Dataset) -> None:
    us, china = page(made(small, actor="bob"), "hotline").blocks
    assert [v.name.text for v in us.voices] == ["Bob"]
    assert us.counts == "1 backs (on a condition); no member without a position"
    assert (china.voices, china.counts) == ([], "No actor of China is chosen")
    us, china = page(made(small, stance="oppose"), "hotline").blocks
    assert (us.voices, us.note) == ([], "2 positions not listed under this selection.")
    assert us.counts.startswith("2 back")


def test_a_side_that_is_not_counted_says_so(small: Dataset) -> None:
    block = page(made(small), "partial-ban").blocks[-1]
    assert (block.name.text, block.note) == ("Unattributed", "Shown, never counted.")


def test_without_sides_there_are_voices_and_no_tiers() -> None:
    rows = {k: v for k, v in FRAMES.items() if k != "sides"}
    actors = [{k: v for k, v in a.items() if k != "side"} for a in FRAMES["actors"]]
    said = [{k: v for k, v in s.items() if k != "superseded_by"} for s in FRAMES["statements"]]
    dataset = Dataset.from_frames({**rows, "actors": actors, "statements": said})
    found = made(dataset)
    assert [v.name.text for v in page(found, "hotline").blocks[0].voices] == ["Ann", "Chen", "Bob"]
    assert page(found, "hotline").tier == ""
    assert "no sides" in markdown_of(dataset)
    assert "no sides" in html_of(dataset)


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        ({"search": "no such text"}, "Nothing to show: the filters leave no proposal."),
        ({"stance": "concern", "side": "us"}, "Nothing to show: the filters leave no proposal."),
    ],
)
def test_an_empty_selection_is_a_plain_sentence(small: Dataset, selection: dict[str, str], sentence: str) -> None:
    chosen = Selection.of(selection)
    assert f"\n{sentence}\n" in markdown_of(small, chosen)
    assert sentence in Tags(html_of(small, chosen)).text
    assert '<article class="page"' not in html_of(small, chosen)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "no position"),
        ({"backing": 1, "conditional": 1}, "1 backs (on a condition)"),
        ({"backing": 2, "conditional": 2}, "2 back (all on a condition)"),
        (
            {"backing": 3, "conditional": 1, "opposed": 1, "mixed": 1, "neutral": 2},
            "3 back (1 on a condition), 1 opposes, 1 mixed, 2 neutral",
        ),
    ],
)
def test_counts_in_words(counts: dict[str, int], words: str) -> None:
    assert stands({"backing": 0, "conditional": 0, "opposed": 0, "mixed": 0, "neutral": 0, **counts}) == words


def test_many_names_are_counted_not_dropped() -> None:
    assert listed(list("abcdefghij"), most=MOST_NAMES) == "a, b, c, d, e, f, g, h and 2 more"


@pytest.mark.parametrize(("text", "tag"), [("陈", "zh"), ("さくら会議", "ja"), ("김", "ko"), ("Ann", ""), ("Иван", "")])
def test_a_script_tells_its_language(text: str, tag: str) -> None:
    assert script(text) == tag


# ---- both forms


@pytest.mark.slow
def test_both_forms_carry_version_selection_n_and_every_position(shipped: Path) -> None:
    dataset = load(shipped)
    found, text = made(dataset), Tags(html_of(dataset)).text
    plain = re.sub(r"\\(.)", r"\1", markdown_of(dataset))
    for p in found.pages:
        for v in (v for b in p.blocks for v in b.voices):
            for wanted in (v.name.text, *(q.quote for q in v.quotes), *(c.text for c in v.conditions)):
                assert wanted in text
                assert wanted in plain
    for wanted in (dataset.version, "none: the whole dataset", "n = 94 of 96 statements", "None of these is neutral"):
        assert wanted in text
        assert wanted in plain
    conditional = {s.condition for s in dataset.statements.itertuples() if s.condition and not s.superseded_by}
    assert conditional
    assert all(c in text for c in conditional)


def test_the_page_may_fetch_and_run_nothing_but_its_own_style(shipped: Path) -> None:
    page_ = html_of(load(shipped))
    tags = Tags(page_).tags
    policy = next(a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    (style,) = re.findall(r"<style>(.*?)</style>", page_, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style
    assert {t for t, _ in tags}.isdisjoint({"script", "img", "link", "iframe", "object", "form", "base", "svg"})
    assert not [a for _, given in tags for a in given if a in ("src", "style", "srcset") or a.startswith("on")]


@pytest.mark.slow
def test_links_inside_the_page_have_a_goal_and_ids_are_unique(shipped: Path) -> None:
    tags = Tags(html_of(load(shipped))).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {h[1:] for t, a in tags if t == "a" and (h := a["href"] or "").startswith("#")} <= set(ids)


def test_chinese_is_marked_as_chinese(shipped: Path) -> None:
    assert '<span class="native" lang="zh"><bdi>政府间人工智能对话</bdi></span>' in html_of(load(shipped))


@pytest.mark.slow
def test_every_text_has_contrast(shipped: Path) -> None:
    for look, _ in made(load(shipped)).looks:
        assert contrast(_light(look), INK) >= 4.5
    for ground in ("#ffffff", GAP):
        assert contrast(ground, QUIET) >= 4.5
    style = html_of(load(shipped))
    assert QUIET in style
    assert GAP in style


def test_a_proposal_with_the_id_of_a_heading_is_no_clash() -> None:
    proposals = table("id|title", "talk|A", "glance|B", "test|C")
    ids = [a["id"] for _, a in Tags(html_of(tiny("ann talk support early", proposals=proposals))).tags if "id" in a]
    assert len(ids) == len(set(ids))


@pytest.mark.slow
def test_two_exports_are_the_same(small: Dataset) -> None:
    assert html_of(small) == html_of(small)
    assert markdown_of(small) == markdown_of(small)


def test_a_list_known_in_part_is_marked_counted_apart_and_explained() -> None:
    data = partly_known()
    made_of = made(data)
    assert (
        "Marked †",
        "who backs it is known only in part: nothing is known of those who are not found",
    ) in made_of.reading
    on_test = page(made_of, "test")
    assert on_test.title.text == "Test models †"
    assert ("Coverage", "† list known in part: 3 of 4 names") in on_test.facts
    assert ("Date", "2026") in on_test.facts
    assert [b.counts for b in on_test.blocks] == ["1 backs; of 2 members 1 silent", "1 backs; of 2 members 1 not known"]
    assert ("Looked for and not found", "Bob") in on_test.gaps
    assert not any("Silent officials" in name for name, _ in on_test.gaps)
    assert page(made_of, "talk").blocks[0].counts == "1 backs; 1 of 2 members without a position"
