"""Plays cases against the assistant: the guard, Rasa and the actions in this process, without HTTP."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any, Iterable, Sequence

from rasa.core.agent import Agent

from bot.channels.guard import Guard, Incoming, ReplyMessage
from bot.evaluation.cases import Case
from bot.server import load
from bot.settings import Settings


class Player:
    """Talks to an assistant that was loaded once.

    Args:
        guard: Stands in front.
        agent: Rasa's agent with its model.
    """

    def __init__(self, guard: Guard, agent: Agent) -> None:
        self._guard, self._agent = guard, agent

    @classmethod
    async def start(cls, settings: Settings, model: Path) -> Player:
        """Loads the model."""
        return cls(Guard.from_settings(settings, records=False), await load(settings, model))

    async def play(self, turns: Sequence[str], *, channel: str = "rest") -> list[ReplyMessage]:
        """Says the turns in a new conversation and returns the reply to the last."""
        sender = uuid.uuid4().hex
        replies: list[ReplyMessage] = []
        for text in turns:
            replies = await self._guard.reply(Incoming(text, sender, channel), self._agent.handle_message)
        return replies


def play_all(settings: Settings, model: Path, cases: Iterable[Case]) -> list[tuple[Case, list[dict[str, Any]]]]:
    """Returns each case with the reply to it."""

    async def run() -> list[tuple[Case, list[dict[str, Any]]]]:
        player = await Player.start(settings, model)
        return [(case, await player.play(case.say)) for case in cases]

    return asyncio.run(run())
