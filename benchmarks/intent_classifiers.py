"""The classifiers that benchmarks/intents.py compares, behind one interface.

Rasa's components are called one after the other, as Rasa's graph would, without the rest of Rasa: only their own
work is timed. Libraries are imported when a classifier is made, so that each process holds its own alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Callable, Protocol, Sequence

Prediction = tuple[str, float]
"""The likeliest label and how likely it is."""

_SEED = 0
_CHARACTERS = {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}


class IntentClassifier(Protocol):
    """Learns labels of texts."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None: ...

    def predict(self, texts: Sequence[str]) -> list[Prediction]: ...


class Ours:
    """This project's classifier over the sentence encoder's vectors, with the settings of config.yml."""

    def __init__(self) -> None:
        from bot.learning.encoder import load_encoder
        from bot.settings import load_settings
        from bot.understanding.classifiers import LinearTextClassifier, QuestionClassifier

        self._load_encoder: Callable[[], Any] = lambda: load_encoder(load_settings().encoder_dir)
        self._classifier = LinearTextClassifier(**QuestionClassifier.get_default_config())

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self._encoder = self._load_encoder()
        self._encoder.remembers = 0  # a text costs the same however often it is met
        self._classifier.fit(texts, self._encoder.encode(texts), labels)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        likely = self._classifier.predict(texts, self._encoder.encode(texts))
        best = likely.argmax(axis=1)
        return [(self._classifier.labels[index], float(row[index])) for row, index in zip(likely, best, strict=True)]


class Pipeline:
    """Components of Rasa.

    Args:
        components: Classes and settings over their defaults; the last one classifies.
    """

    def __init__(self, components: Sequence[tuple[Any, dict[str, Any]]]) -> None:
        from rasa.engine.storage.local_model_storage import LocalModelStorage

        self._folder = tempfile.TemporaryDirectory()
        self._storage = LocalModelStorage.create(Path(self._folder.name))
        self._ready: list[Any] = []
        self._components = components

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        from rasa.engine.graph import ExecutionContext, GraphSchema
        from rasa.engine.storage.resource import Resource
        from rasa.shared.nlu.constants import INTENT, TEXT
        from rasa.shared.nlu.training_data.message import Message
        from rasa.shared.nlu.training_data.training_data import TrainingData

        data = TrainingData([Message({TEXT: t, INTENT: label}) for t, label in zip(texts, labels, strict=True)])
        for number, (kind, settings) in enumerate(self._components):
            name = f"{number}_{kind.__name__}"
            made_of = (
                {**kind.get_default_config(), **settings},
                self._storage,
                Resource(name),
                ExecutionContext(GraphSchema({}), node_name=name),
            )
            component = kind.create(*made_of)
            if hasattr(component, "train"):
                component.train(data)
            if number < len(self._components) - 1:
                component.process_training_data(data)
            else:
                component = kind.load(*made_of)  # as Rasa does before it predicts
            self._ready.append(component)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        from rasa.shared.nlu.constants import INTENT, TEXT
        from rasa.shared.nlu.training_data.message import Message

        messages = [Message({TEXT: text}) for text in texts]
        for component in self._ready:
            component.process(messages)
        return [(message.get(INTENT)["name"] or "", float(message.get(INTENT)["confidence"])) for message in messages]


def rasa_starter() -> Pipeline:
    """Rasa's starter pipeline, as far as it is about intents."""
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier
    from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
    from rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer import LexicalSyntacticFeaturizer
    from rasa.nlu.featurizers.sparse_featurizer.regex_featurizer import RegexFeaturizer
    from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer

    return Pipeline(
        [
            (WhitespaceTokenizer, {}),
            (RegexFeaturizer, {}),
            (LexicalSyntacticFeaturizer, {}),
            (CountVectorsFeaturizer, {}),
            (CountVectorsFeaturizer, _CHARACTERS),
            (DIETClassifier, {"epochs": 100, "random_seed": _SEED}),
        ]
    )


def rasa_logistic_regression() -> Pipeline:
    """Rasa's built-in logistic regression over counts of words and characters."""
    from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
    from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
    from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer

    return Pipeline(
        [
            (WhitespaceTokenizer, {}),
            (CountVectorsFeaturizer, {"max_ngram": 2}),
            (CountVectorsFeaturizer, _CHARACTERS),
            (LogisticRegressionClassifier, {}),
        ]
    )


CLASSIFIERS: dict[str, tuple[str, Callable[[], IntentClassifier]]] = {
    "diet": ("Rasa starter (DIET)", rasa_starter),
    "logistic": ("Rasa logistic regression", rasa_logistic_regression),
    "ours": ("this project", Ours),
}
"""Name on the command line -> title in the table, and how it is made; the others are held against the first."""
