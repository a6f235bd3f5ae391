"""A folder becomes a dataset: an empty one with every table, ready to fill, or one that came from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import canonical
from matrix.dataset.package import descriptor, read_package
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import SHIPPED_STANCES, TABLES
from matrix.store.folder import contents
from matrix.store.journal import TEXTS, commit
from matrix.wording import clean


def create(folder: Path) -> None:
    """Write an empty dataset into a folder that is new or empty."""
    columns = {t.name: t.names for t in TABLES.values()}
    # Without its optional column the scale's conditional stances are told from the scores, as on the shipped scale.
    columns["stances"] = tuple(c for c in columns["stances"] if c != "conditional")
    frames, _ = canonical({"stances": pd.DataFrame(list(SHIPPED_STANCES))})
    place = folder.resolve()
    package = descriptor({"name": clean(place.name), "title": _title(place)}, columns, {})
    commit(folder, contents(Dataset(frames, columns, read_package(package))))


def described(frames: Mapping[str, Any], title: str = "") -> Dataset:
    """Tables from elsewhere as a dataset with a description of its own; DatasetError with every problem."""
    columns = {name: tuple(map(str, pd.DataFrame(frame).columns)) for name, frame in frames.items() if name in TABLES}
    head = {"title": title} if title else {}
    return Dataset.from_frames(frames, read_package(descriptor(head, columns, {})))


def settle(dataset: Dataset, folder: Path, texts: Mapping[str, bytes] | None = None) -> None:
    """Write a dataset, and its sources' texts below `texts/`, into a folder that is new or empty: whole or not at all.

    FileExistsError where something is there already.
    """
    target = folder.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{folder} exists and is not an empty folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".policy-matrix-") as near:
        made = Path(near) / target.name
        package = dataset.package
        if package is not None and not package.title:
            package = replace(package, head={"name": clean(target.name), "title": _title(target), **package.head})
        commit(made, {**contents(replace(dataset, package=package)), **text_files(dataset, texts or {})})
        made.replace(target)


def text_files(dataset: Dataset, texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Sources' texts as the files in which `check --texts` finds them: only those that the dataset names by their hash.

    `texts`: source id and the bytes of its text.
    """
    hashes = dict(zip(dataset.sources["id"], dataset.sources["sha256"], strict=True))
    return {f"{TEXTS}/{id}.txt": text for id, text in texts.items() if hash_of(text) == hashes.get(id)}


def _title(folder: Path) -> str:
    return clean(folder.name).replace("-", " ").replace("_", " ")
