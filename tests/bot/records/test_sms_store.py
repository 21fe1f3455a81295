from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from bot.bank.database import Database
from bot.records.sms import Choice, Conversation, Delivery, SmsStore, utc_now

CONVERSATION = Conversation(("second page", "third"), (Choice("Side effects", "ect.side_effects"),))


class Clock:
    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime.datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += datetime.timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> SmsStore:
    return SmsStore(Database(url), clock=clock)


def finish(store: SmsStore, sid: str = "SM1", delivery: Delivery = Delivery.ANSWERED) -> None:
    store.finish(sid, "sender", delivery, "Our words.", 1, CONVERSATION)


def test_a_message_is_claimed_once(store: SmsStore) -> None:
    assert store.claim("SM1", "sender").ours
    again = store.claim("SM1", "sender")
    assert not again.ours
    assert again.reply is None
    assert store.claim("SM2", "sender").ours


def test_of_many_at_once_one_claims(store: SmsStore) -> None:
    store.claim("first", "sender")  # makes the tables
    with ThreadPoolExecutor(12) as pool:
        claims = list(pool.map(lambda _: store.claim("SM1", "sender").ours, range(24)))
    assert claims.count(True) == 1


def test_what_was_answered_is_known_with_its_words(store: SmsStore) -> None:
    store.claim("SM1", "sender")
    finish(store)
    assert store.claim("SM1", "sender").reply == "Our words."


@pytest.mark.parametrize(("delivery", "reply"), [(Delivery.SENT, ""), (Delivery.FAILED, "Our words.")])
def test_what_was_sent_is_not_said_again_unless_that_failed(store: SmsStore, delivery: Delivery, reply: str) -> None:
    store.claim("SM1", "sender")
    finish(store, delivery=delivery)
    assert store.claim("SM1", "sender").reply == reply


def test_the_claim_of_a_worker_that_is_gone_passes_to_one_other(store: SmsStore, clock: Clock) -> None:
    store.claim("SM1", "sender")
    clock.pass_by(seconds=15)
    assert not store.claim_again("SM1", "sender").ours
    clock.pass_by(seconds=10)
    assert store.claim_again("SM1", "sender").ours
    assert not store.claim_again("SM1", "sender").ours


def test_a_conversation_is_known_to_the_next_worker(store: SmsStore, url: str) -> None:
    assert store.claim("SM1", "sender").conversation is None
    finish(store)
    other = SmsStore(Database(url))
    assert other.claim("SM2", "sender").conversation == CONVERSATION
    assert other.claim("SM3", "somebody else").conversation is None


def test_an_answer_without_a_claim_is_kept_all_the_same(store: SmsStore) -> None:
    finish(store)
    assert store.claim("SM1", "sender").reply == "Our words."


def test_opt_outs_stay_until_taken_back(store: SmsStore, clock: Clock) -> None:
    for _ in range(2):
        store.set_opted_out("sender", True)
    clock.pass_by(days=4000)
    store.purge()
    assert store.claim("SM1", "sender").opted_out
    assert not store.claim("SM2", "somebody else").opted_out
    store.set_opted_out("sender", False)
    assert not store.claim("SM3", "sender").opted_out


def test_messages_and_conversations_are_forgotten_in_time(store: SmsStore, clock: Clock, url: str) -> None:
    finish(store)
    clock.pass_by(days=6)
    store.purge()
    assert store.claim("SM1", "sender").reply == "Our words."
    clock.pass_by(days=2)
    store.purge()
    claim = store.claim("SM1", "sender")
    assert claim.ours
    assert claim.conversation == CONVERSATION
    clock.pass_by(days=30)
    store.purge()
    with create_engine(url, future=True).connect() as connection:
        for table in ("sms_message", "sms_conversation"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_usage_counts_texts_and_segments_by_day(store: SmsStore, clock: Clock) -> None:
    clock.now = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
    finish(store, "SM1")
    finish(store, "SM2")
    clock.pass_by(days=1)
    finish(store, "SM3")
    store.finish("SM4", "sender", Delivery.ANSWERED, "", 0, None)  # no text, no cost
    assert [(day.day.day, day.messages, day.segments) for day in store.usage()] == [(1, 2, 2), (2, 1, 1)]
