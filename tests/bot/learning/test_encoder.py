from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.learning.encoder import EncoderUnavailableError, SentenceEncoder, find_weights, load_encoder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder()


def test_like_sentences_have_like_vectors(encoder: SentenceEncoder) -> None:
    pain, ache, weather = encoder.encode(["does TMS hurt?", "is rTMS painful?", "what will the weather be tomorrow"])
    assert pain @ ache > 0.6
    assert pain @ weather < 0.3


def test_vectors_have_length_one(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(["a", "a much longer sentence about depression", ""])
    assert vectors.shape == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_company_in_a_batch_changes_nothing(encoder: SentenceEncoder) -> None:
    texts = ["short", "a sentence that is quite a bit longer than the other one in this batch of two"]
    together = encoder.encode(texts)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert (together * alone).sum(axis=1) == pytest.approx(np.ones(2), abs=1e-4)


def test_it_is_the_published_model(encoder: SentenceEncoder) -> None:
    """The first components of the vector that sentence-transformers gives for this sentence."""
    vector = encoder.encode(["This is an example sentence"])[0]
    assert vector[:4] == pytest.approx([0.0676, 0.0635, 0.0487, 0.0793], abs=2e-3)


def test_a_very_long_text_is_cut(encoder: SentenceEncoder) -> None:
    assert encoder.encode(["depression " * 5000]).shape == (1, 384)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match="ENCODER_DIR"):
        find_weights(tmp_path)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    for name in ("tokenizer.json", "config.json"):
        shutil.copy(find_weights() / name, tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not the model")
    with pytest.raises(EncoderUnavailableError, match="SHA-256"):
        SentenceEncoder(tmp_path)
