"""The pages Common ground, Side and Overlaps without a browser: what they answer, and what they say where they cannot."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

Read = Callable[[AppTest], str]
Write = Callable[..., Path]
Open = Callable[..., AppTest]

KRASA = "krasa-2026-05-08"
MARKUP = '<script>alert(1)</script> ![p](http://evil.example/p.png) **b** `c` $x$ :red[r] <img src="//evil.example">'


def own(app: AppTest, tag: str) -> list[str]:
    """The texts of these elements in HTML of ours."""
    made = " ".join(h.value for h in app.get("html") if not re.search("<style>|^<script>", h.value))
    found = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", made, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", f)).strip() for f in found]


def choose(app: AppTest, kind: str, name: str):
    return next(w for w in getattr(app, kind) if w.key == f"choose-{name}")


# ---------------------------------------------------------------- common ground


def test_the_answer_comes_first_with_who_backs_it_and_how_well_it_is_known(page: Open, page_text: Read) -> None:
    app = page("common-ground")
    answer = (
        "Officials of both sides back 2 of 50 proposals: Official intergovernmental AI dialogue; "
        "Human control over nuclear weapons."
    )
    assert own(app, "h2")[0] == answer
    words = page_text(app)
    assert "score 0.60, n = 5; weakest evidence: as announced by the other side, medium confidence" in words
    assert "United States 2 of 7 back it, 5 silent" in words
    assert "Xi Jinping 习近平 from 13 May 2026 on AI Safety in China, paraphrasing Xi Jinping: agreed to" in words
    assert "Scott Bessent from 13 May 2026 on “most important achievements" in words


def test_all_parts_are_open_in_their_order_and_their_counts_are_those_of_the_tiers(page: Open, page_text: Read) -> None:
    app = page("common-ground")
    assert own(app, "h2")[1:] == [
        "Both sides back it, officials of one 1",
        "All proposals in one picture",
        "How far up the ladder: Nuclear command, control and communications (NC3)",
        "The United States asks, China does not 3",
        "China asks, the United States does not 33",
        "Refused by experts and others, by no official 4",
        "Raised only 1",
        *("Near matches 25", "Tensions 9"),
        "Only others speak on it 6",
    ]
    words = page_text(app)
    for side in ("United States", "China"):
        assert f"Backed on some of the sides only; no {side} voice in these sources." in words
    assert "Cai Cuihong on condition: cooperation is reciprocal, bounded in scope and open to others" in words
    assert "Official intergovernmental AI dialogue 政府间人工智能对话 ↔ Enforcement mechanism" in words
    assert [e.label for e in app.expander] == [
        "All proposals as a picture to keep",
        "The ladder as a picture to keep",
        "Who speaks on what: coverage by risk area and side",
    ]


REFUSALS = """id,actor,proposal,stance,source,quote,attribution
s1,ann,tax,oppose,n,No tax.,quoted
s2,bo,road,oppose,n,No road.,quoted
s3,cy,road,oppose,n,Nor we.,quoted
"""


def test_what_officials_refuse_is_apart_from_what_only_others_refuse(page: Open, write: Write) -> None:
    folder = write(
        sides="id,name\nx,Xland\ny,Yland",
        actors="id,name,side,authority\nann,Ann,x,expert\nbo,Bo,y,official\ncy,Cy,y,expert",
        proposals="id,title\ntax,A tax\nroad,A road",
        sources="id,title\nn,News",
        statements=REFUSALS,
    )
    assert own(page("common-ground", "", folder), "h2")[2:] == [
        "Refused by officials 1",
        "Refused by experts and others, by no official 1",
    ]
    assert own(page("common-ground", "?authority=expert", folder), "h2")[2:] == ["Refused 2"]


PACT = """id,actor,proposal,stance,source,quote,attribution
s1,ann,pact,support,n,Yes.,quoted
""" + "".join(f"t{i},y{i},pact,{'oppose' if i == 8 else 'support'},n,,recorded\n" for i in range(1, 9))


def test_of_many_the_numbers_come_first_and_names_on_demand(page: Open, page_text: Read, write: Write) -> None:
    folder = write(
        sides="id,name\nx,Xland\ny,Yland",
        actors="id,name,side,authority\nann,Ann,x,official\n"
        + "\n".join(f"y{i},State {i},y,official" for i in range(1, 9)),
        proposals="id,title\npact,A pact",
        sources="id,title\nn,List",
        statements=PACT,
    )
    app = page("common-ground", "", folder)
    assert "7 of 8 back, 1 opposes" in page_text(app)
    assert own(app, "summary")[-1] == "Names"


def test_as_of_2024_only_human_control_is_common_ground(page: Open, page_text: Read) -> None:
    assert "Up to 31 December 2024: officials of both sides back 1 of 50 proposals: Human control over" in page_text(
        page("common-ground", "?as-of=2024-12-31")
    )


def test_among_experts_the_answer_speaks_of_no_official_and_names_the_side_without_any(
    page: Open, page_text: Read
) -> None:
    app = page("common-ground", "?authority=expert")
    answer = "Among experts: no expert of the United States is in this dataset, so nothing is backed by both sides."
    assert own(app, "h2")[0] == answer
    assert not [h for h in own(app, "h2") if "official" in h.lower()]
    assert "Among experts 50 proposals 5 speakers" in page_text(app)
    words = page_text(page("common-ground", "?since=2026-05-14"))
    assert "From 14 May 2026 on 50 proposals 7 speakers (26 more named) 33 of 96 statements 1 of 2 sources" in words
    assert "from 14 May 2026 on" not in words, "the period stands there once"
    assert "Donald Trump from 13 May 2026 on, may have been made outside the chosen dates" in words


def test_without_the_newsletter_the_dialogue_is_left_and_the_page_says_how_weak_that_is(
    page: Open, page_text: Read
) -> None:
    words = page_text(page("common-ground", f"?source={KRASA}"))
    assert (
        "officials of both sides back 1 of 50 proposals, only on a condition: Official intergovernmental AI dialogue."
        in words
    )
    assert "only on a condition (both leaders agree to it at the summit)" in words
    assert "known only from unattributed reports of low confidence" in words
    assert "26 of 96 statements 1 of 2 sources" in words


def test_the_ladder_has_sun_on_five_rungs_and_against_the_sixth(page: Open, page_text: Read) -> None:
    words = page_text(page("common-ground"))
    assert "Both sides are heard backing rung 1 of 6." in words
    assert "Sun Chenghao stands on 5 rungs (1 to 5) and rejects rung 6." in words
    assert words.index("6 Total ban on AI in NC3") < words.index("1 Human control over nuclear weapons")


@pytest.mark.parametrize(
    ("section", "title"),
    [
        ("ladder", "The ladder Nuclear command, control and communications (NC3): 6 rungs"),
        ("coverage", "Who speaks on what: 25 risk areas, United States and China"),
        ("picture", "Common ground of United States and China: 44 proposals spoken on"),
    ],
)
def test_pictures_are_made_when_they_are_opened(page: Open, page_text: Read, section: str, title: str) -> None:
    assert title not in page_text(page("common-ground"))
    app = page("common-ground", f"?open={section}")
    assert title in page_text(app)
    assert len(app.get("plotly_chart")) == 1
    every = page("common-ground", "?open=ladder&open=coverage&open=picture&open=table")
    assert len(every.get("plotly_chart")) == 3


def test_coverage_stands_as_a_table_too(page: Open) -> None:
    app = page("common-ground", "?open=coverage&open=table")
    table = app.dataframe[0].value
    assert list(table.columns)[:4] == [
        *("Risk area", "Proposals", "With a voice of United States", "Speakers of United States"),
    ]


def test_other_sides_can_be_compared_and_go_into_the_address(page: Open, page_text: Read) -> None:
    app = page("common-ground", "?sides=us&sides=china&sides=other")
    assert "all 3 sides" in page_text(app)
    assert app.query_params["sides"] == ["us", "china", "other"]


# ---------------------------------------------------------------- side


def test_of_the_chosen_sides_one_that_has_something_is_open(page: Open, page_text: Read) -> None:
    words = page_text(page("side", "?side=us&side=china&stance=oppose"))
    assert "this filter alone hides everything" not in words
    assert "What only its experts and others refuse" in words


def test_a_brief_lists_asks_conditions_refusals_silences_and_the_unheard(page: Open, page_text: Read) -> None:
    app = page("side", "?brief=china")
    heads = [h.rstrip("0123456789 ") for h in own(app, "h2")][1:8]
    assert heads == [  # its officials refuse nothing, and an empty part takes no room
        *("What its officials ask for", "What only its experts and others ask for", "On which conditions"),
        *("What only its experts and others refuse", "What it raises without asking for anything"),
        *(
            "Silent on what others ask for (United States; Third parties and media)",
            "Named but unheard in these sources",
        ),
    ]
    words = page_text(app)
    assert "Of its 14 members, 12 are heard." in words
    assert "AI Safety in China, paraphrasing Xi Jinping: agreed to" in words, "what was stated, and when"
    assert "refuses 4 (its officials refuse none of them) and is silent on 6 that the others ask for" in words
    assert "On condition exchange is mutual and not under rules set by the US alone" in words
    assert "Liao Min 廖岷" in words


def test_print_offers_the_brief_on_every_page_and_without_a_browser_no_pdf(
    page: Open, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matrix.dashboard import downloads

    names = ["Brief to print (.pdf)", "Brief as a page (.html)", "Brief as text (.md)"]
    monkeypatch.setattr(downloads, "no_browser", lambda: "")
    for name in ("timeline", "statements", "actor"):
        assert [b.label for b in page(name).get("download_button")][:4] == [*names, "Brief with its annex (.annex.pdf)"]
    monkeypatch.setattr(downloads, "no_browser", lambda: "No browser is installed.")
    app = page("sources")
    assert [b.label for b in app.get("download_button")] == names[1:]
    assert "No browser is installed." in page_text(app)


def test_two_sides_are_compared_within_the_scope_and_not_where_nobody_of_one_is_chosen(
    page: Open, page_text: Read
) -> None:
    words = page_text(page("overlaps", "?risk-area=nc3"))
    assert "On Nuclear command, control and communications (NC3): the United States and China both back" in words
    words = page_text(page("overlaps", "?authority=expert&by=sides"))
    assert "No expert of the United States is in this dataset, so the two cannot be compared." in words


def test_a_side_that_is_chosen_has_its_brief_first_else_one_that_is_heard(page: Open, page_text: Read) -> None:
    words = page_text(page("side", "?side=china&risk-area=nc3"))
    assert "Of its 14 members, 3 are heard here." in words
    app = page("side", "?authority=expert")
    tabs = choose(app, "segmented_control", "brief")
    assert tabs.value == "china", "nobody of the United States is an expert"
    assert tabs.options[:2] == ["United States 美国 · 0 heard", "China 中国 · 5 heard"]
    assert "All its 5 experts are heard here." in page_text(app)


def test_a_long_brief_names_some_counts_the_others_and_says_where_they_are(
    page: Open, write: Write, page_text: Read
) -> None:
    folder = write(
        sides="id,name\nx,X\ny,Y",
        sources="id,title\nn,News",
        actors="\n".join(["id,name,side,authority", *(f"a{n},A{n},x,official" for n in range(20))]),
        proposals="\n".join(["id,title", *(f"p{n},P{n}" for n in range(30))]),
        statements="\n".join(
            [
                "id,actor,proposal,stance,source,condition",
                *(f"s{a}-{p},a{a},p{p},conditional,n,if {a} and {p}" for a in range(20) for p in range(30)),
            ]
        ),
    )
    words = page_text(page("side", "", folder))
    assert "backs 30 proposals (30 with a condition)" in words
    assert words.count("and 8 more actors on the page of") == 17, "12 of 20 are named, 200 lines in all"
    assert "and 13 more proposals: narrow the filters." in words
    assert "On which conditions 600" in words
    assert "and 480 more conditions: narrow the filters." in words


def test_many_who_say_the_same_are_one_line_with_their_names_on_demand(
    page: Open, write: Write, page_text: Read
) -> None:
    actors = [f"a{n},A{n},x,official" for n in range(8)]
    lines = [f"s{n},a{n},ban,{'conditional' if n == 7 else 'support'},n,{'calm' if n == 7 else ''}" for n in range(8)]
    folder = write(
        sides="id,name\nx,X",
        sources="id,title\nn,News",
        actors="\n".join(["id,name,side,authority", *actors]),
        proposals="id,title\nban,A ban",
        statements="\n".join(["id,actor,proposal,stance,source,condition", *lines]),
    )
    words = page_text(page("side", "?brief=x", folder))
    assert "7 actors: official, supports" in words
    assert "A0, A1, A2, A3, A4, A5, A6" in words
    assert "A7 official, supports on a condition" in words


def test_conditions_stand_under_the_name_of_who_states_them_once(page: Open) -> None:
    app = page("side", "?brief=china")
    section = next(s for s in own(app, "section") if s.startswith("On which conditions"))
    assert section.count("Cai Cuihong") == 1
    assert section.count("On condition") == 2


def test_on_paper_a_page_says_when_from_what_and_on_which_sources(page: Open) -> None:
    app = page("side", f"?brief=china&source={KRASA}")
    foot = own(app, "footer")[0]
    assert re.search(
        r"Printed on \d{1,2} [A-Z][a-z]+ \d{4} from US-China dialogue on AI risk, spring 2026, version \w+", foot
    )
    assert "Filters: Source: " in foot
    assert f"?source={KRASA}&brief=china&v=" in foot
    assert "1 source" in foot
    assert "“US and China Eye AI Risk Talks at Trump-Xi Beijing Summit”" in foot


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("?brief=us&as-of=1900", "As of: 1900 - this filter alone hides everything that the others leave."),
        ("?brief=us&actor=xi-jinping&as-of=1900", "No actor of the United States is chosen."),
        ("?brief=us&proposal=military-ai-restraint&risk-area=misuse", ""),
    ],
)
def test_a_brief_that_the_filters_empty_names_them_and_offers_to_remove_them(
    page: Open, page_text: Read, address: str, reason: str
) -> None:
    app = page("side", address)
    words = page_text(app)
    assert "backs 0 proposals" not in words
    assert reason in words


# ---------------------------------------------------------------- overlaps


def test_xiao_and_cai_share_exactly_three_backed_proposals_with_both_quotes_and_her_conditions(
    page: Open, page_text: Read
) -> None:
    app = page("overlaps", "?one=xiao-qian&other=cai-cuihong")
    words = page_text(app)
    assert "Xiao Qian and Cai Cuihong both back 3 proposals, differ on 2;" in words
    shared = words[words.index("Both back: 3") : words.index("They differ: 2")]
    for part in (
        "Narrow, issue-specific cooperation",
        "Incident and crisis communication channel",
        "Exchange on model and safety evaluation",
        "AI Safety in China, paraphrasing Cai Cuihong",
        "model-evaluation methods",
        "On condition exchange is mutual and not under rules set by the US alone",
    ):
        assert part in shared
    assert len(re.findall("“", shared)) == 1, "one of the six is in the speaker's own words"
    assert "Agreement 80% n = 5" in words
    assert "Shared backing 15% n = 20 Clashes" in words
    assert words.index("How it is counted") < words.index("points: 1 - mean |v-v'|/2")


def test_two_are_compared_as_sides_first_and_an_older_link_with_actors_goes_on(page: Open, page_text: Read) -> None:
    app = page("overlaps")
    assert "The United States and China both back 3 proposals" in page_text(app)
    assert choose(app, "segmented_control", "by").value == "sides"
    app = page("overlaps", "?authority=state_media&authority=media&authority=expert")
    pair = [choose(app, "selectbox", name).value for name in ("one", "other")]
    assert pair == ["china", "other"], "nobody of the United States is chosen"
    assert choose(page("overlaps", "?authority=expert"), "segmented_control", "by").value == "actors", "China alone"
    app = page("overlaps", "?one=xiao-qian&other=cai-cuihong")
    assert choose(app, "segmented_control", "by").value == "actors"


def test_the_network_is_to_be_had_as_a_list_and_as_a_graph(page: Open) -> None:
    app = page("overlaps", "?view=network")
    assert [b.proto.label for b in app.get("download_button")][-2:] == ["Edges (.csv)", "Actors (.graphml)"]


def test_two_sides_compare_by_what_nobody_of_either_opposes(page: Open, page_text: Read) -> None:
    words = page_text(page("overlaps", "?by=sides&one=us&other=china"))
    assert "The United States and China both back 3 proposals" in words
    assert "3 of 39 proposals that somebody of either backs" in words


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("?view=agreement", "Who agrees with whom: 9 actors, agreement"),
        (
            "?view=agreement",
            "8 pairs, each over n = 2 to 5 proposals on which both took a stance. Left out: 52 pairs over n below 2",
        ),
        ("?view=agreement&min-n=1", "Who agrees with whom: 19 actors, agreement"),
        ("?view=agreement&min-n=6", "No pair of these 33 actors is compared on at least 6 proposals."),
        ("?view=agreement&count=statements", "Measure: points is defined over positions only, not over statements."),
        (
            "?view=agreement&measure=congruence&count=statements&duplicates=source&normalize=jaccard",
            "(sum_j sum_k,k' x_ijk * x_i'jk' * (1 - |k-k'|/range)) / (m10 + m01 + m11)",
        ),
        ("?view=agreement&pair=xiao-qian~cai-cuihong", "Both back: 3"),
        (
            "?view=agreement&of=proposals&pair=evaluation-exchange~incident-communication",
            "Who took a stance on both",
        ),
        ("?view=sets&bar=xiao-qian~cai-cuihong", "3 proposals backed by exactly Xiao Qian and Cai Cuihong"),
        ("?view=sets&by=sides&mode=inclusive&bar=us~china", "3 proposals backed by at least United States and China"),
        ("?view=network", "An edge: agreement of at least 50% over n of at least 2"),
        ("?view=network&min-n=1", "An edge: agreement of at least 75%"),
        ("?view=network&measure=shared&count=statements&normalize=jaccard", "/ (m10 + m01 + m11)"),
        ("?view=coalitions&min-proposals=3", "2 coalitions: none join actors of more than one side"),
        ("?view=coalitions", "4 coalitions: 2 join actors of more than one side"),
        ("?view=coalitions&min-actors=30", "No coalition of this size: lower a minimum, or clear a filter."),
        ("?view=what-if", "Without “US and China Eye AI Risk Talks at Trump-Xi Beijing Summit” 70 1 of 50"),
        ("?view=what-if&before=2024-12-31", "As of 31 December 2024"),
    ],
)
def test_what_each_view_says(page: Open, page_text: Read, address: str, expected: str) -> None:
    app = page("overlaps", address)
    assert expected in page_text(app)
    for part in address.removeprefix("?").split("&"):
        name, _, value = part.partition("=")
        assert app.query_params[name] in (value, [value])


@pytest.mark.parametrize("address", ["?one=xiao-qian&other=xiao-qian", "?by=sides&one=us&other=us"])
def test_the_same_twice_is_said_and_nothing_more_is_drawn(page: Open, page_text: Read, address: str) -> None:
    app = page("overlaps", address)
    assert "is chosen twice: choose two different ones." in page_text(app)
    assert own(app, "h2")[1:] == []
    assert "Measure" not in own(app, "th")


def test_the_answer_counts_every_proposal_once(page: Open, page_text: Read, election: Path) -> None:
    with (election / "statements.csv").open("a", encoding="utf-8") as out:
        out.write("s6,a,park,no,w,\ns7,b,park,no,w,\n")
    with (election / "proposals.csv").open("a", encoding="utf-8") as out:
        out.write("park,A park\n")
    assert (
        "Party A and Party B both back 1 proposal, differ on 1, are alike on 1 without backing them; "
        "neither speaks alone on any." in page_text(page("overlaps", "?one=a&other=b", election))
    )


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("?by=sides&one=xiao-qian&other=us", "One: 'xiao-qian' is not one of us, china, other"),
        ("?view=network&measure=clashes", "Measure: a network cannot be drawn by it: 'clashes' is not one of points"),
        ("?view=network&threshold=99999", "Threshold: '99999' is more than 1, the most a share can be."),
        ("?view=agreement&pair=xiao-qian", "Pair: 'xiao-qian' is not a pair: choose two different actors."),
        ("?view=agreement&pair=xiao-qian~cai-cuihong~sun-chenghao", "is not a pair: choose two different actors."),
        ("?view=agreement&pair=xiao-qian~ai-protocols", "Pair: 'ai-protocols' is not one of"),
        ("?view=agreement&pair=ai-protocols~evaluation-exchange", "Pair: 'ai-protocols' is not one of"),
        ("?view=sets&bar=us~china", "Bar: 'us' is not one of"),
        ("?view=sets&set=us&set=china", "Set: 'us' is not one of"),
    ],
)
def test_choices_that_do_not_go_together_are_named_and_left_out(
    page: Open, page_text: Read, address: str, complaint: str
) -> None:
    assert complaint in page_text(page("overlaps", address))


def test_values_and_n_stand_in_words_below_a_heatmap_and_lead_to_their_statements(page: Open) -> None:
    app = page("overlaps", "?view=agreement&measure=jaccard_backed")
    heads = own(app, "h3")
    assert heads[:2] == ["The highest", "The lowest"]
    cells = own(app, "td")
    at = next(i for i, c in enumerate(cells) if "Xiao Qian" in c and "%" in cells[i + 1])
    assert re.fullmatch(r"\d+%", cells[at + 1])
    assert cells[at + 2].isdigit()
    links = " ".join(h.value for h in app.get("html"))
    assert "view=agreement&amp;measure=jaccard_backed" in links
    assert re.search(r"&amp;pair=[a-z-]+%7E[a-z-]+", links) or re.search(r"&amp;pair=[a-z-]+~[a-z-]+", links)


def test_the_threshold_in_force_stands_in_its_field(page: Open) -> None:
    app = page("overlaps", "?view=network")
    assert choose(app, "number_input", "threshold").value == 0.5


def test_a_bar_without_proposals_is_said(page: Open, page_text: Read) -> None:
    words = page_text(page("overlaps", "?view=sets&bar=xiao-qian~xi-jinping"))
    assert "No bar of this picture is exactly Xiao Qian and Xi Jinping" in words


def test_another_kind_of_what_is_compared_lets_the_old_choice_go(page: Open) -> None:
    app = page("overlaps", "?one=xiao-qian&other=cai-cuihong")
    choose(app, "segmented_control", "by").set_value("sides").run()
    assert "one" not in app.query_params
    app = page("overlaps", "?view=agreement&measure=clashes")
    choose(app, "segmented_control", "view").set_value("network").run()
    assert "measure" not in app.query_params


def test_what_if_names_also_what_keeps_its_tier_on_other_terms(page: Open, page_text: Read) -> None:
    app = page("overlaps", "?view=what-if&open=table")
    words = page_text(app)
    assert "What if Statements left Other tiers Same tier, different terms" in words
    assert "Without statements in the author's own voice" in words
    dialogue = words[words.index("Official intergovernmental AI dialogue 政府间人工智能对话") :][:260]
    assert "Same tier" in dialogue
    assert "only on a condition: both leaders agree to it at the summit" in dialogue
    assert "low confidence" in dialogue
    assert words.index("Human control over nuclear weapons") < words.index("AI protocols between")
    assert "in the table of all changes below" in words
    every = next(f.value for f in app.dataframe)
    assert set(every["What"]) == {"Tier", "Condition", "Attribution", "Confidence"}
    assert len(every[every["What"] == "Tier"]) == 44


def test_refused_choices_have_a_way_out(page: Open, page_text: Read) -> None:
    app = page("overlaps", "?view=agreement&count=statements")
    next(b for b in app.button if b.label == "Count positions, not normalised").click().run()
    assert "Who agrees with whom" in page_text(app)
    assert "count" not in app.query_params


def test_a_choice_goes_into_the_address_and_defaults_leave_it(page: Open) -> None:
    app = page("overlaps", "?view=coalitions")
    choose(app, "number_input", "min-actors").set_value(3).run()
    assert app.query_params["min-actors"] in ("3", ["3"])
    choose(app, "number_input", "min-actors").set_value(2).run()
    assert "min-actors" not in app.query_params


def test_unknown_choices_of_an_address_are_named_and_left_out(page: Open, page_text: Read) -> None:
    words = page_text(page("overlaps", "?view=nettwork&min-actors=0&one=nobody&threshold=x"))
    assert "View: 'nettwork' is not one of" in words
    assert "did you mean 'network'?" in words
    assert "Min-actors: '0' is not a whole number from 1 to 99." in words
    assert "Threshold: 'x' is not a number of 0 or more." in words


@pytest.mark.parametrize(
    ("name", "address", "figure"),
    [
        ("overlaps", "?view=agreement", "agreement"),
        ("overlaps", "?view=sets", "sets"),
        ("overlaps", "?view=network", "network"),
        ("common-ground", "?open=picture", "common-ground"),
    ],
)
def test_a_figure_leaves_as_picture_drawing_pdf_and_page(
    page: Open, page_text: Read, monkeypatch: pytest.MonkeyPatch, name: str, address: str, figure: str
) -> None:
    monkeypatch.setenv("BROWSER_PATH", sys.executable)  # named and there: it is only started to draw
    app = page(name, address)
    printed = [b.label for b in app.get("download_button") if b.label.startswith("Brief")]
    offered = [b.label for b in app.get("download_button")][len(printed) :]  # of a network its pairs and its actors
    app.session_state[f"files-{figure}"] = True
    app.run()
    labels = [b.label for b in app.get("download_button")]
    pictures = ["Picture (.png)", "Drawing (.svg)", "To print (.pdf)", "Interactive page (.html)"]
    assert labels == [*printed, *pictures, *offered]
    monkeypatch.setenv("BROWSER_PATH", "/no/such/browser")
    app.run()
    assert [b.label for b in app.get("download_button")] == [*printed, "Interactive page (.html)", *offered]
    assert "PNG, SVG and PDF are drawn by Chrome or Chromium, and /no/such/browser is not there" in page_text(app)


# ---------------------------------------------------------------- other people's data


VOTES = """id,actor,proposal,stance,source,quote
s1,a,tax,yes,w,For it.
s2,b,tax,no,w,Against it.
s3,a,road,yes,w,Build.
s4,b,road,yes,w,Build it.
s5,c,road,neutral,w,
"""


@pytest.fixture
def election(write: Write) -> Path:
    """Three parties, two theses, three stances, no sides; one party says nothing at all."""
    return write(
        sources="id,title\nw,Answers",
        stances="id,name,score\nyes,Agrees,1\nneutral,Neutral,0\nno,Disagrees,-1",
        actors="id,name\na,Party A\nb,Party B\nc,Party C\nd,Party D",
        proposals="id,title\ntax,A tax\nroad,A road",
        statements=VOTES,
    )


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        (
            "common-ground",
            "",
            "No common ground to tell: the dataset has no sides. Overlaps compare actors without them.",
        ),
        ("side", "", "No brief to give: the dataset has no sides."),
        ("overlaps", "?one=a&other=b", "Party A and Party B both back 1 proposal, differ on 1;"),
        ("overlaps", "?one=a&other=c", "Agreement 50% n = 1"),
        ("overlaps", "?view=agreement", "agreement"),
        ("overlaps", "?view=sets", "Which of 2 actors back the same proposals"),
        ("overlaps", "?view=network", "Who stands together"),
        ("overlaps", "?view=coalitions&min-proposals=1", "1 coalition"),
        (
            "overlaps",
            "?view=what-if",
            "the dataset has no sides. Overlaps compare actors without them. Choose something",
        ),
        ("overlaps", "?view=what-if&what-if=points", "What if I drop a part of the evidence?"),
        ("overlaps", "?actor=d", "Nothing to see with these filters."),
        ("overlaps", "?actor=a", "It takes two to compare"),
    ],
)
def test_an_election_gets_right_numbers_or_a_plain_sentence(
    page: Open, page_text: Read, election: Path, name: str, address: str, expected: str
) -> None:
    assert expected in page_text(page(name, address, election))


def test_markup_in_every_field_stays_text(page: Open, write: Write, markup: Read) -> None:
    cell = '"' + MARKUP.replace('"', '""') + '"'
    folder = write(
        sides=f"id,name,name_zh,note\nx,{cell},{cell},{cell}\ny,{cell},{cell},{cell}",
        sources=f"id,title,author\nn,{cell},{cell}",
        actors="id,name,name_native,role,institution,side,authority\n"
        f"ann,{cell},{cell},{cell},{cell},x,official\nbo,{cell},{cell},{cell},{cell},y,official\n"
        f"cy,{cell},{cell},{cell},{cell},y,official",
        proposals=f"id,title,title_zh,definition,theme,ladder,rung\nban,{cell},{cell},{cell},{cell},l,1",
        links=f"id,proposal,other,kind,why\nl1,ban,ban2,tension,{cell}".replace("ban2", "ban"),
        statements="id,actor,proposal,stance,source,quote,condition,summary\n"
        f"s1,ann,ban,conditional,n,{cell},{cell},{cell}\ns2,bo,ban,conditional,n,{cell},{cell},{cell}",
    )
    views = (
        "pair",
        "agreement",
        "sets",
        "network",
        "coalitions&min-proposals=1",
        "camps",
        "over-time&min-n=1",
        "what-if",
    )
    for name, address in [
        ("common-ground", "?cell=ban~ann"),
        ("side", "?brief=x"),
        *(("overlaps", f"?view={v}") for v in views),
        ("overlaps", "?by=sides"),
        ("overlaps", f"?one={MARKUP}&set={MARKUP}"),
    ]:
        app = page(name, address, folder)
        made = markup(app)
        assert "<script" not in made
        assert "<img" not in made
        assert not app.markdown
        for e in (*app.expander, *app.button):
            assert not {part for part in ("![", "**", "`c`", ":red[") if part in e.label}


FOUGHT = """id,actor,proposal,stance,source,quote
s1,ann,tax,support,n,
s2,bo,tax,support,n,
s3,cy,tax,oppose,n,
s4,ann,road,support,n,
s5,cy,road,support,n,
s6,dee,pipe,support,n,
"""


def test_camps_are_told_first_then_who_stands_where_and_what_divides_and_joins(
    page: Open, page_text: Read, write: Write
) -> None:
    folder = write(
        sides="id,name\nx,Xland\ny,Yland",
        actors="id,name,side\nann,Ann,x\nbo,Bo,x\ncy,Cy,y\ndee,Dee,y",
        proposals="id,title\ntax,A tax\nroad,A road\npipe,A pipe",
        sources="id,title\nn,News",
        statements=FOUGHT,
    )
    app = page("overlaps", "?view=camps", folder)
    words = page_text(app)
    assert own(app, "h2")[0].startswith("Two camps")
    assert own(app, "li")[:2] == [
        "What divides them: “A tax” (backed by 2 of 2 in camp 1, 0 of 1 in camp 2).",
        "What somebody of each backs: “A road” (backed by 1 of 1 in camp 1, 1 of 1 in camp 2).",
    ]
    assert "In no camp, for nobody else took a stance on a proposal of theirs: Dee." in words
    assert "every one was compared." in words
    assert "in 95 % of 200 draws" in words
    assert own(app, "h3") == [
        "Camp 1: 2 actors (2 of Xland)",
        "Camp 2: 1 actor (1 of Yland)",
        "What divides them and what joins them",
    ]
    assert own(app, "td") == [
        *("Wedge", "A tax", "2 of 2 back it", "0 of 1 back it, 1 opposes it"),
        *("Bridge", "A road", "1 of 1 backs it", "1 of 1 backs it"),
    ]
    assert "frustration = (C between + D within) / (C + D)" in words
    assert [b.proto.label for b in app.get("download_button")][-1] == "Actors by camp (.csv)"
    opened = page("overlaps", "?view=camps&open=table", folder).dataframe[0].value
    assert opened.iloc[:, :3].fillna(0).to_numpy().tolist() == [
        *(["Ann", "Xland", 1], ["Bo", "Xland", 1]),
        *(["Cy", "Yland", 2], ["Dee", "Yland", 0]),
    ]
    choose(app, "selectbox", "duplicates").select("year").run()
    assert "needs statements as unit" in page_text(app)
    app.button[0].click().run()
    assert own(app, "h2")[0].startswith("Two camps")
    assert "Nothing to compare: the filters leave 1 actor." in page_text(
        page("overlaps", "?view=camps&actor=ann", folder)
    )


CHANGED = """id,actor,proposal,stance,source,quote,date_start,date_end
s1,ann,tax,support,n,,2019-03-01,2019-03-01
s2,bo,tax,oppose,n,,2019-03-05,2019-03-05
s3,ann,tax,oppose,n,,2019-12-01,2019-12-01
s4,bo,tax,support,n,,2019-12-05,2019-12-05
s5,ann,road,support,n,,2019-12-06,2019-12-06
s6,bo,road,support,n,,2019-12-06,2019-12-06
s7,bo,road,support,n,,,
"""


@pytest.fixture
def changed(write: Write) -> Path:
    return write(
        sides="id,name\nx,Xland\ny,Yland",
        actors="id,name,side\nann,Ann,x\nbo,Bo,y",
        proposals="id,title\ntax,A tax\nroad,A road",
        sources="id,title\nn,News",
        statements=CHANGED,
    )


def test_over_time_says_first_how_it_changed_and_draws_it_with_n_and_formula(
    page: Open, page_text: Read, changed: Path
) -> None:
    app = page("overlaps", "?view=over-time&min-n=1&open=table", changed)
    assert own(app, "h2")[0] == (
        "Agreement of Xland and Yland: first 0% (in the window to 29 May 2019, n = 1) and last 50% (in the window to "
        "25 December 2019, n = 2)."
    )
    words = page_text(app)
    assert "Ann and Bo opposed each other on “A tax” in 2019; over all time both are mixed on it" in words
    assert "windows of 90 days, one each 30 days" in words
    assert "n: proposals on which both took a stance, over all pairs of their members" in words
    assert "In no window, being undated: 1 statement." in words
    assert "points: 1 - mean |v-v'|/2" in words
    assert app.dataframe[0].value.columns.tolist() == ["From", "To", "Agreement", "n"]
    choose(app, "selectbox", "window").select("30d").run()
    assert (app.query_params["window"], choose(app, "selectbox", "step").value) == ("30d", "7d")
    few = page("overlaps", "?view=over-time&by=actors&min-n=3", changed)
    assert "In no window do Ann and Bo have a number with an n of 3 or more." in page_text(few)
    alone = page("overlaps", "?view=over-time&by=sides&side=x", changed)
    assert "No actor of Yland is chosen, so the two cannot be compared." in page_text(alone)


def test_over_time_says_whose_statements_are_undated(page: Open, page_text: Read, write: Write) -> None:
    folder = write(
        actors="id,name\nann,Ann\nbo,Bo\ncy,Cy",
        proposals="id,title\ntax,A tax",
        sources="id,title\nn,News",
        statements="id,actor,proposal,stance,source,date_start,date_end\ns1,ann,tax,support,n,,\ns2,bo,tax,support,n,,\n"
        "s3,cy,tax,support,n,2026-01-01,2026-01-01",
    )
    words = page_text(page("overlaps", "?view=over-time&by=actors&one=ann&other=bo&min-n=1", folder))
    assert "Nothing to show over time: 2 statements, all undated. Only what Ann and Bo said is counted." in words


def test_over_time_is_normalised_and_counted_as_on_the_command_line(page: Open, page_text: Read, changed: Path) -> None:
    """In the last window both took a stance on two proposals, on one of them the same: 1 / ((2 + 2) / 2)."""
    app = page("overlaps", "?view=over-time&by=actors&measure=congruence&normalize=average&min-n=1", changed)
    assert own(app, "h2")[0] == (
        "Congruence of Ann and Bo, by average activity: first 0 (in the window to 29 May 2019, n = 1) and last 0.5 "
        "(in the window to 25 December 2019, n = 2)."
    )
    words = page_text(app)
    assert "(sum_j sum_k,k' x_ijk * x_i'jk' * (1 - |k-k'|/range)) / ((n_i + n_i')/2) [Leifeld 2017]" in words
    choose(app, "selectbox", "normalize").select("product").run()
    assert "/ (n_i * n_i')" in page_text(app)
    assert "last 0.25 (in the window" in own(app, "h2")[0]
    choose(app, "selectbox", "count").select("statements").run()
    choose(app, "selectbox", "duplicates").select("year").run()
    assert "by product of activity, counting statements, once a year: first" in own(app, "h2")[0]
    choose(app, "selectbox", "measure").select("points").run()
    assert "points is defined over positions only, not over statements" in page_text(app)
    app.button[0].click().run()
    assert own(app, "h2")[0].startswith("Agreement of Ann and Bo: first 0%")
    split = page("overlaps", "?view=over-time&measure=polarisation&normalize=cosine&min-n=1", changed)
    assert own(split, "h2")[0].startswith("Polarisation of the best split, by cosine: first")
    assert "each divided by |x_i| * |x_i'|" in page_text(split)


def test_polarisation_is_of_all_over_time_alone(page: Open, page_text: Read, changed: Path) -> None:
    app = page("overlaps", "?view=over-time&measure=polarisation&min-n=1", changed)
    assert own(app, "h2")[0].startswith(
        "Polarisation of the best split: first 1.000 (in the window to 29 May 2019, n = 1)"
    )
    assert not [w for w in app.selectbox if w.key in ("choose-one", "choose-other")]
    choose(app, "segmented_control", "view").set_value("agreement").run()
    assert not app.exception
    assert choose(app, "selectbox", "measure").value == "points"
    wrong = page("overlaps", "?view=sets&measure=polarisation", changed)
    assert "is shown over time only" in page_text(wrong)


def test_two_who_opposed_each_other_do_not_agree_without_a_word(page: Open, page_text: Read, changed: Path) -> None:
    words = page_text(page("overlaps", "?by=actors&one=ann&other=bo", changed))
    assert "Agreement 100%" in words
    assert "Ann and Bo both back 1 proposal, differ on none, are both mixed or neutral on 1;" in words
    assert "Mixed or neutral, both: 1" in words
    assert "They differ" not in words
    assert "Ann and Bo opposed each other on “A tax” in 2019; over all time both are mixed on it, which counts" in words
    assert "opposed each other" not in page_text(page("overlaps", "?by=actors&one=ann&other=bo&as-of=2019-06", changed))


@pytest.mark.parametrize(
    "address",
    ["view=agreement&min-n=1", "view=network&min-n=1", "by=sides&one=x&other=y", "view=network&min-n=1&measure=net"],
)
def test_the_word_stands_wherever_the_number_does(page: Open, page_text: Read, changed: Path, address: str) -> None:
    words = page_text(page("overlaps", f"?{address}", changed))
    assert "Ann and Bo opposed each other on “A tax” in 2019; over all time both are mixed on it" in words
    assert words.count("opposed each other") == 1
    assert "The view Over time shows when." in words
    assert "They differ" not in words
    assert "opposed each other" not in page_text(page("overlaps", f"?{address}&as-of=2019-06", changed))


def test_on_an_actor_s_page_it_stands_under_those_who_are_close(page: Open, page_text: Read, changed: Path) -> None:
    words = page_text(page("actor", "?actor-open=ann", changed))
    closest = words[words.index("Closest Agreement n") :]
    assert "Ann and Bo opposed each other on “A tax” in 2019" in closest


def test_two_that_are_compared_become_the_filter_with_one_click(page: Open) -> None:
    app = page("overlaps", "?one=xiao-qian&other=cai-cuihong")
    next(b for b in app.button if b.label == "Filter to these two").click().run()
    assert app.query_params["actor"] == ["xiao-qian", "cai-cuihong"]
    assert "Filter to these two" not in [b.label for b in app.button]
    app = page("overlaps", "?by=sides&one=us&other=china")
    next(b for b in app.button if b.label == "Filter to these two").click().run()
    assert app.query_params["side"] == ["us", "china"]


def test_the_date_of_a_what_if_follows_the_address_and_a_mistake_stays_in_its_box(page: Open, page_text: Read) -> None:
    app = page("overlaps", "?view=what-if&before=2026-05")
    box = "choose-before"
    assert app.text_input(key=box).value == "2026-05"
    app.query_params["before"] = "2025"  # as Back, or a pasted link
    app.run()
    assert app.text_input(key=box).value == "2025"
    assert "2025" in page_text(app)
    app.text_input(key=box).set_value("2026-13").run()
    assert app.text_input(key=box).value == "2026-13"
    assert "there is no month 13" in page_text(app)
    assert "before" not in app.query_params
    app.text_input(key=box).set_value("2026-04").run()
    assert app.query_params["before"] == "2026-04"
    assert "there is no month" not in page_text(app)


@pytest.mark.parametrize("chosen", ["?side=other", "?actor=krasa-ai"])
def test_common_ground_holds_where_nobody_of_the_compared_sides_is_chosen(
    page: Open, page_text: Read, chosen: str
) -> None:
    words = page_text(page("common-ground", chosen))
    assert "no actor of the United States" in words.replace("No actor", "no actor")
    assert "China asks" not in words
