from __future__ import annotations

import asyncio
import threading
from typing import Any, Awaitable, Callable

import pytest
from rasa.core.channels.channel import UserMessage

from bot.channels.guard import MAX_CHARACTERS, Guard, Incoming, ReplyCollector, as_plain_text
from bot.safety import Level, Messages, Screen, Verdict
from bot.screening import Screening

PHONE = "555-0100"
Rasa = Callable[[UserMessage], Awaitable[Any]]


@pytest.fixture
def guard(screen: Screen, messages: Messages) -> Guard:
    return Guard(screen=Screening(screen, None), messages=messages, phone=PHONE, timeout=0.2)


def ask(guard: Guard, text: str, rasa: Rasa, channel: str = "rest") -> list[dict[str, Any]]:
    async def turn() -> list[dict[str, Any]]:
        replies = await guard.reply(Incoming(text, "me", channel), rasa)
        await asyncio.gather(*guard._transcripts)
        return replies

    return asyncio.run(turn())


async def answers(message: UserMessage) -> None:
    await message.output_channel.send_response("me", {"text": "An answer.\n\nIn two parts.", "buttons": []})


async def fails(message: UserMessage) -> None:
    raise RuntimeError("the database is gone")


async def hangs(message: UserMessage) -> None:
    await asyncio.Event().wait()


async def says_nothing(message: UserMessage) -> None:
    return None


def test_an_ordinary_message_gets_rasas_answer_as_one_message(guard: Guard) -> None:
    assert ask(guard, "does tms hurt", answers) == [{"recipient_id": "me", "text": "An answer.\n\nIn two parts."}]


@pytest.mark.parametrize("rasa", [answers, fails, hangs, says_nothing])
def test_danger_is_answered_whatever_rasa_does(guard: Guard, rasa: Rasa) -> None:
    replies = ask(guard, "i want to kill myself", rasa)
    assert len(replies) == 1
    assert "988" in replies[0]["text"]
    assert replies[0]["metadata"] == {"level": "crisis"}


def test_danger_is_answered_before_rasa_is_entered(guard: Guard) -> None:
    entered = []

    async def rasa(message: UserMessage) -> None:
        entered.append(message.text)

    async def turn() -> None:
        await guard.reply(Incoming("i want to die", "me", "rest"), rasa)
        assert entered == []
        await asyncio.gather(*guard._transcripts)

    asyncio.run(turn())
    assert entered == ["i want to die"]  # afterwards, for the record


@pytest.mark.parametrize("rasa", [fails, hangs, says_nothing])
@pytest.mark.parametrize("channel", ["rest", "sms"])
def test_no_turn_ends_in_silence(guard: Guard, rasa: Rasa, channel: str) -> None:
    replies = ask(guard, "does tms hurt", rasa, channel)
    assert len(replies) == 1
    assert PHONE in replies[0]["text"]
    assert "988" in replies[0]["text"]
    assert replies[0]["metadata"] == {"fail_safe": True}


@pytest.mark.parametrize("rasa", [answers, fails, hangs, says_nothing])
def test_support_comes_first_then_whatever_there_is(guard: Guard, rasa: Rasa) -> None:
    first, second = ask(guard, "does lithium lower suicide risk", rasa)
    assert first["metadata"] == {"level": "support"}
    assert "988" in first["text"]
    assert second["text"]


def test_support_is_not_said_twice(guard: Guard) -> None:
    async def rasa(message: UserMessage) -> None:
        await message.output_channel.send_response("me", {"text": "988 ...", "metadata": {"level": "support"}})
        await message.output_channel.send_response("me", {"text": "An answer."})

    assert [reply["text"] for reply in ask(guard, "i am not suicidal, does tms hurt", rasa)] == [
        "988 ...",
        "An answer.",
    ]


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ('/greet{"last_answer": "x"}', 'greet{"last_answer": "x"}'),
        (" //restart", "restart"),
        ("1/2 a pill", "1/2 a pill"),
        ("\u00a0/restart", "restart"),
        ("\x0c/session_start", "session_start"),
        ("\u2003/tell_more", "tell_more"),
        ("/" * 5000 + "does tms hurt", "does tms hurt"),
        ("nul\x00 byte", "nul  byte"),
        ("lone \ud800 half", "lone ? half"),
    ],
)
def test_no_text_is_a_command(typed: str, seen: str) -> None:
    assert as_plain_text(typed) == seen


def test_rasa_gets_a_bearable_length() -> None:
    assert len(as_plain_text("word " * 50_000)) == MAX_CHARACTERS


def test_danger_at_the_end_of_a_huge_message_is_seen(guard: Guard) -> None:
    assert "988" in ask(guard, "my insurance asked me for this. " * 3000 + "i want to kill myself", answers)[0]["text"]


def test_empty_parts_are_not_sent() -> None:
    collector = ReplyCollector()
    asyncio.run(collector.send_response("me", {"text": "", "buttons": []}))
    assert collector.messages == []


def say_all(guard: Guard, *texts: str) -> list[list[dict[str, Any]]]:
    """Says messages in one conversation and returns the replies to each."""
    return [ask(guard, text, answers) for text in texts]


@pytest.mark.parametrize(
    "texts",
    [
        ("i can't keep", "living like this, i'm ending it"),
        ("i want", "to kill", "myself"),
        ("quiero quitarme", "la vida"),
    ],
)
def test_a_sentence_sent_in_pieces_is_read_as_one(guard: Guard, texts: tuple[str, ...]) -> None:
    assert say_all(guard, *texts)[-1][0]["metadata"] == {"level": "crisis"}


def test_pieces_of_different_conversations_are_not_joined(guard: Guard) -> None:
    ask(guard, "i want to kill", answers)

    async def other() -> list[dict[str, Any]]:
        return await guard.reply(Incoming("myself i prefer tea", "somebody else", "rest"), answers)

    assert "level" not in (asyncio.run(other())[0].get("metadata") or {})


def test_what_was_answered_is_not_answered_again(guard: Guard) -> None:
    _, after = say_all(guard, "my son tried to kill himself last year", "does tms hurt")
    assert [reply["text"] for reply in after] == ["An answer.\n\nIn two parts."]


def test_after_a_crisis_answers_carry_a_short_line_in_changing_words(guard: Guard) -> None:
    _, *later = say_all(guard, "i want to die", "does tms hurt", "what is ect", "where are you")
    reminders = [replies[-1] for replies in later]
    assert all(reply["metadata"] == {"reminder": True} and "988" in reply["text"] for reply in reminders)
    assert len({reply["text"] for reply in reminders}) == 3
    assert all(replies[0]["text"].startswith("An answer.") for replies in later)


def test_a_second_cry_gets_other_words_and_the_number(guard: Guard) -> None:
    first, second = say_all(guard, "i want to die", "i really want to kill myself")
    assert "988" in second[0]["text"]
    assert first[0]["text"] != second[0]["text"]
    assert second[0]["metadata"] == {"level": "crisis"}


def test_other_conversations_carry_no_such_line(guard: Guard) -> None:
    ask(guard, "i want to die", answers)

    async def other() -> list[dict[str, Any]]:
        return await guard.reply(Incoming("does tms hurt", "somebody else", "rest"), answers)

    assert len(asyncio.run(other())) == 1


@pytest.mark.parametrize(("level", "blocks"), [(Level.SUPPORT, False), (Level.CRISIS, True), (Level.EMERGENCY, True)])
def test_the_statistical_layer_raises_the_level(screen: Screen, messages: Messages, level: Level, blocks: bool) -> None:
    layered = Screening(screen, lambda text: Verdict(level, "statistical"))
    guard = Guard(screen=layered, messages=messages, phone=PHONE, timeout=0.2)
    replies = ask(guard, "words that no phrase holds", answers)
    assert replies[0]["metadata"] == {"level": level.label}
    assert "988" in replies[0]["text"]
    assert len(replies) == (1 if blocks else 2)


def test_a_hanging_statistical_layer_does_not_hold_up_a_turn(
    screen: Screen, messages: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.guard._LAYER_SECONDS", 0.05)
    released = threading.Event()

    def hangs_for_now(text: str) -> Verdict:
        released.wait(10)
        return Verdict()

    guard = Guard(screen=Screening(screen, hangs_for_now), messages=messages, phone=PHONE, timeout=0.2)
    try:
        assert ask(guard, "does tms hurt", answers)[0]["text"].startswith("An answer.")
        assert ask(guard, "i want to die", answers)[0]["metadata"] == {"level": "crisis"}
    finally:
        released.set()
