"""Text from data stays text: in HTML, in labels, in links and in file names."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from matrix.dashboard.controls import label
from matrix.dashboard.html.templates import FOLDER, colour, render
from matrix.wording import listed, plural, sentence, some_of

TAG = re.compile(r"(?<!\(\?P)</?[a-z][a-z0-9]*[\s>/]")  # not the name of a group in a pattern
# Streamlit takes style and script of a page in their elements; the width's box is empty; the server opens a browser by a
# file that leads to the page.
OWN = {
    "server.py": ("<!doctype html>",),
    "assets/__init__.py": ("<style>", "</style>", "<script>", "\n})()</script>"),
    "figures.py": ("<div></div>",),
}


def constants(file: Path) -> Iterator[str]:
    """The text in a file's strings, parts of f-strings included; not its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    lone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in lone:
            yield node.value


def test_html_stands_in_templates_only(root: Path) -> None:
    folder = root / "matrix" / "dashboard"
    for file in sorted(folder.rglob("*.py")):
        own = OWN.get(file.relative_to(folder).as_posix(), ("\0",))
        found = [c for c in constants(file) if TAG.search(c) and not c.startswith(own)]
        assert not found, f"{file.name}: HTML belongs in matrix/dashboard/templates: {found[0][:60]!r}"


def test_no_template_lets_markup_of_the_data_through() -> None:
    templates = sorted(FOLDER.glob("*.html"))
    assert templates
    for file in templates:
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", file.read_text(encoding="utf-8")), file.name


@pytest.mark.parametrize("text", ["<b>x</b>", '"><script>alert(1)</script>', "a & b", "'", "<img src=x onerror=y>"])
def test_no_text_becomes_markup(text: str) -> None:
    made = render("parts.html", "name", text)
    inside = made.removeprefix("<bdi>").removesuffix("</bdi>")
    assert not set("<>\"'") & set(inside)
    assert html.unescape(inside) == text
    link = render("parts.html", "page_link", "?a=1", text, text)
    assert re.fullmatch(r'<a href="\?a=1" target="_self" aria-label="[^<>"]*">[^<>"]*</a>', link)


def test_what_a_macro_made_stands_as_it_is() -> None:
    name = render("parts.html", "name", "a & b")
    assert f">{name}</a>" in render("parts.html", "page_link", "?", name)


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
    assert render("parts.html", "web", url, "title") == "<bdi>title</bdi>"
    made = render("parts.html", "web", "https://a.org/?q='&", "t")
    assert made.startswith('<a href="https://a.org/?q=&#39;&amp;" target="_blank"')


def test_words_for_numbers_and_lists() -> None:
    assert [plural(1, "source"), plural(1200, "source")] == ["1 source", "1,200 sources"]
    assert [some_of(2, 2, "side"), some_of(1, 2, "side")] == ["2 sides", "1 of 2 sides"]
    assert [listed(["a"]), listed(["a", "b", "c"], "or")] == ["a", "a, b or c"]
    assert [sentence("why"), sentence("why?")] == ["Why.", "Why?"]
    assert [colour("#12aB34"), colour("red;x:url(y)")] == ["#12aB34", "#777777"]
