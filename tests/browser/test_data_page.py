"""The Data page in a browser: a workbook goes out, comes back edited, changes the matrix - and is taken back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from time import monotonic

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.parts import wide
from tests.importing.made_qdpx import LETTER, CodedWords, E, R, refi

READS = "Announces that both presidents want talks."
MARKUP = "<script>document.title='owned'</script> ![p](http://evil.example/p.png)"


@pytest.fixture
def own(shipped: Path, tmp_path: Path) -> Path:
    """A copy of the shipped dataset that may be changed."""
    return Path(shutil.copytree(shipped, tmp_path / "own"))


def download(page: Page, name: str, to: Path) -> Path:
    with page.expect_download() as begun:
        page.get_by_role("button", name=name).click()
    begun.value.save_as(to)
    return to


def edit(file: Path) -> None:
    """Somebody's work in a spreadsheet: another stance, another summary, hostile text, a mistake."""
    book = openpyxl.load_workbook(file)
    sheet = book["Statements"]
    head = [c.value for c in sheet[1]]
    rows = {r[head.index("id")].value: int(r[0].row or 0) for r in sheet.iter_rows(min_row=2)}
    for id_, column, value in (
        ("s001", "stance", "concern"),
        ("s001", "summary", READS),
        ("s002", "note", MARKUP),
        ("s005", "stance", "suport"),
    ):
        sheet.cell(rows[id_], head.index(column) + 1).value = value
    book.save(file)


def test_an_analyst_edits_in_a_spreadsheet_brings_it_back_and_takes_it_back(
    own: Path, serve, page, settled, shot, axe, outside, tmp_path: Path
) -> None:
    shown = page(f"{serve(own)}/data?side=china")
    expect(shown.get_by_role("heading", name="Data", level=1)).to_be_visible()
    shown.get_by_role("link", name="Data", exact=True).click()  # the filters stay in the address
    settled(shown)
    assert axe(shown) == []
    shown.get_by_role("button", name="Clear filters").click()
    settled(shown)
    file = download(shown, "Excel workbook (.xlsx)", tmp_path / "edited.xlsx")
    edit(file)
    shown.get_by_role("radio", name="Bring in").click()
    settled(shown)
    shown.locator("input[type=file]").set_input_files(file)
    apply = shown.get_by_role("button", name="Apply 3 changes")
    expect(apply).to_be_enabled()
    rows = shown.locator(".pm-changes tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("did you mean 'support'?")
    expect(rows.first.locator("input")).to_have_count(0)
    expect(rows.nth(2)).to_contain_text(READS)
    assert axe(shown) == []
    shot(shown, "data-changes")

    # By keyboard alone: the hostile note is not wanted, the rest is applied.
    shown.locator(".pm-changes").focus()
    for _ in range(3):
        shown.keyboard.press("Tab")
    expect(rows.filter(has_text="evil.example").locator("input")).to_be_focused()
    shown.keyboard.press("Space")
    apply = shown.get_by_role("button", name="Apply 2 changes")
    expect(apply).to_be_enabled()
    apply.focus()
    shown.keyboard.press("Enter")
    expect(shown.locator(".pm-done", has_text="2 changes written.")).to_be_visible()

    shown.get_by_role("radio", name="History").click()
    settled(shown)
    version = shown.locator(".pm-history code").nth(1).inner_text()
    shown.get_by_role("link", name="Matrix", exact=True).click()
    expect(shown).not_to_have_url(re.compile("/data"))
    cell = page(f"{shown.url.split('?')[0].rstrip('/')}/?cell=intergovernmental-dialogue~mofa-china&v={version}")
    expect(cell.locator(".st-key-evidence")).to_contain_text(READS)
    expect(cell.locator(".st-key-evidence")).to_contain_text("Raises as a concern")

    shown.get_by_role("link", name="Data", exact=True).click()
    settled(shown)
    shown.get_by_text("Old and new values of 2 changes").click()
    expect(shown.locator(".pm-history details")).to_contain_text(READS)
    shown.get_by_role("button", name="Undo the last change").click()
    expect(shown.get_by_text("This takes back")).to_contain_text("2 changes: import edited.xlsx")
    assert axe(shown) == []
    shown.get_by_role("button", name="Take it back").click()
    expect(shown.locator(".pm-done", has_text="Taken back.")).to_be_visible()
    cell.reload()
    settled(cell)
    expect(cell.locator(".st-key-evidence")).not_to_contain_text(READS)
    assert shown.title() != "owned"
    assert outside() == []


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "dark"), ("phone", "light")])
def test_a_read_only_server_shows_how_to_edit_and_every_word_of_the_codebook(
    size: str, scheme: str, own: Path, serve, page, settled, axe, shot
) -> None:
    shown = page(f"{serve(own, '--read-only')}/data", size, scheme)
    expect(shown.get_by_text("Editing is off")).to_be_visible()
    expect(shown.get_by_role("radio", name="Bring in")).to_have_count(0)
    expect(shown.locator("input[type=file]")).to_have_count(0)
    shown.get_by_role("radio", name="Codebook").click()
    settled(shown)
    for title in ("Stances", "Empty cells", "Tables, columns and words", "Tiers", "Measures"):
        folded = shown.locator("details").filter(has=shown.locator("summary").filter(has_text=title))
        folded.locator("summary").scroll_into_view_if_needed()
        settled(shown)  # the part above still opens: where this one stood a moment ago, another may stand now
        folded.locator("summary").click()
        expect(folded).to_have_attribute("open", "")
        settled(shown)
    expect(shown.get_by_text("Leifeld 2017").first).to_be_visible()
    assert not wide(shown)
    assert axe(shown) == []
    shot(shown, f"data-{size}-{scheme}")


# The Data page's upload, and a page that counts what of it the server holds.
HOLDING = """
import gc
import streamlit as st
from matrix.dashboard.pages.data.upload import bring_in
from matrix.dashboard.datasets import open_dataset
from matrix.dataset.changes import Change
from pathlib import Path

if "count" in st.query_params:
    gc.collect()
    st.text(f"held: {sum(isinstance(o, Change) for o in gc.get_objects())}")
    st.button("Again")
else:
    bring_in(open_dataset(Path(FOLDER)))
"""


def test_what_an_upload_held_is_given_back_when_its_page_is_closed(
    own: Path, serve_script, page, tmp_path: Path
) -> None:
    file = tmp_path / "hand.csv"
    file.write_text("Actor,Proposal,Stance\n" + "".join(f"Actor {i},Ban,support\n" for i in range(50)), "utf-8")
    url = serve_script(HOLDING.replace("FOLDER", repr(str(own))))
    shown, other = page(url), page(f"{url}/?count=1")
    shown.locator("input[type=file]").set_input_files(file)
    shown.get_by_role("radio", name=re.compile("^Into “")).click()
    expect(shown.get_by_role("button", name=re.compile("^Apply"))).to_be_visible()
    again = other.get_by_role("button", name="Again")
    again.click()
    expect(other.get_by_text(re.compile(r"held: [1-9]"))).to_be_visible()
    shown.close()

    def counted() -> None:
        again.click()
        expect(other.get_by_text("held: 0", exact=True)).to_be_visible(timeout=2_000)

    until = monotonic() + 30
    while True:
        try:
            counted()
            return
        except AssertionError:
            if monotonic() > until:
                raise


WAHL = (
    "These;Nr.;CDU;SPD;GRÜNE;Begründung SPD\n"
    "Tempolimit;1;stimme nicht zu;neutral;stimme zu;Es kommt darauf an.\nKohleausstieg;2;stimme nicht zu;stimme zu;stimme zu;\n"
)
LISTS = "Bill,Fans,Foes\nSB 1,Anvil AI; Open Labs,Chamber of Trade\nSB 2,Anvil AI,\n"


def without_cases(file: Path) -> Path:
    """A project of letters in which nothing says who speaks but a variable of the sources."""
    coded = [
        CodedWords("one", R, ("Register of models", "support")),
        CodedWords("two", E, ("Export ban", "oppose")),
        CodedWords("two", R, ("Register of models", "support")),
    ]
    values = {"one": {"Organisation": "Ministry of Trade"}, "two": {"Organisation": "Union of Printers"}}
    return refi(file, coded, texts={"one": LETTER, "two": LETTER}, source_values=values)


def test_a_sheet_of_theses_a_list_and_a_project_without_cases_come_to_a_matrix_by_a_few_clicks(
    own: Path, serve, page, settled, errors, outside, tmp_path: Path
) -> None:
    """From the first page to the matrix of a new dataset; each click, file and word typed counts as one."""
    url = serve(own)
    files = {"wahl.csv": WAHL.encode(), "bills.csv": LISTS.encode()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    without_cases(tmp_path / "letters.qdpx")
    stories = [  # file, answers: box and what is chosen or typed; names in the matrix
        ("wahl.csv", [], ["Tempolimit", "Kohleausstieg", "GRÜNE"]),
        ("bills.csv", [("Fans", "Supports"), ("Foes", "Opposes")], ["SB 1", "Anvil AI", "Chamber of Trade"]),
        ("letters.qdpx", [("Who speaks", "variable Organisation")], ["Export ban", "Union of Printers"]),
    ]
    counted = {}
    for name, answers, names in stories:
        shown, actions = page(url), 0
        settled(shown)

        def click(what: Locator) -> int:
            what.click()
            settled(shown)  # noqa: B023
            return 1

        def typed(box: Locator, text: str) -> int:
            box.fill(text)
            box.press("Enter")
            settled(shown)  # noqa: B023
            return 1

        actions += click(shown.get_by_role("link", name="Data", exact=True))
        actions += click(shown.get_by_role("radio", name="Bring in"))
        shown.locator("input[type=file]").set_input_files(tmp_path / name)
        settled(shown)
        actions += 1
        new = shown.get_by_role("radio", name=re.compile("Into a new dataset"))
        actions += click(new)
        coded = name.endswith(".qdpx")  # of which it is asked then who speaks
        for label, answer in answers:
            box = shown.get_by_role("combobox", name=re.compile(label if coded else f"Column “{label}”"))
            actions += click(box) + typed(box, answer if coded else f"each: {answer}")
        actions += click(shown.get_by_role("button", name="Make the dataset"))
        actions += click(shown.locator(".pm-done a"))
        for each in names:
            expect(shown.locator("[data-testid=stMain]")).to_contain_text(each)
        counted[name] = actions
    assert counted == {"wahl.csv": 6, "bills.csv": 10, "letters.qdpx": 8}
    assert errors == []
    assert outside() == []
