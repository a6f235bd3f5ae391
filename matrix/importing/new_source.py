"""A source that is new to a dataset: `new_source` makes its row, with the text kept by hash, and says what is alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from matrix.dataset.changes import Change, unsound
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.frames import FIRST_ROW
from matrix.dataset.location import Location
from matrix.dataset.problems import DatasetError, Problem
from matrix.dataset.quotes import hash_of
from matrix.dataset.schema import TABLES
from matrix.importing.name_matching import Decisions, loose, nearly_same, unique_slugs
from matrix.store.atomic_files import TEXTS
from matrix.store.files import read, text_ids

TABLE = TABLES["sources"]
FIELDS = ("title", "publisher", "author", "kind", "date", "date_note", "url", "language", "note")
_NO_PLACE = re.compile(r"^www\.|^m\.")


@dataclass(frozen=True)
class Alike:
    """A source of the dataset that may be the new one: its id, and in what it is alike."""

    id: str
    what: str


@dataclass(frozen=True)
class NewSource:
    """A source to be added: the change, its text, what is wrong with it (warnings too), and the sources like it."""

    id: str
    change: Change
    texts: Mapping[str, bytes]
    problems: tuple[Problem, ...]
    alike: tuple[Alike, ...]

    @property
    def sound(self) -> bool:
        """Whether it can be added."""
        return all(p.warning for p in self.problems)


def new_source(dataset: Dataset, fields: Mapping[str, str], text: str) -> NewSource:
    """The source with these fields and this text, checked as the dataset would be with it; nothing is written.

    `fields`: by the columns of the sources table; without an `id` one is made of the title.
    """
    row = {c: fields.get(c, "").strip() for c in FIELDS}
    id_ = fields.get("id", "").strip() or proposed_id(dataset, row["title"])
    content = text.encode("utf-8")
    values = {**{c: v for c, v in row.items() if v}, "sha256": hash_of(content)}
    change = Change("added", TABLE.name, id_, values=tuple((c, values[c]) for c in TABLE.names if c in values))
    own_row = len(dataset.frames[TABLE.name]) + FIRST_ROW
    problems = [*_problems(dataset, id_, row["title"], content)]
    if not problems:
        problems += unsound(dataset, [change])
    found = tuple(
        p if p.row != own_row or p.file != TABLE.file else Problem(p.file, 0, p.column, p.message, p.warning)
        for p in problems
    )
    return NewSource(id_, change, {id_: content}, found, tuple(alike(dataset, row["title"], row["url"], content)))


def proposed_id(dataset: Dataset, title: str) -> str:
    """An id made of the title that no source has, and for which no text is kept."""
    kept = text_ids(dataset.location) if dataset.location else []
    return unique_slugs([title], "source", {*dataset.frames[TABLE.name]["id"], *kept})[0]


def alike(dataset: Dataset, title: str, url: str, content: bytes) -> Iterator[Alike]:
    """The sources that may be the same: of the same text, at the same address, or of nearly the same title."""
    digest, place, called = hash_of(content) if content else "", _place(url), loose(title)
    titles = dataset.frames[TABLE.name]["title"].tolist()
    pairs = nearly_same("source", [title, *titles], Decisions()) if called else []
    near = {p.b if p.a == title else p.a for p in pairs if title in (p.a, p.b)}
    for source in records(dataset.frames[TABLE.name]):
        same = [
            words
            for words, holds in (
                ("has this very text", digest and source.get("sha256") == digest),
                (
                    "has this address",
                    place and place in (_place(source.get("url")), _place(source.get("archived_url"))),
                ),
                ("has this title", called and loose(str(source["title"])) == called),
                ("has nearly this title", source["title"] in near and loose(str(source["title"])) != called),
            )
            if holds
        ]
        if same:
            yield Alike(str(source["id"]), " and ".join(same))


def _place(url: object) -> str:
    """An address without what does not tell pages apart: scheme, `www.`, the slash at its end, the place within."""
    try:
        parts = urlsplit(str(url or "").strip())
    except ValueError:
        return ""
    host = _NO_PLACE.sub("", (parts.hostname or "").lower())
    return f"{host}{parts.path.rstrip('/')}?{parts.query}" if host else ""


def _problems(dataset: Dataset, id_: str, title: str, content: bytes) -> Iterator[Problem]:
    """What the rules of the tables cannot know."""
    if not title:
        yield Problem(TABLE.file, 0, "title", "is needed")
    if not content.decode("utf-8").strip():
        yield Problem(TABLE.file, 0, "text", "is needed: paste it, or choose its file")
    if id_ in set(dataset.frames[TABLE.name]["id"]):
        yield Problem(TABLE.file, 0, "id", "is taken")
    elif dataset.location and _other_text(dataset.location, f"{TEXTS}/{id_}.txt", content):
        yield Problem(TABLE.file, 0, "id", f"is the name of another text, {TEXTS}/{id_}.txt: choose another id")


def _other_text(at: Location, name: str, content: bytes) -> bool:
    try:
        return read(at, name) not in (None, content)
    except (DatasetError, OSError):
        return True
