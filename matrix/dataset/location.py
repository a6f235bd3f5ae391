"""Where a dataset is kept, by its address: a folder, or a database and who opens it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from matrix.wording import clean

# What the query of an address may tell everybody; a password is another option, or one that was misspelt.
_TOLD = {"host", "hostaddr", "port", "user", "dbname", "options", "connect_timeout", "application_name", "sslmode"}
_LONGEST = 200  # characters of a name or an e-mail address
KINDS_OF_DATABASE = ("sqlite", "postgresql+psycopg", "postgresql")
_FORMS = "sqlite:///FILE or postgresql+psycopg://HOST/NAME"


@dataclass(frozen=True)
class Person:
    """Somebody who signed in: known by issuer and subject together; `verified` is said of the e-mail address."""

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False
    name: str = ""

    def __str__(self) -> str:
        """As the history names them."""
        name, email = clean(self.name)[:_LONGEST], clean(self.email)[:_LONGEST]
        return f"{name} ({email})" if name and email and name != email else name or email or clean(self.subject)


def _shown_option(option: re.Match[str]) -> str:
    mark, key, value = option.groups()
    return f"{mark}{key}={value if key in _TOLD else '***'}"


@dataclass(frozen=True)
class Database:
    """A dataset's database by its address, opened by a person who signed in, or by its administrator (None).

    As text it is without its password.
    """

    url: str
    person: Person | None = None

    @property
    def name(self) -> str:
        """What stands for a folder's name: the database's, without ending."""
        shown = str(self).partition("://")[2].partition("?")[0]
        return (self.file or Path(shown.partition("/")[2])).stem or "dataset"

    @property
    def file(self) -> Path | None:
        """Of SQLite the file."""
        return Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite:") else None

    def __str__(self) -> str:
        if self.file is not None:
            return self.url
        kind, _, rest = self.url.partition("://")
        rest = re.sub(r"([?&])([^=&]*)=([^&]*)", _shown_option, rest)
        # A password may hold any character: whatever stands between the name of the user and the last '@' is hidden.
        user, at, rest = rest.rpartition("@")
        name = re.split("[:/?#]", user)[0]
        host, more = re.fullmatch(r"([^/?]*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
        if not re.fullmatch(r"[^:]*(:\d*)?|\[[^\]]*\](:\d*)?", host):
            host = f"{host.partition(':')[0]}:***"  # no number of a port, but what was meant for a password
        return f"{kind}://{name}{'' if name == user else ':***'}{at}{host}{more}"

    def __repr__(self) -> str:
        return f"<Database {self}>"

    def as_person(self, person: Person | None) -> Database:
        """The same, opened by this person."""
        return replace(self, person=person)


Location = Path | Database


def location_of(address: str | os.PathLike[str] | Database) -> Location:
    """A folder, or a database; ValueError for an address of another kind, which says how one is written."""
    if isinstance(address, Database):
        return address
    text = os.fspath(address)
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):(//)?", text) if isinstance(address, str) else None
    kind = found[1].lower() if found else ""
    if found and not found[2] and re.fullmatch(r"(sqlite|postgres)[a-z0-9+]*", kind):
        raise ValueError(f"{kind}: the address of a database has // in it, as in {_FORMS}")
    if not found or not found[2]:
        return Path(text)
    if kind not in KINDS_OF_DATABASE:
        raise ValueError(f"{kind}: a dataset's address is a folder, {_FORMS}")
    rest = text.partition("://")[2]
    if kind == "sqlite":
        return _file_at(rest)
    if _names_no_database(rest):
        raise ValueError(f"{kind}: the address names no database; one that does is postgresql+psycopg://HOST/NAME")
    return Database(f"postgresql+psycopg://{rest}")


def _file_at(rest: str) -> Database:
    """The database in a file, by what follows sqlite://."""
    file = rest.removeprefix("/")
    if not file or rest[:1] != "/":
        raise ValueError("sqlite: the address of a database file is sqlite:///FILE, as in sqlite:///study.db")
    option = re.search(r"\?\w+=", file)
    if (option or "?" in Path(file).name) and not Path(file).is_file():
        plain = file[: option.start()] if option else file.partition("?")[0]
        raise ValueError(
            f"sqlite: the address of a database file has no options, nor its name a '?': sqlite:///{plain}"
        )
    return Database(f"sqlite:///{Path(file).absolute()}")


def _names_no_database(rest: str) -> bool:
    """Whether neither what follows postgresql:// nor the environment names one: PostgreSQL would take the user's."""
    host = re.sub(r"^[^:/]*(:[^@]*)?@", "", rest, count=1)
    told = re.search(r"[?&](dbname|service)=", rest) or any(map(os.environ.get, ("PGDATABASE", "PGSERVICE")))
    return not told and re.fullmatch(r"[^/?]*/?(\?.*)?", host, re.DOTALL) is not None


def name_of(location: Location) -> str:
    """What a dataset is called by where it is kept."""
    return location.name if isinstance(location, Database) else location.resolve().name
