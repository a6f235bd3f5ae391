"""Problems of a dataset or a file on a page: a table, a short list, or the page of a dataset that cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from matrix.dashboard.html.templates import render
from matrix.dataset.location import Database, Location
from matrix.dataset.problems import Problem, number_of
from matrix.wording import plural

CLOSED = "closed"  # the kind of a problem that is not of the data: they cannot be opened, now or by this visitor
MOST, MOST_LISTED = 200, 20  # lines of the table, of the list; the rest is counted


def problem_table(problems: Sequence[Problem]) -> Markup:
    """Where, and what is wrong."""
    return render("problems.html", "table", problems[:MOST], len(problems) - MOST)


def problem_list(problems: Sequence[Problem]) -> Markup:
    """The same as a short list; nothing where there is none."""
    return render("problems.html", "listing", problems[:MOST_LISTED], len(problems) - MOST_LISTED)


def show_problems(at: Location, problems: tuple[Problem, ...]) -> None:
    """The page of a dataset that cannot be shown: what is wrong, where, and how to go on."""
    errors = [p for p in problems if not p.warning]
    closed = [p.message for p in errors if p.kind == CLOSED]
    if closed:
        st.html(render("problems.html", "cannot_be_opened", closed))
    else:
        st.html(render("problems.html", "cannot_be_shown", number_of(errors), at.name, isinstance(at, Database)))
        st.html(problem_table(errors))
        st.html(render("problems.html", "how_to_check", isinstance(at, Database)))
    st.button("Reload", type="primary")


def show_warnings(problems: tuple[Problem, ...]) -> None:
    """A quiet count that opens to what may be wrong."""
    if problems:
        with st.expander(f"{plural(number_of(problems), 'remark')} on the data", icon=":material/info:"):
            st.html(problem_table(problems))
