"""Text of unknown origin in a figure: nothing in it is markup, formula or template, and it fits its room."""

from __future__ import annotations

import pytest

from matrix.charts.figure_text import clip, lines_of, listed, plain, wide, wrapped
from matrix.wording import plural


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        ("a & b &lt;", "a &amp; b &amp;lt;"),
        ("$x$", "&#36;x&#36;"),
        ("%{meta}", "%&#123;meta&#125;"),
        ("two\nlines\t!", "two lines !"),
        ("\x00nul\x1b[31m", "\ufffdnul\ufffd[31m"),
        ("abc\u202etxt", "abc\ufffdtxt"),
        ("\ud800", "\ufffd"),
        ("习近平", "习近平"),
    ],
)
def test_text_stays_text(given: str, shown: str) -> None:
    assert plain(given) == shown


def test_long_text_is_cut_or_wrapped_to_its_room() -> None:
    assert clip("short", 200) == "short"
    cut = clip("a name that goes on and on and on", 100)
    assert cut.endswith("…")
    assert wide(cut) <= 100
    lines = wrapped("one two three four five six", 60)
    assert len(lines) > 1
    assert " ".join(lines) == "one two three four five six"
    assert all(wide(line) <= 60 for line in lines)


def test_text_without_blanks_breaks_anywhere() -> None:
    lines = wrapped("人工智能治理的国际合作", 60)
    assert "".join(lines) == "人工智能治理的国际合作"
    assert all(wide(line) <= 60 for line in lines)


def test_lines_are_escaped_and_joined() -> None:
    assert lines_of(["a<b", "c"]) == "a&lt;b<br>c"


def test_lists_and_counts_read_as_words() -> None:
    assert listed(["A"]) == "A"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed(["A", "B", "C"], most=2) == "A, B and 1 more"
    assert listed([]) == ""
    assert (plural(1, "actor"), plural(1200, "pair")) == ("1 actor", "1,200 pairs")
