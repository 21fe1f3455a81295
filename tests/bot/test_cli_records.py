from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.records.archive import Archive
from bot.records.events import CrisisEvent, Feedback, Unanswered
from bot.safety import Level
from bot.settings import PROJECT

NOW = datetime.datetime.now(datetime.timezone.utc)
LONG_AGO = NOW - datetime.timedelta(days=40)


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["records", *arguments], env={"COLUMNS": "200"})


def done(*arguments: str) -> str:
    result = command(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    monkeypatch.chdir(PROJECT)
    url = f"sqlite:///{tmp_path / 'trd.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return Archive(url)


@pytest.fixture
def kept(archive: Archive) -> Archive:
    for at in (LONG_AGO, NOW):
        archive.keep(CrisisEvent(at, "sms", Level.CRISIS, "direct", "en", "abc", None, "me"))
    archive.keep(Unanswered(LONG_AGO, "web", "=long ago", ("ect",), "you"))
    archive.keep(Unanswered(NOW, "web", "[red]is yoga covered", ("exercise", "insurance_plans"), "you"))
    archive.keep(Feedback(NOW, "web", "ect.overview", "a1b2", False, "me"))
    return archive


@pytest.mark.parametrize("kind", ["unanswered", "crisis", "feedback"])
def test_where_nothing_is_kept_that_is_said(kind: str) -> None:
    assert done("list", kind).strip() == "0 lines"


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("unanswered", ["[red]is yoga covered", "=long ago", "exercise, insurance_plans", "2 lines"]),
        ("crisis", ["sms", "direct", "2 lines"]),
        ("feedback", ["ect.overview", "no", "1 lines"]),
    ],
)
def test_lists_show_what_is_kept(kept: Archive, kind: str, shown: list[str]) -> None:
    said = done("list", kind)
    assert [part for part in shown if part not in said] == []


def test_the_last_days_alone(kept: Archive) -> None:
    assert "long ago" not in done("list", "unanswered", "--days", "7")
    assert "1 lines" in done("list", "crisis", "--days", "7")


def test_a_spreadsheet_holds_no_formula_and_is_not_replaced_unasked(kept: Archive, tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    done("list", "unanswered", "--csv", str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert {row["question"] for row in csv.DictReader(file)} == {"'=long ago", "[red]is yoga covered"}
    refused = command("list", "unanswered", "--csv", str(path))
    assert refused.exit_code == 1
    assert "--force" in refused.output
    done("list", "crisis", "--csv", str(path), "--force")
    assert path.read_text(encoding="utf-8-sig").startswith("time,times,channel,level")


def test_a_file_that_cannot_be_written_is_named(kept: Archive, tmp_path: Path) -> None:
    refused = command("list", "crisis", "--csv", str(tmp_path / "none" / "x.csv"))
    assert refused.exit_code == 1
    assert "can't be written" in refused.output


def test_forget_lets_go_of_what_is_older(kept: Archive) -> None:
    assert "Deleted 1 unanswered questions; 1 crisis events and 0 votes" in done("forget", "--older-than", "30")
    assert "long ago" not in done("list", "unanswered")
    assert LONG_AGO.date().isoformat() in done("list", "crisis")


def test_forget_can_take_all(kept: Archive) -> None:
    done("forget", "--older-than", "0")
    assert done("list", "unanswered").strip() == "0 lines"
    assert "me" not in done("list", "feedback").split()


@pytest.mark.parametrize(
    "wrong", [["forget"], ["forget", "--older-than", "-1"], ["list", "words"], ["list", "crisis", "--days", "0"]]
)
def test_what_makes_no_sense_is_refused(wrong: list[str]) -> None:
    assert command(*wrong).exit_code == 2


def test_a_database_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////proc/nothing/trd.db")
    refused = command("list", "crisis")
    assert refused.exit_code == 1
    assert "DATABASE_URL" in refused.output
