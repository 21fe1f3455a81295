"""Phone numbers, which nothing here keeps: a conversation goes by a keyed hash of its number."""

from __future__ import annotations

import hashlib
import hmac

_CHARACTERS = 40


class NumberHash:
    """Gives each number its id. Without the key no number can be found by trying them all.

    Args:
        key: The secret, SMS_KEY.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def __call__(self, number: str) -> str:
        """Returns the id of a number ("+15550100", or "whatsapp:+15550100")."""
        digest = hmac.new(self._key, number.strip().encode("utf-8", errors="replace"), hashlib.sha256)
        return f"sms-{digest.hexdigest()[:_CHARACTERS]}"
