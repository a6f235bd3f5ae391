"""Where a dataset is kept: `open_store` finds it; `folder` reads it, `history` changes it and takes changes back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.dataset.location import Database, Location, location_of
from matrix.dataset.schema import LAYERS, MAIN

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset


@dataclass(frozen=True)
class Store:
    """A dataset where it is kept: its tables, texts and history; or one coder's layer of it, with its own history."""

    location: Location
    layer: str = MAIN

    @property
    def history_file(self) -> str:
        """Where its steps are kept, as a name below the folder."""
        from matrix.store.atomic_files import HISTORY_FILE

        return HISTORY_FILE if self.layer == MAIN else f"{LAYERS}/{self.layer}/{HISTORY_FILE}"

    def load(self) -> Dataset:
        """Read and check the dataset as it is now; DatasetError with every problem."""
        from matrix.store.folder import load  # which brings pandas; the address alone needs none

        return load(self.location, layer=self.layer)


Address = str | os.PathLike[str] | Database | Store


def open_store(address: Address, *, layer: str = MAIN) -> Store:
    """The store at an address, for `apply`, `undo` and `history`; a store is its own address.

    An address is a folder, `sqlite:///study.db` (one file) or `postgresql+psycopg://user@host/study`. `layer`: one
    coder's layer, whose statements, searches and history it then is; that it is there is seen when it is read.
    ValueError for an address of another kind. Nothing is read before it is asked for.
    """
    if isinstance(address, Store):
        return address if layer == MAIN else Store(address.location, layer)
    return Store(location_of(address), layer)
