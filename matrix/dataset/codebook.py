"""The codebook's operations - `rename`, `merge`, `split`, `move`, `retire` - each as changes and what ids become.

Codes are proposals, actors, stances and themes (the words of the proposals' column `theme`). Nothing is written here:
the result goes through `store.apply`, as one step that can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from matrix.dataset.changes import Change, diff
from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset, column, names, records
from matrix.dataset.former_ids import ACTORS, PROPOSALS, STANCES, THEMES, Became, codes, referring, with_ids
from matrix.dataset.former_ids import KINDS as KINDS
from matrix.dataset.frames import FIRST_ROW, by_id, places_by_id
from matrix.dataset.problems import LISTED, DatasetError, Problem, SelectionError, near_miss, not_one_of, shown
from matrix.dataset.schema import LIST_SEPARATOR, MIXED, PARTIAL, SLUG, TABLES
from matrix.dataset.trees import above
from matrix.wording import plural

NOTHING = "nothing was written"
_ONE = {PROPOSALS: "proposal", ACTORS: "actor", THEMES: "theme", STANCES: "stance"}
_SPLIT_COPIES = {  # what the parts of a split have in common
    PROPOSALS: ("theme", "parent", "kind", "risk_areas", "date", "coverage", "coverage_note"),
    ACTORS: ("institution", "parent_institution", "side", "kind", "authority", "track"),
    STANCES: ("score", "conditional", "colour"),
}
_FILLED = {  # what a merged row may fill in where the one that is kept has nothing
    PROPOSALS: ("title_zh", "definition"),
    ACTORS: ("name_native", "role", "institution", "parent_institution", "note"),
    STANCES: ("name_zh", "glyph", "definition"),
}

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Recoding:
    """One operation on the codebook, for `apply`: its kind of step, the changes, what ids become; in words; remarks."""

    kind: Literal["rename", "merge", "split", "edit"]
    changes: tuple[Change, ...]
    became: tuple[Became, ...]
    sentence: str
    notes: tuple[str, ...] = ()


def one(kind: str) -> str:
    """The word for one code of a kind."""
    return _ONE[kind]


def called(dataset: Dataset, kind: str) -> Mapping[str, str]:
    """Every code of a kind with its title or name; a theme is its own."""
    if kind == THEMES:
        return {t: t for t in codes(dataset.frames, kind)}
    if kind == STANCES:
        return by_id(dataset.stances, "name")
    return names(dataset, kind)


def rename(dataset: Dataset, kind: str, code: str, *, id: str = "", title: str = "") -> Recoding:
    """Give a code another id, another title (name), or both; of a theme, which is its own title, either.

    SelectionError for a code that is not there, DatasetError for an id that cannot be.
    """
    _known(dataset, kind, [code])
    title, id = title.strip(), id.strip()
    if kind == THEMES:
        if title and id and title != id:
            raise SelectionError("a theme is its own title: give one of the two")
        id, title = id or title, ""
    if not id and not title:
        raise SelectionError("rename: give a new id, a new title, or both")
    id = id or code
    if id != code:
        _free(dataset, kind, id)
    frames = _frames(dataset, kind)
    frames = _replaced(frames, kind, {code: id})
    label = "" if kind == THEMES else TABLES[kind].label
    if kind != THEMES:
        frame = frames[kind]
        mine = frame["id"] == code
        if title:
            frame = frame.assign(**{label: frame[label].mask(mine, title)})
        frames[kind] = frame.assign(id=frame["id"].mask(mine, id))
    before = called(dataset, kind)[code]
    words = [
        *([f"{shown(code)} becomes {shown(id)}"] if id != code else []),
        *([f"its {label} {shown(before)} becomes {shown(title)}"] if title and title != before else []),
    ]
    if id == code:
        words = [f"{shown(code)}: {w}" for w in words]
    became = (Became(kind, code, id),) if id != code else ()
    return _recoding(dataset, "rename", frames, became, f"{one(kind).capitalize()} {_and(words) or shown(code)}.")


def merge(dataset: Dataset, kind: str, merged: Sequence[str], *, into: str) -> Recoding:
    """Make one code of several: whatever refers to `merged` refers to `into`, and their rows go.

    What `into` has not (definition, name in another script) is filled in, its risk areas are those of all; what else
    the merged rows had is named in `notes` and stays in the history. A link between them goes, of two that say the same
    one stays. Coverage known in part makes the whole known in part.
    """
    others = [c for c in dict.fromkeys(merged) if c != into]
    _known(dataset, kind, [*others, into])
    if not others:
        raise SelectionError(f"merge: name at least one other {one(kind)} than {shown(into)}")
    frames = _frames(dataset, kind)
    notes: list[str] = []
    if kind == PROPOSALS:
        frames[kind] = _joined_trees(frames[kind], others, into)
    if kind != THEMES:
        frames[kind], lost = _united(frames[kind], kind, others, into)
        notes += lost
    frames = _replaced(frames, kind, dict.fromkeys(others, into))
    if kind != THEMES:
        frames[kind] = frames[kind][~frames[kind]["id"].isin(others)]
    if kind == PROPOSALS:
        frames["links"] = _links_once(frames["links"])
    if kind in (PROPOSALS, ACTORS):
        frames["searches"] = _rows_once(dataset.frames["searches"], frames["searches"])
    if kind == STANCES:
        frames[kind] = _as_conditional_as_before(dataset, frames[kind])
    notes += _same_statements(dataset.frames["statements"], frames["statements"])
    became = tuple(Became(kind, c, into) for c in others)
    words = f"{one(kind).capitalize()} {_and(list(map(shown, others)))} merged into {shown(into)}."
    return _recoding(dataset, "merge", frames, became, words, notes)


def split(
    dataset: Dataset,
    kind: str,
    code: str,
    parts: Mapping[str, Sequence[str]],
    *,
    titles: Mapping[str, str] | None = None,
) -> Recoding:
    """Deal out the statements of a code between it and new ones: `parts` maps each new id to the statements it gets.

    Of a theme the proposals are dealt out. `titles` names the new ones. All else that refers to the code - searches,
    links, events, what is below it - stays with it. DatasetError where statements of one chain (`superseded_by`) would
    come to stand on two proposals.
    """
    _known(dataset, kind, [code])
    titles = titles or {}
    if not parts:
        raise SelectionError("split: name at least one new code with what it gets")
    table, where = (PROPOSALS, "theme") if kind == THEMES else ("statements", one(kind))
    frames = _frames(dataset, kind)
    frame = frames[table]
    own = by_id(frame, where)
    given: dict[str, str] = {}
    for new, rows in parts.items():
        _free(dataset, kind, new)
        if kind != THEMES and not titles.get(new, "").strip():
            raise SelectionError(f"{shown(new)} needs a {TABLES[kind].label}")
        for row in rows:
            if own.get(row) != code:
                mine = [r for r, c in own.items() if c == code]
                raise SelectionError(f"{one(kind)} {shown(code)} has no such {table[:-1]}: {not_one_of(row, mine)}")
            if row in given:
                raise SelectionError(f"{shown(row)} is given to {shown(given[row])} and to {shown(new)}")
            given[row] = new
    if kind == PROPOSALS:
        _chains_whole(dataset, code, given)
    after = pd.Series([given.get(i, c) for i, c in own.items()], index=frame.index, dtype="str")
    frames[table] = frame.assign(**{where: after})
    if kind != THEMES:
        frames[kind] = _with_parts(frames[kind], kind, code, {new: titles[new].strip() for new in parts})
    if kind == STANCES:
        frames[kind] = _as_conditional_as_before(dataset, frames[kind], dict.fromkeys(parts, code))
    became = tuple(Became(kind, code, new) for new in parts)
    counted = [f"{shown(new)} ({plural(len(rows), table[:-1])})" for new, rows in parts.items()]
    words = f"{one(kind).capitalize()} {shown(code)} split: {_and(counted)} taken from it."
    return _recoding(dataset, "split", frames, became, words)


def move(
    dataset: Dataset,
    kind: str,
    moved: Sequence[str],
    *,
    theme: str | None = None,
    parent: str | None = None,
    risk_areas: Sequence[str] | None = None,
    side: str | None = None,
) -> Recoding:
    """Put proposals under another theme, parent or risk areas, actors on another side; '' (or none) takes them out."""
    _known(dataset, kind, moved)
    areas = None if risk_areas is None else LIST_SEPARATOR.join(dict.fromkeys(a for a in risk_areas if a))
    wanted = {
        PROPOSALS: {"theme": theme, "parent": parent, "risk_areas": areas},
        ACTORS: {"side": side},
    }
    fits = wanted.get(kind, {})
    given = {c: v.strip() for c, v in fits.items() if v is not None}
    other = {c for k, columns in wanted.items() if k != kind for c, v in columns.items() if v is not None}
    if other or not given:
        may = f"give {' or '.join(fits)}" if fits else "only proposals and actors are moved"
        raise SelectionError(
            f"move: {one(kind)}s have no {' or '.join(sorted(other))}; {may}" if other else f"move: {may}"
        )
    for c, value in given.items():
        if not (target := TABLES[kind][c].target):
            continue
        for id_ in value.split(LIST_SEPARATOR) if value else ():
            if id_ not in (allowed := dataset.frames[target]["id"].tolist()):
                raise SelectionError(f"{c.replace('_', ' ')}: {not_one_of(id_, allowed)}")
    frames = _frames(dataset, kind)
    mine = frames[kind]["id"].isin(list(moved))
    frames[kind] = frames[kind].assign(**{c: frames[kind][c].astype("str").mask(mine, v) for c, v in given.items()})
    new = _and([f"{c.replace('_', ' ')} {shown(v)}" if v else f"no {c.replace('_', ' ')}" for c, v in given.items()])
    words = f"{one(kind).capitalize()} {_and(list(map(shown, moved)))} moved: {new}."
    made, notes = new_theme(dataset, given.get("theme", "")), list[str]()
    if made:
        like = near_miss(made[0].now, codes(dataset.frames, THEMES))
        notes.append(f"{shown(made[0].now)} is a new theme{like or '.'}")
    return _recoding(dataset, "edit", frames, made, words, notes)


def new_theme(dataset: Dataset, theme: str) -> tuple[Became, ...]:
    """What `apply` needs so that a theme can be made where the package lists those that may be; else nothing."""
    listed = dataset.package.closed.get((PROPOSALS, "theme"), ()) if dataset.package else ()
    return (Became(THEMES, "", theme),) if theme and listed and theme not in listed else ()


def retire(dataset: Dataset, kind: str, code: str) -> Recoding:
    """Take a code out that nothing refers to; its id goes on opening the proposal above it, where there is one.

    DatasetError names what refers to it: a code in use is merged into another one, or its statements are dealt out.
    """
    _known(dataset, kind, [code])
    found = [*_uses(dataset, kind, code)]
    if found:
        way = "merge it into another one, or move what refers to it first"
        raise DatasetError(
            (replace(p, message=f"{p.message}; {way}") for p in found), outcome=f"it is in use: {NOTHING}"
        )
    frames = _frames(dataset, kind)
    parent = column(dataset, kind, "parent").get(code, "") if kind == PROPOSALS else ""
    frames[kind] = frames[kind][frames[kind]["id"] != code]
    if kind == STANCES:
        frames[kind] = _as_conditional_as_before(dataset, frames[kind])
    became = (Became(kind, code, parent),) if parent else ()
    opens = f"; its id opens {shown(parent)}" if parent else "; its id says that it was retired"
    return _recoding(dataset, "edit", frames, became, f"{one(kind).capitalize()} {shown(code)} retired{opens}.")


# ---- what all of them need


def _known(dataset: Dataset, kind: str, wanted: Sequence[str]) -> None:
    if kind not in KINDS:
        raise SelectionError(f"kind: {not_one_of(kind, KINDS)}")
    there = codes(dataset.frames, kind)
    for code in wanted:
        if code not in there:
            now = dataset.moved[kind].get(code, "")
            was = f"; it became {shown(now)}" if now else ""
            raise SelectionError(f"{one(kind)}: {not_one_of(code, there)}{was}")


def _free(dataset: Dataset, kind: str, id_: str) -> None:
    """DatasetError for a new id that is taken or is no id."""
    file, where = (TABLES[PROPOSALS].file, "theme") if kind == THEMES else (TABLES[kind].file, "id")
    words = ""
    if id_ in codes(dataset.frames, kind):
        words = (
            f"{shown(id_)} is {'an' if kind == ACTORS else 'a'} {one(kind)} already: merge the two, or take another id"
        )
    elif kind == THEMES:
        words = "" if id_.strip() == id_ != "" and id_.isprintable() else f"{shown(id_)} is not a theme: give a word"
    elif kind == STANCES and id_ == MIXED:
        words = f"{MIXED!r} is the name of the derived state and cannot be a stance"
    elif not re.fullmatch(SLUG, id_):
        words = f"{shown(id_)} is not an id: lower-case letters a-z, digits and single hyphens, such as ai-summit"
    if words:
        raise DatasetError([Problem(file, 0, where, words)], outcome=NOTHING)


def _frames(dataset: Dataset, kind: str) -> Frames:
    """The tables as text; where the shipped scale stands in and stances are changed, that scale."""
    frames = dict(dataset.frames)
    if kind == STANCES:
        frames[kind] = dataset.stances
    return frames


def _replaced(frames: Frames, kind: str, ids: Mapping[str, str]) -> Frames:
    """The tables with every reference to these ids turned to others."""
    found = dict(frames)
    for table, where in referring(kind):
        found[table] = with_ids(found[table], table, where, ids)
    return found


def _recoding(
    dataset: Dataset,
    kind: Literal["rename", "merge", "split", "edit"],
    frames: Frames,
    became: tuple[Became, ...],
    sentence: str,
    notes: Sequence[str] = (),
) -> Recoding:
    """The changes that lead to these tables; a row that is renamed keeps its place."""
    new = {name: f.reset_index(drop=True) for name, f in frames.items() if f is not dataset.frames[name]}
    changes = diff({name: dataset.frames[name] for name in new}, new)
    if kind == "rename":
        place = {t: places_by_id(frames[t]) for t in {c.table for c in changes}}
        changes = [replace(c, at=place[c.table][c.id]) if c.kind == "added" else c for c in changes]
    changes = [replace(c, row=0) for c in changes]
    return Recoding(kind, tuple(changes), became, sentence, tuple(notes))


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _uses(dataset: Dataset, kind: str, code: str) -> Iterator[Problem]:
    """A problem for each table in which something refers to the code."""
    for table, where in referring(kind):
        frame = dataset.frames[table]
        values = frame[where].astype("str")
        is_list = TABLES[table][where].kind == "list"
        mine = values.map(lambda v: code in v.split(LIST_SEPARATOR)) if is_list else values == code
        ids = frame.loc[mine, "id"].tolist()
        if ids:
            more = f" and {len(ids) - LISTED:,} more" if len(ids) > LISTED else ""
            words = f"{one(kind)} {shown(code)} is in {plural(len(ids), 'row')}: {', '.join(ids[:LISTED])}{more}"
            yield Problem(TABLES[table].file, 0, where, words)


# ---- merging


def _united(frame: pd.DataFrame, kind: str, others: Sequence[str], into: str) -> tuple[pd.DataFrame, list[str]]:
    """The table with what the row that is kept takes over from the others; and what of them it does not."""
    spec = TABLES[kind]
    rows: dict[str, dict[str, str]] = {
        str(r["id"]): {str(k): str(v) for k, v in r.items()} for r in records(frame[frame["id"].isin([*others, into])])
    }
    kept = dict(rows[into])
    filled = {*_FILLED[kind], *(c for c in frame.columns if c not in spec)}
    for other in others:
        row = rows[other]
        kept |= {c: row[c] for c in filled if not kept.get(c) and row.get(c)}
        if kind == PROPOSALS:
            areas = [a for r in (kept, row) for a in r["risk_areas"].split(LIST_SEPARATOR) if a]
            kept["risk_areas"] = LIST_SEPARATOR.join(dict.fromkeys(areas))
            if PARTIAL in (kept["coverage"], row["coverage"]):
                notes = [r["coverage_note"] for r in (kept, row) if r["coverage"] == PARTIAL and r["coverage_note"]]
                kept |= {"coverage": PARTIAL, "coverage_note": "; ".join(dict.fromkeys(notes))}
    lost = []
    for other in others:
        values = [
            f"{c} {shown(v)}"
            for c, v in rows[other].items()
            if v and c not in ("id", "parent", "risk_areas", "coverage_note") and v != kept.get(c)
        ]
        if values:
            lost.append(f"Of {shown(other)} only the history keeps {'; '.join(values)}.")
    changed = {c: v for c, v in kept.items() if v != rows[into][c]}
    mine = frame["id"] == into
    return frame.assign(**{c: frame[c].astype("str").mask(mine, v) for c, v in changed.items()}), lost


def _joined_trees(frame: pd.DataFrame, others: Sequence[str], into: str) -> pd.DataFrame:
    """The proposals, with `into` lifted out of the branches below those that are merged into it."""
    parent = by_id(frame, "parent")
    merged = [node for node in above(frame, into) if node in others]
    lifted = parent[merged[-1] if merged else into]
    return frame.assign(parent=frame["parent"].astype("str").mask(frame["id"] == into, lifted))


def _links_once(links: pd.DataFrame) -> pd.DataFrame:
    """Links without those of a proposal to itself; of two of a kind between the same two, the first, with both whys."""
    kept: dict[Any, dict[str, str]] = {}
    for row in map(dict, records(links.astype("str"))):
        if row["proposal"] == row["other"]:
            continue
        pair = (frozenset((row["proposal"], row["other"])), row["kind"])
        first = kept.setdefault(pair, row)
        if first is not row and row["why"] and row["why"] not in first["why"].split("; "):
            first["why"] = "; ".join(w for w in (first["why"], row["why"]) if w)
    return pd.DataFrame([*kept.values()], columns=links.columns, dtype="str")


def _rows_once(before: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows that have become equal to an earlier one in all but the id, once."""
    columns = [c for c in frame.columns if c != "id"]
    twice = frame[columns].astype("str").duplicated() & ~before[columns].astype("str").duplicated()
    return frame[~twice] if twice.any() else frame


def _same_statements(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Statements that have become the same in who, what, how, where and in which words: named, never dropped."""
    keys = ["actor", "proposal", "stance", "source", "quote"]

    def pairs(frame: pd.DataFrame) -> set[tuple[str, ...]]:
        text = frame[["id", *keys]].astype("str")
        text = text[text.duplicated(keys, keep=False)]
        return {tuple(g["id"]) for _, g in text.groupby(keys, sort=False)}

    new = sorted(pairs(after) - pairs(before))
    return [f"{_and(list(group))} then state the same in the same words; both stay." for group in new]


def _as_conditional_as_before(
    dataset: Dataset, stances: pd.DataFrame, parts: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The stances, each conditional or not as it was: where the scores alone would now say otherwise it is written."""
    if not len(stances):
        return stances
    was = dict(zip(dataset.scale.ids, dataset.scale.conditional.tolist(), strict=True))
    was |= {new: was[old] for new, old in (parts or {}).items()}
    found = Scale.of(stances)
    if all(was[i] == bool(c) for i, c in zip(found.ids, found.conditional, strict=True)):
        return stances
    return stances.assign(conditional=["true" if was[i] else "false" for i in stances["id"]])


# ---- splitting


def _with_parts(frame: pd.DataFrame, kind: str, code: str, titles: Mapping[str, str]) -> pd.DataFrame:
    """The table with the new codes at its end; they have in common with the old one what does not tell them apart."""
    old = {c: str(v) for c, v in records(frame[frame["id"] == code])[0].items()}
    shared = {c: old[c] for c in _SPLIT_COPIES[kind]}
    rows = [{**dict.fromkeys(frame.columns, ""), **shared, "id": i, TABLES[kind].label: t} for i, t in titles.items()]
    return pd.concat([frame.astype("str"), pd.DataFrame(rows, columns=frame.columns, dtype="str")], ignore_index=True)


def _chains_whole(dataset: Dataset, code: str, given: Mapping[str, str]) -> None:
    """DatasetError for statements that would be dealt out without the ones that take their place."""
    frame = dataset.frames["statements"]
    found = []
    for number, (id_, later) in enumerate(zip(frame["id"], frame["superseded_by"].astype("str"), strict=True)):
        here, there = given.get(id_, code), given.get(later, code)
        if later and (id_ in given or later in given) and here != there:
            words = (
                f"{shown(id_)} would be on {shown(here)}, and {shown(later)}, which takes its place, on "
                f"{shown(there)}: deal out both to the same, or neither"
            )
            found.append(Problem(TABLES["statements"].file, number + FIRST_ROW, "superseded_by", words))
    if found:
        raise DatasetError(found, outcome=NOTHING)
