"""How the records lie in the database; the migrations of the bank make these tables too."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, String, Text

from bot.bank.models import Base


class CrisisEventRow(Base):
    """One time that the instructions were given."""

    __tablename__ = "crisis_event"
    number = Column(Integer, primary_key=True)
    at = Column(DateTime(timezone=True), nullable=False, index=True)
    channel = Column(String(20), nullable=False)
    level = Column(String(10), nullable=False)
    category = Column(String(40), nullable=False)
    language = Column(String(8), nullable=False)
    lexicon = Column(String(12), nullable=False)
    layer = Column(String(12))
    session = Column(String(32))


class CrisisCountRow(Base):
    """What stays of crisis events: how many there were on a day."""

    __tablename__ = "crisis_count"
    day = Column(Date, primary_key=True)
    channel = Column(String(20), primary_key=True)
    level = Column(String(10), primary_key=True)
    category = Column(String(40), primary_key=True)
    count = Column("events", Integer, nullable=False)


class UnansweredRow(Base):
    """A redacted question, found by a digest of its words; `channel`, `topics` and `session` are of the last time."""

    __tablename__ = "unanswered"
    digest = Column(String(64), primary_key=True)
    text = Column(Text, nullable=False)
    topics = Column(Text, nullable=False)
    channel = Column(String(20), nullable=False)
    session = Column(String(32), index=True)
    count = Column("times", Integer, nullable=False)
    first_at = Column(DateTime(timezone=True), nullable=False)
    at = Column("last_at", DateTime(timezone=True), nullable=False, index=True)


class FeedbackRow(Base):
    """What a conversation said of an answer last."""

    __tablename__ = "feedback"
    session = Column(String(32), primary_key=True)
    answer_id = Column(String(101), primary_key=True)
    version = Column(String(40), nullable=False)
    helpful = Column(Boolean, nullable=False)
    channel = Column(String(20), nullable=False)
    at = Column(DateTime(timezone=True), nullable=False, index=True)


class FeedbackCountRow(Base):
    """What stays of feedback: how many said so on a day."""

    __tablename__ = "feedback_count"
    day = Column(Date, primary_key=True)
    channel = Column(String(20), primary_key=True)
    answer_id = Column(String(101), primary_key=True)
    version = Column(String(40), primary_key=True)
    helpful = Column(Boolean, primary_key=True)
    count = Column("votes", Integer, nullable=False)
