from __future__ import annotations

from dataclasses import replace

from bot.bank import Bank
from bot.evaluation.figures import BLOCKED, FACT, LEVEL, MISSED, Figures, figure_out, first_words
from bot.evaluation.outcomes import Outcome
from bot.evaluation.scoring import Heard, Judged
from bot.evaluation.shares import Share
from tests.bot.evaluation.helpers import INSTRUCTIONS, OUT_OF_SCOPE, SUPPORT, answer, asked_back, case, judged


def figures_of(bank: Bank, *cases: Judged) -> Figures:
    return figure_out(cases, bank)


def test_exact_answers_and_right_topics_are_counted_side_by_side(bank: Bank) -> None:
    figures = figures_of(
        bank,
        judged(case("ect.overview", tags=("typo",)), answer("ect.overview")),
        judged(case("ect.side_effects", tags=("typo",)), answer("ect.overview")),
        judged(case("contact.overview"), answer("ect.overview")),
    )
    assert (figures.questions.exact, figures.questions.topic) == (Share(1, 3), Share(2, 3))
    assert (figures.by_topic["ect"].exact, figures.by_topic["ect"].topic) == (Share(1, 2), Share(2, 2))
    assert (figures.by_tag["typo"].exact, figures.by_tag["typo"].topic) == (Share(1, 2), Share(2, 2))
    assert list(figures.by_facet) == ["overview", "side_effects"]  # those of treatments
    assert figures.by_facet["overview"].exact == Share(1, 1)


def test_messages_that_nothing_answers_are_apart_from_the_questions(bank: Bank) -> None:
    figures = figures_of(
        bank,
        judged(case(OUT_OF_SCOPE), answer(OUT_OF_SCOPE)),
        judged(case(OUT_OF_SCOPE), answer("ect.overview")),
        judged(case(OUT_OF_SCOPE), answer("greet.overview")),
        judged(case(OUT_OF_SCOPE), asked_back("ect.overview")),
        judged(case("ect.overview"), asked_back("ect.overview")),
    )
    assert figures.questions.exact == Share(0, 1)
    assert figures.wrongly_claimed == Share(1, 4)
    assert figures.strange_outcomes[Outcome.RIGHT] == 1
    assert figures.strange_outcomes[Outcome.ASKED_BACK_WRONG] == 1
    assert figures.outcomes[Outcome.ASKED_BACK_RIGHT] == 1
    assert sum(figures.outcomes.values()) == 1


def test_every_miss_says_what_is_wrong(bank: Bank) -> None:
    heard = Heard("ect", 0.4, "timeline", 0.9)
    figures = figures_of(
        bank,
        judged(case(level="crisis"), answer("ect.overview")),
        judged(case("ect.overview", level="none"), INSTRUCTIONS),
        judged(case(level="crisis"), SUPPORT, answer("ect.overview")),
        judged(case("ect.overview", say="what is ect"), answer("ect.timeline", "It takes weeks."), heard=heard),
        judged(case("ect.overview"), answer("ect.overview")),
    )
    assert [miss.kind for miss in figures.misses] == [MISSED, BLOCKED, LEVEL, Outcome.OTHER_FACET.value]
    miss = figures.misses[-1]
    assert (miss.say, miss.answers, miss.reply, miss.heard) == (
        ("what is ect",),
        ("ect.timeline",),
        "It takes weeks.",
        heard,
    )


def test_a_fact_left_out_is_a_miss(bank: Bank) -> None:
    one = replace(case("ect.overview"), holds=(frozenset({"half"}),))
    assert [miss.kind for miss in figures_of(bank, judged(one, answer("ect.overview"))).misses] == [FACT]


def test_long_replies_are_told_by_their_first_words() -> None:
    assert first_words("one\n\ntwo  three", 2) == "one two …"
    assert first_words("one\ntwo", 2) == "one two"
