"""The `trd` command."""

from __future__ import annotations

import datetime
import json
import logging
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, List, Optional, TypeVar

import typer
from rich.markup import escape
from rich.table import Table

from bot.bank.content import BankError
from bot.bank.database import BankUnavailableError
from bot.bank.store import Store
from bot.cli_bank import bank_app, load_bank
from bot.cli_records import records_app
from bot.cli_sms import sms_app
from bot.cli_web import web_app
from bot.console import checked, err, fail, out
from bot.console import settings as console_settings
from bot.settings import PROJECT, Settings

app = typer.Typer(
    help="The TRD assistant: run it, talk to it, measure it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(bank_app, name="bank")
app.add_typer(web_app, name="web")
app.add_typer(records_app, name="records")
app.add_typer(sms_app, name="sms")
T = TypeVar("T")
_SENTENCES = 50_000
"""More than there are training examples."""


@app.command()
def serve() -> None:
    """Start the server, with the actions inside; HOST, PORT and the other settings come from the environment."""
    settings = console_settings()
    # Beside the start: a database that is slow or gone must not keep the crisis path waiting.
    loading = threading.Thread(target=_load_bank_or_warn, args=(settings,), daemon=True)
    loading.start()
    model = _quietly(lambda: _trained_or_warn(settings))
    from bot.server import channels, create_app, site

    def announce(agent: object) -> None:
        loading.join()
        _announce(settings)

    with err.status("Starting the server ..."):
        doors = checked(lambda: channels(settings))
        pages = checked(lambda: site(settings))
        server = create_app(settings, model=model, channels=doors, pages=pages, on_ready=announce)
    err.print(
        f"Listening on http://{settings.host}:{settings.port} (the model is loading; crisis replies work already)"
    )
    server.run(host=settings.host, port=settings.port, access_log=False)


@app.command()
def shell() -> None:
    """Talk to the assistant here in the terminal, custom actions and crisis path included. /stop ends it."""
    settings = console_settings()
    _load_bank(settings)
    model = _quietly(lambda: _trained_or_warn(settings))
    if model is None:
        raise typer.Exit(1)
    from bot.channels.rest import GuardedShellInput
    from bot.server import create_shell

    with err.status("Loading the model ..."):
        server = checked(lambda: create_shell(settings, model=model, channel=GuardedShellInput.from_credentials(None)))
    server.run(host="127.0.0.1", port=settings.port, access_log=False)


@app.command()
def train(force: bool = typer.Option(False, "--force", help="Train even if nothing has changed.")) -> None:
    """Train the model if anything that goes into it has changed."""
    from bot.bank.files import read_bank
    from bot.learning.encoder import EncoderUnavailableError, load_encoder
    from bot.passages import passages
    from bot.safety.lexicon import SafetyDataError
    from bot.screening import train_layer, trained_layer
    from bot.training import TrainingError, current_model
    from bot.training import train as train_model

    settings = console_settings()
    if not force and (model := current_model(settings)) and trained_layer(settings):
        passages(settings).prepare(checked(lambda: read_bank(settings.bank_dir)))
        err.print(f"Nothing has changed: using {model.name}")
        return
    try:
        # Both meet the same sentences.
        load_encoder(settings.encoder_dir).remembers = _SENTENCES
        with _long_work("Training the model (minutes; only when the data or the code behind it has changed)"):
            path, _ = _quietly(lambda: train_model(settings, force=force))
            layer, _ = train_layer(settings, force=force)
            passages(settings).prepare(read_bank(settings.bank_dir))
    except (TrainingError, BankError, EncoderUnavailableError, SafetyDataError) as error:
        fail(str(error))
    err.print(f"Trained {path.name} and {layer.name}")


@app.command()
def evaluate(
    files: List[Path] = typer.Argument(
        ..., exists=True, dir_okay=False, resolve_path=True, help="Evaluation files (YAML or JSONL)."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print all figures and misses as JSON."),
    report: Optional[Path] = typer.Option(
        None, "--report", resolve_path=True, help="Folder for report.html and report.json: figures, pictures, misses."
    ),
) -> None:
    """Play files of cases against the assistant and print how it did."""
    from bot.evaluation import pages
    from bot.evaluation.cases import CaseFileError, read_cases
    from bot.evaluation.scoring import judge, score

    settings = console_settings()
    try:
        cases = [case for path in files for case in read_cases(path)]
        if report is not None:
            pages.prepare(report)
    except (CaseFileError, pages.ReportError) as error:
        fail(str(error))
    _load_bank(settings)
    model = _quietly(lambda: _trained_or_warn(settings))
    if model is None:
        raise typer.Exit(1)
    from bot.evaluation.play import play_all

    with err.status(f"Playing {len(cases)} cases ..."):
        played = _quietly(lambda: play_all(settings, model, cases))
    judged = [judge(case, turn.replies, turn.heard) for case, turn in played]
    bank = Store(settings.database_url).bank()
    conversation = frozenset(topic.id for topic in bank.topics.values() if topic.group == "conversation")
    result = score(judged, conversation_topics=conversation)
    if report is not None:
        from bot.evaluation.figures import figure_out
        from bot.evaluation.report import Report, write_report

        told = Report(datetime.datetime.now(), model.name, tuple(path.name for path in files), figure_out(judged, bank))
        try:
            err.print(f"Wrote {write_report(told, report)}", highlight=False, markup=False)
        except pages.ReportError as error:
            fail(str(error))
    if as_json:
        typer.echo(json.dumps(result.as_dict(), indent=1, ensure_ascii=False))
        return
    for miss in result.misses:
        expected = " + ".join("|".join(sorted(ids)) for ids in miss.case.expect) or "-"
        levels = "|".join(sorted(level.label for level in miss.case.levels)) or "-"
        said = escape(repr(" / ".join(miss.case.say)[:200]))
        out.print(
            f"[dim]{miss.case.where}[/] {said}\n    got {', '.join(miss.answers) or '-'} "
            f"({miss.level.label}), expected {expected} ({levels})",
            highlight=False,
            markup=True,
        )
    table = Table("figure", "count", "of", "%")
    for name, share in [*result.shares().items(), *((f"tag {tag}", s) for tag, s in result.by_tag.items())]:
        if share.of:
            table.add_row(name.replace("_", " "), str(share.count), str(share.of), f"{share.percent:.1f}")
    out.print(table)


@app.command()
def screen(text: str = typer.Argument(..., help="A message.")) -> None:
    """Show what the crisis screen says of a message."""
    from bot.screening import screening

    settings = console_settings()
    verdict = checked(lambda: screening(settings))(text)
    out.print(f"level: {verdict.level.label}", highlight=False)
    if verdict.level:
        out.print(
            f"category: {verdict.category}\nlanguage: {verdict.language}\nphrase: {verdict.phrase}",
            highlight=False,
            markup=False,
        )


@app.command("safety-report")
def safety_report(
    files: List[Path] = typer.Argument(
        None, exists=True, dir_okay=False, resolve_path=True, help="Files of messages beside the project's own."
    ),
    out_file: Path = typer.Option(
        PROJECT / "docs" / "safety.md", "--out", dir_okay=False, resolve_path=True, help="Where to write it."
    ),
) -> None:
    """Measure the crisis screen and write the safety report for the clinic."""
    from bot.evaluation import pages
    from bot.evaluation.cases import CaseFileError
    from bot.evaluation.safety import safety_report as measure
    from bot.screening import screening, trained_layer

    settings = console_settings()
    layer = trained_layer(settings)
    if layer is None or not (screen := checked(lambda: screening(settings))).layered:
        fail("The crisis screen has no statistical layer, so its figures would mislead: run `trd train` first.")
    try:
        pages.prepare(out_file.parent)
        with err.status("Screening some thousand messages ..."):
            text = checked(
                lambda: measure(settings, screen, files or [], today=datetime.date.today(), layer=layer.name)
            )
        pages.write(out_file, text)
    except (CaseFileError, pages.ReportError) as error:
        fail(str(error))
    err.print(f"Wrote {out_file}", highlight=False, markup=False)


def _load_bank_or_warn(settings: Settings) -> None:
    try:
        load_bank(settings)
    except (BankError, BankUnavailableError) as error:
        # The crisis path needs no database, and the bank is looked for again every two seconds.
        err.print(
            f"{error}\nServing all the same, with the bank that the database holds. If it holds none, ordinary "
            "questions get the fail-safe reply until there is one.",
            style="bold red",
            highlight=False,
            markup=False,
        )


def _load_bank(settings: Settings) -> None:
    checked(lambda: load_bank(settings))


def _trained_or_warn(settings: Settings) -> Optional[Path]:
    from bot.training import current_model

    model = current_model(settings)
    if model is None:
        err.print("[bold red]There is no model for the present training data: run `trd train` (or `make train`).[/]")
    return model


def _announce(settings: Settings) -> None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    url = f"http://{host}:{settings.port}"
    token = "-H 'Authorization: Bearer ...' " if settings.rest_token else ""
    typer.echo(
        f"\nThe assistant is ready at {url}: open it in a browser, or try\n"
        f"  curl -s {url}/webhooks/rest/webhook -H 'Content-Type: application/json' {token}"
        '-d \'{"sender": "me", "message": "does TMS hurt?"}\'\n'
    )


@contextmanager
def _long_work(what: str, *, every: float = 20.0) -> Iterator[None]:
    """Says what is being done, and every some seconds that it still is."""
    done, start = threading.Event(), time.monotonic()
    err.print(f"{what} ...")

    def tell() -> None:
        while not done.wait(every):
            err.print(f"  ... still at it after {time.monotonic() - start:.0f} s")

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _quietly(work: Callable[[], T]) -> T:
    """Runs something with Rasa's own logs turned down."""
    _quieten()
    return work()


def _quieten() -> None:
    """Keeps Rasa's logs to warnings: below that they hold what people write."""
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(logging.WARNING)
    configure_structlog(logging.WARNING)
