"""The guard in front of a channel.

It screens a message before Rasa is entered and answers a person in danger from memory. Whatever happens
behind it, an exception, a time-out, a model that is not loaded, it lets no turn end in silence.
"""

from __future__ import annotations

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.bank.files import read_profile
from bot.channels.recent import Recent
from bot.channels.turns import Turns
from bot.records import NOT_KEPT, Recorder, recorder
from bot.safety import Level, Messages, Verdict, load_messages
from bot.screening import Screening, screening
from bot.settings import Settings

logger = logging.getLogger(__name__)

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
ReplyMessage = dict[str, Any]
"""One message of a reply: recipient_id, text, and where there are any buttons and metadata."""

_COMMAND_START = re.compile(r"^[\s/\x00-\x1f\u200b-\u200f\u2060\ufeff]+")
_MAX_TRANSCRIPTS = 100
_SCREEN_THREADS = 4
_LAYER_SECONDS = 2.0
"""The statistical layer usually takes milliseconds; a turn waits no longer for it."""
_LONG = 20_000
"""Characters: a longer message is screened beside the event loop, which others are waiting for."""

MAX_CHARACTERS = 4000
"""Of a message that goes on to Rasa; the screen reads all of it."""


@dataclass(frozen=True)
class Incoming:
    """A message as a channel hands it over.

    Attributes:
        text: The person's words.
        sender: Id of the conversation.
        channel: Name of the input channel ("rest", "sms", "cmdline").
    """

    text: str
    sender: str
    channel: str


class Guard:
    """Answers before Rasa when it must, and in its stead when it fails.

    Args:
        screen: The crisis screen, both layers.
        messages: The safety messages.
        phone: The provider's phone number, for the fail-safe reply.
        timeout: Seconds that a turn may take.
        recorder: Keeps that there was danger, never the words; None: nothing of these conversations is kept.
        turns: Where Rasa takes its turns; None: on the loop of the channel.
    """

    def __init__(
        self,
        *,
        screen: Screening,
        messages: Messages,
        phone: str,
        timeout: float,
        recorder: Optional[Recorder] = None,
        turns: Optional[Turns] = None,
    ) -> None:
        self._screen, self._messages, self._phone, self._timeout = screen, messages, phone, timeout
        self._recorder, self._turns = recorder, turns
        self._transcripts: set[asyncio.Task[Any]] = set()
        self._recent = Recent()
        self._threads = ThreadPoolExecutor(_SCREEN_THREADS, thread_name_prefix="screen")

    @classmethod
    def from_settings(cls, settings: Settings, *, records: bool = True) -> Guard:
        """Builds the guard; all that it will ever say is in memory afterwards.

        Args:
            settings: The settings.
            records: Whether what happens is kept; not where nobody is at the other end.

        Raises:
            SafetyDataError: If a file of data/safety is not usable.
            BankError: If the provider's profile is not usable.
        """
        return cls(
            screen=screening(settings),
            messages=load_messages(settings.safety_dir),
            phone=read_profile(settings.bank_dir).phone,
            timeout=settings.reply_timeout,
            recorder=recorder(settings) if records else None,
            turns=Turns(),
        )

    async def reply(
        self, incoming: Incoming, on_new_message: OnNewMessage, *, verdict: Optional[Verdict] = None
    ) -> list[ReplyMessage]:
        """Returns the reply to a message: always at least one message, and never an exception.

        Args:
            incoming: The message.
            on_new_message: Rasa.
            verdict: What `screen` said of it, where the channel has asked already.
        """
        if verdict is None:
            verdict = await self.screen(incoming)
        if verdict.level.blocks:
            again = self._recent.mark(incoming.sender)
            reply = self._instructions(incoming, verdict, again=again)
            self._keep_transcript(incoming, on_new_message)
            self._record(incoming, verdict)
            return [reply]
        # What is said after a crisis is nobody else's business, even where it sounds like an ordinary question.
        private = verdict.level is not Level.NONE or self._recent.is_marked(incoming.sender)
        replies, finished = await self._ask(incoming, on_new_message, private=private)
        if not replies or not finished:
            replies.append(self.failure(incoming))
        if verdict.level is Level.SUPPORT and not any(_level(reply) == verdict.level.label for reply in replies):
            replies.insert(0, self._instructions(incoming, verdict))
        reminder = self._recent.reminder(incoming.sender)
        if reminder is not None and verdict.level is Level.NONE:
            text = self._messages.for_reminder(reminder, language=verdict.language, channel=incoming.channel)
            replies.append({"recipient_id": incoming.sender, "text": text, "metadata": {"reminder": True}})
        self._record(incoming, verdict)
        return replies

    async def screen(self, incoming: Incoming) -> Verdict:
        """Screens a message: by the lexicon, with what was said just before, and by the statistical layer."""
        if len(incoming.text) > _LONG:
            verdict = await self._beside(self._screen.lexicon, incoming.text)
        else:
            verdict = self._screen.lexicon(incoming.text)
        before = self._recent.add(incoming.sender, incoming.text, verdict.level)
        if before is not None:
            # A sentence sent in two messages; what was said before has had its own reply.
            joined = self._screen.lexicon(f"{before.text} {incoming.text}")
            if joined.level > max(verdict.level, before.level):
                verdict = joined
        if not verdict.level.blocks:
            try:
                raised = self._beside(self._screen.raised, verdict, incoming.text)
                verdict = await asyncio.wait_for(raised, _LAYER_SECONDS)
            except asyncio.TimeoutError:
                logger.warning(
                    "The statistical layer took longer than %s s; the lexicon goes on alone.", _LAYER_SECONDS
                )
        return verdict

    async def _beside(self, work: Callable[..., Verdict], *arguments: Any) -> Verdict:
        """Computes beside the event loop, which others are waiting for, in threads that nothing else can hold up."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def urgent(self, incoming: Incoming) -> list[ReplyMessage]:
        """Returns the instructions if a message that can't be handed to Rasa calls for them, else nothing."""
        verdict = self._screen.lexicon(incoming.text)
        if verdict.level is Level.NONE:
            return []
        reply = self._instructions(incoming, verdict)
        self._record(incoming, verdict)
        return [reply]

    def failure(self, incoming: Incoming) -> ReplyMessage:
        """Returns the reply for a turn that can't be answered."""
        text = self._messages.for_failure(phone=self._phone, channel=incoming.channel)
        return {"recipient_id": incoming.sender, "text": text, "metadata": {"fail_safe": True}}

    def _instructions(self, incoming: Incoming, verdict: Verdict, *, again: bool = False) -> ReplyMessage:
        text = self._messages.for_verdict(verdict, channel=incoming.channel, again=again)
        return {"recipient_id": incoming.sender, "text": text, "metadata": {"level": verdict.level.label}}

    def _record(self, incoming: Incoming, verdict: Verdict) -> None:
        """Has it kept that there was danger; the reply stands already."""
        if self._recorder is None or verdict.level is Level.NONE:
            return
        try:
            self._recorder.crisis(verdict, self._screen.versions, sender=incoming.sender, channel=incoming.channel)
        except Exception:  # the reply matters more
            logger.exception("A crisis event can't be kept.")

    async def _ask(
        self, incoming: Incoming, on_new_message: OnNewMessage, *, private: bool
    ) -> tuple[list[ReplyMessage], bool]:
        """Lets Rasa answer; returns what it said, and whether it came to an end."""
        collector = ReplyCollector()
        message = UserMessage(
            as_plain_text(incoming.text),
            collector,
            incoming.sender,
            input_channel=incoming.channel,
            metadata={NOT_KEPT: True} if private or self._recorder is None else None,
        )
        try:
            turn = self._turns.take(lambda: on_new_message(message)) if self._turns else on_new_message(message)
            await asyncio.wait_for(turn, self._timeout)
            return collector.messages, True
        except asyncio.TimeoutError:
            logger.error("A turn took longer than %s s and was given up (REPLY_TIMEOUT).", self._timeout)
        except Exception:  # whatever it is, the person gets a reply
            logger.exception("A turn failed.")
        return collector.messages, False

    def _keep_transcript(self, incoming: Incoming, on_new_message: OnNewMessage) -> None:
        """Lets Rasa see the message after the reply is on its way, so that the conversation's record is whole."""
        if len(self._transcripts) >= _MAX_TRANSCRIPTS:
            return  # under a flood, records matter less than replies
        task = asyncio.ensure_future(self._ask(incoming, on_new_message, private=True))
        self._transcripts.add(task)
        task.add_done_callback(self._transcripts.discard)


class ReplyCollector(CollectingOutputChannel):
    """Collects what Rasa says, one message as one message and with its metadata."""

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps a message (see parent class)."""
        reply = {"recipient_id": recipient_id, "text": message.get("text") or ""}
        for key in ("buttons", "metadata"):
            if message.get(key):
                reply[key] = message[key]
        if reply["text"]:
            await self._persist_message(reply)


def as_plain_text(text: str) -> str:
    """Returns a message as Rasa may see it: words only, of a bearable length.

    Rasa takes a text that begins with "/" for a command that sets intents and slots. Buttons here carry no
    such commands, so whoever types one means words.
    """
    text = text.encode("utf-8", errors="replace").decode("utf-8").replace("\x00", " ")
    return _COMMAND_START.sub("", text)[:MAX_CHARACTERS]


def _level(reply: ReplyMessage) -> str:
    return str((reply.get("metadata") or {}).get("level", ""))
