from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure the next work is done at once."""
    monkeypatch.setattr("bot.records.background._REST_SECONDS", 0.0)
