from __future__ import annotations

from bot.channels.sms.numbers import NumberHash

NUMBER = "+15005550123"


def test_the_same_number_gets_the_same_id() -> None:
    assert NumberHash("key")(NUMBER) == NumberHash("key")(f" {NUMBER} ")


def test_numbers_channels_and_keys_are_told_apart() -> None:
    ids = [NumberHash("key")(NUMBER), NumberHash("other")(NUMBER), NumberHash("key")("+15005550124")]
    ids.append(NumberHash("key")(f"whatsapp:{NUMBER}"))
    assert len(set(ids)) == 4


def test_the_number_is_not_in_its_id() -> None:
    assert NUMBER[-4:] not in NumberHash("key")(NUMBER)


def test_whatever_stands_there_has_an_id() -> None:
    assert NumberHash("key")("") != NumberHash("key")("\ud800")
