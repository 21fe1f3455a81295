"""Sends a text by a request of our own, when a reply took too long to go out in the response."""

from __future__ import annotations

import asyncio
import logging
from typing import Awaitable, Callable

from aiohttp import ClientConnectorError
from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

logger = logging.getLogger(__name__)

_SECONDS = 10.0
_TRIES = 3
_NOT_ACCEPTED = (429, 503)
"""After these the message has surely not gone out. After any other error it may have: nothing is sent twice."""


class Outbound:
    """Sends texts through Twilio.

    Args:
        account_sid: The account.
        token: Its auth token.
        http: Makes the HTTP client of one text.
        pause: Waits some seconds between tries.
    """

    def __init__(
        self,
        account_sid: str,
        token: str,
        *,
        http: Callable[[], AsyncHttpClient] = lambda: AsyncTwilioHttpClient(timeout=_SECONDS),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._account_sid, self._token, self._http, self._pause = account_sid, token, http, pause

    async def send(self, text: str, *, to: str, sender: str) -> bool:
        """Sends a text and returns whether Twilio took it. Never raises.

        Args:
            text: The text.
            to: The person's number.
            sender: Our number.
        """
        for attempt in range(_TRIES):
            if attempt:
                await self._pause(2.0**attempt)
            try:
                await self._request(text, to=to, sender=sender)
                return True
            except TwilioRestException as error:
                # What Twilio says of an error may hold the number.
                why, again = f"status {error.status}, code {error.code}", error.status in _NOT_ACCEPTED
            except Exception as error:
                why, again = type(error).__name__, isinstance(error, ClientConnectorError)
            if not again:
                break
        logger.error("A reply that took too long could not be sent (%s).", why)
        return False

    async def _request(self, text: str, *, to: str, sender: str) -> None:
        http = self._http()
        try:
            client = Client(self._account_sid, self._token, http_client=http)
            # The client's own log holds headers and addresses.
            http.logger = logging.getLogger("bot.silent")
            http.logger.disabled = True
            await client.messages.create_async(to=to, from_=sender, body=text)
        finally:
            if hasattr(http, "close"):
                await http.close()
