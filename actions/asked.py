"""What a person asked, as the tracker tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rasa_sdk import Tracker

from bot.bank import Facet

_SMS_CHANNELS = ("sms", "twilio")
_CHOSEN_DETAIL = re.compile(r"([a-z_]+\.[a-z_]+)\.detail")


@dataclass(frozen=True)
class Asked:
    """The question of one turn.

    Attributes:
        text: The person's words.
        topic: The intent.
        facet: What is asked about the topic.
        treatments: Ids of the treatments named, each once, in order.
        channel: "sms" or "web"; the shell reads as the web does.
        chosen_answer: Id of the answer of which a button asks to be told more, or "".
    """

    text: str
    topic: str
    facet: Facet = Facet.OVERVIEW
    treatments: tuple[str, ...] = ()
    channel: str = "web"
    chosen_answer: str = ""

    @classmethod
    def from_tracker(cls, tracker: Tracker) -> Asked:
        """Reads the latest message of a conversation."""
        message = tracker.latest_message
        text = message.get("text") or ""
        facets = [e["value"] for e in message.get("entities") or [] if e.get("entity") == "facet"]
        named = [e["value"] for e in message.get("entities") or [] if e.get("entity") == "treatment"]
        chosen = _CHOSEN_DETAIL.fullmatch(text.strip())
        return cls(
            text=text,
            topic=(message.get("intent") or {}).get("name") or "",
            facet=Facet(facets[-1]) if facets else Facet.OVERVIEW,
            treatments=tuple(dict.fromkeys(named)),
            channel="sms" if tracker.get_latest_input_channel() in _SMS_CHANNELS else "web",
            chosen_answer=chosen.group(1) if chosen else "",
        )
