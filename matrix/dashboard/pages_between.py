"""Links from one page to another that take the filters along: what is meant there in, HTML of ours out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from matrix.dashboard import state
from matrix.dashboard.address import NAMES, VERSION
from matrix.dashboard.params import DATASET, SOURCES
from matrix.dashboard.text import esc
from matrix.dataset.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Between:
    """Makes links from the page as it is now to other pages."""

    dataset: Dataset

    @cached_property
    def _filters(self) -> dict[str, list[str]]:
        params = state.parameters(self.dataset, None)
        kept = {name: values for name, values in params.items() if name in (*NAMES.values(), DATASET)}
        return {**kept, VERSION: [self.dataset.version]}

    def to(self, page: str, inner: str, name: str = "", **choices: str) -> str:
        """A link around HTML of ours to another page, with these choices made there."""
        label = f' aria-label="{esc(name)}"' if name else ""
        address = urlencode({**self._filters, **choices}, doseq=True)
        return f'<a href="{page}?{esc(address)}" target="_self"{label}>{inner}</a>'

    def in_source(self, source: str, statement: str) -> str:
        """A link to where a statement stands in its source."""
        link = self.to(
            SOURCES, "In its source", name=f"In its source: statement {statement}", reading=source, at=statement
        )
        return f'<p class="pm-quiet">{link}</p>'
