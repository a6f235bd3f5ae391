"""Which suggestions were turned down, and which became statements: remembered beside the dataset or a coder's layer."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from matrix.dataset import dates
from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.schema import LAYERS, MAIN, Column, Table
from matrix.store import Address, Store, open_store
from matrix.store.atomic_files import DISMISSED_FILE
from matrix.store.files import read, writing
from matrix.store.folder import plain_table, table_bytes

_TABLE = Table(
    "dismissed",
    (
        *(Column(c, required=True) for c in ("source", "sentence", "proposal")),
        *map(Column, ("statement", "by", "time")),
    ),
)


@dataclass(frozen=True)
class Answered:
    """One suggestion that a person answered: a sentence of a source and a proposal.

    `statement`: the id of the one that was coded from it, '' where it was turned down.
    """

    source: str
    sentence: str
    proposal: str
    statement: str = ""
    by: str = ""
    time: str = ""


def answered(store: Address) -> list[Answered]:
    """Every suggestion that was answered, in order; DatasetError for a file that is not ours."""
    return [Answered(*map(str, row)) for row in _frame(open_store(store))[list(_TABLE.names)].itertuples(index=False)]


def answer(store: Address, made: Iterable[Answered]) -> None:
    """Remember these answers, each in the place of an earlier one to the same suggestion."""
    at = open_store(store)
    now = dates.now()
    new = [replace(a, time=now) for a in made]
    with writing(at.location) as write:
        kept = _frame_without(at, new)
        rows = pd.DataFrame(
            [[getattr(a, c) for c in _TABLE.names] for a in new], columns=list(_TABLE.names), dtype="str"
        )
        whole = pd.concat([kept, rows], ignore_index=True).fillna("").astype("str")
        write({_file(at): table_bytes(whole, tuple(whole.columns))})


def forget(store: Address, made: Iterable[Answered]) -> None:
    """Let go of these answers: what was turned down by mistake is suggested again."""
    at = open_store(store)
    with writing(at.location) as write:
        kept = _frame_without(at, made)
        write({_file(at): table_bytes(kept, tuple(kept.columns))})


def hits(found: Sequence[Answered], statements: Iterable[str]) -> tuple[int, int]:
    """How many of the sentences that were answered became a statement that still is there, and of how many.

    A sentence is one answer, however many proposals were suggested for it.
    """
    there = set(statements)
    taken = {(a.source, a.sentence) for a in found if a.statement in there}
    return len(taken), len(taken | {(a.source, a.sentence) for a in found if not a.statement})


def _file(at: Store) -> str:
    return DISMISSED_FILE if at.layer == MAIN else f"{LAYERS}/{at.layer}/{DISMISSED_FILE}"


def _frame_without(at: Store, made: Iterable[Answered]) -> pd.DataFrame:
    """All answers but those to the same suggestions."""
    frame, keys = _frame(at), {(a.source, a.sentence, a.proposal) for a in made}
    own = frame[["source", "sentence", "proposal"]].itertuples(index=False, name=None)
    return frame.loc[[k not in keys for k in own]]  # also where there are none: an empty list would name columns


def _frame(at: Store) -> pd.DataFrame:
    content = read(at.location, _file(at))
    problems: list[Problem] = []
    empty = pd.DataFrame(columns=list(_TABLE.names), dtype="str")
    frame = plain_table(io.BytesIO(content), _TABLE, problems) if content else empty
    if problems:
        raise DatasetError([replace(p, file=_file(at)) for p in problems])
    return frame.reindex(columns=list(dict.fromkeys([*_TABLE.names, *frame.columns])), fill_value="")
