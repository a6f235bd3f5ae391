"""A statement as a citation that a reporter can paste: who, what, when, quoted or not, where, and which coding."""

from __future__ import annotations

import re

import pandas as pd

from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, Record, row
from matrix.palette import stances_of
from matrix.wording import ATTRIBUTION_WORDS, publisher, source_words, whole_office

# For somebody who is about to print the words: whose words they are.
_CITED_AS = {**ATTRIBUTION_WORDS, "paraphrased": "paraphrased: the source's words, not the speaker's own"}
_SPACES = re.compile(r"\s+")


def citation(dataset: Dataset, statement: pd.Series) -> str:
    """One line of plain text: quote, actor, institution, date, attribution, source, address, statement, version.

    Words of ours that stand in for a missing quote are marked as ours; what is on record is cited as a record.
    """
    actor = row(dataset, "actors", statement["actor"])
    source = row(dataset, "sources", statement["source"])
    native, place = actor["name_native"], whole_office(actor)
    who = actor["name"] + (f" ({native})" if native else "") + (f", {place}" if place else "")
    ours = f"[our summary] {statement['summary']}" if statement["summary"] else "[no quote is given]"
    score = stances_of(dataset)[statement["stance"]].score
    found = source_words({c: statement[c] for c in ("attribution", "quote")}, source, score)
    words = f"“{found.quote}”" if found.quote else ours
    how = found.record or _CITED_AS.get(statement["attribution"], statement["attribution"])
    parts = [f"{words} — {who}", dates.words(statement["date_start"], statement["date_end"]), how]
    where = f"In: {source_line(source)}" + (f", {source['url']}" if source["url"] else "")
    condition = f" Condition: {statement['condition']}." if statement["condition"] else ""
    coded = f"[statement {statement['id']}, dataset “{dataset.title}”, version {dataset.version}]"
    return _SPACES.sub(" ", f"{'; '.join(p for p in parts if p)}.{condition} {where}. {coded}").strip()


def source_line(source: Record) -> str:
    """A source as it is cited: by whom, title, date of publication."""
    by = publisher(source)
    published = dates.words(source["date"], source["date"]) if source["date"] else "date of publication not given"
    return f"{by + ', ' if by else ''}“{source['title']}” ({published})"


def citations(dataset: Dataset, statements: pd.DataFrame, *, heading: str = "") -> str:
    """A list of citations as plain text, one a paragraph, numbered, under a heading of one's own."""
    lines = [f"{number}. {citation(dataset, s)}" for number, (_, s) in enumerate(statements.iterrows(), 1)]
    return "\n\n".join(filter(None, [heading, *lines])) + "\n"
