"""The datasets that a server has, by their names in the address: the one looked at, and a way to the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from matrix.dashboard import state
from matrix.dashboard.datasets import folders, open_dataset
from matrix.dashboard.html.text import bdi, esc
from matrix.dashboard.params import DATASET
from matrix.dataset.dataset import Dataset

_CURRENT = ' aria-current="true"'


def chosen() -> Path:
    """The folder asked for in the address, else the one seen before, else the first that can be shown; links to all."""
    known = folders()
    asked = [*st.query_params.get_all(DATASET)[-1:], state.choice(DATASET)]
    name = next((name for name in asked if name in known), "") or _first(known)
    if len(known) > 1:
        items = "".join(
            f'<li><a href="?{esc(urlencode({DATASET: each}))}" target="_self"{_CURRENT if each == name else ""}>'
            f"{bdi(path.name)}</a></li>"
            for each, path in known.items()
        )
        label = '<span class="pm-quiet">Dataset</span>'
        st.html(f'<nav class="pm-datasets" aria-label="Dataset">{label}<ul>{items}</ul></nav>')
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
    if len(known) > 1 and state.choice(DATASET) != name:
        state.choose(DATASET, name)
