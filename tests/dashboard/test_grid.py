"""The grid's Python side: the payload refuses wrong shapes, stays small, and a pick is told once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from matrix import palette, wording
from matrix.analysis.evidence import Picked
from matrix.analysis.positions import EMPTY
from matrix.dashboard import grid
from matrix.dashboard.grid import Grid, GridBand, GridColumn, GridRow, RollUp, Side, Stance, count_code, mark_code
from matrix.dashboard.grid.payload import screen
from matrix.dataset.selection import Selection
from matrix.store.folder import load

YES = Stance("1", "●", "Supports", "#0072B2", "#56B4E9", "backing")
NO = Stance("0", "✕", "Opposes", "#D55E00", "#E69F00", "opposed")

TINY = Grid(
    rows=(GridRow("ban", "A ban"), GridRow("talks", "Talks", "对话", 0)),
    columns=(
        GridColumn("ann", "Ann", side="us"),
        GridColumn("bo", "Bo", side="us", unheard=True),
        GridColumn("cy", "Cy"),
    ),
    stances=(YES, NO),
    cells=("1.s", "0.."),
    sides=(Side("us", "US", light="#332288", dark="#7D72B7"), Side("un", "Unattributed", counted=False)),
    marks=("100", "200"),
    counts=("201", "100"),
    bands=(GridBand("process", "Process"),),
    rollups=((RollUp(backing=1, silent=1, members=2),), (RollUp(opposed=1, silent=1, members=2),)),
)


# ---------------------------------------------------------------- the payload


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cells": ("1.s",)}, "cells is not 2 strings of 3 characters"),
        ({"cells": ("1.s", "0.")}, "cells is not 2 strings of 3 characters"),
        ({"cells": ("1.s", "0.Z")}, r"codes that no stance has: \['Z'\]"),
        ({"marks": ("000",)}, "marks is not 2 strings"),
        ({"counts": ("0", "0")}, "counts is not 2 strings"),
        ({"rollups": ((RollUp(),),)}, "rollups is not 2 rows of 1 counted sides"),
        ({"rollups": ((RollUp(), RollUp()),) * 2}, "rollups is not 2 rows of 1 counted sides"),
        ({"bands": ()}, "a row's band is not one of 0"),
        ({"stances": (YES, YES)}, "'1' is not one unused character"),
        ({"stances": (replace(YES, code="s"),)}, "'s' is not one unused character"),
        ({"stances": (replace(YES, code="10"),)}, "'10' is not one unused character"),
    ],
)
def test_a_wrong_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(TINY, **change)


def test_the_grid_is_frozen_and_writes_its_payload_once() -> None:
    with pytest.raises(FrozenInstanceError):
        TINY.hint = ""  # type: ignore[misc]
    assert TINY.payload is TINY.payload


def test_the_signature_follows_the_content() -> None:
    assert replace(TINY).signature == TINY.signature
    assert replace(TINY, cells=("1..", "0..")).signature != TINY.signature


def test_the_payload_is_ascii_whatever_the_names_hold() -> None:
    odd = replace(TINY, rows=(GridRow("ban", "\ud800 \u202e <b>"), TINY.rows[1]))
    assert odd.payload.isascii()
    assert json.loads(odd.payload)["rows"][0][1] == "\ud800 \u202e <b>"


def test_a_side_counts_its_columns_unless_told() -> None:
    def told(grid: Grid) -> list[int]:
        return json.loads(grid.payload)["sides"][0][7:9]

    assert told(TINY) == [2, 1]
    assert told(replace(TINY, sides=(Side("us", "US", members=7, heard=3), TINY.sides[1]))) == [7, 3]


def test_a_condition_set_on_many_proposals_is_sent_once() -> None:
    sent = json.loads(replace(TINY, conditions=((0, 0, "if calm"), (1, 1, "if calm"), (1, 2, "if paid"))).payload)
    assert sent["conditions"] == {"texts": ["if calm", "if paid"], "cells": [[0, 0, 0], [1, 1, 0], [1, 2, 1]]}


def test_three_hundred_by_two_hundred_stay_small() -> None:
    rows = tuple(GridRow(f"p{i}", f"Proposal {i}") for i in range(300))
    columns = tuple(GridColumn(f"a{j}", f"Actor {j}") for j in range(200))
    lines = ("1" * 200,) * 300
    grid = Grid(rows, columns, (YES,), lines, marks=("0" * 200,) * 300, counts=lines)
    assert len(grid.payload) < 220_000


def test_nothing_at_all_is_a_grid_too() -> None:
    assert Grid((), (), (), ()).payload


def test_codes_of_marks_and_counts() -> None:
    assert [mark_code(folded=f, uncertain=u) for f in (False, True) for u in (False, True)] == ["0", "2", "1", "3"]
    assert [count_code(n) for n in (0, 9, 10, 35, 36, 4000)] == ["0", "9", "a", "z", "z", "z"]


# ---------------------------------------------------------------- picking


def _page() -> None:
    import streamlit as st

    from matrix.dashboard.grid import matrix_grid

    picked = matrix_grid(st.session_state["shown"], open_cell=st.session_state.get("open"), key="grid")
    st.session_state.setdefault("told", []).append(picked)


@pytest.fixture
def app() -> Callable[..., AppTest]:
    def run(*clicks: object, **state: object) -> AppTest:
        test = AppTest.from_function(_page, default_timeout=120)
        for name, value in {"shown": TINY, **state}.items():
            test.session_state[name] = value
        test.run()
        for click in clicks:
            test.session_state["grid"] = {"cell": click}
            test.run()
        assert not test.exception
        return test

    return run


def _told(test: AppTest) -> list[Picked | None]:
    return list(test.session_state["told"])


def _sent(test: AppTest) -> dict[str, Any]:
    proto = test.main.children[0].proto
    sent: dict[str, Any] = json.loads(proto.json or proto.mixed.json)
    return sent


def test_a_pick_is_told_once_and_not_told_back(app: Callable[..., AppTest]) -> None:
    before = _sent(app())
    test = app(["ban", "ann", "", 1])
    assert _sent(test) == before  # the same message: Streamlit sends no more than its hash
    test.session_state["open"] = Picked("ban", "ann")
    test.run()
    assert _sent(test) == before
    assert _told(test) == [None, Picked("ban", "ann"), None]


def test_the_page_may_close_and_move_what_was_picked(app: Callable[..., AppTest]) -> None:
    test = app(["ban", "ann", "", 1])
    test.run()  # the page does not take the pick up: it is closed
    assert _sent(test)["open"] == [1]
    test.session_state["open"] = ("talks", "cy")
    test.run()
    assert _sent(test)["open"] == [2, "talks", "cy", ""]


def test_a_second_click_on_the_same_cell_is_news(app: Callable[..., AppTest]) -> None:
    assert _told(app(["ban", "ann", "", 1], ["ban", "ann", "", 2])) == [None, *[Picked("ban", "ann")] * 2]


def test_heads_and_roll_ups_can_be_picked(app: Callable[..., AppTest]) -> None:
    told = _told(app(["ban", "", "", 1], ["", "cy", "", 2], ["talks", "", "us", 3]))
    assert told[1:] == [Picked("ban"), Picked(actor="cy"), Picked("talks", side="us")]


@pytest.mark.parametrize(
    "click",
    [["ban", "nobody", "", 1], ["", "", "", 1], ["ban"], "ban", {"a": 1}, [["ban"], "", "", 1], [1, 2, 3, 4], 7],
)
def test_what_the_grid_does_not_show_cannot_be_picked(click: object, app: Callable[..., AppTest]) -> None:
    assert _told(app(click)) == [None, None]


@pytest.mark.parametrize("opened", [("ban", "ann"), Picked("ban", "ann")])
def test_the_page_says_which_cell_is_open(opened: object, app: Callable[..., AppTest]) -> None:
    assert _sent(app(open=opened))["open"] == [1, "ban", "ann", ""]
    assert _sent(app())["open"] == [0]


def test_who_is_heard_of_a_side_is_who_speaks_in_the_selection(shipped: Path) -> None:
    data = load(shipped)
    for chosen in ({"risk_area": "nc3"}, {"as_of": "2024-12-31"}, {}):
        seen = screen(data, Selection.of(chosen))
        assert sum(side.heard or 0 for side in seen.grid.sides) == seen.facts.speakers
    heard = {s.id: s.heard for s in screen(data, Selection.of({"risk_area": "nc3"})).grid.sides}
    assert (heard["us"], heard["china"]) == (1, 3)


def test_the_head_of_a_side_counts_who_speaks_in_the_rows_of_the_chosen_tiers(shipped: Path) -> None:
    data = load(shipped)
    whole, only = screen(data, Selection()), screen(data, Selection(), only=("one-sided~us",))
    rows = [place.row for place in only.places]
    assert 0 < len(rows) < len(whole.places)
    spoken = whole.view.actors["side"][(whole.view.codes[rows] != EMPTY).any(axis=0)].value_counts()
    assert {s.id: s.heard for s in only.grid.sides} == {s.id: spoken.get(s.id, 0) for s in only.grid.sides}
    assert sum(s.heard or 0 for s in only.grid.sides) == 4


def test_the_words_that_the_script_has_itself_are_those_of_palette_and_wording() -> None:
    script = (Path(grid.__file__).parent / "words.js").read_text(encoding="utf-8")
    own = dict(re.findall(r'^export const ([A-Z_]+) = "([^"]*)"', script, re.MULTILINE))
    kept = {"NOBODY_HERE": palette.NOBODY_HERE, "NOTHING_MATCHES": palette.NOTHING_MATCHES}
    assert own == {**kept, "OUTSIDE_DATES": wording.OUTSIDE_DATES}
