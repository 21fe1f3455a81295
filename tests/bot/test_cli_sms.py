from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from bot.bank.database import Database
from bot.channels.sms.simulation import Phone, SimulationError
from bot.cli import app
from bot.records.sms import Delivery, SmsStore
from bot.settings import PROJECT
from tests.conftest import free_port


def sms_command(*arguments: str, says: str = "") -> str:
    result = CliRunner().invoke(app, ["sms", *arguments], input=says)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(PROJECT)
    url = f"sqlite:///{tmp_path / 'trd.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def test_the_fallback_is_twiml_with_988() -> None:
    (message,) = ElementTree.fromstring(sms_command("fallback").encode())
    assert message.tag == "Message"
    assert "988" in (message.text or "")[:40]


def test_segments_are_counted_over_the_bank() -> None:
    said = sms_command("segments")
    assert "answers:" in said
    assert "median 2" in said
    assert "  ect.overview" in sms_command("segments", "--each")


def test_usage_is_counted(database: str) -> None:
    SmsStore(Database(database)).finish("SM1", "sender", Delivery.ANSWERED, "Our words.", 2, None)
    assert "1 texts, 2 segments in all" in sms_command("usage")


def test_simulating_needs_the_token_of_the_running_server() -> None:
    assert "TWILIO_AUTH_TOKEN must be set" in sms_command("simulate", "--url", "http://127.0.0.1:9")


def test_nobody_there_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "t" * 32)
    url = f"http://127.0.0.1:{free_port()}"
    said = sms_command("simulate", "--url", url, says="hello\n")
    assert "does not answer" in said
    assert "Traceback" not in said


def test_a_phone_without_a_server_says_so() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(SimulationError, match="does not answer"):
        Phone(url, public_url=url, token="t", number="+15005550123").send("hello")
