"""What became of a message that should have been answered."""

from __future__ import annotations

import enum

from bot.evaluation.scoring import OUT_OF_SCOPE_ANSWER, Judged


class Outcome(str, enum.Enum):
    """One of the ways a reply can be right or wrong, the best first."""

    RIGHT = "right"
    """All the expected answers."""
    PARTLY = "partly"
    """Some of several expected answers."""
    OTHER_FACET = "other_facet"
    """The right topic, another side of it."""
    ASKED_BACK_RIGHT = "asked_back_right"
    """A question back, with the expected answer among its buttons."""
    ASKED_BACK_WRONG = "asked_back_wrong"
    """A question back without it."""
    FALLBACK = "fallback"
    """The honest word that this can't be answered, and where to call; or a word of comfort alone."""
    WRONG_TOPIC = "wrong_topic"
    """An answer about something else."""
    BLOCKED = "blocked"
    """The crisis instructions in place of an answer."""
    FAILED = "failed"
    """The reply for a turn that went wrong."""


def outcome_of(judged: Judged) -> Outcome:
    """Returns what became of a message.

    Raises:
        ValueError: If the case expects no answer.
    """
    if judged.answer_right is None:
        raise ValueError(f"{judged.case.where} expects no answer: only those that do have an outcome")
    if judged.answer_right:
        return Outcome.RIGHT
    if judged.level.blocks:
        return Outcome.BLOCKED
    if judged.failed:
        return Outcome.FAILED
    if any(ids & set(judged.answers) for ids in judged.case.expect):
        return Outcome.PARTLY
    if judged.topic_right:
        return Outcome.OTHER_FACET
    if judged.offered:
        found = any(ids & set(judged.offered) for ids in judged.case.expect)
        return Outcome.ASKED_BACK_RIGHT if found else Outcome.ASKED_BACK_WRONG
    if set(judged.answers) <= {OUT_OF_SCOPE_ANSWER}:
        return Outcome.FALLBACK
    return Outcome.WRONG_TOPIC
