"""What the SMS channel says by itself: data/sms/messages.yml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from bot.bank import gsm7
from bot.bank.bank import Profile
from bot.safety.lexicon import SafetyDataError, read_yaml
from bot.settings import PROJECT

WORDS = PROJECT / "data" / "sms" / "messages.yml"
_MAX_SEGMENTS = 2
_NEEDS = {
    "help": ("988", "STOP"),
    "introduction": ("STOP", "HELP"),
    "opted_in": ("988", "STOP", "HELP"),
    "opted_out": ("988", "START"),
    "media": ("988",),
    "empty": ("988",),
    "no_such_choice": (),
    "choices": (),
    "more": ("MORE",),
    "fallback": ("988",),
}


@dataclass(frozen=True)
class Words:
    """The texts, with the provider's name and phone number filled in.

    Attributes:
        help: Language -> what HELP gets.
        introduction: Under the first answer to a number.
        opted_in: For who is back in.
        opted_out: For who writes all the same.
        media: For a message of pictures, cards or places.
        empty: For a message of nothing.
        no_such_choice: For a number that nothing was offered under.
        choices: Before the numbered choices.
        more: Under a text that goes on.
        fallback: For the carrier to say when the assistant can't be reached.
    """

    help: Mapping[str, str]
    introduction: str
    opted_in: str
    opted_out: str
    media: str
    empty: str
    no_such_choice: str
    choices: str
    more: str
    fallback: str


def read_words(profile: Profile, path: Path = WORDS) -> Words:
    """Reads the texts.

    Raises:
        SafetyDataError: If one is missing, lacks what it must hold, or is too long for a phone.
    """
    content = read_yaml(path)
    unknown = set(content) ^ set(_NEEDS)
    if unknown:
        raise SafetyDataError(f"{path}: missing or unknown: {', '.join(sorted(map(str, unknown)))}")
    by_language = content.pop("help")
    if not isinstance(by_language, dict) or "en" not in by_language:
        raise SafetyDataError(f"{path}: help: expected a table of languages with `en`")
    helps = {language: _checked(text, profile, path, "help") for language, text in by_language.items()}
    return Words(help=helps, **{name: _checked(text, profile, path, name) for name, text in content.items()})


def _checked(text: Any, profile: Profile, path: Path, name: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise SafetyDataError(f"{path}: {name}: expected a text")
    filled = gsm7.plain(profile.fill(text.strip()))
    missing = [part for part in _NEEDS[name] if part not in filled]
    if missing:
        raise SafetyDataError(f"{path}: {name}: must hold {', '.join(missing)}")
    if gsm7.size(filled).segments > _MAX_SEGMENTS:
        raise SafetyDataError(f"{path}: {name}: {gsm7.size(filled)}: at most {_MAX_SEGMENTS} segments, shorten it")
    return filled
