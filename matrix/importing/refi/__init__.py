"""REFI-QDA projects (`.qdpx` of NVivo, MAXQDA, ATLAS.ti, QualCoder): `read_refi` gives them as tables.

Cases are the actors, codes under a chosen parent the proposals, codes named for stances the stances; a passage coded
with both, in a source or selection of a case, is a statement with its quote. Places are Unicode characters, as in a
Python `str`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matrix.dataset.problems import DatasetError, Problem, near_miss, refuse, shown
from matrix.dataset.quotes import hash_of
from matrix.importing.guard import open_archive
from matrix.importing.name_matching import slug, unique_slugs
from matrix.importing.refi.codes import Tree
from matrix.importing.refi.project import Case, Project, Span, parse
from matrix.importing.result import (
    EXAMPLES,
    MOST_QUOTED,
    TYPE,
    ImportedTables,
    TableRow,
    attribute,
    name_of,
    some,
    text_frame,
    unknown_kinds,
)
from matrix.importing.sheet.headers import SKIP
from matrix.importing.sheet.stances import STANCE_IDS
from matrix.wording import plural

MOST_TAGS = 4_000_000  # `<` in project.qde: a large project has some hundred thousand
CONDITIONAL = "conditional"


def read_refi(
    path: Path | bytes,
    proposals: str = "Proposals",
    stances: str = "Stances",
    stance_words: Mapping[str, str] | None = None,
    name: str = "",
) -> ImportedTables:
    """The project as tables; DatasetError with every reason where it cannot become a dataset.

    `proposals`, `stances`: names of the codes above them. `stance_words`: further code names and the ids
    of the shipped stances they mean, such as {"Agrees": "support"}; `skip` leaves a code out.
    """
    file = name_of(path, name)
    project = _project(path, file)
    tree = Tree.of(file, project, proposals, stances, stance_words or {})
    reading = _ProjectReading(file, project, tree)
    for span in project.spans:
        reading.take(span)
    return reading.tables()


def _project(path: Path | bytes, file: str) -> Project:
    with open_archive(path, file, kind="REFI-QDA project", xml=(".qde",)) as archive:
        part = archive.find("project.qde")
        if part is None:
            refuse(file, "is not a REFI-QDA project: it holds no project.qde")
        xml = archive.read(part)
        if xml.count(b"<") > MOST_TAGS:
            refuse(file, f"holds more than {MOST_TAGS:,} XML tags")
        read: dict[str, str | None] = {}

        def text_of(source: str) -> str | None:
            found = archive.find(f"sources/{source}")
            if found is None:
                return None
            if found not in read:
                try:
                    read[found] = archive.read(found).decode("utf-8-sig")
                except UnicodeDecodeError:
                    read[found] = None
            return read[found]

        return parse(file, xml, text_of)


@dataclass
class _ProjectReading:
    """What the spans become, one after the other."""

    file: str
    project: Project
    tree: Tree
    rows: list[TableRow] = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    quoted: int = 0

    def __post_init__(self) -> None:
        named = unique_slugs([s.name for s in self.project.sources], "source")
        self.sources = {s.guid: id for s, id in zip(self.project.sources, named, strict=True)}
        self.texts = {s.guid: s.text for s in self.project.sources if s.text}
        named = unique_slugs([c.name for c in self.project.cases], "actor")
        self.actors = {c.guid: id for c, id in zip(self.project.cases, named, strict=True)}
        self.unknown: list[str] = []
        self.of_source: dict[str, list[str]] = {}
        self.of_selection: dict[str, list[str]] = {}
        self.of_code: dict[str, list[str]] = {}
        for case in self.project.cases:
            for refs, index in (
                (case.sources, self.of_source),
                (case.selections, self.of_selection),
                (case.codes, self.of_code),
            ):
                for ref in refs:
                    index.setdefault(ref, []).append(case.guid)

    def take(self, span: Span) -> None:
        """The statements of one coded passage; what keeps it from being one is remembered."""
        proposals = [c for c in span.codes if c in self.tree.proposals]
        stances = list(dict.fromkeys(self.tree.stances[c] for c in span.codes if c in self.tree.stances))
        unsure = [self.tree.unsure[c] for c in span.codes if c in self.tree.unsure]
        if not proposals:
            if not span.codes and span.memos:
                self._leave("with a memo but no code", span)
            if stances or unsure:
                self._leave("coded with a stance but with no proposal", span)
            return
        if unsure:
            self._ask(unsure[0])
            return
        if len(stances) != 1:
            skipped = some(dict.fromkeys(self.tree.skipped[c] for c in span.codes if c in self.tree.skipped))
            several = f"several stances ({', '.join(stances)})" if stances else "no stance"
            why = f"coded with {skipped}, left out, as asked" if skipped and not stances else ""
            self._leave(why or f"coded with a proposal but with {several}", span)
            return
        cases = self._cases(span)
        if not cases:
            self._leave("of no case, so that nobody says them", span)
            return
        if len(cases) > 1:
            self._leave("of several cases (a statement was made for each)", span)
        if stances[0] == CONDITIONAL and not span.memos:
            self._unconditioned(span)
            return
        for case in cases:
            for proposal in proposals:
                self._state(span, case, proposal, stances[0])

    def _state(self, span: Span, case: str, proposal: str, stance: str) -> None:
        base = f"s-{slug(span.guids[0])[:8].strip('-') or 'x'}"
        id, number = base, 1
        while id in self.ids:
            number += 1
            id = f"{base}-{number}"
        self.ids.add(id)
        row = {"id": id, "actor": self.actors[case], "proposal": self.tree.proposals[proposal]["id"], "stance": stance}
        row |= {"source": self.sources[span.source], "coder": span.coder}
        row["condition" if stance == CONDITIONAL else "note"] = "\n".join(span.memos)
        text = self.texts.get(span.source)
        if text is None or not 0 <= span.start < span.end <= len(text):
            self._leave("outside the plain text of their source (the statements have no quote)", span)
        else:
            row |= {"quote": text[span.start : span.end], "start": str(span.start)}
            self.quoted += span.end - span.start
            if self.quoted > MOST_QUOTED:
                refuse(self.file, "holds far more quoted text than any project; it is damaged or malicious")
        self.rows.append(row)

    def _cases(self, span: Span) -> list[str]:
        """Whose words these are: the selection's own cases, else those of a code on it, else those of the source."""
        for refs, index in (
            (span.guids, self.of_selection),
            (span.codes, self.of_code),
            ([span.source], self.of_source),
        ):
            if found := list(dict.fromkeys(case for ref in refs for case in index.get(ref, ()))):
                return found
        return []

    def _leave(self, why: str, span: Span) -> None:
        at = f"{self.sources.get(span.source, span.source)} {span.start}-{span.end}"
        places = self.left.setdefault(why, [])
        if at not in places[-1:]:
            places.append(at)

    def _ask(self, word: str) -> None:
        guess = near_miss(word, STANCE_IDS)
        message = f"the code {shown(word)} is among the stances, but its meaning is not certain{guess}"
        self.problems[word] = Problem(
            self.file, 0, "", f"{message}; give --stance '{word}={' | '.join((*STANCE_IDS, SKIP))}'"
        )

    def _unconditioned(self, span: Span) -> None:
        at = f"{self.sources[span.source]} {span.start}-{span.end}"
        message = (
            f"the selection {at} is coded as conditional, but no memo on it says the condition: write it into "
            "the selection's memo and export again, or read the code as another stance with --stance"
        )
        self.problems[at] = Problem(self.file, 0, "condition", message)

    def tables(self) -> ImportedTables:
        """The tables; DatasetError where something must be decided first."""
        if self.problems:
            raise DatasetError(self.problems.values())
        if not self.rows:
            why = " ".join(self._left_out()) or "no selection of text is coded."
            refuse(self.file, f"holds no statement that can be read: {why.rstrip('.')}")
        actors = [self._actor(c) for c in self.project.cases]
        encoded = {text: text.encode() for text in set(self.texts.values())}
        texts = {self.sources[guid]: encoded[text] for guid, text in self.texts.items()}
        hashes = {text: hash_of(content) for text, content in encoded.items()}
        sources = [
            {
                "id": self.sources[s.guid],
                "title": s.name or self.sources[s.guid],
                "sha256": hashes.get(s.text or "", ""),
            }
            for s in self.project.sources
        ]
        frames = {
            "sources": text_frame("sources", sources),
            "actors": text_frame("actors", actors),
            "proposals": text_frame("proposals", list(self.tree.proposals.values())),
            "statements": text_frame("statements", self.rows),
        }
        return ImportedTables(frames, texts, tuple(self._notes()), self.project.title)

    def _actor(self, case: Case) -> TableRow:
        row = {"id": self.actors[case.guid], "name": case.name}
        for label, value in case.values.items():
            column, text = attribute("actors", label, value, "case")
            if column == TYPE:
                self.unknown.append(text)
            row[column] = text
        return row

    def _other_codes(self) -> list[str]:
        """A sentence about codes that are neither proposal nor stance, the most used first."""
        used = Counter(code for span in self.project.spans for code in span.codes)
        known = {*self.tree.proposals, *self.tree.stances, *self.tree.skipped}
        other = [g for g, c in self.project.codes.items() if g not in known and (c.codable or used[g])]
        other.sort(key=lambda guid: -used[guid])
        named = [f"{shown(self.project.codes[g].name)} ({plural(used[g], 'selection')})" for g in other]
        more = f" and {len(named) - EXAMPLES:,} more" if len(named) > EXAMPLES else ""
        return [f"Codes neither proposal nor stance: {', '.join(named[:EXAMPLES])}{more}."] if named else []

    def _left_out(self) -> list[str]:
        """A sentence for each reason why selections became no statement, or not a whole one."""
        return [f"{plural(len(places), 'selection')} {why}: {some(places)}." for why, places in self.left.items()]

    def _notes(self) -> list[str]:
        taken: dict[str, list[str]] = {}
        for guid, stance in self.tree.stances.items():
            taken.setdefault(stance, []).append(self.project.codes[guid].name)
        notes = [f"Codes taken for the stance {stance}: {some(names)}." for stance, names in taken.items()]
        notes += self._left_out()
        notes += self._other_codes()
        silent = [s.name for s in self.project.sources if s.text is None]
        if silent:
            notes.append(f"{plural(len(silent), 'source')} without plain text in UTF-8: {some(silent)}.")
        if self.project.unread:
            left = ", ".join(
                plural(n, what, what.replace("coding ", "codings ", 1) if what.startswith("coding ") else "")
                for what, n in self.project.unread.items()
            )
            notes.append(f"Not read: {left}.")
        return [*notes, *unknown_kinds(self.unknown)]
