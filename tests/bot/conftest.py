"""Databases for the tests of the bank: each runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.bank import Bank
from bot.bank.files import read_bank
from bot.settings import PROJECT

_REQUIRED = "REQUIRE_POSTGRESQL"
"""Set where PostgreSQL must be there (CI): its tests then fail instead of being skipped."""
_SUPERUSER = "postgres"


def _binary(name: str) -> str | None:
    found = shutil.which(name)
    if found is None:
        installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
        found = str(installed[-1]) if installed else None
    return found


@pytest.fixture(scope="session")
def small_bank() -> Bank:
    """A few topics of the real bank, with all that they cite."""
    bank = read_bank(PROJECT / "data" / "bank")
    topics = {
        topic.id: topic
        for topic in bank.topics.values()
        if topic.group == "conversation" or topic.id in ("ect", "vns", "cbt", "dbt", "lithium", "what_is_trd")
    }
    answers = {answer.id: answer for answer in bank.answers.values() if answer.topic in topics}
    cited = {source for answer in answers.values() for source in answer.sources}
    sources = {source.id: source for source in bank.sources.values() if source.id in cited}
    return dataclasses.replace(bank, topics=topics, answers=answers, sources=sources)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of its own, reached by a socket; gives its address without a database."""
    initdb, pg_ctl = _binary("initdb"), _binary("pg_ctl")
    if initdb is None or pg_ctl is None:
        if os.environ.get(_REQUIRED):
            pytest.fail("PostgreSQL is required here and not installed (Debian: postgresql)")
        pytest.skip("PostgreSQL is not installed")
    # Not pytest's folder: as root it must belong to another user, for PostgreSQL refuses root.
    folder = Path(tempfile.mkdtemp(prefix="trd-pg-"))
    user = {}
    if os.geteuid() == 0:
        shutil.chown(folder, _SUPERUSER)
        user = {"user": _SUPERUSER}
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder, **user}
    data = folder / "data"
    subprocess.run([initdb, "-D", data, "-U", _SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"], **run)  # type: ignore[call-overload]
    options = f"-c listen_addresses= -k {folder} -c fsync=off"
    subprocess.run([pg_ctl, "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], **run)  # type: ignore[call-overload]
    try:
        yield f"postgresql://{_SUPERUSER}@/{{}}?host={folder}"
    finally:
        subprocess.run([pg_ctl, "-D", data, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'bank.db'}"
    server: str = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(server.format("postgres"), future=True, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.format(name)
