from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.bank import Bank
from bot.bank.store import BankUnavailableError, Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new' / 'bank.db'}"


def test_what_is_saved_is_read_back_unchanged(url: str, bank: Bank) -> None:
    assert Store(url).save(bank) is True
    assert Store(url).bank() == bank


def test_saving_the_same_bank_again_writes_nothing(url: str, bank: Bank) -> None:
    Store(url).save(bank)
    assert Store(url).save(bank) is False


def test_a_changed_bank_replaces_the_old_one_whole(url: str, bank: Bank) -> None:
    Store(url).save(bank)
    answers = dict(bank.answers)
    changed = dataclasses.replace(answers.pop("ect.overview"), text="Other words.")
    smaller = dataclasses.replace(bank, answers={"ect.overview": changed})
    assert Store(url).save(smaller) is True
    assert Store(url).bank() == smaller


def test_a_failed_save_leaves_what_was_there(url: str, bank: Bank) -> None:
    store = Store(url)
    store.save(bank)
    broken = dataclasses.replace(bank, topics={**bank.topics, "x": dataclasses.replace(bank.topics["ect"], name=None)})  # type: ignore[arg-type]
    with pytest.raises(BankUnavailableError, match="can't be written"):
        store.save(broken)
    assert Store(url).bank() == bank


def test_a_database_without_a_bank_says_what_to_do(url: str) -> None:
    with pytest.raises(BankUnavailableError, match="trd bank load"):
        Store(url).bank()


def test_the_bank_stays_in_memory_when_the_database_goes(url: str, bank: Bank) -> None:
    store = Store(url)
    store.save(bank)
    assert store.bank() == bank
    engine = create_engine(url, future=True)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE citation"))
    assert store.bank() == bank


@pytest.mark.parametrize("url", ["nonsense", "nosuchdb://x", "sqlite:////proc/nowhere/x.db"])
def test_a_wrong_address_is_named(url: str, bank: Bank) -> None:
    with pytest.raises(BankUnavailableError, match=r"DATABASE_URL|can't be"):
        Store(url).save(bank)


def test_a_password_never_shows(bank: Bank) -> None:
    store = Store("postgresql://someone:verysecret@127.0.0.1:1/none")
    with pytest.raises(BankUnavailableError) as caught:
        store.bank()
    assert "verysecret" not in str(caught.value)
