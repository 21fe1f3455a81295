"""The graph component for buttons: a message that is the id of an answer asks for that answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.bank.facets import Facet
from bot.understanding.classifiers import set_facet
from bot.understanding.component import TrainedComponent

_CHOICE = re.compile(r"([a-z_]+)\.([a-z_]+)(\.detail)?")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ChoiceMatcher(TrainedComponent):
    """Gives TOPIC.FACET its topic and facet, with certainty; TOPIC.FACET.detail asks to be told more of it."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._topics: frozenset[str] = frozenset()

    def train(self, training_data: TrainingData) -> Resource:
        """Remembers the topics."""
        self._topics = frozenset(training_data.intents)
        return self.save()

    def write(self, folder: Path) -> None:
        """Writes the topics."""
        (folder / "topics.json").write_text(json.dumps(sorted(self._topics)), encoding="utf-8")

    def read(self, folder: Path) -> None:
        """Reads the topics."""
        self._topics = frozenset(json.loads((folder / "topics.json").read_text(encoding="utf-8")))

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and facet of the messages that are ids."""
        for message in messages:
            match = _CHOICE.fullmatch((message.get(TEXT) or "").strip())
            if match is None or match.group(1) not in self._topics or match.group(2) not in set(Facet):
                continue
            topic = "tell_more" if match.group(3) else match.group(1)
            intent = {"name": topic, "confidence": 1.0}
            message.set(INTENT, intent, add_to_output=True)
            message.set("intent_ranking", [intent], add_to_output=True)
            set_facet(message, match.group(2), 1.0)
        return messages
