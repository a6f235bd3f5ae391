"""Whatever a text holds and however its program counts: a quote is exactly the coded words, or there is none."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.importing.refi.places import passages
from matrix.importing.refi.project import CodedSelection, Source, Text
from tests.importing.made_qdpx import placed

WORDS = st.sampled_from(
    [
        "We",
        "back",
        "a",
        "register",
        "Ünïon",
        "cafe\u0301",
        "登记",
        "我们支持",
        "😀",
        "👍🏽",
        "👨\u200d👩\u200d👧",
        "🇩🇪",
        "x1",
    ]
)
ENDS = st.sampled_from([" ", " ", " ", ". ", ", ", "\r\n", "\r\n\r\n", "。", "\n"])
TEXTS = st.lists(st.tuples(WORDS, ENDS), min_size=4, max_size=60).map(lambda parts: "".join(map("".join, parts)))


class Written(NamedTuple):
    """A text with the words that were coded in it, as a program writes their places and names."""

    source: Source
    selections: list[CodedSelection]
    words: list[str]


@st.composite
def written(draw: st.DrawFn, names: str, *, aligned: bool) -> Written:
    text, mark = draw(TEXTS), draw(st.booleans())
    one_end = draw(st.booleans())
    counted = partial(placed, utf16=draw(st.booleans()), one_end=one_end, mark=mark and draw(st.booleans()))
    starts = [i for i, c in enumerate(text) if not c.isspace() and (i == 0 or text[i - 1].isspace())]
    ends = [i + 1 for i, c in enumerate(text) if not c.isspace() and text[i + 1 : i + 2].isspace()]
    if not aligned:  # anywhere, but for what no program that counts a line end as one can write
        starts = ends = [i for i in range(len(text) + 1) if not one_end or text[max(0, i - 1) : i + 1] != "\r\n"]
    selections, words = [], []
    for n in range(draw(st.integers(1, 6))):
        start = draw(st.sampled_from(starts))
        later = [end for end in ends if end > start]
        if not later:
            continue
        end = draw(st.sampled_from(later))
        coded = text[start:end]
        name = {"all": coded, "none": "", "beginning": f"{coded[: len(coded) // 2 + 1]}…"}[names]
        selections.append(CodedSelection(str(n), "s", counted(text, start), counted(text, end), name, (), ()))
        words.append(coded)
    return Written(Source("s", "S", Text(text, mark), {}), selections, words)


def quotes(given: Written) -> list[str | None]:
    text = given.source.text
    assert text is not None
    found = passages([given.source], given.selections).found
    return [text.text[slice(*found[i])] if i in found else None for i in range(len(given.selections))]


@given(written("all", aligned=False))
@settings(deadline=None)
def test_words_that_selections_carry_decide(project: Written) -> None:
    for quote, words in zip(quotes(project), project.words, strict=True):
        assert quote in (words, None)


@given(written("none", aligned=True))
@settings(deadline=None)
def test_where_words_begin_and_end_decides_or_nothing_is_quoted(project: Written) -> None:
    for quote, words in zip(quotes(project), project.words, strict=True):
        assert quote in (words, None)


@given(written("beginning", aligned=True))
@settings(deadline=None)
def test_the_beginning_of_the_words_decides_or_nothing_is_quoted(project: Written) -> None:
    for quote, words in zip(quotes(project), project.words, strict=True):
        assert quote in (words, None)


@given(TEXTS, st.data())
@settings(deadline=None)
def test_the_standards_way_of_counting_is_read_where_nothing_else_is_possible(text: str, data: st.DataObject) -> None:
    plain = text.replace("\r\n", "\n")
    plain = "".join(c for c in plain if c <= "\uffff")
    start = data.draw(st.integers(0, len(plain) - 1))
    end = data.draw(st.integers(start + 1, len(plain)))
    selection = CodedSelection("1", "s", start, end, "", (), ())
    found = passages([Source("s", "S", Text(plain), {})], [selection])
    assert (found.found, found.notes) == ({0: (start, end)}, [])
