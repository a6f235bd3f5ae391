"""The measures and normalisations by name: formula in words, source, what n counts, and how a value is written."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matrix.analysis.counting import STATEMENTS
from matrix.dataset.problems import SelectionError, not_one_of

NONE, AVERAGE, JACCARD, PRODUCT, COSINE = NORMALISATIONS = ("none", "average", "jaccard", "product", "cosine")
ACTORS, PROPOSALS = OF = ("actors", "proposals")

POLARISATION = "polarisation"  # of the best split in two camps: no measure between two, but shown over time like one
UNDEFINED = "not defined"  # in place of a number that is not
BOTH = "on which both took a stance"
EITHER = "that either backs"


@dataclass(frozen=True)
class Measure:
    """A measure between two actors: its name for people, formula and source, and what its n counts."""

    id: str
    name: str
    formula: str
    source: str
    network: bool
    n: str = BOTH

    @property
    def is_share(self) -> bool:
        """Whether it lies between 0 and 1 and can be shown in per cent; `clashes` is a count."""
        return not self.network and self.id != "clashes"


DNA, WAHL = "Leifeld 2017", "Wahl-O-Mat scheme 2/1/0 (Marschall 2005)"
MEASURES = {
    m.id: m
    for m in (
        Measure("shared", "shared", "sum_j T_ij * T_i'j", DNA, True),
        Measure("congruence", "congruence", "sum_j sum_k,k' x_ijk * x_i'jk' * (1 - |k-k'|/range)", DNA, True),
        Measure("conflict", "conflict", "sum_j sum_k,k' x_ijk * x_i'jk' * |k-k'|/range", DNA, True),
        Measure("net", "net", "congruence - conflict", DNA, True),
        Measure("points", "agreement", "1 - mean |v-v'|/2, v = sign of the score, 0 for mixed", WAHL, False),
        Measure(
            "share_same", "same stance", "same stance / both took one", "simple matching (Sokal & Michener 1958)", False
        ),
        Measure("jaccard_backed", "shared backing", "backed by both / backed by either", "Jaccard 1901", False, EITHER),
        Measure("clashes", "clashes", "proposals that one backs and the other opposes", "a count", False),
    )
}
DIVISORS = {
    NONE: "",
    AVERAGE: "(n_i + n_i')/2",
    JACCARD: "m10 + m01 + m11",
    PRODUCT: "n_i * n_i'",
    COSINE: "|x_i| * |x_i'|",
}


def measure_of(name: str, normalize: str, count: str, of: str) -> Measure:
    """The named measure; SelectionError where it is unknown, or a share is asked for over statements or normalised."""
    for what, value, allowed in (
        ("measure", name, tuple(MEASURES)),
        ("normalize", normalize, NORMALISATIONS),
        ("of", of, OF),
    ):
        if value not in allowed:
            raise SelectionError(f"{what}: {not_one_of(value, allowed)}")
    measure = MEASURES[name]
    if not measure.network and count == STATEMENTS:
        raise SelectionError(f"measure: {name} is defined over positions only, not over statements")
    if not measure.network and normalize != NONE:
        raise SelectionError(
            f"measure: {name} is defined without normalisation; normalize {normalize!r} does not apply"
        )
    return measure


def in_words(measure: Measure, normalize: str, of: str) -> str:
    """The formula as it stands beside a number; for proposals the two roles are exchanged."""
    formula = f"{measure.formula}" if normalize == NONE else f"({measure.formula}) / ({DIVISORS[normalize]})"
    exchanged = "; between proposals: the roles of actors and proposals exchanged" if of == PROPOSALS else ""
    return f"{measure.id}: {formula} [{measure.source}]{exchanged}"


def number_text(measure: str, value: float, *, unit: bool = True, digits: int = 3) -> str:
    """A value as people read it: a share in per cent (with `unit`), a count whole, else so many digits.

    Larger ones keep one decimal. '' where the value is not defined.
    """
    if not math.isfinite(value):
        return ""
    if MEASURES[measure].is_share:
        return f"{value:.0%}" if unit else f"{100 * value:.0f}"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.{digits}g}" if abs(value) < 10 ** (digits - 1) else f"{value:,.1f}"
