"""Puts the widget together: the modules of bot/web/widget, its style and its words become one script.

No tool is needed, and the same files always give the same bytes, so that their fingerprint can be pinned.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.settings import PROJECT

WIDGET = Path(__file__).resolve().parent / "widget"
DATA = PROJECT / "data" / "web"

_MODULES = (
    "dom",
    "words",
    "danger",
    "markdown",
    "memory",
    "server",
    "outbox",
    "message",
    "panel",
    "element",
)
"""In the order in which they need each other; a module imports only from those before it."""

_IMPORT = re.compile(r"^import \{[^}]*\} from \"\./(\w+)\.js\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|function|class|async)", re.MULTILINE)
_JS_COMMENT = re.compile(r"^ *(?:/\*\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)


class BundleError(ValueError):
    """A file of the widget can't be used; the message says which and why."""


@dataclass(frozen=True)
class Bundle:
    """The widget as it is served.

    Attributes:
        script: widget.js, with the style and the words inside.
        style: widget.css, for browsers that can't take a style from a script.
    """

    script: bytes
    style: bytes

    @functools.cached_property
    def integrity(self) -> str:
        """The value of the script tag's `integrity`."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.script).digest()).decode()


@functools.lru_cache(maxsize=1)
def bundle() -> Bundle:
    """Returns the widget.

    Raises:
        BundleError: If one of its files is missing or wrong.
    """
    style = _smaller_style(_read(WIDGET / "widget.css"))
    content = "".join(f"const {name} = {_literal(value)};\n" for name, value in contents(style).items())
    script = "".join(_module(name, set(_MODULES[:place])) for place, name in enumerate(_MODULES))
    return Bundle((content + script).encode(), style.encode())


def contents(style: str = "") -> dict[str, Any]:
    """Returns what the module content.js gives to the others: STYLE, WORDS, PHRASES.

    Raises:
        BundleError: If a file of data/web is not laid out as it should be.
    """
    words, phrases = _table(DATA / "strings.yml"), _table(DATA / "crisis.yml")
    if not isinstance(phrases.get("phrases"), dict) or not isinstance(phrases.get("same"), dict):
        raise BundleError(f"{DATA / 'crisis.yml'}: expected `phrases` by language, and `same`")
    return {"STYLE": style, "WORDS": words, "PHRASES": phrases}


def _module(name: str, known: set[str]) -> str:
    """Returns a module's code without what ties it to the others, comments and indentation."""
    code = _read(WIDGET / f"{name}.js")
    unknown = set(_IMPORT.findall(code)) - known - {"content"}
    if unknown:
        raise BundleError(f"{name}.js imports {', '.join(sorted(unknown))}, which must come before it")
    code = _EXPORT.sub("", _IMPORT.sub("", code))
    if re.search(r"^(import|export)\b", code, re.MULTILINE):
        raise BundleError(f'{name}.js: write imports as `import {{a, b}} from "./other.js";`, and exports by name')
    return _INDENT.sub("", _JS_COMMENT.sub("", code))


def _smaller_style(style: str) -> str:
    style = re.sub(r"\s+", " ", _CSS_COMMENT.sub("", style))
    return re.sub(r" ?([{};,]) ?", r"\1", style).strip()


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BundleError(f"{path} can't be read: {error}") from error


def _table(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(_read(path))
    except yaml.YAMLError as error:
        raise BundleError(f"{path} can't be read: {error}") from error
    if not isinstance(found, dict):
        raise BundleError(f"{path}: expected a table at the top")
    return found
