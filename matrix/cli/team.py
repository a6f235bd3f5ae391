"""The commands for a dataset in a database: `copy` brings one in or out; its `members`, and `upgrade` of its tables."""

from __future__ import annotations

import click

from matrix.cli.options import DatasetAddress
from matrix.dataset.location import Database, Location, name_of
from matrix.wording import escaped, listed, plural


@click.command()
@click.argument("source", metavar="FROM", type=DatasetAddress())
@click.argument("target", metavar="TO", type=DatasetAddress(new=True))
def copy(source: Location, target: Location) -> None:
    """The dataset at FROM, with its texts, layers and histories, at TO as well, where there is none yet.

    Each is a folder, sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME; the tables of a database are made. A
    database's password comes from PGPASSFILE or PGPASSWORD. From database to database the members come along too.

    \b
    Examples:
      policy-matrix copy my-dataset sqlite:///study.db
      policy-matrix copy sqlite:///study.db my-dataset-again
    """
    from matrix.store.copy import copy as copied

    try:
        made = copied(source, target)
    except FileExistsError as e:
        raise click.UsageError(escaped(str(e))) from None
    n = plural(len(made.dataset.frames["statements"]), "statement")
    more = [plural(made.texts, "text")] if made.texts else []
    more += [f"the layers {', '.join(made.layers)}"] if made.layers else []
    more += [plural(made.members, "member")] if made.members else []
    click.echo(
        escaped(f"wrote {target}: {', '.join((n, *more))}; version {made.dataset.version}, as before"),
        err=True,
    )
    if made.left:
        click.echo(escaped(f"not copied, for it is no part of a dataset: {listed(made.left, most=5)}"), err=True)


@click.command()
@click.argument("dataset", type=DatasetAddress())
@click.option("--add", nargs=2, metavar="EMAIL ROLE", help="Invite them, or give them another role.")
@click.option("--remove", metavar="EMAIL", help="Take them out, at once.")
@click.option("--layer", nargs=2, metavar="NAME EMAIL", help="Make a coder's layer theirs, as after copying it in.")
def members(dataset: Location, add: tuple[str, str] | None, remove: str | None, layer: tuple[str, str] | None) -> None:
    """Who may open DATASET, a database, in a dashboard with sign-in, and what they may do there.

    ROLE: reader; coder (a layer of their own); editor (the dataset, its codebook, all layers); owner (members too).
    Whoever is invited is known by that e-mail address when they first sign in, if their provider has verified it, and
    by their provider's own number for them from then on. Who holds the database's password is its administrator.

    \b
    Examples:
      policy-matrix members sqlite:///study.db --add kim@example.org owner
      policy-matrix members sqlite:///study.db --add lee@example.org coder --layer lee lee@example.org
      policy-matrix members sqlite:///study.db --remove kim@example.org
      policy-matrix members sqlite:///study.db
    """
    from matrix.store.members import give_layer, invite, owners_of_layers
    from matrix.store.members import members as everybody
    from matrix.store.members import remove as take_out

    at = _database(dataset)
    if add:
        made = invite(at, *add)
        state = f"is {made.role} now" if made.person else f"will be {made.role} at the first sign-in"
        click.echo(escaped(f"{made.email} {state}"), err=True)
    if remove:
        take_out(at, remove)
        click.echo(escaped(f"{remove.strip().lower()} is no member any more"), err=True)
    if layer:
        give_layer(at, *layer)
        click.echo(escaped(f"the layer {layer[0]} is {layer[1].strip().lower()}'s now"), err=True)
    found = everybody(at)
    if found and not any(member.role == "owner" for member in found):
        click.echo("nobody is an owner yet: only this command can change who the members are", err=True)
    if add or remove or layer:
        return
    owners = owners_of_layers(at)
    for member in found:
        who = f"{member.person}, by {member.person.issuer}" if member.person else "has not signed in yet"
        own = [name for name, email in owners.items() if email == member.email]
        coded = f"; layer {', '.join(own)}" if own else ""
        click.echo(escaped(f"{member.role:6}  {member.email}  {who}{coded}"))
    if not found:
        words = f"{name_of(at)} has no members; the first owner: policy-matrix members {at} --add EMAIL owner"
        click.echo(escaped(words), err=True)


@click.command()
@click.argument("dataset", type=DatasetAddress())
def upgrade(dataset: Location) -> None:
    """Bring the tables of DATASET, a database, to this version of policy-matrix: whole or not at all.

    \b
    Example:
      policy-matrix upgrade sqlite:///study.db
    """
    from matrix.store.database import upgrade as bring_up

    at = _database(dataset)
    done = bring_up(at)
    click.echo(escaped(f"{at}: {'its tables are up to date now' if done else 'nothing to do'}"), err=True)


def _database(at: Location) -> Database:
    if not isinstance(at, Database):
        raise click.UsageError(
            f"{escaped(str(at))} is a folder, which has no members and no tables to upgrade: "
            "policy-matrix copy brings it into a database"
        )
    return at
