"""A CSV file comes in as columns: by the fast reader where it is plain, and then as Python's own reader reads it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matrix.dataset.problems import DatasetError
from matrix.importing.file_cells import columns
from matrix.importing.file_cells.columns import Columns, TooWideError
from matrix.importing.file_cells.csv import at_once, read_csv_sheet

ROWS = [(1, ("a", "", "c")), (3, ("b",)), (4, ("", " ", "x"))]


def by_python(text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    """The rows that hold anything, as `csv.reader` gives them, without their trailing blanks."""
    rows = []
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1):
        while cells and not cells[-1]:
            cells.pop()
        if "".join(cells).strip():
            rows.append((number, tuple(cells)))
    return rows


@given(st.text('a",;|\t\n\r \ufeff税', max_size=24), st.sampled_from(",;|\t"))
@example('""x,1\n', ",")
@example('x""y,1\n', ",")
@example('x",y"\n', ",")
@example('"a""",",b"\r"",""\n', ",")
def test_what_the_fast_reader_takes_it_reads_as_python_does(text: str, separator: str) -> None:
    text = text.lstrip("\ufeff")  # a mark of byte order has an encoding of its own
    found = at_once(io.BytesIO(text.encode()), "utf-8", separator)
    if found is not None:
        assert found == by_python(text, separator)


@given(st.lists(st.tuples(st.text('a",\n\r 税', max_size=3), st.text("b\"',;", max_size=3)), min_size=1, max_size=4))
def test_what_is_written_by_the_rules_is_plain(rows: list[tuple[str, str]]) -> None:
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL).writerows(rows)
    found = at_once(io.BytesIO(target.getvalue().encode()), "utf-8", ",")
    assert found is not None
    assert found == by_python(target.getvalue(), ",")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8-sig"])
def test_the_fast_reader_knows_the_usual_encodings(encoding: str) -> None:
    found = at_once(io.BytesIO("sep=;\nMüller;ß\n\n1;2".encode(encoding)), encoding, ";", skipped=1)
    assert found == [(2, ("Müller", "ß")), (4, ("1", "2"))]


@pytest.mark.parametrize(
    "text", ["a,b\n1\n", "a,b\n1,2,3\n", 'a,b\n"1,2\n', 'a,b\n1"x,2\n', 'a,b\n"1"x,2\n', "a\nb\n", "\na,b\n"]
)
def test_what_is_not_plain_is_left_to_the_other_reader(text: str) -> None:
    assert at_once(io.BytesIO(text.encode()), "utf-8", ",") is None


@pytest.mark.parametrize("irregular", ["", "alone\n"])
def test_both_ways_give_one_sheet(irregular: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_ROWS_AT_ONCE", 3)
    body = "".join(f"{n},x{n}\n" if n % 4 else " ,\n" for n in range(20))
    sheet = read_csv_sheet(f"a,b\n{body}{irregular}".encode(), "f.csv")
    assert sheet.rows == by_python(f"a,b\n{body}{irregular}", ",")


def test_rows_are_as_they_came() -> None:
    laid = Columns.of(ROWS)
    assert (len(laid), laid.width) == (3, 3)
    assert laid == ROWS
    assert laid[1] == ROWS[1]
    assert laid[-1] == ROWS[-1]
    assert laid[1:] == ROWS[1:]
    assert laid[:0] == []
    assert laid.but(("b",)) == [ROWS[0], ROWS[2]]
    assert laid.frame(["x", "y", "z"]).to_numpy().tolist() == [["a", "", "c"], ["b", "", ""], ["", " ", "x"]]
    assert Columns.of([]) == []


def test_one_wide_row_does_not_make_a_million_others_as_wide() -> None:
    with pytest.raises(TooWideError):
        Columns.of([*((n, ("x",)) for n in range(3_000)), (3_001, ("x",) * 16_000)])
    with pytest.raises(DatasetError, match="more than 20,000,000 cells, blanks between values included"):
        read_csv_sheet(b"x\n" * 3_000 + b"x," * 16_000 + b"x\n", "f.csv")
