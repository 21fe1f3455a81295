"""The default alphabet of SMS (3GPP TS 23.038): texts within it cost half as many segments."""

from __future__ import annotations

from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€"
"""Each takes the room of two characters."""


def outside(text: str) -> str:
    """Returns the characters of a text that the alphabet lacks, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))


def length(text: str) -> int:
    """Returns the length of a text in septets."""
    return len(text) + sum(c in _EXTENDED for c in text)


@dataclass(frozen=True)
class Size:
    """What a text costs to send.

    Attributes:
        encoding: "GSM-7", or "UCS-2" when a character needs it.
        units: Septets, or UTF-16 code units.
        segments: How many messages a carrier makes of it, and charges.
    """

    encoding: str
    units: int
    segments: int


def size(text: str) -> Size:
    """Returns the size of a text by SMS (3GPP TS 23.040: 160 or 70 alone, 153 or 67 each in several).

    A character of two units is never split between two messages.
    """
    if outside(text):
        costs, encoding, alone, each = [1 + (ord(c) > 0xFFFF) for c in text], "UCS-2", 70, 67
    else:
        costs, encoding, alone, each = [1 + (c in _EXTENDED) for c in text], "GSM-7", 160, 153
    units = sum(costs)
    if units <= alone:
        return Size(encoding, units, int(units > 0))
    segments, filled = 1, 0
    for cost in costs:
        if filled + cost > each:
            segments, filled = segments + 1, 0
        filled += cost
    return Size(encoding, units, segments)
