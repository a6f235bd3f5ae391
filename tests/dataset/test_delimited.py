"""Separated text: the fast reader gives what Python's csv module gives, or leaves the file to the slow one."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.dataset.delimited import DelimitedError, QuotationMarks, rows, table

TEXT = st.text(alphabet='a";,\r\n é', max_size=30)


def sound(data: bytes, separator: str = ",", size: int = 1 << 20) -> bool:
    marks = QuotationMarks(separator)
    for i in range(0, len(data), size):
        marks.feed(data[i : i + size])
    return marks.sound()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", True),
        (b'"a","b""c"\n"d",""', True),
        (b'\xef\xbb\xbf"a",b\n', True),
        (b'"a\nb",c\n', True),
        (b'a "b" c,d\n', False),  # inside a value
        (b'"a" b,c\n', False),
        (b'"a,b\n', False),  # left open
        (b'"a"";b\n', False),
        (b'a;"b"\n', False),  # not at a ',' as here
    ],
)
def test_a_quotation_mark_begins_a_value_ends_it_or_is_doubled(data: bytes, expected: bool) -> None:
    assert [sound(data, size=n) for n in (3, 4, 5, 100)] == [expected] * 4


def test_marks_are_looked_at_beside_the_separator_of_the_file() -> None:
    assert sound(b'a;"b"\n', ";")
    assert not sound(b'a,"b"\n', ";")


@given(TEXT, st.sampled_from([",", ";"]))
def test_what_the_fast_reader_reads_is_what_the_csv_module_reads(text: str, separator: str) -> None:
    data = text.encode()
    try:
        slow = [(number, values) for number, values in rows(io.BytesIO(data), separator=separator) if any(values)]
    except DelimitedError:
        slow = []
    width = max((len(values) for _, values in slow), default=2)
    found = table(io.BytesIO(data), list(map(str, range(width))), separator=separator)
    if found is not None and width > 1:
        fast = enumerate((list(row.values()) for row in found.to_pylist()), 1)
        assert [(number, values) for number, values in fast if any(values)] == slow


def test_rows_know_their_number_and_where_they_cannot_be_read() -> None:
    assert list(rows(io.BytesIO(b"a,b\n\n1,2\n"))) == [(1, ["a", "b"]), (2, []), (3, ["1", "2"])]
    with pytest.raises(DelimitedError, match="cannot be read as CSV from here on") as error:
        list(rows(io.BytesIO(b'a,b\n1,"x"y\n')))
    assert error.value.row == 2
    with pytest.raises(DelimitedError, match="not utf-8"):
        list(rows(io.BytesIO(b"a,\xff\n")))
