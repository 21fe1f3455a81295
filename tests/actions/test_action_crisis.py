from __future__ import annotations

import pytest

from actions.action_crisis import ActionCrisis
from tests.actions.helpers import run, tracker


@pytest.fixture
def action() -> ActionCrisis:
    return ActionCrisis()


@pytest.mark.parametrize(
    ("text", "intent", "level"),
    [
        ("i want to kill myself", "crisis", "crisis"),
        ("i took the whole bottle of pills", "emergency", "emergency"),
        ("words that the screen does not know", "crisis", "crisis"),
        ("words that the screen does not know", "emergency", "emergency"),
    ],
)
def test_the_instructions_are_given_for_the_level(action: ActionCrisis, text: str, intent: str, level: str) -> None:
    messages, events = run(action, tracker(text, intent))
    assert len(messages) == 1
    assert "988" in messages[0]["text"]
    assert messages[0]["metadata"] == {"level": level}
    assert events == []


def test_sms_gets_the_short_instructions(action: ActionCrisis) -> None:
    messages, _ = run(action, tracker("i want to die", "crisis", channel="sms"))
    assert len(messages[0]["text"]) <= 306
