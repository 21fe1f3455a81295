"""The second layer of the screen: what no list of phrases holds.

Sentence vectors and word and character features into a linear classifier, trained on data/safety/examples and
on the ordinary questions of data/nlu. Its scores are calibrated by Platt's method (Platt 1999, "Probabilistic
outputs for support vector machines") on held-out fifths of the examples. It can only raise the level that the
lexicon gives, never lower it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Sequence

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.learning.linear import Floats, LinearTextClassifier, ModelFileError
from bot.safety.lexicon import SafetyDataError
from bot.safety.verdict import SAFE, Level, Verdict

CATEGORY = "statistical"
"""Of a verdict that this layer gives."""

Encode = Callable[[Sequence[str]], Floats]
"""Texts -> their sentence vectors, shape (texts, dimensions)."""

_FOLDS = 5
_WINDOW, _STRIDE = 24, 12
"""Words: a longer message is also read piece by piece, so that one clause of danger does not drown in the rest."""
_MAX_WINDOWS = 200
_WORD = re.compile(r"\S+")


def read_examples(folder: Path) -> list[tuple[str, Level]]:
    """Reads the examples of data/safety/examples: lists of `{say, level}`.

    Raises:
        SafetyDataError: If a file is not usable.
    """
    examples: dict[str, Level] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            entries = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            for entry in entries:
                examples[str(entry["say"])] = Level.parse(entry["level"])
        except (OSError, yaml.YAMLError, TypeError, KeyError, ValueError) as error:
            raise SafetyDataError(f"{path}: expected a list of {{say, level}} ({error!r})") from None
    if set(examples.values()) != set(Level):
        raise SafetyDataError(f"{folder}: examples of every level are needed")
    return list(examples.items())


def pieces(text: str) -> list[str]:
    """Returns overlapping pieces of a long message; none of a short one."""
    words = list(_WORD.finditer(text))
    if len(words) <= _WINDOW:
        return []
    starts = range(0, len(words) - _STRIDE, _STRIDE)
    return [text[words[i].start() : words[min(i + _WINDOW, len(words)) - 1].end()] for i in starts][:_MAX_WINDOWS]


class StatisticalLayer:
    """Raises the level of messages that read like those of people in danger.

    Args:
        classifier: Tells the levels apart, by their labels.
        calibration: Level -> (slope, offset) of the sigmoid that makes a score a probability.
        encode: Makes the sentence vectors.
        thresholds: Level -> probability from which on it is given.
        piece_threshold: Probability from which on a piece of a long message makes it SUPPORT: among many pieces
            one may look grave by chance, so they never block the answer.
    """

    def __init__(
        self,
        classifier: LinearTextClassifier,
        calibration: Mapping[Level, tuple[float, float]],
        *,
        encode: Encode,
        thresholds: Mapping[Level, float],
        piece_threshold: float,
    ) -> None:
        self._classifier, self._calibration = classifier, dict(calibration)
        self._encode, self._thresholds, self._piece_threshold = encode, dict(thresholds), piece_threshold

    def __call__(self, text: str) -> Verdict:
        """Screens one message."""
        if not text.strip():
            return SAFE
        likely = self.probabilities([text, *pieces(text)])
        for level in (Level.EMERGENCY, Level.CRISIS, Level.SUPPORT):
            if likely[level][0] >= self._thresholds[level]:
                return Verdict(level, CATEGORY, probability=float(likely[level][0]))
        if likely[Level.SUPPORT].max() >= self._piece_threshold:
            return Verdict(Level.SUPPORT, CATEGORY, probability=float(likely[Level.SUPPORT].max()))
        return SAFE

    def probabilities(self, texts: Sequence[str]) -> dict[Level, Floats]:
        """Returns for each level how likely each text speaks of at least that level, shape (texts,)."""
        scores = _scores(self._classifier, texts, self._encode(texts))
        return {
            level: 1.0 / (1.0 + np.exp(-(slope * scores[level] + offset)))
            for level, (slope, offset) in self._calibration.items()
        }

    @classmethod
    def train(cls, examples: Iterable[tuple[str, Level]], *, encode: Encode, **settings: Any) -> StatisticalLayer:
        """Trains the layer.

        Args:
            examples: Messages and their levels, the ordinary ones included.
            encode: Makes the sentence vectors.
            **settings: As for the layer.
        """
        texts, levels = (list(column) for column in zip(*examples, strict=True))
        vectors = encode(texts)
        labels = np.array([level.label for level in levels])
        numbers = np.array([int(level) for level in levels])
        held_out = {level: np.zeros(len(texts)) for level in Level if level}
        for learn, check in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(texts, labels):
            part = LinearTextClassifier()
            part.fit([texts[i] for i in learn], vectors[learn], list(labels[learn]))
            scores = _scores(part, [texts[i] for i in check], vectors[check])
            for level in held_out:
                held_out[level][check] = scores[level]
        calibration = {}
        for level, seen in held_out.items():
            curve = LogisticRegression(C=1e6).fit(seen[:, np.newaxis], numbers >= int(level))
            calibration[level] = (float(curve.coef_[0, 0]), float(curve.intercept_[0]))
        classifier = LinearTextClassifier()
        classifier.fit(texts, vectors, list(labels))
        return cls(classifier, calibration, encode=encode, **settings)

    def save(self, folder: Path) -> None:
        """Writes the layer as plain arrays and JSON."""
        self._classifier.save(folder)
        state = {level.label: values for level, values in self._calibration.items()}
        (folder / "calibration.json").write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, encode: Encode, **settings: Any) -> StatisticalLayer:
        """Reads a saved layer.

        Raises:
            ModelFileError: If a file is missing or damaged.
        """
        classifier = LinearTextClassifier.load(folder)
        try:
            state = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
            calibration = {Level.parse(name): (float(slope), float(offset)) for name, (slope, offset) in state.items()}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ModelFileError(f"{folder / 'calibration.json'} can't be read ({error}): train again") from error
        return cls(classifier, calibration, encode=encode, **settings)


def _scores(classifier: LinearTextClassifier, texts: Sequence[str], vectors: Floats) -> dict[Level, Floats]:
    """Returns for each level a score of being at least that level: the log-odds of the levels from it on."""
    likely = np.clip(classifier.predict(texts, vectors), 1e-6, 1 - 1e-6)
    columns = {Level.parse(label): likely[:, number] for number, label in enumerate(classifier.labels)}
    scores = {}
    for level in (Level.SUPPORT, Level.CRISIS, Level.EMERGENCY):
        at_least = sum(column for other, column in columns.items() if other >= level)
        below = sum(column for other, column in columns.items() if other < level)
        scores[level] = np.log(at_least) - np.log(below)
    return scores
