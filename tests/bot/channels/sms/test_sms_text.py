from __future__ import annotations

import re
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank import Bank, gsm7, replies
from bot.channels.sms.text import MAX_SEGMENTS, MAX_UNITS, Sms, chosen, compose, is_number, next_page
from bot.channels.sms.words import Words
from bot.records.sms import Choice, Conversation
from bot.safety import Level, Messages

CHOICES = (Choice("Side effects", "ect.side_effects"), Choice("How well it works", "ect.effectiveness"))
BUTTONS = [{"title": choice.title, "payload": choice.payload} for choice in CHOICES]
MARKUP = re.compile(r"[a-z_]+\.[a-z_]+\.detail|[{}<>]|\*\*|```|\]\(|https?://|\w+_\w+")


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"recipient_id": "me", "text": text, **more}


def every_page(sms: Sms) -> list[str]:
    pages = [sms.text]
    while sms.conversation is not None and sms.conversation.rest:
        sms = next_page(sms.conversation)
        pages.append(sms.text)
    return pages


@pytest.fixture(scope="module")
def answers(bank: Bank, words: Words) -> dict[str, Sms]:
    made = {}
    for answer in bank.spoken.values():
        reply = replies.answer(bank, answer.topic, answer.facet, channel="sms")
        made[answer.id] = compose([message(reply.text, buttons=list(reply.buttons), metadata=reply.metadata)], words)
    return made


def test_every_answer_of_the_bank_is_one_text_of_two_segments_or_so(answers: dict[str, Sms]) -> None:
    sizes = [sms.size for sms in answers.values()]
    assert statistics.median(size.segments for size in sizes) <= 2
    assert max(size.segments for size in sizes) <= 3
    assert max(size.units for size in sizes) <= MAX_UNITS
    assert {size.encoding for size in sizes} == {"GSM-7"}
    assert [name for name, sms in answers.items() if sms.conversation is None or sms.conversation.rest] == []


def test_no_answer_of_the_bank_shows_a_payload_or_markup(answers: dict[str, Sms]) -> None:
    assert {name: sms.text for name, sms in answers.items() if MARKUP.search(sms.text)} == {}


def test_what_can_be_chosen_is_what_is_shown(answers: dict[str, Sms], bank: Bank) -> None:
    for sms in answers.values():
        assert sms.conversation is not None
        shown = re.findall(r"^\d\) (.*)$", sms.text, flags=re.MULTILINE)
        assert shown == [choice.title for choice in sms.conversation.choices]
    treatments = [sms for name, sms in answers.items() if bank.topics[name.split(".")[0]].is_treatment]
    assert sum("2) " in sms.text for sms in treatments) > 0.95 * len(treatments)


def test_comparisons_and_questions_asked_back_fit_page_by_page(bank: Bank, words: Words) -> None:
    treatments = [topic.id for topic in bank.topics.values() if topic.is_treatment]
    for one, other, third in zip(treatments, treatments[1:], treatments[2:], strict=False):
        for reply in (
            replies.compare(bank, [one, other, third], channel="sms"),
            replies.clarify(bank, [one, other, third], channel="sms"),
        ):
            pages = every_page(compose([message(reply.text, buttons=list(reply.buttons))], words))
            assert max(gsm7.size(page).units for page in pages) <= MAX_UNITS
            assert all(page.endswith(words.more) for page in pages[:-1])


def test_a_question_asked_back_numbers_every_choice(bank: Bank, words: Words) -> None:
    longest = sorted(bank.topics.values(), key=lambda topic: len(topic.name))[-3:]
    reply = replies.clarify(bank, [topic.id for topic in longest], channel="sms")
    text = compose([message(reply.text, buttons=list(reply.buttons))], words).text
    assert all(f"{number}) {topic.name}" in text for number, topic in enumerate(longest, start=1))


@pytest.mark.parametrize("level", [Level.CRISIS, Level.EMERGENCY])
def test_crisis_texts_are_two_segments_and_alone(messages: Messages, words: Words, level: Level) -> None:
    for variant in messages.by_level[level].values():
        for texts in variant.values():
            said = compose([message(texts["sms"], metadata={"level": level.label})], words, introduction="Hello.")
            assert said == Sms(texts["sms"], Conversation())
            assert said.size.segments <= 2


def test_support_comes_first_and_whole_then_the_answer(words: Words) -> None:
    support = message("Call or text 988. " * 12, metadata={"level": "support"})
    text = compose([support, message("An answer. " * 27, buttons=BUTTONS)], words, introduction="Hello.").text
    assert text.startswith(support["text"].strip())
    assert text.count("An answer.") == 27
    assert "Hello." not in text


def test_the_reminder_never_waits_behind_more(words: Words) -> None:
    reminder = message("988 is there.", metadata={"reminder": True})
    sms = compose([message("A long answer. " * 60), reminder], words)
    assert sms.text.endswith(f"{words.more}\n\n988 is there.")


def test_buttons_become_numbers_and_none_asks_for_detail(words: Words) -> None:
    more = {"title": "Tell me more", "payload": "ect.overview.detail"}
    sms = compose([message("An answer.", buttons=[more, *BUTTONS])], words)
    assert sms.text == f"An answer.\n{words.choices}\n1) Side effects\n2) How well it works"
    assert sms.conversation == Conversation((), CHOICES)


def test_choices_give_way_rather_than_cost_a_third_segment(words: Words) -> None:
    sms = compose([message("a" * 280, buttons=BUTTONS)], words)
    assert "1) Side effects" in sms.text
    assert "2)" not in sms.text
    assert sms.conversation == Conversation((), CHOICES[:1])
    assert compose([message("a" * 300, buttons=BUTTONS)], words).text == "a" * 300


def test_the_introduction_stands_under_the_first_answer(words: Words) -> None:
    assert compose([message("An answer.")], words, introduction="Hello.").text == "An answer.\nHello."


def test_typographic_characters_are_written_plainly(words: Words) -> None:
    sms = compose([message("“It’s” 20–30\u00a0mg… • ½ ™")], words)
    assert sms.text == '"It\'s" 20-30 mg... - 1/2 (TM)'
    assert sms.size.encoding == "GSM-7"


def test_letters_that_a_language_needs_stay_within_three_segments(words: Words) -> None:
    pages = every_page(compose([message("Depresión y cómo tratarla. ¿Qué más? " * 12)], words))
    assert len(pages) > 1
    assert all("ó" in page and gsm7.size(page).segments <= MAX_SEGMENTS for page in pages)


def test_paragraphs_are_kept_whole_where_they_can_be(words: Words) -> None:
    one, other = "One thing. " * 18, "Another thing. " * 14
    first, second = every_page(compose([message(one), message(other)], words))
    assert first == f"{one.strip()}\n{words.more}"
    assert second == other.strip()


def test_a_short_beginning_is_not_sent_by_itself(words: Words) -> None:
    first, *_ = every_page(compose([message("Side by side:"), message("One thing. " * 26)], words))
    assert first.startswith("Side by side:\n\nOne thing.")


@given(st.text(max_size=1500))
def test_nothing_is_lost_between_pages_and_each_fits(words: Words, text: str) -> None:
    pages = every_page(compose([message(text)], words))
    for page in pages:
        size = gsm7.size(page)
        assert size.units <= MAX_UNITS if size.encoding == "GSM-7" else size.segments <= MAX_SEGMENTS
    put_together = "".join(page.removesuffix(words.more) for page in pages)
    assert re.sub(r"\s", "", put_together) == re.sub(r"\s", "", gsm7.plain(text.strip()))


@pytest.mark.parametrize(
    ("said", "payload"),
    [
        ("1", "ect.side_effects"),
        (" 1. ", "ect.side_effects"),
        ("1)", "ect.side_effects"),
        ("#2", "ect.effectiveness"),
        ("Two", "ect.effectiveness"),
        ("dos", "ect.effectiveness"),
        ("option 2", "ect.effectiveness"),
        ("the first one", "ect.side_effects"),
        ("2 please", "ect.effectiveness"),
        ("side effects", "ect.side_effects"),
        ("Side effects?", "ect.side_effects"),
        ("1) Side effects", "ect.side_effects"),
        ("2 how well it works", "ect.effectiveness"),
        ("3", None),
        ("0", None),
        ("12", None),
        ("1 2", None),
        ("", None),
        ("what are the side effects of lithium", None),
        ("i took 2 pills", None),
    ],
)
def test_a_choice_is_made_by_number_or_name(said: str, payload: str | None) -> None:
    assert chosen(said, CHOICES) == payload


def test_a_number_alone_is_known_as_one() -> None:
    assert is_number("3.")
    assert not is_number("3 pills")
    assert not is_number("")


def test_without_choices_nothing_is_chosen() -> None:
    assert chosen("1", ()) is None
