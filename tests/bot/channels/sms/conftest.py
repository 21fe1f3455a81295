"""Workers of the SMS channel over real HTTP, with a stand-in for Rasa."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.bank.database import Database
from bot.bank.files import read_profile
from bot.channels.guard import Guard
from bot.channels.sms.answering import Answering
from bot.channels.sms.channel import PATH, GuardedSmsInput
from bot.channels.sms.ledger import Ledger, Limits
from bot.channels.sms.numbers import NumberHash
from bot.channels.sms.signature import SignatureCheck
from bot.channels.sms.words import Words, read_words
from bot.records.sms import SmsStore
from bot.safety import Messages, Screen
from bot.screening import Screening
from bot.settings import PROJECT
from tests.bot.channels.sms.carrier import KEY, OTHER_TOKEN, PHONE, PUBLIC_URL, TOKEN, Carrier, Rasa, Start, served


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
def store(tmp_path: Path) -> SmsStore:
    return SmsStore(Database(f"sqlite:///{tmp_path / 'sms.db'}"))


@pytest.fixture(scope="session")
def words() -> Words:
    return read_words(read_profile(PROJECT / "data" / "bank"))


@pytest.fixture
def start(screen: Screen, messages: Messages, words: Words, store: SmsStore, rasa: Rasa) -> Iterator[Start]:
    """Starts workers; each has its own memory, and by default all share the database and the stand-in."""
    workers = ExitStack()

    def one(
        *, store: SmsStore | None = store, outbound: Any = None, patience: float = 10.0, limits: Limits = Limits()
    ) -> Carrier:
        ledger = Ledger(store, limits=limits)
        answering = Answering(
            guard=Guard(screen=Screening(screen, None), messages=messages, phone=PHONE, timeout=20),
            ledger=ledger,
            words=words,
            number_hash=NumberHash(KEY),
            outbound=outbound,
            patience=patience,
        )
        signed = SignatureCheck((TOKEN, OTHER_TOKEN), PUBLIC_URL + PATH)
        channel = GuardedSmsInput(is_signed=signed, answering=answering, ledger=ledger)
        return Carrier(workers.enter_context(served(channel, rasa)), rasa)

    with workers:
        yield one


@pytest.fixture
def carrier(start: Start) -> Carrier:
    return start()
