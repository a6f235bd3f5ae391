"""Who works on a dataset: people as their sign-in names them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody who signed in: known by the provider (`issuer`) and its name for them (`subject`), nothing else.

    `email` counts only where the provider has made sure of it (`verified`); `name` is for readers.
    """

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False
    name: str = ""
