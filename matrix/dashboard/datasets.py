"""The datasets that a server shows: their folders from the environment, each read once for all visitors."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import streamlit as st

from matrix import shipped
from matrix.dashboard import access, sign_ins, signed_in
from matrix.dashboard.problems import CLOSED
from matrix.dashboard.server import DATASETS, ENGINE, TEXTS
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Location, Person, location_of
from matrix.dataset.problems import DatasetError, Problem, SelectionError, refuse
from matrix.dataset.schema import MAIN
from matrix.dataset.selection import Selection, counted_for
from matrix.store.files import layers, own_texts
from matrix.store.folder import has_parts, load, signature
from matrix.store.members import permissions_now, require_reading

_log = logging.getLogger("matrix.dashboard")
_made: list[Path] = []  # folders that visitors made beside the others, until the server ends
_NO_SLUG = re.compile(r"[^\w]+|_+")

Stamp = tuple[tuple[str, tuple[int, ...]], ...]


def locations() -> Mapping[str, Location]:
    """Where every dataset is kept, by its name in the address; a folder of datasets means those in it.

    A database is the one that this visitor opens: what they may see and change is theirs alone.
    """
    found: dict[str, Location] = {}
    served = [each for named in _named() for each in _unfolded(named)]
    known = {at.resolve() for at in served if isinstance(at, Path)}
    beside = {path.parent for path in known}
    made = [path for path in _made if path.parent in beside and path not in known and _has_table(path)]
    for path in (*served, *made):
        slug = _NO_SLUG.sub("-", path.name.lower()).strip("-") or "dataset"
        names = [slug, *(f"{slug}-{n}" for n in range(2, len(found) + 2))]
        found[next(name for name in names if name not in found)] = seen_by_visitor(path)
    return found


def to_choose_from() -> Mapping[str, Location]:
    """Those that this visitor may open: the others are not offered, and who asks for one by its name is told why."""
    return {name: at for name, at in locations().items() if not (isinstance(at, Database) and _is_closed(at))}


def _is_closed(at: Database) -> bool:
    return at.person is not None and bool(may_not_read(at, MAIN))


def add(folder: Path) -> str:
    """Show one more dataset from now on; its name in the address."""
    _made.append(folder.resolve())
    return next(name for name, at in locations().items() if isinstance(at, Path) and at.resolve() == folder.resolve())


def seen_by_visitor(at: Location) -> Location:
    """The same place as this visitor opens it: a database by the person who signed in."""
    return at.as_person(visitor()) if isinstance(at, Database) else at


def visitor() -> Person | None:
    """Who signed in, or somebody who is a member nowhere; None, a database's administrator, where nobody has to."""
    return (signed_in.person() or signed_in.NOBODY) if signed_in.required() else None


def place_for_new(beside: Location | None) -> Path | None:
    """The folder in which a new dataset may be made, that of the open one; None where nothing can be written.

    Never within the installed package: the next installation would throw the dataset away.
    """
    if not isinstance(beside, Path):
        return None
    parent = beside.resolve().parent
    package = Path(shipped.__file__).resolve().parent
    inside = parent.is_relative_to(package)
    return parent if not inside and os.access(parent, os.W_OK) else None


def refusal(dataset: Dataset | None = None) -> access.Refusal | None:
    """Why this visitor may not write at all, or not in this dataset; None: it may.

    Judged by the headers and cookies of the visitor's own connection: what the page sends over it changes nothing. Of a
    database by the role that the person has in it now; the store itself refuses what a page would let through.
    """
    if why := _refused_here():
        return why
    at = dataset.location if dataset else None
    if dataset is None or not isinstance(at, Database):
        return None
    try:
        may = permissions_now(at)
    except (DatasetError, OSError):  # what cannot be known now is no role
        return access.Refusal.NO_ANSWER
    if may.may_write(dataset.layer):
        return None
    return access.Refusal.OWN_LAYER if may.may_code else access.Refusal.ROLE


def changes_by(dataset: Dataset) -> Literal["writing", "proposing"] | None:
    """How this visitor changes the dataset; a coder proposes what is not of a layer of theirs. None: not at all.

    One on an engine is changed where it was converted from.
    """
    if dataset.location is None or dataset.on_engine:
        return None
    why = refusal(dataset)
    if why == access.Refusal.OWN_LAYER and dataset.layer == MAIN:
        return "proposing"
    return None if why else "writing"


def editable(dataset: Dataset) -> bool:
    """Whether this visitor may change the dataset."""
    return changes_by(dataset) == "writing"


def proposes(dataset: Dataset) -> bool:
    """Whether what this visitor would change is proposed."""
    return changes_by(dataset) == "proposing"


def _refused_here() -> access.Refusal | None:
    why = access.refusal({name.lower(): value for name, value in st.context.headers.items()}, st.context.cookies)
    if signed_in.required() and why in (None, access.Refusal.NOT_SIGNED_IN):  # known by more than a cookie here
        return None if signed_in.person() else access.Refusal.NOT_SIGNED_IN
    return why


def layer_named(at: Location, name: str) -> str:
    """The layer of this name, for a visitor who may write; else `main`: others see no coder's layer."""
    if isinstance(at, Database) and may_not_read(at, MAIN):
        return MAIN
    return name if name and not refusal() and name in layers(at) else MAIN


def texts_folders(dataset: Dataset) -> tuple[Location, ...]:
    """Where the sources' texts are: the folder that the server was started with, and the dataset's own.

    Whoever lets other machines open the server names the folder of the texts that they may read: the dataset's own, in
    which all texts are kept that came in, is then left out.
    """
    named = os.environ.get(TEXTS)
    own = own_texts(dataset.location) if dataset.location and (access.is_private() or signed_in.required()) else None
    return tuple(f for f in (Path(named) if named else None, own) if f and (isinstance(f, Database) or f.is_dir()))


def title_of(path: Location) -> str:
    """What a dataset calls itself, without reading its tables; else its folder's name."""
    if isinstance(path, Database):
        read = open_dataset(path)
        return read.title if isinstance(read, Dataset) else path.name
    try:
        found = json.loads((path / "datapackage.json").read_text(encoding="utf-8")).get("title")
    except (OSError, ValueError, AttributeError):
        found = None
    return str(found) if found and isinstance(found, str) else path.name


def _named() -> list[Location]:
    several = os.environ.get(DATASETS)
    if several:
        return [location_of(p) for p in json.loads(several)]
    one = os.environ.get(shipped.ENVIRONMENT)
    return [location_of(one)] if one else [*shipped.datasets()]


def _unfolded(path: Location) -> list[Location]:
    """The folder itself if a table is in it, else the folders in it that have one; itself too where none has."""
    if isinstance(path, Database):
        return [path]
    if _has_table(path) or not path.is_dir():
        return [path]
    return [p for p in sorted(path.iterdir()) if p.is_dir() and _has_table(p)] or [path]


def _has_table(path: Path) -> bool:
    return any(name.endswith(".csv") for name, _ in signature(path))


def open_dataset(at: Location, layer: str = MAIN) -> Dataset | tuple[Problem, ...]:
    """The dataset as it is now - read anew only where it has changed - or every problem it has.

    `layer`: as the coder of this layer has it. Of a database each visitor is asked for anew: who is no member any more
    reads nothing, whatever others have read.
    `layer`: as the coder of this layer has it. Statements on an engine are not counted yet: see `counted`.
    """
    if not isinstance(at, Database):
        return _loaded(address_of(at), layer).found
    if refused := may_not_read(at, layer):
        return refused
    try:
        return _loaded(address_of(at), layer).seen_by(at)
    except OSError as e:
        return (_closed(at, e),)


def address_of(at: Location) -> bytes:
    """What names it in the key of a cache: a folder's name need not be UTF-8."""
    return at.url.encode() if isinstance(at, Database) else os.fsencode(at)


def may_not_read(at: Database, layer: str) -> tuple[Problem, ...]:
    """Why the one who opens a database may not read it, or this layer of it; nothing where they may."""
    try:
        require_reading(at, layer)
    except DatasetError as e:
        return tuple(_closed(at, p.message) for p in e.problems)
    except OSError as e:
        return (_closed(at, e),)
    return ()


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


def _closed(at: Database, why: OSError | str) -> Problem:
    """Why a database cannot be opened at all: for its visitors without the address, which stands in the log."""
    words = words_of(at, why)
    if isinstance(why, PermissionError):
        if at.person and at.person.email and not at.person.verified:
            words += f"; an invitation to {at.person.email} counts once the provider has verified that address"
    elif isinstance(why, OSError):
        _log.warning("%s", why)
        words += ". What was saved is kept: reload this page when the database answers again"
    return Problem(at.name, 0, "", words, kind=CLOSED)


def words_of(at: Database, why: OSError | str) -> str:
    """What a database says, for whoever looks at a page: its name in place of its address."""
    words = why if isinstance(why, str) else why.strerror or str(why)
    return words.replace(f"policy-matrix upgrade {at}", "policy-matrix upgrade ADDRESS").replace(
        str(at), f"the database {at.name}"
    )


@dataclass(frozen=True, eq=False)
class _Loaded:
    """What a folder or database held at the time of the stamp: a dataset, or every problem."""

    at: Location
    layer: str
    stamp: Stamp
    found: Dataset | tuple[Problem, ...]
    _seen: dict[Database, Dataset] = field(default_factory=dict, repr=False)

    def is_current(self) -> bool:
        """Whether no file has changed since."""
        return signature(self.at, self.layer) == self.stamp

    def seen_by(self, at: Database) -> Dataset | tuple[Problem, ...]:
        """The same dataset, from where this person opened it: what they write is theirs."""
        if not isinstance(self.found, Dataset):
            return self.found
        if at not in self._seen:
            self._seen[at] = self.found.opened_at(at)
        return self._seen[at]


# Of each folder only the newest: on a large dataset, the versions before an edit are what would fill the memory.
@st.cache_resource(max_entries=32, show_spinner="Reading the dataset …", validate=_Loaded.is_current)
def _loaded(name: bytes, layer: str) -> _Loaded:
    """One dataset for all sessions: it is frozen, so nobody needs a copy. Problems are kept like a result."""
    text = os.fsdecode(name)
    at = location_of(text)
    stamp = signature(at, layer)
    try:
        found = _on_engine(at) if isinstance(at, Path) and has_parts(at) else load(at, layer=layer)
        return _Loaded(at, layer, stamp, found)
    except DatasetError as e:
        return _Loaded(at, layer, stamp, e.problems)


def _on_engine(path: Path) -> Dataset:
    """The dataset of a folder of Parquet parts, nothing counted yet."""
    from matrix.engine.addresses import DUCKDB
    from matrix.engine.counted import open_engine

    try:
        return open_engine(path, engine=os.environ.get(ENGINE) or DUCKDB).uncounted
    except SelectionError as e:  # the engine is not installed
        refuse(str(path), str(e))


def changed(at: Location, dataset: Dataset) -> bool:
    """Whether there is another dataset by now than the one that a page was drawn with."""
    now = open_dataset(at, dataset.layer)
    if isinstance(now, Dataset) and now.groups and dataset.groups:
        return now.groups.engine is not dataset.groups.engine
    return now is not dataset


File = TypeVar("File", bytes, bytes | str)


def while_open(dataset: Dataset, make: Callable[[], File]) -> Callable[[], File]:
    """The same function, for a file that a browser asks for later: by then who asks may have no right to it."""
    if not signed_in.required():
        return make
    sign_in = signed_in.current()

    def made() -> File:
        at = dataset.location
        if sign_ins.has_ended(sign_in) or (isinstance(at, Database) and may_not_read(at, dataset.layer)):
            raise PermissionError("a file was asked for by who may not see the dataset any more")
        return make()

    return made
