from __future__ import annotations

import pytest

from bot.settings import PROJECT
from bot.understanding.terms import TermMatcher, masked, read_names


@pytest.fixture(scope="module")
def matcher() -> TermMatcher:
    names, exact = read_names(PROJECT / "data" / "bank")
    return TermMatcher(names=names, exact=exact)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("does TMS hurt", ["rtms"]),
        ("is SPRAVATO covered", ["esketamine"]),
        ("spravatto side effects", ["esketamine"]),
        ("kettamine infusions", ["ketamine"]),
        ("abilify or lithium?", ["antipsychotic_augmentation", "lithium"]),
        ("electroconvulsive therapy", ["ect"]),
        ("is ACT any good", ["act"]),
        ("please act fast", []),
        ("what will the weather be", []),
        ("", []),
    ],
)
def test_names_are_found(matcher: TermMatcher, text: str, topics: list[str]) -> None:
    assert [term.topic for term in matcher.find(text)] == topics


def test_the_longest_name_wins(matcher: TermMatcher) -> None:
    terms = matcher.find("esketamine nasal spray")
    assert [(term.topic, term.start, term.end) for term in terms] == [("esketamine", 0, 22)]


def test_masking_leaves_the_question(matcher: TermMatcher) -> None:
    text = "does spravato hurt more than ECT"
    assert masked(text, matcher.find(text)) == "does treatment hurt more than treatment"
