"""What happened, as it is kept: never with the words of a person in danger, never with who it was."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Optional, Union

from bot.safety import Level

NOT_KEPT = "not_kept"
"""Key in the metadata of a message to Rasa: nothing of it may be kept."""

_ANSWER_ID = re.compile(r"[a-z0-9_]{1,80}\.[a-z0-9_]{1,20}")
_VERSION = re.compile(r"[0-9a-f]{1,40}")


@dataclass(frozen=True)
class CrisisEvent:
    """That a message called for the instructions; none of its words.

    Attributes:
        at: When, in UTC.
        channel: Where it came in ("rest", "sms", "cmdline").
        level: SUPPORT or higher.
        category: The lexicon's category of the deciding phrase.
        language: ISO 639-1 code.
        lexicon: Fingerprint of data/safety as it was read.
        layer: Fingerprint of the statistical layer; None where there was none.
        session: The conversation, hashed; None where it had no id.
    """

    at: datetime.datetime
    channel: str
    level: Level
    category: str
    language: str
    lexicon: str
    layer: Optional[str] = None
    session: Optional[str] = None


@dataclass(frozen=True)
class Unanswered:
    """A question that the bank had no answer to.

    Attributes:
        at: When, in UTC.
        channel: Where it came in.
        text: The words, redacted.
        topics: Ids of the topics closest to it, the closest first.
        session: The conversation, hashed.
    """

    at: datetime.datetime
    channel: str
    text: str
    topics: tuple[str, ...] = ()
    session: Optional[str] = None


@dataclass(frozen=True)
class Feedback:
    """Whether an answer helped.

    Attributes:
        at: When, in UTC.
        channel: Where it was said.
        answer_id: TOPIC.FACET.
        version: Of the answer's words.
        helpful: What the person said.
        session: The conversation, hashed.

    Raises:
        ValueError: If the answer's id or version can't be one.
    """

    at: datetime.datetime
    channel: str
    answer_id: str
    version: str
    helpful: bool
    session: str

    def __post_init__(self) -> None:
        if not _ANSWER_ID.fullmatch(self.answer_id):
            raise ValueError("answer_id must be the id of an answer, such as ect.side_effects")
        if not _VERSION.fullmatch(self.version):
            raise ValueError("version must be the version of an answer, as its metadata has it")


Event = Union[CrisisEvent, Unanswered, Feedback]
