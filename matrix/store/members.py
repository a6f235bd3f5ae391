"""Who may do what with a dataset in a database: people, their roles, and what each role may read and write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from matrix.dataset import dates
from matrix.dataset.location import Database, Person
from matrix.dataset.problems import DatasetError, SelectionError, not_one_of, shown
from matrix.dataset.schema import MAIN
from matrix.store.files import UnsureError
from matrix.wording import clean

if TYPE_CHECKING:
    from sqlalchemy import Connection

Role = Literal["reader", "coder", "editor", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)
_LONGEST = 200  # characters of an e-mail address or a name that are kept


@dataclass(frozen=True)
class Member:
    """One who was invited by an e-mail address; `person` once they have signed in with it."""

    email: str
    role: Role
    person: Person | None = None
    since: str = ""


class RoleError(PermissionError):
    """What a person's role does not allow; nothing was written."""


@dataclass(frozen=True)
class Permissions:
    """What one who opened a database may do: `role` is '' for its administrator, None for who is not a member."""

    who: str
    role: Role | Literal[""] | None
    layers: frozenset[str] = frozenset()  # of a coder, those that are theirs
    elsewhere: bool = False  # no member, but their verified address is one's who came by another account

    @property
    def sees_layers(self) -> bool:
        """Whether they see what every coder has coded."""
        return self.role in ("", "editor", "owner")

    @property
    def a_role(self) -> str:
        """The role with its article: `a coder`, `an editor`."""
        return f"{'an' if str(self.role)[:1] in 'eo' else 'a'} {self.role}"

    def require_reading(self, layer: str | None) -> None:
        """RoleError where they may not read the dataset, or this layer of it."""
        if self.role is None:
            way = "an owner can invite them"
            if self.elsewhere:
                way = "a member with their address came by another account: an owner can take that out and invite anew"
            raise RoleError(f"{self.who} is not a member of this dataset: {way}")
        if layer and not (self.sees_layers or layer in self.layers):
            raise RoleError(f"{self.who} is {self.a_role} of this dataset and cannot see the layer {shown(layer)}")

    def require_any_writing(self) -> None:
        """RoleError where they may change nothing at all, nor propose a change and see what was proposed."""
        self.require_reading(None)
        if self.role == "reader":
            raise RoleError(f"{self.who} is a reader of this dataset and cannot change it")

    def require_writing(self, layer: str | None, *, new: bool = False) -> None:
        """RoleError where they may not change the dataset, or this layer of it; `new`: the layer is being made."""
        self.require_reading(None)
        allowed = self.sees_layers or (self.role == "coder" and layer and (new or layer in self.layers))
        if not allowed:
            what = f"the layer {shown(layer)}" if layer else "the dataset itself"
            raise RoleError(f"{self.who} is {self.a_role} of this dataset and cannot change {what}")

    def may_write(self, layer: str) -> bool:
        """Whether they may change the dataset, `main`, or this layer of it."""
        return _holds(lambda: self.require_writing(None if layer == MAIN else layer))

    @property
    def may_code(self) -> bool:
        """Whether they may begin a layer of their own, and propose changes."""
        return _holds(self.require_any_writing)


def permissions(c: Connection, at: Database) -> Permissions:
    """What the one who opened the database may do, as its list of members says now."""
    from matrix.store.database import LAYER_OWNERS, MEMBERS

    person = at.person
    if person is None:
        return Permissions("the administrator", "")
    role = c.execute(MEMBERS.select().with_only_columns(MEMBERS.c.role).where(_own(person))).scalar()
    if role not in ROLES:
        own = MEMBERS.c.email == person.email.strip().lower()
        other = c.execute(MEMBERS.select().where(own & (MEMBERS.c.issuer != ""))).first() if person.verified else None
        return Permissions(str(person), None, elsewhere=other is not None)
    owned = (LAYER_OWNERS.c.issuer == person.issuer) & (LAYER_OWNERS.c.subject == person.subject)
    own = c.execute(LAYER_OWNERS.select().with_only_columns(LAYER_OWNERS.c.layer).where(owned)).scalars()
    return Permissions(str(person), cast(Role, role), frozenset(own))


def require_reading(at: Database, layer: str = MAIN) -> None:
    """RoleError where the one who opened the database may not read it, or this layer of it, as its members are now.

    Who was invited and has not been here before becomes a member by that.
    """
    may = permissions_now(at)
    try:
        may.require_reading(None if layer == MAIN else layer)
    except RoleError:
        if not bind(at):
            raise
        require_reading(at, layer)


def is_owner(at: Database) -> bool:
    """Whether the one who opened the database may see and change its members; of its administrator the command may."""
    try:
        return at.person is not None and _holds(lambda: _require_owner(permissions_now(at)))
    except (DatasetError, OSError):
        return False


def _holds(require: Callable[[], None]) -> bool:
    try:
        require()
    except RoleError:
        return False
    return True


_asked: ContextVar[dict[Database, Permissions] | None] = ContextVar("_asked", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """While one page is drawn, the questions above go to a database once; what reads or writes its rows asks anew."""
    if _asked.get() is not None:
        yield
        return
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def ask_again() -> None:
    """Something was written: what was answered before may not hold any more."""
    if known := _asked.get():
        known.clear()


def permissions_now(at: Database) -> Permissions:
    """What the one who opened the database may do; OSError, DatasetError where it does not answer."""
    from matrix.store.database import reading_rows

    known = _asked.get()
    if known is not None and at in known:
        return known[at]
    with reading_rows(at) as (_, may):
        pass
    if known is not None:
        known[at] = may
    return may


def members(at: Database) -> list[Member]:
    """Everybody who was invited, by e-mail address; only an owner and the administrator may ask."""
    from matrix.store.database import MEMBERS, reading_rows

    with reading_rows(at) as (c, may):
        _require_owner(may)
        return [_member(row) for row in c.execute(MEMBERS.select().order_by(MEMBERS.c.email)).mappings()]


def invite(at: Database, email: str, role: str) -> Member:
    """Give somebody a role, by the address with which they will sign in; who is a member already gets another role.

    SelectionError for what is no address or no role, and where the last owner would lose that role.
    """
    from matrix.store.database import MEMBERS

    address = _address(email)
    name, _, host = address.rpartition("@")
    if host != "localhost" and not all(["." in host, *host.split(".")]):  # an invitation that nobody could take
        raise SelectionError(f"members: {shown(email)} is not an e-mail address: one is as in {name[:20]}@example.org")
    if role not in ROLES:
        raise SelectionError(f"role: {not_one_of(role, ROLES)}")
    with _changing(at) as c:
        _keep_an_owner(c, address, role)
        known = c.execute(MEMBERS.select().where(MEMBERS.c.email == address)).mappings().first()
        if known is None:
            c.execute(MEMBERS.insert().values(email=address, role=role, since=dates.now()))
        else:
            c.execute(MEMBERS.update().where(MEMBERS.c.email == address).values(role=role))
        found = c.execute(MEMBERS.select().where(MEMBERS.c.email == address)).mappings().one()
        return _member(found)


def remove(at: Database, email: str) -> None:
    """Take somebody out, at once; SelectionError where they are not a member, and for the last owner."""
    from matrix.store.database import MEMBERS

    address = _address(email)
    with _changing(at) as c:
        _row_of(c, address)
        _keep_an_owner(c, address, "")
        c.execute(MEMBERS.delete().where(MEMBERS.c.email == address))


def bind(at: Database) -> bool:
    """Make the one who signed in the member who was invited by their address; whether that was done now.

    Only by a verified address, and only where nobody has come by that invitation before: from then on they are known by
    issuer and subject, whatever address they have later.
    """
    from matrix.store.database import LAYER_OWNERS, MEMBERS, changing_rows

    person = at.person
    if person is None or not (person.verified and person.email and person.issuer and person.subject):
        return False
    with _repeatable(at), changing_rows(at) as (c, _):
        if c.execute(MEMBERS.select().where(_own(person))).first() is not None:
            return False
        open_ = (MEMBERS.c.email == person.email.strip().lower()) & (MEMBERS.c.issuer == "")
        bound = c.execute(
            MEMBERS.update()
            .where(open_)
            .values(issuer=person.issuer, subject=person.subject, name=clean(person.name)[:_LONGEST])
        )
        given = (LAYER_OWNERS.c.issuer == "") & (LAYER_OWNERS.c.subject == person.email.strip().lower())
        if bound.rowcount == 1:
            c.execute(LAYER_OWNERS.update().where(given).values(issuer=person.issuer, subject=person.subject))
        return bool(bound.rowcount == 1)


@contextmanager
def _repeatable(at: Database) -> Iterator[None]:
    """For what is simply done again with the next page: nobody has to look whether it was written."""
    try:
        yield
    except UnsureError:
        raise ConnectionError(f"{at} cannot be reached") from None


def last_seen(at: Database) -> str:
    """When the one who signed in looked, as `look` noted it; '' for never."""
    from matrix.store.database import MEMBERS, reading_rows

    if at.person is None:
        return ""
    with reading_rows(at) as (c, _):
        return str(c.execute(MEMBERS.select().with_only_columns(MEMBERS.c.seen).where(_own(at.person))).scalar() or "")


def look(at: Database, when: str) -> None:
    """Note when the one who signed in looked: a text of the dashboard's."""
    from matrix.store.database import MEMBERS, changing_rows

    if at.person is None:
        return
    with changing_rows(at) as (c, may):
        may.require_reading(None)
        c.execute(MEMBERS.update().where(_own(at.person)).values(seen=when))


def give_layer(at: Database, layer: str, email: str) -> None:
    """Make a layer a member's own, whoever had it; SelectionError for no such layer and for no member.

    A layer that was copied in, or begun by the administrator, is nobody's until then.
    """
    from matrix.store.database import COLUMNS, LAYER_OWNERS

    address = _address(email)
    with _changing(at) as c:
        member = _row_of(c, address)
        there = {*c.execute(COLUMNS.select().with_only_columns(COLUMNS.c.layer)).scalars()} - {MAIN}
        if layer not in there:
            raise SelectionError(f"layer: {not_one_of(layer, sorted(there))}")
        who = (member["issuer"], member["subject"] if member["issuer"] else address)
        c.execute(LAYER_OWNERS.delete().where(LAYER_OWNERS.c.layer == layer))
        c.execute(LAYER_OWNERS.insert().values(layer=layer, issuer=who[0], subject=who[1]))


def owners_of_layers(at: Database) -> dict[str, str]:
    """Whose each layer is, by e-mail address; those that are nobody's are left out."""
    from matrix.store.database import LAYER_OWNERS, MEMBERS, reading_rows

    with reading_rows(at) as (c, may):
        _require_owner(may)
        known = {
            (m["issuer"], m["subject"] if m["issuer"] else m["email"]): m["email"]
            for m in c.execute(MEMBERS.select()).mappings()
        }
        found = c.execute(LAYER_OWNERS.select().order_by(LAYER_OWNERS.c.layer)).mappings()
        return {o["layer"]: known[who] for o in found if (who := (o["issuer"], o["subject"])) in known}


def copy_members(source: Database, target: Database) -> int:
    """Copy who the members are, and whose layers are whose, into a database that has none yet; how many there are."""
    from matrix.store.database import LAYER_OWNERS, MEMBERS, reading_rows

    with reading_rows(source) as (c, may):
        _require_owner(may)
        rows = {table: [dict(r) for r in c.execute(table.select()).mappings()] for table in (MEMBERS, LAYER_OWNERS)}
    with _changing(target) as c:
        for table, found in rows.items():
            if found:
                c.execute(table.insert(), found)
    return len(rows[MEMBERS])


def _own(person: Person) -> Any:
    from matrix.store.database import MEMBERS

    # Who was invited and has not come yet has no issuer: that is nobody who signs in.
    return (MEMBERS.c.issuer == person.issuer) & (MEMBERS.c.subject == person.subject) & (MEMBERS.c.issuer != "")


@contextmanager
def _changing(at: Database) -> Iterator[Connection]:
    from matrix.store.database import changing_rows

    with changing_rows(at) as (c, may):
        _require_owner(may)
        yield c


def _require_owner(may: Permissions) -> None:
    may.require_reading(None)
    if may.role not in ("", "owner"):
        raise RoleError(f"{may.who} is {may.a_role} of this dataset: its members are the owners' to see and change")


def _keep_an_owner(c: Connection, address: str, role: str) -> None:
    """SelectionError where nobody would be an owner any more."""
    from matrix.store.database import MEMBERS

    owners = [
        *c.execute(MEMBERS.select().with_only_columns(MEMBERS.c.email).where(MEMBERS.c.role == "owner")).scalars()
    ]
    if owners == [address] and role != "owner":
        raise SelectionError(f"members: {shown(address)} is the last owner: make somebody else an owner first")


def _row_of(c: Connection, address: str) -> Any:
    """The member of this address; SelectionError for none."""
    from matrix.store.database import MEMBERS

    found = c.execute(MEMBERS.select().where(MEMBERS.c.email == address)).mappings().first()
    if found is None:
        everybody = [*c.execute(MEMBERS.select().with_only_columns(MEMBERS.c.email)).scalars()]
        raise SelectionError(f"members: {not_one_of(address, everybody)}")
    return found


def _address(email: str) -> str:
    address = email.strip().lower()
    if len(address) > _LONGEST or not re.fullmatch(r"[^\s@<>\x00-\x1f]+@[^\s@<>\x00-\x1f]+", address):
        raise SelectionError(f"members: {shown(email)} is not an e-mail address")
    return address


def _member(row: Any) -> Member:
    person = Person(row["issuer"], row["subject"], row["email"], True, row["name"]) if row["issuer"] else None
    return Member(row["email"], cast(Role, row["role"]), person, row["since"])
