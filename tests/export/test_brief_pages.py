"""The two pages of a brief: what stands on them, that nothing is left out without being counted, and how it prints."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from matrix.cli import main
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.brief import brief, pdf
from matrix.export.brief.fitting import PAGE, _height, fitted
from matrix.export.brief.pdf import PdfError, pages_of, pdf_of
from matrix.export.brief.summary import Section, Summary, summary_of
from matrix.export.extract import extract
from matrix.export.formats import write_file
from matrix.store.folder import load
from tests.tiny import dataset as tiny
from tests.tiny import minimal, table

TALKS = (
    "ann talk support early quote=We~talk attribution=quoted date_start=2026-01-05 date_end=2026-01-05",
    "cem talk conditional late quote=they~talk attribution=paraphrased",
    "bob test support early",
    "dee ban oppose late",
)


def made(dataset: Dataset, **selection: str | tuple[str, ...]) -> Summary:
    return summary_of(extract(dataset, Selection.of(selection)))


def texts(sections: Sequence[Section], title: str) -> list[str]:
    """The entries of the section with this title, as text."""
    (found,) = [s for s in sections if s.title == title]
    return [p.letters for b in found.blocks for c in b.columns for p in c.points]


def test_page_one_says_what_officials_back_ask_for_and_refuse_and_on_which_terms() -> None:
    found = made(tiny(*TALKS))
    assert found.headline == "Officials of both sides back 1 of 3 proposals."
    assert texts(found.first, "Officials of both sides back it") == [
        "● Ann  , 5 January 2026 [1]. We~talk",
        "◐ Cem  , undated [2]. On condition: it is mutual. Late paper, paraphrasing: they~talk",
    ]
    (agreed,) = found.first[0].blocks
    assert [p.quote for c in agreed.columns for p in c.points] == ["We~talk", ""], "own words alone are a quote"
    assert texts(found.first, "Conditions") == ["◐ Cem  : it is mutual (1: Keep talking)"]
    assert texts(found.first, "Refused") == ["✕ Dee  on Ban it all"]
    refused = next(s for s in found.first if s.title == "Refused")
    assert refused.aside == "no official refuses anything, these are experts and others"


def test_who_said_yes_and_no_is_no_nobody_who_refuses() -> None:
    mixed = ("ann talk support early", "ann talk oppose early", "cem talk support late")
    assert texts(made(tiny(*mixed)).first, "Refused") == [
        "Nobody refuses anything outright here; both for and against it: Ann on Keep talking."
    ]
    split = next(s for s in made(tiny(*mixed, "bob ban oppose early")).first if s.title == "Refused")
    assert split.aside == "no official refuses anything outright, these are experts and others"
    assert texts(made(tiny("ann talk support early")).first, "Refused") == [
        "Nobody who is heard refuses anything here."
    ]


def test_page_two_says_what_only_experts_ask_for_who_is_not_heard_and_the_sources() -> None:
    found = made(tiny(*TALKS))
    assert texts(found.second, "What experts and others ask for") == [
        "Test models  Bob",
        "Nothing in these sources.",
    ]
    assert "On 1 proposal that the North asks for" not in str(found.second)
    assert "On 1 proposal that North asks for, nobody of South is heard." in texts(found.second, "Not heard")
    assert [s.split()[0] for s in texts(found.second, "Sources")] == ["1.", "2."]


def test_the_list_of_sources_is_what_the_first_line_counts() -> None:
    data = tiny(*TALKS)
    shipped = load(Path(__file__).parents[2] / "data" / "us-china-ai-dialogue")
    for found in (made(data), *(made(shipped, side=side) for side in shipped.frames["sides"]["id"])):
        counted = re.search(r"(\d+) sources?", found.about)
        assert counted
        assert len(texts(found.second, "Sources")) == int(counted[1]), found.about


def test_what_one_side_alone_asks_for_goes_over_the_whole_width() -> None:
    shipped = load(Path(__file__).parents[2] / "data" / "us-china-ai-dialogue")
    section = next(s for s in fitted(made(shipped, authority="expert")).first if s.title == "What each side asks for")
    assert [(c.flow, len(c.points), c.more) for b in section.blocks for c in b.columns] == [(1, 1, 0), (2, 32, 0)]


@pytest.mark.slow
def test_a_pdf_fills_its_pages_with_what_they_hold(tmp_path: Path) -> None:
    if not pdf.browser():
        pytest.skip("no browser is installed")
    data = load(Path(__file__).parents[2] / "data" / "ai-governance-instruments")
    write_file(data, tmp_path / "brief.pdf")
    pages = PdfReader(tmp_path / "brief.pdf").pages
    assert len(pages) == 2
    first = " ".join(pages[0].extract_text().split())
    backed = made(data).first[0].blocks
    assert len(backed) == 6
    assert all(b.title and b.title.text.rstrip(" †") in first for b in backed)


def test_among_officials_there_is_no_word_about_who_is_not_chosen() -> None:
    found = made(tiny(*TALKS), authority="official")
    assert "What experts and others ask for" not in [s.title for s in found.second]


def test_officials_who_refuse_stand_apart_from_experts() -> None:
    found = made(tiny("ann ban oppose early", "dee ban oppose late", "bob talk support early"))
    refused = next(s for s in found.first if s.title == "Refused")
    assert [(c.heading, [p.title for p in c.points]) for b in refused.blocks for c in b.columns] == [
        ("By officials", ["Ann"]),
        ("By experts and others", ["Dee"]),
    ]


def test_without_officials_there_is_no_word_about_them() -> None:
    actors = table("id|name|side", "ann|Ann|north", "bob|Bob|north", "cem|Cem|south", "dee|Dee|south")
    text = brief(tiny(*TALKS, actors=actors))
    assert "fficial" not in text
    assert "## What each side asks for besides" in text


def test_without_sides_it_says_what_is_most_backed() -> None:
    data = Dataset.from_frames(minimal("1|a|p|support|s", "2|b|p|support|s", "3|a|q|oppose|s"))
    found = made(data)
    assert texts(found.first, "Most backed") == ["Plan  both back it: Ada, Ben"]
    assert texts(found.first, "Refused") == ["✕ Ada  on Quota"]
    assert [s.title for s in found.second] == ["Sources"]


def many(n: int) -> Dataset:
    """Officials of both sides back `n` proposals with long titles; an expert asks for `n` more on a condition each."""
    proposals = table(
        "id|title", *(f"{kind}{i}|{'A proposal with a rather long title ' * 2}{i}" for kind in "pq" for i in range(n))
    )
    rows = [f"{a} p{i} support early quote=word attribution=quoted" for i in range(n) for a in ("ann", "cem")]
    rows += [f"bob q{i} conditional late condition=term{i}" for i in range(n)]
    return tiny(*rows, proposals=proposals)


def shown_and_more(section: Section) -> int:
    """What stands there and what is said to be left out."""
    points = [c for b in section.blocks for c in b.columns]
    if len(section.blocks) > 1 or section.more:
        return len(section.blocks) + section.more
    return sum(len(c.points) + c.more for c in points)


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 8, 90])
def test_what_is_cut_is_counted_and_both_pages_hold(n: int) -> None:
    whole = made(many(n))
    cut = fitted(whole)
    for before, after in ((whole.first, cut.first), (whole.second, cut.second)):
        assert [s.title for s in before] == [s.title for s in after]
        assert sum(map(_height, after)) <= PAGE
        for one, other in zip(before, after, strict=True):
            assert shown_and_more(one) == shown_and_more(other), one.title
    left = [s for s in (*cut.first, *cut.second) if s.more or any(c.more for b in s.blocks for c in b.columns)]
    assert bool(left) == (n == 90)
    assert ("more, in the annex, which can be asked for" in brief(many(n))) == (n == 90)
    assert "in the annex, which" not in brief(many(n), annex=True)


@pytest.mark.slow
def test_the_annex_is_there_on_request_alone(tmp_path: Path) -> None:
    data = tiny(*TALKS)
    for ending in ("html", "md"):
        write_file(data, tmp_path / f"short.{ending}")
        write_file(data, tmp_path / f"long.{ending}", annex=True)
        write_file(data, tmp_path / f"named.annex.{ending}")
        short, long, named = ((tmp_path / f"{n}.{ending}").read_text("utf-8") for n in ("short", "long", "named.annex"))
        assert "At a glance" not in short
        assert "At a glance" in long
        assert long == named
    with pytest.raises(ValueError, match="only a brief"):
        write_file(data, tmp_path / "matrix.csv", annex=True)


def test_the_foot_has_version_selection_and_address() -> None:
    from io import BytesIO

    from matrix.export.brief import to_html

    buffer = BytesIO()
    data = tiny(*TALKS)
    to_html(data, buffer, Selection.of({"theme": "process"}), address="https://example.org/?theme=process")
    page = buffer.getvalue().decode()
    for part in (f"dataset {data.version}", "Theme: process", "https://example.org/?theme=process", "1 / 2", "2 / 2"):
        assert part in page


def test_the_address_in_markdown_is_a_link_as_it_is() -> None:
    from io import BytesIO

    from matrix.export.brief import to_markdown

    buffer = BytesIO()
    to_markdown(tiny(*TALKS), buffer, address="https://example.org/?risk-area=a_b&cell=talk~ann")
    assert buffer.getvalue().decode().endswith("\n<https://example.org/?risk-area=a_b&cell=talk~ann>\n")


def test_without_a_browser_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: "")
    with pytest.raises(PdfError, match="Export the brief as"):
        pdf_of("<p>")
    data = tmp_path / "data"
    shutil.copytree(Path(__file__).parents[2] / "data" / "us-china-ai-dialogue", data)
    result = CliRunner().invoke(main, ["export", str(tmp_path / "brief.pdf"), str(data)])
    assert result.exit_code == 1
    assert "No browser is installed" in result.output
    assert not (tmp_path / "brief.pdf").exists()


def test_a_browser_that_fails_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: shutil.which("false") or "false")
    with pytest.raises(PdfError, match="printed nothing"):
        pdf_of("<p>")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "selection"),
    [
        ("us-china-ai-dialogue", {}),
        ("us-china-ai-dialogue", {"risk_area": "nc3"}),
        ("us-china-ai-dialogue", {"authority": "expert"}),
        ("ai-governance-instruments", {}),
        ("", {}),
    ],
)
def test_it_prints_on_exactly_two_pages(name: str, selection: dict[str, str], tmp_path: Path) -> None:
    if not pdf.browser():
        pytest.skip("no browser is installed")
    data = load(Path(__file__).parents[2] / "data" / name) if name else many(90)
    chosen = Selection.of(selection)
    write_file(data, tmp_path / "brief.html", selection=chosen)
    assert pages_of(pdf_of((tmp_path / "brief.html").read_text("utf-8"))) == 2, "the page itself, printed by hand"


def test_a_ladder_of_which_not_all_rungs_are_chosen_says_which_they_are() -> None:
    rungs = table("id|title|ladder|rung", "talk|Talk|arms|1", "test|Test|arms|2", "ban|Ban|arms|3")
    data = tiny(*TALKS, proposals=rungs)
    assert texts(made(data).second, "Ladder") == ["Talk  ● Ann  ◐ Cem", "Test  ● Bob", "Ban  ✕ Dee"]
    some = made(data, proposal=("talk", "ban"))
    assert texts(some.second, "Ladder") == ["1 of 3: Talk  ● Ann  ◐ Cem", "3 of 3: Ban  ✕ Dee"]
    assert "Ladder" not in [s.title for s in made(data, proposal="ban").second], "one rung is no ladder"
