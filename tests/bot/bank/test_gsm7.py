from __future__ import annotations

from bot.bank import gsm7


def test_characters_outside_the_alphabet_are_listed_once() -> None:
    assert gsm7.outside("“Hi” — “there”") == "“”—"


def test_spanish_letters_of_the_alphabet_pass() -> None:
    assert gsm7.outside("¿Cómo está? ñ é ¡") == "óá"


def test_extended_characters_count_twice() -> None:
    assert gsm7.length("a€b") == 4
