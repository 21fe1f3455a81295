from __future__ import annotations

import pytest

from bot.safety.patterns import PatternSet, Span, words_of


def found(pattern: str, text: str) -> list[str]:
    patterns: PatternSet[str] = PatternSet()
    patterns.add(pattern, "hit")
    words = text.split()
    return [" ".join(words[span.start : span.end]) for span in patterns.find(words)]


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("kill myself", "i kill myself now", ["kill myself"]),
        ("kill myself", "kill me myself", []),
        ("(want|have) to die", "i have to die", ["have to die"]),
        ("want to [just] die", "want to just die", ["want to just die"]),
        ("want to [just] die", "want to die", ["want to die"]),
        ("a * c", "a b c", ["a b c"]),
        ("a * c", "a c", []),
        ("a ... d", "a d", ["a d"]),
        ("a ... d", "a x y z d", ["a x y z d"]),
        ("a ... d", "a w x y z d", []),
        ("(a b|c [d]) e", "c d e", ["c d e"]),
        ("((a|b) c|d) e", "b c e", ["b c e"]),
    ],
)
def test_patterns_match_what_they_say(pattern: str, text: str, hits: list[str]) -> None:
    assert found(pattern, text) == hits


@pytest.mark.parametrize("pattern", ["", "(a", "a)", "[a]", "[a] ...", "a ]"])
def test_a_pattern_that_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=".+"):
        PatternSet[str]().add(pattern, "hit")


def test_patterns_that_share_a_beginning_do_not_mix() -> None:
    patterns: PatternSet[str] = PatternSet()
    patterns.add("a b c", "first")
    patterns.add("a b d", "second")
    assert [span.payload for span in patterns.find(["a", "b", "d"])] == ["second"]


def test_only_a_longer_span_covers() -> None:
    inner, outer = Span(1, 3, "x"), Span(0, 3, "y")
    assert outer.covers(inner)
    assert not inner.covers(outer)
    assert not inner.covers(inner)


def test_literal_words_are_listed() -> None:
    assert words_of("(want|wanna) to [really] ... * die") == {"want", "wanna", "to", "really", "die"}
