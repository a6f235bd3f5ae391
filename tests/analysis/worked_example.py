"""The worked example of docs/measures.md as a dataset: small enough to count by hand; docstrings name it `worked`."""

from __future__ import annotations

import pandas as pd

from matrix.dataset.dataset import Dataset

# Five proposals, two actors, statements as unit: (actor, proposal, stance, how often stated).
STATED = (
    ("a", "p1", "no", 2),
    ("a", "p2", "no", 1),
    ("a", "p3", "yes", 2),
    ("b", "p1", "yes", 2),
    ("b", "p2", "yes", 1),
    ("b", "p3", "yes", 1),
    ("b", "p4", "yes", 1),
    ("b", "p5", "yes", 1),
)


def worked() -> Dataset:
    """A says no twice on p1, once on p2, and yes twice on p3; B says yes 2, 1, 1, 1 and 1 times."""
    lines = [(a, p, s) for a, p, s, times in STATED for _ in range(times)]
    return Dataset.from_frames(
        {
            "stances": pd.DataFrame({"id": ["yes", "no"], "name": ["Yes", "No"], "score": ["1", "-1"]}),
            "sources": pd.DataFrame({"id": ["talks"], "title": ["Talks"]}),
            "actors": pd.DataFrame({"id": ["a", "b"], "name": ["A", "B"]}),
            "proposals": pd.DataFrame({"id": [f"p{i}" for i in range(1, 6)], "title": [f"P{i}" for i in range(1, 6)]}),
            "statements": pd.DataFrame(lines, columns=["actor", "proposal", "stance"]).assign(
                id=[f"s{i}" for i in range(len(lines))], source="talks"
            ),
        }
    )
