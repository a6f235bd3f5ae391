"""Who stands with whom: the worked example, hand-counted cases, laws, and a slow recomputation of everything."""

from __future__ import annotations

import math
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.analysis import counting as pairs
from matrix.analysis.coalitions import coalitions
from matrix.analysis.comparison import PairComparison
from matrix.analysis.counting import DUPLICATES
from matrix.analysis.matrix_numbers import values
from matrix.analysis.measures import MEASURES, NORMALISATIONS
from matrix.analysis.overlap import dendrogram_order, overlap, overlaps
from matrix.analysis.positions import fold, view
from matrix.analysis.sets import sets
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.analysis import random_data
from tests.analysis.worked_example import worked
from tests.tiny import dataset

# Each example is a dataset of its own, checked in full: fewer of them do.
FEWER = settings(max_examples=30)
NETWORK = ("shared", "congruence", "conflict", "net")
SHARES = ("points", "share_same", "jaccard_backed", "clashes")
TABLE = {
    "shared": (7, 1.2727, 0.7, 0.2333),
    "congruence": (2, 0.3636, 0.2, 0.0667),
    "conflict": (5, 0.9091, 0.5, 0.1667),
    "net": (-3, -0.5455, -0.3, -0.1),
}


@pytest.mark.parametrize("measure", TABLE)
@pytest.mark.parametrize(("normalize", "column"), [("none", 0), ("average", 1), ("jaccard", 2), ("product", 3)])
def test_the_worked_example(measure: str, normalize: str, column: int) -> None:
    found = overlap(worked(), measure=measure, normalize=normalize, count="statements")
    assert found.frame.loc["a", "b"] == found.frame.loc["b", "a"] == pytest.approx(TABLE[measure][column], abs=5e-5)
    assert found.frame.loc["a", "a"] == 0
    assert found.n.loc["a", "b"] == 3  # proposals on which both took a stance


def test_the_worked_example_with_positions_as_unit() -> None:
    found = overlaps(worked(), measures=(*NETWORK, *SHARES))
    one = {m: o.frame.loc["a", "b"] for m, o in found.items()}
    assert one["shared"] == 3
    assert one["congruence"] == 1
    assert one["conflict"] == 2
    assert one["net"] == -1
    assert one["points"] == one["share_same"] == pytest.approx(1 / 3)
    assert one["jaccard_backed"] == pytest.approx(1 / 5)
    assert one["clashes"] == 2
    assert found["jaccard_backed"].n.loc["a", "b"] == 5  # its n is its denominator


def test_a_mixed_cell_is_half_of_its_extremes() -> None:
    stated = [(0, 0, "sa", ""), (0, 0, "ra", ""), (0, 0, "rd", ""), (0, 0, "sd", ""), (1, 0, "sa", "")]
    data = random_data.build("likert", stated)
    assert data.scale.range == 6
    assert overlap(data, measure="congruence").frame.loc["a0", "a1"] == 0.5  # half a 3 meets a 3, half a -3 does not
    assert overlap(data, measure="conflict").frame.loc["a0", "a1"] == 0.5
    assert overlap(data, measure="points").frame.loc["a0", "a1"] == 0.5
    assert overlap(data, measure="share_same").frame.loc["a0", "a1"] == 0
    assert overlap(data, measure="clashes").frame.loc["a0", "a1"] == 0
    assert values(data, what="signed").frame.loc["p0", "a0"] == 0
    assert values(data).frame.loc["p0", "a0"] == 1


@pytest.mark.parametrize(
    ("duplicates", "units"),
    [("keep", 8), ("source", 2), ("year", 4), ("month", 4), ("week", 5), ("all", 1)],
)
def test_duplicates(duplicates: str, units: int) -> None:
    # Undated twice; 30 December 2024 to 5 January 2025 is one ISO week, 1 January and 6 January are one month.
    dates = ["", "", "2024-12-30", "2025-01-01", "2025-01-05", "2025-01-06", "2025-01-31", "2027"]
    data = random_data.build("election", [(0, 0, "agree", d) for d in dates])
    assert values(data, count="statements", duplicates=duplicates).frame.loc["p0", "a0"] == units


@pytest.mark.parametrize(
    ("options", "stated"),
    [
        ({"measure": "point"}, "did you mean 'points'"),
        ({"measure": "points", "count": "statements"}, "over positions only"),
        ({"measure": "clashes", "normalize": "average"}, "without normalisation"),
        ({"measure": "shared", "normalize": "max"}, "normalize: 'max' is not one of none"),
        ({"measure": "shared", "duplicates": "year"}, "needs statements as unit"),
        ({"measure": "points", "duplicates": "year"}, "needs statements as unit"),
        ({"measure": "shared", "count": "statements", "duplicates": "day"}, "duplicates: 'day' is not one of"),
        ({"measure": "shared", "count": "words"}, "count: 'words'"),
        ({"measure": "points", "count": "words"}, "count: 'words'"),
        ({"of": "sides"}, "of: 'sides'"),
        ({"selection": Selection(actor=("nobody",))}, "actor: 'nobody'"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], stated: str) -> None:
    with pytest.raises(SelectionError, match=stated):
        overlap(worked(), **options)


def test_no_statement_is_a_sentence_and_never_zero_per_cent() -> None:
    data = random_data.build("election", [])
    found = overlap(data)
    assert found.frame.isna().all(axis=None)
    assert "Nothing to compare" in found.sentence
    assert (overlap(data, measure="congruence", normalize="cosine").frame == 0).all(axis=None)
    assert overlap(data, Selection(actor=("a1",))).sentence == ("Nothing to compare: the filters leave 1 actor.")
    assert not len(found.edges())


def test_filters_choose_what_is_summed_over_and_who_is_paired(shipped: Path) -> None:
    data = load(shipped)
    whole = overlap(data, measure="congruence", normalize="average", count="statements")
    some = Selection(side=("china",))
    fewer = overlap(data, some, measure="congruence", normalize="average", count="statements")
    assert set(fewer.frame) == set(data.actors["id"][data.actors["side"] == "china"])
    pd.testing.assert_frame_equal(fewer.frame, whole.frame.loc[fewer.frame.index, fewer.frame.columns])
    rows = overlap(data, Selection(proposal=("shared-challenge",)), measure="shared", normalize="average")
    assert rows.frame.loc["xiao-qian", "cicir"] == 1  # one unit each on the chosen proposal: 1 / ((1 + 1) / 2)
    searched = overlap(data, Selection(search="Fudan"), measure="congruence", normalize="average", count="statements")
    assert "cai-cuihong" in searched.frame
    pd.testing.assert_frame_equal(searched.frame, whole.frame.loc[searched.frame.index, searched.frame.columns])


@pytest.mark.parametrize("chosen", [Selection(search="red line"), Selection(stance=("oppose",))])
def test_a_search_or_stance_chooses_the_proposals_that_everything_is_counted_over(
    shipped: Path, chosen: Selection
) -> None:
    data = load(shipped)
    seen = view(fold(data, chosen))
    named = Selection(proposal=tuple(seen.proposals["id"]))
    assert 0 < len(named.proposal) < 10
    for measure in ("shared", "net", "points", "jaccard_backed"):
        found, same = overlap(data, chosen, measure=measure), overlap(data, named, measure=measure)
        who = seen.actors["id"] if chosen.search else same.frame.index
        pd.testing.assert_frame_equal(found.frame, same.frame.loc[who, who])
        pd.testing.assert_frame_equal(found.n, same.n.loc[who, who])
    assert found.n.to_numpy().max() <= len(named.proposal)
    assert (
        sets(data, chosen, of=("us", "china"), by="sides").union
        == sets(data, named, of=("us", "china"), by="sides").union
    )
    assert coalitions(data, chosen, min_proposals=1).groups == coalitions(data, named, min_proposals=1).groups
    pair = PairComparison(fold(data, chosen), "us", "china", "sides")
    assert sum(map(len, pair.parts.values())) <= len(named.proposal)
    two = ("xiao-qian", "cai-cuihong")
    numbers = [PairComparison(fold(data, s), *two).measures for s in (chosen, named)]
    assert [(o.measure, str(value), n) for o, value, n in numbers[0]] == [
        (o.measure, str(value), n) for o, value, n in numbers[1]
    ]


def test_three_shared_proposals_of_two_experts(shipped: Path) -> None:
    found = overlap(load(shipped), measure="jaccard_backed")
    assert found.frame.loc["xiao-qian", "cai-cuihong"] == 3 / found.n.loc["xiao-qian", "cai-cuihong"]


def test_superseded_statements_are_no_units(shipped: Path) -> None:
    data = load(shipped)
    dialogue = Selection(proposal=("intergovernmental-dialogue",))
    assert values(data, dialogue, count="statements").frame.loc["intergovernmental-dialogue", "us-government"] == 0
    before = Selection(proposal=("intergovernmental-dialogue",), source=("krasa-2026-05-08",))
    assert values(data, before, count="statements").frame.loc["intergovernmental-dialogue", "us-government"] == 1


# ---- everything again, slowly


def counted(stated: list[tuple[int, int, str, str]], duplicates: str) -> list[tuple[int, int, str]]:
    def bucket(n: int, day: str) -> Any:
        if duplicates in ("keep", "all", "source"):
            return {"keep": n, "all": 0, "source": n % 2}[duplicates]
        if not day:
            return None
        d = date.fromisoformat(day if len(day) == 10 else f"{day}-01-01")
        return {"year": d.year, "month": (d.year, d.month), "week": tuple(d.isocalendar())[:2]}[duplicates]

    return [(a, p, s) for a, p, s, _ in {(a, p, s, bucket(n, d)) for n, (a, p, s, d) in enumerate(stated)}]


def numbers(data: Dataset, scale: str, stated: list[Any], count: str, duplicates: str, of: str) -> Any:
    """x as a dictionary {(i, j): {score: units}}, and the folded state of each cell."""
    score = dict(random_data.scale_of(scale))
    x: dict[tuple[int, int], dict[float, float]] = {}
    state: dict[tuple[int, int], str] = {}
    cells: dict[tuple[int, int], list[str]] = {}
    for a, p, s in counted(stated, duplicates if count == "statements" else "keep"):
        cells.setdefault((a, p), []).append(s)
    from matrix.analysis.positions import positions

    table = positions(data)
    for (a, p), stances in cells.items():
        state[a, p] = str(table.iloc[p, a])
        if count == "statements":
            parts = [(score[s], 1.0) for s in stances]
        elif state[a, p] == "mixed":
            parts = [(max(score[s] for s in stances), 0.5), (min(score[s] for s in stances), 0.5)]
        else:
            parts = [(score[state[a, p]], 1.0)]
        for k, w in parts:
            x.setdefault((a, p), {})[k] = x.get((a, p), {}).get(k, 0) + w
    if of == "proposals":
        x, state = {(p, a): v for (a, p), v in x.items()}, {(p, a): v for (a, p), v in state.items()}
    return x, state, score


def slow(measure: str, normalize: str, x: Any, state: Any, score: Any, i: int, j: int) -> float:
    span = max(score.values()) - min(score.values())
    mine, theirs = ({on: v for (w, on), v in x.items() if w == who} for who in (i, j))
    both = set(mine) & set(theirs)
    sums = {"shared": 0.0, "congruence": 0.0, "conflict": 0.0}
    for on in both:
        for (k, a), (m, b) in product(mine[on].items(), theirs[on].items()):
            far = abs(k - m) / span if span else 0
            sums["shared"] += a * b
            sums["congruence"] += a * b * (1 - far)
            sums["conflict"] += a * b * far
    sums["net"] = sums["congruence"] - sums["conflict"]
    if measure in NETWORK:
        p, q = ({(on, k): w for on, v in part.items() for k, w in v.items()} for part in (mine, theirs))
        n, m = sum(p.values()), sum(q.values())
        divisor = {
            "none": 1,
            "average": (n + m) / 2,
            "jaccard": sum(w for at, w in p.items() if at not in q)
            + sum(w for at, w in q.items() if at not in p)
            + sum(p[at] * q[at] for at in p if at in q),
            "product": n * m,
            "cosine": math.sqrt(sum(w * w for w in p.values())) * math.sqrt(sum(w * w for w in q.values())),
        }[normalize]
        return sums[measure] / divisor if divisor else 0
    sign = {s: float(np.sign(k)) for s, k in score.items()} | {"mixed": 0.0}
    one, other = ({on: s for (w, on), s in state.items() if w == who} for who in (i, j))
    if measure == "points":
        return 1 - sum(abs(sign[one[o]] - sign[other[o]]) for o in both) / 2 / len(both) if both else math.nan
    if measure == "share_same":
        return sum(one[o] == other[o] for o in both) / len(both) if both else math.nan
    if measure == "clashes":
        return sum(sign[one[o]] * sign[other[o]] < 0 for o in both)
    backed, too = ({o for o, s in part.items() if sign[s] > 0} for part in (one, other))
    return len(backed & too) / len(backed | too) if backed | too else math.nan


@pytest.mark.slow
@settings(max_examples=150)
@given(random_data.datasets(), st.sampled_from(("actors", "proposals")), st.booleans(), st.data())
def test_every_measure_is_what_its_formula_says(made: Any, of: str, dense: bool, data: st.DataObject) -> None:
    scale, stated, dataset = made
    measure = data.draw(st.sampled_from(sorted(MEASURES)))
    network = MEASURES[measure].network
    count = data.draw(st.sampled_from(("positions", "statements"))) if network else "positions"
    normalize = data.draw(st.sampled_from(NORMALISATIONS)) if network else "none"
    duplicates = data.draw(st.sampled_from(DUPLICATES)) if count == "statements" else "keep"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "SPARSE", 1e9 if dense else 0.0)
        patch.setattr(pairs, "LEAST_BLOCK", 2)
        found = overlap(dataset, measure=measure, normalize=normalize, count=count, duplicates=duplicates, of=of)
    x, state, score = numbers(dataset, scale, stated, count, duplicates, of)
    assert np.array_equal(found.frame.to_numpy(), found.frame.to_numpy().T, equal_nan=True)  # symmetric to the last bit
    for i, j in product(range(len(found.frame)), repeat=2):
        if i != j:
            expected = slow(measure, normalize, x, state, score, i, j)
            assert found.frame.iloc[i, j] == pytest.approx(expected, abs=1e-9, nan_ok=True)
            if measure != "jaccard_backed":
                assert found.n.iloc[i, j] == len({o for w, o in x if w == i} & {o for w, o in x if w == j})
    diagonal = np.diag(found.frame)
    assert (diagonal == 0).all() if network else np.isnan(diagonal).all()


# ---- laws


@pytest.mark.slow
@FEWER
@given(random_data.datasets(), st.sampled_from(("positions", "statements")), st.sampled_from(NORMALISATIONS))
def test_congruence_and_conflict_add_up_to_what_is_shared(made: Any, count: str, normalize: str) -> None:
    found = {
        m: o.frame.to_numpy() for m, o in overlaps(made[2], measures=NETWORK, normalize=normalize, count=count).items()
    }
    np.testing.assert_allclose(found["congruence"] + found["conflict"], found["shared"], rtol=1e-12, atol=1e-12)
    assert min(v.min() for m, v in found.items() if m != "net") >= 0


@pytest.mark.slow
@FEWER
@given(random_data.datasets(), st.permutations(range(5)), st.permutations(range(4)), st.sampled_from(sorted(MEASURES)))
def test_the_order_of_the_tables_changes_nothing(made: Any, actors: Any, proposals: Any, measure: str) -> None:
    dataset = made[2]
    frames = {t: dataset.table(t) for t in ("sides", "sources", "statements", "stances")}
    frames["actors"] = dataset.actors.iloc[list(actors)]
    frames["proposals"] = dataset.proposals.iloc[list(proposals)]
    frames["statements"] = frames["statements"].iloc[::-1]
    if not len(frames["stances"]) or made[0] == "shipped":
        del frames["stances"]
    again = Dataset.from_frames({t: f.reset_index(drop=True) for t, f in frames.items()})
    for of in ("actors", "proposals"):
        one, other = overlap(dataset, measure=measure, of=of), overlap(again, measure=measure, of=of)
        pd.testing.assert_frame_equal(one.frame, other.frame.loc[one.frame.index, one.frame.columns])
        pd.testing.assert_frame_equal(one.n, other.n.loc[one.n.index, one.n.columns])


@pytest.mark.slow
@FEWER
@given(random_data.datasets(), st.sampled_from(sorted(MEASURES)))
def test_an_actor_without_statements_changes_nothing(made: Any, measure: str) -> None:
    scale, stated, dataset = made
    more = random_data.build(scale, stated, actors=7)
    one, other = overlap(dataset, measure=measure), overlap(more, measure=measure)
    pd.testing.assert_frame_equal(one.frame, other.frame.loc[one.frame.index, one.frame.columns])
    silent = other.frame["a6"].drop("a6")
    if MEASURES[measure].is_share and measure != "jaccard_backed":
        assert silent.isna().all()
    elif measure != "jaccard_backed":
        assert (silent == 0).all()


@pytest.mark.slow
@FEWER
@given(random_data.datasets(), st.sampled_from(("positions", "statements")))
def test_two_mode_tables_add_up(made: Any, count: str) -> None:
    scale, stated, dataset = made
    table = values(dataset, count=count).frame
    x, _, score = numbers(dataset, scale, stated, count, "keep", "actors")
    for (a, p), v in x.items():
        assert table.iloc[p, a] == sum(v.values())
        assert values(dataset, what="signed", count=count).frame.iloc[p, a] == pytest.approx(
            sum(k * w for k, w in v.items())
        )
    assert table.to_numpy().sum() == sum(w for v in x.values() for w in v.values())
    activity, prominence = (values(dataset, normalize=n, count=count).frame for n in ("activity", "prominence"))
    np.testing.assert_allclose(activity.sum(axis=0), (table.sum(axis=0) > 0).astype(float))
    np.testing.assert_allclose(prominence.sum(axis=1), (table.sum(axis=1) > 0).astype(float))
    assert score


def test_two_thousand_participants_and_their_comments() -> None:
    rng = np.random.default_rng(3)
    n, actors, proposals = 30_000, 2_000, 60
    at = rng.choice(actors * proposals, n, replace=False)
    data = Dataset.from_frames(
        {
            "sources": pd.DataFrame({"id": ["poll"], "title": ["Poll"]}),
            "stances": pd.DataFrame({"id": ["yes", "pass", "no"], "name": ["Y", "P", "N"], "score": ["1", "0", "-1"]}),
            "actors": pd.DataFrame({"id": [f"a{i}" for i in range(actors)], "name": "Someone"}),
            "proposals": pd.DataFrame({"id": [f"p{i}" for i in range(proposals)], "title": "Comment"}),
            "statements": pd.DataFrame(
                {
                    "id": [f"s{i}" for i in range(n)],
                    "actor": [f"a{i}" for i in at // proposals],
                    "proposal": [f"p{i}" for i in at % proposals],
                    "stance": rng.choice(["yes", "pass", "no"], n),
                    "source": "poll",
                }
            ),
        }
    )
    found = overlap(data)
    assert found.frame.shape == (actors, actors)
    votes = np.full((actors, proposals), np.nan)
    votes[at // proposals, at % proposals] = (
        data.statements["stance"].map({"yes": 1, "pass": 0, "no": -1}).astype(float)
    )
    for i, j in ((0, 1), (5, 1999), (77, 1234)):
        far = np.abs(votes[i] - votes[j])
        expected = 1 - np.nanmean(far) / 2 if (~np.isnan(far)).any() else np.nan
        assert found.frame.iloc[i, j] == pytest.approx(expected, nan_ok=True)


def test_order_puts_those_who_agree_side_by_side() -> None:
    close = np.array([[0, 0.1, 0.9, 0.1], [0.1, 0, 0.1, 0.9], [0.9, 0.1, 0, 0.1], [0.1, 0.9, 0.1, 0]])
    order = dendrogram_order(close)
    assert sorted(order) == [0, 1, 2, 3]
    assert abs(order.index(0) - order.index(2)) == abs(order.index(1) - order.index(3)) == 1


def test_order_stands_missing_values_and_a_single_value() -> None:
    assert dendrogram_order(np.full((4, 4), np.nan)) == [0, 1, 2, 3]
    assert dendrogram_order(np.full((4, 4), 0.5)) == [0, 1, 2, 3]
    close = np.array([[0, 1, np.nan], [1, 0, 0.2], [np.nan, 0.2, 0]])
    assert sorted(dendrogram_order(close)) == [0, 1, 2]


def test_the_two_with_the_highest_number_of_some() -> None:
    found = overlap(
        dataset("ann talk support early", "bob talk support early", "cem ban support early", "dee talk oppose early"),
        measure="shared",
    )
    assert found.highest(["ann", "bob", "cem", "dee"]) == ("ann", "bob"), "the first of equal ones"
    assert found.highest(["dee", "cem", "bob"]) == ("dee", "bob")
    assert found.highest(["ann", "cem"]) is None, "they never meet"
    assert found.highest(["ann"]) is None
