from __future__ import annotations

import pytest

from bot.settings import PROJECT, Settings, SettingsError, load_settings


def test_every_setting_has_a_line_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.__fields__ if f"`{name.upper()}`" not in readme] == []


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "6006")
    assert load_settings().port == 6006


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("REPLY_TIMEOUT", "-1"),
        ("RECORDS_KEY", "short"),
        ("RECORDS_DAYS", "0"),
        ("CRISIS_WEBHOOK", "http://example.org/alarm"),
        ("CRISIS_WEBHOOK", "http://localhost.example.org/alarm"),
        ("CRISIS_WEBHOOK", "ftp://127.0.0.1/alarm"),
        ("CRISIS_WEBHOOK", "https://"),
        ("CRISIS_WEBHOOK", "https://example.org:port"),
        ("CRISIS_WEBHOOK", "example.org"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


@pytest.mark.parametrize("name", ["REST_TOKEN", "WEB_KEY"])
def test_a_secret_that_can_be_guessed_is_refused_and_not_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "letmein")
    with pytest.raises(SettingsError, match=f"{name}.*32 characters") as caught:
        load_settings()
    assert "letmein" not in str(caught.value)


@pytest.mark.parametrize("name", ["REST_TOKEN", "WEB_KEY"])
def test_an_empty_secret_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert getattr(load_settings(), name.lower()) is None


@pytest.mark.parametrize("name", ["RECORDS_KEY", "CRISIS_WEBHOOK"])
def test_a_blank_value_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, " ")
    assert getattr(load_settings(), name.lower()) is None


@pytest.mark.parametrize(
    "url",
    ["https://example.org/alarm?key=hush", "http://127.0.0.1:8080/hush", "http://localhost/hush", "http://[::1]/hush"],
)
def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CRISIS_WEBHOOK", url)
    monkeypatch.setenv("RECORDS_KEY", "hush" * 8)
    settings = load_settings()
    assert settings.crisis_webhook is not None
    assert settings.crisis_webhook.get_secret_value() == url
    assert "hush" not in repr(settings)


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRISIS_WEBHOOK", "http://example.org/hush")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "hush" not in str(caught.value)
