"""datapackage.json (Frictionless Data Package, version 1): read into a Package, and generated from the schema."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from matrix.dataset.schema import COLOUR, PARTIAL_DATE, SHA256, SLUG, TABLES, Column, Table

PACKAGE_FILE = "datapackage.json"
PROFILE = "tabular-data-package"
_SAVED_VERSION = "savedVersion"  # the dataset's version; `version` is the number that its makers give it
_RECORD = ("bytes", "hash", "rows")  # of a resource, as Frictionless names them
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Saved:
    """A table's file as it was when the dataset was last saved, and that dataset's version ('': not known)."""

    bytes: int
    sha256: str
    rows: int
    version: str


@dataclass(frozen=True)
class Package:
    """What datapackage.json says beyond the tables: name, title, licence - and which vocabularies are closed.

    `head` holds every top-level property but `resources`; `closed` maps (table, column) to the allowed values;
    `resources` are the descriptors as they were read, so that what we do not know in them survives a save. `saved`
    tells of each table's file when it was last saved: it belongs to the folder, and a save records it anew.
    """

    head: Mapping[str, Any] = field(default_factory=dict)
    closed: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    resources: tuple[Mapping[str, Any], ...] = ()
    saved: Mapping[str, Saved] = field(default_factory=dict, compare=False)

    @property
    def title(self) -> str:
        return str(self.head.get("title") or self.head.get("name") or "")


def read_package(descriptor: Any) -> Package:
    """The package that a parsed datapackage.json describes; ValueError with a plain sentence where it is none."""
    if not isinstance(descriptor, dict):
        raise ValueError("is not a Data Package: an object with a list 'resources' is expected")
    resources = descriptor.get("resources", [])
    if not isinstance(resources, list) or not all(isinstance(r, dict) for r in resources):
        raise ValueError("is not a Data Package: 'resources' is not a list of objects")
    closed: dict[tuple[str, str], tuple[str, ...]] = {}
    for resource in resources:
        schema = resource.get("schema")
        fields = schema.get("fields", []) if isinstance(schema, dict) else []
        for f in fields if isinstance(fields, list) else []:
            constraints = f.get("constraints") if isinstance(f, dict) else None
            enum = constraints.get("enum") if isinstance(constraints, dict) else None
            if isinstance(enum, list) and enum:
                closed[str(resource.get("name")), str(f.get("name"))] = tuple(map(_as_text, enum))
    head = {k: v for k, v in descriptor.items() if k not in ("resources", _SAVED_VERSION)}
    version = descriptor.get(_SAVED_VERSION)
    saved = {str(r.get("name")): found for r in resources if (found := _saved(r, version))}
    return Package(head, closed, tuple(_without_record(r) for r in resources), saved)


def _saved(resource: Mapping[str, Any], version: Any) -> Saved | None:
    """What a resource records of its file; None where that is not what a save of ours writes."""
    size, digest, rows = (resource.get(k) for k in _RECORD)
    found = _SHA256.fullmatch(digest) if isinstance(digest, str) else None
    if type(size) is not int or type(rows) is not int or found is None:
        return None
    known = isinstance(version, str) and re.fullmatch("[0-9a-f]{12}", version)
    return Saved(size, found[1], rows, version if known else "")


def _without_record(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    return {k: v for k, v in resource.items() if k not in _RECORD or resource.get("name") not in TABLES}


def with_record(
    descriptor: Mapping[str, Any], files: Mapping[str, bytes | None], rows: Mapping[str, int], version: str
) -> dict[str, Any]:
    """The descriptor with size, SHA-256 and number of rows of each table, so that a file cut short is noticed.

    `files`: file name and contents; `rows`: table name and number of rows; `version`: the dataset's.
    """
    resources = []
    for resource in descriptor["resources"]:
        content = files.get(TABLES[resource["name"]].file)
        if content is not None:
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            record = zip(_RECORD, (len(content), digest, rows[resource["name"]]), strict=True)
            resource = {**resource, **dict(record)}
        resources.append(resource)
    return {**descriptor, _SAVED_VERSION: version, "resources": resources}


def _as_text(value: Any) -> str:
    """An enum value of the descriptor in the form in which a cell holds it (`true`, not `True`)."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def descriptor(
    head: Mapping[str, Any], columns: Mapping[str, Sequence[str]], closed: Mapping[tuple[str, str], Sequence[str]]
) -> dict[str, Any]:
    """A Data Package descriptor (Frictionless, version 1) of the given columns of the given tables.

    `closed` lists the allowed values of columns that take no others; the built-in vocabularies are always listed.
    """
    resources = [_resource(t, columns[t.name], closed, columns) for t in TABLES.values() if t.name in columns]
    return {**head, "profile": PROFILE, "resources": resources}


def _resource(
    table: Table,
    names: Sequence[str],
    closed: Mapping[tuple[str, str], Sequence[str]],
    tables: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    fields = [_field(table[n] if n in table else Column(n), closed.get((table.name, n))) for n in names]
    keys = [
        {"fields": c.name, "reference": {"resource": "" if c.target == table.name else c.target, "fields": "id"}}
        for c in table.columns
        if c.kind == "ref" and c.name in names and c.target in tables
    ]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": "id", "missingValues": [""]}
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "path": table.file,
        "description": table.about,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column, closed: Sequence[str] | None) -> dict[str, Any]:
    kinds = {"boolean": "boolean", "integer": "integer", "number": "number"}
    patterns = {
        "id": SLUG,
        "list": f"{SLUG}(;{SLUG})*",
        "date": PARTIAL_DATE,
        "colour": COLOUR,
        "hash": SHA256,
    }
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.kind == "id":
        constraints["unique"] = True
    if column.kind in patterns:
        constraints["pattern"] = patterns[column.kind]
    allowed = closed if closed is not None else column.values
    if allowed:
        constraints["enum"] = list(allowed)
    result: dict[str, Any] = {"name": column.name, "type": kinds.get(column.kind, "string")}
    if column.kind == "boolean":
        result |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.about:
        result["description"] = column.about
    if constraints:
        result["constraints"] = constraints
    return result


def updated(package: Package, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The package's own descriptor, with what the tables have gained described and what they have lost left out."""
    made = descriptor(package.head, columns, package.closed)
    known = {str(r.get("name")): r for r in package.resources}
    return {**package.head, "resources": [_merged(known.get(r["name"]), r) for r in made["resources"]]}


def with_words(package: Package, table: str, column: str, words: Sequence[str]) -> Package:
    """The package with other allowed values of a column that it closes."""

    def field_of(f: Any) -> Any:
        if not isinstance(f, dict) or f.get("name") != column or not isinstance(f.get("constraints"), dict):
            return f
        return {**f, "constraints": {**f["constraints"], "enum": list(words)}}

    def resource_of(r: Mapping[str, Any]) -> Mapping[str, Any]:
        schema = r.get("schema")
        fields = schema.get("fields") if isinstance(schema, dict) and r.get("name") == table else None
        return {**r, "schema": {**schema, "fields": [*map(field_of, fields)]}} if schema and fields else r

    resources = tuple(map(resource_of, package.resources))
    return replace(package, closed={**package.closed, (table, column): tuple(words)}, resources=resources)


def _merged(old: Mapping[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    if old is None:
        return new
    schema = old.get("schema")
    schema = schema if isinstance(schema, dict) else {}
    described = {f.get("name"): f for f in schema.get("fields", []) if isinstance(f, dict)}
    fields = [described.get(f["name"], f) for f in new["schema"]["fields"]]
    return {**old, "schema": {**new["schema"], **schema, "fields": fields}}


def head_bytes(descriptor: Mapping[str, Any]) -> bytes:
    """A descriptor as JSON text, readable and stable."""
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
