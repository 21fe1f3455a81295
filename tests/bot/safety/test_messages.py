from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.bank import gsm7
from bot.safety import Level, Messages, Verdict, load_messages
from bot.safety.lexicon import SafetyDataError
from bot.settings import PROJECT

SMS_LIMIT = 306  # two concatenated GSM-7 segments


def every(messages: Messages) -> list[tuple[str, str, str, str]]:
    """Returns level, variant, language and channel with the text, of all instructions."""
    return [
        (f"{level.label} {variant} {language}", channel, text, level.label)
        for level, variants in messages.by_level.items()
        for variant, texts in variants.items()
        for language, by_channel in texts.items()
        for channel, text in by_channel.items()
    ]


def test_every_message_holds_988(messages: Messages) -> None:
    assert [name for name, _, text, _ in every(messages) if "988" not in text] == []


def test_sms_instructions_are_two_segments_with_988_early(messages: Messages) -> None:
    for name, channel, text, level in every(messages):
        if channel != "sms":
            continue
        assert gsm7.outside(text) == "", name
        assert gsm7.length(text) <= SMS_LIMIT, name
        if level in ("crisis", "emergency"):
            assert "988" in text[:60], name


def test_emergencies_begin_with_911_and_name_poison_help_where_it_may_be_poison(messages: Messages) -> None:
    for name, _, text, level in every(messages):
        if level == "emergency":
            assert text.index("911") < text.index("988"), name
            assert "1-800-222-1222" in text or name.startswith("emergency abuse"), name


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_person_who_is_being_attacked_is_not_told_to_unlock_the_door(messages: Messages, language: str) -> None:
    text = messages.for_verdict(Verdict(Level.EMERGENCY, "abuse", language))
    assert "1-800-799-7233" in text
    assert "unlock" not in text
    assert "sin llave" not in text


def test_a_crisis_message_tells_all_that_must_be_told(messages: Messages) -> None:
    text = messages.for_verdict(Verdict(Level.CRISIS))
    for part in ("988", "text", "911", "press 2", "AYUDA", "press 1", "838255", "988lifeline.org"):
        assert part in text


def test_no_question_is_asked_of_a_person_in_danger(messages: Messages) -> None:
    for name, channel, text, level in every(messages):
        if level in ("crisis", "emergency"):
            assert "?" not in text[: text.index("988")] or channel == "sms", name


def test_the_persons_language_is_used_and_english_otherwise(messages: Messages) -> None:
    assert "llama" in messages.for_verdict(Verdict(Level.CRISIS, "direct", "es"))
    assert "Please call" in messages.for_verdict(Verdict(Level.CRISIS, "direct", "xx"))
    # A variant without Spanish gives way to the Spanish default.
    assert "llama" in messages.for_verdict(Verdict(Level.EMERGENCY, "third_party", "es"))


@pytest.mark.parametrize("language", ["ht", "pt"])
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_languages_without_texts_get_the_english_one_with_the_spanish_line(
    messages: Messages, language: str, channel: str
) -> None:
    for level in (Level.SUPPORT, Level.CRISIS, Level.EMERGENCY):
        for category in ("direct", "overdose", "third_party", "mention", "abuse", "harm_to_others"):
            text = messages.for_verdict(Verdict(level, category, language), channel=channel)
            assert text == messages.for_verdict(Verdict(level, category, "en"), channel=channel)
            assert "988" in text
    crisis = messages.for_verdict(Verdict(Level.CRISIS, "direct", language), channel=channel)
    assert "press 2" in crisis
    assert "988" in messages.for_reminder(0, language=language, channel=channel)
    assert "555-0100" in messages.for_listening(phone="555-0100", language=language, channel=channel)
    assert "988" in messages.for_failure(phone="555-0100", language=language, channel=channel)


def test_a_helper_is_spoken_to_as_a_helper(messages: Messages) -> None:
    assert "looking out for them" in messages.for_verdict(Verdict(Level.SUPPORT, "third_party", "en"))


@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_fail_safe_reply_gives_the_phone_number_and_988(messages: Messages, channel: str, language: str) -> None:
    text = messages.for_failure(phone="555-0100", language=language, channel=channel)
    assert "555-0100" in text
    assert "988" in text
    assert "{" not in text


def test_sources_are_cited_with_dates() -> None:
    content = yaml.safe_load((PROJECT / "data" / "safety" / "messages.yml").read_text(encoding="utf-8"))
    assert any("988lifeline.org" in source["url"] for source in content["sources"])
    assert all(source["as_of"] for source in content["sources"])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("988", "999"), "988"),
        (("  emergency:", "  emergencies:"), "emergency"),
        (("fail_safe:", "fail_never:"), "fail_safe"),
        (("        sms: >-", "        text: >-"), "sms"),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    text = (PROJECT / "data" / "safety" / "messages.yml").read_text(encoding="utf-8")
    (tmp_path / "messages.yml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(SafetyDataError, match=complaint):
        load_messages(tmp_path)
