"""What the guard remembers of each conversation, in memory only: the words just said, and whether there was danger."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Callable, Optional

from bot.safety import Level

_CONVERSATIONS = 10_000
_JOIN_SECONDS = 180.0
"""A message that follows within this time may go on with the sentence before it."""
_JOIN_MESSAGES, _JOIN_CHARACTERS = 2, 500
_MARKED_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Before:
    """What was said just before.

    Attributes:
        text: The words of the last messages.
        level: The highest level that any of them was given.
    """

    text: str
    level: Level


@dataclass
class _Conversation:
    said: list[tuple[float, str, Level]] = field(default_factory=list)
    marked_at: Optional[float] = None
    reminders: int = 0


class Recent:
    """The conversations of the last hours; when there are too many, the one silent longest is forgotten.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._conversations: OrderedDict[str, _Conversation] = OrderedDict()

    def add(self, sender: str, text: str, level: Level) -> Optional[Before]:
        """Remembers a message and returns what was said just before it, if anything."""
        conversation, now = self._of(sender), self._clock()
        said = [entry for entry in conversation.said if now - entry[0] <= _JOIN_SECONDS][-_JOIN_MESSAGES:]
        conversation.said = [*said, (now, text[-_JOIN_CHARACTERS:], level)]
        if not said:
            return None
        return Before(" ".join(words for _, words, _ in said), max(known for _, _, known in said))

    def mark(self, sender: str) -> bool:
        """Marks a conversation as one that held danger; returns whether it was marked already."""
        conversation = self._of(sender)
        again = self._is_marked(conversation)
        conversation.marked_at = self._clock()
        conversation.said.clear()  # it has been answered: nothing goes on with it
        return again

    def is_marked(self, sender: str) -> bool:
        """Returns whether there was danger in a conversation."""
        return self._is_marked(self._of(sender))

    def reminder(self, sender: str) -> Optional[int]:
        """Returns, for a marked conversation, how many reminders it has had, and counts one more."""
        conversation = self._of(sender)
        if not self._is_marked(conversation):
            return None
        conversation.reminders += 1
        return conversation.reminders - 1

    def _is_marked(self, conversation: _Conversation) -> bool:
        return conversation.marked_at is not None and self._clock() - conversation.marked_at <= _MARKED_SECONDS

    def _of(self, sender: str) -> _Conversation:
        conversation = self._conversations.setdefault(sender, _Conversation())
        self._conversations.move_to_end(sender)
        if len(self._conversations) > _CONVERSATIONS:
            self._conversations.popitem(last=False)
        return conversation
