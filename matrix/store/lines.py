"""A line of JSON with changes, as the history and the list of proposed changes have them: written, and read again.

What is read is text of unknown origin: whatever is wrong with it is a ValueError that says so (or a RecursionError,
where it is nested too deeply).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, cast

from matrix.dataset.changes import Change, ChangeKind
from matrix.dataset.former_ids import KINDS as CODES
from matrix.dataset.former_ids import Became
from matrix.dataset.problems import not_one_of, shown
from matrix.dataset.schema import TABLES

_LEFT_OUT = {"row", "sheet", "why"}  # where a file showed it, and why it was in doubt: of no use later


def as_objects(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes as a line has them: without what is blank."""
    return [{k: v for k, v in asdict(c).items() if k not in _LEFT_OUT and v not in ("", (), -1)} for c in changes]


def written(line: Mapping[str, Any]) -> bytes:
    """The line, in ASCII only: a line separator inside a value must not end it."""
    return json.dumps(line).encode() + b"\n"


def parsed(raw: bytes) -> dict[str, Any]:
    """The object that a line is."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"{shown(key)} appears twice")
            found[key] = value
        return found

    try:
        found = json.loads(raw.decode("utf-8"), object_pairs_hook=once)
    except UnicodeDecodeError as e:
        raise ValueError(f"it is not UTF-8 (byte 0x{raw[e.start]:02x})") from None
    except json.JSONDecodeError as e:
        raise ValueError(f"it is not JSON ({e.msg}, character {e.pos + 1})") from None
    if not isinstance(found, dict):
        raise ValueError(f"an object is expected, not {kind_of(found)}")
    return found


def became_of(given: Any) -> Became:
    """What an id becomes, from a list of kind, id and id."""
    if not isinstance(given, list) or len(given) != 3:
        raise ValueError(f"what an id became is not a list of kind, id and id but {kind_of(given)}")
    found = Became(*map(word, given))
    if found.kind not in CODES:
        raise ValueError(f"what an id became is of a kind that {not_one_of(found.kind, CODES)}")
    return found


def change_of(given: Any) -> Change:
    """A change of a row or of a cell."""
    given_ = object_of(given, "a change")
    kind, table, id_ = text(given_, "kind"), table_of(text(given_, "table")), text(given_, "id")
    if kind not in ("added", "changed", "deleted"):
        raise ValueError(f"a change's kind {not_one_of(kind, ('added', 'changed', 'deleted'))}")
    column = text(given_, "column", needed=kind == "changed")
    if (kind == "changed") != bool(column) or column == "id" or not id_:
        raise ValueError(f"a change of kind {kind} has the column {shown(column)} and the id {shown(id_)}")
    at = given_.get("at", -1)
    if type(at) is not int or at < -1:
        raise ValueError(f"a change's place 'at' is not a row but {seen(at)}")
    values = [(word(v[0]), word(v[1])) for v in list_of(given_, "values", needed=False) if _is_pair(v)]
    if len(dict(values)) != len(given_.get("values", ())):
        raise ValueError("a change's values are not pairs of a column and its value, each column once")
    old, new = (text(given_, k, needed=False) for k in ("old", "new"))
    return Change(cast(ChangeKind, kind), table, id_, column, old, new, tuple(values), at=at)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def kind_of(value: Any) -> str:
    """What kind of thing a value is, for a message."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def seen(value: Any) -> str:
    """A value for a message; of a list or object only that it is one, however deep it goes."""
    return kind_of(value) if isinstance(value, dict | list) else f"{kind_of(value)} ({shown(str(value))})"


def word(value: Any) -> str:
    """A value that has to be a text."""
    if not isinstance(value, str):
        raise ValueError(f"{seen(value)} where a text is expected")
    if re.search("[\ud800-\udfff]", value):
        raise ValueError("it holds half a character (a lone surrogate)")
    return value


def text(line: Mapping[str, Any], key: str, needed: bool = True) -> str:
    """The text under a key; '' where none is needed."""
    if key not in line:
        if needed:
            raise ValueError(f"{key} is missing")
        return ""
    return word(line[key])


def list_of(line: Mapping[str, Any], key: str, needed: bool = True) -> list[Any]:
    """The list under a key; an empty one where none is needed."""
    value = line.get(key, None if needed else [])
    if not isinstance(value, list):
        raise ValueError(f"{key} is not a list but {kind_of(value)}" if key in line else f"{key} is missing")
    return value


def object_of(value: Any, what: str) -> Mapping[str, Any]:
    """A value that has to be an object."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not an object but {kind_of(value)}")
    return value


def table_of(name: str) -> str:
    """A name that has to be a table's."""
    if name not in TABLES:
        raise ValueError(f"the table {not_one_of(name, tuple(TABLES))}")
    return name


def columns_of(given: Any) -> tuple[str, ...]:
    """Names of columns, each once."""
    if not isinstance(given, list):
        raise ValueError(f"the columns of a table are not a list but {kind_of(given)}")
    names = tuple(map(word, given))
    if len(set(names)) != len(names):
        raise ValueError("a column of a table appears twice")
    return names
