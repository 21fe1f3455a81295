"""A conversation in a real browser, when all goes well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.bank import Bank
from bot.web.bundle import contents
from tests.browser.parts import Chat, Site, page_with, until

WORDS = contents()["WORDS"]


def crisis_targets(chat: Chat, within: str) -> list[str]:
    return [a.get_attribute("href") for a in chat.page.locator(f"trd-chat {within} a.crisis-link").all()]


ALL_FOUR = ["tel:988", "sms:988", "https://988lifeline.org/chat/", "tel:911"]


def test_988_is_there_before_the_chat_is_opened(tab: Callable[..., Chat]) -> None:
    chat = tab()
    link = chat.page.get_by_role("link", name="In crisis? Call or text 988")
    assert link.is_visible()
    assert link.get_attribute("href") == "tel:988"


def test_the_first_message_and_988_are_there_before_anything_is_sent(chat: Chat) -> None:
    for line in WORDS["welcome"]:
        assert chat.page.locator("trd-chat .welcome").get_by_text(line).is_visible()
    assert crisis_targets(chat, ".bar") == ALL_FOUR
    assert chat.page.get_by_role("heading", name="Thrive Mental Health").is_visible()
    assert chat.js("return root.querySelector('.log').scrollTop") == 0


def test_a_question_is_answered_with_sources_and_choices(chat: Chat, bank: Bank, site: Site) -> None:
    chat.say("does TMS hurt?").settled()
    answer = bank.answers["rtms.side_effects"]
    assert bank.profile.fill(answer.text) in chat.turns("bot")[0].replace("\n\n", "\n")
    source = bank.sources[answer.sources[0]]
    link = chat.page.get_by_role("link", name=source.title)
    assert not link.is_visible()
    chat.page.get_by_text("Where this comes from").click()
    assert link.get_attribute("href") == source.url
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert re.search(r"\(as of \w+ ?\d*,? ?\d{4}\)", chat.turns("bot")[0])
    assert site.assistant.seen == ["does TMS hurt?"]


def test_a_choice_asks_what_it_says(chat: Chat, site: Site) -> None:
    chat.say("what is ect").settled()
    title = chat.all(".turn .choice")[0]
    chat.page.get_by_role("button", name=title).click()
    chat.settled()
    assert chat.all(".turn.me .bubble")[-1] == title
    assert site.assistant.seen[-1].startswith("ect.")
    assert len(chat.turns("bot")) == 2


def test_buttons_at_the_start_ask_too(chat: Chat, site: Site) -> None:
    chat.page.get_by_role("button", name=WORDS["starters"][1]["title"]).click()
    chat.settled()
    assert site.assistant.seen == [WORDS["starters"][1]["payload"]]


def test_a_comparison_is_a_table_whose_lines_open(chat: Chat, bank: Bank) -> None:
    chat.say("compare ect rtms").settled()
    table = chat.page.get_by_role("table")
    assert table.get_by_role("columnheader").all_inner_texts() == [bank.topics["ect"].name, bank.topics["rtms"].name]
    cell = bank.profile.fill(bank.answers["ect.side_effects"].sms)
    assert not table.get_by_text(cell).is_visible()
    line = table.get_by_role("button", name="Side effects")
    assert line.get_attribute("aria-expanded") == "false"
    line.click()
    assert table.get_by_text(cell).is_visible()
    assert line.get_attribute("aria-expanded") == "true"
    assert bank.profile.fill(bank.answers["ect.overview"].text) not in chat.turns("bot")[0]


def test_danger_gets_the_card_with_all_four_ways(chat: Chat) -> None:
    chat.say("i want to kill myself").settled()
    assert len(chat.all(".card")) == 1
    assert "988 is the Suicide & Crisis Lifeline" in chat.all(".card")[0]
    assert crisis_targets(chat, ".card") == ALL_FOUR
    call = chat.page.locator("trd-chat .card .to-call").bounding_box()
    assert call["y"] + call["height"] < 800


def test_danger_that_only_the_server_hears_gets_the_card_too(chat: Chat) -> None:
    chat.say("better if i was dead").settled()
    assert crisis_targets(chat, ".card") == ALL_FOUR


def test_spanish_danger_is_answered_in_spanish(chat: Chat) -> None:
    chat.say("ya no quiero vivir").settled()
    assert "llama ahora al 988" in chat.all(".card")[0]
    assert chat.js("return root.querySelector('.card').lang") == "es"
    assert "sms:988?&body=AYUDA" in crisis_targets(chat, ".card")


def test_the_bar_never_scrolls_away(chat: Chat) -> None:
    for _ in range(4):
        chat.say("what is ect").settled()
    assert chat.page.locator("trd-chat .bar .to-call").is_visible()
    box = chat.page.locator("trd-chat .bar").bounding_box()
    panel = chat.page.locator("trd-chat .panel").bounding_box()
    assert panel["y"] <= box["y"] < panel["y"] + 120


def test_a_reply_is_shown_from_its_beginning(chat: Chat) -> None:
    chat.say("does TMS hurt?").settled()
    chat.say("what is ect").settled()
    log = chat.page.locator("trd-chat .log").bounding_box()
    reply = chat.page.locator("trd-chat .turn.bot").last.bounding_box()
    assert log["y"] <= reply["y"] < log["y"] + log["height"]


def test_keyboard_alone_does_everything(tab: Callable[..., Chat], site: Site) -> None:
    chat = tab()
    keyboard = chat.page.keyboard
    for _ in range(30):
        keyboard.press("Tab")
        if chat.focus == "launch":
            break
    keyboard.press("Enter")
    assert chat.focus == "text"
    keyboard.type("what is ect")
    keyboard.press("Shift+Enter")
    keyboard.type("please")
    assert chat.box.input_value() == "what is ect\nplease"
    chat.box.fill("what is ect")
    keyboard.press("Enter")
    chat.settled()
    assert site.assistant.seen == ["what is ect"]
    seen = []
    for _ in range(40):
        keyboard.press("Shift+Tab")
        seen.append(chat.focus)
        if chat.focus == "choice":
            break
    assert seen[-1] == "choice"
    keyboard.press("Space")
    chat.settled()
    assert len(site.assistant.seen) == 2
    keyboard.press("Escape")
    assert not chat.page.get_by_role("dialog").is_visible()
    assert chat.focus == "launch"


def test_focus_goes_through_the_chat_in_order_and_out_of_it(chat: Chat) -> None:
    chat.js("root.querySelector('#title').focus(); return 1")
    order = []
    for _ in range(30):
        chat.page.keyboard.press("Tab")
        if not chat.focus:
            break
        order.append(chat.focus)
    assert order[:2] == ["tool", "tool"]
    assert [name.split()[-1] for name in order[2:6]] == ["to-call", "to-text", "to-chat", "to-emergency"]
    assert order[-2:] == ["text", "send"]
    assert chat.focus == ""  # no trap


def test_escape_closes_the_menu_first(chat: Chat) -> None:
    chat.page.get_by_role("button", name="More options").click()
    assert chat.page.get_by_role("button", name="Clear and close").is_visible()
    chat.page.keyboard.press("Escape")
    assert not chat.page.get_by_role("button", name="Clear and close").is_visible()
    assert chat.page.get_by_role("dialog").is_visible()
    assert chat.focus == "tool"


def test_a_reload_brings_the_conversation_back(chat: Chat, site: Site) -> None:
    chat.say("what is ect").settled()
    chat.box.fill("half a quest")
    before = chat.turns()
    chat.page.reload()
    assert chat.turns() == before
    assert chat.box.input_value() == "half a quest"
    chat.say("does TMS hurt?").settled()
    assert len(chat.turns("bot")) == 2
    assert site.assistant.seen == ["what is ect", "does TMS hurt?"]


def test_a_reload_while_an_answer_is_on_its_way_does_not_ask_twice(chat: Chat, site: Site) -> None:
    site.assistant.go_on.clear()
    chat.say("what is ect")
    until(lambda: site.assistant.seen == ["what is ect"])
    chat.page.reload()
    site.assistant.go_on.set()
    chat.settled()
    assert len(chat.turns("bot")) == 1
    assert site.assistant.seen == ["what is ect"]


def test_two_tabs_are_two_conversations(browser: Any, site: Site) -> None:
    context = browser.new_context()
    one, other = (Chat(context.new_page(), site.url).open() for _ in range(2))
    one.say("what is ect").settled()
    other.say("does TMS hurt?").settled()
    assert "ECT" in one.turns("bot")[0]
    assert len(other.turns("bot")) == len(one.turns("bot")) == 1
    assert len({tab.js("return JSON.parse(sessionStorage['trd-chat']).token") for tab in (one, other)}) == 2
    context.close()


def test_a_vote_reaches_the_recorder_and_stays_visible(chat: Chat, site: Site, bank: Bank) -> None:
    chat.say("does TMS hurt?").settled()
    chat.page.get_by_role("button", name="No, this did not help").click()
    until(lambda: len(site.assistant.votes) == 1)
    vote = site.assistant.votes[0]
    assert (vote["answer_id"], vote["helpful"], vote["channel"]) == ("rtms.side_effects", False, "web")
    assert vote["version"] == bank.answers["rtms.side_effects"].version
    chat.page.reload()
    pressed = chat.page.get_by_role("button", name="No, this did not help").get_attribute("aria-pressed")
    assert pressed == "true"


def test_small_talk_is_not_asked_about(chat: Chat) -> None:
    chat.say("thanks.overview").settled()
    assert chat.all(".votes") == []


def test_the_conversation_can_be_taken_along(chat: Chat) -> None:
    chat.say("does TMS hurt?").settled()
    chat.page.get_by_role("button", name="More options").click()
    with chat.page.expect_download() as download:
        chat.page.get_by_role("button", name="Download this conversation").click()
    assert download.value.suggested_filename == "conversation.txt"
    with open(download.value.path(), encoding="utf-8") as file:
        text = file.read()
    assert "You: does TMS hurt?" in text
    assert "https://" in text
    assert "call or text 988" in text


def test_an_answer_can_be_copied(tab: Callable[..., Chat], bank: Bank) -> None:
    chat = tab(permissions=["clipboard-read", "clipboard-write"]).open()
    chat.say("does TMS hurt?").settled()
    chat.page.get_by_role("button", name="Copy").click()
    chat.page.get_by_role("button", name="Copied").wait_for()
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(bank.profile.fill(bank.answers["rtms.side_effects"].text))


def test_clear_and_close_leaves_nothing(chat: Chat) -> None:
    chat.say("what is ect").settled()
    chat.page.get_by_role("button", name="More options").click()
    chat.page.get_by_role("button", name="Clear and close").click()
    assert not chat.page.get_by_role("dialog").is_visible()
    kept = chat.js("return JSON.parse(sessionStorage['trd-chat'] || '{}')")
    assert not kept.get("entries")
    assert not kept.get("token")
    chat.open()
    assert chat.turns() == []


def test_no_cookie_and_no_lasting_storage(chat: Chat) -> None:
    chat.say("what is ect").settled()
    assert chat.page.context.cookies() == []
    assert chat.page.evaluate("localStorage.length") == 0


def test_nothing_is_fetched_from_elsewhere_and_nothing_before_it_is_opened(
    tab: Callable[..., Chat], site: Site
) -> None:
    chat = tab()
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.page.reload()
    chat.page.wait_for_load_state("networkidle")
    assert [url for url in asked if "webhooks" in url] == []
    chat.open().say("what is ect").settled()
    assert [url for url in asked if not url.startswith(site.url)] == []


SCRIPT = '<script type="module" src="/widget.js"{}></script>'


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    made = browser.new_context()
    yield made
    made.close()


def test_the_script_tag_alone_is_enough(context: Any, site: Site) -> None:
    page = page_with(context, site, SCRIPT.format(' data-phone="555-0100" data-open'))
    page.get_by_role("dialog").wait_for()
    assert page.get_by_role("link", name="Call 988").is_visible()


def test_without_scripts_988_stands_in_the_page(browser: Any, site: Site) -> None:
    made = browser.new_context(java_script_enabled=False)
    page = made.new_page()
    page.goto(site.url)
    for name, target in (("Call 988", "tel:988"), ("text 988", "sms:988"), ("call 911", "tel:911")):
        link = page.get_by_role("link", name=name)
        assert link.is_visible()
        assert link.get_attribute("href") == target
    made.close()


def test_quick_exit_is_off_unless_wanted(chat: Chat) -> None:
    assert chat.page.get_by_role("button", name="Leave this site now").count() == 0


def test_quick_exit_leaves_at_once_and_leaves_nothing(context: Any, site: Site) -> None:
    weather = "https://weather.example/"
    context.route(weather, lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
    page = page_with(context, site, f'<trd-chat data-quick-exit="{weather}"></trd-chat>{SCRIPT.format("")}')
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_label("Your question").fill("what is ect")
    page.get_by_role("button", name="Leave this site now").click()
    page.wait_for_url(weather)
    page.goto(f"{site.url}/plain")
    assert page.evaluate("(sessionStorage['trd-chat'] || '').includes('ect')") is False
    assert page.get_by_role("button", name="Ask a question").is_visible()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://plain.example/", ""])
def test_quick_exit_leads_only_to_a_safe_address(context: Any, site: Site, address: str) -> None:
    page = page_with(context, site, f'<trd-chat data-quick-exit="{address}"></trd-chat>{SCRIPT.format("")}')
    page.get_by_role("button", name="Ask a question").click()
    assert page.get_by_role("button", name="Leave this site now").count() == 0
