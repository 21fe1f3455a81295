from __future__ import annotations

import pytest

from bot.channels.sessions import LIFETIME, Sessions
from bot.settings import Settings, SettingsError

KEY = b"k" * 32


def test_a_token_is_for_one_conversation() -> None:
    sessions = Sessions(KEY)
    one, other = sessions.create(), sessions.create()
    assert sessions.conversation(one) == sessions.conversation(one)
    assert sessions.conversation(one) != sessions.conversation(other)


def test_servers_with_one_key_know_each_others_tokens() -> None:
    assert Sessions(KEY).conversation(Sessions(KEY).create())


def test_a_token_of_another_key_is_not_ours() -> None:
    assert Sessions(KEY).conversation(Sessions(b"x" * 32).create()) is None


def test_a_token_grows_old() -> None:
    now = 1_000_000.0
    sessions = Sessions(KEY, clock=lambda: now)
    token = sessions.create()
    now += LIFETIME - 1
    assert sessions.conversation(token)
    now += 2
    assert sessions.conversation(token) is None


def test_no_part_of_a_token_can_be_changed() -> None:
    sessions = Sessions(KEY)
    token = sessions.create()
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert sessions.conversation(changed) is None


@pytest.mark.parametrize("token", [None, "", 7, [], "a.b", "a.b.c", "..", "é.1.x", "a" * 100_000, "a.1.\x00"])
def test_what_is_no_token_is_nobodys(token: object) -> None:
    assert Sessions(KEY).conversation(token) is None


def test_others_reach_the_server_only_with_a_key() -> None:
    with pytest.raises(SettingsError, match="WEB_KEY"):
        Sessions.from_settings(Settings(host="0.0.0.0"))
    Sessions.from_settings(Settings(host="0.0.0.0", web_key="k" * 32))


def test_on_this_machine_a_random_key_will_do(caplog: pytest.LogCaptureFixture) -> None:
    sessions = Sessions.from_settings(Settings(host="127.0.0.1"))
    assert sessions.conversation(sessions.create())
    assert "WEB_KEY" in caplog.text
