"""A team on one PostgreSQL: two people in two browsers code apart, reconcile, and change one row; the database goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Page, expect

from matrix.dataset.location import Database
from matrix.store.copy import copy
from matrix.store.folder import load
from matrix.store.history import history
from matrix.store.members import invite, remove
from tests import databases
from tests.browser.conftest import OpenPage
from tests.browser.test_coding import form, select_by_mouse
from tests.sign_in import provider, signing_in
from tests.tiny import written

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's
ELSEWHERE = "cdn.jsdelivr.net"  # from where the provider's own pages would have their style
KIM = {"sub": "k1", "email": "kim@example.org", "email_verified": True, "name": "Kim"}
EDITH = {"sub": "e1", "email": "edith@example.org", "email_verified": True, "name": "Edith"}
TEXT = "Ann said: “We want a hotline between ministers.” Nobody else spoke.\r\nNo ban, said Bo.\r\n"
TABLES = {
    "sources": f"id,title,date,language,sha256\nn,News,2026-05-08,en,{hashlib.sha256(TEXT.encode()).hexdigest()}\n",
    "actors": "id,name\nann,Ann\nbo,Bo\n",
    "proposals": "id,title,definition\nhotline,A hotline between ministers,A line\nban,A ban,No such weapons\n",
    "statements": "id,actor,proposal,stance,source\ns1,bo,ban,oppose,n\n",
}
WORDS = "We want a hotline between ministers."
Settled = Callable[[Page], None]


@dataclass
class Team:
    """A served database, its own server of PostgreSQL, and what signs a person in."""

    at: Database
    server: databases.PostgresServer
    url: str
    log: Path
    enter: Callable[[str], Page]


@pytest.fixture
def team(tmp_path: Path, absent: Callable[[str], NoReturn], page: OpenPage, settled: Settled) -> Iterator[Team]:
    """Kim is a coder and Edith an editor, both invited by the command's store; the database is a new server's."""
    folder = written(tmp_path / "study", TABLES)
    (folder / "texts").mkdir()
    (folder / "texts" / "n.txt").write_bytes(TEXT.encode())
    with ExitStack() as running:
        server = running.enter_context(contextmanager(databases.started)(absent))
        at = server.new()
        running.callback(databases.forget, [at])
        copy(folder, at)
        invite(at, "kim@example.org", "coder")
        invite(at, "edith@example.org", "editor")
        address = running.enter_context(provider(absent, KIM, EDITH))
        url = running.enter_context(signing_in(tmp_path, at.url, default=address))

        def enter(subject: str) -> Page:
            shown = page(url)
            shown.route(f"**://{ELSEWHERE}/**", lambda asked: asked.abort())
            shown.get_by_role("button", name="Sign in").click()
            shown.get_by_role("button", name=subject, exact=True).click()
            shown.wait_for_url(f"{url}/")
            settled(shown)
            return shown

        yield Team(at, server, url, tmp_path / "server.log", enter)


def code_in_a_layer(shown: Page, url: str, layer: str, stance: str, settled: Settled) -> None:
    """Begin a layer, mark a statement in the text, and finish the source."""
    shown.goto(f"{url}/data?data=coders")
    shown.get_by_role("textbox", name="New layer").fill(layer)
    shown.get_by_role("textbox", name="New layer").press("Tab")
    settled(shown)
    shown.get_by_role("button", name="Begin it").click()
    expect(shown.get_by_text(f"The layer {layer} is there")).to_be_visible()
    shown.get_by_role("button", name="Open this layer").click()
    expect(shown.get_by_text(f"You are coding in the layer {layer}.")).to_be_visible()
    settled(shown)
    shown.get_by_role("link", name="Read News").click()
    expect(shown.get_by_role("region", name="The text of the source")).to_be_visible()
    settled(shown)
    select_by_mouse(shown, WORDS)
    expect(form(shown).get_by_label("Actor", exact=True)).to_have_value("Ann")
    shown.keyboard.press("Enter")
    shown.keyboard.press(stance)
    expect(shown.locator(".marking .status")).to_contain_text("is saved: Ann")
    settled(shown)
    shown.get_by_role("button", name="Mark as finished").click()
    expect(shown.get_by_text("n is finished")).to_be_visible()


def correct(shown: Page, note: str, settled: Settled) -> None:
    """Type a note into the open form of a statement."""
    field = shown.get_by_role("dialog").get_by_role("textbox", name="Note", exact=True)
    field.fill(note)
    field.press("Tab")
    settled(shown)


def test_two_code_apart_reconcile_and_meet_on_one_row(team: Team, settled: Settled, errors: list[str]) -> None:
    kim, edith = team.enter("k1"), team.enter("e1")
    code_in_a_layer(kim, team.url, "kim", "1", settled)
    code_in_a_layer(edith, team.url, "edith", "4", settled)

    # A coder is told nothing of another's layer: not in the list, not by its address.
    kim.goto(f"{team.url}/data?data=coders")
    expect(kim.get_by_role("heading", name="Coders")).to_be_visible()
    settled(kim)
    expect(kim.get_by_role("region", name="Layers")).to_contain_text("kim")
    expect(kim.locator("body")).not_to_contain_text("edith")
    kim.goto(f"{team.url}/statements?layer=edith")
    expect(kim.get_by_text("Layer: 'edith' is not one of")).to_be_visible()
    settled(kim)
    expect(kim.locator("body")).not_to_contain_text(WORDS)

    # The editor sees both, how well they agree, decides, and takes it over.
    edith.goto(f"{team.url}/data?data=coders&mine=edith&theirs=kim")
    expect(edith.get_by_role("heading", name="Reconcile")).to_be_visible()
    settled(edith)
    edith.get_by_role("radio", name="As kim").click()
    settled(edith)
    why = edith.get_by_role("textbox", name="Why", exact=True)
    why.fill("She says so")
    why.press("Tab")
    settled(edith)
    edith.get_by_role("button", name="Decide").click()
    expect(edith.get_by_text("Decided and kept.")).to_be_visible()
    settled(edith)
    edith.get_by_role("button", name="Take over 1 unit into the dataset").click()
    expect(edith.get_by_text("Taken over.")).to_be_visible()
    settled(edith)
    assert load(team.at).statements["stance"].tolist() == ["oppose", "support"]

    # Kim becomes an editor; both open the form of one statement.
    invite(team.at, "kim@example.org", "editor")
    for shown in (kim, edith):
        shown.goto(f"{team.url}/statements?statement=s1")
        settled(shown)
        shown.get_by_role("button", name="Edit statement s1").first.click()
        expect(shown.get_by_role("dialog")).to_be_visible()
        settled(shown)
    correct(kim, "as kim reads it", settled)
    correct(edith, "as edith reads it", settled)
    edith.get_by_role("button", name="Save the correction").click()
    expect(edith.get_by_text("s1 is corrected.")).to_be_visible()
    kim.get_by_role("button", name="Save the correction").click()
    expect(kim.get_by_role("dialog")).to_contain_text("as edith reads it")
    settled(kim)
    assert load(team.at).statements["note"].tolist()[0] == "as edith reads it"
    kim.get_by_role("button", name="Save the correction").click()
    expect(kim.get_by_text("s1 is corrected.")).to_be_visible()
    assert load(team.at).statements["note"].tolist()[0] == "as kim reads it"
    settled(kim)
    kim.get_by_role("button", name="Undo").click()
    expect(kim.get_by_text("Taken back.").first).to_be_visible()
    assert load(team.at).statements["note"].tolist()[0] == "as edith reads it"

    kim.goto(f"{team.url}/data?data=history")
    told = kim.get_by_role("region", name="History")
    expect(told).to_contain_text("Edith (edith@example.org)")
    expect(told).to_contain_text("Kim (kim@example.org)")
    assert [step.by.split()[0] for step in history(team.at)] == ["Edith", "Edith", "Kim", "Kim"]
    assert "Traceback" not in team.log.read_text("utf-8")
    assert [e for e in errors if ELSEWHERE not in e] == []


def test_the_database_stops_and_starts_under_open_pages(team: Team, settled: Settled) -> None:
    edith, kim = team.enter("e1"), team.enter("k1")
    edith.goto(f"{team.url}/statements?statement=s1")
    settled(edith)
    edith.get_by_role("button", name="Edit statement s1").first.click()
    settled(edith)
    edith.get_by_role("dialog").get_by_role("textbox", name="Quote", exact=True).fill("No ban, said Bo.")  # looked for
    correct(edith, "seen", settled)
    kim.goto(f"{team.url}/data?data=coders")
    settled(kim)
    team.server.stop()
    edith.get_by_role("button", name="Save the correction").click()
    for shown in (edith, kim):
        if shown is kim:
            shown.get_by_role("link", name="Statements", exact=True).click()
        expect(shown.get_by_text("cannot be reached").first).to_be_visible()
        expect(shown.locator("body")).not_to_contain_text("Something went wrong")
        expect(shown.locator("body")).not_to_contain_text(str(team.server.port))
    team.server.start()
    for shown in (edith, kim):
        shown.get_by_role("button", name="Reload").click()
        expect(shown.get_by_role("heading", name="Statements", level=1)).to_be_visible()
        settled(shown)
    expect(edith.get_by_role("dialog")).to_contain_text("nothing was written")
    expect(edith.get_by_role("dialog").get_by_role("textbox", name="Note", exact=True)).to_have_value("seen")
    assert not history(team.at)
    remove(team.at, "kim@example.org")
    kim.get_by_role("link", name="Timeline").click()
    expect(kim.get_by_text("is not a member of this dataset")).to_be_visible()
    log = team.log.read_text("utf-8")
    assert "Traceback" not in log
    assert databases.SECRET not in log
