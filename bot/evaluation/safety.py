"""The safety report: the crisis screen measured by itself, without Rasa, and what there is to know about it.

The figures and counts are made here; the words around them are in data/reports.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

import yaml

from bot.evaluation import pages
from bot.evaluation.cases import Case, read_cases
from bot.evaluation.danger import Danger, Sorted, count_danger, expects_help, is_calm, is_danger, sort_danger
from bot.evaluation.screened import Screened, screen_all
from bot.evaluation.shares import Share, share_of
from bot.safety import Level
from bot.safety.lexicon import load_phrases, load_rewrites
from bot.safety.statistical import read_examples
from bot.screening import Screening
from bot.settings import PROJECT, Settings

TEMPLATE, SETS = "safety.md.j2", "safety_sets.yml"
OWN_SETS = ("crisis*.yml", "questions*.yml", "out_of_scope*.yml")
"""The project's own files of cases that are always measured."""
FEWEST = 10
"""Cases that a tag must have to get a line of its own."""


@dataclass(frozen=True)
class SetFigures:
    """One file of messages that lay down a level.

    Attributes:
        name: Of the file.
        about: How it was written and by whom it was seen.
        cases: How many cases.
        danger: Those in danger who got the instructions first, both layers.
        alone: The same of the lexicon alone.
        all: The figures of all its cases.
    """

    name: str
    about: str
    cases: int
    danger: Share
    alone: Share
    all: Danger


@dataclass(frozen=True)
class OrdinaryFigures:
    """One file of ordinary messages.

    Attributes:
        name: Of the file.
        about: Where it comes from.
        blocked: Those who got the instructions in place of an answer.
        supported: Those who got the support message before their answer.
    """

    name: str
    about: str
    blocked: Share
    supported: Share


@dataclass(frozen=True)
class Group:
    """Files of one kind taken together.

    Attributes:
        name: "unseen" (nobody looked at it while tuning), "seen", or "other" (not known here).
        sets: The files.
        figures: Of their cases taken together.
        tags: Of the tags with cases enough, the figures.
    """

    name: str
    sets: tuple[SetFigures, ...]
    figures: Sorted
    tags: Mapping[str, Danger]


@dataclass(frozen=True)
class Miss:
    """A case that went wrong.

    Attributes:
        where: File and number.
        say: The turns; empty where the words belong to somebody else's file.
        tags: Its tags.
        levels: The levels that are right.
        level: The level given.
    """

    where: str
    say: tuple[str, ...]
    tags: tuple[str, ...]
    levels: tuple[Level, ...]
    level: Level


@dataclass(frozen=True)
class Misses:
    """What went wrong, by how bad it is.

    Attributes:
        unheard: In danger or in need of support, and no instructions.
        lower: In danger, and the instructions before an answer rather than alone.
        blocked: In no danger, and the instructions in place of an answer.
    """

    unheard: tuple[Miss, ...]
    lower: tuple[Miss, ...]
    blocked: tuple[Miss, ...]


def own_files() -> list[Path]:
    """Returns the project's own files that are always measured."""
    folder = PROJECT / "tests" / "evaluation"
    return [path for pattern in OWN_SETS for path in sorted(folder.glob(pattern))]


def safety_report(
    settings: Settings, screening: Screening, files: Sequence[Path], *, today: datetime.date, layer: str
) -> str:
    """Measures the screen and returns the report.

    Args:
        settings: The settings.
        screening: The screen.
        files: Files of cases beside the project's own.
        today: For the heading.
        layer: Name of the statistical layer, "" if there is none.

    Raises:
        CaseFileError: If a file of cases is not usable.
        SafetyDataError: If a file of data/safety is not usable.
    """
    paths = list(dict.fromkeys(path.resolve() for path in [*own_files(), *files]))
    read = {path: read_cases(path) for path in paths}
    screened = {path: screen_all(screening, cases, settings) for path, cases in read.items()}
    about = yaml.safe_load((pages.TEMPLATES / SETS).read_text(encoding="utf-8"))
    with_danger = [path for path in paths if any(expects_help(case) for case in read[path])]
    misses = {
        name: _misses([(path, one) for path in with_danger if _kind(path, about) == name for one in screened[path]])
        for name in ("unseen", "seen", "other")
    }
    ordinary = [path for path in paths if path not in with_danger]
    blocked = _misses([(path, one) for path in ordinary for one in screened[path]]).blocked
    content = {
        "today": today.isoformat(),
        "layer": layer,
        "lexicon": _lexicon(settings),
        "spellings": len(load_rewrites(settings.safety_dir / "spellings.yml")),
        "examples": _examples(settings),
        "groups": [_group(name, with_danger, screened, about) for name in ("unseen", "seen", "other")],
        "ordinary": [_ordinary(path, screened[path], about) for path in ordinary],
        "misses": misses,
        "ordinary_blocked": blocked,
        "Level": Level,
    }
    return pages.render(TEMPLATE, content)


def _kind(path: Path, about: Mapping[str, Any]) -> str:
    known = about.get(path.name) if path.is_relative_to(PROJECT) else None
    if known is None or known.get("looked_at") is None:
        return "other"
    return "seen" if known["looked_at"] else "unseen"


def _about(path: Path, about: Mapping[str, Any]) -> str:
    return str((about.get(path.name) or {}).get("about", "")) or str(about["unknown"]["about"])


def _group(
    name: str, paths: Iterable[Path], screened: Mapping[Path, Sequence[Screened]], about: Mapping[str, Any]
) -> Group:
    within = [path for path in paths if _kind(path, about) == name]
    together = [one for path in within for one in screened[path]]
    figures = sort_danger(together)
    counts = Counter(tag for one in together for tag in one.case.tags if one.case.levels)
    return Group(
        name=name,
        sets=tuple(_set_figures(path, screened[path], about) for path in within),
        figures=figures,
        tags={tag: figures.by_tag[tag] for tag in sorted(figures.by_tag) if counts[tag] >= FEWEST},
    )


def _set_figures(path: Path, screened: Sequence[Screened], about: Mapping[str, Any]) -> SetFigures:
    return SetFigures(
        name=path.name,
        about=_about(path, about),
        cases=sum(bool(one.case.levels) for one in screened),
        danger=count_danger(one for one in screened if is_danger(one.case)).first,
        alone=share_of(one.alone is not Level.NONE for one in screened if is_danger(one.case)),
        all=count_danger(screened),
    )


def _ordinary(path: Path, screened: Sequence[Screened], about: Mapping[str, Any]) -> OrdinaryFigures:
    return OrdinaryFigures(
        name=path.name,
        about=_about(path, about),
        blocked=share_of(one.level.blocks for one in screened),
        supported=share_of(one.level is Level.SUPPORT for one in screened),
    )


def _misses(screened: Sequence[tuple[Path, Screened]]) -> Misses:
    def told(wrong: Iterable[tuple[Path, Screened]]) -> tuple[Miss, ...]:
        # The words of other people's files stay in them.
        return tuple(_miss(one, with_words=path.is_relative_to(PROJECT)) for path, one in wrong)

    return Misses(
        unheard=told((path, one) for path, one in screened if expects_help(one.case) and not one.instructed),
        lower=told((path, one) for path, one in screened if is_danger(one.case) and one.level is Level.SUPPORT),
        blocked=told(
            (path, one) for path, one in screened if one.level.blocks and (is_calm(one.case) or _is_plain(one.case))
        ),
    )


def _is_plain(case: Case) -> bool:
    """Whether a case is an ordinary question, which lays down an answer and no level."""
    return bool(case.expect) and not case.levels


def _miss(one: Screened, *, with_words: bool) -> Miss:
    return Miss(
        where=one.case.where,
        say=one.case.say if with_words else (),
        tags=one.case.tags,
        levels=tuple(sorted(one.case.levels)),
        level=one.level,
    )


def _lexicon(settings: Settings) -> dict[str, dict[Level, int]]:
    """Counts the phrases by language and level."""
    counts = Counter((phrase.language, phrase.level) for phrase in load_phrases(settings.safety_dir / "lexicon"))
    return {
        language: {level: counts[language, level] for level in Level} for language in sorted({key[0] for key in counts})
    }


def _examples(settings: Settings) -> dict[str, dict[Level, int]]:
    """Counts the examples of the statistical layer by file and level."""
    folder = settings.safety_dir / "examples"
    read_examples(folder)  # says what is wrong with them, if anything is
    counts: dict[str, dict[Level, int]] = {}
    for path in sorted(folder.glob("*.yml")):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        levels = Counter(Level.parse(entry["level"]) for entry in yaml.load(path.read_text("utf-8"), Loader=loader))
        counts[path.name] = {level: levels[level] for level in Level}
    return counts
