"""Tells the linear algebra under NumPy what the processor can do."""

from __future__ import annotations

import os
from pathlib import Path

_NEEDED = {"avx512f", "avx512cd", "avx512dq", "avx512bw", "avx512vl"}
"""What OpenBLAS's kernels for Skylake servers use."""


def tune_linear_algebra(cpuinfo: Path = Path("/proc/cpuinfo")) -> None:
    """Chooses kernels and threads for OpenBLAS, unless the environment has chosen; changes the environment.

    OpenBLAS goes by the processor's name, and on newer ones, or behind a hypervisor that hides the name, falls back to
    kernels of 2004, several times slower. One thread: messages are short, and threads of its own would only wait for
    one another while the assistant already answers several people at once.

    Args:
        cpuinfo: Where Linux tells what the processor can do.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
    if set(flags) >= _NEEDED:
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
