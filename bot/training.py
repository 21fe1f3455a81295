"""Trains the model when, and only when, something that goes into it has changed.

The name of a model's file holds a fingerprint of its inputs, so that a model is found by what it was made from.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Iterator, Optional

from bot.bank.files import read_bank
from bot.settings import PROJECT, Settings

logger = logging.getLogger(__name__)

_INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu/*.yml",
    "data/stories/*.yml",
    "data/textspeak.yml",
    "bot/learning/*.py",
    "bot/understanding/[!q]*.py",  # questions.py works on what was learnt, and teaches nothing
    "requirements/lock.txt",
)


class TrainingError(RuntimeError):
    """Training failed; the message says what to do."""


def current_model(settings: Settings) -> Optional[Path]:
    """Returns the model made from the present inputs, or None if there is none yet."""
    path = _path(settings)
    return path if path.is_file() else None


def train(settings: Settings, *, force: bool = False) -> tuple[Path, bool]:
    """Returns the model for the present inputs, training it if needed.

    Args:
        settings: The settings.
        force: Train even if there is such a model.

    Returns:
        The model's file and whether it was trained now.

    Raises:
        TrainingError: If training failed.
    """
    path = _path(settings)
    if path.is_file() and not force:
        return path, False
    # An interrupted training must not leave a file that looks like a model.
    unfinished = path.with_name("unfinished.tar.gz")
    # Rasa takes seconds to import: only training needs it.
    import rasa.model_training

    result = rasa.model_training.train(
        domain=str(PROJECT / "domain.yml"),
        config=str(PROJECT / "config.yml"),
        training_files=[str(PROJECT / "data" / "nlu"), str(PROJECT / "data" / "stories")],
        output=str(settings.models_dir),
        fixed_model_name=unfinished.name,
        force_training=True,
    )
    if result.model is None or not unfinished.is_file():
        raise TrainingError(
            "training ended without a model: see the messages above; `rasa data validate` finds most causes"
        )
    os.replace(unfinished, path)
    return path, True


def _path(settings: Settings) -> Path:
    return settings.models_dir / f"trd-{_fingerprint(settings)}.tar.gz"


def _fingerprint(settings: Settings) -> str:
    digest = hashlib.sha256()
    for path in _input_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    # Of the bank only the names of topics go into the model: a changed answer needs no training.
    topics = read_bank(settings.bank_dir).topics
    digest.update(json.dumps({topic.id: [topic.name, *topic.aliases] for topic in topics.values()}).encode())
    return digest.hexdigest()[:12]


def _input_files() -> Iterator[Path]:
    for pattern in _INPUTS:
        yield from sorted(PROJECT.glob(pattern))
