"""The REST channel: POST /webhooks/rest/webhook {sender, message} -> a list of messages."""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any, Optional

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.channels.guard import Guard, Incoming, OnNewMessage, ReplyMessage
from bot.settings import Settings, SettingsError, load_settings

logger = logging.getLogger(__name__)

_TEXT_CHANNELS = ("rest", "web", "sms", "cmdline")
"""What `input_channel` of a request may be: it decides between the web and the SMS text."""


class GuardedRestInput(InputChannel):
    """Rasa's REST channel with the guard in front of it.

    Args:
        guard: Answers each message.
        token: What a request must show, as `Authorization: Bearer ...`; None if anyone may ask.
    """

    def __init__(self, guard: Guard, *, token: Optional[str] = None) -> None:
        self._guard, self._token = guard, token

    @classmethod
    def name(cls) -> str:
        """The channel's name and part of its path."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Optional[dict[str, Any]]) -> GuardedRestInput:
        """Builds the channel; it needs no credentials (see parent class)."""
        settings = load_settings()
        return cls.from_settings(settings, Guard.from_settings(settings))

    @classmethod
    def from_settings(cls, settings: Settings, guard: Guard) -> GuardedRestInput:
        """Builds the channel.

        Raises:
            SettingsError: If others can reach the server and no token is set.
        """
        if settings.rest_token:
            return cls(guard, token=settings.rest_token.get_secret_value())
        if not settings.is_local:
            raise SettingsError(
                f"REST_TOKEN is needed when HOST is {settings.host}: a secret of 32 characters or more that programs "
                "show as `Authorization: Bearer ...`, e.g. from `openssl rand -hex 32`"
            )
        return cls(guard)

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Returns the routes (see parent class)."""
        blueprint = Blueprint(f"trd_{self.name()}", __name__)

        @blueprint.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                status, replies = await self._receive(request, on_new_message)
            except Exception:  # nothing may leave a person without a reply
                logger.exception("A request failed.")
                status, replies = 200, [self._guard.failure(Incoming("", "", self.name()))]
            if request.args.get("stream", "").lower() == "true":  # as Rasa's shell asks for it: a line a message
                lines = "".join(json.dumps(reply) + "\n" for reply in replies)
                return HTTPResponse(lines, status=status, content_type="application/x-ndjson")
            return json_response(replies, status=status)

        return blueprint

    async def _receive(self, request: Request, on_new_message: OnNewMessage) -> tuple[int, list[ReplyMessage]]:
        """Returns the HTTP status and the messages for a request of any kind."""
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            return self._refuse(
                Incoming(request.body.decode("utf-8", errors="replace"), "", self.name()),
                'the body must be JSON: {"sender": "...", "message": "..."}',
            )
        if not isinstance(body, dict):
            return self._refuse(Incoming(str(body), "", self.name()), "the body must be a JSON object")
        sender, message = body.get("sender"), body.get("message")
        channel = body.get("input_channel")
        incoming = Incoming(
            text="" if message is None else str(message),
            sender=str(sender).strip() if isinstance(sender, (str, int)) else "",
            channel=channel if channel in _TEXT_CHANNELS else self.name(),
        )
        if not self._may_ask(request):
            return self._refuse(incoming, "the header `Authorization: Bearer REST_TOKEN` is required", status=401)
        if not incoming.sender:
            return self._refuse(incoming, "sender is required: an id of its own for each conversation")
        if not incoming.text.strip():
            return 200, [self._guard.failure(incoming)]
        return 200, await self._guard.reply(incoming, on_new_message)

    def _may_ask(self, request: Request) -> bool:
        if self._token is None:
            return True
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), self._token.encode())

    def _refuse(self, incoming: Incoming, why: str, *, status: int = 400) -> tuple[int, list[ReplyMessage]]:
        """Refuses a request that no conversation can come of, but never a person in danger."""
        urgent = self._guard.urgent(incoming)
        if urgent:
            return 200, urgent
        failure = self._guard.failure(incoming)
        return status, [{**failure, "metadata": {**failure["metadata"], "error": why}}]


class GuardedShellInput(GuardedRestInput):
    """The same for Rasa's shell, which talks to its server on this machine as if over REST."""

    @classmethod
    def from_settings(cls, settings: Settings, guard: Guard) -> GuardedShellInput:
        """Builds the channel; only this machine can reach it, and Rasa's shell shows no token."""
        return cls(guard)

    @classmethod
    def name(cls) -> str:
        """The name by which Rasa starts its shell."""
        return "cmdline"

    def url_prefix(self) -> str:
        """The path at which Rasa's shell looks for its server."""
        return "rest"
