"""A column of a closed vocabulary, in people's words: its values here; what is none of them is asked, or kept apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matrix.dataset.problems import Problem, not_one_of
from matrix.dataset.schema import TABLES
from matrix.exchange.arriving.attributes import TYPE
from matrix.exchange.arriving.cells import Coded
from matrix.exchange.arriving.header_words import FIELDS, KEEP, VALUES
from matrix.exchange.arriving.mapping import Mapping_


def allowed_in(m: Mapping_, field: str) -> tuple[str, ...]:
    """The values that a field takes in the dataset the sheet goes into; () where it takes any."""
    table, column = FIELDS[field].table, FIELDS[field].column
    if m.into is not None:
        package = m.into.package
        if package is None or column in m.into.written.get(table, ()):
            return package.closed.get((table, column), ()) if package else ()
    return TABLES[table][column].values  # as a column that is new in a described dataset is described


def translated(m: Mapping_, header: str, field: str) -> Coded:
    """The column with the vocabulary's own values in the place of people's words for them."""
    coded = m.cells.coded(header)
    table, column = FIELDS[field].table, FIELDS[field].column
    ours = {_folded(v): v for v in (*TABLES[table][column].values, *allowed_in(m, field))}
    words = VALUES.get(field, {})
    return _recoded(coded, [words.get(v.casefold()) or ours.get(_folded(v), v) for v in coded.values])


def strangers(coded: Coded, allowed: Sequence[str]) -> list[str]:
    """The values that stand in the column and that the vocabulary does not have."""
    return [v for v in coded.counts if v not in allowed] if allowed else []


def asked(m: Mapping_, header: str, field: str, coded: Coded) -> list[Problem]:
    """A problem for each value that the vocabulary does not have, at the first row that holds it."""
    allowed = allowed_in(m, field)
    hint = f"; change it there, or keep the column as it is with --map '{header}={KEEP}'"
    return [m.cells.problem(coded.first(v), header, not_one_of(v, allowed) + hint) for v in strangers(coded, allowed)]


def kinds_apart(coded: Coded, foreign: Sequence[str]) -> dict[str, Coded]:
    """Kinds of actors, those that are none here in a column of their own."""
    away = set(foreign)
    return {
        "kind": _recoded(coded, ["" if v in away else v for v in coded.values]),
        TYPE: _recoded(coded, [v if v in away else "" for v in coded.values]),
    }


def _recoded(coded: Coded, values: Sequence[str]) -> Coded:
    """The column with other values, some of which may now be the same."""
    place = {v: i for i, v in enumerate(dict.fromkeys([*values, ""]))}
    return Coded(np.array([place[v] for v in values] or [0], dtype=np.int64)[coded.codes], [*place])


def _folded(word: str) -> str:
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())
