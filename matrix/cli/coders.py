"""The commands for several coders: `layer`, `agreement` between them, and `reconcile`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from matrix.cli.options import dataset_argument, format_option, pairs, print_table, width
from matrix.dataset.location import Location, name_of
from matrix.shipped import dataset as shipped
from matrix.wording import clean, escaped, listed, plural

if TYPE_CHECKING:
    from matrix.analysis.agreement import Agreement
    from matrix.analysis.differences import Difference, Differences
    from matrix.dataset.dataset import Dataset, Record
    from matrix.store.reconcile import Settlement

BY = ("source", "proposal", "actor", "side", "stance", "unit")
_UNITS_SHOWN = 20  # in text; csv and json have all


# ---- layers


@click.group()
def layer() -> None:
    """A coder's layer: statements of their own beside the dataset's, blind to every other layer.

    \b
    Examples:
      policy-matrix layer new kim my-dataset
      policy-matrix show --layer kim my-dataset
      policy-matrix layer finish kim early-paper my-dataset
      policy-matrix layer list my-dataset
    """


@layer.command("new")
@click.argument("name")
@dataset_argument
def new(name: str, dataset: Location | None) -> None:
    """Begin a layer; in a folder its statements are in layers/NAME/statements.csv.

    \b
    Example:
      policy-matrix layer new kim my-dataset
    """
    from matrix.store.layers import new_layer

    folder = dataset or shipped()
    new_layer(folder, name)
    click.echo(f"{escaped(str(folder))}: the new layer {name}, without statements", err=True)


@layer.command("finish")
@click.argument("name")
@click.argument("source")
@dataset_argument
def finish(name: str, source: str, dataset: Location | None) -> None:
    """Mark a source as read to the end: only then it is compared, and its statements stay as they are.

    \b
    Example:
      policy-matrix layer finish kim early-paper my-dataset
    """
    from matrix.store.layers import finish as mark

    _say_finished(mark(dataset or shipped(), source, layer=name))


@layer.command("reopen")
@click.argument("name")
@click.argument("source")
@dataset_argument
def reopen(name: str, source: str, dataset: Location | None) -> None:
    """Take back that a source is finished, to go on coding it.

    \b
    Example:
      policy-matrix layer reopen kim early-paper my-dataset
    """
    from matrix.store.layers import reopen as mark

    _say_finished(mark(dataset or shipped(), source, layer=name))


@layer.command("list")
@dataset_argument
@format_option
def list_(dataset: Location | None, format_: str) -> None:
    """The layers of DATASET: how many statements, which sources are finished and which are open.

    \b
    Example:
      policy-matrix layer list my-dataset
    """
    import pandas as pd

    from matrix.dataset.problems import number_of
    from matrix.dataset.selection import Selection
    from matrix.store.folder import load
    from matrix.store.layers import layers

    folder = dataset or shipped()
    found = layers(folder)
    if not found:
        click.echo(f"{escaped(name_of(folder))} has no layers; policy-matrix layer new NAME begins one", err=True)
    if format_ != "text":
        rows = [
            (x.name, x.version, x.statements, ";".join(x.finished), ";".join(x.open), number_of(x.problems))
            for x in found
        ]
        names = ["layer", "version", "statements", "finished", "open", "problems"]
        table = pd.DataFrame(rows, columns=names).set_index("layer")
        print_table(table, "layer", format_, load(folder), Selection())
        return
    for x in found:
        if x.problems:
            many = plural(number_of(x.problems), "problem")
            click.echo(escaped(f"{x.name}  cannot be used: {many}; policy-matrix check --layer {x.name} names all"))
            continue
        done = f"finished: {listed(x.finished)}" if x.finished else "nothing finished"
        still = f"; open: {listed(x.open)}" if x.open else ""
        click.echo(escaped(f"{x.name}  {plural(x.statements, 'statement')}; {done}{still}"))


def _say_finished(made: Dataset) -> None:
    done = f"finished are {listed(made.finished)}" if made.finished else "nothing is finished"
    click.echo(escaped(f"{made.layer}: {done}"), err=True)


# ---- agreement


@click.command()
@dataset_argument
@click.option("--layers", metavar="A,B,...", help="The layers to compare; main may be one. Left out, all of them.")
@click.option(
    "--by", type=click.Choice(BY), help="Of two layers: a table by source, ..., stance (who said what), unit."
)
@format_option
def agreement(dataset: Location | None, layers: str | None, by: str | None, format_: str) -> None:
    """How well coders agree on the sources that they have finished: figures with n and a 95 % interval.

    \b
    Examples:
      policy-matrix agreement my-dataset
      policy-matrix agreement --layers kim,lee --by stance my-dataset
      policy-matrix agreement --layers kim,main --format csv my-dataset
    """
    from matrix.analysis.agreement import agreement as agreement_of
    from matrix.dataset.selection import Selection
    from matrix.store.folder import load

    folder = dataset or shipped()
    coders = [load(folder, layer=name) for name in _named(folder, layers)]
    found = agreement_of(coders)
    if by and len(coders) > 2:
        raise click.UsageError(f"--by {by} is of two layers: --layers A,B")
    if format_ == "text":
        click.echo("".join(f"{line}\n" for line in _agreement_text(found, by)), nl=False)
        return
    about = {"n": found.n, "sentence": found.sentence, "sources": found.sources, "formula": found.formula}
    table = _table_by(found, by) if by else found.frame.set_index("coders")
    print_table(table, str(table.index.name), format_, load(folder), Selection(), about)
    if format_ != "json":
        click.echo(found.sentence, err=True)


def _named(folder: Location, given: str | None) -> list[str]:
    """The layers that are meant: those that are named, else all; of a single one the dataset itself is the other."""
    from matrix.store.files import layers

    if given is not None:
        return [name.strip() for name in given.split(",")]
    there = [*layers(folder)]
    if not there:
        raise click.UsageError("the dataset has no layers to compare; policy-matrix layer new NAME begins one")
    return there if len(there) > 1 else [*there, "main"]


def _table_by(found: Agreement, by: str) -> Any:
    if by == "stance":
        return found.confusion()
    if by == "unit":
        return found.behind().set_index("source")
    named: Any = by
    return found.by(named)


def _agreement_text(found: Agreement, by: str | None) -> Iterator[str]:
    from matrix.analysis.agreement import FIGURES
    from matrix.cli.terminal import wrapped

    yield from wrapped(clean(found.sentence).split(" "), width())
    if not found.n:
        return
    if by:
        yield ""
        table = _table_by(found, by)
        columns = [c for c in table.columns if not str(c).startswith("n_")]
        shown = table[columns].head(_UNITS_SHOWN if by == "unit" else len(table)).reset_index()
        if by == "side":
            shown[by] = shown[by].mask(shown[by] == "", "no side")
        text = shown.to_string(index=False, float_format=lambda v: f"{v:.3f}", na_rep="-")
        yield from map(escaped, text.split("\n"))
        if len(shown) < len(table):
            yield f"{len(table) - len(shown)} more units: --format csv lists all"
        return
    for coders, rows in found.frame.groupby("coders", sort=False):
        yield ""
        yield escaped(f"{'all of ' + listed(found.coders) if coders == 'all' else listed(str(coders).split(';'))}")
        for line in rows.to_dict("records"):
            name = FIGURES[str(line["measure"])].name
            if line["why"]:
                yield f"  {name:<24}     -                    {line['why']} (n = {line['n']})"
                continue
            number = f"{line['value']:6.3f}  {line['low']:6.3f} to {line['high']:6.3f}"
            yield f"  {name:<24} {number}  n = {line['n']} {line['n_counts']}"
    yield ""
    drawn = str(found.frame["drawn"].iloc[0])
    words = "of sources" if drawn == "sources" else "of units, as fewer than five sources are compared"
    yield from wrapped(f"95 % of {found.draws:,} seeded bootstrap draws {words}.".split(" "), width())
    for figure in FIGURES.values():
        yield from wrapped(f"{figure.formula}".split(" "), width())


# ---- reconcile


def _columns(_ctx: click.Context, _option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """`COLUMN=VALUE` options as a mapping; the value may be empty, and may hold `=`."""
    made = {}
    for text in given:
        column, divider, value = text.partition("=")
        if not divider or not column.strip():
            raise click.BadParameter(f"{text!r} is not of the form COLUMN=VALUE")
        made[column.strip()] = value.strip()
    return made


@click.command()
@dataset_argument
@click.option("--layers", required=True, metavar="A,B", help="The two layers; A is mine, B theirs. Either may be main.")
@click.option(
    "--decide",
    "decisions",
    multiple=True,
    callback=pairs,
    metavar="UNIT=CHOICE",
    help="mine, theirs, both, neither or edited; kept at once.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why; each decision needs it.")
@click.option(
    "--set",
    "values",
    multiple=True,
    callback=_columns,
    metavar="COLUMN=VALUE",
    help="With edited: in which columns the statement differs from mine; COLUMN= for none.",
)
@click.option("--withdraw", multiple=True, metavar="UNIT", help="Take a decision back.")
@click.option("--apply", "apply_", is_flag=True, help="Carry out what is decided, in one step of the history.")
@format_option
def reconcile(
    dataset: Location | None,
    layers: str,
    decisions: dict[str, str],
    reason: str,
    values: dict[str, str],
    withdraw: Sequence[str],
    apply_: bool,
    format_: str,
) -> None:
    """Where two coders differ, over the sources that both have finished; decided one by one, then carried out.

    Without --apply it says what would change. Units on which both agree are taken over too.

    \b
    Examples:
      policy-matrix reconcile --layers kim,lee my-dataset
      policy-matrix reconcile --layers kim,lee --decide early-paper~ann~ban=theirs --reason "see page 3" my-dataset
      policy-matrix reconcile --layers kim,lee --apply my-dataset
    """
    from matrix.store.decisions import withdraw as take_back
    from matrix.store.lock import whoami
    from matrix.store.reconcile import decide, differences_of, settle, settlement

    folder, names = dataset or shipped(), [name.strip() for name in layers.split(",")]
    if len(names) != 2:
        raise click.UsageError(f"--layers {layers}: two are reconciled, as in --layers kim,lee")
    one, other = names
    found = differences_of(folder, one, other)
    if values and "edited" not in decisions.values():
        raise click.UsageError("--set belongs to --decide UNIT=edited")
    for unit in (*withdraw, *decisions):  # before the first is kept
        found.of(unit)
    for unit in withdraw:
        if (made := found.of(unit).decision) is None:
            raise click.UsageError(f"--withdraw {unit}: nothing was decided on it")
        take_back(folder, made)
    for unit, choice in decisions.items():
        changed = values if choice == "edited" else None
        decide(folder, found, unit, choice, reason=reason, by=whoami(), values=changed)
    if withdraw or decisions:
        found = differences_of(folder, one, other)
    _print_differences(folder, found, format_)
    if apply_:
        done = settle(folder, one, other, by=whoami(), reason=reason)
        _say_settled(done, "wrote" if done.changes else "nothing to write:")
    else:
        _say_settled(settlement(folder, one, other), "--apply would write")


def _print_differences(folder: Location, found: Differences, format_: str) -> None:
    from matrix.dataset.selection import Selection
    from matrix.store.folder import load

    if format_ == "text":
        click.echo("".join(f"{line}\n" for line in _differences_text(found)), nl=False)
        return
    about = {"n": found.n, "alike": len(found.alike), "sentence": found.sentence, "formula": found.formula}
    print_table(found.frame.set_index("unit"), "unit", format_, load(folder), Selection(), about)


def _differences_text(found: Differences) -> Iterator[str]:
    from matrix.cli.terminal import wrapped

    yield from wrapped(clean(found.sentence).split(" "), width())
    for d in found.items:
        yield ""
        yield from _difference(d, found.coders)


def _difference(d: Difference, coders: tuple[str, str]) -> Iterator[str]:
    from matrix.analysis.differences import KINDS
    from matrix.cli.terminal import wrapped

    yield escaped(f"{d.unit}  {KINDS[d.kind]}  [{d.state}]")
    for name, statements in zip(coders, (d.one, d.other), strict=True):
        for s in statements:
            yield from wrapped(clean(f"{name} {s['id']}: {_statement(s)}").split(" "), width(), "    ")
        if not statements:
            yield f"    {name}: not recorded"
    if d.without_effect:
        yield from wrapped(clean(d.without_effect).split(" "), width(), "    ")
    if d.decision:
        yield from wrapped(clean(f"{d.decision.decision}: {d.decision.reason}").split(" "), width(), "    ")


def _statement(s: Record) -> str:
    parts = [str(s["stance"]), f"on the condition: {s['condition']}" if s["condition"] else ""]
    parts.append(f"“{s['quote']}”" + (f" at {s['start']}" if s["start"] else "") if s["quote"] else "")
    dated = " to ".join(dict.fromkeys(d for d in (s["date_start"], s["date_end"]) if d))
    return "; ".join(filter(None, [*parts, str(s["attribution"]), dated]))


def _say_settled(found: Settlement, verb: str) -> None:
    for line in (*found.refused, *found.notes):
        click.echo(escaped(line), err=True)
    if found.made and not found.changes:
        click.echo("what is decided is as the dataset has it already", err=True)
    click.echo(escaped(f"{verb} {plural(len(found.changes), 'change')} ({found.sentence})"), err=True)
