"""The door of the SMS channel: POST /webhooks/sms/webhook as Twilio sends it -> TwiML with at most one message."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import secrets
import time
from asyncio import AbstractEventLoop
from typing import Any, Optional
from urllib.parse import urlsplit

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sanic.response import text as text_response

from bot.bank.database import BankUnavailableError, Database
from bot.bank.files import read_profile
from bot.channels.guard import Guard, OnNewMessage
from bot.channels.sms.answering import CHANNEL, Answering
from bot.channels.sms.inbound import Inbound, fields_of
from bot.channels.sms.ledger import Ledger
from bot.channels.sms.numbers import NumberHash
from bot.channels.sms.signature import SignatureCheck
from bot.channels.sms.twiml import twiml
from bot.channels.sms.words import read_words
from bot.records.sms import SmsStore
from bot.settings import Settings, SettingsError, load_settings

logger = logging.getLogger(__name__)

PATH = f"/webhooks/{CHANNEL}/webhook"
_SIGNATURE = "X-Twilio-Signature"
_KEY_CHARACTERS = 32
_COMPLAINT_SECONDS = 60.0


class GuardedSmsInput(InputChannel):
    """Twilio's webhook with the guard behind it.

    Args:
        is_signed: Tells whether a request is Twilio's.
        answering: Answers each message.
        ledger: The records, looked after while the server runs.
    """

    def __init__(self, *, is_signed: SignatureCheck, answering: Answering, ledger: Ledger) -> None:
        self._is_signed, self._answering, self._ledger = is_signed, answering, ledger
        self._complained_at: Optional[float] = None

    @classmethod
    def name(cls) -> str:
        """The channel's name and part of its path."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Optional[dict[str, Any]]) -> GuardedSmsInput:
        """Builds the channel; its credentials are settings (see parent class)."""
        settings = load_settings()
        return cls.from_settings(settings, Guard.from_settings(settings))

    @classmethod
    def from_settings(cls, settings: Settings, guard: Guard) -> GuardedSmsInput:
        """Builds the channel.

        Raises:
            SettingsError: If a setting that it needs is missing or can't be.
            SafetyDataError: If data/sms is not usable.
            BankError: If the provider's profile is not usable.
        """
        token = settings.twilio_auth_token.get_secret_value()
        if not token:
            raise SettingsError("TWILIO_AUTH_TOKEN is needed for SMS: copy it from the account's page at Twilio")
        public_url = checked_public_url(settings.public_url)
        ledger = Ledger(_store(settings))
        outbound = None
        if settings.twilio_account_sid:
            from bot.channels.sms.outbound import Outbound  # Twilio's client is large

            outbound = Outbound(settings.twilio_account_sid, token)
        answering = Answering(
            guard=guard,
            ledger=ledger,
            words=read_words(read_profile(settings.bank_dir)),
            number_hash=NumberHash(_key(settings, public_url)),
            outbound=outbound,
        )
        tokens = (token, settings.twilio_auth_token_secondary.get_secret_value())
        return cls(is_signed=SignatureCheck(tokens, public_url + PATH), answering=answering, ledger=ledger)

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Returns the routes (see parent class)."""
        blueprint = Blueprint(f"trd_{self.name()}", __name__)

        @blueprint.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            fields = self._signed_fields(request)
            if fields is None:
                return text_response("Only requests with Twilio's signature are answered here.", status=403)
            try:
                text = await self._answering.answer(Inbound.from_fields(fields), on_new_message)
            except Exception as error:  # nothing may leave a person without a reply; what it says may hold the number
                logger.error("A request failed: %s", type(error).__name__)
                text = self._answering.failure().text
            return HTTPResponse(twiml(text), content_type="text/xml; charset=utf-8")

        @blueprint.listener("after_server_start")
        async def look_after_records(app: Sanic, loop: AbstractEventLoop) -> None:
            app.ctx.sms_records = asyncio.ensure_future(self._ledger.tidy_forever())

        @blueprint.listener("before_server_stop")
        async def finish(app: Sanic, loop: AbstractEventLoop) -> None:
            app.ctx.sms_records.cancel()
            await self._answering.settle()

        return blueprint

    def _signed_fields(self, request: Request) -> Optional[dict[str, list[str]]]:
        """Returns the fields of a request if it is Twilio's."""
        try:
            fields = fields_of(request.body)
            if self._is_signed(fields, request.headers.get(_SIGNATURE, ""), query=request.query_string):
                return fields
        except ValueError:  # no form, or one that no carrier sends
            pass
        self._complain()
        return None

    def _complain(self) -> None:
        """Says what may be wrong, once a minute at most: anybody can send such requests."""
        now = time.monotonic()
        if self._complained_at is None or now - self._complained_at > _COMPLAINT_SECONDS:
            self._complained_at = now
            logger.warning(
                "Refused a request without Twilio's signature. If it came from Twilio, TWILIO_AUTH_TOKEN is not the "
                "account's, or the webhook there is not PUBLIC_URL%s.",
                PATH,
            )


def checked_public_url(url: Optional[str]) -> str:
    """Returns the public address without a slash at its end.

    Raises:
        SettingsError: If it is missing or is no address at which Twilio could reach us.
    """
    example = "https://bot.example.org"
    if not url:
        raise SettingsError(f"PUBLIC_URL is needed for SMS: the address that Twilio reaches, e.g. {example}")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or True)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.username:
        raise SettingsError(f"PUBLIC_URL: {url!r} is no address like {example}")
    if parts.scheme == "http" and not is_loopback(str(parts.hostname)):
        raise SettingsError(f"PUBLIC_URL must begin with https://, for what people write goes there: {url!r}")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Returns whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key(settings: Settings, public_url: str) -> str:
    key = settings.sms_key.get_secret_value()
    how = "make one with `openssl rand -hex 32` and keep it: with another key opt-outs are lost"
    if not key:
        # A server behind a proxy listens on loopback too; nobody is reached at a public address for development.
        if is_loopback(settings.host) and is_loopback(str(urlsplit(public_url).hostname)):
            logger.warning("SMS_KEY is not set: numbers are hashed with a key that is lost with this process.")
            return secrets.token_hex(_KEY_CHARACTERS)
        raise SettingsError(f"SMS_KEY is needed for SMS, to hash phone numbers: {how}")
    if len(key) < _KEY_CHARACTERS:
        raise SettingsError(f"SMS_KEY is too short to protect phone numbers ({_KEY_CHARACTERS} characters): {how}")
    return key


def _store(settings: Settings) -> Optional[SmsStore]:
    try:
        return SmsStore(Database(settings.database_url))
    except BankUnavailableError as error:
        logger.error("SMS goes on without records (retries, opt-outs): %s", error)
        return None
