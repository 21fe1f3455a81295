"""The channel over real HTTP. The tests named in docs/sms.md stand here and in the files beside."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.bank import gsm7
from bot.channels.guard import Guard
from bot.channels.sms.channel import PATH, GuardedSmsInput
from bot.channels.sms.ledger import Limits
from bot.channels.sms.text import MAX_UNITS
from bot.channels.sms.words import Words
from bot.records.sms import SmsStore
from bot.safety import Messages, Screen
from bot.screening import Screening
from bot.settings import SettingsError, load_settings
from tests.bot.channels.sms.carrier import NUMBER, OTHER_TOKEN, PHONE, Carrier, Rasa, Start, said

FIELDS = {
    "MessageSid": "SM0",
    "From": NUMBER,
    "To": "+15005550006",
    "Body": "what is ect",
    "FromCity": "",
    "FromZip": "",
}
CRISIS = "i want to kill myself"


def until(condition: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


# At the door


def test_a_signed_request_is_answered_with_twiml(carrier: Carrier) -> None:
    response = carrier.post(FIELDS)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/xml")
    assert said(response).startswith('what is ect? "Yes" - an answer.')


def test_the_second_token_is_good_too(carrier: Carrier) -> None:
    assert carrier.post(FIELDS, token=OTHER_TOKEN).status_code == 200


@pytest.mark.parametrize("signature", ["", "wrong", "é", "A" * 5000])
def test_without_the_signature_nothing_is_processed(
    carrier: Carrier, rasa: Rasa, store: SmsStore, signature: str
) -> None:
    for body in ("what is ect", "STOP", CRISIS):
        assert carrier.post({**FIELDS, "Body": body}, signature=signature).status_code == 403
    assert rasa.asked == []
    assert store.claim("SM0", "anybody").ours


def test_a_missing_signature_is_refused(carrier: Carrier, rasa: Rasa) -> None:
    assert requests.post(carrier.url + PATH, data=FIELDS, timeout=10).status_code == 403
    assert rasa.asked == []


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{}", b"a=1&" * 10_000, b"Body=%ff" * 1000])
def test_hostile_bodies_are_refused(carrier: Carrier, body: bytes) -> None:
    assert requests.post(carrier.url + PATH, data=body, timeout=10).status_code == 403


def test_a_hostile_address_is_refused(carrier: Carrier) -> None:
    assert (
        requests.post(
            carrier.url + PATH + "?%ff=\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), timeout=10
        ).status_code
        == 403
    )


def test_refusals_are_told_once_a_minute(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):
        carrier.post(FIELDS, signature="wrong")
    told = [record.getMessage() for record in caplog.records if "signature" in record.getMessage()]
    assert len(told) == 1
    assert "PUBLIC_URL" in told[0]


# Danger comes first


@pytest.mark.parametrize(
    "body", [CRISIS, "end my life", "stop, i want to die", "HELP i just took the whole bottle of pills"]
)
def test_danger_is_answered_before_anything_else(carrier: Carrier, body: str) -> None:
    assert "988" in carrier.text(body)[:60]


class Dead(SmsStore):
    """Records in a database that hangs and then fails."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def __getattribute__(self, name: str) -> Any:
        if name in ("claim", "claim_again", "finish", "set_opted_out", "purge"):

            def hangs(*arguments: Any) -> None:
                self.released.wait(20)
                raise OSError("gone")

            return hangs
        return super().__getattribute__(name)


def test_danger_does_not_wait_for_a_dead_database(start: Start) -> None:
    dead = Dead()
    try:
        carrier = start(store=dead, limits=Limits(database=8.0))
        begun = time.monotonic()
        assert "988" in carrier.text(CRISIS)[:60]
        assert time.monotonic() - begun < 4
    finally:
        dead.released.set()


def test_without_a_database_questions_are_answered(start: Start) -> None:
    dead = Dead()
    try:
        carrier = start(store=dead, limits=Limits(database=0.1))
        assert carrier.text("what is ect").startswith("what is ect?")
        carrier.text("1")
        assert carrier.rasa.texts[-1] == "ect.side_effects"
    finally:
        dead.released.set()


def test_a_crisis_is_never_swallowed_by_an_opt_out(carrier: Carrier) -> None:
    assert carrier.text("STOP") == ""
    assert "988" in carrier.text(CRISIS)[:60]


def test_danger_in_two_texts_of_which_one_is_a_keyword_is_seen(carrier: Carrier, words: Words) -> None:
    carrier.text("i want my life to")
    assert "988" in carrier.text("end")[:60]
    assert carrier.text("what is ect") == words.opted_out  # it was an opt-out all the same


def test_support_stands_before_the_answer_in_one_text(carrier: Carrier) -> None:
    reply = carrier.text("does lithium lower suicide risk")
    assert "988" in reply.split("?")[0]
    assert "an answer." in reply


def test_when_rasa_breaks_people_get_the_phone_number_and_988(carrier: Carrier) -> None:
    reply = carrier.text("break")
    assert PHONE in reply
    assert "988" in reply


def test_a_broken_guard_still_gets_people_a_reply(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(self: Guard, *arguments: Any, **named: Any) -> None:
        raise RuntimeError(f"broken for {NUMBER}")

    monkeypatch.setattr(Guard, "screen", breaks)
    assert "988" in carrier.text("what is ect")


# Once


def test_a_retry_gets_the_same_text_and_rasa_is_asked_once(carrier: Carrier, rasa: Rasa) -> None:
    first = carrier.text("what is ect", sid="SM1")
    assert carrier.text("what is ect", sid="SM1") == first
    assert rasa.texts == ["what is ect"]


def test_fifty_at_once_are_one_turn(carrier: Carrier, rasa: Rasa) -> None:
    rasa.wait = lambda: asyncio.sleep(0.2)
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda _: carrier.text("what is ect", sid="SM1"), range(50)))
    assert len(set(replies)) == 1
    assert replies[0]
    assert rasa.texts == ["what is ect"]


def test_fifty_at_once_over_two_workers_are_one_turn(start: Start, rasa: Rasa) -> None:
    rasa.wait = lambda: asyncio.sleep(0.2)
    workers = [start(), start()]
    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda n: workers[n % 2].text("what is ect", sid="SM1"), range(50)))
    assert len(set(replies)) == 1
    assert replies[0]
    assert rasa.texts == ["what is ect"]


def test_another_worker_knows_a_replayed_message(start: Start, rasa: Rasa) -> None:
    first = start().text("what is ect", sid="SM1")
    assert start().text("what is ect", sid="SM1") == first
    assert rasa.texts == ["what is ect"]


def test_another_worker_knows_the_choices_the_rest_and_the_opt_out(start: Start, rasa: Rasa) -> None:
    one, other = start(), start()
    one.text("what is ect")
    other.text("2")
    assert rasa.texts[-1] == "ect.cost"
    one.text("long")
    assert other.text("MORE").startswith("A long answer.")
    one.text("STOP")
    assert "START" in other.text("what is ect")


# When it takes long


class FakeOutbound:
    def __init__(self, *, takes: bool = True) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self._takes = takes

    async def send(self, text: str, *, to: str, sender: str) -> bool:
        self.sent.append((text, to, sender))
        return self._takes


def test_a_slow_reply_is_sent_by_a_request_of_our_own(start: Start, rasa: Rasa) -> None:
    rasa.wait = lambda: asyncio.sleep(0.4)
    outbound = FakeOutbound()
    carrier = start(outbound=outbound, patience=0.1)
    assert carrier.text("what is ect", sid="SM1") == ""
    until(lambda: outbound.sent)
    ((text, to, sender),) = outbound.sent
    assert text.startswith("what is ect?")
    assert (to, sender) == (NUMBER, "+15005550006")
    other = start(outbound=outbound)
    until(lambda: other.text("what is ect", sid="SM1") == "")
    assert len(outbound.sent) == len(rasa.asked) == 1


def test_a_slow_reply_that_could_not_be_sent_is_there_for_a_retry(start: Start, rasa: Rasa, store: SmsStore) -> None:
    rasa.wait = lambda: asyncio.sleep(0.4)
    outbound = FakeOutbound(takes=False)
    assert start(outbound=outbound, patience=0.1).text("what is ect", sid="SM1") == ""
    until(lambda: store.claim_again("SM1", "x").reply is not None)
    assert start().text("what is ect", sid="SM1").startswith("what is ect?")


def test_without_credentials_a_slow_turn_gets_the_fail_safe_in_time(start: Start, rasa: Rasa) -> None:
    rasa.wait = lambda: asyncio.sleep(0.6)
    reply = start(patience=0.1).text("what is ect")
    assert PHONE in reply
    assert "988" in reply


def test_a_slow_turn_holds_up_nobody_else(start: Start, rasa: Rasa) -> None:
    carrier = start()
    rasa.wait = lambda: asyncio.sleep(1.5)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(carrier.text, "slow")
        until(lambda: rasa.asked)
        rasa.wait = lambda: asyncio.sleep(0)
        begun = time.monotonic()
        assert carrier.text("quick", number="+15005550124").startswith("quick?")
        assert time.monotonic() - begun < 1
        assert slow.result().startswith("slow?")


# What it looks like


def test_an_answer_is_one_message_with_numbers_for_buttons(carrier: Carrier, words: Words) -> None:
    reply = carrier.text("what is ect")
    assert "1) Side effects\n2) Cost" in reply
    assert "ect." not in reply
    assert words.introduction in reply
    assert words.introduction not in carrier.text("what is tms")


@pytest.mark.parametrize(
    ("said_by_person", "seen"), [("1", "ect.side_effects"), ("Two.", "ect.cost"), ("cost", "ect.cost")]
)
def test_a_number_or_a_title_chooses(carrier: Carrier, rasa: Rasa, said_by_person: str, seen: str) -> None:
    carrier.text("what is ect")
    carrier.text(said_by_person)
    assert rasa.texts[-1] == seen


def test_a_number_that_was_not_offered_is_told_so(carrier: Carrier, rasa: Rasa, words: Words) -> None:
    assert carrier.text("1") == words.no_such_choice
    carrier.text("what is ect")
    assert carrier.text("3") == words.no_such_choice
    carrier.text("2")
    assert rasa.texts == ["what is ect", "ect.cost"]


def test_choices_stay_while_nothing_else_is_offered(carrier: Carrier, rasa: Rasa) -> None:
    carrier.text("what is ect")
    rasa.offers = False
    carrier.text("thanks")
    carrier.text("2")
    assert rasa.texts[-1] == "ect.cost"


def test_choices_that_were_not_seen_yet_can_not_be_made(carrier: Carrier, rasa: Rasa, words: Words) -> None:
    carrier.text("long")
    assert carrier.text("1") == words.no_such_choice
    while words.more in carrier.text("more"):
        pass
    carrier.text("1")
    assert rasa.texts == ["long", "ect.side_effects"]


def test_asking_to_stop_in_a_sentence_is_an_opt_out_that_we_confirm(carrier: Carrier, words: Words) -> None:
    assert carrier.text("please stop texting me") == words.opted_out
    assert carrier.text("what is ect") == words.opted_out


def test_a_long_answer_goes_on_with_more(carrier: Carrier, rasa: Rasa, words: Words) -> None:
    pages = [carrier.text("long")]
    while words.more in pages[-1]:
        pages.append(carrier.text("more"))
    assert len(pages) > 2
    assert max(gsm7.size(page).units for page in pages) <= MAX_UNITS
    assert sum(page.count("A long answer.") for page in pages) == 60
    assert rasa.texts == ["long"]
    carrier.text("more")
    assert rasa.texts == ["long", "more"]  # nothing left: a message like any other


def test_segments_are_logged(carrier: Carrier, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    carrier.text("what is ect")
    assert any("segments" in record.getMessage() for record in caplog.records)


# Keywords


def test_stop_gets_no_reply_of_ours_and_is_kept(carrier: Carrier, rasa: Rasa, words: Words, start: Start) -> None:
    for word in ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"):
        number = f"+1500555{random.randrange(1000, 9999)}"
        assert carrier.text(word, number=number) == ""
        assert start().text("what is ect", number=number) == words.opted_out
    assert rasa.asked == []


@pytest.mark.parametrize("word", ["START", "YES", "UNSTOP"])
def test_start_brings_back_in(carrier: Carrier, words: Words, word: str) -> None:
    carrier.text("STOP")
    assert carrier.text(word) == words.opted_in
    assert carrier.text("what is ect").startswith("what is ect?")


def test_yes_is_a_word_like_any_other_for_who_is_in(carrier: Carrier, rasa: Rasa) -> None:
    carrier.text("yes")
    assert rasa.texts == ["yes"]


def test_help_is_answered_even_to_who_opted_out(carrier: Carrier, words: Words) -> None:
    assert carrier.text("HELP") == words.help["en"]
    assert carrier.text("ayuda") == words.help["es"]
    carrier.text("STOP")
    assert carrier.text("info") == words.help["en"]


def test_a_sentence_that_begins_with_a_keyword_is_a_message(carrier: Carrier, rasa: Rasa) -> None:
    carrier.text("stop me if you know this, what is ect")
    assert len(rasa.asked) == 1
    assert "988" in carrier.text("help me please i cant go on")


@pytest.mark.parametrize(
    ("kind", "body", "after"),
    [("STOP", "alto", "START"), ("HELP", "HELP", "an answer"), ("START", "START", "an answer")],
)
def test_what_twilio_has_answered_is_not_answered_again(carrier: Carrier, kind: str, body: str, after: str) -> None:
    assert carrier.text(body, OptOutType=kind) == ""
    assert after in carrier.text("what is ect")


def test_a_crisis_that_twilio_took_for_a_keyword_is_answered(carrier: Carrier) -> None:
    assert "988" in carrier.text(CRISIS, OptOutType="HELP")


# Whatever comes in


def test_empty_and_media_get_a_kind_word(carrier: Carrier, rasa: Rasa, words: Words) -> None:
    assert carrier.text("") == words.empty
    assert carrier.text(" \n ") == words.empty
    assert carrier.text("", NumMedia="1", MediaContentType0="image/jpeg") == words.media
    assert carrier.text("", NumMedia="1", MediaContentType0="text/x-vcard") == words.media
    assert carrier.text("", Latitude="27.9", Longitude="-82.4") == words.media
    assert rasa.asked == []


def test_words_that_come_with_a_picture_are_answered(carrier: Carrier) -> None:
    assert carrier.text("what is ect", NumMedia="1").startswith("what is ect?")


@pytest.mark.parametrize(
    "body", ["¿cuánto cuesta? ¡gracias, señor Núñez!", "🙂🙂", "a@b ¡", "<b>&amp;</b>", "\u202e", "x" * 1600]
)
def test_any_letters_reach_the_bank_as_they_were_written(carrier: Carrier, rasa: Rasa, body: str) -> None:
    assert carrier.text(body)
    assert rasa.texts == [body]


def test_sixteen_hundred_characters_are_answered_and_screened(carrier: Carrier) -> None:
    assert carrier.text("my insurance asked me for this. " * 50)
    assert "988" in carrier.text("my insurance asked me for this. " * 48 + CRISIS)[:60]


def test_whatsapp_is_the_same_channel_and_another_conversation(carrier: Carrier, rasa: Rasa) -> None:
    carrier.text("what is ect")
    carrier.text("what is ect", number=f"whatsapp:{NUMBER}")
    assert len({message.sender_id for message in rasa.asked}) == 2


def test_missing_fields_are_answered(carrier: Carrier, words: Words) -> None:
    response = carrier.post({"FromCity": ""})
    assert response.status_code == 200
    assert said(response) == words.empty


# The number


def test_the_number_is_nowhere(start: Start, rasa: Rasa, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    carrier = start(outbound=FakeOutbound(), patience=0.3)
    for body in ("what is ect", "break", CRISIS, "STOP", "what is ect", "START", "long", "more", "1", ""):
        carrier.text(body)
    rasa.wait = lambda: asyncio.sleep(0.5)
    carrier.text("slow")
    carrier.post(FIELDS, signature="wrong")
    (tmp_path / "sms.db").rename(tmp_path / "gone.db")
    carrier.text("what is ect")
    digits = NUMBER[1:]
    assert digits not in caplog.text
    assert all(digits not in message.sender_id for message in rasa.asked)
    for path in tmp_path.glob("*.db*"):
        assert digits.encode() not in path.read_bytes()


def test_nothing_the_person_wrote_is_in_the_database(carrier: Carrier, tmp_path: Path) -> None:
    secret = uuid.uuid4().hex
    carrier.rasa.wait = lambda: asyncio.sleep(0)
    carrier.text(f"stop me, my secret is {secret} {CRISIS}")
    carrier.text("what is ect")
    with sqlite3.connect(tmp_path / "sms.db") as connection:
        assert connection.execute("SELECT count(*) FROM sms_message").fetchone()[0] >= 1
    assert secret.encode() not in (tmp_path / "sms.db").read_bytes()


# Settings


def channel(monkeypatch: pytest.MonkeyPatch, guard: Guard, **environment: str) -> GuardedSmsInput:
    good = {
        "HOST": "0.0.0.0",
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "PUBLIC_URL": "https://bot.example.org/",
        "SMS_KEY": "k" * 32,
        "DATABASE_URL": "sqlite://",
    }
    for name, value in {**good, **environment}.items():
        monkeypatch.setenv(name, value)
    return GuardedSmsInput.from_settings(load_settings(), guard)


@pytest.fixture
def guard(screen: Screen, messages: Messages) -> Guard:
    return Guard(screen=Screening(screen, None), messages=messages, phone=PHONE, timeout=5)


def test_with_its_settings_the_channel_is_built(monkeypatch: pytest.MonkeyPatch, guard: Guard) -> None:
    assert channel(monkeypatch, guard).url_prefix() == "sms"
    assert channel(monkeypatch, guard, TWILIO_ACCOUNT_SID="AC1").url_prefix() == "sms"


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN is needed"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is needed"),
        ({"PUBLIC_URL": "bot.example.org"}, "no address like"),
        ({"PUBLIC_URL": "https://bot.example.org:port"}, "no address like"),
        ({"PUBLIC_URL": "https://bot.example.org?x=1"}, "no address like"),
        ({"PUBLIC_URL": "http://bot.example.org"}, "https://"),
        ({"SMS_KEY": ""}, "SMS_KEY is needed.*openssl"),
        ({"SMS_KEY": "", "HOST": "127.0.0.1"}, "SMS_KEY is needed"),  # behind a proxy: not development
        ({"SMS_KEY": "short"}, "too short"),
    ],
)
def test_a_missing_setting_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, guard: Guard, environment: dict[str, str], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        channel(monkeypatch, guard, **environment)


def test_development_may_do_without_a_key(
    monkeypatch: pytest.MonkeyPatch, guard: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    channel(monkeypatch, guard, SMS_KEY="", HOST="127.0.0.1", PUBLIC_URL="http://127.0.0.1:5005")
    assert [record.getMessage() for record in caplog.records if "SMS_KEY" in record.getMessage()] != []


def test_an_unusable_database_does_not_keep_the_channel_from_starting(
    monkeypatch: pytest.MonkeyPatch, guard: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    channel(monkeypatch, guard, DATABASE_URL="nonsense")
    assert "without records" in caplog.text


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "very-secret")
    monkeypatch.setenv("SMS_KEY", "very-secret")
    assert "very-secret" not in repr(load_settings())
