"""The facts of a brief become one HTML page: every text escaped, its own style the only thing a browser may obey."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template

from matrix.export.brief.model import NONE, Brief
from matrix.export.cell_text import storable
from matrix.palette import PAPER, Look, mix
from matrix.templates import environment
from matrix.wording import OUTSIDE_DATES

HERE = Path(__file__).parent
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
GREY = "#777777"


def html_of(brief: Brief) -> str:
    """The whole page."""
    style = _style(brief)
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    return _template().render(
        brief=brief,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        stance=_classes([look.id for look, _ in brief.looks], "stance"),
        side=_classes(_colours(brief), "side"),
        no_position=NONE,
        outside_dates=OUTSIDE_DATES,
    )


@cache
def _template() -> Template:
    return environment(HERE, finalize=_shown).get_template("page.html")


def _shown(value: Any) -> Any:
    """Text without what HTML cannot hold; the markup of a macro holds nothing of it any more."""
    return storable(value) if isinstance(value, str) else value


def _style(brief: Brief) -> str:
    """The sheet, the colours of this dataset's stances and sides as classes, and the foot of every printed page."""
    rules = [(HERE / "page.css").read_text("utf-8")]
    name_of = _classes([look.id for look, _ in brief.looks], "stance")
    for look, _ in brief.looks:
        rules.append(f".{name_of(look.id)} {{ background: {_light(look)}; border-color: {_safe(look.colour)}; }}")
    side_of = _classes(_colours(brief), "side")
    rules += [f".{side_of(c)} {{ border-color: {_safe(c)}; }}" for c in _colours(brief)]
    foot = f"{brief.title} · version {brief.version}"
    rules.append(f"@page {{ @bottom-left {{ content: {_css(foot)}; }} }}")
    return "\n".join(rules) + "\n"


def _colours(brief: Brief) -> list[str]:
    return list(dict.fromkeys(b.colour for p in brief.pages for b in p.blocks))


def _classes(values: list[str], stem: str) -> Callable[[str], str]:
    """Names for classes that owe nothing to the data but their number."""
    return {v: f"{stem}-{i}" for i, v in enumerate(values)}.__getitem__


def _light(look: Look) -> str:
    return mix(_safe(look.colour), PAPER, 0.22)


def _safe(colour: str) -> str:
    return colour if _COLOUR.fullmatch(colour) else GREY


def _css(text: str) -> str:
    """The text as a string of CSS: every character that is no letter or digit by its number."""
    line = " ".join(storable(text).split())
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\{ord(c):x} " for c in line) + '"'
