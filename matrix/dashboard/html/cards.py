"""Statements and events as cards: the source's words, ours marked as ours, and everything needed to judge and cite."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup

from matrix.analysis.citation import citation
from matrix.analysis.evidence import Standing, standing_words
from matrix.analysis.source_quotes import CONDITION_QUOTE, STATE_SIGNS, STATE_WORDS, quotes_in
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Record
from matrix.wording import ATTRIBUTION_WORDS

StatementRow = pd.Series  # a row of the statements, with its `standing` where it may not count
Beside = Callable[[StatementRow], str]


def statement_cards(html: DatasetHtml, statements: pd.DataFrame) -> list[Markup]:
    """A card for each statement."""
    return [_card(html, s) for _, s in statements.iterrows()]


def statement_list(html: DatasetHtml, statements: pd.DataFrame, *, beside: Beside, first: int = 1) -> Markup:
    """A numbered list to read and cite from: who on what, and what `beside` adds, next to each card.

    The numbers begin with `first`.
    """
    items = [
        (dict(s), html.row("actors", str(s["actor"])), card, beside(s))
        for (_, s), card in zip(statements.iterrows(), statement_cards(html, statements), strict=True)
    ]
    return render("cards.html", "statements", html, items, first)


def anchor(statement: str) -> str:
    """The id of a statement's place in such a list."""
    return f"st-{statement}"


def event_card(html: DatasetHtml, event: Record) -> Markup:
    """The whole event: what, when, how sure, the source's words, which proposals it touches."""
    source = html.row("sources", event["source"]) if event["source"] else None
    return render("cards.html", "event", html, event, source)


def _card(html: DatasetHtml, statement: StatementRow) -> Markup:
    s = {str(k): str(v) for k, v in statement.items()}
    standing = s.get("standing", Standing.COUNTS)
    values = {
        **s,
        "counts": standing == Standing.COUNTS,
        "standing": standing_words(standing, s.get("by", "")),
    }
    attribution = ATTRIBUTION_WORDS.get(s["attribution"]) or s["attribution"]
    source, checks = html.row("sources", s["source"]), _checks(statement, html.texts.get(s["source"]))
    return render(
        "cards.html", "statement", html, values, source, checks, attribution, citation(html.dataset, statement)
    )


def _checks(statement: StatementRow, text: str | None) -> list[tuple[str, str]]:
    """What came of looking for its quotes in the source's text, sign and words: once where both fared alike."""
    found = quotes_in("statements", statement, text)
    states = list(dict.fromkeys(q.state for q in found))
    of = {q.state: " (the condition's words)" for q in found if q.column == CONDITION_QUOTE and len(states) > 1}
    return [(STATE_SIGNS[s], f"{STATE_WORDS[s]}{of.get(s, '')}") for s in states]
