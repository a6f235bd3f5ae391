"""The visible matrix as a two-mode network in GraphML: actors and proposals as nodes, every position an edge."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.voices import voices
from matrix.dataset.dataset import Dataset
from matrix.dataset.dates import UNKNOWN, iso
from matrix.dataset.schema import LIST_SEPARATOR, MIXED
from matrix.dataset.selection import LATEST, Selection
from matrix.export.cell_text import clean
from matrix.export.scope import Scope, behind, scope, selection_words
from matrix.export.target import Target, put
from matrix.export.workbook.styles import FOLDED

OWN = {"mode": "string", "label": "string", "plain_id": "string"}
EDGE = {
    "stance": "string",
    "stance_name": "string",
    "score": "double",
    "conditional": "boolean",
    "conditions": "string",
    "statements": "int",
    "statement_ids": "string",
    "weakest_attribution": "string",
    "weakest_confidence": "string",
    "first_day": "string",
    "last_day": "string",
}
GRAPH = ("title", "dataset_version", "selection", "rule", "formula")
MODES = {"actor": ("a:", "actors", "name"), "proposal": ("p:", "proposals", "title")}

Values = Mapping[str, str]


def to_graphml(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write the actors and proposals in view with all their filled columns, and the visible positions.

    Node ids are `a:ID` and `p:ID`, with the plain id as an attribute. A `mixed` edge has no score. The days are the
    earliest and latest on which the folded statements can have been made. The same bytes every time.
    """
    chosen = scope(dataset, selection)
    buffer = io.BytesIO()
    xml = XMLGenerator(buffer, "utf-8", short_empty_elements=True)
    xml.startDocument()
    _open(xml, "graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    names = _attributes(chosen)
    keys = {("graph", n): (f"g{i}", "string") for i, n in enumerate(GRAPH)}
    keys |= {("node", n): (f"n{i}", OWN.get(n, "string")) for i, n in enumerate([*OWN, *dict.fromkeys(names.values())])}
    keys |= {("edge", n): (f"e{i}", kind) for i, (n, kind) in enumerate(EDGE.items())}
    for (of, name), (key, kind) in keys.items():
        _element(xml, "key", {"id": key, "for": of, "attr.name": clean(name), "attr.type": kind}, {})
    _open(xml, "graph", id="matrix", edgedefault="undirected")
    _data(xml, {keys["graph", n][0]: v for n, v in _about(chosen).items()})
    for node, values in _nodes(chosen, names):
        _element(xml, "node", {"id": node}, {keys["node", n][0]: v for n, v in values.items()})
    for actor, proposal, values in _edges(chosen):
        ends = {"source": f"a:{actor}", "target": f"p:{proposal}"}
        _element(xml, "edge", ends, {keys["edge", n][0]: v for n, v in values.items()})
    xml.endElement("graph")
    xml.endElement("graphml")
    xml.endDocument()
    put(buffer.getvalue(), target)


def _about(chosen: Scope) -> Values:
    rule = chosen.selection.rule
    return {
        "title": chosen.dataset.title,
        "dataset_version": chosen.dataset.version,
        "selection": "; ".join(selection_words(chosen.dataset, chosen.selection)) or "none: the whole dataset",
        "rule": rule,
        "formula": f"An edge is the position of an actor on a proposal. {FOLDED[rule == LATEST]}",
    }


def _attributes(chosen: Scope) -> dict[tuple[str, str], str]:
    """For every filled column of a node table the attribute's name; those of the graph's own names stand aside."""
    taken = {"id", *OWN}
    return {
        (table, c): f"{c} (column)" if c.casefold() in taken else c
        for _, table, _ in MODES.values()
        for c in chosen.frames[table].columns
        if c != "id" and (chosen.frames[table][c] != "").any()
    }


def _nodes(chosen: Scope, names: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, Values]]:
    for mode, (prefix, table, label) in MODES.items():
        frame = chosen.frames[table]
        columns = [c for t, c in names if t == table]
        rows = zip(*(frame[c].tolist() for c in columns), strict=True) if columns else ((),) * len(frame)
        for id_, title, row in zip(frame["id"].tolist(), frame[label].tolist(), rows, strict=True):
            values = {names[table, c]: v for c, v in zip(columns, row, strict=True)}
            yield f"{prefix}{id_}", {"mode": mode, "label": title, "plain_id": id_, **values}


def _edges(chosen: Scope) -> Iterator[tuple[str, str, Values]]:
    """Actor, proposal and values of every visible position, by proposal and then by side and actor."""
    seen, dataset = chosen.seen, chosen.dataset
    names = {MIXED: MIXED, **dict(zip(dataset.scale.ids, dataset.scale.names, strict=True))}
    conditional = dict(zip(dataset.scale.ids, dataset.scale.conditional.tolist(), strict=True))
    folded = _folded(dataset, behind(seen))
    for v in voices(seen.positions, seen.rows, seen.columns).to_dict("records"):
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
                "score": "" if v["stance"] == MIXED else f"{v['score']:g}",
                "conditional": str(conditional.get(v["stance"], False)).lower(),
                "conditions": v["conditions"],
                "statements": str(v["n"]),
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


# ---- XML


def _open(xml: XMLGenerator, name: str, **attributes: str) -> None:
    xml.startElement(name, AttributesImpl(attributes))


def _element(xml: XMLGenerator, name: str, attributes: dict[str, str], data: Values) -> None:
    _open(xml, name, **attributes)
    _data(xml, data)
    xml.endElement(name)


def _data(xml: XMLGenerator, values: Values) -> None:
    """A `data` element for every value that is not empty."""
    for key, value in values.items():
        if value:
            _open(xml, "data", key=key)
            xml.characters(clean(value))
            xml.endElement("data")
