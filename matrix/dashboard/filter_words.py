"""The words for filters and their values; addresses and files have the ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.schema import MIXED
from matrix.dataset.selection import DATES, LATEST, Selection, options
from matrix.dataset.trees import tree
from matrix.palette import stances_of
from matrix.wording import ATTRIBUTION_WORDS, humane

FILTERS: Mapping[str, str] = {
    "risk_area": "Risk area",
    "side": "Side",
    "actor": "Actor",
    "theme": "Theme",
    "stance": "Stance",
    "search": "Search",
    "proposal": "Proposal",
    "kind": "Kind of actor",
    "authority": "Who counts",
    "source": "Source",
    "attribution": "Attribution",
    "confidence": "Confidence",
    "since": "From",
    "as_of": "As of",
    "rule": "Folding",
    "layer": "Layer",
}
RULES: Mapping[str, str] = {"cautious": "Cautious", "latest": "Latest only"}
RULE_ABOUT: Mapping[str, str] = {
    "cautious": "a refusal or condition is never folded away",
    "latest": "only the last dated statements count",
}
FOLD_WORDS: Mapping[str, str] = {
    "cautious": "cautious: a refusal or a condition once stated is never folded away",
    "latest": "latest only: earlier statements of the same actor do not count",
}
_INDENT = "    "  # shown in the list of choices (streamlit.css), not in what was chosen
_TABLES = {
    "risk_area": ("risk_areas", "name", "name_zh"),
    "side": ("sides", "name", "name_zh"),
    "actor": ("actors", "name", "name_native"),
    "proposal": ("proposals", "title", "title_zh"),
    "source": ("sources", "title", ""),
}
_WORDS = {
    "theme": ("proposals", "theme"),
    "kind": ("actors", "kind"),
    "authority": ("actors", "authority"),
    "attribution": ("statements", "attribution"),
    "confidence": ("statements", "confidence"),
}


@remembered(64)
def choices(dataset: Dataset, name: str) -> Mapping[str, str]:
    """What a list filter offers: id -> name, no two alike; words that no row of this dataset has are left out."""
    if name in _TABLES:
        table, column, native = _TABLES[name]
        frame = dataset.frames[table]
        natives = frame[native].tolist() if native else [""] * len(frame)
        names = {
            id_: f"{text} {other}".strip()
            for id_, text, other in zip(frame["id"], frame[column].tolist(), natives, strict=True)
        }
        depths = dict(tree(frame)) if name == "risk_area" else dict.fromkeys(names, 0)
        apart = _distinct(names)
        return {i: _INDENT * depth + apart[i] for i, depth in depths.items()}
    if name == "stance":
        looks = stances_of(dataset)
        return _distinct({i: f"{looks[i].glyph} {looks[i].word}" for i in (*dataset.scale.ids, MIXED)})
    table, column = _WORDS[name]
    present = set(dataset.frames[table][column].unique().tolist())
    words = ATTRIBUTION_WORDS if name == "attribution" else {}
    return {w: humane(words.get(w, w)) for w in options(dataset)[name] if w in present}


def in_words(dataset: Dataset, selection: Selection, most: int = 3) -> dict[str, str]:
    """Each filter that is set, in words: `Side: China 中国`."""
    filters = {}
    for name, values in selection.chosen().items():
        if name == "search":
            text = f"“{values[0]}”"
        elif name == "layer":
            text = values[0]
        elif name in DATES:
            text = dates.words(values[0], values[0])
        elif name == "rule":
            text = RULES[LATEST]
        else:
            offered = choices(dataset, name)
            named = [offered.get(v, humane(v)).strip() for v in values]
            text = " or ".join(named[:most]) + (f" or {len(named) - most} more" if len(named) > most else "")
        filters[name] = f"{FILTERS[name]}: {text}"
    return filters


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """The same, with the id behind every name that appears twice: a widget tells its options apart by their names."""
    times = Counter(names.values())
    return {i: f"{n} ({i})" if times[n] > 1 else n for i, n in names.items()}
