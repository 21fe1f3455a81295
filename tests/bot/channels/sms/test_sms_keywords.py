from __future__ import annotations

import pytest

from bot.channels.sms.keywords import Keyword, keyword


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "STOP!!",
        "unsubscribe",
        "END",
        "end",
        "Quit",
        "STOPALL",
        "stop all",
        "REVOKE",
        "OPTOUT",
        "opt out",
        "Opt-Out",
        "CANCEL",
        "stop 🙏",
    ],
)
def test_words_that_opt_out(text: str) -> None:
    assert keyword(text) is Keyword.STOP


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("START", Keyword.START),
        ("unstop", Keyword.START),
        ("YES", Keyword.YES),
        ("Help!", Keyword.HELP),
        ("INFO", Keyword.HELP),
        ("ayuda", Keyword.AYUDA),
        ("More", Keyword.MORE),
        ("más", Keyword.MORE),
    ],
)
def test_the_other_words(text: str, word: Keyword) -> None:
    assert keyword(text) is word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "end my life",
        "help me please i cant go on",
        "stop the pain",
        "end it",
        "quit on me",
        "yes please",
        "end...",
        "start therapy",
        "info on ect",
        "cancel everything",
        "more tms",
        "🙂",
        "988",
        "s" * 5000,
    ],
)
def test_a_sentence_that_merely_begins_with_one_is_a_message(text: str) -> None:
    assert keyword(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "stop texting me",
        "Please stop texting me!",
        "don't text me again",
        "do not message me",
        "no more texts please",
        "take me off your list",
        "remove me from this list",
        "unsubscribe me",
        "opt me out",
    ],
)
def test_asking_to_stop_in_a_sentence_is_an_opt_out_too(text: str) -> None:
    assert keyword(text) is Keyword.ASKS_TO_STOP


@pytest.mark.parametrize("text", ["dont text me back i am done", "stop texting my mom, does tms hurt", "remove me"])
def test_what_says_more_than_that_is_a_message(text: str) -> None:
    assert keyword(text) is None
