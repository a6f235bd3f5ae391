"""A folder becomes an empty dataset: every table with its header, the shipped stance scale, and a datapackage.json."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from matrix.dataset.folder import PACKAGE_FILE, head_bytes, tables_bytes
from matrix.dataset.frames import canonical
from matrix.dataset.journal import commit
from matrix.dataset.package import descriptor
from matrix.dataset.schema import SHIPPED_STANCES, TABLES


def create(folder: Path) -> None:
    """Write an empty dataset into a folder that is new or empty."""
    columns = {t.name: t.names for t in TABLES.values()}
    # Without its optional column the scale's conditional stances are told from the scores, as on the shipped scale.
    columns["stances"] = tuple(c for c in columns["stances"] if c != "conditional")
    frames, _ = canonical({"stances": pd.DataFrame(list(SHIPPED_STANCES))})
    name = folder.resolve().name
    package = descriptor({"name": name, "title": name.replace("-", " ").replace("_", " ")}, columns, {})
    commit(folder, {**tables_bytes(frames, columns), PACKAGE_FILE: head_bytes(package)})
