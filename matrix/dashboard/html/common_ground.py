"""Common ground on one proposal as HTML: who backs it per side, what is missing, how well known, what it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from matrix.analysis.common_ground import CommonGround
from matrix.dashboard.html.render import Said, known_by
from matrix.dashboard.html.text import bdi, esc, humane, listed, sentence
from matrix.dataset.records import Record, records
from matrix.palette import LINK_WORDS
from matrix.wording import plural

WEAK = {"attribution": ("unattributed", "announced_by_other_side"), "confidence": ("low",)}


@dataclass(frozen=True, eq=False)
class Ground:
    """Makes the HTML of one result."""

    found: CommonGround
    said: Said

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
        for link in records(self.said.dataset.frames["links"]):
            kind, one, other, why = (str(link[c]) for c in ("kind", "proposal", "other", "why"))
            result.setdefault(one, []).append((kind, other, why))
            result.setdefault(other, []).append((kind, one, why))
        return result

    def proposal(self, id_: str) -> str:
        """Everything about one proposal."""
        row = self._rows[id_]
        weakest = known_by(self._basis[id_])
        facts = [f"score {row['score']:.2f} (group-aware consensus), n = {plural(int(self.found.n[id_]), 'speaker')}"]
        if weakest:
            facts.append(f"weakest evidence: {weakest}")
        missing = self.found.missing[id_]
        sides = "".join(f"<div>{self._side(id_, s)}</div>" for s in self.found.sides)
        return (
            f'<article class="pm-ground"><h3>{self.said.proposal(id_)}</h3>'
            f'<p class="pm-quiet">{esc("; ".join(facts))}</p>'
            + (f'<p class="pm-missing">{esc(sentence(missing))}</p>' if missing else "")
            + f'<div class="pm-sides">{sides}</div>{self._touches(id_)}</article>'
        )

    def names_only(self, ids: Sequence[str]) -> str:
        """A plain list of proposals, each with what is missing."""
        return (
            '<ul class="pm-plain">'
            + "".join(
                f'<li>{self.said.proposal(p)} <span class="pm-quiet">{esc(sentence(self.found.missing[p]))}</span></li>'
                for p in ids
            )
            + "</ul>"
        )

    def all_conditional(self, ids: Sequence[str]) -> bool:
        """Whether on each of these every official backing carries a condition."""
        return all((self._official_backing(p)["conditions"] != "").all() for p in ids)

    def _official_backing(self, id_: str) -> pd.DataFrame:
        lines = self.found.who
        return lines[(lines["proposal"] == id_) & lines["official"] & (lines["score"] > 0)]

    def cautions(self, ids: Sequence[str]) -> list[str]:
        """What one should know before leaning on the first tier: all on a condition, or only weakly known."""
        result = []
        for p in ids:
            lines = self._official_backing(p)
            weak = self._basis[p]
            parts = []
            if len(lines) and (lines["conditions"] != "").all():
                texts = list(dict.fromkeys(lines["conditions"]))
                parts.append(f"only on a condition ({esc(listed(texts))})")
            if any(weak[c] in words for c, words in WEAK.items()):
                attribution = str(weak["attribution"])
                how = "unattributed reports" if attribution == "unattributed" else ""
                parts.append(
                    f"known only from {how} of {humane(str(weak['confidence'])).lower()} confidence"
                    if how and weak["confidence"]
                    else f"weakest evidence: {esc(known_by(weak))}"
                )
            if parts:
                result.append(f"<b>{bdi(self.said.plain('proposals', p))}</b>: {'; '.join(parts)}.")
        return result

    def _side(self, id_: str, side: str) -> str:
        row = self._rows[id_]
        c = {
            k: int(row[f"{side}_{k}"])
            for k in ("members", "backing", "conditional", "neutral", "opposed", "mixed", "silent")
        }
        words = [
            f"{c['backing']} of {c['members']} back it" if c["backing"] else "",
            f"{c['conditional'] if c['conditional'] < c['backing'] else 'all'} of them on a condition"
            if c["conditional"]
            else "",
            f"{c['opposed']} oppose it" if c["opposed"] else "",
            f"{c['mixed']} both for and against" if c["mixed"] else "",
            f"{c['neutral']} neither" if c["neutral"] else "",
            f"{c['silent']} silent" if c["silent"] else "",
        ]
        lines = self._who.get(id_)
        own = lines[lines["side"] == side] if lines is not None else None
        speakers = c["members"] - c["silent"]
        hidden = speakers - (0 if own is None else len(own))
        more = f'<p class="pm-quiet">{plural(hidden, "speaker")} not listed under these filters.</p>' if hidden else ""
        listing = self.said.voices(own) if own is not None and len(own) else ""
        return (
            f'<p class="pm-count">{self.said.side(side)} '
            f'<span class="pm-quiet">{esc(", ".join(w for w in words if w))}</span></p>{listing}{more}'
        )

    def _touches(self, id_: str) -> str:
        items = []
        for kind, other, why in self._links.get(id_, []):
            word = LINK_WORDS.get(kind, humane(kind))
            reason = f' <span class="pm-quiet">{bdi(why)}</span>' if why else ""
            items.append(f"<li><b>{esc(word)}</b> {self.said.proposal(other)}{reason}</li>")
        return f'<ul class="pm-touches">{"".join(items)}</ul>' if items else ""
