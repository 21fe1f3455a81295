"""Fills the templates of data/reports: the words of a report are there, the figures come from here."""

from __future__ import annotations

import dataclasses
import enum
import json
import re
from pathlib import Path
from typing import Any, Mapping

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.evaluation.shares import Share
from bot.safety import Level
from bot.settings import PROJECT

TEMPLATES = PROJECT / "data" / "reports"

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&$])")


class ReportError(RuntimeError):
    """A report can't be written; the message says what to do."""


def render(template: str, content: Mapping[str, Any]) -> str:
    """Returns a filled template.

    In templates named *.html.j2 everything that is put in is escaped; in others, words that people wrote go
    through the filter `markdown`.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html.j2"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(percent=percent, interval=interval, markdown=markdown)
    environment.globals["zip"] = zip
    # Definitions at the head of a template leave blank lines.
    return re.sub(r"\n{3,}", "\n\n", environment.get_template(template).render(content)).lstrip()


def prepare(folder: Path) -> None:
    """Makes a folder for a report, before the long work that fills it.

    Raises:
        ReportError: If it can't be one, or can't be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except (FileExistsError, NotADirectoryError):
        raise ReportError(f"{folder} is not a folder: name one that is, or that can be made") from None
    except OSError as error:
        raise ReportError(f"can't write to {folder} ({error.strerror}): name another folder") from None


def write(path: Path, text: str) -> None:
    """Writes a file as a whole or not at all.

    Raises:
        ReportError: If it can't be written.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise ReportError(f"can't write {path} ({error.strerror}): name another place") from None


def to_json(content: object) -> str:
    """Returns dataclasses and what they hold as JSON; shares with their intervals, levels by name."""
    return json.dumps(_plain(content), indent=1, ensure_ascii=False) + "\n"


def percent(share: Share) -> str:
    """Returns a share as people read it, "–" when there was nothing to count."""
    if not share.of:
        return "–"
    # 100 and 0 are said only of what is all or nothing.
    if 0 < share.count < share.of:
        return f"{min(max(share.percent, 0.1), 99.9):.1f}%"
    return f"{share.percent:.0f}%"


def interval(share: Share) -> str:
    """Returns the 95% interval as people read it."""
    if not share.of:
        return ""
    low, high = share.interval
    return f"{low:.1f}–{high:.1f}"


def markdown(text: str) -> str:
    """Returns words that people wrote so that Markdown shows them as they are, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _plain(content: Any) -> Any:
    if isinstance(content, Share):
        return content.as_dict()
    if isinstance(content, Level):
        return content.label
    if isinstance(content, enum.Enum):
        return content.value
    if dataclasses.is_dataclass(content):
        return {field.name: _plain(getattr(content, field.name)) for field in dataclasses.fields(content)}
    if isinstance(content, Mapping):
        return {str(_plain(key)): _plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_plain(value) for value in content]
    return round(content, 4) if isinstance(content, float) else content
