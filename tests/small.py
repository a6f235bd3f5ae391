"""A dataset small enough to count by hand, and the workbook made of it."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.workbook import to_workbook

# Two sides, an uncounted one; `hermit` is named and never heard. On `hotline`: ann backs, bob on a condition, chen
# opposes. On `ban`: chen is mixed; dao's support is superseded by chen's. `pause` has no statement at all.
FRAMES: dict[str, list[dict[str, Any]]] = {
    "sides": [
        {"id": "us", "name": "United States", "counted": True},
        {"id": "china", "name": "China", "counted": True},
        {"id": "rumour", "name": "Unattributed", "counted": False},
    ],
    "actors": [
        {"id": "ann", "name": "Ann", "side": "us", "authority": "official"},
        {"id": "bob", "name": "Bob", "side": "us", "authority": "expert"},
        {"id": "hermit", "name": "The Hermit", "side": "us", "authority": "expert"},
        {"id": "chen", "name": "Chen", "name_native": "陈", "side": "china", "authority": "official"},
        {"id": "dao", "name": "Dao", "name_native": "道", "side": "china", "authority": "expert"},
        {"id": "press", "name": "The press", "side": "rumour", "authority": "unnamed"},
    ],
    "proposals": [
        {"id": "hotline", "title": "A hotline", "title_zh": "热线", "theme": "talks"},
        {"id": "ban", "title": "A ban", "theme": "weapons"},
        {"id": "partial-ban", "title": "A ban in part", "theme": "weapons", "parent": "ban"},
        {"id": "pause", "title": "A pause", "theme": "talks", "parent": "hotline"},
    ],
    "sources": [
        {"id": "early", "title": "Early paper", "date": "2026-05-08", "url": "https://example.org/a?b=1#c"},
        {"id": "late", "title": "Late paper", "date": "2026-06-01", "url": "javascript:alert(1)"},
    ],
    "statements": [
        {"id": "s1", "actor": "ann", "proposal": "hotline", "stance": "support", "source": "early", "quote": "yes"},
        {
            "id": "s2",
            "actor": "bob",
            "proposal": "hotline",
            "stance": "conditional",
            "source": "late",
            "condition": "if both do",
        },
        {"id": "s3", "actor": "chen", "proposal": "hotline", "stance": "oppose", "source": "early"},
        {"id": "s4", "actor": "chen", "proposal": "ban", "stance": "support", "source": "early"},
        {"id": "s5", "actor": "chen", "proposal": "ban", "stance": "oppose", "source": "late"},
        {
            "id": "s6",
            "actor": "dao",
            "proposal": "ban",
            "stance": "support",
            "source": "early",
            "superseded_by": "s4",
        },
        {"id": "s7", "actor": "press", "proposal": "partial-ban", "stance": "concern", "source": "late"},
    ],
}


@lru_cache(maxsize=16)  # both are frozen
def data_of(dataset: Dataset, selection: Selection | None = None) -> bytes:
    """The workbook's bytes."""
    target = BytesIO()
    to_workbook(dataset, target, selection=selection)
    return target.getvalue()
