from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.bank import Bank, Facet
from bot.learning.encoder import EncoderUnavailableError
from bot.passages import Floats, Passages, sentences_of

WORDS = ("sleep", "blood", "weeks", "approved")
UNSURE = {Facet.HOW_IT_WORKS: 0.4, Facet.SIDE_EFFECTS: 0.3, Facet.TIMELINE: 0.2}


class Encoder:
    """Sentences that share one of a few words get vectors of like direction."""

    def __init__(self) -> None:
        self.computed: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Floats:
        self.computed += texts
        rows = [[0.1, *(float(word in text.lower()) for word in WORDS)] for text in texts]
        vectors = np.array(rows, dtype=np.float32)
        scaled: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return scaled


def with_texts(bank: Bank, **texts: str) -> Bank:
    """A bank whose topic "ect" says these texts, by facet."""
    answers = {
        f"ect.{facet}": dataclasses.replace(bank.answers[f"ect.{facet}"], text=text, detail="")
        for facet, text in texts.items()
    }
    return dataclasses.replace(bank, answers=answers)


@pytest.fixture
def small(bank: Bank) -> Bank:
    return with_texts(
        bank,
        how_it_works="A small current flows. Doctors are there.",
        side_effects="People are given sleep for it. They may be confused.",
        timeline="A course takes some weeks.",
    )


def test_the_answer_that_holds_the_fact_is_chosen(small: Bank) -> None:
    passages = Passages(Encoder())
    passages.prepare(small)
    assert passages.choose(small, "ect", "do they put you to sleep", UNSURE) is Facet.SIDE_EFFECTS


def test_a_clear_facet_stands(small: Bank) -> None:
    passages = Passages(Encoder())
    passages.prepare(small)
    sure = {Facet.HOW_IT_WORKS: 0.99, Facet.SIDE_EFFECTS: 0.001}
    assert passages.choose(small, "ect", "how does it let me sleep", sure) is Facet.HOW_IT_WORKS


def test_a_topic_without_answers_goes_by_the_classifier(small: Bank) -> None:
    passages = Passages(Encoder())
    passages.prepare(small)
    assert passages.choose(small, "insurance_plans", "sleep", UNSURE) is Facet.HOW_IT_WORKS


def test_a_changed_answer_is_found_and_only_its_new_sentences_are_computed(bank: Bank, small: Bank) -> None:
    encoder = Encoder()
    passages = Passages(encoder)
    passages.prepare(small)
    encoder.computed.clear()
    changed = with_texts(
        bank, how_it_works="A small current flows. Doctors are there.", timeline="Your blood is taken."
    )
    passages.prepare(changed)
    assert encoder.computed == ["Your blood is taken."]
    assert passages.choose(changed, "ect", "is blood drawn", UNSURE) is Facet.TIMELINE


def test_vectors_are_kept_between_starts(small: Bank, tmp_path: Path) -> None:
    file = tmp_path / "models" / "passages.npz"
    Passages(Encoder(), file).prepare(small)
    encoder = Encoder()
    again = Passages(encoder, file)
    # All is known, so the first question is answered with it, and nothing but the question is computed.
    assert again.choose(small, "ect", "put to sleep?", UNSURE) is Facet.SIDE_EFFECTS
    assert encoder.computed == ["put to sleep?"]


@pytest.mark.parametrize("content", [b"", b"not numbers", b"PK\x03\x04 half a file"])
def test_a_damaged_file_is_made_anew(small: Bank, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "passages.npz"
    file.write_bytes(content)
    passages = Passages(Encoder(), file)
    passages.prepare(small)
    assert passages.choose(small, "ect", "put to sleep?", UNSURE) is Facet.SIDE_EFFECTS
    assert Passages(Encoder(), file).choose(small, "ect", "put to sleep?", UNSURE) is Facet.SIDE_EFFECTS


def test_without_an_encoder_the_classifier_goes_on_alone(small: Bank, tmp_path: Path) -> None:
    file = tmp_path / "passages.npz"
    Passages(Encoder(), file).prepare(small)

    def broken(texts: Sequence[str]) -> Floats:
        raise EncoderUnavailableError("no weights")

    assert Passages(broken, file).choose(small, "ect", "put to sleep?", UNSURE) is Facet.HOW_IT_WORKS


def test_sentences_are_whole_and_filled_in(bank: Bank) -> None:
    answer = dataclasses.replace(
        bank.answers["ect.overview"], text="Call {phone} any day. Yes.\n- It is old but good.", detail="One more thing."
    )
    assert sentences_of(bank, answer) == [
        f"Call {bank.profile.phone} any day.",
        "It is old but good.",
        "One more thing.",
    ]
