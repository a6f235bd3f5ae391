"""The facts of a brief become one HTML page: every text escaped, its own style the only thing a browser may obey."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Template

from matrix.export.brief.model import NONE, Brief
from matrix.export.brief.summary import ANNEX, Summary
from matrix.export.cell_text import storable
from matrix.palette import GREY, PAPER, PARTLY_GLYPH, Look, mix
from matrix.templates import environment
from matrix.wording import OUTSIDE_DATES

HERE = Path(__file__).parent
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def html_of(summary: Summary, annex: Brief | None = None) -> str:
    """The whole page: two pages of A4, and the annex behind them where it is asked for."""
    style = _style(summary, annex)
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    return _template().render(
        summary=summary,
        feet=feet(summary),
        in_annex=left_out(annex is not None),
        brief=annex,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        stance=_classes([look.id for look in summary.looks], "stance"),
        side=_classes(_colours(summary, annex), "side"),
        no_position=NONE,
        outside_dates=OUTSIDE_DATES,
    )


def left_out(annex: bool) -> str:
    """Where what was left out is to be found."""
    return f", {ANNEX}" if annex else f", {ANNEX}, which can be asked for"


def feet(summary: Summary) -> tuple[str, str]:
    """The feet of the two pages: version and how to read the marks; version, selection and address."""
    first = [
        "policy-matrix",
        f"dataset {summary.version}",
        " ".join(f"{look.glyph} {look.word.split(':')[0].lower()}" for look in summary.looks),
        "“ ” the speaker's own words only",
    ]
    if summary.partly:
        first.append(f"{PARTLY_GLYPH} list known in part")
    second = ["policy-matrix", f"dataset {summary.version}", summary.selection, summary.address]
    return " · ".join(first), " · ".join(filter(None, second))


@cache
def _template() -> Template:
    return environment(HERE, finalize=_shown).get_template("page.html")


def _shown(value: Any) -> Any:
    """Text without what HTML cannot hold; the markup of a macro holds nothing of it any more."""
    return storable(value) if isinstance(value, str) else value


def _style(summary: Summary, annex: Brief | None) -> str:
    """The sheet, the colours of this dataset's stances and sides as classes, and the foot of every page of an annex."""
    rules = [(HERE / "page.css").read_text("utf-8")]
    name_of = _classes([look.id for look in summary.looks], "stance")
    for look in summary.looks:
        rules.append(f".{name_of(look.id)} {{ background: {_light(look)}; border-color: {_safe(look.colour)}; }}")
    colours = _colours(summary, annex)
    side_of = _classes(colours, "side")
    rules += [f".{side_of(c)} {{ border-color: {_safe(c)}; }}" for c in colours]
    foot = f"{summary.title} · version {summary.version}"
    rules.append(f"@page annex {{ @bottom-left {{ content: {_css(foot)}; }} }}")
    return "\n".join(rules) + "\n"


def _colours(summary: Summary, annex: Brief | None) -> list[str]:
    sections = (*summary.first, *summary.second)
    own = [c.colour for s in sections for b in s.blocks for c in b.columns if c.colour]
    return list(dict.fromkeys([*own, *(b.colour for p in (annex.pages if annex else ()) for b in p.blocks)]))


def _classes(values: Sequence[str], stem: str) -> Callable[[str], str]:
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
