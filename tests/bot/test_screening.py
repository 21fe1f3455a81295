from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.safety import Level, Screen, Verdict
from bot.screening import Screening, screening, trained_layer
from bot.settings import Settings


@pytest.mark.parametrize("said", [Level.NONE, Level.SUPPORT, Level.CRISIS])
def test_the_layer_never_lowers_a_level(screen: Screen, said: Level) -> None:
    layered = Screening(screen, lambda text: Verdict(said, "statistical"))
    assert layered("my son tried to kill himself last year").level == max(said, Level.SUPPORT)
    assert layered("i want to kill myself").level is Level.CRISIS


def test_a_failing_layer_leaves_the_lexicon_and_says_so_once(screen: Screen, caplog: pytest.LogCaptureFixture) -> None:
    def fails(text: str) -> Verdict:
        raise RuntimeError("damaged")

    layered = Screening(screen, fails)
    with caplog.at_level(logging.ERROR):
        assert [layered("hello").level, layered("i want to die").level, layered("hello").level] == [0, 2, 0]
    assert len([record for record in caplog.records if "goes on alone" in record.message]) == 1


def test_without_a_trained_layer_the_lexicon_goes_on_alone(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bare = settings.copy(update={"models_dir": tmp_path})
    with caplog.at_level(logging.WARNING):
        assert screening(bare)("i want to kill myself").level is Level.CRISIS
        assert screening(bare)("hello").level is Level.NONE
    assert len([record for record in caplog.records if "goes on alone" in record.message]) == 1


def test_without_vectors_the_lexicon_goes_on_alone(settings: Settings, model: Path, tmp_path: Path) -> None:
    assert trained_layer(settings) is not None
    blind = settings.copy(update={"encoder_dir": tmp_path})
    assert screening(blind)("i want to kill myself").level is Level.CRISIS
    assert screening(blind)("hello").level is Level.NONE


def test_the_trained_layer_hears_what_no_phrase_holds(settings: Settings, model: Path, screen: Screen) -> None:
    said = "found homes for both the cats and left the keys with my neighbor, nobody needs to look for me after friday"
    assert screen(said).level is Level.NONE
    assert screening(settings)(said).level >= Level.SUPPORT
