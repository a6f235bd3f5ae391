"""The visible cells of a matrix become voices: the position, its conditions and the statements that speak for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matrix.analysis.citation import source_line
from matrix.analysis.positions import View
from matrix.dataset.dataset import records, when
from matrix.export.brief.model import BilingualName, CitedQuote, Condition, Reference, Voice
from matrix.export.cell_text import is_link
from matrix.export.extract import behind
from matrix.palette import Look
from matrix.wording import ATTRIBUTION_WORDS, QUOTED, source_words

Row = Mapping[str, str]

COLUMNS = (
    *("id", "stance", "source", "condition", "condition_quote", "quote", "summary"),
    *("attribution", "date_start", "date_end", "date_note", "confidence"),
)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_SCRIPTS = (("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af"), ("zh", "\u3400-\u9fff\U00020000-\U0003ffff"))


@dataclass
class References:
    """The sources that one page cites, numbered as they come."""

    sources: Mapping[str, Row]
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, source: str) -> int:
        return self.numbers.setdefault(source, len(self.numbers) + 1)

    def listed(self) -> list[Reference]:
        return [reference(self.sources[s], n) for s, n in self.numbers.items()]


@dataclass(frozen=True, eq=False)
class Voices:
    """Makes the voices of a view; `of`: for each visible cell (places in the tables) the statements behind it."""

    seen: View
    looks: Sequence[Look]
    statements: Sequence[Row]
    actors: Sequence[Row]
    sources: Mapping[str, Row]
    of: dict[tuple[int, int], list[int]]
    day: NDArray[np.int32]
    uncertain: NDArray[np.bool_]

    @classmethod
    def of_view(cls, seen: View, looks: Sequence[Look]) -> Voices:
        dataset = seen.positions.dataset
        which = np.flatnonzero(behind(seen))
        cells: dict[tuple[int, int], list[int]] = {}
        places = zip(dataset.codes.proposal[which].tolist(), dataset.codes.actor[which].tolist(), strict=True)
        for i, place in enumerate(places):
            cells.setdefault(place, []).append(i)
        return cls(
            seen,
            looks,
            records(dataset.frames["statements"].loc[:, list(COLUMNS)].iloc[which]),
            records(dataset.frames["actors"]),
            {s["id"]: s for s in records(dataset.frames["sources"])},
            cells,
            dataset.codes.day[which],
            seen.positions.evidence.uncertain[which],
        )

    def voice(self, proposal: int, actor: int, references: References) -> Voice | None:
        """The voice of an actor on a proposal (places in their tables); None where there is none to be seen."""
        found = self.of.get((proposal, actor))
        if not found:
            return None
        person, code = self.actors[actor], int(self.seen.positions.codes[proposal, actor])
        leads = self._leads(found, self.looks[code].id)
        return Voice(
            BilingualName(person["name"], person["name_native"], script(person["name_native"])),
            _office(person),
            person["authority"].replace("_", " "),
            self.looks[code],
            self._conditions(found),
            [self._quote(i, references) for i in leads],
            [self.statements[i]["id"] for i in found if i not in leads],
        )

    def _leads(self, found: Sequence[int], stance: str) -> list[int]:
        """One statement a stance, the position's own first: with a quote if there is one, then the latest."""
        best: dict[str, int] = {}
        for i in found:
            own = self.statements[i]["stance"]
            if own not in best or self._weight(i) > self._weight(best[own]):
                best[own] = i
        return sorted(best.values(), key=lambda i: self.statements[i]["stance"] != stance)

    def _weight(self, i: int) -> tuple[bool, int]:
        return bool(self.statements[i]["quote"]), int(self.day[i])

    def _conditions(self, found: Sequence[int]) -> list[Condition]:
        rows = [self.statements[i] for i in found if self.statements[i]["condition"]]
        return list(
            dict.fromkeys(
                Condition(
                    s["condition"],
                    s["condition_quote"],
                    self._language(s["source"]),
                    s["attribution"] == QUOTED,
                )
                for s in rows
            )
        )

    def _quote(self, i: int, references: References) -> CitedQuote:
        s = self.statements[i]
        look = next(x for x in self.looks if x.id == s["stance"])
        words = source_words(s, self.sources[s["source"]], look.score)
        return CitedQuote(
            s["id"],
            look,
            words.quote,
            words.plain,
            self._language(s["source"]),
            s["summary"],
            when(self.seen.positions.dataset, s),
            s["date_note"],
            ATTRIBUTION_WORDS.get(s["attribution"], s["attribution"].replace("_", " ")),
            s["confidence"],
            references.number(s["source"]),
            bool(self.uncertain[i]),
        )

    def _language(self, source: str) -> str:
        tag = self.sources[source]["language"]
        return tag if _TAG.fullmatch(tag) else ""


def _office(person: Row) -> str:
    """Role and institution, unless that is the actor itself; the body above only where nothing nearer is known."""
    where = person["institution"] or person["parent_institution"]
    return ", ".join(v for v in (person["role"], where) if v and v != person["name"])


def reference(source: Row, number: int) -> Reference:
    """A source as it is cited: by whom, title, date of publication, address."""
    return Reference(number, source_line(source), source["url"] if is_link(source["url"]) else "")


def script(text: str) -> str:
    """The language tag that a text's script suggests: zh, ja or ko; '' where it says nothing."""
    return next((tag for tag, letters in _SCRIPTS if re.search(f"[{letters}]", text)), "")
