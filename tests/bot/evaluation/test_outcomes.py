from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.outcomes import Outcome, outcome_of
from tests.bot.evaluation.helpers import INSTRUCTIONS, OUT_OF_SCOPE, SUPPORT, answer, asked_back, case, judged

FAIL_SAFE = {"text": "Call us", "metadata": {"fail_safe": True}}


@pytest.mark.parametrize(
    ("expect", "replies", "outcome"),
    [
        (["a.b"], [answer("a.b")], Outcome.RIGHT),
        (["a.b"], [SUPPORT, answer("a.b")], Outcome.RIGHT),
        (["a.b"], [answer("a.c")], Outcome.OTHER_FACET),
        (["a.b"], [answer("c.b")], Outcome.WRONG_TOPIC),
        (["a.b", "c.d"], [answer("c.d")], Outcome.PARTLY),
        (["a.b"], [asked_back("c.d", "a.b")], Outcome.ASKED_BACK_RIGHT),
        (["a.b"], [asked_back("c.d", "a.c")], Outcome.ASKED_BACK_WRONG),
        (["a.b"], [answer(OUT_OF_SCOPE)], Outcome.FALLBACK),
        (["a.b"], [SUPPORT, {"text": "I hear you."}], Outcome.FALLBACK),
        (["a.b"], [INSTRUCTIONS], Outcome.BLOCKED),
        (["a.b"], [FAIL_SAFE], Outcome.FAILED),
        ([OUT_OF_SCOPE], [answer(OUT_OF_SCOPE)], Outcome.RIGHT),
        ([OUT_OF_SCOPE], [asked_back("a.b")], Outcome.ASKED_BACK_WRONG),
    ],
)
def test_what_became_of_a_message(expect: list[str], replies: list[dict[str, Any]], outcome: Outcome) -> None:
    assert outcome_of(judged(case(*expect), *replies)) is outcome


def test_a_case_that_expects_no_answer_has_no_outcome() -> None:
    with pytest.raises(ValueError, match=r"made_up.yml:1 expects no answer"):
        outcome_of(judged(case(level="crisis"), INSTRUCTIONS))
