"""All the figures of an evaluation, overall and broken down."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Iterable, Mapping, Optional, Sequence

from bot.bank import Bank
from bot.bank.content import SPOKEN_BY_ITSELF
from bot.evaluation.calibration import Reliability, facet_guesses, reliability, topic_guesses
from bot.evaluation.confusion import Confusion, facet_confusion, topic_confusion
from bot.evaluation.danger import Danger, Sorted, count_danger, expects_help, grouped, is_calm, sort_danger
from bot.evaluation.outcomes import Outcome, outcome_of
from bot.evaluation.scoring import OUT_OF_SCOPE, Heard, Judged, claims, topic_of
from bot.evaluation.shares import Share, share_of
from bot.safety import Level

MISSED, BLOCKED, LEVEL, FACT = "missed_danger", "blocked", "level", "fact"
"""Kinds of misses beside the outcomes: no instructions, the instructions without need, another level, a fact."""
_FIRST_WORDS = 30


@dataclass(frozen=True)
class Accuracy:
    """How many got the answer they should.

    Attributes:
        exact: The expected answer ids.
        topic: The expected topics, whatever the facet.
    """

    exact: Share
    topic: Share


@dataclass(frozen=True)
class FileFigures:
    """One file of cases.

    Attributes:
        cases: Cases with nothing wrong.
        questions: Of the questions that have an answer.
        wrongly_claimed: Of the messages that have none: those answered as if they had one.
        facts: Replies that hold the facts they must.
        danger: Of the crisis screen.
    """

    cases: Share
    questions: Accuracy
    wrongly_claimed: Share
    facts: Share
    danger: Danger


@dataclass(frozen=True)
class Miss:
    """A case with something wrong.

    Attributes:
        kind: What is wrong: an outcome, or one of the other kinds above.
        where: File and number.
        say: The turns.
        expected: For each part the answer ids that are right.
        levels: The levels that are right.
        answers: The answer ids given.
        offered: The ids offered by a question back.
        level: The level given.
        heard: What the classifiers took it for.
        reply: The first words of the reply.
    """

    kind: str
    where: str
    say: tuple[str, ...]
    expected: tuple[tuple[str, ...], ...]
    levels: tuple[Level, ...]
    answers: tuple[str, ...]
    offered: tuple[str, ...]
    level: Level
    heard: Optional[Heard]
    reply: str


@dataclass(frozen=True)
class Figures:
    """The figures.

    Attributes:
        cases: Cases with nothing wrong.
        questions: Of the questions that have an answer.
        facts: Replies that hold the facts they must.
        wrongly_claimed: Messages that nothing here answers, answered as if something did.
        by_file: Each file by itself.
        by_topic: Questions by the topic expected first.
        by_facet: Questions about treatments by the facet expected first.
        by_tag: Questions by tag.
        outcomes: What became of the questions.
        strange_outcomes: What became of the messages that nothing here answers.
        danger: Of the crisis screen.
        topic_reliability: Whether the classifier's confidence in its topic is what it says.
        facet_reliability: The same for the facet.
        topic_confusion: The topics that are confused most.
        facet_confusion: Facets, where the topic was right.
        misses: The cases with something wrong.
    """

    cases: Share
    questions: Accuracy
    facts: Share
    wrongly_claimed: Share
    by_file: Mapping[str, FileFigures]
    by_topic: Mapping[str, Accuracy]
    by_facet: Mapping[str, Accuracy]
    by_tag: Mapping[str, Accuracy]
    outcomes: Mapping[Outcome, int]
    strange_outcomes: Mapping[Outcome, int]
    danger: Sorted
    topic_reliability: Reliability
    facet_reliability: Reliability
    topic_confusion: Confusion
    facet_confusion: Confusion
    misses: tuple[Miss, ...]


def figure_out(judged: Sequence[Judged], bank: Bank) -> Figures:
    """Counts everything.

    Args:
        judged: The judged cases.
        bank: Tells which topics are treatments, and which only hold a conversation.
    """
    treatments = frozenset(topic.id for topic in bank.topics.values() if topic.is_treatment)
    small_talk = frozenset(topic.id for topic in bank.topics.values() if topic.group == SPOKEN_BY_ITSELF)
    questions = [one for one in judged if _is_question(one)]
    strange = [one for one in judged if one.case.main and not _is_question(one)]
    about_treatments = [one for one in questions if all(topic_of(answer) in treatments for answer in one.case.main)]
    files = grouped(judged, lambda one: [one.case.file])
    return Figures(
        cases=share_of(one.right for one in judged),
        questions=_accuracy(questions),
        facts=share_of(one.fact_right for one in judged),
        wrongly_claimed=share_of(claims(one, small_talk) for one in strange),
        by_file={name: _file_figures(within, small_talk) for name, within in files.items()},
        by_topic=_by(grouped(questions, lambda one: [topic_of(answer) for answer in one.case.main])),
        by_facet=_by(grouped(about_treatments, lambda one: [answer.partition(".")[2] for answer in one.case.main])),
        by_tag=_by(grouped(questions, lambda one: one.case.tags)),
        outcomes=_outcomes(questions),
        strange_outcomes=_outcomes(strange),
        danger=sort_danger(judged),
        topic_reliability=reliability(topic_guesses(judged)),
        facet_reliability=reliability(facet_guesses(judged, treatments)),
        topic_confusion=topic_confusion([one for one in judged if one.case.main]),
        facet_confusion=facet_confusion(questions, treatments),
        misses=tuple(_miss(one) for one in judged if not one.right),
    )


def first_words(text: str, count: int = _FIRST_WORDS) -> str:
    """Returns the beginning of a text, on one line."""
    words = text.split()
    return " ".join(words[:count]) + (" …" if len(words) > count else "")


def _is_question(one: Judged) -> bool:
    """Whether something here answers it."""
    return bool(one.case.main) and topic_of(one.case.main[0]) != OUT_OF_SCOPE


def _accuracy(judged: Iterable[Judged]) -> Accuracy:
    cases = list(judged)
    return Accuracy(
        exact=share_of(one.answer_right for one in cases),
        topic=share_of(one.topic_right for one in cases),
    )


def _by(groups: Mapping[str, Sequence[Judged]]) -> dict[str, Accuracy]:
    return {key: _accuracy(groups[key]) for key in sorted(groups)}


def _file_figures(judged: Sequence[Judged], small_talk: frozenset[str]) -> FileFigures:
    strange = [one for one in judged if one.case.main and not _is_question(one)]
    return FileFigures(
        cases=share_of(one.right for one in judged),
        questions=_accuracy(one for one in judged if _is_question(one)),
        wrongly_claimed=share_of(claims(one, small_talk) for one in strange),
        facts=share_of(one.fact_right for one in judged),
        danger=count_danger(judged),
    )


def _outcomes(judged: Iterable[Judged]) -> dict[Outcome, int]:
    counts = Counter(outcome_of(one) for one in judged)
    return {outcome: counts[outcome] for outcome in Outcome}


def _miss(one: Judged) -> Miss:
    return Miss(
        kind=_kind(one),
        where=one.case.where,
        say=one.case.say,
        expected=tuple(tuple(sorted(ids)) for ids in one.case.expect),
        levels=tuple(sorted(one.case.levels)),
        answers=one.answers,
        offered=one.offered,
        level=one.level,
        heard=one.heard,
        reply=first_words(one.text),
    )


def _kind(one: Judged) -> str:
    if expects_help(one.case) and not one.instructed:
        return MISSED
    if is_calm(one.case) and one.level.blocks:
        return BLOCKED
    if one.answer_right is False:
        return outcome_of(one).value
    return FACT if one.fact_right is False else LEVEL
