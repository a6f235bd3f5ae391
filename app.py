"""The dashboard's door: page set-up, open the dataset, navigation. Start it with `policy-matrix serve`."""

from __future__ import annotations

import streamlit as st

from matrix.dashboard import (
    actor_page,
    common_ground_page,
    data_page,
    matrix_page,
    opening,
    overlaps_page,
    proposal_page,
    shelf,
    side_page,
    sources_page,
    state,
    statements_page,
    timeline_page,
)
from matrix.dashboard.filters import sidebar
from matrix.dashboard.guard import guarded
from matrix.dashboard.look import ICON, dress
from matrix.dashboard.params import ACTOR, COMMON_GROUND, DATA, OVERLAPS, PROPOSAL, SIDE, SOURCES, STATEMENTS, TIMELINE


@guarded
def main() -> None:
    """One run: every page has the same dataset, filters and address."""
    dress()
    folder = shelf.chosen()
    dataset = opening.open_dataset(folder)
    if isinstance(dataset, tuple):
        opening.show_problems(folder, dataset)
        return
    pages = [
        st.Page(lambda: matrix_page.show(dataset, selection), title="Matrix", url_path="matrix", default=True),
        st.Page(lambda: common_ground_page.show(dataset, selection), title="Common ground", url_path=COMMON_GROUND),
        st.Page(lambda: side_page.show(dataset, selection), title="Side", url_path=SIDE),
        st.Page(lambda: overlaps_page.show(dataset, selection), title="Overlaps", url_path=OVERLAPS),
        st.Page(lambda: timeline_page.show(dataset, selection), title="Timeline", url_path=TIMELINE),
        st.Page(lambda: statements_page.show(dataset, selection), title="Statements", url_path=STATEMENTS),
        st.Page(lambda: sources_page.show(dataset, selection), title="Sources", url_path=SOURCES),
        st.Page(
            lambda: proposal_page.show(dataset, selection), title="Proposal", url_path=PROPOSAL, visibility="hidden"
        ),
        st.Page(lambda: actor_page.show(dataset, selection), title="Actor", url_path=ACTOR, visibility="hidden"),
        st.Page(lambda: data_page.show(dataset, selection), title="Data", url_path=DATA),
    ]
    page = st.navigation(pages, position="top" if len(pages) > 1 else "hidden")
    state.adopt(dataset, page.url_path)
    shelf.settle(folder)
    selection = sidebar(dataset)
    state.publish(dataset)
    page.run()


# An own picture: Streamlit would fetch a Material icon for the tab from a server outside.
st.set_page_config(page_title="Policy matrix", page_icon=ICON, layout="wide")
main()
