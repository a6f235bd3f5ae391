"""The structure that docs/development.md describes: imports go one way, each heavy library has its own importers."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
FILES = [ROOT / "app.py", *sorted((ROOT / "matrix").rglob("*.py"))]
# A file may import its own piece and the pieces of the floors below, nothing beside or above it.
LAYERS = [
    *({"wording", "shipped"}, {"dataset", "templates"}, {"palette"}, {"analysis"}, {"store"}),
    *({"charts", "export", "engine"}, {"importing"}, {"dashboard"}, {"cli"}),
    *({"__init__"}, {"__main__", "app"}),
]
LAYER = {piece: number for number, pieces in enumerate(LAYERS) for piece in pieces}
IMPORTERS = {
    "streamlit": {"dashboard", "app"},
    "duckdb": {"engine"},
    "ibis": {"engine"},
    "networkx": {"export"},
    "plotly": {"charts"},
    "openpyxl": {"export", "importing"},
    "pyspark": {"engine"},
    "xlsxwriter": {"export"},
}
IMPORTED_AS = {"ibis_framework": "ibis"}
# What every start of the command line imports.
LIGHT = {"__init__", "__main__", "cli", "shipped"}
LATE = {"matrix/cli/terminal.py"}  # what the commands import only when they print
HEAVY = {
    "duckdb",
    "ibis",
    "networkx",
    "numpy",
    "openpyxl",
    "pandas",
    "plotly",
    "pyarrow",
    "pyspark",
    "scipy",
    "streamlit",
    "xlsxwriter",
}


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
def test_imports_go_one_way_and_heavy_libraries_have_their_importers(file: Path) -> None:
    piece, tree = piece_of(file), ast.parse(file.read_text(encoding="utf-8"))
    for name in [name for node in ast.walk(tree) for name in imports(node, file)]:
        library, _, rest = name.partition(".")
        other = rest.split(".")[0]
        assert piece in IMPORTERS.get(library, {piece}), f"{piece} imports {name}"
        if library == "matrix":
            other = other if other in LAYER else "__init__"
            assert other == piece or LAYER[other] < LAYER[piece], f"{piece} imports {name}"
            # Whoever reads a workbook need not load what writes one: what both know is in export/workbook_format.
            assert piece != "importing" or not f"{name}.".startswith("matrix.export.workbook."), name
    if piece in LIGHT and file.relative_to(ROOT).as_posix() not in LATE:
        started = {name.split(".")[0] for node in at_start(tree.body) for name in imports(node, file)}
        assert not started & HEAVY, f"{piece} imports {started & HEAVY} at start"


def test_the_command_line_answers_help_without_anything_heavy() -> None:
    script = """
import sys
from matrix.cli import COMMANDS, main
for name in ["", *COMMANDS]:
    main([*name.split(), "--help"], standalone_mode=False)
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = done.stdout.splitlines()[-1].split()
    assert "matrix.cli.compare" in loaded
    assert not HEAVY.intersection(loaded)


def test_only_what_the_command_asked_for_needs_is_imported() -> None:
    script = (
        "import sys; from matrix.cli import main; main(['show', '--help'], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    ours = {name for name in done.stdout.splitlines()[-1].split() if name.split(".")[0] == "matrix"}
    assert ours == {"matrix", "matrix.shipped", "matrix.cli", "matrix.cli.options", "matrix.cli.show"}


# Where the classes come from that ours are made from: a private method of one of these would replace theirs.
LIBRARIES = {"Worksheet", "click", "nx", "xlsxwriter"}
# The inner modules of Streamlit that we import, and why nothing at its surface does.
INNER = {
    "streamlit.components.v2.types": "the documented type of what `component()` gives has no other place",
    "streamlit.runtime": "nothing at its surface lets go of an uploaded file that no page uses any more",
}


def private_to_others(tree: ast.AST) -> Iterator[str]:
    """Names with one underscore in front that this file uses without having made them, and those it takes over."""
    nodes = [*ast.walk(tree)]
    made = {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    made |= {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    made |= {n.target.id for n in nodes if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = ast.unparse(node.value)
            if node.attr not in made or owner == "super()":
                yield f"{owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            named = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from (f"{node.module}: {name}" for name in named if is_private(name))
        elif isinstance(node, ast.ClassDef) and {ast.unparse(base).split(".")[0] for base in node.bases} & LIBRARIES:
            methods = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
            yield from (f"{node.name}: {name}" for name in methods if is_private(name))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nobody_uses_what_is_private_to_another(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert [*private_to_others(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "style._get_xf_index()",
        "from kaleido import _global_server",
        "from streamlit.runtime._secrets import x",
        "class A(Worksheet):\n    def _prepare_formula(self): pass",
        "class A:\n    def _initialize(self): super()._initialize()",
    ],
)
def test_what_is_private_to_a_library_is_found(code: str) -> None:
    assert [*private_to_others(ast.parse(code))]


def test_a_file_that_is_asked_for_later_is_made_only_while_its_dataset_is_open() -> None:
    found = {
        str(file.relative_to(ROOT)): ast.unparse(next(k.value for k in node.keywords if k.arg == "data"))
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.download_button"
    }
    assert len(found) > 4
    assert [file for file, data in found.items() if not data.startswith("while_open(dataset, ")] == []


PAGES = [f for f in FILES if "pages" in f.parts]
PAGE_LIBRARIES = {"__future__", "markupsafe", "matrix", "pandas", "streamlit"} | sys.stdlib_module_names
# What may be used of the store outside it: it reads, or says what a change would do. Only the command line and
# `editing` change a dataset; so whatever else a page calls cannot do it behind its back.
READS = {f"matrix.store.history.{name}" for name in ("Step", "history", "newest_first", "not_undone", "standing")}
READS |= {f"matrix.store.dismissed.{name}" for name in ("Answered", "answered", "hits")}
READS |= {f"matrix.store.layers.{name}" for name in ("LONGEST", "Layer", "layers")}
READS |= {f"matrix.store.reconcile.{name}" for name in ("differences_of", "settlement")}
READS |= {f"matrix.store.folder.{name}" for name in ("load", "load_around", "signature", "with_package")}
READS |= {f"matrix.store.folder.{name}" for name in ("PARTS", "has_parts")}
READS |= {f"matrix.store.atomic_files.{name}" for name in ("HISTORY_FILE", "IMPORTS_FILE", "TEXTS")}
NAMED = ("layers", "own_texts", "read", "stamps", "text_ids", "text_stamps", "texts")
READS |= {f"matrix.store.files.{name}" for name in NAMED}
READS |= {
    f"matrix.store.members.{name}"
    for name in ("ROLES", "RoleError", "is_owner", "last_seen", "members", "owners_of_layers", "permissions_now")
}
READS |= {f"matrix.store.members.{name}" for name in ("asked_once", "require_reading")}
READS |= {
    f"matrix.store.proposed.{name}" for name in ("proposed", "ProposedChanges", "proposed_and_problems", "taken_back")
}
READS |= {"matrix.store.Store", "matrix.store.open_store", "matrix.store.generated_files.holds"}
READS |= {"matrix.store.past.steps_back", "matrix.store.what_changed.what_changed"}
# `convert` writes a folder of its own, for an engine.
WRITERS = {"matrix/__init__.py", "matrix/dashboard/pages/data/editing.py", "matrix/engine/convert.py"}


def writes(tree: ast.AST, file: Path) -> set[str]:
    """The names with which a file could change a dataset: of the store, or by way of the library's public names."""
    used = {name for node in ast.walk(tree) for name in imports(node, file)}
    return {n for n in used if n.startswith("matrix.store") and n not in READS} | {
        n for n in used if n.partition(".")[0] == "matrix" and n.split(".")[1:2] not in [[piece] for piece in LAYER]
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_the_store_the_command_line_and_editing_change_a_dataset(file: Path) -> None:
    if piece_of(file) not in {"store", "cli"} and file.relative_to(ROOT).as_posix() not in WRITERS:
        assert writes(ast.parse(file.read_text(encoding="utf-8")), file) == set()


@pytest.mark.parametrize(
    "code",
    [
        "from matrix.store.reconcile import settle",
        "from matrix.store import history",
        "from matrix import apply",
        "import matrix as m",
        "import matrix.store.history",
    ],
)
def test_a_way_to_change_a_dataset_is_found(code: str) -> None:
    assert writes(ast.parse(code), ROOT / "matrix/dashboard/pages/any.py")


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_page_draws_and_does_nothing_else(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = [*ast.walk(tree)]
    imported = {name for node in nodes for name in imports(node, file)}
    assert {name.partition(".")[0] for name in imported} <= PAGE_LIBRARIES
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        for node in nodes
        if isinstance(node, ast.Call)
    }
    # These two read a passing copy of what was uploaded.
    if file.parts[-2:] not in {("data", "upload.py"), ("sources", "add.py")}:
        assert not called & {"open", "to_csv", "to_excel", "write_bytes", "write_file", "write_text"}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not [text for text in texts if re.search(r"<[a-z/][^>]*>", text)], "HTML belongs into templates/"


def clicks_in_the_open(tree: ast.AST) -> Iterator[str]:
    """Functions that a widget calls, given a dataset or what writes one, that nothing keeps from failing in the open."""
    nodes = [*ast.walk(tree)]
    bound = {
        k.value.id
        for node in nodes
        if isinstance(node, ast.Call)
        for k in node.keywords
        if k.arg in ("on_click", "on_change", "on_select") and isinstance(k.value, ast.Name)
    }
    for node in nodes:
        if not isinstance(node, ast.FunctionDef) or node.name not in bound:
            continue
        given = {ast.unparse(arg.annotation) for arg in node.args.args if arg.annotation}
        used = {ast.unparse(n) for line in node.body for n in ast.walk(line) if isinstance(n, ast.Attribute)}
        stores = {name for name in used if name.startswith("editing.")} - {"editing.forget", "editing.remember"}
        kept = any(ast.unparse(d).startswith("editing.on_click(") for d in node.decorator_list)
        if ("Dataset" in given or stores) and not kept:
            yield node.name


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_click_that_meets_the_store_says_what_kept_it(file: Path) -> None:
    assert [*clicks_in_the_open(ast.parse(file.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    "code",
    [
        "def go(dataset: Dataset): look(dataset)\nst.button('Go', on_click=go)",
        "def go(name): editing.make_dataset(name)\nst.text_input('Name', on_change=go)",
    ],
)
def test_a_click_that_could_fail_in_the_open_is_found(code: str) -> None:
    assert [*clicks_in_the_open(ast.parse(code))] == ["go"]


def aliases(tree: ast.Module) -> set[str]:
    """The names that a module gives to types: `Floats = NDArray[np.float64]`."""
    named = {n.targets[0].id for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)}
    return {name for name in named if name[0].isupper() and not name.isupper()}


@pytest.mark.slow
def test_numbers_are_worked_out_in_the_analysis_and_not_on_pages() -> None:
    found = {
        str(file.relative_to(ROOT / "matrix" / "dashboard"))
        for file in FILES
        if "dashboard" in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in imports(node, file)
        if name.split(".")[0] in ("numpy", "scipy")
    }
    assert found == {"grid/payload.py"}, "which turns the cells of a view into characters"


def test_no_two_classes_have_one_name_and_no_other_type_has_it() -> None:
    files = [*FILES, *(f for folder in ("benchmarks", "tests") for f in (ROOT / folder).rglob("*.py"))]
    found: dict[str, list[str]] = {}
    named: dict[str, list[str]] = {}
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(str(file.relative_to(ROOT)))
        for name in aliases(tree) if file in FILES else ():
            named.setdefault(name, []).append(str(file.relative_to(ROOT)))
    assert {name: where for name, where in found.items() if len(where) > 1} == {}
    ours = {name for name, (where, *_) in found.items() if where.startswith("matrix")}
    assert {name: [*found[name], *where] for name, where in named.items() if name in ours} == {}


def test_streamlit_is_used_at_its_surface() -> None:
    used = {
        name
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in imports(node, file)
        if name.startswith("streamlit.")
    }
    assert {name.rpartition(".")[0] for name in used} == set(INNER)


@pytest.mark.slow
def test_every_imported_library_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    named = {Requirement(one).name.lower().replace("-", "_") for one in [*project["dependencies"], *extras]}
    declared = {IMPORTED_AS.get(name, name) for name in named}
    nodes = [(node, file) for file in FILES for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    used = {name.partition(".")[0] for node, file in nodes for name in imports(node, file)}
    assert used - sys.stdlib_module_names - {"matrix"} <= declared


def test_every_module_of_the_analysis_has_its_tests() -> None:
    modules = {file.stem for file in (ROOT / "matrix/analysis").glob("*.py")} - {"__init__"}
    tested = {file.stem.removeprefix("test_") for file in (ROOT / "tests/analysis").glob("test_*.py")}
    assert modules == tested


def test_what_a_visitor_has_chosen_is_in_one_slot_of_the_session() -> None:
    """Other modules read the values of their widgets from the session, and set none: that is what `bound` is for."""
    sets = re.compile(r"session_state(\.setdefault|\.update|\[[^\]]+\]\s*=[^=])")
    setting = {f.relative_to(ROOT).as_posix() for f in FILES if sets.search(f.read_text(encoding="utf-8"))}
    assert setting == {"matrix/dashboard/visit.py"}
