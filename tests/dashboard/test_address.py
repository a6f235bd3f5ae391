"""The address: read and written as on the command line, and forgiving with a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matrix.analysis.evidence import Picked
from matrix.dashboard.address import PageAddress, read, write
from matrix.dataset.dataset import Dataset
from matrix.dataset.former_ids import Former
from matrix.dataset.selection import Selection
from matrix.store.folder import load


@pytest.fixture(scope="module")
def dataset(shipped: Path) -> Dataset:
    return load(shipped)


FULL = PageAddress(
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
        PageAddress(),
        PageAddress(cell=Picked("nc3-red-lines"), version="v"),
        PageAddress(cell=Picked("", "xi-jinping"), version="v"),
        PageAddress(cell=Picked("intergovernmental-dialogue", "", "us"), version="v"),
    ],
)
def test_what_is_written_is_read_again(dataset: Dataset, address: PageAddress) -> None:
    known = dataset.frames["proposals"]["id"].tolist()
    assert {"intergovernmental-dialogue", "nc3-red-lines"} <= set(known)
    assert read(write(address), dataset) == (address, [])


def test_an_address_of_nothing_is_empty(dataset: Dataset) -> None:
    assert write(PageAddress(version=dataset.version)) == {}
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
        ({"since": ["2027"], "as-of": ["2020"]}, "since: 2027 is later than as-of 2020: no day lies between them"),
    ],
)
def test_an_unknown_part_is_left_out_with_a_sentence(
    dataset: Dataset, params: dict[str, list[str]], complaint: str
) -> None:
    address, complaints = read({**params, "theme": ["nuclear"]}, dataset)
    assert complaints[0].startswith(complaint)
    assert len(complaints) == 1
    assert address == PageAddress(Selection(theme=("nuclear",)))


def test_an_address_from_before_opens_what_its_ids_became(shipped: Path) -> None:
    def rule(kind: str, id_: str, now: str) -> Former:
        return Former(kind, id_, "", now, "one name for it")

    now = replace(
        load(shipped),
        former=(
            *(rule("proposals", "red-lines", "lines"), rule("proposals", "lines", "nc3-red-lines")),
            *(rule("actors", "xi", "xi-jinping"), rule("actors", "nobody", "")),
            *(
                rule("themes", "atomic", "nuclear"),
                rule("stances", "backs", "support"),
                rule("actors", "us", "us-government"),
            ),
        ),
    )
    params = {
        "proposal": ["red-lines"],
        "actor": ["xi", "nobody"],
        "theme": ["atomic"],
        "stance": ["backs"],
        "cell": ["lines~xi"],
        "proposal-open": ["red-lines"],
        "actor-open": ["xi"],
        "one": ["xi"],
        "other": ["us-government"],
        "pair": ["xi~us-government"],
    }
    found, complaints = read(params, now)
    assert found.selection == Selection(proposal="nc3-red-lines", actor="xi-jinping", theme="nuclear", stance="support")
    assert found.cell == Picked("nc3-red-lines", "xi-jinping")
    assert {name: found.choices[name] for name in ("proposal-open", "actor-open", "one", "other", "pair")} == {
        "proposal-open": ("nc3-red-lines",),
        "actor-open": ("xi-jinping",),
        "one": ("xi-jinping",),
        "other": ("us-government",),
        "pair": ("xi-jinping~us-government",),
    }
    assert read({"one": ["us"], "by": ["sides"]}, now)[0].choices["one"] == ("us",)  # which a side is called too
    assert complaints == ["actor: 'nobody' was taken out, and nothing took its place: one name for it"]
