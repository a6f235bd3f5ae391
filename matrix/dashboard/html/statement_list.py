"""Statements become a list to read and cite from: who on what beside the card with quote, source and citation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from matrix.analysis.picked import Picked
from matrix.dashboard.html.render import Said
from matrix.dashboard.html.text import bdi, esc, humane


@dataclass(frozen=True, eq=False)
class Lines:
    """Makes lists of one dataset's statements; `beside` adds HTML of ours to what stands beside each card."""

    said: Said
    beside: Callable[[pd.Series], str] = lambda _: ""

    def html(self, statements: pd.DataFrame, first: int = 1) -> str:
        """A numbered list, whose numbers begin with `first`."""
        items = "".join(self._line(s) for _, s in statements.iterrows())
        return f'<div class="pm-lines"><ol start="{first}">{items}</ol></div>'

    def _line(self, statement: pd.Series) -> str:
        id_ = str(statement["id"])
        return (
            f'<li id="{anchor(id_)}" tabindex="-1"><div class="pm-by">{self._who(statement)}'
            f"{self.beside(statement)}</div>{self.said.cards.card(statement)}</li>"
        )

    def _who(self, statement: pd.Series) -> str:
        actor, proposal = str(statement["actor"]), str(statement["proposal"])
        row = self.said.row("actors", actor)
        office = ", ".join(dict.fromkeys(str(row[c]) for c in ("role", "institution") if row[c]))
        authority = humane(str(row["authority"]))
        side = f'<p class="pm-about">{self.said.side(str(row["side"]))}</p>' if row["side"] else ""
        facts = "".join(f'<p class="pm-quiet">{bdi(f)}</p>' for f in (office, authority) if f)
        cell = self.said.links.to(
            Picked(proposal, actor), "Open its cell", f"Open its cell: statement {statement['id']}"
        )
        return (
            f'<p class="pm-speaker">{self.said.anywhere(actor)}</p>{side}{facts}'
            f'<p class="pm-topic"><span class="pm-quiet">on</span> {self.said.proposal(proposal)}</p>'
            f'<p class="pm-quiet">{cell}</p>'
        )


def anchor(statement: str) -> str:
    """The id of a statement's place on the page."""
    return f"st-{esc(statement)}"
