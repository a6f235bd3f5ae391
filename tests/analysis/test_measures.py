"""Measures by name: what goes together, and the formula as it stands beside a number."""

from __future__ import annotations

import pytest

from matrix.analysis.measures import MEASURES, in_words, measure_of, number_text
from matrix.dataset.problems import SelectionError


def test_every_measure_names_formula_and_source() -> None:
    for id_, measure in MEASURES.items():
        assert measure.id == id_
        assert measure.formula
        assert measure.source
        assert measure.n.startswith(("on which both", "that either"))
    assert {m.id for m in MEASURES.values() if m.is_share} == {"points", "share_same", "jaccard_backed"}


def test_a_formula_in_words_names_divisor_and_exchanged_roles() -> None:
    shared = MEASURES["shared"]
    assert in_words(shared, "none", "actors") == "shared: sum_j T_ij * T_i'j [Leifeld 2017]"
    assert in_words(shared, "average", "actors") == "shared: (sum_j T_ij * T_i'j) / ((n_i + n_i')/2) [Leifeld 2017]"
    assert in_words(shared, "none", "proposals").endswith("the roles of actors and proposals exchanged")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("point", "none", "positions", "actors"), "did you mean 'points'"),
        (("points", "none", "statements", "actors"), "over positions only"),
        (("points", "average", "positions", "actors"), "without normalisation"),
        (("shared", "averge", "positions", "actors"), "did you mean 'average'"),
        (("shared", "none", "positions", "people"), "of: 'people' is not one of actors, proposals"),
    ],
)
def test_what_does_not_go_together_is_refused(asked: tuple[str, str, str, str], message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        measure_of(*asked)


@pytest.mark.parametrize(
    ("measure", "value", "digits", "words"),
    [
        ("points", 2 / 3, 3, "67%"),
        ("clashes", 3.0, 3, "3"),
        ("shared", 1234.0, 3, "1,234"),
        ("shared", 1234.5, 3, "1,234.5"),  # never 1.23e+03
        ("congruence", 1 / 3, 2, "0.33"),
        ("congruence", 12.345, 2, "12.3"),
        ("congruence", 12.345, 3, "12.3"),
        ("congruence", float("nan"), 3, ""),
    ],
)
def test_a_number_is_written_as_people_read_it(measure: str, value: float, digits: int, words: str) -> None:
    assert number_text(measure, value, digits=digits) == words
