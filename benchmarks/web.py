"""What the widget adds to a reply: from sending to the painted answer, against the bare request.

Needs Chromium, playwright and a running server: python benchmarks/web.py http://127.0.0.1:5005
"""

from __future__ import annotations

import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

ROUNDS = 30
_ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

BARE = """async (text) => {
  const { token } = await (await fetch('/webhooks/web/session', { method: 'POST', body: '{}' })).json();
  const id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => 'a' + byte).join('');
  const start = performance.now();
  await (await fetch('/webhooks/web/message', { method: 'POST', body: JSON.stringify({ token, id, text }) })).json();
  return performance.now() - start;
}"""

PAINTED = """(text) => new Promise((done) => {
  const root = document.querySelector('trd-chat').shadowRoot;
  const turns = root.querySelector('.turns');
  const before = turns.querySelectorAll('.bot').length;
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (turns.querySelectorAll('.bot').length === before) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  }).observe(turns, { childList: true });
  root.querySelector('textarea').value = text;
  root.querySelector('form').requestSubmit();
})"""


def main(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        bare, painted = [], []
        for text in ("what is ect", "i want to kill myself"):
            for _ in range(ROUNDS // 10):
                page = browser.new_page()  # a conversation of its own: no limit is met
                page.goto(url)
                page.get_by_role("button", name="Ask a question").click()
                page.wait_for_timeout(500)
                for _ in range(10):
                    bare.append(page.evaluate(BARE, text))
                    painted.append(page.evaluate(PAINTED, text))
                page.close()
            print(
                f"{text!r}: bare {statistics.median(bare):.0f} ms, painted {statistics.median(painted):.0f} ms, "
                f"ratio {statistics.median(painted) / statistics.median(bare):.2f}"
            )
            bare, painted = [], []
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5005")
