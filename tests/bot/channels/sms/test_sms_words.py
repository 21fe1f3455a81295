from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.bank import Bank, gsm7
from bot.channels.sms.keywords import Keyword, keyword
from bot.channels.sms.words import WORDS, Words, read_words
from bot.safety.lexicon import SafetyDataError


def texts(words: Words) -> list[str]:
    return [*words.help.values(), *(text for text in vars(words).values() if isinstance(text, str))]


def test_every_text_costs_two_segments_at_most(words: Words) -> None:
    assert {gsm7.size(text).encoding for text in texts(words)} == {"GSM-7"}
    assert max(gsm7.size(text).segments for text in texts(words)) <= 2


def test_the_provider_is_filled_in(words: Words, bank: Bank) -> None:
    assert bank.profile.provider in words.introduction
    assert not any("{" in text for text in texts(words))


def test_help_holds_what_carriers_ask_for_and_988(words: Words, bank: Bank) -> None:
    for part in (bank.profile.provider, bank.profile.phone, "STOP", "HELP", "per text", "rates", "988"):
        assert part in words.help["en"]


def test_spanish_help_leads_to_988_for_who_meant_to_text_it_there(words: Words) -> None:
    assert "AYUDA al 988" in words.help["es"][:80]


def test_the_fallback_begins_with_988(words: Words, bank: Bank) -> None:
    assert "988" in words.fallback[:40]
    assert bank.profile.phone in words.fallback


def test_the_word_that_is_asked_for_is_understood(words: Words) -> None:
    assert any(keyword(word) is Keyword.MORE for word in words.more.split())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"help": None}, "help: expected a table"),
        ({"help": {"es": "988 STOP"}}, "with `en`"),
        ({"more": "Write on."}, "more: must hold MORE"),
        ({"fallback": "We are down."}, "fallback: must hold 988"),
        ({"empty": "988 " * 100}, "at most 2 segments"),
        ({"empty": "Llámame al 988. " * 9}, "at most 2 segments"),
        ({"media": " "}, "media: expected a text"),
        ({"unheard_of": "x"}, "unheard_of"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, bank: Bank, change: dict, complaint: str) -> None:
    path = tmp_path / "messages.yml"
    content = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**content, **change}), encoding="utf-8")
    with pytest.raises(SafetyDataError, match=complaint):
        read_words(bank.profile, path)
