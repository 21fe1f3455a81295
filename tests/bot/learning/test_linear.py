from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.learning.linear import LinearTextClassifier, ModelFileError

TEXTS = ["does ect hurt", "is shock therapy painful", "shock pain", "weather today", "will it rain", "rainy weather"]
LABELS = ["ect", "ect", "ect", "weather", "weather", "weather"]
VECTORS = np.eye(6, 4, dtype=np.float32)


@pytest.fixture
def classifier() -> LinearTextClassifier:
    trained = LinearTextClassifier()
    trained.fit(TEXTS, VECTORS, LABELS)
    return trained


def test_it_learns_its_examples(classifier: LinearTextClassifier) -> None:
    best = classifier.predict(TEXTS, VECTORS).argmax(axis=1)
    assert [classifier.labels[index] for index in best] == LABELS


def test_what_is_like_no_example_is_unlikely_to_be_anything() -> None:
    classifier = LinearTextClassifier()
    classifier.fit(TEXTS, VECTORS, ["a", "a", "b", "b", "c", "c"])
    known = classifier.predict(TEXTS[:1], VECTORS[:1]).max()
    assert classifier.predict(["zzz qqq"], np.zeros((1, 4), dtype=np.float32)).max() < known


def test_a_typo_is_forgiven(classifier: LinearTextClassifier) -> None:
    probabilities = classifier.predict(["shockk thherapy painfull"], np.zeros((1, 4), dtype=np.float32))
    assert classifier.labels[int(probabilities.argmax())] == "ect"


def test_what_is_saved_predicts_the_same(classifier: LinearTextClassifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    loaded = LinearTextClassifier.load(tmp_path)
    assert loaded.labels == classifier.labels
    assert loaded.predict(TEXTS, VECTORS) == pytest.approx(classifier.predict(TEXTS, VECTORS), abs=1e-6)


def test_nothing_is_pickled(classifier: LinearTextClassifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["classifier.json", "classifier.npz"]
    with np.load(tmp_path / "classifier.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_one_label_is_not_enough() -> None:
    with pytest.raises(ValueError, match="two labels"):
        LinearTextClassifier().fit(["a", "b"], VECTORS[:2], ["x", "x"])


def test_more_than_two_labels() -> None:
    classifier = LinearTextClassifier()
    labels = ["a", "a", "b", "b", "c", "c"]
    classifier.fit(TEXTS, VECTORS, labels)
    best = classifier.predict(TEXTS, VECTORS).argmax(axis=1)
    assert [classifier.labels[index] for index in best] == labels


@pytest.mark.parametrize("damage", ["missing", "garbled"])
def test_a_damaged_file_says_what_to_do(classifier: LinearTextClassifier, tmp_path: Path, damage: str) -> None:
    classifier.save(tmp_path)
    if damage == "missing":
        (tmp_path / "classifier.npz").unlink()
    else:
        (tmp_path / "classifier.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelFileError, match="train again"):
        LinearTextClassifier.load(tmp_path)
