"""Sessions of the website: a token that only the server can make, bound to one conversation."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from typing import Callable, Optional

from bot.settings import Settings, SettingsError

logger = logging.getLogger(__name__)

LIFETIME = 24 * 3600.0
"""Seconds for which a token is good; the widget asks for a new one by itself."""

_RANDOM_BYTES = 16
_FUTURE = 60.0
"""Seconds by which the clocks of two servers may differ."""


class Sessions:
    """Makes and checks tokens; it keeps nothing, so several servers with one key know each other's.

    A token is `conversation.time.signature`. It names no person, and nobody can make one up.

    Args:
        key: The secret, 32 bytes or more.
        clock: Seconds since 1970.
    """

    def __init__(self, key: bytes, *, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = key, clock

    @classmethod
    def from_settings(cls, settings: Settings) -> Sessions:
        """Returns the sessions for WEB_KEY, or for a random key while only this machine can reach the server.

        Raises:
            SettingsError: If others can reach the server and there is no key.
        """
        if settings.web_key:
            return cls(settings.web_key.get_secret_value().encode())
        if not settings.is_local:
            raise SettingsError(
                f"WEB_KEY is needed when HOST is {settings.host}: a secret of 32 characters or more that signs the "
                "website's sessions, the same in every server, e.g. from `openssl rand -hex 32`"
            )
        logger.warning("WEB_KEY is not set: chats on the website start anew whenever this server does.")
        return cls(secrets.token_bytes(32))

    def create(self) -> str:
        """Returns the token of a new conversation."""
        content = f"{secrets.token_urlsafe(_RANDOM_BYTES)}.{int(self._clock())}"
        return f"{content}.{self._sign(content)}"

    def conversation(self, token: object) -> Optional[str]:
        """Returns the conversation that a token is for, or None if it is not ours or too old."""
        if not isinstance(token, str) or not token.isascii() or token.count(".") != 2:
            return None
        content, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._sign(content), signature):
            return None
        conversation, _, issued = content.partition(".")
        age = self._clock() - int(issued)
        return f"web-{conversation}" if -_FUTURE <= age <= LIFETIME else None

    def _sign(self, content: str) -> str:
        return hmac.new(self._key, content.encode(), hashlib.sha256).hexdigest()
