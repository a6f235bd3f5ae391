"""Names: `slug` makes ids of them, `exact` and `loose` compare them, `nearly_same` finds two spellings of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from anyascii import anyascii

from matrix.wording import INVISIBLE, one_line
from matrix.wording import exact as exact

LONGEST = 60  # characters of an id: enough to recognise it in an address and in a column head
ALIKE = 90  # of 100: one wrong letter in a name of ten and more
RESEMBLING = 80  # of 100: what one asks about when a single new name is typed: Incident report(ing)
SHORTEST = 5  # letters of a word in which one that is wrong, left out or swapped is taken for a slip
MOST_COMPARED = 3_000  # beyond, only names that differ in case, width or punctuation are found

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")  # every character is a word
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_INSIDE = re.compile(r"(?<=\w)['’](?=\w)|(?<=\b\w)\.(?=\w\b)")  # don't -> dont, U.S. -> us
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"\d+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug(name: str) -> str:
    """`Außenministerium (AA)` -> `aussenministerium-aa`, `清华大学` -> `qing-hua-da-xue`; '' without a letter."""
    latin = anyascii(_HAN.sub(r" \g<0> ", name)).casefold()
    full = _NOT_SLUG.sub("-", _INSIDE.sub("", latin)).strip("-")
    if len(full) <= LONGEST:
        return full
    cut = full.rfind("-", LONGEST // 2, LONGEST + 1)  # after a whole word, where one ends in time
    return full[:cut] if cut > 0 else full[:LONGEST]


def unique_slugs(names: Sequence[str], kind: str, taken: Collection[str] = ()) -> list[str]:
    """An id for each name, in order: its slug, with `-2`, `-3` where another has it already.

    `kind` replaces a name without a letter or digit; `taken` ids are given to no name.
    """
    used = {*taken}
    last: dict[str, int] = {}
    ids = []
    for name in names:
        base = slug(name) or kind
        candidate, number = base, last.get(base, 1)
        while candidate in used:
            number += 1
            candidate = f"{base}-{number}"
        used.add(candidate)
        last[base] = number
        ids.append(candidate)
    return ids


def loose(text: str) -> str:
    """The name without what people write differently: case, width, punctuation. Equal here may be the same name."""
    if text.isascii():
        return _NO_LETTER.sub(" ", text.lower()).strip()
    folded = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).casefold()
    return one_line("".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", folded)))


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
    """What the user decided about pairs: one name for the other, or two names for two."""

    same: tuple[tuple[str, str], ...] = ()
    different: frozenset[frozenset[str]] = frozenset()
    unknown: tuple[str, ...] = ()  # options whose names occur nowhere
    canonical: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, same: Iterable[str], different: Iterable[str], names: Collection[str], known: Collection[str] = ()
    ) -> Decisions:
        """From options such as `A=B`: B is another spelling of A, or is not.

        Where they differ in capitals alone, a `known` name goes before a new one; else what is named first is the name
        from now on.
        """
        unknown: list[str] = []
        one = [pair for option in same if (pair := _split(option, names, unknown))]
        two = [pair for option in different if (pair := _split(option, names, unknown))]
        canonical: dict[str, str] = {}
        for a, b in one:
            first, other = canonical.get(a, a), canonical.get(b, b)
            if other in known and first not in known and first.casefold() == other.casefold():
                first, other = other, first
            canonical |= {n: first for n in [other, *(k for k, v in canonical.items() if v == other)] if n != first}
        return cls(tuple(one), frozenset(map(frozenset, two)), tuple(unknown), canonical)


def nearly_same(field: str, names: Sequence[str], decided: Decisions) -> list[Pair]:
    """Pairs of different names that may be one, without those that have been decided."""
    folded = [loose(n).translate(_UMLAUTS) for n in names]
    pairs: dict[tuple[int, int], None] = {}
    for spelled in ([*map(_joined, folded)], [*map(_sorted, folded)]):
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


def spelt_alike(a: str, b: str) -> bool:
    """Whether two names are of the same letters or words: `Müller` and `Mueller`, `USA` and `U.S.A.`, `Lee, Ann`."""
    one, other = (loose(n).translate(_UMLAUTS) for n in (a, b))
    return _joined(one) == _joined(other) or _sorted(one) == _sorted(other)


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


def _sorted(folded: str) -> str:
    return " ".join(sorted(folded.split()))


def resembling(name: str, known: Mapping[str, str], most: int = 3) -> list[str]:
    """The keys of known names that a new one resembles, the likest first: from there on, a person is asked."""
    from rapidfuzz.fuzz import token_sort_ratio
    from rapidfuzz.process import extract

    found = extract(name, known, scorer=token_sort_ratio, processor=loose, score_cutoff=RESEMBLING, limit=most)
    return [key for _, _, key in found]


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


def readings(option: str) -> Iterator[tuple[str, str]]:
    """Every pair of names that `A=B` may mean: a name may hold the sign itself."""
    parts = option.split("=")
    for at in range(1, len(parts)):
        yield exact("=".join(parts[:at])), exact("=".join(parts[at:]))


def _split(option: str, names: Collection[str], unknown: list[str]) -> tuple[str, str] | None:
    for a, b in readings(option):
        if a in names and b in names:
            return a, b
    unknown.append(option)
    return None
