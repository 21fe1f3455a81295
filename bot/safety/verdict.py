"""What the crisis screen says of a message."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Level(enum.IntEnum):
    """How much danger a message speaks of; a higher level overrules a lower one."""

    NONE = 0
    SUPPORT = 1
    CRISIS = 2
    EMERGENCY = 3

    @classmethod
    def parse(cls, name: str) -> Level:
        """Returns the level of a name as written in data files ("none", "support", ...).

        Raises:
            ValueError: If no level has this name.
        """
        try:
            return cls[name.upper()]
        except KeyError:
            known = ", ".join(level.label for level in cls)
            raise ValueError(f"unknown level {name!r}; use one of: {known}") from None

    @property
    def label(self) -> str:
        """The name as it stands in data files and in the metadata of a reply."""
        return self.name.lower()

    @property
    def blocks(self) -> bool:
        """Whether the instructions stand alone, without an answer to anything else."""
        return self >= Level.CRISIS


@dataclass(frozen=True)
class Verdict:
    """The outcome of screening one message.

    Attributes:
        level: How much danger the message speaks of.
        category: The lexicon's category of the deciding phrase ("" when the level is NONE).
        language: Language of the deciding phrase, as an ISO 639-1 code ("en" when the level is NONE).
        phrase: The deciding phrase pattern of the lexicon; never the person's own words.
        probability: How likely the level is, as the statistical layer sees it; 1 for a phrase.
    """

    level: Level = Level.NONE
    category: str = ""
    language: str = "en"
    phrase: str = ""
    probability: float = 1.0


SAFE = Verdict()
