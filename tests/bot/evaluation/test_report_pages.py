from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.evaluation import pages
from bot.evaluation.outcomes import Outcome
from bot.evaluation.shares import Share
from bot.safety import Level


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    pages.prepare(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


@pytest.mark.parametrize("name", ["file", "file/within"])
def test_a_file_is_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(pages.ReportError, match="is not a folder: name one"):
        pages.prepare(tmp_path / name)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_written_to_is_named() -> None:
    with pytest.raises(pages.ReportError, match="can't write to /proc/reports .*name another folder"):
        pages.prepare(Path("/proc/reports"))


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(pages.ReportError, match="can't write"):
        pages.write(tmp_path / "report.html", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Share(0, 0), "–"),
        (Share(0, 9), "0%"),
        (Share(9, 9), "100%"),
        (Share(1, 3), "33.3%"),
        (Share(9999, 10000), "99.9%"),
    ],
)
def test_only_all_is_a_hundred_percent(share: Share, text: str) -> None:
    assert pages.percent(share) == text


def test_words_stay_words_in_markdown() -> None:
    assert pages.markdown("a *b* [c](d)\n| <e>") == r"a \*b\* \[c\](d) \| \<e\>"


def test_json_has_names_and_intervals() -> None:
    @dataclass(frozen=True)
    class Told:
        share: Share
        by: dict[Level, int]
        outcome: Outcome

    told = json.loads(pages.to_json(Told(Share(1, 2), {Level.CRISIS: 3}, Outcome.RIGHT)))
    assert told["share"]["percent"] == 50.0
    assert told["share"]["low"] < 50 < told["share"]["high"]
    assert (told["by"], told["outcome"]) == ({"crisis": 3}, "right")
