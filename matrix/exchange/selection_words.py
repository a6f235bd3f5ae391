"""A selection in words: names for people, ids in brackets."""

from __future__ import annotations

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection

NAMED = {
    "source": ("sources", "title"),
    "risk_area": ("risk_areas", "name"),
    "proposal": ("proposals", "title"),
    "side": ("sides", "name"),
    "actor": ("actors", "name"),
}
LABELS = {"kind": "Kind of actor", "as_of": "As of"}


def selection_words(dataset: Dataset, selection: Selection) -> list[str]:
    """One line a filter, such as `Risk area: Nuclear command (nc3)`; [] where nothing is filtered."""
    lines = []
    for name, values in selection.chosen().items():
        label = LABELS.get(name, name.replace("_", " ").capitalize())
        if name in NAMED:
            table, column = NAMED[name]
            frame = dataset.frames[table]
            names = dict(zip(frame["id"], frame[column], strict=True))
            values = tuple(f"{names[v]} ({v})" for v in values)
        elif name == "stance":
            names = dict(zip(dataset.scale.ids, dataset.scale.names, strict=True))
            values = tuple(f"{names[v]} ({v})" if v in names else v for v in values)
        lines.append(f"{label}: {' or '.join(values)}")
    return lines
