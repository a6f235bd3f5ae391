"""The examples in docstrings run, and the worked example that they use is what docs/measures.md says."""

from __future__ import annotations

import doctest

import pytest

import matrix.analysis.agreement
import matrix.analysis.camps
import matrix.analysis.coalitions
import matrix.analysis.overlap
from tests.analysis.worked_example import worked


def test_the_worked_example_has_eleven_statements_of_two_actors() -> None:
    counts = worked().statements.groupby(["actor", "stance"], observed=True).size()
    assert counts.to_dict() == {("a", "no"): 3, ("a", "yes"): 2, ("b", "yes"): 6}


@pytest.mark.parametrize(
    "module",
    [matrix.analysis.agreement, matrix.analysis.camps, matrix.analysis.coalitions, matrix.analysis.overlap],
    ids=lambda m: m.__name__,
)
def test_examples_in_docstrings_run(module: object) -> None:
    names = {"worked": worked()}
    result = doctest.testmod(module, extraglobs=names, optionflags=doctest.NORMALIZE_WHITESPACE)  # type: ignore[arg-type]
    assert result.attempted
    assert not result.failed
