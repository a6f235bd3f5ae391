"""Timeline, Proposal and Actor without a browser: what they answer, and what they say where they cannot."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard.assets import HERE
from matrix.dashboard.pages.timeline.lanes import LAYOUTS

Read = Callable[[AppTest], str]
Write = Callable[..., Path]
Open = Callable[..., AppTest]

MARKUP = '<script>alert(1)</script> ![p](http://evil.example/p.png) **b** <img src="//evil.example">'
BARE = {
    "sources": "id,title\ns,A paper",
    "actors": "id,name\nann,Ann\nbob,Bob",
    "proposals": "id,title\np,Plan\nq,Quota",
    "statements": "id,actor,proposal,stance,source\n1,ann,p,support,s\n2,bob,p,oppose,s\n3,ann,q,support,s",
}
EMPTY = {name: text.splitlines()[0] for name, text in BARE.items()}


def slider(app: AppTest, label: str):
    return next(s for s in app.select_slider if s.label == label)


def headings(app: AppTest, markup: str, tag: str = "h2") -> list[str]:
    return [
        html.unescape(re.sub(r"<[^>]+>", "", f)).strip() for f in re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", markup)
    ]


# ---------------------------------------------------------------- timeline


def test_the_picture_says_what_is_seen_and_the_tray_lists_what_has_no_date(page: Open, page_text: Read) -> None:
    words = page_text(page("timeline"))
    assert "21 of 96 statements fall on 14 May 2026, the day on which most was said" in words
    assert "n = 96 statements and 49 events: 54 with an exact day, 74 with an imprecise date" in words
    assert "Undated 17" in words
    assert "Cold War hotline recalled as a model event, unconfirmed · Historical; undated in the source." in words


def test_it_is_laid_out_for_each_width_that_the_style_sheet_knows(page: Open, markup: Read) -> None:
    made = markup(page("timeline"))
    drawn = [int(least) for least in re.findall(r'class="pm-tl-layout" data-from="(\d+)" style="display:var', made)]
    assert drawn == [least for least, _ in LAYOUTS]
    style = (HERE / "styles" / "pages" / "time.css").read_text(encoding="utf-8")
    rules = re.findall(r"@container \((.*?)\) \{\s*\.pm-tl-layout\[data-from=\"(\d+)\"\]", style)
    upper = {least: f" < {following}px" for least, following in pairwise(drawn)}
    found = {int(least): range_ for range_, least in rules}
    assert list(found) == drawn
    for least, range_ in found.items():
        assert range_.endswith(f"width{upper.get(least, f' >= {least}px')}")
        assert not least or least == drawn[-1] or range_.startswith(f"{least}px <= ")


def test_days_are_above_the_lanes_and_below_and_breaks_say_how_long_they_are(page: Open, markup: Read) -> None:
    made = markup(page("timeline"))
    widest = made[made.rindex('class="pm-tl-layout"') :]
    top, foot = (widest.index(f"pm-tl-axis {name}") for name in ("pm-tl-top", "pm-tl-foot"))
    assert top < widest.index(">14 May<") < widest.index("Cai Cuihong") < foot < widest.rindex(">14 May<")
    assert "Shortened: 12 months without an exact date, 2025." in widest
    assert "<b>//</b> 12 months" in widest


def test_events_have_the_flag_and_no_sign_means_two_things(page: Open, markup: Read, page_text: Read) -> None:
    app = page("timeline")
    made = markup(app)
    widest = made[made.rindex('class="pm-tl-layout"') :]
    assert widest.count("⚑") == 32
    assert widest.index("United States") < widest.index("Events") < widest.index("Trump visits China")
    assert not {"◆", "■", "□", "▨"} & set(made)
    assert "⚑ Event: planned (dashed), unconfirmed (dotted)" in page_text(app)


def test_many_of_one_date_are_numbers_that_open_the_proposal(root: Path, page: Open, markup: Read) -> None:
    made = markup(page("timeline", folder=root / "data" / "ai-governance-instruments"))
    widest = made[made.rindex('class="pm-tl-layout"') :]
    link = re.search(r'<a [^>]*aria-label="UNGA 79/62[^"]*: 124 backs, 5 abstains, 2 votes against"[^>]*>', widest)
    assert link
    assert 'data-cell="unga-79-62"' in link[0]
    assert widest.count("pm-tl-glyph") < 400  # of 1,060 statements


def test_a_statement_with_a_beginning_alone_has_the_same_date_on_every_page(
    page: Open, write: Write, page_text: Read
) -> None:
    folder = write(
        sources="id,title,date\ns,A paper,2025-08-01\nt,Undated,",
        actors="id,name\nann,Ann\nbob,Bob",
        proposals="id,title\np,Plan",
        statements="id,actor,proposal,stance,source,date_start\n1,ann,p,support,s,2025-08-01\n2,bob,p,support,t,2025-08-01",
    )
    exact, open_ = "1 August 2025 (the date of its source)", "from 1 August 2025 on"
    assert page("timeline", "?open=table", folder).dataframe[0].value["Date"].tolist() == [exact, open_]
    for name, address in (("statements", ""), ("timeline", "?cell=p~ann"), ("proposal", "?proposal-open=p")):
        words = page_text(page(name, address, folder))
        assert exact in words[0].upper() + words[1:], name
    assert open_ in page_text(page("statements", "", folder))


def test_the_same_as_a_table_runs_lane_by_lane(page: Open) -> None:
    frame = page("timeline", "?open=table").dataframe[0].value
    assert list(dict.fromkeys(frame["Lane"])) == [
        *("United States", "Several sides", "China", "Third parties and media", "Unattributed"),
    ]
    assert len(frame) == 96 + 49


def test_the_slider_and_the_filters_hold_one_as_of_date(
    page: Open, filters: Callable[[AppTest], Any], page_text: Read
) -> None:
    app = page("timeline", "?time=as-of&as-of=2026-05-08")
    assert slider(app, "As of").value == "2026-05-08"
    assert "As of 8 May 2026: 29 positions" in page_text(app)
    slider(app, "As of").set_value("2026-05-12").run()
    assert filters(app)["texts"]["as_of"] == "2026-05-12"
    assert "As of 12 May 2026: 53 positions on 35 proposals of 12 actors, from 54 statements" in page_text(app)
    assert app.query_params["as-of"] in ("2026-05-12", ["2026-05-12"])
    app.button(key="as-of-all").click().run()
    assert filters(app)["texts"]["as_of"] == ""
    assert slider(app, "As of").value == "all"


def test_a_partial_date_from_the_filters_joins_the_slider(page: Open) -> None:
    app = page("timeline", "?as-of=2026-05")
    assert slider(app, "As of").value == "2026-05"
    assert slider(app, "As of").options[-2:] == ["May 2026", "All dates"]


def test_new_positions_are_marked_in_the_matrix_and_lead_to_what_changed(page: Open, page_text: Read) -> None:
    app = page("timeline", "?time=as-of&as-of=2026-05-12")
    assert "Since 8 May 2026, the last day on which anything was said before: 24 new." in page_text(app)
    app.button(key="to-changes").click().run()
    assert "8 May 2026 → 12 May 2026: 24 new" in page_text(app)


def test_between_two_days_considering_gives_way_to_agreed(page: Open, page_text: Read) -> None:
    words = page_text(page("timeline", "?time=changes&from=2026-05-08&until=2026-05-13"))
    assert "8 May 2026 → 13 May 2026: 2 superseded (2 of them moved to another stance)" in words
    assert "Moved by a later statement of its side 2" in words
    assert "US Government: ◐ Supports on a condition → ● Supports now voiced by Donald Trump" in words
    assert "no position of its own" not in words
    assert "reportedly considering launching their first official dialogue" in words
    assert "In its place Donald Trump ● Supports from 13 May 2026 on, statement s002" in words
    assert "both folded by the rule cautious" in words


def test_the_headings_of_what_changed_add_up_to_its_n(page: Open, page_text: Read, markup: Read) -> None:
    app = page("timeline", "?time=changes&from=2026-05-08&until=2026-05-14")
    told = page_text(app)
    assert "2 superseded (2 of them moved to another stance), 58 new" in told
    counts = [int(h.split()[-1]) for h in headings(app, markup(app)) if h.split()[-1].isdigit() and "→" not in h]
    assert f"n = {sum(counts)} changed cells" in told
    assert counts == [2, 58]


def test_another_voice_of_the_side_with_the_same_stance_is_superseded_not_moved(
    page: Open, write: Write, page_text: Read
) -> None:
    folder = write(
        sides="id,name\nn,North",
        sources="id,title\ns,A paper",
        actors="id,name,side\nann,Ann,n\nbob,Bob,n",
        proposals="id,title\np,Plan",
        statements="id,actor,proposal,stance,source,date_start,date_end,superseded_by\n"
        "1,ann,p,support,s,2026-03-01,2026-03-01,2\n2,bob,p,support,s,2026-04-01,2026-04-01,",
    )
    words = page_text(page("timeline", "?time=changes&from=2026-03-01&until=2026-04-01", folder))
    assert "1 superseded, 1 new" in words
    assert "Ann: ● Supports → the same stance now voiced by Bob" in words


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("actor", "?actor-open=cai-cuihong"),
        ("proposal", "?proposal-open=shared-guardrails"),
        ("timeline", "?time=changes&from=begin&until=all"),
    ],
)
def test_a_line_of_history_says_whether_it_was_quoted(name: str, address: str, page: Open, page_text: Read) -> None:
    assert "statement s041; paraphrased, medium confidence" in page_text(page(name, address))


def test_days_given_the_wrong_way_round_change_places(page: Open, page_text: Read) -> None:
    assert "8 May 2026 → 13 May 2026" in page_text(page("timeline", "?time=changes&from=2026-05-13&until=2026-05-08"))


def test_an_address_with_a_wrong_day_says_so(page: Open, page_text: Read) -> None:
    words = page_text(page("timeline", "?time=changes&from=tomorrow&event=nothing"))
    assert "Parts of the address are not known here" in words
    assert "From: 'tomorrow' is not a date" in words
    assert "Event: 'nothing' is not one of" in words


def test_conflicts_stand_side_by_side_and_silences_name_their_rule(page: Open, page_text: Read) -> None:
    words = page_text(page("timeline", "?time=unsettled"))
    assert "Where sources tell it differently 3" in words
    assert "Trump’s visit to China, May 13–15" in words
    assert "scheduled for May 14-15" in words
    assert "China has not confirmed when talks start" in words
    assert "Officially silent on what the other side's officials raised 6" in words
    assert "no official of the other side has ever spoken on it" in words


def test_an_event_in_the_address_is_a_card(page: Open, page_text: Read, markup: Read) -> None:
    app = page("timeline", "?event=human-control-2024")
    assert "Understanding on human control of nuclear weapons May – December 2024" in page_text(app)
    assert 'aria-label="Event: Understanding' in markup(app)
    app.button(key="close-event").click().run()
    assert 'aria-label="Event: Understanding' not in markup(app)


def test_without_sides_dates_and_events_the_views_say_what_is_missing(
    page: Open, write: Write, page_text: Read
) -> None:
    folder = write(**BARE)
    assert "none of the 3 statements and events has a date" in page_text(page("timeline", folder=folder))
    assert "Undated 3" in page_text(page("timeline", folder=folder))
    assert "no two days can differ" in page_text(page("timeline", "?time=changes", folder))
    assert "Of all dates: 3 positions on 2 proposals of 2 actors" in page_text(page("timeline", "?time=as-of", folder))
    assert "None is noted in this dataset" in page_text(page("timeline", "?time=unsettled", folder))


@pytest.mark.parametrize("view", ["lanes", "as-of", "changes", "unsettled"])
def test_an_empty_dataset_breaks_no_view(view: str, page: Open, write: Write) -> None:
    page("timeline", f"?time={view}", write(**EMPTY))


# ---------------------------------------------------------------- proposal


def test_a_proposal_has_its_facts_tier_and_voices_with_conditions(page: Open, page_text: Read) -> None:
    words = page_text(page("proposal", "?proposal-open=intergovernmental-dialogue"))
    assert "Official intergovernmental AI dialogue 政府间人工智能对话" in words
    assert "Officials of both sides back it: nobody of these sides opposes it" in words
    assert "0.60 (group-aware consensus), n = 5 speakers of the compared sides" in words
    assert "● Donald Trump supports; position from 1 statement, rule cautious; Official" in words
    assert "On condition both leaders agree to it at the summit" in words
    assert "as of 13 May 2026: no position of its own any more, superseded by Donald Trump" in words
    assert "Takes the place of US Government's statement s071 (supports on a condition)." in words
    assert "Near match AI protocols between the two governments" in words


def test_unheard_names_the_sides_from_which_nothing_is_heard(page: Open, page_text: Read) -> None:
    words = page_text(page("proposal", "?proposal-open=human-control-nuclear"))
    assert "Near match Autonomous military applications 自主军事应用 Not heard from United States and China" in words


def test_a_rung_shows_its_whole_ladder(page: Open, page_text: Read) -> None:
    words = page_text(page("proposal", "?proposal-open=nc3-red-lines"))
    assert "Rung 5 of 6 of Nuclear command, control and communications (NC3)" in words
    assert "Total ban on AI in NC3" in words
    assert "Named but unheard in these sources (4): US Department of Defense" in words


def test_a_tree_stands_with_its_tiers(page: Open, write: Write, markup: Read) -> None:
    tables = {**BARE, "proposals": "id,title,parent\np,Plan,\nq,Quota,p\nr,Rest,q"}
    made = markup(page("proposal", "?proposal-open=q", write(**tables)))
    tree = made[made.index("Above and below it") :]
    assert [tree.index(f"<bdi>{name}") for name in ("Plan", "Quota", "Rest")] == sorted(
        tree.index(f"<bdi>{name}") for name in ("Plan", "Quota", "Rest")
    )
    assert 'data-page="proposal~p"' in tree


def test_row_filters_do_not_apply_to_one_proposal_and_who_counts_does(page: Open, page_text: Read) -> None:
    words = page_text(page("proposal", "?proposal-open=intergovernmental-dialogue&theme=nuclear&side=us"))
    assert "One proposal, with every position on it: Theme does not apply here. The others do." in words
    assert "Among actors of the United States: The United States asks" in words
    assert "No actor of China is chosen." in words
    assert "Zhao Hai" not in words.split("All positions, side by side")[1]


def test_evidence_filters_count_and_what_is_left_out_is_shown_as_such(page: Open, page_text: Read) -> None:
    words = page_text(page("proposal", "?proposal-open=intergovernmental-dialogue&as-of=2026-05-08"))
    assert "◐ US Government supports on a condition; position from 1 statement" in words
    assert "After the as-of date, so it does not count here" in words


# ---------------------------------------------------------------- actor


def test_an_actor_has_profile_positions_and_neighbours_with_n(page: Open, page_text: Read) -> None:
    words = page_text(page("actor", "?actor-open=xiao-qian"))
    assert "Takes a position on 11 proposals in 11 statements (rule cautious): backs 7" in words
    assert "Part of Tsinghua University" in words
    assert "What only it backs 2" in words
    closest = words[words.index("Closest Agreement n") :]
    assert re.search(r" \d{1,3}% \d+ ", closest)
    assert not re.search(r"\b[01]\.\d\d \d+ ", closest[: closest.index("left out")])
    assert "Agreement (points: 1 - mean |v-v'|/2" in words
    assert "n = proposals on which both took a stance, at least 2" in words
    assert "6 other actors met on fewer than 2 proposals are left out." in words
    assert "Xiao Qian publishes a piece" in words
    assert "Back to the matrix" in words


def test_an_actor_s_page_holds_what_the_filters_of_rows_leave(page: Open, page_text: Read) -> None:
    words = page_text(page("actor", "?actor-open=cai-cuihong&risk-area=nc3"))
    assert "All positions 1 " in words
    assert "History 1 statement " in words
    assert "whoever else is chosen" not in words


def test_an_actor_who_is_only_named_is_unheard_not_neutral(page: Open, page_text: Read) -> None:
    words = page_text(page("actor", "?actor-open=dario-amodei"))
    assert "Named but unheard: no statement of it stands in these sources. That is not neutral." in words
    assert "Amodei puts China half a year to a year behind" in words


@pytest.mark.parametrize(("name", "param"), [("proposal", "proposal-open"), ("actor", "actor-open")])
def test_without_a_choice_the_first_is_shown_and_a_wrong_one_is_said(
    name: str, param: str, page: Open, page_text: Read, write: Write
) -> None:
    assert "Parts of the address are not known here" in page_text(page(name, f"?{param}=nobody"))
    folder = write(**BARE)
    assert ("Plan" if name == "proposal" else "Ann") in page_text(page(name, folder=folder))
    assert "yet" in page_text(page(name, folder=write(**EMPTY)))


# ---------------------------------------------------------------- on all of them


def test_the_evidence_leads_to_both_pages(page: Open, markup: Read) -> None:
    made = markup(page("timeline", "?cell=intergovernmental-dialogue~donald-trump"))
    assert 'data-page="actor~donald-trump"' in made
    assert 'data-page="proposal~intergovernmental-dialogue"' in made


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("timeline", ""),
        ("timeline", "?time=as-of"),
        ("timeline", "?time=changes&from=begin"),
        ("timeline", "?time=unsettled"),
        ("timeline", "?event=e"),
        ("proposal", "?proposal-open=p"),
        ("actor", "?actor-open=a"),
    ],
)
def test_markup_in_every_field_is_text(name: str, address: str, page: Open, write: Write, markup: Read) -> None:
    cell = '"' + MARKUP.replace('"', '""') + '"'
    folder = write(
        sides=f"id,name,name_zh,note\nn,{cell},{cell},{cell}\nm,{cell},,",
        sources=f"id,title,publisher,date\ns,{cell},{cell},2026-05-01",
        actors=f"id,name,name_native,side,role,institution,parent_institution,authority,kind,note\n"
        f"a,{cell},{cell},n,{cell},{cell},{cell},official,{cell},{cell}\nb,{cell},,m,,,,official,,",
        proposals=f"id,title,title_zh,definition,theme,kind,ladder,rung\np,{cell},{cell},{cell},{cell},{cell},{cell},1\n"
        f"q,{cell},,,,,,",
        links=f"id,proposal,other,kind,why\nl,p,q,{cell},{cell}",
        statements="id,actor,proposal,stance,source,condition,condition_quote,quote,summary,date_start,date_end,date_note\n"
        f"1,a,p,conditional,s,{cell},{cell},{cell},{cell},2026-05-01,2026-05-01,{cell}\n"
        f"2,b,p,support,s,,,{cell},,,,{cell}",
        events="id,title,kind,status,quote,note,date_note,sides,proposals,source,conflicts_with\n"
        f"e,{cell},{cell},{cell},{cell},{cell},{cell},n;m,p,s,f\nf,{cell},silence,unconfirmed,{cell},,,n,p;q,s,",
    )
    made = markup(page(name, address, folder))
    assert "<script" not in made
    assert "<img" not in made
    assert "&lt;script&gt;alert(1)" in made


def test_the_timelines_finding_counts_what_was_said_by_then(page: Open, page_text: Read) -> None:
    words = page_text(page("timeline", "?as-of=2024-12-31"))
    assert "of 2 statements" in words or "2 statements and" in words
    assert "are pale" in words
    assert "21 of 96" not in words


def test_a_slider_that_goes_away_changes_nothing(page: Open) -> None:
    from matrix.dashboard.pages.timeline import position_changes

    app = page("timeline", "?time=changes&from=2026-05-08&until=2026-05-13")
    app.session_state[position_changes.SLIDER] = "2026-05-08"  # one end alone, as the browser sends it then
    position_changes._chosen()
    assert not app.exception
