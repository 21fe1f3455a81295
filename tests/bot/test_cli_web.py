from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import PROJECT
from bot.web.bundle import bundle

runner = CliRunner()


@pytest.fixture(autouse=True)
def _stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def test_integrity_prints_the_value_and_the_tag() -> None:
    result = runner.invoke(app, ["web", "integrity", "--url", "https://chat.clinic.example/"])
    assert result.exit_code == 0
    assert f"integrity: {bundle().integrity}" in result.stdout
    assert '<script type="module" src="https://chat.clinic.example/widget.js"' in result.stdout
    assert "tel:988" in result.stdout


def test_export_writes_the_files(tmp_path: Path) -> None:
    assert runner.invoke(app, ["web", "export", str(tmp_path / "new")]).exit_code == 0
    assert (tmp_path / "new" / "widget.js").read_bytes() == bundle().script
    assert (tmp_path / "new" / "widget.css").read_bytes() == bundle().style
