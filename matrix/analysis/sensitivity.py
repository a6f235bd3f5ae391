"""What a result owes to a part of its evidence: the same measure again without a source, or as of an earlier date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from matrix.analysis.common_ground import SCORE, TERMS, common_ground, terms
from matrix.analysis.common_ground import TIERS as TIER_IDS
from matrix.analysis.measures import MEASURES
from matrix.analysis.overlap import overlap
from matrix.analysis.positions import positions
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError, not_one_of
from matrix.dataset.selection import Selection, columns_of, evidence_of, only, options, rows_of

TIERS, CELLS = "tiers", "positions"
Measured = Callable[[Dataset, Selection], pd.DataFrame]


@dataclass(frozen=True)
class WhatIf:
    """One question: the evidence without the statements whose `column` holds `value`, or only up to a date (as_of)."""

    column: str
    value: str

    @property
    def words(self) -> str:
        """`without source krasa-2026-05-08`, `as of 2024-12-31`."""
        return (
            f"as of {self.value}" if self.column == "as_of" else f"without {self.column} {self.value.replace('_', ' ')}"
        )


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What changes: `frame` has a line for each changed number (what_if, id, other, before, after).

    Of `tiers` it has a line for each tier, condition, attribution or confidence of a proposal that changes, `other`
    says which: the losses of the highest tiers first. `counts`: a line for each question, in words; statements that
    still count, numbers there were, numbers changed - 0 is an answer too - and of `tiers` also the proposals that keep
    their tier on other terms (`shifted`). `n`: numbers there were; `sentence` says that nothing changes, else ''.
    """

    measure: str
    frame: pd.DataFrame
    counts: pd.DataFrame
    n: int
    formula: str

    @property
    def sentence(self) -> str:
        return "" if len(self.frame) else f"Nothing changes: {len(self.counts)} questions asked of {self.n:,} numbers."


def what_ifs(dataset: Dataset, selection: Selection | None = None, *, before: str = "") -> list[WhatIf]:
    """The usual questions: without each chosen source, without author voices, without low confidence, before a date."""
    selection = selection or Selection()
    statements = dataset.frames["statements"]
    asked = [WhatIf("source", s) for s in selection.source or tuple(dataset.frames["sources"]["id"])]
    for column, value in (("attribution", "author_voice"), ("confidence", "low")):
        if (statements[column] == value).any():
            asked.append(WhatIf(column, value))
    return asked + ([WhatIf("as_of", before)] if before else [])


def of_largest_sources(dataset: Dataset, questions: Sequence[WhatIf], *, most: int) -> list[WhatIf]:
    """The questions without those about the smaller sources: only the `most` sources with most statements stay."""
    times = dataset.frames["statements"]["source"].value_counts()
    sources = sorted((q.value for q in questions if q.column == "source"), key=lambda s: -int(times.get(s, 0)))
    largest = set(sources[:most])
    return [q for q in questions if q.column != "source" or q.value in largest]


def sensitivity(
    dataset: Dataset,
    selection: Selection | None = None,
    *,
    measure: str | Measured = TIERS,
    questions: Iterable[WhatIf] | None = None,
) -> Sensitivity:
    """The measure on the selection, and again with each part of its evidence left out.

    `measure`: `tiers` (of common ground, over the sides of the whole evidence), `positions`, a measure of `overlap`, or
    any function of dataset and selection that gives a frame. Where a later statement is left out, the earlier one that
    it supersedes counts again, as under every evidence filter.
    """
    selection = (selection or Selection()).within(dataset)
    measured = _measured(dataset, measure, selection)
    before = measured(dataset, selection)
    changes, counts = [], {}
    for question in what_ifs(dataset, selection) if questions is None else questions:
        part, chosen = without(dataset, selection, question=question)
        changed = _changed(before, measured(part, chosen))
        if measure == TIERS:
            changed = _weightiest_first(changed, before["tier"])
        elif measure in MEASURES:
            changed = _largest_first(changed)
        changes.append(changed.assign(what_if=question.words))
        counts[question.words] = {
            "statements": _counting(part, chosen),
            **_counted(before, changed, measure == TIERS),
        }
    columns = ["what_if", "id", "other", "before", "after"]
    table = pd.concat(changes, ignore_index=True)[columns] if changes else pd.DataFrame(columns=columns)
    name = measure if isinstance(measure, str) else measure.__name__
    count = pd.DataFrame.from_dict(counts, orient="index").rename_axis("what_if")
    n = len(before) if measure == TIERS else int(before.notna().to_numpy().sum())
    return Sensitivity(name, table, count, n, _formula(measure))


def without(dataset: Dataset, selection: Selection, *, question: WhatIf) -> tuple[Dataset, Selection]:
    """The dataset and selection with the question's part of the evidence left out."""
    if question.column == "as_of":
        earlier = replace(selection, as_of=question.value)
        if selection.as_of and selection.day() < earlier.day():
            earlier = selection
        return dataset, earlier
    if question.column not in ("source", "attribution", "confidence"):
        raise SelectionError(
            f"what-if: {not_one_of(question.column, ('source', 'attribution', 'confidence', 'as_of'))}"
        )
    allowed = options(dataset)[question.column]
    if question.value not in allowed:
        raise SelectionError(f"{question.column}: {not_one_of(question.value, allowed)}")
    chosen = tuple(v for v in getattr(selection, question.column) if v != question.value)
    keep = (dataset.frames["statements"][question.column] != question.value).to_numpy()
    part = only(dataset, keep & (bool(chosen) or not getattr(selection, question.column)))
    known = options(part)
    # A word that only the statements left out used is no word of the rest, and chooses nothing in it.
    lists = {c: tuple(v for v in getattr(selection, c) if v in known[c]) for c in ("attribution", "confidence")}
    lists[question.column] = chosen
    values: dict[str, Any] = {f.name: getattr(selection, f.name) for f in fields(selection)}
    return part, Selection(**{**values, **lists})


def _counting(dataset: Dataset, selection: Selection) -> int:
    """How many statements count, of the chosen actors on the chosen proposals."""
    rows, columns, codes = rows_of(dataset, selection), columns_of(dataset, selection), dataset.codes
    counts = evidence_of(dataset, selection).counts
    return int((counts & rows[codes.proposal] & columns[codes.actor]).sum())


def _measured(dataset: Dataset, measure: str | Measured, selection: Selection) -> Measured:
    if not isinstance(measure, str):
        return measure
    if measure == TIERS:
        sides = common_ground(dataset, selection=selection).sides
        return lambda d, s: terms(common_ground(d, s, sides=sides))
    if measure == CELLS:
        return positions
    if measure not in MEASURES:
        raise SelectionError(f"measure: {not_one_of(measure, (TIERS, CELLS, *MEASURES))}")
    return lambda d, s: _each_pair_once(overlap(d, s, measure=measure).frame)


def _formula(measure: str | Measured) -> str:
    if not isinstance(measure, str) or measure == CELLS:
        return "positions, or whatever the given function makes, before and after"
    return f"tiers of common ground before and after; score: {SCORE}" if measure == TIERS else MEASURES[measure].formula


def _counted(before: pd.DataFrame, changed: pd.DataFrame, tiers: bool) -> dict[str, int]:
    if not tiers:
        return {"compared": int(before.notna().to_numpy().sum()), "changed": len(changed)}
    moved = changed["id"][changed["other"] == "tier"]
    shifted = changed["id"][~changed["id"].isin(moved)].nunique()
    return {"compared": len(before), "changed": len(moved), "shifted": int(shifted)}


def _weightiest_first(changed: pd.DataFrame, tier: pd.Series[Any]) -> pd.DataFrame:
    """The proposals of the highest tiers first, of one tier those that lose most; a proposal's own lines together."""
    rank = {t: i for i, t in enumerate(TIER_IDS)}
    place = {c: i for i, c in enumerate(TERMS)}
    falls_to = changed[changed["other"] == "tier"].set_index("id")["after"].map(rank)
    order = pd.DataFrame(
        {
            "from": changed["id"].map(tier).map(rank),
            "stays": ~changed["id"].isin(falls_to.index),
            "to": -changed["id"].map(falls_to).fillna(-1),
            "row": pd.Index(tier.index).get_indexer(changed["id"]),
            "column": changed["other"].map(place),
        },
        index=changed.index,
    )
    return changed.loc[order.sort_values(list(order.columns), kind="stable").index].reset_index(drop=True)


def _largest_first(changed: pd.DataFrame) -> pd.DataFrame:
    """Numbers that are gone or new first, then the largest differences."""
    apart = (changed["after"].astype(float) - changed["before"].astype(float)).abs().fillna(np.inf)
    return changed.loc[apart.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _each_pair_once(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.where(np.triu(np.ones(frame.shape, bool), 1))


def _changed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The cells whose value differs, missing values being alike; of a frame of one column the column is not named."""
    index, columns = before.index.union(after.index, sort=False), before.columns.union(after.columns, sort=False)
    one, two = (f.astype(object).reindex(index=index, columns=columns) for f in (before, after))
    one, two = one.where(one.notna(), None), two.where(two.notna(), None)
    a, b = one.to_numpy(dtype=object), two.to_numpy(dtype=object)
    i, j = np.nonzero(a != b)
    other = columns.to_numpy(dtype=object)[j] if len(columns) > 1 else np.full(len(j), "", object)
    return pd.DataFrame({"id": index.to_numpy(dtype=object)[i], "other": other, "before": a[i, j], "after": b[i, j]})
