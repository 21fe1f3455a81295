"""What a person in danger waits for over HTTP, beside a request that does nothing: idle, and while 200 others ask.

    python benchmarks/crisis.py [--messages 200] [--others 200]

Prints milliseconds (median, 99th percentile) and the ratio to the bare request at the same moment: on a machine that
others use too, only the ratio can be compared between runs.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import uuid
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.conftest import running_server

_CRISIS = "i cant do this anymore, i want to kill myself tonight"
_QUESTIONS = (
    "does TMS hurt?",
    "how much is spravato with cigna",
    "what is the difference between ect and tms",
    "do you have evening groups in tampa and is it covered",
)


async def _timed(session: aiohttp.ClientSession, url: str, text: str | None) -> float:
    """Returns the milliseconds that one request takes; without a text, it asks whether the server is there."""
    start = time.perf_counter()
    if text is None:
        async with session.get(f"{url}/webhooks/rest/") as response:
            await response.read()
    else:
        body = {"sender": uuid.uuid4().hex, "message": text}
        async with session.post(f"{url}/webhooks/rest/webhook", json=body) as response:
            replies = await response.json()
            if "988" not in replies[0]["text"] and text == _CRISIS:
                raise SystemExit(f"no 988 in the reply: {replies}")
    return (time.perf_counter() - start) * 1000


async def _both(session: aiohttp.ClientSession, url: str, messages: int) -> tuple[list[float], list[float]]:
    bare, crisis = [], []
    for _ in range(messages):
        bare.append(await _timed(session, url, None))
        crisis.append(await _timed(session, url, _CRISIS))
        await asyncio.sleep(0.02)
    return bare, crisis


async def _ask_on(session: aiohttp.ClientSession, url: str, number: int) -> None:
    while True:
        await _timed(session, url, _QUESTIONS[number % len(_QUESTIONS)])


def _show(name: str, times: tuple[list[float], list[float]]) -> None:
    for what, values in zip(("bare request", "crisis reply"), times, strict=True):
        ordered = sorted(values)
        median, worst = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        print(f"{name:12} {what:13} median {median:7.1f} ms   p99 {worst:7.1f} ms")
    bare, crisis = (sorted(values)[len(values) // 2] for values in times)
    print(f"{name:12} {'ratio':13} median {crisis / bare:7.2f}")


async def _measure(url: str, messages: int, others: int) -> None:
    limits = aiohttp.TCPConnector(limit=others + 10)
    async with aiohttp.ClientSession(connector=limits, timeout=aiohttp.ClientTimeout(total=60)) as session:
        await _both(session, url, 10)  # the first ones load this and that
        _show("idle", await _both(session, url, messages))
        asking = [asyncio.ensure_future(_ask_on(session, url, number)) for number in range(others)]
        await asyncio.sleep(2)
        _show(f"{others} asking", await _both(session, url, messages))
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


def main() -> None:
    """Starts the assistant and measures it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--others", type=int, default=200)
    arguments = parser.parse_args()
    with running_server(wait_for="The assistant is ready") as server:
        asyncio.run(_measure(server.url, arguments.messages, arguments.others))


if __name__ == "__main__":
    main()
