"""A coder reads a source's text in a browser: words marked by mouse and by keyboard become statements, three actions each."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from matrix.dataset.changes import Change
from matrix.store.history import apply
from tests.tiny import written

TEXT = (
    "𠮷野 report 👨‍👩‍👧 on talks.\r\n\r\n"
    "Ann said: “We want a hotline between ministers.” Nobody else spoke.\r\n"
    "No ban, said Bo. 博表示：“我们反对禁令。”\r\n"
    "No ban, said Bo.\r\n"
    "He wants talks.\r\n"
)
TABLES = {
    "sources": f"id,title,date,language,sha256\nn,News,2026-05-08,en,{hashlib.sha256(TEXT.encode()).hexdigest()}\n",
    "actors": "id,name,name_native\nann,Ann,\nbo,Bo,博\n",
    "proposals": "id,title,title_zh,definition\nhotline,A hotline between ministers,热线,A line that ministers can call\n"
    "ban,A ban,禁令,No such weapons\n",
    "statements": "id,actor,proposal,stance,source\ns1,ann,hotline,support,n\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One statement, and a source whose text is here."""
    return written(tmp_path / "dataset", TABLES)


@pytest.fixture
def coding(serve, folder: Path, tmp_path: Path) -> str:
    """The address of a dashboard on it."""
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "n.txt").write_bytes(TEXT.encode())
    return f"{serve(folder, '--texts', str(texts))}/sources?reading=n"


def statements(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "statements.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def form(page: Page) -> Locator:
    return page.locator(".marking form")


def select_by_mouse(page: Page, words: str, nth: int = 0) -> None:
    """Press the mouse at the beginning of these words in the text, and let go at their end."""
    box = page.evaluate(
        """([words, nth]) => {
            const region = document.querySelector(".pm-text")
            const walker = document.createTreeWalker(region, NodeFilter.SHOW_TEXT)
            for (let seen = 0; walker.nextNode(); ) {
                const node = walker.currentNode
                for (let at = node.data.indexOf(words); at >= 0; at = node.data.indexOf(words, at + 1)) {
                    if (seen++ < nth) continue
                    const range = document.createRange()
                    range.setStart(node, at)
                    range.setEnd(node, at + words.length)
                    const { top, bottom } = range.getBoundingClientRect()
                    if (top < 60 || bottom > innerHeight) node.parentElement.scrollIntoView({ block: "center" })
                    const boxes = [...range.getClientRects()]
                    const [first, last] = [boxes[0], boxes[boxes.length - 1]]
                    return [first.left + 0.5, first.top + first.height / 2, last.right - 0.5, last.top + last.height / 2]
                }
            }
        }""",
        [words, nth],
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move(box[2], box[3], steps=4)
    page.mouse.up()


def test_a_coder_marks_by_mouse_and_keyboard_and_takes_one_back(page, coding: str, folder: Path, settled) -> None:
    shown = page(coding)
    words = "We want a hotline between ministers."

    # Three actions: select, take the proposal, press the stance's number.
    select_by_mouse(shown, words)
    expect(form(shown)).to_be_visible()
    expect(form(shown).locator("blockquote")).to_have_text(words)
    expect(form(shown).get_by_role("option").first).to_contain_text("A hotline between ministers")
    expect(form(shown).get_by_role("option").first).to_contain_text("suggested: ")
    expect(form(shown).get_by_label("Actor", exact=True)).to_have_value(
        "Ann"
    )  # she is named in the sentence, as Bo is below
    shown.keyboard.press("Enter")
    shown.keyboard.press("1")
    expect(shown.locator(".marking .status")).to_contain_text(
        "s2 is saved: Ann, supports, A hotline between ministers."
    )
    expect(shown.locator(".pm-mark")).to_have_text([words])
    settled(shown)
    saved = statements(folder)["s2"]
    assert (saved["quote"], saved["start"]) == (words, str(TEXT.index(words)))
    assert (saved["attribution"], saved["date_start"], saved["date_end"]) == ("quoted", "2026-05-08", "2026-05-08")
    assert saved["coder"]

    # By keyboard: the second of two like sentences.
    text = shown.get_by_role("region", name="The text of the source")
    text.focus()
    for _ in range(4):  # Nobody else spoke; No ban; the Chinese one; No ban
        shown.keyboard.press("ArrowDown")
    assert shown.evaluate("getSelection().toString()") == "No ban, said Bo."
    shown.keyboard.press("Enter")
    expect(form(shown)).to_be_visible()
    form(shown).get_by_label("Proposal", exact=True).press_sequentially("禁")
    shown.keyboard.press("Enter")
    shown.keyboard.press("4")
    expect(shown.locator(".marking .status")).to_contain_text("s3 is saved: Bo, opposes, A ban.")
    settled(shown)
    assert statements(folder)["s3"]["start"] == str(TEXT.rindex("No ban, said Bo."))
    assert statements(folder)["s3"]["attribution"] == "paraphrased"

    shown.get_by_role("button", name="Undo").click()
    expect(shown.locator(".marking .status")).to_contain_text("Taken back.")
    settled(shown)
    assert "s3" not in statements(folder)
    assert "s2" in statements(folder)


def test_what_is_not_sure_is_asked_and_nothing_that_was_filled_in_is_lost(
    page, coding: str, folder: Path, tmp_path: Path, settled
) -> None:
    shown = page(coding, (1280, 640))
    said = shown.locator(".marking .status")
    actor = form(shown).get_by_label("Actor", exact=True)
    select_by_mouse(shown, "We want a hotline between ministers.")
    expect(actor).to_have_value("Ann")
    for key in ("Enter", "1"):
        shown.keyboard.press(key)
    expect(said).to_contain_text("s2 is saved: Ann")
    settled(shown)

    # Nobody is named: the actor of the last statement is proposed, and asked about before it is saved.
    select_by_mouse(shown, "Nobody else spoke.")
    expect(form(shown)).to_contain_text("as before: Ann - check")
    for key in ("Enter", "4"):
        shown.keyboard.press(key)
    expect(form(shown)).to_contain_text("These words name nobody known: is it Ann? Choose the actor, then save.")
    assert "s3" not in statements(folder)
    actor.fill("Cyril")
    actor.press("Enter")  # a new one: what is still to be said is the side
    expect(form(shown).get_by_label("Side of the new actor")).to_be_focused()
    expect(form(shown)).not_to_contain_text("These words name nobody known")
    form(shown).get_by_label("Side of the new actor").select_option("+ New side")
    expect(form(shown).get_by_label("Name of the new side")).to_be_focused()
    shown.keyboard.type("Norway")
    form(shown).get_by_role("radio").nth(3).click()
    expect(said).to_contain_text("s3 is saved: Cyril")
    settled(shown)
    assert "norway,Norway" in (folder / "sides.csv").read_text("utf-8")

    # A number key says what is missing, and no condition goes unasked.
    select_by_mouse(shown, "No ban, said Bo.", 1)
    expect(actor).to_have_value("Bo 博")
    form(shown).get_by_role("radio").first.focus()
    shown.keyboard.press("1")
    expect(form(shown)).to_contain_text("Not saved yet: the proposal is missing.")
    proposal = form(shown).get_by_label("Proposal", exact=True)
    proposal.fill("Chips")
    proposal.press("Enter")
    shown.keyboard.press("2")
    expect(form(shown)).to_contain_text("Not saved yet: the condition is missing.")
    expect(proposal).to_have_value("Chips")
    shown.keyboard.type("if calm")
    expect(form(shown)).not_to_contain_text("Not saved yet")
    form(shown).get_by_role("radio").first.focus()
    shown.keyboard.press("1")
    expect(form(shown)).to_contain_text(
        "This stance takes no condition: remove what is here, or choose another stance."
    )
    expect(form(shown).get_by_label("Condition", exact=True)).to_have_value("if calm")
    form(shown).get_by_role("button", name="Remove the condition").click()
    shown.keyboard.press("1")
    expect(said).to_contain_text("s4 is saved: Bo, supports, Chips.")
    settled(shown)
    expect(said).to_be_in_viewport()
    assert statements(folder)["s4"].get("condition", "") == ""

    # A pronoun goes on with the same person: three actions, and nothing is asked.
    select_by_mouse(shown, "He wants talks.")
    expect(form(shown)).to_contain_text("as before: Bo 博")
    expect(form(shown)).not_to_contain_text("check")
    for key in ("Enter", "1"):
        shown.keyboard.press(key)
    expect(said).to_contain_text("s5 is saved: Bo, supports")
    settled(shown)

    # Ctrl+Z takes back the last one, and says so where there is nothing more.
    shown.keyboard.press("Control+z")
    expect(said).to_contain_text("Taken back.")
    settled(shown)
    shown.keyboard.press("Control+z")
    expect(said).to_contain_text("Nothing more to take back here; all changes are under Data > History.")
    assert list(statements(folder)) == ["s1", "s2", "s3", "s4"]

    # The text becomes another one while the form is open.
    select_by_mouse(shown, "No ban, said Bo.", 1)
    form(shown).get_by_label("Note").fill("a note")
    expect(form(shown).get_by_label("Actor", exact=True)).to_have_value("Bo 博")
    settled(shown)  # these words are read ahead before their text goes
    other = TEXT + "The end."
    (tmp_path / "texts" / "n.txt").write_bytes(other.encode())
    before, after = (hashlib.sha256(t.encode()).hexdigest() for t in (TEXT, other))
    apply(folder, [Change("changed", "sources", "n", "sha256", before, after)], by="kim", why="another text")
    proposal.focus()
    for key in ("Enter", "4"):
        shown.keyboard.press(key)
    expect(said).to_contain_text("The text was replaced by another version, and nothing was saved")
    assert list(statements(folder)) == ["s1", "s2", "s3", "s4"]
    settled(shown)
    select_by_mouse(shown, "The end.")
    expect(form(shown).get_by_label("Note")).to_have_value("a note")

    # The page is left with the form open.
    settled(shown)
    shown.get_by_role("link", name="Statements", exact=True).click()
    expect(shown).to_have_url(re.compile("/statements"))
    settled(shown)
    shown.go_back()
    expect(said).to_contain_text("What you began on “The end.” is not saved.")
    settled(shown)
    shown.reload()  # what is not gone on with stays
    said.get_by_role("button", name="Go on").click()
    expect(form(shown).locator("blockquote")).to_have_text("The end.")
    expect(form(shown).get_by_label("Note")).to_have_value("a note")


def test_the_open_form_fits_and_is_accessible(page, coding: str, axe, shot, settled) -> None:
    for size, scheme in (("desktop", "light"), ("phone", "dark")):
        shown = page(coding, (1440, 900) if size == "desktop" else (390, 844), scheme)
        select_by_mouse(shown, "No ban")
        expect(form(shown)).to_be_visible()
        shown.keyboard.press("Enter")
        form(shown).get_by_role("radio").nth(1).click()
        select_by_mouse(shown, "said Bo")  # a second marking is of the condition
        expect(form(shown).locator(".condition")).to_contain_text("“said Bo”")
        expect(form(shown).locator("blockquote")).to_have_text("No ban")
        settled(shown)
        shot(shown, f"coding-{size}-{scheme}")
        assert axe(shown) == [], (size, scheme)
        form(shown).get_by_role("button", name="New proposal").click()
        form(shown).get_by_label("Proposal", exact=True).fill("A bann")
        form(shown).get_by_label("Note").focus()
        expect(form(shown)).to_contain_text("There is ‘A ban’")
        assert axe(shown) == [], (size, scheme, "a new proposal")
        shot(shown, f"coding-new-{size}-{scheme}")


def test_a_long_text_stays_where_it_was_read(page, serve, tmp_path: Path, settled) -> None:
    text = (
        "".join(f"Line {i}: nothing is said here of anything at all.\r\n" for i in range(900))
        + "Bo said: we want no ban at all.\r\nThe end.\r\n"
    )
    folder, texts = tmp_path / "long", tmp_path / "long-texts"
    folder.mkdir()
    texts.mkdir()
    for name, table in TABLES.items():
        made = table.replace(hashlib.sha256(TEXT.encode()).hexdigest(), hashlib.sha256(text.encode()).hexdigest())
        (folder / f"{name}.csv").write_text(made, encoding="utf-8")
    (texts / "n.txt").write_bytes(text.encode())
    shown = page(f"{serve(folder, '--texts', str(texts))}/sources?reading=n")
    region = shown.get_by_role("region", name="The text of the source")
    for _ in range(4):  # parts that were not looked at yet have a height that is only estimated
        region.evaluate("region => { region.scrollTop = region.scrollHeight }")
        settled(shown)
    shown.mouse.move(1200, 700)
    shown.evaluate("document.querySelector('.pm-text').scrollIntoView({ block: 'end' })")
    settled(shown)
    select_by_mouse(shown, "no ban")
    expect(form(shown).get_by_role("option").first).to_contain_text("suggested: ")
    for key in ("Enter", "4"):
        shown.keyboard.press(key)
    expect(shown.locator(".pm-mark")).to_have_text(["no ban"])
    settled(shown)
    expect(shown.locator(".pm-mark")).to_be_in_viewport()
    assert statements(folder)["s2"]["start"] == str(text.index("no ban"))
