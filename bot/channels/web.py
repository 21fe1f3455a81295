"""The website's channel: sessions, messages and feedback of the widget, under /webhooks/web/.

Whatever may be wrong with a message (no session, too long, too many, from a strange page), it is screened
before it is refused: a person in danger is given the instructions.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Optional

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.bank.bank import Profile
from bot.bank.files import read_profile
from bot.channels.feedback import FeedbackRecorder, NoRecorder
from bot.channels.guard import Guard, Incoming, OnNewMessage, ReplyMessage
from bot.channels.limits import RateLimit
from bot.channels.once import Once
from bot.channels.origins import Origins
from bot.channels.sessions import Sessions
from bot.safety import Level, Messages, load_messages
from bot.settings import Settings, load_settings

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 1000
"""Of a message; the widget counts them too."""

_BLOCKING = {level.label for level in Level if level.blocks}
_LONG = 20_000
"""Characters: a longer message is screened beside the event loop, which others are waiting for."""
_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_ANSWER_ID = re.compile(r"[a-z][a-z0-9_]{0,63}\.[a-z_]{1,32}")
_VERSION = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Limits:
    """How often people may write; people in danger always may.

    Attributes:
        session: Messages and votes of one conversation.
        address: Everything from one address, behind which may be a whole clinic.
    """

    session: RateLimit
    address: RateLimit

    @classmethod
    def usual(cls) -> Limits:
        """Returns limits that nobody who types will meet."""
        return cls(RateLimit(burst=15, per_minute=20), RateLimit(burst=120, per_minute=240))

    def wait(self, address: str, session: str = "") -> float:
        """Counts one request; returns 0 if it may pass, else the seconds until one may."""
        return (self.session.wait(session) if session else 0.0) or self.address.wait(address)


@dataclass(frozen=True)
class _Answer:
    """What a request gets: a status, a body, and for how many seconds to wait where it came too soon."""

    status: int
    body: dict[str, Any]
    wait: float = 0.0


class WebInput(InputChannel):
    """The channel of the widget.

    Args:
        guard: Answers each message.
        sessions: Makes and checks the tokens.
        messages: The safety messages, to tell the language of what is said.
        profile: The provider, whom the widget names.
        origins: Which pages may use the channel.
        limits: How often people may write.
        recorder: Where feedback goes.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        sessions: Sessions,
        messages: Messages,
        profile: Profile,
        origins: Optional[Origins] = None,
        limits: Optional[Limits] = None,
        recorder: Optional[FeedbackRecorder] = None,
    ) -> None:
        self._guard, self._sessions, self._messages, self._profile = guard, sessions, messages, profile
        self._origins = origins or Origins()
        self._limits = limits or Limits.usual()
        self._recorder: FeedbackRecorder = recorder or NoRecorder()
        self._once: Once[list[ReplyMessage]] = Once()

    @classmethod
    def name(cls) -> str:
        """The channel's name and part of its path."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[dict[str, Any]]) -> WebInput:
        """Builds the channel; it needs no credentials (see parent class)."""
        settings = load_settings()
        return cls.from_settings(settings, Guard.from_settings(settings))

    @classmethod
    def from_settings(
        cls, settings: Settings, guard: Guard, *, recorder: Optional[FeedbackRecorder] = None
    ) -> WebInput:
        """Builds the channel.

        Raises:
            SettingsError: If WEB_KEY is missing where it is needed, or WEB_ORIGINS is wrong.
            BankError: If the provider's profile is not usable.
            SafetyDataError: If the safety messages are not usable.
        """
        return cls(
            guard,
            sessions=Sessions.from_settings(settings),
            messages=load_messages(settings.safety_dir),
            profile=read_profile(settings.bank_dir),
            origins=Origins.parse(settings.web_origins),
            recorder=recorder,
        )

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Returns the routes (see parent class)."""
        blueprint = Blueprint(f"trd_{self.name()}")

        @blueprint.route("/session", methods=["POST"])
        async def session(request: Request) -> HTTPResponse:
            return await self._respond(request, self._session)

        @blueprint.route("/message", methods=["POST"])
        async def message(request: Request) -> HTTPResponse:
            return await self._respond(request, lambda request: self._message(request, on_new_message))

        @blueprint.route("/feedback", methods=["POST"])
        async def feedback(request: Request) -> HTTPResponse:
            return await self._respond(request, self._feedback)

        return blueprint

    async def _respond(self, request: Request, work: Callable[[Request], Awaitable[_Answer]]) -> HTTPResponse:
        try:
            answer = await work(request)
        except Exception:  # nothing may leave a person without a reply
            logger.exception("A request failed.")
            answer = _Answer(200, {"messages": [self._failure("")]})
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Vary": "Origin"}
        if answer.wait:
            headers["Retry-After"] = str(int(answer.wait) + 1)
        origin = request.headers.get("origin")
        if origin and (self._comes_from_ours(request) or _holds_instructions(answer.body)):
            headers["Access-Control-Allow-Origin"] = origin  # the instructions are for whoever needs them
        return HTTPResponse(
            json.dumps(answer.body, ensure_ascii=False),
            status=answer.status,
            headers=headers,
            content_type="application/json",
        )

    async def _session(self, request: Request) -> _Answer:
        if not self._comes_from_ours(request):
            return self._refuse(403, "origin", why="this site is not in WEB_ORIGINS")
        if wait := self._limits.wait(_address(request)):
            return self._refuse(429, "limit", wait=wait)
        profile = {"provider": self._profile.provider, "phone": self._profile.phone}
        return _Answer(200, {"token": self._sessions.create(), **profile})

    async def _message(self, request: Request, on_new_message: OnNewMessage) -> _Answer:
        body = _read(request)
        # What can't be read as a message is screened as it stands.
        text = str(body["text"]) if body.get("text") is not None else request.body.decode("utf-8", errors="replace")
        sender = self._sessions.conversation(body.get("token"))
        urgent = await self._urgent(Incoming(text, sender or "", self.name()))
        in_danger = _holds_instructions({"messages": urgent})
        refused = self._refusal(request, body, sender, text)
        if refused is None and sender is not None:
            key = (sender, str(body["id"]), hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest())
            wait = 0.0 if in_danger or self._once.knows(key) else self._limits.wait(_address(request), sender)
            if not wait:
                incoming = Incoming(text, sender, self.name())
                replies = await self._once(key, lambda: self._guard.reply(incoming, on_new_message))
                return _Answer(200, {"messages": self._told(replies)})
            refused = self._refuse(429, "limit", wait=wait)
        assert refused is not None
        if in_danger:
            return _Answer(200, {"messages": self._told(urgent)})
        if urgent:
            return _Answer(refused.status, {**refused.body, "messages": self._told(urgent)}, refused.wait)
        return refused

    async def _urgent(self, incoming: Incoming) -> list[ReplyMessage]:
        if len(incoming.text) > _LONG:
            return await asyncio.to_thread(self._guard.urgent, incoming)
        return self._guard.urgent(incoming)

    def _refusal(self, request: Request, body: dict[str, Any], sender: Optional[str], text: str) -> Optional[_Answer]:
        """Returns why a message can't go on to Rasa, or None if it can."""
        if not self._comes_from_ours(request):
            return self._refuse(403, "origin", why="this site is not in WEB_ORIGINS")
        if body.get("text") is None or not isinstance(body.get("id"), str) or not _ID.fullmatch(body["id"]):
            return self._refuse(400, "form", why='the body must be JSON: {"token": "...", "id": "...", "text": "..."}')
        if not text.strip():
            return self._refuse(400, "empty")
        if len(text) > MAX_CHARACTERS:
            return self._refuse(413, "too_long", why=f"at most {MAX_CHARACTERS} characters")
        if sender is None:
            return self._refuse(401, "session", why="the token is not valid any more: ask for a new session")
        return None

    async def _feedback(self, request: Request) -> _Answer:
        if not self._comes_from_ours(request):
            return self._refuse(403, "origin", why="this site is not in WEB_ORIGINS")
        body = _read(request)
        answer_id, version, helpful = body.get("answer_id"), body.get("version"), body.get("helpful")
        fits = isinstance(answer_id, str) and isinstance(version, str) and isinstance(helpful, bool)
        if not fits or not _ANSWER_ID.fullmatch(str(answer_id)) or not _VERSION.fullmatch(str(version)):
            return self._refuse(400, "form", why='expected {"token", "answer_id", "version", "helpful": true or false}')
        session = self._sessions.conversation(body.get("token"))
        if session is None:
            return self._refuse(401, "session")
        if wait := self._limits.wait(_address(request), session):
            return self._refuse(429, "limit", wait=wait)
        self._recorder.feedback(
            sender=session, answer_id=str(answer_id), version=str(version), helpful=bool(helpful), channel=self.name()
        )
        return _Answer(200, {})

    def _refuse(self, status: int, error: str, *, why: str = "", wait: float = 0.0) -> _Answer:
        """Returns a refusal that still holds a kind word, the phone number and 988."""
        return _Answer(status, {"error": error, "why": why, "messages": [self._failure("")]}, wait)

    def _failure(self, sender: str) -> ReplyMessage:
        return self._guard.failure(Incoming("", sender, self.name()))

    def _told(self, replies: list[ReplyMessage]) -> list[ReplyMessage]:
        """Returns the replies as the widget gets them: without the conversation's id, with their language."""
        told = []
        for reply in replies:
            shown = {name: value for name, value in reply.items() if name != "recipient_id"}
            language = self._messages.language_of(reply["text"], phone=self._profile.phone)
            if language != "en":
                shown["metadata"] = {**shown.get("metadata", {}), "language": language}
            told.append(shown)
        return told

    def _comes_from_ours(self, request: Request) -> bool:
        return self._origins.allow(request.headers.get("origin"), request.headers.get("host"))


def _read(request: Request) -> dict[str, Any]:
    """Returns the JSON object that was sent, or an empty one."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _address(request: Request) -> str:
    return str(request.remote_addr or request.ip)


def _holds_instructions(body: dict[str, Any]) -> bool:
    return any((reply.get("metadata") or {}).get("level") in _BLOCKING for reply in body.get("messages", []))
