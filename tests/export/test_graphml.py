"""The two-mode network: networkx and rustworkx read the same nodes, edges and attributes that the matrix shows."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import rustworkx as rx

from matrix.analysis.overlap import overlap
from matrix.analysis.positions import positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.formats import write_file
from matrix.export.graphml import actors_graphml, to_actors_graphml, to_graphml
from matrix.store.folder import load
from tests.small import FRAMES
from tests.tiny import dataset as tiny


def graph_of(dataset: Dataset, selection: Selection | None = None) -> nx.Graph[str]:
    buffer = BytesIO()
    to_graphml(dataset, buffer, selection)
    return nx.parse_graphml(buffer.getvalue().decode("utf-8"))


def test_nodes_are_actors_and_proposals_and_edges_positions(small: Dataset) -> None:
    graph = graph_of(small)
    assert {n: d["mode"] for n, d in graph.nodes(data=True)} == {
        **{f"a:{a}": "actor" for a in ("ann", "bob", "hermit", "chen", "dao", "press")},
        **{f"p:{p}": "proposal" for p in ("hotline", "ban", "partial-ban", "pause")},
    }
    assert {(u, v): d["stance"] for u, v, d in graph.edges(data=True)} == {
        ("a:ann", "p:hotline"): "support",
        ("a:bob", "p:hotline"): "conditional",
        ("a:chen", "p:hotline"): "oppose",
        ("a:chen", "p:ban"): "mixed",
        ("a:press", "p:partial-ban"): "concern",
    }


def test_an_edge_says_everything_about_its_position() -> None:
    graph = graph_of(
        tiny(
            "ann talk conditional early date_start=2026-03 date_end=2026-03 attribution=quoted confidence=low",
            "ann talk support early date_start=2026-01-05 date_end=2026-01-06 attribution=unattributed confidence=high",
            "bob ban oppose late",
        )
    )
    assert graph.edges["a:ann", "p:talk"] == {
        "stance": "conditional",
        "stance_name": "Supports on a condition",
        "score": 0.5,
        "conditional": True,
        "conditions": "it is mutual",
        "statements": 2,
        "statement_ids": "s1;s2",
        "weakest_attribution": "unattributed",
        "weakest_confidence": "low",
        "first_day": "2026-01-05",
        "last_day": "2026-03-31",
    }
    assert "first_day" not in graph.edges["a:bob", "p:ban"], "undated"
    assert graph.edges["a:bob", "p:ban"]["score"] == -1


def test_a_mixed_position_has_no_score(small: Dataset) -> None:
    edge = graph_of(small).edges["a:chen", "p:ban"]
    assert (edge["stance"], "score" in edge, edge["statement_ids"]) == ("mixed", False, "s4;s5")


def test_nodes_have_all_filled_columns_and_the_plain_id() -> None:
    actors = [{**a, "Label": "own", "empty": ""} for a in FRAMES["actors"]]
    graph = graph_of(Dataset.from_frames({**FRAMES, "actors": actors}))
    assert graph.nodes["a:chen"] == {
        "mode": "actor",
        "label": "Chen",
        "plain_id": "chen",
        "name": "Chen",
        "name_native": "陈",
        "side": "china",
        "authority": "official",
        "Label (column)": "own",
    }


def test_an_actor_and_a_proposal_of_one_id_are_two_nodes() -> None:
    statement = {"id": "s", "actor": "x", "proposal": "x", "stance": "support", "source": "s"}
    one = {"actors": [{"id": "x", "name": "X"}], "proposals": [{"id": "x", "title": "X"}]}
    graph = graph_of(Dataset.from_frames({**one, "sources": [{"id": "s", "title": "S"}], "statements": [statement]}))
    assert (sorted(graph.nodes), list(graph.edges)) == (["a:x", "p:x"], [("a:x", "p:x")])


def test_the_graph_names_version_selection_and_rule(small: Dataset) -> None:
    chosen = Selection(side="us", stance="support", rule="latest")
    graph = graph_of(small, chosen)
    assert graph.graph["dataset_version"] == small.version
    assert graph.graph["selection"] == "Side: United States (us); Stance: Supports (support); Rule: latest"
    assert graph.graph["rule"] == "latest"
    assert "Folded by the latest day" in graph.graph["formula"]
    assert list(graph.edges) == [("a:ann", "p:hotline")], "what the stance filter hides is no edge"


def test_networkx_and_rustworkx_read_the_same(shipped: Path, tmp_path: Path) -> None:
    dataset, file = load(shipped), tmp_path / "x.graphml"
    to_graphml(dataset, file)
    one, other = nx.read_graphml(file), rx.read_graphml(str(file))[0]

    def filled(values: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in values.items() if v not in ("", None) and v == v and k != "id"}

    assert {v["id"]: filled(v) for v in other.nodes()} == {n: filled(d) for n, d in one.nodes(data=True)}
    edges = {(other[a]["id"], other[b]["id"]): filled(v) for a, b, v in other.weighted_edge_list()}
    assert edges == {(u, v): filled(d) for u, v, d in one.edges(data=True)}
    assert len(edges) == int(positions(dataset).notna().to_numpy().sum())


@pytest.mark.parametrize("write", [to_graphml, to_actors_graphml])
def test_what_strict_readers_insist_on_holds(write: Callable[..., object], small: Dataset) -> None:
    """Gephi's reader takes the six types, no nested graph and no edge without its nodes; `label`, `weight` by name."""
    buffer = BytesIO()
    write(small, buffer)
    root = ET.fromstring(buffer.getvalue())
    space = "{http://graphml.graphdrawing.org/xmlns}"
    keys = [*root.iter(f"{space}key")]
    declared = {(k.get("for"), k.get("id")): k.get("attr.type") for k in keys}
    assert len({k.get("id") for k in keys}) == len(declared) == len(keys), "an id is of one key"
    assert set(declared.values()) <= {"string", "double", "float", "boolean", "int", "long"}, "the types of GraphML"
    names = {of: [k.get("attr.name") or "" for k in keys if k.get("for") == of] for of in ("graph", "node", "edge")}
    assert sum(map(len, names.values())) == len(keys), "and is for one of the three"
    for named in names.values():
        assert all(named)
        assert len({n.casefold() for n in named}) == len(named), "programs do not tell Label from label"
    for of in names:
        for element in root.iter(f"{space}{of}"):
            used = [(of, d.get("key")) for d in element.findall(f"{space}data")]
            assert used
            assert len(set(used)) == len(used)
            assert set(used) <= set(declared)
    (graph,) = root.iter(f"{space}graph")
    assert graph.get("edgedefault") == "undirected"
    assert {e.tag.removeprefix(space) for e in graph} <= {"node", "edge", "data"}
    assert {d.tag for e in graph if e.tag != f"{space}data" for d in e} == {f"{space}data"}, "no port, no graph within"
    nodes = [n.get("id") for n in graph.findall(f"{space}node")]
    assert len(nodes) == len(set(nodes)) == (10 if write is to_graphml else 6)
    ends = [(e.get("source"), e.get("target")) for e in graph.iter(f"{space}edge")]
    assert ends
    assert {end for both in ends for end in both} <= set(nodes)
    assert len({frozenset(both) for both in ends}) == len(ends), "no two edges are parallel"
    types = {(k.get("for"), k.get("attr.name")): k.get("attr.type") for k in keys}
    assert types["node", "label"] == "string"
    assert types.get(("edge", "weight")) == (None if write is to_graphml else "double")
    flags = [k for (_, k), kind in declared.items() if kind == "boolean"]
    shown = {d.text for d in root.iter(f"{space}data") if d.get("key") in flags}
    assert shown <= {"true", "false"}, "as the XML schema spells them"
    assert shown or write is to_actors_graphml


def test_numbers_and_flags_keep_their_type(small: Dataset) -> None:
    for _, _, values in graph_of(small).edges(data=True):
        assert type(values["statements"]) is int
        assert type(values["conditional"]) is bool
        assert type(values.get("score", 0.0)) is float


def test_who_never_spoke_is_a_node_without_an_edge(small: Dataset) -> None:
    assert set(nx.isolates(graph_of(small))) == {"a:hermit", "a:dao", "p:pause"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("export.graphml", {"openpyxl", "plotly", "scipy", "streamlit", "xlsxwriter"}),
        *((f"export.{m}", {"openpyxl", "xlsxwriter"}) for m in ("bibtex", "brief", "csv_tables")),
        *((f"export.{m}", {"openpyxl", "xlsxwriter"}) for m in ("json_document", "parquet")),
        *((f"importing.{m}", {"scipy", "xlsxwriter"}) for m in ("json_document", "parquet", "sheet", "workbook")),
    ],
)
def test_no_format_loads_what_only_the_writing_of_workbooks_needs(module: str, heavy: set[str]) -> None:
    script = f"import sys, matrix.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert heavy.intersection(done.stdout.split()) == set()


@pytest.mark.parametrize("selection", [Selection(), Selection(search="no such text")])
def test_two_exports_are_the_same_bytes_and_an_empty_one_is_a_graph(small: Dataset, selection: Selection) -> None:
    one, other = BytesIO(), BytesIO()
    to_graphml(small, one, selection)
    to_graphml(small, other, selection)
    assert one.getvalue() == other.getvalue()
    assert len(graph_of(small, selection).nodes) == (0 if selection.search else 10)


def test_an_edge_of_two_who_opposed_each_other_at_a_time_says_so() -> None:
    said = ("ann talk support", "bob talk oppose", "ann talk oppose", "bob talk support", "cem talk support")
    days = ("2019-03-01", "2019-05-01", "2026-01-01", "2026-02-01", "2026-02-01")
    data = tiny(*(f"{w} late date_start={d} date_end={d}" for w, d in zip(said, days, strict=True)))
    buffer = BytesIO()
    messages = to_actors_graphml(data, buffer)
    assert any(m.startswith("Ann and Bob opposed each other on “Keep talking” in 2019 and 2026") for m in messages)
    edges = nx.parse_graphml(buffer.getvalue().decode()).edges
    assert edges["a:ann", "a:bob"]["opposed_once"] == "talk: 2019, 2026"
    assert "opposed_once" not in edges["a:ann", "a:cem"]


def test_actors_alone_are_joined_by_a_measure_with_its_n_as_numbers() -> None:
    data = tiny(
        *("ann talk support early", "ann test support early", "bob talk support early", "bob test oppose early"),
        "cem talk oppose early",
    )
    buffer = BytesIO()
    to_actors_graphml(data, buffer)
    graph = nx.parse_graphml(buffer.getvalue().decode())
    assert graph.graph["measure"] == "points"
    assert {(u, v): d for u, v, d in graph.edges(data=True)} == {
        ("a:ann", "a:bob"): {"weight": 0.5, "measure": 0.5, "n": 2},
    }
    assert graph.graph["pairs_without_edge"] == 2
    assert {"a:ann", "a:bob", "a:cem"} <= set(graph.nodes)
    assert all(values["mode"] == "actor" for _, values in graph.nodes(data=True))
    found = overlap(data, measure="shared").at_least(2)
    graph = nx.parse_graphml(actors_graphml(found, data, Selection()).decode())
    assert list(graph.edges(data=True)) == [("a:ann", "a:bob", {"weight": 2.0, "measure": 2.0, "n": 2})]
    assert graph.graph["min_n"] == 2


def test_a_pair_with_more_conflict_than_agreement_is_no_edge_and_is_counted(tmp_path: Path) -> None:
    data = tiny("ann talk support early", "bob talk support early", "cem talk oppose early")
    file = tmp_path / "x.actors.graphml"
    said = write_file(data, file, network=overlap(data, measure="net", count="statements"))
    assert said == ["2 compared pairs with a measure of 0 or less: no edge"]
    graph = nx.read_graphml(file)
    assert [*graph.edges(data="weight")] == [("a:ann", "a:bob", 1.0)]
    assert "a:cem" in graph
    with pytest.raises(ValueError, match=r"x.graphml'?: only .actors.graphml and .edges.csv take an overlap"):
        write_file(data, tmp_path / "x.graphml", network=overlap(data))
    with pytest.raises(ValueError, match="needs an overlap of actors, and this is one of proposals"):
        write_file(data, file, network=overlap(data, of="proposals"))


def test_whom_a_stance_hides_keeps_the_columns_of_an_actor() -> None:
    data = tiny("ann talk support early", "bob talk support early", "cem ban oppose early", "dee talk support early")
    chosen = Selection(stance="support")
    graph = nx.parse_graphml(actors_graphml(overlap(data, chosen), data, chosen).decode())
    assert all("label" in values for _, values in graph.nodes(data=True))


def test_columns_of_numbers_are_numbers_whatever_is_selected() -> None:
    actors = [
        {**a, "track": track, "since": since, "code": code, "year": str(year)}
        for a, track, since, code, year in zip(
            FRAMES["actors"], cycle(["1", "1.5"]), cycle(["1990", ""]), cycle(["007", "1"]), cycle([1, "n/a"])
        )
    ]
    proposals = [{**p, "ladder": "one", "rung": str(k)} for k, p in enumerate(FRAMES["proposals"], 1)]
    data = Dataset.from_frames({**FRAMES, "actors": actors, "proposals": proposals})
    graph = graph_of(data)
    assert [graph.nodes[f"p:{p['id']}"]["rung"] for p in proposals] == [1, 2, 3, 4]
    for found in (graph, graph_of(data, Selection(actor="ann"))):
        ann = found.nodes["a:ann"]
        assert [ann[c] for c in ("track", "since", "code", "year")] == [1.0, 1990, "007", "1"]
        assert isinstance(ann["track"], float)
