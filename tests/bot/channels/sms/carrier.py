"""The carrier and Rasa, for tests: requests are signed by Twilio's own code and go over real HTTP."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable
from urllib.parse import urlencode
from xml.etree import ElementTree

import requests
from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from twilio.request_validator import RequestValidator

from bot.channels.sms.channel import PATH, GuardedSmsInput
from tests.conftest import free_port

TOKEN, OTHER_TOKEN, KEY = "a" * 32, "b" * 32, "k" * 32
PUBLIC_URL = "https://bot.example.org"
NUMBER = "+15005550123"
PHONE = "555-0100"


class Rasa:
    """A stand-in: answers in its own ways, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[UserMessage] = []
        self.offers = True
        self.wait: Callable[[], Any] = lambda: asyncio.sleep(0)

    async def __call__(self, message: UserMessage) -> None:
        self.asked.append(message)
        await self.wait()
        buttons = [{"title": t, "payload": p} for t, p in (("Side effects", "ect.side_effects"), ("Cost", "ect.cost"))]
        if not self.offers:
            buttons = []
        if message.text == "break":
            raise RuntimeError("broken")
        text = "A long answer. " * 60 if message.text == "long" else f"{message.text}? “Yes” — an answer."
        await message.output_channel.send_response(message.sender_id, {"text": text, "buttons": buttons})

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.asked]


class Carrier:
    """Twilio, as the webhook meets it."""

    def __init__(self, url: str, rasa: Rasa) -> None:
        self.url, self.rasa = url, rasa

    def post(
        self, fields: dict[str, str], *, token: str = TOKEN, signature: str | None = None, query: str = ""
    ) -> requests.Response:
        query = f"?{query}" if query else ""
        if signature is None:
            signature = RequestValidator(token).compute_signature(PUBLIC_URL + PATH + query, fields)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(self.url + PATH + query, data=urlencode(fields), headers=headers, timeout=30)

    def text(self, body: str, *, sid: str | None = None, number: str = NUMBER, **fields: str) -> str:
        """Sends a text; returns the one reply, "" for none."""
        response = self.post(
            {"MessageSid": sid or f"SM{uuid.uuid4().hex}", "From": number, "To": "+15005550006", "Body": body, **fields}
        )
        assert response.status_code == 200
        return said(response)


def said(response: requests.Response) -> str:
    messages = list(ElementTree.fromstring(response.content))
    assert len(messages) <= 1
    return messages[0].text or "" if messages else ""


Start = Callable[..., Carrier]


@contextmanager
def served(channel: GuardedSmsInput, rasa: Rasa) -> Iterator[str]:
    """Serves a channel in a thread and yields its address."""
    Sanic._app_registry.clear()
    app = Sanic(f"sms_{uuid.uuid4().hex}", configure_logging=False)
    app.blueprint(channel.blueprint(rasa), url_prefix="/webhooks/sms")
    port, loop, up = free_port(), asyncio.new_event_loop(), threading.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(app.create_server(port=port, return_asyncio_server=True, access_log=False))
        loop.run_until_complete(server.startup())
        loop.call_soon(up.set)
        loop.run_forever()
        loop.run_until_complete(channel._answering.settle())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert up.wait(20)
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
