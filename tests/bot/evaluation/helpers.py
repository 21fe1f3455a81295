"""Cases and replies made up for the tests of the evaluation."""

from __future__ import annotations

from typing import Any

from bot.evaluation.cases import Case
from bot.evaluation.scoring import Heard, Judged, judge
from bot.safety import Level

INSTRUCTIONS = {"text": "Call or text 988", "metadata": {"level": "crisis"}}
SUPPORT = {"text": "988 is there", "metadata": {"level": "support"}}
OUT_OF_SCOPE = "out_of_scope.overview"


def case(
    *expect: str, say: str = "?", level: str | None = None, ok: tuple[str, ...] = (), tags: tuple[str, ...] = ()
) -> Case:
    """Returns a case; each of `expect` is one part of the reply, its ids parted by |."""
    parts = [part.split("|") for part in expect]
    main = Level.parse(level) if level else None
    return Case(
        say=(say,),
        expect=tuple(frozenset(ids) for ids in parts),
        holds=(),
        levels=frozenset(Level.parse(name) for name in ([level] if level else []) + list(ok)),
        tags=tags,
        where="made_up.yml:1",
        main=tuple(ids[0] for ids in parts),
        main_level=main,
    )


def answer(answer_id: str, text: str = "An answer.") -> dict[str, Any]:
    return {"text": text, "metadata": {"answer_id": answer_id}}


def asked_back(*ids: str) -> dict[str, Any]:
    return {"text": "Which one?", "metadata": {"clarify": list(ids)}}


def judged(one: Case, *replies: dict[str, Any], heard: Heard | None = None) -> Judged:
    return judge(one, replies, heard)
