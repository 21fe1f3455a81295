"""The records of the SMS channel as a turn may use them: beside the event loop, never for long, and never needed.

When the database is slow or gone, answers go on from what this process remembers.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, Optional, TypeVar

from bot.bank.database import BankUnavailableError
from bot.channels.sms.text import Sms
from bot.records.sms import Claim, Conversation, Delivery, SmsStore

logger = logging.getLogger(__name__)

_THREADS = 4
_CONVERSATIONS = 10_000
_TIDY_SECONDS = 3600.0
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds.

    Attributes:
        database: One access to it.
        elsewhere: Waiting for another worker that answers the same message.
        look: Between two looks whether it has.
    """

    database: float = 2.0
    elsewhere: float = 9.0
    look: float = 0.25


@dataclass(frozen=True)
class Known:
    """What is known when a message comes in.

    Attributes:
        answered: What it was answered with, if it was.
        elsewhere: Whether another worker is answering it and does not come to an end.
        opted_out: Whether the sender opted out.
        is_first: Whether nothing came from the sender before.
        conversation: Where the conversation stands.
    """

    answered: Optional[str] = None
    elsewhere: bool = False
    opted_out: bool = False
    is_first: bool = False
    conversation: Conversation = field(default_factory=Conversation)


@dataclass(frozen=True)
class _Tried(Generic[T]):
    """Whether something could be done with the database, and what came of it."""

    done: bool
    result: Optional[T] = None


class Ledger:
    """Keeps the records and a copy of what matters for the next turn.

    Args:
        store: The records; None where there is no database.
        limits: How long things may take.
    """

    def __init__(self, store: Optional[SmsStore], *, limits: Limits = Limits()) -> None:
        self._store, self._limits = store, limits
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="sms")
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._unsaved: set[str] = set()
        """Senders whose conversation the database does not have."""
        self._opt_outs: dict[str, bool] = {}
        """Opt-outs and opt-ins that the database does not have yet."""
        self._failing = False

    async def begin(self, sid: str, sender: str) -> Known:
        """Claims a message, or waits for what another worker answers it with."""
        store, until = self._store, time.monotonic() + self._limits.elsewhere
        if store is None:
            return self._known(None, sender)
        claim = (await self._try(store.claim, sid, sender)).result
        while claim is not None and not claim.ours and claim.reply is None:
            if time.monotonic() > until:
                return Known(elsewhere=True)
            await asyncio.sleep(self._limits.look)
            claim = (await self._try(store.claim_again, sid, sender)).result or claim
        return self._known(claim, sender)

    async def finish(self, sid: str, sender: str, delivery: Delivery, sms: Sms) -> None:
        """Keeps what a message was answered with."""
        if sms.conversation is not None:
            self._remember(sender, sms.conversation)
        store, segments = self._store, sms.size.segments
        if store is None:
            return
        saved = await self._try(store.finish, sid, sender, delivery, sms.text, segments, sms.conversation)
        if saved.done:
            self._unsaved.discard(sender)
        elif sms.conversation is not None:
            self._unsaved.add(sender)

    async def set_opted_out(self, sender: str, opted_out: bool) -> None:
        """Remembers that somebody opted out, or in again; what can't be written now is written later."""
        self._opt_outs[sender] = opted_out
        await self._write_opt_outs()

    async def tidy(self) -> None:
        """Writes what could not be written, and forgets what is old."""
        await self._write_opt_outs()
        if self._store is not None:
            await self._try(self._store.purge)

    async def tidy_forever(self, *, every: float = _TIDY_SECONDS) -> None:
        """Does so now and again."""
        while True:
            await self.tidy()
            await asyncio.sleep(every)

    async def _write_opt_outs(self) -> None:
        if self._store is None:
            return
        for sender, opted_out in list(self._opt_outs.items()):
            if not (await self._try(self._store.set_opted_out, sender, opted_out)).done:
                return
            if self._opt_outs.get(sender) is opted_out:
                del self._opt_outs[sender]

    def _known(self, claim: Optional[Claim], sender: str) -> Known:
        if claim is not None and claim.reply is not None:
            return Known(answered=claim.reply)
        remembered = self._conversations.get(sender)
        conversation = remembered if claim is None or sender in self._unsaved else claim.conversation
        return Known(
            opted_out=self._opt_outs.get(sender, claim is not None and claim.opted_out),
            # Without the database nobody is known to be new.
            is_first=claim is not None and conversation is None,
            conversation=conversation or Conversation(),
        )

    def _remember(self, sender: str, conversation: Conversation) -> None:
        self._conversations[sender] = conversation
        self._conversations.move_to_end(sender)
        if len(self._conversations) > _CONVERSATIONS:
            forgotten, _ = self._conversations.popitem(last=False)
            self._unsaved.discard(forgotten)

    async def _try(self, work: Callable[..., T], *arguments: Any) -> _Tried[T]:
        """Does something with the database beside the event loop, if it can be done in time."""
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
            result = await asyncio.wait_for(running, self._limits.database)
        except Exception as error:  # whatever it is, the person gets a reply
            if not self._failing:
                # Only its kind: what it says may hold what the statement did.
                why = str(error) if isinstance(error, BankUnavailableError) else type(error).__name__
                logger.error("The SMS records can't be used, and answers go on without them: %s", why)
            self._failing = True
            return _Tried(False)
        if self._failing:
            logger.warning("The SMS records can be used again.")
        self._failing = False
        return _Tried(True, result)
