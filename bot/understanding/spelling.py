"""Puts misspelt words right, by the words that the training examples know.

A word that the examples never hold, but that lies within a letter or two of one they often do, is most likely
that one: "tellehealth", "asessment". Names of treatments have their own tolerant matching (terms.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_WORD = re.compile(r"[a-z']+", re.IGNORECASE)
_SHORTEST = 4
"""Letters: shorter words are too easily another word."""
_KNOWN, _COMMON = 3, 5
_TWO_SLIPS = 8
"""Letters from which on two slips are forgiven."""


class Spelling:
    """Corrects texts.

    Args:
        counts: In how many examples each word stands.
    """

    def __init__(self, counts: Mapping[str, float]) -> None:
        # What stands in one or two examples may itself be a slip.
        self._known = frozenset(word for word, count in counts.items() if count >= _KNOWN)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word, count in counts.items():
            if len(word) >= _SHORTEST and count >= _COMMON:
                self._by_start[word[0]].append(word)
        self._seen: dict[str, str] = {}

    def correct(self, text: str) -> str:
        """Returns the text with its slips put right; unknown words without a near one stay."""
        return _WORD.sub(lambda match: self._word(match.group()), text)

    def _word(self, typed: str) -> str:
        word = typed.lower()
        if len(word) < _SHORTEST or word in self._known:
            return typed
        if word not in self._seen:
            if len(self._seen) > 10_000:
                self._seen.clear()
            # People rarely miss the first letter.
            near = process.extractOne(
                word,
                self._by_start[word[0]],
                scorer=DamerauLevenshtein.distance,
                score_cutoff=2 if len(word) >= _TWO_SLIPS else 1,
            )
            self._seen[word] = typed if near is None else near[0]
        return self._seen[word]
