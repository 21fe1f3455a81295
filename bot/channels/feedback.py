"""Where a person's "this helped" goes."""

from __future__ import annotations

from typing import Protocol


class FeedbackRecorder(Protocol):
    """Keeps feedback; it must return at once."""

    def feedback(self, *, sender: str, answer_id: str, version: str, helpful: bool, channel: str) -> None:
        """Keeps one vote.

        Args:
            sender: Id of the conversation.
            answer_id: TOPIC.FACET.
            version: Fingerprint of the words that were read.
            helpful: Whether they helped.
            channel: Where they were read.
        """


class NoRecorder:
    """Keeps nothing."""

    def feedback(self, *, sender: str, answer_id: str, version: str, helpful: bool, channel: str) -> None:
        """Lets the vote go (see FeedbackRecorder)."""
