"""Takes a message apart into the questions it asks: most ask one, many ask two.

A message is cut where one question may end and the next begin; each way of cutting is tried, each part read
by the classifiers, and a cut is kept when every part is a clear question of its own. A part that names nothing
("and is it covered?") goes on about the treatment of the part before it.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field
from typing import Callable, Mapping, Optional, Sequence

from bot.bank.facets import Facet


@dataclass(frozen=True)
class Reading:
    """What a text asks, as the classifiers see it.

    Attributes:
        text: The text.
        topic: The likeliest topic.
        facets: How likely each facet is, whether the topic has facets or not.
        sure: How likely the topic is.
        stranger: How likely it is that nothing here answers the text.
        about: Id of the treatment named last, if any.
        treatment: Whether the topic is a treatment, so that the facet counts.
        small_talk: Whether the topic is part of holding a conversation rather than something to know.
    """

    text: str
    topic: str
    facets: Mapping[Facet, float]
    sure: float
    stranger: float
    about: Optional[str]
    treatment: bool
    small_talk: bool = False

    @property
    def facet(self) -> Facet:
        """The likeliest facet."""
        return max(self.facets, key=lambda facet: self.facets[facet])

    @property
    def sure_of_facet(self) -> float:
        """How likely the likeliest facet is."""
        return self.facets[self.facet]

    @property
    def question(self) -> Question:
        """What it asks."""
        return self.of(self.topic) if self.treatment else Question(self.topic, Facet.OVERVIEW, self.text)

    def of(self, topic: str) -> Question:
        """What it asks when it is about another treatment, named before it."""
        return Question(topic, self.facet, self.text, self.facets)

    @property
    def confidence(self) -> float:
        """How often a topic read so is the right one: `sure`, calibrated.

        Method: Platt, "Probabilistic outputs for support vector machines" (1999). Each topic is weighed against all
        others together, which makes it too modest; slope and offset were fitted to questions and requests written
        apart from the training data.
        """
        slope, offset = _CALIBRATION
        return 1.0 / (1.0 + math.exp(-(slope * math.log(max(_odds(self.sure), 1e-6)) + offset)))

    @property
    def named(self) -> bool:
        """Whether a treatment is named."""
        return self.about is not None

    @property
    def claimed(self) -> bool:
        """Whether the topic may be taken as understood.

        A text that names a treatment is about the subject, so less is asked of it. The bounds were chosen on
        questions and everyday requests written apart from the training data.
        """
        enough = _ENOUGH_NAMED if self.named else _ENOUGH
        return self.sure >= enough and _odds(self.sure) >= _RATHER_THAN_STRANGER * _odds(self.stranger)


@dataclass(frozen=True)
class Question:
    """One thing asked.

    Attributes:
        topic: Id of the topic.
        facet: The likeliest facet.
        text: The words that ask it.
        facets: How likely each facet is; empty where the topic has none.
    """

    topic: str
    facet: Facet
    text: str = field(default="", compare=False)
    facets: Mapping[Facet, float] = field(default_factory=dict, compare=False)


Read = Callable[[Sequence[str]], Sequence[Reading]]

_CALIBRATION = 0.62, 2.35
_ENOUGH_NAMED, _ENOUGH, _RATHER_THAN_STRANGER = 0.05, 0.2, 3.0
_CLEAR_PART, _CLEAR_FACET, _SURELY_ITS_OWN = 0.3, 0.2, 0.8
_MOST_CLAUSES, _MOST_QUESTIONS = 5, 3
_STRANGER = 0.9
_ALONE = ("compare", "medical_advice", "adverse_reaction")
"""Topics that take a message whole: what surrounds them is their context."""
_ABOUT_US = ("bot_identity", "privacy")
"""Small talk that asks something all the same."""
_SHORT = 4
"""Words: a part as short as this that names nothing goes on about what was named before."""

_BOUNDARY = re.compile(
    r"\s*(?:[?.!;\n]+|,?\s(?:and|also|plus|then|but|n|&|\+)\s(?:also\s|then\s|plus\s)?|,|\s?[-–—]{1,2}\s)\s*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:what|whats|wat|how|hows|why|when|whens|where|wheres|who|which|is|are|r|does|do|dose|did|can|could|will|would|"
    r"should|any|tell|explain|info|whether|know|wonder|wondering|curious|list|need|many|much|long|u|ur)\b|\?",
    re.IGNORECASE,
)
_REFERS_BACK = re.compile(r"\b(?:it|its|it's|they|them|that|this|those|these)\b", re.IGNORECASE)
_TURNS_AWAY = re.compile(
    r"^\W*(?:(?:i'?m|im|i am)\s+)?(?:not|no)\b(?!.*\?)|\b(?:not|n't|dont|don't)\s+(?:really\s+)?"
    r"(?:asking|interested|talking|mean|need|want|care|looking)\b",
    re.IGNORECASE,
)


def find_questions(text: str, read: Read) -> tuple[Reading, tuple[Question, ...]]:
    """Reads a message.

    Args:
        text: The message.
        read: Reads texts with the classifiers.

    Returns:
        The reading of the whole, and the questions it asks in their order; none if it is not understood.
    """
    clauses = _clauses(text)
    if not 2 <= len(clauses) <= _MOST_CLAUSES:
        (whole,) = read([text])
        return whole, (whole.question,) if whole.claimed else ()
    spans = list(itertools.combinations(range(len(clauses) + 1), 2))
    texts = [text[clauses[i][0] : clauses[j - 1][1]] for i, j in spans]
    whole, *readings = read([text, *texts])
    parts = {span: (part, reading) for span, part, reading in zip(spans, texts, readings, strict=True)}
    best: tuple[float, tuple[Question, ...]] = (0.0, (whole.question,) if whole.claimed else ())
    if (whole.claimed and whole.topic in _ALONE) or whole.stranger >= _STRANGER:
        return whole, best[1]
    for count in range(2, min(_MOST_QUESTIONS, len(clauses)) + 1):
        for cuts in itertools.combinations(range(1, len(clauses)), count - 1):
            found = _weigh([parts[span] for span in itertools.pairwise([0, *cuts, len(clauses)])])
            # About as clear, the cut that answers more is better.
            best = max(best, found, key=lambda one: (round(one[0], 1), len(one[1]) if one[0] else 0))
    return whole, best[1]


def _odds(probability: float) -> float:
    """Each topic is judged by itself, so two may both be near 1; their odds still tell which is the likelier."""
    return probability / max(1.0 - probability, 1e-6)


def _clauses(text: str) -> list[tuple[int, int]]:
    """Returns start and end of the pieces between boundaries; what asks nothing belongs to what follows it."""
    clauses: list[tuple[int, int]] = []
    start, cut = None, 0
    for boundary in [*_BOUNDARY.finditer(text), None]:
        end = len(text) if boundary is None else boundary.start()
        if text[cut:end].strip():
            start = cut if start is None else start
            mark = 1 if boundary is not None and boundary.group().lstrip().startswith("?") else 0
            if boundary is None or _stands_alone(text[cut : end + mark]):
                clauses.append((start, end + mark))
                start = None
        cut = end if boundary is None else boundary.end()
    if start is not None and clauses:
        clauses[-1] = (clauses[-1][0], len(text))
    return clauses


def _stands_alone(clause: str) -> bool:
    return bool(_ASKS.search(clause) or _TURNS_AWAY.search(clause)) or len(clause.split()) <= _SHORT


def _weigh(parts: Sequence[tuple[str, Reading]]) -> tuple[float, tuple[Question, ...]]:
    """Returns how clear the least clear part is, 0 if the parts are not questions of their own, and the questions."""
    clearness: list[float] = []
    found: list[Question] = []
    before: Optional[str] = None
    for part, reading in parts:
        if _TURNS_AWAY.search(part):
            # "I'm not asking what TMS costs" stays with TMS; "not TMS" does not.
            if reading.claimed and reading.named and len(part.split()) > _SHORT:
                before = reading.about
            continue
        if reading.small_talk and reading.claimed and reading.topic not in _ABOUT_US:  # "hi", "thanks so much"
            continue
        if before is not None and _goes_on(part, reading):
            found.append(reading.of(before))
            clearness.append(reading.sure_of_facet)
            continue
        if not reading.claimed or (reading.sure < _CLEAR_PART and not (reading.named and reading.treatment)):
            return 0.0, ()
        found.append(reading.question)
        clearness.append(max(reading.sure, _CLEAR_PART))
        before = reading.topic if reading.treatment else reading.about or before
    if len(set(found)) != len(found) or not found or _repeats(found, [part for part, _ in parts]):
        return 0.0, ()
    return min(clearness), tuple(found)


def _goes_on(part: str, reading: Reading) -> bool:
    """Whether a part asks about the treatment named before it."""
    if reading.named or reading.sure_of_facet < _CLEAR_FACET:
        return False
    if reading.claimed and reading.sure >= _SURELY_ITS_OWN and (reading.treatment or not _about_money(reading)):
        return False
    short = len(part.split()) <= _SHORT
    return bool(_REFERS_BACK.search(part)) or short or not reading.claimed or reading.sure < _CLEAR_PART


def _about_money(reading: Reading) -> bool:
    return reading.facet is Facet.COVERAGE


def _repeats(found: Sequence[Question], parts: Sequence[str]) -> bool:
    """Whether one part only leads up to another about the same thing ("does tms hurt? what are the side effects")."""
    topics = [question.topic for question in found]
    return any(
        question.facet is Facet.OVERVIEW and topics.count(question.topic) > 1 and not _ASKS.search(part)
        for question, part in zip(found, parts, strict=False)
    )
