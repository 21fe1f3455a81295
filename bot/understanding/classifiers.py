"""The graph components that say what a message asks: its topic (the intent) and its facet."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, Sequence

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.component import TrainedComponent
from bot.understanding.linear import LinearTextClassifier
from bot.understanding.terms import TERMS, masked
from bot.understanding.vectors import vector_of

FACET_ENTITY = "facet"
_RANKING_LENGTH = 5


class _Classifier(TrainedComponent):
    """What both classifiers share: training, saving and loading a linear classifier."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._classifier = LinearTextClassifier(
            regularisation=config["regularisation"], vector_weight=config["vector_weight"]
        )

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default settings (see parent class)."""
        return {"regularisation": 10.0, "vector_weight": 2.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on the examples that have a label."""
        examples = [(message, label) for message, label in self._labelled(training_data) if label]
        messages = [message for message, _ in examples]
        self._classifier.fit(
            [self._view(message) for message in messages],
            np.stack([vector_of(message) for message in messages]),
            [label for _, label in examples],
        )
        return self.save()

    def write(self, folder: Path) -> None:
        """Writes the classifier."""
        self._classifier.save(folder)

    def read(self, folder: Path) -> None:
        """Reads the classifier."""
        self._classifier = LinearTextClassifier.load(folder)

    def _rank(self, message: Message) -> list[tuple[str, float]]:
        """Returns the likeliest labels with their probabilities, the best first."""
        probabilities = self._classifier.predict([self._view(message)], vector_of(message)[np.newaxis, :])[0]
        best = np.argsort(-probabilities)[:_RANKING_LENGTH]
        return [(self._classifier.labels[index], float(probabilities[index])) for index in best]

    def _labelled(self, training_data: TrainingData) -> Iterable[tuple[Message, str]]:
        raise NotImplementedError

    def _view(self, message: Message) -> str:
        """Returns the text of the message as this classifier reads it."""
        raise NotImplementedError


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(_Classifier):
    """Finds the topic; reads the text with the named treatments added as words of their own."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent and its ranking."""
        for message in messages:
            if not (message.get(TEXT) or "").strip():
                continue
            ranking = [{"name": name, "confidence": confidence} for name, confidence in self._rank(message)]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _labelled(self, training_data: TrainingData) -> Iterable[tuple[Message, str]]:
        return ((message, message.get(INTENT)) for message in training_data.intent_examples)

    def _view(self, message: Message) -> str:
        names = [f"named_{term.topic}" for term in message.get(TERMS) or []]
        return " ".join([message.get(TEXT), *dict.fromkeys(names)])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class FacetClassifier(_Classifier):
    """Finds what is asked about a treatment; reads the text with the names of treatments masked."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the facet as an entity."""
        for message in messages:
            if not (message.get(TEXT) or "").strip():
                continue
            facet, confidence = self._rank(message)[0]
            set_facet(message, facet, confidence)
        return messages

    def _labelled(self, training_data: TrainingData) -> Iterable[tuple[Message, str]]:
        return ((message, _facet_label(message)) for message in training_data.intent_examples)

    def _view(self, message: Message) -> str:
        return masked(message.get(TEXT), message.get(TERMS) or [])


def set_facet(message: Message, facet: str, confidence: float) -> None:
    """Gives a message one facet, in place of any it had."""
    others: Sequence[dict[str, Any]] = message.get(ENTITIES) or []
    entity = {"entity": FACET_ENTITY, "value": facet, "confidence_entity": confidence}
    kept = [other for other in others if other.get("entity") != FACET_ENTITY]
    message.set(ENTITIES, [*kept, entity], add_to_output=True)


def _facet_label(message: Message) -> str:
    """Returns the facet that the training file gives an example, "" if none."""
    metadata = message.get("metadata") or {}
    return str((metadata.get(INTENT) or {}).get(FACET_ENTITY, ""))
