"""A message as Twilio hands it over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Mapping
from urllib.parse import parse_qs

_MAX_FIELDS = 200
_MAX_SID = 64


@dataclass(frozen=True)
class Inbound:
    """A message that came in.

    Attributes:
        sid: Its id; the same when it is handed over again.
        sender: The person's number. It must not be written anywhere.
        to: Our number.
        text: The words.
        handled_as: The keyword (STOP, START, HELP) as which Twilio has answered it already (Advanced Opt-Out), or "".
        has_media: Whether something that is no text came with it.
    """

    sid: str
    sender: str
    to: str
    text: str
    handled_as: str = ""
    has_media: bool = False

    def __repr__(self) -> str:
        return f"Inbound(sid={self.sid!r})"  # the rest is private: not even a traceback shows it

    @classmethod
    def from_fields(cls, fields: Mapping[str, list[str]]) -> Inbound:
        """Reads the fields of a request; any may be missing."""

        def field(name: str) -> str:
            return fields.get(name, [""])[0]

        return cls(
            # Without an id nothing can be known again: it is a message of its own.
            sid=(field("MessageSid") or field("SmsSid") or uuid.uuid4().hex)[:_MAX_SID],
            sender=field("From"),
            to=field("To"),
            text=field("Body"),
            handled_as=field("OptOutType").upper(),
            has_media=field("NumMedia") not in ("", "0") or bool(field("Latitude") and field("Longitude")),
        )


def fields_of(body: bytes) -> dict[str, list[str]]:
    """Returns the fields of a form, blank ones too, for Twilio signs them.

    Raises:
        ValueError: If it holds more fields than any message does.
    """
    text = body.decode("utf-8", errors="replace")
    return parse_qs(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
