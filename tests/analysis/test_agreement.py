"""Krippendorff's alpha by its canonical figures and by another implementation; the figures of two layers by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance

from matrix.analysis import agreement as module
from matrix.analysis.agreement import FIGURES, agreement, alpha
from matrix.analysis.coding_units import NOT_RECORDED
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from tests import tiny

NAN = float("nan")
CANONICAL = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
TABLE = [[NAN if x == "." else float(x) for x in line.split()] for line in CANONICAL.split("\n") if line]


# ---- alpha


def test_the_canonical_table_has_the_published_figures() -> None:
    found = {level: alpha(TABLE, level=level) for level in module.LEVELS}
    assert {level: round(float(a), 3) for level, a in found.items()} == {
        "nominal": 0.743,
        "ordinal": 0.815,
        "interval": 0.849,
    }
    assert {a.n for a in found.values()} == {11}, "the last unit was rated once"
    assert found["nominal"].frame.sum().sum() == pytest.approx(40)


def ranks(values: Sequence[float]) -> dict[float, float]:
    """Of each value how many lie before it, its own counted half."""
    return {v: sum(x < v for x in values) + sum(x == v for x in values) / 2 for v in set(values)}


def by_nltk(table: np.ndarray[Any, Any], level: str) -> float:
    units = [[(c, u, x) for c, x in enumerate(column) if not np.isnan(x)] for u, column in enumerate(table.T)]
    paired = [t for unit in units if len(unit) > 1 for t in unit]
    place = ranks([x for _, _, x in paired])
    distance = {
        "nominal": binary_distance,
        "ordinal": lambda a, b: (place[a] - place[b]) ** 2,
        "interval": lambda a, b: (a - b) ** 2,
    }[level]
    return float(AnnotationTask(data=paired, distance=distance).alpha())


@pytest.mark.slow
def test_alpha_is_that_of_nltk_on_a_thousand_random_tables() -> None:
    rng, compared = np.random.default_rng(7), 0
    for _ in range(1000):
        coders, units, values = rng.integers(2, 6), rng.integers(2, 15), rng.integers(2, 7)
        table = rng.integers(0, values, (coders, units)).astype(float)
        table[rng.random(table.shape) < rng.random() * 0.6] = NAN
        for level in module.LEVELS:
            ours = alpha(table, level=level)
            if np.isfinite(ours.value):
                compared += 1
                assert ours.value == pytest.approx(by_nltk(table, level), abs=1e-9), (table, level)
            else:
                kept = table[:, (~np.isnan(table)).sum(axis=0) > 1]
                assert len(np.unique(kept[~np.isnan(kept)])) < 2, "only a constant table has no alpha"
                assert ours.sentence
    assert compared > 2700


def test_a_constant_table_has_no_alpha_and_says_so() -> None:
    found = alpha([[1, 1, 1], [1, 1, 1]])
    assert np.isnan(float(found))
    assert found.sentence == "Not defined: all ratings are the same, and without any other value there is no alpha."
    assert alpha([[1, NAN], [NAN, 2]]).sentence == "Not defined: no unit was rated by two coders."


def test_nominal_ratings_may_be_words_and_a_frame() -> None:
    words = pd.DataFrame([["yes", "no", None, "yes"], ["yes", "no", "no", "no"]])
    numbers = [[1, 0, NAN, 1], [1, 0, 0, 0]]
    assert alpha(words).value == alpha(numbers).value
    with pytest.raises(ValueError):
        alpha(words, level="interval")


def test_what_is_not_a_table_of_ratings_is_refused() -> None:
    with pytest.raises(SelectionError, match=r"level: 'ordnal' is not one of .*did you mean 'ordinal'"):
        alpha(TABLE, level="ordnal")
    with pytest.raises(ValueError, match="one row a coder is expected"):
        alpha([[1, 2], [1]])
    with pytest.raises(ValueError, match="a number without end"):
        alpha([[1, float("inf")], [1, 2]], level="interval")


tables = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.one_of(st.just(NAN), st.integers(0, 4).map(float)), min_size=coders, max_size=coders),
        min_size=1,
        max_size=9,
    )
)


@given(tables, st.sampled_from(module.LEVELS), st.randoms(use_true_random=False))
def test_alpha_does_not_depend_on_the_order_of_coders_and_units(units: Any, level: str, chance: Any) -> None:
    table = np.array(units).T
    rows, columns = list(range(len(table))), list(range(len(units)))
    chance.shuffle(rows)
    chance.shuffle(columns)
    one, other = alpha(table, level=level).value, alpha(table[rows][:, columns], level=level).value
    assert one == pytest.approx(other, nan_ok=True)
    if level == "ordinal":  # any numbers in the same order
        assert one == pytest.approx(alpha(np.exp(table), level=level).value, nan_ok=True)
    if level == "nominal":
        assert one == pytest.approx(alpha(-table % 5, level=level).value, nan_ok=True)


# ---- two layers

KIM = (
    "ann talk support early quote=peace start=10",
    "bob talk support early quote=peace start=10",
    "cem talk conditional early",
    "dee talk oppose early",
    "ann test support late",
    "bob ban oppose late",
)
LEE = (
    "ann talk support early quote=peace,_now start=10",
    "bob talk oppose early quote=war start=30",
    "cem talk support early",
    "ann test support late",
    "cem ban oppose late",
)


def test_the_figures_by_hand() -> None:
    found = agreement([tiny.layer("kim", *KIM), tiny.layer("lee", *LEE)])
    own: Any = found.of()
    # Both: ann, bob and cem on talk, ann on test. Kim alone: dee on talk, bob on ban. Lee alone: cem on ban.
    assert found.n == 7
    assert own["value"].to_dict() == {
        "seeing": 2 * 4 / (2 * 4 + 2 + 1),
        "stance_ordinal": alpha([[3, 3, 2, 3], [3, 0, 3, 3]], level="ordinal").value,
        "stance_nominal": alpha([[3, 3, 2, 3], [3, 0, 3, 3]]).value,
        "stance_same": 0.5,
        "condition": alpha([[0, 1, 0], [0, 0, 0]]).value,  # bob's is not backed by both
        "quotes": 5 / (10 + 5 + 3),
    }
    assert own["n"].to_dict() == dict(zip(FIGURES, [7, 4, 4, 4, 3, 2], strict=True))
    assert set(own["drawn"]) == {"units"}, "of fewer than five sources the units are drawn"
    assert ((own["low"] <= own["value"]) & (own["value"] <= own["high"])).all()
    assert all(own["formula"].str.len() > 20)
    assert found.sentence == (
        "In 2 sources that kim and lee have finished, both recorded 4 of 7 units, and 2 of these with the same stance; "
        f"Krippendorff's alpha of the stances, in their order, is {own.loc['stance_ordinal', 'value']:.2f} (n = 4)."
    )


def test_every_number_opens_the_units_behind_it() -> None:
    found = agreement([tiny.layer("kim", *KIM), tiny.layer("lee", *LEE)])
    table: Any = found.confusion()
    assert table.to_numpy().sum() == found.n
    assert {(a, b): int(n) for a, row in table.iterrows() for b, n in row.items() if n} == {
        ("support", "support"): 2,
        ("support", "oppose"): 1,
        ("conditional", "support"): 1,
        ("oppose", NOT_RECORDED): 2,
        (NOT_RECORDED, "oppose"): 1,
    }
    for a, row in table.iterrows():
        for b, n in row.items():
            assert len(found.behind(stances=(str(a), str(b)))) == n
    (clash,) = found.behind(stances=("support", "oppose")).to_dict("records")
    assert clash == {
        "source": "early",
        "actor": "bob",
        "proposal": "talk",
        "kim_stance": "support",
        "kim_statements": "s2",
        "lee_stance": "oppose",
        "lee_statements": "s2",
    }
    by_source: Any = found.by("source")
    assert by_source[["units", "both", "n_quotes"]].to_dict("index") == {
        "early": {"units": 4, "both": 3, "n_quotes": 2},
        "late": {"units": 3, "both": 1, "n_quotes": 0},
    }
    assert np.isnan(by_source.loc["late", "stance_nominal"])
    found_by: Any = found.by
    behind: Any = found.behind
    for what in ("source", "proposal", "actor"):
        table = found_by(what)
        assert table["units"].sum() == found.n
        for id_, row in table.iterrows():
            assert len(behind(**{what: id_})) == row["units"]
    assert found.confusion("lee", "kim").equals(found.confusion().T)


def test_a_side_has_the_units_of_its_actors() -> None:
    shared: Any = {
        "sides": tiny.table("id|name", "north|North", "south|South", "west|West"),
        "actors": tiny.table("id|name|side", "ann|Ann|south", "bob|Bob|north", "cem|Cem|south", "dee|Dee|"),
    }
    found = agreement([tiny.layer("kim", *KIM, **shared), tiny.layer("lee", *LEE, **shared)])
    table: Any = found.by("side")
    # ann on talk and test, cem on talk are recorded by both, cem on ban by lee; bob on talk by both, on ban by kim.
    assert table[["units", "both", "n_stance_same"]].to_dict("index") == {
        "north": {"units": 2, "both": 1, "n_stance_same": 1},
        "south": {"units": 4, "both": 3, "n_stance_same": 3},
        "": {"units": 1, "both": 0, "n_stance_same": 0},
    }
    assert table["stance_same"].tolist()[:2] == [0, 2 / 3]
    assert table["units"].sum() == found.n
    for side, row in table.iterrows():
        assert len(found.behind(side=str(side))) == row["units"]
    assert set(found.behind(side="north")["actor"]) == {"bob"}
    with pytest.raises(SelectionError, match=r"side: 'nort' is not one of .*did you mean 'north'"):
        found.behind(side="nort")


def test_only_sources_finished_by_both_are_compared() -> None:
    found = agreement([tiny.layer("kim", *KIM, finished="early"), tiny.layer("lee", *LEE)])
    assert found.sources == ("early",)
    assert found.n == 4
    nothing = agreement([tiny.layer("kim", *KIM, finished="early"), tiny.layer("lee", *LEE, finished="late")])
    assert nothing.sentence == "Nothing to compare: no source is finished by both kim and lee."
    assert nothing.n == 0
    assert nothing.frame["value"].isna().all()
    assert set(nothing.frame["n"]) == {0}
    empty = agreement([tiny.layer("kim"), tiny.layer("lee")])
    assert empty.sentence.startswith("Nothing to compare: in 2 sources finished by both")


def test_main_counts_as_finished_where_it_has_statements() -> None:
    main = tiny.dataset("ann talk support early")
    found = agreement([tiny.layer("kim", *KIM), main])
    assert found.coders == ("kim", "main")
    assert found.sources == ("early",)
    assert found.of().loc["seeing", "value"] == 2 / (2 + 3)


def test_several_statements_are_folded_and_superseded_ones_are_none() -> None:
    kim = tiny.layer("kim", "ann talk support early", "ann talk conditional early", "bob talk support early superseded_by=s4",
                "bob talk oppose late")  # fmt: skip
    lee = tiny.layer("lee", "ann talk conditional early", "cem talk support early", "cem talk oppose early")
    found = agreement([kim, lee])
    assert found.behind().set_index("actor")[["kim_stance", "lee_stance"]].to_dict("index") == {
        "ann": {"kim_stance": "conditional", "lee_stance": "conditional"},
        "cem": {"kim_stance": NOT_RECORDED, "lee_stance": "mixed"},
        "bob": {"kim_stance": "oppose", "lee_stance": NOT_RECORDED},
    }


def test_mixed_has_no_place_in_the_order() -> None:
    rows = ("ann talk support early", "bob talk oppose early", "cem talk support early", "cem talk oppose early")
    own = agreement([tiny.layer("kim", *rows), tiny.layer("lee", *rows)]).of()
    assert own.loc[["stance_ordinal", "stance_nominal"], "n"].tolist() == [2, 3]
    assert own.loc["stance_nominal", "value"] == 1


def test_the_order_of_stances_is_that_of_their_scores() -> None:
    stances = tiny.table("id|name|score", "no|No|-1", "yes|Yes|1", "so-so|So so|0")
    rows = ["ann talk yes early", "bob talk no early", "cem talk so-so early", "dee talk so-so early"]
    other = ["ann talk so-so early", *rows[1:]]
    own = agreement([tiny.layer("kim", *rows, stances=stances), tiny.layer("lee", *other, stances=stances)]).of()
    assert own.loc["stance_ordinal", "value"] == alpha([[1, -1, 0, 0], [0, -1, 0, 0]], level="ordinal").value


def test_of_more_than_two_coders_all_and_every_pair() -> None:
    third = ("ann talk support early", "bob talk oppose early")
    found = agreement([tiny.layer("kim", *KIM), tiny.layer("lee", *LEE), tiny.layer("max", *third, finished="early")])
    assert found.frame["coders"].drop_duplicates().tolist() == ["all", "kim;lee", "kim;max", "lee;max"]
    of_all = found.of()
    ratings = [[3, 3, 2, 0, 3], [3, 0, 3, NAN, 3], [3, 0, NAN, NAN, NAN]]
    assert of_all.loc["stance_nominal", "value"] == pytest.approx(alpha(ratings).value)
    assert "seeing" not in of_all.index
    assert found.of("max", "lee").loc["seeing", "n"] == 3
    assert len(found.confusion("kim", "max")) == 6
    with pytest.raises(SelectionError, match="two of kim, lee, max are compared"):
        found.confusion()
    with pytest.raises(SelectionError, match="'mx' is not one of kim, lee, max"):
        found.by("source", "kim", "mx")


def test_layers_that_cannot_be_compared_are_refused() -> None:
    kim = tiny.layer("kim")
    with pytest.raises(SelectionError, match="at least two are compared"):
        agreement([kim])
    with pytest.raises(SelectionError, match="kim appears twice"):
        agreement([kim, kim])
    other = tiny.layer("lee", actors=tiny.table("id|name|side", "ann|Ann|north"))
    with pytest.raises(SelectionError, match="do not have the same actors"):
        agreement([kim, other])


# ---- intervals and laws


def many(sources: int, per_source: int, seed: int = 3) -> list[Dataset]:
    """Two coders on many sources who agree more often than not; nobody disagrees in the first source."""
    rng = np.random.default_rng(seed)
    titles = [f"n{i}|Source {i}" for i in range(sources)]
    actors = tiny.table("id|name", *(f"a{i}|A {i}" for i in range(per_source)))
    shared = {"sources": tiny.table("id|title", *titles), "actors": actors}
    made: list[list[str]] = [[], []]
    for s in range(sources):
        for a in range(per_source):
            first = rng.choice(["support", "oppose"])
            second = first if s == 0 or rng.random() < 0.7 else rng.choice(["support", "oppose", "concern"])
            for rows, stance in zip(made, (first, second), strict=True):
                rows.append(f"a{a} talk {stance} n{s}")
    every = " ".join(f"n{i}" for i in range(sources))
    return [tiny.layer(n, *rows, finished=every, **shared) for n, rows in zip(("kim", "lee"), made, strict=True)]


def test_the_bootstrap_draws_whole_sources_and_is_seeded() -> None:
    coders = many(8, 6)
    made: list[Any] = [agreement(coders, seed=s).of() for s in (0, 0, 1)]
    found, again, other = made
    assert set(found["drawn"]) == {"sources"}
    assert found.equals(again)
    assert not found["low"].equals(other["low"])
    # By another way: draw the sources' tables, and take the plain agreement of what is drawn.
    units = agreement(coders).behind()
    same = [g for _, g in (units["kim_stance"] == units["lee_stance"]).groupby(units["source"], sort=False)]
    rng = np.random.default_rng(5)
    drawn = [np.concatenate([same[i] for i in rng.integers(0, 8, 8)]).mean() for _ in range(2000)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    assert found.loc["stance_same", "low"] == pytest.approx(low, abs=0.03)
    assert found.loc["stance_same", "high"] == pytest.approx(high, abs=0.03)
    assert (
        found.loc["stance_ordinal", "low"] < found.loc["stance_ordinal", "value"] < found.loc["stance_ordinal", "high"]
    )


def test_a_draw_without_alpha_is_counted_out() -> None:
    rows = [f"{a} talk support early" for a in ("ann", "bob", "cem")]
    rows.append("dee talk oppose early")
    own: Any = agreement([tiny.layer("kim", *rows), tiny.layer("lee", *rows)]).of()
    nominal = own.loc["stance_nominal"]
    assert nominal["value"] == nominal["low"] == nominal["high"] == 1
    assert 0.6 * 2000 < nominal["draws"] < 0.77 * 2000, (
        "dee is drawn in 1 - (3/4)^4 = 68 % of the draws, not alone in all"
    )
    assert own.loc["condition", "why"].startswith("all ratings are the same")


stances = st.sampled_from(["support", "conditional", "concern", "oppose"])
statements = st.dictionaries(
    st.tuples(
        st.sampled_from(["ann", "bob", "cem"]), st.sampled_from(["talk", "ban"]), st.sampled_from(["early", "late"])
    ),
    stances,
    max_size=12,
)


def coded(name: str, given: Iterable[tuple[tuple[str, str, str], str]]) -> Dataset:
    return tiny.layer(name, *(f"{a} {p} {s} {where}" for (a, p, where), s in given))


@pytest.mark.slow
@settings(max_examples=40)
@given(statements, statements)
def test_laws_of_two_coders(one: Any, other: Any) -> None:
    kim, lee = coded("kim", one.items()), coded("lee", other.items())
    there, back = agreement([kim, lee], draws=20), agreement([lee, kim], draws=20)
    names = ["value", "n"]
    assert there.of()[names].equals(back.of()[names]), "who is named first does not count"
    both = one.keys() & other.keys()
    assert there.n == len(one.keys() | other.keys())
    assert there.of().loc["stance_same", "n"] == len(both)
    if both:
        assert there.of().loc["stance_same", "value"] == sum(one[u] == other[u] for u in both) / len(both)
    if both:
        place = {s: i for i, s in enumerate(there.units.scale.ids)}
        ratings = [[place[c[u]] for u in both] for c in (one, other)]
        for level in ("nominal", "ordinal"):
            value = there.of().loc[f"stance_{level}", "value"]
            assert value == pytest.approx(alpha(ratings, level=level).value, nan_ok=True)
    alone = agreement([kim, coded("lee", one.items())], draws=20).of()["value"].dropna()
    assert (alone == 1).all(), "who codes the same agrees in all that is defined"
