"""The house stands as docs and design draw it: imports go one way, each heavy library has one room."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
FILES = [ROOT / "app.py", *sorted((ROOT / "matrix").rglob("*.py"))]
# A file may import its own piece and the pieces of the floors below, nothing beside or above it.
FLOORS = [
    *({"wording", "shipped"}, {"dataset"}, {"palette"}, {"store"}, {"analysis"}),
    *({"charts", "export"}, {"importing"}, {"dashboard"}, {"cli"}),
    *({"__init__"}, {"__main__", "app"}),
]
FLOOR = {piece: number for number, pieces in enumerate(FLOORS) for piece in pieces}
ROOMS = {
    "streamlit": {"dashboard", "app"},
    "plotly": {"charts"},
    "openpyxl": {"export", "importing"},
    "xlsxwriter": {"export"},
}
# What every start of the command line imports.
LIGHT = {"__init__", "__main__", "cli", "shipped"}
LATE = {"matrix/cli/text.py"}  # what the commands import only when they print
HEAVY = {"numpy", "openpyxl", "pandas", "plotly", "pyarrow", "scipy", "streamlit", "xlsxwriter"}


def piece_of(file: Path) -> str:
    first = file.relative_to(ROOT).parts[1 if file.name != "app.py" else 0]
    return first.removesuffix(".py")


def imports(node: ast.AST, file: Path) -> Iterator[str]:
    """The dotted names that a node imports, relative ones resolved."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        folder = file.relative_to(ROOT).parts[: -node.level] if node.level else ()
        base = ".".join([*folder, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def at_start(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements run by a mere import: not those in functions, nor for the type checker only."""
    for node in body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from at_start(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            for inner in ("body", "orelse", "finalbody"):
                yield from at_start(getattr(node, inner, []))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_one_way_and_heavy_libraries_stay_in_their_rooms(file: Path) -> None:
    piece, tree = piece_of(file), ast.parse(file.read_text(encoding="utf-8"))
    for name in [name for node in ast.walk(tree) for name in imports(node, file)]:
        library, _, rest = name.partition(".")
        other = rest.split(".")[0]
        assert piece in ROOMS.get(library, {piece}), f"{piece} imports {name}"
        if library == "matrix":
            other = other if other in FLOOR else "__init__"
            assert other == piece or FLOOR[other] < FLOOR[piece], f"{piece} imports {name}"
    if piece in LIGHT and file.relative_to(ROOT).as_posix() not in LATE:
        started = {name.split(".")[0] for node in at_start(tree.body) for name in imports(node, file)}
        assert not started & HEAVY, f"{piece} imports {started & HEAVY} at start"


def test_every_imported_library_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {Requirement(one).name.lower().replace("-", "_") for one in project["dependencies"]}
    nodes = [(node, file) for file in FILES for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    used = {name.partition(".")[0] for node, file in nodes for name in imports(node, file)}
    assert used - sys.stdlib_module_names - {"matrix"} <= declared


def test_every_module_of_the_analysis_has_its_tests() -> None:
    modules = {file.stem for file in (ROOT / "matrix/analysis").glob("*.py")} - {"__init__"}
    tested = {file.stem.removeprefix("test_") for file in (ROOT / "tests/analysis").glob("test_*.py")}
    assert modules == tested
