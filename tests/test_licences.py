"""The licences of all that `requirements.lock` installs: permissive or MPL; a GPL, AGPL, LGPL or unknown one is refused."""

from __future__ import annotations

import re
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

import pytest

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
LOCKED = sorted(set(re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)))
# Packages that the lock has for other platforms only, with the licence that somebody has read there.
ELSEWHERE: dict[str, str] = {}
COPYLEFT = re.compile(r"[AL]?GPL|GNU", re.IGNORECASE)
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF\w*|Python Software Foundation|MPL|Mozilla Public License|Zlib|CC0|HPND)\b"
)


def licence(about: Message) -> str:
    """What a package says of its licence: the expression, else its classifiers, else the head of the older field.

    That field may hold the whole text, with the licences of all that is bundled: only its head names the package's own.
    """
    classifiers = [c.removeprefix("License ::") for c in about.get_all("Classifier", []) if c.startswith("License ::")]
    return str(about.get("License-Expression") or "; ".join(classifiers) or (about.get("License") or "")[:80]).strip()


def fault(stated: str) -> str:
    """What is wrong with a licence, '' where nothing is."""
    if COPYLEFT.search(stated):
        return f"{stated!r} is not permissive"
    return "" if PERMISSIVE.search(stated) else f"{stated!r} is not a known licence"


@pytest.mark.parametrize("name", LOCKED)
def test_what_the_lock_installs_is_permissively_licensed(name: str) -> None:
    try:
        stated = licence(cast("Message[str, str]", metadata(name)))
    except PackageNotFoundError:
        stated = ELSEWHERE.get(name, "not installed here and not in ELSEWHERE")
    assert not fault(stated), f"{name}: {fault(stated)}"


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("License-Expression", "GPL-2.0-or-later", True),
        ("License-Expression", "MIT AND LGPL-2.1-only", True),
        ("License", "GNU General Public License (GPL)", True),
        ("Classifier", "License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("License", "UNKNOWN", True),
        ("License", "", True),
        ("Classifier", "License :: OSI Approved :: BSD License", False),
        ("License-Expression", "Apache-2.0 OR BSD-2-Clause", False),
    ],
)
def test_a_copyleft_or_unknown_licence_is_found_wherever_it_is_stated(field: str, value: str, refused: bool) -> None:
    about = Message()
    about[field] = value
    assert bool(fault(licence(about))) is refused
