"""The default alphabet of SMS (3GPP TS 23.038): texts within it cost half as many segments."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€"
"""Each takes the room of two characters."""

_SUBSTITUTES = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛‹›′`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·‣◦▪●", "-"),
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
    ),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
    **dict.fromkeys("\u2028\u2029\x0b\x0c", "\n"),
    "…": "...",
    "™": "(TM)",
    "®": "(R)",
    "©": "(C)",
    "×": "x",
    "÷": "/",
    "±": "+/-",
    "≥": ">=",
    "≤": "<=",
    "≈": "~",
    "→": "->",
    "½": "1/2",
    "¼": "1/4",
    "¾": "3/4",
    "°": " deg",
    "µ": "u",
    "μ": "u",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "№": "No.",
}
"""For what typesetters and word processors put in. Letters stay: a name or a language may need them."""


def outside(text: str) -> str:
    """Returns the characters of a text that the alphabet lacks, each once, in order."""
    return "".join(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))


def plain(text: str) -> str:
    """Returns a text with typographic characters written as a phone of old would; letters stay as they are."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c if c in _BASIC else _SUBSTITUTES.get(c, c) for c in text)


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
