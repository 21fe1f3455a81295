"""The settings, all from the environment; the README has a line for each."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from pydantic import BaseSettings, Field, SecretStr, ValidationError

PROJECT = Path(__file__).resolve().parent.parent
"""The folder of the project: data, config and models lie in it."""


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
    twilio_auth_token: SecretStr = Field("", description="the account's auth token; set, it turns SMS on")
    twilio_auth_token_secondary: SecretStr = Field("", description="the other token, while they are being changed")
    twilio_account_sid: Optional[str] = Field(None, description="the account, to send replies that take over 10 s")
    public_url: Optional[str] = Field(None, description="address of the server as Twilio reaches it (https://...)")
    sms_key: SecretStr = Field("", description="secret with which phone numbers are hashed, 32 characters or more")


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
