"""What is generated in a dataset's folder: README.md and datapackage.json; a test says when one of them is stale.

`python -m matrix.store.generated_files FOLDER` writes both and keeps the package's head: name, title, licences, ...
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matrix.dataset.datapackage import PACKAGE_FILE, descriptor, head_bytes, with_record
from matrix.dataset.dataset import Dataset
from matrix.dataset.schema import TABLES, Column, Table
from matrix.store.atomic_files import README_FILE, commit
from matrix.store.files import read
from matrix.store.folder import load
from matrix.wording import clean


def readme(dataset: Dataset) -> str:
    """The dataset's README: what it is, its licence, and every table, column and vocabulary."""
    head = dataset.package.head if dataset.package else {}
    closed = dataset.package.closed if dataset.package else {}
    parts = [f"# {dataset.title}", str(head.get("description", "")).strip(), *_licence(head), _counts(dataset)]
    parts.append(
        "This file is generated from the schema and the tables; docs/data-model.md explains the words of the model."
    )
    for table in TABLES.values():
        if table.name in dataset.columns:
            parts.append(_table(table, dataset, closed))
    return "\n\n".join(p for p in parts if p) + "\n"


def _licence(head: Mapping[str, Any]) -> list[str]:
    named = [f"[{x.get('title') or x.get('name')}]({x.get('path', '')})" for x in head.get("licenses", [])]
    return [f"Licence: {', '.join(named)}. {head.get('rights', '')}".strip()] if named else []


def _counts(dataset: Dataset) -> str:
    rows = [
        f"| [{t.file}](#{t.name.replace('_', '-')}) | {len(dataset.frames[t.name])} | {t.about} |"
        for t in TABLES.values()
        if t.name in dataset.columns
    ]
    return "\n".join(["| table | rows | what it holds |", "|---|---:|---|", *rows])


def _table(table: Table, dataset: Dataset, closed: Mapping[tuple[str, str], Sequence[str]]) -> str:
    lines = [
        f"## {table.name.replace('_', '-')}",
        "",
        table.about,
        "",
        "| column | | holds | meaning |",
        "|---|---|---|---|",
    ]
    for name in dataset.columns[table.name]:
        column = table[name] if name in table else Column(name)
        need = "required" if column.required else ""
        lines.append(f"| `{name}` | {need} | {holds(column)} | {column.about} |")
    for name in dataset.columns[table.name]:
        column = table[name] if name in table else Column(name)
        allowed = closed.get((table.name, name)) or column.values
        if allowed:
            lines += ["", f"`{name}`: " + ", ".join(f"`{v}`" for v in allowed) + "."]
    if table.name in ("stances", "sides", "risk_areas"):
        about = "definition" if "definition" in table else "note"
        lines += ["", "| id | name | meaning |", "|---|---|---|"]
        for row in dataset.frames[table.name].to_dict("records"):
            lines.append(f"| `{row['id']}` | {_cell(row['name'])} | {_cell(row[about])} |")
    return "\n".join(lines)


def holds(column: Column) -> str:
    """What kind of value a column holds, in words."""
    return {
        "id": "id (lower-case slug)",
        "text": "text",
        "ref": f"id in {column.target}",
        "list": f"ids in {column.target}, joined by `;`",
        "vocabulary": "a word of the list below",
        "date": "ISO date, possibly partial",
        "boolean": "`true` or `false`",
        "integer": "whole number",
        "number": "number",
        "colour": "#RRGGBB",
        "url": "http(s) address",
        "hash": "SHA-256, hexadecimal",
    }[column.kind]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def package(dataset: Dataset, folder: Path) -> bytes:
    """The dataset's datapackage.json, with a record of its tables' files as they are in the folder."""
    old = dataset.package
    head, closed = (old.head, old.closed) if old else ({"name": clean(folder.resolve().name)}, {})
    files = {t.file: read(folder, t.file) for t in TABLES.values() if t.name in dataset.columns}
    rows = {name: len(frame) for name, frame in dataset.frames.items()}
    return head_bytes(with_record(descriptor(head, dataset.columns, closed), files, rows, dataset.version))


def main(folder: str) -> None:
    """Write both files of a dataset folder anew."""
    path = Path(folder)
    dataset = load(path)
    commit(path, {PACKAGE_FILE: package(dataset, path)})
    commit(path, {README_FILE: readme(load(path)).encode("utf-8")})


if __name__ == "__main__":
    main(sys.argv[1])
