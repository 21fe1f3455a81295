from __future__ import annotations

import pytest

from bot.evaluation.calibration import facet_guesses, reliability, topic_guesses
from bot.evaluation.scoring import Heard
from bot.evaluation.shares import Share
from tests.bot.evaluation.helpers import INSTRUCTIONS, answer, case, judged


def test_a_classifier_that_is_right_as_often_as_it_says_has_no_error() -> None:
    curve = reliability([(0.75, True)] * 3 + [(0.75, False)])
    assert curve.error == pytest.approx(0.0)
    assert curve.bins[7].right == Share(3, 4)


def test_the_error_is_weighed_by_how_many_there_are() -> None:
    curve = reliability([(0.95, False)] + [(0.55, True)] * 3)
    assert curve.error == pytest.approx((0.95 + 3 * 0.45) / 4)
    assert curve.confidence == pytest.approx((0.95 + 3 * 0.55) / 4)
    assert curve.right == Share(3, 4)


def test_full_certainty_is_in_the_last_bin_and_none_in_the_first() -> None:
    bins = reliability([(1.0, True), (0.0, False)]).bins
    assert (bins[-1].right.of, bins[0].right.of) == (1, 1)


def test_no_guesses_are_no_error() -> None:
    curve = reliability([])
    assert curve.error == 0.0
    assert curve.right == Share(0, 0)


def test_topics_are_judged_as_heard_whatever_was_answered() -> None:
    heard = Heard("ect", 0.4, "timeline", 0.9)
    one = judged(case("ect.overview|rtms.overview"), answer("out_of_scope.overview"), heard=heard)
    blocked = judged(case("ect.overview"), INSTRUCTIONS)
    two_parts = judged(case("ect.overview", "rtms.overview"), answer("ect.overview"), heard=heard)
    assert topic_guesses([one, blocked, two_parts]) == [(0.4, True)]


def test_facets_count_only_for_treatments() -> None:
    heard = Heard("ect", 0.4, "timeline", 0.9)
    ours = judged(case("ect.overview"), answer("ect.overview"), heard=heard)
    other = judged(case("contact.overview"), answer("contact.overview"), heard=heard)
    assert facet_guesses([ours, other], frozenset({"ect"})) == [(0.9, False)]
