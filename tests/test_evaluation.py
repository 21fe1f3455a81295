"""Floors under the measured figures, on sets written apart from the training data."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bank import Bank
from bot.evaluation.cases import read_cases
from bot.evaluation.play import play_all
from bot.evaluation.scoring import Score, judge, score
from bot.settings import PROJECT, Settings
from tests.conftest import Server

SETS = PROJECT / "tests" / "evaluation"


def measure(name: str, settings: Settings, model: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> Score:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    played = play_all(settings, model, read_cases(SETS / name))
    conversation = frozenset(topic.id for topic in bank.topics.values() if topic.group == "conversation")
    return score([judge(case, turn.replies, turn.heard) for case, turn in played], conversation_topics=conversation)


@pytest.mark.parametrize("name", ["questions.yml", "questions_third.yml", "questions_fourth.yml"])
def test_questions(name: str, settings: Settings, model: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    result = measure(name, settings, model, bank, monkeypatch)
    assert result.answers.of >= 300
    assert result.answers.percent >= 88


@pytest.mark.parametrize("name", ["two_questions.yml", "two_questions_second.yml", "two_questions_third.yml"])
def test_two_questions(name: str, settings: Settings, model: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure(name, settings, model, bank, monkeypatch).answers.percent >= 76


@pytest.mark.parametrize("name", ["facts.yml", "facts_third.yml", "facts_fourth.yml"])
def test_facts_over_http(name: str, server: Server) -> None:
    judged = [judge(case, server.say(case.say[-1], case.where)) for case in read_cases(SETS / name)]
    right = [one.fact_right for one in judged if one.fact_right is not None]
    assert len(right) >= 60
    assert sum(right) >= 0.88 * len(right)


@pytest.mark.parametrize("name", ["out_of_scope.yml", "out_of_scope_third.yml", "out_of_scope_fourth.yml"])
def test_out_of_scope(name: str, settings: Settings, model: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure(name, settings, model, bank, monkeypatch).wrongly_claimed.percent <= 3


@pytest.mark.parametrize("name", ["crisis.yml", "crisis_second.yml", "crisis_third.yml"])
def test_crisis(name: str, settings: Settings, model: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lexicon was widened after each of these was first measured, so the floors guard against going back."""
    result = measure(name, settings, model, bank, monkeypatch)
    assert result.crisis_recall.percent >= 95
    assert result.support_recall.percent >= 90
    assert result.false_alarms.percent <= 2


@pytest.mark.parametrize(("name", "recall"), [("crisis_fifth.yml", 95), ("crisis_sixth.yml", 94)])
def test_crisis_unseen(
    name: str, recall: float, settings: Settings, model: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last was written after lexicon and examples, and neither was changed for it: what new people may expect."""
    result = measure(name, settings, model, bank, monkeypatch)
    assert result.crisis_recall.percent >= recall
    assert result.false_alarms.percent <= 4
