"""Finds the treatments named in a message, by any name that the bank knows, also when misspelt.

A graph component around spaCy's phrase matcher. The names come from the bank at training time and are
kept in the model.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

import spacy
from rapidfuzz import fuzz, process
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from bot.bank.bank import TREATMENT_GROUPS
from bot.bank.files import read_bank
from bot.settings import load_settings
from bot.understanding.component import TrainedComponent
from bot.understanding.spelling import is_english

TERM_ENTITY = "treatment"

_NAMED_GROUPS = (*TREATMENT_GROUPS, "other_treatments")
_EVERYDAY_WORDS = {"act", "same"}
"""Abbreviations of treatments that are words too: they count in capitals only."""
_MIN_FUZZY = 6
"""Letters: shorter words are too easily another word with a typo."""
_FUZZY_SCORE = 86
_WORD = re.compile(r"[a-z][a-z'-]+")


@dataclass(frozen=True)
class Term:
    """A treatment named in a message.

    Attributes:
        topic: Id of the treatment.
        start: Index of its first character.
        end: Index after its last character.
    """

    topic: str
    start: int
    end: int


class TermMatcher:
    """Finds names in texts.

    Args:
        names: Name in lower case -> topic id.
        exact: Names that are also everyday words, found only in these letters ("ACT").
    """

    def __init__(self, *, names: Mapping[str, str], exact: Mapping[str, str]) -> None:
        self.names, self.exact = dict(names), dict(exact)
        self._nlp = spacy.blank("en")
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._exact_matcher = PhraseMatcher(self._nlp.vocab, attr="ORTH")
        for matcher, table in ((self._matcher, self.names), (self._exact_matcher, self.exact)):
            for name, topic in table.items():
                matcher.add(topic, [self._nlp.make_doc(name)])
        self._single = {name: topic for name, topic in self.names.items() if name.isalpha() and len(name) >= _MIN_FUZZY}

    def find(self, text: str) -> list[Term]:
        """Returns the names found, in order, the longest where they overlap."""
        doc = self._nlp.make_doc(text)
        spans = [*self._matcher(doc, as_spans=True), *self._exact_matcher(doc, as_spans=True)]
        terms = [Term(span.label_, span.start_char, span.end_char) for span in filter_spans(spans)]
        terms += self._misspelt(text, terms)
        return sorted(terms, key=lambda term: term.start)

    def _misspelt(self, text: str, found: Sequence[Term]) -> list[Term]:
        terms = []
        for match in _WORD.finditer(text.lower()):
            word = match.group()
            if (
                len(word) < _MIN_FUZZY
                or is_english(word)
                or any(t.start < match.end() and match.start() < t.end for t in found)
            ):
                continue
            best = process.extractOne(word, self._single.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE)
            if best is not None:
                terms.append(Term(self._single[best[0]], match.start(), match.end()))
        return terms


def masked(text: str, terms: Sequence[Term]) -> str:
    """Returns the text with every named treatment replaced by one word, to tell what is asked about any of them."""
    for term in reversed(terms):
        text = f"{text[: term.start]}treatment{text[term.end :]}"
    return text


def read_names(bank_dir: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the names of the bank's treatments: those found in any letters, and those in exact letters only."""
    bank = read_bank(bank_dir)
    names: dict[str, str] = {}
    exact: dict[str, str] = {}
    for topic in bank.topics.values():
        if topic.group not in _NAMED_GROUPS:
            continue
        for name in (re.sub(r"\s*\(.*?\)", "", topic.name), *topic.aliases):
            if name.isupper() and name.lower() in _EVERYDAY_WORDS:
                exact[name] = topic.id
            else:
                names.setdefault(name.lower(), topic.id)
    return names, exact


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class TermExtractor(TrainedComponent):
    """Adds the named treatments to a message, as entities."""

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, model_storage, resource)
        self._matcher = TermMatcher(names={}, exact={})

    def train(self, training_data: TrainingData) -> Resource:
        """Takes the names from the bank."""
        names, exact = read_names(load_settings().bank_dir)
        self._matcher = TermMatcher(names=names, exact=exact)
        return self.save()

    def write(self, folder: Path) -> None:
        """Writes the names."""
        state = {"names": self._matcher.names, "exact": self._matcher.exact}
        (folder / "terms.json").write_text(json.dumps(state), encoding="utf-8")

    def read(self, folder: Path) -> None:
        """Reads the names."""
        state = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        self._matcher = TermMatcher(names=state["names"], exact=state["exact"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the terms to messages."""
        for message in messages:
            terms = self._matcher.find(message.get(TEXT) or "")
            entities = [
                {"entity": TERM_ENTITY, "value": term.topic, "start": term.start, "end": term.end} for term in terms
            ]
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), *entities], add_to_output=True)
        return messages
