"""Where a dataset is kept: `open_store` finds it; `folder` reads it, `history` changes it and takes changes back."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset


@dataclass(frozen=True)
class FolderStore:
    """A dataset in a folder: its tables, texts and history."""

    folder: Path

    def load(self) -> Dataset:
        """Read and check the dataset as it is now; DatasetError with every problem."""
        from matrix.store.folder import load  # which brings pandas; the address alone needs none

        return load(self.folder)


Address = str | os.PathLike[str] | FolderStore


def open_store(address: Address) -> FolderStore:
    """The store at an address, for `apply`, `undo` and `history`; a store is its own address.

    ValueError for an address that is not a folder's. Nothing is read before it is asked for.
    """
    if isinstance(address, FolderStore):
        return address
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text := os.fspath(address)):
        raise ValueError(f"{text.partition(':')[0]}: a dataset's address is a folder; databases cannot be opened")
    return FolderStore(Path(text))
