"""Reads the bank from data/bank/*.yml, all of it or nothing.

profile.yml holds the provider, phrases.yml the words around the answers, sources.yml the sources; every
other file holds the topics of one group.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import yaml

from bot.bank import gsm7
from bot.bank.bank import Answer, Bank, Phrases, Profile, Source, Topic
from bot.bank.facets import Facet

MAX_WORDS = 90
"""Of a web answer."""
MAX_DETAIL_WORDS = 120
MAX_SMS = 320
"""Septets of an SMS answer."""

_SINGLE_FILES = ("profile.yml", "phrases.yml", "sources.yml")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_AS_OF = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class BankError(ValueError):
    """The bank's files can't be used.

    Attributes:
        problems: One line each: which file, which entry, which field, what is wrong.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def read_bank(folder: Path) -> Bank:
    """Reads and checks the bank.

    Args:
        folder: data/bank.

    Raises:
        BankError: If anything is wrong; it lists everything that is.
    """
    return _Reader(folder).read()


def read_profile(folder: Path) -> Profile:
    """Reads the provider's profile alone.

    Raises:
        BankError: If it is not usable.
    """
    reader = _Reader(folder)
    profile = reader.profile()
    if profile is None:
        raise BankError(reader.problems)
    return profile


class _Reader:
    """Collects the content and every problem with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problems: list[str] = []
        self._sources: dict[str, Source] = {}
        self._topics: dict[str, Topic] = {}
        self._answers: dict[str, Answer] = {}

    def read(self) -> Bank:
        profile = self.profile()
        phrases = self._phrases()
        self._read_sources()
        files = sorted(path for path in self._folder.glob("*.yml") if path.name not in _SINGLE_FILES)
        if not files:
            self._problem(str(self._folder), "there are no answer files")
        for path in files:
            self._read_group(path, profile)
        if self.problems or profile is None or phrases is None:
            raise BankError(self.problems)
        return Bank(profile, phrases, self._sources, self._topics, self._answers)

    def _problem(self, where: str, what: str) -> None:
        self.problems.append(f"{where}: {what}")

    def _yaml(self, path: Path) -> dict[str, Any]:
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self._problem(path.name, f"can't be read: {error}")
            return {}
        if not isinstance(content, dict):
            self._problem(path.name, "expected a table at the top")
            return {}
        return content

    def profile(self) -> Profile | None:
        content = self._yaml(self._folder / "profile.yml")
        before = len(self.problems)
        profile = Profile(
            provider=self._text(content, "provider", "profile.yml"),
            phone=self._text(content, "phone", "profile.yml"),
            state=self._text(content, "state", "profile.yml"),
            cities=self._texts(content, "cities", "profile.yml"),
            insurers=self._texts(content, "insurers", "profile.yml"),
        )
        return profile if len(self.problems) == before else None

    def _phrases(self) -> Phrases | None:
        where = "phrases.yml"
        content = self._yaml(self._folder / where)
        before = len(self.problems)
        facets = content.get("facets")
        titles, asked = {}, {}
        for facet in Facet:
            entry = facets.get(facet.value) if isinstance(facets, dict) else None
            entry = entry if isinstance(entry, dict) else {}
            titles[facet.value] = self._text(entry, "title", f"{where}: facets: {facet.value}")
            asked[facet.value] = self._text(entry, "asked", f"{where}: facets: {facet.value}")
        missing = content.get("no_answer")
        missing = missing if isinstance(missing, dict) else {}
        no_answer = {key: self._text(missing, key, f"{where}: no_answer") for key in ("web", "sms")}
        more, compared = self._text(content, "more", where), self._text(content, "compared", where)
        return Phrases(titles, asked, more, no_answer, compared) if len(self.problems) == before else None

    def _read_sources(self) -> None:
        for name, entry in self._yaml(self._folder / "sources.yml").items():
            where = f"sources.yml: {name}"
            if not isinstance(entry, dict):
                self._problem(where, "expected title, publisher, url and as_of")
                continue
            fields = {key: self._text(entry, key, where) for key in ("title", "publisher", "url", "as_of")}
            if fields["as_of"] and not _AS_OF.fullmatch(fields["as_of"]):
                self._problem(where, f"as_of: {fields['as_of']!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
            if fields["url"] and not fields["url"].startswith("https://"):
                self._problem(where, f"url: {fields['url']!r} must begin with https://")
            self._sources[str(name)] = Source(str(name), **fields)

    def _read_group(self, path: Path, profile: Profile | None) -> None:
        content = self._yaml(path)
        if not content:
            return
        group = self._text(content, "group", path.name)
        if group and group != path.stem:
            self._problem(path.name, f"group: {group!r} must be the file's name, {path.stem!r}")
        default_review = self._date(content, "review_by", path.name)
        topics = content.get("topics")
        if not isinstance(topics, dict) or not topics:
            self._problem(path.name, "topics: expected a table of topics")
            return
        for name, entry in topics.items():
            where = f"{path.name}: {name}"
            if not isinstance(name, str) or not _ID.fullmatch(name):
                self._problem(where, "a topic's id is lower case letters, digits and underscores")
            elif not isinstance(entry, dict):
                self._problem(where, "expected name, aliases and answers")
            elif name in self._topics:
                self._problem(where, f"the topic is already in {self._topics[name].group}.yml")
            else:
                self._read_topic(where, Topic(name, "", group), entry, default_review, profile)

    def _read_topic(
        self,
        where: str,
        topic: Topic,
        entry: dict[str, Any],
        default_review: datetime.date,
        profile: Profile | None,
    ) -> None:
        aliases = self._texts(entry, "aliases", where) if "aliases" in entry else ()
        topic = Topic(topic.id, self._text(entry, "name", where), topic.group, aliases)
        self._topics[topic.id] = topic
        answers = entry.get("answers")
        if not isinstance(answers, dict) or "overview" not in answers:
            self._problem(where, "answers: expected at least `overview`")
            return
        for name, fields in answers.items():
            place = f"{where}.{name}"
            try:
                facet = Facet(name)
            except ValueError:
                self._problem(place, f"unknown facet; use one of: {', '.join(f.value for f in Facet)}")
                continue
            if facet is not Facet.OVERVIEW and not topic.is_treatment:
                self._problem(place, "only treatments have facets beyond `overview`")
            elif not isinstance(fields, dict):
                self._problem(place, "expected text, sms and sources")
            else:
                self._read_answer(place, topic.id, facet, fields, default_review, profile)

    def _read_answer(
        self,
        where: str,
        topic: str,
        facet: Facet,
        fields: dict[str, Any],
        default_review: datetime.date,
        profile: Profile | None,
    ) -> None:
        known = {"text", "sms", "detail", "sources", "review_by", "gap"}
        for key in fields.keys() - known:
            self._problem(where, f"{key}: unknown field; use {', '.join(sorted(known))}")
        sources = self._texts(fields, "sources", where)
        for source in sources:
            if source not in self._sources:
                self._problem(where, f"sources: {source!r} is not in sources.yml")
        answer = Answer(
            topic=topic,
            facet=facet,
            text=self._text(fields, "text", where),
            sms=self._text(fields, "sms", where),
            detail=self._text(fields, "detail", where) if "detail" in fields else "",
            sources=sources,
            review_by=self._date(fields, "review_by", where) if "review_by" in fields else default_review,
            gap=fields.get("gap") is True,
        )
        self._answers[answer.id] = answer
        if profile is not None:
            self._check_spoken(where, answer, profile)

    def _check_spoken(self, where: str, answer: Answer, profile: Profile) -> None:
        """Checks what people will read, with the placeholders filled in."""
        for field, limit in (("text", MAX_WORDS), ("sms", None), ("detail", MAX_DETAIL_WORDS)):
            raw = getattr(answer, field)
            for name in _PLACEHOLDER.findall(raw):
                if name not in profile.placeholders:
                    known = ", ".join("{" + name + "}" for name in profile.placeholders)
                    self._problem(where, f"{field}: unknown placeholder {{{name}}}; use {known}")
            spoken = profile.fill(raw)
            if limit is not None and len(spoken.split()) > limit:
                self._problem(where, f"{field}: {len(spoken.split())} words, at most {limit}")
            if field == "sms":
                if gsm7.length(spoken) > MAX_SMS:
                    self._problem(where, f"sms: {gsm7.length(spoken)} characters, at most {MAX_SMS}")
                if gsm7.outside(spoken):
                    self._problem(where, f"sms: {gsm7.outside(spoken)!r} can't be sent in GSM-7; use plain letters")

    def _text(self, table: dict[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self._problem(where, f"{key}: expected a text" if key in table else f"{key}: missing")
            return ""
        return value.strip()

    def _texts(self, table: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v.strip() for v in value):
            self._problem(where, f"{key}: expected a list of texts")
            return ()
        return tuple(v.strip() for v in value)

    def _date(self, table: dict[str, Any], key: str, where: str) -> datetime.date:
        value = table.get(key)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        self._problem(where, f"{key}: expected a date such as 2027-05-22")
        return datetime.date.min


class _UniqueKeyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Plain YAML that refuses a key given twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)  # type: ignore[no-untyped-call]
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands here twice", key_node.start_mark)
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping
