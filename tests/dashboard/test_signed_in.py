"""Who somebody is by what a provider says of them, and what a page shows to whom."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from matrix.dashboard import access, sign_ins, signed_in
from matrix.dashboard.access import Access, Refusal
from matrix.dashboard.datasets import while_open
from matrix.dashboard.sign_in_file import SignIn
from matrix.dataset.location import Person
from tests.tiny import dataset

SIGN_IN = SignIn("https://matrix.example.org", ("default", "uni"), {})
MICROSOFT = "https://login.microsoftonline.com/0000/v2.0"
ANN: dict[str, Any] = {
    "is_logged_in": True,
    "provider": "default",
    "iss": "https://id.example.org",
    "sub": "1",
    "email": "ann@example.org",
    "email_verified": True,
    "name": "Ann",
    "nonce": "n1",
}


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that asks people to sign in."""
    monkeypatch.setattr(access, "_access", [Access(sign_in=SIGN_IN)])
    yield
    for kept in (sign_ins._ended, sign_ins._open, sign_ins._kept_in):
        kept.clear()


def _who() -> None:
    import streamlit as st

    from matrix.dashboard import datasets, signed_in

    st.session_state["who"] = signed_in.person()
    st.session_state["refusal"] = datasets.refusal()


def who(claims: dict[str, Any]) -> Person | None:
    app = AppTest.from_function(_who)
    app.user = claims
    app.run()
    assert not app.exception
    found: Person | None = app.session_state["who"]
    assert app.session_state["refusal"] == (None if found else Refusal.NOT_SIGNED_IN)
    return found


def test_a_person_is_what_the_provider_says() -> None:
    assert who(ANN) == Person("https://id.example.org", "1", "ann@example.org", True, "Ann")
    assert who({k: v for k, v in ANN.items() if k not in ("email", "name", "email_verified")}) == Person(
        ANN["iss"], "1"
    )
    assert who({**ANN, "name": "A\u202enn\n", "email": ["x"]}) == Person(ANN["iss"], "1", "", False, "A\ufffdnn")


@pytest.mark.parametrize(
    ("claims", "verified"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, True),
        ({"email_verified": False}, False),
        ({"email_verified": "false"}, False),
        ({"email_verified": None}, False),
        ({"email_verified": ["true"]}, False),
        ({"email_verified": True, "email": ""}, False),
        ({"iss": MICROSOFT, "xms_edov": True, "email_verified": ...}, True),
        ({"iss": MICROSOFT, "xms_edov": "1", "email_verified": ...}, True),
        ({"iss": MICROSOFT, "xms_edov": False, "email_verified": ...}, False),
        ({"iss": MICROSOFT, "email_verified": ...}, False),
        ({"iss": MICROSOFT, "xms_edov": True, "email_verified": False}, False),
        ({"xms_edov": True, "email_verified": ...}, False),  # any other may take the word for something else
    ],
)
def test_an_address_counts_only_where_the_provider_vouches_for_it(claims: dict[str, Any], verified: bool) -> None:
    found = who({k: v for k, v in {**ANN, **claims}.items() if v is not ...})
    assert found
    assert found.verified is verified


def test_two_providers_with_one_subject_are_two_people() -> None:
    assert who(ANN) != who({**ANN, "iss": "https://other.example.org"})


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"is_logged_in": False},
        {**ANN, "is_logged_in": False},
        {**ANN, "is_logged_in": "yes"},
        {**ANN, "provider": "of-before"},  # no longer in the file
        {**ANN, "iss": ""},
        {**ANN, "sub": None},
        {**ANN, "sub": 1},
        {k: v for k, v in ANN.items() if k != "iss"},
    ],
)
def test_who_is_not_named_by_a_provider_in_the_file_is_nobody(claims: dict[str, Any]) -> None:
    assert who(claims) is None


def test_who_signed_out_is_nobody_until_the_next_sign_in() -> None:
    sign_ins.end(sign_ins.sign_in_of(ANN))
    assert who(ANN) is None
    assert who({**ANN, "nonce": "n2"}) is not None


def test_who_signed_out_is_known_after_a_restart_and_to_other_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a b?.ended"
    sign_ins.keep_in(file)
    sign_ins.end("ann")
    assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600
    sign_ins._ended.clear()  # in another process
    assert sign_ins.has_ended("ann")
    assert not sign_ins.has_ended("bob")
    sign_ins._ended.clear()
    sign_ins.keep_in(file)  # after a restart
    assert sign_ins.has_ended("ann")
    # When the cookie has ended by itself, nothing is kept of it.
    later = time.time() + 32 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    sign_ins._ended.clear()
    sign_ins.keep_in(file)
    assert not sign_ins.has_ended("ann")
    assert [f.name for f in tmp_path.iterdir()] == [file.name]


def test_a_list_that_is_taken_away_begins_anew_with_what_is_known(tmp_path: Path) -> None:
    file = tmp_path / "x.ended"
    sign_ins.keep_in(file)
    sign_ins.end("ann")
    file.unlink()
    sign_ins.end("bob")
    sign_ins._ended.clear()  # in another process
    assert all(map(sign_ins.has_ended, ("ann", "bob")))


@pytest.mark.parametrize("what", ["no folder", "no database"])
def test_where_nothing_can_be_kept_the_log_says_so_and_signing_out_works(
    what: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / ("no/such" if what == "no folder" else "") / "x.ended"
    if what == "no database":
        file.write_bytes(b"of somebody's" * 1000)
    sign_ins.keep_in(file)
    sign_ins.end("ann")
    assert sign_ins.has_ended("ann")
    assert not sign_ins.has_ended("bob")
    assert f"{file} cannot be written" in caplog.text
    assert "until the server ends" in caplog.text
    assert what != "no database" or file.read_bytes() == b"of somebody's" * 1000


def test_nobodys_cookies_are_nobodys() -> None:
    sign_ins.keep({"other": "1"}, "ann")
    assert not sign_ins.is_open({"other": "1"})
    assert not sign_ins.is_open({})
    sign_ins.end_in({})
    assert not sign_ins.has_ended("ann")


def test_without_sign_in_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_access", [Access()])
    assert not signed_in.required()
    assert while_open(dataset(), make := lambda: b"") is make


def test_a_file_is_made_only_while_its_visitor_is_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_in, "_claims", lambda: ANN)
    make = while_open(dataset(), lambda: b"all of it")
    assert make() == b"all of it"
    sign_ins.end(sign_ins.sign_in_of(ANN))
    with pytest.raises(PermissionError):
        make()


# ---- the page


@pytest.fixture
def app(root: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], AppTest]:
    """app(claims): the app on the shipped dataset, for a visitor of whom a provider says this."""

    def run(claims: dict[str, Any]) -> AppTest:
        monkeypatch.setenv("POLICY_MATRIX_DATASET", str(shipped))
        made = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        made.user = claims
        made.run()
        assert not made.exception
        assert not made.error
        return made

    return run


def test_nobody_sees_more_than_the_way_in(
    app: Callable[[dict[str, Any]], AppTest], page_text: Callable[[AppTest], str]
) -> None:
    shown = app({})
    assert [b.label for b in shown.button] == ["Sign in", "Sign in with uni"]
    text = page_text(shown)
    assert "What is here is for people who have signed in" in text
    assert "dialogue" not in text


def test_the_name_and_the_way_out_are_there_and_the_way_out_works(
    app: Callable[[dict[str, Any]], AppTest], page_text: Callable[[AppTest], str]
) -> None:
    shown = app({**ANN, "name": "**Ann** :smile: [x](http://evil.example)"})
    text = page_text(shown)
    assert "Signed in as ann@example.org." in text
    names = [block.proto.popover.label for block in shown.get("popover")]
    assert [n for n in names if n.startswith("\\*\\*Ann")], names
    (out,) = [b for b in shown.button if b.label == "Sign out"]
    out.click().run()
    assert "What is here is for people who have signed in" in page_text(shown)
    assert sign_ins.has_ended(sign_ins.sign_in_of({**ANN, "name": "**Ann** :smile: [x](http://evil.example)"}))
