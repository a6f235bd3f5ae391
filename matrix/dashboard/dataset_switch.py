"""Which of a server's datasets the address names, and links to the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from matrix.dashboard import visit
from matrix.dashboard.datasets import folders, open_dataset
from matrix.dashboard.html.templates import render
from matrix.dashboard.params import DATASET
from matrix.dataset.dataset import Dataset


def chosen() -> Path:
    """The folder named in the address, else the one seen before, else the first that can be shown; links to all."""
    known = folders()
    named = [*st.query_params.get_all(DATASET)[-1:], visit.choice(DATASET)]
    name = next((name for name in named if name in known), "") or _first(known)
    if len(known) > 1:
        items = [(f"?{urlencode({DATASET: each})}", path.name, each == name) for each, path in known.items()]
        st.html(render("layout.html", "datasets", items))
    return known[name]


def _first(known: Mapping[str, Path]) -> str:
    if len(known) == 1:
        return next(iter(known))
    sound = (name for name, path in known.items() if isinstance(open_dataset(path), Dataset))
    return next(sound, next(iter(known)))


def settle(folder: Path) -> None:
    """Keep the name of the dataset in the address where there are several."""
    known = folders()
    name = next(name for name, path in known.items() if path == folder)
    if len(known) > 1 and visit.choice(DATASET) != name:
        visit.choose(DATASET, name)
