from __future__ import annotations

import datetime
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.records import Recorder, listings, recorder
from bot.records.archive import Archive
from bot.records.events import CrisisEvent
from bot.records.recorder import _key
from bot.safety import Level, Verdict, Versions
from bot.settings import PROJECT, Settings

NOW = datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.timezone.utc)
VERDICT = Verdict(Level.CRISIS, "direct", "es", "quiero morir")
VERSIONS = Versions("abc", "def")
AT_ONCE = 1.0
"""Seconds; a database that is waited for takes five."""


def made(url: str, **changes: object) -> Recorder:
    return Recorder(Archive(url), **{"key": b"k" * 32, "days": 90, "now": lambda: NOW, **changes})  # type: ignore[arg-type]


def listed(url: str, what: str) -> list:
    with Archive(url).reading() as session:
        return getattr(listings, what)(session)


def test_a_crisis_is_kept_with_what_decided_it(url: str) -> None:
    keeper = made(url)
    keeper.crisis(VERDICT, VERSIONS, sender="+15550100", channel="sms")
    assert keeper.wait(10)
    (line,) = listed(url, "crisis")
    assert (line.time, line.channel, line.level, line.category) == ("2026-05-04 12:00:00", "sms", "crisis", "direct")
    assert (line.language, line.lexicon, line.layer) == ("es", "abc", "def")
    assert len(line.session) == 32
    assert "5550100" not in line.session


def test_a_conversation_has_one_hash_that_needs_the_key(url: str) -> None:
    for key, sender in ((b"one", "me"), (b"one", "me"), (b"one", "you"), (b"other", "me")):
        keeper = made(url, key=key)
        keeper.crisis(VERDICT, VERSIONS, sender=sender, channel="rest")
        assert keeper.wait(10)
    hashes = [line.session for line in listed(url, "crisis")]
    assert hashes[2] == hashes[3]
    assert len(set(hashes)) == 3


def test_a_message_without_a_conversation_has_no_hash(url: str) -> None:
    keeper = made(url)
    keeper.crisis(VERDICT, VERSIONS, sender="", channel="rest")
    assert keeper.wait(10)
    assert listed(url, "crisis")[0].session == ""


def test_questions_are_redacted_before_they_are_kept(url: str) -> None:
    keeper = made(url)
    keeper.unanswered(
        "my name is Jo, call 305-555-0100: is yoga covered", sender="me", channel="x" * 99, topics=["a", "b", "c", "d"]
    )
    keeper.unanswered("\u200b ", sender="me", channel="web")
    assert keeper.wait(10)
    (line,) = listed(url, "unanswered")
    assert line.question == "my name is [name], call [phone]: is yoga covered"
    assert line.closest_topics == "a, b, c"


def test_feedback_is_kept(url: str) -> None:
    keeper = made(url)
    keeper.feedback(answer_id="ect.overview", version="a1b2c3d4", helpful=True, sender="me", channel="web")
    keeper.feedback(answer_id="ect.overview", version="a1b2c3d4", helpful=False, sender="me", channel="web")
    assert keeper.wait(10)
    (line,) = listed(url, "feedback")
    assert line.helpful == "no"


def test_feedback_without_a_conversation_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sender"):
        made(url).feedback(answer_id="ect.overview", version="a1b2", helpful=True, sender="", channel="web")


def test_what_is_too_old_goes_at_the_start(url: str) -> None:
    old = made(url, now=lambda: NOW - datetime.timedelta(days=91))
    old.unanswered("is yoga covered", sender="me", channel="web")
    old.crisis(VERDICT, VERSIONS, sender="me2", channel="web")
    assert old.wait(10)
    keeper = made(url)
    keeper.start()
    assert keeper.wait(10)
    assert listed(url, "unanswered") == []
    assert listed(url, "crisis")[0].session == ""


def test_the_clinic_is_told_of_danger_and_not_of_support(url: str) -> None:
    told: list[CrisisEvent] = []
    keeper = made(url, alarm=told.append)
    for level in (Level.SUPPORT, Level.CRISIS, Level.EMERGENCY):
        keeper.crisis(Verdict(level), VERSIONS, sender="me", channel="web")
    assert keeper.wait(10)
    assert [event.level for event in told] == [Level.CRISIS, Level.EMERGENCY]


def test_a_clinic_that_hangs_holds_up_no_record(url: str) -> None:
    released = threading.Event()
    keeper = made(url, alarm=lambda event: released.wait(20))
    try:
        keeper.crisis(VERDICT, VERSIONS, sender="me", channel="web")
        assert keeper._writer.wait(10)
        assert len(listed(url, "crisis")) == 1
    finally:
        released.set()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else writes and does not come to an end."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.close()


def use_all(keeper: Recorder) -> float:
    """Has many things kept; returns the seconds of the slowest call."""
    slowest = 0.0
    for n in range(500):
        start = time.perf_counter()
        keeper.crisis(VERDICT, VERSIONS, sender="me", channel="web")
        keeper.unanswered(f"question {n}", sender="me", channel="web")
        keeper.feedback(answer_id="ect.overview", version="a1b2", helpful=True, sender="me", channel="web")
        slowest = max(slowest, time.perf_counter() - start)
    return slowest


def test_a_locked_database_delays_nobody(tmp_path: Path) -> None:
    path = tmp_path / "trd.db"
    Archive(f"sqlite:///{path}").forget(NOW)  # makes the tables
    with locked(path):
        assert use_all(made(f"sqlite:///{path}")) < AT_ONCE


def test_once_it_is_free_again_what_waited_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "trd.db"
    url = f"sqlite:///{path}"
    Archive(url).forget(NOW)
    keeper = made(url)
    with locked(path):
        keeper.crisis(VERDICT, VERSIONS, sender="me", channel="web")
    assert keeper.wait(10)
    assert len(listed(url, "crisis")) == 1


def failures(caplog: pytest.LogCaptureFixture, where: str) -> list[str]:
    """Returns what the log says of one database; others may still be tried in the background."""
    return [message for message in caplog.messages if "failing" in message and where in message]


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("sqlite:////proc/nothing/trd.db", "DATABASE_URL"),
        ("postgresql://nobody@127.0.0.1:9/none", "127.0.0.1:9"),
        ("nonsense", "DATABASE_URL"),
    ],
)
def test_a_database_that_is_gone_is_told_once(url: str, where: str, caplog: pytest.LogCaptureFixture) -> None:
    keeper = made(url)
    for _ in range(5):
        keeper.crisis(VERDICT, VERSIONS, sender="me", channel="web")
    assert keeper.wait(30)
    assert len(failures(caplog, where)) == 1


def test_a_database_that_can_only_be_read_delays_nobody(tmp_path: Path) -> None:
    assert use_all(made(read_only(tmp_path))) < AT_ONCE


def test_that_a_database_can_only_be_read_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keeper = made(read_only(tmp_path))
    for _ in range(5):
        keeper.crisis(VERDICT, VERSIONS, sender="me", channel="web")
    assert keeper.wait(30)
    (message,) = failures(caplog, f"{tmp_path}/trd.db")
    assert "readonly" in message


def read_only(folder: Path) -> str:
    """Returns the address of a database with all tables that nobody, root included, can write."""
    path = folder / "trd.db"
    Archive(f"sqlite:///{path}").forget(NOW)
    return f"sqlite:///file:{path}?mode=ro&uri=true"


def test_settings_give_one_recorder(tmp_path: Path, settings: Settings) -> None:
    own = settings.copy(update={"database_url": f"sqlite:///{tmp_path / 'trd.db'}"})
    assert recorder(own) is recorder(own)
    assert recorder(own) is not recorder(own.copy(update={"records_days": 1}))


def test_without_a_key_it_is_said_once_and_hashes_hold_for_the_process(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    _key.cache_clear()
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("one", "two")]
    for url in urls:
        keeper = recorder(settings.copy(update={"database_url": url, "records_key": None}))
        keeper.crisis(VERDICT, VERSIONS, sender="me", channel="web")
        assert keeper.wait(10)
    one, two = (listed(url, "crisis")[0].session for url in urls)
    assert one == two
    assert len([message for message in caplog.messages if "RECORDS_KEY" in message]) == 1


def test_what_waits_at_the_end_of_the_process_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'trd.db'}"
    Archive(url).forget(NOW)
    code = (
        "from bot.records import recorder; from bot.settings import load_settings; from bot.safety import *\n"
        "keeper = recorder(load_settings())\n"
        "keeper.crisis(Verdict(Level.CRISIS), Versions(), sender='me', channel='web')"
    )
    environment = {**os.environ, "DATABASE_URL": url, "RECORDS_KEY": "k" * 32}
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, check=True)
    assert len(listed(url, "crisis")) == 1
