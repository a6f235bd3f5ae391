"""Reading a sheet made by hand against pandas reading the file as text, and a workbook of ours against openpyxl."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from benchmarks.generate import ENDINGS, MIDDLES, OPENINGS, generate
from benchmarks.measure import Measurement, interleaved, peak_memory
from matrix.export.workbook import to_workbook
from matrix.importing import Import, read_file
from matrix.store.folder import load

STATEMENTS = 870_000
MEMORY = 3.0  # times the peer's
PEER = "pd.read_csv(dtype=str)"
READ = """
import sys
import pandas as pd
table = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
"""
OURS = """
import sys
from pathlib import Path
from matrix.importing import read_file
assert read_file(Path(sys.argv[1])).dataset is not None
"""


def rows(folder: Path, seed: int, rounds: int = 5) -> Iterator[Measurement]:
    """Everything up to the checked dataset that `import` shows: read, mapping proposed, names, ids, dates, rules."""
    folder.mkdir(parents=True, exist_ok=True)
    table = _table(np.random.default_rng(seed))
    plain, german, ragged = (folder / f"{name}.csv" for name in ("plain", "german", "ragged"))
    table.to_csv(plain, index=False)
    in_german = dict(
        zip(table.columns, ("Sprecherin", "Vorschlag", "Haltung", "Zitat", "Quelle", "Datum"), strict=True)
    )
    words = {"agrees": "dafür", "against": "lehnt ab", "concern": "Bedenken"}
    table.assign(Stance=table["Stance"].map(words)).rename(columns=in_german).to_csv(
        german, index=False, sep=";", encoding="iso-8859-1", errors="replace"
    )
    # A row that is longer than the others: no reader that takes all rows for alike can have it.
    ragged.write_bytes(plain.read_bytes() + b"A,B,agrees,,,,,beyond\n")
    reading: dict[Path, Callable[[], object]] = {
        plain: partial(pd.read_csv, plain, dtype=str, keep_default_na=False),
        german: partial(pd.read_csv, german, dtype=str, keep_default_na=False, sep=";", encoding="iso-8859-1"),
    }
    what = {plain: "quoted prose", german: "German, ISO-8859-1, ';'"}
    for file, read in reading.items():
        took = interleaved({"ours": partial(_read, file), "peer": read}, rounds)
        yield Measurement(f"{STATEMENTS:,} statements, {what[file]}", took["ours"], took["peer"], PEER, 2)
    took = interleaved({"ours": partial(_read, ragged), "peer": reading[plain]}, rounds // 2)
    yield Measurement(
        "one row of another length", took["ours"], took["peer"], f"{PEER} of the first; it refuses this one"
    )
    peaks = [peak_memory(code, str(plain)) for code in (OURS, READ)]
    yield Measurement("peak memory of a process that reads it", *peaks, f"{PEER}, kept", MEMORY, unit="MB")
    yield from _workbooks(folder, seed)


def _workbooks(folder: Path, seed: int) -> Iterator[Measurement]:
    """The workbook as exported, compared with its dataset: no change is found, all has been looked at."""
    for statements, rounds in ((10_000, 3), (100_000, 1)):
        dataset = load(generate(folder / str(statements), 200, 300, statements, seed))
        out = folder / f"{statements}.xlsx"
        to_workbook(dataset, out)
        took = interleaved(
            {"ours": partial(read_file, out, into=dataset), "openpyxl": partial(by_openpyxl, out)}, rounds
        )
        size = f"our workbook, {statements:,} statements + 300 x 200"
        yield Measurement(size, took["ours"], took["openpyxl"], "openpyxl, read-only, all sheets, values only", 2)


def by_openpyxl(path: Path) -> int:
    """The rows of all sheets, as one would read them in a notebook."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))


def _read(file: Path) -> Import:
    found = read_file(file)
    assert found.dataset is not None, found.problems
    return found


def _table(rng: np.random.Generator) -> pd.DataFrame:
    """2,000 speakers, 150 proposals, 500 sources; quotes that all differ, with commas, marks and line breaks."""
    n = STATEMENTS

    def pick(words: tuple[str, ...]) -> np.ndarray:
        return np.array(words, dtype=object)[rng.integers(0, len(words), n)]

    def numbered(name: str, most: int) -> list[str]:
        return [f"{name} {i}" for i in rng.integers(0, most, n)]

    return pd.DataFrame(
        {
            "Speaker": numbered("Person", 2_000),
            "Proposal": numbered("Proposal", 150),
            "Stance": pick(("agrees", "against", "concern")),
            "Quote": pick(OPENINGS) + " " + pick(MIDDLES) + " " + pick(ENDINGS) + [f" {i}" for i in range(n)],
            "Source": numbered("Paper", 500),
            "Date": [f"2026-05-{d:02}" for d in rng.integers(1, 29, n)],
        }
    )
