"""Changes as lines of a list: kind, place, names, old and new values; of a file, which of them can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from matrix.dashboard.changes_list import ChangeLine, Pairs
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset, Record, records
from matrix.dataset.problems import Problem
from matrix.dataset.schema import TABLES
from matrix.wording import clean, sentence

KIND_WORDS = {  # kind -> glyph and word
    "added": ("+", "Added"),
    "changed": ("≠", "Changed"),
    "deleted": ("−", "Deleted"),
    "conflict": ("⇄", "Conflict"),
    "problem": ("!", "Problem"),
    "remark": ("i", "Remark"),
}
LONGEST = 1_500  # characters of a value in a list


def key(change: Change) -> str:
    """What tells a change apart from the others of one comparison."""
    return "/".join((change.table, change.id, change.column))


def lines_of_file(dataset: Dataset, changes: Sequence[Change], problems: Sequence[Problem]) -> tuple[ChangeLine, ...]:
    """A line for every change and for every problem that is not about one of them, those that need thought first."""
    names = RowNames(dataset)
    errors = [p for p in problems if not p.warning]
    faults = _faults(changes, errors)
    placed = {p for own in faults.values() for p in own}
    rest = [_problem(i, p) for i, p in enumerate(problems) if p not in placed]
    made = [*(_change(c, names, faults.get(key(c), ())) for c in changes), *rest]
    order = ("conflict", "problem", "added", "changed", "deleted", "remark")
    return tuple(sorted(made, key=lambda x: order.index(x.kind)))


def change_lines(dataset: Dataset, changes: Sequence[Change]) -> tuple[ChangeLine, ...]:
    """Changes that were made, in the order in which they were."""
    names = RowNames(dataset)
    return tuple(_change(c, names, ()) for c in changes)


def _faults(changes: Sequence[Change], errors: Sequence[Problem]) -> dict[str, list[Problem]]:
    """The errors by the change they are about: of its cell, else of the changes in its row."""
    rows: dict[tuple[str, int], list[Change]] = {}
    for c in changes:
        if c.sheet and c.row:
            rows.setdefault((c.sheet, c.row), []).append(c)
    found: dict[str, list[Problem]] = {}
    for p in errors:
        near = rows.get((p.sheet, p.row), [])
        for c in [c for c in near if c.column in ("", p.column)] or near:
            found.setdefault(key(c), []).append(p)
    return found


def _change(c: Change, names: RowNames, faults: Sequence[Problem]) -> ChangeLine:
    kind = "problem" if faults and c.kind != "conflict" else c.kind
    glyph, word = KIND_WORDS[kind]
    cells = tuple((k, _cut(v)) for k, v in c.values if k != "id") if c.whole_row else ()
    gone = c.kind == "deleted" or (c.kind == "conflict" and c.at >= 0)
    old: Pairs = ((c.column, _cut(c.old)),) if not c.whole_row else cells if gone else ()
    new: Pairs = ((c.column, _cut(c.new)),) if not c.whole_row else () if gone else cells
    why = " ".join(sentence(p.message) for p in faults) or (sentence(c.why) if c.why else "")
    sound = not faults and c.kind != "conflict"
    return ChangeLine(key(c), kind, glyph, word, c.place, names.of(c), old, new, why, sound)


def _problem(number: int, p: Problem) -> ChangeLine:
    kind = "remark" if p.warning else "problem"
    glyph, word = KIND_WORDS[kind]
    return ChangeLine(f"problem {number}", kind, glyph, word, p.place, "", (), (), sentence(p.message), False)


def _cut(value: str) -> str:
    value = clean(value)
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"


class RowNames:
    """What the rows of a dataset are called: an id with the name behind it."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset, self._rows = dataset, dict[str, dict[str, Record]]()

    def of(self, change: Change) -> str:
        """`s001: Ann on A ban`, `ann: Ann`, or the id alone."""
        row = {**self._row(change.table, change.id), **dict(change.values)}
        if change.table == "statements":
            who, what = self._name("actors", row.get("actor")), self._name("proposals", row.get("proposal"))
            return f"{change.id}: {who} on {what}" if who and what else change.id
        name = str(row.get(TABLES[change.table].label) or "")
        return f"{change.id}: {name}" if name else change.id

    def _row(self, table: str, id_: str) -> Record:
        if table not in self._rows:
            self._rows[table] = {str(r["id"]): r for r in records(self._dataset.frames[table])}
        return self._rows[table].get(id_, {})

    def _name(self, table: str, id_: object) -> str:
        row = self._row(table, str(id_ or ""))
        return str(row.get(TABLES[table].label) or id_ or "")
