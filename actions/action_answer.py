"""Answers the person's message from the response bank."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asked import Asked
from bot import records
from bot.bank import Bank, Facet, replies
from bot.bank.replies import Reply
from bot.bank.store import REFRESH_SECONDS, Store
from bot.passages import passages
from bot.records import Recorder
from bot.safety import Level, load_messages
from bot.screening import screening
from bot.settings import Settings, load_settings

Choose = Callable[[Bank, str, str, Facet, Mapping[Facet, float]], Facet]

LAST_ANSWER = "last_answer"
"""Slot: id of the answer given last, with .detail behind it once that was told too."""

_NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope", "frustration", "affirm", "deny")
"""After words that a support message answers, saying "I can't help with that" would be cold."""


_FOLLOW_UP_WORDS = 8
"""A longer message that names no treatment is a question of its own."""
_SURE_OF_FACET = 0.6
_SURE_OF_STRANGER = 0.9
_WORTH_ASKING = 0.04
"""How likely a topic must be for the clarifying question to name it."""


class ActionAnswer(Action):
    """The one action behind every intent.

    Args:
        store: The bank; by default the one that DATABASE_URL names.
        settings: By default those of the environment.
        recorder: Keeps the questions that have no answer; by default the one of the settings.
    """

    def __init__(
        self, store: Optional[Store] = None, settings: Optional[Settings] = None, recorder: Optional[Recorder] = None
    ) -> None:
        self._settings = settings or load_settings()
        self._store = store or Store(self._settings.database_url, refresh_every=REFRESH_SECONDS)
        self._recorder = recorder or records.recorder(self._settings)

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Speaks the answer, after the support message where the words call for one."""
        asked = Asked.from_tracker(tracker)
        verdict = screening(self._settings)(asked.text)
        messages = load_messages(self._settings.safety_dir)
        if verdict.level is not Level.NONE:
            text = messages.for_verdict(verdict, channel=asked.channel)
            dispatcher.utter_message(text=text, metadata={"level": verdict.level.label})
        if verdict.level.blocks:  # the policy comes before; should it be missing, nothing else is said
            return []
        bank = self._store.bank()
        if verdict.level is Level.SUPPORT and asked.topic in _NOT_UNDERSTOOD:
            text = messages.for_listening(phone=bank.profile.phone, language=verdict.language, channel=asked.channel)
            dispatcher.utter_message(text=text)
            return []
        last_answer = tracker.get_slot(LAST_ANSWER) or ""
        given = _replies(bank, asked, last_answer, self._choose)
        for reply in given:
            buttons = list(reply.buttons) if reply is given[-1] else []
            dispatcher.utter_message(text=reply.text, buttons=buttons, metadata=reply.metadata)
        if verdict.level is Level.NONE and not asked.private and any(_is_fallback(reply) for reply in given):
            self._recorder.unanswered(
                asked.text,
                sender=tracker.sender_id,
                channel=tracker.get_latest_input_channel() or "",
                topics=_subjects(bank, asked),
                known=bank.words,
            )
        answer_id = given[-1].metadata.get("answer_id")
        if answer_id is None:  # asked back: what was spoken of before still is
            return []
        # Told of the same answer again, the person has had its detail.
        again = asked.topic == "tell_more" and answer_id in (last_answer, asked.chosen_answer)
        return [SlotSet(LAST_ANSWER, f"{answer_id}.{replies.DETAIL}" if again else answer_id)]

    def _choose(self, bank: Bank, topic: str, text: str, facet: Facet, likely: Mapping[Facet, float]) -> Facet:
        """Returns the facet whose answer says what is asked; a button has said it already."""
        return passages(self._settings).choose(bank, topic, text, likely) if likely else facet


def _replies(bank: Bank, asked: Asked, last_answer: str, choose: Choose) -> list[Reply]:
    known = [question for question in asked.questions if question.topic in bank.topics]
    if known:
        chosen = [(q.topic, choose(bank, q.topic, q.text, q.facet, q.likely)) for q in known]
        return [replies.answer(bank, topic, facet, channel=asked.channel) for topic, facet in dict.fromkeys(chosen)]
    if asked.topic == "nlu_fallback" and not _follows_up(bank, asked, last_answer):
        near = _subjects(bank, asked, sure=_WORTH_ASKING)
        if near:
            return [replies.clarify(bank, near, asked.facet, channel=asked.channel)]
    return [_reply(bank, asked, last_answer, choose)]


def _subjects(bank: Bank, asked: Asked, *, sure: float = 0.0) -> list[str]:
    """Returns the topics that may be meant, the likeliest first; talk about the talk is none."""
    likely = [topic for topic, probability in asked.ranking if probability >= sure and topic in bank.topics]
    return [topic for topic in likely if bank.topics[topic].group != "conversation"]


def _is_fallback(reply: Reply) -> bool:
    return "clarify" in reply.metadata or reply.metadata.get("answer_id") == "out_of_scope.overview"


def _reply(bank: Bank, asked: Asked, last_answer: str, choose: Choose) -> Reply:
    if asked.topic == "tell_more":
        return replies.more(bank, asked.chosen_answer or last_answer, channel=asked.channel)
    last_answer = last_answer.removesuffix(f".{replies.DETAIL}")
    if asked.topic == "repeat" and last_answer in bank.spoken:
        last = bank.spoken[last_answer]
        return replies.answer(bank, last.topic, last.facet, channel="sms")  # the shortest words there are
    if asked.topic == "compare":
        return replies.compare(bank, asked.treatments, channel=asked.channel)
    topic = asked.topic if asked.topic in bank.topics else "out_of_scope"
    if _follows_up(bank, asked, last_answer):
        topic = bank.spoken[last_answer].topic
    facet = choose(bank, topic, asked.text, asked.facet, asked.likely)
    return replies.answer(bank, topic, facet, channel=asked.channel)


def _follows_up(bank: Bank, asked: Asked, last_answer: str) -> bool:
    """Whether a message that is no question by itself ("how long is each session") goes on about the last treatment."""
    stranger = asked.topic == "out_of_scope" and asked.sure_of_topic >= _SURE_OF_STRANGER
    return (
        asked.topic in ("nlu_fallback", "out_of_scope")
        and not stranger
        and asked.facet is not Facet.OVERVIEW
        and asked.sure_of_facet >= _SURE_OF_FACET
        and len(asked.text.split()) <= _FOLLOW_UP_WORDS
        and last_answer in bank.spoken
        and bank.topics[bank.spoken[last_answer].topic].is_treatment
    )
