"""Scores a classifier that may decline: what it says below a threshold of confidence counts as out of scope.

The figure is Matthews' correlation coefficient over several classes (Gorodkin 2004,
doi:10.1016/j.compbiolchem.2004.09.006), out of scope being one of them: it can't be had by always declining nor by
never doing so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

import numpy as np
import numpy.typing as npt

from bot.evaluation.labelled import STRANGER
from bot.evaluation.shares import Share

_Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AtThreshold:
    """The scores at one threshold.

    Attributes:
        threshold: Predictions less confident than this count as out of scope; 0 when nothing is declined.
        mcc: Matthews' correlation coefficient, -1 to 1; 0 is chance.
        accuracy: Messages in scope with the right label.
        recall: Messages out of scope that were declined; None if there are none.
    """

    threshold: float
    mcc: float
    accuracy: Share
    recall: Optional[Share]


def matthews(wanted: Sequence[str], predicted: Sequence[str]) -> float:
    """Returns Matthews' correlation coefficient over several classes; 0 where either side has one class only."""
    if not wanted:
        return 0.0
    names, codes = np.unique([*wanted, *predicted], return_inverse=True)
    return _matthews(codes[: len(wanted)], codes[len(wanted) :], len(names))


def accuracy_in_scope(wanted: Sequence[str], predicted: Sequence[str]) -> Share:
    """Returns how many messages in scope got their label."""
    hits = [label == guess for label, guess in zip(wanted, predicted, strict=True) if label != STRANGER]
    return Share(sum(hits), len(hits))


def at_threshold(
    wanted: Sequence[str], predicted: Sequence[str], confidences: Sequence[float], threshold: float
) -> AtThreshold:
    """Scores predictions of which those below the threshold are declined."""
    answered = [label if sure >= threshold else STRANGER for label, sure in zip(predicted, confidences, strict=True)]
    declined = [guess == STRANGER for label, guess in zip(wanted, answered, strict=True) if label == STRANGER]
    return AtThreshold(
        threshold=threshold,
        mcc=matthews(wanted, answered),
        accuracy=accuracy_in_scope(wanted, answered),
        recall=Share(sum(declined), len(declined)) if declined else None,
    )


def best_threshold(wanted: Sequence[str], predicted: Sequence[str], confidences: Sequence[float]) -> AtThreshold:
    """Returns the scores at the threshold with the highest coefficient, the lowest such threshold.

    Without messages out of scope there is nothing to decline, and the threshold is 0.

    Args:
        wanted: The right labels.
        predicted: The likeliest label of each message.
        confidences: How likely it is.
    """
    if STRANGER not in wanted:
        return at_threshold(wanted, predicted, confidences, 0.0)
    names, codes = np.unique([*wanted, *predicted], return_inverse=True)
    right, guessed = codes[: len(wanted)], codes[len(wanted) :]
    stranger = int(np.flatnonzero(names == STRANGER)[0])
    sure = np.asarray(confidences, dtype=np.float64)
    # Only at the confidences themselves does anything change.
    thresholds = [0.0, *np.unique(sure).tolist()]
    scores = [_matthews(right, np.where(sure >= cut, guessed, stranger), len(names)) for cut in thresholds]
    return at_threshold(wanted, predicted, confidences, thresholds[int(np.argmax(scores))])


def _matthews(wanted: _Integers, predicted: _Integers, classes: int) -> float:
    total = len(wanted)
    true_counts = np.bincount(wanted, minlength=classes).astype(np.float64)
    guess_counts = np.bincount(predicted, minlength=classes).astype(np.float64)
    agreed = float((wanted == predicted).sum()) * total - float(true_counts @ guess_counts)
    spread = (total**2 - float(guess_counts @ guess_counts)) * (total**2 - float(true_counts @ true_counts))
    return agreed / float(np.sqrt(spread)) if spread > 0 else 0.0
