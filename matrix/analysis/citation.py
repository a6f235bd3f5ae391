"""A statement as a citation that a reporter can paste: who, what, when, quoted or not, where, and which coding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, Record, row, when
from matrix.palette import stances_of
from matrix.wording import ATTRIBUTION_WORDS, SourceWords, one_line, publisher, source_words, whole_office

# For somebody who is about to print the words: whose words they are.
_NOT_OWN = "the source's words, not the speaker's own"


def citation(dataset: Dataset, statement: Mapping[str, Any] | pd.Series) -> str:
    """One line of plain text: words, actor, institution, stance, proposal, date, whose words, source, coding, version.

    In quotation marks only what the actor said in these words; a paraphrase is cited as the source's, a record as a
    record. Words of ours that stand in for missing ones are marked as ours.
    """
    s = {str(k): v for k, v in statement.items()}
    actor = row(dataset, "actors", s["actor"])
    source = row(dataset, "sources", s["source"])
    native, place = actor["name_native"], whole_office(actor)
    who = actor["name"] + (f" ({native})" if native else "") + (f", {place}" if place else "")
    ours = f"[our summary] {s['summary']}" if s["summary"] else "[no quote is given]"
    look = stances_of(dataset)[s["stance"]]
    found = words_of(dataset, s)
    words = f"{found.record}. {ours if s['summary'] else ''}".strip() if found.record else found.line or ours
    attribution = str(s["attribution"])
    how = ATTRIBUTION_WORDS.get(attribution, attribution.replace("_", " "))
    parts = [
        f"{words} — {who}",
        f"{look.word}: {row(dataset, 'proposals', s['proposal'])['title']}",
        when(dataset, s),
        f"{how}: {_NOT_OWN}".removeprefix(": ") if found.paraphrase else how,
    ]
    where = f"In: {source_line(source)}" + (f", {source['url']}" if source["url"] else "")
    condition = f" Condition: {s['condition']}." if s["condition"] else ""
    coded = f"[statement {s['id']}, dataset “{dataset.title}”, version {dataset.version}]"
    return one_line(f"{'; '.join(p for p in parts if p)}.{condition} {where}. {coded}")


def words_of(dataset: Dataset, statement: Mapping[str, Any], *, named: bool = True) -> SourceWords:
    """What its source has of a statement; with `named` a paraphrase names the speaker too."""
    source, actor = row(dataset, "sources", statement["source"]), row(dataset, "actors", statement["actor"])
    score = stances_of(dataset)[str(statement["stance"])].score
    return source_words(statement, source, score, str(actor["name"]) if named else "")


def source_line(source: Record) -> str:
    """A source as it is cited: by whom, title, date of publication."""
    by = publisher(source)
    published = dates.words(source["date"], source["date"]) if source["date"] else "date of publication not given"
    return f"{by + ', ' if by else ''}“{source['title']}” ({published})"


def citations(dataset: Dataset, statements: pd.DataFrame, *, heading: str = "") -> str:
    """A list of citations as plain text, one a paragraph, numbered, under a heading of one's own."""
    lines = [f"{number}. {citation(dataset, s)}" for number, (_, s) in enumerate(statements.iterrows(), 1)]
    return "\n\n".join(filter(None, [heading, *lines])) + "\n"
