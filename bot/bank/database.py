"""The database under the bank: connections, transactions that see one state, and migrations."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

_WAIT_SECONDS = 5
"""For a connection, or for somebody else's writing to end."""
_STATEMENT_MILLISECONDS = 20_000
_WRITER_LOCK = 7_305_988
"""PostgreSQL's advisory lock: one writer at a time. An arbitrary number of our own."""
_BEFORE_ALEMBIC = "0001"
"""What a database was that was made before there were migrations."""
_migrating = threading.Lock()
"""Alembic keeps what it is at in globals: it can migrate one database at a time."""


class BankUnavailableError(RuntimeError):
    """The database can't be used or holds no bank; the message says what to do."""


class Database:
    """A database, SQLite or PostgreSQL.

    Args:
        url: SQLAlchemy's address.

    Raises:
        BankUnavailableError: If it is not an address that SQLAlchemy knows.

    Attributes:
        where: The address without its password, for messages.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            self._sqlite = parsed.get_backend_name() == "sqlite"
            if self._sqlite and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            arguments: dict[str, Any] = {"timeout": _WAIT_SECONDS} if self._sqlite else {}
            if parsed.get_backend_name() == "postgresql":
                arguments = {
                    "connect_timeout": _WAIT_SECONDS,
                    "options": f"-c lock_timeout={_WAIT_SECONDS}s -c statement_timeout={_STATEMENT_MILLISECONDS}",
                }
            self._engine = create_engine(parsed, future=True, pool_pre_ping=True, connect_args=arguments)
        except (ArgumentError, SQLAlchemyError, ImportError, OSError) as error:
            # The error itself may repeat the address, with its password.
            raise BankUnavailableError(
                f"DATABASE_URL can't be used ({type(error).__name__}): it should look like sqlite:///var/trd.db or "
                "postgresql://user:password@host/name"
            ) from None
        self.where = parsed.render_as_string(hide_password=True)
        self._migrated = False
        if self._sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Opens a session that sees one state of the database throughout."""
        options = {} if self._sqlite else {"isolation_level": "REPEATABLE READ"}
        with Session(self._engine.execution_options(**options), future=True) as session:
            yield session

    @contextmanager
    def transaction(self, *, exclusive: bool = True) -> Iterator[Session]:
        """Opens a session whose changes all come true, or none.

        Args:
            exclusive: Whether there is one such at a time; SQLite has no other.
        """
        with Session(self._engine.execution_options(writes=True), future=True) as session, session.begin():
            if exclusive:
                self._lock(session.connection())
            yield session

    def migrate(self) -> None:
        """Brings the tables to the present version.

        Raises:
            BankUnavailableError: If they can't be brought there, or come from a newer version of the project.
        """
        if self._migrated:
            return
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        newest = ScriptDirectory.from_config(config).get_current_head()
        try:
            with self._engine.connect() as connection:
                if MigrationContext.configure(connection).get_current_revision() == newest:
                    self._migrated = True
                    return
            with self._engine.execution_options(writes=True).begin() as connection:
                self._lock(connection)
                config.attributes["connection"] = connection
                with _migrating:
                    if _made_before_alembic(connection):
                        command.stamp(config, _BEFORE_ALEMBIC)
                    command.upgrade(config, "head")
        except CommandError as error:
            raise BankUnavailableError(
                f"the tables in {self.where} are of another version of this project ({error}): run that version, or "
                "use another database"
            ) from error
        except SQLAlchemyError as error:
            why = getattr(error, "orig", None) or type(error).__name__
            raise BankUnavailableError(f"the tables in {self.where} can't be prepared: {why}") from error
        self._migrated = True

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()

    def _lock(self, connection: Connection) -> None:
        if not self._sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})


def _made_before_alembic(connection: Connection) -> bool:
    tables = inspect(connection).get_table_names()
    return "answer" in tables and "alembic_version" not in tables


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Makes SQLite as strict as PostgreSQL is, and its transactions begin where they should."""
    connection.isolation_level = None  # the driver would begin late, and a reader see two states
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
