"""The `trd sms` commands: try the channel, count what it costs, and what the carrier says when we are down."""

from __future__ import annotations

import contextlib
import secrets
import statistics
import sys
from collections import Counter
from typing import Iterator, List, Optional

import typer

from bot.bank import gsm7, replies
from bot.bank.bank import Bank
from bot.bank.database import Database
from bot.bank.files import read_bank, read_profile
from bot.channels.sms.simulation import Phone, SimulationError, own_server
from bot.channels.sms.text import Sms, compose
from bot.channels.sms.twiml import twiml
from bot.channels.sms.words import Words, read_words
from bot.console import checked, err, fail, out, settings
from bot.records.sms import SmsStore
from bot.safety import load_messages
from bot.settings import Settings

sms_app = typer.Typer(help="SMS: try it, count its segments, the carrier's fallback.", no_args_is_help=True)

_END = "/quit"


@sms_app.command()
def simulate(
    number: Optional[str] = typer.Option(None, "--from", help="The number to text from; by default a new one."),
    url: Optional[str] = typer.Option(
        None, help="A running server (with TWILIO_AUTH_TOKEN and PUBLIC_URL as it has them); by default one of its own."
    ),
) -> None:
    """Text with the assistant in the terminal, through the real webhook, with signatures and segments."""
    configured = settings()
    sender = number or f"+1555{secrets.randbelow(10**7):07d}"

    @contextlib.contextmanager
    def phone() -> Iterator[Phone]:
        if url is None:
            with err.status("Starting a server ..."):
                server = contextlib.ExitStack()
                own = server.enter_context(own_server(sender))
            with server:
                yield own
            return
        token = configured.twilio_auth_token.get_secret_value()
        if not token:
            fail("TWILIO_AUTH_TOKEN must be set as the running server has it, or leave out --url")
        yield Phone(url, public_url=configured.public_url or url, token=token, number=sender)

    try:
        with phone() as own:
            _converse(own, sender)
    except SimulationError as error:
        fail(str(error))


@sms_app.command()
def fallback() -> None:
    """Print the TwiML to keep at the carrier, which it sends when the assistant can't be reached."""
    configured = settings()
    typer.echo(twiml(_words(configured).fallback))


@sms_app.command()
def segments(
    each: bool = typer.Option(False, "--each", help="Also a line for every answer."),
) -> None:
    """Count the segments of every answer of the bank's files, as it is sent, and of the crisis texts."""
    configured = settings()
    bank, words = checked(lambda: read_bank(configured.bank_dir)), _words(configured)
    found = {answer_id: sms for answer_id, sms in _answers(bank, words)}
    if each:
        for answer_id, sms in found.items():
            out.print(f"{sms.size.segments}  {sms.size.units:>3}  {answer_id}", highlight=False, markup=False)
    _print_counts("answers", [sms.size for sms in found.values()])
    messages = checked(lambda: load_messages(configured.safety_dir))
    danger = [
        gsm7.size(texts["sms"])
        for level, variants in messages.by_level.items()
        if level.blocks
        for variant in variants.values()
        for texts in variant.values()
    ]
    _print_counts("texts for people in danger", danger)


@sms_app.command()
def usage() -> None:
    """Count the texts and segments that were sent on each day that is still kept."""
    configured = settings()
    days = checked(lambda: SmsStore(Database(configured.database_url)).usage())
    for day in days:
        out.print(f"{day.day}  {day.messages} texts  {day.segments} segments", highlight=False)
    texts, sent = sum(day.messages for day in days), sum(day.segments for day in days)
    out.print(f"{texts} texts, {sent} segments in all", highlight=False)


def _converse(phone: Phone, number: str) -> None:
    err.print(f"Texting from {number}. {_END} or Ctrl-D ends it; STOP is a message.", highlight=False, markup=False)
    while True:
        try:
            said = input("> ") if sys.stdin.isatty() else input()
        except EOFError:
            return
        if said.strip() == _END:
            return
        if not sys.stdin.isatty():
            out.print(f"\n> {said}", highlight=False, markup=False, soft_wrap=True)
        reply = phone.send(said)
        size = gsm7.size(reply)
        out.print(reply or "(no reply)", highlight=False, markup=False, soft_wrap=True)
        if reply:
            note = f"[{size.segments} segments, {size.units} units, {size.encoding}]"
            out.print(note, style="dim", highlight=False, markup=False)


def _words(configured: Settings) -> Words:
    return checked(lambda: read_words(read_profile(configured.bank_dir)))


def _answers(bank: Bank, words: Words) -> Iterator[tuple[str, Sms]]:
    """Yields every answer as it is sent."""
    for answer in bank.spoken.values():
        reply = replies.answer(bank, answer.topic, answer.facet, channel="sms")
        message = {"text": reply.text, "buttons": list(reply.buttons), "metadata": reply.metadata}
        yield answer.id, compose([message], words)


def _print_counts(what: str, sizes: List[gsm7.Size]) -> None:
    counts = Counter(size.segments for size in sizes)
    shares = ", ".join(f"{counts[number]} of {number}" for number in sorted(counts))
    mean, median = statistics.mean(size.segments for size in sizes), statistics.median(s.segments for s in sizes)
    out.print(f"{len(sizes)} {what}: {shares} segments; mean {mean:.2f}, median {median:g}, most {max(counts)}")
