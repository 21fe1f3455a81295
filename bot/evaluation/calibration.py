"""Whether a classifier is as often right as it says it will be.

Reliability curve and expected calibration error over bins of equal width (Naeini, Cooper and Hauskrecht 2015,
"Obtaining well calibrated probabilities using Bayesian binning", doi:10.1609/aaai.v29i1.9602).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from bot.evaluation.scoring import Judged, topic_of
from bot.evaluation.shares import Share, share_of

BINS = 10


@dataclass(frozen=True)
class Bin:
    """The messages whose confidence lies between two bounds.

    Attributes:
        low: The lower bound, within the bin.
        high: The upper bound, outside of it but for the last bin.
        confidence: Mean confidence, 0 to 1; the middle of the bin if it is empty.
        right: How many the classifier was right about.
    """

    low: float
    high: float
    confidence: float
    right: Share


@dataclass(frozen=True)
class Reliability:
    """A reliability curve.

    Attributes:
        bins: From the least to the most sure.
        error: Expected calibration error, 0 to 1: the mean distance of confidence and accuracy.
        confidence: Mean confidence over all, 0 to 1.
        right: How many the classifier was right about, over all.
    """

    bins: tuple[Bin, ...]
    error: float
    confidence: float
    right: Share


def reliability(guesses: Iterable[tuple[float, bool]], *, bins: int = BINS) -> Reliability:
    """Returns the curve.

    Args:
        guesses: Confidence, 0 to 1, and whether it was right.
        bins: How many bins.
    """
    pairs = list(guesses)
    sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, right in pairs:
        sorted_in[min(int(confidence * bins), bins - 1)].append((confidence, right))
    made = tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            confidence=_mean([confidence for confidence, _ in within], (number + 0.5) / bins),
            right=share_of(right for _, right in within),
        )
        for number, within in enumerate(sorted_in)
    )
    distances = [one.right.of * abs(one.confidence - one.right.percent / 100) for one in made]
    return Reliability(
        bins=made,
        error=sum(distances) / len(pairs) if pairs else 0.0,
        confidence=_mean([confidence for confidence, _ in pairs], 0.0),
        right=share_of(right for _, right in pairs),
    )


def topic_guesses(judged: Iterable[Judged]) -> list[tuple[float, bool]]:
    """Returns how sure the classifier was of its likeliest topic, and whether it is an expected one.

    Only messages that stand alone and ask one thing: the classifier sees no others.
    """
    return [
        (one.heard.sure, one.heard.topic in {topic_of(answer) for answer in one.case.expect[0]})
        for one in judged
        if one.heard is not None and _asks_one_thing(one)
    ]


def facet_guesses(judged: Iterable[Judged], treatments: frozenset[str]) -> list[tuple[float, bool]]:
    """Returns the same of the likeliest facet, for questions about treatments."""
    return [
        (one.heard.sure_of_facet, one.heard.facet in {answer.partition(".")[2] for answer in one.case.expect[0]})
        for one in judged
        if one.heard is not None
        and one.heard.facet
        and _asks_one_thing(one)
        and all(topic_of(answer) in treatments for answer in one.case.expect[0])
    ]


def _asks_one_thing(one: Judged) -> bool:
    return len(one.case.say) == 1 and len(one.case.expect) == 1


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
