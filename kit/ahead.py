"""Makes the next thing while the one before it is being used."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def made(make: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """Yields `make(item)` for each item, in order. `make` runs in another thread, so it must not use the database.

    What `make` raises comes in the turn of its item. What `items` raises comes at once: the item before is not yielded.
    """
    with ThreadPoolExecutor(1) as pool:
        coming: deque[Future[Made]] = deque()
        for item in items:
            coming.append(pool.submit(make, item))
            if len(coming) > 1:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
