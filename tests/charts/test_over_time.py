"""The line of a measure over time: breaks where there is no number, n under it, everything in words too."""

from __future__ import annotations

import math

import pytest

from matrix.analysis.over_time import over_time
from matrix.charts.caption import alt, words
from matrix.charts.over_time import over_time as line
from matrix.dataset.dataset import Dataset
from tests.charts.conftest import HOSTILE, texts
from tests.tiny import dataset, stated, table
from tests.tiny import frames as tiny_frames

ON = "date_start={0} date_end={0}"
STATED = (
    f"ann talk support late {ON.format('2026-01-01')}",
    f"cem talk support late {ON.format('2026-01-02')}",
    f"ann ban support late {ON.format('2026-02-15')}",
    f"ann test support late {ON.format('2026-03-20')}",
    f"cem test oppose late {ON.format('2026-03-21')}",
    f"ann ban support late {ON.format('2026-03-21')}",
    f"cem ban support late {ON.format('2026-03-21')}",
    "cem ban support late",
)


@pytest.fixture
def data() -> Dataset:
    return dataset(*STATED)


def trace(figure, name: str):
    return next(t for t in figure.data if t.name == name)


def test_a_window_without_a_number_breaks_the_line_and_n_stands_under_it(data: Dataset) -> None:
    figure = line(over_time(data, window="30d"), data, one="ann", other="cem")
    value = trace(figure, "value")
    assert [None if math.isnan(v) else v for v in value.y] == [1, None, 0.5]
    assert value.connectgaps is False
    assert list(trace(figure, "n").y) == [1, 0, 2]
    assert list(value.customdata[0]) == ["2026-01-01", "2026-01-30"]
    assert "<b>50%</b> (n = 2)" in value.hovertext[2]


def test_the_words_name_measure_windows_n_and_what_is_left_out(data: Dataset) -> None:
    found = line(over_time(data, window="30d", of="sides"), data, one="north", other="south")
    said = words(found)
    assert said.title == "Agreement of North and South over time"
    assert said.subtitle.startswith("3 windows of 30 days, one each 30 days")
    assert said.method.startswith("points: 1 - mean")
    assert list(said.notes) == [
        "1 window without a number: not both speak in it, or n is too small.",
        "In no window, being undated: 1 statement.",
    ]
    assert "2026-01-01 to 2026-01-30 100% (n = 1); 2026-03-02 to 2026-03-31 50% (n = 2)" in alt(found)


def test_polarisation_and_counts_have_their_own_scale(data: Dataset) -> None:
    figure = line(over_time(data, window="30d", measure="polarisation"), data)
    assert words(figure).title == "Polarisation of the best split in two camps over time"
    assert figure.layout.yaxis.tickformat != ".0%"
    net = line(over_time(data, window="30d", measure="net"), data, one="ann", other="cem")
    assert net.layout.yaxis.range[0] < 0 <= min(v for v in trace(net, "value").y if not math.isnan(v)) + 1
    share = line(over_time(data, window="30d"), data, one="ann", other="cem")
    assert share.layout.yaxis.tickformat == ".0%"


def test_normalised_numbers_fill_the_picture(data: Dataset) -> None:
    figure = line(over_time(data, window="90d", measure="shared", normalize="product"), data, one="ann", other="cem")
    assert words(figure).method.startswith("shared: (sum_j T_ij * T_i'j) / (n_i * n_i')")
    most = max(trace(figure, "value").y)
    assert 0 < most < figure.layout.yaxis.range[1] < 1.1 * most


def test_nothing_to_draw_is_a_sentence(data: Dataset) -> None:
    few = line(over_time(data, window="30d").at_least(5), data, one="ann", other="cem")
    assert words(few).title.startswith("Nothing to draw over time: in no window is there a number of Ann and Cem")


def test_hostile_names_are_shown_not_obeyed() -> None:
    actors = table("id|name|side", f"ann|{HOSTILE}|north", f"cem|{HOSTILE}|south")
    data = Dataset.from_frames(tiny_frames(stated(*STATED), actors=actors))
    figure = line(over_time(data, window="30d"), data, one="ann", other="cem", width=360, dark=True)
    assert not [t for t in texts(figure) if "<a " in t or "<img" in t]
