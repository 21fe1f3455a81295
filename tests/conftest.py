"""What several tests share: the real data, a model trained once a run, and a real server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sanic import Sanic
from sanic.touchup.service import TouchUp

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Two cores: TensorFlow and BLAS get in each other's way with more.
os.environ.setdefault("OMP_NUM_THREADS", "2")

from bot.bank import Bank
from bot.bank.files import read_bank
from bot.bank.store import Store
from bot.safety import Messages, Screen, load_messages, load_screen
from bot.settings import PROJECT, Settings, load_settings

STARTUP_SECONDS = 120


@pytest.fixture(scope="session", autouse=True)
def sanic_starts_again() -> Iterator[None]:
    """Lets several servers start in one process: Sanic rewrites its own methods at a start, and can do so once."""
    rewrite, done = TouchUp.run, []

    def run_once(app: Sanic) -> None:
        if not done:
            done.append(app)
            rewrite(app)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TouchUp, "run", run_once)
        yield


@pytest.fixture(scope="session")
def bank() -> Bank:
    return read_bank(PROJECT / "data" / "bank")


@pytest.fixture(scope="session")
def screen() -> Screen:
    return load_screen(PROJECT / "data" / "safety")


@pytest.fixture(scope="session")
def messages() -> Messages:
    return load_messages(PROJECT / "data" / "safety")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, bank: Bank) -> Settings:
    """Settings with a database of their own that holds the bank."""
    url = f"sqlite:///{tmp_path_factory.mktemp('bank') / 'trd.db'}"
    Store(url).load_files(bank)
    return load_settings().copy(update={"database_url": url})


@pytest.fixture(scope="session")
def model() -> Path:
    """The model for the present training data, trained if there is none yet."""
    subprocess.run([sys.executable, "-W", "ignore", "-m", "bot", "train"], cwd=PROJECT, check=True)
    from bot.training import current_model

    path = current_model(load_settings())
    assert path is not None
    return path


class Server:
    """A running assistant; `said` holds the lines that it has printed."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url, self.process = url, process
        self.said: list[str] = []

    def post(self, body: object, **kwargs: object) -> requests.Response:
        return requests.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=30, **kwargs)  # type: ignore[arg-type]

    def say(self, text: str, sender: str) -> list[dict]:
        response = self.post({"sender": sender, "message": text})
        response.raise_for_status()
        return response.json()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(*, wait_for: str, **environment: str) -> Iterator[Server]:
    """Starts `trd serve` on a free port and waits until its output holds a text."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "bot", "serve"],
        cwd=PROJECT,
        env={**os.environ, "PORT": str(port), "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        _wait_for(process, wait_for, server.said)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[str], text: str, seen: list[str]) -> None:
    """Reads a server's output up to a text, then keeps reading in the background so that it never blocks."""
    import threading

    found = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            seen.append(line)
            if text in line:
                found.set()
        found.set()

    threading.Thread(target=read, daemon=True).start()
    found.wait(STARTUP_SECONDS)
    assert any(text in line for line in seen), "the server did not come up:\n" + "".join(seen[-40:])


@pytest.fixture(scope="session")
def server(model: Path, settings: Settings) -> Iterator[Server]:
    """The assistant as `make run` starts it."""
    with running_server(wait_for="The assistant is ready", DATABASE_URL=settings.database_url) as running:
        yield running
