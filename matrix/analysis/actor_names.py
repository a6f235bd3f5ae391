"""How an actor may be named in a text: as the dataset has it, and the usual other ways to write such a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from matrix.dataset.schema import LIST_SEPARATOR

# A country as it is called, and what stands before the name of one of its offices ("the Chinese Ministry of ...").
COUNTRIES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Australia": ((), ("Australian",)),
    "Brazil": ((), ("Brazilian",)),
    "Canada": ((), ("Canadian",)),
    "China": ((), ("Chinese",)),
    "European Union": (("EU",), ()),
    "France": ((), ("French",)),
    "Germany": ((), ("German",)),
    "India": ((), ("Indian",)),
    "Iran": ((), ("Iranian",)),
    "Israel": ((), ("Israeli",)),
    "Italy": ((), ("Italian",)),
    "Japan": ((), ("Japanese",)),
    "Netherlands": ((), ("Dutch",)),
    "North Korea": (("DPRK",), ("North Korean",)),
    "Norway": ((), ("Norwegian",)),
    "Russia": ((), ("Russian",)),
    "Saudi Arabia": ((), ("Saudi",)),
    "Singapore": ((), ("Singaporean",)),
    "South Korea": (("Republic of Korea",), ("South Korean",)),
    "Switzerland": ((), ("Swiss",)),
    "United Kingdom": (("UK", "Britain"), ("British",)),
    "United Nations": (("UN",), ()),
    "United States": (("US", "USA"), ("American",)),
}
_CALLED = {name: country for country, (short, _) in COUNTRIES.items() for name in (country, *short)}
_OFFICE = re.compile(r"(Ministry|Department) (?:of|for) (.+)")


def names(actor: Mapping[str, Any]) -> list[str]:
    """Name, native name, the short form in brackets, `aliases`, and other ways to name a country or its offices."""
    name = str(actor["name"])
    short = re.findall(r"\(([^()]{2,12})\)", name)
    others = str(actor.get("aliases") or "").split(LIST_SEPARATOR)
    plain = re.sub(r"\s*\([^()]*\)", "", name)
    every = [name, plain, str(actor["name_native"]), *short, *others, *_other_ways(plain)]
    return list(dict.fromkeys(n.strip() for n in every if len(n.strip()) > 1))


def _other_ways(name: str) -> Iterator[str]:
    """`Chinese Foreign Ministry` for `Ministry of Foreign Affairs of China`, `UK` for `United Kingdom`."""
    if name in COUNTRIES:
        yield from COUNTRIES[name][0]
        return
    office, _, of = name.rpartition(" of ")
    country, before = _CALLED.get(of.removeprefix("the "), ""), False
    if not country:
        start = next((n for n in _CALLED if name.startswith(f"{n} ")), "")
        country, office, before = _CALLED.get(start, ""), name.removeprefix(start).strip(), True
    if not country or not office:
        return
    called = (country, *COUNTRIES[country][0])
    of_it = (
        *COUNTRIES[country][1],
        *(f"{n}'s" for n in called),
        *(f"{n}’s" for n in called),
        *(called if before else ()),
    )
    offices = [office]
    if found := _OFFICE.fullmatch(office):
        offices += [f"{found[2]} {found[1]}", f"{found[2].removesuffix(' Affairs')} {found[1]}"]
    for each in dict.fromkeys(offices):
        yield from (f"{c} {each}" for c in of_it)
        yield from (f"{each} of {c}" for c in called)
        yield from (f"{each} of the {c}" for c in called if c != country or c.startswith(("United ", "European ")))
