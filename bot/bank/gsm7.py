"""The default alphabet of SMS (3GPP TS 23.038): texts within it cost half as many segments."""

from __future__ import annotations

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
