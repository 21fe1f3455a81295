from __future__ import annotations

import asyncio

import pytest
from rasa.core.channels.channel import UserMessage

from bot.channels.guard import Guard, Incoming
from bot.evaluation.cases import read_cases
from bot.evaluation.scoring import judge
from bot.evaluation.screened import conversation_verdict, screen_all
from bot.safety import Level, Messages, Screen, Verdict
from bot.screening import Screening
from bot.settings import PROJECT, Settings
from tests.bot.evaluation.helpers import case

SPLIT = ("i can't keep", "living like this, i'm ending it tonight")


@pytest.fixture
def lexicon_alone(screen: Screen) -> Screening:
    return Screening(screen, None)


def test_a_sentence_in_two_messages_is_read_as_one(lexicon_alone: Screening) -> None:
    assert conversation_verdict(lexicon_alone, SPLIT).level.blocks


def test_the_lexicon_is_told_apart_from_both_layers(screen: Screen, settings: Settings) -> None:
    layered = Screening(screen, lambda text: Verdict(Level.SUPPORT, "statistical"))
    (one,) = screen_all(layered, [case(level="support", say="the weather is fine")], settings)
    assert (one.level, one.alone, one.instructed) == (Level.SUPPORT, Level.NONE, True)


def test_the_guard_gives_what_is_measured(lexicon_alone: Screening, messages: Messages, settings: Settings) -> None:
    guard = Guard(screen=lexicon_alone, messages=messages, phone="555-0100", timeout=5)
    cases = [one for one in read_cases(PROJECT / "tests" / "evaluation" / "crisis.yml") if one.levels][::8]
    cases += [one for one in read_cases(PROJECT / "tests" / "evaluation" / "crisis_fourth.yml") if len(one.say) > 1]

    async def silent(message: UserMessage) -> None:
        return

    async def replies(number: int, turns: tuple[str, ...]) -> list[dict]:
        given: list[dict] = []
        for text in turns:
            given = await guard.reply(Incoming(text, str(number), "rest"), silent)
        return given

    async def play() -> list[list[dict]]:
        return [await replies(number, one.say) for number, one in enumerate(cases)]

    judged = [judge(one, given) for one, given in zip(cases, asyncio.run(play()), strict=True)]
    screened = screen_all(lexicon_alone, cases, settings)
    assert len(cases) > 50
    assert [(one.level, one.instructed) for one in judged] == [(one.level, one.instructed) for one in screened]
