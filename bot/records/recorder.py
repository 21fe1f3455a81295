"""What the rest of the assistant calls to have something kept: every call returns at once and never fails."""

from __future__ import annotations

import atexit
import datetime
import functools
import hashlib
import hmac
import logging
import secrets
from typing import AbstractSet, Callable, Optional, Sequence

from bot.records.alarm import Alarm
from bot.records.archive import Archive
from bot.records.background import Background
from bot.records.events import CrisisEvent, Event, Feedback, Unanswered
from bot.records.redaction import redact
from bot.safety import Verdict, Versions
from bot.settings import Settings

logger = logging.getLogger(__name__)

_HASH_LETTERS = 32
_CHANNEL_LETTERS = 20
_TOPICS = 3
_LAST_SECONDS = 3.0
"""For what is still waiting when the process ends."""


class Recorder:
    """Keeps what happens, in the background.

    Args:
        archive: The records in the database.
        key: Secret with which the ids of conversations are hashed.
        days: How long records are kept.
        alarm: Told of each crisis and emergency; None: nobody is.
        now: The time, in UTC.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        key: bytes,
        days: int,
        alarm: Optional[Callable[[CrisisEvent], None]] = None,
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.timezone.utc),
    ) -> None:
        self._archive, self._key, self._days, self._alarm, self._now = archive, key, days, alarm, now
        self._writer = Background("records", daily=self._forget)
        # A thread of its own: an address that hangs holds up no record, and a locked database no alarm.
        self._alarms = Background("crisis webhook")

    def start(self) -> None:
        """Begins to let go of what is older than it may be, now and every day."""
        self._writer.start()

    def crisis(self, verdict: Verdict, versions: Versions, *, sender: str, channel: str) -> None:
        """Has it kept that a message called for the instructions."""
        self.keep(
            CrisisEvent(
                at=self._now(),
                channel=channel[:_CHANNEL_LETTERS],
                level=verdict.level,
                category=verdict.category,
                language=verdict.language,
                lexicon=versions.lexicon,
                layer=versions.layer,
                session=self._session(sender),
            )
        )

    def unanswered(
        self, text: str, *, sender: str, channel: str, topics: Sequence[str] = (), known: AbstractSet[str] = frozenset()
    ) -> None:
        """Has a question kept, redacted.

        Args:
            text: The words; never of a message in which the screen saw anything.
            sender: Id of the conversation.
            channel: Where it came in.
            topics: Ids of the closest topics, the closest first.
            known: Words that name nobody, in lower case.
        """
        at = self._now()

        def keep() -> None:
            redacted = redact(text, known)
            if redacted:
                session = self._session(sender)
                self._archive.keep(
                    Unanswered(at, channel[:_CHANNEL_LETTERS], redacted, tuple(topics[:_TOPICS]), session)
                )

        self._writer.do(keep)

    def feedback(self, *, sender: str, answer_id: str, version: str, helpful: bool, channel: str) -> None:
        """Has it kept whether an answer helped; of a conversation and an answer the last word counts.

        Raises:
            ValueError: If the answer's id or version can't be one, or the sender is empty; the message says so.
        """
        session = self._session(sender)
        if session is None:
            raise ValueError("sender is required: the id of the conversation in which the answer was given")
        self.keep(Feedback(self._now(), channel[:_CHANNEL_LETTERS], answer_id, version, helpful, session))

    def keep(self, event: Event) -> None:
        """Has an event kept."""
        self._writer.do(lambda: self._archive.keep(event))
        alarm = self._alarm
        if alarm is not None and isinstance(event, CrisisEvent) and event.level.blocks:
            crisis = event
            self._alarms.do(lambda: alarm(crisis))

    def wait(self, timeout: float) -> bool:
        """Waits until all is kept and told; returns whether it was within some seconds."""
        return self._writer.wait(timeout) and (self._alarm is None or self._alarms.wait(timeout))

    def _forget(self) -> None:
        self._archive.forget(self._now() - datetime.timedelta(days=self._days))

    def _session(self, sender: str) -> Optional[str]:
        if not sender:
            return None
        words = sender.encode("utf-8", errors="replace")
        return hmac.new(self._key, words, hashlib.sha256).hexdigest()[:_HASH_LETTERS]


def recorder(settings: Settings) -> Recorder:
    """Returns the recorder, at work already; the same settings give the same one."""
    key, webhook = settings.records_key, settings.crisis_webhook
    return _load(
        settings.database_url,
        key.get_secret_value().encode() if key is not None else None,
        settings.records_days,
        webhook.get_secret_value() if webhook is not None else None,
    )


@functools.lru_cache(maxsize=4)
def _load(url: str, key: Optional[bytes], days: int, webhook: Optional[str]) -> Recorder:
    made = Recorder(Archive(url), key=key or _key(), days=days, alarm=Alarm(webhook) if webhook else None)
    made.start()
    atexit.register(made.wait, _LAST_SECONDS)
    return made


@functools.lru_cache(maxsize=1)
def _key() -> bytes:
    """Returns a key for the life of this process."""
    logger.warning(
        "RECORDS_KEY is not set: the records of a conversation can't be linked across restarts or processes."
    )
    return secrets.token_bytes(32)
