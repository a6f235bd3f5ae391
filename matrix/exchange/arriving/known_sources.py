"""The sources that a sheet names are found among those of a dataset: by title and address, never by title alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.amounts import plural
from matrix.dataset.dataset import Dataset
from matrix.exchange.arriving.mapping import Mapping_
from matrix.exchange.arriving.names import exact

Known = tuple[str, str]  # id, address
_SHEETS = (".csv", ".xlsx")


def sources_there(into: Dataset | None, rows: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    """The ids that each of the rows (title, url) may be: none is a new source, several are a question."""
    if into is None:
        return [() for _ in rows]
    frame = into.frames["sources"]
    titled: dict[str, list[Known]] = {}
    addressed: dict[str, list[str]] = {}
    for id, title, url in zip(frame["id"], frame["title"], frame["url"], strict=True):
        titled.setdefault(exact(title), []).append((id, url))
        if url:
            addressed.setdefault(url, []).append(id)
    place = dict(zip(frame["id"], zip(frame["title"], frame["url"], strict=True), strict=True))
    found = []
    for row in rows:
        title, url = row["title"], row["url"]
        fits = _fitting(titled.get(title, ()), url)
        if not fits and title == url:  # the sheet knows no more than its address
            fits = tuple(addressed.get(url, ()))
        if title in place and title not in titled:  # the id itself, as a person says which of several is meant
            name, address = place[title]
            same = tuple(id for id, u in titled[exact(name)] if u and u == url)
            fits = same or ((title,) if not url or address in ("", url) else ())
        found.append(fits)
    return _once(found, rows, titled)


def _fitting(known: Sequence[Known], url: str) -> tuple[str, ...]:
    """Of the sources of a title those of the address; else those whose address, or the row's, is not known."""
    same = tuple(id for id, u in known if u == url)
    return same or tuple(id for id, u in known if not u or not url)


def _once(
    found: Sequence[tuple[str, ...]], rows: Sequence[Mapping[str, str]], titled: Mapping[str, Sequence[Known]]
) -> list[tuple[str, ...]]:
    """A source without an address takes on that of one row; where several would give it theirs, each is a new one."""
    blank = {id for each in titled.values() for id, url in each if not url}
    claims = Counter(each[0] for each, r in zip(found, rows, strict=True) if len(each) == 1 and r["url"])
    return [
        () if len(each) == 1 and r["url"] and each[0] in blank and claims[each[0]] > 1 else each
        for each, r in zip(found, rows, strict=True)
    ]


def renamed(m: Mapping_, columns: Mapping[str, pd.Series[Any]], kept: NDArray[np.bool_]) -> list[str]:
    """A note where rows without a source say what a sheet of another name, which stood in as theirs, has said already.

    The file's name is all that tells two such sheets apart: `mine.csv` that comes again as `mine-2.csv` is another one.
    """
    if m.into is None:
        return []
    there = m.into.sources
    files = there[there["title"].str.lower().str.endswith(_SHEETS) & (there["title"] != m.cells.file)]
    said = m.into.statements
    known = said[said["source"].isin(files["id"])].astype("str")
    if known.empty:
        return []
    telling = [c for c in ("actor", "proposal", "stance", "quote") if c in columns]
    own = pd.DataFrame({c: columns[c].astype("str") for c in (*telling, "source")})[kept]
    own = own[~own["source"].isin(there["id"])]
    notes = []
    for id, title in zip(files["id"], files["title"], strict=True):
        before = known.loc[known["source"] == id, telling].drop_duplicates()
        if again := len(own.merge(before, on=telling)):
            notes.append(
                f"{plural(again, 'statement')} of {m.cells.file!r} stand in the dataset already, with the source "
                f"{title!r}: if it is the same sheet under another name, give it that name again, or they count twice."
            )
    return notes
