"""The answers that a question about a sheet offers, and a sheet read by giving them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError, Problem
from matrix.importing.file_cells.csv import read_csv_sheet
from matrix.importing.result import ImportedTables, ImportOptions
from matrix.importing.sheet import read_sheet
from matrix.importing.sheet.mapping import propose

Answer = tuple[tuple[str, str], ...]  # options and their values that together are an answer

_OFFERED = re.compile(r"(and )?--(?:(map|stance|same|different|set) '([^']+=[^']+)'|(dates) (\S+?)(?=[\s:,]|$))")


def offered(problem: Problem) -> list[Answer]:
    """The answers, in the order of the message: with `…` filled in by what it lists."""
    if problem.message.startswith("--set"):  # against a column that another answer has made of the sheet's
        return [(("unset", problem.column),)]
    found: list[Answer] = []
    for together, option, value, other, word in _OFFERED.findall(problem.message):
        name, said = option or other, value or word
        head, _, meant = said.rpartition("=")
        listed = re.search(r"(?:one of|another of|is one of) ([^;]+)", problem.message)
        if head == "COLUMN" and listed:
            found += [(("map", f"{column}={meant}"),) for column in re.findall(r"'([^']+)'", listed[1])]
        elif meant == "…" and listed and name == "stance":
            found += [(("stance", f"{head}={id}"),) for id in re.split(r", (?:or )?", listed[1])]
        elif together and found:
            found[-1] = (*found[-1], (name, said))
        else:
            found.append(((name, said.replace("…", "Something")),))
    return found


def with_answers(options: ImportOptions, answers: Iterable[tuple[str, str]]) -> ImportOptions:
    """The options with these answers added."""
    for name, said in answers:
        word, _, meant = said.rpartition("=")
        if name == "map":
            options = replace(options, columns={**options.columns, word: meant})
        elif name == "stance":
            options = replace(options, stances={**options.stances, word: meant})
        elif name == "set":
            options = replace(options, constants={**options.constants, word: meant})
        elif name == "unset":
            options = replace(options, constants={f: v for f, v in options.constants.items() if f != said})
        elif name == "same":
            options = replace(options, same=[*options.same, said])
        elif name == "different":
            options = replace(options, different=[*options.different, said])
        else:
            options = replace(options, dates=said)
    return options


def answered(
    text: str, choose: Callable[[list[Answer]], Answer], into: Dataset | None = None, *, most: int = 8
) -> tuple[ImportedTables | None, list[str]]:
    """What a sheet holds once each question has an answer of its own, and the questions; None if one has none.

    AssertionError where a question that has an answer is asked again, or after `most` rounds.
    """
    options, asked = ImportOptions(), list[str]()
    for _ in range(most):
        sheet = read_csv_sheet(text.encode(), "mine.csv")
        try:
            return read_sheet(sheet, propose(sheet, "mine.csv", options=options, into=into)), asked
        except DatasetError as error:
            problems = error.problems
        again = {str(p) for p in problems} & {*asked}
        assert not again, f"asked again with {options}: {again}"
        asked += map(str, problems)
        answers = [choose(each) for each in map(offered, problems) if each]
        if not answers:
            return None, asked
        options = with_answers(options, (one for each in answers for one in each))
    raise AssertionError(f"no end after {most} rounds: {asked[-5:]} with {options}")
