"""What people with a screen reader, a keyboard, low vision or a small phone meet."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.limits import RateLimit
from bot.channels.web import Limits
from tests.browser.parts import Chat, Site, until

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, from the package that carries it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("axe-playwright-python is not installed, and REQUIRE_BROWSER is set")
        pytest.skip("axe-playwright-python is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def assert_no_violations(chat: Chat, axe: str) -> None:
    chat.page.evaluate("() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => 0)))")
    chat.page.wait_for_timeout(250)  # what rises into view has arrived
    chat.page.evaluate(axe)
    result = chat.page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
    told = [(v["id"], [node["target"] for node in v["nodes"]], v["help"]) for v in result["violations"]]
    assert told == []
    assert len(result["passes"]) > 15


def closed(chat: Chat, site: Site) -> None:
    pass


def opened(chat: Chat, site: Site) -> None:
    chat.open()


def menu(chat: Chat, site: Site) -> None:
    chat.open().page.get_by_role("button", name="More options").click()


def answered(chat: Chat, site: Site) -> None:
    chat.open().say("does TMS hurt?").settled()
    chat.page.get_by_text("Where this comes from").click()
    chat.page.get_by_role("button", name="Yes, this helped").click()


def compared(chat: Chat, site: Site) -> None:
    chat.open().say("compare ect rtms").settled()
    chat.page.get_by_role("button", name="Side effects").first.click()


def compared_three(chat: Chat, site: Site) -> None:
    chat.open().say("compare ect rtms esketamine").settled()


def in_danger(chat: Chat, site: Site) -> None:
    chat.open().say("i want to kill myself").settled()


def in_danger_in_spanish(chat: Chat, site: Site) -> None:
    chat.open().say("quiero morir").settled()


def offline(chat: Chat, site: Site) -> None:
    chat.open().say("what is ect").settled()
    site.kill()
    chat.say("i want to die")
    chat.page.get_by_text("I can't reach the assistant right now.").wait_for()


def waiting(chat: Chat, site: Site) -> None:
    site.assistant.go_on.clear()
    chat.open().say("what is ect")
    chat.page.locator("trd-chat .typing").wait_for()


def too_long(chat: Chat, site: Site) -> None:
    chat.open().say("word " * 300)


def slowed(chat: Chat, site: Site) -> None:
    site.kill()
    site.limits = Limits(RateLimit(burst=1, per_minute=1), RateLimit(burst=100, per_minute=100))
    site.come_back()
    chat.open().say("what is ect").settled()
    chat.say("what is ect")
    chat.page.get_by_text("That was a lot at once.").wait_for()


STATES = [
    closed,
    opened,
    menu,
    answered,
    compared,
    compared_three,
    in_danger,
    in_danger_in_spanish,
    offline,
    waiting,
    too_long,
    slowed,
]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(
    tab: Callable[..., Chat], site: Site, axe: str, state: Callable[[Chat, Site], None], look: str
) -> None:
    chat = tab(**LOOKS[look])
    state(chat, site)
    assert_no_violations(chat, axe)


@pytest.mark.parametrize("state", [opened, answered, compared, in_danger, offline], ids=lambda state: state.__name__)
@pytest.mark.parametrize("size", [(320, 568), (320, 256), (1100, 800)])
def test_everything_to_press_is_44_pixels_and_nothing_scrolls_sideways(
    tab: Callable[..., Chat], site: Site, state: Callable[[Chat, Site], None], size: tuple[int, int]
) -> None:
    chat = tab(viewport={"width": size[0], "height": size[1]})
    state(chat, site)
    small = chat.js(
        "const pressed = 'button, summary, textarea, a.crisis-link, a.choice, a.launch-crisis';"
        "return Array.from(root.querySelectorAll(pressed))"
        ".map((e) => [e.className || e.localName, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && (box.width < 44 || box.height < 43.9))"
        ".map(([name, box]) => `${name} ${box.width} ${box.height}`)"
    )
    assert small == []
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert chat.js("const log = root.querySelector('.log'); return log.scrollWidth <= log.clientWidth + 1")


@pytest.mark.parametrize("size", [(320, 568), (320, 256), (1280, 300)])
def test_988_and_the_form_are_in_sight_on_the_smallest_screens(tab: Callable[..., Chat], size: tuple[int, int]) -> None:
    chat = tab(viewport={"width": size[0], "height": size[1]}).open()
    for name in ("Call 988", "Text 988", "Call 911"):
        box = chat.page.get_by_role("dialog").get_by_role("link", name=name).first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]
    box = chat.page.get_by_role("button", name="Send").bounding_box()
    assert box["y"] + box["height"] <= size[1]
    assert chat.page.locator("trd-chat .log").bounding_box()["height"] >= 48


def test_the_text_grows_with_that_of_the_page(tab: Callable[..., Chat]) -> None:
    chat = tab().open()
    before = chat.js("return parseFloat(getComputedStyle(root.querySelector('.welcome p')).fontSize)")
    chat.page.evaluate("document.documentElement.style.fontSize = '200%'")
    after = chat.js("return parseFloat(getComputedStyle(root.querySelector('.welcome p')).fontSize)")
    assert (before, after) == (16, 32)
    assert chat.page.get_by_role("button", name="Send").is_visible()
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 1100


def test_only_new_replies_are_read_out(chat: Chat) -> None:
    def spoken() -> str:
        return str(chat.js("return root.querySelector('[aria-live=polite].hidden').textContent"))

    assert "automated assistant" in spoken()
    chat.say("what is ect")
    chat.settled()
    assert "ECT" in spoken()
    assert "what is ect" not in spoken()
    chat.page.reload()
    chat.page.get_by_role("dialog").wait_for()
    assert spoken() == ""
    chat.say("does TMS hurt?").settled()
    assert "rTMS" in spoken()
    assert "electroconvulsive" not in spoken().lower()


def test_instructions_are_read_out_at_once(chat: Chat) -> None:
    chat.say("better if i was dead").settled()
    assert "988" in chat.js("return root.querySelector('[role=alert].hidden').textContent")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_those_who_do_not_want_it(tab: Callable[..., Chat], site: Site, motion: str) -> None:
    chat = tab(reduced_motion=motion)
    site.assistant.go_on.clear()
    chat.open().say("what is ect")
    chat.page.locator("trd-chat .typing").wait_for()
    moving = chat.js("return getComputedStyle(root.querySelector('.dots i')).animationName")
    assert moving == ("none" if motion == "reduce" else "wait")


def test_in_high_contrast_everything_keeps_its_edge(tab: Callable[..., Chat]) -> None:
    chat = tab(forced_colors="active").open()
    chat.say("what is ect").settled()
    for selector in (".bubble", ".send", ".header", ".crisis-link"):
        assert chat.js(f"return getComputedStyle(root.querySelector('{selector}')).borderTopWidth") == "1px"


def test_opening_by_touch_does_not_raise_the_keyboard(tab: Callable[..., Chat]) -> None:
    chat = tab(**LOOKS["phone"]).open()
    assert chat.focus == "title"


def test_focus_never_hides_behind_a_chat_that_fills_the_screen(tab: Callable[..., Chat]) -> None:
    chat = tab(viewport={"width": 320, "height": 568})
    chat.open()
    chat.js("root.querySelector('#title').focus(); return 1")
    chat.page.keyboard.press("Shift+Tab")
    until(lambda: not chat.page.get_by_role("dialog").is_visible())
    assert chat.page.evaluate("document.activeElement.localName") == "a"


def test_a_site_changes_the_looks_by_properties_and_parts(tab: Callable[..., Chat]) -> None:
    chat = tab()
    chat.page.evaluate(
        "() => { const s = new CSSStyleSheet();"
        "s.replaceSync('trd-chat { --trd-accent: rgb(90, 20, 120) } trd-chat::part(launcher) { border-radius: 3px }');"
        "document.adoptedStyleSheets = [s] }"
    )
    look = chat.js(
        "const s = getComputedStyle(root.querySelector('.launch')); return [s.backgroundColor, s.borderTopLeftRadius]"
    )
    assert look == ["rgb(90, 20, 120)", "3px"]


@pytest.fixture
def old_browser(browser: Any, site: Site) -> Iterator[Chat]:
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    page = context.new_page()
    page.add_init_script("CSSStyleSheet.prototype.replaceSync = undefined; delete window.visualViewport")
    yield Chat(page, site.url)
    context.close()


def test_an_older_browser_gets_the_style_from_a_file(old_browser: Chat) -> None:
    old_browser.open().say("what is ect").settled()
    until(lambda: old_browser.js("return getComputedStyle(root.querySelector('.panel')).position") == "fixed")
    assert len(old_browser.turns("bot")) == 1
    assert old_browser.errors == []
    assert old_browser.violations == []
