"""This project's classifier against Rasa's pipelines: python benchmarks/intents.py DIR...

Each DIR holds train.csv and test.csv with the columns text and label; the label OOS stands for out of scope, and where
train.csv has such rows all classifiers learn it as one label more. Each classifier is trained and scored in a process
of its own. Printed is one Markdown table:

- accuracy: test messages in scope that get their label when nothing is declined.
- best MCC: Matthews' correlation coefficient over all labels, OOS one of them, with predictions below a threshold of
  confidence taken as OOS, at the threshold where it is highest on the test messages (for all classifiers alike);
  beside it the accuracy in scope and the out-of-scope recall at this threshold. Without OOS in test.csv, the
  coefficient of the plain predictions.
- training: seconds from the texts to a classifier ready to use, encoding and loading the encoder included, imports
  aside; its ratio to DIET's; and the seconds that the processors worked on it, which say more on a busy machine.
- a message: median milliseconds of messages predicted one at a time; its ratio to DIET's.
- memory: the most that the process held, MB, and how much of it came on top of the imports.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Sequence

from intent_classifiers import CLASSIFIERS
from measuring import each_milliseconds, in_own_process, median, peak_mb, quiet, resident_mb

from bot.evaluation.labelled import Labelled, LabelledFileError, read_labelled
from bot.evaluation.thresholds import accuracy_in_scope, best_threshold

_REFERENCE = "diet"
_HEADER = (
    "data set",
    "classifier",
    "accuracy, %",
    "best MCC",
    "accuracy there, %",
    "OOS recall there, %",
    "training, s",
    "to DIET's",
    "processors, s",
    "a message, ms",
    "to DIET's",
    "memory, MB",
    "on top of imports",
)


@dataclass(frozen=True)
class Measured:
    """What came of one classifier on one data set.

    Attributes:
        predictions: Label and confidence of each test message.
        training_seconds: From texts to a classifier that is ready.
        processor_seconds: Of all processors together, for the same.
        message_ms: Median of messages predicted one at a time.
        peak_mb: Most memory held.
        grown_mb: The part of it that was not held after the imports.
    """

    predictions: list[tuple[str, float]]
    training_seconds: float
    processor_seconds: float
    message_ms: float
    peak_mb: float
    grown_mb: float


def measure(name: str, train: Labelled, test: Labelled, sample: int) -> Measured:
    """Trains a classifier and lets it predict, in the process that this is called in."""
    quiet()
    classifier = CLASSIFIERS[name][1]()
    imported = resident_mb()
    start, start_processor = time.perf_counter(), time.process_time()
    classifier.fit(train.texts, train.labels)
    seconds, processor_seconds = time.perf_counter() - start, time.process_time() - start_processor
    classifier.predict(train.texts[:3])  # the first ones pay for what is made once
    step = max(1, len(test.texts) // sample)
    times = each_milliseconds(lambda text: classifier.predict([text]), test.texts[::step][:sample])
    predictions = classifier.predict(test.texts)
    peak = peak_mb()
    return Measured(predictions, seconds, processor_seconds, median(times), peak, peak - imported)


def figures(test: Labelled, measured: Measured) -> dict[str, Any]:
    """Returns the scores and costs as plain data."""
    predicted, sure = zip(*measured.predictions, strict=True)
    best = best_threshold(test.labels, predicted, sure)
    return {
        "accuracy": accuracy_in_scope(test.labels, predicted).percent,
        "best_mcc": best.mcc,
        "threshold": best.threshold,
        "accuracy_at_threshold": best.accuracy.percent,
        "out_of_scope_recall_at_threshold": best.recall.percent if best.recall else None,
        "training_seconds": measured.training_seconds,
        "training_processor_seconds": measured.processor_seconds,
        "message_ms": measured.message_ms,
        "peak_mb": measured.peak_mb,
        "grown_mb": measured.grown_mb,
    }


def row(dataset: str, name: str, result: dict[str, Any], reference: Optional[dict[str, Any]]) -> str:
    """Returns a row of the table; times also as ratios to the reference's, where that was measured."""

    def ratio(key: str) -> str:
        return f"{result[key] / reference[key]:.3f}" if reference else "–"

    recall = result["out_of_scope_recall_at_threshold"]
    return _line(
        dataset,
        CLASSIFIERS[name][0],
        f"{result['accuracy']:.1f}",
        f"{result['best_mcc']:.3f}",
        f"{result['accuracy_at_threshold']:.1f}",
        "–" if recall is None else f"{recall:.1f}",
        f"{result['training_seconds']:.1f}",
        ratio("training_seconds"),
        f"{result['training_processor_seconds']:.1f}",
        f"{result['message_ms']:.1f}",
        ratio("message_ms"),
        f"{result['peak_mb']:.0f}",
        f"{result['grown_mb']:.0f}",
    )


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Compares this project's classifier with Rasa's pipelines on labelled messages."
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="holds train.csv and test.csv")
    parser.add_argument("--only", action="append", choices=list(CLASSIFIERS), help="may be given several times")
    parser.add_argument("--sample", type=int, default=200, help="messages timed one at a time (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="writes all figures there too")
    arguments = parser.parse_args()
    if arguments.sample < 1:
        parser.error("--sample must be at least 1")
    return arguments


def main(folders: Sequence[Path], names: Sequence[str], sample: int, report: Optional[Path]) -> None:
    """Measures and prints the table, each row as soon as it is known."""
    data = [(folder, read_labelled(folder / "train.csv"), read_labelled(folder / "test.csv")) for folder in folders]
    results: dict[str, dict[str, dict[str, Any]]] = {}
    print(_line(*_HEADER))
    print(_line("---", "---", *["---:"] * (len(_HEADER) - 2)))
    for folder, train, test in data:
        of_folder = results.setdefault(str(folder), {})
        for name in names:
            measured = in_own_process(measure, name, train, test, sample)
            of_folder[name] = figures(test, measured)
            print(row(folder.name, name, of_folder[name], of_folder.get(_REFERENCE)), flush=True)
            if report is not None:
                report.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    chosen = _arguments()
    try:
        # In this order whatever the command line's: DIET's times come before their ratios.
        main(
            chosen.folders,
            [name for name in CLASSIFIERS if not chosen.only or name in chosen.only],
            chosen.sample,
            chosen.json,
        )
    except LabelledFileError as error:
        sys.exit(str(error))
