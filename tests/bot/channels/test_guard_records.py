"""What the guard has kept, and that keeping it never delays or breaks a reply."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from bot.channels.guard import Guard, Incoming
from bot.records import NOT_KEPT, Recorder, listings
from bot.records.archive import Archive
from bot.safety import Level, Messages, Screen, Verdict, Versions
from bot.screening import Screening

VERSIONS = Versions("abc", "def")


class Notebook:
    """Stands in for the recorder."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, str, str]] = []

    def crisis(self, verdict: Verdict, versions: Versions, *, sender: str, channel: str) -> None:
        assert versions is VERSIONS
        self.noted.append((verdict.level.label, verdict.category, sender, channel))


class Rasa:
    """Answers everything, and remembers which messages nothing may be kept of."""

    def __init__(self) -> None:
        self.private: list[bool] = []

    async def __call__(self, message: UserMessage) -> None:
        self.private.append(bool((message.metadata or {}).get(NOT_KEPT)))
        await message.output_channel.send_response("me", {"text": "An answer."})


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def guarded(screen: Screen, messages: Messages, recorder: Any) -> Guard:
    screening = Screening(screen, None, versions=VERSIONS)
    return Guard(screen=screening, messages=messages, phone="555-0100", timeout=5, recorder=recorder)


@pytest.fixture
def guard(screen: Screen, messages: Messages, notebook: Notebook) -> Guard:
    return guarded(screen, messages, notebook)


def say(guard: Guard, *texts: str, rasa: Any = None) -> list[dict[str, Any]]:
    """Says messages in one conversation; returns the last reply."""

    async def turns() -> list[dict[str, Any]]:
        for text in texts:
            replies = await guard.reply(Incoming(text, "me", "sms"), rasa or Rasa())
            await asyncio.gather(*guard._transcripts)
        return replies

    return asyncio.run(turns())


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("i want to kill myself", "crisis"),
        ("i just took the whole bottle of pills", "emergency"),
        ("does lithium lower suicide risk", "support"),
    ],
)
def test_danger_is_kept_once_without_words(guard: Guard, notebook: Notebook, text: str, level: str) -> None:
    say(guard, text)
    ((kept, category, sender, channel),) = notebook.noted
    assert (kept, sender, channel) == (level, "me", "sms")
    assert category


def test_an_ordinary_message_is_no_crisis(guard: Guard, notebook: Notebook) -> None:
    say(guard, "does tms hurt")
    assert notebook.noted == []


def test_danger_in_what_is_no_proper_request_is_kept_too(guard: Guard, notebook: Notebook) -> None:
    assert guard.urgent(Incoming("i want to kill myself", "", "rest"))
    assert guard.urgent(Incoming("does tms hurt", "", "rest")) == []
    assert [noted[0] for noted in notebook.noted] == ["crisis"]


@pytest.mark.parametrize(
    ("texts", "private"),
    [
        (["does tms hurt"], [False]),
        (["does lithium lower suicide risk", "what is that"], [True, False]),
        (["i want to kill myself", "what is that"], [True, True]),
        (["i can't keep", "living like this, i'm ending it"], [False, True]),
    ],
)
def test_rasa_is_told_of_what_nothing_may_be_kept(guard: Guard, texts: list[str], private: list[bool]) -> None:
    rasa = Rasa()
    say(guard, *texts, rasa=rasa)
    assert rasa.private == private


def test_without_a_recorder_nothing_is_kept(screen: Screen, messages: Messages) -> None:
    rasa = Rasa()
    say(guarded(screen, messages, None), "does tms hurt", "i want to die", rasa=rasa)
    assert rasa.private == [True, True]


@pytest.mark.parametrize("text", ["i want to kill myself", "does lithium lower suicide risk"])
def test_a_recorder_that_fails_breaks_no_reply(screen: Screen, messages: Messages, text: str) -> None:
    class Broken:
        def crisis(self, *arguments: object, **more: object) -> None:
            raise RuntimeError("broken")

    reply = say(guarded(screen, messages, Broken()), text)
    assert reply[0]["metadata"]["level"] in ("crisis", "support")


@pytest.mark.parametrize("fault", ["locked", "read-only"])
def test_a_database_in_trouble_delays_no_reply(tmp_path: Path, screen: Screen, messages: Messages, fault: str) -> None:
    path = tmp_path / "trd.db"
    archive = Archive(f"sqlite:///{path}")
    with archive.reading() as session:  # makes the tables
        assert listings.crisis(session) == []
    other = sqlite3.connect(path, isolation_level=None)
    if fault == "locked":
        other.execute("BEGIN EXCLUSIVE")
    else:
        archive = Archive(f"sqlite:///file:{path}?mode=ro&uri=true")
    try:
        guard = guarded(screen, messages, Recorder(archive, key=b"k", days=90))
        say(guard, "i want to kill myself")
        for text in ["i want to die", "does tms hurt", "does lithium lower suicide risk"] * 20:
            start = time.perf_counter()
            assert say(guard, text)[0]["text"]
            assert time.perf_counter() - start < 0.5  # a database is waited for five seconds
    finally:
        other.close()


def test_a_crisis_is_in_the_database_afterwards(tmp_path: Path, screen: Screen, messages: Messages) -> None:
    archive = Archive(f"sqlite:///{tmp_path / 'trd.db'}")
    recorder = Recorder(archive, key=b"k", days=90)
    say(guarded(screen, messages, recorder), "i want to kill myself")
    assert recorder.wait(10)
    with archive.reading() as session:
        (line,) = listings.crisis(session)
    assert (line.level, line.channel, line.lexicon, line.layer) == (Level.CRISIS.label, "sms", "abc", "def")
