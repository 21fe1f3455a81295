"""Makes replies from the bank: which words, which buttons, which metadata.

The payload of a button is the id of what it asks for (ect.side_effects, or ect.overview.detail for more of
it), never a command: anybody may type it, and nothing but the answer comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Sequence

from bot.bank.bank import Answer, Bank
from bot.bank.facets import Facet

DETAIL = "detail"
_MAX_BUTTONS = 3
_NEXT_FACETS = (
    Facet.SIDE_EFFECTS,
    Facet.EFFECTIVENESS,
    Facet.COVERAGE,
    Facet.HOW_IT_WORKS,
    Facet.TIMELINE,
    Facet.CANDIDACY,
    Facet.ACCESS,
)
"""What people ask next, the commonest first."""
_COMPARED_FACETS = (Facet.OVERVIEW, Facet.EFFECTIVENESS, Facet.SIDE_EFFECTS, Facet.TIMELINE, Facet.COVERAGE)
"""The lines of a comparison, where every side has an answer."""


@dataclass(frozen=True)
class Reply:
    """One message to a person.

    Attributes:
        text: The words, for the channel it was made for.
        buttons: Each with `title` and `payload`.
        metadata: Of the answer: answer_id, version, sources and what else applies.
    """

    text: str
    buttons: tuple[dict[str, str], ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)


def answer(bank: Bank, topic: str, facet: Facet = Facet.OVERVIEW, *, channel: str = "web") -> Reply:
    """Returns the reply to a question.

    Args:
        bank: The bank.
        topic: Id of the topic asked about.
        facet: What is asked about it; taken as OVERVIEW when the topic has no facets.
        channel: "sms" for the short text, anything else for the web text.

    Raises:
        KeyError: If the bank has no such topic.
    """
    subject = bank.topics[topic]
    facet = facet if subject.is_treatment else Facet.OVERVIEW
    with_more = channel != "sms"  # short texts have no detail behind them
    found = bank.find(topic, facet)
    if found is not None:
        buttons = _buttons(bank, found, with_more=with_more)
        return Reply(_spoken(bank, found, channel), buttons, _metadata(bank, found))
    asked = {"asked": f"{topic}.{facet.value}"}
    size = "sms" if channel == "sms" else "web"
    overview = bank.find(topic)
    if overview is None:
        notice = bank.profile.fill(bank.phrases.no_topic[size].replace("{topic}", subject.name))
        return Reply(notice, (), {**_metadata(bank, bank.spoken["out_of_scope.overview"]), **asked})
    words = bank.phrases.no_answer[size].replace("{asked}", bank.phrases.asked[facet.value])
    notice = bank.profile.fill(words.replace("{topic}", subject.name))
    text = (" " if channel == "sms" else "\n\n").join((notice, _spoken(bank, overview, channel)))
    buttons = _buttons(bank, overview, with_more=with_more)
    return Reply(text, buttons, {**_metadata(bank, overview), **asked})


def more(bank: Bank, answer_id: str, *, channel: str = "web") -> Reply:
    """Returns what "tell me more" gives after an answer.

    Where there is no detail, where it has been told (the id then ends in .detail), or on a channel of short
    texts, it is another side of the topic, and at last the words for having nothing more to tell.
    """
    told = answer_id.endswith(f".{DETAIL}")
    last = bank.spoken.get(answer_id.removesuffix(f".{DETAIL}"))
    if last is not None and last.detail and not told and channel != "sms":
        return Reply(bank.profile.fill(last.detail), _buttons(bank, last, with_more=False), _metadata(bank, last))
    if last is not None and bank.topics[last.topic].is_treatment:
        for facet in _NEXT_FACETS:
            following = bank.find(last.topic, facet)
            if following is not None and following.id != last.id:
                return answer(bank, last.topic, facet, channel=channel)
    return answer(bank, "tell_more", channel=channel)


def clarify(bank: Bank, topics: Sequence[str], facet: Facet = Facet.OVERVIEW, *, channel: str = "web") -> Reply:
    """Returns the question that is asked back when a message may mean several things, or not quite one.

    Args:
        bank: The bank.
        topics: Ids of what may be meant, the likeliest first; the first three are offered.
        facet: What may be asked about those that have facets.
        channel: As for `answer`.
    """
    offered = [bank.topics[topic] for topic in topics[:_MAX_BUTTONS]]
    ids = [f"{topic.id}.{facet.value if bank.find(topic.id, facet) else Facet.OVERVIEW.value}" for topic in offered]
    names = "; ".join(topic.name for topic in offered)
    words = bank.phrases.clarify["sms" if channel == "sms" else "web"]
    text = bank.profile.fill(words.replace("{topics}", names))
    buttons = tuple({"title": topic.name, "payload": name} for topic, name in zip(offered, ids, strict=True))
    return Reply(text, buttons, {"clarify": ids})


def compare(bank: Bank, topics: Sequence[str], *, channel: str = "web") -> Reply:
    """Returns treatments side by side, without a verdict.

    Args:
        bank: The bank.
        topics: Ids of the treatments; with fewer than two of them it is the general word on comparing.
        channel: As for `answer`. But for SMS, the metadata hold a `table` to show in place of the text: the `text`
            above it, its `columns`, and `rows` with a `title` and a cell for each column.
    """
    intro = answer(bank, "compare", channel=channel)
    if len(topics) < 2:
        return intro
    lines = [
        bank.phrases.compared.replace("{topic}", bank.topics[topic].name).replace(
            "{text}", answer(bank, topic, channel="sms").text
        )
        for topic in topics
    ]
    buttons = tuple(
        {"title": bank.topics[topic].name, "payload": f"{topic}.{Facet.EFFECTIVENESS.value}"}
        for topic in topics[:_MAX_BUTTONS]
    )
    sides = {facet: _found(bank, topics, facet) for facet in _COMPARED_FACETS}
    complete = {facet: side for facet, side in sides.items() if len(side) == len(topics)}
    cited = [found for side in (sides[Facet.OVERVIEW], *complete.values()) for found in side]
    metadata = {
        **intro.metadata,
        "compared": list(topics),
        "sources": _sources(bank, [source for found in cited for source in found.sources]),
    }
    if complete and channel != "sms":
        metadata["table"] = {
            "text": intro.text,
            "columns": [bank.topics[topic].name for topic in topics],
            "rows": [
                {"title": bank.phrases.titles[facet.value], "cells": [_spoken(bank, found, "sms") for found in side]}
                for facet, side in complete.items()
            ],
        }
    return Reply("\n\n".join([intro.text, *lines]), buttons, metadata)


def _found(bank: Bank, topics: Sequence[str], facet: Facet) -> list[Answer]:
    return [found for topic in topics if (found := bank.find(topic, facet)) is not None]


def _spoken(bank: Bank, found: Answer, channel: str) -> str:
    return bank.profile.fill(found.sms if channel == "sms" else found.text)


def _metadata(bank: Bank, found: Answer) -> dict[str, Any]:
    return {"answer_id": found.id, "version": found.version, "sources": _sources(bank, found.sources)}


def _sources(bank: Bank, ids: Sequence[str]) -> list[dict[str, str]]:
    sources = [bank.sources[source] for source in dict.fromkeys(ids)]
    return [{"title": source.title, "url": source.url, "as_of": source.as_of} for source in sources]


def _buttons(bank: Bank, found: Answer, *, with_more: bool = True) -> tuple[dict[str, str], ...]:
    buttons = []
    if with_more and found.detail:
        buttons.append({"title": bank.phrases.more, "payload": f"{found.id}.{DETAIL}"})
    if bank.topics[found.topic].is_treatment:
        for facet in _NEXT_FACETS:
            if facet is not found.facet and bank.find(found.topic, facet) is not None:
                title = bank.phrases.titles[facet.value]
                buttons.append({"title": title, "payload": f"{found.topic}.{facet.value}"})
    return tuple(buttons[:_MAX_BUTTONS])
