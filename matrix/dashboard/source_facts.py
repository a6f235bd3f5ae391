"""A source becomes words: who published it, when and where, which stances are in it, and what of it is verified."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from matrix.analysis.source_quotes import NO_TEXT, VERIFIED, Quote, totals
from matrix.dashboard.rows import Record
from matrix.dashboard.said import Said
from matrix.dashboard.text import bdi, esc, humane, link, listed
from matrix.dashboard.texts import QUOTE_SIGNS, QUOTE_WORDS
from matrix.dataset import dates
from matrix.dataset.amounts import plural

LANGUAGES = {"en": "English", "zh": "Chinese", "de": "German", "fr": "French", "es": "Spanish", "ru": "Russian"}


def published(source: Record) -> str:
    """When it was published, in words; where that is not known, so, and why."""
    words = dates.words(source["date"], source["date"]) if source["date"] else "Date of publication not given"
    note = f' <span class="pm-quiet">({bdi(source["date_note"])})</span>' if source["date_note"] else ""
    return esc(words) + note


def facts(source: Record) -> str:
    """Publisher, date, kind, language and addresses in one list."""
    by = ", ".join(dict.fromkeys(v for v in (source["author"], source["publisher"]) if v))
    language = source["language"]
    where = link(source["url"], source["url"]) if source["url"] else "no address is given"
    rows = [
        ("Published by", bdi(by) if by else "not given"),
        ("Date", published(source)),
        ("Kind", bdi(humane(source["kind"])) if source["kind"] else ""),
        ("Language", bdi(LANGUAGES.get(str(language), str(language))) if language else ""),
        ("Address", where),
        ("Archived", link(source["archived_url"], source["archived_url"]) if source["archived_url"] else ""),
        ("Accessed", esc(dates.words(source["accessed"], source["accessed"])) if source["accessed"] else ""),
        ("Note", bdi(source["note"]) if source["note"] else ""),
    ]
    return f'<dl class="pm-facts">{"".join(f"<dt>{t}</dt><dd>{v}</dd>" for t, v in rows if v)}</dl>'


@dataclass(frozen=True, eq=False)
class Counted:
    """Says how many statements of each stance there are."""

    said: Said

    def stances(self, statements: pd.DataFrame) -> str:
        """The stances of the scale that occur, in its order, each with its number."""
        counts = statements["stance"].astype("str").value_counts()
        items = "".join(
            f"<li>{self.said.cards.stance(s)} {int(counts[s]):,}</li>"
            for s in self.said.dataset.scale.ids
            if s in counts.index
        )
        return f'<ul class="pm-stances">{items}</ul>' if items else ""


def checked(quotes: list[Quote]) -> str:
    """What came of all quotes of a source: `60 of 71 quotes verified, 11 not found as the data has it`."""
    if not quotes:
        return "No quote is given."
    found = totals(quotes)
    if NO_TEXT in found:
        return f"{plural(len(quotes), 'quote')}; the text is not here, so none is held against it."
    rest = [f"{n:,} {QUOTE_WORDS[state]}" for state, n in found.items() if state != VERIFIED]
    verified, of = found.get(VERIFIED, 0), plural(len(quotes), "quote")
    whole = f"All {of} verified" if verified == len(quotes) > 1 else f"{verified:,} of {of} verified"
    return f"{listed([whole, *rest])}."


def check(quote: Quote) -> str:
    """What came of one quote, with a sign and in words, and where it stands."""
    what = "Quote" if quote.column == "quote" else "Words of the condition"
    where = f" at character {quote.start:,}" if quote.start is not None else ""
    reason = f": {quote.fault}" if quote.fault else ""
    state = quote.state.replace(" ", "-")
    return (
        f'<p class="pm-check pm-check-{state}"><span aria-hidden="true">{QUOTE_SIGNS[quote.state]}</span> '
        f"{what} {esc(QUOTE_WORDS[quote.state])}{where}{bdi(reason)}</p>"
    )
