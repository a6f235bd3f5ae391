"""A zip from outside: its parts by name, whole and bounded, or one plain sentence."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from matrix.dataset.problems import DatasetError
from matrix.importing.guard import find_elements, open_archive
from tests.importing.hostile import packed, with_entry

PARTS = {"project.qde": b"<Project><Code name='a'/><Code name='b'/></Project>", "sources/a.txt": b"text"}


def test_parts_are_found_in_any_case_and_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "p.qdpx"
    file.write_bytes(packed(PARTS))
    with open_archive(file, kind="project", xml=(".qde",)) as archive:
        assert archive.name == "p.qdpx"
        assert archive.parts == list(PARTS)
        assert archive.find("Project.QDE") == "project.qde"
        assert archive.find("other") is None
        assert archive.read("SOURCES\\a.txt") == b"text"
        assert find_elements(archive, "project.qde", {"Code"}) == [("Code", {"name": "a"}), ("Code", {"name": "b"})]


def test_a_missing_part_is_named() -> None:
    with (
        open_archive(packed(PARTS), "p.zip") as archive,
        pytest.raises(DatasetError, match=r"p\.zip: .*'other' is missing"),
    ):
        archive.read("other")


def test_only_the_parts_named_as_xml_must_be_harmless() -> None:
    page = {**PARTS, "sources/b.html": b"<!DOCTYPE html><p>"}
    with open_archive(packed(page), "p", xml=(".qde",)) as archive:
        assert archive.read("sources/b.html").startswith(b"<!DOCTYPE")
    with pytest.raises(DatasetError, match="DOCTYPE"), open_archive(packed(page), "p", xml=(".html",)):
        pass


def test_a_doctype_is_found_across_chunks() -> None:
    late = {"a.xml": b" " * ((1 << 18) - 4) + b"<!DOCTYPE x>"}
    with pytest.raises(DatasetError, match="DOCTYPE"), open_archive(packed(late), "p"):
        pass


def test_tags_may_be_limited() -> None:
    with open_archive(packed({"a.xml": b"<r/><r/>"}), "p", most={"r": 2}):
        pass
    with pytest.raises(DatasetError, match=r"more than 1 rs in its part 'a\.xml'"):
        open_archive(packed({"a.xml": b"<r/><r/>"}), "p", most={"r": 1}).__enter__()


def test_a_part_that_is_shorter_than_it_says_is_refused_when_read() -> None:
    data = packed(PARTS, method=zipfile.ZIP_DEFLATED)
    longer = with_entry(data, "sources/a.txt", lambda d, at: struct.pack_into("<L", d, at + 24, 400))
    with open_archive(longer, "p") as archive, pytest.raises(DatasetError, match="damaged or cut off"):
        archive.read("sources/a.txt")


@pytest.mark.slow
def test_a_zip64_is_read_and_its_table_of_contents_bounded() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for i in range(70_000):  # more than 65,535 parts need the longer table
            archive.writestr(zipfile.ZipInfo(f"{i}"), b"")
    with pytest.raises(DatasetError, match="more than 10,000 parts"):
        open_archive(target.getvalue(), "p").__enter__()


@pytest.mark.parametrize("name", ["../a", "a/../b", "/a", "C:/a", "..\\a", "a/.."])
def test_doubtful_names_are_refused(name: str) -> None:
    with pytest.raises(DatasetError, match="doubtful name"):
        open_archive(packed({name: b"x"}), "p").__enter__()


@pytest.mark.parametrize("name", ["a..b.xml", "...", "a/.b", "ä 陈.xml"])
def test_odd_names_are_not(name: str) -> None:
    with open_archive(packed({name: b"<x/>"}), "p") as archive:
        assert archive.parts == [name]
