"""The widget's files and its demo page over real HTTP."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Iterator

import pytest
import requests

from bot.bank import Bank
from bot.web.bundle import bundle
from bot.web.pages import demo_page, pages, tags
from tests.serving import Serving


@pytest.fixture(scope="module")
def url(bank: Bank) -> Iterator[str]:
    serving = Serving(lambda: [(pages(bundle(), bank.profile), "/")])
    serving.start()
    yield serving.url
    serving.stop()


def test_the_script_is_served_as_it_was_fingerprinted(url: str) -> None:
    response = requests.get(f"{url}/widget.js", timeout=20)
    assert response.content == bundle().script
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in response.headers["Cache-Control"]


def test_the_script_travels_compressed(url: str) -> None:
    response = requests.get(f"{url}/widget.js", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=20)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.raw.read()) == bundle().script
    plain = requests.get(f"{url}/widget.js", headers={"Accept-Encoding": "identity"}, timeout=20)
    assert "Content-Encoding" not in plain.headers


def test_what_a_browser_has_is_not_sent_again(url: str) -> None:
    tag = requests.get(f"{url}/widget.js", timeout=20).headers["ETag"]
    response = requests.get(f"{url}/widget.js", headers={"If-None-Match": tag}, timeout=20)
    assert (response.status_code, response.content) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/widget.js", "/widget.css", "/demo.css", "/icon.svg"])
def test_every_file_says_that_it_is_what_it_is(url: str, path: str) -> None:
    response = requests.get(url + path, timeout=20)
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_allows_nothing_inline_and_nothing_from_elsewhere(url: str) -> None:
    policy = requests.get(url, timeout=20).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_988_stands_in_the_page_without_a_script(bank: Bank) -> None:
    fallback = demo_page(bundle(), bank.profile).split("<trd-chat")[1].split("</trd-chat>")[0]
    for part in ('href="tel:988"', 'href="sms:988"', "988lifeline.org", 'href="tel:911"', bank.profile.phone):
        assert part in fallback


def test_the_profile_can_not_break_the_page(bank: Bank) -> None:
    profile = dataclasses.replace(bank.profile, provider='A & "B" <script>alert(1)</script>')
    page = demo_page(bundle(), profile)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_tag_pins_the_script(bank: Bank) -> None:
    shown = tags(bundle(), bank.profile, "https://chat.example.org")
    assert f'integrity="{bundle().integrity}"' in shown
    assert 'src="https://chat.example.org/widget.js"' in shown
    assert 'crossorigin="anonymous"' in shown
