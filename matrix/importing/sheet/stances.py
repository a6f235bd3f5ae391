"""What people's words for a stance mean: the lists of words, and `StanceWords` with a scale and the user's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import Problem, not_one_of, shown
from matrix.dataset.schema import SHIPPED_STANCES
from matrix.importing.name_matching import exact, loose
from matrix.importing.sheet.headers import SKIP
from matrix.wording import plural

if TYPE_CHECKING:
    from matrix.importing.sheet.named_columns import Coded, SheetCells


_WORDS = {
    "support": """
        support; supports; supported; supporting; supportive; in support; for; in favour; in favor; favours; favors;
        agree; agrees; agreed; agreement; approve; approves; endorse; endorses; endorsed; back; backs; backed; yes; y;
        pro; positive; accept; accepts; welcome; welcomes; full support; strongly support; strongly supports
        dafür; dafuer; ja; unterstützt; unterstuetzt; unterstützen; unterstützung; stimmt zu; zustimmung; befürwortet;
        befuerwortet; befürwortung; einverstanden; begrüßt; begruesst; positiv
        支持; 赞成; 贊成; 同意; 赞同; 贊同; 是; 拥护; 完全支持""",
    "conditional": """
        conditional; conditionally; with conditions; with condition; on condition; on conditions; under conditions;
        supports on a condition; supports with conditions; support with conditions; conditional support;
        conditionally supports; yes if; yes but; yes with conditions; agree with conditions; agrees with conditions;
        qualified support
        bedingt; unter bedingungen; unter bedingung; mit bedingungen; ja aber; ja wenn; bedingt dafür; bedingt dafuer;
        bedingte zustimmung; bedingte unterstützung; mit auflagen; unter vorbehalt; mit vorbehalt
        有条件; 有条件支持; 有條件支持; 有条件地支持; 有条件赞成; 有条件同意; 附条件支持""",
    "concern": """
        concern; concerns; concerned; raises concern; raises concerns; raises as a concern; has concerns; worry;
        worries; worried; doubt; doubts; sceptical; skeptical; reservations
        bedenken; hat bedenken; äußert bedenken; aeussert bedenken; besorgt; besorgnis; sorge; sorgen;
        skeptisch; zweifel
        关切; 表示关切; 關切; 关注; 担忧; 擔憂; 担心; 疑虑""",
    "oppose": """
        oppose; opposes; opposed; opposing; opposition; against; contra; con; anti; no; n; disagree; disagrees;
        disagreed; disagreement; reject; rejects; rejected; refuse; refuses; decline; declines; negative
        dagegen; nein; lehnt ab; ablehnung; ablehnend; abgelehnt; ist dagegen; widerspricht; gegen; negativ
        反对; 反對; 不支持; 不同意; 不赞成; 否; 拒绝; 拒絕""",
}

STANCE_IDS: tuple[str, ...] = tuple(s["id"] for s in SHIPPED_STANCES)

# The scale's own ids and names: certain anywhere, also where the other words might mean something else.
SCALE_WORDS: Mapping[str, str] = {loose(s[c]): s["id"] for s in SHIPPED_STANCES for c in ("id", "name", "name_zh")}

STANCE_WORDS: Mapping[str, str] = {
    **{loose(word): id for id, words in _WORDS.items() for word in re.split(r"[;\n]", words) if word.strip()},
    **SCALE_WORDS,
}

# What a cell of 0 and 1 says where the column holds nothing but such numbers, or in the cells of a wide sheet.
NUMBERS: Mapping[str, str] = {"1": "support", "+1": "support", "-1": "oppose", "−1": "oppose"}


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
    names: Mapping[str, str]  # stance id -> its name, in the scale's order

    @classmethod
    def of(cls, chosen: Mapping[str, str], into: Dataset | None) -> StanceWords:
        """With the user's words, on the scale of `into`."""
        rows = into.stances.to_dict("records") if into is not None else list(SHIPPED_STANCES)
        scale = into.scale if into is not None else _shipped_scale()
        ids = scale.ids
        known = {word: id for word, id in STANCE_WORDS.items() if id in ids}
        known |= {loose(str(r[c])): str(r["id"]) for r in rows for c in ("name_zh", "name", "id") if r.get(c)}
        conditional = frozenset(id for id, c in zip(ids, scale.conditional, strict=True) if c)
        return cls(known, chosen, ids, conditional, dict(zip(ids, scale.names, strict=True)))

    def certain(self, word: str) -> bool:
        """Whether the word's meaning is known, alone or with a condition beside it."""
        return bool(self.meaning(word)[0])

    def meaning(self, word: str) -> tuple[str, str]:
        """The stance id (or skip) of a cell, '' where it is not certain, and the condition in it.

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
        """The cell without the condition in it, and that condition; '' where there is none."""
        condition = self.meaning(word)[1]
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

    def meanings(self, cells: SheetCells, header: str, words: Coded, problems: list[Problem]) -> dict[str, str]:
        """word -> stance id or skip, for all that are certain; a problem with the near miss for each other."""
        counts = words.counts
        numeric = all(w in NUMBERS or w == "0" or (w in self.chosen and _up_to_one(w)) for w in counts)
        meant: dict[str, str] = {}
        for word, number in counts.items():
            id = self.meaning(word)[0]
            if not id and numeric and NUMBERS.get(word) in self.ids:
                id = NUMBERS[word]
            if id:
                meant[word] = id
                continue
            message = (
                f"{shown(word)} ({plural(number, 'cell')}) is not a stance for certain{self._near(word)}: say "
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
