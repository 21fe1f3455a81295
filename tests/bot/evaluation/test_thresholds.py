from __future__ import annotations

import pytest
from sklearn.metrics import matthews_corrcoef

from bot.evaluation.scoring import Share
from bot.evaluation.thresholds import accuracy_in_scope, at_threshold, best_threshold, matthews

WANTED = ["a", "a", "b", "b", "OOS", "OOS"]
PREDICTED = ["a", "a", "b", "a", "a", "b"]
SURE = [0.9, 0.8, 0.7, 0.4, 0.3, 0.6]


@pytest.mark.parametrize(
    ("wanted", "predicted"),
    [
        (["a", "b", "c"], ["a", "b", "c"]),
        (["a", "b", "a", "b"], ["b", "a", "b", "a"]),
        (["a", "b", "c", "a", "c"], ["a", "c", "c", "b", "d"]),
        (WANTED, PREDICTED),
        (["a", "b"], ["a", "a"]),
        (["a", "a"], ["a", "a"]),
    ],
)
def test_the_coefficient_is_that_of_scikit_learn(wanted: list[str], predicted: list[str]) -> None:
    assert matthews(wanted, predicted) == pytest.approx(matthews_corrcoef(wanted, predicted))


def test_nothing_to_score_is_not_an_error() -> None:
    assert matthews([], []) == 0.0
    assert accuracy_in_scope([], []) == Share(0, 0)
    assert best_threshold([], [], []).mcc == 0.0


def test_accuracy_leaves_out_of_scope_messages_aside() -> None:
    assert accuracy_in_scope(WANTED, PREDICTED) == Share(3, 4)


def test_what_is_below_the_threshold_counts_as_out_of_scope() -> None:
    scores = at_threshold(WANTED, PREDICTED, SURE, 0.65)
    assert scores.accuracy == Share(3, 4)
    assert scores.recall == Share(2, 2)
    assert scores.mcc == pytest.approx(matthews_corrcoef(WANTED, ["a", "a", "b", "OOS", "OOS", "OOS"]))


def test_a_prediction_of_out_of_scope_counts_however_sure_it_is() -> None:
    assert at_threshold(["OOS"], ["OOS"], [0.99], 0.5).recall == Share(1, 1)
    assert at_threshold(["OOS"], ["OOS"], [0.01], 0.0).recall == Share(1, 1)


def test_the_best_threshold_is_no_worse_than_any_other() -> None:
    best = best_threshold(WANTED, PREDICTED, SURE)
    assert best.threshold == 0.7
    assert best.mcc == max(at_threshold(WANTED, PREDICTED, SURE, cut / 100).mcc for cut in range(100))


def test_without_messages_out_of_scope_nothing_is_declined() -> None:
    scores = best_threshold(["a", "b"], ["a", "a"], [0.1, 0.2])
    assert scores.threshold == 0.0
    assert scores.recall is None
    assert scores.accuracy == Share(1, 2)


def test_predictions_and_labels_must_pair_up() -> None:
    with pytest.raises(ValueError, match="shorter|longer"):
        accuracy_in_scope(["a", "b"], ["a"])
