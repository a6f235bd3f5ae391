"""Figures of what the analysis finds, one function each, for a notebook, a page or a file: `charts.heatmap(...)`.

Each takes a result of matrix.analysis and gives a plotly figure, light or dark, with its words around it; `write` saves
one as PNG, SVG, PDF or a page of HTML.
"""

from __future__ import annotations

from matrix.charts.caption import alt as alt
from matrix.charts.common_ground import common_ground as common_ground
from matrix.charts.coverage import coverage as coverage
from matrix.charts.export import write as write
from matrix.charts.heatmap import heatmap as heatmap
from matrix.charts.ladder import ladder as ladder
from matrix.charts.network import network as network
from matrix.charts.over_time import over_time as over_time
from matrix.charts.timeline import timeline as timeline
from matrix.charts.upset import upset as upset

__all__ = [
    "alt",
    "common_ground",
    "coverage",
    "heatmap",
    "ladder",
    "network",
    "over_time",
    "timeline",
    "upset",
    "write",
]
