"""Makes one text for a phone out of a reply: short, plain letters, numbers for buttons, MORE for the rest."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Sequence

from bot.bank import gsm7
from bot.bank.replies import DETAIL
from bot.channels.sms.words import Words
from bot.records.sms import Choice, Conversation

MAX_UNITS = 320
"""Septets of a text in plain letters, without what the crisis path adds to it."""
MAX_SEGMENTS = 3
"""Of a text that needs other letters."""
_CHEAP_SEGMENTS = 2
"""Choices are left out rather than cost one more."""
_BLOCKING = ("crisis", "emergency")

_NUMBERS = {
    **{str(number): number for number in range(1, 10)},
    **{"one": 1, "two": 2, "three": 3, "first": 1, "second": 2, "third": 3},
    **{"uno": 1, "dos": 2, "tres": 3},
}
_SENTENCE_END = r"(?<=[.!?])\s+"
_CUTS = (r"\n\n", _SENTENCE_END, r"\s+", r"(?=.)")
"""Where a text may be cut: after a paragraph, a sentence, a word, and at the worst anywhere."""
_BEFORE_A_NUMBER = ("the", "option", "number", "choice", "opcion", "numero", "la", "el")
_BEHIND_A_NUMBER = ("one", "please")


@dataclass(frozen=True)
class Sms:
    """A text to send, and what the conversation may go on with.

    Attributes:
        text: The text; "" for no reply.
        conversation: Pages and choices; None leaves them as they were.
    """

    text: str
    conversation: Conversation | None = None

    @property
    def size(self) -> gsm7.Size:
        """What it costs to send."""
        return gsm7.size(self.text)


def compose(replies: Sequence[Mapping[str, Any]], words: Words, *, introduction: str = "") -> Sms:
    """Returns the messages of a reply as one text.

    What the crisis path says comes whole and never waits behind MORE, however long the answer is.

    Args:
        replies: The messages, as the guard gives them.
        words: The channel's words.
        introduction: Said under an answer, where there is room.
    """
    urgent = [reply for reply in replies if _level(reply) in _BLOCKING]
    if urgent:
        return Sms(gsm7.plain(_joined(urgent)), Conversation())
    before = [reply for reply in replies if _level(reply)]
    after = [reply for reply in replies if _is_reminder(reply)]
    answers = [reply for reply in replies if not _level(reply) and not _is_reminder(reply)]
    choices = _choices(answers)
    if before or after:
        introduction = ""
    pages = _pages(gsm7.plain(_joined(answers)), words.more)
    if pages:
        below = introduction if len(pages) == 1 else ""
        pages[-1], choices = _with_choices(pages[-1], choices, words, below=below)
    first = gsm7.plain("\n\n".join([*map(_text, before), *pages[:1], *map(_text, after)]))
    return Sms(first, Conversation(tuple(pages[1:]), choices))


def next_page(conversation: Conversation) -> Sms:
    """Returns the next of the pages that a conversation has left."""
    return Sms(conversation.rest[0], Conversation(conversation.rest[1:], conversation.choices))


def chosen(text: str, choices: Sequence[Choice]) -> str | None:
    """Returns the payload of the choice that a person means by a number or its title, if they mean one."""
    number = _number(text)
    if number and number <= len(choices):
        return choices[number - 1].payload
    said = _words(text)
    # "2 how well it works", as some people copy the line
    words = said[1:] if len(said) > 1 and said[0].isdigit() else said
    return next((choice.payload for choice in choices if words == _words(choice.title)), None)


def is_number(text: str) -> bool:
    """Returns whether a message is the number of a choice and nothing else."""
    return _number(text) is not None


def _number(text: str) -> int | None:
    said = _words(text)
    while len(said) > 1 and said[0] in _BEFORE_A_NUMBER:
        said = said[1:]
    while len(said) > 1 and said[-1] in _BEHIND_A_NUMBER:
        said = said[:-1]
    return _NUMBERS.get(said[0]) if len(said) == 1 else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _choices(answers: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """Returns the buttons of the last message; short texts have no detail to tell, so none asks for it."""
    buttons = (answers[-1].get("buttons") or []) if answers else []
    offered = (Choice(gsm7.plain(button["title"]), button["payload"]) for button in buttons)
    return tuple(choice for choice in offered if not choice.payload.endswith(f".{DETAIL}"))


def _with_choices(page: str, choices: Sequence[Choice], words: Words, *, below: str) -> tuple[str, tuple[Choice, ...]]:
    """Adds the choices and the line below them, and returns which: as many as cost no third segment.

    The line below is said once to a number; then the third segment is worth it.
    """
    lines = [f"{number}) {choice.title}" for number, choice in enumerate(choices, start=1)]
    for count in range(len(lines), -1, -1):
        parts = [page, *([words.choices, *lines[:count]] if count else []), *([below] if below else [])]
        text = "\n".join(parts)
        if _fits(text) if below else gsm7.size(text).segments <= _CHEAP_SEGMENTS:
            return text, tuple(choices[:count])
    return page, ()


def _pages(text: str, hint: str) -> list[str]:
    """Cuts a text into pages that fit, between paragraphs where it can; all but the last say how to go on."""
    if not text or _fits(text):
        return [text] if text else []
    pages, page = [], ""
    pieces = deque(_pieces(text, hint))
    while pieces:
        piece = pieces.popleft()
        if page and not _is_page(f"{page}{piece.rstrip()}\n{hint}"):
            sentences = list(_split(_SENTENCE_END, piece))
            if gsm7.size(page).segments <= 1 and len(sentences) > 1:
                pieces.extendleft(reversed(sentences))  # rather than leave half a page empty
                continue
            pages.append(page)
            page = ""
        page += piece if page else piece.lstrip()
    pages.append(page)
    return [f"{page.rstrip()}\n{hint}" for page in pages[:-1]] + [pages[-1].rstrip()]


def _pieces(text: str, hint: str) -> Iterator[str]:
    """Yields paragraphs; of one that is longer than a page its sentences, of such a sentence its words, and so on."""
    pieces = [text]
    for pattern in _CUTS:
        pieces = [
            part
            for piece in pieces
            for part in ([piece] if _is_page(f"{piece.rstrip()}\n{hint}") else _split(pattern, piece))
        ]
    yield from pieces


def _split(pattern: str, text: str) -> Iterator[str]:
    """Yields the parts of a text, each with what the pattern matches behind it."""
    start = 0
    for match in re.finditer(pattern, text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def _fits(text: str) -> bool:
    size = gsm7.size(text)
    return size.units <= MAX_UNITS if size.encoding == "GSM-7" else size.segments <= MAX_SEGMENTS


def _is_page(text: str) -> bool:
    """Whether a text that is cut anyway is short enough: there is no need then for a third segment."""
    size = gsm7.size(text)
    return size.segments <= (_CHEAP_SEGMENTS if size.encoding == "GSM-7" else MAX_SEGMENTS)


def _joined(replies: Sequence[Mapping[str, Any]]) -> str:
    return "\n\n".join(map(_text, replies))


def _text(reply: Mapping[str, Any]) -> str:
    return str(reply.get("text") or "").strip()


def _is_reminder(reply: Mapping[str, Any]) -> bool:
    return bool((reply.get("metadata") or {}).get("reminder"))


def _level(reply: Mapping[str, Any]) -> str:
    return str((reply.get("metadata") or {}).get("level", ""))
