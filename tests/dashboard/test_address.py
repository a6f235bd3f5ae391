"""The address: read and written as on the command line, and forgiving with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from matrix.analysis.evidence import Picked
from matrix.dashboard.address import Address, read, write
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.store.folder import load


@pytest.fixture(scope="module")
def dataset(shipped: Path) -> Dataset:
    return load(shipped)


FULL = Address(
    Selection(
        source=("krasa-2026-05-08",),
        attribution=("quoted", "paraphrased"),
        confidence=("high",),
        since="2025",
        as_of="2026-05",
        risk_area=("nc3",),
        theme=("nuclear",),
        proposal=("nc3-red-lines",),
        side=("us", "china"),
        actor=("xi-jinping",),
        kind=("person",),
        authority=("official",),
        stance=("support", "mixed"),
        search="core & more",
        rule="latest",
    ),
    Picked("intergovernmental-dialogue", "us-government"),
    "abc",
    {"layout": ("table",), "group": ("theme",), "sort": ("disputed",), "tier": ("official", "one-sided~us")},
)


@pytest.mark.parametrize(
    "address",
    [
        FULL,
        Address(),
        Address(cell=Picked("nc3-red-lines"), version="v"),
        Address(cell=Picked("", "xi-jinping"), version="v"),
        Address(cell=Picked("intergovernmental-dialogue", "", "us"), version="v"),
    ],
)
def test_what_is_written_is_read_again(dataset: Dataset, address: Address) -> None:
    known = dataset.frames["proposals"]["id"].tolist()
    assert {"intergovernmental-dialogue", "nc3-red-lines"} <= set(known)
    assert read(write(address), dataset) == (address, [])


def test_an_address_of_nothing_is_empty(dataset: Dataset) -> None:
    assert write(Address(version=dataset.version)) == {}
    assert list(write(FULL))[:3] == ["source", "attribution", "confidence"]
    assert write(FULL)["risk-area"] == ["nc3"]


@pytest.mark.parametrize(
    ("params", "today"),
    [
        ({"table": ["1"]}, {"layout": ("table",)}),
        ({"table": ["1"], "layout": ["actors"]}, {"layout": ("actors",)}),
        ({"sort": ["theme"]}, {"group": ("theme",), "sort": ("listed",)}),
        ({"sort": ["common-ground"]}, {"group": ("common-ground",)}),
        ({"sort": ["disputed"]}, {"sort": ("disputed",)}),
    ],
)
def test_links_made_before_there_were_layouts_go_on_opening(
    dataset: Dataset, params: dict[str, list[str]], today: dict[str, tuple[str, ...]]
) -> None:
    address, complaints = read(params, dataset)
    assert (address.choices, complaints) == (today, [])


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"side": ["chna"]}, "side: 'chna' is not one of us, china, other, unattributed; did you mean 'china'?"),
        ({"as-of": ["2026-13"]}, "as-of: '2026-13' is not a date: there is no month 13"),
        ({"rule": ["newest"]}, "rule: 'newest' is not one of cautious, latest"),
        ({"sort": ["x"]}, "sort: 'x' is not one of backed, date, title, listed, disputed, similarity"),
        ({"layout": ["grid"]}, "layout: 'grid' is not one of sides, actors, table"),
        ({"tier": ["officials"]}, "tier: 'officials' is not one of official, official+expert"),
        ({"tier": ["one-sided~uk"]}, "tier: 'uk' is not one of us, china, other, others"),
        ({"risk_area": ["nc3"]}, "'risk_area' is not a filter; did you mean 'risk-area'?"),
        ({"cell": ["~~us"]}, "cell: '~~us' names no cell"),
        ({"cell": ["a~b"]}, "cell: 'a' is not one of"),
        ({"side": ["<b>"]}, "side: '<b>' is not one of"),
    ],
)
def test_an_unknown_part_is_left_out_with_a_sentence(
    dataset: Dataset, params: dict[str, list[str]], complaint: str
) -> None:
    address, complaints = read({**params, "theme": ["nuclear"]}, dataset)
    assert complaints[0].startswith(complaint)
    assert len(complaints) == 1
    assert address == Address(Selection(theme=("nuclear",)))
