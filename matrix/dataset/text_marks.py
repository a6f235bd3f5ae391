"""Words marked in a source's text: `mark_at` makes a mark, `checked` takes one that a browser sent, or refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matrix.dataset.problems import shown
from matrix.dataset.quotes import hash_of

CONTEXT = 32  # characters on both sides of a mark
_AGAIN = "select the words again"


class MarkError(ValueError):
    """A mark that is not of this text as it is now: it names nothing that could be written."""


@dataclass(frozen=True)
class TextMark:
    """`text[start:end] == exact`, in code points of the text as it is kept, with up to 32 of them on both sides."""

    start: int
    end: int
    exact: str
    before: str
    after: str


def mark_at(text: str, start: int, end: int) -> TextMark:
    """The mark of these characters; ValueError where there are none."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start} to {end} are not characters of a text of {len(text):,}")
    return TextMark(start, end, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def checked(text: str, sent: object) -> TextMark:
    """The mark that was sent, if it is exactly one of this text: never the nearest, nor the same words elsewhere.

    `sent`: start, end, exact, before, after and the sha256 of the text on which it was made. MarkError says in a
    sentence what is wrong.
    """
    mark = _read(sent)
    if not isinstance(sent, Mapping) or sent.get("sha256") != hash_of(text.encode()):
        raise MarkError(f"the text of this source was changed meanwhile: {_AGAIN}")
    if mark.start < 0 or mark.end <= mark.start or mark.end > len(text):
        raise MarkError(
            f"characters {mark.start:,} to {mark.end:,} are not a place in the text, which has {len(text):,}: {_AGAIN}"
        )
    here = mark_at(text, mark.start, mark.end)
    if here.exact != mark.exact:
        raise MarkError(
            f"at characters {mark.start:,} to {mark.end:,} the text reads {shown(here.exact)}, "
            f"not {shown(mark.exact)}: {_AGAIN}"
        )
    if here != mark:
        raise MarkError(f"the words around {shown(mark.exact)} are others in the text: {_AGAIN}")
    if not mark.exact.strip():
        raise MarkError(f"only blanks are marked: {_AGAIN}")
    return mark


def _read(sent: object) -> TextMark:
    if isinstance(sent, Mapping):
        start, end = sent.get("start"), sent.get("end")
        words = [sent.get(name) for name in ("exact", "before", "after")]
        # A bool is an int to Python, and a browser may send 3.0 or '3': none of them is a place.
        if type(start) is int and type(end) is int and all(isinstance(w, str) for w in words):
            return TextMark(start, end, *map(str, words))
    raise MarkError(f"what was sent is not a mark in a text: {_AGAIN}")
