"""The `trd bank` commands: check, look at, change and exchange the answers."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import enum
import getpass
from pathlib import Path
from typing import Any, Iterable, List, Optional, Sequence

import typer
from rich.text import Text

from bot.bank import changes, content, gsm7, replies, sheets
from bot.bank.bank import TREATMENT_GROUPS, Answer, Bank, Status
from bot.bank.changes import Change, Key
from bot.bank.content import Content
from bot.bank.facets import Facet
from bot.bank.files import read_bank, read_content, write_bank
from bot.bank.store import Author, Store
from bot.console import checked, err, fail, out, settings
from bot.settings import Settings

bank_app = typer.Typer(help="The response bank: check, look at, change and exchange the answers.", no_args_is_help=True)

_GUIDE = "guide"
"""Id of the provider's own guide among the sources."""
_SHORT = 90


class Channel(str, enum.Enum):
    """Where an answer is read."""

    WEB = "web"
    SMS = "sms"
    SHELL = "shell"


_by = typer.Option(None, "--by", help="Who you are; by default the name you are logged in with.")
_why = typer.Option(..., "--why", help="Why; kept in the history.")


def load_bank(settings: Settings, *, take_files: bool = False) -> None:
    """Brings the bank's files into the database.

    Raises:
        BankError: If the files can't be used.
        BankUnavailableError: If the database can't be.
    """
    files = read_bank(settings.bank_dir)
    synced = Store(settings.database_url).load_files(files, take_files=take_files)
    if synced.changes:
        err.print(f"Brought the files of the response bank into the database: {len(synced.changes)} changes.")
    if synced.conflicts:
        err.print(
            "Changed both in the files and in the database, and left as the database has it: "
            f"{_named(synced.conflicts)}.\nSee `trd bank diff`; `trd bank load --take-files` takes the files' words, "
            "`trd bank export data/bank --force` writes the database's into the files.",
            style="yellow",
            highlight=False,
            markup=False,
        )


@bank_app.command()
def validate(
    path: Optional[Path] = typer.Argument(None, help="A folder, YAML file or workbook; default: BANK_DIR."),
) -> None:
    """Check files of the bank and name everything that is wrong."""
    configured = settings()
    bank = checked(lambda: content.build(_typed(path or configured.bank_dir)))
    gaps = sum(answer.gap for answer in bank.answers.values())
    silent = len(bank.answers) - len(bank.spoken)
    out.print(
        f"The bank is in order: {len(bank.topics)} topics, {len(bank.answers)} answers ({gaps} honest gaps, "
        f"{silent} not published), {len(bank.sources)} sources."
    )


@bank_app.command()
def load(
    take_files: bool = typer.Option(False, "--take-files", help="Let the files win over changes made in the database."),
) -> None:
    """Bring the bank's files into the database; a running server speaks them within seconds."""
    configured = settings()
    checked(lambda: load_bank(configured, take_files=take_files))


@bank_app.command("list")
def list_answers(
    group: Optional[str] = typer.Option(None, help="Only this group (medication, faq, ...)."),
    topic: Optional[str] = typer.Option(None, help="Only this topic."),
    facet: Optional[Facet] = typer.Option(None, help="Only this facet."),
    status: Optional[Status] = typer.Option(None, help="Only this status."),
    table: bool = typer.Option(False, "--table", help="Topics against facets: from the guide, another source, a gap."),
) -> None:
    """List the answers."""
    bank = _current()
    found = [
        answer
        for answer in bank.answers.values()
        if (group is None or bank.topics[answer.topic].group == group)
        and (topic is None or answer.topic == topic)
        and (facet is None or answer.facet is facet)
        and (status is None or answer.status is status)
    ]
    if table:
        _print_origins(bank, found)
        return
    for answer in found:
        mark = "" if answer.status is Status.PUBLISHED else f" [{answer.status.value}]"
        _print(f"{answer.id}{mark}: {_shortened(answer.text)}")
    _print(f"{len(found)} answers")


@bank_app.command()
def show(
    answer_id: str = typer.Argument(..., help="TOPIC.FACET"),
    channel: Channel = typer.Option(Channel.WEB, help="Where it is read."),
) -> None:
    """Show an answer as a person will see it, and what is known about it."""
    bank = _current()
    answer = _find(bank, answer_id)
    spoken = _as_published(bank, answer)
    reply = replies.answer(spoken, answer.topic, answer.facet, channel=channel.value)
    _print(reply.text)
    if channel is Channel.SMS:
        size = gsm7.size(reply.text)
        _print(f"\n[{size.segments} segments, {size.units} units, {size.encoding}]")
    elif reply.buttons:
        _print("\n" + "  ".join(f"[{button['title']}]" for button in reply.buttons))
    if channel is Channel.WEB and answer.detail:
        _print(f"\nTell me more:\n{bank.profile.fill(answer.detail)}")
    _print(f"\n{answer.status.value}, review by {answer.review_by}{_due(answer)}, version {answer.version}")
    for source in (bank.sources[name] for name in answer.sources):
        _print(f"- {source.title}, {source.publisher}, {source.as_of}: {source.url}")


@bank_app.command()
def due(within: int = typer.Option(0, "--within", min=0, help="Also what falls due in this many days.")) -> None:
    """List the answers that somebody must look at again, the longest overdue first."""
    limit = datetime.date.today() + datetime.timedelta(days=within)
    found = [answer for answer in _current().answers.values() if answer.review_by <= limit]
    for answer in sorted(found, key=lambda answer: (answer.review_by, answer.id)):
        if answer.status is not Status.RETIRED:
            _print(f"{answer.review_by}  {answer.id}{_due(answer)}")
    _print(f"{sum(answer.status is not Status.RETIRED for answer in found)} due by {limit}")


@bank_app.command()
def diff(path: Optional[Path] = typer.Argument(None, help="Folder, YAML file or workbook; default: BANK_DIR.")) -> None:
    """Show what bringing files in would change in the database."""
    configured = settings()
    bank = _current()
    target = path or configured.bank_dir
    new = checked(lambda: _laid_over(bank, _typed(target)) if path else read_bank(target))
    _print_changes(changes.difference(bank, new))


@bank_app.command("export")
def export_bank(
    path: Path = typer.Argument(..., help="A workbook (.xlsx), a YAML file (.yml), or a folder such as data/bank."),
    force: bool = typer.Option(False, "--force", help="Replace what is there."),
) -> None:
    """Write what the database holds into files."""
    bank = _current()
    if path.exists() and not force:
        fail(f"{path} is there already; --force replaces it")
    try:
        if path.suffix == ".xlsx":
            sheets.write_workbook(bank, path)
        else:
            write_bank(bank, path)
    except OSError as error:
        fail(f"{path} can't be written: {error.strerror or error}")
    err.print(f"Wrote {len(bank.answers)} answers to {path}", highlight=False, markup=False)


@bank_app.command("import")
def import_bank(
    path: Path = typer.Argument(..., exists=True, help="A workbook (.xlsx), a YAML file (.yml), or a folder."),
    why: Optional[str] = typer.Option(None, "--why", help="Why; kept in the history. Needed unless --dry-run."),
    by: Optional[str] = _by,
    dry_run: bool = typer.Option(False, "--dry-run", help="Only show what would change."),
) -> None:
    """Take over edited answers, all of them or none; a running server speaks them within seconds.

    What the file does not hold stays as it is: to take an answer away, retire it.
    """
    store = _store()
    held = checked(store.current)
    bank = checked(lambda: _laid_over(held, _typed(path)))
    if dry_run:
        _print_changes(changes.difference(held, bank))
        return
    changed = checked(lambda: store.save(bank, _author(by, why or "")))
    _print_changes(changed)
    if changed:
        _remind_of_files()


@bank_app.command()
def publish(ids: List[str] = typer.Argument(..., help="TOPIC.FACET"), why: str = _why, by: Optional[str] = _by) -> None:
    """Make answers spoken."""
    _set_status(ids, Status.PUBLISHED, _author(by, why))


@bank_app.command()
def retire(ids: List[str] = typer.Argument(..., help="TOPIC.FACET"), why: str = _why, by: Optional[str] = _by) -> None:
    """Stop answers from being spoken; they stay in the bank."""
    _set_status(ids, Status.RETIRED, _author(by, why))


@bank_app.command()
def history(
    item: str = typer.Argument(..., help="An answer's id, a topic's or source's, or `profile` or `phrases`."),
) -> None:
    """Show who changed something, when, why, and how; the newest change first."""
    store = _store()
    revisions = checked(lambda: store.history(item))
    if not revisions:
        fail(f"nothing is on record about {item!r}; ids look like ect.side_effects (`trd bank list`)")
    for revision in revisions:
        _print(f"{revision.at:%Y-%m-%d %H:%M} UTC  {revision.author.name}: {revision.author.why}  (#{revision.number})")
        _print_change(revision.change)


def _as_published(bank: Bank, answer: Answer) -> Bank:
    """Returns the bank as it would be with an answer published, to look at a draft before that."""
    published = dataclasses.replace(answer, status=Status.PUBLISHED)
    return dataclasses.replace(bank, answers={**bank.answers, answer.id: published})


def _typed(path: Path) -> Content:
    return sheets.read_workbook(path) if path.suffix == ".xlsx" else read_content(path)


def _laid_over(held: Optional[Bank], typed: Content) -> Bank:
    base = content.typed(held, where="in the database") if held is not None else None
    return content.build(typed.over(base) if base is not None else typed)


def _store() -> Store:
    configured = settings()
    return checked(lambda: Store(configured.database_url))


def _current() -> Bank:
    store = _store()
    bank = checked(store.current)
    return bank if bank is not None else fail("there is no bank in the database yet: run `trd bank load`")


def _find(bank: Bank, answer_id: str) -> Answer:
    if answer_id in bank.answers:
        return bank.answers[answer_id]
    near = difflib.get_close_matches(answer_id, bank.answers, n=3)
    return fail(f"there is no answer {answer_id!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))


def _set_status(ids: Sequence[str], status: Status, author: Author) -> None:
    store = _store()
    bank = checked(store.current)
    for answer_id in ids:
        _find(bank or fail("there is no bank in the database yet: run `trd bank load`"), answer_id)
    changed = checked(lambda: store.set_status(ids, status, author))
    _print_changes(changed)
    if changed:
        _remind_of_files()


def _author(by: Optional[str], why: str) -> Author:
    if not why.strip():
        fail('say why with --why "...": it is kept in the history')
    try:
        return Author((by or getpass.getuser()).strip(), why.strip())
    except (KeyError, OSError):  # a container's user may have no name
        fail("say who you are with --by NAME")


def _remind_of_files() -> None:
    err.print("To keep the files the same: trd bank export data/bank --force", style="dim", highlight=False)


def _named(keys: Iterable[Key]) -> str:
    return ", ".join(item if item == kind.value else f"{kind.value} {item}" for kind, item in keys)


def _due(answer: Answer) -> str:
    return " (due)" if answer.review_by <= datetime.date.today() else ""


def _print(text: str) -> None:
    out.print(text, highlight=False, markup=False, soft_wrap=True)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 3] + "..."


def _print_changes(changed: Sequence[Change]) -> None:
    for change in changed:
        _print_change(change, named=True)
    _print(f"{len(changed)} changes")


def _print_change(change: Change, *, named: bool = False) -> None:
    before, after = change.before, change.after
    what = "added" if before is None else "removed" if after is None else "changed"
    if named:
        _print(f"{_named([(change.kind, change.item)])}: {what}")
    if before is None or after is None:
        return
    for field in change.fields:
        line = Text(f"  {field}: ")
        line.append_text(_word_difference(_plain(before.get(field)), _plain(after.get(field))))
        out.print(line, highlight=False, soft_wrap=True)


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _word_difference(before: str, after: str) -> Text:
    """Returns two texts as one, with [-old-] and {+new+} words as git marks them."""
    old, new = before.split(), after.split()
    result = Text()
    for kind, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            words = old[i:j]
            result.append(" ".join(words if len(words) <= 12 else [*words[:5], "...", *words[-5:]]) + " ")
            continue
        if i < j:
            result.append(f"[-{' '.join(old[i:j])}-] ", style="red")
        if k < m:
            result.append(f"{{+{' '.join(new[k:m])}+}} ", style="green")
    return result


def _print_origins(bank: Bank, answers: Sequence[Answer]) -> None:
    """Prints topics against facets: where each answer comes from."""
    marks = {answer.id: _origin(answer) for answer in answers}
    rows, others = [], []
    for topic in dict.fromkeys(answer.topic for answer in answers):
        if bank.topics[topic].group in TREATMENT_GROUPS:
            rows.append([topic, *(marks.get(f"{topic}.{facet.value}", "-") for facet in Facet)])
        else:
            others.append(f"{topic}: {marks[f'{topic}.{Facet.OVERVIEW.value}']}")
    if rows:
        head = ["topic", *(facet.value for facet in Facet)]
        for row in (head, ["---"] * len(head), *rows):
            _print(f"| {' | '.join(row)} |")
    for line in others:
        _print(line)
    counts = {mark: sum(value == mark for value in marks.values()) for mark in dict.fromkeys(marks.values())}
    _print(", ".join(f"{mark}: {count}" for mark, count in counts.items()))


def _origin(answer: Answer) -> str:
    if answer.gap:
        return "gap"
    if _GUIDE not in answer.sources:
        return "other"
    return "guide" if len(answer.sources) == 1 else "guide+"
