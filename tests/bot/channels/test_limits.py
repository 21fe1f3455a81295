from __future__ import annotations

from bot.channels.limits import RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_one_must_wait() -> None:
    limit = RateLimit(burst=3, per_minute=60, clock=Clock())
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 0]
    assert limit.wait("a") == 1.0


def test_the_bucket_fills_again() -> None:
    clock = Clock()
    limit = RateLimit(burst=2, per_minute=60, clock=clock)
    assert [limit.wait("a"), limit.wait("a")] == [0, 0]
    assert limit.wait("a") > 0
    clock.now += 1
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0


def test_waiting_long_saves_up_no_more_than_the_burst() -> None:
    clock = Clock()
    limit = RateLimit(burst=2, per_minute=60, clock=clock)
    limit.wait("a")
    clock.now += 3600
    assert [limit.wait("a") > 0 for _ in range(3)] == [False, False, True]


def test_one_does_not_wait_for_another() -> None:
    limit = RateLimit(burst=1, per_minute=1, clock=Clock())
    assert limit.wait("a") == 0
    assert limit.wait("b") == 0
    assert limit.wait("a") > 0


def test_memory_is_bounded() -> None:
    limit = RateLimit(burst=1, per_minute=1, clock=Clock())
    for number in range(25_000):
        limit.wait(str(number))
    assert len(limit._buckets) <= 20_000
