"""A dataset's folder becomes a running dashboard: Streamlit is started with settings that no file can loosen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from matrix import shipped

# Flags win over every config file and environment variable, so an installed wheel is as closed as a checkout.
FLAGS = {
    "server.headless": "true",
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "server.maxUploadSize": "20",
    "server.fileWatcherType": "none",
}


def run(dataset: Path, port: int, address: str) -> None:
    """Serve until interrupted; the process becomes the server where the system allows it, else waits for it."""
    flags = {**FLAGS, "server.port": str(port), "server.address": address}
    # -P: nothing in the current folder can stand in for a library.
    command = [
        sys.executable,
        "-P",
        "-m",
        "streamlit",
        "run",
        str(shipped.app()),
        *(f"--{k}={v}" for k, v in flags.items()),
    ]
    environment = {**os.environ, shipped.ENVIRONMENT: str(dataset)}
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    try:
        sys.exit(subprocess.call(command, env=environment))
    except KeyboardInterrupt:
        sys.exit(0)
