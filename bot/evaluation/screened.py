"""Puts cases to the crisis screen alone: no Rasa, no replies, so it takes a fraction of the time of playing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from bot.channels.recent import Recent
from bot.evaluation.cases import Case
from bot.learning.encoder import load_encoder
from bot.safety import Level, Verdict
from bot.safety.statistical import pieces
from bot.screening import Screening
from bot.settings import Settings

_BATCH = 64


@dataclass(frozen=True)
class Screened:
    """A case with what the screen made of it.

    Attributes:
        case: The case.
        level: The level given.
        alone: The level that the lexicon alone gives.
    """

    case: Case
    level: Level
    alone: Level

    @property
    def instructed(self) -> bool:
        """Whether the 988 instructions come first: at every level but the lowest they do."""
        return self.level is not Level.NONE


def screen_all(screening: Screening, cases: Sequence[Case], settings: Settings) -> list[Screened]:
    """Screens the cases; what the statistical layer will need is computed in batches beforehand."""
    if not screening.layered:
        return [_screened(screening, case) for case in cases]
    last = dict.fromkeys(case.say[-1] for case in cases)
    unsure = [text for text in last if not screening.lexicon(text).level.blocks]
    needed = [part for text in unsure for part in (text, *pieces(text))]
    encoder = load_encoder(settings.encoder_dir)
    remembered, encoder.remembers = encoder.remembers, max(encoder.remembers, len(needed))
    try:
        if needed:
            encoder.encode(needed, batch_size=_BATCH)
        return [_screened(screening, case) for case in cases]
    finally:
        encoder.remembers = remembered


def conversation_verdict(screening: Screening, turns: Sequence[str], *, layered: bool = True) -> Verdict:
    """Returns the verdict on the last turn, joined with what was said just before it as the guard joins it."""
    recent, verdict = Recent(), Verdict()
    for text in turns:
        verdict = screening.lexicon(text)
        before = recent.add("", text, verdict.level)
        if before is not None:
            joined = screening.lexicon(f"{before.text} {text}")
            if joined.level > max(verdict.level, before.level):
                verdict = joined
        if layered:
            verdict = screening.raised(verdict, text)
        if verdict.level.blocks:
            recent.mark("")
    return verdict


def _screened(screening: Screening, case: Case) -> Screened:
    return Screened(
        case=case,
        level=conversation_verdict(screening, case.say).level,
        alone=conversation_verdict(screening, case.say, layered=False).level,
    )
