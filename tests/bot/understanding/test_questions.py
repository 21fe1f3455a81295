from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from bot.bank import Facet
from bot.understanding.questions import Question, Reading, find_questions

FACETS = {
    "hurt": Facet.SIDE_EFFECTS,
    "side effects": Facet.SIDE_EFFECTS,
    "cover": Facet.COVERAGE,
    "cost": Facet.COVERAGE,
    "how long": Facet.TIMELINE,
    "work": Facet.EFFECTIVENESS,
}
TOPICS = {"ect": True, "tms": True, "where are you": False, "lithium": True, "vomiting": False, "hello": False}
NAMES = {"tms": "rtms", "where are you": "locations", "vomiting": "adverse_reaction", "hello": "greet"}


def read(texts: Sequence[str]) -> list[Reading]:
    """A reader that knows a few words."""
    return [_read(text.lower()) for text in texts]


def _read(text: str) -> Reading:
    names = [name for name in TOPICS if re.search(rf"\b{name}", text)]
    facet = next((facet for word, facet in FACETS.items() if word in text), Facet.OVERVIEW)
    if "vomiting" in names:
        names = ["vomiting"]
    treatment = TOPICS[names[0]] if names else False
    return Reading(
        text=text,
        topic=NAMES.get(names[0], names[0]) if names else "out_of_scope",
        facets={Facet.OVERVIEW: 0.2, facet: 0.9 if facet is not Facet.OVERVIEW else 0.2},
        sure=0.9 if names else 0.1,
        stranger=0.0 if names else 0.9,
        about=NAMES.get(names[0], names[0]) if treatment else None,
        treatment=treatment,
        small_talk="hello" in names,
    )


def ids(text: str) -> list[str]:
    return [f"{question.topic}.{question.facet.value}" for question in find_questions(text, read)[1]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("does ect hurt", ["ect.side_effects"]),
        ("does ect hurt and where are you", ["ect.side_effects", "locations.overview"]),
        ("does ect hurt? does tms work?", ["ect.side_effects", "rtms.effectiveness"]),
        ("does ect hurt and is it covered", ["ect.side_effects", "ect.coverage"]),
        ("does ect hurt, how long, what does it cost", ["ect.side_effects", "ect.timeline", "ect.coverage"]),
        ("tms side effects\ntms cost", ["rtms.side_effects", "rtms.coverage"]),
        ("hello! does tms work?", ["rtms.effectiveness"]),
        ("hello and where are you", ["locations.overview"]),
        ("I'm not asking what tms costs, does it work?", ["rtms.effectiveness"]),
        ("not tms, i meant ect, how long does it take", ["ect.timeline"]),
        ("my sister lives in Ohio and she wonders, does ect hurt", ["ect.side_effects"]),
        ("does ect hurt? does ect hurt a lot?", ["ect.side_effects"]),
        ("mom takes lithium, and is vomiting since morning", ["adverse_reaction.overview"]),
        ("the weather is nice, and so are you", []),
        ("", []),
    ],
)
def test_the_questions_of_a_message_are_found_in_order(text: str, found: list[str]) -> None:
    assert ids(text) == found


def test_a_long_tale_is_read_whole() -> None:
    text = "does ect hurt, " * 9
    assert ids(text) == ["ect.side_effects"]


@pytest.mark.parametrize(
    ("sure", "stranger", "named", "claimed"),
    [(0.06, 0.0, True, True), (0.06, 0.0, False, False), (0.3, 0.1, False, True), (0.3, 0.25, False, False)],
)
def test_a_topic_is_claimed_only_when_likely_enough(sure: float, stranger: float, named: bool, claimed: bool) -> None:
    reading = Reading("ect?", "ect", {Facet.OVERVIEW: 0.5}, sure, stranger, "ect" if named else None, True)
    assert reading.claimed is claimed
    assert reading.question == Question("ect", Facet.OVERVIEW)


def test_confidence_is_calibrated_and_keeps_the_order() -> None:
    confidence = [
        Reading("ect?", "ect", {Facet.OVERVIEW: 0.5}, sure, 0.0, about="ect", treatment=True).confidence
        for sure in (0.0, 0.02, 0.3, 0.5, 0.9, 1.0)
    ]
    assert confidence == sorted(confidence)
    assert 0.0 < confidence[0] < 0.2
    assert 0.85 < confidence[2] < 0.95
    assert 0.99 < confidence[-1] < 1.0
