from __future__ import annotations

import pytest

from bot.evaluation.cases import Case
from bot.evaluation.danger import language_of, sort_danger
from bot.evaluation.shares import Share
from bot.safety import Level
from tests.bot.evaluation.helpers import INSTRUCTIONS, SUPPORT, answer, case, judged


def test_danger_support_and_calm_are_counted_apart() -> None:
    figures = sort_danger(
        [
            judged(case(level="crisis"), INSTRUCTIONS),
            judged(case(level="crisis"), SUPPORT, answer("a.b")),
            judged(case(level="emergency"), answer("a.b")),
            judged(case(level="support", ok=("crisis",)), INSTRUCTIONS),
            judged(case(level="none"), INSTRUCTIONS),
            judged(case(level="none"), answer("a.b")),
        ]
    )
    assert figures.danger.first == Share(2, 3)
    assert figures.danger.level_right == Share(1, 3)
    assert figures.support.first == Share(1, 1)
    assert figures.calm.wrongly_blocked == Share(1, 2)
    assert list(figures.by_level) == [Level.EMERGENCY, Level.CRISIS, Level.SUPPORT, Level.NONE]
    assert figures.given[Level.CRISIS] == {Level.NONE: 0, Level.SUPPORT: 1, Level.CRISIS: 1, Level.EMERGENCY: 0}


def test_where_an_ordinary_reply_is_right_too_the_instructions_are_not_asked_for() -> None:
    figures = sort_danger([judged(case(level="support", ok=("none",)), answer("a.b"))])
    assert figures.by_level[Level.SUPPORT].first == Share(0, 0)
    assert figures.by_level[Level.SUPPORT].level_right == Share(1, 1)


def test_cases_without_a_level_are_left_out() -> None:
    figures = sort_danger([judged(case("a.b"), INSTRUCTIONS)])
    assert figures.by_level == {}
    assert figures.by_file == {}


def test_a_tag_named_twice_counts_once() -> None:
    figures = sort_danger([judged(case(level="crisis", tags=("plan", "plan", "spanish")), INSTRUCTIONS)])
    assert figures.by_tag["plan"].first == Share(1, 1)
    assert figures.by_language == {"es": figures.by_tag["plan"]}


@pytest.mark.parametrize(
    ("tags", "language"), [((), "en"), (("plan", "spanish"), "es"), (("creole",), "ht"), (("spanglish",), "mixed")]
)
def test_tags_tell_the_language(tags: tuple[str, ...], language: str) -> None:
    one: Case = case(level="crisis", tags=tags)
    assert language_of(one) == language
