"""Plays cases against the assistant: the guard, Rasa and the actions in this process, without HTTP."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Optional, Sequence

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.channels.guard import Guard, Incoming, ReplyMessage
from bot.evaluation.cases import Case
from bot.evaluation.scoring import Heard
from bot.server import load
from bot.settings import Settings


@dataclass(frozen=True)
class Turn:
    """The last turn of a conversation.

    Attributes:
        replies: The messages of the reply.
        heard: What the classifiers took the message for; None where the guard answered before they were asked.
    """

    replies: list[ReplyMessage]
    heard: Optional[Heard]


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

    async def play(self, turns: Sequence[str], *, channel: str = "rest") -> Turn:
        """Says the turns in a new conversation and returns the last of them."""
        sender, over, asked = uuid.uuid4().hex, False, False
        replies: list[ReplyMessage] = []

        async def ask(message: UserMessage) -> None:
            nonlocal asked
            # After the last reply the guard would only have the transcript completed: nobody will read this one.
            if not over:
                asked = True
                await self._agent.handle_message(message)

        for text in turns:
            asked = False
            replies = await self._guard.reply(Incoming(text, sender, channel), ask)
        over = True
        return Turn(replies, await self._heard(sender) if asked else None)

    async def _heard(self, sender: str) -> Optional[Heard]:
        tracker = await self._agent.tracker_store.retrieve(sender)
        if tracker is None or tracker.latest_message is None:
            return None
        return read_parse(tracker.latest_message.parse_data)


def read_parse(parse: Any) -> Optional[Heard]:
    """Reads what Rasa made of a message; None where no topic was weighed."""
    ranking = parse.get("intent_ranking") or []
    if not ranking:
        return None
    facet: dict[str, Any] = next(
        (entity for entity in parse.get("entities") or [] if entity.get("entity") == "facet"), {}
    )
    return Heard(
        topic=str(ranking[0]["name"]),
        sure=float(ranking[0]["confidence"]),
        facet=str(facet.get("value", "")),
        sure_of_facet=float(facet.get("confidence_entity") or 0.0),
    )


def play_all(settings: Settings, model: Path, cases: Iterable[Case]) -> list[tuple[Case, Turn]]:
    """Returns each case with the turn that came of it."""

    async def run() -> list[tuple[Case, Turn]]:
        player = await Player.start(settings, model)
        return [(case, await player.play(case.say)) for case in cases]

    return asyncio.run(run())
