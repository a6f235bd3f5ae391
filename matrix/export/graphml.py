"""The visible matrix as a two-mode network in GraphML: actors and proposals as nodes, every position an edge."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
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

if TYPE_CHECKING:
    from matrix.analysis.overlap import Overlap

OWN = ("mode", "label", "plain_id")  # attributes of a node that are no column
MODES = {"actor": ("a:", "actors"), "proposal": ("p:", "proposals")}

NodeValues = Mapping[str, str | float]


def to_graphml(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the actors and proposals in view with all their filled columns, and the visible positions.

    Node ids are `a:ID` and `p:ID`, with the plain id as an attribute; an empty value is no attribute. A `mixed` edge
    has no score. The days are the earliest and latest on which the folded statements can have been made. The same
    bytes every time.
    """
    chosen = extract(dataset, selection)
    graph: nx.Graph[str] = nx.Graph()
    graph.graph |= {"id": "matrix", **_filled(_about(chosen))}
    graph.add_nodes_from((node, _filled(values)) for node, values in _nodes(chosen))
    graph.add_edges_from((f"a:{a}", f"p:{p}", _filled(values)) for a, p, values in _edges(chosen))
    buffer = io.BytesIO()
    _Writer(graph).dump(buffer)
    put(buffer.getvalue(), target)


def to_actors_graphml(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the actors in view as a network of their own, joined by agreement (`points`); see `actors_graphml`."""
    from matrix.analysis.overlap import overlap  # only here: it brings scipy

    selection = selection or Selection()
    put(actors_graphml(overlap(dataset, selection), dataset, selection), target)


def actors_graphml(found: Overlap, dataset: Dataset, selection: Selection) -> bytes:
    """The actors of an overlap as nodes with all their filled columns, every pair that is compared as an edge.

    An edge has the `measure` as a number and its `n`; the graph names the formula. The same bytes every time.
    """
    chosen = extract(dataset, selection)
    listed = set(found.frame.index)
    graph: nx.Graph[str] = nx.Graph()
    about = dict(_about(chosen)) | {
        "formula": f"{found.formula}; counting {found.count}, duplicates: {found.duplicates}",
        "measure": found.measure,
        "n_counts": found.n_words,
        "min_n": found.min_n,
    }
    graph.graph |= {"id": "actors", **_filled(about)}
    nodes = ((node, values) for node, values in _nodes(chosen) if values["mode"] == "actor")
    graph.add_nodes_from((node, _filled(values)) for node, values in nodes if values["plain_id"] in listed)
    graph.add_edges_from(
        (f"a:{one}", f"a:{other}", {"measure": float(value), "n": int(n)})
        for one, other, value, n in found.edges().itertuples(index=False)
    )
    buffer = io.BytesIO()
    _Writer(graph).dump(buffer)
    return buffer.getvalue()


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


def _about(chosen: Extract) -> NodeValues:
    return {
        "title": chosen.dataset.title,
        "dataset_version": chosen.dataset.version,
        "selection": "; ".join(selection_words(chosen.dataset, chosen.selection)) or "none: the whole dataset",
        "rule": chosen.selection.rule,
        "formula": f"An edge is the position of an actor on a proposal. {rule_words(chosen.selection)}",
    }


def _attributes(chosen: Extract) -> dict[tuple[str, str], str]:
    """For every filled column of a node table the attribute's name; those of the graph's own names stand aside."""
    taken = {"id", *OWN}
    return {
        (table, c): f"{c} (column)" if c.casefold() in taken else c
        for _, table in MODES.values()
        for c in chosen.frames[table].columns
        if c != "id" and (chosen.frames[table][c] != "").any()
    }


def _nodes(chosen: Extract) -> Iterator[tuple[str, NodeValues]]:
    names = _attributes(chosen)
    for mode, (prefix, table) in MODES.items():
        frame = chosen.frames[table]
        columns = [c for t, c in names if t == table]
        rows = zip(*(frame[c].tolist() for c in columns), strict=True) if columns else ((),) * len(frame)
        for id_, title, row in zip(frame["id"].tolist(), frame[TABLES[table].label].tolist(), rows, strict=True):
            values = {names[table, c]: v for c, v in zip(columns, row, strict=True)}
            yield f"{prefix}{id_}", {"mode": mode, "label": title, "plain_id": id_, **values}


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
