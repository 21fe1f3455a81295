"""The website's channel over real HTTP, with a stand-in for what lies behind the guard."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from rasa.core.channels.channel import UserMessage

from bot.bank import Bank
from bot.channels.guard import Guard
from bot.channels.limits import RateLimit
from bot.channels.origins import Origins
from bot.channels.sessions import Sessions
from bot.channels.web import Limits, WebInput
from bot.safety import Messages, Screen
from bot.screening import Screening
from bot.settings import Settings, SettingsError
from tests.serving import Serving

SITE = "https://clinic.example"
DANGER = "i want to kill myself"


class Behind:
    """Echoes and counts; breaks or waits when it is told to."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self.votes: list[dict[str, Any]] = []
        self.go_on = threading.Event()

    async def __call__(self, message: UserMessage) -> None:
        self.seen.append((message.sender_id, message.input_channel, message.text))
        if message.text == "break":
            raise RuntimeError("broken")
        if message.text.startswith("slow"):
            import asyncio

            await asyncio.to_thread(self.go_on.wait, 10)
        reply = {"text": f"you said {message.text}", "metadata": {"answer_id": "x.y"}}
        await message.output_channel.send_response(message.sender_id, reply)

    def feedback(self, **vote: Any) -> None:
        self.votes.append(vote)

    def times(self, text: str) -> int:
        return [seen for _, _, seen in self.seen].count(text)


@pytest.fixture(scope="module")
def behind() -> Behind:
    return Behind()


def make_channel(screen: Screen, messages: Messages, bank: Bank, behind: Behind, **changes: Any) -> WebInput:
    guard = Guard(screen=Screening(screen, None), messages=messages, phone=bank.profile.phone, timeout=5)
    parts: dict[str, Any] = {
        "sessions": Sessions(b"k" * 32),
        "messages": messages,
        "profile": bank.profile,
        "origins": Origins.parse(SITE),
        "limits": Limits(RateLimit(burst=1000, per_minute=1000), RateLimit(burst=10_000, per_minute=1000)),
        "recorder": behind,
        **changes,
    }
    return WebInput(guard, **parts)


@pytest.fixture(scope="module")
def url(screen: Screen, messages: Messages, bank: Bank, behind: Behind) -> Iterator[str]:
    channel = make_channel(screen, messages, bank, behind)
    serving = Serving(lambda: [(channel.blueprint(behind), "/webhooks/web")])
    serving.start()
    yield f"{serving.url}/webhooks/web"
    serving.stop()


@pytest.fixture(scope="module")
def strict_url(screen: Screen, messages: Messages, bank: Bank, behind: Behind) -> Iterator[str]:
    """A channel that lets one message through."""
    limits = Limits(RateLimit(burst=1, per_minute=1), RateLimit(burst=1000, per_minute=1000))
    channel = make_channel(screen, messages, bank, behind, limits=limits)
    serving = Serving(lambda: [(channel.blueprint(behind), "/webhooks/web")])
    serving.start()
    yield f"{serving.url}/webhooks/web"
    serving.stop()


def post(url: str, body: Any, **headers: str) -> requests.Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(url, data=data, headers={"Content-Type": "text/plain;charset=UTF-8", **headers}, timeout=20)


def new_session(url: str) -> str:
    return str(post(f"{url}/session", {}).json()["token"])


_ids = iter(range(10_000_000, 20_000_000))


def say(url: str, text: Any, token: Any = None, **headers: str) -> requests.Response:
    body = {"token": token or new_session(url), "id": f"id-{next(_ids)}", "text": text}
    return post(f"{url}/message", body, **headers)


def is_crisis(response: requests.Response) -> bool:
    messages = response.json()["messages"]
    return messages[0]["metadata"].get("level") == "crisis" and "988" in messages[0]["text"]


def test_a_session_tells_whom_to_call(url: str, bank: Bank) -> None:
    body = post(f"{url}/session", {}).json()
    assert (body["provider"], body["phone"]) == (bank.profile.provider, bank.profile.phone)
    assert len(body["token"]) > 60


def test_a_message_is_answered_in_its_own_conversation(url: str, behind: Behind) -> None:
    token = new_session(url)
    response = say(url, "hello there", token)
    assert response.status_code == 200
    assert response.json() == {"messages": [{"text": "you said hello there", "metadata": {"answer_id": "x.y"}}]}
    assert response.headers["Cache-Control"] == "no-store"
    sender, channel, _ = behind.seen[-1]
    assert channel == "web"
    assert sender == f"web-{token.split('.')[0]}"


def test_no_cookie_is_set(url: str) -> None:
    assert not say(url, "hello").cookies


def test_what_is_sent_twice_is_answered_once(url: str, behind: Behind) -> None:
    body = {"token": new_session(url), "id": "same-id-1", "text": "only once please"}
    first, second = (post(f"{url}/message", body).json() for _ in range(2))
    assert first == second
    assert behind.times("only once please") == 1


def test_what_is_sent_again_before_the_reply_is_answered_once(url: str, behind: Behind) -> None:
    behind.go_on.clear()
    body = {"token": new_session(url), "id": "same-id-2", "text": "slow one"}
    with ThreadPoolExecutor(3) as pool:
        replies = [pool.submit(post, f"{url}/message", body) for _ in range(3)]
        while not behind.times("slow one"):
            time.sleep(0.01)
        behind.go_on.set()
        assert len({reply.result().text for reply in replies}) == 1
    assert behind.times("slow one") == 1


def test_the_reply_is_there_for_who_lost_the_line(url: str, behind: Behind) -> None:
    behind.go_on.clear()
    body = {"token": new_session(url), "id": "same-id-3", "text": "slow two"}
    with pytest.raises(requests.Timeout):
        requests.post(f"{url}/message", data=json.dumps(body), timeout=0.3)
    behind.go_on.set()
    assert post(f"{url}/message", body).json()["messages"][0]["text"] == "you said slow two"
    assert behind.times("slow two") == 1


def test_other_words_under_the_same_id_are_a_message_of_their_own(url: str) -> None:
    body = {"token": new_session(url), "id": "same-id-4", "text": "harmless"}
    post(f"{url}/message", body)
    assert is_crisis(post(f"{url}/message", {**body, "text": DANGER}))


def test_an_id_is_ones_own(url: str) -> None:
    for text in ("mine", "yours"):
        body = {"token": new_session(url), "id": "same-id-5", "text": text}
        assert post(f"{url}/message", body).json()["messages"][0]["text"] == f"you said {text}"


@pytest.mark.parametrize("token", ["", "made.up.token", 7, None, ["x"]])
def test_a_message_without_a_session_is_refused_kindly(url: str, bank: Bank, token: object) -> None:
    response = post(f"{url}/message", {"token": token, "id": "id-00000001", "text": "hello"})
    assert response.status_code == 401
    assert response.json()["error"] == "session"
    assert bank.profile.phone in response.json()["messages"][0]["text"]


def test_too_long_a_message_is_refused(url: str) -> None:
    response = say(url, "a" * 1001)
    assert (response.status_code, response.json()["error"]) == (413, "too_long")
    assert say(url, "a" * 1000).status_code == 200


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_message_is_refused(url: str, text: str) -> None:
    assert say(url, text).status_code == 400


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"\xff\xfe", b"[" * 100_000, b"{}", b'{"text": "hi"}'])
def test_what_is_no_message_is_refused_kindly(url: str, body: bytes) -> None:
    response = post(f"{url}/message", body)
    assert response.status_code == 400
    assert "988" in response.json()["messages"][0]["text"]


def test_another_site_is_refused(url: str) -> None:
    response = say(url, "hello", Origin="https://evil.example")
    assert (response.status_code, response.json()["error"]) == (403, "origin")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert post(f"{url}/session", {}, Origin="https://evil.example").status_code == 403


def test_a_listed_site_may_read_the_reply(url: str) -> None:
    response = say(url, "hello", Origin=SITE)
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert response.status_code == 200


def test_our_own_pages_are_let_in(url: str) -> None:
    assert say(url, "hello", Origin=url.split("/webhooks")[0]).status_code == 200


def test_too_many_messages_must_wait(strict_url: str) -> None:
    token = new_session(strict_url)
    assert say(strict_url, "one", token).status_code == 200
    response = say(strict_url, "two", token)
    assert (response.status_code, response.json()["error"]) == (429, "limit")
    assert 1 <= int(response.headers["Retry-After"]) <= 61


def test_what_was_answered_is_told_again_within_the_limit(strict_url: str) -> None:
    body = {"token": new_session(strict_url), "id": "id-again-1", "text": "one"}
    assert [post(f"{strict_url}/message", body).status_code for _ in range(5)] == [200] * 5


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"token": ""},
        {"token": "made.up.token"},
        {"id": ""},
        {"id": 7},
        {"text": DANGER + " x" * 1000},
        {"text": [DANGER]},
        {"text": DANGER + " x" * 20_000},
    ],
)
@pytest.mark.parametrize("origin", [SITE, "https://evil.example"])
def test_danger_is_answered_whatever_else_is_wrong(strict_url: str, wrong: dict[str, Any], origin: str) -> None:
    token = new_session(strict_url)
    say(strict_url, "uses up the limit", token)
    body = {"token": token, "id": f"id-{next(_ids)}", "text": DANGER, **wrong}
    response = post(f"{strict_url}/message", body, Origin=origin)
    assert response.status_code == 200
    assert is_crisis(response)
    assert response.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize("body", [DANGER.encode(), b'{"text": "i want to kill myself', b"\xff i want to kill myself"])
def test_danger_in_a_broken_body_is_answered(url: str, body: bytes) -> None:
    response = post(f"{url}/message", body)
    assert response.status_code == 200
    assert is_crisis(response)


def test_danger_is_answered_again_and_again(strict_url: str) -> None:
    token = new_session(strict_url)
    assert all(is_crisis(say(strict_url, DANGER, token)) for _ in range(30))


def test_danger_comes_back_while_another_message_waits(url: str, behind: Behind) -> None:
    behind.go_on.clear()
    token = new_session(url)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(say, url, "slow three", token)
        while not behind.times("slow three"):
            time.sleep(0.01)
        assert is_crisis(say(url, DANGER, token))
        assert not waiting.done()
        behind.go_on.set()
        assert waiting.result().status_code == 200


def test_instructions_tell_their_language(url: str) -> None:
    (message,) = say(url, "quiero morir").json()["messages"]
    assert message["metadata"]["language"] == "es"
    (message,) = say(url, DANGER).json()["messages"]
    assert "language" not in message["metadata"]


def test_worry_is_heard_even_when_the_message_is_refused(url: str) -> None:
    response = post(f"{url}/message", {"token": "", "id": "id-00000002", "text": "my sister talked about suicide"})
    assert response.status_code == 401
    assert response.json()["messages"][0]["metadata"]["level"] == "support"


def test_a_failure_behind_the_guard_still_answers(url: str, bank: Bank) -> None:
    response = say(url, "break")
    assert response.status_code == 200
    (message,) = response.json()["messages"]
    assert message["metadata"]["fail_safe"] is True
    assert bank.profile.phone in message["text"]


def test_feedback_reaches_the_recorder(url: str, behind: Behind) -> None:
    token = new_session(url)
    vote = {"token": token, "answer_id": "ect.overview", "version": "0123abcd", "helpful": False}
    assert post(f"{url}/feedback", vote).status_code == 200
    session = f"web-{token.split('.')[0]}"
    expected = {"sender": session, "answer_id": "ect.overview", "version": "0123abcd", "helpful": False}
    assert behind.votes[-1] == {**expected, "channel": "web"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "x"},
        {"answer_id": "../x"},
        {"answer_id": None},
        {"version": "'; drop table"},
        {"version": ["a"]},
        {"helpful": "yes"},
        {"helpful": None},
    ],
)
def test_feedback_that_is_none_is_refused(url: str, behind: Behind, wrong: dict[str, Any]) -> None:
    before = len(behind.votes)
    vote = {"token": new_session(url), "answer_id": "ect.overview", "version": "0123abcd", "helpful": True, **wrong}
    assert post(f"{url}/feedback", vote).status_code in (400, 401)
    assert len(behind.votes) == before


def test_the_channel_needs_a_key_where_others_reach_it(messages: Messages, screen: Screen) -> None:
    guard = Guard(screen=Screening(screen, None), messages=messages, phone="1", timeout=5)
    with pytest.raises(SettingsError, match="WEB_KEY"):
        WebInput.from_settings(Settings(host="0.0.0.0"), guard)
    with pytest.raises(SettingsError, match="WEB_ORIGINS"):
        WebInput.from_settings(Settings(web_origins="nonsense"), guard)
