"""What `serve` starts, asked over the network: by its own page, by others, by messages that no page would send."""

from __future__ import annotations

import http.client
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from streamlit import config

from matrix.cli import main
from matrix.dashboard.access import cookie_name
from matrix.dashboard.server import SETTINGS
from matrix.dataset.changes import Change
from matrix.store.folder import load
from matrix.store.history import apply, save
from tests.servers import Server, dashboard, free_port, live, running, token
from tests.tiny import dataset
from tests.visitors import Client

pytestmark = pytest.mark.slow

# Every route that Streamlit has, and those that its settings switch on.
ROUTES = [
    *("/", "/data", "/index.html", "/static/js/x.js", "/media/x.png", "/component/x/y", "/app/static/x"),
    *("/_stcore/health", "/_stcore/script-health-check", "/_stcore/metrics", "/_stcore/host-config"),
    *("/_stcore/bidi-components/x/y", "/_stcore/upload_file/a/b", "/_stcore/agent/interact"),
    *("/_stcore/agent/openapi.json", "/auth/login", "/oauth2callback", "/?token=x"),
]
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"]
FOREIGN = "http://evil.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny dataset in which one change was made: the title of talk."""
    folder = tmp_path_factory.mktemp("data") / "tiny"
    save(dataset("ann talk support early"), folder)
    old = title(folder)
    change = Change("changed", "proposals", "talk", "title", old, "Go on talking")
    apply(folder, [change], seen=load(folder).version, by="Ann", why="by hand")
    return folder


@pytest.fixture(scope="module")
def url(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on it that can be edited."""
    with dashboard(tmp_path_factory.mktemp("serve"), folder) as url:
        yield url


def title(folder: Path) -> str:
    return str(load(folder).frames["proposals"].set_index("id").loc["talk", "title"])


def ask(url: str, path: str, method: str = "GET", body: Any = None, **headers: Any) -> tuple[int, str, str]:
    """Status, headers and body of the answer."""
    at = urlsplit(url)
    asked = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    asked.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = asked.getresponse()
    return answer.status, str(answer.headers).lower(), answer.read().decode("utf-8", "replace")


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec_WebSocket_Version": "13",
}


# ---- names and pages


@pytest.mark.parametrize("method", METHODS)
def test_every_route_refuses_a_foreign_name_and_a_foreign_page(url: str, method: str) -> None:
    own = urlsplit(url).netloc
    for path in ROUTES:
        assert ask(url, path, method, Host="evil.example")[0] == 421, path
        assert ask(url, path, method, Host=f"evil.example:{urlsplit(url).port}", Origin=FOREIGN)[0] == 421, path
        for origin in (FOREIGN, "http://127.0.0.1:1", f"http://localhost:{urlsplit(url).port}", "null"):
            status, headers, body = ask(url, path, method, Host=own, Origin=origin, Cookie=owned(url))
            assert status == 403, (path, origin)
            assert "access-control-allow" not in headers
            assert "tiny" not in body


def test_no_search_for_garbage_follows_every_run(root: Path) -> None:
    assert SETTINGS["runner.postScriptGC"] is False  # it took three quarters of a run's time, and everybody waited
    settings = tomllib.loads((root / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["runner"]["postScriptGC"] is False


def test_its_own_page_is_answered(url: str) -> None:
    own = urlsplit(url).netloc
    for path in ("/", "/data", "/_stcore/health", "/_stcore/host-config"):
        headers: dict[str, Any]
        for headers in ({}, {"Origin": url}, {"Host": own.replace("127.0.0.1", "localhost")}):
            assert ask(url, path, **headers)[0] == 200, path
    assert json.loads(ask(url, "/_stcore/host-config")[2])["allowedOrigins"] == []


def test_a_websocket_is_opened_for_its_own_page_only(url: str) -> None:
    def status(**headers: str) -> int:
        return ask(url, "/_stcore/stream", **HANDSHAKE, **headers)[0]

    assert status(Origin=url) == 101
    assert status(Origin=url, Host="evil.example") == status(Origin=FOREIGN, Host="evil.example") == 421
    assert status() == status(Origin=FOREIGN) == status(Origin="http://127.0.0.1:1", Cookie=owned(url)) == 403


def test_a_named_host_shows_and_does_not_edit(folder: Path, tmp_path: Path) -> None:
    with dashboard(tmp_path, folder, ("--host", "Matrix.example.org", "--no-token")) as url:
        named = {"Host": "matrix.example.org", "Origin": "https://matrix.example.org"}
        assert ask(url, "/data", **named)[0] == 200
        assert ask(url, "/data", Host="other.example.org")[0] == 421
        assert ask(url, "/_stcore/upload_file/a/b", "PUT", b"x", **named)[0] == 403
        with Client(url, **named) as visitor:
            assert "under this name the page is read-only" in visitor.reads("data")
            assert not visitor.uploaders
        with Client(url, X_Forwarded_For="192.0.2.7") as visitor:
            assert "under this name the page is read-only" in visitor.reads("data")
        with Client(url) as visitor:  # on this machine, with --no-token
            assert "read-only" not in visitor.reads("data")
            assert visitor.uploaders


def test_an_address_that_others_reach_answers_to_its_numbers_and_is_read_only(folder: Path, tmp_path: Path) -> None:
    with dashboard(tmp_path, folder, ("--address", "0.0.0.0")) as url:
        assert ask(url, "/", Host="192.0.2.7:8501")[0] == 200
        assert ask(url, "/", Host="evil.example")[0] == 421
        assert "token" not in live[url].log.read_text()
        with Client(url) as visitor:
            assert "other machines can reach this server" in visitor.reads("data")
        assert ask(url, "/_stcore/upload_file/a/b", "PUT", b"x", Origin=url)[0] == 403


def test_a_name_that_is_none_is_wrong_use() -> None:
    done = CliRunner().invoke(main, ["serve", "--host", "https://matrix.example.org/"])
    assert done.exit_code == 2
    assert "give the name alone, as in matrix.example.org" in done.output


# ---- who may write


def owned(url: str) -> str:
    """The Cookie header of a browser that has opened the printed address."""
    return f"{cookie_name(urlsplit(url).netloc)}={token(live[url])}"


def test_no_message_of_who_has_not_the_token_writes(url: str, folder: Path) -> None:
    """A click on the button that undoes is sent in every way but the right one; then in the right one."""
    assert title(folder) == "Go on talking"
    stale = {"Cookie": f"{cookie_name(urlsplit(url).netloc)}=of-yesterday"}
    with Client(url, Cookie=owned(url)) as owner:
        assert "Editing is off" not in owner.reads("data", part="history")
        undo = owner.buttons["Take it back"]
        for headers in ({}, stale):
            with Client(url, **headers) as other:
                assert "your browser does not have the token" in other.reads("data")
                assert not other.uploaders
                assert not {"Take it back", "Check and add this statement"} & set(other.buttons)
                other.reads("data", part="history")
                assert "Take it back" not in other.buttons
                other.reads("data", clicked=undo, part="history")
            assert title(folder) == "Go on talking"
    # The session in which the button was drawn, its place taken by who has not the token.
    for headers in ({}, stale):
        with Client(url, session=owner.session, **headers) as thief:
            thief.reads("data", clicked=undo, part="history")
            assert thief.session == owner.session
        assert title(folder) == "Go on talking"
    with Client(url, session=owner.session, Cookie=owned(url)) as owner:
        owner.reads("data", clicked=undo, part="history")
    assert title(folder) != "Go on talking"


def test_uploads_need_the_token(url: str) -> None:
    with Client(url, Cookie=owned(url)) as owner:
        owner.reads("data")
        path = f"/_stcore/upload_file/{owner.session}/one"
        xsrf = re.search(r"_streamlit_xsrf=([^;]+)", ask(url, "/_stcore/health")[1])
        assert xsrf
        form = {"Content_Type": "multipart/form-data; boundary=b", "X_Xsrftoken": xsrf[1], "Origin": url}
        body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\nx\r\n--b--\r\n'
        mine = f"_streamlit_xsrf={xsrf[1]}; {owned(url)}"
        assert ask(url, path, "PUT", body, **form, Cookie=mine.partition("; ")[0])[0] == 403
        assert ask(url, path, "PUT", body, **form, Cookie=f"{mine}x")[0] == 403
        assert ask(url, path, "PUT", body, **{**form, "Origin": FOREIGN}, Cookie=mine)[0] == 403
        assert ask(url, path, "PUT", body, **form, Cookie=mine)[0] == 204
        assert ask(url, path, "DELETE", **form, Cookie=mine.partition("; ")[0])[0] == 403


def test_a_read_only_server_has_no_token_and_takes_no_uploads(folder: Path, tmp_path: Path) -> None:
    with dashboard(tmp_path, folder, ("--read-only",)) as url:
        assert token(live[url]) == ""
        with Client(url) as visitor:
            assert "this server is read-only" in visitor.reads("data")
            path = f"/_stcore/upload_file/{visitor.session}/one"
            assert ask(url, path, "PUT", bytes(1_000_000), Origin=url)[0] == 403


def test_streamlit_run_is_read_only_and_names_serve(root: Path, folder: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(root / "app.py"), f"--server.port={port}"]
    environment = {"POLICY_MATRIX_DATASET": str(folder)}
    with running([*command, "--server.headless=true"], port, tmp_path, environment) as url, Client(url) as visitor:
        assert "policy-matrix serve FOLDER" in visitor.reads("data")
        assert not visitor.uploaders


# ---- the token


def test_the_token_is_printed_once_and_in_nothing_that_is_logged(url: str) -> None:
    secret = token(live[url])
    assert len(secret) >= 32
    assert ask(url, f"/data?token={secret}")[0] == 303
    assert ask(url, f"/data?token={secret}", Host="evil.example")[0] == 421
    assert ask(url, f"/_stcore/stream?token={secret}", **HANDSHAKE)[0] == 403
    assert live[url].log.read_text().count(secret) == 1


BROWSER = """
import json, sys
from pathlib import Path
file = Path(sys.argv[1].removeprefix("file://"))
modes = [oct(p.stat().st_mode & 0o777) for p in (file, file.parent)]
out = Path({out!r})
part = out.with_suffix(".part")
part.write_text(json.dumps([sys.argv, modes, file.read_text()]))
part.rename(out)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal of its own")
@pytest.mark.parametrize("taken", [True, False])
def test_the_browser_is_opened_through_a_file_of_the_owner_that_goes(taken: bool, folder: Path, tmp_path: Path) -> None:
    out, script, port = tmp_path / "out.json", tmp_path / "browser.py", free_port()
    script.write_text(BROWSER.format(out=str(out)))
    browser = {"BROWSER": f"{sys.executable} {script} %s", "DISPLAY": ":9", "TMPDIR": str(tmp_path)}
    terminal, side = pty.openpty()
    command = [sys.executable, "-m", "matrix", "serve", "--port", str(port), str(folder)]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=side, env={**os.environ, **browser})
    os.close(side)
    try:
        until = time.monotonic() + 90
        printed = b""
        while not out.exists():
            assert time.monotonic() < until
            assert server.poll() is None
            if select.select([terminal], [], [], 0.1)[0]:
                printed += os.read(terminal, 65536)
        arguments, modes, written = json.loads(out.read_text())
        address = re.search(r'href="([^"]+)"', written)
        assert address
        assert address[1].encode() in printed
        secret = address[1].partition("token=")[2]
        assert len(secret) >= 32
        assert secret not in " ".join(arguments)
        assert modes == ["0o600", "0o700"]
        file = Path(arguments[1].removeprefix("file://"))
        assert file.parent.parent == tmp_path
        assert file.is_file()
        if taken:
            assert ask(f"http://127.0.0.1:{port}", f"/?token={secret}")[0] == 303
            assert not file.parent.exists()
    finally:
        server.send_signal(signal.SIGTERM)
        with suppress(OSError):
            while os.read(terminal, 65536):
                pass
        assert server.wait(30) == 0
        os.close(terminal)
    assert not file.parent.exists()


# ---- configuration and the network


# Options that let nobody read, write or send more than they could: looks, speed, and what `serve` itself decides.
HARMLESS = {
    *("browser.serverAddress", "browser.serverPort", "server.address", "server.port", "server.cookieSecret"),
    *("client.disableDataExport", "client.showErrorLinks", "client.showSidebarNavigation"),
    *("global.appTest", "global.disableWidgetStateDuplicationWarning", "global.maxCachedMessageAge"),
    *("global.minCachedMessageSize", "global.showWarningOnDirectExecution", "global.suppressDeprecationWarnings"),
    *("global.unitTest", "logger.enableRich", "logger.messageFormat", "magic.displayLastExprIfNoSemicolon"),
    *("magic.displayRootDocString", "server.agentMaxSessions", "server.agentPreviewRows", "server.agentSessionTTL"),
    *("server.agentWaitTimeout", "server.allowRunOnSave", "server.disconnectedSessionTTL"),
    *("server.enableExpensiveMemoryStats", "server.enableWebsocketCompression", "server.folderWatchBlacklist"),
    *("server.maxCacheDataSize", "server.runOnSave", "server.showEmailPrompt", "server.websocketPingInterval"),
    "ui.hideTopBar",
}


def test_every_option_of_streamlit_is_set_or_known_to_loosen_nothing() -> None:
    options = {o for o in config.get_config_options() if not o.startswith(("theme.", "runner.", "mapbox."))}
    assert set(SETTINGS) <= set(config.get_config_options())
    assert options - set(SETTINGS) == HARMLESS


HOSTILE = """
[server]
corsAllowedOrigins = ["http://evil.example"]
enableCORS = false
enableXsrfProtection = false
enableStaticServing = true
enableAgentApi = true
scriptHealthCheckEnabled = true
baseUrlPath = "elsewhere"
trustedUserHeaders = {x = "email"}
maxUploadSize = 4000
address = "0.0.0.0"
port = 1
sslCertFile = "cert.pem"
sslKeyFile = "key.pem"
[client]
allowedOrigins = ["http://evil.example"]
[browser]
gatherUsageStats = true
serverAddress = "evil.example"
[logger]
level = "debug"
"""
VARIABLES = {
    "STREAMLIT_SERVER_ENABLE_CORS": "false",
    "STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS": FOREIGN,
    "STREAMLIT_SERVER_ENABLE_AGENT_API": "true",
    "STREAMLIT_SERVER_BASE_URL_PATH": "elsewhere",
    "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true",
}


def test_no_configuration_file_and_no_variable_loosens_anything(folder: Path, tmp_path: Path) -> None:
    """A dataset that was downloaded brings settings and secrets; the home has some as well; so has the environment."""
    stranger = tmp_path / "stranger"
    save(load(folder), stranger)
    for place in (tmp_path, stranger):  # the home and the current folder, and the dataset's
        (place / ".streamlit").mkdir()
        (place / ".streamlit" / "config.toml").write_text(HOSTILE)
        (place / ".streamlit" / "secrets.toml").write_text('POLICY_MATRIX_DATASETS = "[\\"/nowhere\\"]"\n')
    with dashboard(tmp_path, Path("stranger"), env=VARIABLES) as url:
        own = {"Host": urlsplit(url).netloc}
        assert ask(url, "/_stcore/stream", **HANDSHAKE, **own, Origin=FOREIGN)[0] == 403
        for path in ("/", "/_stcore/health", "/_stcore/host-config"):
            status, headers, body = ask(url, path)
            assert status == 200
            assert "access-control-allow-origin" not in headers
            assert "evil.example" not in body
        assert "evil.example" not in ask(url, "/_stcore/upload_file/a/b", "OPTIONS")[1]
        assert ask(url, "/_stcore/agent/interact", "POST", b"{}", **own, Origin=url, Cookie=owned(url))[0] == 403
        with Client(url) as visitor:
            words = visitor.reads("data")
            assert "cannot be shown" not in words
            assert "your browser does not have the token" in words
        log = live[url].log.read_text()
        assert "debug" not in log.lower()
    with pytest.raises(OSError):
        ask("http://127.0.0.1:1", "/")


# Written by the server's own process: every name that is looked up, every address that is connected or sent to.
RECORDER = """
import os, sys
def hear(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        where = args[1] if event in ("socket.connect", "socket.sendto") else args
        line = f"{event} {where!r}\\n".encode()
        os.write(record, line)
record = os.open(os.environ["RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
sys.addaudithook(hear)
"""


def recorded(tmp_path: Path) -> tuple[dict[str, str], Path]:
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "sitecustomize.py").write_text(RECORDER)
    root = Path(__file__).resolve().parent.parent
    record = tmp_path / "record"
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path / "hooks"), str(root)]), "RECORD": str(record)}, record


def test_the_recorder_hears_a_look_up(tmp_path: Path) -> None:
    env, record = recorded(tmp_path)
    code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.7', 9))"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **env}, check=False)
    assert "192.0.2.7" in record.read_text()


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_no_request_leaves_the_machine(address: str, folder: Path, tmp_path: Path) -> None:
    """Streamlit asks a server outside for the machine's address: at the start, and for each foreign websocket."""
    env, record = recorded(tmp_path)
    with dashboard(tmp_path, folder, ("--address", address), env) as url:
        for origin in (FOREIGN, "http://192.0.2.7:8501", "null", url):
            for host in ("evil.example", urlsplit(url).netloc, "192.0.2.7:8501"):
                ask(url, "/_stcore/stream", **HANDSHAKE, Origin=origin, Host=host)
        with Client(url) as visitor:
            visitor.reads("data")
            visitor.reads("")
    own = re.compile(r"\S+ \(?b?(None|'(127\.0\.0\.1|localhost|0\.0\.0\.0|::1?|/[^']*)')")
    assert [line for line in record.read_text().splitlines() if not own.match(line)] == []


def test_a_server_whose_process_is_told_to_end_ends_with_a_page_open(folder: Path, tmp_path: Path) -> None:
    with dashboard(tmp_path, folder) as url, Client(url) as visitor:
        visitor.reads("data")
        server: Server = live[url]
        os.kill(server.pid, signal.SIGTERM)
        with suppress(Exception):
            while True:
                visitor.reads("data")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(ConnectionError, OSError):
                ask(url, "/_stcore/health")
                time.sleep(0.1)
                continue
            break
        else:
            pytest.fail("the server goes on")
        assert "Traceback" not in server.log.read_text()
