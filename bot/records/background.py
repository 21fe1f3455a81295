"""Work that must never delay or break a reply: done in the order it comes, in a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import Callable, Optional, Union

from bot.bank.database import BankUnavailableError

logger = logging.getLogger(__name__)

Work = Callable[[], object]
Waiting = queue.Queue[Union[Work, threading.Event]]

_CAPACITY = 1000
_DAY = 24 * 3600.0
_AGAIN_SECONDS = 600.0
"""After which the daily work is tried again where it failed."""
_REST_SECONDS = 1.0
"""After a failure: trying costs those who are writing some computing time."""


class Background:
    """A thread with a bounded queue. What it can't do it drops, and says so once until it can again.

    Args:
        name: Of the thread, and in the log.
        capacity: How much work may wait. After a failure the next has a second to wait, so that what comes during a
            short trouble is not lost.
        daily: Done at the start and once a day.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        name: str,
        *,
        capacity: int = _CAPACITY,
        daily: Optional[Work] = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._daily, self._clock = name, daily, clock
        self._capacity = capacity
        self._queue: Waiting = queue.Queue(capacity)
        self._due = clock()
        self._thread: Optional[threading.Thread] = None
        self._starting = threading.Lock()
        self._lost = 0
        self._full = False

    def start(self) -> None:
        """Starts the thread, also where it was lost: a process that forks keeps only the thread that forked."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                # A queue of its own: that of a lost thread may go on waking nobody but it.
                self._queue = queue.Queue(self._capacity)
                self._thread = threading.Thread(target=self._run, args=(self._queue,), name=self._name, daemon=True)
                self._thread.start()

    def do(self, work: Work) -> None:
        """Hands over some work and returns at once; never raises."""
        try:
            if self._thread is None or not self._thread.is_alive():
                self.start()
            self._queue.put_nowait(work)
        except (queue.Full, RuntimeError):  # the latter: the process can have no more threads
            if not self._full:
                logger.warning("%s: too much is waiting; what comes now is dropped.", self._name)
            self._full = True

    def wait(self, timeout: float) -> bool:
        """Waits until all that was handed over is done; returns whether it was within some seconds."""
        done = threading.Event()
        deadline = time.monotonic() + timeout
        try:
            self.start()
            self._queue.put(done, timeout=timeout)
        except (queue.Full, RuntimeError):
            return False
        return done.wait(max(0.0, deadline - time.monotonic()))

    def _run(self, waiting: Waiting) -> None:
        while True:
            left = self._due - self._clock() if self._daily is not None else None
            if self._daily is not None and left is not None and left <= 0:
                self._due = self._clock() + (_DAY if self._try(self._daily) else _AGAIN_SECONDS)
                continue
            try:
                work = waiting.get(timeout=left)
            except queue.Empty:
                continue
            self._full = self._full and not waiting.empty()
            if isinstance(work, threading.Event):
                work.set()  # somebody waits for what came before
            elif not self._try(work):
                threading.Event().wait(_REST_SECONDS)

    def _try(self, work: Work) -> bool:
        try:
            work()
        except Exception as error:  # nothing that happens here may end the thread
            self._lost += 1
            if self._lost == 1:
                # Messages of other errors may hold what was to be kept.
                why = error if isinstance(error, (BankUnavailableError, ConnectionError)) else type(error).__name__
                logger.warning("%s: failing, and dropping what comes: %s", self._name, why)
            return False
        if self._lost:
            logger.warning("%s: working again; %d lost.", self._name, self._lost)
            self._lost = 0
        return True
