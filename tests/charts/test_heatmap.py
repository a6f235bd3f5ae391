"""The heatmap: its numbers are the Overlap's, its order a dendrogram's, what is not defined is not coloured."""

from __future__ import annotations

import re

import numpy as np
import pytest

from matrix.analysis.overlap import overlap
from matrix.charts.caption import alt, bare, words
from matrix.charts.heatmap import SIGN, heatmap
from matrix.charts.theme import colour_at, text_on, theme
from matrix.dataset.dataset import Dataset
from matrix.palette import BACKING_COLOURS, OPPOSING_COLOURS, contrast, mix
from matrix.store.folder import load
from tests.charts.conftest import HOSTILE, texts
from tests.tiny import dataset, stated, table
from tests.tiny import frames as tiny_frames

# ann and bob agree on talk; cem is against; dee says nothing.
STATED = ("ann talk support early", "bob talk support early", "cem talk oppose early", "cem ban support early")


def cells(figure) -> dict[tuple[str, str], float]:
    """(row id, column id) -> value, read from the drawn cells by way of the unseen markers."""
    z = np.array(figure.data[0].z, dtype=float)
    touch = figure.data[-1]
    return {tuple(ids): z[y, x] for ids, x, y in zip(touch.customdata, touch.x, touch.y, strict=True)}


def test_cells_hold_the_overlap() -> None:
    data = dataset(*STATED)
    found = cells(heatmap(overlap(data), data))
    assert found == {
        ("ann", "bob"): 1, ("bob", "ann"): 1, ("ann", "cem"): 0, ("cem", "ann"): 0, ("bob", "cem"): 0, ("cem", "bob"): 0,
    }  # fmt: skip


def test_title_formula_n_and_who_is_missing_stand_in_words() -> None:
    data = dataset(*STATED)
    around = words(heatmap(overlap(data), data))
    assert around.title == "Who agrees with whom: 3 actors, agreement"
    assert "points: 1 - mean |v-v'|/2" in around.method
    assert "3 pairs, each over n = 1 proposals on which both took a stance" in around.subtitle
    assert any("Dee (1)" in note for note in around.notes)


def test_alt_text_is_made_from_the_data() -> None:
    data = dataset(*STATED)
    text = alt(heatmap(overlap(data), data))
    assert "Highest: Ann and Bob, 100% on n = 1" in text
    assert "lowest:" in text
    assert "0% on n = 1" in text


def test_hover_gives_native_name_value_and_n() -> None:
    data = dataset(*STATED)
    hover = heatmap(overlap(data), data).data[-1].text
    assert any("Cem 杰姆" in t and "n = 1 proposals on which both took a stance" in t for t in hover)


def test_not_defined_is_blank_struck_and_said() -> None:
    data = dataset("ann talk support early", "bob talk support early", "bob ban support early", "cem ban support early")
    figure = heatmap(overlap(data), data)
    assert np.isnan(cells(figure)["ann", "cem"])
    assert [s.name for s in figure.layout.shapes if s.path] == ["not defined"]
    assert any("1 pair" in n and "not defined" in n for n in words(figure).notes)


def test_colours_are_tints_of_the_palettes_and_the_ends_differ_in_sign() -> None:
    data = dataset(*STATED)
    for dark in (False, True):
        look = theme(dark)
        scale = heatmap(overlap(data), data, dark=dark).data[0].colorscale
        for end, colour in ((scale[0][1], OPPOSING_COLOURS[0]), (scale[-1][1], BACKING_COLOURS[0])):
            assert end in {mix(colour, look.empty, share / 100) for share in range(50, 101)}
    clashes = heatmap(overlap(data, measure="clashes"), data).data[0].colorscale
    assert clashes[-1][1] == heatmap(overlap(data), data).data[0].colorscale[0][1]


@pytest.mark.parametrize("dark", [False, True])
def test_small_text_reads_on_every_colour_of_a_scale(dark: bool) -> None:
    look = theme(dark)
    for scale in (look.diverging(), look.sequential(), look.sequential(against=True)):
        colours = [colour_at(scale, share / 50) for share in range(51)]
        assert min(contrast(text_on(c), c) for c in colours) >= 5.5


def test_small_cells_hold_signs_that_the_words_explain() -> None:
    rows = [f"a{i} talk {'support' if i % 2 else 'oppose'} early" for i in range(40)]
    actors = table("id|name|name_native|side|authority", *(f"a{i}|Actor {i}||north|expert" for i in range(40)))
    data = Dataset.from_frames(tiny_frames(stated(*rows), actors=actors))
    figure = heatmap(overlap(data), data, width=640)
    assert figure.data[0].text is None
    across: set[tuple[int, int]] = set()
    up: set[tuple[int, int]] = set()
    for path in [shape.path for shape in figure.layout.shapes if shape.name == SIGN]:
        for ends in re.findall("M([^,]+),([^L]+)L([^,]+),([^M]+)", path):
            x0, y0, x1, y1 = map(float, ends)
            (across if y0 == y1 else up).add((round((x0 + x1) / 2), round((y0 + y1) / 2)))
    cells = {(x, y): v for y, row in enumerate(figure.data[0].z) for x, v in enumerate(row) if v == v}
    assert across == {at for at, v in cells.items() if v > 0.62 or v < 0.38}
    assert up == {at for at, v in cells.items() if v > 0.62}
    assert up
    assert across - up
    assert "+ is more than 62%, − is less than 38%; blank lies between or below." in words(figure).notes
    large = heatmap(overlap(dataset(*STATED)), dataset(*STATED))
    assert "In a cell: per cent, and below it n." in words(large).notes


def test_a_phone_has_numbers_in_its_cells_and_the_rest_named_above() -> None:
    rows = [f"a{i} talk support early" for i in range(40)]
    actors = table("id|name|name_native|side|authority", *(f"a{i}|Actor {i}||north|expert" for i in range(40)))
    data = Dataset.from_frames(tiny_frames(stated(*rows), actors=actors))
    figure = heatmap(overlap(data), data, width=360)
    assert {re.sub("<[^>]+>", "", t) for row in figure.data[0].text for t in row} == {"100", ""}
    around = words(figure)
    drawn = len(figure.data[0].z)
    assert around.title == f"Who agrees with whom: {drawn} of 40 actors, agreement"
    assert "left out: " in around.subtitle


def test_turned_names_begin_at_the_drawing() -> None:
    data = dataset(*STATED)
    assert heatmap(overlap(data), data).layout.xaxis.tickangle == 90


def test_light_and_dark_give_text_its_own_colour_on_a_clear_ground() -> None:
    data = dataset(*STATED)
    light, dark = (heatmap(overlap(data), data, dark=d) for d in (False, True))
    assert light.layout.font.color != dark.layout.font.color
    assert {f.layout.paper_bgcolor for f in (light, dark)} == {"rgba(0,0,0,0)"}
    assert light.layout.meta["ground"] != dark.layout.meta["ground"]


def test_nothing_to_compare_is_a_sentence() -> None:
    data = dataset("ann talk support early")
    assert alt(heatmap(overlap(data), data)).startswith("Nothing to compare")


def test_too_many_are_cut_to_those_compared_most_and_said() -> None:
    data = dataset(*STATED)
    figure = heatmap(overlap(data), data, most=2)
    assert len(figure.data[0].z) == 2
    assert words(figure).title == "Who agrees with whom: 2 of 3 actors, agreement"
    assert "Drawn are those compared on most; left out: Cem." in words(figure).subtitle


@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("of", ["actors", "proposals"])
def test_the_shipped_dataset_fits(shipped, width: int, of: str) -> None:
    data = load(shipped)
    figure = heatmap(overlap(data, of=of), data, width=width)
    assert figure.layout.width == width
    margin = figure.layout.margin
    assert width - margin.l - margin.r > width / 3


def test_bare_takes_title_and_notes_away_and_leaves_the_drawing() -> None:
    data = dataset(*STATED)
    whole = heatmap(overlap(data), data)
    small = bare(whole)
    assert {a.name for a in small.layout.annotations} <= {"key"}

    def inner(f) -> float:
        return f.layout.height - f.layout.margin.t - f.layout.margin.b

    assert inner(small) == pytest.approx(inner(whole), abs=1)


def test_a_very_long_name_of_a_side_keeps_within_the_key() -> None:
    sides = table("id|name|main|counted", f"north|{'Very long ' * 40}|true|true", "south|South|true|true")
    data = Dataset.from_frames(tiny_frames(stated(*STATED), sides=sides))
    key = next(a.text for a in heatmap(overlap(data), data).layout.annotations if a.name == "key")
    assert "South" in key
    assert len(re.sub("<[^>]+>", "", key)) < 100


def test_hostile_names_stay_text() -> None:
    actors = table(
        "id|name|name_native|side|authority", f"ann|{HOSTILE}|{HOSTILE}|north|official", "bob|Bob||north|expert"
    )
    data = Dataset.from_frames(tiny_frames(stated(*STATED[:2]), actors=actors))
    for width in (360, 1100):
        for text in texts(heatmap(overlap(data), data, width=width)):
            assert "<a" not in text
            assert "<img" not in text
            assert "$" not in text
            assert "%{" not in text or text == "%{text}"
