"""The graph component that gives each message its sentence vector."""

from __future__ import annotations

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.learning.encoder import Floats, load_encoder
from bot.settings import load_settings
from bot.understanding.component import Component

_ORIGIN = "sentence_vectors"


def vector_of(message: Message) -> Floats:
    """Returns the sentence vector of a message, shape (dimensions,)."""
    _, sentence = message.get_dense_features(TEXT, [_ORIGIN])
    if sentence is None:
        raise ValueError("the message has no sentence vector: put SentenceVectors earlier in config.yml")
    vector: Floats = np.asarray(sentence.features, dtype=np.float32).ravel()
    return vector


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(Component):
    """Adds the vector as a dense sentence feature; the encoder is loaded with the first message."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds vectors to the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds vectors to messages."""
        texts = [message.get(TEXT) or "" for message in messages]
        if texts:
            vectors = load_encoder(load_settings().encoder_dir).encode(texts)
            for message, vector in zip(messages, vectors, strict=True):
                message.add_features(Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, _ORIGIN))
        return messages
