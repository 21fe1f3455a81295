"""The webhook against real HTTP servers: a good one, and such as fail, hang, or send elsewhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from bot.records.alarm import Alarm, AlarmError
from bot.records.events import CrisisEvent
from bot.safety import Level
from tests.clinic import Clinic
from tests.conftest import free_port

EVENT = CrisisEvent(
    datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.timezone.utc),
    "sms", Level.EMERGENCY, "overdose", "es", "abc", None, "0123",
)  # fmt: skip


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    clinic = Clinic()
    yield clinic
    clinic.close()


@pytest.fixture
def pauses() -> list[int]:
    return []


@pytest.fixture
def alarm(clinic: Clinic, pauses: list[int]) -> Alarm:
    return Alarm(f"{clinic.url}/secret", timeout=10, pause=lambda: pauses.append(1))


def test_the_clinic_is_told_what_happened_and_no_words(alarm: Alarm, clinic: Clinic) -> None:
    alarm(EVENT)
    assert clinic.told == [
        {
            "time": "2026-05-04T12:00:00+00:00",
            "channel": "sms",
            "level": "emergency",
            "category": "overdose",
            "session_hash": "0123",
            "versions": {"lexicon": "abc", "layer": None},
        }
    ]
    assert clinic.headers[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_clinic_that_fails_for_a_moment_is_told_again(
    alarm: Alarm, clinic: Clinic, pauses: list[int], status: int
) -> None:
    clinic.answers = [status, status]
    alarm(EVENT)
    assert len(clinic.told) == 3
    assert len(pauses) == 2


def test_a_clinic_that_goes_on_failing_is_left_after_three_tries(alarm: Alarm, clinic: Clinic) -> None:
    clinic.answers = [500] * 9
    with pytest.raises(AlarmError, match="500"):
        alarm(EVENT)
    assert len(clinic.told) == 3


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_clinic_that_refuses_is_not_asked_again(alarm: Alarm, clinic: Clinic, status: int) -> None:
    clinic.answers = [status]
    with pytest.raises(AlarmError, match=str(status)):
        alarm(EVENT)
    assert len(clinic.told) == 1


@pytest.mark.parametrize("status", [301, 302, 307])
def test_an_alarm_goes_nowhere_else(alarm: Alarm, clinic: Clinic, status: int) -> None:
    clinic.answers = [status]
    with pytest.raises(AlarmError, match=str(status)):
        alarm(EVENT)
    assert len(clinic.told) == 1
    assert "redirected" not in clinic.told[0]


def test_a_clinic_that_hangs_is_left(clinic: Clinic) -> None:
    clinic.answers = [0, 0, 0]
    with pytest.raises(AlarmError, match="imeout"):
        Alarm(clinic.url, timeout=0.3, pause=lambda: None)(EVENT)
    assert clinic.told


def test_where_nobody_listens_the_address_is_not_told() -> None:
    with pytest.raises(AlarmError) as caught:
        Alarm(f"http://127.0.0.1:{free_port()}/secret", pause=lambda: None)(EVENT)
    assert "secret" not in str(caught.value)
    assert "ConnectionRefused" in str(caught.value)
