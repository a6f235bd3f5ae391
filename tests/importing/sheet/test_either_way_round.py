"""Random wide sheets, either way round, any column naming the rows: they come in exactly right, or something is asked."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from matrix.dataset.problems import DatasetError
from tests.importing.sheet.test_read import tables_of

ACTORS = [
    "USA",
    "China",
    "European Union",
    "Brazil",
    "Encode",
    "Tech Net",
    "Ministry of Trade",
    "王伟",
    "SPD",
    "Ann Lee",
]
PROPOSALS = [
    "Moratorium",
    "Register of models",
    "Export ban",
    "SB 1047",
    "Fund",
    "登记",
    "Rent cap",
    "Tempolimit",
    "HR 2",
]
HEADERS = {
    "actor": [
        "Country",
        "Party",
        "Member state",
        "Partei",
        "国家",
        "Organisation",
        "Pays",
        "Actor",
        "Name",
        "Wer",
        "",
        "Xyz",
    ],
    "proposal": ["Proposal", "Policy", "Bill", "These", "法案", "Mesure", "Motion", "Item", "Name", "", "Xyz"],
}
WORDS = {"yes": "support", "ja": "support", "Support": "support", "支持": "support", "no": "oppose", "nay": "oppose",
         "stimme nicht zu": "oppose", "反对": "oppose", "concern": "concern", "abstain": "neutral", "": "", "n/a": ""}  # fmt: skip


@dataclass(frozen=True)
class Wide:
    """A wide sheet, what is in its rows, its naming column, and who says what of what."""

    text: str
    hold: str
    naming: str
    said: set[tuple[str, str, str]]


@st.composite
def wide_sheets(draw: st.DrawFn) -> Wide:
    hold = draw(st.sampled_from(["actor", "proposal"]))
    actors = draw(st.lists(st.sampled_from(ACTORS), min_size=2, max_size=6, unique=True))
    proposals = draw(st.lists(st.sampled_from(PROPOSALS), min_size=2, max_size=6, unique=True))
    rows, across = (actors, proposals) if hold == "actor" else (proposals, actors)
    marks = {(r, c): draw(st.sampled_from([*WORDS])) for r in rows for c in across}
    columns = [(draw(st.sampled_from(HEADERS[hold])), list(rows))]
    if draw(st.booleans()):
        columns.insert(draw(st.integers(0, 1)), ("No.", [str(i + 1) for i in range(len(rows))]))
    if draw(st.booleans()):
        themes = [draw(st.sampled_from(["Safety", "Trade"])) for _ in rows]
        columns.insert(draw(st.integers(0, len(columns))), ("Theme", themes))
    naming = next(h for h, values in columns if values == list(rows))
    named = [(c, [marks[r, c] for r in rows]) for c in across]
    at = draw(st.integers(0, len(named)))
    placed = [*named[:at], *columns, *named[at:]] if draw(st.booleans()) else [*columns, *named]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([h for h, _ in placed])
    writer.writerows(zip(*(values for _, values in placed), strict=True))
    number = [h for h, _ in placed].index(naming) + 1
    said = {((r, c) if hold == "actor" else (c, r)) + (WORDS[w],) for (r, c), w in marks.items() if WORDS[w]}
    return Wide(out.getvalue(), hold, naming or f"column {number}", said)


def said_in(text: str, **options: dict[str, str]) -> set[tuple[str, str, str]] | None:
    """Actor, proposal and stance of each statement, in names; None where something is asked."""
    try:
        tables = tables_of(text, **options).frames
    except DatasetError:
        return None
    names = dict(zip(tables["actors"]["id"], tables["actors"]["name"], strict=True))
    titles = dict(zip(tables["proposals"]["id"], tables["proposals"]["title"], strict=True))
    found = tables["statements"]
    return {(names[a], titles[p], s) for a, p, s in found[["actor", "proposal", "stance"]].astype("str").to_numpy()}


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(wide_sheets())
def test_a_wide_sheet_comes_in_right_or_is_asked_about(sheet: Wide) -> None:
    bare = said_in(sheet.text)
    event("right" if bare is not None else "asked")
    assert bare in (None, sheet.said), sheet.text
    told = said_in(sheet.text, columns={sheet.naming: sheet.hold})
    event("answered right" if told is not None else "asked more")
    assert told in (None, sheet.said), sheet.text
