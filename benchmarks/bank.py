"""How the cost of an answer grows with the bank: python benchmarks/bank.py.

Banks of 100, 1,000 and 10,000 answers in SQLite. A turn makes its reply from the copy in memory; every two
seconds one query by primary key asks whether anything has changed; only then is the bank read. Figures are
ratios within one run: the machine's own speed says little.
"""

from __future__ import annotations

import dataclasses
import tempfile
import time
from pathlib import Path
from typing import Callable

from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.bank import Bank, Facet, replies
from bot.bank.files import read_bank
from bot.bank.store import Author, Store
from bot.settings import load_settings

SIZES = (100, 1_000, 10_000)


def seconds(work: Callable[[], object], *, times: int) -> float:
    """Returns the best time of three rounds, for one piece of work."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - start) / times)
    return best


def grown(bank: Bank, size: int) -> Bank:
    """Returns a bank with so many answers, made by repeating treatments under new names."""
    treatment, facets = bank.topics["ect"], list(Facet)
    keep = {name: a for name, a in bank.answers.items() if bank.topics[a.topic].group == "conversation"}
    topics = {a.topic: bank.topics[a.topic] for a in keep.values()}
    for number in range((size - len(keep)) // len(facets) + 1):
        name = f"ect_{number}"
        topics[name] = dataclasses.replace(treatment, id=name)
        for facet in facets:
            if len(keep) < size:
                answer = dataclasses.replace(bank.answers[f"ect.{facet.value}"], topic=name)
                keep[answer.id] = answer
    return dataclasses.replace(bank, topics=topics, answers=keep)


def _reading(url: str) -> Callable[[], object]:
    return lambda: Store(url).bank()


def _answering(store: Store) -> Callable[[], object]:
    return lambda: replies.answer(store.bank(), "ect_0", Facet.SIDE_EFFECTS)


def main() -> None:
    """Prints the table."""
    whole = read_bank(load_settings().bank_dir)
    rows = []
    queries = 0

    def count(connection: object, cursor: object, statement: str, *_: object) -> None:
        nonlocal queries
        queries += not statement.startswith("BEGIN")

    event.listen(Engine, "before_cursor_execute", count)
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bank.db'}"
            store = Store(url)
            store.save(grown(whole, size), Author("benchmark", "benchmark"))
            read = seconds(_reading(url), times=1)
            store.bank()
            queries = 0
            answer = seconds(_answering(store), times=1_000)
            per_turn, queries = queries, 0
            look = seconds(store.refresh, times=100)
            rows.append((size, answer, look, read, per_turn, queries / 300))
            store.close()
    table = Table("answers", "a reply", "queries a reply", "a look for changes", "queries a look", "reading all")
    _, reply, look, read, _, _ = rows[0]
    for size, *times, per_turn, per_look in rows:
        ratios = [f"{mine / first:.2f}" for mine, first in zip(times, (reply, look, read), strict=True)]
        table.add_row(f"{size:,}", ratios[0], str(per_turn), ratios[1], f"{per_look:.0f}", ratios[2])
    Console().print(table)
    Console().print(f"A reply of {SIZES[0]} answers: {look / reply:.0f} times quicker than a look for changes.")


if __name__ == "__main__":
    main()
