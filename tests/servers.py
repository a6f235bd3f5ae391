"""Dashboards as processes of their own, for tests that ask them over the network."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STARTUP = 90  # seconds; a cold start imports pandas and streamlit, on two cores shared with other tests


@dataclass(frozen=True)
class Server:
    """A server that runs: its process, which leads a group of its own, and the file with what it prints."""

    pid: int
    log: Path


live: dict[str, Server] = {}  # by address


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _healthy(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def running(command: list[str], port: int, folder: Path, env: dict[str, str] | None = None) -> Iterator[str]:
    """A server as a process of its own, from healthy to gone; what it prints is in FOLDER/server.log."""
    log = folder / "server.log"
    environment = os.environ | {
        "HOME": str(folder),  # a developer's own ~/.streamlit must not decide
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep),
        "NO_PROXY": "*",
    }
    with log.open("w") as out:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its children end with it
        )
    url, until = f"http://127.0.0.1:{port}", time.monotonic() + STARTUP
    live[url] = Server(server.pid, log)
    try:
        while not _healthy(url):
            if server.poll() is not None or time.monotonic() > until:
                end = "ended at once" if server.poll() is not None else f"gave no answer in {STARTUP} s"
                pytest.fail(f"{' '.join(command)}\n{end}; it said:\n{log.read_text()[-4000:]}", pytrace=False)
            time.sleep(0.1)
        yield url
    finally:
        del live[url]
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, how)
            server.wait(timeout=10)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def dashboard(
    folder: Path, dataset: Path | None, options: tuple[str, ...] = (), env: dict[str, str] | None = None
) -> AbstractContextManager[str]:
    """`policy-matrix serve` on a dataset (None: on the shipped one), started in a folder of its own."""
    port = free_port()
    command = [sys.executable, "-m", "matrix", "serve", "--port", str(port), *options]
    return running(command + ([str(dataset)] if dataset else []), port, folder, env)


def token(server: Server) -> str:
    """The token in the address that a server has printed; empty where it has none."""
    found = re.search(r"/\?token=(\S+)", server.log.read_text())
    return found[1] if found else ""
