"""One source opened: its facts, its statements and events in text order, and beside them its text with their quotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from matrix.analysis.positions import Positions
from matrix.analysis.source_quotes import NO_TEXT, QUOTE, VERIFIED, Quote, totals
from matrix.analysis.statement_order import in_text_order
from matrix.dashboard import state
from matrix.dashboard.html.render import Said
from matrix.dashboard.html.statement_list import Lines
from matrix.dashboard.html.text import bdi, esc, humane, link, listed, some_of
from matrix.dashboard.pages.sources.text import by_row, place, target, text_html
from matrix.dashboard.paging import Stretch, stretch, turn
from matrix.dashboard.source_texts import QUOTE_SIGNS, QUOTE_WORDS, Held
from matrix.dataset import dates
from matrix.dataset.records import Record, records
from matrix.wording import plural

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


Checks = Mapping[tuple[str, str], list[Quote]]
MOST = 300  # statements beside a text at once; the marks are theirs


def show_source(positions: Positions, every: pd.DataFrame, source: str, found: Held, said: Said) -> None:
    """Draw the source; `every` are its statements in the view, each with a `standing`."""
    dataset, quotes = positions.dataset, found.quotes[source]
    row = said.row("sources", source)
    total = int((dataset.frames["statements"]["source"] == source).sum())
    statements = in_text_order(every)
    shown = _stretch(positions, statements, source)
    listed = statements.iloc[shown.first : shown.last]
    events = in_text_order(dataset.frames["events"][dataset.frames["events"]["source"] == source])
    st.html(
        f'<p class="pm-quiet">{said.links.choosing("reading", "", "All sources")}</p>'
        f'<h2 class="pm-answer">{bdi(row["title"])}</h2>{facts(row)}'
        f"<p><b>{esc(some_of(len(statements), total, 'statement'))}</b>{_hidden(total - len(statements))} "
        f"<b>{esc(checked(quotes))}</b></p>{Counted(said).stances(statements)}"
    )
    checks = by_row(quotes)
    lists = _lists(Lines(said, _beside(checks)), listed, records(events), checks, shown)
    text = found.texts.get(source)
    if text is None:
        note = (
            '<p class="pm-note">The text of this source is not in the folder of texts: none of its files has this '
            "source's fingerprint (SHA-256).</p>"
            if found.named
            else ""
        )
        st.html(f"{note}{lists}")
    else:
        ids = {"statements": set(listed["id"]), "events": set(events["id"])}
        marked = [q for q in quotes if q.row in ids[q.table]]
        arriving = _arriving(marked)
        st.html(
            f'<div class="pm-reading"{arriving}>{text_html(said, text, marked, row["language"])}'
            f'<div class="pm-beside">{lists}</div></div>'
        )
    turn(shown, "part")


def _stretch(positions: Positions, statements: pd.DataFrame, source: str) -> Stretch:
    """The part of a long list that is shown: with the statement that a link led to, if it names one."""
    over = (positions.selection, source, positions.dataset.version)
    ids = statements["id"].tolist()
    at = state.choice("at")
    if at in ids and st.session_state.get("reading.at") != at:
        st.session_state["paging.part"] = over
        state.choose("part", str(ids.index(at) // MOST + 1))
    st.session_state["reading.at"] = at
    return stretch(len(statements), "part", over, MOST)


def _lists(
    lines: Lines,
    statements: pd.DataFrame,
    events: list[Record],
    checks: Checks,
    shown: Stretch,
) -> str:
    told = "".join(_event(e, checks.get(("events", str(e["id"])), [])) for e in events)
    body = f'<h2>{plural(len(events), "event")} told here</h2><ul class="pm-plain pm-events">{told}</ul>'
    return (
        f"<h2>{esc(shown.words('statement'))}, in the order of the text</h2>"
        f"{lines.html(statements, shown.first + 1) if len(statements) else ''}{body if told else ''}"
    )


def _beside(checks: Checks) -> Callable[[pd.Series], str]:
    return lambda s: _checks(checks.get(("statements", str(s["id"])), []))


def _checks(quotes: list[Quote]) -> str:
    """What came of a row's quotes, and the way to their places in the text."""
    ordered = sorted(quotes, key=lambda q: q.column != QUOTE)
    links = [_way(q, "In the text" if q.column == QUOTE else "Condition in the text") for q in ordered if q.end]
    ways = f'<p class="pm-quiet">{" · ".join(links)}</p>' if links else ""
    return "".join(check(q) for q in ordered) + ways


def _way(quote: Quote, words: str) -> str:
    to = place(quote)
    return f'<a class="pm-jump" href="#{to}" data-jump="{to}" aria-label="{words}: {esc(quote.row)}">{words}</a>'


def _event(event: Record, quotes: list[Quote]) -> str:
    when = dates.words(event["date_start"], event["date_end"])
    kind = ", ".join(humane(str(event[c])) for c in ("kind", "status") if event[c])
    return (
        f'<li id="ev-{esc(str(event["id"]))}" tabindex="-1"><h3>◆ {bdi(str(event["title"]))}</h3>'
        f'<p class="pm-quiet">{esc(when)}{": " + bdi(str(event["date_note"])) if event["date_note"] else ""} · '
        f"{esc(kind)}</p>"
        + (f'<blockquote dir="auto">“{esc(str(event["quote"]))}”</blockquote>' if event["quote"] else "")
        + f"{_checks(quotes)}</li>"
    )


def _arriving(marked: list[Quote]) -> str:
    """Where a link into this text leads: to the statement's quote, or to the statement where that has no place."""
    of = [q for q in marked if q.table == "statements" and q.row == state.choice("at")]
    placed = sorted((q for q in of if q.start is not None), key=lambda q: q.column != QUOTE)
    return f' data-at="{place(placed[0])}"' if placed else f' data-at="{target(of[0])}"' if of else ""


def _hidden(n: int) -> str:
    return f" (the filters hide {n:,}, which are not marked)." if n else "."
