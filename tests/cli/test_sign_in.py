"""Signing in, over the network and with a real provider: what is checked, what is shown, what a way out ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from click.testing import CliRunner

from matrix.cli import main
from matrix.dataset.changes import Change
from matrix.store.folder import load
from matrix.store.history import apply, save
from tests.servers import free_port, live
from tests.sign_in import ANN, CLIENT_SECRET, COOKIE_SECRET, Browser, provider, sign_in_file, signing_in
from tests.tiny import dataset
from tests.visitors import Client

# The provider is made with parts of Authlib that will go.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

BOB = {"sub": "2", "email": "bob@example.org", "email_verified": False, "name": "Bob"}
OTHER = {"sub": "1", "email": "else@example.org", "email_verified": True, "name": "Somebody else"}
ASKED = "What is here is for people who have signed in"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny dataset in which one change was made, and a file that would name another provider."""
    folder = tmp_path_factory.mktemp("data") / "tiny"
    save(dataset("ann talk support early"), folder)
    old = str(load(folder).frames["proposals"].set_index("id").loc["talk", "title"])
    change = Change("changed", "proposals", "talk", "title", old, "Go on talking")
    apply(folder, [change], seen=load(folder).version, by="Ann", why="by hand")
    return folder


def plant(folder: Path, port: int) -> None:
    """What whoever sends a dataset, or fills a folder, could hope is read."""
    (folder / ".streamlit").mkdir()
    sign_in_file(folder / ".streamlit" / "secrets.toml", port, default="http://127.0.0.1:9")


@pytest.fixture(scope="module")
def providers(absent: Callable[[str], NoReturn]) -> Iterator[tuple[str, str]]:
    """Two providers; of both one person is called 1."""
    with provider(absent, ANN, BOB) as one, provider(absent, OTHER) as other:
        yield one, other


@pytest.fixture(scope="module")
def url(folder: Path, providers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with both; a file of another provider is in its current folder, which is its home, and in the dataset."""
    here = tmp_path_factory.mktemp("serve")
    for place in (here, folder):
        plant(place, 1)
    env = {"STREAMLIT_SECRETS_FILES": str(here / ".streamlit" / "secrets.toml")}
    with signing_in(here, folder, env, one=providers[0], other=providers[1]) as url:
        yield url


def log(url: str) -> str:
    return live[url.replace("localhost", "127.0.0.1")].log.read_text()


def title(folder: Path) -> str:
    return str(load(folder).frames["proposals"].set_index("id").loc["talk", "title"])


def test_who_has_not_signed_in_sees_nothing_of_the_dataset(url: str) -> None:
    visitor = Browser(url)
    for page in ("", "data", "statements"):
        with visitor.tab() as tab:
            drawn = tab.reads(page)
            assert ASKED in drawn
            assert {"Sign in with one", "Sign in with other"} == set(tab.buttons)
            assert not re.search(r"\b(talk|talking|tiny|ann)\b", drawn, re.IGNORECASE)
            assert not tab.uploaders
    assert "token" not in log(url)


def test_the_file_alone_names_the_provider(url: str, providers: tuple[str, str]) -> None:
    for button, address in zip(("Sign in with one", "Sign in with other"), providers, strict=True):
        asked = urlsplit(Browser(url).to_provider(button))
        assert f"{asked.scheme}://{asked.netloc}" == address
        params = parse_qs(asked.query)
        assert params["redirect_uri"] == [f"{url}/oauth2callback"]
        assert {"openid", "email"} <= {*params["scope"][0].split()}
        assert len(params["state"][0]) >= 16
        assert len(params["nonce"][0]) >= 16


def test_who_signed_in_is_named_and_reads(url: str) -> None:
    visitor = Browser(url)
    assert visitor.sign_in("1", "Sign in with one")
    with visitor.tab() as tab:
        drawn = tab.reads("data", part="history")
        assert "Go on talking" in drawn
        assert "Signed in as ann@example.org" in drawn
        assert "Ann" in drawn.splitlines()
        assert "Editing is off" not in drawn
        assert "Sign out" in tab.buttons


def test_a_page_that_another_site_opened_is_nobodys(url: str) -> None:
    """Who is signed in is read from cookies only with what a page of ours has in its hands."""
    visitor = Browser(url)
    assert visitor.sign_in("1", "Sign in with one")
    with visitor.tab() as tab:
        tab.reads("data")
    with Client(url, Cookie=visitor.keep(visitor.cookies())) as forged:
        assert ASKED in forged.reads("data")


@pytest.mark.parametrize("what", ["state", "code", "both"])
def test_a_forged_way_back_signs_nobody_in(what: str, url: str) -> None:
    visitor, stranger = Browser(url), Browser(url)
    good = urlsplit(visitor.back(visitor.to_provider("Sign in with one"), "1"))
    params = {k: v[0] for k, v in parse_qs(good.query).items()}
    if what == "both":  # a stranger's own, laid before the visitor: they would work in the stranger's name
        good = urlsplit(stranger.back(stranger.to_provider("Sign in with one"), "2"))
        params = {k: v[0] for k, v in parse_qs(good.query).items()}
    else:
        params[what] = params[what][:-1] + ("x" if params[what][-1] != "x" else "y")
    assert visitor.ask(f"/oauth2callback?{urlencode(params)}")[0] == 302
    assert not visitor.is_signed_in


def test_an_identity_made_for_another_sign_in_is_refused(url: str) -> None:
    visitor = Browser(url)
    asked = visitor.to_provider("Sign in with one")
    nonce = parse_qs(urlsplit(asked).query)["nonce"][0]
    back = visitor.back(asked.replace(nonce, "n" * len(nonce)), "1")
    assert visitor.ask(back)[0] == 302
    assert not visitor.is_signed_in
    assert visitor.sign_in("1", "Sign in with one"), "and the same visitor can try again"
    assert nonce not in log(url)


def test_an_identity_that_somebody_wrote_is_refused(url: str) -> None:
    visitor = Browser(url)
    assert visitor.sign_in("1", "Sign in with one")
    cookies = visitor.cookies()
    value = cookies["_streamlit_user"]
    cookies["_streamlit_user"] = value[:20] + ("A" if value[20] != "A" else "B") + value[21:]
    with visitor.tab() as tab:
        assert ASKED not in tab.reads("")
    with Client(url, xsrf=cookies["_streamlit_xsrf"], Cookie=visitor.keep(cookies)) as forged:
        assert ASKED in forged.reads("")


def test_signing_out_in_one_tab_ends_the_others_and_what_they_would_write(url: str, folder: Path) -> None:
    visitor, colleague = Browser(url), Browser(url)
    assert visitor.sign_in("1", "Sign in with one")
    assert colleague.sign_in("1", "Sign in with one")
    with visitor.tab() as one, visitor.tab() as other, visitor.tab() as third, colleague.tab() as elsewhere:
        assert "Go on talking" in other.reads("data", part="history")
        assert "Go on talking" in third.reads("statements")
        undo = other.buttons["Take it back"]
        parts = sorted(third.fragments)
        assert parts
        one.reads("")
        assert ASKED in one.reads("", clicked=one.buttons["Sign out"])
        assert one.redirect == "/auth/logout"
        # Nothing has been asked of the server yet but that click: no cookie is gone.
        assert ASKED in other.reads("data", clicked=undo, part="history")
        assert title(folder) == "Go on talking"
        for part in parts:
            drawn = third.reads("statements", fragment=part)
            assert ASKED in drawn
            assert "Go on talking" not in drawn
        assert "Go on talking" in elsewhere.reads("data", part="history"), "another sign-in of the same person stays"
    # A copy of the cookies, kept from before, is worth nothing.
    with visitor.tab() as late:
        assert ASKED in late.reads("data")
    assert visitor.ask("/auth/logout")[0] == 302
    assert not visitor.is_signed_in


def test_a_copy_of_a_cookie_counts_for_nothing_after_a_restart_either(
    folder: Path, providers: tuple[str, str], tmp_path: Path
) -> None:
    port = free_port()
    with signing_in(tmp_path, folder, port=port, default=providers[0]) as url:
        visitor, colleague = Browser(url), Browser(url)
        assert visitor.sign_in("1")
        assert colleague.sign_in("1")
        with visitor.tab() as tab:
            tab.reads("")
            assert ASKED in tab.reads("", clicked=tab.buttons["Sign out"])
    with signing_in(tmp_path, folder, port=port, default=providers[0]):
        with colleague.tab() as tab:
            assert ASKED not in tab.reads("data"), "who has not signed out stays signed in"
        with visitor.tab() as tab:
            assert ASKED in tab.reads("data")


def test_the_address_that_signs_out_does_so_in_every_tab(url: str) -> None:
    visitor = Browser(url)
    assert visitor.sign_in("2", "Sign in with one")
    with visitor.tab() as tab:
        assert ASKED not in tab.reads("data")
        visitor.ask("/auth/logout")
        assert ASKED in tab.reads("data")


def test_only_who_is_signed_in_uploads(url: str) -> None:
    stranger, visitor = Browser(url), Browser(url)
    with stranger.tab() as tab:
        tab.reads("data")
        assert stranger.upload(tab.session) == 403
    assert visitor.sign_in("1", "Sign in with one")
    with visitor.tab() as tab:
        tab.reads("data")
        assert visitor.upload(tab.session) == 204
        assert stranger.upload(tab.session) == 403
        tab.reads("", clicked=tab.buttons["Sign out"])
        assert visitor.upload(tab.session) == 403


def test_no_secret_is_in_the_log_the_arguments_or_the_environment(url: str) -> None:
    server = live[url.replace("localhost", "127.0.0.1")]
    visitor = Browser(url)
    assert visitor.sign_in("1", "Sign in with one")
    process = Path(f"/proc/{server.pid}")
    seen = [log(url)]
    if process.is_dir():
        seen += [(process / name).read_bytes().decode("utf-8", "replace") for name in ("cmdline", "environ")]
    for secret in (CLIENT_SECRET, COOKIE_SECRET, *(v for k, v in visitor.cookies().items() if "user" in k)):
        assert not [text for text in seen if secret in text]
    assert "Deprecat" not in seen[0], "what a library says to programmers is not for who starts the server"


def test_a_page_under_another_name_leads_to_where_people_sign_in(url: str) -> None:
    with Client(url.replace("localhost", "127.0.0.1")) as tab:
        drawn = tab.reads("")
        assert f'href="{url}"' in drawn
        assert not tab.buttons


# ---- a database and its members


def test_only_members_read_and_who_is_taken_out_is_out_at_once(
    folder: Path, providers: tuple[str, str], tmp_path: Path
) -> None:
    def run(*arguments: str) -> None:
        done = CliRunner().invoke(main, [*arguments])
        assert done.exit_code == 0, done.output

    address = f"sqlite:///{tmp_path / 'study.db'}"
    run("copy", str(folder), address)
    run("members", address, "--add", "kim@example.org", "owner")
    run("members", address, "--add", "ann@example.org", "editor")
    run("members", address, "--add", "bob@example.org", "editor")  # whose provider has not verified the address
    with signing_in(tmp_path, address, default=providers[0]) as url:
        ann, bob = Browser(url), Browser(url)
        assert ann.sign_in("1")
        assert bob.sign_in("2")
        with bob.tab() as tab:
            drawn = tab.reads("data", part="history")
            assert "is not a member of this dataset" in drawn
            assert "Go on talking" not in drawn
            assert "Sign out" in tab.buttons
            assert bob.upload(tab.session) == 403
        with ann.tab() as tab, ann.tab() as one, ann.tab() as other:
            assert "Go on talking" in tab.reads("data", part="history")
            for page in (one, other):
                page.reads("data")
            assert ann.upload(tab.session) == 204
            undo, parts = tab.buttons["Take it back"], sorted(one.fragments)
            assert len(parts) > 1
            run("members", address, "--remove", "ann@example.org")
            for page, part in ((one, parts[0]), (other, parts[1])):
                drawn = page.reads("data", fragment=part)
                assert "is not a member of this dataset" in drawn
                assert "Go on talking" not in drawn
            drawn = tab.reads("data", clicked=undo, part="history")
            assert "is not a member of this dataset" in drawn
            assert "Go on talking" not in drawn
    assert str(load(address).frames["proposals"].set_index("id").loc["talk", "title"]) == "Go on talking"


# ---- what is refused before a server starts


def test_a_folder_cannot_be_signed_in_to(tmp_path: Path, folder: Path) -> None:
    file = sign_in_file(tmp_path / "sign-in.toml", 8501, default="http://127.0.0.1:9")
    for arguments in ([str(folder)], []):
        done = CliRunner().invoke(main, ["serve", "--sign-in", str(file), *arguments])
        assert done.exit_code == 2
        assert "sqlite:///study.db" in done.output
        assert "policy-matrix copy" in done.output


def test_without_the_packages_it_says_which_extra_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matrix.cli.serve.find_spec", lambda name: None)
    done = CliRunner().invoke(main, ["serve", "--sign-in", str(tmp_path / "sign-in.toml"), "sqlite:///study.db"])
    assert done.exit_code == 2
    assert "pip install 'policy-matrix[team]'" in done.output


def test_a_file_that_cannot_be_taken_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matrix.cli.serve.find_spec", lambda name: object())
    file = tmp_path / "sign-in.toml"
    done = CliRunner().invoke(main, ["serve", "--sign-in", str(file), "sqlite:///study.db"])
    assert done.exit_code == 2
    assert "sign-in.toml: cannot be read (No such file or directory)" in " ".join(done.output.split())
