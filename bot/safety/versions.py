"""Which lexicon and which statistical layer a verdict is from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

_LETTERS = 12


@dataclass(frozen=True)
class Versions:
    """What the screen is made from.

    Attributes:
        lexicon: Fingerprint of data/safety.
        layer: Fingerprint of what the statistical layer was trained on; None where the lexicon goes on alone.
    """

    lexicon: str = ""
    layer: Optional[str] = None


def fingerprint(folder: Path) -> str:
    """Returns a short fingerprint of the files of a data/safety folder: it changes when, and only when, they do."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:_LETTERS]
