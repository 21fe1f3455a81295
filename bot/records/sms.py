"""What the SMS channel keeps: messages answered, where each conversation stands, and who opted out.

Senders are hashes, and of a person's own words nothing is kept. A message is claimed by its id before it is
answered, so that of several workers one answers and the others say the same.
"""

from __future__ import annotations

import datetime
import enum
import json
from dataclasses import dataclass
from typing import Any, Callable, Sequence

from sqlalchemy import Column, DateTime, Integer, String, Text, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.bank.database import Database
from bot.bank.models import Base

_MESSAGE_DAYS, _CONVERSATION_DAYS = 7, 30
_ABANDONED = datetime.timedelta(seconds=20)
"""A claim this old without an answer was made by a worker that is no more."""


class SmsMessageRow(Base):
    """A message answered, or being answered: its id at the carrier and our words."""

    __tablename__ = "sms_message"
    sid = Column(String(64), primary_key=True)
    status = Column(String(10), nullable=False)
    reply = Column(Text, nullable=False)
    segments = Column(Integer, nullable=False)
    at = Column(DateTime(timezone=True), nullable=False, index=True)


class SmsConversationRow(Base):
    """What a conversation may go on with: pages not yet sent, and the choices offered last (JSON)."""

    __tablename__ = "sms_conversation"
    sender = Column(String(64), primary_key=True)
    rest = Column(Text, nullable=False)
    choices = Column(Text, nullable=False)
    at = Column(DateTime(timezone=True), nullable=False, index=True)


class SmsOptOutRow(Base):
    """Somebody who wants no messages; kept until they opt in again."""

    __tablename__ = "sms_opt_out"
    sender = Column(String(64), primary_key=True)
    at = Column(DateTime(timezone=True), nullable=False)


class Delivery(str, enum.Enum):
    """How far a message has come."""

    WORKING = "working"
    ANSWERED = "answered"
    """In the response to the carrier's request; whoever asks again gets it again."""
    SENT = "sent"
    """By a request of our own; whoever asks again gets nothing more."""
    FAILED = "failed"
    """Such a request failed; whoever asks again gets the words."""


@dataclass(frozen=True)
class Choice:
    """Something offered to choose: what it is called, and the id of what it asks for."""

    title: str
    payload: str


@dataclass(frozen=True)
class Conversation:
    """What a conversation may go on with.

    Attributes:
        rest: Texts to send, one for each MORE.
        choices: Offered last, numbered from 1; while there is a rest, they stand on its last text.
    """

    rest: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The choices that the person has seen."""
        return () if self.rest else self.choices


@dataclass(frozen=True)
class Claim:
    """What is known when a message comes in.

    Attributes:
        ours: Whether it is ours to answer now.
        reply: What it was answered with; None if it was not, or is being answered elsewhere.
        opted_out: Whether the sender opted out.
        conversation: Where the conversation stands; None if the sender is new.
    """

    ours: bool
    reply: str | None = None
    opted_out: bool = False
    conversation: Conversation | None = None


@dataclass(frozen=True)
class DayUsage:
    """What was sent on one day (UTC)."""

    day: datetime.date
    messages: int
    segments: int


def utc_now() -> datetime.datetime:
    """Returns the time."""
    return datetime.datetime.now(datetime.timezone.utc)


class SmsStore:
    """The records of the SMS channel.

    Every method may raise SQLAlchemyError or BankUnavailableError when the database can't be used.

    Args:
        database: Where they are kept; its tables are made when they are first needed.
        clock: The time, in UTC.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime.datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    def claim(self, sid: str, sender: str) -> Claim:
        """Claims a message, unless it was claimed before."""
        self._database.migrate()
        try:
            with self._database.transaction(exclusive=False) as session:
                session.add(self._message(sid, Delivery.WORKING))
                session.flush()
                return _claimed(session, sender)
        except IntegrityError:
            return self.claim_again(sid, sender)

    def claim_again(self, sid: str, sender: str) -> Claim:
        """Looks at a message that was claimed before: it is ours if who claimed it is gone."""
        with self._database.transaction(exclusive=False) as session:
            row = session.get(SmsMessageRow, sid)
            if row is not None and row.status != Delivery.WORKING:
                return Claim(ours=False, reply="" if row.status == Delivery.SENT else str(row.reply))
            abandoned = (
                update(SmsMessageRow)
                .where(SmsMessageRow.sid == sid, SmsMessageRow.status == Delivery.WORKING.value)
                .where(SmsMessageRow.at < self._clock() - _ABANDONED)
                .values(at=self._clock())
                .execution_options(synchronize_session=False)
            )
            return _claimed(session, sender) if session.execute(abandoned).rowcount else Claim(ours=False)

    def finish(
        self, sid: str, sender: str, delivery: Delivery, reply: str, segments: int, conversation: Conversation | None
    ) -> None:
        """Keeps what a message was answered with.

        Args:
            sid: Id of the message.
            sender: Hash of who wrote it.
            delivery: How the answer went out.
            reply: Our words; "" for none.
            segments: What they cost.
            conversation: Where the conversation now stands; None leaves it as it was.
        """
        self._database.migrate()
        with self._database.transaction(exclusive=False) as session:
            values = {"status": delivery.value, "reply": reply, "segments": segments, "at": self._clock()}
            _put(session, SmsMessageRow, {"sid": sid}, values)
            if conversation is not None:
                choices = [[choice.title, choice.payload] for choice in conversation.choices]
                values = {"rest": json.dumps(conversation.rest), "choices": json.dumps(choices), "at": self._clock()}
                _put(session, SmsConversationRow, {"sender": sender}, values)

    def set_opted_out(self, sender: str, opted_out: bool) -> None:
        """Remembers that somebody opted out, or in again."""
        self._database.migrate()
        with self._database.transaction(exclusive=False) as session:
            if opted_out:
                _put(session, SmsOptOutRow, {"sender": sender}, {"at": self._clock()})
            else:
                session.execute(delete(SmsOptOutRow).where(SmsOptOutRow.sender == sender))

    def purge(self) -> None:
        """Forgets messages and conversations that are old; opt-outs stay."""
        self._database.migrate()
        now = self._clock()
        with self._database.transaction(exclusive=False) as session:
            for table, days in ((SmsMessageRow, _MESSAGE_DAYS), (SmsConversationRow, _CONVERSATION_DAYS)):
                session.execute(delete(table).where(table.at < now - datetime.timedelta(days=days)))

    def usage(self) -> Sequence[DayUsage]:
        """Returns what was sent on each day that is still kept, the oldest first."""
        self._database.migrate()
        query = select(SmsMessageRow.at, SmsMessageRow.segments).where(SmsMessageRow.segments > 0)
        days: dict[datetime.date, list[int]] = {}
        with self._database.snapshot() as session:
            for at, segments in session.execute(query):
                # SQLite forgets the time zone, PostgreSQL gives its own.
                at = at.replace(tzinfo=at.tzinfo or datetime.timezone.utc).astimezone(datetime.timezone.utc)
                days.setdefault(at.date(), []).append(segments)
        return [DayUsage(day, len(counts), sum(counts)) for day, counts in sorted(days.items())]

    def _message(self, sid: str, delivery: Delivery) -> SmsMessageRow:
        return SmsMessageRow(sid=sid, status=delivery.value, reply="", segments=0, at=self._clock())


def _claimed(session: Session, sender: str) -> Claim:
    row = session.get(SmsConversationRow, sender)
    conversation = None
    if row is not None:
        choices = tuple(Choice(title, payload) for title, payload in json.loads(row.choices))
        conversation = Conversation(tuple(json.loads(row.rest)), choices)
    return Claim(True, opted_out=session.get(SmsOptOutRow, sender) is not None, conversation=conversation)


def _put(session: Session, table: Any, key: dict[str, str], values: dict[str, Any]) -> None:
    """Changes a row, or adds it; whoever adds it at the same moment does not make this fail."""
    (column, value), *_ = key.items()
    change = update(table).where(getattr(table, column) == value).values(**values)
    change = change.execution_options(synchronize_session=False)
    if session.execute(change).rowcount:
        return
    try:
        with session.begin_nested():
            session.add(table(**key, **values))
    except IntegrityError:
        session.execute(change)
