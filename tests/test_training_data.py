"""The training examples: enough of them, none twice, and no contradictions."""

from __future__ import annotations

import re
from collections import Counter
from typing import Iterator, NamedTuple

import numpy as np
import pytest
import yaml
from rapidfuzz import fuzz, process

from bot.bank import Bank
from bot.bank.bank import TREATMENT_GROUPS
from bot.settings import PROJECT

NEAR = 97
"""Of 100: one letter in thirty."""
ROWS = 2_000
MIN_FOR_MOST, MIN_FOR_REST, MIN_OUT_OF_SCOPE = 40, 25, 500


class Example(NamedTuple):
    text: str
    intent: str
    facet: str


def plain(text: str) -> str:
    return " ".join(re.sub(r"[!-/:-@\[-`{-~]", "", text.lower()).split())


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return list(_examples())


def _examples() -> Iterator[Example]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["nlu"]:
            facet = (block.get("metadata") or {}).get("facet", "")
            for line in block.get("examples", "").splitlines():
                if line.strip():
                    yield Example(line.strip().removeprefix("- ").strip(), block["intent"], facet)


def test_every_topic_has_enough_examples(examples: list[Example], bank: Bank) -> None:
    counts = Counter(example.intent for example in examples)
    most = {
        topic.id for topic in bank.topics.values() if topic.group in (*TREATMENT_GROUPS, "faq", "insurance", "provider")
    }
    wanted = {topic: MIN_FOR_MOST if topic in most else MIN_FOR_REST for topic in bank.topics}
    assert {topic: counts[topic] for topic, least in wanted.items() if counts[topic] < least} == {}
    assert counts["out_of_scope"] >= MIN_OUT_OF_SCOPE


def test_no_example_stands_twice(examples: list[Example]) -> None:
    counts = Counter(plain(example.text) or example.text for example in examples)
    assert [text for text, count in counts.items() if count > 1] == []


def test_what_is_almost_the_same_has_the_same_label(examples: list[Example]) -> None:
    texts = [plain(example.text) for example in examples]
    contradictions = []
    for start in range(0, len(texts), ROWS):
        scores = process.cdist(
            texts[start : start + ROWS], texts, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=np.uint8, workers=-1
        )
        for row, column in zip(*np.nonzero(scores), strict=True):
            one, other = examples[start + row], examples[column]
            if start + row < column and one[1:] != other[1:]:
                contradictions.append((one, other))
    assert contradictions == []
