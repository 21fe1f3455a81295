from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import PROJECT

runner = CliRunner()


@pytest.fixture(autouse=True)
def _stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def test_screen_tells_level_category_and_phrase() -> None:
    result = runner.invoke(app, ["screen", "i want to kill myself"])
    assert result.exit_code == 0
    assert "level: crisis" in result.stdout
    assert "category: direct" in result.stdout


def test_screen_of_an_ordinary_message() -> None:
    assert "level: none" in runner.invoke(app, ["screen", "does tms hurt"]).stdout


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        ("PORT", "none", ["bank", "load"]),
        ("DATABASE_URL", "nonsense", ["bank", "load"]),
        ("BANK_DIR", "/nowhere", ["bank", "validate"]),
        ("SAFETY_DIR", "/nowhere", ["screen", "hello"]),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, command: list[str]
) -> None:
    monkeypatch.setenv(name, value)
    result = runner.invoke(app, command)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_a_bad_evaluation_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.yml"
    path.write_text("- {expect: [a.b]}", encoding="utf-8")
    result = runner.invoke(app, ["evaluate", str(path)])
    assert result.exit_code == 1
    assert "cases.yml:1" in result.output


def test_a_place_that_cannot_hold_a_report_is_refused_before_the_work(tmp_path: Path) -> None:
    cases, taken = tmp_path / "cases.yml", tmp_path / "taken"
    cases.write_text("- {say: hi}", encoding="utf-8")
    taken.write_text("mine", encoding="utf-8")
    result = runner.invoke(app, ["evaluate", "--report", str(taken), str(cases)])
    assert result.exit_code == 1
    assert "is not a folder" in " ".join(result.output.split())
    assert taken.read_text(encoding="utf-8") == "mine"


def test_without_the_statistical_layer_there_is_no_safety_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELS_DIR", str(tmp_path))
    result = runner.invoke(app, ["safety-report", "--out", str(tmp_path / "safety.md")])
    assert result.exit_code == 1
    assert "trd train" in result.output
    assert not (tmp_path / "safety.md").exists()
