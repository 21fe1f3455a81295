from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Engine

import bot.bank.migrations as migrations
import bot.records.models
import bot.records.sms  # noqa: F401  # its tables belong to the models too
from bot.bank import Bank
from bot.bank.database import BankUnavailableError, Database
from bot.bank.models import Base
from bot.bank.store import Author, Store


@pytest.fixture
def bank(small_bank: Bank) -> Bank:
    return small_bank


@pytest.fixture
def engine(url: str) -> Engine:
    Database(url)  # makes the folder
    return create_engine(url, future=True)


def back_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        downgrade(config, revision)


def test_an_empty_database_gets_the_tables_of_the_models(url: str, engine: Engine) -> None:
    Database(url).migrate()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_twice_changes_nothing(url: str, bank: Bank) -> None:
    Store(url).save(bank, Author("nurse", "first"))
    Database(url).migrate()
    assert Store(url).bank() == bank


def test_a_database_from_before_there_were_migrations_keeps_its_answers(url: str, engine: Engine, bank: Bank) -> None:
    Store(url).save(bank, Author("nurse", "first"))
    back_to(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        old = connection.execute(text("SELECT content FROM document WHERE name = 'profile'")).scalar_one()
    assert json.loads(old)["phone"] == bank.profile.phone
    kept = Store(url).current()
    assert kept is not None
    assert kept.answers == bank.answers
    assert kept.profile == bank.profile
    # The files are then brought in over it, without a conflict.
    assert Store(url).load_files(bank).conflicts == ()
    assert Store(url).bank() == bank


def test_every_migration_can_be_taken_back(url: str, engine: Engine) -> None:
    Database(url).migrate()
    back_to(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_the_records_come_to_a_database_that_has_a_bank(url: str, engine: Engine, bank: Bank) -> None:
    Store(url).save(bank, Author("nurse", "first"))
    back_to(engine, "0002")
    assert "crisis_event" not in inspect(engine).get_table_names()
    Database(url).migrate()
    assert "crisis_event" in inspect(engine).get_table_names()
    assert Store(url).bank() == bank


def test_databases_can_be_migrated_at_the_same_time(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / str(n)}.db" for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda url: Database(url).migrate(), urls))
    for url in urls:
        assert "feedback" in inspect(create_engine(url)).get_table_names()


def test_a_database_of_a_newer_version_is_left_alone(url: str, engine: Engine) -> None:
    Database(url).migrate()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BankUnavailableError, match="another version"):
        Database(url).migrate()
