"""The dashboard's script: page set-up, open the dataset, navigation. Start it with `policy-matrix serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from matrix.dashboard.assets import ICON, dress
from matrix.dashboard.errors import contained

if TYPE_CHECKING:
    from matrix.dashboard.pages import Show


@contained
def main() -> None:
    """One run: every page has the same dataset, filters and address."""
    # Only here, for they bring pandas: a new server's first visitor sees the outline of the page meanwhile.
    from matrix.dashboard import (
        datasets,
        filter_bar,
        last_seen,
        problems,
        process_memory,
        sign_in_page,
        signed_in,
        visit,
    )
    from matrix.dashboard.downloads import print_menu
    from matrix.dashboard.page_frame import at_the_right, chosen_dataset, keep_dataset, tools
    from matrix.dashboard.pages import navigation
    from matrix.dashboard.pages.data import statement_editing
    from matrix.dashboard.tier_strip import narrowed

    if not sign_in_page.admitted():
        return
    chosen = chosen_dataset()
    dataset = datasets.open_dataset(chosen, datasets.layer_named(chosen, visit.layer_asked()))
    if isinstance(dataset, tuple):
        tools(chosen)
        problems.show_problems(chosen, dataset)
        return
    signed_in.keep()

    def draw(show: Show) -> None:
        show(dataset, selection)
        statement_editing.show(dataset)

    page = navigation(draw)
    filter_bar.take()
    visit.adopt(dataset, page.url_path)
    keep_dataset(chosen)
    selection = filter_bar.selection(dataset)
    visit.publish(dataset)
    last_seen.keep_seen(dataset)
    tools(chosen, lambda: at_the_right(dataset, lambda: print_menu(dataset, narrowed(dataset, selection))))
    page.run()
    process_memory.tidy()


# An own picture: Streamlit would fetch a Material icon for the tab from a server outside.
st.set_page_config(page_title="Policy matrix", page_icon=ICON, layout="wide")
dress()
main()
