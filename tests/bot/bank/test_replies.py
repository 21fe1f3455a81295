from __future__ import annotations

import dataclasses

import pytest

from bot.bank import Bank, Facet, replies


def test_an_answer_carries_its_id_version_and_dated_sources(bank: Bank) -> None:
    reply = replies.answer(bank, "ect", Facet.SIDE_EFFECTS)
    assert reply.metadata["answer_id"] == "ect.side_effects"
    assert reply.metadata["version"] == bank.answers["ect.side_effects"].version
    assert reply.metadata["sources"]
    assert all(source.keys() == {"title", "url", "as_of"} for source in reply.metadata["sources"])


def test_sms_gets_the_short_text(bank: Bank) -> None:
    reply = replies.answer(bank, "rtms", channel="sms")
    assert reply.text == bank.profile.fill(bank.answers["rtms.overview"].sms)


def test_a_topic_without_facets_ignores_the_facet(bank: Bank) -> None:
    assert replies.answer(bank, "locations", Facet.COVERAGE).metadata["answer_id"] == "locations.overview"


@pytest.mark.parametrize("channel", ["web", "sms"])
def test_a_missing_facet_is_said_kindly_with_the_overview_and_the_phone(bank: Bank, channel: str) -> None:
    answers = {name: answer for name, answer in bank.answers.items() if name != "ect.coverage"}
    poorer = dataclasses.replace(bank, answers=answers)
    reply = replies.answer(poorer, "ect", Facet.COVERAGE, channel=channel)
    assert reply.metadata["answer_id"] == "ect.overview"
    assert reply.metadata["asked"] == "ect.coverage"
    assert bank.profile.phone in reply.text
    assert "{" not in reply.text


def test_buttons_are_few_and_lead_to_answers(bank: Bank) -> None:
    for answer in bank.answers.values():
        reply = replies.answer(bank, answer.topic, answer.facet)
        assert len(reply.buttons) <= 3
        for button in reply.buttons:
            target = button["payload"].removesuffix(".detail")
            assert target in bank.answers
            assert button["title"]


def test_no_button_asks_what_was_just_answered(bank: Bank) -> None:
    payloads = [button["payload"] for button in replies.answer(bank, "ect", Facet.COVERAGE).buttons]
    assert "ect.coverage" not in payloads


def test_more_gives_the_detail(bank: Bank) -> None:
    detailed = next(answer for answer in bank.answers.values() if answer.detail)
    reply = replies.more(bank, detailed.id)
    assert reply.text == bank.profile.fill(detailed.detail)
    assert reply.metadata["answer_id"] == detailed.id


def test_more_of_an_answer_without_detail_is_another_side_of_it(bank: Bank) -> None:
    plain = next(a for a in bank.answers.values() if not a.detail and bank.topics[a.topic].is_treatment)
    reply = replies.more(bank, plain.id)
    assert reply.metadata["answer_id"].split(".")[0] == plain.topic
    assert reply.metadata["answer_id"] != plain.id


def test_more_asked_again_moves_on(bank: Bank) -> None:
    assert replies.more(bank, "ect.side_effects.detail").metadata["answer_id"] != "ect.side_effects"


def test_more_by_sms_stays_short(bank: Bank) -> None:
    for answer in bank.answers.values():
        assert len(replies.more(bank, answer.id, channel="sms").text) <= 320


def test_more_of_nothing_says_so(bank: Bank) -> None:
    assert replies.more(bank, "").metadata["answer_id"] == "tell_more.overview"


def test_a_comparison_shows_each_side_without_a_verdict(bank: Bank) -> None:
    reply = replies.compare(bank, ["ketamine", "esketamine"])
    assert reply.metadata["answer_id"] == "compare.overview"
    assert reply.metadata["compared"] == ["ketamine", "esketamine"]
    for topic in ("ketamine", "esketamine"):
        assert bank.topics[topic].name in reply.text


def test_a_comparison_has_a_table_of_what_every_side_has(bank: Bank) -> None:
    table = replies.compare(bank, ["ect", "rtms"]).metadata["table"]
    assert table["columns"] == [bank.topics["ect"].name, bank.topics["rtms"].name]
    assert table["rows"][0]["title"] == bank.phrases.titles["overview"]
    assert [len(row["cells"]) for row in table["rows"]] == [2] * len(table["rows"])
    assert len(table["rows"]) >= 3
    assert table["rows"][0]["cells"][0] == bank.profile.fill(bank.answers["ect.overview"].sms)


def test_what_stands_in_the_table_has_its_source(bank: Bank) -> None:
    metadata = replies.compare(bank, ["ect", "rtms"]).metadata
    cited = {source["url"] for source in metadata["sources"]}
    for source in bank.answers["rtms.side_effects"].sources:
        assert bank.sources[source].url in cited


def test_a_comparison_by_sms_has_no_table(bank: Bank) -> None:
    assert "table" not in replies.compare(bank, ["ect", "rtms"], channel="sms").metadata


def test_a_comparison_of_one_is_the_general_word(bank: Bank) -> None:
    assert "compared" not in replies.compare(bank, ["ect"]).metadata


def test_nothing_spoken_holds_a_placeholder(bank: Bank) -> None:
    for answer in bank.answers.values():
        for channel in ("web", "sms"):
            assert "{" not in replies.answer(bank, answer.topic, answer.facet, channel=channel).text
