"""Two camps: the best split of the actors in sentences first, then who stands where and what divides and joins them."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from matrix.analysis.camps import BRIDGE, DRAWS, PLACES, WEDGE, Camps, camps
from matrix.analysis.counting import COUNTS, DUPLICATES, STATEMENTS
from matrix.analysis.measures import NORMALISATIONS
from matrix.analysis.positions import EMPTY, Positions
from matrix.dashboard import controls
from matrix.dashboard.datasets import while_open
from matrix.dashboard.figures import frame_table
from matrix.dashboard.html.dataset_html import DatasetHtml
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import TABLE
from matrix.dashboard.page_frame import note
from matrix.dashboard.pages.overlaps.pairs import COUNT_WORDS, DUPLICATE_WORDS, NORMAL_WORDS, count_positions
from matrix.dataset.dataset import Dataset, column, remembered
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection, counted_for
from matrix.export.csv_tables import camps_csv
from matrix.export.formats import file_name
from matrix.wording import does

MOST_SHUFFLED = 100_000  # positions and statements: of more, stances are shuffled on the command line
MOST_LINES = 40  # proposals that divide, and that join
ABOUT = (
    "The split of the actors in two with the most conflict and the least agreement across it. Wedge: "
    f"{WEDGE}. Bridge: {BRIDGE}."
)


def show_camps(positions: Positions, html: DatasetHtml) -> None:
    """Choose how agreement is counted, split, say what was found."""
    with st.container(key="page-choices", horizontal=True, vertical_alignment="bottom"):
        normalize = controls.one("Normalisation", "normalize", {n: NORMAL_WORDS[n] for n in NORMALISATIONS})
        count = controls.one("Counting", "count", {c: COUNT_WORDS[c] for c in COUNTS})
        duplicates = controls.one("Repeated statements", "duplicates", {d: DUPLICATE_WORDS[d] for d in DUPLICATES})
    dataset = positions.dataset
    size = dataset.n + int((positions.codes != EMPTY).sum())
    draws = DRAWS if size <= MOST_SHUFFLED else 0
    try:
        with st.spinner("Comparing splits …"):
            found = _found(dataset, positions.selection, normalize, count, duplicates, draws)
    except SelectionError as e:
        note(str(e))
        st.button("Count positions, not normalised", on_click=count_positions)
        return
    if found.sentence:
        note(found.sentence)
        return
    later = [] if draws else ["What chance would make is not tried at this size: the command `camps` does."]
    rows = [
        (kind, p, [_backing(found, p, k) for k in (1, 2)])
        for kind, ids in (("Wedge", found.wedges), ("Bridge", found.bridges))
        for p in ids[:MOST_LINES]
    ]
    first, *rest = found.findings
    method = f"{ABOUT} {found.formula}."
    st.html(render("overlaps.html", "camps", html, first, [*rest, *later], _camps(found), rows, method))
    controls.opens(TABLE, "Every actor: in which camp, and how firmly", lambda: frame_table(_actors(found, html)))
    st.download_button(
        "Actors by camp (.csv)",
        data=while_open(dataset, partial(camps_csv, found)),
        file_name=file_name(dataset, positions.selection, "camps.csv"),
        icon=":material/download:",
        key="camps-csv",
        on_click="ignore",
    )


def _actors(found: Camps, html: DatasetHtml) -> pd.DataFrame:
    """A line an actor, as many as there are: who is in which camp, and what is lost if this one alone changes it."""
    frame, dataset = found.frame, found.positions.dataset
    side = column(dataset, "actors", "side")
    main = (frame["part"] == 1) & bool(found.camps[1])  # what all stand in together is no camp
    return pd.DataFrame(
        {
            "Actor": [html.plain("actors", a) for a in frame.index],
            "Side": [html.plain("sides", side[a]) if side[a] else "" for a in frame.index],
            "Camp": frame["camp"].where(main).astype("Int64").to_numpy(),
            "Polarisation lost by a change of camp": frame["margin"].where(main).to_numpy(),
            "Actors they share something with": frame["linked"].to_numpy(),
        }
    )


def _backing(found: Camps, proposal: str, camp: int) -> str:
    """How many of a camp's speakers back a proposal, and how many oppose it."""
    speakers, backing, opposed = (int(found.proposals[f"{c}_{camp}"][proposal]) for c in PLACES)
    against = f", {opposed:,} {does(opposed, 'oppose')} it" if opposed else ""
    return f"{backing:,} of {speakers:,} {does(backing, 'back')} it{against}"


def _camps(found: Camps) -> list[tuple[str, tuple[str, ...]]]:
    """Each camp that somebody stands in: what it is called, its ids."""
    if not found.camps[1]:
        return []
    return [
        (f"Camp {k}: {who}", camp) for k, (who, camp) in enumerate(zip(found.in_words, found.camps, strict=True), 1)
    ]


@remembered(8)
def _found(dataset: Dataset, selection: Selection, normalize: str, count: str, duplicates: str, draws: int) -> Camps:
    """The camps; kept, for a proof and the draws take their time."""
    told = counted_for(dataset, selection, duplicates if count == STATEMENTS else "")
    return camps(told, selection, normalize=normalize, count=count, duplicates=duplicates, draws=draws)
