from __future__ import annotations

import pytest

from bot.channels.sms.inbound import Inbound, fields_of


def test_a_form_keeps_blank_fields_and_every_letter() -> None:
    fields = fields_of(b"Body=%C2%BFcu%C3%A1nto%3F+%F0%9F%99%82&FromCity=&NumMedia=0")
    assert fields == {"Body": ["¿cuánto? 🙂"], "FromCity": [""], "NumMedia": ["0"]}


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"Body=%ff%fe", b"{}", b"&&&==", b"=" * 1000])
def test_any_bytes_are_read(body: bytes) -> None:
    assert isinstance(Inbound.from_fields(fields_of(body)), Inbound)


def test_more_fields_than_any_message_has_are_refused() -> None:
    with pytest.raises(ValueError, match="fields"):
        fields_of(b"a=1&" * 100_000)


def test_a_message_shows_nothing_private() -> None:
    message = Inbound.from_fields({"MessageSid": ["SM1"], "From": ["+15005550123"], "Body": ["my secret"]})
    assert repr(message) == "Inbound(sid='SM1')"


def test_messages_without_an_id_are_different_ones() -> None:
    assert Inbound.from_fields({}).sid != Inbound.from_fields({}).sid


@pytest.mark.parametrize(
    ("fields", "has_media"),
    [
        ({"NumMedia": ["0"]}, False),
        ({}, False),
        ({"NumMedia": ["1"], "MediaContentType0": ["text/x-vcard"]}, True),
        ({"NumMedia": ["many"]}, True),
        ({"Latitude": ["27.9"], "Longitude": ["-82.4"]}, True),
    ],
)
def test_pictures_cards_and_places_are_media(fields: dict[str, list[str]], has_media: bool) -> None:
    assert Inbound.from_fields(fields).has_media is has_media
