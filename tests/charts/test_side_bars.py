"""Bars by side: common ground leaves the middle to both sides, coverage counts voices, the ladder its rungs."""

from __future__ import annotations

import pytest

from matrix.analysis.common_ground import common_ground
from matrix.analysis.coverage import coverage
from matrix.analysis.ladder import ladder
from matrix.charts.caption import alt, words
from matrix.charts.common_ground import common_ground as common_ground_bars
from matrix.charts.coverage import coverage as coverage_bars
from matrix.charts.ladder import ladder as ladder_figure
from matrix.dataset.dataset import Dataset
from matrix.store.folder import load
from tests.charts.conftest import HOSTILE, texts
from tests.tiny import dataset, minimal, stated, table
from tests.tiny import frames as tiny_frames

STATED = (
    *("ann talk support early", "bob talk conditional early", "cem talk support early", "dee talk concern early"),
    *("ann ban oppose early", "bob ban support early", "bob ban oppose late", "dee ban concern early"),
)
AREAS = (
    table("id|name|parent", "war|War|", "arms|Arms|war", "law|Law|", "void|Void|"),
    table("id|title|theme|parent|risk_areas", "talk|Talk|p||law", "test|Test|p||arms;law", "ban|Ban|p||arms"),
)


def parts(figure) -> dict[tuple[str, ...], tuple[float, float]]:
    """[proposal, side, kind] -> where its part of the bar begins and ends."""
    return {
        tuple(c): (b, b + x)
        for t in figure.data
        if t.type == "bar"
        for c, b, x in zip(t.customdata, t.base, t.x, strict=True)
    }


def test_bars_leave_the_middle() -> None:
    figure = common_ground_bars(common_ground(dataset(*STATED)))
    assert parts(figure) == {
        ("talk", "north", "conditional"): (0, 1),
        ("talk", "north", "backing"): (1, 2),
        ("talk", "south", "neutral"): (-0.5, 0.5),
        ("talk", "south", "backing"): (0.5, 1.5),
        ("ban", "north", "mixed"): (-1, 0),
        ("ban", "north", "opposed"): (-2, -1),
        ("ban", "south", "neutral"): (-0.5, 0.5),
    }


def test_silence_and_officials_stand_in_words() -> None:
    figure = common_ground_bars(common_ground(dataset(*STATED)))
    beside = [t for trace in figure.data if trace.name == "silent" for t in trace.text]
    assert "★ 1" in beside[0]
    assert "0 of 2 silent" in beside[0]
    assert "1 of 2 silent" in beside[3]
    assert any("1 more proposal" in note for note in words(figure).notes)


def test_glyphs_in_the_bars_say_what_colour_says() -> None:
    figure = common_ground_bars(common_ground(dataset(*STATED)))
    assert {t.name: t.text[0] for t in figure.data if t.type == "bar"} == {
        "opposed": "✕", "mixed": "◆", "neutral": "△", "conditional": "◐", "backing": "●",
    }  # fmt: skip


def test_tiers_head_their_proposals_and_the_alt_text_counts_them(shipped) -> None:
    figure = common_ground_bars(common_ground(load(shipped)))
    assert any("<b>Officials of both sides back it: nobody of these sides opposes it" in t for t in texts(figure))
    assert "Officials of both sides back it 2" in alt(figure)
    assert "Official intergovernmental AI dialogue and Human control over nuclear weapons" in alt(figure)


def test_rows_left_out_are_said_and_no_sides_is_a_sentence() -> None:
    figure = common_ground_bars(common_ground(dataset(*STATED)), most=1)
    assert any("The first 1 of 2 proposals are drawn" in n for n in words(figure).notes)
    alone = Dataset.from_frames(minimal("x|a|p|support|s"))
    assert "No common ground" in alt(common_ground_bars(common_ground(alone)))


def test_coverage_says_no_voice_and_where_there_is_no_proposal() -> None:
    areas, proposals = AREAS
    data = dataset("ann test support early", risk_areas=areas, proposals=proposals)
    figure = coverage_bars(coverage(data), data)
    labels = [t for trace in figure.data if trace.name == "all proposals" for t in trace.text]
    assert any("<b>1 of 2</b> · 1 speaker" in t for t in labels)
    assert " no voice" in labels
    assert "Without a proposal in this selection: Void." in words(figure).notes
    assert "no South voice on War, Arms and Law" in alt(figure)
    assert next(list(c) for t in figure.data if t.name == "north" for c in t.customdata) == ["war", "north"]
    bare = dataset("ann talk support early")
    assert "no risk areas" in alt(coverage_bars(coverage(bare), bare))


def test_sun_stands_on_five_rungs_and_against_the_sixth(shipped) -> None:
    data = load(shipped)
    figure = ladder_figure(ladder(data), data)
    by = {t.name: [list(c) for c in t.customdata] for t in figure.data if t.customdata is not None}
    assert len([c for c in by["support"] if c[1] == "sun-chenghao"]) == 5
    assert by["oppose"] == [["nc3-ban", "sun-chenghao"]]
    assert "Sun Chenghao on 5 of 6" in alt(figure)
    assert "rejected by Sun Chenghao" in alt(figure)
    tiny = dataset(*STATED)
    assert alt(ladder_figure(ladder(tiny), tiny)).startswith("No ladder")


@pytest.mark.parametrize("width", [360, 1100])
def test_hostile_names_stay_text(width: int) -> None:
    actors = table(
        "id|name|name_native|side|authority", f"ann|{HOSTILE}|{HOSTILE}|north|official", "cem|C||south|expert"
    )
    proposals = table("id|title|theme|parent|risk_areas|ladder|rung", f"talk|{HOSTILE}|p||w|{HOSTILE}|1")
    areas = table("id|name|parent", f"w|{HOSTILE}|")
    sides = table("id|name|main|counted", f"north|{HOSTILE}|true|true", "south|S|true|true")
    rows = stated("ann talk support early", "cem talk conditional early")
    rows.loc[1, "condition"] = HOSTILE
    data = Dataset.from_frames(tiny_frames(rows, actors=actors, proposals=proposals, risk_areas=areas, sides=sides))
    figures = (
        common_ground_bars(common_ground(data), width=width),
        coverage_bars(coverage(data), data, width=width),
        ladder_figure(ladder(data), data, width=width),
    )
    for figure in figures:
        for text in texts(figure):
            assert not any(bad in text for bad in ("<a", "<img", "$", "%{"))


@pytest.mark.parametrize("dark", [False, True])
def test_the_shipped_dataset_is_drawn_on_a_phone_too(shipped, dark: bool) -> None:
    data = load(shipped)
    for figure in (
        common_ground_bars(common_ground(data), width=360, dark=dark),
        coverage_bars(coverage(data), data, width=360, dark=dark),
        ladder_figure(ladder(data), data, width=360, dark=dark),
    ):
        assert figure.layout.width == 360
        assert len(alt(figure)) > 80
