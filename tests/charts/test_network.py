"""The network: edges at or above a named threshold, conflict apart, nodes by side, who stands alone in words."""

from __future__ import annotations

import numpy as np
import pytest

from matrix.analysis.overlap import overlap
from matrix.charts.caption import alt, words
from matrix.charts.network import Edges, network, readable
from matrix.charts.network_layout import label_places, layout
from matrix.dataset.dataset import Dataset
from matrix.store.folder import load
from tests.charts.conftest import HOSTILE, texts
from tests.tiny import dataset, stated, table
from tests.tiny import frames as tiny_frames

# ann and bob agree twice, cem clashes with both once, dee says nothing.
STATED = (
    *("ann talk support early", "ann test support early", "bob talk support early", "bob test support early"),
    *("cem talk oppose early", "cem ban support early"),
)


def pairs(figure, name: str = "pairs") -> list[list[str]]:
    return [list(c) for t in figure.data if t.name == name for c in t.customdata]


def nodes(figure):
    return next(t for t in figure.data if t.name == "actors")


def labels(figure, name: str = "name") -> list[str]:
    return [a.text for a in figure.layout.annotations if a.name == name]


def test_edges_are_the_pairs_above_the_named_threshold() -> None:
    data = dataset(*STATED)
    figure = network(overlap(data), data, threshold=0.5)
    assert pairs(figure) == [["pair", "ann", "bob"]]
    assert "agreement of at least 50%" in words(figure).subtitle
    assert "2 actors without an edge: Cem and Dee." in words(figure).notes


def test_conflict_is_apart_dashed_and_crossed() -> None:
    data = dataset(*STATED)
    figure = network(overlap(data), data, clash=overlap(data, measure="clashes"), threshold=0.5)
    assert pairs(figure, "conflict pairs") == [["pair", "ann", "cem"], ["pair", "bob", "cem"]]
    lines = {t.name: t.line for t in figure.data if t.mode == "lines"}
    assert (lines["agree"].dash, lines["conflict"].dash) == ("solid", "4px,4px")
    assert lines["agree"].color != lines["conflict"].color
    assert "Ann against Cem" in alt(figure)


def test_who_is_there_by_a_conflict_alone_does_not_stand_together_and_pairs_are_those_that_are_compared() -> None:
    data = dataset(*STATED)
    found, clash = overlap(data), overlap(data, measure="clashes")
    said = words(network(found, data, clash=clash, threshold=0.5))
    assert said.title == "Who stands together: 2 of 4 actors, 1 edge, 2 conflict edges (1 more actor by these alone)"
    assert "; 1 of 3 pairs." in said.subtitle, "ann and cem, bob and cem are compared as well, and come to 0"
    none = words(network(found, data, clash=clash, threshold=2))
    assert none.title == "Who opposes whom: 3 of 4 actors, 2 conflict edges"
    few = words(network(found.at_least(2), data, clash=clash.at_least(2), threshold=0.5))
    assert "; 1 pair that meets on at least 2." in few.subtitle


def test_a_side_has_a_shape_of_its_own() -> None:
    data = dataset(*STATED)
    figure = network(overlap(data), data, clash=overlap(data, measure="clashes"), threshold=0.5)
    drawn = nodes(figure)
    shape = {c[1]: s for c, s in zip(drawn.customdata, drawn.marker.symbol, strict=True)}
    assert shape["ann"] == shape["bob"] != shape["cem"]
    assert set(labels(figure)) == {"Ann", "Bob", "Cem"}


def test_a_chosen_threshold_is_named_as_such(shipped) -> None:
    data = load(shipped)
    figure = network(overlap(data), data)
    assert "the lowest that keeps the picture readable" in words(figure).subtitle
    assert len(pairs(figure)) <= 3 * len(nodes(figure).x)
    assert f"; {len(pairs(figure))} of {len(overlap(data).edges())} pairs." in words(figure).subtitle


def test_the_threshold_chosen_here_is_of_the_data_not_of_the_window(shipped) -> None:
    rows = [f"a{i} p{k} support early" for i in range(40) for k in range(20) if (i * k) % 7 < 4]
    actors = table("id|name|name_native|side|authority", *(f"a{i}|Actor {i}||north|expert" for i in range(40)))
    proposals = table("id|title", *(f"p{k}|Proposal {k}" for k in range(20)))
    many = Dataset.from_frames(tiny_frames(stated(*rows), actors=actors, proposals=proposals))
    for data in (load(shipped), many):
        found, clash = overlap(data), overlap(data, measure="clashes")
        wide, phone = (words(network(found, data, clash=clash, width=width)) for width in (1240, 360))
        assert wide.title == phone.title
        assert wide.subtitle == phone.subtitle


def test_nothing_and_too_much_are_sentences() -> None:
    data = dataset(*STATED)
    assert "no pair has agreement of at least 200%" in alt(network(overlap(data), data, threshold=2))
    rows = [f"a{i} talk support early" for i in range(60)]
    actors = table("id|name|name_native|side|authority", *(f"a{i}|Actor {i}||north|expert" for i in range(60)))
    crowd = Dataset.from_frames(tiny_frames(stated(*rows), actors=actors))
    assert "are too many to read" in alt(network(overlap(crowd), crowd))


def test_the_layout_is_the_same_every_time_and_stays_on_the_page() -> None:
    edges = [(0, 1, 1.0), (1, 2, 0.5), (3, 4, 1.0)]
    once, again = layout(5, edges), layout(5, edges)
    assert np.array_equal(once, again)
    assert once.min() >= 0
    assert once.max() <= 1
    assert layout(1, []).tolist() == [[0.5, 0.5]]


def test_labels_keep_off_each_other() -> None:
    at = np.array([[0.5, 0.5], [0.52, 0.5], [0.5, 0.52]])
    where = label_places(at, ["a long label"] * 3, 600, 400, 12, 6)
    assert len(set(filter(None, where))) == len([w for w in where if w])


def test_a_label_stands_where_no_line_runs_through_it() -> None:
    at = np.array([[0.5, 0.5], [0.5, 0.0], [0.5, 1.0], [1.0, 0.5]])
    where = label_places(at, ["Ann", "", "", ""], 400, 400, 12, 6, [(0, 1), (0, 2), (0, 3)])
    assert where[0].right < 0  # above, below and to the right a line leaves the node
    assert label_places(at, ["Ann", "", "", ""], 400, 400, 12, 6)[0].right == 0


def test_names_lie_on_the_ground_so_that_no_line_strikes_them_out() -> None:
    data = dataset(*STATED)
    for dark in (False, True):
        figure = network(overlap(data), data, threshold=0.5, dark=dark)
        grounds = {a.bgcolor for a in figure.layout.annotations if a.name == "name"}
        assert grounds == {figure.layout.meta["ground"]}


def test_who_has_no_room_for_a_name_has_a_number_and_the_name_below() -> None:
    pairs = range(24)
    actors = table(
        "id|name|name_native|side|authority", *(f"a{i}|A very long name of {i}||north|expert" for i in range(48))
    )
    proposals = table("id|title|theme|parent", *(f"p{k}|Plan {k}|t|" for k in pairs))
    rows = [f"a{2 * k + more} p{k} support early" for k in pairs for more in (0, 1)]
    data = Dataset.from_frames(tiny_frames(stated(*rows), actors=actors, proposals=proposals))
    figure = network(overlap(data), data, width=320)
    numbers = labels(figure, "number")
    assert numbers == [str(i + 1) for i in range(len(numbers))] != []
    note = next(
        n for n in words(figure).notes if n.startswith("Numbered, as their names do not fit: 1 A very long name")
    )
    assert note.count("A very long name") == len(numbers) == 48 - len(labels(figure))
    assert "hover" not in " ".join(words(figure).notes)


def test_the_threshold_is_the_lowest_that_leaves_few_enough_edges() -> None:
    rng = np.random.default_rng(3)
    one, other = np.triu_indices(20, 1)
    value = rng.choice([0.2, 0.4, 0.6, 0.8, 1.0], len(one))
    edges = Edges(one, other, value, rng.integers(1, 9, len(one)))
    found = readable(edges)
    assert len(edges.at_least(found.value)) <= 60 < len(edges.at_least(found.value - 0.2))
    alike = Edges(one, other, np.ones(len(one)), edges.n)
    few = readable(alike)
    assert few.value == 1
    assert len(alike.at_least(1, few.n)) <= 60 < len(alike.at_least(1, few.n - 1))


@pytest.mark.parametrize("width", [360, 1100])
def test_hostile_names_stay_text(width: int) -> None:
    actors = table(
        "id|name|name_native|side|authority", f"ann|{HOSTILE}|{HOSTILE}|north|official", "bob|Bob||north|expert"
    )
    data = Dataset.from_frames(tiny_frames(stated(*STATED[:4]), actors=actors))
    for text in texts(network(overlap(data), data, threshold=0.5, width=width)):
        assert not any(bad in text for bad in ("<a", "<img", "$", "%{"))


def test_a_chosen_conflict_threshold_is_named_also_where_it_leaves_none() -> None:
    data = dataset(*STATED, "bob ban oppose early")
    figure = network(overlap(data), data, clash=overlap(data, measure="clashes"), threshold=0.5)
    assert pairs(figure, "conflict pairs") == [["pair", "ann", "cem"], ["pair", "bob", "cem"]]
    calm = dataset(*STATED[:4])
    figure = network(overlap(calm), calm, clash=overlap(calm, measure="clashes"), threshold=0.5)
    assert "No conflict edge: no pair has clashes of at least 1." in words(figure).subtitle
