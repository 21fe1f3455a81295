"""What the browser's tests are made of: a light assistant, its website, and a tab as a person sees it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, Optional

from rasa.core.channels.channel import UserMessage

from bot.bank import Bank, Facet, replies
from bot.channels.web import Limits
from tests.serving import Serving

_LAUNCHER = "Ask a question"


class LightAssistant:
    """Stands behind the guard: answers from the bank by the id or a few words, without a model."""

    ASKED = {"does tms hurt?": "rtms.side_effects", "what is ect": "ect.overview"}

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self.seen: list[str] = []
        self.votes: list[dict[str, Any]] = []
        self.words: dict[str, dict[str, Any]] = {}
        self.go_on = threading.Event()
        self.go_on.set()

    async def __call__(self, message: UserMessage) -> None:
        self.seen.append(message.text)
        if not self.go_on.is_set():
            await asyncio.to_thread(self.go_on.wait, 10)
        if message.text == "break":
            raise RuntimeError("broken")
        for reply in self._replies(message.text):
            await message.output_channel.send_response(message.sender_id, reply)

    def _replies(self, text: str) -> list[dict[str, Any]]:
        if text in self.words:
            return [self.words[text]]
        if text.startswith("compare"):
            made = replies.compare(self._bank, text.split()[1:])
        else:
            topic, _, facet = self.ASKED.get(text.lower(), text).partition(".")
            known = topic in self._bank.topics
            facet = facet.split(".")[0]
            asked = Facet(facet) if facet in set(Facet) else Facet.OVERVIEW
            made = replies.answer(self._bank, topic if known else "out_of_scope", asked)
        return [{"text": made.text, "buttons": list(made.buttons), "metadata": made.metadata}]

    def feedback(self, **vote: Any) -> None:
        self.votes.append(vote)


class Site:
    """The website: its server, which can be killed and come back, and what the assistant saw."""

    def __init__(self, serving: Serving, assistant: LightAssistant) -> None:
        self._serving, self.assistant = serving, assistant
        self.limits: Optional[Limits] = None
        self.key = b"k" * 32

    @property
    def url(self) -> str:
        return self._serving.url

    def kill(self) -> None:
        self._serving.stop()

    def come_back(self) -> None:
        self._serving.start()


class Chat:
    """A tab with the page, seen as a person does."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.errors = page, []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => { window.violations = [...(window.violations || []), "
            "e.violatedDirective + ' ' + e.blockedURI] })"
        )
        page.goto(url)
        page.wait_for_function("() => document.querySelector('trd-chat').shadowRoot")

    def open(self) -> Chat:
        self.page.get_by_role("button", name=_LAUNCHER).click()
        return self

    @property
    def box(self) -> Any:
        return self.page.get_by_label("Your question")

    def say(self, text: str) -> Chat:
        self.box.fill(text)
        self.box.press("Enter")
        return self

    def settled(self) -> Chat:
        """Waits until nothing is on its way any more."""
        self.page.wait_for_function("() => !document.querySelector('trd-chat').shadowRoot.querySelector('.typing')")
        return self

    def turns(self, kind: str = "") -> list[str]:
        return self.all(f".turn{'.' + kind if kind else ''}")

    def all(self, selector: str) -> list[str]:
        return list(self.page.locator(f"trd-chat {selector}").all_inner_texts())

    def js(self, code: str) -> Any:
        """Evaluates code in which `root` is the widget's shadow root."""
        return self.page.evaluate(f"(() => {{ const root = document.querySelector('trd-chat').shadowRoot; {code} }})()")

    @property
    def focus(self) -> str:
        return str(self.js("const a = root.activeElement; return a ? (a.className || a.id || a.localName) : ''"))

    @property
    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.violations || []"))


def page_with(context: Any, site: Site, body: str) -> Any:
    """Opens a page of another kind, with nothing but a body of its own and the widget's script."""
    page = context.new_page()
    html = f'<!doctype html><html lang="en"><title>A site</title><main>{body}</main></html>'
    page.route("**/plain", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site.url}/plain")
    return page


def until(ready: Callable[[], bool]) -> None:
    """Waits for something that no page can be asked about."""
    deadline = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < deadline, "it did not happen in ten seconds"
        time.sleep(0.02)
