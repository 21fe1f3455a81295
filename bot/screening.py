"""The crisis screen as the assistant uses it: the lexicon, and over it the statistical layer where it is trained."""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import shutil
from pathlib import Path
from typing import Callable, Iterator, Optional

import yaml

from bot.learning.encoder import EncoderUnavailableError, load_encoder
from bot.learning.linear import ModelFileError
from bot.safety import Level, Screen, Verdict, Versions, load_screen
from bot.safety.statistical import StatisticalLayer, read_examples
from bot.safety.versions import fingerprint
from bot.settings import PROJECT, Settings

logger = logging.getLogger(__name__)

SETTINGS = {
    "thresholds": {Level.SUPPORT: 0.2, Level.CRISIS: 0.9, Level.EMERGENCY: 0.9},
    "piece_threshold": 0.7,
}
"""Probabilities from which on the statistical layer gives a level. Where it is in doubt about danger, people get
the 988 message and their answer: that costs them a few lines, and a missed cry for help may cost a life."""

_RATHER_THAN_A_PHRASE = 0.97
"""Probability from which on the layer overrules a phrase that says support."""

_LAYER = "screen-"
"""How the name of a trained layer's folder begins."""

_INPUTS = (
    "data/nlu/*.yml",
    "bot/learning/*.py",
    "bot/safety/statistical.py",
    "requirements/lock.txt",
)


class Screening:
    """The whole screen.

    Args:
        lexicon: Microseconds, needs nothing.
        layer: Milliseconds, needs a trained model; None where there is none.
        versions: What both are made from.
    """

    def __init__(
        self, lexicon: Screen, layer: Optional[Callable[[str], Verdict]], *, versions: Versions = Versions()
    ) -> None:
        self.lexicon, self._layer, self.versions = lexicon, layer, versions
        self._failing = False

    @property
    def layered(self) -> bool:
        """Whether the statistical layer is there."""
        return self._layer is not None

    def __call__(self, text: str) -> Verdict:
        """Screens one message. Never raises for any text."""
        return self.raised(self.lexicon(text), text)

    def raised(self, verdict: Verdict, text: str) -> Verdict:
        """Returns the lexicon's verdict, or the statistical layer's where that is higher."""
        if verdict.level.blocks or self._layer is None:
            return verdict
        try:
            second = self._layer(text)
        except Exception:  # the lexicon goes on alone
            if not self._failing:
                logger.exception("The statistical layer of the crisis screen fails; the lexicon goes on alone.")
            self._failing = True
            return verdict
        if verdict.level is not Level.NONE and second.probability < _RATHER_THAN_A_PHRASE:
            return verdict  # the words were understood: a denial, a worry about somebody else
        return second if second.level > verdict.level else verdict


def screening(settings: Settings) -> Screening:
    """Returns the screen; the same settings give the same object.

    Raises:
        SafetyDataError: If a file of data/safety is not usable.
    """
    return _load(settings.safety_dir, settings.encoder_dir, trained_layer(settings))


def train_layer(settings: Settings, *, force: bool = False) -> tuple[Path, bool]:
    """Trains the statistical layer if anything that goes into it has changed.

    Returns:
        Its folder and whether it was trained now.

    Raises:
        EncoderUnavailableError: If there are no sentence vectors.
        SafetyDataError: If the examples are not usable.
    """
    folder = _folder(settings)
    if folder.is_dir() and not force:
        return folder, False
    examples = read_examples(settings.safety_dir / "examples")
    known = {text for text, _ in examples}
    ordinary = [(text, Level.NONE) for text in dict.fromkeys(_questions()) if text not in known]
    encoder = load_encoder(settings.encoder_dir)
    layer = StatisticalLayer.train([*examples, *ordinary], encode=encoder.encode, **SETTINGS)
    # An interrupted training must not leave a folder that looks like a layer.
    unfinished = folder.with_name("unfinished-screen")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    layer.save(unfinished)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(unfinished, folder)
    return folder, True


def trained_layer(settings: Settings) -> Optional[Path]:
    """Returns the folder of the layer made from the present examples, or None if there is none yet."""
    folder = _folder(settings)
    return folder if folder.is_dir() else None


@functools.lru_cache(maxsize=4)
def _load(safety_dir: Path, encoder_dir: Optional[Path], layer: Optional[Path]) -> Screening:
    lexicon = load_screen(safety_dir)
    alone = Versions(fingerprint(safety_dir))
    if layer is None:
        logger.warning("The crisis screen has no statistical layer: the lexicon goes on alone. Run `trd train`.")
        return Screening(lexicon, None, versions=alone)
    try:
        trained = StatisticalLayer.load(layer, encode=load_encoder(encoder_dir).encode, **SETTINGS)
        return Screening(lexicon, trained, versions=Versions(alone.lexicon, layer.name.removeprefix(_LAYER)))
    except (EncoderUnavailableError, ModelFileError) as error:
        logger.warning("The crisis screen goes on without its statistical layer: %s", error)
        return Screening(lexicon, None, versions=alone)


def _questions() -> Iterator[str]:
    """Yields the training examples of data/nlu: what people ask every day."""
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["nlu"]:
            for line in block.get("examples", "").splitlines():
                if line.strip():
                    yield line.strip().removeprefix("- ").strip()


def _folder(settings: Settings) -> Path:
    digest = hashlib.sha256()
    examples = sorted((settings.safety_dir / "examples").glob("*.yml"))
    for path in [*examples, *(path for pattern in _INPUTS for path in sorted(PROJECT.glob(pattern)))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return settings.models_dir / f"{_LAYER}{digest.hexdigest()[:12]}"
