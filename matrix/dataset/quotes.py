"""Do the quotes stand in the sources? Dataset and a folder of texts in; what was verified, what was not, and why, out.

A source's text is the file whose bytes have the SHA-256 of the sources table; its name does not matter. A quote is
verified when it stands exactly at its place. Nothing is matched loosely: a passage that is merely close is named so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from matrix.dataset.changes import Change, changed_frames
from matrix.dataset.dataset import Dataset
from matrix.dataset.frames import FIRST_ROW, Frames
from matrix.dataset.problems import Problem, shown
from matrix.dataset.schema import QUOTED_TABLES, TABLES

SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u2011": "-", "–": "-", "—": "-"})
NEAR = 0.8  # share of a quote's characters that a passage must share in order to be offered as what was meant


@dataclass(frozen=True)
class Verification:
    """What came of holding the quotes against the texts: counts of quotes, sources without a text, and problems."""

    verified: int
    unplaced: int  # the quote stands in the text, but the dataset names no place
    failed: int
    no_text: int
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]


def hash_of(text: bytes) -> str:
    """The SHA-256 of a source's text, as the sources table names it."""
    return hashlib.sha256(text).hexdigest()


def texts_of(frames: Frames, files: Mapping[str, bytes]) -> dict[str, str]:
    """The text of each source whose file is here and is UTF-8, line ends untouched."""
    found = {}
    for source, digest in zip(frames["sources"]["id"], frames["sources"]["sha256"], strict=True):
        text = _decoded(files.get(digest)) if digest else None
        if text is not None:
            found[source] = text
    return found


def verify(frames: Frames, files: Mapping[str, bytes]) -> Verification:
    """Hold every quote, condition_quote and event quote of canonical frames against its source's text.

    The frames need not be free of other problems, so that `check` can name everything at once.
    """
    texts = texts_of(frames, files)
    counts = {"verified": 0, "unplaced": 0, "failed": 0, "no_text": 0}
    problems: list[Problem] = []
    for table, index, row in _quoted_rows(frames):
        text = texts.get(row["source"])
        for column in ("quote", "condition_quote"):
            quote = row.get(column, "")
            if not quote:
                continue
            if text is None:
                counts["no_text"] += 1
                continue
            place = row["start"] if column == "quote" else ""
            wrong = fault(text, quote, place)
            if wrong:
                problems.append(Problem(TABLES[table].file, index + FIRST_ROW, column, wrong))
                counts["failed"] += 1
            elif column == "quote" and not place:
                counts["unplaced"] += 1
            else:
                counts["verified"] += 1
    missing = tuple(s for s in frames["sources"]["id"] if s not in texts)
    return Verification(**counts, missing=missing, problems=tuple(problems))


def fill(dataset: Dataset, files: Mapping[str, bytes]) -> list[Change]:
    """The changes that fill in empty `sha256` and `start`: first the hashes, then the places.

    A source gets the hash of the one file that holds all of its quotes, a quote its place where it stands exactly once.
    """
    frames = dict(dataset.frames)
    found = _missing_hashes(frames, files)
    texts = texts_of({**frames, "sources": changed_frames(frames, found)["sources"]}, files)
    for table, index, row in _quoted_rows(frames):
        text, quote = texts.get(row["source"]), row["quote"]
        if text is not None and quote and not row["start"] and len(places(text, quote)) == 1:
            id_ = str(frames[table].loc[index, "id"])
            found.append(Change("changed", table, id_, "start", "", str(text.index(quote)), row=index + FIRST_ROW))
    return found


def _missing_hashes(frames: Frames, files: Mapping[str, bytes]) -> list[Change]:
    sources = frames["sources"]
    taken = set(sources["sha256"])
    quotes: dict[str, list[str]] = {}
    for _, _, row in _quoted_rows(frames):
        quotes.setdefault(row["source"], []).extend(q for q in (row["quote"], row.get("condition_quote", "")) if q)
    free = {digest: _decoded(content) for digest, content in files.items() if digest not in taken}
    texts = {digest: text for digest, text in free.items() if text is not None}
    found = []
    for index, source, digest in zip(sources.index, sources["id"], sources["sha256"], strict=True):
        if digest or not quotes.get(source):
            continue
        holding = [d for d, text in texts.items() if all(q in text for q in quotes[source])]
        if len(holding) == 1:
            found.append(Change("changed", "sources", source, "sha256", "", holding[0], row=int(index) + FIRST_ROW))
    return found


def _quoted_rows(frames: Frames) -> Iterator[tuple[str, int, dict[str, str]]]:
    for table in QUOTED_TABLES:
        frame = frames[table]
        columns = [c for c in ("source", "quote", "condition_quote", "start") if c in frame.columns]
        for index, *values in zip(frame.index, *(frame[c].tolist() for c in columns), strict=True):
            yield table, int(index), dict(zip(columns, values, strict=True))


def fault(text: str, quote: str, place: str) -> str:
    """What is wrong with a quote at a place (or anywhere, without one); '' when it is verified."""
    if place.isdecimal() and text.startswith(quote, int(place)):
        return ""
    if quote in text:
        times = len(places(text, quote))
        if not place:
            return ""
        where = f"at {text.index(quote)}" if times == 1 else f"in {times} other places"
        return f"{shown(quote)} is not at character {place} of the source, but {where}"
    loose = text.translate(SAME).find(quote.translate(SAME))
    if loose >= 0:
        found = text[loose : loose + len(quote)]
        only = "differs from the source in quotation marks, dashes or blanks only"
        return f"{shown(quote)} {only}: {shown(found)} at {loose}"
    near = _nearest(text, quote, int(place) if place.isdecimal() else None)
    hint = f"; the nearest passage, at {near[0]}, reads {shown(near[1])}" if near else ""
    return f"{shown(quote)} is not in the source's text{hint}"


def _nearest(text: str, quote: str, place: int | None) -> tuple[int, str] | None:
    """The passage as long as the quote that shares most with it, and where it begins; None if nothing comes near."""
    starts = set() if place is None else {place}
    matcher = SequenceMatcher(None, quote, text, autojunk=False) if len(quote) < 2_000 else None
    if matcher is not None and len(text) < 200_000:
        block = matcher.find_longest_match()
        starts.add(max(0, block.b - block.a))
    passages = [(s, text[s : s + len(quote)]) for s in starts if s < len(text)]
    rated = [(SequenceMatcher(None, quote, p, autojunk=False).ratio(), s, p) for s, p in passages]
    best = max(rated, default=(0.0, 0, ""))
    return (best[1], best[2]) if best[0] >= NEAR else None


def places(text: str, quote: str) -> list[int]:
    """Where a quote stands in a text, character for character; overlapping places too, none for an empty quote."""
    return [found.start() for found in re.finditer(f"(?={re.escape(quote)})", text)] if quote else []


def _decoded(content: bytes | None) -> str | None:
    try:
        return content.decode("utf-8") if content is not None else None
    except UnicodeDecodeError:
        return None
