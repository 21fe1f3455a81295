"""The chat in a real browser with the real assistant behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.bank import Bank
from tests.browser.parts import Chat
from tests.conftest import Server


@pytest.fixture
def chat(browser: Any, server: Server) -> Iterator[Chat]:
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    chat = Chat(context.new_page(), server.url)
    yield chat.open()
    assert chat.errors == []
    assert chat.violations == []
    context.close()


def test_a_question_in_ones_own_words_and_what_follows(chat: Chat, bank: Bank) -> None:
    chat.say("does the magnet thing hurt").settled()
    assert "headache" in chat.turns("bot")[-1]
    chat.page.get_by_role("button", name="Tell me more").click()
    chat.settled()
    detail = bank.profile.fill(bank.answers["rtms.side_effects"].detail)
    assert detail.split(".")[0] in chat.turns("bot")[-1]


def test_two_treatments_side_by_side(chat: Chat, bank: Bank) -> None:
    chat.say("ECT vs TMS").settled()
    heads = chat.page.get_by_role("columnheader").all_inner_texts()
    assert heads == [bank.topics["ect"].name, bank.topics["rtms"].name]


def test_danger_then_a_question_then_the_reminder(chat: Chat) -> None:
    chat.say("i want to kill myself").settled()
    assert "988 is the Suicide & Crisis Lifeline" in chat.all(".card")[0]
    chat.say("what is ect").settled()
    assert any("988" in turn for turn in chat.turns("bot")[1:])


def test_worry_gets_988_before_the_answer(chat: Chat) -> None:
    chat.say("is spravato approved for suicidal thoughts").settled()
    first, second = chat.turns("bot")
    assert "988" in first
    assert "esketamine" in second.lower() or "spravato" in second.lower()


def test_every_button_at_the_start_leads_to_an_answer(chat: Chat) -> None:
    for title in chat.all(".welcome .choice"):
        before = len(chat.all(".votes"))
        chat.page.locator("trd-chat .welcome").get_by_role("button", name=title).click()
        chat.settled()
        assert len(chat.all(".votes")) == before + 1
