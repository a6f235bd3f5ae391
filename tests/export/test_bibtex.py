"""The sources as BibLaTeX: an entry each, key = id, and no text in it is TeX."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import bibtexparser
import pytest

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.bibtex import tex, to_bib
from matrix.store.folder import load
from tests.small import FRAMES


def text_of(dataset: Dataset, selection: Selection | None = None) -> str:
    buffer = BytesIO()
    to_bib(dataset, buffer, selection)
    return buffer.getvalue().decode("utf-8")


def parsed(dataset: Dataset, selection: Selection | None = None) -> bibtexparser.bibdatabase.BibDatabase:
    parser = bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False)
    return parser.parse(text_of(dataset, selection))


def with_source(**fields: str) -> Dataset:
    return Dataset.from_frames({**FRAMES, "sources": [{**FRAMES["sources"][0], **fields}, FRAMES["sources"][1]]})


def test_an_entry_has_what_the_table_has() -> None:
    dataset = with_source(
        author="Jane Doe and John Roe",
        publisher="A & B",
        kind="report",
        accessed="2026-06",
        language="zh-Hans",
        note="50 %",
    )
    assert parsed(dataset).entries[0] == {
        "ENTRYTYPE": "online",
        "ID": "early",
        "title": "{Early paper}",
        "author": "{Jane Doe and John Roe}",
        "organization": r"{A \& B}",
        "date": "2026-05-08",
        "url": "https://example.org/a?b=1#c",
        "urldate": "2026-06",
        "langid": "chinese",
        "note": r"report. 50 \%",
    }


@pytest.mark.parametrize(
    ("fields", "kind"), [({"kind": "Journal"}, "article"), ({"url": ""}, "misc"), ({"kind": "news"}, "online")]
)
def test_the_kind_of_an_entry(fields: dict[str, str], kind: str) -> None:
    assert parsed(with_source(**fields)).entries[0]["ENTRYTYPE"] == kind


def test_what_is_no_web_address_stands_in_the_note(small: Dataset) -> None:
    late = parsed(small).entries[1]
    assert ("url" in late, late["note"]) == (False, "javascript:alert(1)")


def test_version_and_selection_stand_in_a_comment(small: Dataset) -> None:
    said = parsed(small, Selection(actor="bob")).comments
    assert said == [f"dataset, dataset version {small.version}, selection: Actor: Bob (bob)"]
    assert [e["ID"] for e in parsed(small, Selection(actor="bob")).entries] == ["late"]


@pytest.mark.parametrize(
    "text", ["}\n@misc{evil,", "{", "}", "\\input{/etc/passwd}", "a\\", '"', "@comment{", "%", "~^#$&_", "\n\n", "}}%"]
)
def test_hostile_text_stays_in_its_field(text: str) -> None:
    dataset = with_source(title=f"x{text}", author=text, publisher=text, note=text, date_note=text, language=text)
    found = parsed(dataset).entries
    assert [e["ID"] for e in found] == ["early", "late"]
    assert found[0]["title"] == f"{{{tex(f'x{text}')}}}"
    body = text_of(dataset)
    assert body.count("{") == body.count("}")
    assert "\\input{" not in body


def test_the_shipped_sources(shipped: Path) -> None:
    dataset = load(shipped)
    assert [e["ID"] for e in parsed(dataset).entries] == list(dataset.sources["id"])
    assert text_of(dataset) == text_of(dataset)
