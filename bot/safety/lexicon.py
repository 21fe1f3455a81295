"""The lexicon of phrases that speak of danger: data/safety/lexicon/*.yml.

It is written to be read and corrected by a clinician who does not program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.safety.normalise import fold
from bot.safety.patterns import PatternSet
from bot.safety.verdict import Level

_SET = re.compile(r"<([a-z_]+)>")


class SafetyDataError(ValueError):
    """A file of data/safety can't be used; the message says which entry and what is wrong with it."""


@dataclass(frozen=True)
class Phrase:
    """One pattern of the lexicon with what it means.

    Attributes:
        pattern: The phrase as the lexicon has it.
        category: What kind of danger or context ("direct", "passive", "third_party", "idiom", ...).
        level: The level of a message that holds it. NONE stands for idioms: they hide what they cover.
        language: ISO 639-1 code.
    """

    pattern: str
    category: str
    level: Level
    language: str


def load_phrases(folder: Path) -> list[Phrase]:
    """Reads every lexicon file of a folder.

    Raises:
        SafetyDataError: If there is no file, or an entry is not usable.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise SafetyDataError(f"no lexicon in {folder}: expected files such as en.yml")
    phrases = [phrase for file in files for phrase in _read_file(file)]
    _check_patterns(phrases, folder)
    return phrases


def load_rewrites(path: Path) -> dict[str, tuple[str, ...]]:
    """Reads the table of spellings and their canonical words.

    Raises:
        SafetyDataError: If the file is not a table of words.
    """
    table = read_yaml(path).get("rewrites")
    if not isinstance(table, dict):
        raise SafetyDataError(f"{path}: expected a table `rewrites` of spelling: words")
    rewrites: dict[str, tuple[str, ...]] = {}
    for spelling, words in table.items():
        if not isinstance(spelling, str) or not isinstance(words, str) or not words.strip():
            raise SafetyDataError(
                f"{path}: rewrites: {spelling!r}: {words!r}: both sides must be words in letters; "
                "put quotes round yes, no, on, off and numbers"
            )
        rewrites[fold(spelling)] = tuple(fold(words).split())
    return rewrites


def load_close_to(path: Path) -> tuple[str, ...]:
    """Reads the words that are recognised in spite of a slip.

    Raises:
        SafetyDataError: If the file has no such list.
    """
    words = read_yaml(path).get("close_to")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise SafetyDataError(f"{path}: expected a list `close_to` of words")
    return tuple(fold(word) for word in words)


def read_yaml(path: Path) -> dict[str, Any]:
    """Reads a YAML file that holds a table.

    Raises:
        SafetyDataError: If it can't be read or holds something else.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SafetyDataError(f"{path} can't be read: {error}") from error
    if not isinstance(content, dict):
        raise SafetyDataError(f"{path}: expected a table at the top")
    return content


def _read_file(path: Path) -> list[Phrase]:
    content = read_yaml(path)
    language, entries = content.get("language"), content.get("entries")
    if not isinstance(language, str) or not isinstance(entries, list):
        raise SafetyDataError(f"{path}: expected `language` and a list `entries`")
    sets = _read_sets(path, content.get("sets") or {})
    phrases = []
    for number, entry in enumerate(entries, start=1):
        where = f"{path}, entry {number}"
        if not isinstance(entry, dict) or not isinstance(entry.get("category"), str):
            raise SafetyDataError(f"{where}: expected category, level and phrases")
        try:
            level = Level.parse(str(entry.get("level")))
        except ValueError as error:
            raise SafetyDataError(f"{where} ({entry['category']}): {error}") from None
        patterns = entry.get("phrases")
        if not isinstance(patterns, list) or not all(isinstance(p, str) for p in patterns):
            raise SafetyDataError(f"{where} ({entry['category']}): `phrases` must be a list of texts")
        for pattern in patterns:
            try:
                spelt_out = _fill(fold(pattern), sets)
            except KeyError as error:
                raise SafetyDataError(f"{where}, phrase {pattern!r}: there is no set {error}") from None
            phrases.append(Phrase(spelt_out, entry["category"], level, language))
    return phrases


def _read_sets(path: Path, table: Any) -> dict[str, str]:
    """Reads the named choices that phrases use as <name>."""
    if not isinstance(table, dict) or not all(isinstance(choices, str) for choices in table.values()):
        raise SafetyDataError(f"{path}: `sets` must be a table of name: word|word|word")
    return {str(name): fold(choices) for name, choices in table.items()}


def _fill(pattern: str, sets: dict[str, str], depth: int = 0) -> str:
    """Puts the choices in place of <name>; a set may use another one.

    Raises:
        KeyError: If a set is unknown or holds itself.
    """
    if depth > 5:
        raise KeyError(pattern)
    return _SET.sub(lambda match: f"({_fill(sets[match.group(1)], sets, depth + 1)})", pattern)


def _check_patterns(phrases: list[Phrase], folder: Path) -> None:
    trial: PatternSet[Phrase] = PatternSet()
    for phrase in phrases:
        try:
            trial.add(phrase.pattern, phrase)
        except ValueError as error:
            raise SafetyDataError(
                f"{folder}, {phrase.language}, {phrase.category}, phrase {phrase.pattern!r}: {error}"
            ) from None
