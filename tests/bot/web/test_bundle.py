from __future__ import annotations

import base64
import gzip
import hashlib
import re

import pytest
import yaml

from bot.bank import Bank
from bot.safety import Level, Messages, Screen
from bot.settings import PROJECT
from bot.web import bundle as bundling
from bot.web.bundle import BundleError, bundle, contents

BUDGET = 20_000
"""Bytes of the whole widget, compressed."""

WORDS = contents()["WORDS"]
PHRASES = contents()["PHRASES"]


def test_the_widget_is_small() -> None:
    assert len(gzip.compress(bundle().script, 9)) <= BUDGET


def test_the_same_files_give_the_same_bytes() -> None:
    first = bundle()
    bundling.bundle.cache_clear()
    assert bundle() == first


def test_the_integrity_is_that_of_the_script() -> None:
    digest = base64.b64encode(hashlib.sha384(bundle().script).digest()).decode()
    assert bundle().integrity == f"sha384-{digest}"


def test_the_widget_needs_nothing_from_elsewhere() -> None:
    script = bundle().script.decode()
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    hosts = set(re.findall(r"https?://([\w.-]+)", script))
    assert hosts == {"988lifeline.org", "www.w3.org"}  # where people are sent, and the name of SVG


@pytest.mark.parametrize(
    "way",
    [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "document.cookie",
        "localStorage",
    ],
)
def test_the_widget_never_reads_text_as_markup_and_keeps_no_trace(way: str) -> None:
    assert way not in bundle().script.decode()


def test_old_browsers_understand_the_widget() -> None:
    script = bundle().script.decode()
    assert not re.search(r"\(\?<[=!]", script)  # look-behind: Safari before 16.4 would refuse the whole script
    assert not re.search(r"\?\?=|\|\|=|&&=|\.at\(|replaceAll|structuredClone|randomUUID|^\s*#\w+", script, re.MULTILINE)


@pytest.mark.parametrize(
    "code", ['import x from "./dom.js";\n', "export default 1;\n", 'import { x } from "./element.js";\n']
)
def test_a_module_that_does_not_fit_is_named(tmp_path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    (tmp_path / "dom.js").write_text(code, encoding="utf-8")
    monkeypatch.setattr(bundling, "WIDGET", tmp_path)
    with pytest.raises(BundleError, match=r"dom\.js"):
        bundling._module("dom", set())


def test_a_missing_file_is_named(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "WIDGET", tmp_path)
    bundling.bundle.cache_clear()
    with pytest.raises(BundleError, match=r"widget\.css"):
        bundle()
    monkeypatch.undo()


@pytest.mark.parametrize("content", ["[]", "phrases: []", "a: : b"])
def test_a_wrong_list_of_phrases_is_named(tmp_path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    (tmp_path / "strings.yml").write_text("a: b", encoding="utf-8")
    (tmp_path / "crisis.yml").write_text(content, encoding="utf-8")
    monkeypatch.setattr(bundling, "DATA", tmp_path)
    with pytest.raises(BundleError, match=r"crisis\.yml"):
        contents()


def test_every_word_that_the_widget_asks_for_is_there_and_no_other() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "bot/web/widget").glob("*.js"))
    asked = set(re.findall(r'word\(\s*"(\w+)"', code)) | set(re.findall(r"WORDS\.(\w+)", code))
    asked |= set(re.findall(r'button\("(\w+)"', code))
    asked |= {"helpful_yes", "helpful_no", "said_by_me", "said_by_bot", "me", "bot"}  # chosen within the call
    assert asked - set(WORDS) == set()
    assert set(WORDS) - asked == set()


def test_buttons_at_the_start_lead_to_answers(bank: Bank) -> None:
    assert len(WORDS["starters"]) >= 3
    assert [starter for starter in WORDS["starters"] if starter["payload"] not in bank.spoken] == []


def test_only_answers_about_the_conversation_go_without_feedback(bank: Bank) -> None:
    conversation = {topic.id for topic in bank.topics.values() if topic.group == "conversation"}
    assert set(WORDS["without_feedback"]) == conversation - {"compare"}


def test_the_first_message_says_what_people_must_know() -> None:
    first = " ".join(WORDS["welcome"])
    for words in (
        "automated",
        "not a person",
        "nobody watches",
        "not for emergencies",
        "can't give personal medical advice",
    ):
        assert words in first
    assert "don't type names" in WORDS["privacy"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_crisis_words_hold_the_numbers(language: str) -> None:
    words, links = WORDS["crisis"][language], WORDS["links"][language]
    assert "988" in words["card"]
    assert "911" in words["body"]
    assert links["call"] == "tel:988"
    assert links["text"].startswith("sms:988")
    assert links["chat"].startswith("https://988lifeline.org/")
    assert links["emergency"] == "tel:911"


def test_the_screen_hears_danger_or_worry_in_every_phrase_of_the_widget(screen: Screen) -> None:
    phrases = [phrase for listed in PHRASES["phrases"].values() for phrase in listed]
    assert len(phrases) > 100
    assert [phrase for phrase in phrases if screen(phrase).level is Level.NONE] == []


def test_phrases_are_plain_words_and_none_stands_twice() -> None:
    phrases = [phrase for listed in PHRASES["phrases"].values() for phrase in listed]
    assert [phrase for phrase in phrases if not re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", phrase)] == []
    spelt = {word for phrase in phrases for word in phrase.split()} & set(PHRASES["same"])
    assert spelt == set(), "these are rewritten before phrases are looked for: write what they become"
    assert [a for a in phrases for b in phrases if a != b and f" {b} " in f" {a} "] == []


def test_ordinary_questions_hold_no_phrase_of_the_widget() -> None:
    """By the same rule as danger.js, in Python; the browser's own tests tie the two together."""
    questions = [
        str(case["say"])
        for path in (PROJECT / "tests" / "evaluation").glob("*.yml")
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
        if case.get("level", "none") == "none" and isinstance(case.get("say"), str)
    ]
    assert len(questions) > 1000
    assert [question for question in questions if _found(question)] == []


def _found(text: str) -> bool:
    bare = re.sub(r"['’‘`´]", "", text.lower())
    said = " ".join(PHRASES["same"].get(word, word) for word in re.findall(r"[a-z0-9]+", bare))
    return any(f" {phrase} " in f" {said} " for listed in PHRASES["phrases"].values() for phrase in listed)


def test_the_language_of_a_safety_message_is_known(messages: Messages) -> None:
    phone = "555-0100"
    assert messages.language_of(messages.for_failure(phone=phone, language="es"), phone=phone) == "es"
    assert messages.language_of(messages.for_failure(phone=phone), phone=phone) == "en"
    assert messages.language_of("something else", phone=phone) == "en"
