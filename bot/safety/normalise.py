"""Turns what people type into the plain words that the lexicon is written in.

People in distress write in a hurry, in slang, with typos, and sometimes in disguise to pass a filter.
Every step here only undoes such spelling; deciding what the words mean is the lexicon's work.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Collection, Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

_MAX_RUN = 80
"""Letters of a run without a space that are cut into words, so that cost stays linear."""
_MAX_WORD = 14
"""Letters of the longest word looked for within such a run."""
_MIN_PREFIX = 4
"""Words that the beginning of a run must give to be believed when the rest of it gives none."""

_SHORT_PIECES = frozenset({
    "i", "a", "am", "im", "is", "it", "me", "my", "be", "to", "do", "go", "no", "of", "in", "on", "up", "so", "we",
    "he", "el", "la", "lo", "mi", "se", "te", "ya", "yo",
})  # fmt: skip
"""Words of one or two letters looked for within such a run; others turn up in ordinary words by chance ("peri-od")."""
_MIN_SLIP = 5
"""Letters: in shorter words a slip too easily makes another word."""

# Letters of other alphabets that look like Latin ones (after case folding), as in Unicode TS 39's confusables.
_CONFUSABLES = str.maketrans(
    {
        **dict(zip("аеікӏморсухѕԁһјԛԝпьѵ", "aeiklmopcyxsdhjqwnbv", strict=True)),
        **dict(zip("αεικνορτυχωϲϳ", "aeiknoptuxwcj", strict=True)),
        **dict(zip("ıɩłøđħŧƙɡɑ", "iilodhtkga", strict=True)),
        "в": "b",
        "т": "t",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
    }
)
_APOSTROPHES = re.compile(r"['’‘`´ʼ＇]")
_LEET = str.maketrans("013457@$!|+", "oieastasiit")
_LEET_OTHER = str.maketrans("1!|", "lll")
_LEET_TOKEN = re.compile(r"[a-z0-9@$!|+*#]*[a-z][a-z0-9@$!|+*#]*")
_TOKEN = re.compile(r"[a-z0-9@$!|+*#]+")
_HIDDEN = re.compile(r"[*#]")
_WORD = re.compile(r"[a-z0-9]+")
_REPEATS = re.compile(r"([a-z])\1{2,}")
_DOUBLES = re.compile(r"([a-z])\1+")


def fold(text: str) -> str:
    """Returns the text in lower-case Latin letters without accents, hidden characters or look-alikes."""
    if text.isascii():  # most messages: nothing to decompose, nothing hidden
        return _APOSTROPHES.sub("", text.lower())
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return _APOSTROPHES.sub("", text.translate(_CONFUSABLES))


class Normaliser:
    """Rewrites a message into canonical words.

    Args:
        rewrites: Canonical words for a spelling, e.g. {"wanna": ("want", "to")}.
        vocabulary: All words that the lexicon uses; what people run together is cut into these.
        close_to: Words that are recognised in spite of a slip of the finger.
    """

    def __init__(
        self,
        *,
        rewrites: Mapping[str, Sequence[str]],
        vocabulary: Collection[str],
        close_to: Sequence[str] = (),
    ) -> None:
        self._rewrites = {word: tuple(words) for word, words in rewrites.items()}
        self._known = frozenset(vocabulary) | frozenset(self._rewrites)
        self._close_by_length: dict[int, list[str]] = {}
        for word in close_to:
            for length in range(len(word) - 1, len(word) + 2):
                self._close_by_length.setdefault(length, []).append(word)
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._known):
            self._by_length.setdefault(len(word), []).append(word)

    def views(self, text: str) -> Iterator[list[str]]:
        """Yields the readings of a message as lists of canonical words.

        The first is the plain reading. A second one follows only when the message may be in disguise:
        symbols for letters, letters spaced out, or words run together.
        """
        folded = fold(text)
        plain = self._canonical(_WORD.findall(folded))
        yield plain
        disguised = self._canonical(self._undisguise(_TOKEN.findall(folded)))
        if disguised != plain:
            yield disguised

    def words(self, text: str) -> list[str]:
        """Returns the plain reading of a message."""
        return next(self.views(text))

    def _canonical(self, tokens: Sequence[str]) -> list[str]:
        words: list[str] = []
        for token in tokens:
            word = token if token in self._known else self._without_slip(self._squeeze(token))
            words.extend(self._rewrites.get(word, (word,)))
        return words

    def _without_slip(self, word: str) -> str:
        """Returns the word of `close_to` that a word was meant to be, or the word itself."""
        if len(word) < _MIN_SLIP or word in self._known:
            return word
        for meant in self._close_by_length.get(len(word), ()):
            if OSA.distance(word, meant, score_cutoff=1) <= 1:
                return meant
        return word

    def _squeeze(self, token: str) -> str:
        """Undoes drawn-out letters ("dieeee"), towards a known word where there is one."""
        if token in self._known or not _REPEATS.search(token):
            return token
        for candidate in (_REPEATS.sub(r"\1\1", token), _REPEATS.sub(r"\1", token), _DOUBLES.sub(r"\1", token)):
            if candidate in self._known:
                return candidate
        return _REPEATS.sub(r"\1", token)

    def _undisguise(self, tokens: Sequence[str]) -> list[str]:
        words: list[str] = []
        for token in _join_spaced_letters(tokens):
            if token in self._known and token.isalpha():
                words.append(token)
                continue
            if _LEET_TOKEN.fullmatch(token) and not token.isalpha():
                token = self._decoded(token.strip("!|+*#"))
            for word in _WORD.findall(token):
                words.extend(self._segment(word))
        return words

    def _decoded(self, token: str) -> str:
        """Puts letters in place of symbols: the reading that is a known word, if one is."""
        if _HIDDEN.search(token):
            shape = re.compile(_HIDDEN.sub("[a-z]", token.translate(_LEET)))
            alike = self._by_length.get(len(token), ())
            return next((word for word in alike if shape.fullmatch(word)), _HIDDEN.sub("", token))
        readings = (token.translate(_LEET), token.translate(_LEET_OTHER).translate(_LEET))
        return next((reading for reading in readings if reading in self._known), readings[0])

    def _segment(self, word: str) -> list[str]:
        """Cuts words that were run together ("killmyself") into known ones, as far as that goes."""
        word = self._squeeze(word)
        if word in self._known or len(word) < 5:
            return [word]
        word, rest = word[:_MAX_RUN], word[_MAX_RUN:]
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _MAX_WORD), end):
                head, piece = best[start], word[start:end]
                if head is None or piece not in self._known or (len(piece) <= 2 and piece not in _SHORT_PIECES):
                    continue
                current = best[end]
                if current is None or len(head) + 1 < len(current):
                    best[end] = [*head, piece]
        reach = max(end for end, head in enumerate(best) if head is not None)
        known = best[reach] or []
        if reach < len(word) and len(known) < _MIN_PREFIX:
            return [word + rest]
        return [*known, *filter(None, [word[reach:] + rest])]


def _join_spaced_letters(tokens: Sequence[str]) -> Iterator[str]:
    """Joins runs of three or more single characters: "k i l l" becomes "kill"."""
    run: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1:
            run.append(token)
            continue
        if len(run) >= 3:
            yield "".join(run)
        else:
            yield from run
        run = []
        if token:
            yield token
