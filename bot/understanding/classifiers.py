"""The graph component that says what a message asks: topics (the intent is the first) and facets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.bank.bank import TREATMENT_GROUPS, Bank
from bot.bank.content import SPOKEN_BY_ITSELF
from bot.bank.facets import Facet
from bot.bank.files import read_bank
from bot.learning.encoder import load_encoder
from bot.learning.linear import Floats, LinearTextClassifier
from bot.settings import PROJECT, load_settings
from bot.understanding.component import TrainedComponent
from bot.understanding.questions import Question, Reading, find_questions
from bot.understanding.spelling import Spelling, read_textspeak
from bot.understanding.terms import Term, TermMatcher, masked, read_names

FACET_ENTITY = "facet"
"""What is asked about the topic; its `likely` says how likely each facet is."""
QUESTION_ENTITY = "question"
"""One for each question of a message that asks several, in their order: TOPIC.FACET, with its `text` and `likely`."""
NOT_UNDERSTOOD = "nlu_fallback"
STRANGER = "out_of_scope"
_RANKING_LENGTH = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionClassifier(TrainedComponent):
    """Finds what is asked.

    The topic is read from the text with the named treatments added as words of their own, the facet from the
    text with the names of treatments masked; both from the text in plain spelling.
    """

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        settings = {"regularisation": config["regularisation"], "vector_weight": config["vector_weight"]}
        self._topics, self._facets = LinearTextClassifier(**settings), LinearTextClassifier(**settings)
        self._treatments: frozenset[str] = frozenset()
        self._small_talk: frozenset[str] = frozenset()
        self._matcher = TermMatcher(names={}, exact={})
        self._spelling = Spelling((), textspeak={})

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default settings (see parent class)."""
        return {"regularisation": 10.0, "vector_weight": 2.0}

    def train(self, training_data: TrainingData) -> Resource:
        """Trains both classifiers."""
        bank = read_bank(load_settings().bank_dir)
        self._treatments = frozenset(topic.id for topic in bank.topics.values() if topic.group in TREATMENT_GROUPS)
        self._small_talk = frozenset(topic.id for topic in bank.topics.values() if topic.group == SPOKEN_BY_ITSELF)
        names, exact = read_names(load_settings().bank_dir)
        self._matcher = TermMatcher(names=names, exact=exact)
        messages = list(training_data.intent_examples)
        self._spelling = Spelling(
            [message.get(TEXT) for message in messages],
            textspeak=read_textspeak(PROJECT / "data" / "textspeak.yml"),
            names=_words_of(bank),
        )
        texts = [self._spelling.correct(message.get(TEXT)) for message in messages]
        terms = [self._matcher.find(text) for text in texts]
        vectors = load_encoder(load_settings().encoder_dir).encode(texts)
        self._topics.fit(
            [_topic_view(text, found) for text, found in zip(texts, terms, strict=True)],
            vectors,
            [message.get(INTENT) for message in messages],
        )
        facets = [_facet_label(message) for message in messages]
        some = [number for number, facet in enumerate(facets) if facet]
        self._facets.fit(
            [masked(texts[number], terms[number]) for number in some],
            vectors[some],
            [facets[number] for number in some],
        )
        return self.save()

    def write(self, folder: Path) -> None:
        """Writes the classifiers and the topics they know."""
        for name, classifier in (("topics", self._topics), ("facets", self._facets)):
            (folder / name).mkdir(exist_ok=True)
            classifier.save(folder / name)
        state = {
            "treatments": sorted(self._treatments),
            "small_talk": sorted(self._small_talk),
            "names": self._matcher.names,
            "exact": self._matcher.exact,
            "spelling": self._spelling.state(),
        }
        (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")

    def read(self, folder: Path) -> None:
        """Reads the classifiers."""
        self._topics = LinearTextClassifier.load(folder / "topics")
        self._facets = LinearTextClassifier.load(folder / "facets")
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        self._treatments, self._small_talk = frozenset(state["treatments"]), frozenset(state["small_talk"])
        self._matcher = TermMatcher(names=state["names"], exact=state["exact"])
        self._spelling = Spelling.from_state(state["spelling"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent and its ranking, the facet, and every question where there are several."""
        for message in messages:
            text = self._spelling.correct(message.get(TEXT) or "")
            if not text.strip():
                continue
            whole, questions = find_questions(text, self.read_texts)
            first = questions[0] if questions else None
            topic = first.topic if first else STRANGER if whole.topic == STRANGER else NOT_UNDERSTOOD
            message.set(INTENT, {"name": topic, "confidence": whole.confidence}, add_to_output=True)
            message.set("intent_ranking", self._ranking(text), add_to_output=True)
            asked = first if first and len(questions) > 1 else whole.of(whole.topic)
            set_facet(message, asked.facet.value, whole.sure_of_facet, likely=_likely(asked.facets))
            if len(questions) > 1:
                _add_questions(message, questions)
        return messages

    def read_texts(self, texts: Sequence[str]) -> list[Reading]:
        """Reads texts with both classifiers."""
        terms = [self._matcher.find(text) for text in texts]
        vectors = load_encoder(load_settings().encoder_dir).encode(texts)
        topics = self._likely_topics(texts, terms, vectors)
        facets = self._facets.predict([masked(text, found) for text, found in zip(texts, terms, strict=True)], vectors)
        stranger = self._topics.labels.index(STRANGER)
        readings = []
        for number, found in enumerate(terms):
            best = int(topics[number].argmax())
            topic = self._topics.labels[best]
            readings.append(
                Reading(
                    text=texts[number],
                    topic=topic,
                    facets={Facet(name): float(p) for name, p in zip(self._facets.labels, facets[number], strict=True)},
                    sure=float(topics[number, best]),
                    stranger=float(topics[number, stranger]),
                    about=found[-1].topic if found else None,
                    treatment=topic in self._treatments,
                    small_talk=topic in self._small_talk,
                )
            )
        return readings

    def _likely_topics(self, texts: Sequence[str], terms: Sequence[Sequence[Term]], vectors: Floats) -> Floats:
        views = [_topic_view(text, found) for text, found in zip(texts, terms, strict=True)]
        return self._topics.predict(views, vectors)

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        """Returns the likeliest topics, the best first."""
        vectors = load_encoder(load_settings().encoder_dir).encode([text])
        likely = self._likely_topics([text], [self._matcher.find(text)], vectors)[0]
        best = np.argsort(-likely)[:_RANKING_LENGTH]
        return [{"name": self._topics.labels[index], "confidence": float(likely[index])} for index in best]


def set_facet(message: Message, facet: str, confidence: float, *, likely: Optional[Mapping[str, float]] = None) -> None:
    """Gives a message one facet, in place of any it had and of any list of questions."""
    others: Sequence[dict[str, Any]] = message.get(ENTITIES) or []
    entity = {"entity": FACET_ENTITY, "value": facet, "confidence_entity": confidence, "likely": dict(likely or {})}
    kept = [other for other in others if other.get("entity") not in (FACET_ENTITY, QUESTION_ENTITY)]
    message.set(ENTITIES, [*kept, entity], add_to_output=True)


def _add_questions(message: Message, questions: Sequence[Question]) -> None:
    asked = [
        {
            "entity": QUESTION_ENTITY,
            "value": f"{question.topic}.{question.facet.value}",
            "text": question.text,
            "likely": _likely(question.facets),
        }
        for question in questions
    ]
    message.set(ENTITIES, [*(message.get(ENTITIES) or []), *asked], add_to_output=True)


def _likely(facets: Mapping[Facet, float]) -> dict[str, float]:
    return {facet.value: round(probability, 4) for facet, probability in facets.items()}


def _words_of(bank: Bank) -> list[str]:
    """Returns the texts whose words are all real: the names and answers of the bank."""
    names = [name for topic in bank.topics.values() for name in (topic.name, *topic.aliases)]
    return [*names, *bank.profile.placeholders.values(), *(answer.text for answer in bank.answers.values())]


def _topic_view(text: str, terms: Sequence[Term]) -> str:
    return " ".join([text, *dict.fromkeys(f"named_{term.topic}" for term in terms)])


def _facet_label(message: Message) -> str:
    """Returns the facet that the training file gives an example, "" if none."""
    metadata = message.get("metadata") or {}
    return str((metadata.get(INTENT) or {}).get(FACET_ENTITY, ""))
