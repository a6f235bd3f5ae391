"""The grid in a real browser: what it shows, how it moves, folds and reports, on a script of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Locator, Page, expect

SCRIPT = """
import dataclasses
import random
import streamlit as st
from matrix.dashboard.grid import Grid, Picked, RollUp, Side, Stance, matrix_grid
from matrix.dashboard.grid import GridBand as Band
from matrix.dashboard.grid import GridColumn as Column
from matrix.dashboard.grid import GridRow as Row

st.set_page_config(page_title="Grid", layout="wide")
what = st.query_params.get("what", "small")
STANCES = (
    Stance("1", "●", "Supports", "#0072B2", "#3b9bd6", "backing"),
    Stance("2", "◐", "Supports on a condition", "#56B4E9", "#9ad4f5", "conditional"),
    Stance("3", "△", "Raises as a concern", "#E69F00", "#d99a1c", "neutral"),
    Stance("4", "✕", "Opposes", "#D55E00", "#e0702c", "opposed"),
    Stance("m", "◪", "Mixed", "#9a6fb0", "#b48cc8", "mixed"),
)
SIDES = (
    Side("us", "United States", "美国", "#332288", "#7D72B7"),
    Side("china", "China", "中国", "#CC79A7", "#CC79A7"),
    Side("none", "Unattributed", "未具名", "#555555", "#AAAAAA", counted=False),
)

@st.cache_resource
def make(what):
    if what == "small":
        columns = (
            Column("trump", "Donald Trump", "", "us", "President of the United States"),
            Column("amodei", "Dario Amodei", "", "us", unheard=True),
            Column("anthropic", "Anthropic", "", "us", unheard=True),
            Column("sun", "Sun Chenghao", "孙成昊", "china", "CISS; Tsinghua University"),
            Column("cai", "Cai Cuihong", "蔡翠红", "china"),
            Column("liao", "Liao Min", "廖岷", "china", unheard=True),
            Column("analysts", "Unnamed analysts", "", "none"),
        )
        rows = (
            Row("ban", "Total ban on AI in NC3", "全面禁止", 0, 0, "No AI at all in nuclear command."),
            Row("lines", "Agreed red lines", "红线", 0, 1),
            Row("talks", "Official dialogue", "政府间对话", 1),
            Row("protocols", "AI protocols", "规程", 1),
        )
        cells = ("...4m.h", "...12.3", "s..1o..", ".......")
        return Grid(
            rows, columns, STANCES, cells, SIDES,
            marks=("0001100", "0002000", "0000000", "0000000"),
            counts=("0001201", "0001101", "1001100", "0000000"),
            rollups=(
                (RollUp(silent=3, members=3), RollUp(opposed=1, mixed=1, silent=1, members=3)),
                (RollUp(silent=3, members=3), RollUp(backing=2, conditional=1, silent=1, members=3)),
                (RollUp(silent=3, members=3), RollUp(backing=1, silent=2, members=3, official=1)),
                (RollUp(silent=3, members=3), RollUp(silent=3, members=3)),
            ),
            notes=((2, 0, "superseded by Scott Bessent's"),),
            bands=(Band("nuclear", "nuclear"), Band("process", "process")),
            native_language="zh-Hans",
        )
    if what in ("big", "long"):  # both more than is drawn at once
        draw, (high, wide) = random.Random(7), (300, 200) if what == "big" else (120, 40)
        columns = tuple(Column(f"a{j}", f"Actor {j}", side=("us", "china", "none")[j % 3]) for j in range(wide))
        rows = tuple(Row(f"p{i}", f"Proposal {i}", band=i // 30) for i in range(high))
        cells = tuple("".join(draw.choice("1234m.....") for _ in columns) for _ in rows)
        bands = tuple(Band(str(i), f"Theme {i}") for i in range(10))
        return Grid(rows, columns, STANCES, cells, SIDES, bands=bands)
    if what == "odd":
        long = "A very long name " * 300
        rows = (Row("x", "<img src=x onerror=alert(1)>", "<i>x</i>", 0), Row("y", long, long, 1))
        columns = (
            Column("c", "<script>alert(1)</script>", "\\u202eabc"), Column("d", long, "很长的名字" * 1000),
        )
        stances = tuple(
            Stance(chr(65 + i), '"\\\\;}'[i % 4], f"<u>{i}</u>", f"#{i * 20:02x}8080", "url(x)") for i in range(11)
        )
        return Grid(rows, columns, stances, ("AB", "CK"), bands=(Band("b", "<b>T</b>"), Band("t", "T")))
    if what == "one":
        return Grid((Row("p", "P"),), (Column("a", "A"),), STANCES[:2], ("1",))
    if what == "no-rows":
        return Grid((), (Column("a", "A"),), STANCES, ())
    return Grid((Row("p", "P"),), (), STANCES, ("",))

opened = st.query_params.get("open")
picked = matrix_grid(
    make(what),
    open_cell=Picked(*opened.split(",")) if opened else None,
    show_unheard=st.query_params.get("unheard") == "1",
    key="grid",
)
if picked:
    st.query_params["open"] = ",".join(dataclasses.astuple(picked))
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"picked {picked and dataclasses.astuple(picked)}")
st.text(f"run {st.session_state['runs']}")
if st.button("Close"):
    st.query_params.clear()
    st.rerun()
"""


@pytest.fixture(scope="module")
def script(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of SCRIPT under the project's own theme: one server for all of these tests."""
    folder = tmp_path_factory.mktemp("grid")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    shutil.copytree(root / ".streamlit", folder / ".streamlit")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "script.py", "--server.port", str(port)],
        cwd=folder,
        env=os.environ | {"HOME": str(folder), "PYTHONPATH": str(root)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url, until = f"http://127.0.0.1:{port}", monotonic() + 90
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        while True:
            try:
                direct.open(f"{url}/_stcore/health", timeout=5).close()
                break
            except OSError:
                if server.poll() is not None or monotonic() > until:
                    pytest.fail((folder / "server.log").read_text()[-4000:], pytrace=False)
                sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.fixture
def grid(script: str, page: Callable[..., Page]) -> Callable[..., Page]:
    """grid(what, size, scheme, more): the script's page with that grid on it."""

    def show(
        what: str = "small", size: str | tuple[int, int] = "desktop", scheme: str = "light", more: str = ""
    ) -> Page:
        shown = page(f"{script}/?what={what}{more}", size=size, scheme=scheme)
        shown.locator(".pm-grid, .pm-empty").wait_for()
        return shown

    return show


def cell(page: Page, words: str) -> Locator:
    return page.get_by_role("gridcell", name=words)


def focused(page: Page) -> str:
    words = page.locator(".pm :focus").first
    return words.get_attribute("aria-label") or words.inner_text()


# ---------------------------------------------------------------- what it says


def test_every_cell_says_in_words_what_it_shows(grid: Callable[..., Page]) -> None:
    page = grid()
    for words in (
        "Sun Chenghao on Total ban on AI in NC3: Opposes; 1 statement; statements of different stances folded",
        "Cai Cuihong on Agreed red lines: Supports on a condition; 1 statement",
        "Sun Chenghao on Agreed red lines: Supports; 1 statement; may have been made outside the chosen dates",
        "Donald Trump on AI protocols: never stated in these sources",
        "Donald Trump on Official dialogue: stated, but superseded by a later statement; 1 statement; "
        "superseded by Scott Bessent's",
        "Cai Cuihong on Official dialogue: stated, but outside the chosen evidence; 1 statement",
        "Unnamed analysts on Total ban on AI in NC3: hidden by the stance filter; 1 statement",
        "China on Agreed red lines: 2 of 3 back (1 on a condition); 1 silent",
        "China on Official dialogue: 1 of 3 backs (1 official); 2 silent",
        "China on Total ban on AI in NC3: none of 3 backs, 1 opposes, 1 is mixed; 1 silent",
        "United States on AI protocols: all 3 members silent in these sources",
    ):
        expect(page.get_by_role("gridcell", name=words, exact=True)).to_have_count(1)


def test_the_grid_is_a_grid_to_assistive_technology(grid: Callable[..., Page]) -> None:
    page = grid()
    table = page.get_by_role("grid", name="4 proposals by 7 actors")
    assert (table.get_attribute("aria-rowcount"), table.get_attribute("aria-colcount")) == ("8", "12")
    expect(page.get_by_role("rowheader", name="Total ban on AI in NC3")).to_have_count(1)
    expect(page.get_by_role("columnheader", name="Sun Chenghao")).to_have_count(1)
    assert page.locator(".pm-grid [tabindex='0']").count() == 1


def test_the_legend_names_each_stance_and_each_kind_of_empty(grid: Callable[..., Page]) -> None:
    text = grid().locator(".pm-legend").inner_text()
    for words in ("Supports on a condition", "Mixed", "never stated in these sources", "superseded",
                  "outside the chosen evidence", "hidden by the stance filter", "different stances folded",
                  "may have been made outside the chosen dates", "an official among them"):  # fmt: skip
        assert words in text


def test_the_kinds_of_empty_look_different_and_none_like_a_stance(grid: Callable[..., Page]) -> None:
    look = """cell => { const s = getComputedStyle(cell, '::before');
        return [s.content, s.borderTopStyle, s.backgroundImage, s.width].join('|') }"""
    page = grid()
    seen = {page.locator(f".pm-r .c.a.{kind}").first.evaluate(look) for kind in ("e", "es", "eo", "eh", "st")}
    assert len(seen) == 5
    for kind in ("e", "es", "eo", "eh"):
        fill = page.locator(f".pm-r .c.a.{kind}").first.evaluate("c => getComputedStyle(c).backgroundColor")
        assert fill == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_glyph_stands_out_from_its_fill(scheme: str, grid: Callable[..., Page]) -> None:
    pairs = (
        grid(scheme=scheme)
        .locator(".pm-legend .st")
        .evaluate_all("all => all.map(c => { const s = getComputedStyle(c); return [s.color, s.backgroundColor] })")
    )
    assert len(pairs) >= 5
    assert all(_contrast(ink, fill) >= 4.5 for ink, fill in pairs)


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in colour[4:-1].split(", ")]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_follow_a_change_of_theme(grid: Callable[..., Page]) -> None:
    page = grid()
    fill = "() => getComputedStyle(window.pm).backgroundColor"
    page.evaluate(
        "() => { for (const e of document.querySelectorAll('*')) if (e.shadowRoot?.querySelector('.pm')) "
        "window.pm = e.shadowRoot.querySelector('.pm-legend .s0') }"
    )
    assert page.evaluate(fill) == "rgb(0, 114, 178)"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => ({fill})() === 'rgb(59, 155, 214)'")


# ---------------------------------------------------------------- moving and picking


def test_a_click_is_told_once_and_marks_its_cell(grid: Callable[..., Page]) -> None:
    page = grid()
    cell(page, "Sun Chenghao on Total ban").click()
    page.get_by_text("picked ('ban', 'sun', '')").wait_for()
    expect(page.locator("[aria-selected='true']")).to_have_accessible_name(
        "Sun Chenghao on Total ban on AI in NC3: Opposes; 1 statement; statements of different stances folded"
    )
    page.get_by_role("button", name="Close").click()
    expect(page.locator("[aria-selected='true']")).to_have_count(0)
    page.get_by_text("picked None").wait_for()
    cell(page, "Sun Chenghao on Total ban").click()
    page.get_by_text("picked ('ban', 'sun', '')").wait_for()


def test_back_reopens_the_cell_before(grid: Callable[..., Page]) -> None:
    page = grid()
    cell(page, "Sun Chenghao on Total ban").click()
    page.get_by_text("picked ('ban', 'sun', '')").wait_for()
    cell(page, "Cai Cuihong on Agreed red lines").click()
    page.get_by_text("picked ('lines', 'cai', '')").wait_for()
    page.go_back()
    expect(page.locator("[aria-selected='true']")).to_have_accessible_name(r"Sun Chenghao on Total ban on AI in NC3: "
        "Opposes; 1 statement; statements of different stances folded")  # fmt: skip


def test_heads_and_roll_ups_are_picked_too(grid: Callable[..., Page]) -> None:
    page = grid()
    page.get_by_role("rowheader", name="Official dialogue").click()
    page.get_by_text("picked ('talks', '', '')").wait_for()
    page.get_by_role("columnheader", name="Sun Chenghao").click()
    page.get_by_text("picked ('', 'sun', '')").wait_for()
    cell(page, "China on Agreed red lines").click()
    page.get_by_text("picked ('lines', '', 'china')").wait_for()


def test_keys_move_without_a_run_and_enter_picks(grid: Callable[..., Page]) -> None:
    page = grid()
    cell(page, "Donald Trump on Total ban").focus()
    for key, words in (
        ("ArrowDown", "Donald Trump on Agreed red lines"),
        ("ArrowRight", "Sun Chenghao on Agreed red lines"),  # past the folded ones
        ("End", "Unnamed analysts on Agreed red lines"),
        ("Control+End", "Unnamed analysts on AI protocols"),
        ("Home", "AI protocols"),
        ("PageUp", "Total ban on AI in NC3"),
        ("ArrowRight", "United States on Total ban"),
        ("ArrowUp", "United States: roll-up"),
        ("Control+Home", "Total ban on AI in NC3"),
        ("Control+End", "Unnamed analysts on AI protocols"),
        ("ArrowLeft", "Cai Cuihong on AI protocols"),
    ):
        page.keyboard.press(key)
        assert focused(page).startswith(words), key
    page.get_by_text("run 1", exact=True).wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("picked ('protocols', 'cai', '')").wait_for()
    page.get_by_text("run 2", exact=True).wait_for()
    assert focused(page).startswith("Cai Cuihong on AI protocols")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.get_by_text("picked ('talks', 'cai', '')").wait_for()


def test_an_address_opens_its_cell_in_sight(grid: Callable[..., Page]) -> None:
    page = grid("big", more="&open=p280,a199,")
    expect(cell(page, "Actor 199 on Proposal 280")).to_be_in_viewport()
    expect(page.locator("[aria-selected='true']")).to_have_count(1)


# ---------------------------------------------------------------- folding


def test_the_unheard_are_folded_until_asked_for(grid: Callable[..., Page]) -> None:
    page = grid()
    expect(page.get_by_role("columnheader", name="Dario Amodei")).to_be_hidden()
    page.get_by_role("button", name="+2 unheard").press("Enter")
    expect(page.get_by_role("columnheader", name="Dario Amodei")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Liao Min")).to_be_hidden()
    page.get_by_text("run 1", exact=True).wait_for()
    page.get_by_role("button", name="3 named, unheard – show").click()
    expect(page.get_by_role("columnheader", name="Liao Min")).to_be_visible()
    page.reload()
    expect(page.get_by_role("columnheader", name="Liao Min")).to_be_visible()
    page.get_by_role("button", name="3 named, unheard – fold").click()
    expect(page.get_by_role("columnheader", name="Liao Min")).to_be_hidden()


def test_the_page_may_show_the_unheard_from_the_start(grid: Callable[..., Page]) -> None:
    expect(grid(more="&unheard=1").get_by_role("columnheader", name="Dario Amodei")).to_be_visible()


def test_an_open_cell_of_an_unheard_actor_unfolds_its_side(grid: Callable[..., Page]) -> None:
    expect(cell(grid(more="&open=ban,liao,"), "Liao Min on Total ban")).to_be_visible()


# ---------------------------------------------------------------- whatever the data


@pytest.mark.parametrize(
    ("what", "sentence"),
    [("no-rows", "No proposal is in this selection."), ("no-columns", "No actor is in this selection.")],
)
def test_nothing_to_show_is_said(what: str, sentence: str, grid: Callable[..., Page]) -> None:
    assert grid(what).locator(".pm").inner_text().strip() == sentence


def test_one_by_one_without_sides_or_themes(grid: Callable[..., Page]) -> None:
    page = grid("one")
    expect(cell(page, "A on P: Supports")).to_be_visible()
    assert page.locator(".pm-band, .pm-theme").count() == 0


def test_text_from_the_data_stays_text(grid: Callable[..., Page], outside: Callable[[], list[str]]) -> None:
    page = grid("odd")
    expect(page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
    assert page.locator(".pm img, .pm script, .pm-r i:not(.pm-sample), .pm u").count() == 0
    assert outside() == []
    box = page.locator(".pm-r").nth(1).bounding_box()
    assert box
    assert box["height"] < 60
    page.get_by_role("columnheader", name="A very long name").hover()
    tip = page.locator(".pm-tip.pm-on").bounding_box()
    assert tip
    assert tip["height"] < 600
    assert tip["width"] <= 340


def test_an_open_row_marks_its_head_and_not_the_corner(grid: Callable[..., Page]) -> None:
    page = grid(more="&open=ban,,")
    expect(page.locator(".pm-lead, .pm-open")).to_have_count(1)
    expect(page.get_by_role("rowheader", name="Total ban")).to_have_class(re.compile("pm-open"))


def test_no_tooltip_comes_after_a_click_until_the_pointer_moves(grid: Callable[..., Page]) -> None:
    page = grid()
    cell(page, "Sun Chenghao on Agreed red lines").click()
    page.get_by_text("picked (").wait_for()
    page.clock.install()
    page.locator(".pm-scroll").evaluate(  # as when something above grows: another cell comes under the pointer
        """e => new Promise((done) => {
            e.addEventListener("pointerover", () => done(true), { once: true })
            e.style.paddingTop = "30px"
        })"""
    )
    page.clock.fast_forward(2000)  # what waits to be shown is shown now
    assert page.locator(".pm-tip.pm-on").count() == 0
    cell(page, "Cai Cuihong on Agreed red lines").hover()
    expect(page.locator(".pm-tip.pm-on")).to_have_count(1)


def test_where_nothing_hovers_the_hint_speaks_of_tapping(grid: Callable[..., Page]) -> None:
    expect(grid().locator(".pm-hint")).to_contain_text("Click a cell")
    expect(grid(size="phone").locator(".pm-hint")).to_have_text("Tap a cell to see the quotes behind it.")


def test_titles_stand_in_one_sticky_column_and_belong_to_their_rows(grid: Callable[..., Page]) -> None:
    page = grid("big")
    rows = page.locator("[role=row][aria-owns]")
    assert rows.count() == page.get_by_role("rowheader").and_(page.locator(".c")).count() == 300
    for line in (0, 7):
        title, row = page.locator(f"#{rows.nth(line).get_attribute('aria-owns')}"), rows.nth(line)
        here, there = title.bounding_box(), row.bounding_box()
        assert here
        assert there
        assert (here["y"], here["height"]) == (there["y"], there["height"])


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_nothing_serious(
    size: str,
    scheme: str,
    grid: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    shot: Callable[[Page, str], Path],
) -> None:
    page = grid(size=size, scheme=scheme, more="&open=ban,sun,")
    shot(page, f"grid-{size}-{scheme}")
    assert [finding for finding in axe(page) if ".pm" in finding or "pm-" in finding] == []


def test_on_a_phone_only_the_grid_scrolls_sideways(grid: Callable[..., Page]) -> None:
    page = grid("big", size="phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    head = page.locator(".pm-titles .c.t").first
    before = head.bounding_box()
    page.locator(".pm-scroll").evaluate("e => { e.scrollLeft = 400; e.scrollTop = 300 }")
    after = page.locator(".pm-n.t").bounding_box()
    assert before
    assert after
    assert before["width"] <= 140
    assert after["x"] == before["x"]
    size = page.locator(".pm-r .c.a").first.bounding_box()
    assert size
    assert min(size["width"], size["height"]) >= 36


def test_a_big_grid_is_filled_by_sight_and_then_wholly(grid: Callable[..., Page]) -> None:
    page = grid("long")
    page.locator(".pm-scroll").evaluate("e => { e.scrollTop = e.scrollHeight }")
    expect(page.locator('[aria-label^="Actor 0 on Proposal 119:"]')).to_be_in_viewport()
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')]"
        ".some(e => e.shadowRoot?.querySelectorAll('.pm-r > .c.a[aria-label]').length === 4800)",
        polling=1_000,  # counted at every frame, it would leave the grid no idle time, in which it is filled
    )


def test_a_big_grid_is_filled_where_the_browser_never_has_time_left(grid: Callable[..., Page]) -> None:
    page = grid("small")
    page.add_init_script(
        "window.requestIdleCallback = work => setTimeout(() => work({didTimeout: false, timeRemaining: () => 0}), 1)"
    )
    page.goto(page.url.replace("what=small", "what=long"))
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')]"
        ".some(e => e.shadowRoot?.querySelectorAll('.pm-r > .c.a[aria-label]').length === 4800)",
        polling=1_000,
    )
