"""A dataset as it was before steps of its history: they are taken back in memory, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import dropwhile

import pandas as pd

from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, is_there, place
from matrix.dataset.frames import canonical
from matrix.dataset.problems import DatasetError, Problem, SelectionError, shown
from matrix.dataset.schema import MAIN
from matrix.store import Address, open_store
from matrix.store.history import Step, newest_first, order_before, standing

VERSION = "[0-9a-f]{12}"
_ORDER = ("added", "deleted", "changed")  # a row that one step took out and gave anew ends as it was taken out


@dataclass(frozen=True)
class Past:
    """A dataset as it was: `steps` made it what it is today, the newest first, each with whether it stands.

    `short`: why it is another state than was asked for, '' where it is not.
    """

    dataset: Dataset
    steps: tuple[tuple[Step, bool], ...] = ()
    short: str = ""


def as_it_was(now: Dataset, store: Address, *, since: str) -> Past:
    """The dataset of the store as it was at a (partial) date, at a time (ISO, UTC) or in a version of its history.

    Steps of that day are taken back too. What was rebuilt is held against the version that the history names: where
    that leads no further back, it is the earliest state that is certain, and `short` says so. SelectionError for what
    is no date and no version, or for a version to which the history does not lead; DatasetError where no step leads to
    the dataset as it is.
    """
    wanted, moment = _asked(since)
    if wanted == now.version:
        return Past(now)
    at = open_store(store)
    # Of a dataset that was read a while ago, the steps that came after do not count.
    known = standing(dropwhile(lambda s: s.after != now.version, newest_first(at)))
    steps: list[tuple[Step, bool]] = []
    version, end = now.version, ""
    last: Step | None = None
    for step, stands in known:
        last = last or step
        if version == wanted:
            break
        if step.after != version:
            words = f"between {_named(step)} and {_named(steps[-1][0])} the dataset was changed past its history"
            end = f"{words}: nothing is known of what changed before version {version}"
            break
        if moment and _time(step, at.history_file) < moment:
            break
        if step.begins:
            end = f"{_named(step)} made the dataset: there is nothing before version {version}"
            break
        steps.append((step, stands))
        version = step.before
    else:
        if steps and moment and moment.date() < _time(steps[-1][0], at.history_file).date():
            end = f"the history begins with {_named(steps[-1][0])}: nothing is known of what changed before it"
    if moment and not steps and moment > (today := datetime.now(UTC)):
        end = f"{since} is still to come: it is {today:%Y-%m-%d %H:%M} in UTC"
    if last is None:
        raise DatasetError([Problem(at.history_file, 0, "", _leads_nowhere(now, at))], outcome="nothing can be told")
    past = _rebuilt(now, steps)
    if steps and past.version != steps[-1][0].before:
        sure, bad = _furthest(now, steps)
        end = (
            f"the old values of {_named(bad)} do not lead back to version {bad.before} that it names: nothing is known "
            f"of what changed before version {bad.after}"
        )
        past, steps = _rebuilt(now, steps[:sure]), steps[:sure]
    if wanted and past.version != wanted:
        why = f": {end}" if end else ""
        reach = f"it leads from version {now.version} back to {past.version}"
        raise SelectionError(f"since: the history does not lead to version {wanted}; {reach}{why}")
    return Past(past, tuple(steps), end)


def _asked(since: str) -> tuple[str, datetime | None]:
    """The version or the moment that is meant."""
    if re.fullmatch(VERSION, since):
        return since, None
    try:
        if "T" in since:
            moment = datetime.fromisoformat(since)
        else:
            moment = datetime.fromisoformat(dates.iso(dates.interval(since)[0]))
    except ValueError:
        words = "is neither a date (2026, 2026-05, 2026-05-14) nor a version (12 digits 0-9 and a-f)"
        raise SelectionError(f"since: {shown(since)} {words}") from None
    return "", moment.replace(tzinfo=moment.tzinfo or UTC)


def _time(step: Step, file: str) -> datetime:
    try:
        moment = datetime.fromisoformat(step.at)
    except ValueError:
        words = f"the time of the step is {shown(step.at)}, which is none: ask for a version instead of a date"
        raise DatasetError([Problem(file, step.number, "", words)], outcome="nothing can be told") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _named(step: Step) -> str:
    return f"step {step.number} ({step.at[:10]})"


def _leads_nowhere(now: Dataset, store: Address) -> str:
    newest = next(newest_first(store), None)
    if newest is None:
        return "holds no step: the dataset has not been changed with this tool yet, so what changed in it is not known"
    shared = "" if now.layer == MAIN else ", or a code that all coders share was renamed"
    return (
        f"ends with version {newest.after}, and the dataset is version {now.version}: it was changed past its history"
        f"{shared}, so what changed in it is not known; policy-matrix diff compares it with a copy from before"
    )


# ---- taking back


def _furthest(now: Dataset, steps: Sequence[tuple[Step, bool]]) -> tuple[int, Step]:
    """How many steps lead to the version that they name, and the next one, which does not."""
    good, bad = 0, len(steps)
    while bad - good > 1:
        middle = (good + bad) // 2
        if _rebuilt(now, steps[:middle]).version == steps[middle - 1][0].before:
            good = middle
        else:
            bad = middle
    return good, steps[good][0]


def _rebuilt(now: Dataset, steps: Sequence[tuple[Step, bool]]) -> Dataset:
    """The dataset without these steps, the newest first; where their old values are wrong it has another version."""
    if not steps:
        return now
    rows: dict[str, dict[str, dict[str, str] | None]] = {}
    order: dict[str, list[str]] = {}
    for step, _ in steps:
        for c in sorted(step.changes, key=lambda c: _ORDER.index(c.kind)):
            touched = rows.setdefault(c.table, {})
            if c.id not in touched:
                touched[c.id] = _row(now, c.table, c.id)
            row = touched[c.id]
            if c.kind == "changed":
                touched[c.id] = {**(row or {}), c.column: c.old}
            else:
                touched[c.id] = dict(c.values) if c.kind == "deleted" else None
        for table in {c.table for c in step.changes if c.whole_row}:
            ids = order.setdefault(table, now.frames[table]["id"].tolist())
            order[table] = order_before(ids, [c for c in step.changes if c.table == table])
    frames = {t: _frame(now.frames[t], touched, order.get(t)) for t, touched in rows.items()}
    made = canonical(frames)[0]
    # The columns before a step are those that a version counts; of a layer only its own are told.
    columns = {**now.columns, **steps[-1][0].columns} if now.layer != MAIN else dict(steps[-1][0].columns)
    return replace(now, frames={**now.frames, **{t: made[t] for t in frames}}, columns=columns, _memo={})


def _row(now: Dataset, table: str, id_: str) -> dict[str, str] | None:
    if not is_there(now, table, id_):
        return None
    frame, at = now.frames[table], place(now, table, id_)
    return {c: str(frame[c].iloc[at]) for c in frame.columns if c != "id"}


def _frame(frame: pd.DataFrame, rows: dict[str, dict[str, str] | None], order: list[str] | None) -> pd.DataFrame:
    """The table with these rows as they were (None: not there), in this order or its own."""
    back = {id_: row for id_, row in rows.items() if row is not None}
    columns = list(dict.fromkeys([*frame.columns, *(c for row in back.values() for c in row)]))
    kept = frame[~frame["id"].isin(list(rows))].reindex(columns=columns).astype("str").fillna("")
    were = pd.DataFrame([{**dict.fromkeys(columns, ""), **row, "id": i} for i, row in back.items()], columns=columns)
    both = pd.concat([kept, were.astype("str")], ignore_index=True)
    wanted = {id_: i for i, id_ in enumerate(frame["id"].tolist() if order is None else order)}
    places = both["id"].map(wanted).fillna(len(wanted))
    return both.iloc[places.argsort(kind="stable")].reset_index(drop=True)


def steps_back(now: Dataset) -> Iterator[Step]:
    """The steps that lead back from a dataset that was loaded, the newest first, while each follows the other."""
    version = now.version
    at = open_store(now.location, layer=now.layer) if now.location else None
    for step in dropwhile(lambda s: s.after != now.version, newest_first(at)) if at else ():
        if step.after != version or step.begins:
            return
        yield step
        version = step.before
