"""Which names a server answers to, who may write, and what the guard makes of each kind of request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from matrix.dashboard import sign_ins
from matrix.dashboard.access import UPLOADS, Access, Guard, Refusal, cookie_name, host_name, is_loopback, refusal
from matrix.dashboard.sign_in_file import SignIn

OWN = Access(token="secret")
NAMED = Access(names=frozenset({"matrix.example.org"}), token="secret")
OPEN = Access(address="0.0.0.0")
HOST = "127.0.0.1:8501"
SIGN_IN = SignIn("https://matrix.example.org", ("default",), {})
TEAM = Access(address="0.0.0.0", names=frozenset({SIGN_IN.host}), sign_in=SIGN_IN)
ASKED = {"host": HOST, "origin": f"http://{HOST}"}
COOKIE = {"policy_matrix_8501": "secret"}


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.3", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(address: str, own: bool) -> None:
    assert is_loopback(address) is own


@pytest.mark.parametrize(
    ("host", "own", "named", "everywhere"),
    [
        # on loopback, there with a name, on all addresses
        ("127.0.0.1:8501", True, True, True),
        ("localhost", True, True, True),
        ("LOCALHOST.:9", True, True, True),
        ("[::1]:8501", True, True, True),
        ("matrix.example.org", False, True, False),
        ("Matrix.Example.org.:443", False, True, False),
        ("a.matrix.example.org", False, False, False),
        ("192.0.2.7:8501", False, False, True),
        ("[2001:db8::7]:8501", False, False, True),
        ("evil.example", False, False, False),
        ("localhost.evil.example", False, False, False),
        ("127.0.0.1.evil.example", False, False, False),
        ("evil.example:127.0.0.1", False, False, False),
        ("user@127.0.0.1", False, False, False),
        ("127.0.0.1/evil", False, False, False),
        ("127.0.0.1 evil", False, False, False),
        ("127.0.0.1:8501\n", False, False, False),
        ("2130706433", False, False, False),
        ("", False, False, False),
    ],
)
def test_the_names_a_server_answers_to(host: str, own: bool, named: bool, everywhere: bool) -> None:
    assert [a.answers_to(host) for a in (OWN, NAMED, OPEN)] == [own, named, everywhere]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("matrix.example.org", "matrix.example.org"),
        (" Matrix.Example.ORG. ", "matrix.example.org"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "[2001:db8::7]"),
        ("https://matrix.example.org", None),
        ("matrix.example.org:443", None),
        ("*.example.org", None),
        ("a b", None),
        ("", None),
    ],
)
def test_a_name_to_answer_to(given: str, name: str | None) -> None:
    assert host_name(given) == name


@pytest.mark.parametrize(
    ("access", "headers", "cookies", "why"),
    [
        (OWN, ASKED, COOKIE, None),
        (OWN, ASKED, {}, Refusal.NO_TOKEN),
        (OWN, ASKED, {"policy_matrix_8501": "secreu"}, Refusal.NO_TOKEN),
        (OWN, ASKED, {"policy_matrix_8501": ""}, Refusal.NO_TOKEN),
        (OWN, ASKED, {"policy_matrix_8501": "sécret \udc80"}, Refusal.NO_TOKEN),
        (OWN, ASKED, {"policy_matrix_8502": "secret"}, Refusal.NO_TOKEN),  # of another port
        (Access(), ASKED, {}, None),  # --no-token
        (Access(), {"host": HOST}, {}, Refusal.NAMED),  # no page of a browser
        (Access(), {**ASKED, "origin": "http://127.0.0.1:9999"}, {}, Refusal.NAMED),
        (Access(), {**ASKED, "origin": "null"}, {}, Refusal.NAMED),
        (Access(), {**ASKED, "x-forwarded-for": "192.0.2.7"}, {}, Refusal.NAMED),
        (Access(), {**ASKED, "forwarded": "for=192.0.2.7"}, {}, Refusal.NAMED),
        (Access(), {"host": "evil.example", "origin": "http://evil.example"}, {}, Refusal.NAMED),
        (Access(), {}, {}, Refusal.NAMED),
        (NAMED, {"host": "matrix.example.org", "origin": "https://matrix.example.org"}, COOKIE, Refusal.NAMED),
        (Access(read_only=True, token="secret"), ASKED, COOKIE, Refusal.READ_ONLY),
        (Access(address="0.0.0.0", token="secret"), ASKED, COOKIE, Refusal.REACHABLE),
        (Access(address="desk.example", token="secret"), ASKED, COOKIE, Refusal.REACHABLE),
    ],
)
def test_who_may_write(access: Access, headers: dict[str, str], cookies: dict[str, str], why: Refusal | None) -> None:
    assert access.refusal(headers, cookies) == why


def test_nobody_writes_in_a_process_without_the_guard() -> None:
    assert refusal(ASKED, COOKIE) == Refusal.NOT_SERVED


def test_the_port_is_in_the_name_of_the_cookie() -> None:
    assert [cookie_name(h) for h in ("localhost:8501", "[::1]:8502", "localhost")] == [
        "policy_matrix_8501",
        "policy_matrix_8502",
        "policy_matrix_80",
    ]


# ---- the guard


def answer(
    access: Access, path: str, *headers: tuple[str, str], method: str = "GET", kind: str = "http", cookie: str = ""
) -> tuple[int, dict[str, str]]:
    """Status and headers with which a request is answered; 200 comes from the app behind the guard, and the cookie."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", cookie.encode())] * bool(cookie)}
        )

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    path, _, query = path.partition("?")
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in headers],
        "scheme": "http",
        "extensions": {},
        "server": ("127.0.0.1", 8501),
    }
    if kind == "websocket":
        del scope["method"]
    # By hand, not by asyncio.run: Playwright keeps a loop of its own in this thread, and the guard waits for nothing.
    with pytest.raises(StopIteration):
        Guard(app, access)(scope, receive, send).send(None)
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}


OWN_HOST, OWN_PAGE = ("host", HOST), ("origin", f"http://{HOST}")
TOKEN = ("cookie", "policy_matrix_8501=secret")


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([OWN_HOST, OWN_PAGE, TOKEN], 200),
        ([OWN_HOST, OWN_PAGE], 200),
        ([OWN_HOST, ("origin", "http://127.0.0.1:9999"), TOKEN], 403),
        ([OWN_HOST, ("origin", "http://localhost:8501"), TOKEN], 403),
        ([OWN_HOST, ("origin", "null"), TOKEN], 403),
        ([OWN_HOST, OWN_PAGE, ("origin", "http://evil.example")], 403),
        ([("host", "evil.example"), ("origin", "http://evil.example"), TOKEN], 421),
        ([OWN_HOST, ("host", "evil.example"), OWN_PAGE], 421),
        ([OWN_PAGE], 421),
    ],
)
def test_only_its_own_page_is_answered(kind: str, headers: list[tuple[str, str]], status: int) -> None:
    assert answer(OWN, "/data", *headers, kind=kind)[0] == status


def test_a_websocket_that_names_no_page_is_refused_a_link_is_not() -> None:
    assert answer(OWN, "/_stcore/stream", OWN_HOST, TOKEN, kind="websocket")[0] == 403
    assert answer(OWN, "/data", OWN_HOST)[0] == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH", "ANY"])
@pytest.mark.parametrize(
    ("access", "headers", "status"),
    [
        (OWN, [OWN_HOST, OWN_PAGE, TOKEN], 200),
        (OWN, [OWN_HOST, OWN_PAGE], 403),
        (OWN, [OWN_HOST, TOKEN], 403),
        (Access(), [OWN_HOST, OWN_PAGE], 200),
        (Access(read_only=True), [OWN_HOST, OWN_PAGE, TOKEN], 403),
        (OPEN, [OWN_HOST, OWN_PAGE, TOKEN], 403),
        (
            NAMED,
            [
                ("host", "matrix.example.org"),
                ("origin", "https://matrix.example.org"),
                ("cookie", "policy_matrix_80=secret"),
            ],
            403,
        ),
    ],
)
def test_who_may_not_edit_uploads_nothing(
    access: Access, headers: list[tuple[str, str]], status: int, method: str
) -> None:
    assert answer(access, "/_stcore/upload_file/a/b", *headers, method=method)[0] == status


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/?token=secret", "/"),
        ("/data?side=us&token=secret&cell=a~b&empty=", "/data?side=us&cell=a~b&empty="),
        ("/?token=x&token=secret", "/"),
        ("//evil.example/?token=secret", "/evil.example/"),
        ("/\\evil.example?token=secret", "/evil.example"),
    ],
)
def test_the_token_goes_from_the_address_into_a_cookie(asked: str, location: str) -> None:
    status, headers = answer(OWN, asked, OWN_HOST)
    assert (status, headers["location"]) == (303, location)
    name, *attributes = headers["set-cookie"].lower().split("; ")
    assert name == "policy_matrix_8501=secret"
    assert {"httponly", "samesite=strict", "path=/"} == set(attributes)
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("access", "asked", "headers"),
    [
        (OWN, "/?token=wrong", [OWN_HOST]),
        (OWN, "/?token=", [OWN_HOST]),
        (OWN, "/?token=secret", [OWN_HOST, ("x-forwarded-for", "192.0.2.7")]),
        (NAMED, "/?token=secret", [("host", "matrix.example.org")]),
        (Access(), "/?token=None", [OWN_HOST]),
        (Access(read_only=True, token="secret"), "/?token=secret", [OWN_HOST]),
    ],
)
def test_any_other_token_is_taken_from_the_address_too_and_gives_nothing(
    access: Access, asked: str, headers: list[tuple[str, str]]
) -> None:
    status, answered = answer(access, asked, *headers)
    assert (status, answered["location"]) == (303, "/")
    assert "set-cookie" not in answered


def test_only_the_newest_uploads_of_a_visit_and_of_all_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit.runtime

    gone: list[tuple[str, str]] = []
    manager = SimpleNamespace(remove_file=lambda session, file: gone.append((session, file)))
    monkeypatch.setattr(streamlit.runtime, "exists", lambda: True)
    monkeypatch.setattr(streamlit.runtime, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    guard = Guard(None, OWN)  # type: ignore[arg-type]
    for file in ("1", "2", "2", "3", "4"):
        guard._let_go(f"/_stcore/upload_file/a/{file}")
    guard._let_go("/_stcore/health")
    assert gone == [("a", "1"), ("a", "2")]
    for number in range(UPLOADS):
        guard._let_go(f"/_stcore/upload_file/s{number}/x")
    assert gone[2:] == [("a", "3"), ("a", "4")]


def test_no_page_can_put_this_one_into_a_frame_or_load_parts_of_it() -> None:
    for _, headers in (answer(OWN, "/", OWN_HOST), answer(OWN, "/", ("host", "evil.example"))):
        assert headers["content-security-policy"] == "frame-ancestors 'none'"
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_page_opens_by_its_name_in_the_navigation_too() -> None:
    status, headers = answer(OWN, "/sides?authority=expert&cell=a~b", OWN_HOST)
    assert (status, headers["location"]) == (307, "/side?authority=expert&cell=a~b")
    assert answer(OWN, "/matrix", OWN_HOST)[1]["location"] == "/"


# ---- where people sign in


PROXIED = [("host", "matrix.example.org"), ("origin", "https://matrix.example.org"), ("x-forwarded-for", "192.0.2.7")]
USER = {"_streamlit_user": "signed", "_streamlit_user_1": "more", "other": "1"}


@pytest.fixture
def ann() -> Iterator[str]:
    """Somebody to whom a page was shown; the Cookie header of their browser."""
    sign_ins.keep(USER, "ann")
    yield "; ".join(f"{k}={v}" for k, v in USER.items())
    sign_ins._open.clear()
    sign_ins._ended.clear()


def test_who_is_signed_in_may_write_from_wherever_they_come(ann: str) -> None:
    headers = dict(PROXIED)
    assert TEAM.editable
    assert TEAM.refusal(headers, USER) is None
    assert TEAM.refusal(headers, {**USER, "other": "2"}) is None
    for cookies in ({}, {**USER, "_streamlit_user": "forged"}, {**USER, "_streamlit_user_1": "x"}):
        assert TEAM.refusal(headers, cookies) == Refusal.NOT_SIGNED_IN
    assert replace(TEAM, read_only=True).refusal(headers, USER) == Refusal.READ_ONLY
    for path, status in (("/_stcore/upload_file/a/b", 200), ("/auth/logout", 200), ("/_stcore/upload_file/a/b", 403)):
        method = "GET" if path == "/auth/logout" else "PUT"
        assert answer(TEAM, path, *PROXIED, ("cookie", ann), method=method)[0] == status
    assert answer(TEAM, "/_stcore/upload_file/a/b", *PROXIED, method="PUT")[0] == 403


def test_the_token_of_a_server_is_no_sign_in() -> None:
    both = replace(OWN, sign_in=SIGN_IN)
    assert both.refusal(ASKED, COOKIE) == Refusal.NOT_SIGNED_IN


def test_only_the_page_itself_is_answered_where_people_sign_in_too() -> None:
    assert answer(TEAM, "/", ("host", "matrix.example.org"))[0] == 200
    assert answer(TEAM, "/", ("host", "evil.example"))[0] == 421
    foreign = [("host", "matrix.example.org"), ("origin", "https://evil.example")]
    assert answer(TEAM, "/_stcore/stream", *foreign, kind="websocket")[0] == 403


@pytest.mark.parametrize(
    ("origin", "cookie", "kept"),
    [
        (
            "https://matrix.example.org",
            "_streamlit_user=x; HttpOnly; Path=/",
            "_streamlit_user=x; HttpOnly; Path=/; Secure",
        ),
        (
            "https://matrix.example.org",
            "_streamlit_user_tokens_2=x; Path=/",
            "_streamlit_user_tokens_2=x; Path=/; Secure",
        ),
        ("https://matrix.example.org", "_streamlit_user=x; Secure", "_streamlit_user=x; Secure"),
        ("https://matrix.example.org", "_streamlit_xsrf=x", "_streamlit_xsrf=x"),
        ("http://localhost:8501", "_streamlit_user=x; Path=/", "_streamlit_user=x; Path=/"),
    ],
)
def test_who_signed_in_is_sent_by_tls_alone(origin: str, cookie: str, kept: str) -> None:
    access = replace(TEAM, sign_in=SignIn(origin, ("default",), {}))
    status, headers = answer(access, "/oauth2callback", ("host", "matrix.example.org"), cookie=cookie)
    assert (status, headers["set-cookie"]) == (200, kept)
