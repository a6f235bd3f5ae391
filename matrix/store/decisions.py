"""What was decided where two coders differ, kept beside the layers from the moment of the decision."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, cast

import pandas as pd

from matrix.analysis.differences import ALIKE, CHOICES, Decision
from matrix.dataset import dates
from matrix.dataset.former_ids import ACTORS, FORMER_FILE, PROPOSALS, STANCES
from matrix.dataset.frames import FIRST_ROW
from matrix.dataset.location import Location
from matrix.dataset.problems import DatasetError, Problem, not_one_of, shown
from matrix.dataset.schema import TABLES, Column, Table
from matrix.store import Address, open_store
from matrix.store.atomic_files import DECISIONS_FILE
from matrix.store.files import read, writing
from matrix.store.folder import plain_table, table_bytes

_KEY = ("one", "other", "source", "actor", "proposal")
DECISIONS = Table(
    "decisions",
    (
        *(Column(c, required=True) for c in _KEY),
        Column("decision", required=True),
        *map(Column, ("reason", "by", "time", "seen_one", "seen_other", "values", "step", "ids")),
    ),
)


def decisions(store: Address, one: str, other: str) -> list[Decision]:
    """What was decided on two layers, in the order of the decisions; DatasetError for a file that is not ours.

    Actors, proposals and stances that were renamed or merged since are named as today; of two decisions that are on one
    unit then, the later.
    """
    folder = open_store(store).location
    today = _today(folder)
    found = {d.key: d for d in (_as_today(d, today) for d in _parsed(folder))}.values()
    return [d if d.one == one else d.turned() for d in found if {d.one, d.other} == {one, other}]


def record(store: Address, decision: Decision) -> Decision:
    """Keep a decision, in the place of an earlier one on the same unit; it is on disk when this returns."""
    folder = open_store(store).location
    made = replace(decision, time=dates.now())
    with writing(folder) as write:
        write({DECISIONS_FILE: with_decisions(folder, [made])})
    return made


def withdraw(store: Address, decision: Decision) -> None:
    """Take a decision back: its unit is open again."""
    folder = open_store(store).location
    with writing(folder) as write:
        write({DECISIONS_FILE: with_decisions(folder, [], without=decision)})


def with_decisions(folder: Location, made: Iterable[Decision], *, without: Decision | None = None) -> bytes:
    """The file of decisions with these in it; what somebody added to the file stays. To be called under the lock."""
    frame = _frame(folder)
    new = [*made]
    keys = {k for d in (*new, *([without] if without else [])) for k in (d.key, d.turned().key)}
    today = _today(folder)
    gone = [(*k[:3], today(ACTORS, k[3]), today(PROPOSALS, k[4])) in keys for k in frame[[*_KEY]].to_numpy().tolist()]
    kept = frame.loc[[not g for g in gone]]
    rows = pd.DataFrame([_row(d) for d in new], columns=list(DECISIONS.names), dtype="str")
    whole = pd.concat([kept, rows], ignore_index=True).fillna("").astype("str")
    return table_bytes(whole, tuple(whole.columns))


def _today(folder: Location) -> Callable[[str, str], str]:
    """What an id of a kind is called today; the dataset is read only where an id was ever given up."""
    moved = open_store(folder).load().moved if read(folder, FORMER_FILE) else {}
    return lambda kind, id_: moved.get(kind, {}).get(id_) or id_


def _as_today(made: Decision, today: Callable[[str, str], str]) -> Decision:
    values = {c: today(STANCES, v) if c == "stance" else v for c, v in made.values.items()}
    return replace(made, actor=today(ACTORS, made.actor), proposal=today(PROPOSALS, made.proposal), values=values)


def _row(made: Decision) -> dict[str, str]:
    own = {c: str(getattr(made, c)) for c in (*_KEY, "decision", "reason", "by", "time")}
    return own | {
        "seen_one": made.seen[0],
        "seen_other": made.seen[1],
        "values": json.dumps(dict(made.values), ensure_ascii=False) if made.values else "",
        "step": str(made.step or ""),
        "ids": json.dumps(dict(made.ids)) if made.ids else "",
    }


def _frame(folder: Location) -> pd.DataFrame:
    content = read(folder, DECISIONS_FILE)
    problems: list[Problem] = []
    empty = pd.DataFrame(columns=list(DECISIONS.names), dtype="str")
    frame = plain_table(io.BytesIO(content), DECISIONS, problems) if content else empty
    if problems:
        raise DatasetError([replace(p, file=DECISIONS_FILE) for p in problems])
    return frame


def _parsed(folder: Location) -> list[Decision]:
    """Every decision of the file; what it holds is text of unknown origin."""
    problems: list[Problem] = []
    found: dict[tuple[str, ...], Decision] = {}
    frame = _frame(folder)
    for row, record_ in zip(frame.index + FIRST_ROW, frame.to_dict("records"), strict=True):
        text = {str(k): str(v) for k, v in record_.items()}
        wrong: list[tuple[str, str]] = []
        if text["decision"] not in (*CHOICES, ALIKE):
            wrong.append(("decision", not_one_of(text["decision"], CHOICES)))
        if text["step"] and not (text["step"].isascii() and text["step"].isdigit() and len(text["step"]) < 10):
            wrong.append(("step", f"{shown(text['step'])} is not the number of a step"))
        pairs = {c: _mapping(text[c]) for c in ("values", "ids")}
        wrong += [(c, f"{shown(text[c])} is not a JSON object of texts") for c, m in pairs.items() if m is None]
        strange = [c for c in pairs["values"] or {} if c not in TABLES["statements"]]
        wrong += [("values", not_one_of(c, TABLES["statements"].names)) for c in strange]
        problems += [Problem(DECISIONS_FILE, int(row), column, words) for column, words in wrong]
        if wrong:
            continue
        own = {c: text[c] for c in (*_KEY, "decision", "reason", "by", "time")}
        seen = text["seen_one"], text["seen_other"]
        values, ids = pairs["values"] or {}, pairs["ids"] or {}
        made = Decision(**own, seen=seen, values=values, step=int(text["step"] or 0), ids=ids)
        if made.key in found or made.turned().key in found:
            problems.append(Problem(DECISIONS_FILE, int(row), "", "decides on the same unit as a row above"))
        found[made.key] = made
    if problems:
        raise DatasetError(problems)
    return [*found.values()]


def _mapping(text: str) -> dict[str, str] | None:
    """A JSON object of texts, an empty one for no text; None for anything else."""
    try:
        made: Any = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return None
    if not isinstance(made, dict) or not all(isinstance(v, str) for v in made.values()):
        return None
    return cast(dict[str, str], made)
