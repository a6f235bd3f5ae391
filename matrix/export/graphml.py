"""Networks in GraphML: actors and proposals with every visible position an edge; and actors alone, by a measure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.selection_words import selection_words
from matrix.analysis.voices import voices
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.dates import UNKNOWN, iso
from matrix.dataset.schema import LIST_SEPARATOR, MIXED, TABLES
from matrix.dataset.selection import Selection
from matrix.export.cell_text import storable
from matrix.export.extract import Extract, behind, extract, rule_words
from matrix.export.formats import Target, put
from matrix.wording import plural

if TYPE_CHECKING:
    from matrix.analysis.overlap import Overlap

OWN = ("mode", "label", "plain_id")  # attributes of a node that are no column
MODES = {"actor": ("a:", "actors"), "proposal": ("p:", "proposals")}

# Numbers as they are written to be counted with; fifteen digits are those that every program keeps.
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")

NodeValues = Mapping[str, str | float]


def to_graphml(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the actors and proposals in view with all their filled columns, and the visible positions.

    Node ids are `a:ID` and `p:ID`, with the plain id as an attribute; an empty value is no attribute. A `mixed` edge
    has no score. The days are the earliest and latest on which the folded statements can have been made. The same
    bytes every time.
    """
    chosen = extract(dataset, selection)
    graph: nx.Graph[str] = nx.Graph()
    graph.graph |= {"id": "matrix", **_filled(_about(chosen.dataset, chosen.selection))}
    graph.add_nodes_from((node, _filled(values)) for node, values in _nodes(chosen))
    graph.add_edges_from((f"a:{a}", f"p:{p}", _filled(values)) for a, p, values in _edges(chosen))
    buffer = io.BytesIO()
    _Writer(graph).dump(buffer)
    put(buffer.getvalue(), target)


def to_actors_graphml(
    dataset: Dataset, target: Target, selection: Selection | None = None, network: Overlap | None = None
) -> list[str]:
    """Write the actors in view joined by an overlap, without one by agreement (`points`); see `actors_graphml`.

    A line that says how many pairs are no edge, where there are some; and who opposed each other at a time.
    """
    from matrix.analysis.opposed import hidden_in
    from matrix.analysis.overlap import overlap  # only here: it brings scipy

    selection = selection or Selection()
    found = overlap(dataset, selection) if network is None else network
    put(actors_graphml(found, dataset, selection), target)
    n, less = _no_edges(found), "0 or less" if found.measure == "net" else "0"
    said = [f"{plural(n, 'compared pair')} with a measure of {less}: no edge"] if n else []
    return [*said, *hidden_in(dataset, selection, found).in_words(dataset)]


def actors_graphml(found: Overlap, dataset: Dataset, selection: Selection) -> bytes:
    """The actors of an overlap as nodes with all their filled columns, every pair with a measure above 0 as an edge.

    An edge has the `measure` and its `n`, and as `weight` the measure again, under the name that network programs look
    for; `opposed_once` (proposals and years) where two who count as agreed opposed each other at a time. The graph
    names the formula and how many compared pairs are no edge. ValueError for an overlap of proposals or of another
    dataset's actors. The same bytes every time.
    """
    from matrix.analysis.opposed import edges_opposed, hidden_in

    if found.of != "actors":
        raise ValueError(f"a network of actors needs an overlap of actors, and this is one of {found.of}")
    table = dataset.frames["actors"]
    frame = table[table["id"].isin(found.frame.index)]
    if len(frame) < len(found.frame):
        raise ValueError("the overlap is of actors that this dataset does not have")
    graph: nx.Graph[str] = nx.Graph()
    about = dict(_about(dataset, selection.within(dataset))) | {
        "formula": f"{found.formula}; counting {found.count}, duplicates: {found.duplicates}",
        "measure": found.measure,
        "normalize": found.normalize,
        "n_counts": found.n_words,
        "min_n": found.min_n,
        "pairs_without_edge": _no_edges(found),
        "opposed_unknown": hidden_in(dataset, selection, found).unknown,
    }
    graph.graph |= {"id": "actors", **_filled(about)}
    nodes = _nodes_of("actor", "actors", frame, _attributes(dataset, {"actors": frame}))
    graph.add_nodes_from((node, _filled(values)) for node, values in nodes)
    edges = edges_opposed(dataset, selection, found)
    graph.add_edges_from(
        (
            *(f"a:{one}", f"a:{other}"),
            _filled({"weight": float(value), "measure": float(value), "n": int(n), "opposed_once": once}),
        )
        for one, other, value, n, once in edges[edges["value"] > 0].itertuples(index=False)
    )
    buffer = io.BytesIO()
    _Writer(graph).dump(buffer)
    return buffer.getvalue()


def _no_edges(found: Overlap) -> int:
    """How many pairs are compared and joined by no edge.

    A network program takes an edge of weight 0 for a tie like any other, and Gephi reads no weight below 0.
    """
    return int((found.edges()["value"] <= 0).sum())


class _Writer(nx.GraphMLWriter):
    """Writes yes and no as the XML schema spells them, which stricter readers insist on."""

    def add_data(
        self, name: str, element_type: type, value: str, scope: str = "all", default: object = None
    ) -> Any:  # an element of the XML
        text = value.lower() if element_type is bool else value
        return super().add_data(name, element_type, text, scope, default)


def _filled(values: NodeValues) -> dict[str, str | float]:
    """What is not empty, as XML can hold it."""
    return {storable(k): storable(v) if isinstance(v, str) else v for k, v in values.items() if v != ""}


def _about(dataset: Dataset, selection: Selection) -> NodeValues:
    return {
        "title": dataset.title,
        "dataset_version": dataset.version,
        "selection": "; ".join(selection_words(dataset, selection)) or "none: the whole dataset",
        "rule": selection.rule,
        "formula": f"An edge is the position of an actor on a proposal. {rule_words(selection)}",
    }


@dataclass(frozen=True)
class _Attribute:
    """What a column becomes: the attribute's name, and what its texts are turned into."""

    name: str
    type: type[str] | type[int] | type[float]


def _attributes(dataset: Dataset, frames: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], _Attribute]:
    """For every filled column of a node table its attribute; those of the graph's own names stand aside."""
    taken = {"id", *OWN}
    return {
        (table, c): _Attribute(f"{c} (column)" if c.casefold() in taken else c, _type(dataset, table, c))
        for table, frame in frames.items()
        for c in frame.columns
        if c != "id" and (frame[c] != "").any()
    }


def _type(dataset: Dataset, table: str, name: str) -> type[str] | type[int] | type[float]:
    """Whole numbers, numbers or text: of all rows of the table, so that no selection changes an attribute's type.

    Free text of the schema (a name that is a year) stays text; so does a column of one's own with codes such as 007.
    """
    kind = TABLES[table][name].kind if name in TABLES[table] else ""
    if kind not in ("", "integer", "number", "vocabulary"):
        return str
    values = set(dataset.frames[table][name]) - {""}
    if all(_WHOLE.fullmatch(v) for v in values):
        return int
    return float if all(_NUMBER.fullmatch(v) for v in values) else str


def _nodes(chosen: Extract) -> Iterator[tuple[str, NodeValues]]:
    frames = {table: chosen.frames[table] for _, table in MODES.values()}
    attributes = _attributes(chosen.dataset, frames)
    for mode, (_, table) in MODES.items():
        yield from _nodes_of(mode, table, frames[table], attributes)


def _nodes_of(
    mode: str, table: str, frame: pd.DataFrame, attributes: Mapping[tuple[str, str], _Attribute]
) -> Iterator[tuple[str, NodeValues]]:
    columns = {c: a for (t, c), a in attributes.items() if t == table}
    rows = zip(*(frame[c].tolist() for c in columns), strict=True) if columns else ((),) * len(frame)
    for id_, title, row in zip(frame["id"].tolist(), frame[TABLES[table].label].tolist(), rows, strict=True):
        values = {a.name: a.type(v) if v else "" for a, v in zip(columns.values(), row, strict=True)}
        yield f"{MODES[mode][0]}{id_}", {"mode": mode, "label": title, "plain_id": id_, **values}


def _edges(chosen: Extract) -> Iterator[tuple[str, str, NodeValues]]:
    """Actor, proposal and values of every visible position, by proposal and then by side and actor."""
    seen, dataset = chosen.seen, chosen.dataset
    names = {MIXED: MIXED, **dict(zip(dataset.scale.ids, dataset.scale.names, strict=True))}
    conditional = dict(zip(dataset.scale.ids, dataset.scale.conditional.tolist(), strict=True))
    folded = _folded(dataset, behind(seen))
    for v in records(voices(seen.positions, seen.rows, seen.columns)):
        cell = folded.get((v["proposal"], v["actor"]))
        if cell is None:
            continue  # hidden by the stance filter
        ids, first, last = cell
        yield (
            str(v["actor"]),
            str(v["proposal"]),
            {
                "stance": v["stance"],
                "stance_name": names[v["stance"]],
                "score": "" if v["stance"] == MIXED else float(v["score"]),
                "conditional": conditional.get(v["stance"], False),
                "conditions": v["conditions"],
                "statements": int(v["n"]),
                "statement_ids": LIST_SEPARATOR.join(ids),
                "weakest_attribution": v["attribution"],
                "weakest_confidence": v["confidence"],
                "first_day": first,
                "last_day": last,
            },
        )


def _folded(dataset: Dataset, which: NDArray[np.bool_]) -> dict[tuple[str, str], tuple[list[str], str, str]]:
    """For every cell the ids of its statements, the first day of the earliest and the last day of the latest."""
    statements, codes = dataset.frames["statements"][which], dataset.codes
    first, last = codes.first[which].astype(np.int64), codes.last[which].astype(np.int64)
    table = pd.DataFrame(
        {
            "proposal": statements["proposal"].astype("str"),
            "actor": statements["actor"].astype("str"),
            "id": statements["id"],
            "first": np.where(first == UNKNOWN, np.iinfo(np.int64).max, first),
            "last": last,
        }
    )
    by = table.groupby(["proposal", "actor"], sort=False)
    days = by.agg({"id": list, "first": "min", "last": "max"})
    return {
        cell: (ids, iso(start) if start != np.iinfo(np.int64).max else "", iso(end))
        for cell, ids, start, end in zip(days.index, days["id"], days["first"], days["last"], strict=True)
    }
