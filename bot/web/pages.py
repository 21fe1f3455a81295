"""What the website's visitors fetch: the widget, and a page that shows it."""

from __future__ import annotations

import functools
import gzip
import hashlib
import html
import re

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.bank.bank import Profile
from bot.web.bundle import DATA, WIDGET, Bundle

_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""Nothing from elsewhere, nothing inline; texts can't become markup."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Other sites may load the widget, and check its integrity."""

_CACHED = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"


def pages(bundle: Bundle, profile: Profile) -> Blueprint:
    """Returns the routes /, /widget.js, /widget.css, and what the page itself needs.

    Raises:
        OSError: If a file of the demo page is missing.
    """
    blueprint = Blueprint("trd_pages")
    page = demo_page(bundle, profile).encode()
    files = {
        "/": (page, "text/html; charset=utf-8", {"Cache-Control": "no-cache", "Content-Security-Policy": _CSP}),
        "/widget.js": (bundle.script, "text/javascript; charset=utf-8", {"Cache-Control": _CACHED, **_SHARED}),
        "/widget.css": (bundle.style, "text/css; charset=utf-8", {"Cache-Control": _CACHED, **_SHARED}),
        "/icon.svg": ((WIDGET.parent / "icon.svg").read_bytes(), "image/svg+xml", {"Cache-Control": _CACHED}),
        "/demo.css": ((WIDGET.parent / "demo.css").read_bytes(), "text/css; charset=utf-8", {"Cache-Control": _CACHED}),
    }
    for path, (content, content_type, headers) in files.items():
        blueprint.add_route(
            functools.partial(_serve, _File(content, content_type, {**_ALWAYS, **headers})),
            path,
            methods=["GET", "HEAD"],
            name=path.strip("/").replace(".", "_") or "demo",
        )
    return blueprint


def demo_page(bundle: Bundle, profile: Profile) -> str:
    """Returns the page that shows the widget as a clinic's visitors meet it."""
    page = _filled((DATA / "demo.html").read_text(encoding="utf-8"), profile)
    return page.replace("{chat}", tags(bundle, profile, "."))


def tags(bundle: Bundle, profile: Profile, server: str) -> str:
    """Returns what a site adds to its pages: the element with what stands in until, or unless, the script runs.

    Args:
        bundle: The widget.
        profile: Whom to name and call even when the server is down.
        server: Address of the server, without a slash at its end.
    """
    fallback = _filled((DATA / "fallback.html").read_text(encoding="utf-8"), profile)
    settings = f'data-provider="{html.escape(profile.provider)}" data-phone="{html.escape(profile.phone)}"'
    return f"<trd-chat {settings}>\n{fallback}</trd-chat>\n{script_tag(bundle, server)}"


def script_tag(bundle: Bundle, server: str) -> str:
    """Returns the script tag, which alone is enough on any page."""
    source = html.escape(f"{server}/widget.js")
    return f'<script type="module" src="{source}" integrity="{bundle.integrity}" crossorigin="anonymous"></script>'


def _filled(text: str, profile: Profile) -> str:
    values = {**profile.placeholders, "dial": re.sub(r"[^\d+]", "", profile.phone)}
    for name, value in values.items():
        text = text.replace("{" + name + "}", html.escape(value))
    return text


class _File:
    """A file in memory, plain and compressed."""

    def __init__(self, content: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.content, self.compressed = content, gzip.compress(content, 9, mtime=0)
        self.content_type = content_type
        self.tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        self.headers = {**headers, "ETag": self.tag, "Vary": "Accept-Encoding"}


async def _serve(file: _File, request: Request) -> HTTPResponse:
    if file.tag in request.headers.get("if-none-match", ""):
        return HTTPResponse(status=304, headers=file.headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = {**file.headers, "Content-Encoding": "gzip"}
        return HTTPResponse(body=file.compressed, headers=headers, content_type=file.content_type)
    return HTTPResponse(body=file.content, headers=file.headers, content_type=file.content_type)
