"""A real browser, and a light server that answers like the assistant.

Where there is no Chromium these tests are skipped; with REQUIRE_BROWSER=1 they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.bank import Bank
from bot.channels.guard import Guard
from bot.channels.limits import RateLimit
from bot.channels.origins import Origins
from bot.channels.sessions import Sessions
from bot.channels.web import Limits, WebInput
from bot.safety import Messages, Screen
from bot.screening import Screening
from bot.web.bundle import bundle
from bot.web.pages import pages
from tests.browser.parts import Chat, LightAssistant, Site
from tests.serving import Serving

_ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def _missing(what: str) -> None:
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what}, and REQUIRE_BROWSER is set")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # One a module: while Playwright runs, nothing else in this thread can run an event loop.
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        _missing("there is no Chromium (apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def site(screen: Screen, messages: Messages, bank: Bank) -> Iterator[Site]:
    assistant = LightAssistant(bank)
    guard = Guard(screen=Screening(screen, None), messages=messages, phone=bank.profile.phone, timeout=12)

    def make() -> list[tuple[Any, str]]:
        usual = Limits(RateLimit(burst=1000, per_minute=1000), RateLimit(burst=1000, per_minute=1000))
        channel = WebInput(
            guard,
            sessions=Sessions(made.key),
            messages=messages,
            profile=bank.profile,
            origins=Origins(),
            limits=made.limits or usual,
            recorder=assistant,
        )
        return [(channel.blueprint(assistant), "/webhooks/web"), (pages(bundle(), bank.profile), "/")]

    made = Site(Serving(make), assistant)
    made.come_back()
    yield made
    assistant.go_on.set()
    made.kill()


@pytest.fixture
def tab(browser: Any, site: Site) -> Iterator[Callable[..., Chat]]:
    """Opens the page in a browser window of its own; options as Playwright's new_context takes them."""
    contexts = []
    chats = []

    def open_tab(path: str = "/", **options: Any) -> Chat:
        options.setdefault("viewport", {"width": 1100, "height": 800})
        contexts.append(browser.new_context(**options))
        chats.append(Chat(contexts[-1].new_page(), site.url + path))
        return chats[-1]

    yield open_tab
    problems = [problem for chat in chats for problem in (*chat.errors, *chat.violations)]
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def chat(tab: Callable[..., Chat]) -> Chat:
    """The chat, open."""
    return tab().open()
