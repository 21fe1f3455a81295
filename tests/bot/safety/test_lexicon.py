from __future__ import annotations

from pathlib import Path

import pytest

from bot.safety.lexicon import SafetyDataError, load_phrases, load_rewrites
from bot.safety.verdict import Level
from bot.settings import PROJECT

LEXICON = PROJECT / "data" / "safety" / "lexicon"
CATEGORIES = {
    "direct", "passive", "passive_death_wish", "euphemism", "slang", "plan", "preparation", "goodbye",
    "asking_for_means", "self_harm", "overdose", "injury_now", "voices", "harm_to_others", "abuse", "third_party",
    "past_attempt", "denial", "mention", "idiom",
}  # fmt: skip


def write(folder: Path, text: str) -> Path:
    (folder / "en.yml").write_text(text, encoding="utf-8")
    return folder


def test_the_lexicon_has_the_breadth_it_promises() -> None:
    phrases = load_phrases(LEXICON)
    assert len(phrases) >= 250
    assert {phrase.language for phrase in phrases} >= {"en", "es", "ht", "pt"}
    assert {phrase.category for phrase in phrases} == CATEGORIES
    assert {phrase.level for phrase in phrases} == set(Level)


def test_sets_are_put_in_place(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "language: en\nsets: {kin: son|daughter}\n"
        "entries: [{category: third_party, level: support, phrases: [my <kin> is]}]",
    )
    assert load_phrases(folder)[0].pattern == "my (son|daughter) is"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("entries: []", "language"),
        ("language: en\nentries: [{category: direct, level: awful, phrases: [x]}]", "awful"),
        ("language: en\nentries: [{category: direct, level: crisis, phrases: x}]", "phrases"),
        ("language: en\nentries: [{category: direct, level: crisis, phrases: ['(a']}]", r"\(a"),
        ("language: en\nentries: [{category: direct, level: crisis, phrases: ['<nobody> x']}]", "nobody"),
        ("language: en\nentries: [{level: crisis, phrases: [x]}]", "category"),
        ("- just\n- a list", "table"),
        ("language: [", "can't be read"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SafetyDataError, match=complaint):
        load_phrases(write(tmp_path, text))


def test_no_lexicon_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SafetyDataError, match="no lexicon"):
        load_phrases(tmp_path)


def test_a_spelling_that_yaml_took_for_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "spellings.yml"
    path.write_text("rewrites: {no: not}", encoding="utf-8")
    with pytest.raises(SafetyDataError, match="quotes"):
        load_rewrites(path)
