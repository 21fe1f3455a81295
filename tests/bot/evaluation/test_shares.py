from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.shares import Share, share_of


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (0, 10, 0.0, 27.75),
        (9, 10, 59.58, 98.21),
        (50, 100, 40.38, 59.62),
        (10, 10, 72.25, 100.0),
        (995, 1000, 98.84, 99.79),
    ],
)
def test_the_interval_is_wilsons(count: int, of: int, low: float, high: float) -> None:
    assert Share(count, of).interval == pytest.approx((low, high), abs=0.01)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_within_its_interval(pair: tuple[int, int]) -> None:
    share = Share(*pair)
    low, high = share.interval
    assert 0 <= low <= share.percent <= high <= 100


def test_of_nothing_everything_is_possible() -> None:
    assert Share(0, 0).interval == (0.0, 100.0)
    assert Share(0, 0).as_dict() == {"count": 0, "of": 0, "percent": None, "low": None, "high": None}


def test_what_was_not_asked_for_does_not_count() -> None:
    assert share_of([True, None, False, None, True]) == Share(2, 3)
