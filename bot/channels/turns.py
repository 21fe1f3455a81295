"""A thread with an event loop of its own, in which Rasa takes its turns.

Understanding a message is computing, tens of milliseconds in which an event loop does nothing else. On the server's own
loop, a person in danger would wait behind everyone who asked before; here they wait behind nobody.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any, Awaitable, Callable, Optional, TypeVar

T = TypeVar("T")

_AT_ONCE = 2
"""Turns taken side by side; more would only get in each other's way, and in the way of the crisis screen."""


class Turns:
    """Runs coroutines beside the loop that asks for them; the thread starts with the first."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def take(self, work: Callable[[], Awaitable[T]]) -> T:
        """Runs a turn and returns what comes of it; cancelled, the turn is cancelled too."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(self._one(work), self._running_loop())
        return await asyncio.wrap_future(future)

    async def _one(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self._room:
            return await work()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._run, args=(self._loop,), name="turns", daemon=True).start()
            return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> Any:
        asyncio.set_event_loop(loop)
        loop.run_forever()
