from __future__ import annotations

import pytest

from bot.safety.normalise import Normaliser, fold


@pytest.fixture
def normaliser() -> Normaliser:
    return Normaliser(
        rewrites={"im": ("i", "am"), "wanna": ("want", "to")},
        vocabulary={"i", "want", "to", "die", "kill", "myself", "am", "too", "end", "my", "life"},
    )


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("KILL", "kill"),
        ("quitarme la vída", "quitarme la vida"),
        ("don’t", "dont"),
        ("ki\u200bll", "kill"),
        ("ki\u00adll", "kill"),
        ("ｋｉｌｌ", "kill"),
        ("kіll", "kill"),  # Cyrillic і
        ("d\u0336i\u0336e\u0336", "die"),
    ],
)
def test_hidden_and_look_alike_characters_are_undone(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    "typed",
    ["I wanna die", "i WANT to dieeee", "i  want -- to... die!!", "I'm... i want\nto die"],
)
def test_plain_reading_holds_the_canonical_words(normaliser: Normaliser, typed: str) -> None:
    assert normaliser.words(typed)[-3:] == ["want", "to", "die"]


@pytest.mark.parametrize(
    "typed",
    ["k1ll mys3lf", "k i l l myself", "k.i.l.l m.y.s.e.l.f", "killmyself", "k!ll my$elf", "ki11 myself", "k*ll mys*lf"],
)
def test_disguised_words_are_read_too(normaliser: Normaliser, typed: str) -> None:
    assert ["kill", "myself"] in [words[-2:] for words in normaliser.views(typed)]


def test_known_words_keep_their_double_letters(normaliser: Normaliser) -> None:
    assert normaliser.words("killl tooo") == ["kill", "too"]


def test_an_ordinary_message_has_one_reading(normaliser: Normaliser) -> None:
    assert len(list(normaliser.views("does tms hurt at all"))) == 1


def test_a_long_run_of_letters_is_left_whole(normaliser: Normaliser) -> None:
    assert list(normaliser.views("zqx" * 50)) == [["zqx" * 50]]


def test_the_beginning_of_a_long_run_is_cut_as_far_as_it_goes(normaliser: Normaliser) -> None:
    assert ["i", "want", "to", "kill", "myself", "zqxzqx"] in list(normaliser.views("iwanttokillmyselfzqxzqx"))


@pytest.mark.parametrize(
    ("typed", "read"),
    [("siucidal", "suicidal"), ("suicidla", "suicidal"), ("homicidal", "homicidal"), ("mysxlf", "myself")],
)
def test_a_slip_in_a_word_that_matters_is_forgiven(typed: str, read: str) -> None:
    careful = Normaliser(rewrites={}, vocabulary=["suicidal", "myself"], close_to=["suicidal", "myself"])
    assert careful.words(typed) == [read]
