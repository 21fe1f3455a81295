from __future__ import annotations

import shutil
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


def test_bank_validate_says_that_all_is_well() -> None:
    result = runner.invoke(app, ["bank", "validate"])
    assert result.exit_code == 0
    assert "in order" in result.stdout


def test_bank_validate_names_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bank"
    shutil.copytree(PROJECT / "data" / "bank", folder)
    path = folder / "faq.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("sms:", "smss:", 1), encoding="utf-8")
    monkeypatch.setenv("BANK_DIR", str(folder))
    result = runner.invoke(app, ["bank", "validate"])
    assert result.exit_code == 1
    assert "faq.yml" in result.output
    assert "sms" in result.output


def test_bank_load_writes_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    assert runner.invoke(app, ["bank", "load"]).exit_code == 0
    assert (tmp_path / "x.db").is_file()


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
