from __future__ import annotations

import pytest

from bot.channels.origins import Origins
from bot.settings import SettingsError


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("https://clinic.example", True),
        ("https://CLINIC.example", True),
        ("https://chat.example:8443", True),
        ("http://clinic.example", False),
        ("https://evil-clinic.example", False),
        ("https://clinic.example.evil", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_listed_sites_and_our_own_pages_are_let_in(origin: str | None, allowed: bool) -> None:
    assert Origins.parse(" https://clinic.example/ ,").allow(origin, "chat.example:8443") is allowed


@pytest.mark.parametrize(
    "listed",
    ["clinic.example", "*", "https://*.example", "https://a.example/path", "http://a.example", "ftp://a", "https://"],
)
def test_what_is_no_safe_origin_is_named(listed: str) -> None:
    with pytest.raises(SettingsError, match="WEB_ORIGINS"):
        Origins.parse(listed)


def test_this_machine_needs_no_https() -> None:
    assert Origins.parse("http://localhost:8000").allow("http://localhost:8000", None)
