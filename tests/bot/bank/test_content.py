"""The real bank: complete, cited, and in the words it should use."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
import textstat
import yaml

from bot.bank import Bank, Facet
from bot.settings import PROJECT

# What the provider's guide says by itself, and must therefore be answered.
SEED = yaml.safe_load((PROJECT / "tests" / "bot" / "bank" / "seed_facets.yml").read_text(encoding="utf-8"))
MAX_GRADE = 11.0
MEAN_GRADE = 8.0
FORBIDDEN = {
    "committed suicide": "say died by suicide",
    "commit suicide": "say die by suicide",
    "the mentally ill": "people with ...",
    "addict ": "person with an addiction",
    "guaranteed": "nothing is",
    "you should take": "no advice to an individual",
    "you must take": "no advice to an individual",
    "we guarantee": "nothing is",
    "is always covered": "coverage is never promised",
    "will be covered": "coverage is never promised",
}


def spoken(bank: Bank) -> list[tuple[str, str]]:
    return [
        (f"{answer.id} {field}", bank.profile.fill(getattr(answer, field)))
        for answer in bank.answers.values()
        for field in ("text", "sms", "detail")
        if getattr(answer, field)
    ]


def test_every_seed_facet_has_an_answer(bank: Bank) -> None:
    missing = [
        f"{topic}.{facet}" for topic, facets in SEED.items() for facet in facets if not bank.find(topic, Facet(facet))
    ]
    assert missing == []


def test_every_topic_has_an_overview(bank: Bank) -> None:
    assert [topic for topic in bank.topics if bank.find(topic) is None] == []


def test_no_source_is_left_over(bank: Bank) -> None:
    cited = {source for answer in bank.answers.values() for source in answer.sources}
    assert set(bank.sources) - cited == set()


def test_an_alias_names_one_topic_only(bank: Bank) -> None:
    topics = defaultdict(set)
    for topic in bank.topics.values():
        for name in topic.aliases:
            topics[name.lower()].add(topic.id)
    assert {name: ids for name, ids in topics.items() if len(ids) > 1} == {}


def test_no_two_answers_have_the_same_words(bank: Bank) -> None:
    texts = [answer.text for answer in bank.answers.values()]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(("words", "why"), FORBIDDEN.items())
def test_words_that_hurt_or_promise_are_absent(bank: Bank, words: str, why: str) -> None:
    assert [name for name, text in spoken(bank) if words in text.lower()] == [], why


def test_the_provider_is_named_by_placeholders_only(bank: Bank) -> None:
    own = (bank.profile.provider, bank.profile.phone)
    raw = [(a.id, f"{a.text} {a.sms} {a.detail}") for a in bank.answers.values()]
    assert [name for name, text in raw if any(value in text for value in own)] == []


def test_answers_read_easily(bank: Bank) -> None:
    grades = {}
    for answer in bank.answers.values():
        topic = bank.topics[answer.topic]
        text = answer.text
        # Names of treatments and drugs are what the reader asked about: they do not count.
        for name in sorted((topic.name, *topic.aliases), key=len, reverse=True):
            text = re.sub(rf"\b{re.escape(name)}\b", "it", text, flags=re.IGNORECASE)
        text = re.sub(r"\{\w+\}", "us", text).replace("\n- ", ". ")
        grades[answer.id] = textstat.flesch_kincaid_grade(text)
    assert {name: grade for name, grade in grades.items() if grade > MAX_GRADE} == {}
    assert sum(grades.values()) / len(grades) <= MEAN_GRADE


def test_coverage_answers_send_people_to_check(bank: Bank) -> None:
    coverage = [answer for answer in bank.answers.values() if answer.facet is Facet.COVERAGE]
    assert [a.id for a in coverage if not re.search(r"plan|benefit|\{phone\}|insur", a.text)] == []


def test_the_facts_that_matter_most_for_safety(bank: Bank) -> None:
    def said(topic: str, facet: Facet = Facet.OVERVIEW) -> str:
        answer = bank.find(topic, facet)
        assert answer is not None
        return f"{answer.text} {answer.detail}".lower()

    assert "off-label" in said("ketamine", Facet.STATUS) or "not approved" in said("ketamine", Facet.STATUS)
    assert "not been shown" in said("esketamine", Facet.STATUS) or "not shown" in said("esketamine", Facet.STATUS)
    assert "not" in said("psilocybin", Facet.STATUS)
    assert "911" in said("adverse_reaction")
    assert "1-800-222-1222" in said("adverse_reaction")
    assert "on your own" in said("medical_advice")
    assert "food" in said("maoi", Facet.SIDE_EFFECTS)
