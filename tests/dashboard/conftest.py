"""The page without a browser: the app run on a dataset, and what its visitors read."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test in here as slow: each runs the whole app."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once() -> Iterator[None]:
    """Each run of an `AppTest` looks through all installed packages for components: two thirds of its time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def visit(root: Path, monkeypatch: pytest.MonkeyPatch, shipped: Path) -> Callable[..., AppTest]:
    """visit("?side=us", folder): the app after its first run on that address."""

    def run(address: str = "", folder: Path | None = None) -> AppTest:
        monkeypatch.setenv("POLICY_MATRIX_DATASET", str(folder or shipped))
        app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        for part in filter(None, address.removeprefix("?").split("&")):
            name, _, value = part.partition("=")
            app.query_params[name] = [*app.query_params.get(name, []), value]
        app.run()
        assert not app.exception
        return app

    return run


@pytest.fixture
def choose() -> Callable[..., AppTest]:
    """choose(app, risk_area=["nc3"], search="talks"): the app after these were chosen in the line of filters."""
    times = count(1)

    def run(app: AppTest, **changes: str | list[str]) -> AppTest:
        texts = {name: [given] if isinstance(given, str) else given for name, given in changes.items()}
        app.session_state["filters"] = {"set": {"changes": texts, "time": next(times)}}
        return app.run()

    return run


@pytest.fixture
def filters() -> Callable[[AppTest], dict[str, Any]]:
    """filters(app): what the browser is sent of the line of filters; `filters` in it is read already."""

    def read(app: AppTest) -> dict[str, Any]:
        sent = [json.loads(c.proto.json or c.proto.mixed.json) for c in app.get("bidi_component")]
        found: dict[str, Any] = next(data for data in sent if "chips" in data)
        return {**found, "filters": json.loads(found["filters"])["filters"]}

    return read


@pytest.fixture
def page(root: Path, monkeypatch: pytest.MonkeyPatch, shipped: Path) -> Callable[..., AppTest]:
    """page("overlaps", "?view=sets", folder): the app after its first run on that page and address."""

    def run(name: str, address: str = "", folder: Path | None = None) -> AppTest:
        monkeypatch.setenv("POLICY_MATRIX_DATASET", str(folder or shipped))
        app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        app._page_hash = calc_hash(name)  # switch_page knows pages of files only
        for part in filter(None, address.removeprefix("?").split("&")):
            key, _, value = part.partition("=")
            app.query_params[key] = [*app.query_params.get(key, []), value]
        app.run()
        assert not app.exception
        assert not app.error
        return app

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """write(actors="id,name\\n...", ...): a dataset's folder with these tables."""

    def tables(**texts: str) -> Path:
        folder = tmp_path / "dataset"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
        return folder

    return tables


def _ours(app: AppTest) -> list[str]:
    return [h.value for h in app.get("html") if not re.search("<style>|^<script>", h.value)]


@pytest.fixture
def page_text() -> Callable[[AppTest], str]:
    """page_text(app): what stands on the page in HTML of ours, as a reader sees it."""

    def read(app: AppTest) -> str:
        text = re.sub(r"</?(b|bdi|a)\b[^>]*>", "", " ".join(_ours(app)))
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()

    return read


@pytest.fixture
def markup() -> Callable[[AppTest], str]:
    """markup(app): that HTML itself."""
    return lambda app: "\n".join(_ours(app))
