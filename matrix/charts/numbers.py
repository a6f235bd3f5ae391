"""A value of a measure becomes what stands in a cell, beside an edge or in a sentence."""

from __future__ import annotations

import math

from matrix.analysis.formulas import MEASURES
from matrix.analysis.overlap import Overlap


def said(result: Overlap, value: float, unit: bool = True) -> str:
    """Per cent for shares, whole counts whole; '' where it is not defined."""
    if not math.isfinite(value):
        return ""
    if MEASURES[result.measure].is_share:
        return f"{value:.0%}" if unit else f"{100 * value:.0f}"
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2g}" if abs(value) < 10 else f"{value:.1f}"
