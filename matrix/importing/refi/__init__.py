"""REFI-QDA projects and codebooks (`.qdpx`, `.qdc` of NVivo, MAXQDA, ATLAS.ti, QualCoder ...): `read_refi` reads them.

Cases are the actors, or whatever else of the project says who speaks; codes are the proposals and the stances; a
passage coded with both is a statement with its quote, one for each coder.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from matrix.dataset.problems import DatasetError, Problem, near_miss, refuse, shown
from matrix.dataset.quotes import hash_of
from matrix.importing.guard import MOST_PARTS, MOST_UNPACKED, Archive, open_archive, stream
from matrix.importing.name_matching import unique_slugs
from matrix.importing.refi.codes import Meanings, meanings
from matrix.importing.refi.places import FoundPassages, passages
from matrix.importing.refi.project import Project, Text, Texts, parse
from matrix.importing.refi.speakers import (
    Around,
    Span,
    Speakers,
    innermost,
    offers,
    span_of,
    speaker_of,
    speakers,
    ways,
)
from matrix.importing.refi.variables import describe_sources
from matrix.importing.result import (
    EXAMPLES,
    MOST_QUOTED,
    Attributes,
    ImportedTables,
    ImportOptions,
    TableRow,
    name_of,
    some,
    text_frame,
)
from matrix.importing.sheet.headers import SKIP
from matrix.importing.sheet.stances import STANCE_IDS
from matrix.wording import plural

MOST_TAGS = 4_000_000  # `<` in project.qde: a large project has some hundred thousand
MOST_ROWS = 1_000_000  # codes and cases of a hostile file may multiply each other
CONDITIONAL = "conditional"
FEWEST_BLANKS = 3  # of a region's name that is looked for in the text: fewer words may be a label
PROJECT, CODEBOOK, PACKED = ".qde", ".qdc", ".qdpx"
_SCHEME = re.compile(r"^[a-z]{2,}:/*", re.IGNORECASE)
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_refi(
    path: Path | bytes, options: ImportOptions | None = None, *, name: str = "", project: Project | None = None
) -> ImportedTables:
    """The project, its unpacked folder, or a codebook as tables; DatasetError with all that is to be decided first.

    `options`: who speaks (`actors`), what are proposals (`proposals`), what says for or against (`stance_from`,
    `stances`). `project`: what `read_project` gives of the same file, where it was read before.
    """
    file, chosen = name_of(path, name), options or ImportOptions()
    project = project or read_project(path, file)
    used = Counter(code for selection in project.selections for code, _ in selection.codings)
    meant = meanings(file, project, chosen, used)
    if project.codebook:
        return _codebook(file, project, meant)
    said_by = speakers(file, project, chosen.actors, meant.groups)
    places = passages(project.sources, project.selections)
    return _ProjectReading(file, project, meant, said_by, places).tables()


# ---- the file


def read_project(path: Path | bytes, file: str, *, packed_once: bool = False) -> Project:
    """All facts of the file; DatasetError where it is damaged, hostile, or of another kind."""
    if isinstance(path, Path) and path.is_dir():
        path = _packed(path, file)
    if Path(file).suffix.lower() == CODEBOOK:
        with stream(path, file) as content:
            xml = content.read()
        return parse(file, _bounded(file, xml), lambda _: None)
    with open_archive(path, file, kind="REFI-QDA project", xml=(PROJECT, CODEBOOK)) as archive:
        parts = [p for p in archive.parts if p.lower().endswith(PROJECT) and not _is_of_a_mac(p)]
        named = [p for p in parts if p.casefold().endswith("project.qde")]
        packed = [p for p in archive.parts if p.lower().endswith(PACKED) and not _is_of_a_mac(p)]
        if not parts and len(packed) == 1 and not packed_once:
            return read_project(archive.read(packed[0]), f"{file}, {packed[0]}", packed_once=True)
        if not parts:
            refuse(file, "is not a REFI-QDA project: it holds no project.qde")
        if len(named or parts) > 1:
            refuse(file, f"holds several projects: {some(named or parts)}; leave one in the file")
        (part,) = named or parts
        return parse(file, _bounded(file, archive.read(part)), _texts(archive, part.replace("\\", "/")))


def _bounded(file: str, xml: bytes) -> bytes:
    if xml.count(b"<") > MOST_TAGS:
        refuse(file, f"holds more than {MOST_TAGS:,} XML tags")
    return xml


def _is_of_a_mac(part: str) -> bool:
    """Whether it is what a Mac adds to the archives that it packs."""
    return part.startswith("__MACOSX") or part.replace("\\", "/").rpartition("/")[2].startswith("._")


def _packed(folder: Path, file: str) -> bytes:
    """What a project was unpacked to as an archive: its texts, within the folder."""
    made = BytesIO()
    size = 0
    with zipfile.ZipFile(made, "w") as packed:
        for number, each in enumerate(sorted(folder.rglob("*"))):
            if each.is_symlink() or not each.is_file() or each.suffix.lower() not in (PROJECT, ".txt", ".md"):
                continue
            size += each.stat().st_size
            if number > MOST_PARTS or size > MOST_UNPACKED:
                refuse(file, "is far larger than any project")
            packed.write(each, each.relative_to(folder).as_posix())
    return made.getvalue()


def _texts(archive: Archive, project: str) -> Texts:
    """Texts by the path that the project gives, else by their file name, wherever they are in the archive."""
    base = project.rpartition("/")[0]
    base = f"{base}/" if base else ""
    named: dict[str, list[str]] = {}
    for part in archive.parts:
        if not _is_of_a_mac(part):
            named.setdefault(part.replace("\\", "/").rpartition("/")[2].casefold(), []).append(part)
    read: dict[str, Text | None] = {}

    def found(path: str) -> str | None:
        for written in (path, unquote(path)):
            within = _SCHEME.sub("", written).replace("\\", "/").lstrip("/")
            last = within.rpartition("/")[2]
            for candidate in (within, f"sources/{within}", f"sources/{last}", last):
                if last and (part := archive.find(base + candidate)):
                    return part
            if len(parts := named.get(last.casefold(), [])) == 1:
                return parts[0]
        return None

    def text_of(path: str) -> Text | None:
        part = found(path)
        if part is None:
            return None
        if part not in read:
            read[part] = _decoded(archive.read(part))
        return read[part]

    return text_of


def _decoded(content: bytes) -> Text | None:
    encoding = next((e for mark, e in _MARKS.items() if content.startswith(mark)), "")
    try:
        return Text(content.decode(encoding or "utf-8"), bool(encoding))
    except UnicodeDecodeError:
        return None


# ---- what it says


def _codebook(file: str, project: Project, meant: Meanings) -> ImportedTables:
    if not meant.proposals:
        refuse(file, "holds no code that can be a proposal")
    frames = {
        "sources": text_frame("sources", []),
        "actors": text_frame("actors", []),
        "proposals": text_frame("proposals", [*meant.proposals.values()]),
        "statements": text_frame("statements", []),
    }
    notes = [*meant.notes, *_themes(meant)]
    return ImportedTables(frames, {}, tuple(notes), project.title)


def _themes(meant: Meanings) -> Iterator[str]:
    if meant.themes:
        yield f"Codes with which nothing is coded, taken for the themes of those below them: {some(meant.themes)}."


@dataclass(eq=False)
class _CodedPassage:
    """What one coder coded on one passage."""

    span: Span
    selections: list[int] = field(default_factory=list)
    proposals: dict[str, None] = field(default_factory=dict)
    stances: dict[str, None] = field(default_factory=dict)
    both: dict[tuple[str, str], None] = field(default_factory=dict)  # by one code: proposal, stance
    unsure: dict[str, None] = field(default_factory=dict)
    skipped: dict[str, None] = field(default_factory=dict)
    memos: dict[str, None] = field(default_factory=dict)
    within: list[_CodedPassage] = field(default_factory=list)  # what holds only a stance, on words within this passage
    used: bool = False  # a stance that counts for a proposal coded elsewhere

    @property
    def is_on_proposal(self) -> bool:
        """Whether a proposal was coded here."""
        return bool(self.proposals or self.both)

    @property
    def alone(self) -> dict[str, None]:
        """The proposals that no code for a stance below them speaks of."""
        told = {proposal for proposal, _ in self.both}
        return {p: None for p in self.proposals if p not in told}


@dataclass(eq=False)
class _ProjectReading:
    """What the passages become, one after the other."""

    file: str
    project: Project
    meant: Meanings
    said_by: Speakers
    places: FoundPassages
    rows: list[TableRow] = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)
    nobody: bool = False  # some passages are of nobody who could say them
    problems: dict[str, Problem] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    quoted: int = 0
    attributes: Attributes = field(default_factory=Attributes)
    of_sources: Sequence[str] = ()

    def __post_init__(self) -> None:
        named = unique_slugs([s.name for s in self.project.sources], "source")
        self.sources = {s.guid: id for s, id in zip(self.project.sources, named, strict=True)}
        self.titles = {s.guid: s.name for s in self.project.sources}
        self.texts = {s.guid: s.text.text for s in self.project.sources if s.text and s.text.text}
        self.coded: dict[Span, dict[str, _CodedPassage]] = {}  # passage -> coder -> what they coded on it
        for i in range(len(self.project.selections)):
            self._add(i)
        self._sign()

    def _add(self, number: int) -> None:
        """Join a selection to the others on the same characters: many programs write one selection a coding."""
        selection = self.project.selections[number]
        here = self.coded.setdefault(span_of(selection), {})
        for coder in dict.fromkeys(coder for _, coder in selection.codings) or ("",):
            coded = here.setdefault(coder, _CodedPassage(span_of(selection, coder=coder)))
            coded.selections.append(number)
            coded.memos |= dict.fromkeys(selection.memos)
        for code, coder in selection.codings:
            self._code(here[coder], code)

    def _code(self, coded: _CodedPassage, code: str) -> None:
        said = self.meant.said.get(code)
        proposal = said.proposal if said else ""
        if code in self.meant.unsure:
            coded.unsure[code] = None
        elif code in self.meant.skipped:
            coded.skipped[code] = None
        if proposal and said and said.stance:
            coded.both[proposal, said.stance] = None
        elif proposal:
            coded.proposals[proposal] = None
        elif said and said.stance:
            coded.stances[said.stance] = None

    def _sign(self) -> None:
        """What nobody signed, memos and stances, belongs to those who coded a proposal on the passage."""
        for here in self.coded.values():
            unsigned = here.get("")
            for coder, coded in here.items():
                if coder and unsigned and coded.is_on_proposal:
                    coded.memos |= unsigned.memos
                    if not coded.stances and unsigned.stances and not unsigned.is_on_proposal:
                        coded.stances |= unsigned.stances
                        unsigned.used = True

    def read(self) -> None:
        """Make the statements; what keeps a passage from being one is remembered."""
        every = [coded for here in self.coded.values() for coded in here.values()]
        wanted = [coded for coded in every if coded.is_on_proposal]
        self._look_within(every)
        for coded, (actors, crossing) in zip(wanted, self._speaking(wanted), strict=True):
            pairs = [*coded.both, *self._with_stances(coded)]
            if pairs and crossing:
                taken = "taken for the one who says most of it" if actors else "left out: who says it is not certain"
                self._leave(f"across the turns of several {self.said_by.what}s ({taken})", coded)
            elif pairs and not actors:
                self.nobody = True
                self._leave(f"of no {self.said_by.what}, so that nobody says them", coded)
            elif pairs and len(actors) > 1:
                self._leave(f"of several {self.said_by.what}s (a statement was made for each)", coded)
            for actor in actors:
                for proposal, stance in pairs:
                    self._state(coded, actor, proposal, stance)
        for coded in every:
            self._unused(coded)

    def _look_within(self, every: Sequence[_CodedPassage]) -> None:
        """Give stances on words within a passage to the innermost passage of that coder with a proposal."""
        outside: dict[str, dict[Span, _CodedPassage]] = {}
        inner: dict[str, list[_CodedPassage]] = {}
        for coded in every:
            if coded.span.start >= 0 and coded.is_on_proposal:
                outside.setdefault(coded.span.coder, {})[coded.span] = coded
            elif coded.stances or coded.unsure:
                inner.setdefault(coded.span.coder, []).append(coded)
        for coder, by_span in outside.items():
            ones = inner.get(coder, [])
            same = {words: one for one in ones if (words := self._words_at(one))}
            for outer in by_span.values():  # the same words, but for blanks around them
                if (words := self._words_at(outer)) in same and outer.alone and not outer.stances:
                    outer.within.append(same[words])
                    same[words].used = True
            ones = [one for one in ones if not one.used]
            for one, around in zip(ones, innermost(self.file, [*by_span], [c.span for c in ones]), strict=True):
                for outer in (by_span[span] for span in around.shortest):
                    if outer.alone and not outer.stances:
                        outer.within.append(one)
                        one.used = True

    def _words_at(self, coded: _CodedPassage) -> tuple[str, int, int] | None:
        """The source and the place of the words without blanks around them; None where it is not known."""
        place = next((self.places.found[i] for i in coded.selections if i in self.places.found), None)
        if place is None:
            return None
        words = self.texts[coded.span.source][slice(*place)]
        start = place[0] + len(words) - len(words.lstrip())
        return coded.span.source, start, start + len(words.strip())

    def _speaking(self, wanted: Sequence[_CodedPassage]) -> list[tuple[list[str], bool]]:
        """The actors of each passage, see `speaker_of`; what its coder says of it goes before what others do."""
        spans = self.said_by.spans
        by_coder: dict[str, list[Span]] = {}
        for span in spans:
            by_coder.setdefault(span.coder, []).append(span)
        theirs: dict[str, list[int]] = {}
        for i, coded in enumerate(wanted):
            if coded.span.coder in by_coder:
                theirs.setdefault(coded.span.coder, []).append(i)
        own: dict[int, Around] = {}
        for coder, indices in theirs.items():
            found = innermost(self.file, by_coder[coder], [wanted[i].span for i in indices])
            own |= dict(zip(indices, found, strict=True))
        everyone = innermost(self.file, spans, [c.span for c in wanted])
        mine = [own[i] if i in own and own[i] != Around() else each for i, each in enumerate(everyone)]
        return [speaker_of(coded.span, around) for coded, around in zip(wanted, mine, strict=True)]

    def _with_stances(self, coded: _CodedPassage) -> list[tuple[str, str]]:
        """The proposals of a passage that no code of their own gives a stance, each with the one it has."""
        if not coded.alone:
            return []
        stances = coded.stances or {s: None for one in coded.within for s in one.stances}
        unsure = coded.unsure or {code: None for one in coded.within for code in one.unsure}
        if unsure:
            self._ask(self.meant.unsure[next(iter(unsure))])
            return []
        if len(stances) > 1:
            self._leave(f"coded with a proposal but with several stances ({', '.join(stances)})", coded)
            return []
        if stances and not coded.stances:
            self._leave("whose stance was coded on words within the passage (it counts for the passage)", coded)
            coded.memos |= {memo: None for one in coded.within for memo in one.memos}
        if stance := next(iter(stances), "" if coded.skipped else self.meant.other):
            return [(proposal, stance) for proposal in coded.alone]
        self._leave(self._without_stance(coded), coded)
        return []

    def _without_stance(self, coded: _CodedPassage) -> str:
        if coded.skipped:
            return f"coded with {some(self.meant.skipped[code] for code in coded.skipped)}, left out, as asked"
        here = self.coded[replace(coded.span, coder="")]
        others = any(c.stances for c in here.values() if c is not coded)
        return f"coded with a proposal but with no stance{' by the same coder' if others else ''}"

    def _unused(self, coded: _CodedPassage) -> None:
        if coded.is_on_proposal or coded.used:
            return
        if coded.stances or coded.unsure:
            self._leave("coded with a stance but with no proposal", coded)
        elif coded.memos and not any(self.project.selections[i].codings for i in coded.selections):
            self._leave("with a memo but no code", coded)

    def _state(self, coded: _CodedPassage, actor: str, proposal: str, stance: str) -> None:
        if stance == CONDITIONAL and not coded.memos:
            self._unconditioned(coded)
            return
        coder = self.project.coders.get(coded.span.coder, "")
        source, title = coded.span.source, self.meant.proposals[proposal]["title"]
        row = {"id": self._id(coded, actor, title, coder), "actor": actor, "proposal": proposal, "stance": stance}
        row |= {"source": self.sources[source], "coder": coder}
        row["condition" if stance == CONDITIONAL else "note"] = "\n".join(coded.memos)
        row |= self._quote(coded)
        self.rows.append(row)
        if len(self.rows) > MOST_ROWS:
            refuse(self.file, f"comes to more than {MOST_ROWS:,} statements; it is damaged or malicious")

    def _quote(self, coded: _CodedPassage) -> TableRow:
        """The words and their place, or none and why."""
        first = self.project.selections[coded.selections[0]]
        if first.whole:
            self._leave("of a whole source (the statements have no quote)", coded)
            return {}
        if first.region:
            text, words = self.texts.get(first.source, ""), first.words.strip()
            if words.count(" ") >= FEWEST_BLANKS and text.count(words) == 1:
                return {"quote": words, "start": str(text.index(words))}
            self._leave("of a page, picture or recording (the statements have no quote)", coded)
            return {}
        against = any(i in self.places.against for i in coded.selections)
        found = [self.places.found[i] for i in coded.selections if i in self.places.found]
        if against:
            self._leave("whose own words are not those at their place (the statements have no quote)", coded)
        elif found:
            start, end = found[0]
            self.quoted += end - start
            if self.quoted > MOST_QUOTED:
                refuse(self.file, "holds far more quoted text than any project; it is damaged or malicious")
            return {"quote": self.texts[coded.span.source][start:end], "start": str(start)}
        elif not any(i in self.places.unsure for i in coded.selections):
            self._leave("outside the plain text of their source (the statements have no quote)", coded)
        return {}

    def _id(self, coded: _CodedPassage, actor: str, title: str, coder: str) -> str:
        """The same in each copy of a project: programs give their selections new guids when they export again."""
        content = "\0".join((self.titles[coded.span.source], self._at(coded), actor, title, coder))
        base = f"s-{sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        id, number = base, 1
        while id in self.ids:
            number += 1
            id = f"{base}-{number}"
        self.ids.add(id)
        return id

    def _leave(self, why: str, coded: _CodedPassage) -> None:
        places = self.left.setdefault(why, [])
        if (at := self._at(coded)) not in places[-1:]:
            places.append(at)

    def _at(self, coded: _CodedPassage) -> str:
        source = self.sources.get(coded.span.source, coded.span.source)
        selection = self.project.selections[coded.selections[0]]
        if selection.whole:
            return source
        return f"{source} {selection.region or f'{selection.start}-{selection.end}'}"

    def _ask(self, word: str) -> None:
        message = f"the code {shown(word)} is among the stances, but its meaning is not certain"
        self.problems[word] = Problem(
            self.file,
            0,
            "",
            f"{message}{near_miss(word, STANCE_IDS)}; give --stance '{word}={' | '.join((*STANCE_IDS, SKIP))}' (where "
            "it is a proposal, list the proposals with --proposals 'A;B')",
        )

    def _unconditioned(self, coded: _CodedPassage) -> None:
        at = self._at(coded)
        message = (
            f"the selection {at} is coded as conditional, but no memo on it says the condition: write it into "
            "the selection's memo and export again, or read the code as another stance with --stance"
        )
        self.problems[at] = Problem(self.file, 0, "condition", message)

    def tables(self) -> ImportedTables:
        """The tables; DatasetError where something must be decided first."""
        self.read()
        if self.problems:
            raise DatasetError(self.problems.values())
        if not self.rows:
            why = " ".join(self._left_out()) or "no selection of text is coded."
            offered = offers(self.project, self.meant.groups) if self.nobody else []
            way = f"; {ways(offered)}" if offered else ""
            refuse(self.file, f"holds no statement that can be read: {why.rstrip('.')}{way}", offers=offered)
        described = self.said_by.described
        self.said_by.slugs({row["actor"] for row in self.rows})
        for row in self.rows:
            row["actor"] = described.actors[row["actor"]]["id"]
            row["proposal"] = self.meant.proposals[row["proposal"]]["id"]
        self.attributes = described.write()
        encoded = {text: text.encode() for text in set(self.texts.values())}
        texts = {self.sources[guid]: encoded[text] for guid, text in self.texts.items()}
        hashes = {text: hash_of(content) for text, content in encoded.items()}
        sources = [
            {
                "id": self.sources[s.guid],
                "title": s.name or self.sources[s.guid],
                "sha256": hashes.get(self.texts.get(s.guid, ""), ""),
            }
            for s in self.project.sources
        ]
        values = [s.values for s in self.project.sources]
        self.of_sources = describe_sources(sources, values, self.said_by.variable)
        sides = self.attributes.sides
        frames = {
            **({"sides": text_frame("sides", sides)} if sides else {}),
            "sources": text_frame("sources", sources),
            "actors": text_frame("actors", [*described.actors.values()]),
            "proposals": text_frame("proposals", [*self.meant.proposals.values()]),
            "statements": text_frame("statements", self.rows),
        }
        return ImportedTables(frames, texts, tuple(self._notes()), self.project.title)

    def _other_codes(self) -> list[str]:
        """A sentence about codes that are neither proposal nor stance, the most used first."""
        used = Counter(code for s in self.project.selections for code in {code for code, _ in s.codings})
        known = {*self.meant.said, *self.meant.unsure, *self.meant.skipped, *self.said_by.codes}
        above = {c.parent for c in self.project.codes.values()}
        other = [
            g for g, c in self.project.codes.items() if g not in known and (used[g] or (c.codable and g not in above))
        ]
        other.sort(key=lambda guid: -used[guid])
        named = [f"{shown(self.project.codes[g].name)} ({plural(used[g], 'selection')})" for g in other]
        more = f" and {len(named) - EXAMPLES:,} more" if len(named) > EXAMPLES else ""
        return [f"Codes neither proposal nor stance: {', '.join(named[:EXAMPLES])}{more}."] if named else []

    def _left_out(self) -> list[str]:
        """A sentence for each reason why selections became no statement, or not a whole one."""
        return [f"{plural(len(places), 'selection')} {why}: {some(places)}." for why, places in self.left.items()]

    def _notes(self) -> list[str]:
        taken: dict[str, list[str]] = {}
        for guid, said in self.meant.said.items():
            if said.stance:
                taken.setdefault(said.stance, []).append(self.project.codes[guid].name)
        notes = [*self.meant.notes]
        notes += [f"Codes taken for the stance {stance}: {some(names)}." for stance, names in taken.items()]
        notes += [
            *_themes(self.meant),
            *self.said_by.notes,
            *self.places.notes,
            *self._left_out(),
            *self._other_codes(),
        ]
        notes += [*self.attributes.notes, *self.of_sources]
        silent = [s.name for s in self.project.sources if s.text is None]
        if silent:
            notes.append(f"{plural(len(silent), 'source')} without plain text in UTF-8: {some(silent)}.")
        if self.project.unread:
            left = ", ".join(plural(n, one, many) for (one, many), n in self.project.unread.items())
            notes.append(f"Not read: {left}.")
        return notes
