from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.learning.linear import Floats, ModelFileError
from bot.safety import Level
from bot.safety.lexicon import SafetyDataError
from bot.safety.statistical import StatisticalLayer, pieces, read_examples
from bot.settings import PROJECT

# A small world: the layer must learn it from words alone.
EXAMPLES = [
    *((f"the lake is calm and i said farewell {n}", Level.CRISIS) for n in "abcdefgh"),
    *((f"she drank the bottle and lies there {n}", Level.EMERGENCY) for n in "abcdefgh"),
    *((f"my brother worries me a lot {n}", Level.SUPPORT) for n in "abcdefgh"),
    *((f"what does the clinic cost on mondays {n}", Level.NONE) for n in "abcdefgh"),
]
SETTINGS = {"thresholds": {Level.SUPPORT: 0.5, Level.CRISIS: 0.5, Level.EMERGENCY: 0.5}, "piece_threshold": 0.5}


def no_vectors(texts: object) -> Floats:
    return np.zeros((len(list(texts)), 2), dtype=np.float32)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def layer() -> StatisticalLayer:
    return StatisticalLayer.train(EXAMPLES, encode=no_vectors, **SETTINGS)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("i said farewell to the calm lake", Level.CRISIS),
        ("she drank it and lies there", Level.EMERGENCY),
        ("my brother worries me", Level.SUPPORT),
        ("what does it cost on mondays", Level.NONE),
        ("", Level.NONE),
    ],
)
def test_it_gives_the_level_of_like_examples(layer: StatisticalLayer, text: str, level: Level) -> None:
    verdict = layer(text)
    assert verdict.level is level
    assert verdict.category == ("statistical" if level else "")


def test_probabilities_fall_from_level_to_level(layer: StatisticalLayer) -> None:
    likely = layer.probabilities(["she drank the bottle and lies there"])
    assert likely[Level.SUPPORT][0] > 0.5
    assert likely[Level.EMERGENCY][0] > layer.probabilities(["the lake is calm"])[Level.EMERGENCY][0]


def test_a_clause_of_danger_in_a_long_message_brings_support(layer: StatisticalLayer) -> None:
    ordinary = "what does the clinic cost on mondays and what does it cost later " * 6
    danger = "the lake is calm and i said farewell and farewell to the calm lake"
    assert layer(ordinary).level is Level.NONE
    assert layer(f"{ordinary} {danger} {ordinary}").level is Level.SUPPORT


def test_a_saved_layer_says_the_same(layer: StatisticalLayer, tmp_path: Path) -> None:
    layer.save(tmp_path)
    loaded = StatisticalLayer.load(tmp_path, encode=no_vectors, **SETTINGS)
    texts = [text for text, _ in EXAMPLES]
    for level, values in layer.probabilities(texts).items():
        np.testing.assert_allclose(loaded.probabilities(texts)[level], values, rtol=1e-4)


@pytest.mark.parametrize("name", ["classifier.npz", "classifier.json", "calibration.json"])
def test_a_damaged_layer_says_what_to_do(layer: StatisticalLayer, tmp_path: Path, name: str) -> None:
    layer.save(tmp_path)
    (tmp_path / name).write_text("{", encoding="utf-8")
    with pytest.raises(ModelFileError, match="train again"):
        StatisticalLayer.load(tmp_path, encode=no_vectors, **SETTINGS)


def test_short_messages_are_whole_and_long_ones_also_read_in_pieces() -> None:
    assert pieces("a short message") == []
    words = [f"w{n}" for n in range(60)]
    found = pieces(" ".join(words))
    assert set(" ".join(found).split()) == set(words)
    assert all(len(piece.split()) <= 24 for piece in found)


def test_the_examples_are_of_every_level_and_none_is_twice() -> None:
    examples = read_examples(PROJECT / "data" / "safety" / "examples")
    levels = [level for _, level in examples]
    assert levels.count(Level.NONE) >= 1500
    assert sum(level.blocks for level in levels) >= 500
    assert levels.count(Level.SUPPORT) >= 300


@pytest.mark.parametrize(
    "content", ["{", "- {say: x}", "- {say: x, level: grave}", "just text", "- {say: x, level: none}"]
)
def test_an_unusable_example_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.yml").write_text(content, encoding="utf-8")
    with pytest.raises(SafetyDataError, match=r"expected a list|every level"):
        read_examples(tmp_path)
