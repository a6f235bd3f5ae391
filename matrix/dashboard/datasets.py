"""The datasets that a server shows: their folders from the environment, each read once for all visitors."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from matrix import shipped
from matrix.dashboard import access
from matrix.dashboard.server import DATASETS, ENGINE, TEXTS
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, Problem, SelectionError, refuse
from matrix.dataset.schema import MAIN
from matrix.dataset.selection import Selection, counted_for
from matrix.store.atomic_files import TEXTS as OWN_TEXTS
from matrix.store.atomic_files import layers
from matrix.store.folder import has_parts, load, signature

_made: list[Path] = []  # folders that visitors made beside the others, until the server ends
_NO_SLUG = re.compile(r"[^\w]+|_+")

Stamp = tuple[tuple[str, tuple[int, ...]], ...]


def folders() -> Mapping[str, Path]:
    """Every dataset's folder by its name in the address; a folder of datasets means those in it."""
    found: dict[str, Path] = {}
    served = [each for named in _named() for each in _unfolded(named)]
    known = {path.resolve() for path in served}
    beside = {path.parent for path in known}
    made = [path for path in _made if path.parent in beside and path not in known and _has_table(path)]
    for path in (*served, *made):
        slug = _NO_SLUG.sub("-", path.name.lower()).strip("-") or "dataset"
        names = [slug, *(f"{slug}-{n}" for n in range(2, len(found) + 2))]
        found[next(name for name in names if name not in found)] = path
    return found


def add(folder: Path) -> str:
    """Show one more dataset from now on; its name in the address."""
    _made.append(folder.resolve())
    return next(name for name, path in folders().items() if path.resolve() == folder.resolve())


def place_for_new(beside: Path | None) -> Path | None:
    """The folder in which a new dataset may be made, that of the open one; None where nothing can be written.

    Never within the installed package: the next installation would throw the dataset away.
    """
    if beside is None:
        return None
    parent = beside.resolve().parent
    package = Path(shipped.__file__).resolve().parent
    inside = parent.is_relative_to(package)
    return parent if not inside and os.access(parent, os.W_OK) else None


def refusal() -> access.Refusal | None:
    """Why this visitor may not write; None: it may.

    Judged by the headers and cookies of the visitor's own connection: what the page sends over it changes nothing.
    """
    return access.refusal({name.lower(): value for name, value in st.context.headers.items()}, st.context.cookies)


def editable(dataset: Dataset) -> bool:
    """Whether this visitor may change the dataset; one on an engine is changed where it was converted from."""
    return dataset.folder is not None and not dataset.on_engine and not refusal()


def layer_named(path: Path, name: str) -> str:
    """The layer of this name, for a visitor who may write; else `main`: others see no coder's layer."""
    return name if name and not refusal() and name in layers(path) else MAIN


def texts_folders(dataset: Dataset) -> tuple[Path, ...]:
    """Where the sources' texts are: the folder that the server was started with, and the dataset's own.

    Whoever lets other machines open the server names the folder of the texts that they may read: the dataset's own, in
    which all texts are kept that came in, is then left out.
    """
    named = os.environ.get(TEXTS)
    own = dataset.folder / OWN_TEXTS if dataset.folder and access.is_private() else None
    return tuple(f for f in (Path(named) if named else None, own) if f and f.is_dir())


def title_of(path: Path) -> str:
    """What a dataset calls itself, without reading its tables; else its folder's name."""
    try:
        found = json.loads((path / "datapackage.json").read_text(encoding="utf-8")).get("title")
    except (OSError, ValueError, AttributeError):
        found = None
    return str(found) if found and isinstance(found, str) else path.name


def _named() -> list[Path]:
    several = os.environ.get(DATASETS)
    if several:
        return [Path(p) for p in json.loads(several)]
    one = os.environ.get(shipped.ENVIRONMENT)
    return [Path(one)] if one else [*shipped.datasets()]


def _unfolded(path: Path) -> list[Path]:
    """The folder itself if a table is in it, else the folders in it that have one; itself too where none has."""
    if _has_table(path) or not path.is_dir():
        return [path]
    return [p for p in sorted(path.iterdir()) if p.is_dir() and _has_table(p)] or [path]


def _has_table(path: Path) -> bool:
    return any(name.endswith(".csv") for name, _ in signature(path))


def open_dataset(path: Path, layer: str = MAIN) -> Dataset | tuple[Problem, ...]:
    """The dataset as it is on disk now - read anew only where a file has changed - or every problem it has.

    `layer`: as the coder of this layer has it. Statements on an engine are not counted yet: see `counted`.
    """
    return _loaded(os.fsencode(path), layer).found  # a name need not be UTF-8, and a key of the cache must


def counted(dataset: Dataset, selection: Selection) -> Dataset | tuple[Problem, ...]:
    """The dataset, its statements counted for this selection where they are on an engine, or why they cannot be.

    Counted once for all visitors: the latest countings are kept.
    """
    if not dataset.groups:
        return dataset
    try:
        with st.spinner("Counting the statements …"):
            return counted_for(dataset, selection)
    except DatasetError as e:
        return e.problems


@dataclass(frozen=True, eq=False)
class _Loaded:
    """What a folder held at the time of the stamp: a dataset, or every problem."""

    path: Path
    layer: str
    stamp: Stamp
    found: Dataset | tuple[Problem, ...]

    def is_current(self) -> bool:
        """Whether no file has changed since."""
        return signature(self.path, self.layer) == self.stamp


# Of each folder only the newest: on a large dataset, the versions before an edit are what would fill the memory.
@st.cache_resource(max_entries=32, show_spinner="Reading the dataset …", validate=_Loaded.is_current)
def _loaded(name: bytes, layer: str) -> _Loaded:
    """One dataset for all sessions: it is frozen, so nobody needs a copy. Problems are kept like a result."""
    path = Path(os.fsdecode(name))
    stamp = signature(path, layer)
    try:
        return _Loaded(path, layer, stamp, _on_engine(path) if has_parts(path) else load(path, layer=layer))
    except DatasetError as e:
        return _Loaded(path, layer, stamp, e.problems)


def _on_engine(path: Path) -> Dataset:
    """The dataset of a folder of Parquet parts, nothing counted yet."""
    from matrix.engine.addresses import DUCKDB
    from matrix.engine.counted import open_engine

    try:
        return open_engine(path, engine=os.environ.get(ENGINE) or DUCKDB).uncounted
    except SelectionError as e:  # the engine is not installed
        refuse(str(path), str(e))


def changed(path: Path, dataset: Dataset) -> bool:
    """Whether the folder holds another dataset by now than the one that a page was drawn with."""
    now = open_dataset(path, dataset.layer)
    if isinstance(now, Dataset) and now.groups and dataset.groups:
        return now.groups.engine is not dataset.groups.engine
    return now is not dataset
