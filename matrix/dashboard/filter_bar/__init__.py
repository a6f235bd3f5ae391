"""The line of filters under the title of every page: small buttons that open lists with counts, and what is set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from matrix.analysis.option_counts import COUNTED, option_counts
from matrix.dashboard import visit
from matrix.dashboard.address import LONGEST, NAMES
from matrix.dashboard.assets import component
from matrix.dashboard.filter_words import FILTERS, RULE_ABOUT, RULES, choices, in_words
from matrix.dashboard.tier_strip import tiers_chosen
from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.dates import date_problem
from matrix.dataset.selection import DATES, SINGLE, Selection
from matrix.wording import listed, sentence

HERE = Path(__file__).parent
KEY: Final = "filters"  # of the widget; its state `set` holds what a visitor changed last
_SEEN = f"{KEY}.seen"
TIER: Final = "tier"  # chosen in the strip of the Matrix page, and taken away like a filter

# The buttons, and the filters behind each; one of them alone opens its list at once.
BUTTONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Risk area": ("risk_area",),
    "Who counts": ("authority",),
    "Side": ("side",),
    "Theme": ("theme",),
    "Stance": ("stance",),
    "More": ("proposal", "actor", "kind"),
    "Evidence": ("source", "attribution", "confidence", "since", "as_of", "rule"),
}
_WHO = (
    ("everyone", ()),
    ("officials", ("official",)),
    ("officials and experts", ("official", "expert")),
    ("experts", ("expert",)),
)
_HELP = {
    "risk_area": "An area means itself and all areas below it.",
    "stance": "Hides the cells of other stances, and rows and columns left without any.",
    "authority": "Every number and list on the page runs over those who count.",
    "since": "2026, 2026-05 or 2026-05-14. A year or month means its first day.",
    "as_of": "2026, 2026-05 or 2026-05-14. A year or month means its last day.",
}
_EVIDENCE = (
    "These choose which statements count at all. They can change a position; the others choose whose and which "
    "positions every number runs over, and change none."
)


def take() -> None:
    """Take over what a visitor changed since the last run; to be called before the address is read."""
    state = st.session_state.get(KEY)
    value = state.get("set") if isinstance(state, Mapping) else None
    if not isinstance(value, Mapping) or value == visit.page_state().get(_SEEN):
        return
    visit.page_state()[_SEEN] = value
    changes = value.get("changes")
    for name, given in changes.items() if isinstance(changes, Mapping) else ():
        if name == TIER and not given:
            visit.choose(TIER)
        if name not in NAMES:  # a browser may send anything
            continue
        texts = [text[:LONGEST] for text in (given if isinstance(given, list | tuple) else [given]) if _is_text(text)]
        if name in SINGLE and not texts:
            visit.clear(name)
        else:
            visit.narrow(name, *texts)


def selection(dataset: Dataset) -> Selection:
    """What is chosen; what the dataset does not have, or no longer, cannot be chosen."""
    values: dict[str, Any] = {name: _chosen(dataset, name) for name in NAMES}
    found = visit.current().selection = Selection.of(values)
    return found


def filter_bar(dataset: Dataset, chosen: Selection, without: Sequence[str] = ()) -> None:
    """Draw the line, without filters that do nothing on this page."""
    filters, buttons = _lists(dataset, chosen)
    wrong = {}
    for name in DATES:
        typed = str(visit.filter_value(name)).strip()
        if typed and (problem := date_problem(typed)):
            wrong[name] = f"{sentence(problem)} No date is applied."
    if problem := chosen.empty_window():
        wrong["as_of"] = sentence(problem)
    chips = in_words(dataset, chosen)
    if tiers := tiers_chosen(dataset, chosen):
        chips[TIER] = f"Common ground: {listed(tiers.values(), 'or')}"
    seen = visit.page_state().get(_SEEN) or {}
    component("filter_bar", HERE / "filter_bar.js", HERE / "filter_bar.css")(
        key=KEY,
        data={
            "filters": filters,
            "buttons": [[words, kept] for words, names in buttons if (kept := [n for n in names if n not in without])],
            "texts": {name: str(visit.filter_value(name)) for name in ("search", *DATES)},
            "rule": chosen.rule,
            "wrong": wrong,
            "chips": [[name, words] for name, words in chips.items() if name not in without],
            # An engine does not read the texts that a search looks into.
            "search": "search" not in without and not dataset.on_engine,
            "seen": seen.get("time", 0),
        },
        on_set_change=_nothing,
    )


def _nothing() -> None:
    """Streamlit keeps only such state as has a callback."""


@remembered(16)
def _lists(dataset: Dataset, chosen: Selection) -> tuple[str, list[tuple[str, list[str]]]]:
    """Every filter with its values as JSON, and the buttons with those filters that have a value here."""
    counts = option_counts(dataset, chosen)
    filters: dict[str, Any] = {}
    for name in COUNTED:
        offered = choices(dataset, name)
        if not offered:
            continue
        filters[name] = {
            "words": FILTERS[name],
            "options": [
                [id_, words.strip(), (len(words) - len(words.lstrip())) // 4, counts[name].get(id_, 0)]
                for id_, words in offered.items()
            ],
            "chosen": list(getattr(chosen, name)),
            "counted": COUNTED[name],
            "help": _HELP.get(name, ""),
        }
    if "authority" in filters:
        there = {id_ for id_, *_ in filters["authority"]["options"]}
        speakers = counts["authority"]
        filters["authority"]["presets"] = [
            [words, list(who), sum(n for id_, n in speakers.items() if not who or id_ in who)]
            for words, who in _WHO
            if there.issuperset(who)
        ]
    dated = {name: {"words": FILTERS[name], "help": _HELP[name]} for name in DATES}
    rules = [[id_, RULES[id_], RULE_ABOUT[id_]] for id_ in RULES]
    filters |= dated | {"rule": {"words": "When an actor said different things", "rules": rules, "help": ""}}
    filters["search"] = {"words": FILTERS["search"], "help": ""}
    buttons = [(words, [n for n in names if n in filters]) for words, names in BUTTONS.items()]
    return json.dumps({"filters": filters, "evidence": _EVIDENCE}, separators=(",", ":")), buttons


def _chosen(dataset: Dataset, name: str) -> Any:
    value = visit.filter_value(name)
    if name not in SINGLE:
        offered = choices(dataset, name)
        return tuple(v for v in value if v in offered)
    text = str(value).strip()
    if name == "layer" and text != dataset.layer:
        return Selection().layer
    if name == "search" and dataset.on_engine:
        return Selection().search
    if name == "rule" and text not in RULES:
        return Selection().rule
    return "" if name in DATES and text and date_problem(text) else text


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
