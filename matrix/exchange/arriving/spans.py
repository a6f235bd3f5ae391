"""Places counted in UTF-16 units, as Java and JavaScript count them, become places in a Python `str`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LAST_OF_ONE_UNIT = 0xFFFF


class Places:
    """The UTF-16 places of one text; a place inside a character (between two surrogates) is moved to its edge."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: NDArray[np.int64] | None = None
        if text and max(text) > chr(_LAST_OF_ONE_UNIT):
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            units = 1 + (points > _LAST_OF_ONE_UNIT).astype(np.int64)
            self._starts = np.concatenate([[0], np.cumsum(units)])

    @property
    def length(self) -> int:
        """The text's length in UTF-16 units."""
        return len(self.text) if self._starts is None else int(self._starts[-1])

    def span(self, start: int, stop: int) -> tuple[int, int] | None:
        """The `str` slice of a UTF-16 span, widened to whole characters; None where it lies outside the text."""
        if not 0 <= start < stop <= self.length:
            return None
        if self._starts is None:
            return start, stop
        first = int(np.searchsorted(self._starts, start, side="right")) - 1
        return first, int(np.searchsorted(self._starts, stop, side="left"))
