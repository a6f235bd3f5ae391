"""The Matrix page in a browser: what a visitor sees, clicks, types, pastes and takes along."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.parts import evidence, filter_by, filters, search_for, wide, write_table


def cell(page: Page, proposal: str, actor: str) -> Locator:
    """The cell of a proposal and an actor, by actor."""
    column = page.locator(f"[role=columnheader][data-actor={actor}]").get_attribute("aria-colindex")
    return page.locator(f"[role=row][data-proposal={proposal}] [role=gridcell][aria-colindex='{column}']")


def name(page: Page, proposal: str, actor: str) -> Locator:
    """An actor's name in the row of a proposal, by side."""
    return page.locator(f".pm-chip[data-proposal={proposal}][data-actor={actor}]")


BY_ACTOR = "/?layout=actors"


# ---------------------------------------------------------------- look, filter, click


def test_the_first_screen_explains_itself_and_shows_the_matrix(page, dashboard: str, shot, outside) -> None:
    for size, scheme in [("desktop", "light"), ("phone", "dark")]:
        shown = page(dashboard, size, scheme)
        expect(shown.get_by_role("heading", level=2)).to_have_text(
            "Officials of both sides back 2 of 50 proposals: Official intergovernmental AI dialogue and "
            "Human control over nuclear weapons."
        )
        expect(shown.get_by_role("grid")).to_be_visible()
        expect(name(shown, "intergovernmental-dialogue", "donald-trump")).to_be_in_viewport()
        if size == "desktop":
            row = shown.locator("[role=rowheader][data-proposal=intergovernmental-dialogue]").bounding_box()
            assert row
            assert row["y"] < 420
        assert not wide(shown)
        shot(shown, f"matrix-{size}-{scheme}")
    assert outside() == []


def test_the_outline_of_a_page_gives_way_to_the_page(page, dashboard: str) -> None:
    shown = page()
    shown.goto(dashboard, wait_until="commit")
    shown.locator(".pm-skeleton").wait_for(state="attached")
    expect(shown.get_by_role("gridcell").first).to_be_visible()
    expect(shown.locator(".pm-skeleton")).to_be_hidden()


def test_a_filter_narrows_and_goes_into_the_address_without_a_step_back(page, dashboard: str, settled) -> None:
    shown = page(dashboard)
    steps = shown.evaluate("history.length")
    filter_by(shown, "Risk area", "Nuclear command")
    expect(shown.get_by_text("6 of 50 proposals")).to_be_visible()
    expect(shown).to_have_url(re.compile("risk-area=nc3"))
    assert shown.evaluate("history.length") == steps
    shown.get_by_role("button", name="Clear filters").click()
    expect(shown.get_by_text("6 of 50 proposals")).to_have_count(0)
    settled(shown)
    expect(shown).not_to_have_url(re.compile(r"\?"))


def test_a_list_of_a_filter_works_by_keyboard_and_escape_closes_it_alone(page, dashboard: str, axe) -> None:
    shown = page(f"{dashboard}/?cell=intergovernmental-dialogue~donald-trump")
    button = filters(shown).get_by_role("button", name=re.compile("^Theme"))
    button.focus()
    shown.keyboard.press("Enter")
    panel = filters(shown).get_by_role("dialog")
    expect(panel.get_by_role("checkbox").first).to_be_focused()
    shown.keyboard.press("Space")
    expect(shown.get_by_text("6 of 50 proposals")).to_be_visible()
    expect(panel.get_by_role("checkbox").first).to_be_focused()  # the page has been drawn anew meanwhile
    assert axe(shown) == []
    shown.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(filters(shown).get_by_role("button", name=re.compile("^Theme"))).to_be_focused()
    expect(evidence(shown)).to_be_visible()
    shown.keyboard.press("Escape")
    expect(evidence(shown)).to_have_count(0)


def test_two_filters_chosen_in_quick_succession_both_hold(page, dashboard: str) -> None:
    shown = page(dashboard)
    filter_by(shown, "Side", "China")
    filter_by(shown, "Theme", "Nuclear")
    filter_by(shown, "Kind of actor", "Person", behind="More")
    expect(shown).to_have_url(re.compile("theme=nuclear"))
    expect(shown).to_have_url(re.compile("side=china"))
    expect(shown).to_have_url(re.compile("kind=person"))
    expect(shown.get_by_role("button", name=re.compile("^Remove the filter"))).to_have_count(3)


def test_on_a_phone_all_filters_are_behind_one_button(page, dashboard: str, axe) -> None:
    shown = page(dashboard, "phone")
    filter_by(shown, "Side", "China")
    search_for(shown, "nuclear")
    expect(shown).to_have_url(re.compile("side=china.*search=nuclear"))
    expect(filters(shown).get_by_role("button", name="Filters (2)")).to_be_visible()
    assert not wide(shown)
    assert axe(shown) == []
    sign = "e => { e.append(document.createElement('div')); e.lastChild.dataset.testid = 'stStatusWidget' }"
    shown.locator(".stAppHeader").evaluate(sign)  # as Streamlit says that a page works
    boxes = [shown.locator(at).bounding_box() for at in ("[data-testid=stStatusWidget]", ".st-key-frame-tools")]
    working, tools = (box for box in boxes if box)
    assert tools["y"] + tools["height"] < working["y"] < 844, "not over dataset and print, and within the window"


# ---------------------------------------------------------------- by side


def test_a_name_opens_its_evidence_without_moving_the_table(page, dashboard: str, settled, axe) -> None:
    shown = page(dashboard)
    # In the first row, and far down; a name that the panel would cover is pushed beside it, never up or down.
    for proposal, actor, covered in (
        ("intergovernmental-dialogue", "scott-bessent", False),
        ("shared-guardrails", "cai-cuihong", False),
        ("intergovernmental-dialogue", "unnamed-pessimists", True),
    ):
        chip = name(shown, proposal, actor)
        chip.scroll_into_view_if_needed()
        before = chip.bounding_box()
        assert before
        chip.click()
        expect(evidence(shown)).to_be_visible()
        expect(shown).to_have_url(re.compile(f"cell={proposal}~{actor}"))
        settled(shown)
        after, panel = chip.bounding_box(), evidence(shown).bounding_box()
        assert after
        assert panel
        assert (after["y"], after["width"], after["height"]) == (before["y"], before["width"], before["height"])
        assert (after["x"] == before["x"]) is not covered
        assert after["x"] + after["width"] <= panel["x"]
        expect(chip).to_have_attribute("aria-current", "true")
        shown.keyboard.press("Escape")
        expect(evidence(shown)).to_have_count(0)
        settled(shown)
        assert chip.bounding_box() == before
    expect(name(shown, "shared-guardrails", "cai-cuihong").locator("xpath=following-sibling::*[1]")).to_contain_text(
        "cooperation is reciprocal"
    )
    shown.locator(".pm-c[data-proposal=intergovernmental-dialogue][data-side=china]").click(position={"x": 2, "y": 2})
    expect(evidence(shown)).to_contain_text("14 members: 3 with a position, 11 silent.")
    assert axe(shown) == []
    shown.get_by_role("button", name="Human control over nuclear weapons").click()  # in the headline
    expect(shown).to_have_url(re.compile("cell=human-control-nuclear"))


def test_a_tier_of_the_strip_shows_its_rows_alone_and_lets_go_of_them(page, dashboard: str) -> None:
    shown = page(dashboard)
    rows = shown.locator("[role=rowheader][data-proposal]")
    expect(rows).to_have_count(50)
    shown.get_by_role("button", name="4 refused").click()
    expect(rows).to_have_count(4)
    expect(shown).to_have_url(re.compile("tier=rejected"))
    shown.get_by_role("radio", name="By actor").click()
    expect(shown.locator("[role=columnheader][data-actor]").first).to_be_visible()
    expect(rows).to_have_count(4)
    shown.get_by_role("button", name="show all").click()
    expect(rows).to_have_count(50)


def test_arrow_keys_lead_through_titles_and_names(page, dashboard: str) -> None:
    shown = page(dashboard)
    shown.locator("[role=rowheader][data-proposal=intergovernmental-dialogue]").focus()
    shown.keyboard.press("ArrowRight")
    expect(name(shown, "intergovernmental-dialogue", "donald-trump")).to_be_focused()
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("ArrowDown")
    expect(name(shown, "human-control-nuclear", "us-government")).to_be_focused()
    shown.keyboard.press("Enter")
    expect(evidence(shown)).to_contain_text("US Government")
    shown.keyboard.press("Control+End")
    expect(shown.locator("[role=row][data-proposal]").last.locator(":focus")).to_be_in_viewport()


def test_of_many_counts_come_first_and_names_on_demand(page, dashboard: str, serve, root: Path, axe) -> None:
    shown = page(serve(root / "data" / "ai-governance-instruments"))
    row = shown.locator(".pm-line[data-proposal=unga-79-62]")
    vote = row.locator(".pm-c[data-side=other]")
    expect(vote).to_contain_text(re.compile(r"\d+ of \d+ back, \d+ abstain"))
    expect(vote.locator(".pm-chip")).to_have_count(0)
    vote.get_by_role("button", name=re.compile("^All names")).click()
    names = row.locator(".pm-everyone .pm-chip")
    assert names.count() > 90
    lines = {box["y"] for chip in names.all() if (box := chip.bounding_box())}
    assert len(lines) < 25  # they flow over the whole row
    names.first.focus()
    shown.keyboard.press("ArrowDown")
    expect(shown.locator(".pm-line:has(:focus)")).not_to_have_attribute("data-proposal", "unga-79-62")
    names.first.click()
    expect(evidence(shown)).to_be_visible()
    assert not wide(shown)
    assert axe(shown) == []


# ---------------------------------------------------------------- by actor


def test_a_click_opens_the_evidence_and_says_what_superseded_it(page, dashboard: str, shot, axe) -> None:
    shown = page(dashboard + BY_ACTOR)
    cell(shown, "intergovernmental-dialogue", "us-government").click()
    expect(evidence(shown)).to_contain_text("Superseded by Donald Trump's statement s002.")
    expect(shown).to_have_url(re.compile("cell=intergovernmental-dialogue~us-government"))
    shot(shown, "matrix-evidence-superseded")
    assert axe(shown) == []
    evidence(shown).get_by_role("button", name="Open Donald Trump's cell").click()
    expect(evidence(shown)).to_contain_text("agreed to establish an intergovernmental AI dialogue")
    # The evidence stands before its address does: Back before that would be a step too far.
    expect(shown).to_have_url(re.compile("cell=intergovernmental-dialogue~donald-trump"))
    shown.go_back()
    expect(evidence(shown)).to_contain_text("Superseded by Donald Trump's statement s002.")
    evidence(shown).get_by_role("button", name="Close").click()
    expect(evidence(shown)).to_have_count(0)


def test_escape_closes_the_evidence_from_wherever_one_is(page, dashboard: str, settled) -> None:
    shown = page(dashboard + BY_ACTOR)
    cell(shown, "intergovernmental-dialogue", "us-government").click()
    expect(evidence(shown).get_by_role("button", name="Close")).to_be_visible()
    settled(shown)
    shown.keyboard.press("Escape")
    expect(evidence(shown)).to_have_count(0)


@pytest.mark.parametrize("slower", [1, 12])
def test_a_link_to_a_cell_shows_its_evidence_on_a_phone_however_slow(
    page, dashboard: str, settled, slower: int
) -> None:
    shown = page(None, "phone")
    # A slow one draws the page before our script runs, and the grid after the evidence.
    shown.context.new_cdp_session(shown).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    shown.goto(f"{dashboard}?cell=intergovernmental-dialogue~donald-trump", timeout=90_000)
    settled(shown)
    expect(shown.get_by_role("grid")).to_be_visible(timeout=60_000)
    expect(evidence(shown).get_by_role("heading").first).to_be_in_viewport()


DEEP_FOCUS = """() => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at?.getAttribute("role") ?? at?.tagName
}"""


def test_tab_passes_the_fold_buttons_and_lands_on_a_cell(page, dashboard: str) -> None:
    shown = page(dashboard + BY_ACTOR)
    shown.get_by_role("button", name="12 named, unheard").focus()
    seen = []
    for _ in range(8):
        shown.keyboard.press("Tab")
        seen.append(shown.evaluate(DEEP_FOCUS))
        if seen[-1] == "gridcell":
            break
    assert seen[-1] == "gridcell", f"Tab went to {seen} and never to a cell"
    shown.keyboard.press("ArrowRight")
    assert shown.evaluate(DEEP_FOCUS) == "gridcell"


def test_evidence_left_out_does_not_make_an_actor_unheard(page, dashboard: str) -> None:
    shown = page(f"{dashboard}/?as-of=2024-12-31&layout=actors")
    expect(shown.get_by_text("more named")).to_be_visible()
    expect(cell(shown, "intergovernmental-dialogue", "donald-trump")).to_have_accessible_name(
        re.compile("outside the chosen evidence")
    )


def test_the_keyboard_opens_copies_and_closes(page, dashboard: str) -> None:
    shown = page(f"{dashboard}/?theme=exchanges&actor=xiao-qian&actor=cai-cuihong&layout=actors")
    shown.get_by_role("grid").locator("[tabindex='0']").first.focus()
    exchange = shown.locator("[role=row][data-proposal=evaluation-exchange]")
    for _ in range(8):
        if exchange.locator("[role=gridcell][tabindex='0']").count():
            break
        shown.keyboard.press("ArrowDown")
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("Enter")
    expect(evidence(shown)).to_contain_text("Cai Cuihong")
    expect(evidence(shown).locator(".pm-condition")).to_contain_text("On condition")
    evidence(shown).get_by_role("button", name="Copy with citation").first.focus()
    shown.keyboard.press("Enter")
    expect(evidence(shown).get_by_role("button", name="Copied")).to_be_visible()
    copied = shown.evaluate("navigator.clipboard.readText()")
    assert "Cai Cuihong (蔡翠红)" in copied
    assert "[statement s" in copied
    shown.keyboard.press("Escape")
    expect(evidence(shown)).to_have_count(0)


def test_a_link_in_a_new_window_shows_the_same(page, dashboard: str, settled) -> None:
    first = page(f"{dashboard}/?side=china&sort=title&as-of=2026-05&cell=evaluation-exchange~cai-cuihong")
    expect(evidence(first)).to_contain_text("Cai Cuihong")
    expect(first).to_have_url(re.compile("&v="))
    second = page(first.url)
    expect(evidence(second)).to_contain_text("Cai Cuihong")
    expect(second.get_by_text("12 speakers among actors of China (2 more named)")).to_be_visible()
    expect(second.get_by_role("button", name="Remove the filter As of: May 2026")).to_be_visible()
    expect(second.get_by_role("combobox", name="Sort proposals")).to_have_value("by title")
    expect(second).to_have_url(first.url)
    expect(second.get_by_text("another version")).to_have_count(0)
    third = page(first.url.replace("&v=", "&v=0"))
    expect(third.get_by_text("This link was made on another version of the data")).to_be_visible()


def test_back_takes_steps_of_cells_not_of_filters(page, dashboard: str, settled) -> None:
    shown = page(dashboard + BY_ACTOR)
    cell(shown, "intergovernmental-dialogue", "donald-trump").click()
    expect(evidence(shown)).to_contain_text("Donald Trump")
    expect(shown).to_have_url(re.compile("~donald-trump"))  # the address follows the panel: Back steps through it
    cell(shown, "intergovernmental-dialogue", "scott-bessent").click()
    expect(evidence(shown)).to_contain_text("Scott Bessent")
    expect(shown).to_have_url(re.compile("~scott-bessent"))
    search_for(shown, "dialogue")
    expect(shown.get_by_role("button", name="Remove the filter Search: “dialogue”")).to_be_visible()
    expect(shown).to_have_url(re.compile("search=dialogue"))
    shown.go_back()
    expect(evidence(shown)).to_contain_text("Donald Trump")
    expect(shown.get_by_role("button", name="Remove the filter Search: “dialogue”")).to_have_count(0)
    settled(shown)
    shown.go_back()
    expect(evidence(shown)).to_have_count(0)
    expect(shown.get_by_role("gridcell").first).to_be_visible()  # the first step is the dashboard's, not another page


def test_an_empty_result_names_the_culprit_and_lets_go_of_it(page, dashboard: str, shot) -> None:
    shown = page(f"{dashboard}/?side=us&search=zzzz")
    expect(shown.get_by_text("this filter alone hides everything")).to_be_visible()
    shot(shown, "matrix-empty")
    shown.get_by_role("button", name="Remove Search").click()
    expect(shown.get_by_role("grid")).to_be_visible()
    expect(shown).not_to_have_url(re.compile("search"))


def test_a_heading_and_a_share_open_their_statements(page, dashboard: str) -> None:
    shown = page(dashboard + BY_ACTOR)
    shown.locator("[role=rowheader][data-proposal=intergovernmental-dialogue]").click()
    expect(evidence(shown)).to_contain_text("11 statements by 10 actors.")
    shown.locator("[role=columnheader][data-actor=donald-trump]").click()
    expect(evidence(shown)).to_contain_text("President of the United States")


def test_on_a_phone_the_evidence_opens_where_one_is_and_closes_there(page, dashboard: str, settled, shot, axe) -> None:
    shown = page(dashboard, "phone", "dark")
    chip = name(shown, "nc3-red-lines", "cai-cuihong")
    chip.tap()
    expect(evidence(shown).get_by_role("heading", name="Cai Cuihong")).to_be_in_viewport()
    before = chip.bounding_box()
    settled(shown)
    assert not wide(shown)
    shot(shown, "matrix-phone-evidence")
    assert axe(shown) == []
    evidence(shown).get_by_role("button", name="Close").tap()
    expect(evidence(shown)).to_have_count(0)
    settled(shown)
    assert chip.bounding_box() == before
    expect(chip).to_be_in_viewport()


def test_the_same_as_a_table_whose_cells_open_their_evidence(page, dashboard: str, settled, shot) -> None:
    shown = page(dashboard)
    shown.get_by_role("radio", name="Table").click()
    expect(shown.get_by_test_id("stDataFrame")).to_be_visible()
    expect(shown).to_have_url(re.compile("layout=table"))
    settled(shown)
    shot(shown, "matrix-table")
    # The table is painted: its first actor's first cell is right of the columns Proposal and Theme.
    shown.get_by_test_id("stDataFrame").click(position={"x": 680, "y": 54})
    expect(evidence(shown)).to_contain_text("agreed to establish an intergovernmental AI dialogue")
    shown.keyboard.press("ArrowDown")
    expect(shown).to_have_url(re.compile("cell=shared-challenge~donald-trump"))


@pytest.mark.parametrize(
    ("label", "ending", "begin"), [("Excel workbook", "xlsx", b"PK"), ("Matrix for programs", "csv", b"proposal,")]
)
def test_the_selection_can_be_taken_along(page, dashboard: str, label: str, ending: str, begin: bytes) -> None:
    shown = page(f"{dashboard}/?side=us")
    shown.get_by_role("button", name="Download").click()
    with shown.expect_download() as download:
        shown.get_by_role("button", name=label).click()
    assert download.value.suggested_filename.startswith("us-china-ai-dialogue-us-")
    assert download.value.suggested_filename.endswith(f".{ending}")
    assert Path(download.value.path()).read_bytes().startswith(begin)


# ---------------------------------------------------------------- other people's data


def test_broken_data_is_a_readable_page(page, serve, shipped: Path, tmp_path: Path, shot, axe, outside) -> None:
    folder = Path(shutil.copytree(shipped, tmp_path / "broken"))
    statements = folder / "statements.csv"
    text = statements.read_text(encoding="utf-8")
    statements.write_text(text.replace(",support,", ",suport,", 1), encoding="utf-8")
    url = serve(folder)
    shown = page(url)
    expect(shown.get_by_role("heading", name="This dataset cannot be shown yet")).to_be_visible()
    expect(shown.get_by_text("did you mean 'support'?")).to_be_visible()
    assert axe(shown) == []
    shot(shown, "matrix-problems")
    statements.write_text(text, encoding="utf-8")
    shown.get_by_role("button", name="Reload").click()
    expect(shown.get_by_role("grid")).to_be_visible()
    assert outside() == []


def test_files_changed_on_disk_show_up_at_the_next_click(page, serve, shipped: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped, tmp_path / "changing"))
    shown = page(serve(folder))
    proposals = folder / "proposals.csv"
    text = proposals.read_text(encoding="utf-8")
    proposals.write_text(text.replace("Official intergovernmental AI dialogue", "Renamed dialogue"), encoding="utf-8")
    name(shown, "intergovernmental-dialogue", "donald-trump").click()
    expect(shown.get_by_role("rowheader", name="Renamed dialogue")).to_be_visible()
    expect(evidence(shown)).to_contain_text("Renamed dialogue")


def test_a_strangers_dataset_needs_no_special_word(
    page, serve, tmp_path: Path, shot, axe, outside: Callable[[], list[str]]
) -> None:
    folder = tmp_path / "fremd"
    folder.mkdir()
    stances = [("ja-klar", 2), ("eher-ja", 1), ("egal", 0), ("eher-nein", -1), ("nein", -2)]
    write_table(folder, "stances", ({"id": i, "name": i.title(), "score": str(s)} for i, s in stances))
    write_table(folder, "sources", [{"id": "q", "title": "Zeitung, Ausgabe 1/2"}])
    write_table(folder, "actors", ({"id": f"a{i}", "name": f"Partei {i}, Zürich/Bern 党{i}"} for i in range(40)))
    write_table(folder, "proposals", ({"id": f"p{i}", "title": f"These {i}: „Grüße“ 提案{i}"} for i in range(38)))
    write_table(
        folder,
        "statements",
        (
            {
                "id": f"s{i}-{j}",
                "actor": f"a{j}",
                "proposal": f"p{i}",
                "stance": stances[(i * j) % 5][0],
                "source": "q",
                "quote": f'Wir sagen "ja",\naber {i}/{j} 我们同意',
            }
            for i in range(38)
            for j in range(39)
            if (i + j) % 3
        ),
    )
    shown = page(serve(folder))
    expect(shown.get_by_text("38 proposals")).not_to_have_count(0)
    expect(shown.get_by_text("1 more named")).to_be_visible()
    shot(shown, "matrix-stranger")
    shown.goto(f"{shown.url.split('?')[0]}?cell=p1~a1")
    expect(evidence(shown)).to_contain_text('Wir sagen "ja",')  # nobody says that these are the actor's own words
    expect(evidence(shown)).to_contain_text("我们同意")
    for absent in ("Side", "Risk area", "Theme", "Who counts"):
        expect(filters(shown).get_by_role("button", name=re.compile(f"^{absent}"))).to_have_count(0)
    filter_by(shown, "Actor", "Partei 7,", behind="More")
    expect(shown.get_by_text("1 speaker")).to_be_visible()
    assert axe(shown) == []
    assert outside() == []
