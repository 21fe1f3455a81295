"""Which of a topic's answers says what a question asks: by the sentences of the answers themselves.

The classifier knows how people ask about side effects or cost; it can't know that "do they put you to sleep for it" is
told in the answer on how ECT works. So the likeness of the question to the sentences of each answer is weighed in. It
follows the bank: a fact written into an answer is found without training.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import re
import threading
import zipfile
from pathlib import Path
from typing import Callable, Iterator, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from bot.bank import Answer, Bank, Facet
from bot.learning.encoder import EncoderUnavailableError, load_encoder
from bot.settings import Settings

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]

_WEIGHT = 5.0
"""How much the likeness counts beside the logarithm of the classifier's probability; chosen on questions written apart
from the training data."""
_LEAST = 1e-4
_UNLIKE = 0.2
"""Likeness of a facet that has no answer."""
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")
_FEWEST_WORDS = 3


class Passages:
    """The sentences of the bank's answers with their vectors.

    Args:
        encode: Texts -> sentence vectors of length 1, shape (texts, dimensions).
        file: Where vectors are kept between starts; None: nowhere.
    """

    def __init__(self, encode: Encode, file: Optional[Path] = None) -> None:
        self._encode, self._file = encode, file
        self._vectors = _read(file)
        self._bank: Optional[Bank] = None
        self._index: Mapping[str, Mapping[Facet, Floats]] = {}
        self._preparing = threading.Lock()

    def choose(self, bank: Bank, topic: str, question: str, likely: Mapping[Facet, float]) -> Facet:
        """Returns the facet that a question about a topic asks for.

        Args:
            bank: The present bank. A bank not seen before is read in the background; until then the one before it,
                or the classifier's word alone, decides.
            topic: Id of the topic.
            question: The person's words.
            likely: Probability of each facet by the classifier; must not be empty.
        """
        if bank is not self._bank:
            self._prepare_soon(bank)
        answers = self._index.get(topic)
        if not answers or len(likely) < 2:
            return max(likely, key=lambda facet: likely[facet])
        try:
            vector = self._encode([question])[0]
        except EncoderUnavailableError:  # the log has said so already
            return max(likely, key=lambda facet: likely[facet])
        like = {facet: float((sentences @ vector).max()) for facet, sentences in answers.items()}
        return max(likely, key=lambda facet: np.log(likely[facet] + _LEAST) + _WEIGHT * like.get(facet, _UNLIKE))

    def prepare(self, bank: Bank) -> None:
        """Reads the answers of a bank; only sentences never met before are computed."""
        with self._preparing:
            if bank is self._bank:
                return
            wanted = {sentence for answer in _several(bank) for sentence in sentences_of(bank, answer)}
            new = sorted(sentence for sentence in wanted if _key(sentence) not in self._vectors)
            if new:
                self._vectors.update(zip(map(_key, new), self._encode(new), strict=True))
                keys = set(map(_key, wanted))
                self._vectors = {key: vector for key, vector in self._vectors.items() if key in keys}
                _write(self._file, self._vectors)
            index: dict[str, dict[Facet, Floats]] = {}
            for answer in _several(bank):
                rows = [self._vectors[_key(sentence)] for sentence in sentences_of(bank, answer)]
                if rows:
                    index.setdefault(answer.topic, {})[answer.facet] = np.stack(rows).astype(np.float32)
            self._index, self._bank = index, bank

    def _prepare_soon(self, bank: Bank) -> None:
        """Reads a new bank: at once if all its sentences are known, else beside the replies."""
        known = all(_key(s) in self._vectors for answer in _several(bank) for s in sentences_of(bank, answer))
        if known:
            self.prepare(bank)
        elif not self._preparing.locked():
            threading.Thread(target=self._prepare_safely, args=(bank,), name="passages", daemon=True).start()

    def _prepare_safely(self, bank: Bank) -> None:
        try:
            self.prepare(bank)
        except Exception:  # the classifier goes on alone
            logger.exception("The sentences of the bank's answers can't be read; facets are chosen without them.")


def passages(settings: Settings) -> Passages:
    """Returns the passages; the same settings give the same object."""
    return _load(settings.encoder_dir, settings.models_dir)


@functools.lru_cache(maxsize=4)
def _load(encoder_dir: Optional[Path], models_dir: Path) -> Passages:
    return Passages(lambda texts: load_encoder(encoder_dir).encode(texts), models_dir / "passages.npz")


def sentences_of(bank: Bank, answer: Answer) -> list[str]:
    """Returns the sentences of an answer and its detail, as people read them."""
    text = bank.profile.fill(f"{answer.text}\n{answer.detail}")
    pieces = (piece.strip(" -") for piece in _SENTENCE_END.split(text))
    return [piece for piece in pieces if len(piece.split()) >= _FEWEST_WORDS]


def _several(bank: Bank) -> Iterator[Answer]:
    """Yields the answers of topics that have facets to choose from."""
    return (answer for answer in bank.spoken.values() if bank.topics[answer.topic].is_treatment)


def _key(sentence: str) -> str:
    return hashlib.sha256(sentence.encode()).hexdigest()[:24]


def _read(file: Optional[Path]) -> dict[str, Floats]:
    if file is None or not file.is_file():
        return {}
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return dict(zip(arrays["keys"].tolist(), arrays["vectors"].astype(np.float32), strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        logger.warning("%s can't be read (%s): it is made anew.", file, error)
        return {}


def _write(file: Optional[Path], vectors: Mapping[str, Floats]) -> None:
    if file is None:
        return
    # Several servers may share the folder: none may ever see half a file.
    unfinished = file.with_name(f"unfinished-{os.getpid()}.npz")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(unfinished, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())).astype(np.float16))
        os.replace(unfinished, file)
    except OSError as error:
        logger.warning("%s can't be written (%s): its sentences are computed again at the next start.", file, error)
