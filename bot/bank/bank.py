"""The bank in memory: immutable, complete, the same whether it was read from files or from a database."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Mapping

from bot.bank.facets import Facet

TREATMENT_GROUPS = (
    "medication",
    "psychotherapy",
    "brain_stimulation",
    "rapid_acting",
    "programs",
    "lifestyle",
)
"""Groups whose topics have facets."""

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


class Status(str, enum.Enum):
    """Whether an answer is spoken: only a published one is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True)
class Source:
    """Where a fact comes from.

    Attributes:
        id: Name used by the answers.
        title: Of the document.
        publisher: Who answers for it.
        url: Where it can be read.
        as_of: Date of the document, or of the look at it when it has none: YYYY, YYYY-MM or YYYY-MM-DD.
    """

    id: str
    title: str
    publisher: str
    url: str
    as_of: str


@dataclass(frozen=True)
class Answer:
    """One curated answer.

    Attributes:
        topic: The topic's id.
        facet: Which side of the topic it speaks of.
        text: At most 90 words, for the web and the shell.
        sms: The same in at most 320 characters of GSM-7.
        detail: What "tell me more" adds; may be empty.
        sources: Ids of its sources, the most important first.
        review_by: When somebody must look at it again; past it, the answer is still spoken, and listed as due.
        gap: Whether it says honestly that nothing is known rather than answering.
        status: Whether it is spoken.
    """

    topic: str
    facet: Facet
    text: str
    sms: str
    detail: str
    sources: tuple[str, ...]
    review_by: datetime.date
    gap: bool = False
    status: Status = Status.PUBLISHED

    @property
    def id(self) -> str:
        """TOPIC.FACET, the name of the answer everywhere."""
        return f"{self.topic}.{self.facet.value}"

    @functools.cached_property
    def version(self) -> str:
        """A short fingerprint of the words and sources: it changes when, and only when, they do."""
        spoken = [self.text, self.sms, self.detail, self.sources]
        return hashlib.sha256(json.dumps(spoken).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Topic:
    """Something people ask about.

    Attributes:
        id: Also the name of its intent.
        name: As people should read it.
        group: The file it lives in (medication, faq, insurance, ...).
        aliases: Other names, brands, abbreviations and usual misspellings.
    """

    id: str
    name: str
    group: str
    aliases: tuple[str, ...] = ()

    @property
    def is_treatment(self) -> bool:
        """Whether the topic has facets beyond the overview."""
        return self.group in TREATMENT_GROUPS


@dataclass(frozen=True)
class Profile:
    """The provider for whom the assistant speaks.

    Attributes:
        provider: Its name.
        leader: Who leads it.
        phone: For people to call.
        state: Where it works.
        schedule: When, in a few words that fit into a sentence.
        cities: Where it has places.
        insurers: Whose plans it takes.
    """

    provider: str
    leader: str
    phone: str
    state: str
    schedule: str
    cities: tuple[str, ...]
    insurers: tuple[str, ...]

    @property
    def placeholders(self) -> dict[str, str]:
        """What may stand in braces in an answer, and what it becomes."""
        return {
            "provider": self.provider,
            "leader": self.leader,
            "phone": self.phone,
            "state": self.state,
            "schedule": self.schedule,
            "cities": _listed(self.cities),
            "insurers": _listed(self.insurers),
        }

    def fill(self, text: str) -> str:
        """Returns a text with its placeholders resolved."""
        for name, value in self.placeholders.items():
            text = text.replace("{" + name + "}", value)
        return text


@dataclass(frozen=True)
class Phrases:
    """The small words around the answers.

    Attributes:
        titles: Facet -> title of a button.
        asked: Facet -> how it is named within a sentence.
        more: Title of the button that asks for more.
        no_answer: "web" and "sms" -> said before the overview when a facet has no answer; holds {asked}, {topic}.
        no_topic: "web" and "sms" -> said when not even the overview is spoken; holds {topic}.
        clarify: "web" and "sms" -> asked back when a message may mean several things; holds {topics}.
        compared: One line of a comparison; holds {topic} and {text}.
    """

    titles: Mapping[str, str]
    asked: Mapping[str, str]
    more: str
    no_answer: Mapping[str, str]
    no_topic: Mapping[str, str]
    clarify: Mapping[str, str]
    compared: str


@dataclass(frozen=True)
class Bank:
    """Everything the assistant may say, apart from the safety messages.

    Attributes:
        profile: The provider.
        phrases: The words around the answers.
        sources: By id.
        topics: By id.
        answers: By id (TOPIC.FACET), spoken or not.
    """

    profile: Profile
    phrases: Phrases
    sources: Mapping[str, Source]
    topics: Mapping[str, Topic]
    answers: Mapping[str, Answer]

    def find(self, topic: str, facet: Facet = Facet.OVERVIEW) -> Answer | None:
        """Returns the published answer for a facet of a topic, or None."""
        return self.spoken.get(f"{topic}.{facet.value}")

    @functools.cached_property
    def spoken(self) -> Mapping[str, Answer]:
        """The published answers, by id."""
        return {name: answer for name, answer in self.answers.items() if answer.status is Status.PUBLISHED}

    @functools.cached_property
    def words(self) -> frozenset[str]:
        """Every word that it holds, in lower case: names of topics and answers alike."""
        texts = [text for answer in self.answers.values() for text in (answer.text, answer.sms, answer.detail)]
        texts += [text for topic in self.topics.values() for text in (topic.name, *topic.aliases)]
        texts += self.profile.placeholders.values()
        return frozenset(_WORD.findall(" ".join(texts).lower().replace("’", "'")))

    @functools.cached_property
    def digest(self) -> str:
        """A fingerprint of the whole content."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), default=str, sort_keys=True).encode()).hexdigest()


def _listed(names: tuple[str, ...]) -> str:
    """Returns "A", "A and B" or "A, B, and C"."""
    if len(names) < 3:
        return " and ".join(names)
    return ", ".join(names[:-1]) + f", and {names[-1]}"
