"""Where a dataset is kept: `open_store` finds it; `folder` reads it, `history` changes it and takes changes back."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.dataset.schema import LAYERS, MAIN

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset


@dataclass(frozen=True)
class FolderStore:
    """A dataset in a folder: its tables, texts and history; or one coder's layer of it, with a history of its own."""

    folder: Path
    layer: str = MAIN

    @property
    def history_file(self) -> str:
        """Where its steps are kept, as a name below the folder."""
        from matrix.store.atomic_files import HISTORY_FILE

        return HISTORY_FILE if self.layer == MAIN else f"{LAYERS}/{self.layer}/{HISTORY_FILE}"

    def load(self) -> Dataset:
        """Read and check the dataset as it is now; DatasetError with every problem."""
        from matrix.store.folder import load  # which brings pandas; the address alone needs none

        return load(self.folder, layer=self.layer)


Address = str | os.PathLike[str] | FolderStore


def open_store(address: Address, *, layer: str = MAIN) -> FolderStore:
    """The store at an address, for `apply`, `undo` and `history`; a store is its own address.

    `layer`: one coder's layer, whose statements, searches and history it then is; that it is there is seen when it is
    read. ValueError for an address that is not a folder's. Nothing is read before it is asked for.
    """
    if isinstance(address, FolderStore):
        return address if layer == MAIN else FolderStore(address.folder, layer)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text := os.fspath(address)):
        raise ValueError(f"{text.partition(':')[0]}: a dataset's address is a folder; databases cannot be opened")
    return FolderStore(Path(text), layer)
