"""What a person asked, as the tracker tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Mapping

from rasa_sdk import Tracker

from bot.bank import Facet
from bot.records import NOT_KEPT

_SMS_CHANNELS = ("sms", "twilio")
_CHOSEN_DETAIL = re.compile(r"([a-z_]+\.[a-z_]+)\.detail")


@dataclass(frozen=True)
class Question:
    """One of several questions of a message.

    Attributes:
        topic: Id of the topic.
        facet: The likeliest facet.
        text: The words that ask it.
        likely: How likely each facet is.
    """

    topic: str
    facet: Facet
    text: str = ""
    likely: Mapping[Facet, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """The question of one turn.

    Attributes:
        text: The person's words.
        topic: The intent.
        facet: What is asked about the topic.
        sure_of_topic: How likely the topic is, 0 to 1.
        sure_of_facet: How likely the facet is, 0 to 1.
        treatments: Ids of the treatments named, each once, in order.
        channel: "sms" or "web"; the shell reads as the web does.
        likely: How likely each facet is; empty where a button was pressed.
        questions: When the message asks several things, each of them, in order; else empty.
        ranking: The likeliest topics with how likely each is, the best first.
        chosen_answer: Id of the answer of which a button asks to be told more, or "".
        private: Whether nothing of it may be kept.
    """

    text: str
    topic: str
    facet: Facet = Facet.OVERVIEW
    sure_of_topic: float = 0.0
    sure_of_facet: float = 0.0
    treatments: tuple[str, ...] = ()
    channel: str = "web"
    likely: Mapping[Facet, float] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    chosen_answer: str = ""
    private: bool = False

    @classmethod
    def from_tracker(cls, tracker: Tracker) -> Asked:
        """Reads the latest message of a conversation."""
        message = tracker.latest_message
        text = message.get("text") or ""
        entities = message.get("entities") or []
        facet: dict[str, Any] = next((e for e in reversed(entities) if e.get("entity") == "facet"), {})
        named = [e["value"] for e in entities if e.get("entity") == "treatment"]
        intent = message.get("intent") or {}
        chosen = _CHOSEN_DETAIL.fullmatch(text.strip())
        return cls(
            text=text,
            topic=intent.get("name") or "",
            facet=Facet(facet.get("value", Facet.OVERVIEW)),
            sure_of_topic=float(intent.get("confidence") or 0.0),
            sure_of_facet=float(facet.get("confidence_entity") or 0.0),
            treatments=tuple(dict.fromkeys(named)),
            channel="sms" if tracker.get_latest_input_channel() in _SMS_CHANNELS else "web",
            likely=_likely(facet),
            questions=tuple(_question(e) for e in entities if e.get("entity") == "question"),
            ranking=tuple((entry["name"], float(entry["confidence"])) for entry in message.get("intent_ranking") or []),
            chosen_answer=chosen.group(1) if chosen else "",
            private=bool((message.get("metadata") or {}).get(NOT_KEPT)),
        )


def _question(entity: Mapping[str, Any]) -> Question:
    topic, _, facet = entity["value"].partition(".")
    return Question(topic, Facet(facet), entity.get("text") or "", _likely(entity))


def _likely(entity: Mapping[str, Any]) -> dict[Facet, float]:
    return {Facet(name): float(probability) for name, probability in (entity.get("likely") or {}).items()}
