"""Names that may be two spellings of one: found and asked about, never merged on their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matrix.importing.names import exact, loose

ALIKE = 90  # of 100: one wrong letter in a name of ten and more
SHORTEST = 5  # letters of a word in which one that is wrong, left out or swapped is taken for a slip
MOST_COMPARED = 3_000  # beyond, only names that differ in case, width or punctuation are found
_DIGITS = re.compile(r"\d+")
_HAN = re.compile(r"[\u3400-\u9fff]")  # where one sign is a word
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


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
    folded = [loose(n).translate(_UMLAUTS) for n in names]
    pairs: dict[tuple[int, int], None] = {}
    for spelled in ([key.replace(" ", "") for key in folded], [" ".join(sorted(key.split())) for key in folded]):
        groups: dict[str, list[int]] = {}
        for i, key in enumerate(spelled):
            if key:
                groups.setdefault(key, []).append(i)
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


def _typos(folded: Sequence[str]) -> Iterator[tuple[int, int]]:
    # Article 5 is not Article 6 with a wrong letter.
    of_digits: dict[tuple[str, ...], list[int]] = {}
    for i, name in enumerate(folded):
        if name:
            of_digits.setdefault(tuple(_DIGITS.findall(name)), []).append(i)
    for group in of_digits.values():
        if len(group) > 1:
            for i, j in _slips([folded[i] for i in group]):
                yield group[i], group[j]


def _slips(names: Sequence[str]) -> list[tuple[int, int]]:
    from rapidfuzz.distance import OSA
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import cdist

    alike = cdist(names, names, scorer=ratio, score_cutoff=ALIKE, dtype=np.uint8) >= ALIKE
    near = (cdist(names, names, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8) <= 1) & ~alike
    found: list[list[int]] = np.argwhere(np.triu(alike, 1)).tolist()
    found += [[i, j] for i, j in np.argwhere(np.triu(near, 1)).tolist() if _one_slip(names[i], names[j])]
    return [(i, j) for i, j in found]


def _one_slip(a: str, b: str) -> bool:
    """Whether two names a letter apart differ in a word long enough for a slip: Meier and Meyer, not group A and B."""
    one, other = a.split(), b.split()
    if len(one) != len(other) or _HAN.search(a + b):
        return False
    return any(max(len(x), len(y)) >= SHORTEST for x, y in zip(one, other, strict=True) if x != y)


def _split(option: str, names: Collection[str], unknown: list[str]) -> tuple[str, str] | None:
    parts = option.split("=")
    for at in range(1, len(parts)):
        a, b = exact("=".join(parts[:at])), exact("=".join(parts[at:]))
        if a in names and b in names:
            return a, b
    unknown.append(option)
    return None
