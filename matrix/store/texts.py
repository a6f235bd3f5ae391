"""The sources' texts that lie in a folder, by the hash of their bytes."""

from __future__ import annotations

from pathlib import Path

from matrix.dataset.quotes import hash_of
from matrix.store.journal import below


def read_texts(folder: Path) -> dict[str, bytes]:
    """The files below a folder, keyed by the SHA-256 of their bytes."""
    return {hash_of(content): content for _, content in below(folder, Path.read_bytes)}
