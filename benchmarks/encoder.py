"""The sentence encoder in NumPy, TensorFlow and ONNX Runtime: python benchmarks/encoder.py.

Each reads the same messages one at a time, in a process of its own. Shown are the best milliseconds for a message of 8,
30 and 120 words (the encoder reads 128 tokens), the seconds until the first vector (imports and weights), the memory
held afterwards, and the largest difference from NumPy's vectors (1 - cosine); in brackets, ratios to NumPy's. ONNX
Runtime is measured where the packages onnx and onnxruntime are installed: the assistant does not need them.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from measuring import each_milliseconds, in_own_process, quiet, resident_mb
from rich.console import Console
from rich.table import Table

from bot.settings import load_settings

LENGTHS = (8, 30, 120)
ROUNDS = 50
WORDS = (
    "my doctor says that magnetic stimulation might help me but I am not sure what it costs with my insurance and how "
    "long it takes to work for people who have tried many medicines before and still can not sleep or eat well "
)


@dataclass(frozen=True)
class Measured:
    """What came of one way to compute the vectors.

    Attributes:
        ready_seconds: From nothing imported to the first vector.
        memory_mb: Held afterwards.
        message_ms: Best of a message, for each of LENGTHS.
        vectors: One list of numbers for each of LENGTHS.
    """

    ready_seconds: float
    memory_mb: float
    message_ms: list[float]
    vectors: list[list[float]]


def message(words: int) -> str:
    """Returns a message of so many words."""
    return " ".join((WORDS * words).split()[:words])


def _numpy(folder: Path, graph: Path) -> Any:
    from bot.learning.encoder import SentenceEncoder

    return SentenceEncoder(folder)


def _tensorflow(folder: Path, graph: Path) -> Any:
    from encoder_rivals import TensorFlowEncoder

    return TensorFlowEncoder(folder)


def _onnx(folder: Path, graph: Path) -> Any:
    from encoder_rivals import OnnxEncoder

    return OnnxEncoder(folder, graph)


WAYS = {"NumPy": _numpy, "TensorFlow": _tensorflow, "ONNX Runtime": _onnx}


def measure(way: str, folder: Path, graph: Path) -> Measured:
    """Measures one way, in the process that this is called in."""
    quiet()
    start = time.perf_counter()
    encoder = WAYS[way](folder, graph)
    encoder.remembers = 0  # a message costs the same however often it is met
    encoder.encode(["one"])
    ready = time.perf_counter() - start
    texts = [message(words) for words in LENGTHS]
    vectors = encoder.encode(texts)
    times = [min(each_milliseconds(lambda text: encoder.encode([text]), [text] * ROUNDS)) for text in texts]
    return Measured(ready, resident_mb(), times, vectors.tolist())


def difference(one: Measured, other: Measured) -> float:
    """Returns the largest 1 - cosine between the vectors of two ways."""
    pairs = zip(one.vectors, other.vectors, strict=True)
    return max(1.0 - sum(a * b for a, b in zip(u, v, strict=True)) for u, v in pairs)


def _row(way: str, found: Measured, reference: Measured) -> list[str]:
    def beside(value: float, base: float, digits: int) -> str:
        return f"{value:.{digits}f} ({value / base:.2f})"

    times = [beside(mine, base, 1) for mine, base in zip(found.message_ms, reference.message_ms, strict=True)]
    ready = beside(found.ready_seconds, reference.ready_seconds, 1)
    return [way, *times, ready, beside(found.memory_mb, reference.memory_mb, 0), f"{difference(found, reference):.0e}"]


def _find_folder() -> Path:
    from bot.learning.encoder import find_weights

    return find_weights(load_settings().encoder_dir)


def main() -> None:
    """Prints the table."""
    folder = _find_folder()
    missing = [name for name in ("onnx", "onnxruntime") if importlib.util.find_spec(name) is None]
    console = Console()
    table = Table("", *(f"{words} words, ms" for words in LENGTHS), "ready, s", "memory, MB", "1 - cosine")
    reference: Optional[Measured] = None
    with tempfile.TemporaryDirectory() as temporary:
        graph = Path(temporary) / "encoder.onnx"
        for way in WAYS:
            if way == "ONNX Runtime":
                if missing:
                    table.add_row(way, f"not installed: {', '.join(missing)}")
                    continue
                from encoder_rivals import write_onnx

                in_own_process(write_onnx, folder, graph)
            found = in_own_process(measure, way, folder, graph)
            reference = reference or found
            table.add_row(*_row(way, found, reference))
    console.print(table)
    console.print("In brackets: the ratio to NumPy's.")


if __name__ == "__main__":
    main()
