from __future__ import annotations

import dataclasses
import datetime
import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.bank import Bank, Status
from bot.bank.changes import Kind
from bot.bank.content import BankError
from bot.bank.database import BankUnavailableError
from bot.bank.store import FILES, Author, Store

NURSE = Author("nurse", "the label has changed")


def reworded(bank: Bank, answer_id: str, **changes: object) -> Bank:
    answer = dataclasses.replace(bank.answers[answer_id], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(bank, answers={**bank.answers, answer_id: answer})


def without(bank: Bank, answer_id: str) -> Bank:
    answers = {name: answer for name, answer in bank.answers.items() if name != answer_id}
    return dataclasses.replace(bank, answers=answers)


@pytest.fixture
def bank(small_bank: Bank) -> Bank:
    return small_bank


@pytest.fixture
def store(url: str, bank: Bank) -> Store:
    """A database that holds the files' bank."""
    store = Store(url)
    store.load_files(bank)
    return store


def test_what_is_saved_is_read_back_unchanged(url: str, bank: Bank) -> None:
    assert Store(url).save(bank, NURSE)
    assert Store(url).bank() == bank


def test_saving_the_same_bank_again_writes_nothing(store: Store, bank: Bank) -> None:
    assert store.save(bank, NURSE) == []
    assert store.load_files(bank).changes == ()


def test_a_changed_bank_replaces_the_old_one_whole(url: str, store: Store, bank: Bank) -> None:
    smaller = without(reworded(bank, "ect.overview", text="Other words.", sources=("guide",)), "ect.status")
    store.save(smaller, NURSE)
    assert Store(url).bank() == smaller


def test_each_change_is_on_record_with_who_when_why_before_and_after(store: Store, bank: Bank) -> None:
    before = datetime.datetime.now(datetime.timezone.utc)
    store.save(reworded(bank, "ect.overview", text="Other words."), NURSE)
    newest, first = store.history("ect.overview")
    assert newest.author == NURSE
    assert before <= newest.at <= datetime.datetime.now(datetime.timezone.utc)
    assert newest.change.fields == ["text"]
    assert newest.change.before is not None
    assert newest.change.before["text"] == bank.answers["ect.overview"].text
    assert newest.change.after is not None
    assert newest.change.after["text"] == "Other words."
    assert first.author.name == FILES
    assert first.change.before is None


def test_a_removed_answer_stays_on_record(store: Store, bank: Bank) -> None:
    store.save(without(bank, "ect.status"), NURSE)
    assert store.history("ect.status")[0].change.after is None


def test_a_failed_save_leaves_what_was_there(url: str, store: Store, bank: Bank) -> None:
    broken = dataclasses.replace(
        bank, topics={**bank.topics, "x": dataclasses.replace(bank.topics["ect"], id="x", name=None)}
    )  # type: ignore[arg-type]
    with pytest.raises(BankUnavailableError, match="can't be written"):
        store.save(broken, NURSE)
    assert Store(url).bank() == bank
    assert store.history("x") == []


def test_an_edit_is_spoken_after_the_next_look(url: str, store: Store, bank: Bank) -> None:
    assert store.bank().answers["ect.overview"].text == bank.answers["ect.overview"].text
    Store(url).save(reworded(bank, "ect.overview", text="Other words."), NURSE)
    assert store.refresh() is True
    assert store.bank().answers["ect.overview"].text == "Other words."
    assert store.refresh() is False


def test_a_running_store_looks_for_edits_by_itself(url: str, bank: Bank) -> None:
    Store(url).load_files(bank)
    store = Store(url, refresh_every=0.01)
    Store(url).save(reworded(bank, "ect.overview", text="Other words."), NURSE)
    seen = threading.Event()

    def look() -> None:
        while store.bank().answers["ect.overview"].text != "Other words.":
            pass
        seen.set()

    threading.Thread(target=look, daemon=True).start()
    assert seen.wait(5)
    store.close()


def test_a_reader_never_sees_half_of_a_change(url: str, store: Store, bank: Bank) -> None:
    marked = [
        dataclasses.replace(
            bank, answers={name: dataclasses.replace(a, detail=mark) for name, a in bank.answers.items()}
        )
        for mark in ("one", "two")
    ]
    store.save(marked[0], NURSE)
    done = threading.Event()

    def write() -> None:
        for turn in range(6):
            Store(url).save(marked[turn % 2], NURSE)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reader = Store(url)
    mixed = []
    while not done.is_set():
        reader.refresh()
        if len({answer.detail for answer in reader.bank().answers.values()}) > 1:
            mixed.append(1)
    writer.join()
    assert mixed == []


def test_two_writers_at_once_both_come_true(url: str, store: Store, bank: Bank) -> None:
    ids = ["ect.status", "vns.status", "cbt.status", "dbt.status"]
    threads = [
        threading.Thread(target=lambda name=name: Store(url).set_status([name], Status.RETIRED, NURSE)) for name in ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.refresh()
    assert {name for name, answer in store.bank().answers.items() if answer.status is Status.RETIRED} == set(ids)


def test_a_draft_and_a_retired_answer_are_kept_and_not_spoken(store: Store) -> None:
    store.set_status(["ect.status"], Status.DRAFT, NURSE)
    store.set_status(["vns.status"], Status.RETIRED, NURSE)
    bank = store.bank()
    assert {"ect.status", "vns.status"} & set(bank.spoken) == set()
    assert {"ect.status", "vns.status"} <= set(bank.answers)


def test_an_answer_past_its_review_is_still_spoken(store: Store, bank: Bank) -> None:
    store.save(reworded(bank, "ect.status", review_by=datetime.date(2020, 1, 1)), NURSE)
    assert "ect.status" in store.bank().spoken


def test_what_holds_a_conversation_together_cannot_be_retired(url: str, store: Store, bank: Bank) -> None:
    with pytest.raises(BankError, match="must stay published"):
        store.set_status(["out_of_scope.overview"], Status.RETIRED, NURSE)
    assert Store(url).bank() == bank


def test_a_change_in_the_files_comes_in(store: Store, bank: Bank) -> None:
    synced = store.load_files(without(reworded(bank, "ect.overview", text="From the files."), "ect.status"))
    assert {(change.kind, change.item) for change in synced.changes} == {
        (Kind.ANSWER, "ect.overview"),
        (Kind.ANSWER, "ect.status"),
    }
    assert store.bank().answers["ect.overview"].text == "From the files."


def test_an_edit_survives_a_restart_with_the_same_files(store: Store, bank: Bank) -> None:
    store.save(reworded(bank, "ect.overview", text="From a nurse."), NURSE)
    assert store.load_files(bank).changes == ()
    assert store.bank().answers["ect.overview"].text == "From a nurse."


def test_an_edit_and_another_one_in_the_files_both_stand(store: Store, bank: Bank) -> None:
    store.save(reworded(bank, "ect.overview", text="From a nurse."), NURSE)
    synced = store.load_files(reworded(bank, "vns.overview", text="From the files."))
    assert synced.conflicts == ()
    assert store.bank().answers["ect.overview"].text == "From a nurse."
    assert store.bank().answers["vns.overview"].text == "From the files."


def test_phrases_that_an_older_version_did_not_know_come_with_the_files(url: str, store: Store, bank: Bank) -> None:
    with create_engine(url, future=True).begin() as connection:
        stored = connection.execute(text("SELECT content FROM document WHERE name = 'phrases'")).scalar_one()
        older = {name: words for name, words in json.loads(stored).items() if name != "clarify"}
        connection.execute(text("UPDATE document SET content = :c WHERE name = 'phrases'"), {"c": json.dumps(older)})
        connection.execute(text("UPDATE document SET content = 'of the older version' WHERE name = 'digest'"))
    assert store.load_files(bank).conflicts == ()
    assert Store(url).bank() == bank


def test_a_conflict_keeps_the_edit_and_is_told_until_it_is_settled(store: Store, bank: Bank) -> None:
    store.save(reworded(bank, "ect.overview", text="From a nurse."), NURSE)
    files = reworded(bank, "ect.overview", text="From the files.")
    for _ in range(2):
        assert store.load_files(files).conflicts == ((Kind.ANSWER, "ect.overview"),)
        store.refresh()
    assert store.bank().answers["ect.overview"].text == "From a nurse."
    store.load_files(files, take_files=True)
    assert store.load_files(files).conflicts == ()
    store.refresh()
    assert store.bank().answers["ect.overview"].text == "From the files."


def test_an_edit_that_was_written_into_the_files_is_theirs_again(store: Store, bank: Bank) -> None:
    edited = reworded(bank, "ect.overview", text="From a nurse.")
    store.save(edited, NURSE)
    store.load_files(edited)
    assert store.load_files(reworded(edited, "ect.overview", text="From the files.")).conflicts == ()
    assert store.bank().answers["ect.overview"].text == "From the files."


def test_a_database_without_a_bank_says_what_to_do(url: str) -> None:
    with pytest.raises(BankUnavailableError, match="trd bank load"):
        Store(url).bank()


def test_the_bank_stays_in_memory_when_the_database_goes(url: str, store: Store, bank: Bank) -> None:
    assert store.bank() == bank
    engine = create_engine(url, future=True)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE citation"))
        connection.execute(text("UPDATE document SET content = 'other' WHERE name = 'digest'"))
    with pytest.raises(BankUnavailableError):
        store.refresh()
    assert store.bank() == bank


def test_rows_damaged_by_hand_are_told_of(url: str, store: Store) -> None:
    engine = create_engine(url, future=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE document SET content = '{' WHERE name = 'phrases'"))
    with pytest.raises(BankUnavailableError, match="can't be read"):
        store.bank()


@pytest.mark.parametrize("url", ["nonsense", "nosuchdb://x", "sqlite:////proc/nowhere/x.db"])
def test_a_wrong_address_is_named(url: str, bank: Bank) -> None:
    with pytest.raises(BankUnavailableError, match=r"DATABASE_URL|can't be"):
        Store(url).save(bank, NURSE)


def test_a_locked_database_is_told_of(tmp_path: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bank.database._WAIT_SECONDS", 0)
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    Store(url).load_files(bank)
    with create_engine(url, future=True).connect() as other:
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        with pytest.raises(BankUnavailableError, match="locked"):
            Store(url).save(without(bank, "ect.status"), NURSE)


def test_a_password_never_shows() -> None:
    store = Store("postgresql://someone:verysecret@127.0.0.1:1/none")
    with pytest.raises(BankUnavailableError) as caught:
        store.bank()
    assert "verysecret" not in str(caught.value)
