"""The bank as YAML: a folder of files (data/bank), or all of it in one.

In the folder, profile.yml holds the provider, phrases.yml the words around the answers, sources.yml the
sources; every other file holds the topics of one group. One file alone holds the same under `profile`,
`phrases`, `sources` and `groups`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from bot.bank import content
from bot.bank.bank import Answer, Bank, Profile, Status
from bot.bank.content import BankError, Content, Entry, build, build_profile

_SINGLE_FILES = ("profile.yml", "phrases.yml", "sources.yml")
_LINE = 120


def read_bank(path: Path) -> Bank:
    """Reads and checks the bank.

    Args:
        path: A folder such as data/bank, or one YAML file.

    Raises:
        BankError: If anything is wrong; it lists everything that is.
    """
    return build(read_content(path))


def read_profile(folder: Path) -> Profile:
    """Reads the provider's profile alone.

    Raises:
        BankError: If it is not usable.
    """
    reader = _Reader()
    entry = reader.profile(reader.table(folder / "profile.yml"), "profile.yml")
    if reader.problems:
        raise BankError(reader.problems)
    return build_profile(entry)


def read_content(path: Path) -> Content:
    """Reads a folder or a file as it was typed.

    Raises:
        BankError: If it can't be read at all, or is not laid out as a bank.
    """
    reader = _Reader()
    found = reader.folder(path) if path.is_dir() or not path.suffix else reader.file(path)
    if reader.problems:
        raise BankError(reader.problems)
    return found


def write_bank(bank: Bank, path: Path) -> None:
    """Writes the bank, so that reading it gives the same bank.

    Args:
        bank: The bank.
        path: A file that ends in .yml or .yaml, or a folder: its own files are replaced, and comments at the
            head of a file are kept.
    """
    groups = {group: _group(bank, group) for group in dict.fromkeys(topic.group for topic in bank.topics.values())}
    whole = {
        "profile": content.profile_fields(bank.profile),
        "phrases": _nested(content.phrase_fields(bank.phrases)),
        "sources": {
            source.id: {name: getattr(source, name) for name in content.SOURCE_FIELDS}
            for source in bank.sources.values()
        },
    }
    if path.suffix in (".yml", ".yaml"):
        _write(path, {**whole, "groups": list(groups.values())})
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, table in {**whole, **groups}.items():
        _write(path / f"{name}.yml", table)


class _Reader:
    """Collects what was typed and every problem with its layout."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def folder(self, folder: Path) -> Content:
        files = sorted(path for path in folder.glob("*.yml") if path.name not in _SINGLE_FILES)
        if not files:
            self.problems.append(f"{folder}: there are no answer files")
        topics: list[Entry] = []
        answers: list[Entry] = []
        for path in files:
            table = self.table(path)
            if table and table.get("group") != path.stem:
                self.problems.append(f"{path.name}: group: must be the file's name, {path.stem!r}")
            self.group(table, path.name, topics, answers)
        return Content(
            self.profile(self.table(folder / "profile.yml"), "profile.yml"),
            self.phrases(self.table(folder / "phrases.yml"), "phrases.yml"),
            self.sources(self.table(folder / "sources.yml"), "sources.yml"),
            topics,
            answers,
        )

    def file(self, path: Path) -> Content:
        table = self.table(path)
        topics: list[Entry] = []
        answers: list[Entry] = []
        groups = table.get("groups", [])
        if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
            self.problems.append(f"{path.name}: groups: expected a list of groups")
            groups = []
        for group in groups:
            self.group(group, f"{path.name}: {group.get('group')}", topics, answers)
        for name in table.keys() - {"profile", "phrases", "sources", "groups"}:
            self.problems.append(f"{path.name}: {name}: unknown part; use profile, phrases, sources, groups")

        def part(name: str) -> tuple[dict[str, Any], str]:
            value = table.get(name, {})
            if not isinstance(value, dict):
                self.problems.append(f"{path.name}: {name}: expected a table")
                value = {}
            return value, f"{path.name}: {name}"

        return Content(
            self.profile(*part("profile")) if "profile" in table else None,
            self.phrases(*part("phrases")) if "phrases" in table else None,
            self.sources(*part("sources")),
            topics,
            answers,
        )

    def table(self, path: Path) -> dict[str, Any]:
        try:
            found = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self.problems.append(f"{path.name}: can't be read: {error}")
            return {}
        if not isinstance(found, dict):
            self.problems.append(f"{path.name}: expected a table at the top")
            return {}
        return found

    def profile(self, table: dict[str, Any], where: str) -> Entry:
        return _entry(table, where)

    def phrases(self, table: dict[str, Any], where: str) -> Entry:
        return _entry(_flat(table), where)

    def sources(self, table: dict[str, Any], where: str) -> list[Entry]:
        return [
            _entry({"id": str(name), **fields}, f"{where}: {name}")
            for name, fields in self._tables(table, where, "title, publisher, url and as_of")
        ]

    def group(self, table: dict[str, Any], where: str, topics: list[Entry], answers: list[Entry]) -> None:
        if not table:
            return
        listed = table.get("topics")
        if not isinstance(listed, dict) or not listed:
            self.problems.append(f"{where}: topics: expected a table of topics")
            return
        default = {"review_by": table["review_by"]} if "review_by" in table else {}
        for name, fields in self._tables(listed, where, "name, aliases and answers"):
            known = {key: value for key, value in fields.items() if key != "answers"}
            topics.append(_entry({"id": name, "group": table.get("group"), **known}, f"{where}: {name}"))
            given = fields.get("answers")
            if not isinstance(given, dict):
                continue  # that the overview is missing is told with the topic
            for facet, answer in self._tables(given, f"{where}: {name}", "text, sms and sources"):
                place = f"{where}: {name}.{facet}"
                answers.append(_entry({**default, **answer, "id": f"{name}.{facet}"}, place))

    def _tables(self, table: dict[str, Any], where: str, expected: str) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for name, fields in table.items():
            if isinstance(fields, dict):
                found.append((str(name), fields))
            else:
                self.problems.append(f"{where}: {name}: expected {expected}")
        return found


def _entry(fields: dict[str, Any], where: str) -> Entry:
    return Entry(fields, lambda field: f"{where}: {field}" if field and field != "id" else where)


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Returns a table of tables as one, with dots in its keys."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `_flat`."""
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        *parents, last = key.split(".")
        table = nested
        for parent in parents:
            table = table.setdefault(parent, {})
        table[last] = value
    return nested


def _group(bank: Bank, group: str) -> dict[str, Any]:
    topics = [topic for topic in bank.topics.values() if topic.group == group]
    answers = {topic.id: [answer for answer in bank.answers.values() if answer.topic == topic.id] for topic in topics}
    dates = Counter(answer.review_by for found in answers.values() for answer in found)
    review_by = dates.most_common(1)[0][0]
    table: dict[str, Any] = {"group": group, "review_by": review_by, "topics": {}}
    for topic in topics:
        entry: dict[str, Any] = {"name": topic.name}
        if topic.aliases:
            entry["aliases"] = _Flow(topic.aliases)
        entry["answers"] = {answer.facet.value: _answer(answer, review_by) for answer in answers[topic.id]}
        table["topics"][topic.id] = entry
    return table


def _answer(answer: Answer, usual_review: object) -> dict[str, Any]:
    """Returns an answer without what goes without saying."""
    fields = content.answer_fields(answer)
    del fields["id"]
    fields["sources"] = _Flow(answer.sources)
    if not answer.detail:
        del fields["detail"]
    if answer.review_by == usual_review:
        del fields["review_by"]
    if not answer.gap:
        del fields["gap"]
    if answer.status is Status.PUBLISHED:
        del fields["status"]
    return fields


def _write(path: Path, table: dict[str, Any]) -> None:
    head = ""
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            if not line.startswith("#"):
                break
            head += line
    text = yaml.dump(table, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LINE)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(head + text, encoding="utf-8")
    os.replace(unfinished, path)


class _Flow(list):  # type: ignore[type-arg]
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes texts as a person would: long ones folded, those with lines as they stand."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else ">" if len(text) > 80 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(
    _Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


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
