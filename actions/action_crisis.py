"""Gives the 988 instructions within Rasa."""

from __future__ import annotations

from typing import Any, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asked import Asked
from bot.safety import Level, Verdict, load_messages, load_screen
from bot.settings import Settings, load_settings


class ActionCrisis(Action):
    """Speaks for the crisis policy; needs neither the bank nor a database.

    Args:
        settings: By default those of the environment.
    """

    def __init__(self, settings: Optional[Settings] = None) -> None:
        self._settings = settings or load_settings()

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_crisis"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Speaks the instructions for the level of the message."""
        asked = Asked.from_tracker(tracker)
        verdict = load_screen(self._settings.safety_dir)(asked.text)
        if not verdict.level.blocks:  # sent here for its intent alone
            verdict = Verdict(Level.EMERGENCY if asked.topic == Level.EMERGENCY.label else Level.CRISIS)
        text = load_messages(self._settings.safety_dir).for_verdict(verdict, channel=asked.channel)
        dispatcher.utter_message(text=text, metadata={"level": verdict.level.label})
        return []
