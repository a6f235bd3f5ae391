"""Who speaks in a REFI-QDA project: cases, sources, sets of sources, a variable or codes, as the user chooses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matrix.dataset.problems import refuse, shown
from matrix.importing.name_matching import exact, unique_slugs
from matrix.importing.refi.codes import members, other_groups
from matrix.importing.refi.project import Case, CodedSelection, Project
from matrix.importing.refi.variables import Described, alike, filled, is_of_actor, names_somebody, unknown_variable
from matrix.importing.result import some
from matrix.wording import plural

MOST_HELD = 20_000_000  # passages held against each other: a hostile file may nest them without end
HALF, ALMOST = 0.5, 0.8  # shares of a passage that lie in the turns of others: to be in doubt, to be one speaker's
_FILE_ENDING = re.compile(r"\.(?:txt|docx?|pdf|rtf|odt|md|html?)$", re.IGNORECASE)
_NAMELESS = re.compile(r"(?:(?:case|fall|caso|cas|个案|案例)[\s_#-]*\d*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """A stretch of a source that something holds for; `key` says what. A whole source has no end."""

    source: str
    start: float
    end: float
    key: str
    coder: str = ""


WHOLE = float("inf")


def span_of(selection: CodedSelection, key: str = "", coder: str = "") -> Span:
    """A selection as a span; the places are the program's own, as all of a source are counted in one way."""
    if selection.whole:
        return Span(selection.source, -WHOLE, WHOLE, key, coder)
    return Span(selection.source, selection.start, selection.end, key, coder)


@dataclass(eq=False)
class Speakers:
    """Who speaks where: the spans of each speaker, and the actors' rows by their key."""

    spans: list[Span] = field(default_factory=list)
    described: Described = field(default_factory=Described)
    notes: list[str] = field(default_factory=list)
    what: str = "case"  # of which a passage has none, in messages
    variable: str = ""  # of sources, that names the actors
    codes: frozenset[str] = frozenset()  # those that name the actors

    def add(self, name: str) -> str:
        """The key of an actor of a name."""
        name = exact(name)
        self.described.actors.setdefault(name, {"id": "", "name": name})
        return name

    def slugs(self, speaking: set[str]) -> None:
        """Give the actors ids; sources that nobody was quoted from are no actors."""
        rows = self.described.actors
        if self.what == "source":
            self.described.actors = rows = {key: row for key, row in rows.items() if key in speaking}
        for row, id in zip(rows.values(), unique_slugs([*rows], "actor"), strict=True):
            row["id"] = id


def speakers(file: str, project: Project, actors: str, without: Sequence[str]) -> Speakers:
    """Who speaks, as `actors` says: `case`, `source`, `set`, `variable:NAME` or `code:NAME`; '' for cases.

    `without`: names of codes that are proposals or stances. DatasetError where it must be asked, with what there is.
    """
    kind, _, name = (part.strip() for part in actors.partition(":"))
    kind = kind.casefold().rstrip("s") if not name else kind.casefold()
    if not actors:
        if not any(c.sources or c.selections or c.codes for c in project.cases):
            offered = offers(project, without)
            refuse(file, f"does not say who speaks, as it has no cases: {ways(offered)}", offers=offered)
        kind = "case"
    found = Speakers()
    take = {"case": _cases, "source": _by_source, "set": _sets}.get(kind)
    if take and not name:
        take(found, project)
    elif kind == "variable" and name:
        _variable(file, found, project, name)
    elif kind == "code" and name:
        _codes(file, found, project, name)
    else:
        offered = offers(project, without)
        words = f"--actors {actors}: {shown(actors)} is not one of {', '.join(_FORMS)}; {ways(offered)}"
        refuse(file, words, offers=offered)
    return found


_FORMS = ("case", "source", "set", "variable:NAME", "code:NAME")


def offers(project: Project, without: Sequence[str]) -> list[tuple[str, str]]:
    """What may be chosen in this project as those who speak, each with how often it is there or with names."""
    found = []
    if project.cases:
        found.append(("case", plural(len(project.cases), "case")))
    found += [
        (f"variable:{label}", some(values)) for label, values in _variables(project).items() if names_somebody(label)
    ]
    sets = [g.name for g in project.sets if g.sources]
    if sets:
        found.append(("set", some(sets)))
    found += [(f"code:{n}", some(members(project, n).values())) for n in other_groups(project, without)]
    return [*found, ("source", some(s.name for s in project.sources) or "none")]


def ways(offered: Sequence[tuple[str, str]]) -> str:
    """The same as options, in a sentence."""
    each = ("--actors " + (f"'{value}'" if ":" in value else value) + f" ({words})" for value, words in offered)
    return f"say it with {' or '.join(each)}"


def _variables(project: Project) -> dict[str, list[str]]:
    """The variables that may name somebody, with their values."""
    values: dict[str, list[str]] = {}
    of_all = [thing.values for thing in project.sources] + [thing.values for thing in project.cases]
    for label, value in (pair for each in of_all for pair in each.items()):
        values.setdefault(label, []).append(value)
    return values


def _cases(found: Speakers, project: Project) -> None:
    names = _case_names(project)
    found.notes += _nameless(project, names)
    again = [name for name, times in Counter(names).items() if times > 1]
    if again:
        found.notes.append(f"{plural(len(again), 'actor')} of several cases of one name: {some(again)}.")
    coded = _CodedSelections.of(project)
    for case, name in zip(project.cases, names, strict=True):
        key = found.add(name)
        found.described.actor(key, case.values)
        found.spans += coded.spans(case, key)


def _case_names(project: Project) -> list[str]:
    """The names of the cases; nameless ones take their only source's, where no other case has it."""
    titles = {s.guid: s.name for s in project.sources}
    of_selection = {s.guid: s.source for s in project.selections}
    theirs = [
        {*case.sources, *(of_selection[g] for g in case.selections if g in of_selection)} for case in project.cases
    ]
    shared = Counter(source for each in theirs for source in each)
    names = []
    for number, (case, each) in enumerate(zip(project.cases, theirs, strict=True), 1):
        name = exact(case.name)
        if _NAMELESS.fullmatch(name):
            own = next(iter(each)) if len(each) == 1 else ""
            called = alike("name", case.values)
            if called:
                name = exact(case.values[called])
            elif own and shared[own] == 1:
                name = _title(titles.get(own, "")) or name
        names.append(name or f"Case {number}")
    return names


def _nameless(project: Project, names: Sequence[str]) -> list[str]:
    new = [n for c, n in zip(project.cases, names, strict=True) if n != exact(c.name) and not _NAMELESS.fullmatch(n)]
    left = [n for n in names if _NAMELESS.fullmatch(n)]
    notes = [f"{plural(len(new), 'case')} without a name, called as the source is: {some(new)}."] if new else []
    if left:
        notes.append(f"{plural(len(left), 'case')} without a name and without a source of its own: {some(left)}.")
    return notes


def _title(name: str) -> str:
    """A source's name without the ending of a file."""
    return _FILE_ENDING.sub("", name)


@dataclass(frozen=True, eq=False)
class _CodedSelections:
    """The selections by their guid, and by the codes on them."""

    by_guid: Mapping[str, CodedSelection]
    by_code: Mapping[str, list[CodedSelection]]

    @classmethod
    def of(cls, project: Project) -> _CodedSelections:
        by_code: dict[str, list[CodedSelection]] = {}
        for selection in project.selections:
            for code in {code for code, _ in selection.codings}:
                by_code.setdefault(code, []).append(selection)
        return cls({s.guid: s for s in project.selections}, by_code)

    def spans(self, case: Case, key: str) -> Iterator[Span]:
        """All that belongs to a case."""
        yield from (Span(source, -WHOLE, WHOLE, key) for source in case.sources)
        yield from (span_of(self.by_guid[g], key) for g in sorted(case.selections) if g in self.by_guid)
        for code in sorted(case.codes):
            yield from (span_of(selection, key) for selection in self.by_code.get(code, ()))


def _by_source(found: Speakers, project: Project) -> None:
    found.what = "source"
    for source in project.sources:
        key = found.add(_title(source.name) or source.guid)
        found.described.actor(key, _of_actor(source.values))
        found.spans.append(Span(source.guid, -WHOLE, WHOLE, key))


def _of_actor(values: Mapping[str, str]) -> dict[str, str]:
    return {label: value for label, value in values.items() if is_of_actor(label)}


def _sets(found: Speakers, project: Project) -> None:
    found.what = "set"
    for group in project.sets:
        if group.sources:
            key = found.add(group.name)
            found.spans += [Span(source, -WHOLE, WHOLE, key) for source in group.sources]


def _variable(file: str, found: Speakers, project: Project, name: str) -> None:
    found.what = shown(name)
    labels = _variables(project)
    label = alike(name, labels)
    if not label:
        refuse(file, f"--actors variable:{name}: {unknown_variable(name, labels)}")
    found.variable = label
    coded = _CodedSelections.of(project)
    for source in project.sources:
        if value := exact(filled(source.values).get(label, "")):
            key = found.add(value)
            own = {n: v for n, v in _of_actor(source.values).items() if n != label}
            found.described.actor(key, own)
            found.spans.append(Span(source.guid, -WHOLE, WHOLE, key))
    for case in project.cases:
        if value := exact(filled(case.values).get(label, "")):
            key = found.add(value)
            found.described.actor(key, {n: v for n, v in case.values.items() if n != label}, shared=True)
            found.spans += coded.spans(case, key)


def _codes(file: str, found: Speakers, project: Project, name: str) -> None:
    found.what = "speaker's code"
    codes = members(project, name)
    if not codes:
        refuse(file, f"--actors code:{name}: has no codes under a code named {shown(name)}, nor a set of that name")
    found.codes = frozenset(codes)
    keys = {guid: found.add(title) for guid, title in codes.items()}
    for selection in project.selections:
        found.spans += [span_of(selection, keys[code], coder) for code, coder in selection.codings if code in keys]


@dataclass(frozen=True)
class Around:
    """What is around a span: the shortest of those that contain it, and those that hold only a part of it."""

    shortest: tuple[Span, ...] = ()
    partly: tuple[Span, ...] = ()


def innermost(file: str, spans: Sequence[Span], inner: Sequence[Span]) -> list[Around]:
    """What is around each inner span; several shortest ones are equally long.

    DatasetError where far more spans overlap than in any project.
    """
    by_source: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda s: s.start):
        by_source.setdefault(span.source, []).append(span)
    found = [Around() for _ in inner]
    of_source: dict[str, list[int]] = {}
    for i in sorted(range(len(inner)), key=lambda i: inner[i].start):
        of_source.setdefault(inner[i].source, []).append(i)
    work = 0
    for source, indices in of_source.items():
        outer, next_, active = by_source.get(source, []), 0, list[Span]()
        for i in indices:
            one = inner[i]
            while next_ < len(outer) and outer[next_].start <= one.start:
                active.append(outer[next_])
                next_ += 1
            active = [s for s in active if s.end > one.start]
            later = next_
            while later < len(outer) and outer[later].start < one.end < WHOLE:
                later += 1
            work += len(active) + later - next_
            if work > MOST_HELD:
                refuse(file, "holds far more overlapping passages than any project; it is damaged or malicious")
            around = [s for s in active if s.end >= one.end]
            least = min((s.end - s.start for s in around), default=0)
            shortest = tuple(s for s in around if s.end - s.start == least)
            partly = (*(s for s in active if s.end < one.end < WHOLE), *outer[next_:later])
            found[i] = Around(shortest, partly)
    return found


def speaker_of(one: Span, around: Around) -> tuple[list[str], bool]:
    """The actors of a passage, and whether it crosses the turns of others: then they are that of most of it, or none.

    A turn around the passage decides; what others hold within it, such as where they are named, is no turn.
    """
    keys = [*dict.fromkeys(s.key for s in around.shortest)]
    if any(s.end < WHOLE for s in around.shortest) or one.end == WHOLE:
        return keys, False
    held = Counter[str]()
    for span in around.partly:
        if span.key not in keys:
            held[span.key] += int(min(span.end, one.end) - max(span.start, one.start))
    length = one.end - one.start
    if held.total() < HALF * length:
        return keys, False
    return ([*held] if len(held) == 1 and held.total() >= ALMOST * length else []), True
