"""What happens to a message between the door and the reply, in an order in which danger always comes first."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Coroutine, Optional, Protocol

from bot.bank import gsm7
from bot.channels.guard import Guard, Incoming, OnNewMessage
from bot.channels.sms.inbound import Inbound
from bot.channels.sms.keywords import Keyword, keyword
from bot.channels.sms.ledger import Known, Ledger
from bot.channels.sms.numbers import NumberHash
from bot.channels.sms.text import Sms, chosen, compose, is_number, next_page
from bot.channels.sms.words import Words
from bot.records.sms import Conversation, Delivery
from bot.safety import Verdict

logger = logging.getLogger(__name__)

CHANNEL = "sms"
_PATIENCE = 10.0
"""Seconds that a reply may take in the response: Twilio waits for fifteen, and the records may take two."""
_MESSAGES = 5_000
_HANDLED_AS = {"STOP": Keyword.STOP, "START": Keyword.START, "HELP": Keyword.HELP}
"""Twilio's keywords; which words stand for them, the clinic may set there."""


class Sender(Protocol):
    """Sends a text by a request of our own (see `outbound.Outbound`)."""

    async def send(self, text: str, *, to: str, sender: str) -> bool:
        """Sends a text and returns whether it was taken; never raises."""


@dataclass(frozen=True)
class _Answer:
    """What came of a message.

    Attributes:
        sms: What to say.
        fresh: Whether it is to be kept; not if it comes from the records.
        waits: Whether keeping it may hold up the reply; not for a person in danger.
    """

    sms: Sms
    fresh: bool = True
    waits: bool = True


class Answering:
    """Answers each message once, whoever hands it over how often.

    Args:
        guard: Screens and answers.
        ledger: The records.
        words: What the channel says by itself.
        number_hash: Gives numbers their ids.
        outbound: Sends what took too long; None where there are no credentials for it.
        patience: Seconds that a reply may take in the response.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        ledger: Ledger,
        words: Words,
        number_hash: NumberHash,
        outbound: Optional[Sender] = None,
        patience: float = _PATIENCE,
    ) -> None:
        self._guard, self._ledger, self._words, self._number_hash = guard, ledger, words, number_hash
        self._outbound, self._patience = outbound, patience
        self._turns: OrderedDict[str, asyncio.Task[str]] = OrderedDict()
        self._background: set[asyncio.Task[Any]] = set()

    async def answer(self, message: Inbound, on_new_message: OnNewMessage) -> str:
        """Returns the text for the response to a message, "" for none. Never raises."""
        turn = self._turns.get(message.sid)
        if turn is None:
            turn = asyncio.ensure_future(self._respond(message, on_new_message))
            self._turns[message.sid] = turn
            if len(self._turns) > _MESSAGES:
                self._turns.popitem(last=False)
        # Whoever asks may go away; the turn goes on for who asks again.
        return await asyncio.shield(turn)

    def failure(self) -> Sms:
        """Returns the words for a turn that can't be answered."""
        return Sms(gsm7.plain(self._guard.failure(Incoming("", "", CHANNEL))["text"]))

    async def settle(self) -> None:
        """Waits for what is still to be kept or sent."""
        while self._background:
            await asyncio.gather(*self._background)

    async def _respond(self, message: Inbound, on_new_message: OnNewMessage) -> str:
        """Answers in the response if it can be done in time, else by a request of our own."""
        sender = self._number_hash(message.sender)
        work = asyncio.ensure_future(self._turn(message, sender, on_new_message))
        done, _ = await asyncio.wait({work}, timeout=self._patience)
        if done or self._outbound is None:
            answer = work.result() if done else _Answer(self.failure())
            if not done:
                self._in_background(_outcome(work))
            await self._keep(message, sender, Delivery.ANSWERED, answer)
            return answer.sms.text
        self._in_background(self._send_late(message, sender, work, self._outbound))
        return ""

    async def _send_late(self, message: Inbound, sender: str, work: asyncio.Task[_Answer], outbound: Sender) -> None:
        answer = await work
        text = answer.sms.text
        sent = not text or await outbound.send(text, to=message.sender, sender=message.to)
        await self._keep(message, sender, Delivery.SENT if sent else Delivery.FAILED, answer)

    async def _keep(self, message: Inbound, sender: str, delivery: Delivery, answer: _Answer) -> None:
        if not answer.fresh:
            return
        size = answer.sms.size
        logger.info("A text of %s segments (%s units, %s).", size.segments, size.units, size.encoding)
        keeping = self._ledger.finish(message.sid, sender, delivery, answer.sms)
        if answer.waits:
            await keeping
        else:
            self._in_background(keeping)

    async def _turn(self, message: Inbound, sender: str, on_new_message: OnNewMessage) -> _Answer:
        try:
            return await self._answer(message, sender, on_new_message)
        except Exception as error:  # nothing may leave a person without a reply; what it says may hold the number
            logger.error("A message could not be answered: %s", type(error).__name__)
            return _Answer(self.failure())

    async def _answer(self, message: Inbound, sender: str, on_new_message: OnNewMessage) -> _Answer:
        incoming = Incoming(message.text, sender, CHANNEL)
        word = _HANDLED_AS.get(message.handled_as) or keyword(message.text)
        verdict = None
        if message.text.strip():
            verdict = await self._guard.screen(incoming)
        if verdict is not None and verdict.level.blocks:
            # Before the records, which may be slow or gone, and whether or not the person opted out.
            if word in (Keyword.STOP, Keyword.ASKS_TO_STOP):
                self._in_background(self._ledger.set_opted_out(sender, True))
            replies = await self._guard.reply(incoming, on_new_message, verdict=verdict)
            return _Answer(compose(replies, self._words), waits=False)
        known = await self._ledger.begin(message.sid, sender)
        if known.answered is not None:
            return _Answer(Sms(known.answered), fresh=False)
        if known.elsewhere:
            return _Answer(self.failure(), fresh=False)
        said = await self._said_by_the_channel(message, word, sender, known)
        if said is not None:
            return _Answer(said)
        return _Answer(await self._said_by_the_bank(incoming, known, verdict, on_new_message))

    async def _said_by_the_channel(
        self, message: Inbound, word: Optional[Keyword], sender: str, known: Known
    ) -> Optional[Sms]:
        """Returns the reply to a keyword and to a message without words; None leaves it to the bank."""
        words = self._words
        if word is Keyword.STOP:
            await self._ledger.set_opted_out(sender, True)
            return Sms("")  # the carrier's goes out
        if word is Keyword.ASKS_TO_STOP:
            await self._ledger.set_opted_out(sender, True)
            return Sms(words.opted_out)
        if word is Keyword.START or (word is Keyword.YES and known.opted_out):
            await self._ledger.set_opted_out(sender, False)
            return Sms("" if message.handled_as else words.opted_in)
        if word in (Keyword.HELP, Keyword.AYUDA):
            language = "es" if word is Keyword.AYUDA else "en"
            return Sms("" if message.handled_as else words.help.get(language, words.help["en"]))
        if known.opted_out:
            return Sms(words.opted_out)
        if not message.text.strip():
            return Sms(words.media if message.has_media else words.empty)
        if word is Keyword.MORE and known.conversation.rest:
            return next_page(known.conversation)
        if is_number(message.text) and chosen(message.text, known.conversation.offered) is None:
            return Sms(words.no_such_choice)
        return None

    async def _said_by_the_bank(
        self, incoming: Incoming, known: Known, verdict: Optional[Verdict], on_new_message: OnNewMessage
    ) -> Sms:
        offered = known.conversation.offered
        payload = chosen(incoming.text, offered)
        asked = Incoming(payload, incoming.sender, CHANNEL) if payload else incoming
        replies = await self._guard.reply(asked, on_new_message, verdict=verdict)
        sms = compose(replies, self._words, introduction=self._words.introduction if known.is_first else "")
        if sms.conversation is not None and not sms.conversation.choices and not sms.conversation.rest:
            # "thanks", and then "2": what was offered before is still on the screen.
            return Sms(sms.text, Conversation((), offered))
        return sms

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _outcome(work: asyncio.Task[_Answer]) -> None:
    """Lets a turn come to its end, for the conversation's record."""
    await work
