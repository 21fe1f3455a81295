"""A phone without a phone: sends texts to the real webhook, signed as Twilio signs them."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from pathlib import Path
from typing import Iterator, Optional
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

PATH = "/webhooks/sms/webhook"
OUR_NUMBER = "+15005550006"
_START_SECONDS = 180.0
_REPLY_SECONDS = 20.0
_READY = "The assistant is ready"
_LINES = 20


class SimulationError(RuntimeError):
    """There is nobody to talk to; the message says why."""


class Phone:
    """A phone that texts the assistant.

    Args:
        url: Where the server listens.
        public_url: What the server takes for its public address; the signature is made over it.
        token: The account's auth token.
        number: The phone's number.
    """

    def __init__(self, url: str, *, public_url: str, token: str, number: str) -> None:
        self._url, self._signed_url = url.rstrip("/") + PATH, public_url.rstrip("/") + PATH
        self._validator, self._number = RequestValidator(token), number

    def send(self, text: str) -> str:
        """Sends a text and returns the reply, "" for none.

        Raises:
            SimulationError: If there is no answer, or none that Twilio would understand.
        """
        fields = {
            "MessageSid": f"SM{secrets.token_hex(16)}",
            "From": self._number,
            "To": OUR_NUMBER,
            "Body": text,
            "NumMedia": "0",
            "FromCity": "",  # blank, as many of Twilio's fields are
        }
        signature = self._validator.compute_signature(self._signed_url, fields)
        request = urllib.request.Request(
            self._url, urllib.parse.urlencode(fields).encode(), {"X-Twilio-Signature": signature}
        )
        try:
            with urllib.request.urlopen(request, timeout=_REPLY_SECONDS) as response:
                return "\n".join(message.text or "" for message in ElementTree.fromstring(response.read()))
        except urllib.error.HTTPError as error:
            hint = " (is TWILIO_AUTH_TOKEN or PUBLIC_URL another one there?)" if error.code == 403 else ""
            raise SimulationError(f"{self._url} answered {error.code}{hint}") from error
        except (OSError, ElementTree.ParseError) as error:
            raise SimulationError(f"{self._url} does not answer: {error}") from error


@contextlib.contextmanager
def own_server(number: str) -> Iterator[Phone]:
    """Starts a server of its own, with a database that is thrown away, and yields a phone that reaches it.

    Raises:
        SimulationError: If it does not come up.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url, token = f"http://127.0.0.1:{port}", secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="trd-sms-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "bot", "serve"],
            env={
                **os.environ,
                "HOST": "127.0.0.1",
                "PORT": str(port),
                "DATABASE_URL": f"sqlite:///{Path(folder) / 'trd.db'}",
                "PUBLIC_URL": url,
                "SMS_KEY": secrets.token_hex(32),
                "TWILIO_AUTH_TOKEN": token,
                "TWILIO_ACCOUNT_SID": "",
                "PYTHONUNBUFFERED": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_until_ready(process)
            yield Phone(url, public_url=url, token=token, number=number)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Reads what the server says up to the line that it is ready; goes on reading so that it never blocks."""
    said: deque[str] = deque(maxlen=_LINES)
    ready: Optional[bool] = None
    known = threading.Event()

    def read() -> None:
        nonlocal ready
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if _READY in line:
                ready = True
                known.set()
        known.set()

    threading.Thread(target=read, daemon=True).start()
    known.wait(_START_SECONDS)
    if not ready:
        raise SimulationError("the server did not come up:\n" + "".join(said))
