"""The Statements page without a browser: what is listed, in which order, on which page, and what can be copied."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matrix import Selection, load
from matrix.dashboard.pages.statements import _file
from matrix.dashboard.paging import Stretch

Read = Callable[[AppTest], str]
Write = Callable[..., Path]
Open = Callable[..., AppTest]

SOURCES = "id,title,url\nn,News,https://example.org/n\nx,Odd,javascript:alert(1)"
ACTORS = "id,name,name_native\nann,Ann,\nbo,Bo,博"
PROPOSALS = "id,title\nban,A ban\ntalks,Talks"
STATEMENTS = """id,actor,proposal,stance,source,quote,condition,superseded_by,confidence,date_start,date_end,attribution
s1,ann,ban,support,n,A ban.,,s2,low,2026-01-01,2026-01-01,quoted
s2,ann,ban,oppose,n,No ban.,,,high,2026-02-01,2026-02-01,quoted
s3,bo,talks,conditional,x,Talks if calm.,calm,,low,,,paraphrased
"""
MARKUP = '<script>alert(1)</script> ![p](http://evil.example/p.png) **b** <img src="//evil.example">'
SMALL = {"sources": SOURCES, "actors": ACTORS, "proposals": PROPOSALS, "statements": STATEMENTS}


def ids(app: AppTest, markup: Read) -> list[str]:
    return re.findall(r'<li id="st-([a-z0-9-]+)"', markup(app))


def copies(app: AppTest, markup: Read) -> list[str]:
    return [html.unescape(c) for c in re.findall(r'data-copy="([^"]*)"', markup(app))]


def test_a_journalist_finds_each_statement_of_a_speaker_by_his_native_name(
    page: Open, page_text: Read, markup: Read
) -> None:
    app = page("statements", "?search=孙成昊")
    words = page_text(app)
    assert "13 statements that count here" in words
    assert "Sun Chenghao 孙成昊" in words
    assert len(ids(app, markup)) == 13
    whole, *each = copies(app, markup)
    assert whole.count("Sun Chenghao (孙成昊)") == 13
    for citation in each:
        for part in (
            "— Sun Chenghao (孙成昊), ",
            "paraphrased: the source's words, not the speaker's own",
            "11–12 May 2026",
            "AI Safety in China, “China-US launch AI dialogue. Chinese experts are cautiously optimistic.”",
            "date of publication not given",
            "https://aisafetychina.substack.com/p/china-us-launch-ai-dialogue-chinese",
            "dataset “US-China dialogue on AI risk, spring 2026”, version ",
        ):
            assert part in citation


def test_nothing_is_cut_off_in_silence(page: Open, page_text: Read, markup: Read) -> None:
    app = page("statements")
    first = ids(app, markup)
    assert "1–50 of 94 statements that count here" in page_text(app)
    assert "; the workbook has all of them" in page_text(app)
    assert "Page 1 of 2" in page_text(app)
    next(b for b in app.button if b.key == "page-next").click().run()
    assert "51–94 of 94 statements that count here" in page_text(app)
    assert app.query_params["page"] in ("2", ["2"])
    assert len({*first, *ids(app, markup)}) == 94


def test_another_list_begins_at_its_first_page(page: Open, page_text: Read) -> None:
    app = page("statements", "?page=2")
    assert "51–94 of 94" in page_text(app)
    app.selectbox(key="choose-order").set_value("actor").run()
    assert "1–50 of 94" in page_text(app)
    assert "page" not in app.query_params


def test_the_order_is_in_the_address(page: Open, write: Write, markup: Read) -> None:
    folder = write(**SMALL)
    assert ids(page("statements", "", folder), markup) == ["s2", "s3"]
    assert ids(page("statements", "?order=stance", folder), markup) == ["s3", "s2"]
    app = page("statements", "", folder)
    app.selectbox(key="choose-order").set_value("proposal").run()
    assert app.query_params["order"] in ("proposal", ["proposal"])


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("?order=nearest", "Order: 'nearest' is not one of newest, oldest, actor,"),
        ("?page=0", "Page: '0' is not the number of a page"),
        ("?page=two", "Page: 'two' is not the number of a page"),
    ],
)
def test_an_address_that_asks_for_nonsense_is_answered(
    address: str, complaint: str, page: Open, page_text: Read
) -> None:
    words = page_text(page("statements", address))
    assert complaint in words
    assert "1–50 of 94 statements" in words


def test_a_page_beyond_the_last_is_the_last(page: Open, page_text: Read) -> None:
    assert "51–94 of 94 statements" in page_text(page("statements", "?page=9"))


@pytest.mark.parametrize(
    ("total", "page", "words"),
    [(0, 1, "0 things"), (50, 1, "50 things"), (51, 2, "51–51 of 51 things"), (1_200, 3, "101–150 of 1,200 things")],
)
def test_a_stretch_says_what_it_shows(total: int, page: int, words: str) -> None:
    assert Stretch.of(total, page).words("thing") == words


def test_what_does_not_count_is_named_with_its_reason_and_opens(
    page: Open, write: Write, page_text: Read, markup: Read
) -> None:
    folder = write(**SMALL)
    app = page("statements", "?confidence=high", folder)
    assert "1 statement that counts here" in page_text(app)
    closed = next(e for e in app.expander)
    assert closed.label == "2 more do not count here: 2 outside the chosen evidence"
    assert ids(app, markup) == ["s2"]
    app = page("statements", "?open=left-out", folder)
    assert next(e for e in app.expander).label == "1 more does not count here: 1 superseded by a later statement"
    assert ids(app, markup) == ["s2", "s3", "s1"]
    assert "Superseded by s2. Not counted here." in page_text(app)


def test_a_line_says_when_who_which_stance_on_what_and_whose_words(page: Open, write: Write, markup: Read) -> None:
    made = markup(page("statements", "", write(**SMALL)))
    rows = [
        re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", r))).strip()
        for r in re.findall(r"<tr>(.*?)</tr>", made, re.DOTALL)
    ]
    assert rows[0].split() == ["Date", "Who", "Stance", "Proposal", "Words", "Whose", "words", "Citation"]
    assert [r for r in rows[1:] if "No ban." in r] == ["1 February 2026 Ann ✕ Opposes A ban No ban. own words Copy"]
    assert [r for r in rows[1:] if "calm" in r] == [
        "undated Bo 博 ◐ Supports on a condition Talks Talks if calm. calm paraphrase Copy"
    ]
    assert re.findall(r"<q [^>]*>(.*?)</q>", made.split("pm-on-paper")[0]) == ["No ban."]


def test_counts_on_top_are_filters_and_own_words_are_one_click_away(page: Open, page_text: Read) -> None:
    app = page("statements")
    stances, words = app.get("button_group")
    assert [o.content for o in words.proto.options][:2] == ["Own words 12", "Paraphrase 55"]
    words.set_value(["quoted"]).run()
    assert app.query_params["attribution"] in ("quoted", ["quoted"])
    assert "12 statements that count here" in page_text(app)
    stances, words = app.get("button_group")
    assert [o.content for o in words.proto.options][:2] == ["Own words 12", "Paraphrase 55"], "it can be left again"
    assert sum(int(o.content.rsplit(" ", 1)[1]) for o in stances.proto.options) == 12


def test_one_statement_is_read_beside_the_list_and_is_in_the_address(page: Open, write: Write, page_text: Read) -> None:
    folder = write(**SMALL)
    app = page("statements", "?statement=s1", folder)
    words = page_text(app)
    assert "Superseded by s2. Not counted here." in words
    assert "All 2 statements by this actor on it" in words
    app.button(key="close-evidence").click().run()
    assert "statement" not in app.query_params
    assert "Statement: 'zz' is not one of s1, s2, s3" in page_text(page("statements", "?statement=zz", folder))


def test_who_and_what_open_their_evidence(page: Open, write: Write, markup: Read) -> None:
    made = markup(page("statements", "", write(**SMALL)))
    for cell in ("~bo", "talks", "talks~bo"):
        assert f'data-cell="{cell}"' in made


def test_only_web_addresses_become_links(page: Open, write: Write, markup: Read) -> None:
    made = markup(page("statements", "", write(**SMALL)))
    assert 'href="https://example.org/n"' in made
    assert 'href="javascript:' not in made


def test_the_way_to_the_source_takes_the_filters_along(page: Open, markup: Read) -> None:
    made = html.unescape(markup(page("statements", "?search=孙成昊")))
    assert re.search(r'href="sources\?search=%E5%AD%99[^"]*&v=\w+&reading=aisc-2026-05&at=s0\d\d"', made)


def test_a_filter_that_leaves_nothing_is_named(page: Open, page_text: Read) -> None:
    words = page_text(page("statements", "?search=zzzz"))
    assert "Nothing to see with these filters." in words


def test_an_empty_dataset_says_so(page: Open, write: Write, page_text: Read) -> None:
    empty = {name: text.splitlines()[0] for name, text in SMALL.items()}
    assert "This dataset has no statement yet." in page_text(page("statements", "", write(**empty)))


def test_markup_in_the_data_stays_text(page: Open, write: Write, page_text: Read, markup: Read) -> None:
    quoted = '"' + MARKUP.replace('"', '""') + '"'
    app = page(
        "statements",
        "",
        write(
            sources=f"id,title,publisher\nn,{quoted},{quoted}",
            actors=f"id,name,name_native,role\nann,{quoted},{quoted},{quoted}",
            proposals=f"id,title\nban,{quoted}",
            statements="id,actor,proposal,stance,source,quote,summary,note\n"
            f"s1,ann,ban,support,n,{quoted},{quoted},{quoted}",
        ),
    )
    assert "<script>" not in markup(app)
    assert "<img" not in markup(app)
    assert page_text(app).count("<script>alert(1)</script> ![p](http://evil.example/p.png) **b**") >= 6
    assert MARKUP in copies(app, markup)[-1]


def test_the_file_is_the_whole_list_with_filters_and_version(shipped: Path) -> None:
    dataset = load(shipped)
    statements = dataset.statements.head(60)
    text = _file(dataset, Selection(side=("china",)), statements, "actor")().decode("utf-8-sig")
    assert text.startswith(f"{dataset.title}, version {dataset.version}\n60 statements; Side: China 中国\n\n1. ")
    assert "\n\n60. " in text
