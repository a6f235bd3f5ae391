"""The Matrix page's logic, without a browser: filters, the first line, empty results, evidence, broken data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from matrix.analysis.common_ground import common_ground
from matrix.dashboard import visit as visits
from matrix.dashboard.tier_strip import narrowed
from matrix.dataset.selection import Selection
from matrix.store.folder import load

Visit = Callable[..., AppTest]
Choose = Callable[..., AppTest]
Filters = Callable[[AppTest], dict[str, Any]]
Read = Callable[[AppTest], str]

SOURCES = "id,title\nn,News"
ACTORS = "id,name\nann,Ann\nbo,Bo\ncy,Cy"
PROPOSALS = "id,title\nban,A ban\ntalks,Talks"
STATEMENTS = """id,actor,proposal,stance,source,quote,condition
s1,ann,ban,support,n,"We want, a ""ban"".",
s2,ann,ban,oppose,n,No ban.,
s3,bo,talks,conditional,n,Talks if calm.,calm
"""
MARKUP = '<script>alert(1)</script> ![p](http://evil.example/p.png) **b** `c` $x$ :red[r] <img src="//evil.example">'


def button(app: AppTest, key: str):
    return next(b for b in app.button if b.key == key)


# ---------------------------------------------------------------- what it is, and over what


def test_the_first_line_says_over_what(visit: Visit, page_text: Read) -> None:
    words = page_text(visit())
    assert "US-China dialogue on AI risk" in words
    for part in ("50 proposals", "21 speakers (12 more named)", "96 statements (2 since superseded)", "2 sources"):
        assert part in words
    assert "to 15 May 2026" in words
    words = page_text(visit("?authority=official&since=2026-05-14"))
    assert "4 speakers among officials" in words
    assert "7 statements count that may have been made outside the chosen dates." in words


def test_a_filter_narrows_is_said_in_words_and_goes_into_the_address(
    visit: Visit, choose: Choose, filters: Filters, page_text: Read
) -> None:
    app = choose(visit(), risk_area=["nc3"])
    assert "6 of 50 proposals" in page_text(app)
    assert app.query_params["risk-area"] in ("nc3", ["nc3"])
    assert app.query_params["v"]
    [(name, words)] = filters(app)["chips"]
    assert (name, words[:26]) == ("risk_area", "Risk area: Nuclear command")
    choose(app, risk_area=[])
    assert "6 of 50" not in page_text(app)
    assert dict(app.query_params) == {}


def test_an_address_sets_every_filter(visit: Visit, filters: Filters) -> None:
    app = visit("?risk-area=nc3&side=china&as-of=2026-05&rule=latest&search=control&sort=disputed&stance=support")
    sent = filters(app)
    assert sent["filters"]["risk_area"]["chosen"] == ["nc3"]
    assert sent["filters"]["side"]["chosen"] == ["china"]
    assert sent["texts"] == {"search": "control", "since": "", "as_of": "2026-05"}
    assert sent["rule"] == "latest"
    assert app.selectbox(key="choose-sort").value == "disputed"


def test_the_lists_say_how_much_there_is_behind_each_value(visit: Visit, filters: Filters) -> None:
    sent = filters(visit("?side=us"))["filters"]
    behind = {id_: n for id_, _, _, n in sent["theme"]["options"]}
    assert sent["theme"]["counted"] == "proposals"
    assert behind["nuclear"] == 1
    assert sum(behind.values()) == 6  # the United States speaks on six proposals
    sides = {id_: n for id_, _, _, n in sent["side"]["options"]}
    assert sides == {"us": 3, "china": 12, "other": 2, "unattributed": 4}  # a filter does not narrow its own list
    depths = {id_: depth for id_, _, depth, _ in sent["risk_area"]["options"]}
    assert (depths["military-nuclear"], depths["nc3"]) == (0, 1)


def test_who_counts_has_the_usual_answers_and_none_that_the_data_cannot_give(
    visit: Visit, filters: Filters, write: Callable[..., Path]
) -> None:
    who = filters(visit())["filters"]["authority"]
    behind = {words: n for words, _, n in who["presets"]}
    assert list(behind) == ["everyone", "officials", "officials and experts", "experts"]
    kinds = {id_: n for id_, _, _, n in who["options"]}
    assert (
        behind["officials and experts"]
        == behind["officials"] + behind["experts"]
        == kinds["official"] + kinds["expert"]
    )
    assert behind["everyone"] == 21  # as the header says
    actors = "id,name,authority\nann,Ann,expert\nbo,Bo,\ncy,Cy,media"
    folder = write(sources=SOURCES, actors=actors, proposals=PROPOSALS, statements=STATEMENTS)
    who = filters(visit("", folder))["filters"]["authority"]
    assert [(words, n) for words, _, n in who["presets"]] == [("everyone", 2), ("experts", 1)]  # one has no authority


def test_unknown_parts_of_an_address_are_named_and_left_out(visit: Visit, page_text: Read) -> None:
    app = visit("?side=chna&theme=nuclear&foo=<b>x</b>&v=0123")
    words = page_text(app)
    assert "Side: 'chna' is not one of us, china, other, unattributed; did you mean 'china'?" in words
    assert "'foo' is not a filter." in words
    assert "another version of the data (0123)" in words
    assert "6 of 50 proposals" in words
    next(b for b in app.button if b.label == "OK").click().run()
    assert "another version" not in page_text(app)


def test_a_date_that_is_none_is_answered_in_place(visit: Visit, choose: Choose, filters: Filters) -> None:
    app = choose(visit(), as_of="May 2026")
    assert filters(app)["wrong"] == {
        "as_of": "'May 2026' is not a date: YYYY, YYYY-MM or YYYY-MM-DD is expected. No date is applied."
    }
    assert filters(app)["texts"]["as_of"] == "May 2026"
    assert "as-of" not in app.query_params


def test_statements_without_a_date_are_counted_out_aloud_under_an_as_of_date(
    visit: Visit, write: Callable[..., Path], page_text: Read
) -> None:
    folder = write(sources=SOURCES, actors=ACTORS, proposals=PROPOSALS, statements=STATEMENTS)
    assert "3 statements without any date do not count while a date is set." in page_text(visit("?as-of=2026", folder))


def test_every_filter_of_a_selection_has_a_place(visit: Visit, filters: Filters) -> None:
    sent = filters(visit())
    behind = {name for _, names in sent["buttons"] for name in names} | {"search"}
    assert (
        behind == {f.name for f in fields(Selection)} - {"layer"} == set(sent["filters"])
    )  # who codes, sees their own


def test_what_a_browser_sends_is_not_trusted(visit: Visit, choose: Choose) -> None:
    app = choose(visit(), side=["moon", "us"], nonsense=["x"], theme="", search="  ")
    assert dict(app.query_params).keys() == {"side", "v"}
    assert app.query_params["side"] in ("us", ["us"])
    for state in ("x", {"set": "x"}, {"set": {"changes": 1}}, {"set": {"changes": {"side": {"a": 1}}}}):
        app.session_state["filters"] = state
        app.run()
        assert not app.exception


def test_what_was_taken_over_is_not_taken_over_again(visit: Visit, choose: Choose) -> None:
    app = choose(visit(), side=["us"])
    app.query_params["side"] = "china"
    app.run()  # a link that came from outside; the widget still holds what was chosen before
    assert app.query_params["side"] in ("china", ["china"])


def test_an_address_sent_before_the_last_change_arrived_does_not_undo_it(visit: Visit, choose: Choose) -> None:
    app = visit("?search=nuclear&side=china")
    stale = dict(app.query_params)
    choose(app, search=[])
    assert "search" not in app.query_params
    for name, value in stale.items():
        app.query_params[name] = value
    app.run()
    assert {k: v for k, v in dict(app.query_params).items() if k != "v"} == {"side": "china"}


def test_an_older_address_that_back_can_lead_to_is_taken_over(visit: Visit, choose: Choose, filters: Filters) -> None:
    app = visit("?search=nuclear")
    app.query_params["cell"] = "intergovernmental-dialogue"
    app.run()  # a step of its own
    choose(app, search=[])
    app.query_params["search"] = "nuclear"
    del app.query_params["cell"]
    app.run()
    assert filters(app)["texts"]["search"] == "nuclear"


# ---------------------------------------------------------------- the finding, and three views of one table


def _strip(app: AppTest) -> dict[str, Any]:
    sent = [json.loads(c.proto.json or c.proto.mixed.json) for c in app.get("bidi_component")]
    return next(data for data in sent if "headline" in data)


def test_the_finding_comes_first_with_the_proposals_it_is_about(visit: Visit) -> None:
    strip = _strip(visit())
    assert strip["headline"] == "Officials of both sides back 2 of 50 proposals"
    assert [id_ for id_, _ in strip["proposals"]] == ["intergovernmental-dialogue", "human-control-nuclear"]
    assert strip["more"] == 0
    assert [(id_, n) for id_, _, _, n, *_ in strip["bands"]] == [
        ("official", 2),
        ("official+expert", 1),
        ("one-sided~us", 3),
        ("one-sided~china", 33),
        ("rejected", 4),
        ("raised", 1),
        ("unheard~others", 6),
    ]


def test_a_tier_shows_its_rows_alone_in_every_view(visit: Visit, page_text: Read, filters: Filters) -> None:
    for layout in ("sides", "actors"):
        app = visit(f"?tier=one-sided~us&layout={layout}")
        sent = [json.loads(c.proto.json or c.proto.mixed.json) for c in app.get("bidi_component")]
        matrix = json.loads(next(data["payload"] for data in sent if "payload" in data))
        assert len(matrix["rows"]) == 3
        assert [words for _, words, *_ in matrix["bands"]] == ["The United States asks, China does not"]
        assert _strip(app)["only"] == ["one-sided~us"]
    app = visit("?tier=one-sided~us&layout=table")
    assert len(app.dataframe[0].value) == 3
    assert "3 of 50 proposals" in page_text(app), "the header counts what is shown"
    assert filters(app)["chips"] == [["tier", "Common ground: The United States asks, China does not"]]


def test_a_plain_table_is_sorted_over_all_rows_and_offers_no_groups(visit: Visit, write: Callable[..., Path]) -> None:
    offered = {
        layout: [c.label for c in visit(f"?layout={layout}").get("button_group")] for layout in ("sides", "table")
    }
    assert "Grouped by" in offered["sides"]
    assert "Grouped by" not in offered["table"]
    titles = visit("?layout=table&sort=title&group=theme").dataframe[0].value.index.tolist()
    assert titles == sorted(titles, key=str.casefold)
    actors = "id,name,side\nann,Proposal,\nbo,Theme,"  # named as heads of the table
    folder = write(sources=SOURCES, actors=actors, proposals=PROPOSALS, statements=STATEMENTS)
    table = visit("?layout=table", folder).dataframe[0].value
    assert table.index.name == "Proposal"
    assert {"Proposal (ann)", "Theme (bo)"} <= set(table.columns)


def test_what_is_taken_along_is_of_the_chosen_tier(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, chosen = load(shipped), Selection(authority=("official", "expert"))
    monkeypatch.setattr(visits, "current", lambda: visits.Visit(page="", choices={"tier": ("rejected",)}))
    taken = narrowed(data, chosen)
    ground = common_ground(data, chosen).frame["tier"]
    assert set(taken.proposal) == set(ground.index[ground == "rejected"])
    assert common_ground(data, taken).frame["tier"].unique().tolist() == ["rejected"]
    assert taken.authority == chosen.authority


def test_without_sides_there_is_no_strip_of_tiers_and_no_word_about_officials(
    visit: Visit, write: Callable[..., Path], page_text: Read
) -> None:
    folder = write(sources=SOURCES, actors=ACTORS, proposals=PROPOSALS, statements=STATEMENTS)
    app = visit("", folder)
    strip = _strip(app)
    assert (
        strip["headline"] == "No common ground to tell: the dataset has no sides. Overlaps compare actors without them"
    )
    assert strip["bands"] == []
    assert "official" not in page_text(app)


# ---------------------------------------------------------------- nothing to see


def test_an_empty_result_names_the_one_filter_and_offers_to_remove_it(visit: Visit, page_text: Read) -> None:
    app = visit("?side=us&search=zzzz")
    assert "Nothing to see with these filters. Search: “zzzz” - this filter alone hides everything" in page_text(app)
    button(app, "without-search").click().run()
    assert "Nothing to see" not in page_text(app)
    assert dict(app.query_params).keys() == {"side", "v"}


def test_an_empty_result_of_several_filters_names_their_combination(visit: Visit, page_text: Read) -> None:
    app = visit("?side=us&theme=nuclear&confidence=low&search=zzz")
    assert "No single filter is the reason; together they are: Confidence: Low and Search: “zzz”." in page_text(app)


# ---------------------------------------------------------------- evidence


def test_a_superseded_cell_says_by_whom_and_leads_there(visit: Visit, page_text: Read) -> None:
    app = visit("?cell=intergovernmental-dialogue~us-government")
    words = page_text(app)
    assert "No position Superseded by Donald Trump's statement s002." in words
    assert "reportedly considering launching their first official dialogue" in words
    button(app, "open-successor").click().run()
    assert "intergovernmental-dialogue~donald-trump" in app.query_params["cell"]
    assert "Supports from 1 statement" in page_text(app)
    button(app, "close-evidence").click().run()
    assert "cell" not in app.query_params


def test_without_the_later_source_the_superseded_statement_counts_again(visit: Visit, page_text: Read) -> None:
    app = visit("?cell=intergovernmental-dialogue~us-government&source=krasa-2026-05-08")
    assert "Supports on a condition from 1 statement" in page_text(app)


def test_a_condition_is_shown_with_its_words(visit: Visit, page_text: Read) -> None:
    words = page_text(visit("?cell=evaluation-exchange~cai-cuihong"))
    assert "Supports on a condition from 1 statement" in words
    assert "On condition" in words


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("?cell=intergovernmental-dialogue~dario-amodei", "Never stated in these sources; this is not neutral."),
        (
            "?cell=intergovernmental-dialogue~xi-jinping&source=krasa-2026-05-08",
            "Stated, but outside the chosen evidence. The evidence filters leave out 1 statement, shown below.",
        ),
        ("?cell=intergovernmental-dialogue~xi-jinping&side=us", "The filters hide this cell in the matrix."),
        ("?cell=intergovernmental-dialogue~xi-jinping&stance=oppose", "The stance filter hides this cell"),
        ("?cell=intergovernmental-dialogue", "11 statements by 10 actors."),
        ("?cell=intergovernmental-dialogue&side=us", "Only actors that the filters show (side)."),
        ("?cell=~cai-cuihong", "statements on"),
        ("?cell=intergovernmental-dialogue~~china", "14 members: 3 with a position, 11 silent. Of the 3: 3 back it"),
    ],
)
def test_what_an_opened_cell_row_column_or_share_says(
    visit: Visit, address: str, expected: str, page_text: Read
) -> None:
    assert expected in page_text(visit(address))


# ---------------------------------------------------------------- other people's data


def test_four_minimal_tables_are_enough(
    visit: Visit, filters: Filters, write: Callable[..., Path], page_text: Read
) -> None:
    folder = write(sources=SOURCES, actors=ACTORS, proposals=PROPOSALS, statements=STATEMENTS)
    app = visit("?cell=ban~ann", folder)
    words = page_text(app)
    for part in ("2 proposals", "2 speakers (1 more named)", "3 statements", "1 source"):
        assert part in words
    assert "Mixed: both for and against from 2 statements" in words
    assert "Different stances are folded into it: Supports and Opposes." in words
    assert 'We want, a "ban".' in words  # without an attribution nobody's own words
    offered = [name for _, names in filters(app)["buttons"] for name in names]
    assert offered == ["stance", "proposal", "actor", "source", "since", "as_of", "rule"]


def test_two_of_the_same_name_can_be_told_apart(visit: Visit, filters: Filters, write: Callable[..., Path]) -> None:
    twins = "id,name\nann,Ann\nbo,Ann\ncy,Cy"
    folder = write(sources=SOURCES, actors=twins, proposals=PROPOSALS, statements=STATEMENTS)
    actor = filters(visit("?actor=bo", folder))["filters"]["actor"]
    assert [words for _, words, *_ in actor["options"]] == ["Ann (ann)", "Ann (bo)", "Cy"]
    assert actor["chosen"] == ["bo"]


def test_broken_data_is_a_page_of_problems(visit: Visit, write: Callable[..., Path], page_text: Read) -> None:
    bad = STATEMENTS.replace("oppose", "opose").replace("s3,bo", "s3,boo")
    folder = write(sources=SOURCES, actors=ACTORS, proposals=PROPOSALS, statements=bad)
    app = visit("", folder)
    words = page_text(app)
    assert "This dataset cannot be shown yet 2 problems in dataset" in words
    assert "statements.csv 3 stance 'opose' is not one of" in words
    assert "did you mean 'oppose'?" in words
    assert "policy-matrix check" in words
    write(statements=STATEMENTS)
    app.run()
    assert "2 speakers (1 more named)" in page_text(app)


def test_a_missing_folder_is_said_plainly(visit: Visit, tmp_path: Path, page_text: Read) -> None:
    assert "there is no such folder" in page_text(visit("", tmp_path / "nowhere"))


def test_files_changed_on_disk_show_up_on_the_next_run(
    visit: Visit, shipped: Path, tmp_path: Path, page_text: Read
) -> None:
    folder = Path(shutil.copytree(shipped, tmp_path / "copy"))
    app = visit("", folder)
    assert "21 speakers (12 more named)" in page_text(app)
    actors = folder / "actors.csv"
    columns = actors.read_text(encoding="utf-8").splitlines()[0].split(",")
    row = ",".join({"id": "new-actor", "name": "New Actor"}.get(c, "") for c in columns)
    actors.write_text(actors.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    app.run()
    assert "21 speakers (13 more named)" in page_text(app)


def test_markup_in_every_field_stays_text(visit: Visit, write: Callable[..., Path], markup: Read) -> None:
    cell = '"' + MARKUP.replace('"', '""') + '"'
    folder = write(
        sides=f"id,name,name_zh,note\nx,{cell},{cell},{cell}",
        risk_areas=f"id,name,name_zh\nr,{cell},{cell}",
        sources=f"id,title,author,publisher,url\nn,{cell},{cell},{cell},javascript:alert(1)",
        actors=f"id,name,name_native,role,institution,side,note\nann,{cell},{cell},{cell},{cell},x,{cell}",
        proposals=f"id,title,title_zh,definition,theme,risk_areas\nban,{cell},{cell},{cell},{cell},r",
        statements="id,actor,proposal,stance,source,quote,condition,condition_quote,summary,date_note,coder,note\n"
        f"s1,ann,ban,conditional,n,{cell},{cell},{cell},{cell},{cell},{cell},{cell}",
    )
    for address in (
        "",
        "?cell=ban~ann",
        "?cell=ban",
        "?cell=~ann",
        "?cell=ban~~x",
        f"?theme={MARKUP}&side=x&actor=ann",
    ):
        app = visit(address, folder)
        made = markup(app)
        assert "<script" not in made
        assert "<img" not in made
        assert 'href="javascript' not in made
        for b in app.button:
            assert not {"![", "**", "`c`", ":red["} & {part for part in ("![", "**", "`c`", ":red[") if part in b.label}
        assert not app.markdown
