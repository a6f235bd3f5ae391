"""Where a file goes: a path, or a binary file that a caller holds open."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import BinaryIO, TypeAlias

Target: TypeAlias = str | PathLike[str] | BinaryIO


def put(data: bytes, target: Target) -> None:
    """Write the whole file at once: what fails fails before."""
    if isinstance(target, str | PathLike):
        Path(target).write_bytes(data)
    else:
        target.write(data)
