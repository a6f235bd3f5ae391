"""The qualifier of a DNA statement becomes a stance: a boolean one of the shipped scale, an integer one of its own."""

from __future__ import annotations

from collections.abc import Mapping

from matrix.dataset.schema import SHIPPED_STANCES
from matrix.exchange.arriving.database import Value

NO_VALUE = {"boolean": "neither 0 nor 1", "integer": "no whole number"}


def stance_of(value: Value, scale: str) -> tuple[str, int | float] | None:
    """The stance id and score of a qualifier's value; None where there is none or it is not of the scale."""
    if not isinstance(value, int) or (scale == "boolean" and value not in (0, 1)):
        return None
    if scale == "boolean":
        return ("support", 1) if value else ("oppose", -1)
    return ("zero" if not value else f"{'plus' if value > 0 else 'minus'}-{abs(value)}"), value


def scale_of(taken: Mapping[str, int | float], scale: str) -> list[Mapping[str, str]]:
    """The stances table: the shipped support and oppose for a boolean, one stance a number for an integer."""
    if scale == "boolean":
        return [s for s in SHIPPED_STANCES if s["id"] in ("support", "oppose")]
    return [
        {"id": id, "name": f"{score:+d}" if score else "0", "score": str(score), "conditional": "false"}
        for id, score in sorted(taken.items(), key=lambda item: -item[1])
    ]
