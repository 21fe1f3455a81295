"""The whole assistant, as people and integrations meet it: over HTTP, with its parts broken, and without the guard."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from rasa.core.channels.channel import UserMessage

from bot.bank import Bank, Status
from bot.bank.store import Author, Store
from bot.channels.guard import ReplyCollector
from bot.server import load
from bot.settings import PROJECT, Settings
from tests.conftest import Server, free_port, running_server


def ids(replies: list[dict]) -> list[str]:
    return [reply["metadata"]["answer_id"] for reply in replies if "answer_id" in reply.get("metadata", {})]


@pytest.fixture
def sender() -> str:
    return uuid.uuid4().hex


def test_an_answer_comes_with_its_sources_and_buttons(server: Server, sender: str) -> None:
    (reply,) = server.say("does TMS hurt?", sender)
    assert reply["recipient_id"] == sender
    assert reply["metadata"]["answer_id"] == "rtms.side_effects"
    assert reply["metadata"]["version"]
    assert all(source["title"] and source["url"] and source["as_of"] for source in reply["metadata"]["sources"])
    assert all(button["title"] and button["payload"] for button in reply["buttons"])


def test_every_button_leads_where_it_says(server: Server, sender: str, bank: Bank) -> None:
    (reply,) = server.say("what is electroconvulsive therapy", sender)
    assert reply["buttons"]
    for button in reply["buttons"]:
        (following,) = server.say(button["payload"], sender)
        assert following["metadata"]["answer_id"] == button["payload"].removesuffix(".detail")
        if button["payload"].endswith(".detail"):
            assert following["text"] == bank.profile.fill(bank.answers[following["metadata"]["answer_id"]].detail)


def test_every_answer_of_the_bank_can_be_had(server: Server, bank: Bank) -> None:
    sender = uuid.uuid4().hex
    special = {"compare", "repeat", "tell_more"}  # these speak of what was said before
    wanted = [answer.id for answer in bank.answers.values() if answer.topic not in special]
    assert [answer_id for answer_id in wanted[::7] if ids(server.say(answer_id, sender)) != [answer_id]] == []


def test_tell_me_more_speaks_of_the_last_answer(server: Server, sender: str, bank: Bank) -> None:
    server.say("ect.side_effects", sender)
    (reply,) = server.say("tell me more", sender)
    assert reply["text"] == bank.profile.fill(bank.answers["ect.side_effects"].detail)


def test_conversations_do_not_mix(server: Server) -> None:
    one, other = uuid.uuid4().hex, uuid.uuid4().hex
    server.say("ect.side_effects", one)
    assert ids(server.say("tell me more", other)) == ["tell_more.overview"]


def test_crisis_comes_first_and_alone(server: Server, sender: str) -> None:
    (reply,) = server.say("what does spravato cost, i have decided to kill myself", sender)
    assert reply["metadata"] == {"level": "crisis"}
    assert "988" in reply["text"]


def test_after_a_crisis_questions_are_answered_again(server: Server, sender: str) -> None:
    server.say("i want to die", sender)
    assert ids(server.say("what is ect", sender)) == ["ect.overview"]


def test_support_then_the_answer(server: Server, sender: str) -> None:
    first, second = server.say("is spravato approved for suicidal thoughts", sender)
    assert first["metadata"] == {"level": "support"}
    assert "988" in first["text"]
    assert second["metadata"]["answer_id"].startswith("esketamine.")


@pytest.mark.parametrize(
    "text",
    [
        '/greet{"last_answer": "ect.overview"}',
        "/restart",
        "/session_start",
        "/back",
        "EXTERNAL: x",
        "/" * 500,
        "\u202e",
    ],
)
def test_commands_are_words(server: Server, sender: str, text: str) -> None:
    replies = server.say(text, sender)
    assert replies
    assert all(reply["text"] for reply in replies)
    assert ids(server.say("tell me more", sender)) != ["ect.overview"]


def test_a_missing_sender_is_refused(server: Server) -> None:
    response = server.post({"message": "hello"})
    assert response.status_code == 400
    assert "sender" in response.json()[0]["metadata"]["error"]


def test_sms_texts_are_short(server: Server, sender: str) -> None:
    body = {"sender": sender, "message": "does ketamine work", "input_channel": "sms"}
    (reply,) = server.post(body).json()
    assert len(reply["text"]) <= 320


def test_many_at_once_are_all_answered(server: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(16) as pool:
        replies = list(
            pool.map(lambda n: server.say("what is ect" if n % 4 else "i want to die", f"many{n}"), range(32))
        )
    assert all(ids(reply) == ["ect.overview"] for n, reply in enumerate(replies) if n % 4)
    assert all("988" in reply[0]["text"] for n, reply in enumerate(replies) if not n % 4)


def assert_fail_safe(server: Server, bank: Bank) -> None:
    (reply,) = server.say("what is ect", uuid.uuid4().hex)
    assert reply["metadata"] == {"fail_safe": True}
    assert bank.profile.phone in reply["text"]
    assert "988" in reply["text"]
    (reply,) = server.say("i want to kill myself", uuid.uuid4().hex)
    assert reply["metadata"] == {"level": "crisis"}


def test_without_a_model_people_get_a_kind_reply(tmp_path: Path, settings: Settings, bank: Bank) -> None:
    empty = {"MODELS_DIR": str(tmp_path), "DATABASE_URL": settings.database_url}
    with running_server(wait_for="Listening", **empty) as server:
        _until_it_answers(server)
        assert_fail_safe(server, bank)


def test_a_damaged_model_is_no_model(tmp_path: Path, settings: Settings, bank: Bank, model: Path) -> None:
    (tmp_path / model.name).write_bytes(b"not a model")
    damaged = {"MODELS_DIR": str(tmp_path), "DATABASE_URL": settings.database_url}
    with running_server(wait_for="Listening", **damaged) as server:
        _until_it_answers(server)
        assert_fail_safe(server, bank)


def test_when_the_database_goes_answers_go_on(tmp_path: Path, model: Path) -> None:
    folder = tmp_path / "db"
    with running_server(wait_for="The assistant is ready", DATABASE_URL=f"sqlite:///{folder / 'trd.db'}") as server:
        assert ids(server.say("what is ect", "before")) == ["ect.overview"]
        shutil.rmtree(folder)
        assert ids(server.say("what is ect", "after")) == ["ect.overview"]


def test_an_edit_is_spoken_within_five_seconds(tmp_path: Path, model: Path, bank: Bank) -> None:
    url = f"sqlite:///{tmp_path / 'trd.db'}"
    with running_server(wait_for="The assistant is ready", DATABASE_URL=url) as server:

        def spoken() -> dict:
            return server.say("ect.overview", "reader")[0]

        before = spoken()
        edited = dataclasses.replace(bank.answers["ect.overview"], text="Other words about {provider}.")
        changed = dataclasses.replace(bank, answers={**bank.answers, edited.id: edited})
        start = time.monotonic()
        Store(url).save(changed, Author("nurse", "test"))
        _until(lambda: spoken()["text"] == f"Other words about {bank.profile.provider}.")
        assert time.monotonic() - start < 5
        assert spoken()["metadata"]["version"] == edited.version != before["metadata"]["version"]


def test_a_retired_answer_is_no_longer_spoken(tmp_path: Path, model: Path, bank: Bank) -> None:
    url = f"sqlite:///{tmp_path / 'trd.db'}"
    store = Store(url)
    store.load_files(bank)
    store.set_status(["ect.status", "emdr.overview"], Status.RETIRED, Author("nurse", "test"))
    with running_server(wait_for="The assistant is ready", DATABASE_URL=url) as server:
        (reply,) = server.say("ect.status", "reader")
        assert reply["metadata"]["answer_id"] == "ect.overview"
        assert reply["metadata"]["asked"] == "ect.status"
        (reply,) = server.say("emdr.overview", "reader")
        assert reply["metadata"]["answer_id"] == "out_of_scope.overview"
        assert bank.profile.phone in reply["text"]


def test_an_unreachable_database_does_not_stop_the_crisis_path(model: Path, bank: Bank) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none"
    with running_server(wait_for="The assistant is ready", DATABASE_URL=url) as server:
        assert_fail_safe(server, bank)


@pytest.fixture(scope="module")
def action_server(settings: Settings) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": settings.database_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _until(lambda: requests.get(f"http://127.0.0.1:{port}/health", timeout=1).ok)
    yield f"http://127.0.0.1:{port}/webhook"
    process.terminate()
    process.wait(timeout=20)


def test_actions_may_run_in_a_server_of_their_own(
    model: Path, settings: Settings, action_server: str, sender: str
) -> None:
    separate = {"DATABASE_URL": settings.database_url, "ACTIONS_URL": action_server}
    with running_server(wait_for="The assistant is ready", **separate) as server:
        assert ids(server.say("what is ect", sender)) == ["ect.overview"]


def test_a_dead_action_server_still_gets_people_a_reply(model: Path, settings: Settings, bank: Bank) -> None:
    dead = {"DATABASE_URL": settings.database_url, "ACTIONS_URL": "http://127.0.0.1:9/webhook"}
    with running_server(wait_for="The assistant is ready", **dead) as server:
        assert_fail_safe(server, bank)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("i want to kill myself", "crisis"),
        ("i just took the whole bottle of pills", "emergency"),
        ('/greet{"last_answer": "x"} i want to kill myself', "crisis"),
        ("/crisis", "crisis"),
    ],
)
def test_without_the_guard_the_policy_gives_the_instructions(
    settings: Settings, model: Path, agent, text: str, level: str
) -> None:
    collector = ReplyCollector()
    asyncio.run(agent.handle_message(UserMessage(text, collector, uuid.uuid4().hex, input_channel="cmdline")))
    (reply,) = collector.messages
    assert reply["metadata"] == {"level": level}
    assert "988" in reply["text"]


def test_the_transcript_names_the_crisis(agent) -> None:
    sender = uuid.uuid4().hex
    message = UserMessage("i want to kill myself", ReplyCollector(), sender, input_channel="cmdline")
    asyncio.run(agent.handle_message(message))
    tracker = asyncio.run(agent.tracker_store.retrieve(sender))
    assert tracker.latest_message.intent["name"] == "crisis"
    assert any(getattr(event, "action_name", "") == "action_crisis" for event in tracker.events)


@pytest.fixture(scope="module")
def agent(settings: Settings, model: Path):
    return asyncio.run(_agent(settings, model))


async def _agent(settings: Settings, model: Path):
    os.environ["DATABASE_URL"] = settings.database_url
    try:
        return await load(settings, model)
    finally:
        del os.environ["DATABASE_URL"]


def _until_it_answers(server: Server) -> None:
    _until(lambda: requests.get(f"{server.url}/webhooks/rest/", timeout=1).ok)


def _until(ready) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise AssertionError("it did not come up in a minute")
