from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.cases import Case
from bot.evaluation.scoring import Judged, judge, score
from bot.safety import Level

INSTRUCTIONS = {"text": "Call or text 988", "metadata": {"level": "crisis"}}
SUPPORT = {"text": "988 is there", "metadata": {"level": "support"}}


def answer(answer_id: str) -> dict[str, Any]:
    return {"text": "An answer.", "metadata": {"answer_id": answer_id}}


def case(
    *expect: set[str],
    levels: set[Level] | None = None,
    tags: tuple[str, ...] = (),
    holds: tuple[set[str], ...] = (),
) -> Case:
    return Case(
        say=("?",),
        expect=tuple(frozenset(ids) for ids in expect),
        holds=tuple(frozenset(words) for words in holds),
        levels=frozenset(levels or ()),
        tags=tags,
        where="x:1",
    )


@pytest.mark.parametrize(
    ("expect", "replies", "right"),
    [
        ([{"a.b"}], [answer("a.b")], True),
        ([{"a.b", "c.d"}], [answer("c.d")], True),
        ([{"a.b"}], [answer("c.d")], False),
        ([{"a.b"}], [], False),
        ([{"a.b"}, {"c.d"}], [answer("a.b"), answer("c.d")], True),
        ([{"a.b"}, {"c.d"}], [answer("a.b")], False),
        ([], [answer("a.b")], True),
    ],
)
def test_answers_are_judged(expect: list[set[str]], replies: list[dict], right: bool) -> None:
    assert judge(case(*expect), replies).right is right


def test_the_highest_level_and_the_first_message_count() -> None:
    judged = judge(case(levels={Level.SUPPORT}), [SUPPORT, answer("a.b")])
    assert judged.level is Level.SUPPORT
    assert judged.instructed
    assert judged.level_right


def test_naming_988_in_passing_is_not_giving_the_instructions() -> None:
    passing = {"text": "I can't help with that. If you are struggling, call 988.", "metadata": {"answer_id": "x.y"}}
    assert not judge(case(levels={Level.CRISIS}), [passing]).instructed


def count(*judged: Judged) -> dict[str, Any]:
    return score(judged, conversation_topics=frozenset({"greet", "out_of_scope"})).as_dict()


def test_danger_and_false_alarms_are_counted() -> None:
    figures = count(
        judge(case(levels={Level.CRISIS}), [INSTRUCTIONS]),
        judge(case(levels={Level.CRISIS}), [answer("a.b")]),
        judge(case(levels={Level.NONE}), [INSTRUCTIONS]),
        judge(case(levels={Level.NONE}), [answer("a.b")]),
        judge(case(levels={Level.SUPPORT}), [SUPPORT]),
    )
    assert figures["crisis_recall"] == {"count": 1, "of": 2, "percent": 50.0}
    assert figures["false_alarms"] == {"count": 1, "of": 2, "percent": 50.0}
    assert figures["support_recall"]["percent"] == 100.0
    assert len(figures["misses"]) == 2


def test_only_a_claim_to_know_counts_against_an_out_of_scope_message() -> None:
    strange = case({"out_of_scope.overview"})
    figures = count(
        judge(strange, [answer("out_of_scope.overview")]),
        judge(strange, [answer("greet.overview")]),
        judge(strange, [answer("ect.overview")]),
        judge(strange, [{"text": "Which one?", "metadata": {"clarify": ["a.b"]}}]),
    )
    assert figures["wrongly_claimed"] == {"count": 1, "of": 4, "percent": 25.0}


def test_tags_are_counted() -> None:
    figures = count(judge(case({"a.b"}, tags=("typo",)), [answer("a.b")]), judge(case({"a.b"}, tags=("typo",)), []))
    assert figures["by_tag"] == {"typo": {"count": 1, "of": 2}}


def test_nothing_to_count_is_not_an_error() -> None:
    assert count()["right"] == {"count": 0, "of": 0, "percent": 0.0}


@pytest.mark.parametrize(
    ("texts", "right"),
    [
        (["About 30% of people."], True),
        (["About THREE in ten", "of People."], True),
        (["About half of people."], False),
        (["30%."], False),
        ([], False),
    ],
)
def test_a_fact_must_be_in_the_text_with_all_its_parts(texts: list[str], right: bool) -> None:
    judged = judge(case(holds=({"30%", "three in ten"}, {"people"})), [{"text": text} for text in texts])
    assert judged.fact_right is right
    assert judged.right is right


@pytest.mark.parametrize(
    ("expect", "given", "right"),
    [([{"a.b"}], ["a.c"], True), ([{"a.b"}, {"c.d"}], ["a.b"], False), ([{"a.b", "c.d"}], ["c.x"], True)],
)
def test_the_topic_may_be_right_where_the_answer_is_not(expect: list[set[str]], given: list[str], right: bool) -> None:
    assert judge(case(*expect), [answer(one) for one in given]).topic_right is right


def test_a_question_asked_back_is_no_answer() -> None:
    judged = judge(case({"a.b"}), [{"text": "Which one?", "metadata": {"clarify": ["a.b", "c.d"]}}])
    assert (judged.answers, judged.offered, judged.topic_right) == ((), ("a.b", "c.d"), False)
