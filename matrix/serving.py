"""A dataset's folder becomes a running dashboard: Streamlit is started with settings that no file can loosen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from ipaddress import ip_address
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
    "runner.postScriptGC": "false",  # three quarters of each rerun's time; see matrix/dashboard/memory.py
    # A page of another site must not write through a visitor's browser.
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
}
DATASETS = "POLICY_MATRIX_DATASETS"  # the folders of several datasets, as JSON
READ_ONLY = "POLICY_MATRIX_READ_ONLY"  # `1` in the environment: the dashboard writes nothing
TEXTS = "POLICY_MATRIX_TEXTS"  # names the folder of the source texts


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach the address; a name other than localhost is not trusted to be so."""
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address.lower() == "localhost"


def run(
    datasets: Sequence[Path], port: int, address: str, *, read_only: bool = False, texts: Path | None = None
) -> None:
    """Serve until interrupted; the process becomes the server where the system allows it, else waits for it.

    Several datasets can be switched between; a folder of datasets stands for those in it. Nothing can be edited with
    `read_only`, nor when other machines can reach the address.
    """
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
    environment = {**os.environ, shipped.ENVIRONMENT: str(datasets[0])}
    environment.pop(DATASETS, None)
    if len(datasets) > 1:
        environment[DATASETS] = json.dumps([str(d) for d in datasets])
    if read_only or not is_loopback(address):
        environment[READ_ONLY] = "1"
    if texts:
        environment[TEXTS] = str(texts)
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    try:
        sys.exit(subprocess.call(command, env=environment))
    except KeyboardInterrupt:
        sys.exit(0)
