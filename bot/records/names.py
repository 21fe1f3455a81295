"""Takes names of people out of a text, without a list of names: by what announces them, and by capital letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import AbstractSet, Sequence

NAME = "[name]"

_PLACEHOLDER = re.compile(r"(\[[a-z]+\])")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_MOST = 3
"""Words of a name."""

_ANNOUNCED = (
    "my name is", "my names", "my name's", "name is", "name's", "i'm called", "im called", "i am called", "i go by",
    "call me", "named", "signed", "me llamo", "mi nombre es", "nombre es", "se llama", "meu nome é", "me chamo",
    "mwen rele", "non mwen se",
)  # fmt: skip
"""What comes next is a name, in whatever letters."""

_MAYBE_ANNOUNCED = (
    "this is",
    "i am",
    "i'm",
    "im",
    "it's",
    "its",
    "soy",
    "dear",
    "hi",
    "hello",
    "hey",
    "hola",
    "thanks",
    "name",
)
"""What comes next is a name if it looks like one."""

_TITLES = (
    "dr", "doctor", "mr", "mrs", "ms", "miss", "mister", "nurse", "prof", "professor", "sr", "sra", "señor", "señora",
    "doctora",
)  # fmt: skip

_RELATIONS = (
    "husband", "wife", "son", "daughter", "mom", "mother", "dad", "father", "brother", "sister", "friend", "partner",
    "boyfriend", "girlfriend", "fiance", "fiancee", "roommate", "uncle", "aunt", "cousin", "nephew", "niece",
    "grandson", "granddaughter", "therapist", "psychiatrist", "counselor", "esposo", "esposa", "hijo", "hija",
    "mamá", "papá", "hermano", "hermana", "amigo", "amiga",
)  # fmt: skip

_SMALL_WORDS = """
    a about after again all also always am an and any anyone are as ask asking at back be because been before being
    but by calling can cause could cuz dead depressed did do does doing done dont down each even ever every feeling few
    for from get getting give go going gonna good got had happy has have having he help her here him his how i i'm i've
    id if im in into is it it's its ive just know later let like looking lost maybe me more most my named need needs
    never new no none not nothing now of off ok okay on one only or our out over please really right sad scared she
    should sick since so some somebody someone sorry soon still stuck such taking than thank thanks that that's the
    their them then there these they thinking this those tired to too trying up us very wanna want wanted wants was we
    well were what what's when where which while who why will wish with wondering worried would writing yes yet you
    your asap today tomorrow tonight called spelled
    con de del el ella en es esta estoy hola la las lo los me mi muy no para pero por porque que quiero se si sin soy
    su tengo tu un una y yo
"""
_NO_NAMES = frozenset(_SMALL_WORDS.split())
"""Words that end a name."""


@dataclass(frozen=True)
class _Token:
    text: str
    gap: str
    """What stands between the word before and this one."""
    known: bool
    capital: bool

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def small(self) -> bool:
        return self.lower in _NO_NAMES

    @property
    def initial(self) -> bool:
        return len(self.text) == 1 and self.text.isupper() and self.text != "I"


def without_names(text: str, known: AbstractSet[str] = frozenset()) -> str:
    """Returns a text in which names of people are replaced by a word in brackets.

    Args:
        text: The text; words in brackets that stand for other things are left alone.
        known: Words that name nobody, in lower case.
    """
    shouted = text.isupper()  # capitals then tell nothing
    parts = _PLACEHOLDER.split(text)
    return "".join(part if n % 2 else _part_without_names(part, known, shouted) for n, part in enumerate(parts))


def _part_without_names(text: str, known: AbstractSet[str], shouted: bool) -> str:
    matches = list(_WORD.finditer(text))
    ends = [0, *(match.end() for match in matches)]
    tokens = [
        _Token(
            match.group(),
            text[end : match.start()],
            _is_known(match.group(), known),
            not shouted and _is_capital(match.group()),
        )
        for match, end in zip(matches, ends, strict=False)
    ]
    named = _announced(tokens, bool(known)) | _capitalised(tokens)
    if not named:
        return text
    result, last = [], 0
    for n, match in enumerate(matches):
        if n not in named:
            continue
        if not (n - 1 in named and _adjoins(tokens[n - 1], tokens[n])):
            result += [text[last : match.start()], NAME]
        last = match.end()
    return "".join([*result, text[last:]])


def _is_known(word: str, known: AbstractSet[str]) -> bool:
    word = word.lower()
    return word in _NO_NAMES or word in known or word.removesuffix("'s") in known


def _is_capital(word: str) -> bool:
    return word[0].isupper() and (any(letter.islower() for letter in word[1:]) or len(word) >= 4)


def _adjoins(before: _Token, after: _Token) -> bool:
    """Whether two words may be parts of one name: "Ana Diaz", "J. Diaz", "Dr. Diaz"."""
    short = before.initial or before.lower in _TITLES
    return after.gap == " " or (short and after.gap.strip() in ("", "."))


def _announced(tokens: Sequence[_Token], has_vocabulary: bool) -> set[int]:
    named: set[int] = set()
    for n, token in enumerate(tokens[:-1]):
        following = _run(tokens, n + 1)
        said = [" ".join(t.lower for t in tokens[max(0, n - size + 1) : n + 1]) for size in (1, 2, 3)]
        first = tokens[n + 1]
        if token.lower in _TITLES and _adjoins(token, first) and not first.small:
            if first.capital or not first.known:
                named |= set(following[: _length(tokens, following)])
        elif first.gap.strip() not in ("", ":", ",", "-"):
            continue  # a new sentence
        elif any(words in _ANNOUNCED for words in said) or (token.lower == "name" and ":" in first.gap):
            if not first.small:
                named |= set(following[: _length(tokens, following)])
        elif any(words in _MAYBE_ANNOUNCED for words in said):
            capitals = _capitals(tokens, following)
            if any(not tokens[index].known for index in capitals):
                named |= set(capitals)
            elif has_vocabulary and not first.capital:
                unknown = _unknown(tokens, following)
                if len(unknown) >= 2 or (unknown and _greeted(tokens, n)):
                    named |= set(unknown)
        elif token.lower in _RELATIONS:
            capitals = _capitals(tokens, following)
            if any(not tokens[index].known for index in capitals):
                named |= set(capitals)
    return named


def _run(tokens: Sequence[_Token], start: int) -> list[int]:
    """Returns the words from one on that may belong to one name."""
    run = [start]
    while len(run) < _MOST and run[-1] + 1 < len(tokens) and _adjoins(tokens[run[-1]], tokens[run[-1] + 1]):
        run.append(run[-1] + 1)
    return run


def _length(tokens: Sequence[_Token], run: Sequence[int]) -> int:
    """Returns how many words of a run are a name when the first is one."""
    length = 1
    while length < len(run):
        token = tokens[run[length]]
        if token.small or (token.known and not token.capital):
            break
        length += 1
    return length


def _capitals(tokens: Sequence[_Token], run: Sequence[int]) -> list[int]:
    found: list[int] = []
    for index in run:
        if not (tokens[index].capital or tokens[index].initial) or tokens[index].small:
            break
        found.append(index)
    return found


def _unknown(tokens: Sequence[_Token], run: Sequence[int]) -> list[int]:
    found: list[int] = []
    for index in run:
        if tokens[index].known or len(tokens[index].text) < 2:
            break
        found.append(index)
    return found


def _greeted(tokens: Sequence[_Token], n: int) -> bool:
    """Whether a greeting comes just before "this is", "I'm", ..."""
    return any(token.lower in ("hi", "hello", "hey", "hola") for token in tokens[max(0, n - 2) : n])


def _capitalised(tokens: Sequence[_Token]) -> set[int]:
    """Finds two or more words with capital letters in a row, at least one of which the bank does not know."""
    named: set[int] = set()
    run: list[int] = []
    for n, token in enumerate(tokens):
        if not (token.capital or token.initial):
            continue
        if not (run and run[-1] == n - 1 and _adjoins(tokens[n - 1], token)):
            named |= _of_run(tokens, run)
            run = []
        run.append(n)
    return named | _of_run(tokens, run)


def _of_run(tokens: Sequence[_Token], run: Sequence[int]) -> set[int]:
    if len(run) < 2:
        return set()
    first = tokens[run[0]]
    begins = run[0] == 0 or any(mark in first.gap for mark in ".!?;:")
    words = [index for index in run if not tokens[index].small]
    if begins and first.known and not first.initial and words and words[0] == run[0]:
        words = words[1:]  # its capital is that of the sentence
    if len(words) < 2:
        return set()
    # In a text with every word in capitals only those beside an unknown one.
    unknown = {index for index in words if not tokens[index].known and not tokens[index].initial}
    return {index for index in words if unknown & {index - 1, index, index + 1} or (unknown and tokens[index].initial)}
