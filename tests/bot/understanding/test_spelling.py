from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import PROJECT
from bot.understanding.spelling import Spelling, TextspeakError, read_textspeak

EXAMPLES = (
    [
        "what does telehealth treatment cost",
        "is there a hospital with telehealth treatment",
        "talking therapy locations",
    ]
    * 9
    + ["depression treatment"] * 90
    + ["depresion treatmant"] * 5
    + ["does zolofix work"] * 4
    + ["the coast"]
)


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(EXAMPLES, textspeak={"wat": "what", "u": "you", "hrs": "hours"}, names=["Spravato"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("do you do tellehealth", "do you do telehealth"),
        ("a Hosptal?", "a hospital?"),
        ("the treatmants, the treatmant", "the treatment, the treatment"),  # often misspelt, and still a slip
        ("depresion", "depression"),
        ("lcoations", "locations"),
        ("i like talkin", "i like talking"),
        ("wat r U doing, hrs?", "what r you doing, hours?"),
        ("therapy w/o pain", "therapy without pain"),
        ("what is ACT", "what is ACT"),
        ("cst", "cst"),  # too short to be sure
        ("zolofix", "zolofix"),  # a name that people use here
        ("spravato", "spravato"),  # a name that the bank knows
        ("wegovy and zebras", "wegovy and zebras"),
        ("Hospital COAST", "Hospital COAST"),  # an English word, however near to another
        ("l'été, ¿qué?, 日本語, 🙂", "l'été, ¿qué?, 日本語, 🙂"),
        ("", ""),
    ],
)
def test_shorthand_and_slips_are_put_right_and_the_rest_stands(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.correct(typed) == meant


def test_a_saved_one_corrects_alike(spelling: Spelling) -> None:
    again = Spelling.from_state(json.loads(json.dumps(spelling.state())))
    for text in ("depresion treatmant wat", "zolofix spravato tellehealth"):
        assert again.correct(text) == spelling.correct(text)


def test_the_committed_shorthand_is_in_order() -> None:
    table = read_textspeak(PROJECT / "data" / "textspeak.yml")
    assert table["wat"] == "what"
    assert all(short == short.lower() and short != plain for short, plain in table.items())


@pytest.mark.parametrize("content", ["- a list", "no: not text", "2: number", "a: [b]", "{", "\x00"])
def test_a_bad_table_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "textspeak.yml"
    file.write_text(content)
    with pytest.raises(TextspeakError, match="textspeak.yml"):
        read_textspeak(file)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextspeakError, match="can't be read"):
        read_textspeak(tmp_path / "none.yml")
