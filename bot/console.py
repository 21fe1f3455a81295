"""What the commands share: the settings, output, and errors in one clear line."""

from __future__ import annotations

import logging
import os
import sys
from typing import Callable, NoReturn, TypeVar

import typer
from rich.console import Console

from bot.bank.content import BankError
from bot.bank.database import BankUnavailableError
from bot.safety.lexicon import SafetyDataError
from bot.settings import PROJECT, Settings, SettingsError, load_settings
from bot.web.bundle import BundleError

out, err = Console(), Console(stderr=True)
T = TypeVar("T")


def settings() -> Settings:
    """Returns the settings, and makes the process fit for the libraries behind the commands."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # Nobody here can act on the warnings of the libraries behind Rasa, some of which insist on being shown.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    os.chdir(PROJECT)
    if str(PROJECT) not in sys.path:
        sys.path.insert(0, str(PROJECT))
    return checked(load_settings)


def checked(work: Callable[[], T]) -> T:
    """Runs something; says in one line what is wrong when a file, setting or database is."""
    try:
        return work()
    except (BankError, BankUnavailableError, BundleError, SafetyDataError, SettingsError) as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """Ends the command with a message."""
    err.print(message, style="red", highlight=False, markup=False)
    raise typer.Exit(1)
