"""How the bank lies in a database. SQLite and PostgreSQL alike; migrations/ makes and changes the tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import declarative_base, relationship

Base: Any = declarative_base()


class SourceRow(Base):
    """Where a fact comes from."""

    __tablename__ = "source"
    id = Column(String(80), primary_key=True)
    title = Column(Text, nullable=False)
    publisher = Column(Text, nullable=False)
    url = Column(Text, nullable=False)
    as_of = Column(String(10), nullable=False)


class TopicRow(Base):
    """Something people ask about; its aliases are kept one a line."""

    __tablename__ = "topic"
    id = Column(String(80), primary_key=True)
    name = Column(Text, nullable=False)
    group = Column("topic_group", String(40), nullable=False)
    aliases = Column(Text, nullable=False)


class AnswerRow(Base):
    """One curated answer, named TOPIC.FACET."""

    __tablename__ = "answer"
    id = Column(String(101), primary_key=True)
    topic_id = Column(ForeignKey("topic.id"), nullable=False, index=True)
    facet = Column(String(20), nullable=False)
    text = Column(Text, nullable=False)
    sms = Column(Text, nullable=False)
    detail = Column(Text, nullable=False)
    review_by = Column(Date, nullable=False)
    gap = Column(Boolean, nullable=False)
    status = Column(String(10), nullable=False, server_default="published")
    citations = relationship(
        "CitationRow", order_by="CitationRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class CitationRow(Base):
    """That an answer rests on a source; `position` keeps the most important first."""

    __tablename__ = "citation"
    answer_id = Column(ForeignKey("answer.id"), primary_key=True)
    position = Column(Integer, primary_key=True)
    source_id = Column(ForeignKey("source.id"), nullable=False)


class ProfileRow(Base):
    """The provider, in the one row with id 1; lists are kept one a line."""

    __tablename__ = "profile"
    id = Column(Integer, primary_key=True)
    provider = Column(Text, nullable=False)
    leader = Column(Text, nullable=False)
    phone = Column(String(40), nullable=False)
    state = Column(Text, nullable=False)
    schedule = Column(Text, nullable=False)
    cities = Column(Text, nullable=False)
    insurers = Column(Text, nullable=False)


class DocumentRow(Base):
    """A part that is read and written whole (JSON): the phrases, and the digest that tells whether anything changed."""

    __tablename__ = "document"
    name = Column(String(20), primary_key=True)
    content = Column(Text, nullable=False)


class RevisionRow(Base):
    """One change of one thing: who, when, why, and its fields before and after (JSON; null: it was not there)."""

    __tablename__ = "revision"
    number = Column(Integer, primary_key=True)
    kind = Column(String(10), nullable=False)
    item = Column(String(101), nullable=False)
    at = Column(DateTime(timezone=True), nullable=False)
    by = Column("changed_by", Text, nullable=False)
    why = Column(Text, nullable=False)
    before = Column("fields_before", Text)
    after = Column("fields_after", Text)
    __table_args__ = (Index("ix_revision_item", "kind", "item", "number"),)


class BaselineRow(Base):
    """What the files last held of a thing, as a digest: tells an edit made here from one made in the files."""

    __tablename__ = "baseline"
    kind = Column(String(10), primary_key=True)
    item = Column(String(101), primary_key=True)
    digest = Column(String(64), nullable=False)
