"""Small random datasets, and the simplest thinkable recomputation: what the fast measures are held against."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import strategies as st

from matrix.dataset.dataset import Dataset

SCALES: dict[str, list[tuple[str, float]]] = {
    "shipped": [],
    "election": [("agree", 1), ("neutral", 0), ("disagree", -1)],
    "likert": [("sa", 3), ("a", 2), ("ra", 1), ("n", 0), ("rd", -1), ("d", -2), ("sd", -3)],
    "tenths": [("plus", 0.3), ("some", 0.1), ("zero", 0), ("minus", -0.7)],
    "single": [("only", 1)],
}
SHIPPED = [("support", 1), ("conditional", 0.5), ("concern", 0), ("oppose", -1)]


def scale_of(name: str) -> list[tuple[str, float]]:
    return [(i, float(s)) for i, s in SCALES[name] or SHIPPED]


def build(scale: str, stated: list[tuple[int, int, str, str]], actors: int = 5, proposals: int = 4) -> Dataset:
    """A dataset of (actor, proposal, stance, date) statements; two sides, one actor of none."""
    frames: dict[str, Any] = {
        "sides": pd.DataFrame({"id": ["us", "china"], "name": ["US", "China"], "main": "true"}),
        "sources": pd.DataFrame({"id": ["one", "two"], "title": ["One", "Two"]}),
        "actors": pd.DataFrame(
            {
                "id": [f"a{i}" for i in range(actors)],
                "name": [f"A{i}" for i in range(actors)],
                "side": [("us", "china", "")[i % 3] for i in range(actors)],
                "authority": [("official", "expert")[i // 3 % 2] for i in range(actors)],
            }
        ),
        "proposals": pd.DataFrame(
            {"id": [f"p{i}" for i in range(proposals)], "title": [f"P{i}" for i in range(proposals)]}
        ),
        "statements": pd.DataFrame(
            [
                {
                    "id": f"s{n}",
                    "actor": f"a{a}",
                    "proposal": f"p{p}",
                    "stance": s,
                    "source": ("one", "two")[n % 2],
                    "condition": "if so" if s == "conditional" else "",
                    "date_start": d,
                    "date_end": d,
                }
                for n, (a, p, s, d) in enumerate(stated)
            ],
            columns=["id", "actor", "proposal", "stance", "source", "condition", "date_start", "date_end"],
        ),
    }
    if SCALES[scale]:
        frames["stances"] = pd.DataFrame(
            [{"id": i, "name": i, "score": str(s), "conditional": "false"} for i, s in SCALES[scale]]
        )
    return Dataset.from_frames(frames)


@st.composite
def datasets(draw: st.DrawFn, scale: str | None = None) -> tuple[str, list[tuple[int, int, str, str]], Dataset]:
    """The name of a scale, the statements, and the dataset of both; actor a4 is often silent."""
    scale = scale or draw(st.sampled_from(sorted(SCALES)))
    stance = st.sampled_from([i for i, _ in scale_of(scale)])
    date = st.sampled_from(["", "2024-12-31", "2025-01-01", "2025", "2025-01-05", "2025-01-06"])
    one = st.tuples(st.integers(0, 3), st.integers(0, 3), stance, date)
    stated = draw(st.lists(one, max_size=25))
    return scale, stated, build(scale, stated)
