"""The variables of cases and sources as columns of actors and sources: a column of ours where a name means one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matrix.dataset.problems import near_miss, shown
from matrix.dataset.schema import TABLES
from matrix.importing.name_matching import exact, loose, unique_slugs
from matrix.importing.result import TYPE, TableRow, extra_column, some, unknown_kinds
from matrix.importing.sheet.headers import FIELDS, PLACEHOLDERS, WORDS
from matrix.importing.sheet.written_dates import iso
from matrix.wording import plural

SIDE = "side"
_PREFIX = "case"
_KINDS = frozenset({"kind", "type", "typ", "art", "类型"})
_NAMES = {"name zh": "name_native", "name cn": "name_native", "chinese name": "name_native", "中文": "name_native"}
_NOTHING = PLACEHOLDERS | {"unassigned", "not applicable", "nicht zugewiesen", "nicht zutreffend"}  # NVivo's own
_OF_A_PERSON = frozenset({"role", "institution", "kind", "name_native", "authority"})


@dataclass(eq=False)
class Described:
    """The rows of actors and sources with what their variables say, and what was noticed about it."""

    actors: dict[str, TableRow] = field(default_factory=dict)
    sides: dict[str, str] = field(default_factory=dict)  # folded name -> name
    columns: dict[str, str] = field(default_factory=dict)  # variable -> column of ours
    kept: dict[str, None] = field(default_factory=dict)  # variables with a column of their own
    several: dict[tuple[str, str], None] = field(default_factory=dict)  # actor, column
    unknown: list[str] = field(default_factory=list)  # types that are no kinds
    undated: list[str] = field(default_factory=list)

    def actor(self, key: str, values: Mapping[str, str], *, shared: bool = False) -> None:
        """Say of an actor what variables say; the first value counts. `shared`: of one case of an organisation."""
        row = self.actors[key]
        for label, value in _filled(values):
            column, text = self._of_actor(label, value)
            if shared and column in _OF_A_PERSON:
                continue
            self._note(label, column, "actors")
            if row.setdefault(column, text) != text:
                self.several[row["name"], label] = None

    def source(self, values: Mapping[str, str], title: str, without: str = "") -> TableRow:
        """The columns that a source's variables fill, but for one."""
        row: TableRow = {}
        for label, value in _filled(values):
            if loose(label) == loose(without):
                continue
            column, text = self._of_source(label, value, title)
            self._note(label, column, "sources")
            row.setdefault(column, text)
        return row

    def is_of_actor(self, label: str) -> bool:
        """Whether a variable of a source describes who speaks in it."""
        named = WORDS.get(loose(label), "")
        return named == SIDE or (bool(named) and named != "actor" and FIELDS[named].table == "actors")

    def notes(self) -> list[str]:
        """Sentences about what was done with the variables."""
        found = []
        if self.columns:
            each = ", ".join(f"{shown(label)} as {column}" for label, column in self.columns.items())
            found.append(f"Variables taken for columns of ours: {each}.")
        if self.kept:
            found.append(f"Variables kept as columns of their own: {some(self.kept)}.")
        if self.several:
            each = some(f"{label} of {name}" for name, label in self.several)
            found.append(
                f"{plural(len(self.several), 'variable')} with several values, of which the first counts: {each}."
            )
        if self.undated:
            found.append(
                f"{plural(len(self.undated), 'date')} kept as a note, as it cannot be read: {some(self.undated)}."
            )
        return [*found, *unknown_kinds(self.unknown)]

    def side_rows(self) -> list[TableRow]:
        """The sides that actors are on; their ids replace the names in the actors' rows."""
        ids = dict(zip(self.sides, unique_slugs([*self.sides.values()], SIDE), strict=True))
        for row in self.actors.values():
            if row.get(SIDE):
                row[SIDE] = ids[loose(row[SIDE]) or row[SIDE]]
        return [{"id": ids[key], "name": name} for key, name in self.sides.items()]

    def _of_actor(self, label: str, value: str) -> tuple[str, str]:
        key = loose(label)
        named = WORDS.get(key, "")
        if named == SIDE:
            name = exact(value)
            return SIDE, self.sides.setdefault(loose(name) or name, name)
        column = "kind" if key in _KINDS else _NAMES.get(key, "")
        if not column and named and named != "actor" and FIELDS[named].table == "actors":
            column = FIELDS[named].column
        if not column and named == "note":
            column = "note"
        allowed = TABLES["actors"][column].values if column else ()
        if allowed:
            word = value.casefold().replace(" ", "_")
            if word in allowed:
                return column, word
            if column == "kind":
                self.unknown.append(value)
                return TYPE, value
            column = ""
        return column or extra_column("actors", label, _PREFIX), value

    def _of_source(self, label: str, value: str, title: str) -> tuple[str, str]:
        named = WORDS.get(loose(label), "")
        if named in ("date", "source_date"):
            try:
                return "date", iso(value)
            except ValueError:
                self.undated.append(f"{value} of {title}")
                return "date_note", value
        if named == "note" or (named and named != "source" and FIELDS[named].table == "sources"):
            return ("note" if named == "note" else FIELDS[named].column), value
        return extra_column("sources", label, _PREFIX), value

    def _note(self, label: str, column: str, table: str) -> None:
        if column in TABLES[table]:
            self.columns[label] = column
        elif column != TYPE:
            self.kept[label] = None


def _filled(values: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((label, value) for label, value in values.items() if value.strip().casefold() not in _NOTHING)


def names_somebody(label: str) -> bool:
    """Whether a variable may say who speaks: not a date, an address, or what a source is."""
    named = WORDS.get(loose(label), "")
    return not named or FIELDS[named].table in ("actors", "sides")


def alike(label: str, names: Iterable[str]) -> str:
    """The name of a variable as the project writes it; '' for none, see `near_miss`."""
    return next((n for n in names if loose(n) == loose(label)), "")


def unknown_variable(label: str, names: Iterable[str]) -> str:
    """Why there is no such variable."""
    every = [*dict.fromkeys(names)]
    return f"there is no variable {shown(label)}{near_miss(label, every)} (variables: {some(every) or 'none'})"
