"""Text from data stays text: in HTML, in labels, in links and in file names."""

from __future__ import annotations

import pytest

from matrix.dashboard.html.text import bdi, colour, esc, label, link
from matrix.wording import listed, plural, sentence, some_of


@pytest.mark.parametrize("text", ["<b>x</b>", '"><script>alert(1)</script>', "a & b", "'", "<img src=x onerror=y>"])
def test_no_text_becomes_markup(text: str) -> None:
    for made in (esc(text), bdi(text).removeprefix("<bdi>").removesuffix("</bdi>")):
        assert not set("<>\"'") & set(made)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Side: China", r"Side\: China"),
        ("![x](http://evil)", "\\!\\[x\\]\\(http\\:\u2060\\/\\/evil\\)"),
        ("**b** `c` $x$ :red[y]", "\\*\\*b\\*\\* \\`c\\` \\$x\\$ \\:\u2060red\\[y\\]"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_label_holds_no_markdown(text: str, made: str) -> None:
    assert label(text) == made


def test_a_label_is_cut() -> None:
    assert label("word " * 100) == ("word " * 100)[:89].rstrip() + "…"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x",
        "",
        "http://[x",
        "https://a.org/a b",
        'https://a.org/"x',
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert link(url, "title") == "<bdi>title</bdi>"
    assert link("https://a.org/?q='&", "t").startswith('<a href="https://a.org/?q=&#x27;&amp;" target="_blank"')


def test_words_for_numbers_and_lists() -> None:
    assert [plural(1, "source"), plural(1200, "source")] == ["1 source", "1,200 sources"]
    assert [some_of(2, 2, "side"), some_of(1, 2, "side")] == ["2 sides", "1 of 2 sides"]
    assert [listed(["a"]), listed(["a", "b", "c"], "or")] == ["a", "a, b or c"]
    assert [sentence("why"), sentence("why?")] == ["Why.", "Why?"]
    assert [colour("#12aB34"), colour("red;x:url(y)")] == ["#12aB34", "#777777"]
