"""What browsers send by hand to a server with sign-in: a reader's clicks on what only an editor was shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from matrix.dataset.changes import Change
from matrix.dataset.location import Database, Person
from matrix.store.copy import copy
from matrix.store.history import apply, save, undo
from matrix.store.members import RoleError, invite, members
from matrix.store.proposed import propose
from tests import databases
from tests.sign_in import ANN, Browser, provider, signing_in
from tests.tiny import dataset as tiny

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]  # the provider's
RITA = {"sub": "2", "email": "rita@example.org", "email_verified": True, "name": "Rita"}


def rows(at: Database) -> dict[str, list[tuple[object, ...]]]:
    """All that is kept but when each member looked."""
    return {table: found for table, found in databases.dump(at).items() if table != "members"}


def test_a_forged_write_leaves_no_trace_but_a_line_in_the_log(
    tmp_path: Path, new_database: Callable[[str], Database], absent: Callable[[str], NoReturn]
) -> None:
    at = new_database("sqlite")
    save(tiny("ann talk support early", "bob test oppose late"), tmp_path / "tiny")
    copy(tmp_path / "tiny", at)
    apply(at, [Change("changed", "statements", "s1", "note", "", "looked at")], by="Lee", why="a look")
    propose(
        at, [Change("changed", "statements", "s2", "note", "", "asked")], seen="", by="Lee", why="a secret of Lee's"
    )
    invite(at, "ann@example.org", "editor")
    invite(at, "rita@example.org", "reader")
    before, log = rows(at), tmp_path / "server.log"
    with provider(absent, ANN, RITA) as address, signing_in(tmp_path, at.url, default=address) as url:
        ann, rita = Browser(url), Browser(url)
        assert ann.sign_in("1")
        assert rita.sign_in("2")
        with ann.tab() as old, ann.tab() as other, ann.tab() as third, rita.tab() as tab:
            old.reads("data", part="history")
            assert "a secret of Lee" in third.reads("data", part="proposed")
            assert "secret" not in tab.reads("data", part="proposed")
            coders = other.reads("data", part="coders")
            assert "Begin it" in coders
            assert "reader of this dataset" in tab.reads("data", part="history")
            assert "Take it back" not in tab.buttons
            assert rita.upload(tab.session) == 204  # a file that no page of hers takes
            # Widgets of an editor's page, from the page of a reader; and that page's parts.
            for button in (old.buttons["Take it back"], other.buttons["Begin it"], third.buttons["Accept"]):
                assert "reader of this dataset" in tab.reads("data", clicked=button, part="history")
            for part in (*old.fragments, *other.fragments):
                tab.reads("data", fragment=part, part="history")
            assert rows(at) == before
            assert "refused" not in log.read_text("utf-8")
            # A tab that was drawn while she was an editor.
            invite(at, "ann@example.org", "reader")
            drawn = old.reads("data", clicked=old.buttons["Take it back"], part="history")
            assert (
                "Ann (ann@example.org) is a reader of this dataset and cannot change it: nothing was written" in drawn
            )
            assert rows(at) == before
            assert "secret" not in third.reads("data", clicked=third.buttons["Accept"], part="proposed")
            assert rows(at) == before
            lines = [line for line in log.read_text("utf-8").splitlines() if "refused" in line]
            assert len(lines) == 2
            assert all("Ann (ann@example.org) is a reader" in line for line in lines)
    person = next(m.person for m in members(at) if m.email == "rita@example.org")
    assert isinstance(person, Person)
    with pytest.raises(RoleError):
        undo(at.as_person(person), by="Lee")
    assert rows(at) == before
    assert "Traceback" not in log.read_text("utf-8")
