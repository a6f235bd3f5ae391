"""The UpSet plot: bars are the sets' sizes, largest first, and each carries its members."""

from __future__ import annotations

import pytest

from matrix.analysis.sets import sets
from matrix.charts.caption import alt, words
from matrix.charts.upset import upset
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection, select
from matrix.store.folder import load
from tests.charts.conftest import HOSTILE, texts
from tests.tiny import dataset, partly_known, stated, table
from tests.tiny import frames as tiny_frames

# ann backs talk, test; bob backs talk; cem backs talk, ban.
STATED = (
    *("ann talk support early", "ann test support early", "bob talk support early"),
    *("cem talk support early", "cem ban support early", "dee talk oppose early"),
)


def bars(figure) -> list[list[str]]:
    return [list(c) for t in figure.data if t.name in ("exclusive", "inclusive") for c in t.customdata]


def test_exclusive_bars_add_up_and_carry_their_members() -> None:
    data = dataset(*STATED)
    figure = upset(sets(data, of=["ann", "bob", "cem"]), data)
    assert bars(figure) == [
        ["exclusive", "ann", "test"],
        ["exclusive", "cem", "ban"],
        ["exclusive", "ann;bob;cem", "talk"],
    ]
    assert list(figure.data[0].y) == [1, 1, 1]
    assert "n = 3 proposals" in words(figure).subtitle


def test_inclusive_bars_leave_the_single_ones_to_the_set_sizes() -> None:
    data = dataset(*STATED)
    figure = upset(sets(data, of=["ann", "bob", "cem"]), data, mode="inclusive")
    assert [b[1] for b in bars(figure)] == ["ann;bob", "ann;cem", "bob;cem", "ann;bob;cem"]
    sizes = next(t for t in figure.data if t.name == "set")
    assert [list(c) for c in sizes.customdata] == [
        ["set", "ann", "talk;test"],
        ["set", "cem", "talk;ban"],
        ["set", "bob", "talk"],
    ]
    assert list(sizes.x) == [2, 2, 1]


def test_what_is_left_out_is_said() -> None:
    data = dataset(*STATED)
    figure = upset(sets(data, of=["ann", "bob", "cem"]), data, most=1)
    assert len(bars(figure)) == 1
    assert (
        words(figure).notes[0].startswith("The 1 largest combination of 3 are drawn; the other 2 hold 1 proposal each")
    )


def test_alt_names_the_largest_and_the_sizes() -> None:
    data = dataset(*STATED)
    text = alt(upset(sets(data, of=["ann", "bob"]), data))
    assert "Largest: 1 proposal backed by exactly" in text
    assert "Ann 2 and Bob 1" in text


def test_on_a_phone_sizes_stand_beside_the_names() -> None:
    data = dataset(*STATED)
    figure = upset(sets(data, of=["ann", "bob", "cem"]), data, width=360)
    assert not [t for t in figure.data if t.name == "set"]
    assert any("Ann <b>2</b>" in t for t in texts(figure))


def test_what_is_known_only_in_part_is_in_no_exclusive_bar_and_said() -> None:
    data = partly_known()
    figure = upset(sets(data, of=["ann", "cem", "dee"]), data)
    assert bars(figure) == [["exclusive", "ann;dee", "talk"]]
    assert words(figure).notes[0].startswith("Of 2 proposals it is not known whether exactly these back it")
    assert not any("not known" in n for n in words(upset(sets(data, of=["ann", "dee"]), data, mode="inclusive")).notes)
    nothing = alt(upset(sets(select(data, Selection(source="late")), of=["ann", "dee"]), data))
    assert nothing.startswith("Nothing")
    only_test = sets(data, Selection(proposal="test"), of=["ann", "dee"])
    assert alt(upset(only_test, data)).startswith("Nothing to draw: of 1 proposal it is not known")


def test_sides_and_nothing() -> None:
    data = dataset(*STATED)
    assert bars(upset(sets(data, of=["north", "south"], by="sides"), data))
    assert alt(upset(sets(data, of=[]), data)).startswith("Nothing to compare: choose")
    assert "back no proposal" in alt(upset(sets(data, of=["dee"]), data))
    with pytest.raises(ValueError, match="mode"):
        upset(sets(data, of=["ann"]), data, mode="both")


def test_xiao_qian_and_cai_cuihong_share_exactly_three(shipped) -> None:
    data = load(shipped)
    figure = upset(sets(data, of=["xiao-qian", "cai-cuihong"]), data)
    both = next(b for b in bars(figure) if b[1] == "xiao-qian;cai-cuihong")
    assert set(both[2].split(";")) == {"bounded-cooperation", "incident-communication", "evaluation-exchange"}


def test_hostile_names_stay_text() -> None:
    actors = table(
        "id|name|name_native|side|authority", f"ann|{HOSTILE}|{HOSTILE}|north|official", "bob|Bob||north|expert"
    )
    proposals = table("id|title|theme|parent", f"talk|{HOSTILE}|process|", "test|T|process|")
    rows = ("ann talk support early", "ann test support early", "bob talk support early")
    data = Dataset.from_frames(tiny_frames(stated(*rows), actors=actors, proposals=proposals))
    for width in (360, 1100):
        for text in texts(upset(sets(data, of=["ann", "bob"]), data, width=width)):
            assert not any(bad in text for bad in ("<a", "<img", "$", "%{"))
