"""Compares banks: what differs, and how edits made in two places are brought together."""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Mapping, Tuple

from bot.bank import content
from bot.bank.bank import Bank
from bot.bank.content import Content, build, typed


class Kind(str, enum.Enum):
    """What a change is about."""

    PROFILE = "profile"
    PHRASES = "phrases"
    SOURCE = "source"
    TOPIC = "topic"
    ANSWER = "answer"


Key = Tuple[Kind, str]
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    Attributes:
        kind: What it is.
        item: Its id; for the profile and the phrases the kind's name.
        before: Its fields, or None if it was not there.
        after: Its fields, or None if it is gone.
    """

    kind: Kind
    item: str
    before: Fields | None
    after: Fields | None

    @property
    def fields(self) -> list[str]:
        """Names of the fields that differ."""
        before, after = self.before or {}, self.after or {}
        return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def items(bank: Bank) -> dict[Key, Fields]:
    """Returns everything in a bank as plain fields, by kind and id."""
    found: dict[Key, Fields] = {
        (Kind.PROFILE, Kind.PROFILE.value): content.profile_fields(bank.profile),
        (Kind.PHRASES, Kind.PHRASES.value): content.phrase_fields(bank.phrases),
    }
    found.update(((Kind.SOURCE, source.id), content.source_fields(source)) for source in bank.sources.values())
    found.update(((Kind.TOPIC, topic.id), content.topic_fields(topic)) for topic in bank.topics.values())
    found.update(((Kind.ANSWER, answer.id), content.answer_fields(answer)) for answer in bank.answers.values())
    return found


def difference(before: Bank | None, after: Bank) -> list[Change]:
    """Returns what must change for one bank to become another."""
    old = items(before) if before is not None else {}
    new = items(after)
    return [
        Change(kind, item, old.get((kind, item)), new.get((kind, item)))
        for kind, item in {**old, **new}
        if old.get((kind, item)) != new.get((kind, item))
    ]


def check(bank: Bank) -> None:
    """Checks a bank that was changed here against all rules.

    Raises:
        BankError: If it breaks any.
    """
    build(typed(bank, where="in the database"))


def digests(bank: Bank) -> dict[Key, str]:
    """Returns a fingerprint of each thing in a bank."""
    return {key: _digest(fields) for key, fields in items(bank).items()}


def _digest(fields: Fields) -> str:
    return hashlib.sha256(json.dumps(fields, default=str, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Merged:
    """Two banks brought together.

    Attributes:
        bank: The result.
        conflicts: What was changed in both places, and was left as it is in the database: (kind, id).
    """

    bank: Bank
    conflicts: tuple[Key, ...]


def merge(current: Bank, files: Bank, baseline: Mapping[Key, str]) -> Merged:
    """Brings what the files hold into the bank of the database, and keeps what people changed there.

    Args:
        current: The database's bank.
        files: The files' bank.
        baseline: What the files held when they were last brought in, as digests.

    Returns:
        For each thing: the files' when only they changed it, the database's when only that was changed, and
        the database's, as a conflict, when both were.

    Raises:
        BankError: If the two together break a rule (an answer left without its source, for instance).
    """
    ours, theirs = digests(current), digests(files)
    kept = {
        key for key in {**ours, **theirs} if ours.get(key) != theirs.get(key) and ours.get(key) != baseline.get(key)
    }
    conflicts = tuple(key for key in sorted(kept) if theirs.get(key) != baseline.get(key))
    return Merged(build(_chosen(current, files, kept)), conflicts)


def _chosen(current: Bank, files: Bank, kept: set[Key]) -> Content:
    """Returns the files' content with some things as the database has them."""
    ours, theirs = typed(current, where="in the database"), typed(files, where="in the files")

    def pick(kind: Kind, mine: Any, other: Any) -> list[Any]:
        keep = [entry for entry in mine if (kind, entry.fields["id"]) in kept]
        return [*(entry for entry in other if (kind, entry.fields["id"]) not in kept), *keep]

    return Content(
        ours.profile if (Kind.PROFILE, Kind.PROFILE.value) in kept else theirs.profile,
        ours.phrases if (Kind.PHRASES, Kind.PHRASES.value) in kept else theirs.phrases,
        pick(Kind.SOURCE, ours.sources, theirs.sources),
        pick(Kind.TOPIC, ours.topics, theirs.topics),
        pick(Kind.ANSWER, ours.answers, theirs.answers),
    )
