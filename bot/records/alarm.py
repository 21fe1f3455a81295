"""Tells the clinic's own system of a crisis at once, without the person's words; best effort."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.request
from typing import Any, Callable
from urllib.parse import urlsplit

from bot.records.events import CrisisEvent
from bot.settings import is_loopback

_TIMEOUT_SECONDS = 3.0
_TRIES = 3
_PAUSE_SECONDS = 1.0
_TOO_MANY = 429


class AlarmError(ConnectionError):
    """The address did not take the alarm; the message says why, without the address, which may hold a secret."""


class Alarm:
    """Posts JSON to an address: time, channel, level, category, session_hash and versions.

    Args:
        url: Where to, as CRISIS_WEBHOOK may be.
        timeout: Seconds that each try may take.
        pause: Called between tries.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = _TIMEOUT_SECONDS,
        pause: Callable[[], object] = lambda: threading.Event().wait(_PAUSE_SECONDS),
    ) -> None:
        self._url, self._timeout, self._pause = url, timeout, pause
        handlers: list[Any] = [_NoRedirect()]
        if is_loopback(urlsplit(url).hostname or ""):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def __call__(self, event: CrisisEvent) -> None:
        """Tells of an event; takes up to a few tries.

        Raises:
            AlarmError: If the address did not take it.
        """
        body = json.dumps(payload(event)).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "trd-assistant"}
        request = urllib.request.Request(self._url, body, headers, method="POST")
        for left in reversed(range(_TRIES)):
            try:
                self._opener.open(request, timeout=self._timeout).close()
                return
            except urllib.error.HTTPError as error:
                error.close()
                why = f"it answered {error.code}"
                if error.code < 500 and error.code != _TOO_MANY:
                    left = 0  # asking again would not help
            except (OSError, http.client.HTTPException) as error:
                why = type(getattr(error, "reason", error)).__name__
            if not left:
                raise AlarmError(f"the address in CRISIS_WEBHOOK did not take the alarm ({why})") from None
            self._pause()


def payload(event: CrisisEvent) -> dict[str, Any]:
    """Returns what is told of an event."""
    return {
        "time": event.at.isoformat(),
        "channel": event.channel,
        "level": event.level.label,
        "category": event.category,
        "session_hash": event.session,
        "versions": {"lexicon": event.lexicon, "layer": event.layer},
    }


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An alarm goes where it was told to, and nowhere else."""

    def redirect_request(self, *arguments: Any) -> None:
        return None
