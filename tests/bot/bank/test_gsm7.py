from __future__ import annotations

import pytest

from bot.bank import gsm7


def test_characters_outside_the_alphabet_are_listed_once() -> None:
    assert gsm7.outside("“Hi” — “there”") == "“”—"


def test_spanish_letters_of_the_alphabet_pass() -> None:
    assert gsm7.outside("¿Cómo está? ñ é ¡") == "óá"


def test_extended_characters_count_twice() -> None:
    assert gsm7.length("a€b") == 4


@pytest.mark.parametrize(
    ("typeset", "written"),
    [
        ("“It’s” — so…", '"It\'s" - so...'),
        ("5–10\u00a0mg\u200b ½ × 2 ≥ 1 °C", "5-10 mg 1/2 x 2 >= 1  degC"),
        ("• one\r\n• two", "- one\n- two"),
        ("Dep. mayor: cómo, ñandú, Zoë, 日本, 🙂", "Dep. mayor: cómo, ñandú, Zoë, 日本, 🙂"),
        ("e\u0301", "é"),
    ],
)
def test_typographic_characters_are_written_plainly_and_letters_stay(typeset: str, written: str) -> None:
    assert gsm7.plain(typeset) == written


def test_every_substitute_is_in_the_alphabet() -> None:
    assert gsm7.outside("".join(gsm7._SUBSTITUTES.values())) == ""


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("a" * 158 + "€", "GSM-7", 160, 1),
        ("a" * 152 + "€" + "a" * 10, "GSM-7", 164, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # the euro sign goes whole into the second message
        ("ó" * 70, "UCS-2", 70, 1),
        ("ó" * 71, "UCS-2", 71, 2),
        ("🙂" * 35, "UCS-2", 70, 1),
        ("🙂" * 67, "UCS-2", 134, 3),  # 33 whole ones a message, not 33 and a half
    ],
)
def test_size_counts_as_carriers_do(text: str, encoding: str, units: int, segments: int) -> None:
    assert gsm7.size(text) == gsm7.Size(encoding, units, segments)
