"""Evaluation files: what is said, and what the reply must be.

A file is YAML (a list) or JSON lines of `{say, expect?, expect_all?, holds?, level?, level_ok?, tags?}`. A `say` that
is a list is several turns of one conversation, judged on the last. `expect`: any of these answer ids is right;
`expect_all`: one of each inner list. `holds`: lists of wordings, one of each list must be in the reply's text.
`level`: the level of the reply, or "any". A conversation is `{name, turns: [case, ...]}`, each turn judged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional

import yaml

from bot.safety import Level

ANY_LEVEL = "any"


class CaseFileError(ValueError):
    """An evaluation file can't be used; the message says which entry and why."""


@dataclass(frozen=True)
class Case:
    """One thing said and what must come of it.

    Attributes:
        say: The turns of the conversation; the last one is judged.
        expect: For each answer that the reply must hold, the ids that count; empty if no id is asked for.
        holds: For each fact that the reply must hold, its wordings in lower case.
        levels: The levels that are right; empty if any is.
        tags: Groups to count it under.
        where: File and number, to find it again.
        main: Of each answer that the reply must hold, the id named first: the one to count it under.
        main_level: The level named first; None if any would do.
    """

    say: tuple[str, ...]
    expect: tuple[frozenset[str], ...]
    holds: tuple[frozenset[str], ...]
    levels: frozenset[Level]
    tags: tuple[str, ...]
    where: str
    main: tuple[str, ...] = ()
    main_level: Optional[Level] = None

    @property
    def file(self) -> str:
        """Name of the file it stands in."""
        return self.where.partition(":")[0]


def read_cases(path: Path) -> list[Case]:
    """Reads an evaluation file.

    Raises:
        CaseFileError: If the file or an entry is not usable.
    """
    return list(_cases(path))


def _cases(path: Path) -> Iterator[Case]:
    for number, entry in enumerate(_entries(path), start=1):
        where = f"{path.name}:{number}"
        if not isinstance(entry, dict):
            raise CaseFileError(f"{where}: expected a table with `say` or `turns`")
        if "turns" not in entry:
            yield _case(entry, (), where)
            continue
        said: tuple[str, ...] = ()
        for turn in entry["turns"]:
            case = _case(turn, said, f"{where} ({entry.get('name', 'conversation')})")
            said = case.say
            yield case


def _entries(path: Path) -> list[Any]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        content = yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CaseFileError(f"{path} can't be read: {error}") from error
    if not isinstance(content, list):
        raise CaseFileError(f"{path}: expected a list of cases")
    return content


def _case(entry: Any, said: tuple[str, ...], where: str) -> Case:
    if not isinstance(entry, dict) or not entry.get("say"):
        raise CaseFileError(f"{where}: `say` is missing")
    say = entry["say"] if isinstance(entry["say"], list) else [entry["say"]]
    expect = [*([entry["expect"]] if entry.get("expect") else []), *(entry.get("expect_all") or [])]
    named = entry.get("level")
    try:
        level = None if named in (None, ANY_LEVEL) else Level.parse(named)
        levels = {Level.parse(name) for name in entry.get("level_ok") or []} | ({level} if level is not None else set())
    except ValueError as error:
        raise CaseFileError(f"{where}: {error}") from None
    return Case(
        say=(*said, *(str(turn) for turn in say)),
        expect=tuple(frozenset(ids) for ids in expect),
        holds=tuple(frozenset(str(words).lower() for words in group) for group in entry.get("holds") or []),
        levels=frozenset(levels),
        tags=tuple(str(tag) for tag in entry.get("tags") or []),
        where=where,
        main=tuple(str(next(iter(ids))) for ids in expect if ids),
        main_level=level,
    )
