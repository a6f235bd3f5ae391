"""The timeline in lanes: its picture as HTML for each width of a page, of which the browser shows the one that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from matrix.analysis.evidence import Picked, Standing, standing_words
from matrix.analysis.timeline import EVENT, Timeline
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dataset.dataset import Dataset, Record, remembered
from matrix.palette import EVENT_GLYPH, Look, sides_of
from matrix.wording import humane

if TYPE_CHECKING:  # the library of charts is loaded where it is needed
    from matrix.charts.timeline_layout import Piece, Sign, TimeLayout

NAMES = 132  # pixels of the column of names; on a phone they are above their lanes
# From how many pixels on a layout is shown, and over how many it is laid out: time.css has the same, a test compares.
LAYOUTS = ((0, 288), (344, 344), (700, 700 - NAMES), (940, 940 - NAMES), (1240, 1240 - NAMES))
PAPER = 940  # the layout that is printed, across
EVENT_STATUSES = {"planned": "planned (dashed)", "unconfirmed": "unconfirmed (dotted)"}


@remembered(2)
def drawings(dataset: Dataset, found: Timeline) -> list[TimeLayout]:
    """The layouts of a timeline in which something is dated, from the narrowest to the widest."""
    from matrix.charts.timeline_layout import laid_out

    return laid_out(found, dataset, [space for _, space in LAYOUTS])


def lanes(found: Timeline, made: Sequence[TimeLayout], html: DatasetHtml) -> Markup:
    """The picture in all its layouts, below a key of its signs."""
    present = set(found.frame["stance"])
    stances = [look for id_, look in html.looks.items() if id_ in present]
    events = found.frame[found.frame["kind"] == EVENT]
    statuses = [words for status, words in EVENT_STATUSES.items() if (events["status"] == status).any()]
    return render(
        "timeline.html",
        "lanes",
        list(zip([least for least, _ in LAYOUTS], made, strict=True)),
        _Marks(html),
        stances=stances,
        events=bool(len(events)),
        statuses=statuses,
        paper=PAPER,
    )


@dataclass(frozen=True, eq=False)
class _Marks:
    """The links of marks and names; each is made once for all layouts."""

    html: DatasetHtml

    @cached_property
    def _made(self) -> dict[tuple[str, ...], Markup]:
        return {}

    @cached_property
    def _sides(self) -> dict[str, Look]:
        return sides_of(self.html.dataset)

    def side(self, id_: str) -> Look | None:
        """How a lane's side is drawn."""
        return self._sides.get(id_)

    def mark(self, mark: Sign) -> Markup:
        """The glyph of one statement, which opens its cell."""
        assert mark.item is not None
        key = (str(mark.item["id"]),)
        if key not in self._made:
            look, words = self.html.looks[mark.stance], self._said(mark.item)
            inner = render("timeline.html", "glyph", look, words)
            picked = Picked(str(mark.item["proposal"]), str(mark.item["actor"]))
            self._made[key] = self.html.links.to(picked, inner, words)
        return self._made[key]

    def event(self, piece: Piece, label: str) -> Markup:
        """The flag of an event and its title, which open its card."""
        item = piece.marks[0].item
        assert item is not None
        key = (EVENT, piece.id, label)
        if key not in self._made:
            status = f"{humane(piece.status).lower()} event" if piece.status else "event"
            words = "; ".join(filter(None, (f"{item['title']}: {status}", str(item["date"]), str(item["date_note"]))))
            inner = render("timeline.html", "flag", EVENT_GLYPH, label, words)
            self._made[key] = self.html.links.event(piece.id, inner, words)
        return self._made[key]

    def whole(self, piece: Piece) -> Markup:
        """The numbers of a piece and its name; they open all of the actor or on the proposal."""
        return self.html.links.to(self._picked(piece), self._counts(piece), self._words(piece))

    def rest(self, piece: Piece) -> Markup:
        """How many there are that are not named."""
        return self._counts(piece, rest=True)

    def _counts(self, piece: Piece, *, rest: bool = False) -> Markup:
        pairs = [(self.html.looks[mark.stance], mark.n) for mark in piece.marks]
        return render("timeline.html", "counts", pairs, piece.label, self._words(piece), piece.label_width, rest)

    def _words(self, piece: Piece) -> str:
        counts = ", ".join(f"{mark.n:,} {self.html.word(mark.stance)}" for mark in piece.marks)
        return ": ".join(filter(None, (piece.name, counts)))

    def name(self, piece: Piece) -> Markup:
        """A name beside its marks; it opens all of the actor or on the proposal."""
        inner = render("timeline.html", "label", piece.label, piece.name, piece.label_width)
        return self.html.links.to(self._picked(piece), inner, piece.name)

    def _picked(self, piece: Piece) -> Picked:
        return Picked("", piece.id) if piece.of == "actor" else Picked(piece.id)

    def _said(self, item: Record) -> str:
        actor = self.html.plain("actors", str(item["actor"]))
        about = f"{actor}, {self.html.word(str(item['stance']))}: {item['title']}; {item['date']}"
        notes = [str(item["date_note"])]
        if item["standing"] != Standing.COUNTS:
            notes.append(standing_words(str(item["standing"]), str(item["by"])))
        return "; ".join(filter(None, (about, *notes)))
