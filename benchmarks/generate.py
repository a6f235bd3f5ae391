"""Sizes and a seed become a valid dataset folder of any size, with everything a coded dataset holds.

python -m benchmarks.generate FOLDER --actors 200 --proposals 7000 --statements 1200000 --seed 1
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matrix.dataset.schema import SHIPPED_STANCES

SEED = 20260514
CHUNK = 200_000  # statements joined into lines at a time: the text of all of them need not stand in memory
STATEMENTS_PER_SOURCE = 200
FIRST_DAY, LAST_DAY = np.datetime64("2019-01-01"), np.datetime64("2026-06-30")

SIDES = ("us", "china", "other", "unattributed")
SIDE_SHARES = (0.4, 0.4, 0.15, 0.05)
STANCE_SHARES = (0.45, 0.15, 0.2, 0.2)  # in the order of the shipped scale
CONDITIONAL = 1  # the one stance of that scale which needs a condition
ATTRIBUTIONS = ("quoted", "paraphrased", "announced_by_other_side", "unattributed", "author_voice")
ATTRIBUTION_SHARES = (0.6, 0.2, 0.05, 0.05, 0.1)
CONFIDENCES, CONFIDENCE_SHARES = ("high", "medium", "low"), (0.7, 0.25, 0.05)
KINDS = ("person", "government", "ministry", "institution", "media", "company", "group", "report", "state")
AUTHORITIES = ("official", "former_official", "state_media", "expert", "industry", "media", "unnamed")
AREAS = ("misuse", "bio", "cyber", "military", "nuclear", "loss-of-control", "race", "verification", "labour", "energy")
THEMES = ("Red lines", "Channels of dialogue", "Evaluation and testing", "Export controls", "Open weights", "Standards")

# Pieces of sentences; some hold what makes CSV hard: commas, quotes, a line break, text that is not ASCII.
OPENINGS = (
    "We are ready to discuss",
    "It is premature to speak of",
    "No one gains from",
    "My government, as before, stands by",
    "我们主张",
    "The delegation called for",
    'In his words, "the only way" is',
    "There can be no progress without",
    "Nobody in the room objected to",
    "Wir halten fest an",
)
MIDDLES = (
    "a direct line between the two capitals",
    "joint testing of frontier models",
    "a ban on autonomous launch decisions",
    "mutual notification, at working level,",
    "人工智能治理的国际合作",
    "limits on the largest training runs",
    "shared definitions\nof severe incidents",
    "a common list of red lines",
    "independent evaluation of dangerous capabilities",
    "keeping humans in control of nuclear command",
)
ENDINGS = (
    "before the year is out",
    "under the auspices of the UN",
    "whatever it costs",
    "as agreed in Geneva",
    "again",
)
CONDITIONS = (
    "if the other side does the same",
    "once export controls, in whole or part, are lifted",
    "provided that verification is mutual",
    "前提是平等参与",
)


def generate(
    folder: Path,
    actors: int = 200,
    proposals: int = 7_000,
    statements: int = 1_200_000,
    seed: int = SEED,
    *,
    distinct: bool = True,
) -> Path:
    """Write a dataset that `check` finds nothing wrong with; the same sizes and seed write the same bytes.

    `distinct`: every quote, summary and condition is a text of its own, as in real coding; else they repeat.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    side = rng.choice(len(SIDES), actors, p=SIDE_SHARES)
    published = _days(
        rng.integers(FIRST_DAY.astype(int), LAST_DAY.astype(int), max(1, statements // STATEMENTS_PER_SOURCE))
    )
    _write(folder / "stances.csv", SHIPPED_STANCES[0].keys(), (s.values() for s in SHIPPED_STANCES))
    _write(
        folder / "sides.csv",
        ("id", "name", "main", "counted"),
        [(s, s.title(), str(s in SIDES[:2]).lower(), str(s != "unattributed").lower()) for s in SIDES],
    )
    _write(folder / "risk_areas.csv", ("id", "name", "parent"), _risk_areas())
    _write(folder / "sources.csv", SOURCE_COLUMNS, _sources(published))
    _write(folder / "actors.csv", ACTOR_COLUMNS, _actors(side, rng))
    _write(folder / "proposals.csv", PROPOSAL_COLUMNS, _proposals(proposals, rng))
    _write_statements(folder / "statements.csv", side, proposals, published, statements, rng, distinct)
    return folder


def _write(file: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


# ---- the small tables


def _risk_areas() -> Iterable[Sequence[str]]:
    for i, area in enumerate(AREAS):
        yield area, area.replace("-", " ").capitalize(), "" if i < 4 else AREAS[i % 4]


SOURCE_COLUMNS = ("id", "title", "author", "publisher", "kind", "date", "url", "accessed", "language", "sha256")


def _sources(published: NDArray[np.datetime64]) -> Iterable[Sequence[str]]:
    for i, day in enumerate(published):
        url = f"https://example.org/articles/{i}"
        digest = hashlib.sha256(url.encode()).hexdigest()
        language = "zh" if i % 3 == 0 else "en"
        yield (
            _id("source", i),
            f"Article {i}, on AI",
            f"Author {i % 97}",
            "A Review",
            "article",
            str(day),
            url,
            "2026-07-01",
            language,
            digest,
        )


ACTOR_COLUMNS = ("id", "name", "name_native", "role", "institution", "side", "kind", "authority", "track")


def _actors(side: NDArray[np.intp], rng: np.random.Generator) -> Iterable[Sequence[str]]:
    kind, authority, track = (rng.integers(0, n, len(side)) for n in (len(KINDS), len(AUTHORITIES), 3))
    for i, s in enumerate(side):
        role = f"Head, office {i % 31}"
        native = f"发言人{i}" if s == 1 else ""
        yield (
            *(_id("actor", i), f"Speaker {i}", native, role, f"Institute {i % 53}", SIDES[s]),
            *(KINDS[kind[i]], AUTHORITIES[authority[i]], ("1", "1.5", "2")[track[i]]),
        )


PROPOSAL_COLUMNS = ("id", "title", "title_zh", "definition", "theme", "parent", "kind", "risk_areas")


def _proposals(n: int, rng: np.random.Generator) -> Iterable[Sequence[str]]:
    first, second = rng.integers(0, len(AREAS), (2, n))
    for i in range(n):
        theme = i % len(THEMES)
        # Every fourth proposal is part of an earlier one under the same theme.
        parent = _id("proposal", i - 2 * len(THEMES)) if i % 4 == 3 and i >= 2 * len(THEMES) else ""
        areas = ";".join(AREAS[a] for a in dict.fromkeys((first[i], second[i])))
        title = f"{MIDDLES[i % len(MIDDLES)].splitlines()[0].rstrip(',').capitalize()}, variant {i}"
        yield _id("proposal", i), title, f"提案{i}", f"That {title} be agreed", THEMES[theme], parent, "measure", areas


def _id(name: str, i: int) -> str:
    return f"{name}-{i:05d}"


# ---- statements: whole columns at a time

STATEMENT_COLUMNS = (
    *("id", "actor", "proposal", "stance", "source", "condition", "quote", "start", "summary", "attribution"),
    *("date_start", "date_end", "confidence", "superseded_by"),
)


def _write_statements(
    file: Path,
    side: NDArray[np.intp],
    proposals: int,
    published: NDArray[np.datetime64],
    n: int,
    rng: np.random.Generator,
    distinct: bool,
) -> None:
    actor, proposal = rng.integers(0, len(side), n), rng.integers(0, proposals, n)
    source = rng.integers(0, len(published), n)
    day = published[source] - rng.integers(0, 30, n)
    exact = rng.random(n) < 0.8
    later = _later(actor, side, proposal, day, exact, rng)
    start, end = _partial(day, exact, rng)
    with file.open("wb") as f:
        f.write((",".join(STATEMENT_COLUMNS) + "\n").encode())
        for a in range(0, n, CHUNK):
            z = slice(a, min(a + CHUNK, n))
            rows = np.arange(z.start, z.stop)
            stance = rng.choice(len(SHIPPED_STANCES), len(rows), p=STANCE_SHARES)
            condition = _texts((CONDITIONS,), rows, rng, distinct)
            place = pa.array(rng.integers(0, 60_000, len(rows)), mask=rng.random(len(rows)) < 0.3)
            columns = (
                _ids("s", rows, 7),
                _ids("actor", actor[z], 5),
                _ids("proposal", proposal[z], 5),
                _picked([s["id"] for s in SHIPPED_STANCES], stance),
                _ids("source", source[z], 5),
                pc.if_else(pa.array(stance == CONDITIONAL), condition, ""),
                _texts((OPENINGS, MIDDLES, ENDINGS), rows, rng, distinct),
                place.cast(pa.string()).fill_null(""),
                _texts((MIDDLES, ENDINGS), rows, rng, distinct),
                _picked(ATTRIBUTIONS, rng.choice(len(ATTRIBUTIONS), len(rows), p=ATTRIBUTION_SHARES)),
                start[z],
                end[z],
                _picked(CONFIDENCES, rng.choice(len(CONFIDENCES), len(rows), p=CONFIDENCE_SHARES)),
                pc.if_else(pa.array(later[z] >= 0), _ids("s", later[z], 7), ""),
            )
            f.write(_lines(columns))


def _later(
    actor: NDArray[np.int64],
    side: NDArray[np.intp],
    proposal: NDArray[np.int64],
    day: NDArray[np.datetime64],
    exact: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """About one in thirty is superseded by the next of its side on its proposal; exact days leave no doubt."""
    order = np.lexsort((day, side[actor], proposal))
    i, j = order[:-1], order[1:]
    fits = (proposal[i] == proposal[j]) & (side[actor[i]] == side[actor[j]]) & exact[i] & exact[j]
    fits &= rng.random(len(i)) < 0.05
    later = np.full(len(actor), -1)
    later[i[fits]] = j[fits]
    return later


def _partial(
    day: NDArray[np.datetime64], exact: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[pa.StringArray, pa.StringArray]:
    """Exact days; of the others some only a month or a year, some open at the end, some undated."""
    full = pa.array(day.astype("datetime64[D]")).cast(pa.string())
    kind = pa.array(np.where(exact, 0, rng.integers(1, 5, len(day))))
    month, year = pc.utf8_slice_codeunits(full, 0, 7), pc.utf8_slice_codeunits(full, 0, 4)
    return pc.choose(kind, full, month, year, full, ""), pc.choose(kind, full, month, year, "", "")


def _texts(
    pieces: Sequence[Sequence[str]], rows: NDArray[np.int64], rng: np.random.Generator, distinct: bool
) -> pa.StringArray:
    parts = [_picked(p, rng.integers(0, len(p), len(rows))) for p in pieces]
    if distinct:
        parts.append(pa.array(rows).cast(pa.string()))
    return pc.binary_join_element_wise(*parts, " ")


def _picked(words: Sequence[str], at: NDArray[np.int64]) -> pa.StringArray:
    return pa.array(words, pa.string()).take(pa.array(at))


def _ids(name: str, numbers: NDArray[np.int64], width: int) -> pa.StringArray:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(name, digits, "-")


def _days(numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return numbers.astype("datetime64[D]")


def _lines(columns: Iterable[Any]) -> bytes:
    """The columns as CSV lines, quoted only where needed, as the project's own writer would."""
    cells = []
    for c in columns:
        quoted = pc.binary_join_element_wise("", pc.replace_substring(c, '"', '""'), "", '"')
        cells.append(pc.if_else(pc.match_substring_regex(c, '[",\n\r]'), quoted, c))
    lines = pc.binary_join_element_wise(pc.binary_join_element_wise(*cells, ","), "", "\n")
    return bytes(lines.buffers()[2])  # one line directly after the other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for name, default in (("actors", 200), ("proposals", 7_000), ("statements", 1_200_000), ("seed", SEED)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--repeated", action="store_true", help="texts repeat instead of being all distinct")
    a = parser.parse_args()
    print(generate(a.folder, a.actors, a.proposals, a.statements, a.seed, distinct=not a.repeated))


if __name__ == "__main__":
    main()
