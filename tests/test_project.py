"""The parts of the project agree with each other."""

from __future__ import annotations

import re
import subprocess
from collections import Counter

import pytest
import yaml
from rapidfuzz import fuzz, process

from bot.bank import Bank, Facet
from bot.settings import PROJECT

MIN_EXAMPLES = 20
CRISIS_INTENTS = {"crisis", "emergency"}


def load(path: str) -> dict:
    return yaml.safe_load((PROJECT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def blocks() -> list[dict]:
    files = sorted((PROJECT / "data" / "nlu").glob("*.yml"))
    return [block for path in files for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]]


def examples_of(block: dict) -> list[str]:
    return [line.strip().removeprefix("- ") for line in block["examples"].strip().splitlines()]


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False)
    return [name for name in listed.stdout.split("\0") if name and (PROJECT / name).is_file()]


def test_every_topic_has_an_intent_and_every_intent_a_topic(bank: Bank) -> None:
    assert set(load("domain.yml")["intents"]) - CRISIS_INTENTS == set(bank.topics)


def test_every_topic_has_examples_enough(bank: Bank, blocks: list[dict]) -> None:
    counts: Counter[str] = Counter()
    for block in blocks:
        counts[block["intent"]] += len(examples_of(block))
    assert {topic: counts[topic] for topic in bank.topics if counts[topic] < MIN_EXAMPLES} == {}
    assert set(counts) == set(bank.topics)


def test_every_intent_has_a_rule(bank: Bank) -> None:
    ruled = set()
    for rule in load("data/stories/rules.yml")["rules"]:
        first = rule["steps"][0]
        ruled |= {option["intent"] for option in first.get("or", [first])}
    assert ruled == {*bank.topics, *CRISIS_INTENTS, "nlu_fallback"}


def test_every_action_of_the_domain_has_a_file() -> None:
    assert all((PROJECT / "actions" / f"{name}.py").is_file() for name in load("domain.yml")["actions"])


def test_treatment_examples_name_a_facet_and_others_none(bank: Bank, blocks: list[dict]) -> None:
    for block in blocks:
        facet = (block.get("metadata") or {}).get("facet")
        if bank.topics[block["intent"]].is_treatment:
            assert facet in set(Facet), block["intent"]
        else:
            assert facet is None, block["intent"]


def test_no_example_stands_under_two_labels(blocks: list[dict]) -> None:
    labels: dict[str, set[str]] = {}
    for block in blocks:
        for example in examples_of(block):
            labels.setdefault(re.sub(r"\W+", " ", example.lower()).strip(), set()).add(block["intent"])
    assert {text: intents for text, intents in labels.items() if text and len(intents) > 1} == {}


def test_no_training_example_is_a_measured_question(blocks: list[dict]) -> None:
    trained = [example.lower() for block in blocks for example in examples_of(block)]
    measured = {
        str(entry["say"]).lower()
        for path in (PROJECT / "tests" / "evaluation").glob("*.yml")
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
        if "say" in entry and len(str(entry["say"])) > 15
    }
    near = [
        (text, match[0])
        for text in measured
        if (match := process.extractOne(text, trained, scorer=fuzz.ratio, score_cutoff=95))
    ]
    assert near == []


def test_no_training_example_is_taken_for_danger(blocks: list[dict], screen) -> None:
    blocked = [e for block in blocks for e in examples_of(block) if screen(e).level.blocks]
    # Reactions that need help at once may rightly be emergencies.
    allowed = {e for block in blocks if block["intent"] == "adverse_reaction" for e in examples_of(block)}
    assert set(blocked) - allowed == set()


def test_nothing_large_is_tracked() -> None:
    assert [name for name in tracked_files() if (PROJECT / name).stat().st_size > 1_000_000] == []


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    lock = (PROJECT / "requirements" / "lock.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9_.\-]+==\S+", lock, flags=re.MULTILINE)
    assert len(pinned) > 100
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock
    assert not re.search(r"^(torch|sentence-transformers)==", lock, flags=re.MULTILINE)


def test_the_readme_shows_both_commands() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme
