"""Who takes which position: a line an actor and proposal, with the conditions and how well it is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.analysis.outline import by_side, outline
from matrix.analysis.positions import EMPTY, Positions
from matrix.analysis.sides import OFFICIAL
from matrix.dataset.dataset import Dataset, Record, place, records
from matrix.dataset.selection import words

COLUMNS = ("proposal", "side", "actor", "stance", "score", "official", "conditions", "n", "attribution", "confidence")
KNOWN_BY = ("attribution", "confidence")
JOINT = " / "  # between the conditions of one actor

Ints = NDArray[np.int64]


def voices(folded: Positions, rows: Ints, columns: Ints) -> pd.DataFrame:
    """Who stands where on the given proposals (rows) among the given actors (columns), in that order, by side.

    `stance` is the position, `score` its score (0 for mixed), `conditions` the texts of all conditions stated there,
    `n` the statements it rests on, `attribution` and `confidence` the weakest of these ('' where one has none).
    """
    dataset, shape = folded.dataset, folded.codes.shape
    actors = dataset.frames["actors"]
    order = columns[[i for _, places in by_side(dataset, actors.iloc[columns]) for i in places]]
    p, a = np.nonzero(folded.codes[np.ix_(rows, order)] != EMPTY)
    p, a = rows[p], order[a]
    code, cell = folded.codes[p, a], p * shape[1] + a
    conditions = conditions_of(folded)
    known = {name: weakest(dataset, name, folded)[cell] for name in KNOWN_BY}
    return pd.DataFrame(
        {
            "proposal": dataset.frames["proposals"]["id"].to_numpy(dtype=object)[p],
            "side": actors["side"].to_numpy(dtype=object)[a],
            "actor": actors["id"].to_numpy(dtype=object)[a],
            "stance": np.array(folded.states, dtype=object)[code],
            "score": np.append(dataset.scale.scores, 0.0)[code],
            "official": (actors["authority"] == OFFICIAL).to_numpy()[a],
            "conditions": [JOINT.join(conditions.get(c, ())) for c in cell.tolist()],
            "n": folded.n[p, a],
            **{name: in_words(dataset, name, rank) for name, rank in known.items()},
        },
        columns=list(COLUMNS),
    )


def voices_of(folded: Positions, *, actor: str) -> pd.DataFrame:
    """The positions of one actor on the chosen proposals, in the order in which the matrix is read."""
    chosen = {*folded.rows.tolist()}
    order = [line.place for line in outline(folded.dataset.frames["proposals"]) if line.place in chosen]
    return voices(folded, np.array(order, np.int64), np.array([place(folded.dataset, "actors", actor)]))


def weakest(dataset: Dataset, column: str, folded: Positions) -> Ints:
    """For every cell (proposal times the number of actors, plus actor) the rank of its weakest statement; -1: none.

    The rank is the place in the vocabulary, which runs from the strongest to the weakest: quoted before unattributed,
    high before low; words of the dataset's own come after these, a blank last.
    """
    values, c = dataset.known_by[column], dataset.codes
    ranked = {w: i for i, w in enumerate(words(dataset, "statements", column))}
    rank = np.array([*(ranked.get(w, len(ranked)) for w in values.cat.categories), len(ranked)], np.int64)
    result = np.full(folded.codes.size, -1, np.int64)
    cell = c.proposal.astype(np.int64) * folded.codes.shape[1] + c.actor
    np.maximum.at(result, cell[folded.folded], rank[values.cat.codes.to_numpy()][folded.folded])
    return result


def in_words(dataset: Dataset, column: str, rank: Ints) -> NDArray[np.object_]:
    """The words of ranks that `weakest` gave; '' for a blank or for none at all."""
    return np.array([*words(dataset, "statements", column), "", ""], dtype=object)[rank]


def conditions_of(folded: Positions) -> dict[int, list[str]]:
    """For each cell (as in `weakest`) the texts of its conditions, each once, in the order of the statements."""
    statements, c = folded.dataset.known_by, folded.dataset.codes
    stated = np.flatnonzero(folded.folded & (statements["condition"] != "").to_numpy())
    cell = c.proposal[stated].astype(np.int64) * folded.codes.shape[1] + c.actor[stated]
    result: dict[int, list[str]] = {}
    for at, text in zip(cell.tolist(), statements["condition"].iloc[stated].tolist(), strict=True):
        if text not in (texts := result.setdefault(at, [])):
            texts.append(text)
    return result


def leads(positions: Positions, lines: pd.DataFrame) -> dict[tuple[str, str], Record]:
    """Of each line of `voices`, by proposal and actor, the statement that stands for it, as a row of its table.

    One of the position's own stance, of these one with words, of these the latest.
    """
    codes, dataset = positions.dataset.codes, positions.dataset
    rows = dataset.frames["proposals"]["id"].isin(lines["proposal"]).to_numpy()
    which = positions.folded & rows[codes.proposal]
    best: dict[tuple[str, str], list[tuple[bool, int, Record]]] = {}
    for day, s in zip(codes.day[which].tolist(), records(dataset.table("statements")[which]), strict=True):
        best.setdefault((str(s["proposal"]), str(s["actor"])), []).append((bool(s["quote"]), day, s))
    found = {}
    for line in records(lines):
        cell, stance = (str(line["proposal"]), str(line["actor"])), str(line["stance"])
        found[cell] = max(best[cell], key=lambda b: (b[2]["stance"] == stance, *b[:2]))[2]
    return found
