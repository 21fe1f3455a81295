"""Which websites may hold the widget: WEB_ORIGINS, and the server's own pages."""

from __future__ import annotations

from typing import Optional
from urllib.parse import urlsplit

from bot.settings import SettingsError, is_loopback


class Origins:
    """The allow-list.

    Args:
        allowed: Origins such as https://www.clinic.example.
    """

    def __init__(self, allowed: frozenset[str] = frozenset()) -> None:
        self._allowed = allowed

    @classmethod
    def parse(cls, listed: str) -> Origins:
        """Reads origins with commas between them.

        Raises:
            SettingsError: If one is not an origin, or would send people's words in the clear.
        """
        found = set()
        for entry in filter(None, (part.strip().rstrip("/") for part in listed.split(","))):
            parts = urlsplit(entry.lower())
            plain = f"{parts.scheme}://{parts.netloc}"
            secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
            if entry.lower() != plain or not secure or not parts.hostname or "*" in entry:
                raise SettingsError(
                    f"WEB_ORIGINS: {entry!r} is not an origin; list them as https://www.clinic.example, without a path"
                )
            found.add(plain)
        return cls(frozenset(found))

    def allow(self, origin: Optional[str], host: Optional[str]) -> bool:
        """Whether a page may use the channel.

        Args:
            origin: The Origin header; browsers send it with every POST, other programs need not.
            host: The Host header.
        """
        if origin is None:
            return True
        return origin.lower() in self._allowed or (bool(host) and urlsplit(origin).netloc.lower() == str(host).lower())
