"""A dataset whose positions change from month to month, and events: what the tests of time share."""

from __future__ import annotations

from matrix.dataset.dataset import Dataset
from tests.tiny import dataset

DAY = "date_start={0} date_end={0}"
EVENTS = (
    "id|title|date_start|date_end|kind|sides|proposals|source|quote|status|conflicts_with|note",
    "met|They met|2026-02-01|2026-02-01|meeting|north;south|talk|early||confirmed|denied|",
    "denied|They did not meet|||claim|south|talk|late||unconfirmed|met|",
    "hush|No word from the South|2026-03|2026-03|official silence|south|ban|late||confirmed||",
    "other|A third speaks|2026-03-01||claim|||early||planned||Ann is named here",
)


def considering_then_agreed() -> Dataset:
    """North considers on 1 March, agrees on 1 April in bob's words; cem opposes from 1 May on, undated dee backs."""
    return dataset(
        f"ann talk conditional early superseded_by=s2 {DAY.format('2026-03-01')}",
        f"bob talk support early {DAY.format('2026-04-01')}",
        f"cem talk oppose late {DAY.format('2026-05-01')}",
        "dee talk support late",
    )


def said(*lines: str) -> Dataset:
    """`ann talk support 2026-01-10`, or without a day."""
    rows = []
    for line in lines:
        who, what, stance, *rest = line.split()
        day = [DAY.format(rest.pop(0))] if rest and rest[0][:4].isdigit() else []
        rows.append(" ".join([who, what, stance, "late", *day, *rest]))
    return dataset(*rows)
