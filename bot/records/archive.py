"""The records in the database: putting them in, and letting them go."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Optional

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.bank.database import BankUnavailableError, Database
from bot.records.events import CrisisEvent, Event, Feedback, Unanswered
from bot.records.models import CrisisCountRow, CrisisEventRow, FeedbackCountRow, FeedbackRow, UnansweredRow

_SHORTLY_BEFORE = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Forgotten:
    """What was let go.

    Attributes:
        crisis: Crisis events that are daily counts now.
        unanswered: Questions that are gone.
        feedback: Votes that are daily counts now.
    """

    crisis: int
    unanswered: int
    feedback: int


class Archive:
    """Keeps events in the database of the bank. It is opened when it is needed, and anew after a failure.

    Args:
        url: SQLAlchemy's address of the database.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: Optional[Database] = None

    def keep(self, event: Event) -> None:
        """Puts an event in.

        Raises:
            BankUnavailableError: If the database can't be written.
        """
        with self._session(writes=True) as session:
            if isinstance(event, CrisisEvent):
                _keep_crisis(session, event)
            elif isinstance(event, Unanswered):
                _keep_unanswered(session, event)
            else:
                _keep_feedback(session, event)

    def forget(self, before: datetime.datetime) -> Forgotten:
        """Lets go of what is older; crisis events and feedback stay as counts a day, without the conversation.

        Raises:
            BankUnavailableError: If the database can't be written; nothing is then let go.
        """
        with self._session(writes=True) as session:
            crisis = _count(session, CrisisEventRow, CrisisCountRow, ("channel", "level", "category"), before)
            feedback = _count(
                session, FeedbackRow, FeedbackCountRow, ("channel", "answer_id", "version", "helpful"), before
            )
            gone = session.execute(delete(UnansweredRow).where(UnansweredRow.at < before))
            return Forgotten(crisis, gone.rowcount, feedback)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Opens a session that sees one state of the records.

        Raises:
            BankUnavailableError: If the database can't be read.
        """
        with self._session(writes=False) as session:
            yield session

    @contextmanager
    def _session(self, *, writes: bool) -> Iterator[Session]:
        database = self._opened or Database(self._url)
        self._opened = None
        try:
            database.migrate()
            with database.transaction() if writes else database.snapshot() as session:
                yield session
        except SQLAlchemyError as error:
            raise BankUnavailableError(f"the records in {database.where} can't be used: {_reason(error)}") from error
        except BaseException:
            database.close()
            raise
        self._opened = database  # one that failed is not used again: its file may be another one by then


def _reason(error: SQLAlchemyError) -> str:
    """Returns why a statement failed; only the first line, for those below it may hold what was to be kept."""
    cause = getattr(error, "orig", None)
    return next(iter(str(cause).splitlines()), "") if cause is not None else type(error).__name__


def _keep_crisis(session: Session, event: CrisisEvent) -> None:
    session.add(
        CrisisEventRow(
            at=event.at,
            channel=event.channel,
            level=event.level.label,
            category=event.category,
            language=event.language,
            lexicon=event.lexicon,
            layer=event.layer,
            session=event.session,
        )
    )
    if event.level.blocks and event.session is not None:
        # The words just before may be the first half of what was said now. What others have asked too stays.
        session.execute(
            delete(UnansweredRow).where(
                UnansweredRow.session == event.session,
                UnansweredRow.count == 1,
                UnansweredRow.at >= event.at - _SHORTLY_BEFORE,
            )
        )


def _keep_unanswered(session: Session, event: Unanswered) -> None:
    digest = hashlib.sha256(event.text.casefold().encode()).hexdigest()
    row = session.get(UnansweredRow, digest)
    if row is None:
        row = UnansweredRow(digest=digest, text=event.text, count=0, first_at=event.at)
        session.add(row)
    row.count += 1
    row.at, row.channel, row.session, row.topics = event.at, event.channel, event.session, "\n".join(event.topics)


def _keep_feedback(session: Session, event: Feedback) -> None:
    session.merge(
        FeedbackRow(
            session=event.session,
            answer_id=event.answer_id,
            version=event.version,
            helpful=event.helpful,
            channel=event.channel,
            at=event.at,
        )
    )


def _count(session: Session, events: Any, counts: Any, fields: tuple[str, ...], before: datetime.datetime) -> int:
    """Turns rows into daily counts; returns how many there were."""
    columns = [getattr(events, field) for field in fields]
    found = session.execute(select(events.at, *columns).where(events.at < before)).all()
    for (day, *values), count in Counter((as_utc(row[0]).date(), *row[1:]) for row in found).items():
        key: Mapping[str, Any] = {"day": day, **dict(zip(fields, values, strict=True))}
        row = session.get(counts, key)
        if row is None:
            row = counts(**key, count=0)
            session.add(row)
        row.count += count
    session.execute(delete(events).where(events.at < before))
    return len(found)


def as_utc(at: datetime.datetime) -> datetime.datetime:
    """Returns a time as read: SQLite forgets that it is in UTC, and PostgreSQL gives it in a zone of its own."""
    return at.replace(tzinfo=datetime.timezone.utc) if at.tzinfo is None else at.astimezone(datetime.timezone.utc)
