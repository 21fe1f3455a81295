"""Keeps the bank in a database, and a copy of it in memory.

A reply is made from one immutable copy, so it never mixes two states of the bank, and a database that
goes away after the start takes nothing from the people who are writing.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
from pathlib import Path
from typing import Any, Iterator

from sqlalchemy import create_engine, delete, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.bank.bank import Answer, Bank, Phrases, Profile, Source, Topic
from bot.bank.facets import Facet
from bot.bank.models import AnswerRow, Base, CitationRow, DocumentRow, SourceRow, TopicRow

logger = logging.getLogger(__name__)

_CONNECT_SECONDS = 5


class BankUnavailableError(RuntimeError):
    """The database can't be used or holds no bank; the message says what to do."""


class Store:
    """The bank in a database.

    Args:
        url: SQLAlchemy's address of the database, e.g. sqlite:///var/trd.db or postgresql://user@host/name.

    Raises:
        BankUnavailableError: If the address is not one that SQLAlchemy knows.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            timeout = {"connect_timeout": _CONNECT_SECONDS} if parsed.get_backend_name() == "postgresql" else {}
            self._engine = create_engine(parsed, future=True, pool_pre_ping=True, connect_args=timeout)
            if parsed.get_backend_name() == "sqlite":
                event.listen(self._engine, "connect", _enforce_foreign_keys)
        except (ArgumentError, SQLAlchemyError, ImportError, OSError) as error:
            # The error itself may repeat the address, with its password.
            raise BankUnavailableError(
                f"DATABASE_URL can't be used ({type(error).__name__}): it should look like sqlite:///var/trd.db or "
                "postgresql://user:password@host/name"
            ) from None
        self._where = parsed.render_as_string(hide_password=True)
        self._lock = threading.Lock()
        self._bank: Bank | None = None

    def save(self, bank: Bank) -> bool:
        """Replaces the database's content with a bank, in one transaction.

        Returns:
            Whether anything had to be written: False when the same bank was there already.

        Raises:
            BankUnavailableError: If the database can't be written; it then holds what it held before.
        """
        try:
            Base.metadata.create_all(self._engine)
            with Session(self._engine, future=True) as session, session.begin():
                if self._digest(session) == bank.digest:
                    return False
                for table in (CitationRow, AnswerRow, TopicRow, SourceRow, DocumentRow):
                    session.execute(delete(table))
                for rows in _rows(bank):
                    session.add_all(rows)
                    session.flush()  # what is referred to must be there first
        except SQLAlchemyError as error:
            why = getattr(error, "orig", None) or type(error).__name__
            raise BankUnavailableError(f"the bank can't be written to {self._where}: {why}") from error
        return True

    def bank(self) -> Bank:
        """Returns the bank, read from the database the first time.

        Raises:
            BankUnavailableError: If it can't be read.
        """
        with self._lock:
            if self._bank is None:
                self._bank = self._read()
            return self._bank

    def _read(self) -> Bank:
        try:
            with Session(self._engine, future=True) as session:
                if self._digest(session) is None:
                    raise BankUnavailableError(f"there is no bank in {self._where}: run `trd bank load`")
                return _bank(session)
        except SQLAlchemyError as error:
            raise BankUnavailableError(
                f"the bank can't be read from {self._where} ({type(error).__name__}): run `trd bank load`, or check "
                "DATABASE_URL"
            ) from error

    @staticmethod
    def _digest(session: Session) -> str | None:
        document = session.get(DocumentRow, "digest")
        return None if document is None else str(document.content)


def _enforce_foreign_keys(connection: Any, record: Any) -> None:
    """Makes SQLite as strict as PostgreSQL is."""
    connection.execute("PRAGMA foreign_keys=ON")


def _rows(bank: Bank) -> Iterator[list[Any]]:
    """Yields the rows of a bank, those first that others refer to."""
    documents = {
        "profile": json.dumps(dataclasses.asdict(bank.profile)),
        "phrases": json.dumps(dataclasses.asdict(bank.phrases)),
        "digest": bank.digest,
    }
    yield [DocumentRow(name=name, content=content) for name, content in documents.items()]
    yield [SourceRow(**dataclasses.asdict(source)) for source in bank.sources.values()]
    yield [
        TopicRow(id=topic.id, name=topic.name, group=topic.group, aliases="\n".join(topic.aliases))
        for topic in bank.topics.values()
    ]
    yield [
        AnswerRow(
            id=answer.id,
            topic_id=answer.topic,
            facet=answer.facet.value,
            text=answer.text,
            sms=answer.sms,
            detail=answer.detail,
            review_by=answer.review_by,
            gap=answer.gap,
            citations=[
                CitationRow(position=position, source_id=source) for position, source in enumerate(answer.sources)
            ],
        )
        for answer in bank.answers.values()
    ]


def _bank(session: Session) -> Bank:
    documents = {row.name: row.content for row in session.scalars(select(DocumentRow))}
    profile = json.loads(documents["profile"])
    profile = {key: tuple(value) if isinstance(value, list) else value for key, value in profile.items()}
    sources = {
        row.id: Source(row.id, row.title, row.publisher, row.url, row.as_of)
        for row in session.scalars(select(SourceRow))
    }
    topics = {
        row.id: Topic(row.id, row.name, row.group, tuple(row.aliases.splitlines()))
        for row in session.scalars(select(TopicRow))
    }
    answers = {
        row.id: Answer(
            topic=row.topic_id,
            facet=Facet(row.facet),
            text=row.text,
            sms=row.sms,
            detail=row.detail,
            sources=tuple(citation.source_id for citation in row.citations),
            review_by=row.review_by,
            gap=row.gap,
        )
        for row in session.scalars(select(AnswerRow))
    }
    return Bank(Profile(**profile), Phrases(**json.loads(documents["phrases"])), sources, topics, answers)
