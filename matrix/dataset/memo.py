"""What was worked out of a dataset is remembered with the dataset, as long as that is in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from matrix.dataset.dataset import Dataset

P = ParamSpec("P")
T = TypeVar("T")

_LOCK = Lock()


def remembered(most: int) -> Callable[[Callable[Concatenate[Dataset, P], T]], Callable[Concatenate[Dataset, P], T]]:
    """A function of a dataset whose latest results, `most` of them, stay with that dataset and go with it.

    The key is the dataset itself, not its version (two with equal tables may have other titles), and all arguments.
    """

    def decorated(make: Callable[Concatenate[Dataset, P], T]) -> Callable[Concatenate[Dataset, P], T]:
        @wraps(make)
        def look(dataset: Dataset, /, *args: P.args, **kwargs: P.kwargs) -> T:
            found: OrderedDict[Hashable, T] = dataset.memo.setdefault(look, OrderedDict())
            key = (args, *sorted(kwargs.items()))
            with _LOCK:
                if key in found:
                    found.move_to_end(key)
                    return found[key]
            result = make(dataset, *args, **kwargs)
            with _LOCK:
                found[key] = result
                while len(found) > most:
                    found.popitem(last=False)
            return result

        return look

    return decorated
