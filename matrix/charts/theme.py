"""Light or dark: the colours of ground, text and lines, the colour scales, the sides' marks and the typeface."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from matrix.palette import BACKING_COLOURS, INK, MOON, NIGHT, OPPOSING_COLOURS, PAPER, contrast, mix, visible

# Streamlit's own face first, then what systems have; the CJK faces stand in wherever those lack a character.
FONT = (
    '"Source Sans", "Source Sans 3", "Source Sans Pro", "Noto Sans", "Segoe UI", "Helvetica Neue", Arial, '
    '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Hiragino Sans GB", sans-serif'
)
# A side's plotly symbol and the same as a character: so that its colour is never the only sign of it.
SHAPES = (
    *(("circle", "●"), ("square", "■"), ("diamond", "◆"), ("triangle-up", "▲")),
    *(("star", "★"), ("hexagon", "⬢"), ("cross", "✚"), ("triangle-down", "▼")),
)
NO_SHAPE = ("circle-open", "○")
NARROW = 600  # pixels of width below which a figure is drawn as for a phone
WIDTH = 1100
HIDDEN_AXIS = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "fixedrange": True}

ColourScale = list[tuple[float, str]]


@dataclass(frozen=True)
class Theme:
    """The colours of one variant; what is drawn on the ground keeps a contrast of 3, text one of 4.5."""

    dark: bool
    ground: str
    ink: str
    quiet: str
    line: str
    empty: str
    for_, against = BACKING_COLOURS[0], OPPOSING_COLOURS[0]

    def visible(self, colour: str, least: float = 3.0) -> str:
        """The colour, moved towards the ink until it stands out from the ground."""
        return visible(colour, self.ground, self.ink, least)

    def diverging(self) -> ColourScale:
        """From opposed over neither to agreed."""
        return [(0.0, self._tint(self.against)), (0.5, self.empty), (1.0, self._tint(self.for_))]

    def sequential(self, against: bool = False) -> ColourScale:
        """From nothing to much: of agreement, or of conflict."""
        return [(0.0, self.empty), (1.0, self._tint(self.against if against else self.for_))]

    def _tint(self, colour: str) -> str:
        """As much of a colour over the empty one as leaves small text on it a contrast of 5.5, of every mixture."""
        return mix(colour, self.empty, 0.66 if self.dark else 0.62)


LIGHT = Theme(False, PAPER, INK, "#58616C", "#D5D9DB", "#EEF0F1")
DARK = Theme(True, NIGHT, MOON, "#A9B2BD", "#3A4450", "#262D36")


def colour_at(scale: ColourScale, share: float) -> str:
    """The colour of a scale at a share between 0 and 1."""
    for (low, one), (high, other) in pairwise(scale):
        if share <= high:
            return mix(other, one, (share - low) / (high - low))
    return scale[-1][1]


def text_on(colour: str) -> str:
    """Ink or moon, whichever reads better on a colour."""
    return max((INK, MOON), key=lambda text: contrast(text, colour))


def theme(dark: bool) -> Theme:
    """The light or the dark variant."""
    return DARK if dark else LIGHT
