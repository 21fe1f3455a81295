"""The words that, alone in a message, are for the channel itself: STOP, HELP, MORE and their like."""

from __future__ import annotations

import enum
import re

_LONGEST = 60


class Keyword(enum.Enum):
    """What a message asks of the channel itself."""

    STOP = "stop"
    ASKS_TO_STOP = "asks to stop"
    """The same in a sentence, which no carrier takes for a keyword: the reply is ours."""
    START = "start"
    YES = "yes"
    """START for somebody who opted out; for anybody else a word like any other."""
    HELP = "help"
    AYUDA = "ayuda"
    MORE = "more"


_EXACT = {"end": Keyword.STOP, "quit": Keyword.STOP, "cancel": Keyword.STOP, "yes": Keyword.YES}
"""Words of everyday speech: only as the carriers take them. "end..." is no wish to unsubscribe."""
_LENIENT = {
    "stop": Keyword.STOP,
    "stopall": Keyword.STOP,
    "unsubscribe": Keyword.STOP,
    "revoke": Keyword.STOP,
    "optout": Keyword.STOP,
    "start": Keyword.START,
    "unstop": Keyword.START,
    "help": Keyword.HELP,
    "info": Keyword.HELP,
    "ayuda": Keyword.AYUDA,
    "more": Keyword.MORE,
    "mas": Keyword.MORE,
    "más": Keyword.MORE,
}
"""Clear whatever stands around them: "Stop!", "opt out", "OPT-OUT." """

_ASKS_TO_STOP = re.compile(
    r"(?:please )?"
    r"(?:stop (?:texting|messaging|sending (?:me )?(?:texts|messages))"
    r"|(?:do not|dont|don t) (?:text|message)"
    r"|no more (?:texts|messages)"
    r"|(?:take me off|remove me from) (?:the|this|your) list"
    r"|unsubscribe me|opt me out)"
    r"(?: (?:me|please|again|anymore|any more|now))*"
)
"""Fits the whole message, so that nothing else is in it."""


def keyword(text: str) -> Keyword | None:
    """Returns the keyword that a message is, if it is one and nothing else."""
    word = text.strip().casefold()
    if word in _EXACT:
        return _EXACT[word]
    if len(word) > _LONGEST:
        return None
    if _ASKS_TO_STOP.fullmatch(" ".join(re.findall(r"\w+", word))):
        return Keyword.ASKS_TO_STOP
    return _LENIENT.get(re.sub(r"[\W_]+", "", word))
