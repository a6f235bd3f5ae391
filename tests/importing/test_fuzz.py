"""Hundreds of broken workbooks and tables, the same ones every time: each comes in, or is refused as a DatasetError."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.importing.file_cells import Sheet
from matrix.importing.file_cells.csv import read_csv_sheet
from matrix.importing.file_cells.xlsx import read_workbook
from matrix.store.folder import load
from matrix.store.history import save
from tests import tiny
from tests.importing.hostile import packed
from tests.small import data_of
from tests.steps import SOAK

pytestmark = pytest.mark.slow

BATCHES, EACH = 10, 100 if SOAK else 30
HUGE = [
    b"0",
    b"-1",
    b"1048577",
    b"4294967296",
    b"9" * 400,
    b"1e999",
    b"NaN",
    b"",
    b"\xff",
    b"XFD1048576",
    "٣".encode(),
    b"&#0;",
]
_ATTRIBUTE = re.compile(rb'="[^"]*"')
_NUMBER = re.compile(rb"[0-9]+")
Chance = random.Random


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """The tiny dataset with a few statements."""
    rows = [
        "ann talk support early",
        "bob talk conditional late",
        "cem ban oppose early",
        "dee test support late",
    ]
    return tiny.dataset(*rows)


@pytest.fixture(scope="module")
def book(dataset: Dataset) -> bytes:
    """Its workbook."""
    return data_of(dataset)


def flipped(data: bytes, chance: Chance) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 3, 30])):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: Chance) -> bytes:
    """The end, or a piece of the middle, is missing or appears twice."""
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return chance.choice([data[:a], data[:a] + data[b:], data[:b] + data[a:]])


def swollen(data: bytes, chance: Chance) -> bytes:
    """A number is a huge one, or none."""
    return _somewhere(_NUMBER, data, chance, b"")


def edited(data: bytes, chance: Chance) -> bytes:
    """An attribute holds something else."""
    return _somewhere(_ATTRIBUTE, data, chance, b'"')


def _somewhere(pattern: re.Pattern[bytes], data: bytes, chance: Chance, quote: bytes) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    at = chance.choice(found)
    new = (b"=" if quote else b"") + quote + chance.choice(HUGE) + quote
    return data[: at.start()] + new + data[at.end() :]


def broken_book(data: bytes, chance: Chance) -> bytes:
    """The zip itself is broken, or is whole and some of its parts are broken, swapped or gone."""
    if chance.random() < 0.2:
        return chance.choice([flipped, cut])(data, chance)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(chance.choice([1, 1, 2, 5])):
        one, other = chance.sample(sorted(parts), 2)
        how = chance.randrange(8)
        if how == 0:
            parts[one], parts[other] = parts[other], parts[one]
        elif how == 1:
            del parts[one]
        else:
            parts[one] = chance.choice([flipped, cut, swollen, edited, edited])(parts[one], chance)
    return packed(parts, method=zipfile.ZIP_STORED)


def broken_table(data: bytes, chance: Chance) -> bytes:
    """A CSV with other bytes, less of it, other separators, quotes and line ends."""
    for _ in range(chance.choice([1, 1, 3])):
        how = chance.choice([flipped, cut, swollen, _swapped])
        data = how(data, chance)
    return data


def _swapped(data: bytes, chance: Chance) -> bytes:
    old, new = (
        chance.choice([b",", b"\n", b'"', b"a", b""]),
        chance.choice([b";", b"\r", b"\0", b'"', b",,", b"\xfc", b"\xef\xbb\xbf"]),
    )
    if not old:
        at = chance.randrange(len(data) + 1)
        return data[:at] + new + data[at:]
    return data.replace(old, new, chance.choice([1, 3, -1]))


def sound(sheets: list[Sheet]) -> bool:
    """Whether rows are in order, hold text, and end with a value."""
    return all(
        [n for n, _ in s.rows] == sorted({n for n, _ in s.rows}) and all(cells and cells[-1] for _, cells in s.rows)
        for s in sheets
    )


def outcome(read: Callable[[], list[Sheet]]) -> str:
    try:
        sheets = read()
    except DatasetError as e:
        return "refused" if e.problems else "refused without a word"
    return "read" if sound(sheets) else "read wrongly"


@pytest.fixture(params=range(BATCHES))
def chance(request: pytest.FixtureRequest) -> Chance:
    """Chances that are the same in every run."""
    return random.Random(request.param)


def test_a_broken_workbook_is_read_or_refused(book: bytes, chance: Chance) -> None:
    broken = [broken_book(book, chance) for _ in range(EACH)]
    found = [outcome(partial(read_workbook, data, "f.xlsx")) for data in broken]
    assert set(found) == {"read", "refused"}  # neither breaks nothing nor everything


def read_csv_sheets(data: bytes) -> list[Sheet]:
    return [read_csv_sheet(data, "f.csv")]


def test_a_broken_table_is_read_or_refused(chance: Chance, tmp_path: Path) -> None:
    """By the reader of hand-made files and by that of datasets."""
    save(Dataset.from_frames(tiny.minimal("1|a|p|support|s", "2|b|p|oppose|s", "3|b|q|concern|s")), tmp_path)
    whole = {file: file.read_bytes() for file in sorted(tmp_path.glob("*.csv"))}
    for _ in range(EACH // 2):
        broken = {file: broken_table(whole[file], chance) for file in chance.sample(sorted(whole), 2)}
        for file, data in broken.items():
            assert outcome(partial(read_csv_sheets, data)) in ("read", "refused")
            file.write_bytes(data)
        with suppress(DatasetError):
            assert load(tmp_path).codes
        for file in broken:
            file.write_bytes(whole[file])
