"""How much a selection is about: its proposals, actors, positions and statements, and the sources behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.evidence import Standing, evidence, latest_day
from matrix.analysis.positions import Positions, View


@dataclass(frozen=True)
class Extent:
    """Over what a page or file speaks; `latest` is the last day of any statement or source behind it, '' if undated."""

    proposals: int
    actors: int
    speakers: int  # of these actors: with a position that is shown
    unheard: int  # of these actors: no statement in the whole dataset, whatever evidence is chosen
    statements: int
    superseded: int  # of these statements
    sources: int
    positions: int
    latest: str
    undated: int  # statements that the dates chosen leave out because they have no date
    unsure: int  # statements that count and may have been made outside the dates chosen


def extent(seen: View) -> Extent:
    """The numbers of a view; a statement that was superseded belongs to them, one outside the evidence does not."""
    dataset, selection = seen.positions.dataset, seen.positions.selection
    behind = evidence(dataset, selection, every=True, seen=seen)
    behind = behind[behind["standing"] != Standing.OUTSIDE]
    places = dataset.frames["statements"].index.get_indexer(behind.index)
    return Extent(
        proposals=len(seen.rows),
        actors=len(seen.columns),
        speakers=int(seen.speaking.sum()),
        unheard=int((~heard(seen.positions)[seen.columns]).sum()),
        statements=len(behind),
        superseded=int((behind["standing"] == Standing.SUPERSEDED).sum()),
        sources=len(np.unique(dataset.codes.source[places])),
        positions=seen.stated,
        latest=latest_day(dataset, places),
        undated=seen.positions.evidence.undated,
        unsure=seen.unsure,
    )


def heard(positions: Positions) -> NDArray[np.bool_]:
    """Which actors have a statement at all: one that the evidence filters leave out is not the same as silence."""
    heard = np.zeros(positions.codes.shape[1], bool)
    heard[positions.dataset.codes.actor] = True
    return heard


def sources_of(positions: Positions) -> NDArray[np.int32]:
    """The places of the sources in which a counting statement of a chosen actor on a chosen proposal stands."""
    chosen = np.zeros(positions.codes.shape, bool)
    chosen[np.ix_(positions.rows, positions.columns)] = True
    codes = positions.dataset.codes
    places: NDArray[np.int32] = np.unique(codes.source[positions.evidence.counts & chosen[codes.proposal, codes.actor]])
    return places
