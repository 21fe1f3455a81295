"""TwiML, in which Twilio is told what to send."""

from __future__ import annotations

from twilio.twiml.messaging_response import MessagingResponse


def twiml(text: str) -> str:
    """Returns the response that makes Twilio send a text, or nothing for ""."""
    response = MessagingResponse()
    if text:
        response.message(text)
    return str(response)
