"""Statements become cards: the source's words, ours marked as ours, and everything needed to judge and cite them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from matrix.analysis.citation import citation
from matrix.analysis.evidence import COUNTS
from matrix.analysis.source_quotes import CONDITION_QUOTE, quotes_in
from matrix.dashboard.html.text import bdi, colour, esc, humane, link, sentence
from matrix.dashboard.source_texts import QUOTE_SIGNS, QUOTE_WORDS, texts_here
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.records import Record, row
from matrix.palette import Look, stances_of
from matrix.wording import ATTRIBUTION_WORDS


@dataclass(frozen=True, eq=False)
class Cards:
    """Makes cards of one dataset's statements."""

    dataset: Dataset

    @cached_property
    def looks(self) -> dict[str, Look]:
        """How each stance, and `mixed`, is drawn."""
        return stances_of(self.dataset)

    def stance(self, stance: str) -> str:
        """Glyph and word of a stance on its colour."""
        look = self.looks[stance]
        style = f"--l:{colour(look.light)};--d:{colour(look.dark)}"
        glyph = f'<i aria-hidden="true">{esc(look.glyph)}</i>'
        return f'<span class="pm-stance" style="{style}">{glyph}{bdi(look.word)}</span>'

    def card(self, statement: pd.Series, context: str = "") -> str:
        """One statement; `context` names its actor or proposal where the card stands among others' cards."""
        s = {str(k): str(v) for k, v in statement.items()}
        counts = s.get("standing", COUNTS) == COUNTS
        parts = [
            f'<p class="pm-context">{esc(context)}</p>' if context else "",
            "" if counts else f'<p class="pm-standing">{esc(sentence(s["standing"]))} Not counted here.</p>',
            f'<p class="pm-said">{self.stance(s["stance"])}<span>{self._when(s)}</span></p>',
            f'<blockquote dir="auto">“{esc(s["quote"])}”</blockquote>'
            if s["quote"]
            else '<p class="pm-ours">No quote is given.</p>',
            self._condition(s),
            f'<p class="pm-ours"><b>Our summary</b> {bdi(s["summary"])}</p>' if s["summary"] else "",
            f"<dl>{self._details(statement, s)}</dl>",
            '<p class="pm-foot"><button type="button" class="pm-copy" '
            f'data-copy="{esc(citation(self.dataset, statement))}">Copy with citation</button>'
            f'<span class="pm-id">{esc(s["id"])}</span></p>',
        ]
        name = f"Statement {s['id']}"
        return (
            f'<article class="pm-card{"" if counts else " pm-off"}" aria-label="{esc(name)}">{"".join(parts)}</article>'
        )

    def _when(self, s: Record) -> str:
        return esc(dates.words(s["date_start"], s["date_end"]))

    def _condition(self, s: Record) -> str:
        if not s["condition"]:
            return ""
        words = f'<q dir="auto">{esc(s["condition_quote"])}</q>' if s["condition_quote"] else ""
        return f'<p class="pm-condition"><b>On condition</b> {bdi(s["condition"])}{words}</p>'

    def _checked(self, statement: pd.Series) -> str:
        """What came of looking for its quotes in the source's text: one word for both where they fared alike."""
        found = quotes_in("statements", statement, self._texts.get(str(statement["source"])))
        states = list(dict.fromkeys(q.state for q in found))
        of = {q.state: " (the condition's words)" for q in found if q.column == CONDITION_QUOTE and len(states) > 1}
        said = {s: f"{QUOTE_WORDS[s]}{of.get(s, '')}" for s in states}
        return "; ".join(f'<span aria-hidden="true">{QUOTE_SIGNS[s]}</span> {esc(w)}' for s, w in said.items())

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return texts_here(self.dataset)

    def _details(self, statement: pd.Series, s: Record) -> str:
        source = row(self.dataset, "sources", s["source"])
        by = ", ".join(dict.fromkeys(v for v in (source["author"], source["publisher"]) if v))
        published = dates.words(source["date"], source["date"]) if source["date"] else ""
        where = link(source["url"], source["title"]) + "".join(f", {bdi(v)}" for v in (by, published) if v)
        if source["archived_url"]:
            where += f" ({link(source['archived_url'], 'archived copy')})"
        how = ATTRIBUTION_WORDS.get(s["attribution"]) or s["attribution"]
        rows = [
            ("Date", bdi(s["date_note"]) if s["date_note"] else ""),
            ("Source", where),
            ("Attribution", bdi(humane(how))),
            ("Quote", self._checked(statement)),
            ("Confidence", bdi(humane(s["confidence"]))),
            ("Note", bdi(s["note"])),
            ("Coded by", bdi(s["coder"])),
        ]
        return "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows if value and value != "<bdi></bdi>")
