"""How the crisis screen's cost grows with the length of a message: python benchmarks/screen.py.

Figures are ratios within one run: the machine's own speed says little.
"""

from __future__ import annotations

import time

from rich.console import Console
from rich.table import Table

from bot.safety import Screen, load_screen
from bot.settings import load_settings

ORDINARY = "does my plan with Cigna cover spravato and how long does a visit take, I live near Tampa. "
HOSTILE = "i want to kill i want to end my i am going to "
LENGTHS = (500, 2_000, 20_000, 100_000)
ROUNDS = 5


def seconds(screen: Screen, text: str) -> float:
    """Returns the best time of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        screen(text)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    screen = load_screen(load_settings().safety_dir)
    table = Table("characters", "length ratio", "time ratio, ordinary text", "time ratio, hostile text")
    base = {kind: seconds(screen, (kind * 10_000)[: LENGTHS[0]]) for kind in (ORDINARY, HOSTILE)}
    for length in LENGTHS:
        ratios = [seconds(screen, (kind * 10_000)[:length]) / base[kind] for kind in (ORDINARY, HOSTILE)]
        table.add_row(f"{length:,}", f"{length / LENGTHS[0]:.0f}", *(f"{ratio:.1f}" for ratio in ratios))
    Console().print(table)


if __name__ == "__main__":
    main()
