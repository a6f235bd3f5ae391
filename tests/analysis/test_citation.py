"""A citation carries everything a reporter needs, and says whose words the words are."""

from __future__ import annotations

import pytest

from matrix import Dataset
from matrix.analysis.citation import citation, citations
from tests.tiny import frames, stated, table

SOURCES = table(
    "id|title|author|publisher|date|url",
    "early|Early paper|Eve Page|The Paper|2026-01-31|https://example.org/early",
    "late|Late paper||||",
)
QUOTE = "quote=We~talk. date_start=2026-01-05 date_end=2026-01-06 attribution=paraphrased"


def made_of(*rows: str) -> Dataset:
    """The dataset of these statements, in which ~ stands for a blank and ^ for the end of a line."""
    statements = stated(*rows)
    statements["quote"] = statements["quote"].str.replace("~", " ").str.replace("^", "\n")
    return Dataset.from_frames(frames(statements, sources=SOURCES))


def test_it_names_words_speaker_day_attribution_source_and_coding() -> None:
    made = made_of(f"cem talk support early {QUOTE}")
    assert citation(made, made.statements.iloc[0]) == (
        "Eve Page, The Paper, paraphrasing Cem: We talk. — Cem (杰姆); Supports: Keep talking; 5–6 January 2026; "
        "paraphrased: the source's words, not the speaker's own. "
        "In: Eve Page, The Paper, “Early paper” (31 January 2026), https://example.org/early. "
        f"[statement s1, dataset “dataset”, version {made.version}]"
    )


@pytest.mark.parametrize(
    ("row", "part"),
    [
        ("ann talk support late", "[no quote is given] — Ann; Supports: Keep talking; undated."),
        ("ann talk support late", "In: “Late paper” (date of publication not given). ["),
        ("ann talk conditional late", "Condition: it is mutual."),
        ("ann talk support late quote=Yes attribution=quoted", "“Yes” — Ann; Supports: Keep talking; undated; quoted."),
        ("ann talk support early date_end=2026-01-09", "not after 9 January 2026"),
    ],
)
def test_what_is_missing_or_inexact_is_said(row: str, part: str) -> None:
    made = made_of(row)
    assert part in citation(made, made.statements.iloc[0])


def test_line_breaks_in_the_data_do_not_break_the_line() -> None:
    made = made_of("ann talk support late quote=Yes^and~no attribution=quoted")
    assert citation(made, made.statements.iloc[0]).startswith("“Yes and no” — Ann")


def test_a_list_is_numbered_under_its_heading() -> None:
    made = made_of("ann talk support late quote=Yes", "bob talk oppose late quote=No attribution=quoted")
    heading, one, two = citations(made, made.statements, heading="Two of them").rstrip("\n").split("\n\n")
    assert heading == "Two of them"
    assert one == f"1. {citation(made, made.statements.iloc[0])}"
    assert two.startswith("2. “No” — Bob")
    assert citations(made, made.statements.iloc[:0]) == "\n"
