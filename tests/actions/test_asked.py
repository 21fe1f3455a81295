from __future__ import annotations

import pytest

from actions.asked import Asked
from bot.bank import Facet
from tests.actions.helpers import tracker


def test_a_question_is_read_from_the_tracker() -> None:
    asked = Asked.from_tracker(tracker("ect or tms?", "compare", facet="timeline", treatments=("ect", "rtms")))
    assert asked == Asked("ect or tms?", "compare", Facet.TIMELINE, 0.9, 0.9, ("ect", "rtms"), "web")


@pytest.mark.parametrize(
    ("channel", "kind"), [("sms", "sms"), ("twilio", "sms"), ("rest", "web"), ("cmdline", "web"), ("web", "web")]
)
def test_the_channel_decides_the_length(channel: str, kind: str) -> None:
    assert Asked.from_tracker(tracker("hi", "greet", channel=channel)).channel == kind


def test_a_more_button_is_recognised() -> None:
    assert Asked.from_tracker(tracker("ect.overview.detail", "tell_more")).chosen_answer == "ect.overview"
    assert Asked.from_tracker(tracker("tell me more", "tell_more")).chosen_answer == ""
