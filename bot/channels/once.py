"""Answers what is sent twice once: a message that was sent again because its reply got lost gets the same reply."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Awaitable, Callable, Generic, Hashable, TypeVar

T = TypeVar("T")

_REPLIES = 2_000
"""Remembered in memory; the oldest is forgotten."""


class Once(Generic[T]):
    """Does each piece of work once, also for those who ask while it is being done."""

    def __init__(self, size: int = _REPLIES) -> None:
        self._size = size
        self._tasks: OrderedDict[Hashable, asyncio.Future[T]] = OrderedDict()

    def knows(self, key: Hashable) -> bool:
        """Whether the work has been done, or is being done."""
        return key in self._tasks

    async def __call__(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """Returns the result of the work done for a key, now or before.

        Who asked first may go away: the work goes on, and its result is there for the next.
        """
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(work())
            if len(self._tasks) > self._size:
                self._tasks.popitem(last=False)
        try:
            return await asyncio.shield(task)
        except Exception:
            self._tasks.pop(key, None)  # what failed may be tried again
            raise
