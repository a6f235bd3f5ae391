"""A dataset's folder becomes a running dashboard that answers only its own page, whatever files and variables say."""

from __future__ import annotations

import html
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from matrix import shipped
from matrix.dashboard import access, sign_ins
from matrix.dashboard.sign_in_file import SignIn
from matrix.dataset.location import Location

# These win over every configuration file; what is not here loosens nothing (tests/test_serving.py goes through all).
SETTINGS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],  # pages that may send messages to ours
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "global.developmentMode": False,
    "global.e2eTest": False,
    "logger.hideWelcomeMessage": True,  # it looks up the machine's outside address, on the network
    "logger.level": "info",
    "secrets.files": [],  # what stands in them becomes environment variables
    "server.allowedHosts": [],  # the guard knows them better
    "server.baseUrlPath": "",
    "server.corsAllowedOrigins": [],
    "server.customComponentBaseUrlPath": "",
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "runner.postScriptGC": False,  # three quarters of each rerun's time; see matrix/dashboard/process_memory.py
    "server.folderWatchList": [],
    "server.headless": True,  # the browser is opened by us
    "server.maxMessageSize": 64,
    "server.maxUploadSize": 20,
    "server.maxWidgetStateSize": 5,
    "server.scriptHealthCheckEnabled": False,
    "server.sslCertFile": "",  # None would leave what a file says
    "server.sslKeyFile": "",
    "server.trustedUserHeaders": "{}",
    "server.unsafeMetricsUserAttributes": [],
    "server.xsrfCookieSameSite": "strict",
}
DATASETS = "POLICY_MATRIX_DATASETS"  # the folders of several datasets, as JSON
ENGINE = "POLICY_MATRIX_ENGINE"  # the address of what counts Parquet parts
TEXTS = "POLICY_MATRIX_TEXTS"  # names the folder of the source texts
EVERYWHERE = ("0.0.0.0", "::")


def run(
    datasets: Sequence[Location],
    port: int,
    address: str,
    *,
    hosts: Sequence[str] = (),
    read_only: bool = False,
    token: bool = True,
    texts: Path | None = None,
    sign_in: SignIn | None = None,
    engine: str | None = None,
) -> None:
    """Serve until interrupted, in this process.

    Several datasets can be switched between; a folder of datasets stands for those in it. `hosts` are further names
    that the server answers to, read-only. Nothing can be edited with `read_only`, nor when other machines can reach
    the address; else by those who open the address with the token - with `token=False`, by every user of this machine.
    With `sign_in` nobody sees anything who has not signed in, wherever the server listens, and there is no token.
    `engine`: what counts the statements of folders of Parquet parts, which nobody can edit.
    """
    if not texts and os.environ.get(TEXTS):
        texts = Path(os.environ[TEXTS])
    _isolate([d.resolve() if isinstance(d, Path) else d for d in datasets], texts.resolve() if texts else None)
    os.environ.pop(ENGINE, None)
    if engine:
        os.environ[ENGINE] = engine
    named = frozenset(filter(None, [*map(access.host_name, [*hosts, address]), sign_in.host if sign_in else None]))
    allowed = access.Access(address.strip("[]"), named, read_only, sign_in=sign_in)
    if token and allowed.editable and not sign_in:
        allowed = replace(allowed, token=secrets.token_urlsafe(24))
    access.set_up(allowed)

    if sign_in:
        _hush_authlib()
    if sign_in and sign_in.ended:
        sign_ins.keep_in(sign_in.ended)
    # Only now: Streamlit reads configuration files and variables as soon as it is imported.
    import streamlit as st
    from starlette.middleware import Middleware

    page = _Page(allowed, port)
    app = st.App(
        shipped.app(),
        middleware=[Middleware(access.Guard, access=allowed, taken=page.remove)],
        lifespan=page.shown,
        secrets={"auth": dict(sign_in.auth)} if sign_in else None,
    )
    # The default action would end the process without a chance to clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        app.run(
            config={
                **SETTINGS,
                "server.port": port,
                "server.address": allowed.address,
                "browser.serverAddress": page.host.strip("[]"),
                "browser.serverPort": port,
            }
        )
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        page.remove()


def _hush_authlib() -> None:
    """It warns whoever starts the server that a package which it uses will be another one: they can do nothing then."""
    with suppress(ImportError):
        from authlib.deprecate import AuthlibDeprecationWarning

        warnings.simplefilter("ignore", AuthlibDeprecationWarning)


def _isolate(datasets: Sequence[Location], texts: Path | None) -> None:
    """Leave nothing of the current folder and of Streamlit's environment variables to the server."""
    if sys.path and sys.path[0] == str(Path.cwd()) and not sys.flags.safe_path:
        del sys.path[0]  # `python -m`: a file there could stand in for a library
    os.chdir(shipped.home())
    sys.argv = [str(shipped.app())]  # beside it Streamlit looks for its configuration
    for name in [n for n in os.environ if n.startswith("STREAMLIT_")]:
        del os.environ[name]
    addresses = [str(d) if isinstance(d, Path) else d.url for d in datasets]
    os.environ[shipped.ENVIRONMENT] = addresses[0]
    os.environ.pop(DATASETS, None)
    if len(datasets) > 1:
        os.environ[DATASETS] = json.dumps(addresses)
    if texts:
        os.environ[TEXTS] = str(texts)


class _Page:
    """The address to open: printed, and handed to the browser in a file that only its owner can read."""

    def __init__(self, allowed: access.Access, port: int) -> None:
        name = "localhost" if allowed.address in EVERYWHERE else allowed.address
        self.host = f"[{name}]" if ":" in name else name
        self._allowed = allowed
        self._url = allowed.sign_in.origin if allowed.sign_in else f"http://{self.host}:{port}"
        self._folder: Path | None = None

    @asynccontextmanager
    async def shown(self, _app: object) -> AsyncIterator[None]:
        """While the server runs; it listens already."""
        print(self._words(), flush=True)
        if sys.stdout.isatty() and _has_screen():
            threading.Thread(target=self._open, daemon=True).start()
        yield

    def remove(self) -> None:
        """Take the file away: the browser has read it, or never will."""
        folder, self._folder = self._folder, None
        if folder:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def _address(self) -> str:
        return f"{self._url}/?{access.TOKEN}={self._allowed.token}" if self._allowed.token else self._url

    def _words(self) -> str:
        end = "Ctrl+C ends it."
        if self._allowed.sign_in:
            return f"{self._url} asks everybody to sign in. {end}"
        if self._allowed.token:
            return (
                f"To read and edit, open this address, and keep it to yourself:\n\n    {self._address}\n\n"
                f"{self._url} without the token shows everything and edits nothing. {end}"
            )
        if self._allowed.editable:
            return f"{self._url} can be read and edited by every user of this machine (--no-token). {end}"
        why = "" if self._allowed.read_only else ", because other machines can reach it"
        return f"{self._url} is read-only{why}. {end}"

    def _open(self) -> None:
        """Not by the address itself: every user of this machine sees the arguments of a program that is started."""
        import webbrowser

        # mkdtemp's folder is its owner's alone; so is a file made with this mode.
        self._folder = Path(tempfile.mkdtemp(prefix="policy-matrix-"))
        file = self._folder / "open.html"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(_FORWARD.format(html.escape(self._address)))
        with suppress(webbrowser.Error):
            webbrowser.open(file.as_uri())


_FORWARD = (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0; url={0}"><title>Policy matrix</title><a href="{0}">Open the dashboard</a>'
)


def _has_screen() -> bool:
    """Whether a browser would open a window, and not a page of text in this terminal."""
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
