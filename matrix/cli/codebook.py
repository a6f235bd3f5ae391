"""The commands on a dataset's codebook: rename, merge, split, move and retire codes; pairs that may be one; old ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matrix.cli.options import dataset_argument, write_step
from matrix.dataset.location import Location, name_of
from matrix.shipped import dataset as shipped
from matrix.wording import clean, escaped, plural

if TYPE_CHECKING:
    from matrix.analysis.codebook import Preview
    from matrix.dataset.codebook import Recoding
    from matrix.dataset.dataset import Dataset

_KINDS = {"proposal": "proposals", "actor": "actors", "theme": "themes", "stance": "stances"}
_CELLS = 40  # positions that change, as many are printed

F = TypeVar("F", bound=Callable[..., Any])

_kind = click.argument("kind", type=click.Choice([*_KINDS]))
_code = click.argument("code")


def _writing(function: F) -> F:
    function = click.option("--why", default="", metavar="TEXT", help="The reason, for the history; --apply needs it.")(
        function
    )
    return click.option("--apply", "apply_", is_flag=True, help="Do it, as one step of the history.")(function)


@click.group()
def codebook() -> None:
    """Rename, merge, split, move and retire codes: proposals, actors, themes, stances.

    Without --apply a command shows what it would change: statements, and positions with old and new. Each is one step
    of the history and can be undone; an id that is gone goes on opening what it became.

    \b
    Examples:
      policy-matrix codebook rename proposal nc3-red-lines my-dataset --title "Red lines"
      policy-matrix codebook merge theme my-dataset --from talks --into process --apply --why "one word for it"
    """


@codebook.command()
@_kind
@_code
@dataset_argument
@click.option("--id", "id_", default="", metavar="ID", help="The new id; of a theme, the new word.")
@click.option("--title", default="", metavar="TEXT", help="The new title or name.")
@_writing
def rename(kind: str, code: str, dataset: Location | None, id_: str, title: str, apply_: bool, why: str) -> None:
    """Give CODE another id, another title, or both.

    \b
    Example:
      policy-matrix codebook rename proposal talks my-dataset --id dialogue --title "A standing dialogue"
    """
    from matrix.dataset.codebook import rename as make

    _run(dataset, lambda data: make(data, _KINDS[kind], code, id=id_, title=title), apply_, why)


@codebook.command()
@_kind
@dataset_argument
@click.option("--from", "merged", multiple=True, required=True, metavar="CODE", help="A code that goes; several times.")
@click.option("--into", required=True, metavar="CODE", help="The code that stays.")
@_writing
def merge(kind: str, dataset: Location | None, merged: tuple[str, ...], into: str, apply_: bool, why: str) -> None:
    """Make one code of several; whatever refers to those that go refers to the one that stays.

    \b
    Example:
      policy-matrix codebook merge actor my-dataset --from mfa --from foreign-ministry --into mofa-china
    """
    from matrix.dataset.codebook import merge as make

    _run(dataset, lambda data: make(data, _KINDS[kind], merged, into=into), apply_, why)


@codebook.command()
@_kind
@_code
@dataset_argument
@click.option(
    "--to", "parts", multiple=True, required=True, metavar="NEW=S1,S2", help="A new code, and the statements it gets."
)
@click.option("--title", "titles", multiple=True, metavar="NEW=TEXT", help="The title of a new code.")
@_writing
def split(
    kind: str,
    code: str,
    dataset: Location | None,
    parts: tuple[str, ...],
    titles: tuple[str, ...],
    apply_: bool,
    why: str,
) -> None:
    """Deal out the statements of CODE between it and new codes; of a theme, its proposals.

    \b
    Example:
      policy-matrix codebook split proposal talks my-dataset --to track-two=s004,s017 --title "track-two=Track II"
    """
    from matrix.dataset.codebook import split as make

    dealt = {new: [s for s in rows.split(",") if s] for new, rows in map(_pair, parts)}
    named = dict(map(_pair, titles))
    _run(dataset, lambda data: make(data, _KINDS[kind], code, dealt, titles=named), apply_, why)


@codebook.command()
@_kind
@_code
@dataset_argument
@click.option("--theme", metavar="TEXT", help="Proposals: the theme; '' for none.")
@click.option("--parent", metavar="ID", help="Proposals: the wider one it is part of; '' for none.")
@click.option(
    "--risk-area", "risk_areas", multiple=True, metavar="ID", help="Proposals: these risk areas; '' for none."
)
@click.option("--side", metavar="ID", help="Actors: the side; '' for none.")
@_writing
def move(
    kind: str,
    code: str,
    dataset: Location | None,
    theme: str | None,
    parent: str | None,
    risk_areas: tuple[str, ...],
    side: str | None,
    apply_: bool,
    why: str,
) -> None:
    """Put a proposal under another theme, parent or risk areas, or an actor on another side.

    \b
    Example:
      policy-matrix codebook move proposal track-two my-dataset --theme process --parent talks
    """
    from matrix.dataset.codebook import move as make

    places: dict[str, Any] = {"theme": theme, "parent": parent, "side": side, "risk_areas": risk_areas or None}
    _run(dataset, lambda data: make(data, _KINDS[kind], [code], **places), apply_, why)


@codebook.command()
@_kind
@_code
@dataset_argument
@_writing
def retire(kind: str, code: str, dataset: Location | None, apply_: bool, why: str) -> None:
    """Take out a code that nothing refers to; one in use is named with what refers to it, and is merged instead.

    \b
    Example:
      policy-matrix codebook retire proposal track-two my-dataset
    """
    from matrix.dataset.codebook import retire as make

    _run(dataset, lambda data: make(data, _KINDS[kind], code), apply_, why)


@codebook.command()
@_kind
@dataset_argument
def hints(kind: str, dataset: Location | None) -> None:
    """Pairs of codes that may be the same: alike in title, or proposals with quotes in common. Nothing is merged.

    \b
    Example:
      policy-matrix codebook hints proposal my-dataset
    """
    from matrix.analysis.codebook import likely_same
    from matrix.dataset.codebook import called
    from matrix.store.folder import load

    data = load(dataset or shipped())
    names = called(data, _KINDS[kind])
    found = likely_same(data, _KINDS[kind])
    for one, other, likeness, shared in found.itertuples(index=False):
        quotes = f", {plural(shared, 'quote')} in common" if shared else ""
        click.echo(clean(f"{one} ({names[one]}) and {other} ({names[other]}): titles {likeness} % alike{quotes}"))
    if found.empty:
        click.echo(f"no two {kind}s look the same", err=True)


@codebook.command()
@dataset_argument
def former(dataset: Location | None) -> None:
    """Ids that are gone, and what each became.

    \b
    Example:
      policy-matrix codebook former my-dataset
    """
    from matrix.store.folder import load

    data = load(dataset or shipped())
    for f in data.former:
        now = data.moved[f.kind].get(f.id, f.id)  # given anew, it means itself
        name = f" ({f.name})" if f.name and f.name != f.id else ""
        became = f"is now {now}" if now else "was taken out"
        click.echo(clean(f"{f.kind.removesuffix('s')} {f.id}{name} {became}{f': {f.why}' if f.why else ''}"))
    if not data.former:
        click.echo("no id was renamed, merged away or taken out", err=True)


def _pair(text: str) -> tuple[str, str]:
    left, divider, right = text.partition("=")
    if not divider or not left.strip():
        raise click.UsageError(f"{text!r} is not of the form NEW=...")
    return left.strip(), right.strip()


def _run(dataset: Location | None, make: Callable[[Dataset], Recoding], apply_: bool, why: str) -> None:
    """Show what an operation would change; with `apply_`, do it."""
    from matrix.analysis.codebook import preview
    from matrix.store.folder import load

    if apply_ and not why.strip():
        raise click.UsageError("--apply needs a reason for the history: --why TEXT")
    folder = dataset or shipped()
    data = load(folder)
    made = make(data)
    _print(preview(data, made))
    if not made.changes:
        click.echo("nothing to change", err=True)
    elif not apply_:
        click.echo("nothing was written; --apply --why TEXT does it", err=True)
    else:
        new = write_step(folder, made.changes, seen=data.version, why=why, kind=made.kind, became=made.became)
        click.echo(f"applied to {escaped(name_of(folder))}, now version {new.version}", err=True)


def _print(found: Preview) -> None:
    click.echo(clean(found.sentence))
    if found.statements:
        click.echo(f"statements: {', '.join(found.statements)}")
    rows: Sequence[tuple[str, str, str, str]] = [*found.frame.itertuples(index=False, name=None)]
    for proposal, actor, before, after in rows[:_CELLS]:
        click.echo(f"  {proposal}, {actor}: {before or 'no position'} -> {after or 'no position'}")
    if len(rows) > _CELLS:
        click.echo(f"  and {len(rows) - _CELLS:,} more positions")
    for note in found.recoding.notes:
        click.echo(f"note: {clean(note)}", err=True)
