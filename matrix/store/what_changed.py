"""What changed in a dataset since a date, a version or somebody's last visit: its history gives the earlier state."""

from __future__ import annotations

from dataclasses import replace

from matrix.analysis.what_changed import MadeStep, WhatChanged, compared
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.schema import MAIN
from matrix.dataset.selection import Selection
from matrix.store import Address, open_store
from matrix.store.past import as_it_was


def what_changed(store: Address | Dataset, selection: Selection | None = None, *, since: str) -> WhatChanged:
    """Positions that turned, conditions dropped or added, new voices and proposals, what fell silent, and who did it.

    `store` may be a dataset that was loaded from one: then it is compared as it was read. `since`: a (partial) date, a
    time (ISO, in UTC where it names no zone) or a version of the history (12 digits 0-9 and a-f). The earlier state is
    made by taking the steps back in memory and held against the version that the history names; where the history
    leads no further back, the earliest certain state is compared and `short` says why. SelectionError for a version to
    which it does not lead, and for a filter that names nothing, or of a dataset whose
    statements an engine has counted; DatasetError where it tells nothing of the dataset as
    it is.
    """
    selection = selection or Selection()
    if isinstance(store, Dataset):
        if store.on_engine:
            raise SelectionError(
                "what changed: the history stays with the folder of CSV tables that was converted; ask that one"
            )
        if store.location is None:
            raise ValueError("this dataset was not loaded from anywhere, so it has no history: give its store")
        now, at = store, open_store(store.location, layer=store.layer)
    else:
        at = open_store(store, layer=selection.layer or MAIN)
        now = at.load()
    past = as_it_was(now, at, since=since)
    steps = tuple(MadeStep(s.number, s.at, s.by, s.kind, s.why, len(s.changes), stands) for s, stands in past.steps)
    return replace(compared(past.dataset, now, selection), since=since, short=past.short, steps=steps)
