"""Make docs/api.md, the reference of the public names, from signatures and docstrings: `make api`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import griffe

import matrix

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "api.md"
WIDTH = 100  # characters of a signature on one line
START = """# Reference

Made from the signatures and docstrings by `make api`; edit those. `import matrix`, then `matrix.load(...)`. After the
dataset (and one path or selection) everything is given by name. What a filter may be is in
[data-model.md](data-model.md), the formulas in [measures.md](measures.md).
"""


def page() -> str:
    """The whole reference as Markdown."""
    package = griffe.load("matrix", search_paths=[ROOT])
    parts = [START]
    for group, names in matrix.GROUPS.items():
        parts.append(f"## {group}\n")
        for name, module in names.items():
            parts += _entry(package, name, module)
    return "\n".join(parts)


def _entry(package: griffe.Object, name: str, module: str) -> Iterator[str]:
    place = module.removeprefix("matrix.").split(".")
    if module == f"matrix.{name}":
        home = package[place]
        yield _section(name, home.docstring)
        for part in home.exports or ():
            # Asked of Python: a module here has the name of its function.
            yield from _entry(package, str(part), getattr(getattr(matrix, name), str(part)).__module__)
        return
    found = package[[*place, name]]
    yield _section(name, found.docstring, _signature(found))
    if isinstance(found, griffe.Function):
        result = package[place].members.get(str(found.returns))
        if (
            isinstance(result, griffe.Alias)
            and result.target_path.startswith("matrix.")
            and result.name not in matrix.__all__
        ):
            result = result.final_target  # a class of another module
        if isinstance(result, griffe.Class):
            fields = ", ".join(f"`.{m.name}`" for m in result.members.values() if not m.name.startswith("_"))
            yield f"**{result.name}** ({fields}): {_text(result.docstring)}\n"
    if isinstance(found, griffe.Class):
        for member in found.members.values():
            if member.is_function and member.docstring and not member.name.startswith("_"):
                kind = "" if "property" in member.labels else _signature(member)
                yield f"**`.{member.name}`**{f'`{_tail(kind)}`' if kind else ''}: {_text(member.docstring)}\n"


def _section(name: str, docstring: griffe.Docstring | None, signature: str = "") -> str:
    code = f"\n```python\n{signature}\n```\n" if signature else ""
    return f"### {name}\n{code}\n{_text(docstring)}\n"


def _text(docstring: griffe.Docstring | None) -> str:
    return docstring.value.strip() if docstring else ""


def _signature(found: griffe.Object) -> str:
    """`name(parameters) -> result` on one line, or with a line for each parameter."""
    name, result = found.name, ""
    if isinstance(found, griffe.Class):
        if not found.parameters and found.bases:
            return f"class {name}({', '.join(map(str, found.bases))})"
        parameters = list(found.parameters)
    else:
        parameters = list(found.parameters)
        result = f" -> {found.returns}" if found.returns else ""
    words: list[str] = []
    named = False
    for p in parameters:
        if p.name in ("self", "cls") or p.name.startswith("_"):
            continue
        if p.kind is griffe.ParameterKind.keyword_only and not named:
            words.append("*")
            named = True
        about = f": {p.annotation}" if p.annotation else ""
        stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(p.kind, "")
        if stars:
            words.append(f"{stars}{p.name}{about}")
            named = True
            continue
        words.append(f"{p.name}{about}" + (f" = {p.default}" if p.default is not None else ""))
    line = f"{name}({', '.join(words)}){result}"
    return line if len(line) <= WIDTH else f"{name}(\n" + "".join(f"    {w},\n" for w in words) + f"){result}"


def _tail(signature: str) -> str:
    return "(" + " ".join(signature.partition("(")[2].split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
