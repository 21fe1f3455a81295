"""What people typed into a file of the bank, before it is checked, and the rules it must keep.

A reader (YAML, a workbook, the database) turns its source into a `Content`: plain values, each of which
knows where it stands. `build` checks them all and returns a `Bank`, or names everything that is wrong.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from bot.bank import gsm7
from bot.bank.bank import Answer, Bank, Phrases, Profile, Source, Status, Topic
from bot.bank.facets import Facet

MAX_WORDS = 90
"""Of a web answer."""
MAX_DETAIL_WORDS = 120
MAX_SMS = 320
"""Septets of an SMS answer."""

ANSWER_FIELDS = ("text", "sms", "detail", "sources", "review_by", "gap", "status")
PROFILE_FIELDS = tuple(field.name for field in dataclasses.fields(Profile))
SOURCE_FIELDS = ("title", "publisher", "url", "as_of")
TOPIC_FIELDS = ("name", "group", "aliases")
SPOKEN_BY_ITSELF = "conversation"
"""Group of the topics without which the assistant can't hold a conversation."""

_SIZES = ("web", "sms")
_SIZED = ("no_answer", "no_topic", "clarify")
"""Phrases that have a text for the web and one for SMS."""
_ID = re.compile(r"[a-z][a-z0-9_]*")
_AS_OF = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class BankError(ValueError):
    """The bank's content can't be used.

    Attributes:
        problems: One line each: where, which field, what is wrong, what to do.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Entry:
    """One thing as it was typed.

    Attributes:
        fields: Field -> value.
        place: Field -> where it stands, in words for people; "" for the thing itself.
    """

    fields: Mapping[str, Any]
    place: Callable[[str], str]


@dataclass(frozen=True)
class Content:
    """A bank as it was typed; sources, topics and answers hold their `id` among the fields."""

    profile: Entry | None
    phrases: Entry | None
    sources: Sequence[Entry]
    topics: Sequence[Entry]
    answers: Sequence[Entry]

    def over(self, base: Content) -> Content:
        """Returns this content laid over another: what stands in both is taken from this one."""

        def merged(mine: Sequence[Entry], theirs: Sequence[Entry]) -> list[Entry]:
            own = {entry.fields.get("id") for entry in mine}
            return [*(entry for entry in theirs if entry.fields.get("id") not in own), *mine]

        return Content(
            self.profile or base.profile,
            self.phrases or base.phrases,
            merged(self.sources, base.sources),
            merged(self.topics, base.topics),
            merged(self.answers, base.answers),
        )


def typed(bank: Bank, *, where: str) -> Content:
    """Returns a bank as if it had just been typed.

    Args:
        bank: The bank.
        where: What to call the place in messages about it, e.g. "in the database".
    """

    def entry(name: str, fields: dict[str, Any]) -> Entry:
        return Entry(fields, lambda field: ": ".join(filter(None, (where, name, field))))

    return Content(
        entry("profile", profile_fields(bank.profile)),
        entry("phrases", phrase_fields(bank.phrases)),
        [entry(source.id, source_fields(source)) for source in bank.sources.values()],
        [entry(topic.id, topic_fields(topic)) for topic in bank.topics.values()],
        [entry(answer.id, answer_fields(answer)) for answer in bank.answers.values()],
    )


def profile_fields(profile: Profile) -> dict[str, Any]:
    """Returns a profile as plain values."""
    return {**dataclasses.asdict(profile), "cities": list(profile.cities), "insurers": list(profile.insurers)}


def phrase_fields(phrases: Phrases) -> dict[str, Any]:
    """Returns the phrases as plain values, those within others named with dots."""
    flat: dict[str, Any] = {}
    for facet in Facet:
        flat[f"facets.{facet.value}.title"] = phrases.titles[facet.value]
        flat[f"facets.{facet.value}.asked"] = phrases.asked[facet.value]
    flat["more"], flat["compared"] = phrases.more, phrases.compared
    for size in _SIZES:
        for name in _SIZED:
            flat[f"{name}.{size}"] = getattr(phrases, name)[size]
    return flat


def source_fields(source: Source) -> dict[str, Any]:
    """Returns a source as plain values."""
    return dataclasses.asdict(source)


def topic_fields(topic: Topic) -> dict[str, Any]:
    """Returns a topic as plain values."""
    return {**dataclasses.asdict(topic), "aliases": list(topic.aliases)}


def answer_fields(answer: Answer) -> dict[str, Any]:
    """Returns an answer as plain values."""
    fields = {name: getattr(answer, name) for name in ANSWER_FIELDS}
    return {"id": answer.id, **fields, "sources": list(answer.sources), "status": answer.status.value}


def build(content: Content) -> Bank:
    """Checks what was typed and returns the bank.

    Raises:
        BankError: If anything is wrong; it lists everything that is.
    """
    return _Builder().build(content)


def build_profile(entry: Entry) -> Profile:
    """Checks a profile alone.

    Raises:
        BankError: If it is not usable.
    """
    builder = _Builder()
    profile = builder.profile(entry)
    if profile is None:
        raise BankError(builder.problems)
    return profile


class _Builder:
    """Collects the bank and every problem with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def build(self, content: Content) -> Bank:
        profile = self.profile(content.profile) if content.profile else None
        phrases = self._phrases(content.phrases) if content.phrases else None
        sources = {source.id: source for source in map(self._source, self._once(content.sources)) if source}
        topics = {topic.id: topic for topic in map(self._topic, self._once(content.topics)) if topic}
        answers: dict[str, Answer] = {}
        for entry in self._once(content.answers):
            answer = self._answer(entry, topics, sources)
            if answer is not None:
                answers[answer.id] = answer
                if profile is not None:
                    self._check_spoken(entry, answer, profile)
                self._check_status(entry, answer, topics[answer.topic])
        for entry in content.topics:
            name = entry.fields.get("id")
            if name in topics and f"{name}.{Facet.OVERVIEW.value}" not in answers:
                self._problem(entry, "answers", "expected at least `overview`")
        if not content.profile or not content.phrases or not topics:
            self.problems.append("there is no bank here yet: a profile, phrases, and topics with answers are needed")
        if self.problems or profile is None or phrases is None:
            raise BankError(self.problems)
        return Bank(profile, phrases, sources, topics, answers)

    def _problem(self, entry: Entry, field: str, what: str) -> None:
        self.problems.append(f"{entry.place(field)}: {what}")

    def _once(self, entries: Sequence[Entry]) -> list[Entry]:
        """Returns the entries, without those whose id another had before."""
        first: dict[str, Entry] = {}
        for entry in entries:
            name = entry.fields.get("id")
            if not isinstance(name, str) or not name:
                self._problem(entry, "id", "missing")
            elif name in first:
                self._problem(entry, "", f"{name} is already in {first[name].place('')}")
            else:
                first[name] = entry
        return list(first.values())

    def profile(self, entry: Entry) -> Profile | None:
        before = len(self.problems)
        self._check_known(entry, PROFILE_FIELDS)
        profile = Profile(
            provider=self._text(entry, "provider"),
            leader=self._text(entry, "leader"),
            phone=self._text(entry, "phone"),
            state=self._text(entry, "state"),
            schedule=self._text(entry, "schedule"),
            cities=self._texts(entry, "cities"),
            insurers=self._texts(entry, "insurers"),
        )
        return profile if len(self.problems) == before else None

    def _phrases(self, entry: Entry) -> Phrases | None:
        before = len(self.problems)
        titles = {facet.value: self._text(entry, f"facets.{facet.value}.title") for facet in Facet}
        asked = {facet.value: self._text(entry, f"facets.{facet.value}.asked") for facet in Facet}
        sized = {name: {size: self._text(entry, f"{name}.{size}") for size in _SIZES} for name in _SIZED}
        phrases = Phrases(
            titles, asked, more=self._text(entry, "more"), compared=self._text(entry, "compared"), **sized
        )
        self._check_known(entry, tuple(phrase_fields(phrases)))
        return phrases if len(self.problems) == before else None

    def _source(self, entry: Entry) -> Source | None:
        self._check_known(entry, ("id", *SOURCE_FIELDS))
        fields = {name: self._text(entry, name) for name in SOURCE_FIELDS}
        if fields["as_of"] and not _AS_OF.fullmatch(fields["as_of"]):
            self._problem(entry, "as_of", f"{fields['as_of']!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        if fields["url"] and not fields["url"].startswith("https://"):
            self._problem(entry, "url", f"{fields['url']!r} must begin with https://")
        return Source(id=entry.fields["id"], **fields)

    def _topic(self, entry: Entry) -> Topic | None:
        self._check_known(entry, ("id", *TOPIC_FIELDS))
        name = entry.fields["id"]
        if not _ID.fullmatch(name):
            self._problem(entry, "id", f"{name!r}: a topic's id is lower case letters, digits and underscores")
            return None
        aliases = self._texts(entry, "aliases") if entry.fields.get("aliases") else ()
        return Topic(name, self._text(entry, "name"), self._text(entry, "group"), aliases)

    def _answer(self, entry: Entry, topics: Mapping[str, Topic], sources: Mapping[str, Source]) -> Answer | None:
        self._check_known(entry, ("id", *ANSWER_FIELDS))
        topic, _, facet = entry.fields["id"].partition(".")
        if topic not in topics:
            self._problem(entry, "id", f"there is no topic {topic!r}; an answer's id is TOPIC.FACET")
            return None
        if facet not in {known.value for known in Facet}:
            self._problem(entry, "id", f"unknown facet {facet!r}; use {', '.join(known.value for known in Facet)}")
            return None
        if facet != Facet.OVERVIEW.value and not topics[topic].is_treatment:
            self._problem(entry, "id", "only treatments have facets beyond `overview`")
        cited = self._texts(entry, "sources")
        for source in cited:
            if source not in sources:
                self._problem(entry, "sources", f"{source!r} is not in the sources; describe it there first")
        return Answer(
            topic=topic,
            facet=Facet(facet),
            text=self._text(entry, "text"),
            sms=self._text(entry, "sms"),
            detail=self._text(entry, "detail") if entry.fields.get("detail") else "",
            sources=cited,
            review_by=self._date(entry, "review_by"),
            gap=self._flag(entry, "gap"),
            status=self._status(entry),
        )

    def _check_spoken(self, entry: Entry, answer: Answer, profile: Profile) -> None:
        """Checks what people will read, with the placeholders filled in."""
        for field, limit in (("text", MAX_WORDS), ("sms", None), ("detail", MAX_DETAIL_WORDS)):
            raw = getattr(answer, field)
            for name in _PLACEHOLDER.findall(raw):
                if name not in profile.placeholders:
                    known = ", ".join("{" + name + "}" for name in profile.placeholders)
                    self._problem(entry, field, f"unknown placeholder {{{name}}}; use {known}")
            spoken = profile.fill(raw)
            if limit is not None and len(spoken.split()) > limit:
                self._problem(entry, field, f"{len(spoken.split())} words, at most {limit}: shorten it")
            if field == "sms":
                if gsm7.length(spoken) > MAX_SMS:
                    self._problem(entry, field, f"{gsm7.length(spoken)} characters, at most {MAX_SMS}: shorten it")
                if gsm7.outside(spoken):
                    self._problem(entry, field, f"{gsm7.outside(spoken)!r} can't be sent in GSM-7; use plain letters")

    def _check_status(self, entry: Entry, answer: Answer, topic: Topic) -> None:
        if topic.group == SPOKEN_BY_ITSELF and answer.status is not Status.PUBLISHED:
            self._problem(entry, "status", "the assistant can't do without this answer: it must stay published")

    def _check_known(self, entry: Entry, known: Sequence[str]) -> None:
        for field in entry.fields.keys() - set(known):
            self._problem(entry, str(field), f"unknown field; use {', '.join(sorted(known))}")

    def _text(self, entry: Entry, field: str) -> str:
        value = entry.fields.get(field)
        if not isinstance(value, str) or not value.strip():
            self._problem(entry, field, "missing: type a text" if value in (None, "") else "expected a text")
            return ""
        if found := _UNPRINTABLE.search(value):
            self._problem(entry, field, f"holds the invisible character U+{ord(found.group()):04X}: remove it")
        return value.strip()

    def _texts(self, entry: Entry, field: str) -> tuple[str, ...]:
        value = entry.fields.get(field)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v.strip() for v in value):
            self._problem(entry, field, "expected a list of texts")
            return ()
        return tuple(v.strip() for v in value)

    def _date(self, entry: Entry, field: str) -> datetime.date:
        value = entry.fields.get(field)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        self._problem(entry, field, "expected a date such as 2027-05-22")
        return datetime.date.min

    def _flag(self, entry: Entry, field: str) -> bool:
        value = entry.fields.get(field, False)
        if not isinstance(value, bool):
            self._problem(entry, field, "expected true or false")
        return value is True

    def _status(self, entry: Entry) -> Status:
        value = entry.fields.get("status", Status.PUBLISHED.value)
        try:
            return Status(value)
        except ValueError:
            known = ", ".join(status.value for status in Status)
            self._problem(entry, "status", f"unknown status {value!r}; use {known}")
            return Status.DRAFT
