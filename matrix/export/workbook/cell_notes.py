"""A cell of the view in, the words of its note out: the lead quote, who, when, how it is attributed, the condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.empty_cells import LOOKED_FOR, OUTSIDE, SUPERSEDED, Why, searched
from matrix.analysis.evidence import superseded_words
from matrix.analysis.positions import View
from matrix.dataset.dataset import Record, names, records, when
from matrix.export.extract import behind
from matrix.palette import BLANKS, Look
from matrix.wording import ATTRIBUTION_WORDS, OUTSIDE_DATES, capital, sentence, source_words

LONGEST_QUOTE, LONGEST_TITLE = 420, 110
NOTED = (SUPERSEDED, OUTSIDE, LOOKED_FOR)  # the kinds of empty cell whose note says more than the legend

Place = tuple[int, int]  # proposal and actor, as places in the view


@dataclass(frozen=True, eq=False)
class Notes:
    """The statements behind each cell of a view (`of`: places in the table, in order), and what a note says of them."""

    seen: View
    looks: Sequence[Look]
    of: dict[Place, list[int]]
    records: dict[str, list[str]]
    uncertain: NDArray[np.bool_]

    @classmethod
    def behind(cls, seen: View, looks: Sequence[Look]) -> Notes:
        """The notes of the visible cells."""
        statements = seen.positions.dataset.frames["statements"]
        needed = [
            "actor",
            "stance",
            "source",
            "condition",
            "quote",
            "summary",
            "attribution",
            "date_start",
            "date_end",
            "id",
        ]
        records = {c: [str(v) for v in statements[c].tolist()] for c in needed}
        return cls(seen, looks, _by_cell(seen, behind(seen)), records, seen.positions.uncertain)

    def lead(self, cell: Place) -> int:
        """The first statement that shows the cell's position; of a mixed cell the first of all. -1: empty."""
        places = self.of.get(cell, [])
        state = self.seen.positions.states[self.seen.codes[cell]] if places else ""
        return next((p for p in places if self.records["stance"][p] == state), places[0] if places else -1)

    def stated(self, cell: Place) -> str:
        """The note of a cell that holds a position."""
        lead, r, places = self.lead(cell), self.records, self.of[cell]
        day = when(self.seen.positions.dataset, {c: r[c][lead] for c in ("id", "date_start", "date_end")})
        how = ATTRIBUTION_WORDS.get(r["attribution"][lead], r["attribution"][lead])
        score = next(x.score for x in self.looks if x.id == r["stance"][lead])
        source, actor = self._sources[r["source"][lead]], self._actors[r["actor"][lead]]
        carried = source_words({c: r[c][lead] for c in ("attribution", "quote")}, source, score, actor)
        summary = "" if carried.quote or carried.paraphrase else r["summary"][lead]
        plain = ". ".join(filter(None, (carried.plain, summary)))
        quote = f"“{_cut(carried.quote, LONGEST_QUOTE)}”" if carried.quote else _cut(plain, LONGEST_QUOTE)
        lines = [
            f"{actor}: {self.looks[self.seen.codes[cell]].word}",
            quote,
            "; ".join(w for w in (day, how, _cut(source["title"], LONGEST_TITLE)) if w),
        ]
        if r["condition"][lead]:
            lines.append(f"Condition: {_cut(r['condition'][lead], LONGEST_QUOTE)}")
        stances = Counter(r["stance"][p] for p in places)
        if len(stances) > 1:
            lines.append("Folds different stances: " + ", ".join(f"{n} × {s}" for s, n in stances.items()) + ".")
        elif len(places) > 1:
            lines.append(f"And {len(places) - 1} more: {', '.join(r['id'][p] for p in places[:8] if p != lead)}")
        if self.uncertain[self.seen.rows[cell[0]], self.seen.columns[cell[1]]]:
            lines.append(sentence(OUTSIDE_DATES))
        return "\n".join(line for line in lines if line)

    def empty(self, cell: Place, kind: int) -> str:
        """The note of a cell that is empty for a reason that is its own: one of NOTED."""
        word = BLANKS[Why(kind).id].word.capitalize()
        if kind == OUTSIDE:
            return f"{word}. This is not neutral."
        if kind == LOOKED_FOR:
            proposal, actor = self.seen.proposals["id"].iloc[cell[0]], self.seen.actors["id"].iloc[cell[1]]
            return f"{word}: {'; '.join(searched(self.seen.positions.dataset, proposal, actor))}. This is not neutral."
        found, r = self.seen.positions.evidence, self.records
        later = next(int(found.by[p]) for p in self._ever[cell] if found.passes[p] and found.by[p] >= 0)
        words = superseded_words(self._actors[r["actor"][later]], r["id"][later])
        return f"{capital(words)}. This is not neutral."

    @cached_property
    def _ever(self) -> dict[Place, list[int]]:
        return _by_cell(self.seen, np.ones(len(self.records["id"]), bool))

    @cached_property
    def _actors(self) -> Mapping[str, str]:
        return names(self.seen.positions.dataset, "actors")

    @cached_property
    def _sources(self) -> dict[str, Record]:
        return {s["id"]: s for s in records(self.seen.positions.dataset.frames["sources"])}


def _by_cell(seen: View, which: NDArray[np.bool_]) -> dict[Place, list[int]]:
    shape, codes = seen.positions.codes.shape, seen.positions.dataset.codes
    row, column = np.full(shape[0], -1), np.full(shape[1], -1)
    row[seen.rows], column[seen.columns] = np.arange(len(seen.rows)), np.arange(len(seen.columns))
    p, a = row[codes.proposal], column[codes.actor]
    found: dict[Place, list[int]] = {}
    for place in np.flatnonzero(which & (p >= 0) & (a >= 0)).tolist():
        found.setdefault((int(p[place]), int(a[place])), []).append(place)
    return found


def _cut(text: str, most: int) -> str:
    """A note is a glance, the statement itself stands whole on its own sheet."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
