"""Whether a request comes from Twilio: its signature over the public address and every field."""

from __future__ import annotations

import hmac
from typing import Mapping, Sequence
from urllib.parse import urlsplit

from sanic.request import RequestParameters
from twilio.request_validator import RequestValidator

_PORTS = {"https": 443, "http": 80}


class SignatureCheck:
    """Checks signatures against an account's tokens.

    Args:
        tokens: The auth token, and the other one while the account's tokens are being changed.
        url: The webhook's address as it is set at Twilio.
    """

    def __init__(self, tokens: Sequence[str], url: str) -> None:
        self._validators = [RequestValidator(token) for token in tokens if token]
        self._urls = _with_and_without_port(url)

    def __call__(self, fields: Mapping[str, list[str]], signature: str, *, query: str = "") -> bool:
        """Returns whether a request is Twilio's.

        Args:
            fields: Every field of the body, blank ones too.
            signature: The header X-Twilio-Signature.
            query: What stands behind the address's question mark.
        """
        given = signature.encode("utf-8", errors="replace")
        parameters = RequestParameters(fields)
        valid = False
        for validator in self._validators:
            for url in self._urls:  # Twilio signs with the port or without
                expected = validator.compute_signature(f"{url}?{query}" if query else url, parameters)
                valid |= hmac.compare_digest(expected.encode(), given)
        return valid


def _with_and_without_port(url: str) -> list[str]:
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    port = parts.port or _PORTS[parts.scheme]
    return [parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}")]
