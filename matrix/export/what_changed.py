"""What changed in a dataset, to take along: as Markdown, as plain lines, and as a workbook with one sheet of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from matrix.analysis.citation import source_line, words_of
from matrix.analysis.what_changed import CONDITION, KINDS, NEW, SILENT, TITLES, WhatChanged, step_line
from matrix.dataset.dataset import Dataset, Record, names, records, row, when
from matrix.export.workbook.writer import HEAD, QUIET, RULE, TEXT, Book, SheetWriter, line_height, lines_in
from matrix.palette import proposal_title, stances_of
from matrix.wording import markdown, sentence

NAME = "What changed"
TITLE, HEADING, ITEM, BELOW, PLAIN = range(5)
VOICES, PROPOSALS, GONE, STEPS = "New voices", "New proposals", "Proposals taken out", "Who made the changes"
_WIDTHS = {
    "What": 18.0,
    "Proposal": 34.0,
    "Who": 24.0,
    "Side": 14.0,
    "Before": 16.0,
    "Now": 16.0,
    "Conditions dropped": 28.0,
    "Conditions added": 28.0,
    "Conditions worded anew": 28.0,
    "Statements now": 44.0,
    "Statements before": 44.0,
    "Why": 30.0,
    "proposal": 16.0,
    "actor": 16.0,
}


class Line(NamedTuple):
    """A line of the text, and what it is: TITLE, HEADING, ITEM, BELOW an item, or PLAIN."""

    what: int
    text: str


def lines(found: WhatChanged, *, named: bool = True) -> Iterator[Line]:
    """All of it in lines; without `named` it is not told who made the steps, and why."""
    words = LineWords(found)
    yield Line(TITLE, f"{NAME}: {found.now.title}")
    yield Line(PLAIN, found.sentence)
    yield Line(PLAIN, f"Version {found.versions[0]} then, {found.versions[1]} now; n = {found.n:,}: {found.formula}.")
    for kind in KINDS:
        if len(of := found.of(kind)):
            yield Line(HEADING, TITLES[kind])
            for line in records(of):
                yield Line(ITEM, f"{words.who(line)} on “{words.proposal(line['proposal'])}”: {words.turn(line)}")
                yield from (Line(BELOW, text) for text in words.below(line))
    for title, ids, name in (
        (VOICES, found.voices, words.actor),
        (PROPOSALS, found.proposals, words.proposal),
        (GONE, found.gone, words.proposal),
    ):
        if ids:
            yield Line(HEADING, title)
            yield from (Line(ITEM, name(i)) for i in ids)
    if found.others:
        yield Line(PLAIN, found.others)
    if found.steps:
        yield Line(HEADING, STEPS)
        yield Line(PLAIN, sentence(found.made_by(named=named)))
        yield from (Line(ITEM, f"{s.at}: {step_line(s)}") for s in found.steps if named)


def to_markdown(found: WhatChanged, *, named: bool = True) -> str:
    """The lines as Markdown; no text from the data becomes markup."""
    marks = {TITLE: "# ", HEADING: "## ", ITEM: "- ", BELOW: "  - ", PLAIN: ""}
    made: list[str] = []
    before = ITEM
    for what, text in lines(found, named=named):
        listed = what in (ITEM, BELOW)
        made += [""] if made and not (listed and before in (ITEM, BELOW)) else []
        made.append(marks[what] + markdown(" ".join(text.split())))
        before = what
    return "\n".join(made) + "\n"


class LineWords:
    """What the lines of a result are called, in words."""

    def __init__(self, found: WhatChanged) -> None:
        self.found = found
        self._looks = stances_of(found.now)
        self._sides = names(found.now, "sides")

    def actor(self, id_: str) -> str:
        r = row(self.found.now, "actors", id_)
        native = f" {r['name_native']}" if r["name_native"] else ""
        return f"{r['name']}{native}" + (f" ({self._sides[r['side']]})" if r["side"] in self._sides else "")

    def proposal(self, id_: str) -> str:
        return proposal_title(row(self.found.now, "proposals", id_))

    def who(self, line: Record) -> str:
        return self.actor(str(line["actor"]))

    def side(self, line: Record) -> str:
        return self._sides.get(str(line["side"]), "")

    def stance(self, id_: str) -> str:
        """The word of a stance, '' for no position."""
        return self._looks[id_].word if id_ else ""

    def turn(self, line: Record) -> str:
        """`support → oppose`, `support (new)`, `support, no longer there`."""
        before, after = (self.stance(str(line[c])).lower() for c in ("before", "after"))
        alone = {NEW: after, SILENT: f"{before}, no longer there", CONDITION: f"{after} as before"}
        return alone.get(line["kind"]) or f"{before} → {after}"

    def below(self, line: Record) -> Iterator[str]:
        """Conditions, the statements now and before, and why."""
        for word in ("dropped", "added"):
            yield from (f"condition {word}: {text}" for text in line[word])
        yield from (f"condition worded anew: {one} → {other}" for one, other in line["reworded"])
        yield from (f"now: {text}" for text in self.today(line))
        yield from (f"before: {text}" for text in self.earlier(line))
        if line["why"]:
            yield str(line["why"])

    def earlier(self, line: Record) -> Iterator[str]:
        """The statements before; of one that stands now too only how it was coded."""
        for id_ in line["replaced"]:
            if id_ in line["statements"]:
                coded = self.found.statements_then[id_]
                yield f"{id_} was coded: {self.stance(str(coded['stance'])).lower()}"
            else:
                yield self.statement(self.found.then, self.found.statements_then[id_])

    def today(self, line: Record) -> Iterator[str]:
        """The statements that came or were coded anew."""
        yield from (self.statement(self.found.now, self.found.statements_now[i]) for i in line["statements"])

    def statement(self, dataset: Dataset, s: Record) -> str:
        """A statement with its stance, words, day and source."""
        ours = f"[our summary] {s['summary']}" if s["summary"] else "no quote is given"
        words = words_of(dataset, s).line or ours
        source = source_line(row(dataset, "sources", s["source"]))
        return f"{s['id']}, {self.stance(str(s['stance'])).lower()}: {words} - {when(dataset, s)}, {source}"


def statements_told(found: WhatChanged) -> dict[str, dict[str, dict[str, str]]]:
    """The statements that the lines name, as they are `now` and were `then`: stance, condition, words, source, days."""
    columns = ("stance", "condition", "quote", "attribution", "source", "date_start", "date_end")
    both = {"now": found.statements_now, "then": found.statements_then}
    return {name: {i: {c: str(s[c]) for c in columns} for i, s in of.items()} for name, of in both.items()}


def table(found: WhatChanged) -> pd.DataFrame:
    """A row a changed cell, new voice and proposal that came or went, in words and with the ids."""
    words, made = LineWords(found), []
    for line in records(found.frame):
        told = {
            "What": TITLES[str(line["kind"])],
            "Proposal": words.proposal(str(line["proposal"])),
            "Who": row(found.now, "actors", str(line["actor"]))["name"],
            "Side": words.side(line),
            "Before": words.stance(str(line["before"])),
            "Now": words.stance(str(line["after"])),
            "Conditions dropped": "\n".join(line["dropped"]),
            "Conditions added": "\n".join(line["added"]),
            "Conditions worded anew": "\n".join(f"{one} → {other}" for one, other in line["reworded"]),
            "Statements now": "\n".join(words.today(line)),
            "Statements before": "\n".join(words.earlier(line)),
            "Why": line["why"],
            "proposal": line["proposal"],
            "actor": line["actor"],
        }
        made.append(told)
    made += [{"What": VOICES, "Who": row(found.now, "actors", i)["name"], "actor": i} for i in found.voices]
    for title, ids in ((PROPOSALS, found.proposals), (GONE, found.gone)):
        made += [{"What": title, "Proposal": words.proposal(i), "proposal": i} for i in ids]
    return pd.DataFrame(made, columns=list(_WIDTHS), dtype="str").fillna("")


def to_workbook_of(found: WhatChanged, *, named: bool = True) -> bytes:
    """The table as a workbook's sheet below its sentence, and the steps on a sheet of their own."""
    book = Book(found.now.title, found.versions[1])
    head = [
        found.sentence,
        f"Version {found.versions[0]} then, {found.versions[1]} now; n = {found.n:,}: {found.formula}.",
    ]
    _sheet(book.sheet(NAME), [NAME, *head, *filter(None, [found.others])], table(found), _WIDTHS)
    if found.steps and named:
        frame = pd.DataFrame(
            [(s.number, s.at, s.by, s.kind, s.why, s.changes, "" if s.stands else "taken back") for s in found.steps],
            columns=list(_STEP_WIDTHS),
        ).astype("str")
        _sheet(book.sheet("Steps"), [STEPS, sentence(found.made_by())], frame, _STEP_WIDTHS)
    return book.bytes()


_STEP_WIDTHS = {"Step": 8.0, "When": 26.0, "Who": 24.0, "Kind": 12.0, "Why": 60.0, "Changes": 10.0, "Standing": 14.0}


def _sheet(sheet: SheetWriter, head: list[str], frame: pd.DataFrame, widths: dict[str, float]) -> None:
    style: Callable[..., Any] = sheet.book.style
    for at, text in enumerate(head):
        look = {"bold": True, "font_size": 15} if not at else {"font_color": QUIET}
        sheet.text(at, 0, text, style(num_format=TEXT, **look))
    first = len(head) + 1
    bold = style(bold=True, bg_color=HEAD, num_format=TEXT, bottom=1, bottom_color=RULE)
    body = style(num_format=TEXT, text_wrap=True, bottom=1, bottom_color=RULE)
    for column, (name, width) in enumerate(widths.items()):
        sheet.xlsx.set_column(column, column, width)
        sheet.text(first, column, name, bold, name)
    for at, values in enumerate(frame.itertuples(index=False, name=None), first + 1):
        pairs = [(str(v), w) for v, w in zip(values, widths.values(), strict=True)]
        sheet.xlsx.set_row(at, line_height(max(lines_in(v, w) for v, w in pairs)))
        for column, (text, _) in enumerate(pairs):
            if text:
                sheet.text(at, column, text, body, frame.columns[column])
            else:
                sheet.blank(at, [column], body)
    if len(frame):
        sheet.xlsx.autofilter(first, 0, first + len(frame), len(widths) - 1)
    sheet.xlsx.freeze_panes(first + 1, 0)
    sheet.page(sum(widths.values()), head=(first, first))
