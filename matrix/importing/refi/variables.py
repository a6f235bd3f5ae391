"""The variables of cases and sources: `Described` gives actors and sources what theirs say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matrix.dataset.problems import near_miss, shown
from matrix.importing.name_matching import loose
from matrix.importing.result import Attributes, TableRow, attributes, some
from matrix.importing.sheet.headers import FIELDS, PLACEHOLDERS, WORDS
from matrix.wording import plural

PREFIX = "case"
_NOTHING = PLACEHOLDERS | {"unassigned", "not applicable", "nicht zugewiesen", "nicht zutreffend"}  # NVivo's own
_OF_A_PERSON = frozenset({"role", "institution", "actor", "actor_kind", "actor_native", "authority"})


@dataclass(eq=False)
class Described:
    """The rows of the actors with what variables say of them; of several values the first counts."""

    actors: dict[str, TableRow] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    several: dict[tuple[str, str], None] = field(default_factory=dict)  # actor, variable

    def actor(self, key: str, values: Mapping[str, str], *, shared: bool = False) -> None:
        """Say of an actor what variables say. `shared`: of a person who speaks for it."""
        own = self.values.setdefault(key, {})
        for label, value in filled(values).items():
            if shared and WORDS.get(loose(label)) in _OF_A_PERSON:
                continue
            if own.setdefault(label, value) != value:
                self.several[key, label] = None

    def write(self) -> Attributes:
        """Write it into the rows; the sides, and sentences about what was done."""
        made = attributes("actors", [(row, self.values.get(key, {})) for key, row in self.actors.items()], PREFIX)
        if not self.several:
            return made
        each = some(f"{label} of {name}" for name, label in self.several)
        note = f"{plural(len(self.several), 'variable')} with several values, of which the first counts: {each}."
        return Attributes(made.sides, (*made.notes, note))


def describe_sources(rows: Sequence[TableRow], values: Sequence[Mapping[str, str]], without: str) -> Sequence[str]:
    """Write into the rows what the sources' variables say, but for one; sentences about what was done."""
    each = [{n: v for n, v in filled(own).items() if n != without} for own in values]
    return attributes("sources", zip(rows, each, strict=True), PREFIX).notes


def filled(values: Mapping[str, str]) -> dict[str, str]:
    """Without the words for no value."""
    return {label: value for label, value in values.items() if value.strip().casefold() not in _NOTHING}


def is_of_actor(label: str) -> bool:
    """Whether a variable of a source describes who speaks in it."""
    named = WORDS.get(loose(label), "")
    return named not in ("", "actor") and FIELDS[named].table in ("actors", "sides")


def names_somebody(label: str) -> bool:
    """Whether a variable may say who speaks: not a date, an address, or what a source is."""
    named = WORDS.get(loose(label), "")
    return not named or FIELDS[named].table in ("actors", "sides")


def alike(label: str, names: Iterable[str]) -> str:
    """The name of a variable as the project writes it, '' for none."""
    return next((n for n in names if loose(n) == loose(label)), "")


def unknown_variable(label: str, names: Iterable[str]) -> str:
    """Why there is no such variable."""
    every = [*dict.fromkeys(names)]
    return f"there is no variable {shown(label)}{near_miss(label, every)} (variables: {some(every) or 'none'})"
