"""An OpenID provider on this machine, a server whose visitors sign in with it, and a browser's part in that."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from tests.servers import free_port, running
from tests.visitors import Client

ANN = {"sub": "1", "email": "ann@example.org", "email_verified": True, "name": "Ann"}
COOKIE_SECRET, CLIENT_SECRET = "cookie-secret-of-the-tests-0123456789", "client-secret-of-the-tests"
# Who reads and writes is kept in databases; here a folder stands for one, as it is all about signing in.
SERVE = """
import sys
from pathlib import Path
from matrix.dashboard.server import run
from matrix.dashboard.sign_in_file import read_sign_in
file, port, folder = sys.argv[1:]
run([Path(folder)], int(port), "127.0.0.1", sign_in=read_sign_in(Path(file)))
"""


@contextmanager
def provider(absent: Callable[[str], NoReturn], *people: Mapping[str, Any]) -> Iterator[str]:
    """The address of an OpenID provider that knows these people, by their claims."""
    try:
        from oidc_provider_mock import User, run_server_in_thread
    except ImportError:
        absent("oidc-provider-mock")
    known = [User(sub=p["sub"], claims={k: v for k, v in p.items() if k != "sub"}) for p in people]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # a provider without TLS, on loopback
        with run_server_in_thread(user_claims=known) as server:
            yield f"http://127.0.0.1:{server.server_port}"


def sign_in_file(file: Path, port: int, **providers: str) -> Path:
    """The file for a server on this port of localhost; the provider called `default` is the one without a name."""
    shared = {"redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": COOKIE_SECRET}
    tables = {"[auth]": shared}
    for name, address in providers.items():
        table = tables["[auth]"] if name == "default" else tables.setdefault(f"[auth.{name}]", {})
        table |= {
            "client_id": "matrix",
            "client_secret": CLIENT_SECRET,
            "server_metadata_url": f"{address}/.well-known/openid-configuration",
        }
    lines = [
        line for name, table in tables.items() for line in (name, *(f"{k} = {json.dumps(v)}" for k, v in table.items()))
    ]
    file.touch(0o600)
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@contextmanager
def signing_in(
    folder: Path, dataset: Path | str, env: dict[str, str] | None = None, *, port: int = 0, **providers: str
) -> Iterator[str]:
    """The address of a server on the dataset whose visitors sign in; what it needs and prints is in the folder.

    `dataset` is a database's address as `serve` takes it, or a folder: a way round who may do what. `port`: one that was
    free, for a server that is started again.
    """
    port = port or free_port()
    file = sign_in_file(folder / "sign-in.toml", port, **providers)
    command = [sys.executable, "-c", SERVE, str(file), str(port), str(dataset)]
    if isinstance(dataset, str):
        command = [sys.executable, "-m", "matrix", "serve", "--sign-in", str(file), "--port", str(port), dataset]
    with running(command, port, folder, env):
        yield f"http://localhost:{port}"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """No step is taken that the test does not take."""


class Browser:
    """What a browser keeps, and what it asks for besides what its pages say: one visitor's."""

    def __init__(self, url: str) -> None:
        self.url, self._jar = url, CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._jar), _Stay
        )

    def ask(self, address: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Status of the answer, and where it leads."""
        url = urljoin(self.url, address)
        try:
            answer = self._opener.open(url, urlencode(form).encode() if form else None, timeout=30)
        except HTTPError as other:
            answer = other
        with answer:
            return answer.status, urljoin(url, answer.headers.get("Location", ""))

    def cookies(self) -> dict[str, str]:
        """What it sends to the server."""
        host = urlsplit(self.url).hostname or ""
        return {c.name: c.value or "" for c in self._jar if c.domain.removesuffix(".local") == host}

    def keep(self, cookies: Mapping[str, str]) -> str:
        """These as a header."""
        return "; ".join(f"{k}={v}" for k, v in cookies.items())

    def tab(self, **headers: str) -> AbstractContextManager[Client]:
        """A page of it, to read and click."""
        self.ask("/_stcore/health")
        cookies = self.cookies()
        return Client(self.url, xsrf=cookies["_streamlit_xsrf"], Cookie=self.keep(cookies), **headers)

    def upload(self, session: str) -> int:
        """The status with which a small file for the page of this session is answered."""
        cookies = self.cookies()
        asked = urllib.request.Request(
            f"{self.url}/_stcore/upload_file/{session}/one",
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\nx\r\n--b--\r\n',
            {
                "Content-Type": "multipart/form-data; boundary=b",
                "X-Xsrftoken": cookies["_streamlit_xsrf"],
                "Origin": self.url,
            },
            method="PUT",
        )
        try:
            with self._opener.open(asked, timeout=30) as answer:
                return int(answer.status)
        except HTTPError as other:
            return other.code

    def to_provider(self, button: str = "Sign in") -> str:
        """The provider's address to which a click on this button leads."""
        with self.tab() as page:
            page.reads("")
            page.reads("", clicked=page.buttons[button])
        status, address = self.ask(page.redirect)
        assert status == 302, address
        return address

    def back(self, address: str, subject: str) -> str:
        """The address to which the provider leads back who says there to be this one."""
        status, back = self.ask(address, {"sub": subject})
        assert status == 302, back
        return back

    def sign_in(self, subject: str, button: str = "Sign in") -> bool:
        """Go all the way; whether somebody is signed in then."""
        self.ask(self.back(self.to_provider(button), subject))
        return self.is_signed_in

    @property
    def is_signed_in(self) -> bool:
        """Whether the server has said who they are."""
        return "_streamlit_user" in self.cookies()
