"""A dataset moved whole: tables, texts, layers and histories, from a folder or a database to another one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import DatasetError, Problem
from matrix.store import files
from matrix.store.atomic_files import others
from matrix.store.folder import contents, load, write_new

_TRIES = 5  # it is read piece by piece: where somebody wrote meanwhile, again


@dataclass(frozen=True)
class Copied:
    """What was copied: the dataset as it is now, the names of its layers, and how many texts and members came along.

    `left`: what else is in the folder, files and folders (`sub/`), and was not copied.
    """

    dataset: Dataset
    layers: tuple[str, ...]
    texts: int
    members: int = 0
    left: tuple[str, ...] = ()


def copy(source: Location, target: Location) -> Copied:
    """Copy a dataset with its texts, layers and histories to where there is none yet: whole or not at all.

    What is copied is checked first: DatasetError with every problem of the dataset and of its layers, FileExistsError
    where something is there already. Both have the same version and history then. The members of a database come along
    into another one; a folder has none.
    """
    for _ in range(_TRIES):
        before = files.mark(source)
        dataset = load(source)
        coded = [load(source, layer=name) for name in files.layers(source)]
        more = files.everything(source)
        if files.mark(source) == before:
            break
    else:
        raise DatasetError([Problem(str(source), 0, "", "is being changed all the time; try again in a moment")])
    for layer in coded:
        more |= {name: content for name, content in contents(layer).items() if content is not None}
    write_new(dataset, target, more=more)
    texts = sum(name.startswith("texts/") for name in more)
    members = 0
    if isinstance(source, Database) and isinstance(target, Database):
        from matrix.store.members import copy_members

        members = copy_members(source, target)
    left = tuple(others(source)) if isinstance(source, Path) else ()
    return Copied(load(target), tuple(layer.layer for layer in coded), texts, members, left)
