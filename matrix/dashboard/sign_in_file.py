"""The file that `serve --sign-in` names: who vouches for people. Read once, before the server starts."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from matrix.dashboard.access import host_name, is_loopback
from matrix.dataset.problems import listed, near_miss, shown
from matrix.wording import escaped

CALLBACK = "/oauth2callback"
METADATA = "/.well-known/openid-configuration"
DEFAULT = "default"  # what Streamlit calls the provider that has no name
_SHARED = ("redirect_uri", "cookie_secret")
_NEEDED = ("client_id", "client_secret", "server_metadata_url")
_PROVIDER = (*_NEEDED, "client_kwargs")
_KWARGS = ("scope", "prompt")
_NAME = re.compile(r"[a-z0-9-]{1,40}", re.IGNORECASE)
_SHORTEST, _LARGEST = 32, 100_000  # characters of the secret, bytes of the file
_MAKE = "python -c 'import secrets; print(secrets.token_urlsafe(48))'"


class SignInFileError(ValueError):
    """What is wrong with the file, and the way out; no value of a secret is in it."""


@dataclass(frozen=True)
class SignIn:
    """What people sign in with: the page's own address in their browsers, and the providers' names.

    `auth` is what Streamlit gets of the file: the secrets in it are shown by nothing that prints this. `ended`: where
    it is kept which sign-ins have ended, a file beside that one.
    """

    origin: str
    providers: tuple[str, ...]
    auth: Mapping[str, Any] = field(repr=False, compare=False)
    ended: Path | None = field(default=None, repr=False, compare=False)

    @property
    def host(self) -> str:
        """The name under which the page is asked for, as a Host header has it, without the port."""
        return host_name(urlsplit(self.origin).hostname or "") or ""


def read_sign_in(file: Path, served: Sequence[Path] = ()) -> SignIn:
    """The file as it is now; raises SignInFileError where it cannot be taken.

    `served`: folders whose files people are shown, or that came from elsewhere: the file may not be in one of them.
    """
    try:
        real = file.resolve()  # a link to it may lie in a folder that is served
        return replace(_checked(tomllib.loads(_text(real, served))), ended=real.with_name(f"{real.name}.ended"))
    except tomllib.TOMLDecodeError as e:
        raise SignInFileError(f"{escaped(str(file))}: not TOML: {_place(e)}") from None
    except SignInFileError as e:
        raise SignInFileError(f"{escaped(str(file))}: {e}") from None


def _text(file: Path, served: Sequence[Path]) -> str:
    for folder in served:
        if file.is_relative_to(folder.resolve()):
            raise SignInFileError(
                f"this is in {escaped(str(folder))}, which is served: whoever gets that folder would have the secrets, "
                "and whoever sends one could name the provider. Move the file elsewhere"
            )
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if os.name == "posix" and mode & 0o077:
                raise SignInFileError(
                    f"other users of this machine can read or change it (mode {mode & 0o777:03o}), and secrets are in "
                    f"it. Run: chmod 600 {escaped(str(file))}"
                )
            data = opened.read(_LARGEST + 1)
    except OSError as e:
        raise SignInFileError(f"cannot be read ({e.strerror or 'no access'})") from None
    if len(data) > _LARGEST:
        raise SignInFileError(f"larger than {_LARGEST:,} bytes: this is no such file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SignInFileError("not UTF-8") from None


def _place(e: tomllib.TOMLDecodeError) -> str:
    """Where a file is no TOML. Not what the library says of it: it may repeat a word of the file."""
    found = re.search(r"\(at (line \d+, column \d+|end of document)\)$", str(e))
    return f"the fault is at {found[1]}" if found else "a value or table in it is there twice"


def _checked(found: Mapping[str, Any]) -> SignIn:
    _known(found, ("auth",), "at the top")
    auth = found.get("auth")
    if not isinstance(auth, dict):
        raise SignInFileError("lacks the table [auth]")
    named = {k: v for k, v in auth.items() if isinstance(v, dict) and k != "client_kwargs"}
    own = {k: v for k, v in auth.items() if k not in named}
    _known(own, (*_SHARED, *_PROVIDER), "[auth]")
    _needs(own, _SHARED, "[auth]")
    providers = {DEFAULT: {k: v for k, v in own.items() if k in _PROVIDER}} if own.keys() - {*_SHARED} else {}
    for name in named:
        if not _NAME.fullmatch(name) or name.lower() == DEFAULT:
            raise SignInFileError(f"[auth.{escaped(name)}]: a provider's name is made of letters, digits and hyphens")
    providers |= named
    if not providers:
        raise SignInFileError(f"[auth] names no provider: it lacks {listed(_NEEDED)}")
    for name, given in providers.items():
        _provider(given, "[auth]" if name == DEFAULT else f"[auth.{name}]")
    if len(own["cookie_secret"]) < _SHORTEST:
        raise SignInFileError(f"[auth]: cookie_secret needs {_SHORTEST} characters or more. Make one: {_MAKE}")
    at = _address(own["redirect_uri"], "[auth]: redirect_uri", CALLBACK)
    port = "" if at.port in (None, {"http": 80, "https": 443}[at.scheme]) else f":{at.port}"
    origin = f"{at.scheme}://{host_name(at.hostname or '')}{port}"
    # Browsers name the page in this form, and who signed in is known to that page alone.
    if own["redirect_uri"] != origin + CALLBACK:
        raise SignInFileError(f"[auth]: redirect_uri has to be written as {origin}{CALLBACK}")
    return SignIn(origin, tuple(providers), auth)


def _provider(given: Mapping[str, Any], where: str) -> None:
    _known(given, (*_PROVIDER, *(_SHARED if where == "[auth]" else ())), where)
    _needs(given, _NEEDED, where)
    at = _address(given["server_metadata_url"], f"{where}: server_metadata_url", METADATA)
    if not at.path.endswith(METADATA):
        raise SignInFileError(f"{where}: server_metadata_url ends otherwise than in {METADATA}")
    more = given.get("client_kwargs", {})
    if not isinstance(more, dict):
        raise SignInFileError(f"{where}: client_kwargs is no table")
    inner = f"{where[:-1]}.client_kwargs]"
    _known(more, _KWARGS, inner)
    _needs(more, tuple(more), inner)
    if "scope" in more and not {"openid", "email"} <= {*more["scope"].split()}:
        raise SignInFileError(f"{inner}: scope needs openid and email, as in 'openid email profile'")


def _known(given: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in allowed:
            raise SignInFileError(
                f"{where}: {shown(key)} is unknown{near_miss(key, allowed)}; allowed: {listed(allowed)}"
            )


def _needs(given: Mapping[str, Any], needed: tuple[str, ...], where: str) -> None:
    if missing := [key for key in needed if key not in given]:
        raise SignInFileError(f"{where} lacks {listed(missing)}")
    for key in needed:
        if not isinstance(given[key], str) or not given[key].strip():
            raise SignInFileError(f"{where}: {key} is no text, or an empty one")


def _address(text: str, what: str, end: str) -> SplitResult:
    """A web address that nobody on the way can read or change: with TLS, or on this machine."""
    wanted = f"{what} has to be an address such as https://example.org{end} (http only for localhost)"
    try:
        at = urlsplit(text)
        port = at.port
    except ValueError:
        raise SignInFileError(wanted) from None
    name = at.hostname or ""
    safe = at.scheme == "https" or (at.scheme == "http" and is_loopback(name))
    if not safe or not host_name(name) or at.username is not None or at.fragment or port == 0:
        raise SignInFileError(wanted)
    return at
