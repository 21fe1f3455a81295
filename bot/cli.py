"""The `trd` command."""

from __future__ import annotations

import json
import logging
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterator, List, Optional, TypeVar

import typer
from rich.markup import escape
from rich.table import Table

from bot.bank.content import BankError
from bot.bank.database import BankUnavailableError
from bot.bank.store import Store
from bot.cli_bank import bank_app, load_bank
from bot.cli_sms import sms_app
from bot.console import checked, err, fail, out
from bot.console import settings as console_settings
from bot.settings import Settings

if TYPE_CHECKING:
    from rasa.core.channels.channel import InputChannel

app = typer.Typer(
    help="The TRD assistant: run it, talk to it, measure it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(bank_app, name="bank")
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
    from bot.channels.guard import Guard
    from bot.channels.rest import GuardedRestInput
    from bot.channels.sms.channel import GuardedSmsInput
    from bot.server import create_app

    def announce(agent: object) -> None:
        loading.join()
        _announce(settings)

    with err.status("Starting the server ..."):
        guard = checked(lambda: Guard.from_settings(settings))
        channels: List[InputChannel] = [GuardedRestInput(guard)]
        if settings.twilio_auth_token:
            channels.append(checked(lambda: GuardedSmsInput.from_settings(settings, guard)))
        server = create_app(settings, model=model, channels=channels, on_ready=announce)
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
    from bot.learning.encoder import EncoderUnavailableError, load_encoder
    from bot.safety.lexicon import SafetyDataError
    from bot.screening import train_layer, trained_layer
    from bot.training import TrainingError, current_model
    from bot.training import train as train_model

    settings = console_settings()
    if not force and (model := current_model(settings)) and trained_layer(settings):
        err.print(f"Nothing has changed: using {model.name}")
        return
    try:
        # Both meet the same sentences.
        load_encoder(settings.encoder_dir).remembers = _SENTENCES
        with _long_work("Training the model (minutes; only when the data or the code behind it has changed)"):
            path, _ = _quietly(lambda: train_model(settings, force=force))
            layer, _ = train_layer(settings, force=force)
    except (TrainingError, BankError, EncoderUnavailableError, SafetyDataError) as error:
        fail(str(error))
    err.print(f"Trained {path.name} and {layer.name}")


@app.command()
def evaluate(
    files: List[Path] = typer.Argument(..., exists=True, dir_okay=False, help="Evaluation files (YAML or JSONL)."),
    as_json: bool = typer.Option(False, "--json", help="Print all figures and misses as JSON."),
) -> None:
    """Play files of cases against the assistant and print how it did."""
    from bot.evaluation.cases import CaseFileError, read_cases
    from bot.evaluation.scoring import judge, score

    settings = console_settings()
    try:
        cases = [case for path in files for case in read_cases(path)]
    except CaseFileError as error:
        fail(str(error))
    _load_bank(settings)
    model = _quietly(lambda: _trained_or_warn(settings))
    if model is None:
        raise typer.Exit(1)
    from bot.evaluation.play import play_all

    with err.status(f"Playing {len(cases)} cases ..."):
        played = _quietly(lambda: play_all(settings, model, cases))
    topics = Store(settings.database_url).bank().topics.values()
    conversation = frozenset(topic.id for topic in topics if topic.group == "conversation")
    result = score([judge(case, replies) for case, replies in played], conversation_topics=conversation)
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
    typer.echo(
        f"\nThe assistant is ready at {url}\nTry it:\n"
        f"  curl -s {url}/webhooks/rest/webhook -H 'Content-Type: application/json' "
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
