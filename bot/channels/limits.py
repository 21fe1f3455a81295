"""How often somebody may write: a bucket of messages that fills again with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Callable

_KEYS = 20_000
"""Sessions or addresses remembered; the one silent longest is forgotten."""


class RateLimit:
    """Counts in memory only.

    Args:
        burst: Messages that may come at once.
        per_minute: Messages that may come steadily.
        clock: Seconds that only go forward.
    """

    def __init__(self, *, burst: int, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._per_second, self._clock = float(burst), per_minute / 60.0, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Counts one message; returns 0 if it may pass, else the seconds until one may."""
        now = self._clock()
        left, at = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        passes = left >= 1
        self._buckets[key] = (left - 1 if passes else left, now)
        if len(self._buckets) > _KEYS:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._per_second
