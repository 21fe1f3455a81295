from __future__ import annotations

from bot.channels.recent import Recent
from bot.safety import Level


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_words_just_before_are_remembered_with_their_level() -> None:
    recent = Recent(clock=Clock())
    assert recent.add("me", "one", Level.NONE) is None
    before = recent.add("me", "two", Level.SUPPORT)
    assert before is not None
    assert (before.text, before.level) == ("one", Level.NONE)
    before = recent.add("me", "three", Level.NONE)
    assert before is not None
    assert (before.text, before.level) == ("one two", Level.SUPPORT)


def test_after_some_minutes_a_sentence_is_over() -> None:
    clock = Clock()
    recent = Recent(clock=clock)
    recent.add("me", "one", Level.NONE)
    clock.now = 181
    assert recent.add("me", "two", Level.NONE) is None


def test_a_marked_conversation_counts_its_reminders_for_a_day() -> None:
    clock = Clock()
    recent = Recent(clock=clock)
    assert recent.reminder("me") is None
    assert recent.mark("me") is False
    assert [recent.reminder("me"), recent.reminder("me")] == [0, 1]
    assert recent.mark("me") is True
    clock.now = 25 * 3600
    assert recent.reminder("me") is None
    assert recent.mark("me") is False


def test_the_conversation_silent_longest_is_forgotten_first() -> None:
    recent = Recent(clock=Clock())
    recent.mark("old")
    for number in range(10_000):
        recent.add(str(number), "hello", Level.NONE)
    assert recent.reminder("old") is None
