"""The screen itself: a message in, a verdict out."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Mapping, Sequence

from bot.safety.lexicon import Phrase, load_close_to, load_phrases, load_rewrites
from bot.safety.normalise import Normaliser
from bot.safety.patterns import PatternSet, Span, words_of
from bot.safety.verdict import SAFE, Level, Verdict


class Screen:
    """Decides how much danger a message speaks of. Immutable after construction, safe between threads.

    Context is a matter of longer phrases: a match that lies inside a longer match is set aside, whatever
    its level. "I do not want to kill myself" (support) so overrules the "kill myself" inside it, and the
    idiom "killing me softly" hides nothing but itself. Of what remains, the highest level decides.

    Args:
        phrases: The lexicon.
        rewrites: Spellings and their canonical words.
        close_to: Words that are recognised in spite of a slip.
    """

    def __init__(
        self, *, phrases: Sequence[Phrase], rewrites: Mapping[str, Sequence[str]], close_to: Sequence[str] = ()
    ) -> None:
        vocabulary = set().union(*(words_of(phrase.pattern) for phrase in phrases))
        self._normaliser = Normaliser(rewrites=rewrites, vocabulary=vocabulary, close_to=close_to)
        self._patterns: PatternSet[Phrase] = PatternSet(lambda word: rewrites.get(word, (word,)))
        for phrase in phrases:
            self._patterns.add(phrase.pattern, phrase)

    def __call__(self, text: str) -> Verdict:
        """Screens one message of any length. Never raises for any text."""
        spans = [span for words in self._normaliser.views(text) for span in self._deciding_spans(words)]
        if not spans:
            return SAFE
        worst = max(spans, key=lambda span: (span.payload.level, span.end - span.start)).payload
        if worst.level is Level.NONE:
            return SAFE
        return Verdict(worst.level, worst.category, worst.language, worst.pattern)

    def _deciding_spans(self, words: Sequence[str]) -> list[Span[Phrase]]:
        """Returns the matches in one reading that no longer match covers."""
        deciding: list[Span[Phrase]] = []
        longest: Span[Phrase] | None = None  # of those so far, the one that reaches furthest
        for span in sorted(self._patterns.find(words), key=lambda span: (span.start, -span.end)):
            if longest is None or span.end > longest.end:
                longest = span
                deciding.append(span)
            elif not longest.covers(span):
                deciding.append(span)
        return deciding


@functools.lru_cache(maxsize=4)
def load_screen(folder: Path) -> Screen:
    """Builds the screen from a data/safety folder; the same folder gives the same screen.

    Raises:
        SafetyDataError: If a file is missing or not usable.
    """
    spellings = folder / "spellings.yml"
    return Screen(
        phrases=load_phrases(folder / "lexicon"),
        rewrites=load_rewrites(spellings),
        close_to=load_close_to(spellings),
    )
