"""Names that may be two spellings of one: found and asked about, never merged on their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matrix.exchange.arriving.names import exact, loose

ALIKE = 90  # of 100: one wrong letter in a name of ten and more
MOST_COMPARED = 3_000  # beyond, only names that differ in case, width or punctuation are found
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Pair:
    """Two names of one field that are nearly the same."""

    field: str
    a: str
    b: str

    def __str__(self) -> str:
        return f"{self.field}: {self.a!r} and {self.b!r}"


@dataclass(frozen=True)
class Decisions:
    """What was said of pairs: one name for the other, or two names for two."""

    same: tuple[tuple[str, str], ...] = ()
    different: frozenset[frozenset[str]] = frozenset()
    unknown: tuple[str, ...] = ()  # options whose names stand nowhere
    canonical: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, same: Iterable[str], different: Iterable[str], names: Collection[str]) -> Decisions:
        """From options such as `A=B`: B is another spelling of A, or is not."""
        unknown: list[str] = []
        one = [pair for option in same if (pair := _split(option, names, unknown))]
        two = [pair for option in different if (pair := _split(option, names, unknown))]
        canonical: dict[str, str] = {}
        for a, b in one:
            first, other = canonical.get(a, a), canonical.get(b, b)
            canonical |= {n: first for n in [other, *(k for k, v in canonical.items() if v == other)] if n != first}
        return cls(tuple(one), frozenset(map(frozenset, two)), tuple(unknown), canonical)


def nearly_same(field: str, names: Sequence[str], decided: Decisions) -> list[Pair]:
    """Pairs of different names that may be one, without those that have been decided."""
    folded = [loose(n) for n in names]
    pairs: dict[tuple[int, int], None] = {}
    groups: dict[str, list[int]] = {}
    for i, key in enumerate(folded):
        if key:
            groups.setdefault(key.replace(" ", ""), []).append(i)
    for group in groups.values():
        pairs |= {(group[0], j): None for j in group[1:]}
    if len(names) <= MOST_COMPARED:
        pairs |= dict.fromkeys(_typos(folded))
    return [
        Pair(field, names[i], names[j])
        for i, j in sorted(pairs)
        if decided.canonical.get(names[i], names[i]) != decided.canonical.get(names[j], names[j])
        and frozenset((names[i], names[j])) not in decided.different
    ]


def _typos(folded: Sequence[str]) -> list[tuple[int, int]]:
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import cdist

    scores = cdist(folded, folded, scorer=ratio, score_cutoff=ALIKE, dtype=np.uint8)
    found = np.argwhere(scores >= ALIKE).tolist()
    # Article 5 is not Article 6 with a wrong letter.
    digits = [_DIGITS.findall(name) for name in folded]
    return [(i, j) for i, j in found if i < j and folded[i] and digits[i] == digits[j]]


def _split(option: str, names: Collection[str], unknown: list[str]) -> tuple[str, str] | None:
    parts = option.split("=")
    for at in range(1, len(parts)):
        a, b = exact("=".join(parts[:at])), exact("=".join(parts[at:]))
        if a in names and b in names:
            return a, b
    unknown.append(option)
    return None
