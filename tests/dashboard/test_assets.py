"""Scripts reach the browser as one module that runs; what cannot be joined is refused, never dropped."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from matrix.dashboard.assets import HERE, script

ENTRIES = sorted(
    file for file in HERE.parent.rglob("*.js") if "export default" in file.read_text("utf-8") or file.name == "page.js"
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


@pytest.fixture(scope="module")
def node(absent: Callable[[str], NoReturn]) -> str:
    """The path of Node's program."""
    return shutil.which("node") or absent("Node")


def run(node: str, module: str, show: str) -> object:
    """What an expression gives in Node after the module has run."""
    code = module.replace("export default function", "const main = function")
    shown = subprocess.run(
        [node, "--input-type=module", "-e", f"{code}\nconsole.log(JSON.stringify({show}))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(shown.stdout)


def test_modules_keep_their_own_scope_and_run_once(node: str, write: Callable[[str, str], Path]) -> None:
    write("count.js", 'globalThis.ran = (globalThis.ran ?? 0) + 1\nconst secret = "count"\nexport const one = 1\n')
    write(
        "a/add.js",
        'import { one } from "../count.js"\n\nconst secret = "add"\nexport function add(n) {\n  return n + one\n}\n',
    )
    write(
        "b.js",
        'import {\n  one,\n} from "./count.js"\n\nexport class Box {\n  value = one\n}\nexport async function later() {}\n',
    )
    entry = write(
        "entry.js",
        'import { add } from "./a/add.js"\nimport { Box, later } from "./b.js"\n\nconst secret = "entry"\n'
        "export const unused = 0\nexport default function () {\n  return [add(2), new Box().value, typeof later, secret]\n}\n",
    )
    assert run(node, script(entry), "[main(), globalThis.ran]") == [[3, 1, "function", "entry"], 1]


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./other.js"',
        'import other from "./other.js"',
        'import { one as two } from "package"',
        'import "./other.js"',
        "export { one }",
        "export let one = 1",
        'export * from "./other.js"',
        "export default class {}",
    ],
)
def test_other_forms_are_refused(line: str, write: Callable[[str, str], Path]) -> None:
    with pytest.raises(ValueError, match="is not an import or export that can be joined") as refused:
        script(write("entry.js", f"const a = 1\n{line}\n"))
    assert "entry.js" in str(refused.value)


def test_only_the_first_module_has_a_default(write: Callable[[str, str], Path]) -> None:
    write("inner.js", "export const one = 1\nexport default function () {}\n")
    with pytest.raises(ValueError, match=r"inner\.js"):
        script(write("entry.js", 'import { one } from "./inner.js"\n'))


def test_modules_that_import_each_other_are_refused(write: Callable[[str, str], Path]) -> None:
    write("one.js", 'import { two } from "./two.js"\nexport const one = 1\n')
    write("two.js", 'import { one } from "./one.js"\nexport const two = 2\n')
    with pytest.raises(ValueError, match=r"one\.js imports itself by way of two\.js"):
        script(write("entry.js", 'import { one } from "./one.js"\n'))


def test_two_modules_of_one_name_are_refused(write: Callable[[str, str], Path]) -> None:
    write("a/a/same.js", "export const one = 1\n")
    write("a/same.js", "export const two = 1\n")
    entry = write("entry.js", 'import { one } from "./a/a/same.js"\nimport { two } from "./a/same.js"\n')
    with pytest.raises(ValueError, match="two modules"):
        script(entry)


def test_there_is_an_entry_for_the_page_and_each_widget() -> None:
    assert [file.name for file in ENTRIES] == [
        *("links.js", "page.js", "width.js", "changes.js", "filter_bar.js", "by_side.js", "grid.js", "marking.js"),
        "tier_strip.js",
    ]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda file: file.name)
def test_what_is_joined_is_javascript_without_any_import(entry: Path, node: str, tmp_path: Path) -> None:
    text = script(entry)
    assert re.findall(r"^\s*(import|export)\b.*", text, re.MULTILINE) == ["export"] * (entry.name != "page.js")
    joined = tmp_path / "joined.mjs"
    joined.write_text(text, encoding="utf-8")
    subprocess.run([node, "--check", joined], check=True)


def test_comments_with_types_stay_behind(write: Callable[[str, str], Path]) -> None:
    text = (
        "/**\n * @param {Box<number>} a\n */\nexport default function (a) {\n  return /** @type {1} */ (a) /* b */\n}\n"
    )
    assert script(write("entry.js", text)) == "export default function (a) {\n  return  (a) /* b */\n}\n"


def test_the_page_script_holds_nothing_that_streamlit_takes_for_markup() -> None:
    assert not re.search(r"<[/\w!]", script(HERE / "page.js"))


def test_no_javascript_in_python(root: Path) -> None:
    signs = re.compile(r"addEventListener|querySelector|getElementById|setStateValue\(|MutationObserver|ResizeObserver")
    files = [root / "app.py", *(root / "matrix").rglob("*.py")]
    assert [file.name for file in files if signs.search(file.read_text(encoding="utf-8"))] == []
