"""The chat in a real browser when something goes wrong, or somebody wants it to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.bank import Bank
from bot.channels.limits import RateLimit
from bot.channels.web import Limits
from tests.browser.parts import Chat, Site, page_with, until


def notice(chat: Chat) -> str:
    return "\n".join(chat.all(".notice"))


def test_a_server_that_is_killed_in_mid_conversation_loses_nothing(chat: Chat, site: Site, bank: Bank) -> None:
    chat.say("what is ect").settled()
    site.kill()
    chat.say("does TMS hurt?")
    chat.page.get_by_text("I can't reach the assistant right now.").wait_for()
    assert "988" in notice(chat)
    assert "911" in notice(chat)
    call = chat.page.get_by_role("dialog").get_by_role("link", name=f"Call {bank.profile.phone}")
    assert call.get_attribute("href") == "tel:" + bank.profile.phone.replace("-", "")
    assert "Not sent yet" in chat.turns("me")[-1]
    site.come_back()
    chat.page.get_by_role("button", name="Try now").click()
    chat.settled()
    until(lambda: len(chat.turns("bot")) == 2)
    assert "rTMS is usually easy to tolerate" in chat.turns("bot")[-1]
    assert notice(chat) == ""
    assert "Not sent yet" not in chat.turns("me")[-1]
    assert site.assistant.seen == ["what is ect", "does TMS hurt?"]


def test_it_tries_again_by_itself(chat: Chat, site: Site) -> None:
    chat.say("thanks.overview").settled()
    site.kill()
    chat.say("what is ect")
    chat.page.get_by_text("I can't reach the assistant right now.").wait_for()
    site.come_back()
    until(lambda: len(chat.turns("bot")) == 2)
    assert notice(chat) == ""


def test_what_waits_is_sent_in_the_order_in_which_it_was_written(chat: Chat, site: Site) -> None:
    chat.say("thanks.overview").settled()
    site.kill()
    for text in ("first", "second", "third"):
        chat.say(text)
    chat.page.get_by_text("I can't reach the assistant right now.").wait_for()
    site.come_back()
    chat.page.get_by_role("button", name="Try now").click()
    until(lambda: len(site.assistant.seen) == 4)
    assert site.assistant.seen[1:] == ["first", "second", "third"]


def test_a_reload_keeps_what_could_not_be_sent(chat: Chat, site: Site) -> None:
    chat.say("thanks.overview").settled()
    site.kill()
    chat.say("what is ect")
    chat.page.get_by_text("I can't reach the assistant right now.").wait_for()
    site.come_back()
    chat.page.reload()
    until(lambda: len(chat.turns("bot")) == 2)
    assert site.assistant.seen == ["thanks.overview", "what is ect"]


def test_with_the_server_down_from_the_start_the_chat_opens_and_says_so(tab: Callable[..., Chat], site: Site) -> None:
    chat = tab()
    site.kill()
    chat.open()
    chat.page.get_by_text("I can't reach the assistant right now.").wait_for()
    assert chat.page.get_by_role("link", name="Call 988").is_visible()
    assert chat.page.get_by_role("heading", name="Thrive Mental Health").is_visible()  # the tag names the provider
    assert "not for emergencies" in chat.all(".welcome")[0]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("i want to kill myself", "Please call or text 988 now"),
        ("I WANNA DIE!!!", "Please call or text 988 now"),
        ("I don’t want to be here anymore", "Please call or text 988 now"),
        ("quiero morir", "Por favor, llama ahora al 988 y oprime 2"),
        ("me voy a suicidár", "Por favor, llama ahora al 988 y oprime 2"),
    ],
)
def test_the_card_needs_no_network(chat: Chat, words: str, title: str) -> None:
    chat.page.context.set_offline(True)
    chat.say(words)
    card = chat.page.locator("trd-chat .card")
    assert title in card.inner_text()
    assert card.locator(".to-call").get_attribute("href") == "tel:988"
    assert title in chat.js("return root.querySelector('[role=alert].hidden').textContent")


def test_ordinary_words_get_no_card(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    chat.say("does tms hurt, my insurance is killing me")
    chat.page.get_by_text("I can't reach the assistant right now.").wait_for()
    assert chat.all(".card") == []


def test_the_servers_words_take_the_place_of_the_card(chat: Chat, site: Site) -> None:
    chat.page.context.set_offline(True)
    chat.say("i want to kill myself")
    assert "You matter" in chat.all(".card")[0]
    chat.page.context.set_offline(False)
    until(lambda: "Veterans" in "".join(chat.all(".card")))
    assert len(chat.all(".card")) == 1


def test_on_a_slow_line_it_says_that_it_is_at_it(chat: Chat, site: Site) -> None:
    site.assistant.go_on.clear()
    chat.say("what is ect")
    chat.page.locator("trd-chat .typing").wait_for()
    assert chat.box.is_enabled()
    chat.page.locator("trd-chat .slow").get_by_text("Still working on it").wait_for()
    site.assistant.go_on.set()
    chat.settled()
    assert len(chat.turns("bot")) == 1


def test_danger_is_answered_while_another_answer_is_awaited(chat: Chat, site: Site) -> None:
    site.assistant.go_on.clear()
    chat.say("what is ect")
    until(lambda: site.assistant.seen == ["what is ect"])
    chat.say("better if i was dead")
    until(lambda: len(chat.all(".card")) == 1)
    assert len(chat.turns("bot")) == 1


def test_a_time_out_counts_as_out_of_reach(browser: Any, site: Site) -> None:
    context = browser.new_context()
    page = page_with(
        context, site, '<trd-chat data-patience="400"></trd-chat><script type="module" src="/widget.js"></script>'
    )
    chat = Chat(page, f"{site.url}/plain").open()
    chat.say("thanks.overview").settled()
    site.assistant.go_on.clear()
    chat.say("what is ect")
    page.get_by_text("I can't reach the assistant right now.").wait_for()
    site.assistant.go_on.set()
    until(lambda: len(chat.turns("bot")) == 2)
    assert site.assistant.seen == ["thanks.overview", "what is ect"]
    context.close()


def test_a_session_that_has_ended_is_renewed_unseen(chat: Chat, site: Site) -> None:
    chat.say("what is ect").settled()
    site.kill()
    site.key = b"n" * 32
    site.come_back()
    chat.say("does TMS hurt?").settled()
    assert len(chat.turns("bot")) == 2
    assert notice(chat) == ""


def test_who_writes_too_fast_is_asked_to_wait_and_loses_nothing(tab: Callable[..., Chat], site: Site) -> None:
    site.kill()
    site.limits = Limits(RateLimit(burst=1, per_minute=30), RateLimit(burst=100, per_minute=100))
    site.come_back()
    chat = tab().open()
    chat.say("what is ect").settled()
    chat.say("does TMS hurt?")
    chat.page.get_by_text("That was a lot at once.").wait_for()
    chat.say("i want to kill myself")
    until(lambda: "Veterans" in "".join(chat.all(".card")))
    until(lambda: any("rTMS" in turn for turn in chat.turns("bot")))
    assert notice(chat) == ""


def test_a_failed_turn_offers_another_try(chat: Chat, site: Site, bank: Bank) -> None:
    chat.say("break").settled()
    assert bank.profile.phone in chat.turns("bot")[0]
    assert "988" in chat.turns("bot")[0]
    chat.page.get_by_role("button", name="Try again").click()
    chat.settled()
    assert site.assistant.seen == ["break", "break"]


HOSTILE = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "[click](javascript:window.hacked=1)",
    "[click](data:text/html,<script>window.hacked=1</script>)",
    "**<b onmouseover=window.hacked=1>**",
    "](https://a.example)[x",
    '"><svg onload=window.hacked=1>',
    "{{constructor.constructor('window.hacked=1')()}}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(chat: Chat, site: Site, text: str) -> None:
    button = {"title": text, "payload": "thanks.overview"}
    source = {"title": text, "url": "javascript:window.hacked=1", "as_of": text}
    table = {"text": text, "columns": [text, text], "rows": [{"title": text, "cells": [text, text]}]}
    metadata = {"answer_id": "ect.overview", "version": "0" * 8, "sources": [source], "table": table}
    site.assistant.words[text] = {"text": text, "buttons": [button], "metadata": metadata}
    chat.say(text).settled()
    chat.page.get_by_text("Where this comes from").click()
    assert text in chat.turns("me")[0]
    assert chat.page.evaluate("window.hacked") is None
    allowed = ("https://", "tel:", "sms:")
    assert all(str(a.get_attribute("href")).startswith(allowed) for a in chat.page.locator("trd-chat a").all())
    assert (
        chat.js(
            "return root.querySelectorAll('.turns script, .turns img, .turns b, .turns svg:not([aria-hidden])').length"
        )
        == 0
    )


@pytest.mark.parametrize("override", ["\u202e", "\u202d", "\u2067", "\u2066"])
def test_a_right_to_left_override_turns_nothing(chat: Chat, site: Site, override: str) -> None:
    chat.say(f"what {override}is ect")
    chat.settled()
    assert override not in chat.turns("me")[0]


def test_right_to_left_text_stands_on_its_side(chat: Chat) -> None:
    chat.say("مرحبا").settled()
    assert chat.js("return getComputedStyle(root.querySelector('.turn.me p')).direction") == "rtl"


def test_a_page_that_reads_from_right_to_left_gets_a_chat_that_does(browser: Any, site: Site) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 600})
    page = context.new_page()
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.documentElement.dir = 'rtl')")
    chat = Chat(page, site.url).open()
    chat.say("what is ect").settled()
    close = page.get_by_role("button", name="Close the chat").bounding_box()
    assert close["x"] < 60
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Call 561-203-6085 or 1-800-222-1222.", ["tel:5612036085", "tel:18002221222"]),
        ("Call or text 988. See 988lifeline.org.", ["tel:988", "https://988lifeline.org"]),
        (
            "see https://www.nami.org/a-b, or [here](https://x.gov/p?q=1)",
            ["https://www.nami.org/a-b", "https://x.gov/p?q=1"],
        ),
        ("[text us](sms:988) [call](tel:+1-561-203-6085)", ["sms:988", "tel:+1-561-203-6085"]),
        ("mail a.b@nami.org, about 1988 or 0.988 or 9881 people", []),
        ("[x](ftp://a.gov) [y](//a.gov) [z](/a) [s](http://a.gov)", ["https://a.gov"]),
    ],
)
def test_links_are_made_of_what_is_a_link(chat: Chat, site: Site, text: str, links: list[str]) -> None:
    site.assistant.words["show"] = {"text": text}
    chat.say("show").settled()
    found = [a.get_attribute("href") for a in chat.page.locator("trd-chat .turn.bot .said a").all()]
    if "ftp" in text:
        assert [link for link in found if not link.startswith("https://")] == []
    else:
        assert found == links


def test_headings_lists_and_bold_are_shown(chat: Chat, site: Site) -> None:
    site.assistant.words["show"] = {"text": "# Title\nIntro **bold**:\n- one\n- two\n\n1. first\n2) second\nEnd."}
    chat.say("show").settled()
    shown = chat.js("return Array.from(root.querySelector('.said').children, (e) => e.localName + ':' + e.textContent)")
    assert shown == ["h3:Title", "p:Intro bold:", "ul:onetwo", "ol:firstsecond", "p:End."]
    assert chat.all(".said strong") == ["bold"]


def test_100_kilobytes_are_refused_kindly_and_kept(chat: Chat, site: Site) -> None:
    chat.box.fill("word " * 20_000)
    chat.box.press("Enter")
    assert "99000 characters too many" in chat.all(".left")[0]
    assert chat.box.get_attribute("aria-invalid") == "true"
    assert len(chat.box.input_value()) == 100_000
    assert chat.turns() == []
    assert site.assistant.seen == []
    chat.say("what is ect").settled()
    assert len(chat.turns("bot")) == 1


@pytest.mark.parametrize("words", ["i want to kill myself", "better if i was dead"])
def test_danger_in_a_text_that_is_too_long_still_gets_the_card(chat: Chat, words: str) -> None:
    chat.box.fill("I have been so tired of it all lately. " * 40 + words)
    chat.box.press("Enter")
    until(lambda: len(chat.all(".card")) == 1)
    assert "too many" in chat.all(".left")[0]


def test_characters_are_counted_when_few_are_left(chat: Chat) -> None:
    chat.box.fill("a" * 790)
    assert chat.all(".left") == [""]
    chat.box.fill("a" * 990)
    assert chat.all(".left") == ["10 characters left"]


def test_an_empty_message_is_not_sent(chat: Chat, site: Site) -> None:
    chat.say("   ")
    assert chat.all(".left") == ["Please type a few words first."]
    assert site.assistant.seen == []


def test_without_storage_the_chat_works(browser: Any, site: Site) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no') } })")
    chat = Chat(page, site.url).open()
    chat.say("what is ect").settled()
    assert len(chat.turns("bot")) == 1
    assert chat.errors == []
    context.close()


@pytest.mark.parametrize("kept", ["{", "null", "[]", '{"entries": 7}', '"x"'])
def test_storage_that_is_not_ours_is_passed_over(tab: Callable[..., Chat], kept: str) -> None:
    chat = tab()
    chat.page.evaluate("(kept) => sessionStorage.setItem('trd-chat', kept)", kept)
    chat.page.reload()
    chat.open().say("what is ect").settled()
    assert len(chat.turns("bot")) == 1
