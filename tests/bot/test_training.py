from __future__ import annotations

from pathlib import Path

import pytest

import bot.training
from bot.settings import PROJECT, Settings
from bot.training import current_model, train


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    return settings.copy(update={"models_dir": tmp_path})


def test_the_same_inputs_give_the_same_model(elsewhere: Settings) -> None:
    assert bot.training._path(elsewhere) == bot.training._path(elsewhere)
    assert current_model(elsewhere) is None


def test_a_present_model_is_not_trained_again(elsewhere: Settings) -> None:
    bot.training._path(elsewhere).write_bytes(b"a model")
    assert train(elsewhere) == (bot.training._path(elsewhere), False)


def test_a_changed_input_asks_for_another_model(elsewhere: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bot.training._path(elsewhere)
    monkeypatch.setattr(bot.training, "_INPUTS", ("config.yml", "domain.yml", "README.md"))
    assert bot.training._path(elsewhere) != before


def test_every_kind_of_input_is_there() -> None:
    for pattern in bot.training._INPUTS:
        assert list(PROJECT.glob(pattern)), pattern
