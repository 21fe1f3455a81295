"""The settings, all from the environment; the README has a line for each."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Optional
from urllib.parse import urlsplit

from pydantic import BaseSettings, Field, SecretStr, ValidationError, validator

PROJECT = Path(__file__).resolve().parent.parent
"""The folder of the project: data, config and models lie in it."""

_MIN_SECRET = 32
"""Characters; shorter ones can be guessed."""


class SettingsError(ValueError):
    """A setting has a wrong value; the message names it."""


class Settings(BaseSettings):
    """What can be set; every field is an environment variable of the same name in capitals."""

    host: str = Field("127.0.0.1", description="address the server listens on")
    port: int = Field(5005, ge=1, le=65535, description="port the server listens on")
    database_url: str = Field(
        f"sqlite:///{PROJECT / 'var' / 'trd.db'}", description="database of the response bank (SQLAlchemy URL)"
    )
    actions_url: Optional[str] = Field(
        None, description="webhook of a separate action server; unset: actions run within the server"
    )
    reply_timeout: float = Field(
        15.0, gt=0, le=60, description="seconds a turn may take before the fail-safe reply is given"
    )
    encoder_dir: Optional[Path] = Field(
        None, description="folder with all-MiniLM-L6-v2; unset: the installed package that carries it"
    )
    models_dir: Path = Field(PROJECT / "models", description="folder of the trained models")
    bank_dir: Path = Field(PROJECT / "data" / "bank", description="folder of the response bank's files")
    safety_dir: Path = Field(PROJECT / "data" / "safety", description="folder of the crisis lexicon and messages")
    rest_token: Optional[SecretStr] = Field(
        None, description="what the REST channel asks for (Authorization: Bearer ...); needed unless HOST is loopback"
    )
    web_key: Optional[SecretStr] = Field(
        None, description="secret that signs the website's sessions; needed unless HOST is loopback"
    )
    web_origins: str = Field("", description="websites that may hold the widget, with commas between them")
    proxies: int = Field(0, ge=0, le=9, description="reverse proxies in front whose X-Forwarded-For is believed")

    records_key: Optional[SecretStr] = Field(
        None, description="secret with which ids of conversations are hashed; unset: a random one until the restart"
    )
    records_days: int = Field(90, ge=1, le=3650, description="days that records are kept; then daily counts stay")
    crisis_webhook: Optional[SecretStr] = Field(
        None, description="address told of each crisis, without the person's words; unset: none"
    )

    twilio_auth_token: SecretStr = Field("", description="the account's auth token; set, it turns SMS on")
    twilio_auth_token_secondary: SecretStr = Field("", description="the other token, while they are being changed")
    twilio_account_sid: Optional[str] = Field(None, description="the account, to send replies that take over 10 s")
    public_url: Optional[str] = Field(None, description="address of the server as Twilio reaches it (https://...)")
    sms_key: SecretStr = Field("", description="secret with which phone numbers are hashed, 32 characters or more")

    @validator("rest_token", "web_key", "records_key", "crisis_webhook", pre=True)
    def _blank_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @validator("rest_token", "web_key", "records_key")
    def _is_long_enough(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        if value and len(value.get_secret_value()) < _MIN_SECRET:
            raise ValueError(f"must have {_MIN_SECRET} characters or more, e.g. from `openssl rand -hex 32`")
        return value

    @validator("crisis_webhook")
    def _webhook_is_safe(cls, value: Optional[SecretStr]) -> Optional[SecretStr]:
        if value is not None:
            check_webhook(value.get_secret_value())
        return value

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_webhook(url: str) -> None:
    """Checks where alarms go to.

    Raises:
        ValueError: If it is no https address, nor an http one of this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("must be an address such as https://example.org/alarm") from None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        raise ValueError("must begin with https:// (http:// only for this machine itself, such as http://127.0.0.1)")


def load_settings() -> Settings:
    """Reads the settings from the environment.

    Raises:
        SettingsError: If one has a wrong value.
    """
    try:
        return Settings.parse_obj({})
    except ValidationError as error:
        wrong = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"wrong setting: {wrong}") from None
