"""What is taken for what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Iterable, Optional, Sequence

from bot.bank.facets import Facet
from bot.evaluation.outcomes import Outcome, outcome_of
from bot.evaluation.scoring import Judged, topic_of

OTHER = "other"
"""Column of the topics that have none of their own."""
UNANSWERED = (Outcome.ASKED_BACK_RIGHT.value, Outcome.ASKED_BACK_WRONG.value, Outcome.BLOCKED.value)
"""Columns for replies without an answer."""
_NO_ANSWER = "no_answer"
WORST = 15
_OTHERS = 6
"""Columns for topics that are given in place of those, but seldom missed themselves."""


@dataclass(frozen=True)
class Confusion:
    """Counts of what was expected (rows) against what was given (columns).

    Attributes:
        rows: Names of what was expected.
        columns: Names of what was given, those of the rows first and in their order.
        counts: One row of counts for each of `rows`.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def topic_confusion(judged: Iterable[Judged], *, worst: int = WORST) -> Confusion:
    """Returns the topics that are missed most, and what was given in their place, of messages that ask one thing.

    Args:
        judged: The judged cases.
        worst: How many topics to show as rows.
    """
    pairs = [(_expected(one), _given(one)) for one in judged if len(one.case.expect) == 1]
    missed = Counter(expected for expected, given in pairs if expected != given)
    rows = [topic for topic, _ in sorted(missed.items(), key=lambda item: (-item[1], item[0]))[:worst]]
    kept = {*rows, *UNANSWERED, _NO_ANSWER}
    taken = Counter(given for expected, given in pairs if expected in rows and given not in kept)
    others = [topic for topic, _ in sorted(taken.items(), key=lambda item: (-item[1], item[0]))[:_OTHERS]]
    kept.update(others)
    counts = Counter((expected, given if given in kept else OTHER) for expected, given in pairs)
    return _table(rows, [*rows, *others, OTHER, *UNANSWERED, _NO_ANSWER], counts)


def facet_confusion(judged: Iterable[Judged], treatments: frozenset[str]) -> Confusion:
    """Returns all facets, of messages that ask one thing about a treatment and got an answer about it."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in judged:
        if len(one.case.expect) == 1 and one.topic_right and topic_of(one.case.main[0]) in treatments:
            topics = {topic_of(answer) for answer in one.case.expect[0]}
            given = _hit(one) or next(answer for answer in one.answers if topic_of(answer) in topics)
            expected = _hit(one) or one.case.main[0]
            counts[expected.partition(".")[2], given.partition(".")[2]] += 1
    names = [facet.value for facet in Facet]
    return _table(names, names, counts)


def _expected(one: Judged) -> str:
    hit = next((a for a in one.answers if topic_of(a) in {topic_of(b) for b in one.case.expect[0]}), None)
    return topic_of(hit or one.case.main[0])


def _given(one: Judged) -> str:
    if one.topic_right:
        return _expected(one)
    outcome = outcome_of(one)
    if outcome.value in UNANSWERED:
        return outcome.value
    return topic_of(one.answers[0]) if one.answers else _NO_ANSWER


def _hit(one: Judged) -> Optional[str]:
    """Returns the expected answer that was given, if any was."""
    return next((answer for answer in one.answers if answer in one.case.expect[0]), None)


def _table(rows: Sequence[str], columns: Sequence[str], counts: Counter[tuple[str, str]]) -> Confusion:
    used = [name for name in columns if name in rows or any(counts[row, name] for row in rows)]
    return Confusion(
        rows=tuple(rows),
        columns=tuple(used),
        counts=tuple(tuple(counts[row, column] for column in used) for row in rows),
    )
