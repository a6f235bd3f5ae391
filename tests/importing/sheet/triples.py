"""What was read of a sheet, in names: for tests of how it is read."""

from __future__ import annotations

from typing import Any

from matrix.importing.result import ImportedTables


def triples(tables: ImportedTables, *more: str) -> list[str]:
    """`actor / proposal / stance` of each statement, with `more` columns behind it."""
    frames = tables.frames
    names = dict(zip(frames["actors"]["id"], frames["actors"]["name"], strict=True))
    titles = dict(zip(frames["proposals"]["id"], frames["proposals"]["title"], strict=True))
    rows: list[dict[Any, Any]] = frames["statements"].astype("str").to_dict("records")
    return [" / ".join([names[r["actor"]], titles[r["proposal"]], r["stance"], *(r[c] for c in more)]) for r in rows]


def scores(tables: ImportedTables) -> dict[str, str]:
    """The scale that comes with the tables: stance id -> score; empty where it is the shipped one."""
    stances = tables.frames.get("stances")
    return {} if stances is None else dict(zip(stances["id"], stances["score"], strict=True))
