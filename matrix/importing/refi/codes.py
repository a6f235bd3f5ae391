"""The codes of a REFI-QDA project: which are proposals, which are stances, and which the user has to explain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matrix.dataset.problems import DatasetError, Problem, near_miss, not_one_of, refuse, shown
from matrix.importing.name_matching import exact, loose, unique_slugs
from matrix.importing.refi.project import Code, Project
from matrix.importing.result import LISTED, ImportOptions, TableRow, some
from matrix.importing.sheet.headers import SKIP
from matrix.importing.sheet.stances import SCALE_WORDS, STANCE_IDS, STANCE_WORDS

ALL = "*"  # all other codes, of --stance; all codes, of --proposals
# Names of the code above the proposals, and above the stances, that need no option.
_PROPOSALS = frozenset(
    map(loose, ("proposals", "proposal", "policy proposals", "demands", "vorschläge", "forderungen", "propositions"))
) | {"提案", "政策建议", "建议", "主张"}
_STANCES = frozenset(
    map(loose, ("stances", "stance", "positions", "position", "attitudes", "attitude", "haltungen", "haltung"))
) | {"立场", "态度", "立場"}
_PREFIXED = re.compile(r"\s*(?:::|[:/\\>|»→]|[.](?=\S)|\s[–—-]\s)\s*")


@dataclass(frozen=True)
class CodeMeaning:
    """What one code says: a proposal, a stance, or with a stance below a proposal both."""

    proposal: str = ""  # key of the proposal
    stance: str = ""  # stance id


@dataclass(eq=False)
class Meanings:
    """What the codes mean. Proposals have a key, as several codes of one name are one proposal."""

    proposals: dict[str, TableRow] = field(default_factory=dict)  # key -> the row of the proposals table
    said: dict[str, CodeMeaning] = field(default_factory=dict)  # guid -> what it says
    unsure: dict[str, str] = field(default_factory=dict)  # guid -> name of a stance without a certain meaning
    skipped: dict[str, str] = field(default_factory=dict)  # guid -> name of a code left out by the user's word
    themes: list[str] = field(default_factory=list)  # names of codes taken for themes, though they may be coded with
    other: str = ""  # the stance of a proposal that is coded without one, where the user gave it
    notes: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)  # names by which proposals and stances were found

    @property
    def has_stances(self) -> bool:
        """Whether any code says for or against."""
        return any(said.stance for said in self.said.values())


def members(project: Project, name: str) -> dict[str, str]:
    """The codes that a name stands for, guid -> title: those below a code, in a set, or with a prefix; or that code."""
    inside = {guid for guid, c in project.codes.items() if _called(c, name)}
    if below := _below(project.codes, inside):
        return {guid: project.codes[guid].name for guid in below}
    for group in project.sets:
        if loose(group.name) == loose(name) and group.codes:
            return {guid: project.codes[guid].name for guid in group.codes if guid in project.codes}
    prefixed = {g: rest for g, c in project.codes.items() if (rest := _after(c.full, name))}
    return prefixed or {guid: project.codes[guid].name for guid in inside}


def meanings(file: str, project: Project, options: ImportOptions, used: Mapping[str, int]) -> Meanings:
    """What the codes mean; DatasetError where proposals or stances are missing.

    `used`: how often something was coded with each code.
    """
    found = Meanings(other=options.stances.get(ALL, ""))
    _check_stances(file, project, options.stances, found)
    words = {loose(w): id for w, id in options.stances.items() if w != ALL}
    above = options.stance_from or _called_stances(project)
    stances = _stance_codes(file, project, above)
    below = options.proposals or _only_proposals(file, project, {*stances})
    taken, listed = _proposal_codes(file, project, below, {*stances})
    if not above and (above := _all_stances(project, {*taken})):
        stances = _stance_codes(file, project, above)
    found.groups = [above, below]
    if not options.proposals and loose(below) != "proposals":
        found.notes.append(f"The codes below {shown(below)} were taken for the proposals.")
    branch = _Branch.of(project.codes, taken, words, used, listed=listed)
    branch.explain(found)
    _other_stances(found, project, branch, stances, words)
    if found.other == SKIP:
        found.other = ""
    elif not project.codebook and not found.other and not found.unsure and not found.has_stances:
        _refuse_without_stance(file, project, found)
    branch.rows(found)
    return found


def _other_stances(
    found: Meanings, project: Project, branch: _Branch, among: Mapping[str, str], words: Mapping[str, str]
) -> None:
    """The stances outside the proposals: below the code above them, by the user's word, or named as the scale's."""
    for guid, code in project.codes.items():
        if guid in branch.taken:
            continue
        known = (STANCE_WORDS if guid in among else {}) if among else SCALE_WORDS
        meant = _meant(words, code, known)
        if not meant and guid in among and code.codable:
            meant = found.other
            if not meant:
                found.unsure[guid] = code.name
        if meant == SKIP:
            found.skipped[guid] = code.name
        elif meant:
            found.said[guid] = CodeMeaning(stance=meant)


def _refuse_without_stance(file: str, project: Project, found: Meanings) -> None:
    likely = [c.name for g, c in project.codes.items() if g not in found.said and loose(c.name) in STANCE_WORDS]
    example = likely[0] if likely else "Agrees"
    refuse(
        file,
        "has no code named for a stance: name the code above such codes with --stance-from, or say what they mean, as "
        f"in --stance '{example}={STANCE_WORDS.get(loose(example), STANCE_IDS[0])}'; where every passage means the "
        f"same, --stance '*={STANCE_IDS[0]}'",
    )


def other_groups(project: Project, without: Sequence[str]) -> list[str]:
    """Names of codes at the top and of sets of codes, such as people choose from."""
    parents = {c.parent for c in project.codes.values()}
    tops = [c.name for g, c in project.codes.items() if not c.parent and g in parents]
    tops += [g.name for g in project.sets if g.codes]
    return [name for name in dict.fromkeys(tops) if loose(name) not in [*map(loose, without)]][:LISTED]


def _check_stances(file: str, project: Project, given: Mapping[str, str], found: Meanings) -> None:
    """DatasetError for a meaning that is no stance; a note for a word that is no code."""
    allowed = (*STANCE_IDS, SKIP)
    wrong = [w for w, id in given.items() if id not in allowed]
    if wrong:
        raise DatasetError(
            Problem(file, 0, "", f"--stance {w}={given[w]}: {not_one_of(given[w], allowed)}") for w in wrong
        )
    names = [c.name for c in project.codes.values()]
    known = {loose(name) for c in project.codes.values() for name in (c.name, c.full)}
    for w in given:
        if w != ALL and loose(w) not in known:
            found.notes.append(
                f"--stance {w}={given[w]} was not used: no code is called {shown(w)}{near_miss(w, names)}."
            )


def _called_stances(project: Project) -> str:
    """The name of the code above the stances, or of their set, where it is called so."""
    return next((n for n in _names(project) if loose(n) in _STANCES and len(members(project, n)) > 1), "")


def _all_stances(project: Project, proposals: set[str]) -> str:
    """The name of the only code or set, apart from the proposals, with nothing but stances of a certain meaning."""
    groups: dict[str, list[str]] = {}
    for guid, code in project.codes.items():
        if code.parent:
            groups.setdefault(project.codes[code.parent].full, []).append(guid)
    groups |= {g.name: [*g.codes] for g in project.sets}
    fitting = [
        name
        for name, each in groups.items()
        if len(each) > 1
        and not proposals & {*each}
        and all(g in project.codes and loose(project.codes[g].name) in STANCE_WORDS for g in each)
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _stance_codes(file: str, project: Project, name: str) -> dict[str, str]:
    found = members(project, name) if name else {}
    if name and not found:
        refuse(file, f"--stance-from {name}: {_unknown(project, name)}")
    return found


def _only_proposals(file: str, project: Project, stances: set[str]) -> str:
    """The name of the code above the proposals, where it needs no option."""
    fitting = [n for n in _names(project) if loose(n) in _PROPOSALS and {*members(project, n)} - stances]
    if len(fitting) != 1:
        several = f"several codes may stand above the proposals ({some(fitting)})" if fitting else _NO_PARENT
        refuse(file, f"{several}: {_way(project)}")
    return fitting[0]


def _proposal_codes(file: str, project: Project, given: str, stances: set[str]) -> tuple[dict[str, str], bool]:
    """The codes that may be proposals, guid -> title, and whether they were listed, not taken with all below a code."""
    if given == ALL:
        return {g: c.name for g, c in project.codes.items() if g not in stances}, False
    if found := members(project, given):
        inside = {g for g, c in project.codes.items() if _called(c, given)}
        return {g: t for g, t in found.items() if g not in stances}, not _below(project.codes, inside)
    listed = [exact(part) for part in re.split(r"[;；,，\n]", given) if part.strip()]
    chosen: dict[str, str] = {}
    for name in listed if len(listed) > 1 else ():
        of_name = {g: c.name for g, c in project.codes.items() if _called(c, name)}
        if not of_name:
            refuse(file, f"--proposals {given}: {_unknown(project, name)}")
        chosen |= of_name
    if not chosen:
        refuse(file, f"{_unknown(project, given)}: {_way(project)}")
    return chosen, True


_NO_PARENT = "does not say which codes are proposals"


def _way(project: Project) -> str:
    tops = some(c.name for c in project.codes.values() if not c.parent) or "none"
    sets = [g.name for g in project.sets if g.codes]
    return (
        "name the code above the proposals with --proposals, or a set, a prefix, or codes as 'A;B' (codes at the top: "
        f"{tops}{f'; sets: {some(sets)}' if sets else ''}; --proposals '*' takes all codes)"
    )


def _unknown(project: Project, name: str) -> str:
    names = [*_names(project), *(c.name for c in project.codes.values())]
    return f"has no codes under a code named {shown(name)}, nor a set, prefix or code of that name" + near_miss(
        name, names
    )


def _names(project: Project) -> list[str]:
    """The names of codes with others below them and of sets, each once."""
    parents = {c.parent for c in project.codes.values()}
    names = [c.name for g, c in project.codes.items() if g in parents]
    names += [g.name for g in project.sets if g.codes]
    return [*{loose(n): n for n in names}.values()]


def _called(code: Code, name: str) -> bool:
    return loose(name) in (loose(code.name), loose(code.full)) and bool(loose(name))


def _after(full: str, prefix: str) -> str:
    """What follows a prefix and a mark such as `:` or `/` in a code's name."""
    cut = re.match(re.escape(prefix.rstrip(":/ ")), full, re.IGNORECASE)
    mark = _PREFIXED.match(full, cut.end()) if cut else None
    return full[mark.end() :].strip() if mark else ""


def _below(codes: Mapping[str, Code], parents: set[str]) -> list[str]:
    """The codes anywhere below some, in the order of the tree."""
    inside = set(parents)
    below = []
    for guid, code in codes.items():  # parents come first
        if code.parent in inside:
            if guid not in inside:
                below.append(guid)
            inside.add(guid)
    return below


def _meant(words: Mapping[str, str], code: Code, known: Mapping[str, str]) -> str:
    """The user's word about a code goes before what its name means."""
    for name in (code.full, code.name):
        if loose(name) in words:
            return words[loose(name)]
    return known.get(loose(code.name), "")


@dataclass(frozen=True, eq=False)
class _Branch:
    """The codes that may be proposals, with the stances and themes among them told apart."""

    codes: Mapping[str, Code]
    taken: Mapping[str, str]  # guid -> title, in the order of the tree
    stances: Mapping[str, str]  # guid -> stance id or skip, of codes below a proposal
    asked: frozenset[str]  # codes below several proposals that may be stances
    between: frozenset[str]  # codes such as `Position` between a proposal and its stances
    themes: frozenset[str]
    skipped: frozenset[str]

    @classmethod
    def of(
        cls,
        codes: Mapping[str, Code],
        given: Mapping[str, str],
        words: Mapping[str, str],
        used: Mapping[str, int],
        *,
        listed: bool,
    ) -> _Branch:
        """Codes below a listed one are taken too where they are its stances."""
        more = _below(codes, {*given}) if listed else ()
        wanted = {*given, *(g for g in more if _meant(words, codes[g], STANCE_WORDS))}
        taken = {g: given.get(g, c.name) for g, c in codes.items() if g in wanted}
        children: dict[str, list[str]] = {}
        for guid in taken:
            if codes[guid].parent in taken:
                children.setdefault(codes[guid].parent, []).append(guid)
        lower = [g for each in children.values() for g in each]
        stances = {g: meant for g in lower if g not in children and (meant := _meant(words, codes[g], STANCE_WORDS))}
        between = {
            g for g in lower if loose(codes[g].name) in _STANCES and g in children and {*children[g]} <= {*stances}
        }
        asked = set() if listed else _asked(codes, children, stances)
        below = {*stances, *asked, *between}
        themes = {
            g
            for g, each in children.items()
            if not listed and not {*each} & below and not (codes[g].codable and used[g])
        }
        skipped = {g for g in taken if g not in below and _meant(words, codes[g], {}) == SKIP}
        return cls(codes, taken, stances, frozenset(asked), frozenset(between), frozenset(themes), frozenset(skipped))

    def explain(self, found: Meanings) -> None:
        """Write down what each code says."""
        for guid, title in self.taken.items():
            if guid in self.between:
                continue
            if guid in self.themes:
                if self.codes[guid].codable:
                    found.themes.append(title)
            elif guid in self.skipped or self.stances.get(guid) == SKIP:
                found.skipped[guid] = title
            elif guid in self.stances:
                found.said[guid] = CodeMeaning(self.above(guid), self.stances[guid])
            elif guid in self.asked:
                found.said[guid] = CodeMeaning(self.above(guid), "" if found.other == SKIP else found.other)
                if found.other == SKIP:
                    found.skipped[guid] = title
                    del found.said[guid]
                elif not found.other:
                    found.unsure[guid] = title
            elif self.codes[guid].codable:
                found.said[guid] = CodeMeaning(guid)

    def above(self, guid: str) -> str:
        """The proposal above a stance."""
        parent = self.codes[guid].parent
        return self.codes[parent].parent if parent in self.between else parent

    def rows(self, found: Meanings) -> None:
        """Rows of the proposals. Codes of one name at one place of the tree are one proposal."""
        keys = {said.proposal for said in found.said.values()}
        first: dict[tuple[str, str], str] = {}
        same = {g: first.setdefault((self.codes[g].parent, exact(t)), g) for g, t in self.taken.items() if g in keys}
        found.said = {g: CodeMeaning(same.get(s.proposal, ""), s.stance) for g, s in found.said.items()}
        titles = {g: exact(self.taken[g]) for g in same if same[g] == g}
        again = Counter(titles.values())
        for guid, title in titles.items():  # two codes of one name at two places are two proposals
            if again[title] > 1 and (place := self.codes.get(self.codes[guid].parent)):
                titles[guid] = f"{place.name}: {title}"
        ids = dict(zip(titles, unique_slugs([*titles.values()], "proposal"), strict=True))
        for guid, title in titles.items():
            row = {"id": ids[guid], "title": title or ids[guid], "definition": self.codes[guid].description}
            above = [*self._path(guid)]
            theme = next((self.taken[g] for g in above if g in self.themes), "")
            parent = next((ids[same[g]] for g in above if g in same), "")
            found.proposals[guid] = row | {"theme": theme, "parent": parent}

    def _path(self, guid: str) -> Iterator[str]:
        """The taken codes above, the nearest first."""
        while (guid := self.codes[guid].parent) in self.taken:
            yield guid


def _asked(codes: Mapping[str, Code], children: Mapping[str, Sequence[str]], stances: Mapping[str, str]) -> set[str]:
    """Codes beside a stance, and codes that stand below several others by the same names: stances of other names?"""
    alike: dict[frozenset[str], list[str]] = {}
    for parent, each in children.items():
        alike.setdefault(frozenset(loose(codes[g].name) for g in each), []).append(parent)
    several = {p for names, parents in alike.items() if len(parents) > 1 and len(names) > 1 for p in parents}
    return {
        g
        for parent, each in children.items()
        for g in each
        if g not in stances and g not in children and (parent in several or any(other in stances for other in each))
    }
