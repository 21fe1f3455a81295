"""Whole conversations, one behaviour a file, replayed through the real HTTP server."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from bot.evaluation.cases import read_cases
from bot.evaluation.scoring import judge
from bot.settings import PROJECT
from tests.conftest import Server

FILES = sorted((PROJECT / "tests" / "conversations").glob("*.yml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(server: Server, path: Path) -> None:
    sender = uuid.uuid4().hex
    for case in read_cases(path):
        judged = judge(case, server.say(case.say[-1], sender))
        assert judged.right, f"{case.say[-1]!r} got {judged.answers} ({judged.level.label})"


def test_there_are_conversations() -> None:
    assert len(FILES) >= 12
