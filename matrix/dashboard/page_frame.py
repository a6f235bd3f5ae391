"""What frames every page: dataset and print, heading and filters, why it is empty, evidence beside it, footer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from matrix.analysis.empty_selection import culprits
from matrix.analysis.evidence import sources_of
from matrix.analysis.extent import Extent
from matrix.analysis.positions import Positions
from matrix.analysis.selection_words import among, period, scope
from matrix.dashboard import sign_in_page, visit
from matrix.dashboard.controls import label
from matrix.dashboard.datasets import changed, locations, open_dataset, refusal, title_of, to_choose_from
from matrix.dashboard.errors import guarded
from matrix.dashboard.evidence_panel import prepare, prepare_statement, show
from matrix.dashboard.filter_bar import filter_bar
from matrix.dashboard.filter_words import FILTERS, in_words
from matrix.dashboard.grid.payload import screen
from matrix.dashboard.html.links import Links, listen
from matrix.dashboard.html.templates import render
from matrix.dashboard.page_choices import (
    ACTOR,
    DATA,
    DATASET,
    PROPOSAL,
    SOURCES,
    STATEMENT,
    STATEMENTS,
    WHAT_CHANGED,
)
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, is_there, records
from matrix.dataset.location import Database, Location
from matrix.dataset.schema import MAIN
from matrix.dataset.selection import COLUMNS, ROWS, VIEW, Selection
from matrix.wording import listed, plural, sentence, some_of, unsure_of_date

# Filters that choose rows do nothing on the page of one row, those that choose columns nothing on that of one column.
WITHOUT = {PROPOSAL: (*ROWS, "stance", "search"), ACTOR: (*COLUMNS, "stance", "search")}
MOST = 100  # sources in the printed footer; the rest is counted


# ---- which of the server's datasets


def chosen_dataset() -> Location:
    """The dataset named in the address, else the one seen before, else the first that can be shown."""
    known = locations()
    named = [*st.query_params.get_all(DATASET)[-1:], visit.choice(DATASET)]
    return known[next((name for name in named if name in known), "") or _first_sound(known)]


def tools(chosen: Location, more: Callable[[], None] = lambda: None) -> None:
    """At the right of the navigation: a switch between the datasets, where there are several, and what `more` draws."""
    offered = to_choose_from()
    known = {name: at for name, at in locations().items() if name in offered or at == chosen}
    titles = {path: title_of(path) for path in known.values()}
    alike = Counter(titles.values())
    titles |= {path: f"{title} ({path.name})" for path, title in titles.items() if alike[title] > 1}
    items = [(f"?{urlencode({DATASET: name})}", titles[path], path == chosen) for name, path in known.items()]
    with st.container(key="frame-tools", horizontal=True, vertical_alignment="center", gap="small"):
        if len(items) > 1:
            st.html(render("page_frame.html", "tools", items, titles[chosen]))
        more()
        sign_in_page.menu()


def at_the_right(dataset: Dataset, more: Callable[[], None]) -> None:
    """Beside the switch: the way to what changed in the dataset, where it has a history, and what `more` draws."""
    if dataset.location is not None and not dataset.on_engine:
        page = st.Page(lambda: None, title="What changed", url_path=WHAT_CHANGED)  # found by its path
        with st.container(key="what-changed"):
            st.page_link(page, label="What changed", icon=":material/difference:")
    more()


def _first_sound(known: Mapping[str, Location]) -> str:
    if len(known) == 1:
        return next(iter(known))
    sound = (name for name, path in known.items() if isinstance(open_dataset(path), Dataset))
    return next(sound, next(iter(known)))


def keep_dataset(chosen: Location) -> None:
    """Keep the name of the dataset in the address where there are several."""
    known = locations()
    name = next(name for name, path in known.items() if path == chosen)
    if len(known) > 1 and visit.choice(DATASET) != name:
        visit.choose(DATASET, name)


# ---- above the page


def heading(dataset: Dataset, selection: Selection, title: str, about: str) -> Extent:
    """Title and what the page answers, how much data it is about, the filters, and notices."""
    facts = screen(dataset, selection).facts
    latest = "" if period(selection) else _latest(facts)  # the scope has said when
    over = [part for part in (scope(dataset, selection), *_over(dataset, facts), latest) if part]
    below_matrix = visit.current().page in (PROPOSAL, ACTOR)  # they have no entry of their own in the navigation
    st.html(render("page_frame.html", "heading", title, dataset.title, over, about, below_matrix))
    below_heading(dataset, selection, facts)
    return facts


def intro(dataset: Dataset, selection: Selection, facts: Extent) -> None:
    """The same for the Matrix page, whose title is the dataset's and whose finding names all of the scope."""
    who = among(dataset, selection)
    over = [*_over(dataset, facts, who=f" {who}" if who else ""), period(selection) or _latest(facts)]
    st.html(render("page_frame.html", "heading", dataset.title, "", [part for part in over if part], ""))
    below_heading(dataset, selection, facts)


def below_heading(dataset: Dataset, selection: Selection, facts: Extent) -> None:
    """The filters, without those that do nothing on this page, and notices."""
    filter_bar(dataset, selection, WITHOUT.get(visit.current().page or "", ()))
    with st.container():
        notices(dataset, facts)


def named_beside(facts: Extent) -> str:
    """How many of the chosen actors are named beside those who speak."""
    more = facts.actors - facts.speakers
    return f" ({more:,} more named)" if more else ""


def _latest(facts: Extent) -> str:
    return f"to {dates.words(facts.latest, facts.latest)}" if facts.latest else ""


def _over(dataset: Dataset, facts: Extent, who: str = "") -> list[str]:
    """Over how much the page speaks, part by part; counts are of the selection."""
    total = {"statements": dataset.n} | {t: len(dataset.frames[t]) for t in ("proposals", "sources")}
    superseded = f" ({facts.superseded:,} since superseded)" if facts.superseded else ""
    return [
        some_of(facts.proposals, total["proposals"], "proposal"),
        f"{plural(facts.speakers, 'speaker')}{who}{named_beside(facts)}",
        f"{some_of(facts.statements, total['statements'], 'statement')}{superseded}",
        some_of(facts.sources, total["sources"], "source"),
    ]


def notices(dataset: Dataset, facts: Extent) -> None:
    """What a reader should know about the link they followed and about the as-of date."""
    version, complaints = visit.current().other_version, visit.current().complaints
    unsure = unsure_of_date(facts.unsure)
    if not (version or complaints or facts.undated or unsure):
        return
    with st.container(key="notices", horizontal=True, vertical_alignment="center"):
        parts = version[:40], dataset.version, complaints[:8], facts.undated, unsure
        st.html(render("page_frame.html", "notices", *parts))
        if complaints or version:
            st.button("OK", type="tertiary", on_click=visit.dismiss)


def note(text: str) -> None:
    """A sentence in place of what cannot be shown."""
    st.html(render("parts.html", "note", sentence(text)))


def needs_statements(what: str, verb: str = "needs") -> str:
    """The sentence in place of what an engine cannot give."""
    return (
        f"{what} {verb} the statements themselves, and here an engine only counts them: serve the folder of CSV tables "
        "that was converted, or a part of it"
    )


def nothing_to_show(
    dataset: Dataset, selection: Selection, blamed: Sequence[tuple[tuple[str, ...], int]] | None = None
) -> None:
    """Why the page is empty: which filters emptied it, with a button to remove each; or that nothing is there at all.

    `blamed`: groups of filters, each with the number of positions there are without them; None works them out.
    """
    if not dataset.n:
        how = "layer" if dataset.layer != MAIN else "database" if isinstance(dataset.location, Database) else "folder"
        links = Links(dataset)
        page = links.page(SOURCES, "Sources") if how == "layer" else links.page(DATA, "Data")
        # Of a folder it is told on the Data page why nothing can be edited there.
        st.html(render("page_frame.html", "no_statement", "" if how != "folder" and refusal(dataset) else how, page))
        return
    blamed = culprits(dataset, selection) if blamed is None else blamed
    if not blamed:
        note("No position: nothing is stated in this selection.")
        return
    filters = in_words(dataset, selection, most=2)
    with st.container(key="nothing"):
        reason = _reason([group for group, _ in blamed], filters)
        st.html(render("parts.html", "note", reason, "Nothing to see with these filters."))
        with st.container(horizontal=True):
            for group, count in blamed[:4]:
                st.button(
                    label(f"Remove {listed(filters[n] for n in group)} → {plural(count, 'position')}"),
                    key=f"without-{'-'.join(group)}",
                    on_click=visit.clear,
                    args=group,
                )


def _reason(groups: Sequence[tuple[str, ...]], filters: Mapping[str, str]) -> str:
    """Which filter hides all, or which do so together."""
    if len(groups[0]) > 1:
        return f"No single filter is the reason; together they are: {listed(filters[n] for n in groups[0])}."
    if len(groups) == 1:
        return f"{filters[groups[0][0]]} - this filter alone hides everything that the others leave."
    return f"Without {listed((f'“{filters[g[0]]}”' for g in groups), 'or')} there would be something to see."


def filters_without_effect(selection: Selection, instead: str, unused: Sequence[str] = VIEW) -> None:
    """Which set filters do nothing on a page about one row or column of the matrix."""
    named = [FILTERS[f] for f in unused if getattr(selection, f)]
    verb = "does" if len(named) == 1 else "do"
    words = f"{instead}: {listed(named)} {verb} not apply here. The others do." if named else ""
    st.html(render("page_frame.html", "maybe", words))


def explained(*terms: tuple[str, str], title: str = "What the words mean") -> None:
    """A list of the page's words and what they mean, behind a button."""
    with st.popover(title, icon=":material/help:"):
        st.html(render("parts.html", "terms", terms))


@contextmanager
def beside_evidence(positions: Positions, also: Callable[[], None] | None = None) -> Iterator[None]:
    """What is drawn inside goes to the left; the evidence of the open cell to the right, run again by itself.

    `also` draws there what a page has to show while no cell is open.
    """
    with st.container(key="with-evidence"):
        left, right = st.columns(2)
    with left, st.container(key="body"):
        yield
        print_footer(positions)
    with right:
        _evidence(positions, also)


@st.fragment
@guarded
def _evidence(positions: Positions, also: Callable[[], None] | None) -> None:
    dataset = positions.dataset
    if dataset.location and changed(dataset.location, dataset):
        st.rerun(scope="app")
    listen(dataset)
    if cell := visit.current().cell:
        show(prepare(positions, cell))
    elif visit.current().page == STATEMENTS and is_there(dataset, "statements", id_ := visit.choice(STATEMENT)):
        show(prepare_statement(positions, id_))  # another visitor may have deleted it
    elif also:
        also()
    visit.publish(dataset)


def print_footer(positions: Positions) -> None:
    """What only a printed page has: when it was printed, from which data and address, and the sources it rests on."""
    dataset, selection = positions.dataset, positions.selection
    params = urlencode(visit.parameters(dataset, visit.current().cell), doseq=True)
    used = sources_of(positions)
    st.html(
        render(
            "page_frame.html",
            "print_footer",
            today=date.today().isoformat(),
            dataset=dataset.title,
            version=dataset.version,
            filters=listed(in_words(dataset, selection).values()) or "none",
            address=f"{st.context.url or ''}{'?' if params else ''}{params}",
            sources=records(dataset.frames["sources"].iloc[used[:MOST]]),
            total=len(used),
        )
    )
