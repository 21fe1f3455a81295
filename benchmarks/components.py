"""What each part of a turn costs: python benchmarks/components.py [FILE...].

Plays single messages of evaluation files (by default tests/evaluation/questions.yml) in this process with the trained
model, and shows for each part how often a message calls it, its milliseconds a message without those of the parts it
calls, and its share of the turn. Milliseconds of the processor are those of the part's own thread: on a busy
machine they say more than the clock's, but leave out threads that the linear algebra starts (OPENBLAS_NUM_THREADS=1).
"""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Sequence

from measuring import quiet, quieten_rasa
from rich.console import Console
from rich.table import Table

from bot.settings import PROJECT, load_settings

MESSAGES = 100
WARM_UP = 10
REST = "guard, tracker and the rest of Rasa"


class Stopwatch:
    """Adds up the time of parts of the program, each without the parts it calls."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.processor_seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._running = threading.local()  # parts of a turn run in several threads, one after the other

    def time(self, part: str, owner: Any, method: str) -> None:
        """Times a method of a class from now on."""
        setattr(owner, method, self._timed(part, getattr(owner, method)))

    def reset(self) -> None:
        self.seconds.clear()
        self.processor_seconds.clear()
        self.calls.clear()

    def _timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(work)
        def timed(*arguments: Any, **named: Any) -> Any:
            outer, outer_processor = getattr(self._running, "inner", (0.0, 0.0))
            self._running.inner = 0.0, 0.0
            start, start_processor = time.perf_counter(), time.thread_time()
            try:
                return work(*arguments, **named)
            finally:
                taken, processor = time.perf_counter() - start, time.thread_time() - start_processor
                inner, inner_processor = self._running.inner
                self.seconds[part] += taken - inner
                self.processor_seconds[part] += processor - inner_processor
                self.calls[part] += 1
                self._running.inner = outer + taken, outer_processor + processor

        return timed


def watch_parts(stopwatch: Stopwatch) -> None:
    """Times every part of a turn."""
    from rasa.core.policies.rule_policy import RulePolicy

    from actions.action_answer import ActionAnswer
    from bot.learning.encoder import SentenceEncoder
    from bot.safety import Screen
    from bot.safety.statistical import StatisticalLayer
    from bot.understanding.choices import ChoiceMatcher
    from bot.understanding.classifiers import QuestionClassifier
    from bot.understanding.crisis import CrisisPolicy, CrisisScreen
    from bot.understanding.terms import TermExtractor, TermMatcher

    for part, owner, method in (
        ("lexicon screen", Screen, "__call__"),
        ("statistical layer", StatisticalLayer, "__call__"),
        ("sentence encoder", SentenceEncoder, "_encode"),
        ("names of treatments", TermMatcher, "find"),
        ("names of treatments, as entities", TermExtractor, "process"),
        ("classifier of questions", QuestionClassifier, "process"),
        ("choice matcher", ChoiceMatcher, "process"),
        ("crisis component", CrisisScreen, "process"),
        ("crisis policy", CrisisPolicy, "predict_action_probabilities"),
        ("rule policy", RulePolicy, "predict_action_probabilities"),
        ("action: answer from the bank", ActionAnswer, "run"),
    ):
        stopwatch.time(part, owner, method)


def read_messages(paths: Sequence[Path]) -> list[str]:
    """Returns messages that stand alone, spread over the files."""
    from bot.evaluation.cases import CaseFileError, read_cases

    try:
        texts = [case.say[0] for path in paths for case in read_cases(path) if len(case.say) == 1]
    except CaseFileError as error:
        sys.exit(str(error))
    wanted = MESSAGES + WARM_UP
    if len(texts) < wanted:
        sys.exit(f"{len(texts)} single messages are too few: name files with at least {wanted}")
    return texts[:: len(texts) // wanted][:wanted]


def load_bank(url: str) -> None:
    """Fills a database with the bank's files, and has the action read it."""
    from bot.bank.files import read_bank
    from bot.bank.store import Store

    store = Store(url)
    store.load_files(read_bank(load_settings().bank_dir))
    store.close()
    os.environ["DATABASE_URL"] = url


async def play(texts: Sequence[str], stopwatch: Stopwatch) -> tuple[float, float]:
    """Plays messages, after some that pay for what is loaded once; returns the seconds of the turns by both clocks."""
    from bot.evaluation.play import Player
    from bot.training import current_model

    settings = load_settings()
    model = current_model(settings)
    if model is None:
        sys.exit("there is no model for the present training data: run `trd train` first")
    watch_parts(stopwatch)  # before the model is loaded: Rasa's graph keeps the methods it finds then
    quieten_rasa()
    player = await Player.start(settings, model)
    for text in texts[:WARM_UP]:
        await player.play([text])
    stopwatch.reset()
    start, start_processor = time.perf_counter(), time.process_time()
    for text in texts[WARM_UP:]:
        await player.play([text])
    return time.perf_counter() - start, time.process_time() - start_processor


def main(paths: Sequence[Path]) -> None:
    """Prints the table."""
    quiet()
    stopwatch = Stopwatch()
    texts = read_messages(paths)
    with tempfile.TemporaryDirectory() as folder:
        load_bank(f"sqlite:///{Path(folder) / 'bank.db'}")
        whole, processor = asyncio.run(play(texts, stopwatch))
    parts = [
        (part, f"{stopwatch.calls[part] / MESSAGES:.1f}", taken, stopwatch.processor_seconds[part])
        for part, taken in stopwatch.seconds.most_common()
    ]
    rest = whole - sum(stopwatch.seconds.values()), processor - sum(stopwatch.processor_seconds.values())
    table = Table("part", "calls", "ms", "share, %", "processor, ms", "share, %")
    for name, calls, taken, busy in (*parts, (REST, "", *rest), ("the whole turn", "", whole, processor)):
        by_clock = f"{taken / MESSAGES * 1e3:.2f}", f"{taken / whole * 100:.1f}"
        by_processor = f"{busy / MESSAGES * 1e3:.2f}", f"{busy / processor * 100:.1f}"
        table.add_row(name, calls, *by_clock, *by_processor)
    Console().print(table)


if __name__ == "__main__":
    named = [Path(argument) for argument in sys.argv[1:]]
    main(named or [PROJECT / "tests" / "evaluation" / "questions.yml"])
