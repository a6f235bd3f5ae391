"""The HTML of one dataset's rows on the page as it is: names as links, stances, sides, and lines of who takes which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd
from markupsafe import Markup

from matrix.analysis.citation import words_of
from matrix.analysis.evidence import Picked
from matrix.dashboard.datasets import changes_by
from matrix.dashboard.html.links import Links
from matrix.dashboard.html.templates import render
from matrix.dashboard.source_texts import texts_here
from matrix.dataset.dataset import Dataset, Record, records, row, when
from matrix.dataset.schema import LIST_SEPARATOR, TABLES
from matrix.palette import Look, proposal_title, sides_of, stances_of
from matrix.wording import SourceWords, humane, known_by

PARTS = "parts.html"
MOST_ALIKE = 6  # lines that say the same of one actor after the other; more go into one


@dataclass(frozen=True, eq=False)
class DatasetHtml:
    """Makes the HTML of one dataset's rows."""

    dataset: Dataset

    @cached_property
    def links(self) -> Links:
        """Links on the page as it is now."""
        return Links(self.dataset)

    @cached_property
    def looks(self) -> Mapping[str, Look]:
        """How each stance, and `mixed`, is drawn."""
        return stances_of(self.dataset)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of each source that is on this machine."""
        return texts_here(self.dataset)

    @cached_property
    def changes_by(self) -> Literal["writing", "proposing"] | None:
        """How who sees the page may change the dataset: then its cards offer it."""
        return changes_by(self.dataset)

    def row(self, table: str, id_: str) -> Record:
        """A row by its id."""
        return row(self.dataset, table, id_)

    def plain(self, table: str, id_: str) -> str:
        """Name or title alone, as text; behind a proposal's the mark where who backs it is known only in part."""
        r = self.row(table, id_)
        return proposal_title(r) if table == "proposals" else str(r[TABLES[table].label])

    def name(self, table: str, id_: str) -> Markup:
        """Name or title with the native one beside it."""
        native = self.row(table, id_).get(TABLES[table].native, "")
        return render(PARTS, "name", self.plain(table, id_), native)

    # ---- links: to the evidence of a cell, a row or a column, and to a row's own page

    def cell(self, proposal: str, actor: str, inner: str, label: str = "") -> Markup:
        """A link to the evidence of one cell."""
        return self.links.to(Picked(proposal, actor), inner, label)

    def proposal(self, id_: str) -> Markup:
        """A proposal's titles; they open all its statements."""
        return self.links.to(Picked(id_), self.name("proposals", id_))

    def actor(self, proposal: str, actor: str) -> Markup:
        """An actor's names; they open what the actor stated on the proposal."""
        return self.cell(proposal, actor, self.name("actors", actor))

    def stated_on(self, proposal: str, actor: str) -> Markup:
        """A proposal's titles; they open what the actor stated on it."""
        return self.cell(proposal, actor, self.name("proposals", proposal))

    def all_of(self, actor: str) -> Markup:
        """An actor's names; they open all the actor's statements."""
        return self.links.to(Picked("", actor), self.name("actors", actor))

    def page_of(self, table: str, id_: str) -> Markup:
        """The names of a proposal or an actor; they lead to its own page."""
        return self.links.detail(table, id_, self.name(table, id_))

    # ---- stances and sides

    def stance(self, stance: str) -> Markup:
        """Glyph and word of a stance on its colour."""
        return render(PARTS, "stance", self.looks[stance])

    def glyph(self, stance: str) -> Markup:
        """The stance's glyph on its colour; its word is read out, and is the tooltip."""
        return render(PARTS, "glyph", self.looks[stance])

    def stance_chip(self, stance: str) -> Markup:
        """Glyph and word of a stance on a pale tint of its colour."""
        return render(PARTS, "stance_chip", self.looks[stance])

    def tint(self, stance: str) -> Markup:
        """The colours of a stance as a style, for what is drawn in them."""
        return render(PARTS, "tint", self.looks[stance])

    def actor_of_row(self, actor: str) -> Markup:
        """An actor's names beside the colour of its side; they open all the actor's statements."""
        look = sides_of(self.dataset).get(str(self.row("actors", actor)["side"]))
        return render(PARTS, "beside_side", look, self.all_of(actor))

    def when(self, statement: Record) -> str:
        """In words when a statement was made."""
        return when(self.dataset, statement)

    def word(self, stance: str) -> str:
        """The word of a stance within a sentence."""
        return self.looks[stance].word.lower()

    def side(self, id_: str) -> Markup:
        """A side's name beside its colour."""
        return render(PARTS, "side", sides_of(self.dataset).get(id_))

    def actor_of_side(self, proposal: str, actor: str) -> Markup:
        """An actor's names on the colour of its side; they open what it stated on the proposal."""
        look = sides_of(self.dataset).get(str(self.row("actors", actor)["side"]))
        return render(PARTS, "beside_side", look, self.actor(proposal, actor))

    def each_side(self, ids: str) -> Markup:
        """The sides in a cell that lists them."""
        return Markup("&emsp;").join(self.side(s) for s in ids.split(LIST_SEPARATOR) if s)

    def each_proposal(self, ids: str) -> Markup:
        """The proposals in a cell that lists them."""
        return Markup("; ").join(self.proposal(p) for p in ids.split(LIST_SEPARATOR) if p)

    def carried(self, statement: Record) -> SourceWords:
        """What its source has of a statement: a quote, a record or a paraphrase."""
        return words_of(self.dataset, statement)

    # ---- lines of analysis.voices

    def voice_words(self, voice: Record) -> str:
        """Authority, stance and how well it is known: `official, support; quoted, high confidence`."""
        authority = humane(str(self.row("actors", voice["actor"])["authority"])).lower()
        facts = ", ".join(f for f in (authority, self.word(voice["stance"])) if f)
        return "; ".join(filter(None, (facts, known_by(voice))))

    def alike(self, lines: Sequence[Record]) -> list[tuple[str, list[Record]]]:
        """Lines that say the same of many actors go together, with their words; each other one is alone, without."""
        words = [self.voice_words(line) for line in lines]
        number = Counter(w for w, line in zip(words, lines, strict=True) if not line["conditions"])
        found: list[tuple[str, list[Record]]] = []
        together: dict[str, list[Record]] = {}
        for of, line in zip(words, lines, strict=True):
            if line["conditions"] or number[of] <= MOST_ALIKE:
                found.append(("", [line]))
            elif of in together:
                together[of].append(line)
            else:
                together[of] = [line]
                found.append((of, together[of]))
        return found

    def chip(self, voice: Record, native: bool = False) -> Markup:
        """An actor's name on the colour of its stance, an official's in bold; it opens what the actor stated there."""
        actor = str(voice["actor"])
        name = self.name("actors", actor) if native else render(PARTS, "bdi", self.plain("actors", actor))
        inner = self.cell(str(voice["proposal"]), actor, name)
        return render(PARTS, "chip", self.looks[voice["stance"]], inner, voice["official"])

    def voices(self, lines: pd.DataFrame, *, side: bool = False) -> Markup:
        """Each with stance, name, official or not, condition, attribution and confidence; officials first."""
        return render(PARTS, "voices", self, officials_first(lines), side)


def officials_first(lines: pd.DataFrame) -> list[Record]:
    """Lines of `analysis.voices` as records, the officials first."""
    return records(lines.sort_values("official", ascending=False, kind="stable"))
