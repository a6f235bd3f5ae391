"""Hand-countable datasets that the tests share: small enough to fold in the head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from matrix.dataset.dataset import Dataset


def table(header: str, *rows: str) -> pd.DataFrame:
    """A frame from `id|name` and rows such as `a|Ann`."""
    columns = header.split("|")
    return pd.DataFrame([dict(zip(columns, row.split("|"), strict=True)) for row in rows], columns=columns, dtype="str")


def frames(statements: pd.DataFrame | None = None, **tables: pd.DataFrame) -> dict[str, Any]:
    """Two sides (north: ann official, bob; south: cem official, dee), three proposals, two sources; statements as given."""
    base = {
        "sides": table("id|name|main|counted", "north|North|true|true", "south|South|true|true"),
        "sources": table("id|title|date", "early|Early paper|2026-01-31", "late|Late paper|"),
        "actors": table(
            "id|name|name_native|side|authority",
            "ann|Ann||north|official",
            "bob|Bob||north|expert",
            "cem|Cem|杰姆|south|official",
            "dee|Dee||south|expert",
        ),
        "proposals": table(
            "id|title|theme|parent",
            "talk|Keep talking|process|",
            "test|Test models|process|talk",
            "ban|Ban it all|arms|",
        ),
        "statements": statements if statements is not None else stated(),
    }
    return {**base, **tables}


def written(folder: Path, tables: Mapping[str, str]) -> Path:
    """A new folder with these tables as CSV text, by their names."""
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


STATEMENTS = "id|actor|proposal|stance|source|condition|date_start|date_end|attribution|confidence|superseded_by|quote"


def stated(*rows: str) -> pd.DataFrame:
    """Statements from `actor proposal stance source key=value ...`, numbered s1, s2, ... in order."""
    records = []
    for number, row in enumerate(rows, 1):
        actor, proposal, stance, source, *more = row.split()
        record = dict.fromkeys(STATEMENTS.split("|"), "")
        record |= {"id": f"s{number}", "actor": actor, "proposal": proposal, "stance": stance, "source": source}
        if stance == "conditional":
            record["condition"] = "it is mutual"
        record |= dict(item.split("=") for item in more)
        records.append(record)
    return pd.DataFrame(records, columns=STATEMENTS.split("|"), dtype="str")


def dataset(*rows: str, **tables: pd.DataFrame) -> Dataset:
    """The tiny dataset with these statements."""
    return Dataset.from_frames(frames(stated(*rows), **tables)) if tables else _with(*rows)


def layer(name: str, *rows: str, finished: str = "early late", **tables: pd.DataFrame) -> Dataset:
    """A coder's layer with these statements, `finished` naming the sources that were read to the end."""
    words = [row.split() for row in rows]
    given = stated(*(" ".join(w for w in row if not w.startswith("start=")) for row in words))
    given["start"] = [next((w.removeprefix("start=") for w in row if w.startswith("start=")), "") for row in words]
    made = Dataset.from_frames(frames(given, **tables))
    return replace(made, layer=name, finished=dict.fromkeys(finished.split(), "2026-11-28"), _memo={})


@cache  # it is frozen, and many tests ask for the same few statements
def _with(*rows: str) -> Dataset:
    return Dataset.from_frames(frames(stated(*rows)))


def minimal(*rows: str) -> dict[str, pd.DataFrame]:
    """Four tables with their required columns, nothing else."""
    return {
        "sources": table("id|title", "s|A paper"),
        "actors": table("id|name", "a|Ada", "b|Ben"),
        "proposals": table("id|title", "p|Plan", "q|Quota"),
        "statements": table("id|actor|proposal|stance|source", *rows),
    }


@cache
def partly_known() -> Dataset:
    """Who backs `test` and `ban` is known only in part, on `talk` it is known whom nobody heard; one search found nothing.

    talk: ann and dee back it, cem opposes it, bob never spoke. test: ann and cem back it; bob was looked for, dee is
    unknown. ban: ann backs it, cem's words are superseded by dee's refusal, bob is unknown.
    """
    return dataset(
        "ann talk support early attribution=recorded date_start=2026-01-10 date_end=2026-01-10",
        "dee talk support early",
        "cem talk oppose early",
        "ann test support early attribution=recorded",
        "cem test support early",
        "ann ban support early",
        "cem ban support early superseded_by=s8",
        "dee ban oppose late",
        proposals=table(
            "id|title|theme|date|coverage|coverage_note",
            "talk|Keep talking|process|2025-11|complete|",
            "test|Test models|process|2026|partial|3 of 4 names",
            "ban|Ban it all|arms||partial|",
        ),
        searches=table(
            "id|actor|proposal|where|by|date|source|note", "w1|bob|test|the list of signatories|Cora|2026-02|early|"
        ),
    )
