"""How the ids of a dataset are called and marked in a figure: names, side, and the side's colour and shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from matrix.analysis.measures import number_text
from matrix.analysis.overlap import Overlap
from matrix.charts.figure_text import clip, one_line, plain
from matrix.charts.theme import NO_SHAPE, SHAPES, Theme
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.schema import TABLES
from matrix.palette import NO_SIDE_COLOUR, Look, sides_of


def value_text(result: Overlap, value: float, *, unit: bool = True) -> str:
    """A number of a picture, in two digits; '' where it is not defined."""
    return number_text(result.measure, value, unit=unit, digits=2)


KEY_WIDTH = 190  # pixels of a side's name in a key


class Name(NamedTuple):
    """What an id is called, as it stands in the table; `side` is '' for proposals and for actors without one."""

    id: str
    label: str
    native: str
    side: str

    @property
    def full(self) -> str:
        """Name with the native one beside it, escaped: for hover texts."""
        return plain(" ".join(filter(None, (self.label, self.native))))


@dataclass(frozen=True)
class Mark:
    """How a side is drawn: colour that stands out from the ground, plotly symbol, and the same as a character."""

    id: str
    label: str
    colour: str
    symbol: str
    glyph: str

    def key(self) -> str:
        """The mark with its word, as a label of a width that leaves space for others."""
        return f"{self.dot()} {plain(clip(self.label, KEY_WIDTH))}"

    def dot(self) -> str:
        """The coloured mark alone, as a label."""
        return f'<span style="color:{self.colour}">{self.glyph}</span>'


def names(dataset: Dataset, of: str = "actors") -> dict[str, Name]:
    """Of every actor, proposal or side, by id."""
    label, native = TABLES[of].label, TABLES[of].native
    result = {}
    for row in records(dataset.frames[of]):
        side = str(row["side"]) if of == "actors" else row["id"] if of == "sides" else ""
        result[row["id"]] = Name(
            row["id"], one_line(row[label]) or one_line(row["id"]), one_line(row.get(native, "")), side
        )
    return result


def side_marks(dataset: Dataset, theme: Theme) -> dict[str, Mark]:
    """Of every side, by id, in table order; '' is the mark of those without a side."""
    result = {}
    for i, look in enumerate(sides_of(dataset).values()):
        symbol, glyph = SHAPES[i % len(SHAPES)]
        result[look.id] = Mark(
            look.id, one_line(look.word), look.on_dark if theme.dark else look.on_light, symbol, glyph
        )
    result[""] = Mark("", "no side", theme.visible(NO_SIDE_COLOUR), *NO_SHAPE)
    return result


def stance_key(stance: Look, theme: Theme) -> str:
    """A stance as an entry of a key: its glyph in its colour, and its word."""
    return f'<span style="color:{theme.visible(stance.colour)}">{plain(stance.glyph)}</span> {plain(stance.word)}'
