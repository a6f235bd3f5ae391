"""Who may read and who may write: the guard before every route of the server, and the token that lets one edit."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matrix.dashboard import sign_ins

if TYPE_CHECKING:
    from matrix.dashboard.sign_in_file import SignIn

TOKEN = "token"  # in the address at first open
ALSO = {"/sides": "/side", "/matrix": "/"}  # what a page is called in the navigation, and its address
UPLOADS_OF_A_VISIT, UPLOADS = 2, 12  # files of 20 MB at most that are held at a time
_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")
_SIGN_OUT = "/auth/logout"  # Streamlit's
_MADE = "/media/"
_READING = {"GET", "HEAD", "OPTIONS"}
_AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.IGNORECASE)
# A proxy on this machine may ask for the page under a loopback name: what it adds gives it away.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
# The page of an address other than the root looks for its server there first: two 404s in the visitor's console, and
# two answers to wait for.
_PAGE = re.compile(r"/[a-z-]+/?")
_SERVER = b"<script>window.__streamlit = { BACKEND_BASE_URL: location.origin }</script>"
_HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",  # in a frame of another page, clicks would be led here
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Refusal(StrEnum):
    """Why a visitor may not write."""

    NOT_SERVED = "not served"  # `streamlit run app.py`: no guard, no token
    READ_ONLY = "read-only"
    REACHABLE = "reachable"  # other machines reach the server's address
    NAMED = "named"  # asked for under a name that is not this machine's own, or through a proxy
    NO_TOKEN = "no token"
    OWN_LAYER = "own layer"  # a coder changes a layer of their own, not the dataset
    ROLE = "role"  # a reader
    NO_ANSWER = "no answer"  # of the database, in which the roles are

    @property
    def is_members(self) -> bool:
        """Whether it is a member's: who changed what is told to everybody who works on a dataset."""
        return self in (Refusal.OWN_LAYER, Refusal.ROLE)

    NOT_SIGNED_IN = "not signed in"


@dataclass(frozen=True)
class Access:
    """What one server allows: where it listens, the names it answers to, whether it is read-only, and its token.

    Without a token (None), every user of this machine may edit. With `sign_in` nobody reads or edits who has not signed
    in, and where they come from does not matter.
    """

    address: str = "127.0.0.1"
    names: frozenset[str] = frozenset()
    read_only: bool = False
    token: str | None = None
    sign_in: SignIn | None = None

    @property
    def editable(self) -> bool:
        """Whether anybody may write here."""
        return not self.read_only and (self.sign_in is not None or is_loopback(self.address))

    def answers_to(self, host: str) -> bool:
        """Whether a Host header names this server: no other name may be resolved to it by a foreign page."""
        name, _ = _split(host)
        return bool(name) and (
            is_loopback(name) or name in self.names or (not is_loopback(self.address) and _is_ip(name))
        )

    def refusal(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Refusal | None:
        """Why the sender of these headers and cookies may not write; None: it may."""
        host = headers.get("host", "")
        if self.read_only:
            return Refusal.READ_ONLY
        if self.sign_in:
            return None if sign_ins.is_open(cookies) else Refusal.NOT_SIGNED_IN
        if not is_loopback(self.address):
            return Refusal.REACHABLE
        if not is_loopback(_split(host)[0]) or not is_own(headers) or any(h in headers for h in _FORWARDED):
            return Refusal.NAMED
        if self.token is None or _same(cookies.get(cookie_name(host), ""), self.token):
            return None
        return Refusal.NO_TOKEN


_access: list[Access] = []  # of the server in this process


def set_up(access: Access) -> None:
    """From now on the dashboard of this process is behind a `Guard` with this access."""
    _access[:] = [access]


def refusal(headers: Mapping[str, str], cookies: Mapping[str, str]) -> Refusal | None:
    """Why this visitor of the server in this process may not write; None: it may."""
    return _access[0].refusal(headers, cookies) if _access else Refusal.NOT_SERVED


def sign_in() -> SignIn | None:
    """What the visitors of the server in this process sign in with; None: they need not."""
    return _access[0].sign_in if _access else None


def is_private() -> bool:
    """Whether only users of this machine can open the server in this process."""
    return not _access or all(map(is_loopback, (_access[0].address, *_access[0].names)))


# ---- names


def is_loopback(name: str) -> bool:
    """Whether only this machine can reach the address; a name other than localhost is not trusted to be so."""
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name.lower() == "localhost"


def host_name(text: str) -> str | None:
    """A name to answer to as browsers send it - lower case, ASCII, without a port; None: it is not a host's name."""
    try:
        plain = text.strip().lower().rstrip(".").encode("idna").decode("ascii") if not text.isascii() else text.strip()
    except UnicodeError:
        return None
    plain = plain.lower().rstrip(".")
    if _is_ip(plain):
        return f"[{plain.strip('[]')}]" if ":" in plain else plain
    return plain if _NAME.fullmatch(plain) else None


def cookie_name(host: str) -> str:
    """The cookie that keeps the token; cookies are shared by all ports of a name, hence the port in it."""
    return f"policy_matrix_{_split(host)[1] or '80'}"


def is_own(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from a page of the very host and port that it asks."""
    host = headers.get("host", "").lower()
    return headers.get("origin", "").lower() in (f"http://{host}", f"https://{host}")


def _split(host: str) -> tuple[str, str]:
    found = _AUTHORITY.fullmatch(host)
    return (found["name"].lower().removesuffix("."), found["port"] or "") if found else ("", "")


def _is_ip(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


# ---- the guard


class Guard:
    """ASGI middleware: refuses what no page of this server asks, takes the token out of addresses, leads to pages."""

    def __init__(self, app: ASGIApp, access: Access, taken: Callable[[], None] = lambda: None) -> None:
        """`taken` is called when the right token was given in an address."""
        self._app, self._access, self._taken = app, access, taken
        self._uploads: list[tuple[str, str]] = []  # session and file, the oldest first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is refused or carries a token; pass on every other."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        answer = self._refused(asked) or self._redirected(asked)

        async def sealed(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if self._access.sign_in and self._access.sign_in.origin.startswith("https:"):
                    _keep_to_tls(headers)
            await send(message)

        if answer is None and scope["type"] == "http" and scope["method"] == "PUT":
            self._let_go(scope["path"])
        if self._access.sign_in and answer is None and scope["path"].rstrip("/") == _SIGN_OUT:
            sign_ins.end_in(asked.cookies)
        if answer is None and scope["type"] == "http" and scope["method"] == "GET" and _PAGE.fullmatch(scope["path"]):
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            await self._app({**scope, "headers": plain}, receive, _with_address(sealed))
        else:
            await (answer or self._app)(scope, receive, sealed)

    def _let_go(self, path: str) -> None:
        """Of the files that were uploaded keep the newest, few of a visit and of all: the page uses one at a time."""
        from streamlit.runtime import exists, get_instance

        found = _UPLOAD.search(path)
        remove = getattr(get_instance().uploaded_file_mgr, "remove_file", None) if exists() else None
        if not found or not remove:
            return
        new = found["session"], found["file"]
        own = [u for u in self._uploads if u[0] == new[0] and u != new]
        too_many = max(0, len(own) + 1 - UPLOADS_OF_A_VISIT), max(0, len(self._uploads) + 1 - UPLOADS)
        old = [*own[: too_many[0]], *self._uploads[: too_many[1]]]
        for session, file in dict.fromkeys(old):
            remove(session, file)
        self._uploads = [*(u for u in self._uploads if u not in old and u != new), new]

    def _refused(self, asked: HTTPConnection) -> Response | None:
        hosts, origins = asked.headers.getlist("host"), asked.headers.getlist("origin")
        if len(hosts) != 1 or not self._access.answers_to(hosts[0]):
            return _plain(421, "This server does not answer to this name. `policy-matrix serve --host NAME` adds one.")
        # Browsers name the page in every websocket and in all that is not mere reading.
        reading = asked.scope["type"] == "http" and asked.scope["method"] in _READING
        if (origins or not reading) and (len(origins) != 1 or not is_own(asked.headers)):
            return _plain(403, "This server answers only its own page.")
        # A file that a page has made can be had by whoever has its address; it was made for people who signed in.
        made = self._access.sign_in and asked.scope["path"].startswith(_MADE)
        if made and not sign_ins.is_open(asked.cookies):
            return _plain(403, "Sign in first.")
        why = None if asked.scope["type"] != "http" or reading else self._access.refusal(asked.headers, asked.cookies)
        if why:
            why_not = "sign in first" if why == Refusal.NOT_SIGNED_IN else "this page is read-only"
            return _plain(403, f"Nothing can be uploaded here: {why_not}.")
        return None

    def _redirected(self, asked: HTTPConnection) -> Response | None:
        if asked.scope["type"] != "http":
            return None
        if TOKEN not in asked.query_params:
            page = ALSO.get(asked.scope["path"].rstrip("/"))
            return RedirectResponse(str(asked.url.replace(scheme="", netloc="", path=page)), 307) if page else None
        given = asked.query_params.getlist(TOKEN)[-1]
        rest = [(k, v) for k, v in parse_qsl(asked.url.query, keep_blank_values=True) if k != TOKEN]
        # One slash: with two, a browser would take what follows for another server.
        path = "/" + asked.scope["path"].lstrip("/\\")
        answer = RedirectResponse(f"{path}?{urlencode(rest)}" if rest else path, 303, {"Cache-Control": "no-store"})
        host, token = asked.headers["host"], self._access.token
        proxied = any(h in asked.headers for h in _FORWARDED)
        own = self._access.editable and is_loopback(_split(host)[0]) and not proxied
        if own and token and _same(given, token):
            answer.set_cookie(cookie_name(host), token, path="/", httponly=True, samesite="strict")
            self._taken()
        return answer


def _keep_to_tls(headers: MutableHeaders) -> None:
    """Have browsers send back by TLS alone who signed in, which Streamlit does not ask of them."""
    found = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for cookie in found:
        own = sign_ins.COOKIES.fullmatch(cookie.partition("=")[0]) and "; secure" not in cookie.lower()
        headers.append("set-cookie", f"{cookie}; Secure" if own else cookie)


def _with_address(send: Send) -> Send:
    """Send Streamlit's page with the server's address in it: it need not look for it below its own then."""
    start: Message | None = None
    body = b""

    async def send_page(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start" and "text/html" in MutableHeaders(scope=message).get(
            "content-type", ""
        ):
            start = message
        elif start is None:
            await send(message)
        else:
            body += message.get("body", b"")
            if not message.get("more_body"):
                body = body.replace(b"<head>", b"<head>" + _SERVER, 1)
                MutableHeaders(scope=start)["content-length"] = str(len(body))
                await send(start)
                await send({"type": "http.response.body", "body": body})

    return send_page


def _plain(status: int, words: str) -> Response:
    return PlainTextResponse(f"{words}\n", status, {"Cache-Control": "no-store"})
