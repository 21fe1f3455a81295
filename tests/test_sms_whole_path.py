"""SMS with the real bank, model and database, as Twilio meets it; two workers share the database."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.bank import Bank, gsm7
from bot.bank.store import Store
from bot.channels.sms.simulation import Phone
from bot.settings import PROJECT, Settings
from tests.bot.channels.sms.carrier import KEY, NUMBER, PUBLIC_URL, TOKEN, Carrier, Rasa
from tests.conftest import Server, running_server


def sms(database_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": PUBLIC_URL, "SMS_KEY": KEY}


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory, bank: Bank) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('sms') / 'trd.db'}"
    Store(url).load_files(bank)
    return url


@pytest.fixture(scope="module")
def sms_server(model: Path, database_url: str) -> Iterator[Server]:
    with running_server(wait_for="The assistant is ready", **sms(database_url)) as running:
        yield running


@pytest.fixture
def carrier(sms_server: Server) -> Carrier:
    return Carrier(sms_server.url, Rasa())


@pytest.fixture
def number() -> str:
    return f"+1500{uuid.uuid4().int % 10**7:07d}"


def test_a_question_a_choice_and_what_follows(carrier: Carrier, number: str, bank: Bank) -> None:
    assert "HELP for info" in carrier.text("hello", number=number)
    first = carrier.text("does tms hurt", number=number)
    assert first.startswith(bank.profile.fill(bank.answers["rtms.side_effects"].sms))
    assert "Insurance and cost" in first
    choice = next(line[0] for line in first.splitlines() if "Insurance and cost" in line)
    answer = bank.answers["rtms.coverage"]
    assert carrier.text(choice, number=number).startswith(bank.profile.fill(answer.sms))
    assert carrier.text("how well it works", number=number).startswith(
        bank.profile.fill(bank.answers["rtms.effectiveness"].sms)
    )


def test_a_comparison_comes_in_pages(carrier: Carrier, number: str) -> None:
    pages = [carrier.text("ketamine or ect, which is better", number=number)]
    while "MORE" in pages[-1]:
        pages.append(carrier.text("more", number=number))
    assert "Intravenous ketamine" in "".join(pages)
    assert "Electroconvulsive therapy" in "".join(pages)
    assert max(gsm7.size(page).segments for page in pages) <= 3


@pytest.mark.parametrize("body", ["i want to die", "end my life", "stop. i have decided to kill myself"])
def test_danger_gets_988_in_two_segments_whatever_was_said_before(carrier: Carrier, number: str, body: str) -> None:
    carrier.text("STOP", number=number)
    reply = carrier.text(body, number=number)
    assert "988" in reply[:60]
    assert gsm7.size(reply).segments <= 2


def test_a_cry_for_help_that_begins_with_help_is_no_keyword(carrier: Carrier, number: str) -> None:
    reply = carrier.text("help me please i cant go on", number=number)
    assert "988" in reply[:120]
    assert "rates" not in reply


def test_two_processes_answer_a_retry_with_the_same_text(
    carrier: Carrier, model: Path, database_url: str, number: str
) -> None:
    with running_server(wait_for="The assistant is ready", **sms(database_url)) as second:
        workers = [carrier, Carrier(second.url, Rasa())]
        with ThreadPoolExecutor(20) as pool:
            sid = uuid.uuid4().hex
            said = pool.map(lambda n: workers[n % 2].text("what is ect", sid=sid, number=number), range(20))
            assert len(set(said)) == 1
        choices = carrier.text("what is ect", number=number)
        assert "1)" in choices
        assert "no choice" not in workers[1].text("1", number=number)


def test_a_dead_database_takes_nothing_from_people(model: Path) -> None:
    with running_server(wait_for="The assistant is ready", **sms("postgresql://nobody@127.0.0.1:9/none")) as server:
        carrier = Carrier(server.url, Rasa())
        assert "988" in carrier.text("i want to die")[:60]
        assert "988" in carrier.text("what is ect")  # no bank: the fail-safe reply
        assert carrier.text("HELP")


def test_the_logs_hold_no_number(sms_server: Server, carrier: Carrier) -> None:
    for body in ("what is ect", "i want to die", "STOP", "START", ""):
        carrier.text(body)
    carrier.post({"From": NUMBER, "Body": "x"}, signature="wrong")
    assert sms_server.said
    assert NUMBER[1:] not in "".join(sms_server.said)


def test_without_a_token_there_is_no_sms(server: Server) -> None:
    assert Carrier(server.url, Rasa()).post({"Body": "x"}).status_code == 404


@pytest.mark.parametrize("missing", ["PUBLIC_URL", "SMS_KEY"])
def test_a_missing_setting_stops_the_start_and_says_what_to_do(settings: Settings, missing: str) -> None:
    secrets = {"REST_TOKEN": "t" * 32, "WEB_KEY": "k" * 32}
    environment = {**os.environ, **sms(settings.database_url), **secrets, "HOST": "0.0.0.0", missing: ""}
    command = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"{missing} is needed" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_simulated_phone_is_answered(sms_server: Server, number: str) -> None:
    phone = Phone(sms_server.url, public_url=PUBLIC_URL, token=TOKEN, number=number)
    assert "STOP" in phone.send("hello")  # introduces itself
    assert phone.send("STOP") == ""
