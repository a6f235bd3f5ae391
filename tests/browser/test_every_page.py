"""Every page with a figure or many words, at every size: it fits, it is accessible, nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PAGES = {
    "matrix": "/",
    "matrix-cell": "/?cell=evaluation-exchange~cai-cuihong&as-of=2026-05",
    "matrix-empty": "/?search=zzzz",
    "matrix-table": "/?layout=table",
    "matrix-actors": "/?layout=actors",
    "common-ground": "/common-ground",
    "side": "/side?brief=china",
    "overlaps-pair": "/overlaps?one=xiao-qian&other=cai-cuihong",
    "overlaps-agreement": "/overlaps?view=agreement&pair=xiao-qian~cai-cuihong",
    "overlaps-sets": "/overlaps?view=sets&bar=xiao-qian~cai-cuihong",
    "overlaps-network": "/overlaps?view=network",
    "overlaps-coalitions": "/overlaps?view=coalitions",
    "overlaps-what-if": "/overlaps?view=what-if",
    "timeline-lanes": "/timeline",
    "timeline-as-of": "/timeline?time=as-of&as-of=2026-05-12",
    "timeline-changes": "/timeline?time=changes&from=2026-05-08&until=2026-05-13",
    "timeline-unsettled": "/timeline?time=unsettled",
    "proposal": "/proposal?proposal-open=nc3-red-lines",
    "actor": "/actor?actor-open=xiao-qian",
    "statements": "/statements?search=孙成昊&statement=s035",
    "sources": "/sources",
    "coders": "/data?data=coders",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_and_is_accessible(
    name: str, dashboard: str, fits_every_look: Callable[[str, str], None]
) -> None:
    fits_every_look(dashboard + PAGES[name], name)
