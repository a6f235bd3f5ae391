"""Where the words of selections are: programs count places differently, and `passages` finds out how, source by source.

The standard counts Unicode characters. Programs also count UTF-16 units, a line end of two characters as one, or the
byte order mark. Each way of counting is held against the words that selections carry with them and, where they carry
none, against where words and sentences begin and end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from matrix.importing.name_matching import loose
from matrix.importing.refi.project import CodedSelection, Source, Text
from matrix.importing.result import some
from matrix.wording import listed, plural

StartEnd = tuple[int, int]  # places in the text as a Python `str`
AS_WRITTEN, ONE, TWO = "as written", "one", "two"

# How a selection's own words agree with those at its place: to the letter, or but for blanks and ways of writing.
EXACT, SAME, BEGINNING, LIKE_BEGINNING, NOTHING, OTHER = 4, 3, 2, 1, 0, -1
_CLEAR = 4  # points by which the best way of counting must lead where only word boundaries speak
_ENOUGH = 5  # points that it must have: one whole sentence, or a few words
_TIDY = 0.05  # share of selections' ends that may split a word all the same
_SHORT = 20  # characters below which a name that occurs nowhere is a label, not words

_BY_BOUNDARIES = "only so do selections begin and end where words do; look at a few quotes"
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.|\[(?:…|\.\.\.)\]|\((?:…|\.\.\.)\))\s*$")
_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBERED = re.compile(r"^\d+:\d+\s+")  # ATLAS.ti numbers its quotations
_STOPS = frozenset(".!?…\u3002\uff01\uff1f\uff1b")  # the last four are Chinese
_FINAL = _STOPS | frozenset(':;"”’»」』)\uff09\uff1a')
_LINE_ENDS = frozenset("\r\n\u2028\u2029")
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))  # two of them are one flag
_CONTINUES = frozenset("\u200d\ufe0e\ufe0f\u20e3") | frozenset(map(chr, range(0x1F3FB, 0x1F400)))


@dataclass(frozen=True)
class Counting:
    """A way of counting places."""

    utf16: bool = False
    ends: str = AS_WRITTEN
    mark: bool = False

    def __str__(self) -> str:
        units = "in UTF-16 units" if self.utf16 else "in Unicode characters"
        ends = {AS_WRITTEN: "", ONE: "a line end of two characters as one", TWO: "each line end as two"}[self.ends]
        return listed(filter(None, (units, ends, "the byte order mark included" if self.mark else "")))


@dataclass(frozen=True, eq=False)
class PlacesAsCounted:
    """The selections of a source under the ways of counting that come to the same."""

    countings: frozenset[Counting]
    places: tuple[StartEnd | None, ...]  # None: not in the text
    words: tuple[int, ...]  # how each selection's own words agree
    points: int  # for where selections begin and end
    torn: int  # ends within a word, a character or a line end

    @property
    def tidy(self) -> bool:
        """Whether hardly any selection ends within a word, and all are in the text."""
        return None not in self.places and self.torn <= _TIDY * self.ends

    @property
    def ends(self) -> int:
        """Where the passages begin and end, each once: several codings of one passage say no more than one."""
        return 2 * len({*self.places})

    @property
    def agreeing(self) -> int:
        return sum(max(w, 0) for w in self.words)


@dataclass(eq=False)
class FoundPassages:
    """The passage of each selection of a project; what it rests on is kept for the notes."""

    found: dict[int, StartEnd] = field(default_factory=dict)  # index of the selection -> its passage
    unsure: list[int] = field(default_factory=list)  # several ways of counting are as likely
    against: list[int] = field(default_factory=list)  # their own words say otherwise
    outside: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def passages(sources: Sequence[Source], selections: Sequence[CodedSelection]) -> FoundPassages:
    """Where each selection is; none where its words contradict it, or where it cannot be known."""
    of_source: dict[str, list[int]] = {}
    for i, selection in enumerate(selections):
        if not selection.whole and not selection.region:
            of_source.setdefault(selection.source, []).append(i)
    undecided: list[tuple[Source, list[int], list[PlacesAsCounted]]] = []
    decided: list[tuple[Source, list[int], PlacesAsCounted, str]] = []
    for source in sources:
        indices = of_source.get(source.guid, [])
        if not indices or source.text is None:
            continue
        readings = _readings(source.text, [selections[i] for i in indices])
        best, why = _best(readings)
        if best is None:
            undecided.append((source, indices, readings))
        else:
            decided.append((source, indices, best, why if len(readings) > 1 else ""))
    ways = [best.countings for _, _, best, why in decided if why]
    common = frozenset.intersection(*ways) if ways else _together([readings for _, _, readings in undecided])
    places = FoundPassages()
    for source, indices, readings in undecided:
        fitting = [r for r in readings if r.countings & common]
        if len(fitting) == 1:
            decided.append((source, indices, fitting[0], "as elsewhere in this project" if ways else _BY_BOUNDARIES))
        else:
            _take_common(places, source, indices, readings)
    for _, indices, best, _ in decided:
        for i, place, words in zip(indices, best.places, best.words, strict=True):
            _take(places, i, place, words)
    places.notes[:0] = _said(decided)
    return places


def _take(places: FoundPassages, i: int, place: StartEnd | None, words: int) -> None:
    if place is None:
        places.outside.append(i)
    elif words == OTHER:
        places.against.append(i)
    else:
        places.found[i] = place


def _take_common(
    places: FoundPassages, source: Source, indices: Sequence[int], readings: Sequence[PlacesAsCounted]
) -> None:
    """What all likely ways of counting have in common; of the rest nothing is known."""
    unsure = len(places.unsure)
    for n, i in enumerate(indices):
        each = {r.places[n]: r.words[n] for r in readings}
        if len(each) == 1:
            ((place, words),) = each.items()
            _take(places, i, place, words)
        elif len(own := [p for p, words in each.items() if words >= SAME and p is not None]) == 1:
            places.found[i] = own[0]
        else:
            places.unsure.append(i)
    if lost := len(places.unsure) - unsure:
        ways = " or ".join(str(min(r.countings, key=_plainness)) for r in readings[:3])
        places.notes.append(
            f"{plural(lost, 'selection')} of {source.name!r} without a quote: it cannot be told whether its places are "
            f"counted {ways}, as neither words that its selections carry nor word boundaries tell."
        )


def _said(decided: Sequence[tuple[Source, list[int], PlacesAsCounted, str]]) -> Iterator[str]:
    """A note for each way of counting that had to be found out."""
    by_way: dict[tuple[str, str], list[str]] = {}
    for source, _, best, why in decided:
        if why:
            by_way.setdefault((str(min(best.countings, key=_plainness)), why), []).append(source.name)
    for (way, why), names in by_way.items():
        yield f"Places of {plural(len(names), 'source')} ({some(names)}) are counted {way}: {why}."


def _plainness(counting: Counting) -> tuple[bool, bool, bool, bool]:
    return counting.utf16, counting.ends == TWO, counting.ends == ONE, counting.mark


def _readings(text: Text, selections: Sequence[CodedSelection]) -> list[PlacesAsCounted]:
    """The selections under each way of counting that makes a difference.

    That line ends were made one, as XML does, is tried where nothing else is without fault.
    """
    readings = _read(text, selections, (AS_WRITTEN, ONE))
    likely = [r for r in readings if r.tidy and OTHER not in r.words]
    if not likely and text.inline and "\r" not in text.text:
        readings = _read(text, selections, (AS_WRITTEN, ONE, TWO))
    return readings


def _read(text: Text, selections: Sequence[CodedSelection], ends: Sequence[str]) -> list[PlacesAsCounted]:
    wide = not text.text.isascii() and any(c > "\uffff" for c in text.text)
    there = {ONE: "\r\n" in text.text, TWO: "\n" in text.text}
    made: dict[Counting, tuple[StartEnd | None, ...]] = {}
    found: dict[tuple[StartEnd | None, ...], set[Counting]] = {}
    for way in product((False, True), ends, (False, True)):
        counting = Counting(*way)
        plain = Counting(counting.utf16 and wide, counting.ends if there.get(counting.ends) else AS_WRITTEN)
        plain = replace(plain, mark=counting.mark and text.mark)
        if plain not in made:
            made[plain] = tuple(_places(text.text, selections, plain))
        found.setdefault(made[plain], set()).add(counting)
    return [
        PlacesAsCounted(
            frozenset(ways),
            places,
            tuple(_agreement(text.text, s.words, p) for s, p in zip(selections, places, strict=True)),
            *_boundaries(text.text, places),
        )
        for places, ways in found.items()
    ]


def _places(text: str, selections: Sequence[CodedSelection], counting: Counting) -> Iterator[StartEnd | None]:
    at = _counts(text, counting)
    wanted = np.array([(s.start, s.end) for s in selections], dtype=np.int64).reshape(-1, 2) - counting.mark
    index = np.searchsorted(at, wanted, side="right") - 1
    there = (at[np.maximum(index, 0)] == wanted).all(axis=1) & (index[:, 0] < index[:, 1]) & (wanted[:, 0] >= 0)
    for ok, (start, end) in zip(there.tolist(), index.tolist(), strict=True):
        yield (start, end) if ok else None


def _counts(text: str, counting: Counting) -> NDArray[np.int64]:
    """For each character, and the end, the place that the way of counting gives it."""
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    width = np.ones(len(characters), dtype=np.int64)
    if counting.utf16:
        width += characters > 0xFFFF
    if counting.ends == ONE:
        width[1:][(characters[1:] == 10) & (characters[:-1] == 13)] = 0
    elif counting.ends == TWO:
        width += characters == 10
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(width)])


def _best(readings: Sequence[PlacesAsCounted]) -> tuple[PlacesAsCounted | None, str]:
    """The way of counting that is clearly the best, and why."""
    if len(readings) == 1:
        return readings[0], ""
    top = max(r.agreeing for r in readings)
    best = [r for r in readings if r.agreeing == top]
    if len(best) == 1 and top:
        number = sum(w > 0 for w in best[0].words)
        return best[0], f"the words of {plural(number, 'selection')} say so"
    first, *others = sorted(best, key=lambda r: (-r.points, r.torn))
    lead = first.points - max(r.points for r in others)
    clear = lead >= (_CLEAR * 2 if any(r.tidy for r in others) else _CLEAR)
    enough = max(_ENOUGH * 2 if top else _ENOUGH, first.ends)  # words often leave open where a passage ends
    return (first, _BY_BOUNDARIES) if first.tidy and first.points >= enough and clear else (None, "")


def _together(undecided: Sequence[Sequence[PlacesAsCounted]]) -> frozenset[Counting]:
    """The ways of counting that are clearly the best for several sources together, as one program wrote them all."""
    points: dict[Counting, int] = {}
    for counting in {c for readings in undecided for r in readings for c in r.countings}:
        each = [r for readings in undecided for r in readings if counting in r.countings]
        if all(r.tidy and r.points >= r.ends for r in each):
            points[counting] = sum(r.points for r in each)
    top = max(points.values(), default=0)
    second = max((p for p in points.values() if p < top), default=0)
    clear = top >= 2 * _ENOUGH and top - second >= 2 * _CLEAR
    return frozenset(c for c, p in points.items() if p == top) if clear else frozenset()


def _agreement(text: str, words: str, place: StartEnd | None) -> int:
    """Whether a selection's own words are those at its place: all, or their beginning; a label says nothing."""
    if not words.strip():
        return NOTHING
    passage = text[slice(*place)] if place else ""
    found = OTHER
    for name in (words, _NUMBERED.sub("", words)) if place else ():
        for full, beginning, form in ((EXACT, BEGINNING, _on_a_line), (SAME, LIKE_BEGINNING, _folded)):
            own, there, cut = form(name), form(passage), form(_ELLIPSIS.sub("", name))
            if own == there:
                found = max(found, full)
            elif cut.strip() and there.startswith(cut):
                found = max(found, beginning)
    if found != OTHER:
        return found
    return NOTHING if _is_label(text, words, _folded(passage)) else OTHER


def _is_label(text: str, words: str, passage: str) -> bool:
    """Whether a name is short and no words of the text: `Q1`, or `important!`."""
    own = _folded(words)
    if _ELLIPSIS.search(words) or len(own) >= _SHORT or abs(len(own) - len(passage)) <= 2:
        return False
    return " " not in own or loose(own) not in loose(text)


def _on_a_line(text: str) -> str:
    """With blanks for line ends, as XML makes of them in a name."""
    return _LINE_END.sub(" ", text)


def _folded(text: str) -> str:
    """With single blanks, and accents in one way of writing."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _boundaries(text: str, places: Sequence[StartEnd | None]) -> tuple[int, int]:
    """Points for selections that begin and end where words and sentences do, and the number of those that do not."""
    points = torn = 0
    for place in {*places}:
        if place is None:
            points -= 3 * _CLEAR
            torn += 2
            continue
        for one in (_begins(text, place[0]), _ends(text, place[1])):
            points += one
            torn += one <= -_CLEAR
    return points, torn


def _begins(text: str, at: int) -> int:
    if _torn(text, at):
        return -_CLEAR
    if text[at].isspace():
        return -2
    before = text[max(0, at - 20) : at].rstrip(" \t\u00a0\u3000")[-1:]
    if not before or before in _LINE_ENDS or (before in _STOPS and before > "\u3000"):
        return 3
    if text[at - 1].isspace():
        return 3 if before in _FINAL else 1
    return 0 if _is_word(before) else 1


def _ends(text: str, at: int) -> int:
    last, after = text[at - 1], text[at : at + 1]
    if _torn(text, at):
        return -_CLEAR
    if last in "\r\n":
        return 1
    if last.isspace():
        return -2
    if not after or after in _LINE_ENDS or (last in _FINAL and (after.isspace() or last > "\u3000")):
        return 3
    if _is_word(last):
        return 0 if _is_word(after) else 1
    return 1 if after.isspace() else 0


def _torn(text: str, at: int) -> bool:
    """Whether the place is within a word, a character of several parts, or a line end."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if (before, after) == ("\r", "\n") or after in _CONTINUES or before == "\u200d" or unicodedata.combining(after):
        return True
    if before in _FLAGS and after in _FLAGS:
        return True
    return _is_word(before) and _is_word(after) and not (_is_dense(before) or _is_dense(after))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_dense(character: str) -> bool:
    """Whether it is of a script without blanks between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese."""
    return (
        "\u0e00" <= character <= "\u0eff"
        or "\u1000" <= character <= "\u109f"
        or "\u1780" <= character <= "\u17ff"
        or ("\u2e80" <= character <= "\ua4cf" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000")
    )
