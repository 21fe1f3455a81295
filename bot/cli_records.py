"""The `trd records` commands: look at what is kept, and let it go."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from pathlib import Path
from typing import Any, Optional

import typer
from rich.table import Table
from rich.text import Text

from bot.console import checked, err, fail, out, settings
from bot.records import listings
from bot.records.archive import Archive

records_app = typer.Typer(
    help="What is kept of conversations: look at it, and let it go.", no_args_is_help=True, add_completion=False
)


class Kind(str, enum.Enum):
    """What can be listed."""

    UNANSWERED = "unanswered"
    CRISIS = "crisis"
    FEEDBACK = "feedback"


_KINDS: dict[Kind, tuple[Any, type[Any]]] = {
    Kind.UNANSWERED: (listings.unanswered, listings.UnansweredLine),
    Kind.CRISIS: (listings.crisis, listings.CrisisLine),
    Kind.FEEDBACK: (listings.feedback, listings.FeedbackLine),
}


@records_app.command("list")
def list_records(
    kind: Kind = typer.Argument(..., help="unanswered, crisis or feedback."),
    days: Optional[int] = typer.Option(None, "--days", min=1, max=36500, help="Only of the last so many days."),
    csv: Optional[Path] = typer.Option(None, "--csv", help="Write a file for a spreadsheet instead."),
    force: bool = typer.Option(False, "--force", help="Replace the file if there is one."),
) -> None:
    """List unanswered questions (the commonest first), crisis events or feedback; times are in UTC."""
    archive = Archive(settings().database_url)
    read, line = _KINDS[kind]
    lines = checked(lambda: _read(archive, read, days))
    if csv is None:
        _print(line, lines)
        return
    if csv.exists() and not force:
        fail(f"{csv} is there already; --force replaces it")
    try:
        listings.write_csv(csv, line, lines)
    except OSError as error:
        fail(f"{csv} can't be written: {error.strerror or error}")
    err.print(f"Wrote {len(lines)} lines to {csv}", highlight=False, markup=False)


@records_app.command()
def forget(
    older_than: int = typer.Option(..., "--older-than", min=0, max=36500, metavar="DAYS", help="0: all of it."),
) -> None:
    """Delete what is older, now; crisis events and feedback stay as counts a day, without the conversation."""
    archive = Archive(settings().database_url)
    gone = checked(lambda: archive.forget(_days_ago(older_than)))
    out.print(
        f"Deleted {gone.unanswered} unanswered questions; {gone.crisis} crisis events and {gone.feedback} votes are "
        "daily counts now.",
        highlight=False,
        soft_wrap=True,
    )


def _read(archive: Archive, read: Any, days: Optional[int]) -> list[Any]:
    with archive.reading() as session:
        found: list[Any] = read(session, None if days is None else _days_ago(days))
        return found


def _days_ago(days: int) -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)


def _print(line: type[Any], lines: list[Any]) -> None:
    table = Table(*(field.name.replace("_", " ") for field in dataclasses.fields(line)))
    for entry in lines:
        table.add_row(*(Text(str(value)) for value in dataclasses.astuple(entry)))
    if lines:
        out.print(table)
    out.print(f"{len(lines)} lines", highlight=False)
