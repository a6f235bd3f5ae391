"""Proposals, actors and voices as HTML that opens its evidence: who, which stance, which condition, how well known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from matrix.analysis.citation import ATTRIBUTION_WORDS
from matrix.dashboard.cards import Cards
from matrix.dashboard.grid import Picked
from matrix.dashboard.links import Links
from matrix.dashboard.rows import Record, records, row, sides_of
from matrix.dashboard.text import bdi, colour, esc, humane, side_style
from matrix.dataset.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Said:
    """Makes the HTML of one dataset."""

    dataset: Dataset

    @cached_property
    def links(self) -> Links:
        """Links on the page as it is now."""
        return Links(self.dataset)

    @cached_property
    def cards(self) -> Cards:
        """For stances."""
        return Cards(self.dataset)

    def row(self, table: str, id_: str) -> Record:
        """A row by its id."""
        return row(self.dataset, table, id_)

    def name(self, table: str, id_: str) -> str:
        """Name or title with the native one beside it."""
        r = self.row(table, id_)
        native = r.get("title_zh" if table == "proposals" else "name_native") or r.get("name_zh") or ""
        name = bdi(str(r["title" if table == "proposals" else "name"]))
        return name + (f' <span class="pm-native">{bdi(str(native))}</span>' if native else "")

    def plain(self, table: str, id_: str) -> str:
        """Name or title alone, not escaped."""
        return str(self.row(table, id_)["title" if table == "proposals" else "name"])

    def proposal(self, id_: str) -> str:
        """A proposal's titles; they open all its statements."""
        return self.links.to(Picked(id_), self.name("proposals", id_))

    def actor(self, proposal: str, actor: str) -> str:
        """An actor's names; they open what the actor said on the proposal."""
        return self.links.to(Picked(proposal, actor), self.name("actors", actor))

    def anywhere(self, actor: str) -> str:
        """An actor's names; they open all the actor's statements."""
        return self.links.to(Picked("", actor), self.name("actors", actor))

    def side(self, id_: str) -> str:
        """A side's name beside its colour."""
        look = sides_of(self.dataset).get(id_)
        return (
            f'<span class="pm-side-of" style="{side_style(look)}">{bdi(look.word)}</span>'
            if look
            else '<span class="pm-side-of">No side</span>'
        )

    def glyph(self, stance: str) -> str:
        """The stance's glyph on its colour; its word is read out, and stands in the tooltip."""
        look = self.cards.looks[stance]
        style = f"--l:{colour(look.light)};--d:{colour(look.dark)}"
        return (
            f'<span class="pm-glyph" style="{style}" title="{esc(look.word)}" role="img" '
            f'aria-label="{esc(look.word)}">{esc(look.glyph)}</span>'
        )

    def voice(self, voice: Record, side: bool = False) -> str:
        """One line: stance, name, official or not, condition, attribution and confidence."""
        stance = self.cards.looks[str(voice["stance"])].word
        facts = [humane(str(self.row("actors", voice["actor"])["authority"])).lower(), stance.lower()]
        words = "; ".join(filter(None, (", ".join(f for f in facts if f), known_by(voice))))
        where = f"{self.side(voice['side'])} " if side else ""
        condition = str(voice["conditions"])
        return (
            f'<li class="pm-voice">{self.glyph(str(voice["stance"]))}<div>{where}'
            f"{self.actor(voice['proposal'], voice['actor'])} "
            f'<span class="pm-quiet">{esc(words)}</span>{on_condition(condition)}</div></li>'
        )

    def voices(self, lines: pd.DataFrame, side: bool = False) -> str:
        """A list of such lines, officials first."""
        ordered = lines.sort_values("official", ascending=False, kind="stable")
        return f'<ul class="pm-voices">{"".join(self.voice(v, side) for v in records(ordered))}</ul>'

    def names(self, proposal: str, actors: Iterable[str]) -> str:
        """Names in a row, each with its side's colour."""
        parts = []
        for a in actors:
            look = sides_of(self.dataset).get(str(self.row("actors", a)["side"]))
            band = f' style="{side_style(look)}"' if look else ""
            parts.append(f'<span class="pm-who"{band}>{self.actor(proposal, a)}</span>')
        return " ".join(parts)


def on_condition(text: str) -> str:
    """A condition in its frame; nothing where there is none."""
    return f'<p class="pm-condition"><b>On condition</b> {bdi(text)}</p>' if text else ""


def known_by(line: Record) -> str:
    """How well something is known: `quoted, high confidence`; the weakest where it rests on several statements."""
    attribution, confidence = str(line["attribution"]), str(line["confidence"])
    words = [ATTRIBUTION_WORDS.get(attribution, attribution), f"{humane(confidence).lower()} confidence"]
    return ", ".join(w for w, given in zip(words, (attribution, confidence), strict=True) if given)


def terms(*pairs: tuple[str, str]) -> str:
    """A list of terms and what they mean; our own words."""
    return f'<dl class="pm-terms">{"".join(f"<dt>{esc(t)}</dt><dd>{esc(m)}</dd>" for t, m in pairs)}</dl>'
