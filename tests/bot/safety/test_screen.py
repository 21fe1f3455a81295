from __future__ import annotations

import pytest

from bot.safety import Level, Screen
from bot.safety.lexicon import Phrase

CRISIS = [
    "I want to kill myself",
    "i dont want to be alive anymore",
    "im gonna end my life tonight",
    "kms i cant do this anymore",
    "I've decided to unalive myself",
    "K I L L  M Y S E L F",
    "wanttodie",
    "k1ll mys3lf",
    "I wrote my goodbye letters to everyone",
    "how many pills would it take to kill me",
    "quiero morirme",
    "ya no quiero vivir más",
    "the voices are telling me to hurt people",
    "I am going to shoot my coworker",
    "I'm not suicidal, but I wish I were dead",
    "I don't want to kill myself but I think I will",
    "I'm not going to kill myself today, tomorrow I will",
    "not suicidal but i have a gun and plan to use it tonight",
    "thinking of taking all my pills at once",
    "mwen vle mouri",
    "Mwen pa vle viv ankò",
    "quero me matar, não aguento mais",
    "ya no kiero seguir viva",
    "i want to k*ll myself",
    "i want to ki11 myself",
    "iwanttokillmyselfbecausenobodylovesmeanymoreandidontcare",
    "does Cigna cover Spravato? I have a plan to kill myself if it doesn't work " + "and my card number is long " * 40,
]
EMERGENCY = [
    "I just took the whole bottle of pills",
    "my son took all his pills",
    "me tomé todas las pastillas",
    "i slit my wrists and it wont stop bleeding",
    "i swallowed a bottle of pills",
    "i swallowed the pills",
    "im bleeding and i wont stop it",
    "he is hitting me right now",
    "mi hija se tomó las pastillas de la abuela y no despierta ayuda",
    "mi marido me está pegando ahorita",
    "Mwen fèk bwè tout grenn yo, tanpri ede m",
    "tomei todos os comprimidos agora, me ajuda",
]
SUPPORT = [
    "everyone would be better off without me",
    "my daughter says she wants to die",
    "does lithium lower suicide risk",
    "I'm not suicidal",
    "I don't want to kill myself",
    "I tried to kill myself in 2015",
    "what's the point of living",
    "no soy suicida",
    "my mom overdosed last year",
    "i overdosed back in high school",
    "hace años intenté quitarme la vida, ahora estoy bien",
    "Mwen pa vle touye tèt mwen",
    "não quero me matar",
    "tentei me matar em 2020",
]
NONE = [
    "does TMS hurt?",
    "this heat is killing me",
    "I'm dying for a coffee",
    "me muero de risa",
    "my boss is going to kill me when he sees this",
    "I won't be here on Monday",
    "how do i kill time during the infusion",
    "i shot myself in the foot with that deductible",
    "Is ECT safe for my mother?",
    "i feel so empty lately and cry every day",
    "we live 20 kms from Tampa",
    "fastest way to end my subscription",
    "im leaving for good on the 30th, moving to Denver",
    "gonna jump in the shower then log on",
    "¿Necesito que alguien me lleve a casa después del Spravato?",
    "they took the whole cooler",
    "implantation bleeding or period, im 5 days early",
    "signs that depression isn't responding to treatment",
    "me tomé las pastillas de la noche con agua",
    "m ap mouri grangou",
    "tô morrendo de fome",
    "",
    "   ",
    "\x00\ud800",
]


@pytest.mark.parametrize("text", CRISIS)
def test_danger_is_seen(screen: Screen, text: str) -> None:
    assert screen(text).level is Level.CRISIS


@pytest.mark.parametrize("text", EMERGENCY)
def test_danger_happening_now_is_an_emergency(screen: Screen, text: str) -> None:
    assert screen(text).level is Level.EMERGENCY


@pytest.mark.parametrize("text", SUPPORT)
def test_context_makes_it_support(screen: Screen, text: str) -> None:
    assert screen(text).level is Level.SUPPORT


@pytest.mark.parametrize("text", NONE)
def test_ordinary_messages_pass(screen: Screen, text: str) -> None:
    assert screen(text).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i want to kill myself", "en"),
        ("i want to die", "en"),
        ("everyone would be better off without me", "en"),
        ("my son took all his pills", "en"),
        ("me quiero morir", "es"),
        ("quiero kill myself", "es"),
        ("me tome todas las pastillas", "es"),
        ("m'ap touye tèt mwen", "ht"),
        ("eu queria não existir mais", "pt"),
    ],
)
def test_the_language_of_the_phrase_is_told(screen: Screen, text: str, language: str) -> None:
    assert screen(text).language == language


def test_the_verdict_never_repeats_the_persons_words(screen: Screen) -> None:
    verdict = screen("my name is Zebediah and i want to die")
    assert "zebediah" not in repr(verdict).lower()


def test_a_longer_phrase_sets_a_shorter_one_aside_but_not_its_neighbour() -> None:
    phrases = [
        Phrase("kill me", "direct", Level.CRISIS, "en"),
        Phrase("this heat will kill me", "idiom", Level.NONE, "en"),
    ]
    small = Screen(phrases=phrases, rewrites={})
    assert small("this heat will kill me").level is Level.NONE
    assert small("this heat will kill me so kill me").level is Level.CRISIS


def test_the_highest_level_decides(screen: Screen) -> None:
    assert screen("my friend is suicidal and i want to die too").level is Level.CRISIS


def test_a_very_long_message_is_screened_whole(screen: Screen) -> None:
    assert screen("my plan covers part of it. " * 800 + "i want to die").level is Level.CRISIS
