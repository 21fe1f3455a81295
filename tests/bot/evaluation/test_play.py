from __future__ import annotations

from bot.evaluation.play import read_parse
from bot.evaluation.scoring import Heard


def test_what_was_heard_is_the_likeliest_topic_even_if_it_was_not_claimed() -> None:
    parse = {
        "intent": {"name": "nlu_fallback", "confidence": 0.1},
        "intent_ranking": [{"name": "ect", "confidence": 0.1}, {"name": "vns", "confidence": 0.05}],
        "entities": [
            {"entity": "treatment", "value": "ect"},
            {"entity": "facet", "value": "timeline", "confidence_entity": 0.7},
        ],
    }
    assert read_parse(parse) == Heard("ect", 0.1, "timeline", 0.7)


def test_nothing_weighed_is_nothing_heard() -> None:
    assert read_parse({"intent": {"name": None}, "entities": []}) is None
