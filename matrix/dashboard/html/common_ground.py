"""Common ground on one proposal as HTML: who of each side backs it, what is missing, how well known, its links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from matrix.analysis.common_ground import CommonGround
from matrix.dashboard.html.dataset_html import DatasetHtml, officials_first
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Record, records
from matrix.palette import LINK_WORDS
from matrix.wording import humane, known_by, listed, plural, unspoken

TEMPLATE = "common_ground.html"
WEAK = {"attribution": ("unattributed", "announced_by_other_side"), "confidence": ("low",)}


@dataclass(frozen=True, eq=False)
class Ground:
    """Makes the HTML of one result."""

    found: CommonGround
    html: DatasetHtml

    @cached_property
    def _who(self) -> dict[str, pd.DataFrame]:
        return {str(p): lines for p, lines in self.found.who.groupby("proposal", sort=False)}

    @cached_property
    def _rows(self) -> dict[str, Record]:
        return dict(zip(self.found.frame.index, records(self.found.frame), strict=True))

    @cached_property
    def _basis(self) -> dict[str, Record]:
        return dict(zip(self.found.frame.index, records(self.found.basis), strict=True))

    @cached_property
    def _links(self) -> dict[str, list[tuple[str, str, str]]]:
        """Of every proposal: kind, other proposal, why; in both directions."""
        result: dict[str, list[tuple[str, str, str]]] = {}
        for link in records(self.html.dataset.frames["links"]):
            kind, one, other, why = (str(link[c]) for c in ("kind", "proposal", "other", "why"))
            result.setdefault(one, []).append((kind, other, why))
            result.setdefault(other, []).append((kind, one, why))
        return result

    def proposal(self, id_: str) -> Markup:
        """Everything about one proposal."""
        row = self._rows[id_]
        weakest = known_by(self._basis[id_])
        facts = [f"score {row['score']:.2f} (group-aware consensus), n = {plural(int(self.found.n[id_]), 'speaker')}"]
        if weakest:
            facts.append(f"weakest evidence: {weakest}")
        sides = [self._side(id_, s) for s in self.found.sides]
        links = [(LINK_WORDS.get(kind, humane(kind)), other, why) for kind, other, why in self._links.get(id_, [])]
        return render(TEMPLATE, "proposal", self.html, id_, facts, self.found.missing[id_], sides, links)

    def names_only(self, ids: Sequence[str]) -> Markup:
        """A plain list of proposals, each with what is missing."""
        return render(TEMPLATE, "names_only", self.html, [(p, self.found.missing[p]) for p in ids])

    def all_conditional(self, ids: Sequence[str]) -> bool:
        """Whether on each of these everybody whose backing makes the tier states a condition; of none: no."""
        return bool(ids) and bool(self.found.conditions.loc[list(ids), "all"].all())

    def cautions(self, ids: Sequence[str]) -> list[tuple[str, list[str]]]:
        """By title, what one should know before leaning on the first tier: all on a condition, or only weakly known."""
        result = []
        for p in ids:
            weak, stated = self._basis[p], self.found.conditions.loc[p]
            parts = []
            if stated["all"]:
                parts.append(f"only on a condition ({listed(stated['texts'])})")
            if any(weak[c] in words for c, words in WEAK.items()):
                parts.append(
                    f"known only from unattributed reports of {humane(str(weak['confidence'])).lower()} confidence"
                    if weak["attribution"] == "unattributed" and weak["confidence"]
                    else f"weakest evidence: {known_by(weak)}"
                )
            if parts:
                result.append((self.html.plain("proposals", p), parts))
        return result

    def _side(self, id_: str, side: str) -> dict[str, object]:
        """How many of a side back or oppose it, and the lines of those who speak."""
        row = self._rows[id_]
        c = {
            k: int(row[f"{side}_{k}"])
            for k in ("members", "speakers", "backing", "conditional", "neutral", "opposed", "mixed", "silent")
        }
        conditional = c["conditional"] if c["conditional"] < c["backing"] else "all"
        words = [
            f"{c['backing']} of {c['members']} back it" if c["backing"] else "",
            f"{conditional} of them on a condition" if c["conditional"] else "",
            f"{c['opposed']} oppose it" if c["opposed"] else "",
            f"{c['mixed']} both for and against" if c["mixed"] else "",
            f"{c['neutral']} neither" if c["neutral"] else "",
            *unspoken(c),
        ]
        lines = self._who.get(id_)
        own = [] if lines is None else officials_first(lines[lines["side"] == side])
        hidden = c["speakers"] - len(own)
        return {"id": side, "counts": [w for w in words if w], "lines": own, "hidden": hidden}
