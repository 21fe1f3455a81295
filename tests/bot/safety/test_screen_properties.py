"""What nobody may gain by disguise: properties of the screen over phrases made from the lexicon itself."""

from __future__ import annotations

import random
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.safety import Level, Screen
from bot.safety.lexicon import Phrase, load_phrases
from bot.settings import PROJECT

SYMBOL = re.compile(r"\.\.\.|[()\[\]|*]|[^\s()\[\]|*]+")
DANGER = [phrase for phrase in load_phrases(PROJECT / "data" / "safety" / "lexicon") if phrase.level > Level.NONE]
HIDDEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"]
BEFORE = ["", "Regarding parking validation upstairs: ", "Cigna denied Spravato twice, appeal still pending. "]
AFTER = ["", ". Parking validation downstairs?", ". Florida Blue deductible resets yearly, correct?"]
FEW = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def spelt_out(pattern: str, choose: random.Random) -> str:
    """Returns one wording of a pattern; what may be left out is left out or not."""

    def choice(symbols: list[str]) -> list[str]:
        branches: list[list[str]] = [[]]
        while symbols and symbols[0] not in ")]":
            symbol = symbols.pop(0)
            if symbol == "|":
                branches.append([])
            elif symbol in "([":
                inner = choice(symbols)
                symbols.pop(0)
                branches[-1] += inner if symbol == "(" or choose.random() < 0.5 else []
            elif symbol == "...":
                branches[-1] += ["parking"] * choose.randint(0, 3)
            else:
                branches[-1].append("parking" if symbol == "*" else symbol)
        return choose.choice(branches)

    return " ".join(choice(SYMBOL.findall(pattern)))


@st.composite
def wordings(draw: st.DrawFn) -> str:
    phrase: Phrase = draw(st.sampled_from(DANGER))
    return spelt_out(phrase.pattern, random.Random(draw(st.integers(0, 2**16))))


@FEW
@given(wordings(), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(HIDDEN)), max_size=12))
def test_hidden_characters_change_nothing(screen: Screen, text: str, hidden: list[tuple[int, str]]) -> None:
    disguised = text
    for position, character in hidden:
        position %= len(disguised) + 1
        disguised = disguised[:position] + character + disguised[position:]
    assert screen(disguised) == screen(text)


@FEW
@given(wordings(), st.integers(0, 2**16))
def test_capitals_change_nothing(screen: Screen, text: str, seed: int) -> None:
    chance = random.Random(seed)
    assert screen("".join(chance.choice([c.upper(), c]) for c in text)) == screen(text)


@FEW
@given(wordings(), st.integers(0, 100), st.integers(0, 20), st.integers(2, 6))
def test_drawn_out_letters_never_lower_the_level(screen: Screen, text: str, which: int, where: int, times: int) -> None:
    words = text.split()
    long = [number for number, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if long:
        number = long[which % len(long)]
        word = words[number]
        where %= len(word)
        words[number] = word[:where] + word[where] * times + word[where:]
    assert screen(" ".join(words)).level >= screen(text).level


@FEW
@given(wordings(), st.integers(0, 100), st.sampled_from([".", "-", "_", " ", ", ", "~", " . "]))
def test_letters_set_apart_never_lower_the_level(screen: Screen, text: str, which: int, apart: str) -> None:
    words = text.split()
    # Beside a word of one letter nothing tells where the letters of the other end.
    alone = [
        number for number in range(len(words)) if not {len(w) for w in words[max(0, number - 1) : number + 2]} & {1}
    ]
    long = [number for number in alone if len(words[number]) >= 4 and words[number].isalpha()]
    if long:
        number = long[which % len(long)]
        words[number] = apart.join(words[number])
    assert screen(" ".join(words)).level >= screen(text).level


@FEW
@given(wordings(), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_ordinary_words_around_never_lower_the_level(screen: Screen, text: str, before: str, after: str) -> None:
    assert screen(before + text + after).level >= screen(text).level


@FEW
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_no_text_raises(screen: Screen, text: str) -> None:
    assert screen(text).level in Level


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_no_long_text_raises(screen: Screen, text: str) -> None:
    assert screen((text * 100_000)[:100_000]).level in Level


def test_null_bytes_and_lone_surrogates_are_text_like_any_other(screen: Screen) -> None:
    assert screen("\x00\ud800 i want\x00 to die \udfff").level is Level.CRISIS
