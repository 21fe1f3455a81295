"""What several benchmarks share: time, memory, and a process for each thing measured."""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Callable, Iterable, TypeVar

T = TypeVar("T")


def quiet() -> None:
    """Keeps what the libraries behind Rasa have to say out of the tables; call it before they are imported."""
    os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", SQLALCHEMY_SILENCE_UBER_WARNING="1")
    # Some of them turn their warnings on again; nobody listens to this logger.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(logging.NullHandler())
    logging.getLogger("py.warnings").propagate = False


def quieten_rasa() -> None:
    """Turns Rasa's own logs down to warnings."""
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(logging.WARNING)
    configure_structlog(logging.WARNING)


def in_own_process(work: Callable[..., T], *arguments: Any) -> T:
    """Runs a function in a fresh process, so that nothing measured before counts for or against it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def each_milliseconds(work: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """Returns how long the work took for each text."""
    taken = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        taken.append((time.perf_counter() - start) * 1e3)
    return taken


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def resident_mb() -> float:
    """Returns the memory that this process holds, MB."""
    return _status("VmRSS")


def peak_mb() -> float:
    """Returns the most memory that this process has held so far, MB.

    From the kernel's account of this very process: getrusage's figure is handed down from the parent.
    """
    return _status("VmHWM")


def _status(field: str) -> float:
    found = re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(), flags=re.MULTILINE)
    if found is None:
        raise RuntimeError(f"/proc/self/status has no {field}: memory is measured on Linux only")
    return int(found.group(1)) / 1024
