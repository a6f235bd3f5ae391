"""Figures as files: PNG, SVG, PDF by the installed browser, HTML by nothing; no request, no markup from the data."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog

from matrix.analysis.overlap import overlap
from matrix.charts.caption import alt
from matrix.charts.export import ExportError, page, write
from matrix.charts.export import browser as one_browser
from matrix.charts.heatmap import heatmap
from matrix.dataset.dataset import Dataset
from matrix.store.folder import load
from tests.charts.conftest import HOSTILE
from tests.tiny import dataset, stated, table
from tests.tiny import frames as tiny_frames

STATED = ("ann talk support early", "cem talk support early")


@pytest.fixture
def figure():
    data = dataset(*STATED)
    return heatmap(overlap(data), data)


@pytest.fixture
def hostile():
    actors = table(
        "id|name|name_native|side|authority",
        f"ann|{HOSTILE}|{HOSTILE}|north|official",
        "cem|</script><script>alert(2)</script>|习近平|north|expert",
    )
    data = Dataset.from_frames(tiny_frames(stated(*STATED), actors=actors))
    return heatmap(overlap(data), data)


@pytest.mark.browser
def test_pictures_of_every_kind(figure, tmp_path: Path, drawing: str) -> None:
    with one_browser():
        for ending, start in ((".png", b"\x89PNG"), (".svg", b"<svg"), (".pdf", b"%PDF")):
            file = write(figure, tmp_path / f"figure{ending}")
            assert file.read_bytes().startswith(start)
    text = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert "Who agrees with whom" in text
    assert 'href="http' not in text


@pytest.mark.browser
def test_chinese_stands_in_a_picture(tmp_path: Path, drawing: str) -> None:
    proposals = table("id|title|theme|parent", "talk|人类对核武器的控制|p|", "ban|预警机制|p|")
    data = Dataset.from_frames(
        tiny_frames(stated("ann talk support early", "ann ban support early"), proposals=proposals)
    )
    file = write(heatmap(overlap(data, of="proposals"), data), tmp_path / "figure.svg")
    assert "人类对核武器的控制" in file.read_text(encoding="utf-8")


def test_html_needs_nothing_and_says_what_it_shows(figure, tmp_path: Path) -> None:
    text = write(figure, tmp_path / "figure.html").read_text(encoding="utf-8")
    head = text[: text.index("<script")]
    assert "default-src 'none'" in head
    assert 'src="http' not in text
    assert "aria-label=" in head
    assert alt(figure).split(";")[0].split("'")[0][:40] in head
    assert page(figure) == page(figure)


def test_hostile_names_do_not_leave_their_place_in_html(hostile) -> None:
    text = page(hostile)
    assert "<script>alert(2)" not in text
    assert "<img src=x" not in text
    assert '<a href="https://evil.example"' not in text


@pytest.mark.browser
def test_a_page_asks_for_nothing_and_shows_hostile_names_as_text(hostile, tmp_path: Path, browser: Browser) -> None:
    file = write(hostile, tmp_path / "figure.html")
    asked, alerts, errors = list[str](), list[str](), list[str]()
    opened = browser.new_page()
    opened.on("request", lambda r: asked.append(r.url))

    def dismissed(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    opened.on("dialog", dismissed)
    opened.on("pageerror", lambda e: errors.append(str(e)))
    opened.goto(file.as_uri())
    opened.wait_for_selector(".xtick text")
    links = opened.evaluate("document.querySelectorAll('svg a, a[href*=evil], img[src=x]').length")
    labels = opened.evaluate("[...document.querySelectorAll('.ytick text')].map(t => t.textContent)")
    opened.close()
    assert [u for u in asked if urlsplit(u).scheme not in ("file", "data", "blob")] == []
    assert (alerts, errors, links) == ([], [], 0)
    assert any('<a href="https://evil.example">x</a>' in label for label in labels)


def test_without_a_browser_a_sentence(figure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "no-such-browser"))
    with pytest.raises(ExportError, match=r"drawn by Chrome or Chromium, and .* is not there: install one"):
        write(figure, tmp_path / "figure.png")
    with pytest.raises(ExportError, match="install one"), one_browser():
        pass


def test_an_unknown_ending_is_refused(figure, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"figure.bmp: a figure is written as .png, .svg, .pdf, .html"):
        write(figure, tmp_path / "figure.bmp")


@pytest.mark.browser
def test_the_shipped_dataset_as_pdf(shipped: Path, tmp_path: Path, drawing: str) -> None:
    data = load(shipped)
    assert write(heatmap(overlap(data), data, dark=True), tmp_path / "figure.pdf").stat().st_size < 1_000_000
