"""The words around a network: what an edge means, where the threshold lies, who stands alone, why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matrix.analysis.formulas import MEASURES
from matrix.analysis.overlap import Overlap
from matrix.charts.caption import Words
from matrix.charts.edges import Edges, Threshold
from matrix.charts.names import Name
from matrix.charts.numbers import said
from matrix.charts.text import listed
from matrix.dataset.amounts import plural


@dataclass(frozen=True)
class Told:
    """What is told of a network; `chosen`: the threshold was chosen here, not by the reader."""

    result: Overlap
    clash: Overlap | None
    called: dict[str, Name]
    ids: list[str]
    threshold: Threshold
    against: Threshold
    chosen: bool

    def nothing(self) -> str:
        """No edge at all."""
        return f"No network to draw: no pair has {self._rule()}."

    def too_many(self, edges: int, nodes: int, most: int) -> str:
        """More edges than anybody can follow."""
        return (
            f"No network to draw: {edges:,} edges between {nodes:,} {self.result.of} would be a ball of wool "
            f"(at most {most}). Raise the threshold, now {self._rule()}, or filter."
        )

    def _rule(self) -> str:
        n = f" over n of at least {self.threshold.n}" if self.threshold.n > 1 else ""
        return f"{MEASURES[self.result.measure].name} of at least {said(self.result, self.threshold.value)}{n}"

    def words(self, agree: Edges, against: Edges, nodes: int, alone: list[str], numbered: Sequence[str]) -> Words:
        """Title, subtitle, notes and the same for who cannot see it."""
        who = self.result.of
        total = len(self.ids)
        count = plural(nodes, who.removesuffix("s")) if nodes == total else f"{nodes:,} of {total:,} {who}"
        title = f"Who stands together: {count}, {plural(len(agree), 'edge')}"
        if len(against):
            title += f", {plural(len(against), 'conflict edge')}"
        how = ", the lowest that keeps the picture readable" if self.chosen else ""
        subtitle = f"An edge: {self._rule()}{how}. {self.result.formula}. n: {self.result.n_words}."
        if self.clash is not None:
            rule = f"{MEASURES[self.clash.measure].name} of at least {said(self.clash, self.against.value or 1)}"
            dashed = f" A dashed, crossed edge: {rule}."
            subtitle += dashed if len(against) else f" No conflict edge: no pair has {rule}."
        notes = []
        if numbered:
            notes.append(f"Numbered for want of room: {', '.join(numbered)}.")
        if len(agree):
            span = "" if agree.n.min() == agree.n.max() else f" to {agree.n.max()}"
            notes.append(f"Edges rest on n = {agree.n.min()}{span}. Near is not alike: read the edges.")
        if alone:
            notes.append(f"{plural(len(alone), who.removesuffix('s'))} without an edge: {listed(alone)}.")
        alt = f"Network. {title}. An edge: {self._rule()}. {self._strongest(agree, against)}"
        alt += f" In conflict: {self._conflicts(against)}." if len(against) else ""
        alt += f" Without an edge: {listed(alone)}." if alone else ""
        return Words(title, subtitle, alt, notes)

    def _strongest(self, agree: Edges, against: Edges) -> str:
        edges, of = (agree, self.result) if len(agree) else (against, self.clash or self.result)
        k = int(np.lexsort((edges.n, edges.value))[-1])
        pair = f"{self._label(edges.one[k])} and {self._label(edges.other[k])}"
        return f"Strongest: {pair}, {said(of, float(edges.value[k]))} on n = {edges.n[k]}."

    def _conflicts(self, against: Edges) -> str:
        return listed([f"{self._label(a)} against {self._label(b)}" for a, b in against.pairs()], 4)

    def _label(self, place: int) -> str:
        return self.called[self.ids[place]].label
