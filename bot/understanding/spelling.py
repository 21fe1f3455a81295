"""Puts into plain words what people type: shorthand ("wat r ur hrs") and slips ("tellehealth", "depresion").

Messages and training examples both pass through here, so that the classifiers see one spelling of each word. A word
is left alone when it is an English word, a name in the bank, or common enough in the examples to be meant (a brand).
Any other word becomes the nearest real word of the examples, if one lies within a letter or two.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from pathlib import Path
from typing import Iterable, Mapping

import yaml
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from spellchecker import SpellChecker

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LETTERS = re.compile(r"[a-z']+", re.IGNORECASE)
_SHORTEST = 4
"""Letters: shorter words are too easily another word."""
_TWO_SLIPS = 7
"""Letters from which on two slips are forgiven."""
_MEANT, _CANDIDATE, _WELL_KNOWN = 3, 2, 10
"""Examples that hold a word before it may be meant, or (for real words, for others) be what another was meant for."""
_SHORT, _MUCH_MORE, _FAR_MORE = 6, 6, 30
"""A strange word is a slip after all where its neighbour is so many times as frequent (far more for short words)."""
_REMEMBERED = 10_000


class TextspeakError(ValueError):
    """The table of shorthand is not usable; the message says where and why."""


def read_textspeak(path: Path) -> dict[str, str]:
    """Reads the table of shorthand and the plain words it stands for.

    Raises:
        TextspeakError: If the file can't be read or holds anything but words for words.
    """
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TextspeakError(f"{path} can't be read: {error}") from error
    if not isinstance(table, dict):
        raise TextspeakError(f"{path}: expected a table of shorthand: plain words")
    for short, plain in table.items():
        if not isinstance(short, str) or not isinstance(plain, str):
            raise TextspeakError(f"{path}: {short!r}: {plain!r}: both sides must be text; put quotes round it")
    return dict(table)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Returns in how many texts each word stands."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({word.lower() for word in _LETTERS.findall(text)})
    return counts


def is_english(word: str) -> bool:
    """Whether a word in small letters is an English one."""
    return word in _english_words()


class Spelling:
    """Corrects texts.

    Args:
        examples: The training examples, which hold the words that people use here.
        textspeak: Shorthand -> plain words.
        names: Texts whose words are all real: the names that the bank knows.
    """

    def __init__(self, examples: Iterable[str], *, textspeak: Mapping[str, str], names: Iterable[str] = ()) -> None:
        self._textspeak = dict(textspeak)
        self._names = frozenset(count_words(names))
        counts = count_words(map(self._rewrite, examples))
        self._set_counts({word: count for word, count in counts.items() if count >= _CANDIDATE})

    def _set_counts(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._candidates = [word for word in self._counts if len(word) >= _SHORTEST and self._is_real(word)]
        self._seen: dict[str, str] = {}
        self._meant = frozenset(word for word, count in self._counts.items() if self._is_meant(word, count))
        self._candidates += [word for word in self._meant if self._counts[word] >= _WELL_KNOWN]
        self._seen.clear()

    def state(self) -> dict[str, object]:
        """Returns all that is needed to make the same one again, as JSON can hold it."""
        return {"textspeak": self._textspeak, "names": sorted(self._names), "counts": self._counts}

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> Spelling:
        """Makes it again (see `state`)."""
        spelling = cls((), textspeak=state["textspeak"], names=state["names"])  # type: ignore[arg-type]
        spelling._set_counts(state["counts"])  # type: ignore[arg-type]
        return spelling

    def correct(self, text: str) -> str:
        """Returns the text with shorthand written out and slips put right; unknown words without a near one stay."""
        return _LETTERS.sub(lambda match: self._word(match.group()), self._rewrite(text))

    def _rewrite(self, text: str) -> str:
        text = text.replace("w/o ", "without ").replace("w/ ", "with ")
        return _WORD.sub(lambda match: self._textspeak.get(match.group().lower(), match.group()), text)

    def _word(self, typed: str) -> str:
        word = typed.lower()
        if len(word) < _SHORTEST or self._is_real(word) or word in self._meant:
            return typed
        if word not in self._seen:
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            self._seen[word] = self._nearest(word) or typed
        return self._seen[word]

    def _is_real(self, word: str) -> bool:
        return is_english(word) or word in self._names or "'" in word

    def _is_meant(self, word: str, count: int) -> bool:
        if count < _MEANT or self._is_real(word):
            return False
        near = self._nearest(word)
        return near is None or self._counts[near] < (_MUCH_MORE if len(word) >= _SHORT else _FAR_MORE) * count

    def _nearest(self, word: str) -> str | None:
        """Returns the real word that was most likely meant."""
        if word.endswith("in") and f"{word}g" in self._counts:  # "talkin"
            return f"{word}g"
        slips = 2 if len(word) >= _TWO_SLIPS else 1
        near = process.extract(
            word, self._candidates, scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=None
        )
        # People rarely miss the first letter.
        likely = [(distance, -self._counts[other], other) for other, distance, _ in near]
        likely = [one for one in likely if one[0] == 1 or one[2][0] == word[0]]
        return min(likely)[2] if likely else None


@functools.lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    return frozenset(SpellChecker(language="en").word_frequency.words())
