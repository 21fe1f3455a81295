"""The REST channel over real HTTP, with a stand-in for what lies behind the guard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.guard import Guard
from bot.channels.rest import GuardedRestInput, GuardedShellInput
from bot.safety import Messages, Screen
from bot.screening import Screening
from tests.conftest import free_port

PHONE = "555-0100"


async def behind(message: UserMessage) -> None:
    """Echoes, or breaks when it is told to."""
    if message.text == "break":
        raise RuntimeError("broken")
    reply = {"text": f"{message.sender_id}/{message.input_channel}: {message.text}", "metadata": {"answer_id": "x.y"}}
    await message.output_channel.send_response(message.sender_id, reply)


@pytest.fixture(scope="module")
def url(screen: Screen, messages: Messages) -> Iterator[str]:
    Sanic._app_registry.clear()
    app = Sanic("rest_channel", configure_logging=False)
    guard = Guard(screen=Screening(screen, None), messages=messages, phone=PHONE, timeout=5)
    app.blueprint(GuardedRestInput(guard).blueprint(behind), url_prefix="/webhooks/rest")
    port, loop, up = free_port(), asyncio.new_event_loop(), threading.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(app.create_server(port=port, return_asyncio_server=True, access_log=False))
        loop.run_until_complete(server.startup())
        loop.call_soon(up.set)
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert up.wait(20)
    yield f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


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
