from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.channels.sms.inbound import fields_of
from bot.channels.sms.signature import SignatureCheck

URL = "https://bot.example.org/webhooks/sms/webhook"
TOKEN, NEXT_TOKEN = "a" * 32, "b" * 32
FIELDS = {"MessageSid": "SM1", "From": "+15005550123", "Body": "¿cuánto cuesta? & ñ 🙂", "FromCity": "", "FromZip": ""}
LISTS = {name: [value] for name, value in FIELDS.items()}


def signature(token: str = TOKEN, url: str = URL, fields: dict[str, str] = FIELDS) -> str:
    return RequestValidator(token).compute_signature(url, fields)


@pytest.fixture(scope="module")
def check() -> SignatureCheck:
    return SignatureCheck((TOKEN, NEXT_TOKEN, ""), URL)


def test_twilios_signature_is_accepted_with_blank_fields(check: SignatureCheck) -> None:
    assert check(LISTS, signature())


def test_both_tokens_are_accepted_during_rotation(check: SignatureCheck) -> None:
    assert check(LISTS, signature(NEXT_TOKEN))
    assert not check(LISTS, signature("c" * 32))


def test_an_unset_token_signs_nothing(check: SignatureCheck) -> None:
    assert not check(LISTS, signature(""))


@pytest.mark.parametrize("wrong", ["", "x", "é", "\ud800", "A" * 28, "A" * 100_000])
def test_another_signature_is_refused(check: SignatureCheck, wrong: str) -> None:
    assert not check(LISTS, wrong)


@pytest.mark.parametrize(
    "fields",
    [
        {**LISTS, "Body": ["stop"]},
        {**LISTS, "Extra": [""]},
        {name: value for name, value in LISTS.items() if name != "FromCity"},
        {},
    ],
)
def test_changed_fields_are_refused(check: SignatureCheck, fields: dict[str, list[str]]) -> None:
    assert not check(fields, signature())


def test_the_query_is_signed_too(check: SignatureCheck) -> None:
    assert check(LISTS, signature(url=f"{URL}?clinic=1"), query="clinic=1")
    assert not check(LISTS, signature(url=f"{URL}?clinic=1"), query="clinic=2")
    assert not check(LISTS, signature(), query="clinic=1")


@pytest.mark.parametrize("url", [URL, "https://bot.example.org:8443/webhooks/sms/webhook"])
def test_twilio_may_sign_with_the_port_or_without(url: str) -> None:
    with_port = url.replace(".org/", ".org:443/")
    without = url.replace(":8443", "")
    for signed in (with_port, without):
        assert SignatureCheck((TOKEN,), url)(LISTS, signature(url=signed))


def test_another_address_is_refused(check: SignatureCheck) -> None:
    assert not check(LISTS, signature(url=URL.replace("bot.", "other.")))


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), min_size=1, max_size=8))
def test_any_fields_pass_from_form_to_signature(fields: dict[str, str]) -> None:
    valid = RequestValidator(TOKEN).compute_signature(URL, fields)
    assert SignatureCheck((TOKEN,), URL)(fields_of(urlencode(fields).encode()), valid)
