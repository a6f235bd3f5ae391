"""Several sheets as one dataset: `joined` adds a sheet's tables to those before it, `united` to a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import TABLES
from matrix.importing.file_cells import Sheet
from matrix.importing.name_matching import exact, readings
from matrix.importing.result import ImportedTables, ImportOptions
from matrix.importing.sheet.several_names import entries, is_open_name
from matrix.wording import plural

_STATED = ("actor", "proposal", "stance", "source", "date_start", "date_end", "quote", "summary", "condition")
Frames = Mapping[str, pd.DataFrame]


def options_by_sheet(sheets: Sequence[Sheet], options: ImportOptions) -> dict[str, ImportOptions]:
    """The options for each sheet by its name: without columns and names that only others of the sheets have.

    What none of them has is left to each, for it to be said that there is no such thing.
    """
    texts = {s.name: {exact(cell) for _, cells in s.rows for cell in cells} for s in sheets}
    if any(map(is_open_name, options.columns)):  # as entries of lists
        texts = {
            s: own.union(*map(entries, own), *(entries(t, everywhere=True) for t in own)) for s, own in texts.items()
        }
    every, so_far, made = set().union(*texts.values()), set[str](), {}
    for name, own in texts.items():
        so_far |= own  # names of earlier sheets are known
        columns = {c: f for c, f in options.columns.items() if exact(c) not in every - own}
        same, different = (
            [pair for pair in pairs if not _names(pair) & (every - so_far)]
            for pairs in (options.same, options.different)
        )
        made[name] = replace(options, columns=columns, same=same, different=different)
    return made


def _names(pair: str) -> set[str]:
    """What may be the names in `A=B`: a name may hold a `=` itself."""
    cuts = [at for at, c in enumerate(pair) if c == "="]
    return {exact(name) for at in cuts for name in (pair[:at], pair[at + 1 :])}


def known_first(options: ImportOptions, whole: ImportedTables) -> ImportOptions:
    """The options for a further sheet: of two names that are one, the one of the sheets before goes first.

    So it is no new one here; `named_as_said` gives it the name that was said in the end.
    """
    held = {n for t in ("actors", "proposals") for n in whole.frames[t][TABLES[t].label].map(exact)}

    def in_order(pair: str) -> str:
        return next((f"{b}={a}" for a, b in readings(pair) if b in held and a not in held), pair)

    return replace(options, same=[in_order(pair) for pair in options.same])


def named_as_said(tables: ImportedTables, same: Sequence[str], into: Dataset | None) -> ImportedTables:
    """The tables with `A` where `A=B` was said and only `B` is there: the names were on different sheets."""
    frames = dict(tables.frames)
    for pair in same:
        kept, _, other = map(exact, pair.partition("="))
        for table, column in (("actors", "name"), ("proposals", "title"), ("sides", "name"), ("sources", "title")):
            frame = frames.get(table)
            if frame is None or kept in (names := list(frame[column])) or other not in names:
                continue
            known = set(into.frames[table]["id"]) if into is not None else set()
            new = [kept if n == other and i not in known else n for n, i in zip(names, frame["id"], strict=True)]
            frames[table] = frame.assign(**{column: pd.Series(new, index=frame.index, dtype="str")})
    return replace(tables, frames=frames)


def joined(one: ImportedTables, other: ImportedTables) -> tuple[ImportedTables, list[str]]:
    """Both as one, `other` having been read with the names of `one` known; notes of what was the same in both.

    A statement that is in both, word for word, is one; another one that has the same id gets an id of its own.
    """
    statements, notes = _statements(one.frames["statements"], other.frames["statements"])
    frames = {
        **_filled(one.frames, {n: f for n, f in other.frames.items() if n != "statements"}),
        "statements": statements,
    }
    return replace(one, frames=frames), notes


def united(into: Dataset | None, tables: ImportedTables) -> Dataset:
    """A dataset in which all names and ids are known that the sheets so far have."""
    if into is None:
        from matrix.store.folder import with_package

        return with_package(tables.frames, tables.title)
    now = {n: f.astype("str") for n, f in into.frames.items() if len(f)}
    return Dataset.from_frames(_filled(now, tables.frames), package=into.package)


def _filled(one: Frames, other: Frames) -> dict[str, pd.DataFrame]:
    """Each table with the rows of both; of two of one id the first, with what only the other one says."""
    frames = dict(one)
    for name, frame in other.items():
        if name not in frames:
            frames[name] = frame
            continue
        both = pd.concat([frames[name].astype("str"), frame.astype("str")], ignore_index=True).fillna("")
        first = both.where(both != "").groupby("id", sort=False, as_index=False).first()
        frames[name] = first[[*both.columns]].fillna("").astype("str")
    return frames


def _statements(one: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    before, after = one.astype("str"), other.astype("str").copy()
    stated = [c for c in _STATED if c in before.columns and c in after.columns]
    there: dict[str, tuple[Any, ...]] = dict(
        zip(before["id"], before[stated].itertuples(index=False, name=None), strict=True)
    )
    again, ids, used = [], [], {*there, *after["id"]}
    for id, row in zip(after["id"], after[stated].itertuples(index=False, name=None), strict=True):
        again.append(there.get(id) == row)
        number = 1
        new = id
        while not again[-1] and new in there:
            number += 1
            new = f"{id}-{number}" if f"{id}-{number}" not in used else new
        used.add(new)
        ids.append(new)
    after["id"] = ids
    notes = []
    if twice := sum(again):
        notes.append(f"{plural(twice, 'statement')} that an earlier sheet has too, word for word, taken once.")
    if renamed := sum(a != b for a, b in zip(ids, other["id"], strict=True)):
        notes.append(f"{plural(renamed, 'statement')} whose id an earlier sheet gives to another one, numbered anew.")
    after = after[[not a for a in again]]
    return pd.concat([before, after], ignore_index=True).fillna(""), notes
