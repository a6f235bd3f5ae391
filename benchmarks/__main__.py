"""All benchmarks in one run, as one table: `python -m benchmarks`. Speed is shown, not asserted: it exits 0.

python -m benchmarks --only startup browser
python -m benchmarks --only load --against ../policy-matrix-before
python -m benchmarks --only engine --parts 1000000 10000000 100000000 --spark
python -m benchmarks --only positions --actors 50 --proposals 400 --statements 100000
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.generate import SEED, generate
from benchmarks.measure import Measurement, table

PARTS = (
    "startup",
    "browser",
    "pages",
    "load",
    "positions",
    "sparse",
    "overlap",
    "coalitions",
    "camps",
    "workbook",
    "import",
    "suggestions",
    "database",
    "engine",
)  # the small ones first, while memory and caches are fresh


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="policy-matrix-") as name:
        for part in arguments.only:
            title, rows = _part(part, arguments, Path(name))
            print(f"\n{title}", flush=True)
            print(table(rows), flush=True)
    packages = ", ".join(f"{p} {version(p)}" for p in ("numpy", "pandas", "pyarrow", "scipy", "streamlit"))
    print(f"\nPython {platform.python_version()}, {packages}; {os.cpu_count()} cores; seed {arguments.seed}")
    print(
        "Each line: medians of rounds in which both sides took turns. The ratio counts, the times are this machine's."
    )
    return 0


def _part(part: str, a: argparse.Namespace, folder: Path) -> tuple[str, Iterator[Measurement]]:
    """A part's heading and its lines, measured as they are asked for; only the part that runs is imported."""
    if part == "startup":
        from benchmarks import startup

        return "Start-up", startup.rows(folder / part)
    if part == "browser":
        from benchmarks import browser

        return "Click to evidence on a matrix of 300 proposals x 200 actors", browser.rows(folder, a.seed)
    if part == "pages":
        from benchmarks import pages

        return "Pages in a browser", pages.rows(folder / part, a.seed)
    if part == "load":
        from benchmarks import load

        return "Visitors at once, with a second of thinking", load.rows(folder / part, a.seed, a.against)
    if part == "overlap":
        from benchmarks import overlap

        return "Measures between actors", overlap.rows(folder / part, a.seed)
    if part == "coalitions":
        from benchmarks import coalitions

        return "Coalitions", coalitions.rows(a.seed)
    if part == "camps":
        from benchmarks import camps

        return "Two camps", camps.rows(a.seed)
    if part == "workbook":
        from benchmarks import workbook

        return "Workbook", workbook.rows(folder / part, a.seed)
    if part == "import":
        from benchmarks import importing

        return "Files that are read: a sheet made by hand, a workbook of ours", importing.rows(folder / part, a.seed)
    if part == "suggestions":
        from benchmarks import suggestions

        return "Suggestions for a new text", suggestions.rows()
    if part == "database":
        return "100,000 statements in a database", _database(folder / part, a)
    if part == "engine":
        return "Statements on an engine, 7,000 proposals x 200 actors", _engine(folder / part, a)
    from benchmarks import positions

    size = (a.actors, a.proposals, a.statements) if part == "positions" else (2_000, 2_000, 100_000)
    actors, proposals, statements = size
    rows = positions.rows(folder / part, demanded=part == "positions")
    generate(folder / part, actors, proposals, statements, a.seed, distinct=not a.repeated)
    return f"{statements:,} statements, {proposals:,} proposals x {actors:,} actors", rows


def _engine(folder: Path, a: argparse.Namespace) -> Iterator[Measurement]:
    if find_spec("ibis") is None or find_spec("duckdb") is None:
        print("not measured: the extra is not installed (make extras, or pip install 'policy-matrix[scale]')")
        return
    from benchmarks import engine

    yield from engine.rows(folder, a.seed, a.parts, spark=a.spark)


def _database(folder: Path, a: argparse.Namespace) -> Iterator[Measurement]:
    from tests.databases import missing

    if what := missing():
        print(f"not measured: {what} is not installed")
        return
    from benchmarks import database

    yield from database.rows(folder, a.seed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}"
    )
    for name, default in (("actors", 200), ("proposals", 7_000), ("statements", 1_200_000), ("seed", SEED)):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"({default:,})")
    parser.add_argument(
        "--parts", type=int, nargs="+", default=[1_000_000], metavar="N", help="for engine: statements, size after size"
    )
    parser.add_argument("--spark", action="store_true", help="for engine: Spark's local mode too")
    parser.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="for load: another checkout, measured beside ours"
    )
    parser.add_argument("--repeated", action="store_true", help="texts repeat instead of being all distinct")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
