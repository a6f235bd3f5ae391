"""The dashboard's HTML: `render("side.html", "brief", ...)` calls a template's macro, which escapes all it is given."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup

from matrix.dataset import dates
from matrix.dataset.schema import COLOUR, HTTP_URL
from matrix.palette import EVENT_GLYPH, GREY
from matrix.templates import environment

FOLDER = Path(__file__).parent.parent / "templates"
SHORT = 600  # characters of a value in a table of changes


def render(template: str, macro: str, *args: Any, **values: Any) -> Markup:
    """The HTML of a template's macro; text is escaped, and only what a macro made is left as it is."""
    made: Markup = getattr(_macros(template), macro)(*args, **values)
    try:
        made.encode()
    except UnicodeEncodeError:  # a folder's name that is not UTF-8
        return Markup(made.encode("utf-8", "replace").decode("utf-8"))
    return made


@cache
def _macros(template: str) -> Any:
    """A template's macros, compiled and ready to be called."""
    return _environment().get_template(template).module


@cache
def _environment() -> Environment:
    made = environment(FOLDER)
    made.filters |= {
        "colour": colour,
        "date": lambda day: dates.words(day, day),
        "dates": dates.words,
        "short": lambda value: value if len(value) <= SHORT else value[: SHORT - 1] + "…",
    }
    made.globals["event_glyph"] = EVENT_GLYPH
    made.tests["web_address"] = is_web_address
    return made


def is_web_address(url: str) -> bool:
    """Whether it may become a link: http(s), and nothing else."""
    try:
        return bool(re.fullmatch(HTTP_URL, url)) and bool(urlsplit(url).hostname)
    except ValueError:  # brackets that hold no address
        return False


def colour(value: str) -> str:
    """A colour that is one, for a style; anything else becomes grey."""
    return value if re.fullmatch(COLOUR, value) else GREY
