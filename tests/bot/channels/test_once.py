from __future__ import annotations

import asyncio

import pytest

from bot.channels.once import Once


def test_the_same_key_is_worked_on_once() -> None:
    async def play() -> tuple[list[int], int]:
        once: Once[int] = Once()
        calls = 0

        async def work() -> int:
            nonlocal calls
            calls += 1
            await asyncio.sleep(0)
            return calls

        together = await asyncio.gather(*(once("a", work) for _ in range(5)))
        return [*together, await once("a", work)], calls

    assert asyncio.run(play()) == ([1] * 6, 1)


def test_who_goes_away_does_not_end_the_work() -> None:
    async def play() -> str:
        once: Once[str] = Once()
        go_on = asyncio.Event()

        async def work() -> str:
            await go_on.wait()
            return "done"

        first = asyncio.ensure_future(once("a", work))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        go_on.set()
        return await once("a", work)

    assert asyncio.run(play()) == "done"


def test_what_failed_may_be_tried_again() -> None:
    async def play() -> str:
        once: Once[str] = Once()

        async def fail() -> str:
            raise RuntimeError("broken")

        async def work() -> str:
            return "done"

        with pytest.raises(RuntimeError):
            await once("a", fail)
        return await once("a", work)

    assert asyncio.run(play()) == "done"


def test_memory_is_bounded() -> None:
    async def play() -> list[bool]:
        once: Once[int] = Once(size=3)

        async def work() -> int:
            return 1

        for key in range(10):
            await once(key, work)
        return [once.knows(key) for key in (0, 6, 7, 8, 9)]

    assert asyncio.run(play()) == [False, False, True, True, True]
