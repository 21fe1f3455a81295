"""The curated words for someone in danger, and for when everything else fails: data/safety/messages.yml."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from bot.safety.lexicon import SafetyDataError, read_yaml
from bot.safety.verdict import Level, Verdict

_CHANNEL_TEXTS = ("web", "sms")
_AGAIN = "again"
"""Variant for who has had the instructions before."""
_Texts = Mapping[str, Mapping[str, str]]
"""Language -> "web" or "sms" -> text."""


@dataclass(frozen=True)
class Messages:
    """Every safety message, in memory.

    Attributes:
        by_level: Level -> variant (a lexicon category or "default") -> texts.
        reminders: Said after an answer in a conversation that held a message in danger, in turn.
        listening: Said after a support message when nothing else was asked.
        fail_safe: Said when a turn can't be answered.
    """

    by_level: Mapping[Level, Mapping[str, _Texts]]
    reminders: Sequence[_Texts]
    listening: _Texts
    fail_safe: _Texts

    def for_verdict(self, verdict: Verdict, *, channel: str = "web", again: bool = False) -> str:
        """Returns the instructions for a verdict above NONE, in its language where there are any.

        Args:
            verdict: The verdict.
            channel: "sms" for the short text, anything else for the web text.
            again: Whether the person has had the instructions before; then in other words where there are any.
        """
        variants = self.by_level[verdict.level]
        usual = variants.get(_AGAIN, variants["default"]) if again else variants["default"]
        variant = variants.get(verdict.category, usual)
        if verdict.language not in variant and verdict.language in variants["default"]:
            variant = variants["default"]
        return _pick(variant, verdict.language, channel)

    def for_reminder(self, number: int, *, language: str = "en", channel: str = "web") -> str:
        """Returns the short line that follows answers after a crisis; the number chooses among its wordings."""
        return _pick(self.reminders[number % len(self.reminders)], language, channel)

    def language_of(self, text: str, *, phone: str) -> str:
        """Returns the language of a text as it was said on the web: that of the message it is, English for others."""
        return self._languages(phone).get(text, "en")

    def _languages(self, phone: str) -> dict[str, str]:
        variants = [texts for by_variant in self.by_level.values() for texts in by_variant.values()]
        return {
            by_channel["web"].replace("{phone}", phone): language
            for texts in (*variants, *self.reminders, self.listening, self.fail_safe)
            for language, by_channel in texts.items()
        }

    def for_listening(self, *, phone: str, language: str = "en", channel: str = "web") -> str:
        """Returns the kind word that follows a support message when nothing was asked."""
        return _pick(self.listening, language, channel).replace("{phone}", phone)

    def for_failure(self, *, phone: str, language: str = "en", channel: str = "web") -> str:
        """Returns the reply for a turn that can't be answered: the phone number and 988."""
        return _pick(self.fail_safe, language, channel).replace("{phone}", phone)


def _pick(texts: _Texts, language: str, channel: str) -> str:
    by_channel = texts.get(language, texts["en"])
    return by_channel["sms" if channel == "sms" else "web"]


@functools.lru_cache(maxsize=4)
def load_messages(folder: Path) -> Messages:
    """Reads the messages of a data/safety folder; the same folder gives the same object.

    Raises:
        SafetyDataError: If a message is missing, or one does not hold 988.
    """
    path = folder / "messages.yml"
    content = read_yaml(path)
    levels = content.get("messages")
    if not isinstance(levels, dict):
        raise SafetyDataError(f"{path}: expected a table `messages`")
    by_level = {}
    for level in (Level.SUPPORT, Level.CRISIS, Level.EMERGENCY):
        variants = levels.get(level.label)
        if not isinstance(variants, dict) or "default" not in variants:
            raise SafetyDataError(f"{path}: messages: {level.label}: expected at least `default`")
        by_level[level] = {
            name: _checked(texts, f"{path}: messages: {level.label}: {name}") for name, texts in variants.items()
        }
    reminders = content.get("reminders")
    if not isinstance(reminders, list) or not reminders:
        raise SafetyDataError(f"{path}: reminders: expected a list of wordings")
    return Messages(
        by_level=by_level,
        reminders=[_checked(texts, f"{path}: reminders: {number}") for number, texts in enumerate(reminders, start=1)],
        listening=_checked(content.get("listening"), f"{path}: listening", needs_988=False),
        fail_safe=_checked(content.get("fail_safe"), f"{path}: fail_safe"),
    )


def _checked(texts: Any, where: str, *, needs_988: bool = True) -> _Texts:
    if not isinstance(texts, dict) or "en" not in texts:
        raise SafetyDataError(f"{where}: expected a table of languages with `en`")
    for language, by_channel in texts.items():
        for channel in _CHANNEL_TEXTS:
            text = by_channel.get(channel) if isinstance(by_channel, dict) else None
            if not isinstance(text, str) or not text.strip():
                raise SafetyDataError(f"{where}: {language}: the {channel} text is missing")
            if needs_988 and "988" not in text:
                raise SafetyDataError(f"{where}: {language}: {channel}: the text does not hold 988")
    return texts
