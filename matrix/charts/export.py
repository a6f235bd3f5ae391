"""A figure as a file: PNG, SVG or PDF by an installed browser, or a page of HTML that needs nothing else."""

from __future__ import annotations

import html
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from matrix.charts.caption import alt, words
from matrix.charts.heatmap import TOUCH

STILL = (".png", ".svg", ".pdf")
ENDINGS = (*STILL, ".html")
SCALE = 2  # of a PNG: sharp in print and on fine screens
# A proxy that is not there: whatever a browser might want to fetch, it cannot.
NOWHERE = "http://127.0.0.1:9"
_drawing = threading.RLock()  # kaleido's server is one for the process, and its answers carry no names
_one_browser = threading.Event()  # set while kaleido's server runs

# The page may run what stands in it and fetch nothing at all.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 0; background: {ground}; }} figure {{ margin: 0; overflow-x: auto; }}</style>
</head>
<body>
<main><figure role="group" aria-label="{alt}">
{drawing}
</figure></main>
</body>
</html>
"""


class ExportError(RuntimeError):
    """A figure could not be written; the message is a sentence for people."""


def write(figure: go.Figure, path: str | Path, scale: float = SCALE) -> Path:
    """The figure as a file, by its ending: .png, .svg, .pdf or .html; on the ground of its variant, light or dark.

    ExportError says in a sentence what is missing. The first picture takes some seconds for the browser to start; with
    `browser()` around several, only the first does.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ExportError(f"{path.name}: a figure is written as {', '.join(ENDINGS)}")
    if ending == ".html":
        path.write_text(page(figure), encoding="utf-8")
    else:
        path.write_bytes(picture(figure, ending.removeprefix("."), scale))
    return path


def missing() -> str:
    """Why no PNG, SVG or PDF can be drawn here, as a sentence; '' where a browser is found."""
    try:
        _settings()
    except ExportError as e:
        return str(e)
    return ""


def picture(figure: go.Figure, kind: str = "png", scale: float = SCALE) -> bytes:
    """The figure as the bytes of a png, svg or pdf."""
    import kaleido  # type: ignore[import-untyped]

    options = {"format": kind, "scale": scale if kind == "png" else 1}
    with _drawing:
        settings = None if _one_browser.is_set() else _settings()
        try:
            drawn: bytes = kaleido.calc_fig_sync(
                _still(figure).to_dict(), opts=options, **({"kopts": settings} if settings else {})
            )
        except Exception as e:
            raise ExportError(f"The browser could not draw the picture ({type(e).__name__}: {e}).") from e
    return drawn


@contextmanager
def browser() -> Iterator[None]:
    """One browser for all pictures written inside: the second and later ones take half a second each."""
    import kaleido

    with _drawing:
        settings = _settings()
        kaleido.start_sync_server(**settings, silence_warnings=True)
        _one_browser.set()
        try:
            yield
        finally:
            _one_browser.clear()
            kaleido.stop_sync_server(silence_warnings=True)


def page(figure: go.Figure) -> str:
    """A page of HTML with the interactive figure and plotly.js inside; it asks nobody for anything."""
    figure = _grounded(figure)
    drawing = figure.to_html(
        full_html=False,
        include_plotlyjs=True,
        include_mathjax=False,
        div_id="figure",  # the same figure, the same file
        config={"displaylogo": False, "responsive": False},
    )
    ground = str((figure.layout.meta or {}).get("ground", "#FFFFFF"))
    texts = {"title": words(figure).title or "Figure", "alt": alt(figure), "ground": ground, "policy": _POLICY}
    return _PAGE.format(drawing=drawing, **{k: html.escape(v, quote=k != "policy") for k, v in texts.items()})


def _grounded(figure: go.Figure) -> go.Figure:
    """On its ground instead of a see-through one: a file does not know what it will lie on."""
    ground = (figure.layout.meta or {}).get("ground")
    return go.Figure(figure).update_layout(paper_bgcolor=ground) if ground else figure


def _still(figure: go.Figure) -> go.Figure:
    """Without what only answers the mouse."""
    figure = _grounded(figure)
    return go.Figure([t for t in figure.data if t.name != TOUCH], figure.layout)


def _settings() -> dict[str, Any]:
    """Kaleido's: the installed browser, plotly.js from the package, no MathJax (it comes from a CDN), no network."""
    import kaleido

    named = os.environ.get("BROWSER_PATH") or os.environ.get("CHROMIUM") or ""
    if named and not Path(named).is_file():
        raise ExportError(_without(f"{named} is not there"))
    settings: dict[str, Any] = {"proxy_server": NOWHERE, "page_generator": kaleido.PageGenerator(mathjax=False)}
    if named:
        settings["path"] = named
    try:
        kaleido.Kaleido(**settings)  # looks for the browser, starts nothing: its server would wait for one for ever
    except Exception as e:
        raise ExportError(_without("none is found")) from e
    return settings


def _without(why: str) -> str:
    return (
        f"PNG, SVG and PDF are drawn by Chrome or Chromium, and {why}: install one, name it in BROWSER_PATH, "
        "or write .html, which needs none."
    )
