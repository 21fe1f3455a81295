"""Makes trackers and runs actions, as an action server would."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


def tracker(
    text: str,
    intent: str,
    *,
    facet: str = "",
    treatments: tuple[str, ...] = (),
    channel: str = "rest",
    last_answer: str | None = None,
    confidence: float = 0.9,
    questions: tuple[str, ...] = (),
    ranking: tuple[tuple[str, float], ...] = (),
    metadata: dict[str, Any] | None = None,
) -> Tracker:
    entities = [{"entity": "treatment", "value": topic} for topic in treatments]
    entities += [{"entity": "question", "value": answer_id} for answer_id in questions]
    if facet:
        entities.append({"entity": "facet", "value": facet, "confidence_entity": 0.9})
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "entities": entities,
        "intent_ranking": [{"name": name, "confidence": sure} for name, sure in ranking],
        "metadata": metadata or {},
    }
    return Tracker.from_dict(
        {
            "sender_id": "me",
            "slots": {"last_answer": last_answer},
            "latest_message": message,
            "events": [{"event": "user", "input_channel": channel, **message}],
            "paused": False,
            "latest_input_channel": channel,
            "active_loop": {},
            "latest_action_name": "action_listen",
        }
    )


def run(action: Action, asked: Tracker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Returns the messages that an action speaks and the events it gives back."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, asked, {})
    return dispatcher.messages, list(events)
