"""Several actors of one name: `told_apart` asks where the sheet says otherwise of a name, and tells them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matrix.dataset.problems import Problem, shown
from matrix.importing.name_matching import Pair, exact
from matrix.importing.sheet.headers import KEEP, rows_mean
from matrix.importing.sheet.named_columns import SheetCells

_ABOUT = ("side", "institution")  # fields of an actor that hardly change from row to row
_APART = ("proposal", "date", "source", "url", "coder", "quote", "summary")  # with these alike, it is one occasion
_MOST = 100_000  # rows that are compared with each other
_ASKED = 20


@dataclass(frozen=True, eq=False)
class Namesakes:
    """The sheet with the names told apart, the pairs that are left to decide, and those that are asked about."""

    cells: SheetCells
    same: tuple[str, ...]
    different: tuple[str, ...]
    asked: tuple[Pair, ...]


def told_apart(
    cells: SheetCells,
    fields: Mapping[str, str],
    same: Sequence[str],
    different: Sequence[str],
    problems: list[Problem],
) -> Namesakes:
    """Names of which `different` says `A=A` get what tells them apart in brackets; others are asked about.

    `problems`: each name that on one occasion, such as one vote on one bill, is of two parties, states, sides.
    """
    two, one = ({n for p in pairs if (n := _twice(p))} for pairs in (different, same))
    as_one, as_two = (tuple(p for p in pairs if not _twice(p)) for pairs in (same, different))
    actor = next((h for h, f in fields.items() if f == "actor"), "")
    about = [h for h, f in fields.items() if f in _ABOUT or (f == KEEP and rows_mean(h) == "actor")]
    if not actor or not about or cells.label_of is not None or len(cells.frame) > _MOST:
        return Namesakes(cells, as_one, as_two, ())
    names = cells.frame[actor].map(exact)
    values = {h: cells.frame[h].map(exact) for h in about}
    called = names.copy()
    for name in two:
        rows = names == name
        by = next((h for h in about if values[h][rows & (values[h] != "")].nunique() > 1), "")
        if by:
            called = called.where(~(rows & (values[by] != "")), f"{name} (" + values[by] + ")")
    occasion = [h for h, f in fields.items() if f in _APART]
    asked: list[Pair] = []
    for header in about:
        frame = cells.frame[occasion].assign(**{"": called, " ": values[header]})
        frame = frame[(frame[""] != "") & (frame[" "] != "")]
        keys = ["", *occasion]
        frame = frame.drop_duplicates([*keys, " "])
        frame = frame[frame.duplicated(keys, keep=False)]
        for each, at in frame.groupby("", sort=False).indices.items():
            person, lines = str(each), frame.index[at].tolist()
            if person in one or any(person == p.a for p in asked):
                continue
            asked.append(Pair("actor", person, person))
            first = lines[0]
            second = next(r for r in lines if values[header][r] != values[header][first])
            here, there = (shown(values[header][at]) for at in (first, second))
            message = (
                f"{shown(person)} is of {here} here and of {there} in row {int(cells.rows[second])}: say "
                f"--different '{person}={person}' if they are two of one name, or --same '{person}={person}' if it is "
                "one"
            )
            problems.append(cells.problem(first, header, message))
    if len(asked) > _ASKED:
        del problems[_ASKED - len(asked) :]
    if not called.equals(names):
        cells = replace(cells, frame=cells.frame.assign(**{actor: called.astype("str")}))
    return Namesakes(cells, as_one, as_two, tuple(asked[:_ASKED]))


def _twice(pair: str) -> str:
    """`A` of `A=A`, '' for any other pair."""
    middle = len(pair) // 2
    one, other = exact(pair[:middle]), exact(pair[middle + 1 :])
    return one if pair[middle : middle + 1] == "=" and one == other else ""
