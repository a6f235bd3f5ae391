"""What the stance words of a sheet mean: certain ones by the lists and the scale, all others by the user's word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import Problem, not_one_of, shown
from matrix.dataset.schema import SHIPPED_STANCES
from matrix.importing.names import exact, loose
from matrix.importing.sheet.cells import Cells, Coded
from matrix.importing.sheet.header_words import SKIP
from matrix.importing.stance_words import NUMBERS, STANCE_WORDS
from matrix.wording import plural

_IF = (
    r"(?:only |nur |aber nur |but only )?"
    r"(?:if|provided|as long as|wenn(?! auch\b)|falls|sofern|solange|vorausgesetzt)\b|如果|若|前提|只要"
)
_LABEL = re.compile(r"(?:on )?(?:condition|conditions|bedingung|bedingungen|条件|條件)\s*[:：]\s*", re.IGNORECASE)
_CONDITION = re.compile(_IF, re.IGNORECASE)
# Where a word for a stance may end and its condition begin, in the order in which they are tried.
_CUTS = (
    re.compile(r"\s*[:：]\s*"),
    re.compile(r"\s*[(（]\s*"),
    re.compile(r"\s*[,，;；]\s*|\s*[–—]\s*|\s+-\s+"),
    re.compile(rf"\s+(?={_IF})|(?=如果|前提)", re.IGNORECASE),
)


@dataclass(frozen=True, eq=False)
class StanceWords:
    """The words with a certain meaning, on the scale of the dataset or the shipped one."""

    known: Mapping[str, str]  # folded word -> stance id
    chosen: Mapping[str, str]  # word as the user gave it -> stance id or skip
    ids: tuple[str, ...]
    conditional: frozenset[str]

    @classmethod
    def of(cls, chosen: Mapping[str, str], into: Dataset | None) -> StanceWords:
        """With the user's words, on the scale of `into`."""
        rows = into.stances.to_dict("records") if into is not None else list(SHIPPED_STANCES)
        scale = into.scale if into is not None else _shipped_scale()
        ids = scale.ids
        known = {word: id for word, id in STANCE_WORDS.items() if id in ids}
        known |= {loose(str(r[c])): str(r["id"]) for r in rows for c in ("name_zh", "name", "id") if r.get(c)}
        conditional = frozenset(id for id, c in zip(ids, scale.conditional, strict=True) if c)
        return cls(known, chosen, ids, conditional)

    def certain(self, word: str) -> bool:
        """Whether the word's meaning is known, alone or with a condition beside it."""
        return bool(self.said(word)[0])

    def said(self, word: str) -> tuple[str, str]:
        """The stance id (or skip) of a cell, '' where it is not certain, and the condition that stands in it.

        A condition follows a word for a conditional stance (`conditional: others do`), or begins with `if` after a
        word for support (`yes, if others do`), or follows any word that the user calls conditional.
        """
        if id := self._meaning(word):
            return id, self._cut(word)[1] if word in self.chosen and id in self.conditional else ""
        for cut in _CUTS:
            head, rest = _parted(cut, word)
            id = self._meaning(head) if rest else ""
            if id in self.conditional:
                return id, rest
            if id == "support" and len(self.conditional) == 1 and (_CONDITION.match(rest) or _labelled(cut, word)):
                return min(self.conditional), rest
        return "", ""

    def split(self, word: str) -> tuple[str, str]:
        """The cell without the condition that stands in it, and that condition; '' where there is none."""
        condition = self.said(word)[1]
        return (self._cut(word)[0] if condition else word), condition

    def _cut(self, word: str) -> tuple[str, str]:
        """The word at its first cut, whatever it means."""
        return next((parts for cut in _CUTS if (parts := _parted(cut, word))[1]), (word, ""))

    def problems(self, file: str) -> list[Problem]:
        """Options that name no stance of the scale."""
        return [
            Problem(file, 0, "", f"--stance {word}={id}: {not_one_of(id, [*self.ids, SKIP])}")
            for word, id in self.chosen.items()
            if id not in (*self.ids, SKIP)
        ]

    def meanings(self, cells: Cells, header: str, words: Coded, problems: list[Problem]) -> dict[str, str]:
        """word -> stance id or skip, for all that are certain; a problem with the near miss for each other."""
        counts = words.counts
        numeric = all(w in NUMBERS or w == "0" or (w in self.chosen and _up_to_one(w)) for w in counts)
        meant: dict[str, str] = {}
        for word, number in counts.items():
            id = self.said(word)[0]
            if not id and numeric and NUMBERS.get(word) in self.ids:
                id = NUMBERS[word]
            if id:
                meant[word] = id
                continue
            message = (
                f"{shown(word)} ({plural(number, 'cell')}) is no stance for certain{self._near(word)}: say "
                f"--stance '{word}=…' with one of {', '.join(self.ids)}, or {SKIP}"
            )
            problems.append(cells.problem(words.first(word), header, message))
        return meant

    def _meaning(self, word: str) -> str:
        if word in self.chosen:
            return self.chosen[word]
        if not any(map(str.isalpha, word)):
            return ""  # of +1 and -1, only the 1 would be left
        key = loose(word)
        return next((id for w, id in self.chosen.items() if loose(w) == key), "") or self.known.get(key, "")

    def _near(self, word: str) -> str:
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extractOne

        hit = extractOne(loose(word), self.known.keys(), scorer=ratio, score_cutoff=70)
        return f"; did you mean {hit[0]!r} ({self.known[hit[0]]})?" if hit else ""


def _parted(cut: re.Pattern[str], word: str) -> tuple[str, str]:
    """Before and after the first cut, without the bracket and the label of the condition."""
    found = cut.search(word)
    if not found:
        return word, ""
    rest = word[found.end() :].strip()
    if found[0].strip() in ("(", "（"):
        rest = rest.rstrip(")）").strip()
    return exact(word[: found.start()]), _LABEL.sub("", rest, count=1) if _LABEL.match(rest) else rest


def _labelled(cut: re.Pattern[str], word: str) -> bool:
    """Whether what follows the cut is called a condition."""
    found = cut.search(word)
    return bool(found and _LABEL.match(word, found.end()))


def _up_to_one(word: str) -> bool:
    """Whether it is a number that leaves 1 and -1 the ends of the scale."""
    return bool(re.fullmatch(r"[-+−]?(0?[.,]\d+|[01]([.,]0+)?)", word))


def _shipped_scale() -> Scale:
    import pandas as pd

    return Scale.of(pd.DataFrame())
