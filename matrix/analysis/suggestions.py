"""Reading a new text ahead: sentences that may hold a statement, with the proposals and actors they may be about.

Nothing is coded here. Every suggestion names the words that made it so, and a person decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from matrix.analysis.actor_names import names
from matrix.dataset.dataset import Dataset, Record, places, records, remembered

FORMULA = (
    "cosine of TF-IDF over character 3- to 5-grams (Salton and Buckley 1988; character n-grams: Cavnar and Trenkle "
    "1994) with a proposal's titles, definition and passages coded before: the likest, and half of the next two; a "
    "sentence in which an actor is named counts half as much again"
)
SIZES = (3, 4, 5)
MOST_CANDIDATES = 5
SHARES = (1.0, 0.5, 0.5, 0.0)  # of a proposal's likest text, of the next two, of the others
NAMED = 1.5  # what a sentence in which an actor is named counts more
LEAST = 0.1  # cosine below which likeness is chance
WORTH_READING = 0.25  # of a sentence with its likest proposal: of our own coded passages nearly all are above it
SHORTEST = 12  # characters that a sentence must have to be read

# The last are the full stop, exclamation and question mark, semicolon and closing brackets of Chinese and Japanese.
_ENDS = re.compile("(?<=[.!?…])[\"'”’)\\]]*\\s+|\n+|[\u3002\uff01\uff1f\uff1b]+[”’\u300d\u300f\uff09]*")
# A full stop behind these ends no sentence: titles; before a number; and initials, unless a word like `The` follows.
_TITLE = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Capt|Maj|Sgt|Adm|Amb|Hon|Rev|St|vs|cf|e\.g|i\.e)\.$"
)
_BEFORE_NUMBER = re.compile(
    r"(?<!\w)(?:[Nn]o|[Aa]rt|[Ss]ec|[Ff]ig|[Vv]ol|pp?|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_SHORTENED = re.compile(r"(?<![\w.])(?:(?:[A-Z]\.)+|Inc\.|Ltd\.|Co\.|Corp\.|Jr\.|Sr\.)$")
# One person who spoke before: `He said`, `“...,” she added`, the same in Chinese; `they` may be several, `it` nobody.
_PRONOUN = re.compile(
    r"^[\W_]*(?:he|she)\b|^[“\"‘'].*[”\"’'] (?:he|she)\b|^(?:[“「].*[”」])?[他她](?!们)", re.IGNORECASE | re.DOTALL
)
_INITIALS = re.compile("[A-Z]{2,4}")
_SIGNS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # written without blanks between words
_CJK = re.compile(f"[{_SIGNS}]")
# English words that carry no subject: they may be shared with any text.
_FUNCTION_WORDS = """
a about after all also an and any are as at be because been before both but by can could do does each first for from had
has have he her his how i if in into is it its last may might more most must no nor not of on one only or other our out
over own s shall she should so some such than that the their them then there these they this those through to two under
until up was we were what when where which while who whom whose will with would you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_WORD = re.compile(rf"[{_SIGNS}]|(?:(?![{_SIGNS}])\w)+")
_GAP = "\x00"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reason:
    """Words of the text from `start` to `end`, and what they are `like`: title, definition, a statement's id, name."""

    start: int
    end: int
    words: str
    like: str


@dataclass(frozen=True)
class Candidate:
    """A proposal or actor that a sentence may be about; without its reasons it would stand lower."""

    id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Passage:
    """A sentence, `text[start:end]`, with its candidates, the likeliest first."""

    start: int
    end: int
    text: str
    score: float
    proposals: tuple[Candidate, ...]
    actors: tuple[Candidate, ...]


@dataclass(frozen=True, eq=False)
class Suggestions:
    """The passages of a text that may hold a statement, the likeliest first; `n`: how many sentences were read."""

    passages: tuple[Passage, ...]
    n: int
    formula: str = FORMULA

    @property
    def frame(self) -> pd.DataFrame:
        """One line a passage: start, end, text, score, proposals, actors (ids, the likeliest first)."""
        lines = [
            (p.start, p.end, p.text, p.score, [c.id for c in p.proposals], [c.id for c in p.actors])
            for p in self.passages
        ]
        return pd.DataFrame(lines, columns=["start", "end", "text", "score", "proposals", "actors"])

    @property
    def sentence(self) -> str:
        """The finding in a sentence."""
        return f"{len(self.passages):,} of {self.n:,} sentences may hold a statement."


def suggestions(
    dataset: Dataset, text: str, *, without: Sequence[str] = (), dismissed: Sequence[tuple[str, str]] = ()
) -> Suggestions:
    """Read a text ahead with what the dataset knows: titles, definitions, names and passages coded before.

    `without`: ids of sources whose passages are not learnt from (to measure how well it does). `dismissed`: sentences
    and proposals that a person has turned down; they are not offered again, wherever the sentence stands.
    """
    index = _learnt(dataset, frozenset(without))
    named = _named(dataset, text)
    turned_down = {(_plain(s), p) for s, p in dismissed}
    spans = list(sentences(text))
    rows = index.likeness([_Words.of(text[a:b]).grams() for a, b in spans])
    found = []
    for (start, end), row in zip(spans, rows, strict=True):
        words = text[start:end]
        plain = _plain(words)
        likest = [int(p) for p in np.argsort(-row, kind="stable") if row[p] >= LEAST]
        order = [p for p in likest if (plain, index.ids[p]) not in turned_down][:MOST_CANDIDATES]
        # A sentence whose likeliest were all turned down is answered: it does not come back with what is less likely.
        if not set(order) & set(likest[:MOST_CANDIDATES]) or row[order[0]] < WORTH_READING:
            continue
        read = _Sentence(index, words, start)
        proposals = tuple(Candidate(index.ids[p], round(float(row[p]), 4), read.reasons(p)) for p in order)
        actors = _within(named, start, end)
        score = float(row[order[0]]) * (NAMED if actors else 1.0)
        found.append(Passage(start, end, words, round(score, 4), proposals, actors))
    found.sort(key=lambda p: (-p.score, p.start))
    return Suggestions(tuple(found), len(spans))


@remembered(1)
def _learnt(dataset: Dataset, without: frozenset[str]) -> _Index:
    """What is known of the proposals: the same for every text that is read with this dataset."""
    return _Index.build(dataset, without)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, without the blanks around it; a line's end ends one too."""
    at = 0
    for found in _ENDS.finditer(text):
        if _is_abbreviated(text, found):
            continue
        yield from _trimmed(text, at, found.end())
        at = found.end()
    yield from _trimmed(text, at, len(text))


def goes_on(dataset: Dataset, text: str, since: tuple[int, int], place: tuple[int, int], actor: str) -> bool:
    """Whether the words at `place` are of the actor whose words at `since` come before, by a pronoun in each sentence.

    `He added`: every sentence after the first has such a word, and none of them names another actor that is known. Of a
    person only; what is in doubt is none.
    """
    row = next((a for a in records(dataset.frames["actors"]) if a["id"] == actor), None)
    if row is None or row["kind"] not in ("", "person") or not since[0] < since[1] <= place[0] < place[1]:
        return False
    spans = [(a, b) for a, b in sentences(text) if since[0] < b and a < place[1]]
    later = [(a, b) for a, b in spans if a >= since[1]]
    if not later or later[-1][1] <= place[0] or not all(_PRONOUN.search(text[a:b]) for a, b in later):
        return False
    part = text[spans[0][0] : later[-1][1]]
    known = set(str(row["name"]).split())
    parts = {w for a in records(dataset.frames["actors"]) if a["kind"] == "person" for w in str(a["name"]).split()}
    return not (parts - known) & set(re.findall(r"\w+", part)) and all(n.actor == actor for n in _named(dataset, part))


def _is_abbreviated(text: str, end: re.Match[str]) -> bool:
    """Whether what looks like a sentence's end is only an abbreviation's full stop."""
    if not end.group().isspace() or "\n" in end.group():
        return False
    before, after = text[max(0, end.start() - 16) : end.start()], text[end.end() : end.end() + 16]
    if _TITLE.search(before):
        return True
    if _BEFORE_NUMBER.search(before):
        return after[:1].isdigit()
    follows = _WORD.match(after)
    if not follows or not _SHORTENED.search(before):
        return False
    return not (follows.group()[0].isupper() and follows.group().casefold() in FUNCTION_WORDS)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    begin, stop = start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))
    # A Chinese sentence says in four characters what takes twelve in Latin letters.
    if stop - begin + 2 * len(_CJK.findall(text[begin:stop])) >= SHORTEST:
        yield begin, stop


# ---- words and n-grams


@dataclass(frozen=True)
class _Words:
    """The words of a text with their places; a Chinese or Japanese character is a word of its own."""

    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> _Words:
        found = list(_WORD.finditer(text))
        return cls(tuple(f.group().casefold() for f in found), tuple(f.span() for f in found))

    def grams(self, removed: Set[int] = frozenset()) -> Counter[str]:
        """How often each n-gram occurs; a removed word leaves a gap that no n-gram crosses."""
        line = self._line(removed)
        found = Counter(line[at : at + size] for size in SIZES for at in range(len(line) - size + 1))
        for gram in [gram for gram in found if _GAP in gram] if removed else ():
            del found[gram]
        return found

    def shares(self, weight: Mapping[str, float], removed: Set[int]) -> Floats:
        """What each word has of the weights of the n-grams that touch it."""
        line, owner = self._line(removed), [-1]
        for i, word in enumerate(self.words):
            owner += [i] * (1 if i in removed else len(word)) + [-1]
        result = np.zeros(len(self.words))
        for size in SIZES:
            for at in range(len(line) - size + 1):
                if value := weight.get(line[at : at + size], 0.0):
                    touched = list({k for k in owner[at : at + size] if k >= 0})
                    result[touched] += value / len(touched)
        return result

    def _line(self, removed: Set[int]) -> str:
        return f" {' '.join(_GAP if i in removed else word for i, word in enumerate(self.words))} "


def _plain(text: str) -> str:
    return " ".join(_Words.of(text).words)


# ---- proposals, by likeness


@dataclass(frozen=True, eq=False)
class _Index:
    """What is known of each proposal, as weighted n-grams: one line for each of its texts.

    `ids` of proposals; `of` and `like`: whose text each line is, in their order, and which; `place` and `weight` of
    each n-gram; `lines`: a sparse matrix, lines of length 1; `columns`: the same, quick by n-gram.
    """

    ids: list[str]
    of: NDArray[np.int64]
    like: list[str]
    place: Mapping[str, int]
    weight: Floats
    lines: Any
    columns: Any

    @classmethod
    def build(cls, dataset: Dataset, without: Set[str] = frozenset(), *, weighted: bool = True) -> _Index:
        """`weighted`: rare n-grams count more; without it the plain base that it is measured against."""
        proposals = dataset.frames["proposals"]
        ids = proposals["id"].tolist()
        known = {p: i for i, p in enumerate(ids)}
        texts = [(i, c, p[c]) for i, p in enumerate(records(proposals)) for c in ("title", "title_zh", "definition")]
        texts += [
            (known[s["proposal"]], s["id"], s[c])
            for s in records(dataset.frames["statements"])
            if s["source"] not in without
            for c in ("quote", "condition_quote", "summary")
        ]
        texts = sorted(dict.fromkeys((i, like, text) for i, like, text in texts if text), key=lambda line: line[0])
        counts = [_Words.of(text).grams() for *_, text in texts]
        of = np.array([i for i, *_ in texts], np.int64)
        place = {gram: i for i, gram in enumerate(dict.fromkeys(gram for count in counts for gram in count))}
        rarity = np.zeros(len(place))
        for count in counts:
            rarity[[place[gram] for gram in count]] += 1
        weight = np.log((1 + len(counts)) / (1 + rarity)) + 1 if weighted else np.ones(len(place))
        index = cls(ids, of, [like for _, like, _ in texts], place, weight, None, None)
        lines = index.vectors(counts)
        return replace(index, lines=lines, columns=lines.tocsc())

    def vectors(self, counts: Sequence[Counter[str]]) -> Any:
        """A line of length 1 for each count of n-grams (of nothing known: a line of zeros)."""
        rows, columns, values = [], [], []
        for i, count in enumerate(counts):
            for gram, n in count.items():
                if (at := self.place.get(gram)) is not None:
                    rows.append(i)
                    columns.append(at)
                    values.append((1 + math.log(n)) * self.weight[at])
        matrix = sparse.csr_array((values, (rows, columns)), shape=(len(counts), len(self.place)))
        length = np.sqrt(np.asarray((matrix * matrix).sum(axis=1)).ravel())
        return sparse.diags_array(1 / np.where(length, length, 1)) @ matrix

    def likeness(self, counts: Sequence[Counter[str]]) -> Floats:
        """How much each count is like each proposal."""
        lines: Floats = (self.vectors(counts) @ self.lines.T).toarray()
        return np.array([self.total(line) for line in lines]).reshape(len(counts), len(self.ids))

    def total(self, lines: Floats) -> Floats:
        """From the cosines with all lines a number for each proposal: its best, and half of the next two."""
        order = np.lexsort((-lines, self.of))
        rank = np.arange(len(order)) - np.searchsorted(self.of, self.of)
        shares = np.array(SHARES)[np.minimum(rank, len(SHARES) - 1)]
        return np.bincount(self.of, weights=lines[order] * shares, minlength=len(self.ids)).astype(float)


class _Sentence:
    """One sentence held against every line, again and again with words left out."""

    def __init__(self, index: _Index, text: str, start: int) -> None:
        self._index, self._text, self._start = index, text, start
        self._words = _Words.of(text)
        self._telling = np.array([w not in FUNCTION_WORDS for w in self._words.words], bool)
        known = [g for g in self._words.grams() if g in index.place]
        self._column = {g: i for i, g in enumerate(known)}
        at = [index.place[g] for g in known]
        self._lines: Floats = index.columns[:, at].toarray()
        self._weight = index.weight[at]

    def _cosine(self, removed: Set[int] = frozenset()) -> Floats:
        """With each line, of the sentence without some of its words."""
        own = np.zeros(len(self._column))
        for gram, n in self._words.grams(removed).items():
            if (at := self._column.get(gram)) is not None:
                own[at] = (1 + math.log(n)) * self._weight[at]
        length = float(np.sqrt((own * own).sum()))
        result: Floats = self._lines @ (own / (length or 1.0))
        return result

    def reasons(self, proposal: int) -> tuple[Reason, ...]:
        """The words without which a proposal would stand lower, each with what it is like.

        The words that share most with the proposal's likest text are taken out until it stands lower: so each reason
        is a cause and not only a likeness.
        """
        index, removed = self._index, dict[int, str]()
        own = np.flatnonzero(index.of == proposal)
        lines = self._cosine()
        at = _standing(index.total(lines), proposal)
        while len(removed) < len(self._words.words):
            line = own[np.argmax(lines[own])]
            values = self._lines[line] * self._weight
            shares = self._words.shares({g: float(values[i]) for g, i in self._column.items()}, removed.keys())
            if shares[self._telling].any():  # words like `will` are no reason while another is left
                shares[~self._telling] = 0
            if not shares.any():
                break
            for word in np.flatnonzero(shares >= shares.max() / 2).tolist():
                removed[word] = index.like[line]
            lines = self._cosine(removed.keys())
            if _standing(index.total(lines), proposal) > at:
                break
        return tuple(_spans(self._text, self._words, removed, self._start))


def _standing(row: Floats, proposal: int) -> int:
    """How many proposals stand before this one; all of them where nothing speaks for it."""
    if row[proposal] < LEAST:
        return len(row)
    return int((row > row[proposal]).sum())


def _spans(sentence: str, words: _Words, chosen: Mapping[int, str], start: int) -> Iterator[Reason]:
    """Neighbouring words of one likeness as one reason."""
    for like, group in groupby(sorted(chosen), key=lambda i: chosen[i]):
        own = list(group)
        for _, run in groupby(enumerate(own), key=lambda pair: pair[1] - pair[0]):
            part = [i for _, i in run]
            a, b = words.places[part[0]][0], words.places[part[-1]][1]
            yield Reason(start + a, start + b, sentence[a:b], like)


# ---- actors, by name


@dataclass(frozen=True)
class _Named:
    """Where an actor is named in a text."""

    actor: str
    start: int
    end: int
    words: str
    score: float


def _named(dataset: Dataset, text: str) -> list[_Named]:
    """Every place where an actor is named: by name, native name, other names, or the short form in brackets.

    Behind the whole name of a person the first or last part of it counts too, less.
    """
    found = []
    for actor, patterns in _patterns(dataset):
        whole = [m for pattern in patterns for m in pattern.finditer(text)]
        found += [_Named(actor["id"], m.start(), m.end(), m.group(), 1.0) for m in whole]
        parts = str(actor["name"]).split()
        if whole and actor["kind"] == "person" and 1 < len(parts) < 5:
            first = min(m.start() for m in whole)
            for part in {parts[0], parts[-1]}:
                if len(part) > 1:
                    found += [
                        _Named(actor["id"], m.start(), m.end(), m.group(), 0.6)
                        for m in _whole(part).finditer(text, first)
                        if not any(w.start() <= m.start() < w.end() for w in whole)
                    ]
    return sorted(found, key=lambda n: n.start)


@remembered(1)
def _patterns(dataset: Dataset) -> list[tuple[Record, list[re.Pattern[str]]]]:
    """Every actor with the ways in which it may be named."""
    return [(a, [_whole(name) for name in names(a)]) for a in records(dataset.frames["actors"])]


def _within(named: Sequence[_Named], start: int, end: int) -> tuple[Candidate, ...]:
    """The actors who are named in a sentence, whole names first, in the order of the text."""
    own: dict[str, list[_Named]] = {}
    for place in named:
        if start <= place.start and place.end <= end:
            own.setdefault(place.actor, []).append(place)
    found = [(max(n.score for n in places), actor, places) for actor, places in own.items()]
    return tuple(
        Candidate(actor, score, tuple(Reason(n.start, n.end, n.words, "name") for n in places))
        for score, actor, places in sorted(found, key=lambda f: -f[0])
    )


def _whole(name: str) -> re.Pattern[str]:
    """A name as a word of its own; short ones as they are written, and Chinese ones wherever they stand."""
    name = re.sub(r"\b(?:[A-Z]\.){2,}", lambda m: m.group().replace(".", ""), name)  # `U.S.` is `US`, there and here
    edge = "" if _CJK.search(name) else r"(?<!\w){}(?!\w)"
    flags = re.IGNORECASE if len(name) > 5 else re.NOFLAG
    if edge:
        words = [r"\.?".join(w) + r"\.?" if _INITIALS.fullmatch(w) else re.escape(w) for w in name.split()]
        return re.compile(edge.format(r"\s+".join(words)), flags)
    return re.compile(re.escape(name), flags)


# ---- how well it does


@dataclass(frozen=True)
class HitRate:
    """Of `n` passages coded before, how many find their proposal `first` or among the first `five`.

    `base`: the same with plain n-grams, which do not count rare ones more.
    """

    n: int
    first: int
    five: int
    base: int
    formula: str = "each passage suggested from titles, definitions and the passages of the other sources alone"

    @property
    def sentence(self) -> str:
        """The finding in a sentence."""
        if not self.n:
            return "No passage was coded yet: how often a suggestion is right is not known."
        return (
            f"Of {self.n:,} passages coded before {self.five:,} have their proposal among the first five "
            f"({100 * self.five / self.n:.0f} %; plain n-grams: {self.base:,}), {self.first:,} as the first."
        )


def hit_rate(dataset: Dataset) -> HitRate:
    """How often the right proposal is suggested for the passages of the dataset, leaving out one source at a time."""
    coded = dataset.frames["statements"]
    coded = coded[coded["quote"] != ""]
    place = places(dataset, "proposals")
    first = five = base = 0
    for source, own in coded.groupby("source", sort=False):
        counts = [_Words.of(quote).grams() for quote in own["quote"]]
        right = [place[p] for p in own["proposal"]]
        for weighted in (True, False):
            index = _Index.build(dataset, {str(source)}, weighted=weighted)
            rows = index.likeness(counts)
            stand = [_standing(row, p) for row, p in zip(rows, right, strict=True)]
            hits = sum(at < MOST_CANDIDATES for at in stand)
            five, base = (five + hits, base) if weighted else (five, base + hits)
            first += sum(at == 0 for at in stand) if weighted else 0
    return HitRate(len(coded), first, five, base)
