from __future__ import annotations

import os
import threading

import pytest

from bot.records.background import Background


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Returns what the log says of the work here; other threads may still be at theirs."""
    return [message for message in caplog.messages if message.startswith("test:")]


def test_work_is_done_in_order() -> None:
    done: list[int] = []
    background = Background("test")
    for n in range(100):
        background.do(lambda n=n: done.append(n))
    assert background.wait(5)
    assert done == list(range(100))


def test_work_that_hangs_holds_nobody_up_and_what_is_too_much_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    released, done = threading.Event(), []
    background = Background("test", capacity=5)
    try:
        background.do(lambda: released.wait(20))
        for n in range(1000):
            background.do(lambda n=n: done.append(n))
        assert not background.wait(0.01)
    finally:
        released.set()
    assert background.wait(5)
    assert len(done) < 10
    (message,) = told(caplog)
    assert "dropped" in message


def test_failures_are_told_once_without_what_they_hold_and_so_is_their_end(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("secret words")

    background = Background("test")
    for _ in range(5):
        background.do(fail)
    background.do(lambda: None)
    assert background.wait(5)
    failing, working = told(caplog)
    assert failing == "test: failing, and dropping what comes: ValueError"
    assert working == "test: working again; 5 lost."


def test_the_daily_work_is_done_at_the_start_and_every_day() -> None:
    now, days = [0.0], []
    background = Background("test", daily=lambda: days.append(now[0]), clock=lambda: now[0])
    for hours in (0, 12, 25, 26, 50):
        now[0] = hours * 3600.0
        assert background.wait(5)
        assert background.wait(5)
    assert days == [0, 25 * 3600, 50 * 3600]


def test_daily_work_that_failed_is_tried_again_soon() -> None:
    now, tries = [0.0], []

    def fail() -> None:
        tries.append(now[0])
        raise OSError

    background = Background("test", daily=fail, clock=lambda: now[0])
    for minutes in (0, 5, 11):
        now[0] = minutes * 60.0
        assert background.wait(5)
        assert background.wait(5)
    assert tries == [0, 660]


def test_a_process_that_forks_goes_on_working() -> None:
    background = Background("test")
    assert background.wait(5)
    child = os.fork()
    if child == 0:
        os._exit(0 if background.wait(5) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
