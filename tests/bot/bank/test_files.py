from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.bank import Bank, Facet
from bot.bank.content import BankError
from bot.bank.files import read_bank, read_profile, write_bank
from bot.settings import PROJECT

ENTRY = """\
group: faq
review_by: 2027-01-01
topics:
  what_is_trd:
    name: What it is
    answers:
      overview:
        text: A plain answer. Call {phone}.
        sms: A plain answer.
        sources: [guide]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small bank that is in order."""
    for name in ("profile.yml", "phrases.yml"):
        shutil.copy(PROJECT / "data" / "bank" / name, tmp_path)
    (tmp_path / "sources.yml").write_text(
        "guide: {title: Guide, publisher: P, url: 'https://example.org', as_of: '2026-11'}", encoding="utf-8"
    )
    (tmp_path / "faq.yml").write_text(ENTRY, encoding="utf-8")
    return tmp_path


def problems(folder: Path, change: tuple[str, str], name: str = "faq.yml") -> str:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(BankError) as caught:
        read_bank(folder)
    return "\n".join(caught.value.problems)


def test_a_bank_in_order_is_read(folder: Path) -> None:
    bank = read_bank(folder)
    answer = bank.find("what_is_trd", Facet.OVERVIEW)
    assert answer is not None
    assert answer.id == "what_is_trd.overview"
    assert bank.profile.fill(answer.text) == f"A plain answer. Call {bank.profile.phone}."


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("[guide]", "[nowhere]"), "faq.yml: what_is_trd.overview: sources: 'nowhere' is not in the sources"),
        (("[guide]", "[]"), "what_is_trd.overview: sources: expected a list"),
        (("A plain answer. Call", "word " * 91), "text: 92 words, at most 90"),
        (("sms: A plain answer.", "sms: " + "x" * 321), "sms: 321 characters, at most 320"),
        (("sms: A plain answer.", "sms: A “plain” answer."), "GSM-7"),
        (("{phone}", "{fone}"), "unknown placeholder {fone}"),
        (("sms: A plain answer.", "smss: A plain answer."), "smss: unknown field"),
        (("      overview:", "      effectiveness:"), "expected at least `overview`"),
        (("group: faq", "group: other"), "must be the file's name"),
        (("2027-01-01", "soon"), "review_by: expected a date"),
        (("  what_is_trd:", "  What Is:"), "lower case letters"),
        (("    name: What it is\n", ""), "what_is_trd: name: missing"),
        (("topics:", "topics: ["), "can't be read"),
        (("    name: What it is\n", "    name: What it is\n    name: Twice\n"), "stands here twice"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, change: tuple[str, str], complaint: str) -> None:
    assert complaint in problems(folder, change)


def test_a_facet_needs_a_treatment(folder: Path) -> None:
    text = ENTRY + "      coverage: {text: t, sms: s, sources: [guide]}\n"
    (folder / "faq.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BankError, match="only treatments"):
        read_bank(folder)


def test_a_topic_may_stand_in_one_file_only(folder: Path) -> None:
    (folder / "insurance.yml").write_text(ENTRY.replace("group: faq", "group: insurance"), encoding="utf-8")
    with pytest.raises(BankError, match="already in faq.yml"):
        read_bank(folder)


def test_a_source_needs_a_date(folder: Path) -> None:
    assert "as_of" in problems(folder, ("2026-11", "lately"), "sources.yml")


def test_everything_wrong_is_told_at_once(folder: Path) -> None:
    text = problems(folder, ("[guide]\n", "[nowhere]\n        colour: red\n"))
    assert "nowhere" in text
    assert "colour" in text


def test_a_damaged_profile_is_named(folder: Path) -> None:
    (folder / "profile.yml").write_text("provider: A Clinic", encoding="utf-8")
    with pytest.raises(BankError, match="profile.yml: phone: missing"):
        read_profile(folder)


def test_bytes_that_are_no_text_are_named(folder: Path) -> None:
    (folder / "faq.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BankError, match="faq.yml: can't be read"):
        read_bank(folder)


@pytest.mark.parametrize("name", ["out", "out.yml"])
def test_what_is_written_is_read_back_unchanged(tmp_path: Path, bank: Bank, name: str) -> None:
    write_bank(bank, tmp_path / name)
    assert read_bank(tmp_path / name) == bank


def test_writing_keeps_the_comment_at_the_head_of_a_file(folder: Path) -> None:
    path = folder / "faq.yml"
    path.write_text(f"# Reviewed by Dr. A.\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    write_bank(read_bank(folder), folder)
    assert path.read_text(encoding="utf-8").startswith("# Reviewed by Dr. A.\ngroup: faq\n")


def test_the_committed_files_are_as_export_writes_them(tmp_path: Path, bank: Bank) -> None:
    """So that an edit made in the database comes back as a small difference."""
    source = PROJECT / "data" / "bank"
    shutil.copytree(source, tmp_path / "bank")
    write_bank(bank, tmp_path / "bank")
    different = [
        path.name
        for path in source.glob("*.yml")
        if (tmp_path / "bank" / path.name).read_text(encoding="utf-8") != path.read_text(encoding="utf-8")
    ]
    assert different == [], "run `trd bank load --take-files && trd bank export data/bank --force`"


@pytest.mark.parametrize("character", ["\u200b", "\u202e", "\x07"])
def test_invisible_characters_are_named(folder: Path, character: str) -> None:
    escaped = f'"A pl{character.encode("unicode_escape").decode()}ain answer."'
    assert "holds the invisible character" in problems(folder, ("sms: A plain answer.", f"sms: {escaped}"))


def test_a_conversation_topic_must_stay_published(folder: Path) -> None:
    (folder / "conversation.yml").write_text(
        ENTRY.replace("group: faq", "group: conversation").replace("what_is_trd", "greet") + "        status: draft\n",
        encoding="utf-8",
    )
    with pytest.raises(BankError, match="conversation.yml: greet.overview: status: .* must stay published"):
        read_bank(folder)
