"""Scripts and style sheets as Streamlit takes them: `dress` puts the page's there, `component` makes our widgets."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
ICON = str(HERE / "icon.svg")

_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.{1,2}/[\w./-]+\.js)"$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
_TYPES = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|/\*\*(?:(?!\*/).)*\*/", re.MULTILINE | re.DOTALL)
_OTHER = re.compile(r"^[ \t]*(?:import\b(?!\()|export\b).*", re.MULTILINE)


def dress() -> None:
    """Put style, script and the page's outline there. All are constant text of ours: nothing of a dataset is in them.

    The outline is shown where a page takes its time; streamlit.css takes it away as soon as there is a heading.
    """
    with st.container(key="loading"):
        # The style stands beside the outline: alone, Streamlit would put it into a part of its own, which the browser
        # may paint after the page - up to a second without any style.
        st.html(_outline() + _page_style())
    with st.container(key="manners"):
        st.html(_page_script(), unsafe_allow_javascript=True)


@cache
def _page_style() -> str:
    # In one line: Streamlit looks at the indentation of each, in every run.
    return f"<style>{' '.join(page_style().split())}</style>"


@cache
def _page_script() -> str:
    return f"<script>(() => {{\n{script(HERE / 'page.js')}\n}})()</script>"  # in a scope of its own, as a module


@cache
def _outline() -> str:
    return (HERE / "skeleton.html").read_text(encoding="utf-8")


# ---- widgets of our own


@cache
def component(name: str, js: Path, *css: Path, html: str | None = None) -> ComponentRenderer:
    """A widget from its script and style sheets, made known to Streamlit once."""
    return st.components.v2.component(
        f"policy_matrix_{name}", html=html, css=style(*css) if css else None, js=script(js)
    )


# ---- scripts


@cache
def script(entry: Path) -> str:
    """A module and all it imports as one module, each imported one in a scope of its own; ValueError where it cannot.

    Streamlit runs a component's script from a blob, from where no relative import leads anywhere, and serves folders
    only for packages whose import name is their project's: so the files are joined here, and users need no build.
    Comments with types stay behind: they are for the checker, and `st.html` takes `<Type>` in a script for markup.
    """
    joined: dict[Path, str] = {}
    text = _module(entry.resolve(), joined, ())
    return "\n".join([*joined.values(), text])


def _module(file: Path, joined: dict[Path, str], importers: tuple[Path, ...]) -> str:
    """A module's text with variables in place of its imports; `joined` gets what it imports, the innermost first."""
    if file in importers:
        raise ValueError(f"{file.name} imports itself by way of {importers[-1].name}")

    def imported(found: re.Match[str]) -> str:
        other = (file.parent / found[2]).resolve()
        if other not in joined:
            inner = _module(other, joined, (*importers, file))
            if _scope(other) in map(_scope, joined):
                raise ValueError(f"{file.name}: two modules are called {other.parent.name}/{other.name}")
            exported = ", ".join(_EXPORT.findall(other.read_text(encoding="utf-8")))
            joined[other] = f"const {_scope(other)} = (() => {{\n{inner}\nreturn {{ {exported} }}\n}})()"
        return f"const {{{found[1]}}} = {_scope(other)}"

    text = _EXPORT.sub("", _IMPORT.sub(imported, _TYPES.sub("", file.read_text(encoding="utf-8"))))
    for other in _OTHER.finditer(text):
        if importers or not other[0].startswith("export default function"):
            raise ValueError(f"{file.name}: {other[0].strip()!r} is not an import or export that can be joined")
    return text


def _scope(file: Path) -> str:
    return f"{file.parent.name}_{file.stem}".replace("-", "_")


# ---- style sheets


@cache
def page_style() -> str:
    """The style sheet of the page: layers for the HTML that we write, and after them rules for what Streamlit draws.

    A sheet's layer is its name or folder. The layers reach into `st.html` only: nothing of them can change a widget.
    """
    styles = HERE / "styles"
    layers = {
        "base": [styles / "base.css"],
        "pages": sorted((styles / "pages").glob("*.css")),
        "widgets": sorted((styles / "widgets").glob("*.css")),
    }
    ours = [f"@layer {layer} {{\n@scope (.stHtml) {{\n{style(*files)}\n}}\n}}" for layer, files in layers.items()]
    tokens = f"@layer tokens {{\n{style(styles / 'tokens.css')}\n}}"
    return "\n".join(["@layer tokens, base, pages, widgets;", tokens, *ours, style(styles / "streamlit.css")])


@cache
def style(*files: Path) -> str:
    """Style sheets one after the other, as they are."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
