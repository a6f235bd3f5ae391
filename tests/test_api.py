"""The library's public names: documented in docs/api.md as they are, and looked up only when they are used."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import matrix

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.mark.slow
def test_the_reference_is_that_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    monkeypatch.delitem(sys.modules, "api", raising=False)
    from api import page  # type: ignore[import-not-found]

    assert (DOCS / "api.md").read_text("utf-8") == page(), "docs/api.md is stale: run `make api`"


def test_every_public_name_is_there_with_a_docstring() -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    for name in matrix.__all__:
        assert getattr(matrix, name).__doc__, name
        assert re.search(rf"^##+ {name}$", page, re.MULTILINE | re.IGNORECASE), name


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in sorted(DOCS.glob("*.md")))])
def test_the_pages_do_not_reach_into_inner_modules(page: str) -> None:
    text = (DOCS.parent / page).read_text("utf-8")
    allowed = {"matrix.charts", "matrix.dashboard"} if page == "docs/development.md" else set()
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.S))
    inner = set(re.findall(r"(?:from|import) (matrix\.[\w.]+)", code))
    assert inner <= allowed, "import from `matrix` itself"
