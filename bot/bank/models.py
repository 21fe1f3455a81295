"""How the bank lies in a database. SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Text
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
    citations = relationship(
        "CitationRow", order_by="CitationRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class CitationRow(Base):
    """That an answer rests on a source; `position` keeps the most important first."""

    __tablename__ = "citation"
    answer_id = Column(ForeignKey("answer.id"), primary_key=True)
    position = Column(Integer, primary_key=True)
    source_id = Column(ForeignKey("source.id"), nullable=False)


class DocumentRow(Base):
    """A part of the bank that is read and written whole (JSON): the profile, the phrases, the digest."""

    __tablename__ = "document"
    name = Column(String(20), primary_key=True)
    content = Column(Text, nullable=False)
