"""The codes of a REFI-QDA project: which are proposals, which are stances, and which the user has to explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matrix.dataset.problems import DatasetError, Problem, near_miss, not_one_of, refuse, shown
from matrix.importing.name_matching import loose, unique_slugs
from matrix.importing.refi.project import Code, Project
from matrix.importing.result import TableRow, some
from matrix.importing.sheet.headers import SKIP
from matrix.importing.sheet.stances import SCALE_WORDS, STANCE_IDS, STANCE_WORDS


@dataclass(frozen=True)
class Tree:
    """Which codes are proposals, and which stances."""

    proposals: Mapping[str, TableRow]  # guid -> the row of the proposals table
    stances: Mapping[str, str]  # guid -> stance id
    unsure: Mapping[str, str]  # guid -> name of a code among the stances without a certain meaning
    skipped: Mapping[str, str]  # guid -> name of a code that is left out by the user's word

    @classmethod
    def of(cls, file: str, project: Project, proposals: str, stances: str, words: Mapping[str, str]) -> Tree:
        """Found by the names of the codes above them; DatasetError where proposals or stances are missing."""
        allowed = (*STANCE_IDS, SKIP)
        wrong = [w for w, id in words.items() if id not in allowed]
        if wrong:
            raise DatasetError(
                Problem(file, 0, "", f"--stance {w}={words[w]}: {not_one_of(words[w], allowed)}") for w in wrong
            )
        under = _below(project.codes, proposals)
        if not under:
            names = [c.name for c in project.codes.values()]
            tops = some(c.name for c in project.codes.values() if not c.parent) or "none"
            refuse(
                file,
                f"has no codes under a code named {shown(proposals)}{near_miss(proposals, names)}: name the code above "
                f"the proposals with --proposals (codes at the top: {tops})",
            )
        among = _below(project.codes, stances)
        known = STANCE_WORDS if among else SCALE_WORDS
        own = {loose(w): id for w, id in words.items()}
        found: dict[str, str] = {}
        unsure: dict[str, str] = {}
        skipped: dict[str, str] = {}
        for guid, code in project.codes.items():
            if guid in under or loose(code.name) == loose(proposals):
                continue
            word = loose(code.name)
            if own.get(word) == SKIP:
                skipped[guid] = code.name
            elif word in own:
                found[guid] = own[word]
            elif (not among or guid in among) and word in known:
                found[guid] = known[word]
            elif guid in among and code.codable:
                unsure[guid] = code.name
        if not found:
            refuse(
                file,
                "has no code named for a stance: put such codes under a code named "
                f"{shown(stances)}, or say what they mean with --stance 'Agrees=support'",
            )
        return cls(_proposals(project.codes, under), found, unsure, skipped)


def _below(codes: Mapping[str, Code], parent: str) -> list[str]:
    """The codes anywhere below those of a name, in the order of the tree."""
    inside = {guid for guid, c in codes.items() if loose(c.name) == loose(parent)}
    below = []
    for guid, code in codes.items():  # parents come first
        if code.parent in inside:
            inside.add(guid)
            below.append(guid)
    return below


def _proposals(codes: Mapping[str, Code], under: list[str]) -> dict[str, TableRow]:
    """Rows of the codes; one with which nothing may be coded is the theme of those below it."""
    taken = [g for g in under if codes[g].codable]
    ids = dict(zip(taken, unique_slugs([codes[g].name for g in taken], "proposal"), strict=True))
    themes: dict[str, str] = {}
    rows = {}
    for guid in under:
        code = codes[guid]
        themes[guid] = themes.get(code.parent, "") if code.codable else code.name
        if code.codable:
            rows[guid] = {"id": ids[guid], "title": code.name or ids[guid], "definition": code.description}
            rows[guid] |= {"theme": themes[guid], "parent": ids.get(code.parent, "")}
    return rows
