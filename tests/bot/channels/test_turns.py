from __future__ import annotations

import asyncio
import threading

import pytest

from bot.channels.turns import Turns


def test_a_turn_runs_beside_the_loop_and_gives_its_result() -> None:
    async def turn() -> str:
        return threading.current_thread().name

    assert asyncio.run(Turns().take(turn)) == "turns"


def test_what_a_turn_raises_reaches_who_asked() -> None:
    async def turn() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        asyncio.run(Turns().take(turn))


def test_a_turn_that_computes_holds_up_nobody() -> None:
    """The loop that asked goes on while a turn computes without ever awaiting."""
    go_on = threading.Event()

    async def turn() -> bool:
        return go_on.wait(10)

    async def both() -> bool:
        waiting = asyncio.ensure_future(Turns().take(turn))
        await asyncio.sleep(0)
        go_on.set()
        return await waiting

    assert asyncio.run(both())


def test_a_turn_given_up_is_cancelled_and_makes_room() -> None:
    turns = Turns()

    async def endless() -> None:
        await asyncio.Event().wait()

    async def quick() -> str:
        return "done"

    async def one_after_the_other() -> str:
        for _ in range(5):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(turns.take(endless), 0.01)
        return await asyncio.wait_for(turns.take(quick), 10)

    assert asyncio.run(one_after_the_other()) == "done"


def test_no_more_than_a_few_turns_are_taken_at_once() -> None:
    turns, running, most = Turns(), 0, 0

    async def turn() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    async def many() -> None:
        await asyncio.gather(*(turns.take(turn) for _ in range(50)))

    asyncio.run(many())
    assert most == 2
