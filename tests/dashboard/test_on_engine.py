"""The dashboard on an engine: the same cells, headings and sentences as of the folder, and plain words for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from matrix.analysis.positions import fold
from matrix.dashboard import datasets
from matrix.dataset.dataset import Dataset
from matrix.dataset.groups import STATED_THERE
from matrix.dataset.selection import Selection
from matrix.engine.convert import convert
from matrix.engine.counted import OnEngine
from matrix.store.folder import load

SHIPPED = ("us-china-ai-dialogue", "ai-governance-instruments")
VERSION = re.compile(r"\b[0-9a-f]{12}\b")
# What an engine's page says instead, and a folder's page in its place.
INSTEAD = re.compile(
    r"The brief needs the statements themselves, [^.]*\.|"
    r"What was stated, and when, needs [^.]*\.( A position opens its own statements\.)?|The brief of what the filters show, on two pages:|"
    + STATED_THERE
)


@pytest.fixture(scope="module")
def on_engine(
    root: Path, absent: Callable[[str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """on_engine("us-china-ai-dialogue"): the shipped dataset as Parquet parts."""
    if not (find_spec("ibis") and find_spec("duckdb")):
        absent("the extra [scale] (Ibis and DuckDB)")
    made: dict[str, Path] = {}

    def converted(name: str) -> Path:
        if name not in made:
            made[name] = tmp_path_factory.mktemp("parts") / name
            convert(load(root / "data" / name), made[name], rows=40)
        return made[name]

    return converted


@pytest.fixture
def words(page_text: Callable[[AppTest], str]) -> Callable[[AppTest], list[str]]:
    """words(app): what is read on it, without the version and what only one of the two says."""

    def read(app: AppTest) -> list[str]:
        return INSTEAD.sub("", VERSION.sub("", page_text(app))).split()

    return read


SAME = [
    ("", ""),
    ("", "?layout=table"),
    ("", "?attribution=quoted&as-of=2025&rule=latest"),
    ("", "?as-of=1999"),
    ("overlaps", "?view=agreement"),
    ("overlaps", "?view=agreement&count=statements&duplicates=source"),
    ("overlaps", "?view=sets&since=2023"),
    ("overlaps", "?view=network"),
    ("overlaps", "?view=camps"),
]


@pytest.mark.parametrize("dataset", SHIPPED)
@pytest.mark.parametrize(("name", "address"), SAME)
def test_a_page_of_positions_reads_the_same(
    on_engine: Callable[[str], Path],
    page: Callable[..., AppTest],
    words: Callable[[AppTest], list[str]],
    root: Path,
    dataset: str,
    name: str,
    address: str,
) -> None:
    here = words(page(name, address, root / "data" / dataset))
    assert len(here) > 20
    assert words(page(name, address, on_engine(dataset))) == here


def test_a_search_in_an_address_is_not_left_out_without_a_word(
    on_engine: Callable[[str], Path], page: Callable[..., AppTest], page_text: Callable[[AppTest], str]
) -> None:
    said = page_text(page("overlaps", "?view=camps&search=nuclear", on_engine(SHIPPED[0])))
    assert "an engine does not read what a search looks into; choose by the filters" in said


@pytest.mark.parametrize("dataset", SHIPPED)
@pytest.mark.parametrize("name", ["common-ground", "side", "overlaps", "proposal", "actor"])
def test_a_page_with_quotes_has_all_but_these(
    on_engine: Callable[[str], Path],
    page: Callable[..., AppTest],
    words: Callable[[AppTest], list[str]],
    root: Path,
    dataset: str,
    name: str,
) -> None:
    here, there = words(page(name, "", root / "data" / dataset)), words(page(name, "", on_engine(dataset)))
    at = here.index("sources") + 1
    assert there[:at] == here[:at]  # the heading, with its counts
    left = iter(here)
    assert [w for w in there if w not in left] == []  # each in its order, and nothing that the folder's page has not
    assert len(there) > len(here) / 5


@pytest.mark.parametrize("dataset", SHIPPED)
def test_a_cell_opens_its_statements_in_full(
    on_engine: Callable[[str], Path],
    page: Callable[..., AppTest],
    words: Callable[[AppTest], list[str]],
    root: Path,
    dataset: str,
) -> None:
    folder, parts = root / "data" / dataset, on_engine(dataset)
    whole = load(folder)
    seen = fold(whole, Selection(as_of="2025"))
    outside = next(zip(*(seen.ever & (seen.codes < 0)).nonzero(), strict=True), None)
    cells = [(s["proposal"], s["actor"]) for _, s in whole.frames["statements"].iloc[[0, -1]].iterrows()]
    if outside:
        cells.append((whole.frames["proposals"]["id"][outside[0]], whole.frames["actors"]["id"][outside[1]]))
    for proposal, actor in cells:
        for picked in (f"{proposal}~{actor}", f"{proposal}~", f"~{actor}"):
            here, there = (words(page("", f"?as-of=2025&cell={picked}", f)) for f in (folder, parts))
            assert here == there


@pytest.mark.parametrize(
    ("name", "address"),
    [("timeline", ""), ("statements", ""), ("sources", ""), ("what-changed", ""), ("overlaps", "?view=what-if")],
)
def test_what_needs_statements_says_so(
    on_engine: Callable[[str], Path],
    page: Callable[..., AppTest],
    page_text: Callable[[AppTest], str],
    name: str,
    address: str,
) -> None:
    text = page_text(page(name, address, on_engine(SHIPPED[0])))
    assert "needs the statements themselves, and here an engine only counts them" in text


@pytest.mark.parametrize("address", ["&by=actors&one=us-gov&other=mfa", "&measure=polarisation"])
def test_over_time_counts_its_windows_only_when_told_to(
    on_engine: Callable[[str], Path],
    page: Callable[..., AppTest],
    words: Callable[[AppTest], list[str]],
    root: Path,
    address: str,
) -> None:
    address = f"?view=over-time&window=730d&step=365d&open=table{address}"
    here = words(page("overlaps", address, root / "data" / SHIPPED[0]))
    app = page("overlaps", address, on_engine(SHIPPED[0]))
    assert "An engine counts each window that holds statements by itself" in " ".join(words(app))
    (button,) = (b for b in app.button if b.label == "Count the windows")
    button.click().run()
    assert words(app) == here
    assert "Count the windows" not in [b.label for b in app.button]
    app.run()
    assert words(app) == here, "and once is enough"


def test_the_data_page_offers_what_can_be_written_and_edits_nothing(
    on_engine: Callable[[str], Path],
    page: Callable[..., AppTest],
    page_text: Callable[[AppTest], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(datasets, "refusal", lambda: None)  # whoever could edit a folder of tables
    app = page("data", "?data=history", on_engine(SHIPPED[0]))
    offered = {b.proto.label for b in app.get("download_button") if not b.proto.disabled}
    assert offered == {
        "Matrix for programs (.csv)",
        "Matrix for spreadsheets (.excel.csv)",
        "Signed matrix for programs (.signed.csv)",
        "Network of actors (.actors.graphml)",
        "Pairs of actors (.edges.csv)",
    }
    assert "see who changed what" not in page_text(app)
    assert "Editing, importing, coding, history and codebook need the statements" in page_text(app)
    assert not app.get("file_uploader")


def test_what_was_counted_is_not_counted_again_until_the_parts_change(
    on_engine: Callable[[str], Path],
    visit: Callable[..., AppTest],
    choose: Callable[..., AppTest],
    page_text: Callable[[AppTest], str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    root: Path,
) -> None:
    asked: list[Any] = []
    collected = OnEngine._collected

    def count(self: OnEngine, *given: Any) -> Any:
        asked.append(given)
        return collected(self, *given)

    monkeypatch.setattr(OnEngine, "_collected", count)
    whole = load(root / "data" / SHIPPED[0])
    folder = tmp_path / "parts"
    convert(whole, folder)
    app = visit("", folder)
    assert len(asked) == 1
    choose(app, side=["china"])
    choose(app, side=[])
    assert len(asked) == 1  # whom one looks at changes no position
    choose(app, attribution=["quoted"])
    choose(app, attribution=[])
    assert len(asked) == 2
    assert "96 statements" in page_text(app)
    fewer = Dataset.from_frames(
        {**whole.frames, "statements": whole.frames["statements"].iloc[:50].assign(superseded_by="")}
    )
    convert(fewer, tmp_path / "other")
    (folder / "statements" / "part-00000.parquet").write_bytes(
        (tmp_path / "other" / "statements" / "part-00000.parquet").read_bytes()
    )
    app.run()
    assert len(asked) == 3
    assert "50 statements" in page_text(app)
