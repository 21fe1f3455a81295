"""So many of so many, and how sure that makes us."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterable, Optional

_Z = 1.959963984540054
"""Of the standard normal distribution, for 95%."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def percent(self) -> float:
        """100 * count / of; 0 when there is nothing to count."""
        return 100.0 * self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the percentage, by Wilson's score method (Wilson 1927, doi:10.2307/2276774)."""
        if not self.of:
            return 0.0, 100.0
        share, square = self.count / self.of, _Z * _Z / self.of
        middle = (share + square / 2) / (1 + square)
        half = _Z / (1 + square) * math.sqrt(share * (1 - share) / self.of + square / self.of / 4)
        # At 0 and at 100% rounding must not put the share itself outside.
        low = 0.0 if self.count == 0 else max(0.0, middle - half)
        high = 1.0 if self.count == self.of else min(1.0, middle + half)
        return 100.0 * low, 100.0 * high

    def as_dict(self) -> dict[str, Any]:
        """The share with its interval as plain data; percentages are null when there is nothing to count."""
        counted: dict[str, Any] = {"count": self.count, "of": self.of}
        if not self.of:
            return {**counted, "percent": None, "low": None, "high": None}
        low, high = self.interval
        return {**counted, "percent": round(self.percent, 2), "low": round(low, 2), "high": round(high, 2)}


def share_of(hits: Iterable[Optional[bool]]) -> Share:
    """Counts the hits; what is None was not asked for and does not count."""
    known = [hit for hit in hits if hit is not None]
    return Share(sum(known), len(known))
