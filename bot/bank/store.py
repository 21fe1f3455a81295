"""Keeps the bank in a database, with every change on record, and a copy of it in memory.

A reply is made from one immutable copy, so it never mixes two states of the bank, costs no query, and a
database that goes away takes nothing from the people who are writing. A thread looks every two seconds
whether the database holds another bank, and if so reads it and takes its place at once.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import logging
import threading
from contextlib import contextmanager
from typing import Any, Iterator, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.bank import changes, database
from bot.bank.bank import Answer, Bank, Phrases, Profile, Source, Status, Topic
from bot.bank.changes import Change, Key, Kind
from bot.bank.database import BankUnavailableError
from bot.bank.facets import Facet
from bot.bank.models import (
    AnswerRow,
    BaselineRow,
    CitationRow,
    DocumentRow,
    ProfileRow,
    RevisionRow,
    SourceRow,
    TopicRow,
)

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 2.0
"""How often a running server looks for changes."""
_FIRST_READ_SECONDS = 6.0
_FAILURES_TO_TELL = 3
"""In a row: right after the start the files may still be on their way into the database."""

FILES = "files"
"""Who made a change that came with the files."""


@dataclasses.dataclass(frozen=True)
class Author:
    """Who changes the bank, and why.

    Attributes:
        name: The person, as they want to be found again.
        why: The reason, in a few words.
    """

    name: str
    why: str


@dataclasses.dataclass(frozen=True)
class Revision:
    """A change that was made.

    Attributes:
        number: Counts up over the whole bank.
        at: When, in UTC.
        author: Who, and why.
        change: What.
    """

    number: int
    at: datetime.datetime
    author: Author
    change: Change


@dataclasses.dataclass(frozen=True)
class Synced:
    """What bringing in the files did.

    Attributes:
        changes: What was changed in the database.
        conflicts: What was changed in both places, and was left as it is in the database.
    """

    changes: tuple[Change, ...]
    conflicts: tuple[Key, ...]


class Store:
    """The bank in a database.

    Args:
        url: SQLAlchemy's address of the database, e.g. sqlite:///var/trd.db or postgresql://user@host/name.
        refresh_every: Seconds between looks for changes, from now on and beside the work; None: never.

    Raises:
        BankUnavailableError: If the address is not one that SQLAlchemy knows.
    """

    def __init__(self, url: str, *, refresh_every: float | None = None) -> None:
        self._database = database.Database(url)
        self._lock = threading.Lock()
        self._bank: Bank | None = None
        self._digest: str | None = None
        self._closed = threading.Event()
        if refresh_every is not None:
            threading.Thread(target=self._keep_fresh, args=(refresh_every,), name="bank-refresh", daemon=True).start()

    # Speaking

    def bank(self) -> Bank:
        """Returns the copy in memory; the first time it is read from the database.

        Raises:
            BankUnavailableError: If there is no copy yet and none can be read.
        """
        if self._bank is None:
            # Those who ask while somebody else is reading wait for that, but never in a long queue.
            if not self._lock.acquire(timeout=_FIRST_READ_SECONDS):
                raise BankUnavailableError(f"the bank is still being read from {self._database.where}")
            try:
                if self._bank is None:
                    self._read()
            finally:
                self._lock.release()
        assert self._bank is not None
        return self._bank

    def refresh(self) -> bool:
        """Takes over the database's bank if it is another one.

        Returns:
            Whether it was.

        Raises:
            BankUnavailableError: If the database can't be read; the copy in memory stays.
        """
        with self._lock:
            return self._read()

    def close(self) -> None:
        """Ends the looking for changes and the connections."""
        self._closed.set()
        self._database.close()

    def _keep_fresh(self, every: float) -> None:
        failures = 0
        while True:
            try:
                if self.refresh():
                    logger.info("replies now come from the response bank as it is in the database")
                if failures >= _FAILURES_TO_TELL:
                    logger.warning("the database of the response bank is back")
                failures = 0
            except Exception as error:  # nothing that happens here may end the looking
                failures += 1
                if failures == _FAILURES_TO_TELL:
                    logger.warning("%s (what was read before is still spoken)", error)
            if self._closed.wait(every):
                return

    def _read(self) -> bool:
        with self._reading() as session:
            digest = _digest(session)
            if digest is None:
                raise BankUnavailableError(f"there is no bank in {self._database.where}: run `trd bank load`")
            if digest == self._digest:
                return False
            bank = _bank(session)
        self._bank, self._digest = bank, digest
        return True

    # Changing

    def current(self) -> Bank | None:
        """Returns what the database holds now, or None if it holds no bank.

        Raises:
            BankUnavailableError: If it can't be read.
        """
        self._database.migrate()
        with self._reading() as session:
            return None if _digest(session) is None else _bank(session)

    def save(self, bank: Bank, author: Author) -> list[Change]:
        """Makes the database hold a bank, in one transaction, with a revision for each change.

        Returns:
            What was changed; empty when the database held the same already.

        Raises:
            BankUnavailableError: If the database can't be written; it then holds what it held before.
        """
        self._database.migrate()
        with self._writing() as session:
            return _replace(session, _held(session, bank.phrases), bank, author)

    def load_files(self, files: Bank, *, take_files: bool = False) -> Synced:
        """Brings in what the files hold, without losing what people changed in the database.

        Args:
            files: The bank as the files have it.
            take_files: Whether the files win wherever both were changed, and over changes made here.

        Raises:
            BankError: If files and database together break a rule.
            BankUnavailableError: If the database can't be written; it then holds what it held before.
        """
        self._database.migrate()
        with self._writing() as session:
            held = _held(session, files.phrases)
            merged = changes.Merged(files, ())
            baseline = _baseline(session)
            if held is not None and not take_files:
                merged = changes.merge(held, files, baseline or changes.digests(held))
            changed = _replace(session, held, merged.bank, Author(FILES, "the files in data/bank have changed"))
            _set_baseline(session, baseline, changes.digests(files), merged.conflicts)
        return Synced(tuple(changed), merged.conflicts)

    def set_status(self, ids: Sequence[str], status: Status, author: Author) -> list[Change]:
        """Publishes, retires or unpublishes answers.

        Raises:
            BankError: If an answer must stay published.
            BankUnavailableError: If the database can't be written.
            KeyError: If there is no such answer.
        """
        self._database.migrate()
        with self._writing() as session:
            held = _bank(session)
            answers = {
                **held.answers,
                **{name: dataclasses.replace(held.answers[name], status=status) for name in ids},
            }
            bank = dataclasses.replace(held, answers=answers)
            changes.check(bank)
            return _replace(session, held, bank, author)

    def history(self, item: str) -> list[Revision]:
        """Returns the changes of a thing (an answer's id, a topic, a source, "profile"), the newest first.

        Raises:
            BankUnavailableError: If they can't be read.
        """
        self._database.migrate()
        statement = select(RevisionRow).where(RevisionRow.item == item).order_by(RevisionRow.number.desc())
        with self._reading() as session:
            return [_revision(row) for row in session.scalars(statement)]

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        try:
            with self._database.snapshot() as session:
                yield session
        except (SQLAlchemyError, KeyError, TypeError, ValueError) as error:
            # The last three: rows that somebody has written by hand, or that are damaged.
            raise BankUnavailableError(
                f"the bank can't be read from {self._database.where} ({type(error).__name__}): run `trd bank load`, "
                "or check DATABASE_URL"
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        try:
            with self._database.transaction() as session:
                yield session
        except SQLAlchemyError as error:
            why = getattr(error, "orig", None) or type(error).__name__
            raise BankUnavailableError(f"the bank can't be written to {self._database.where}: {why}") from error


def _digest(session: Session) -> str | None:
    document = session.get(DocumentRow, "digest")
    return None if document is None else str(document.content)


def _held(session: Session, phrases: Phrases) -> Bank | None:
    """Returns what the database holds; phrases that it does not know yet, from an older version, are as given."""
    return None if _digest(session) is None else _bank(session, phrases)


def _replace(session: Session, held: Bank | None, bank: Bank, author: Author) -> list[Change]:
    changed = changes.difference(held, bank)
    if not changed and _digest(session) == bank.digest:
        return []
    now = datetime.datetime.now(datetime.timezone.utc)
    # What is referred to must be there first, and go last.
    _put(session, bank, [change for change in changed if change.kind in (Kind.SOURCE, Kind.TOPIC)])
    _put(session, bank, [change for change in changed if change.kind not in (Kind.SOURCE, Kind.TOPIC)])
    gone = [change for change in changed if change.after is None]
    for change in sorted(gone, key=lambda change: change.kind is not Kind.ANSWER):
        session.delete(session.get(_TABLES[change.kind], change.item))
        session.flush()
    for change in changed:
        session.add(
            RevisionRow(
                kind=change.kind.value,
                item=change.item,
                at=now,
                by=author.name,
                why=author.why,
                before=_packed(change.before),
                after=_packed(change.after),
            )
        )
    # The phrases in any case: a newer version may know more of them.
    session.merge(DocumentRow(name="phrases", content=json.dumps(dataclasses.asdict(bank.phrases))))
    session.merge(DocumentRow(name="digest", content=bank.digest))
    return changed


def _put(session: Session, bank: Bank, changed: Sequence[Change]) -> None:
    for change in changed:
        if change.after is None:
            continue
        if change.before is None:
            session.add(_row(bank, change))
            continue
        if change.kind is Kind.ANSWER:
            session.execute(delete(CitationRow).where(CitationRow.answer_id == change.item))
        session.merge(_row(bank, change))
    session.flush()


_TABLES = {Kind.SOURCE: SourceRow, Kind.TOPIC: TopicRow, Kind.ANSWER: AnswerRow}


def _row(bank: Bank, change: Change) -> Any:
    """Returns the row for something in a bank."""
    if change.kind is Kind.SOURCE:
        return SourceRow(**dataclasses.asdict(bank.sources[change.item]))
    if change.kind is Kind.TOPIC:
        topic = bank.topics[change.item]
        return TopicRow(id=topic.id, name=topic.name, group=topic.group, aliases="\n".join(topic.aliases))
    if change.kind is Kind.PROFILE:
        profile = dataclasses.asdict(bank.profile)
        return ProfileRow(
            id=1, **{name: "\n".join(value) if isinstance(value, tuple) else value for name, value in profile.items()}
        )
    if change.kind is Kind.PHRASES:
        return DocumentRow(name="phrases", content=json.dumps(dataclasses.asdict(bank.phrases)))
    answer = bank.answers[change.item]
    return AnswerRow(
        id=answer.id,
        topic_id=answer.topic,
        facet=answer.facet.value,
        text=answer.text,
        sms=answer.sms,
        detail=answer.detail,
        review_by=answer.review_by,
        gap=answer.gap,
        status=answer.status.value,
        citations=[CitationRow(position=position, source_id=source) for position, source in enumerate(answer.sources)],
    )


def _bank(session: Session, new_phrases: Phrases | None = None) -> Bank:
    row = session.get(ProfileRow, 1)
    profile = Profile(
        provider=row.provider,
        leader=row.leader,
        phone=row.phone,
        state=row.state,
        schedule=row.schedule,
        cities=tuple(row.cities.splitlines()),
        insurers=tuple(row.insurers.splitlines()),
    )
    default = dataclasses.asdict(new_phrases) if new_phrases is not None else {}
    phrases = Phrases(**{**default, **json.loads(session.get(DocumentRow, "phrases").content)})
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
            status=Status(row.status),
        )
        for row in session.scalars(select(AnswerRow))
    }
    return Bank(profile, phrases, sources, topics, answers)


def _baseline(session: Session) -> dict[Key, str]:
    return {(Kind(row.kind), str(row.item)): str(row.digest) for row in session.scalars(select(BaselineRow))}


def _set_baseline(session: Session, old: Mapping[Key, str], new: Mapping[Key, str], conflicts: Sequence[Key]) -> None:
    """Remembers what the files hold now; of a conflict, what they held before, so that it is told again."""
    kept = {key: old[key] for key in conflicts if key in old}
    wanted = {**{key: digest for key, digest in new.items() if key not in conflicts}, **kept}
    if wanted == old:
        return
    session.execute(delete(BaselineRow))
    session.add_all(BaselineRow(kind=kind.value, item=item, digest=digest) for (kind, item), digest in wanted.items())


def _revision(row: RevisionRow) -> Revision:
    change = Change(Kind(row.kind), str(row.item), _unpacked(row.before), _unpacked(row.after))
    # SQLite forgets the time zone.
    at = row.at.replace(tzinfo=row.at.tzinfo or datetime.timezone.utc).astimezone(datetime.timezone.utc)
    return Revision(int(row.number), at, Author(str(row.by), str(row.why)), change)


def _packed(fields: Mapping[str, Any] | None) -> str | None:
    return None if fields is None else json.dumps(fields, default=str, ensure_ascii=False)


def _unpacked(fields: str | None) -> Mapping[str, Any] | None:
    return None if fields is None else json.loads(fields)
