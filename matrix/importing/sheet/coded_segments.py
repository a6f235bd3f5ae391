"""MAXQDA's list of coded segments (a row for each segment and code): `as_segments` makes a row of each statement."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matrix.dataset.problems import Problem
from matrix.importing.name_matching import exact, loose
from matrix.importing.result import some
from matrix.importing.sheet.headers import KEEP, SKIP
from matrix.importing.sheet.named_columns import SheetCells
from matrix.importing.sheet.stances import StanceWords
from matrix.wording import plural

_HEADERS = {
    "code": "code; codes; kode; código; codigo; codice; 代码; 编码",
    "parent": "parent code; obercode; übergeordneter code; código padre; code parent; 父代码; 上级代码",
    "segment": """segment; segments; coded segment; coded segments; segment text; codiertes segment;
        codierte segmente;
        kodiertes segment; segmento; segmentos; segmento codificado; segment codé; 编码段; 片段; 已编码文段""",
    "document": """document name; document; dokumentname; dokument; nombre del documento; documento;
        nom du document; 文档名称;
        文档; 文件名""",
    "group": "document group; dokumentgruppe; grupo de documentos; groupe de documents; 文档组",
    "begin": "beginning; begin; start; anfang; inicio; comienzo; début; 开始; 开始位置",
    "end": "end; ende; fin; final; 结束; 结束位置",
    "author": "author; created by; autor; erstellt von; auteur; creado por; 作者",
    "comment": "comment; kommentar; comentario; commentaire; 评论; 注释",
}
_FIELDS: Mapping[str, str] = {loose(w): f for f, ws in _HEADERS.items() for w in re.split(r"[;\n]", ws) if w.strip()}
_DIVIDES = re.compile(r"\s*(?:>|\\|›|»|→|＞)\s*")  # noqa: RUF001
_STANCES = frozenset(
    ("stance", "stances", "position", "positions", "haltung", "haltungen", "positionen", "立场", "态度")
)


@dataclass(frozen=True)
class _Code:
    """A code: where it stands among the codes, from the top."""

    path: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path[-1]


def as_segments(
    cells: SheetCells, chosen: Mapping[str, str], words: StanceWords, parent: str, problems: list[Problem]
) -> tuple[SheetCells, dict[str, str], dict[str, str]] | None:
    """The sheet as one row a statement, its columns' fields, and those of the sheet itself; None where it is another.

    A segment coded with a proposal and, by the same person, a stance is a statement. `parent`: the code above the
    proposals. Documents are the actors and the sources, unless `chosen` names another column for either.
    """
    found: dict[str, str] = {}
    for header in cells.headers:
        found.setdefault(_FIELDS.get(loose(header), ""), header)
    if not {"code", "segment", "document"} <= {*found} or {"stance", "proposal"} & {*chosen.values()}:
        if parent:
            message = (
                f"--proposals {parent}: is for lists of coded segments, with columns Code, Segment and Document name"
            )
            problems.append(Problem(cells.file, 0, "", message))
        return None
    codes = _codes(cells, found)
    above = sorted({p for c in set(codes) for p in c.path[:-1]})
    wanted = loose(parent)
    if not wanted or not any(wanted in map(loose, c.path[:-1]) for c in set(codes)):
        which = f"--proposals {parent}: no code stands below it" if parent else "is a list of coded segments"
        listed = some(above) or "none: write codes as 'Proposals > Register of models'"
        message = f"{which}; say --proposals CODE, where CODE is the code above the proposals: {listed}"
        problems.append(Problem(cells.file, cells.header_row, found["code"], message))
        wanted = wanted or "\0"
    rows, notes = _statements(cells, found, codes, wanted, words)
    actor = next((h for h, f in chosen.items() if f == "actor" and h in cells.headers), found["document"])
    taken = {found["document"]: "source", actor: "actor", found["code"]: "proposal", found["segment"]: "quote"}
    taken |= {found[k]: f for k, f in (("author", "coder"), ("comment", "note"), ("group", KEEP)) if k in found}
    taken = {
        **{h: chosen.get(h) or SKIP for h in cells.headers},
        **taken,
        **{h: f for h, f in chosen.items() if h in cells.headers},
    }
    at = np.array([i for i, *_ in rows], dtype=np.int64)
    columns = {h: cells.frame[h].iloc[at].reset_index(drop=True) for h in cells.headers if taken[h] != SKIP}
    columns.pop(found["code"], None)
    made = {
        "proposal (code)": "proposal",
        "stance (code)": "stance",
        "theme (code)": "theme",
        "source (document)": "source",
    }
    values = [[r[k] for r in rows] for k in (1, 2, 3)]
    values.append([exact(str(cells.frame[found["document"]].iloc[i])) for i in at.tolist()])
    for name, column in zip([*made], values, strict=True):
        if name == "source (document)" and taken[found["document"]] == "source":
            del made[name]
        elif any(column) or made[name] in ("proposal", "stance"):
            columns[name] = pd.Series(column, dtype="str")
        else:
            del made[name]
    fields = {h: taken[h] for h in columns if h in taken} | made
    made_cells = replace(
        cells, frame=pd.DataFrame(columns), rows=cells.rows[at], made=frozenset(made), notes=(*cells.notes, *notes)
    )
    return made_cells, fields, taken


def _codes(cells: SheetCells, found: Mapping[str, str]) -> list[_Code]:
    """The code of each row, with those above it."""
    own = cells.frame[found["code"]]
    over = cells.frame[found["parent"]] if "parent" in found else pd.Series([""] * len(own), dtype="str")
    made = {}
    for pair in {*zip(over, own, strict=True)}:
        parts = [exact(p) for text in pair for p in _DIVIDES.split(text)]
        made[pair] = _Code(tuple(p for p in parts if p) or ("",))
    return [made[pair] for pair in zip(over, own, strict=True)]


def _statements(
    cells: SheetCells, found: Mapping[str, str], codes: list[_Code], parent: str, words: StanceWords
) -> tuple[list[tuple[int, str, str, str]], list[str]]:
    """Position, proposal, stance and theme of each statement; notes on codings that make none."""
    keys = [found[k] for k in ("document", "group", "begin", "end", "segment", "author") if k in found]
    place = pd.factorize(pd.MultiIndex.from_frame(cells.frame[keys]))[0].tolist()
    proposals: list[tuple[int, str, str]] = []
    stances: dict[int, list[str]] = {}
    rows: list[tuple[int, str, str, str]] = []
    other: Counter[str] = Counter()
    for i, code in enumerate(codes):
        folded = [*map(loose, code.path)]
        if parent in folded[:-1]:
            below = code.path[folded.index(parent) + 1 :]
            if len(below) > 1 and words.certain(below[-1]):
                rows.append((i, below[-2], below[-1], below[-3] if len(below) > 2 else ""))
            else:
                proposals.append((i, below[-1], below[-2] if len(below) > 1 else ""))
        elif words.certain(code.name) or code.name in words.chosen or {*folded[:-1]} & _STANCES:
            stances.setdefault(place[i], []).append(code.name)
        else:
            other[code.name] += 1
    lacking = 0
    for i, proposal, theme in proposals:
        each = stances.get(place[i], [])
        lacking += not each
        rows += [(i, proposal, stance, theme) for stance in dict.fromkeys(each)]
    alone = {*stances} - {place[i] for i, _, _ in proposals}
    notes = []
    if lacking:
        notes.append(f"{plural(lacking, 'segment')} with a proposal and no stance of the same coder left out.")
    if alone:
        notes.append(f"{plural(len(alone), 'segment')} with a stance and no proposal of the same coder left out.")
    if other:
        notes.append(f"{plural(other.total(), 'segment')} of other codes left out: {some(other)}.")
    return sorted(rows), notes
