"""When who looks was here before: known of those who are signed in, and of nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from matrix.dashboard import visit
from matrix.dataset.dataset import Dataset
from matrix.dataset.location import Database
from matrix.store.members import last_seen as kept

_PAUSE = timedelta(minutes=30)  # without a click ends a visit, as web statistics count; a page loaded anew goes on
_BETWEEN = timedelta(minutes=5)  # a visit is noted again while it goes on


def last_seen(dataset: Dataset) -> str:
    """When the visit of this person before this one ended (ISO, UTC); '' where nobody keeps it, as without sign-in."""
    found = visit.current().looked.get(_who(dataset))
    return found[0] if found else ""


def is_first_visit(dataset: Dataset) -> bool:
    """Whether who is signed in has not been here before."""
    return bool(_who(dataset)) and not last_seen(dataset)


def keep_seen(dataset: Dataset) -> None:
    """Note that who is signed in looks at the dataset now."""
    from matrix.dashboard.pages.data.editing import note_visit  # one of the pages asks this module

    if not (who := _who(dataset)) or not isinstance(dataset.location, Database):
        return
    visits = visit.current().looked
    now = datetime.now(UTC)
    _, noted = visits.get(who, ("", None))
    if noted is not None and now - noted <= _BETWEEN:
        return
    before, noted = _times(kept(dataset.location))  # in another tab the visit may have gone on
    if noted is not None and now - noted >= _PAUSE:
        before, noted = noted.isoformat(timespec="seconds"), None
    if noted is None or now - noted > _BETWEEN:
        note_visit(dataset, f"{now.isoformat(timespec='seconds')} {before}")
        noted = now
    visits[who] = before, noted


def _times(noted: str) -> tuple[str, datetime | None]:
    """When the visit before the last one ended, and when the last one was noted: `TIME TIME`, either may be missing."""
    last, _, before = noted.partition(" ")
    try:
        return before, datetime.fromisoformat(last) if last else None
    except ValueError:
        return "", None


def _who(dataset: Dataset) -> str:
    at = dataset.location
    return f"{at.url} {at.person.issuer} {at.person.subject}" if isinstance(at, Database) and at.person else ""
