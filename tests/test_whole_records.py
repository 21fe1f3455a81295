"""What a running server keeps, and that it answers while it can't."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from bot.bank import Bank
from bot.bank.store import Store
from bot.records import listings
from bot.records.archive import Archive
from bot.screening import trained_layer
from bot.settings import PROJECT, Settings
from tests.clinic import Clinic
from tests.conftest import Server, free_port, running_server

NOT_IN_THE_BANK = "who won the football game last night"
KEY = "k" * 32


def listed(url: str, what: str) -> list:
    with Archive(url).reading() as session:
        return getattr(listings, what)(session)


def until(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not come about in half a minute")


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    clinic = Clinic()
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, bank: Bank) -> Path:
    path = tmp_path_factory.mktemp("records") / "trd.db"
    Store(f"sqlite:///{path}").load_files(bank)
    return path


@pytest.fixture(scope="module")
def url(database: Path) -> str:
    return f"sqlite:///{database}"


@pytest.fixture(scope="module")
def server(model: Path, url: str, clinic: Clinic) -> Iterator[Server]:
    environment = {"DATABASE_URL": url, "CRISIS_WEBHOOK": f"{clinic.url}/alarm", "RECORDS_KEY": KEY}
    with running_server(wait_for="The assistant is ready", **environment) as running:
        yield running


def test_a_crisis_is_kept_and_told_to_the_clinic(server: Server, url: str, clinic: Clinic, settings: Settings) -> None:
    server.say("i want to kill myself", "in danger")
    until(lambda: clinic.told)
    until(lambda: listed(url, "crisis"))
    (line,) = listed(url, "crisis")
    layer = trained_layer(settings)
    assert layer is not None
    assert layer.name == f"screen-{line.layer}"
    assert clinic.told[0] == {
        "time": clinic.told[0]["time"],
        "channel": "rest",
        "level": "crisis",
        "category": line.category,
        "session_hash": line.session,
        "versions": {"lexicon": line.lexicon, "layer": line.layer},
    }


def test_an_unanswered_question_is_kept_redacted(server: Server, url: str) -> None:
    server.say(f"my name is jo doe, {NOT_IN_THE_BANK}", "asking")
    until(lambda: listed(url, "unanswered"))
    assert [line.question for line in listed(url, "unanswered")] == [f"my name is [name], {NOT_IN_THE_BANK}"]


def test_a_sentence_of_danger_in_two_messages_leaves_no_words(server: Server, url: str) -> None:
    server.say("i can't keep", "in pieces")
    (reply,) = server.say("living like this, i'm ending it", "in pieces")
    assert reply["metadata"]["level"] == "crisis"
    server.say(NOT_IN_THE_BANK, "somebody else")  # kept after all that came before
    until(lambda: any(line.question == NOT_IN_THE_BANK for line in listed(url, "unanswered")))
    assert [line for line in listed(url, "unanswered") if "keep" in line.question or "living" in line.question] == []


def test_while_the_database_is_locked_people_are_answered(server: Server, database: Path, clinic: Clinic) -> None:
    told = len(clinic.told)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        for n in range(10):
            for text, wanted in (("i want to die", "988"), (NOT_IN_THE_BANK, "988"), ("what is ect", "ECT")):
                start = time.monotonic()
                assert wanted in server.say(text, f"locked out {n}")[0]["text"]
                assert time.monotonic() - start < 2  # a database is waited for five seconds
        until(lambda: len(clinic.told) == told + 10)
    finally:
        other.close()


def test_a_separate_action_server_keeps_questions_of_the_same_conversation(
    tmp_path: Path, model: Path, bank: Bank
) -> None:
    url, port = f"sqlite:///{tmp_path / 'trd.db'}", free_port()
    Store(url).load_files(bank)
    environment = {"DATABASE_URL": url, "RECORDS_KEY": KEY}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: requests.get(f"http://127.0.0.1:{port}/health", timeout=1).ok)
        address = f"http://127.0.0.1:{port}/webhook"
        with running_server(wait_for="The assistant is ready", ACTIONS_URL=address, **environment) as server:
            server.say(NOT_IN_THE_BANK, "one")
            server.say("what is the capital of france", "other")
            until(lambda: len(listed(url, "unanswered")) == 2)
            server.say("i want to kill myself", "one")
            until(lambda: listed(url, "crisis"))
            assert [line.question for line in listed(url, "unanswered")] == ["what is the capital of france"]
    finally:
        process.terminate()
        process.wait(timeout=20)
