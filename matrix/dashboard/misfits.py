"""Choices that are known words one by one and yet do not go together become what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

from matrix.analysis.formulas import ACTORS, MEASURES
from matrix.analysis.sets import SIDES
from matrix.analysis.sides import counted_sides
from matrix.dashboard.params import BETWEEN, NETWORK, NETWORK_MEASURES, PARAMS
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import not_one_of, shown

Choices = Mapping[str, tuple[str, ...]]
_OF_BY = ("one", "other", "set", "bar")  # ids of what is compared: of actors or of sides


def misfits(chosen: Choices, dataset: Dataset) -> dict[str, str]:
    """What is wrong with a choice beside the others: name -> problem; nothing where all go together."""
    found = {}
    sides = [i for i, _ in counted_sides(dataset)]
    if value(chosen, "by") == SIDES and len(sides) < 2:
        found["by"] = f"{shown(SIDES)} takes two sides that count, and the dataset has {len(sides) or 'none'}"
    ids = sides if value(chosen, "by") == SIDES else dataset.frames[ACTORS]["id"].tolist()
    for name in _OF_BY:
        given = [part for v in chosen.get(name, ()) for part in v.split(BETWEEN)]
        if wrong := [part for part in given if part not in ids]:
            found[name] = not_one_of(wrong[0], ids)
    if value(chosen, "pair") and (problem := _pair(value(chosen, "pair").split(BETWEEN), chosen, dataset)):
        found["pair"] = problem
    measure = value(chosen, "measure")
    if value(chosen, "view") == NETWORK and measure not in NETWORK_MEASURES:
        found["measure"] = f"no network by {not_one_of(measure, NETWORK_MEASURES)}"
    elif value(chosen, "threshold") and MEASURES[measure].is_share and float(value(chosen, "threshold")) > 1:
        found["threshold"] = f"{shown(value(chosen, 'threshold'))} is more than 1, the most a share can be"
    return found


def forgotten(name: str, chosen: Choices) -> tuple[str, ...]:
    """The other choices that a new one of this name ends, since they meant something else."""
    if name == "view" and value(chosen, "view") == NETWORK:
        unfit = ("measure", "threshold") if value(chosen, "measure") not in NETWORK_MEASURES else ()
        return (*unfit, "pair") if value(chosen, "of") != ACTORS else unfit
    return {"by": _OF_BY, "of": ("pair",), "measure": ("threshold",)}.get(name, ())


def value(chosen: Choices, name: str) -> str:
    """What is chosen under a name, else its default."""
    return (chosen.get(name) or (PARAMS[name].default,))[-1]


def _pair(ids: list[str], chosen: Choices, dataset: Dataset) -> str:
    of = ACTORS if value(chosen, "view") == NETWORK else value(chosen, "of")
    known = dataset.frames[of]["id"].tolist()
    if wrong := [i for i in ids if i not in known]:
        return not_one_of(wrong[0], known)
    if len(ids) != 2 or ids[0] == ids[1]:
        return f"{shown(BETWEEN.join(ids))} is no pair: it takes two different {of}"
    return ""
