"""What is kept of conversations and for how long: crisis events without words, redacted questions, feedback."""

from bot.records.events import NOT_KEPT
from bot.records.recorder import Recorder, recorder

__all__ = ["NOT_KEPT", "Recorder", "recorder"]
