"""The segment counter against an implementation by others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank import gsm7

smsutil = pytest.importorskip("smsutil")

GSM = st.sampled_from(gsm7._BASIC) | st.sampled_from(gsm7._EXTENDED)
# Not the form feed and the escape, which it takes for letters, nor halves of a pair, which no text holds.
ANY = st.characters(blacklist_categories=("Cs",), blacklist_characters="\x0c\x1b")


def agrees(text: str) -> None:
    theirs = smsutil.split(text)
    ours = gsm7.size(text)
    assert ours.segments == len(theirs.parts)
    assert ours.encoding == {"gsm0338": "GSM-7", "utf_16_be": "UCS-2"}[theirs.encoding]
    assert ours.units == (theirs.total_bytes if ours.encoding == "GSM-7" else theirs.total_bytes // 2)


@settings(max_examples=400)
@given(st.text(GSM, min_size=1, max_size=1000))
def test_plain_texts_are_counted_alike(text: str) -> None:
    agrees(text)


@settings(max_examples=400)
@given(st.text(ANY, min_size=1, max_size=700))
def test_texts_of_any_letters_are_counted_alike(text: str) -> None:
    agrees(text)
