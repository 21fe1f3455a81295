"""The records as curators read them: a line each, as a table or a spreadsheet."""

from __future__ import annotations

import csv
import dataclasses
import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.records.archive import as_utc
from bot.records.models import CrisisCountRow, CrisisEventRow, FeedbackCountRow, FeedbackRow, UnansweredRow

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class UnansweredLine:
    """A redacted question, and how often it came; `session` is that of the last time."""

    last: str
    first: str
    times: int
    channel: str
    question: str
    closest_topics: str
    session: str


@dataclass(frozen=True)
class CrisisLine:
    """One event, or the count of a day gone by, which has neither versions nor session."""

    time: str
    times: int
    channel: str
    level: str
    category: str
    language: str = ""
    lexicon: str = ""
    layer: str = ""
    session: str = ""


@dataclass(frozen=True)
class FeedbackLine:
    """What a conversation said of an answer, or how many said so on a day gone by."""

    time: str
    times: int
    channel: str
    answer_id: str
    version: str
    helpful: str
    session: str = ""


def unanswered(session: Session, since: Optional[datetime.datetime] = None) -> list[UnansweredLine]:
    """Returns the questions, the commonest first."""
    rows = select(UnansweredRow).order_by(UnansweredRow.count.desc(), UnansweredRow.at.desc())
    if since is not None:
        rows = rows.where(UnansweredRow.at >= since)
    return [
        UnansweredLine(
            _time(row.at),
            _time(row.first_at),
            row.count,
            row.channel,
            row.text,
            ", ".join(row.topics.splitlines()),
            row.session or "",
        )
        for row in session.scalars(rows)
    ]


def crisis(session: Session, since: Optional[datetime.datetime] = None) -> list[CrisisLine]:
    """Returns the crisis events and, below them, the daily counts; the newest first."""
    rows = select(CrisisEventRow).order_by(CrisisEventRow.at.desc(), CrisisEventRow.number.desc())
    counts = select(CrisisCountRow).order_by(
        CrisisCountRow.day.desc(), CrisisCountRow.channel, CrisisCountRow.level, CrisisCountRow.category
    )
    if since is not None:
        rows, counts = rows.where(CrisisEventRow.at >= since), counts.where(CrisisCountRow.day >= since.date())
    return [
        *(
            CrisisLine(
                _time(row.at),
                1,
                row.channel,
                row.level,
                row.category,
                row.language,
                row.lexicon,
                row.layer or "",
                row.session or "",
            )
            for row in session.scalars(rows)
        ),
        *(
            CrisisLine(row.day.isoformat(), row.count, row.channel, row.level, row.category)
            for row in session.scalars(counts)
        ),
    ]


def feedback(session: Session, since: Optional[datetime.datetime] = None) -> list[FeedbackLine]:
    """Returns the votes and, below them, the daily counts; the newest first."""
    rows = select(FeedbackRow).order_by(FeedbackRow.at.desc(), FeedbackRow.answer_id)
    counts = select(FeedbackCountRow).order_by(FeedbackCountRow.day.desc(), FeedbackCountRow.answer_id)
    if since is not None:
        rows, counts = rows.where(FeedbackRow.at >= since), counts.where(FeedbackCountRow.day >= since.date())
    return [
        *(
            FeedbackLine(_time(row.at), 1, row.channel, row.answer_id, row.version, _yes_no(row.helpful), row.session)
            for row in session.scalars(rows)
        ),
        *(
            FeedbackLine(row.day.isoformat(), row.count, row.channel, row.answer_id, row.version, _yes_no(row.helpful))
            for row in session.scalars(counts)
        ),
    ]


def write_csv(path: Path, kind: type[Any], lines: Sequence[Any]) -> None:
    """Writes lines of one kind to a file that a spreadsheet opens without running anything in it.

    Raises:
        OSError: If the file can't be written.
    """
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(field.name for field in dataclasses.fields(kind))
        writer.writerows([_harmless(value) for value in dataclasses.astuple(line)] for line in lines)


def _harmless(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _time(at: datetime.datetime) -> str:
    return as_utc(at).strftime("%Y-%m-%d %H:%M:%S")


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
