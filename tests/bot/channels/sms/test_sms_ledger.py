from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Coroutine

import pytest

from bot.bank.database import Database
from bot.channels.sms.ledger import Known, Ledger, Limits
from bot.channels.sms.text import Sms
from bot.records.sms import Choice, Conversation, Delivery, SmsStore

SOON = Limits(database=0.2, elsewhere=0.3, look=0.02)
ANSWER = Sms("Our words.", Conversation(("page",), (Choice("Cost", "ect.coverage"),)))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


class Broken:
    """Records in a database that is gone."""

    def __getattr__(self, name: str) -> Any:
        def fails(*arguments: Any) -> None:
            raise OSError("gone")

        return fails


async def answered(ledger: Ledger, sid: str = "SM1") -> Known:
    known = await ledger.begin(sid, "sender")
    await ledger.finish(sid, "sender", Delivery.ANSWERED, ANSWER)
    return known


def test_the_first_message_of_a_sender_is_known_as_that(store: SmsStore) -> None:
    async def talk() -> None:
        ledger = Ledger(store)
        assert (await answered(ledger)).is_first
        second = await ledger.begin("SM2", "sender")
        assert not second.is_first
        assert second.conversation == ANSWER.conversation
        assert await ledger.begin("SM1", "sender") == Known(answered="Our words.")

    run(talk())


@pytest.mark.parametrize("store", [None, Broken()])
def test_without_a_database_the_process_remembers(store: Any) -> None:
    async def talk() -> None:
        ledger = Ledger(store)
        assert not (await answered(ledger)).is_first
        await ledger.set_opted_out("sender", True)
        again = await ledger.begin("SM2", "sender")
        assert again.conversation == ANSWER.conversation
        assert again.opted_out
        await ledger.tidy()

    run(talk())


def test_a_locked_database_holds_nobody_up_and_gets_opt_outs_later(store: SmsStore, tmp_path: Path) -> None:
    async def talk() -> None:
        ledger = Ledger(store, limits=SOON)
        store.purge()  # makes the tables
        lock = sqlite3.connect(tmp_path / "sms.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        await answered(ledger)
        await ledger.set_opted_out("sender", True)
        assert time.monotonic() - start < 2
        lock.execute("ROLLBACK")
        assert (await ledger.begin("SM2", "sender")).conversation == ANSWER.conversation
        await ledger.tidy()
        assert store.claim("SM3", "sender").opted_out

    run(talk())


def test_who_is_answered_elsewhere_gets_the_same_words(store: SmsStore) -> None:
    async def talk() -> None:
        winner, loser = Ledger(store), Ledger(store, limits=Limits(look=0.02))
        await winner.begin("SM1", "sender")
        waiting = asyncio.ensure_future(loser.begin("SM1", "sender"))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await winner.finish("SM1", "sender", Delivery.ANSWERED, ANSWER)
        assert await waiting == Known(answered="Our words.")

    run(talk())


def test_waiting_for_another_worker_has_an_end(store: SmsStore) -> None:
    async def talk() -> None:
        await Ledger(store).begin("SM1", "sender")
        assert (await Ledger(store, limits=SOON).begin("SM1", "sender")).elsewhere

    run(talk())


def test_the_event_loop_goes_on_while_the_database_hangs() -> None:
    released = threading.Event()

    class Hanging:
        def claim(self, sid: str, sender: str) -> None:
            released.wait(10)

    async def talk() -> None:
        asking = asyncio.ensure_future(Ledger(Hanging(), limits=SOON).begin("SM1", "sender"))  # type: ignore[arg-type]
        ticks = 0
        while not asking.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert ticks > 5

    try:
        run(talk())
    finally:
        released.set()


def test_an_outage_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    async def talk() -> None:
        ledger = Ledger(Broken())  # type: ignore[arg-type]
        for number in range(5):
            await answered(ledger, f"SM{number}")

    run(talk())
    assert len(caplog.records) == 1


def test_records_of_a_real_file_that_can_not_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    store = SmsStore(Database(f"sqlite:///{folder / 'sms.db'}"))
    (folder).rmdir()

    async def talk() -> None:
        assert (await answered(Ledger(store))).answered is None

    run(talk())
