"""A selection in words: each filter on a line, and the scope before a finding (`Among experts of China`)."""

from __future__ import annotations

from collections.abc import Sequence

from matrix.dataset import dates
from matrix.dataset.dataset import Dataset, column
from matrix.dataset.schema import MAIN, MIXED
from matrix.dataset.selection import COLUMNS, LATEST, Selection, columns_of
from matrix.wording import ATTRIBUTION_WORDS, capital, listed, named_side

NAMED = {
    "source": ("sources", "title"),
    "risk_area": ("risk_areas", "name"),
    "proposal": ("proposals", "title"),
    "side": ("sides", "name"),
    "actor": ("actors", "name"),
}
LABELS = {"kind": "Kind of actor", "since": "From", "as_of": "As of"}
MOST = 3  # names in a sentence; the rest is counted
ACTOR = ("actor", "actors")
_NOUNS = {
    "official": ("official", "officials"),
    "former_official": ("former official", "former officials"),
    "state_media": ("state medium", "state media"),
    "expert": ("expert", "experts"),
    "industry": ("voice of industry", "voices of industry"),
    "media": ("medium", "media"),
    "unnamed": ("unnamed actor", "unnamed actors"),
    "person": ("person", "persons"),
    "government": ("government", "governments"),
    "ministry": ("ministry", "ministries"),
    "institution": ("institution", "institutions"),
    "company": ("company", "companies"),
    "group": ("group", "groups"),
    "report": ("report", "reports"),
    "state": ("state", "states"),
}


def selection_words(dataset: Dataset, selection: Selection) -> list[str]:
    """One line a filter, such as `Risk area: Nuclear command (nc3)`; [] where nothing is filtered."""
    lines = []
    for name, values in selection.chosen().items():
        label = LABELS.get(name, name.replace("_", " ").capitalize())
        if name in NAMED:
            names = column(dataset, *NAMED[name])
            values = tuple(f"{names[v]} ({v})" for v in values)
        elif name == "stance":
            names = dict(zip(dataset.scale.ids, dataset.scale.names, strict=True))
            values = tuple(f"{names[v]} ({v})" if v in names else v for v in values)
        lines.append(f"{label}: {' or '.join(values)}")
    return lines


def scope(dataset: Dataset, selection: Selection) -> str:
    """Over whom, what and when a number runs: `Among experts, on Nuclear command, from 2024`; '' for all there is."""
    parts = [among(dataset, selection), *_rows(dataset, selection), *_evidence(dataset, selection)]
    return capital(", ".join(filter(None, parts)))


def scoped(dataset: Dataset, selection: Selection, finding: str) -> str:
    """The finding, given with a small first letter where it is no name, behind its scope: `Among experts: both ...`."""
    over = scope(dataset, selection)
    if over == "Among officials" and "officials of " in finding:
        return capital(finding)  # which says it
    return f"{over}: {finding}" if over else capital(finding)


def since_words(since: str) -> str:
    """What a first day means for what counts."""
    return f"{since}: what cannot have been said since then does not count"


def as_of_words(as_of: str) -> str:
    """What a last day means for what counts."""
    return f"{as_of}: what may have been said later does not count"


def noun(selection: Selection) -> tuple[str, str]:
    """What the chosen actors are called, one and many: `expert`, `experts`; else `actor`, `actors`."""
    nouns = [_noun(v) for v in selection.authority or selection.kind] or [ACTOR]
    return listed([one for one, _ in nouns], "or"), listed([many for _, many in nouns])


def absent(dataset: Dataset, selection: Selection, sides: Sequence[str]) -> tuple[str, ...]:
    """Why of any of these sides nobody is chosen: `no expert of the United States is in this dataset`."""
    side, names = dataset.frames["actors"]["side"], column(dataset, "sides", "name")
    chosen, alike = (columns_of(dataset, s) for s in (selection, selection.without("side", "actor")))
    lines = []
    for one in sides:
        own = (side == one).to_numpy()
        if not (own & chosen).any():
            verb = "chosen" if (own & alike).any() else "in this dataset"
            lines.append(f"no {noun(selection)[0]} of {named_side(names[one])} is {verb}")
    return tuple(lines)


def period(selection: Selection) -> str:
    """The window of time: `from January 2024 to 31 May 2026`, `up to 2025`; '' where no date is set."""
    since, until = (dates.words(d, d) if d else "" for d in (selection.since, selection.as_of))
    if since and until:
        return f"from {since} to {until}"
    return f"from {since} on" if since else f"up to {until}" if until else ""


def among(dataset: Dataset, selection: Selection) -> str:
    """Who counts: `among experts of China`; '' where everybody does."""
    if not any(getattr(selection, name) for name in COLUMNS):
        return ""
    selection = selection.today(dataset)
    actors, sides = (column(dataset, t, "name") for t in ("actors", "sides"))
    names = listed([actors[a] for a in selection.actor], most=MOST)
    many = noun(selection)[1]
    if selection.authority and selection.kind:
        many += f" ({listed([_noun(k)[1] for k in selection.kind])})"
    if selection.side:
        many += f" of {listed([named_side(sides[s]) for s in selection.side])}"
    if not names:
        return f"among {many}"
    if many == ACTOR[1]:
        return f"among {names}" if len(selection.actor) > 1 else f"counting only {names}"
    return f"among {many}: {names}"


def _rows(dataset: Dataset, selection: Selection) -> list[str]:
    selection = selection.today(dataset)
    areas, titles = column(dataset, "risk_areas", "name"), column(dataset, "proposals", "title")
    parts = []
    if selection.risk_area:
        parts.append(f"on {listed([areas[a] for a in selection.risk_area], most=MOST)}")
    if selection.theme:
        parts.append(f"under the theme {listed([t.replace('_', ' ') for t in selection.theme], 'or', most=MOST)}")
    if selection.proposal:
        parts.append(f"on {listed([f'“{titles[p]}”' for p in selection.proposal], most=MOST)}")
    if selection.stance:
        stances = {**dict(zip(dataset.scale.ids, dataset.scale.names, strict=True)), MIXED: "Mixed"}
        parts.append(f"where a position is {listed([f'“{stances[s]}”' for s in selection.stance], 'or')}")
    if selection.search:
        parts.append(f"where “{selection.search}” occurs")
    return parts


def _evidence(dataset: Dataset, selection: Selection) -> list[str]:
    titles = column(dataset, "sources", "title")
    parts = [f"as coded in the layer {dataset.layer}"] if dataset.layer != MAIN else []
    if selection.source:
        parts.append(f"in {listed([f'“{titles[s]}”' for s in selection.source], most=MOST)}")
    if selection.attribution:
        how = [ATTRIBUTION_WORDS.get(a, a.replace("_", " ")) for a in selection.attribution]
        parts.append(f"by what is {listed(how, 'or')}")
    if selection.confidence:
        parts.append(f"by statements of {listed(selection.confidence, 'or')} confidence")
    if selection.rule == LATEST:
        parts.append("by the latest statements only")
    return [*parts, period(selection)]


def _noun(word: str) -> tuple[str, str]:
    return _NOUNS.get(word, (word.replace("_", " "), word.replace("_", " ")))
