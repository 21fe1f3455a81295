"""The REST channel over real HTTP, with a stand-in for what lies behind the guard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from rasa.core.channels.channel import UserMessage

from bot.channels.guard import Guard
from bot.channels.rest import GuardedRestInput, GuardedShellInput
from bot.safety import Messages, Screen
from bot.screening import Screening
from bot.settings import Settings, SettingsError
from tests.serving import Serving

PHONE = "555-0100"
TOKEN = "a-secret-that-nobody-will-guess-1234"


class ClosedRestInput(GuardedRestInput):
    """The channel with a token, under a name of its own."""

    @classmethod
    def name(cls) -> str:
        return "closed"


async def behind(message: UserMessage) -> None:
    """Echoes, or breaks when it is told to."""
    if message.text == "break":
        raise RuntimeError("broken")
    reply = {"text": f"{message.sender_id}/{message.input_channel}: {message.text}", "metadata": {"answer_id": "x.y"}}
    await message.output_channel.send_response(message.sender_id, reply)


@pytest.fixture(scope="module")
def url(screen: Screen, messages: Messages) -> Iterator[str]:
    guard = Guard(screen=Screening(screen, None), messages=messages, phone=PHONE, timeout=5)
    serving = Serving(
        lambda: [
            (GuardedRestInput(guard).blueprint(behind), "/webhooks/rest"),
            (ClosedRestInput(guard, token=TOKEN).blueprint(behind), "/webhooks/closed"),
        ]
    )
    serving.start()
    yield f"{serving.url}/webhooks/rest/webhook"
    serving.stop()


def post(url: str, body: Any, **kwargs: Any) -> tuple[int, list[dict[str, Any]]]:
    response = requests.post(url, json=body, timeout=20, **kwargs)
    return response.status_code, response.json()


def test_a_message_gets_its_reply_with_metadata(url: str) -> None:
    assert post(url, {"sender": "a", "message": "hello"}) == (
        200,
        [{"recipient_id": "a", "text": "a/rest: hello", "metadata": {"answer_id": "x.y"}}],
    )


def test_the_channel_can_be_named(url: str) -> None:
    assert post(url, {"sender": "a", "message": "hi", "input_channel": "sms"})[1][0]["text"] == "a/sms: hi"


def test_an_unknown_channel_is_not_taken_over(url: str) -> None:
    assert post(url, {"sender": "a", "message": "hi", "input_channel": "../x"})[1][0]["text"] == "a/rest: hi"


@pytest.mark.parametrize("sender", [None, "", "   ", [], {}])
def test_a_sender_is_required(url: str, sender: object) -> None:
    status, replies = post(url, {"sender": sender, "message": "hello"})
    assert status == 400
    assert "sender is required" in replies[0]["metadata"]["error"]
    assert PHONE in replies[0]["text"]
    assert "988" in replies[0]["text"]


def test_a_person_in_danger_is_answered_without_a_sender(url: str) -> None:
    status, replies = post(url, {"message": "i want to kill myself"})
    assert status == 200
    assert replies[0]["metadata"]["level"] == "crisis"


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[1, 2]", b'"text"', b"\xff\xfe\x00", b'{"sender": ', b"[" * 200_000]
)
def test_a_body_that_is_no_message_is_refused_kindly(url: str, body: bytes) -> None:
    response = requests.post(url, data=body, timeout=20)
    assert response.status_code == 400
    assert "988" in response.json()[0]["text"]


def test_danger_in_a_broken_body_is_still_answered(url: str) -> None:
    response = requests.post(url, data=b'{"sender": "a", "message": "i want to kill myself \xff', timeout=20)
    assert response.status_code == 200
    assert response.json()[0]["metadata"]["level"] == "crisis"


@pytest.mark.parametrize("message", ["", "   ", None])
def test_an_empty_message_gets_a_kind_reply(url: str, message: object) -> None:
    status, replies = post(url, {"sender": "a", "message": message})
    assert status == 200
    assert PHONE in replies[0]["text"]


@pytest.mark.parametrize("message", [42, ["a", "b"], {"a": 1}, True])
def test_a_message_of_another_kind_is_taken_as_text(url: str, message: object) -> None:
    status, replies = post(url, {"sender": "a", "message": message})
    assert status == 200
    assert replies[0]["text"]


def test_a_slash_is_just_a_character(url: str) -> None:
    assert post(url, {"sender": "a", "message": '/greet{"x": 1}'})[1][0]["text"] == 'a/rest: greet{"x": 1}'


def test_a_failure_behind_the_guard_still_answers(url: str) -> None:
    status, replies = post(url, {"sender": "a", "message": "break"})
    assert status == 200
    assert replies[0]["metadata"] == {"fail_safe": True}


def test_the_stream_has_a_line_a_message(url: str) -> None:
    response = requests.post(f"{url}?stream=true", json={"sender": "a", "message": "hello"}, timeout=20)
    assert [line for line in response.text.splitlines() if line] == [
        '{"recipient_id": "a", "text": "a/rest: hello", "metadata": {"answer_id": "x.y"}}'
    ]


def test_a_hundred_kilobytes_are_answered(url: str) -> None:
    assert post(url, {"sender": "a", "message": "long " * 20_000})[0] == 200
    assert (
        post(url, {"sender": "a", "message": "long " * 20_000 + " i want to die"})[1][0]["metadata"]["level"]
        == "crisis"
    )


def test_health(url: str) -> None:
    response = requests.get(url.removesuffix("webhook"), timeout=5)
    assert response.json() == {"status": "ok"}


def test_the_shell_has_the_same_guard_under_rasas_name() -> None:
    assert GuardedShellInput.name() == "cmdline"
    assert issubclass(GuardedShellInput, GuardedRestInput)


@pytest.fixture
def closed_url(url: str) -> str:
    return url.replace("/rest/", "/closed/")


def test_with_the_token_a_message_is_answered(closed_url: str) -> None:
    body = {"sender": "a", "message": "hello"}
    assert post(closed_url, body, headers={"Authorization": f"Bearer {TOKEN}"})[0] == 200


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00e9"])
def test_without_the_token_a_message_is_refused_kindly(closed_url: str, shown: str) -> None:
    headers = {"Authorization": shown.encode()} if shown else {}
    status, replies = post(closed_url, {"sender": "a", "message": "hello"}, headers=headers)
    assert status == 401
    assert "REST_TOKEN" in replies[0]["metadata"]["error"]
    assert PHONE in replies[0]["text"]


def test_danger_is_answered_without_the_token(closed_url: str) -> None:
    status, replies = post(closed_url, {"sender": "a", "message": "i want to kill myself"})
    assert status == 200
    assert replies[0]["metadata"]["level"] == "crisis"


def test_a_token_is_needed_where_others_reach_the_server(screen: Screen, messages: Messages) -> None:
    guard = Guard(screen=Screening(screen, None), messages=messages, phone=PHONE, timeout=5)
    with pytest.raises(SettingsError, match="REST_TOKEN"):
        GuardedRestInput.from_settings(Settings(host="0.0.0.0"), guard)
    GuardedRestInput.from_settings(Settings(host="0.0.0.0", rest_token=TOKEN), guard)
    GuardedRestInput.from_settings(Settings(host="127.0.0.1"), guard)
    GuardedShellInput.from_settings(Settings(host="0.0.0.0"), guard)
