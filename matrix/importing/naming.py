"""One id for each actor, proposal, side and source of an imported file, the one that a dataset has: `named_once`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matrix.dataset.dataset import Dataset, column, records
from matrix.dataset.frames import by_id
from matrix.dataset.problems import DatasetError, Problem, shown
from matrix.dataset.schema import TABLES
from matrix.importing.file_cells import BOOKS, TEXTS
from matrix.importing.name_matching import Decisions, Pair, exact, nearly_same, unique_slugs
from matrix.importing.result import ImportedTables, ImportOptions, Undecided
from matrix.importing.sheet.mapping import known_names
from matrix.wording import plural

_FIELDS = {"sides": "side", "actors": "actor", "proposals": "proposal"}

Ids = dict[str, str]  # id in the file -> id in the dataset


@dataclass(frozen=True, eq=False)
class NamedTables:
    """The tables with the dataset's ids, and the pairs of names that may be one: undecided, they are two."""

    tables: ImportedTables
    questions: tuple[Pair, ...]


def named_once(tables: ImportedTables, into: Dataset | None, options: ImportOptions, file: str) -> NamedTables:
    """The tables of a coding program with one row for each name, and with the ids that these have in `into`.

    Names that differ only in blanks, accents' spelling and invisible marks are one, as are those that `options.same`
    names; a source is known by its text, else by its title. DatasetError for options that name nothing, and for a name
    that several rows of the dataset bear.
    """
    frames = {name: frame.copy() for name, frame in tables.frames.items()}
    known = {t: known_names(into, f) for t, f in _FIELDS.items()}
    called = {t: [exact(n) for n in frames[t][TABLES[t].label]] if t in frames else [] for t in _FIELDS}
    titles = [*frames["sources"]["title"], *(into.frames["sources"]["title"] if into is not None else ())]
    every = {n for t in ("actors", "proposals") for n in (*called[t], *known[t])} | {*map(exact, titles)}
    decided = Decisions.of(options.same, options.different, every, {n for names in known.values() for n in names})
    problems = [
        Problem(file, 0, "", f"{option!r} does not name two names of the file or the dataset, such as --same 'A=B'")
        for option in decided.unknown
    ]
    ids: dict[str, Ids] = {}
    for table in _FIELDS:
        if table in frames:
            ids[table], frames[table] = _merged(
                table, frames[table], called[table], known[table], into, decided, problems
            )
    if problems:
        raise DatasetError(problems)
    ids["sources"], frames["sources"] = _sources(frames["sources"], frames["statements"], into, decided)
    for table, frame in frames.items():
        for spec in TABLES[table].columns:
            if spec.kind == "ref" and spec.target in ids and spec.name in frame:
                frame[spec.name] = frame[spec.name].map({**ids[spec.target], "": ""}).astype("str")
    texts = {ids["sources"].get(source, source): text for source, text in tables.texts.items()}
    questions = [p for t in ("actors", "proposals") for p in _questions(t, called[t], known[t], into, decided)]
    return NamedTables(replace(tables, frames=frames, texts=texts), tuple(questions))


def _merged(
    table: str,
    frame: pd.DataFrame,
    called: Sequence[str],
    known: Mapping[str, tuple[str, ...]],
    into: Dataset | None,
    decided: Decisions,
    problems: list[Problem],
) -> tuple[Ids, pd.DataFrame]:
    """The ids that the rows get, and one row for each: what a first row lacks, a second of its name fills in."""
    label = TABLES[table].label
    there = {} if into is None else column(into, table, label)
    canonical = [decided.canonical.get(n, n) for n in called]
    own = dict(zip(reversed(canonical), reversed(frame["id"].tolist()), strict=True))  # of one name, the first id
    new = [name for name in own if name not in known]
    free = dict(zip(new, _free([own[n] for n in new], [own[n] for n in new], there), strict=True))
    ids: Ids = {}
    rows: dict[str, dict[str, str]] = {}
    for row, name in zip(records(frame.astype("str")), canonical, strict=True):
        found = known.get(name, ())
        if len(found) > 1:
            message = f"{shown(name)} may be {' or '.join(map(shown, found))} of the dataset: say which, as in --same"
            problems.append(Problem("", 0, "", f"{message} '{found[0]}={name}'"))
        id = found[0] if found else free[name]
        ids[str(row["id"])] = id
        given = {str(k): v for k, v in row.items()} | {"id": id, label: there.get(id, name)}
        rows[id] = {**given, **{k: v for k, v in rows.get(id, {}).items() if v}}
    return ids, pd.DataFrame([*rows.values()], columns=frame.columns, dtype="str")


def _free(ids: Sequence[str], names: Sequence[str], taken: Mapping[str, str]) -> list[str]:
    """The ids, with new ones in the place of those that the dataset has for something else."""
    clear = [id for id in ids if id not in taken]
    made = iter(unique_slugs([n for id, n in zip(ids, names, strict=True) if id in taken], "row", {*taken, *clear}))
    return [next(made) if id in taken else id for id in ids]


def _questions(
    table: str,
    called: Sequence[str],
    known: Mapping[str, tuple[str, ...]],
    into: Dataset | None,
    decided: Decisions,
) -> list[Pair]:
    """Pairs of names nearly the same, of which at least one is new."""
    names = known_names(into, _FIELDS[table], ids=False)
    new = {n for n in called if n and n not in known}
    pairs = nearly_same(_FIELDS[table], list(dict.fromkeys([*(n for n in called if n), *names])), decided)
    return [pair for pair in pairs if {pair.a, pair.b} & new]


def _sources(
    sources: pd.DataFrame, statements: pd.DataFrame, into: Dataset | None, decided: Decisions
) -> tuple[Ids, pd.DataFrame]:
    """The ids that the sources get: those of the dataset's sources of the same text, else title, or of one decided."""
    if into is None:
        return dict(zip(sources["id"], sources["id"], strict=True)), sources
    there = into.frames["sources"].astype("str")
    by_text: dict[str, list[str]] = {}
    by_title: dict[str, list[str]] = {}
    for id, title, digest in zip(there["id"], there["title"], there["sha256"], strict=True):
        by_title.setdefault(exact(title), []).append(id)
        if digest:
            by_text.setdefault(digest, []).append(id)
    digests, titles = (column(into, "sources", name) for name in ("sha256", "title"))
    words = _quotes(into.frames["statements"])
    quoted = _quotes(statements)
    hashes = sources["sha256"] if "sha256" in sources else [""] * len(sources)
    taken: Counter[str] = Counter()
    found: dict[str, str] = {}
    for id, title, digest in zip(sources["id"], sources["title"], hashes, strict=True):
        same = [t for t in by_text.get(digest, []) if not taken[t]] if digest else []
        same = [t for t in same if exact(titles[t]) == exact(title)] or same
        if one := decided.canonical.get(exact(title)):
            same += by_title.get(one, [])
        for other in by_title.get(exact(title), []):
            # A text that was corrected over there is the same source, where words were quoted that still stand in it.
            if not digest or not digests[other] or quoted.get(id, set()) & words.get(other, set()):
                same.append(other)
        match = next((t for t in same if not taken[t]), "")
        if match:
            taken[match] += 1
            found[id] = match
    new = [id for id in sources["id"] if id not in found]
    named = by_id(sources, "title")
    free = dict(zip(new, _free(new, [named[id] for id in new], titles), strict=True))
    ids = {id: found.get(id) or free[id] for id in sources["id"]}
    moved = sources.copy()
    moved["id"] = [ids[id] for id in sources["id"]]
    return ids, moved


def _quotes(statements: pd.DataFrame) -> dict[str, set[str]]:
    """source -> the words quoted from it."""
    if "quote" not in statements:
        return {}
    found: dict[str, set[str]] = {}
    for source, quote in zip(statements["source"].astype("str"), statements["quote"].astype("str"), strict=True):
        if quote:
            found.setdefault(source, set()).add(quote)
    return found


@dataclass(frozen=True, eq=False)
class NamedSheet:
    """A sheet's tables with the source that it is of; `title` is that of the earlier copy, '' for none.

    `asked`: what has to be decided first.
    """

    tables: ImportedTables
    title: str = ""
    asked: tuple[Undecided, ...] = ()


def without_file(options: ImportOptions, file: str) -> tuple[ImportOptions, frozenset[str], frozenset[str]]:
    """The options without pairs that name the file itself, and the names that it is said to be the same as, or not."""
    kept: dict[str, list[str]] = {}
    named: dict[str, set[str]] = {}
    for option in ("same", "different"):
        for pair in getattr(options, option):
            one, _, other = (exact(part) for part in pair.partition("="))
            if exact(file) in (one, other):
                named.setdefault(option, set()).add(other if one == exact(file) else one)
            else:
                kept.setdefault(option, []).append(pair)
    options = replace(options, same=kept.get("same", []), different=kept.get("different", []))
    return options, frozenset(named.get("same", ())), frozenset(named.get("different", ()))


def sheet_named_once(
    tables: ImportedTables,
    into: Dataset | None,
    file: str,
    same: frozenset[str],
    different: frozenset[str],
    copied: frozenset[str],
    held: Mapping[str, Collection[str]],
) -> NamedSheet:
    """A sheet under another name than before has the source that it had, where that is said or certain.

    Rows that name no source have the one that they had in the earlier copy, or in the same sheet before. `copied`:
    titles of sheets of which a copy under another name was taken before, so that the next one is not asked about where
    its content says that it is one. `held`: sheets that were read before, each with the ids of its statements.
    """
    sources, statements = tables.frames["sources"], tables.frames["statements"]
    own = next(iter(sources.loc[sources["title"] == file, "id"]), "")
    if into is None or not own:
        return NamedSheet(tables)
    mine, there = statements[_of_source(statements, own)], into.frames["statements"]
    if file in held or (own in {*into.frames["sources"]["id"]} and not same):
        return NamedSheet(_with_sources(tables, own, there[there["id"].isin(held.get(file, ()))], own))
    best, before = _Likeness(), there.iloc[:0]
    titles = {title: id for id, title in column(into, "sources", "title").items()}
    sheets = [t for t in titles if t.lower().endswith((*BOOKS, *TEXTS))]
    for title in dict.fromkeys([*sheets, *held]):
        if exact(title) in different:
            continue
        its = there[_of_source(there, titles.get(title, "")) | there["id"].isin(held.get(title, ())).to_numpy(bool)]
        found = _likeness(titles.get(title, own), title, mine, its, exact(title) in same)
        if found.rank > best.rank:
            best, before = found, its
    question = Undecided("sheet", best.title, file, best.found)
    if not best.copy:
        notes = (*tables.notes, *([f"{best.found}: say {question.ways}."] if best.found else []))
        return NamedSheet(replace(tables, notes=notes))
    if not best.said and not (best.content and exact(best.title) in copied):
        return NamedSheet(tables, asked=(question,))
    return NamedSheet(_with_sources(tables, own, before, best.id), best.title)


def _with_sources(tables: ImportedTables, own: str, before: pd.DataFrame, otherwise: str) -> ImportedTables:
    """The tables, in which rows of the sheet itself are of the source that they had before, as far as they are known.

    A copy that lost its column of sources says nothing of them, and takes nothing away.
    """
    sources, statements = tables.frames["sources"], tables.frames["statements"].reset_index(drop=True)
    mine = np.flatnonzero(_of_source(statements, own))
    moved = statements["source"].astype("str").to_numpy(dtype=object)
    moved[mine] = otherwise
    stated = ["actor", "proposal", "stance", "source"]  # what a row that names its source is already
    taken, there = (pd.MultiIndex.from_frame(f[stated].astype("str")) for f in (statements.drop(mine), before))
    before = before[~there.isin(taken)]
    words = [
        c for c in ("quote", "coder", "date_start") if c in statements and (statements[c].astype("str") != "").any()
    ]
    left, rest = before.astype("str").reset_index(drop=True), statements.iloc[mine].astype("str")
    for columns in (["stance", *words], ["stance", *words[:1]], words[:1]):
        keys = ["actor", "proposal", *columns]
        # Where even the stance is another one, only the one row that is left for an actor and proposal is the same.
        here, once = (f.assign(n=f.groupby(keys).cumcount(), at=f.index) for f in (rest, left)), "stance" not in columns
        one, two = (f[~f[keys].duplicated(keep=False)] if once else f for f in here)
        pairs = one[[*keys, "n", "at"]].merge(two[[*keys, "n", "at", "source"]], on=[*keys, "n"])
        moved[pairs["at_x"]] = pairs["source"]
        rest, left = rest.drop(pairs["at_x"]), left.drop(pairs["at_y"])
    known = int((moved[mine] != otherwise).sum())
    if otherwise == own and not known:
        return tables
    moved_statements = statements.assign(source=pd.Series(moved, statements.index, dtype="str"))
    kept = sources[(sources["id"] != own) | (own in {*moved})]
    notes, unnamed = tables.notes, tables.without_source
    if known:
        file = by_id(sources, "title")[own]
        unnamed = {file: len(mine) - known}
        notes = (
            *notes,
            f"{plural(known, 'statement')} without a source: of the source that {'it' if known == 1 else 'they'} had.",
        )
    frames = {**tables.frames, "sources": kept, "statements": moved_statements}
    return replace(tables, frames=frames, notes=notes, without_source=unnamed)


@dataclass(frozen=True)
class _Likeness:
    """Whether a sheet is a copy of a source of the dataset: as was said, by its content, by its pairs or a part."""

    id: str = ""
    title: str = ""
    said: bool = False
    content: bool = False
    pairs: bool = False
    partly: bool = False
    again: int = 0
    found: str = ""

    @property
    def copy(self) -> bool:
        return self.said or self.content or self.pairs or self.partly

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, int]:
        return self.said, self.content, self.pairs, self.partly, self.again


def _likeness(id: str, title: str, mine: pd.DataFrame, there: pd.DataFrame, said: bool) -> _Likeness:
    """It may be a copy with a fifth of the smaller one's quotes or stances, or half of its pairs, and two of them.

    So one that grew or shrank may be, and one whose stances were all revised, or with other rows and columns.
    `content`: with more than half of the quotes or stances.
    """
    quoted = all("quote" in f and (f["quote"].astype("str") != "").any() for f in (mine, there))
    columns, words = (["quote"], "quote") if quoted else (["actor", "proposal", "stance"], "statement")
    again, here, before = _in_common(mine, there, columns)
    found = _again(again, here, words, f"{words}s", title)
    content, partly = 2 * again > min(here, before), again > 1 and 5 * again >= min(here, before)
    if content or partly or quoted:
        return _Likeness(id, title, said, content, False, partly, again, found)
    both, here, before = _in_common(mine, there, ["actor", "proposal"])
    if both < 2 or 2 * both < min(here, before):
        return _Likeness(id, title, said, again=again, found=found)
    found = _again(both, here, "pair of actor and proposal", "pairs of actor and proposal", title)
    return _Likeness(id, title, said, pairs=True, again=both, found=found)


def _again(number: int, whole: int, word: str, words: str, title: str) -> str:
    if not number:
        return ""
    are = "is" if number == 1 else "are"
    return f"{number:,} of its {plural(whole, word, words)} {are} in the dataset already, of {shown(title)}"


def _in_common(one: pd.DataFrame, other: pd.DataFrame, columns: Sequence[str]) -> tuple[int, int, int]:
    """How many different entries of these columns are in both, in the first and in the second.

    What is of another coder or day is another entry, where both have coders or days.
    """
    frames = [f.reindex(columns=[*columns, "coder", "date_start"], fill_value="").astype("str") for f in (one, other)]
    more = [c for c in ("coder", "date_start") if all((f[c] != "").any() for f in frames)]
    first, second = (f.loc[(f[columns] != "").all(axis=1), [*columns, *more]].drop_duplicates() for f in frames)
    return len(first.merge(second, on=[*columns, *more])), len(first), len(second)


def _of_source(statements: pd.DataFrame, id: str) -> NDArray[np.bool_]:
    return (statements["source"] == id).to_numpy(dtype=bool)
