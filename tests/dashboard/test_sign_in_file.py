"""The file of `serve --sign-in`: what is taken of it, and what each refusal says - never a secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from matrix.dashboard.sign_in_file import SignIn, SignInFileError, read_sign_in

COOKIE, CLIENT = "a-cookie-secret-that-is-long-enough-0123", "the-client's-secret"
SHARED = f'[auth]\nredirect_uri = "https://matrix.example.org/oauth2callback"\ncookie_secret = "{COOKIE}"\n'
PROVIDER = (
    f'client_id = "matrix"\nclient_secret = "{CLIENT}"\n'
    'server_metadata_url = "https://id.example.org/.well-known/openid-configuration"\n'
)
ONE = SHARED + PROVIDER
NAMED = f"{SHARED}[auth.uni]\n{PROVIDER}[auth.google]\n{PROVIDER}"


def read(folder: Path, text: str, mode: int = 0o600) -> SignIn:
    file = folder / "sign-in.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return read_sign_in(file)


def refused(folder: Path, text: str, mode: int = 0o600) -> str:
    with pytest.raises(SignInFileError) as refusal:
        read(folder, text, mode)
    said = str(refusal.value)
    assert said.startswith(f"{folder / 'sign-in.toml'}: ")
    assert COOKIE not in said
    assert CLIENT not in said
    assert refusal.value.__cause__ is None
    return said


def test_one_provider_or_several_by_name(tmp_path: Path) -> None:
    one, named = read(tmp_path, ONE), read(tmp_path, NAMED)
    assert (one.origin, one.host, one.providers) == ("https://matrix.example.org", "matrix.example.org", ("default",))
    assert named.providers == ("uni", "google")
    assert named.auth["google"]["client_secret"] == CLIENT
    assert read(tmp_path, ONE + "[auth.uni]\n" + PROVIDER).providers == ("default", "uni")
    kwargs = 'client_kwargs = { scope = "openid email profile groups", prompt = "login" }\n'
    assert read(tmp_path, ONE + kwargs).providers == ("default",)


def test_nothing_that_prints_it_shows_a_secret(tmp_path: Path) -> None:
    found = read(tmp_path, ONE)
    for printed in (repr(found), str(found)):
        assert COOKIE not in printed
        assert CLIENT not in printed


@pytest.mark.parametrize(
    "name", ["http://localhost:8501", "http://127.0.0.1:8501", "http://[::1]:8501", "https://a.b:8443"]
)
def test_without_tls_only_on_this_machine(name: str, tmp_path: Path) -> None:
    assert read(tmp_path, ONE.replace("https://matrix.example.org", name)).origin == name
    assert read(tmp_path, ONE.replace("https://id.example.org", name))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "redirect_uri",
            "redirect_url",
            "[auth]: 'redirect_url' is unknown; did you mean 'redirect_uri'?; allowed: redirect_uri",
        ),
        ("[auth]", "[oauth]", "at the top: 'oauth' is unknown; did you mean 'auth'?; allowed: auth"),
        ("[auth]\n", "other = 1\n[auth]\n", "at the top: 'other' is unknown; allowed: auth"),
        ("client_id", "expose_tokens", "[auth]: 'expose_tokens' is unknown"),
        ('client_id = "matrix"\n', "", "[auth] lacks client_id"),
        (f'cookie_secret = "{COOKIE}"\n', "", "[auth] lacks cookie_secret"),
        (PROVIDER, "", "names no provider: it lacks client_id, client_secret, server_metadata_url"),
        (ONE, "", "lacks the table [auth]"),
        (ONE, "auth = 1", "lacks the table [auth]"),
        ('"matrix"', "7", "client_id is no text"),
        ('"matrix"', '" "', "client_id is no text, or an empty one"),
        (f'"{COOKIE}"', '"xxx"', "cookie_secret needs 32 characters or more. Make one: python -c"),
        (
            "https://matrix.example.org",
            "http://matrix.example.org",
            "https://example.org/oauth2callback (http only for localhost)",
        ),
        ("https://matrix.example.org", "https://ann:pw@matrix.example.org", "has to be an address"),
        ("https://matrix.example.org", "https://matrix.example.org:x", "has to be an address"),
        ("https://matrix.example.org", "matrix.example.org", "has to be an address"),
        ("https://matrix.example.org", "https://", "has to be an address"),
        ("org/oauth2callback", "org/oauth2callback/", "has to be written as https://matrix.example.org/oauth2callback"),
        ("org/oauth2callback", "org/", "has to be written as https://matrix.example.org/oauth2callback"),
        (
            "org/oauth2callback",
            "org:443/oauth2callback",
            "has to be written as https://matrix.example.org/oauth2callback",
        ),
        ("matrix.example.org", "Matrix.example.org", "has to be written as https://matrix.example.org/oauth2callback"),
        ("https://id.example.org", "http://id.example.org", "server_metadata_url has to be an address"),
        ("/.well-known/openid-configuration", "/", "server_metadata_url ends otherwise than in /.well-known/"),
        (
            "client_id",
            "client_kwargs = { verify = false }\nclient_id",
            "[auth.client_kwargs]: 'verify' is unknown; allowed: scope, prompt",
        ),
        ("client_id", 'client_kwargs = { scope = "openid" }\nclient_id', "scope needs openid and email"),
        ("client_id", "client_kwargs = 1\nclient_id", "client_kwargs is no table"),
        (
            PROVIDER,
            f"[auth.my_idp]\n{PROVIDER}",
            "[auth.my_idp]: a provider's name is made of letters, digits and hyphens",
        ),
        (PROVIDER, f"[auth.default]\n{PROVIDER}", "[auth.default]: a provider's name"),
        (PROVIDER, f"[auth.uni]\nredirect_uri = 'x'\n{PROVIDER}", "[auth.uni]: 'redirect_uri' is unknown"),
        (f'"{CLIENT}"', CLIENT, "not TOML: the fault is at line 5, column 1"),
        (PROVIDER, PROVIDER + PROVIDER, "not TOML: the fault is at line 7"),
    ],
)
def test_what_is_wrong_is_said_with_the_way_out(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in ONE
    assert said in refused(tmp_path, ONE.replace(old, new, 1))


@pytest.mark.skipif(os.name != "posix", reason="files have no mode here")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o660])
def test_a_file_that_others_can_read_or_change_is_refused(mode: int, tmp_path: Path) -> None:
    assert "Run: chmod 600" in refused(tmp_path, ONE, mode)


def test_a_file_that_is_served_is_refused(tmp_path: Path) -> None:
    served, elsewhere = tmp_path / "data", tmp_path / "link.toml"
    served.mkdir()
    file = served / "sign-in.toml"
    file.touch(0o600)
    file.write_text(ONE)
    elsewhere.symlink_to(file)
    for named in (file, elsewhere):
        with pytest.raises(SignInFileError, match="Move the file elsewhere"):
            read_sign_in(named, [served])


def test_what_is_kept_beside_the_file_never_lies_in_a_folder_that_is_served(tmp_path: Path) -> None:
    served, file = tmp_path / "data", tmp_path / "sign-in.toml"
    served.mkdir()
    file.touch(0o600)
    file.write_text(ONE)
    (served / "link.toml").symlink_to(file)
    assert read_sign_in(served / "link.toml", [served]).ended == file.resolve().with_name("sign-in.toml.ended")


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    for data, said in ((b"\xff\xfe", "not UTF-8"), (b"#" * 200_000, "larger than 100,000 bytes")):
        file = tmp_path / "sign-in.toml"
        file.touch(0o600)
        file.write_bytes(data)
        with pytest.raises(SignInFileError, match=said):
            read_sign_in(file)
    with pytest.raises(SignInFileError, match="cannot be read"):
        read_sign_in(tmp_path)
