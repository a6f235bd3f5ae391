"""HTML from templates: a Jinja environment of a folder that escapes all it is given, with the filters for our words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from matrix import wording


def environment(folder: Path, finalize: Callable[[Any], Any] | None = None) -> Environment:
    """The templates of a folder; an unknown name is an error; `finalize` is applied to every value that is shown."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "capital": wording.capital,
        "humane": wording.humane,
        "known_by": wording.known_by,
        "listed": wording.listed,
        "number": lambda n: f"{n:,}",
        "office": wording.office,
        "plural": wording.plural,
        "publisher": wording.publisher,
        "sentence": wording.sentence,
    }
    return made
