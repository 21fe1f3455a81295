from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.cases import CaseFileError, read_cases
from bot.safety import Level
from bot.settings import PROJECT


def write(folder: Path, text: str, name: str = "cases.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "- {say: hi, expect: [greet.overview, x.y], level: none, level_ok: [support], tags: [a]}")
    (case,) = read_cases(path)
    assert case.say == ("hi",)
    assert case.expect == (frozenset({"greet.overview", "x.y"}),)
    assert case.levels == {Level.NONE, Level.SUPPORT}
    assert case.tags == ("a",)


def test_json_lines_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, '{"say": "hi", "level": "any"}\n\n{"say": "ho"}\n', "cases.jsonl")
    assert [case.levels for case in read_cases(path)] == [frozenset(), frozenset()]


def test_several_turns_are_one_conversation(tmp_path: Path) -> None:
    (case,) = read_cases(write(tmp_path, "- {say: [what is ect, does it hurt], expect: [ect.side_effects]}"))
    assert case.say == ("what is ect", "does it hurt")


def test_each_turn_of_a_conversation_is_judged(tmp_path: Path) -> None:
    text = "- name: ask twice\n  turns:\n  - {say: hi, expect: [a.b]}\n  - {say: bye, expect: [c.d]}\n"
    first, second = read_cases(write(tmp_path, text))
    assert first.say == ("hi",)
    assert second.say == ("hi", "bye")
    assert "ask twice" in second.where


def test_all_expected_parts_are_kept(tmp_path: Path) -> None:
    (case,) = read_cases(write(tmp_path, "- {say: two things, expect_all: [[a.b], [c.d, e.f]]}"))
    assert case.expect == (frozenset({"a.b"}), frozenset({"c.d", "e.f"}))


def test_what_is_named_first_is_what_a_case_counts_under(tmp_path: Path) -> None:
    text = (
        "- {say: a, expect: [x.b, a.y], level: support, level_ok: [none]}\n"
        "- {say: b, expect_all: [[c.d, a.b], [e.f]], level: any}\n"
    )
    first, second = read_cases(write(tmp_path, text))
    assert (first.main, first.main_level, first.file) == (("x.b",), Level.SUPPORT, "cases.yml")
    assert (second.main, second.main_level) == (("c.d", "e.f"), None)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("say: hi", "expected a list"),
        ("- hi", "expected a table"),
        ("- {expect: [a.b]}", "`say` is missing"),
        ("- {say: hi, level: dire}", "cases.yml:1: unknown level 'dire'"),
        ("- {say: hi", "can't be read"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(CaseFileError, match=complaint):
        read_cases(write(tmp_path, text))


@pytest.mark.parametrize("path", sorted((PROJECT / "tests" / "evaluation").glob("*.yml")), ids=lambda path: path.name)
def test_the_projects_own_files_are_in_order(path: Path) -> None:
    assert len(read_cases(path)) >= 20
