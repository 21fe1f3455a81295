from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.bank import Bank
from bot.bank.files import read_bank
from bot.bank.store import Store
from bot.cli import app
from bot.settings import PROJECT


def bank_command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["bank", *arguments])


def done(*arguments: str) -> str:
    """Runs a command that must succeed; returns what it says."""
    result = bank_command(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str) -> str:
    """Runs a command that must fail with a message; returns that."""
    result = bank_command(*arguments)
    assert result.exit_code != 0
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(PROJECT)
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.fixture
def loaded(database: str, bank: Bank) -> Store:
    store = Store(database)
    store.load_files(bank)
    return store


@pytest.fixture
def book(tmp_path: Path, loaded: Store) -> Path:
    path = tmp_path / "bank.xlsx"
    done("export", str(path))
    return path


def edit(path: Path, column: str, answer_id: str, value: str) -> None:
    """Changes a cell of the sheet of answers."""
    workbook = load_workbook(path)
    sheet = workbook["Answers"]
    row = next(cell.row for cell in sheet["A"] if cell.value == answer_id)
    sheet[f"{column}{row}"] = value
    workbook.save(path)


def test_validate_says_that_all_is_well() -> None:
    assert "in order" in done("validate")


def test_validate_names_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    shutil.copytree(PROJECT / "data" / "bank", folder)
    path = folder / "faq.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("sms:", "smss:", 1), encoding="utf-8")
    assert "smss: unknown field" in refused("validate", str(folder))


def test_load_brings_the_files_in(database: str, bank: Bank) -> None:
    done("load")
    assert Store(database).bank() == bank


@pytest.mark.parametrize("command", [["list"], ["due"], ["show", "ect.overview"], ["export", "x.xlsx"], ["diff"]])
def test_without_a_bank_it_is_said_what_to_do(command: list[str]) -> None:
    assert "trd bank load" in refused(*command)


def test_list_narrows_down(loaded: Store) -> None:
    lines = done("list", "--group", "insurance").splitlines()
    assert lines[0].startswith("insurance_coverage.overview: ")
    assert lines[-1] == f"{len(lines) - 1} answers"


def test_the_table_tells_where_answers_come_from(loaded: Store, bank: Bank) -> None:
    said = done("list", "--table")
    gaps = sum(answer.gap for answer in bank.answers.values())
    assert f"gap: {gaps}" in said
    assert "psilocybin" in said


def test_show_is_what_a_person_will_see(loaded: Store, bank: Bank) -> None:
    answer = bank.answers["contact.overview"]
    web, sms = done("show", answer.id), done("show", answer.id, "--channel", "sms")
    assert web.startswith(bank.profile.fill(answer.text))
    assert sms.startswith(bank.profile.fill(answer.sms))
    assert "segments" in sms
    assert bank.profile.phone in web
    assert bank.sources[answer.sources[0]].title in web


def test_show_of_an_unknown_answer_names_the_nearest(loaded: Store) -> None:
    assert "did you mean ect.side_effects" in refused("show", "ect.side_efects")


def test_due_lists_what_is_past_its_review(book: Path) -> None:
    edit(book, "G", "ect.status", "2020-01-01")
    done("import", str(book), "--why", "test")
    assert "2020-01-01  ect.status (due)" in done("due")


def test_a_workbook_changes_nothing_by_itself(book: Path) -> None:
    assert "0 changes" in done("diff", str(book))
    assert "0 changes" in done("import", str(book), "--why", "nothing")


def test_an_edited_workbook_comes_in_and_is_on_record(book: Path, loaded: Store) -> None:
    edit(book, "C", "ect.overview", "Other words.")
    assert "ect.overview: changed" in done("import", str(book), "--dry-run")
    assert loaded.bank().answers["ect.overview"].text != "Other words."
    assert "{+Other words.+}" in done("import", str(book), "--why", "clearer", "--by", "Dr. A")
    loaded.refresh()
    assert loaded.bank().answers["ect.overview"].text == "Other words."
    history = done("history", "ect.overview")
    assert "Dr. A: clearer" in history
    assert "{+Other words.+}" in history


def test_a_wrong_row_keeps_everything_out(book: Path, loaded: Store, bank: Bank) -> None:
    edit(book, "C", "ect.overview", "Other words.")
    edit(book, "D", "ect.status", "x" * 321)
    said = refused("import", str(book), "--why", "test")
    assert "column D (sms): 321 characters" in said
    loaded.refresh()
    assert loaded.bank() == bank


def test_a_change_needs_a_reason(book: Path) -> None:
    assert "--why" in refused("import", str(book))
    assert "--why" in refused("retire", "ect.status")
    assert "--why" in refused("retire", "ect.status", "--why", " ")


def test_rows_that_are_not_there_stay_as_they_are(book: Path, loaded: Store, bank: Bank) -> None:
    workbook = load_workbook(book)
    workbook["Answers"].delete_rows(2, 50)
    workbook.save(book)
    assert "0 changes" in done("import", str(book), "--why", "part")
    loaded.refresh()
    assert loaded.bank() == bank


def test_retire_and_publish(loaded: Store) -> None:
    done("retire", "ect.status", "vns.status", "--why", "out of date")
    loaded.refresh()
    assert {"ect.status", "vns.status"} & set(loaded.bank().spoken) == set()
    assert done("list", "--status", "retired").count("[retired]") == 2
    done("publish", "ect.status", "--why", "checked")
    loaded.refresh()
    assert "ect.status" in loaded.bank().spoken


def test_a_draft_can_be_looked_at(book: Path) -> None:
    edit(book, "B", "ect.status", "draft")
    edit(book, "C", "ect.status", "A draft.")
    done("import", str(book), "--why", "to be checked")
    assert done("show", "ect.status").startswith("A draft.")


def test_export_to_files_gives_the_same_bank(tmp_path: Path, loaded: Store, bank: Bank) -> None:
    for name in ("folder", "all.yml"):
        done("export", str(tmp_path / name))
        assert read_bank(tmp_path / name) == bank


def test_export_replaces_only_when_told_to(book: Path) -> None:
    assert "--force" in refused("export", str(book))
    done("export", str(book), "--force")


def test_history_of_nothing_says_so(loaded: Store) -> None:
    assert "nothing is on record" in refused("history", "ect.nothing")


def test_a_conflict_is_told_with_the_ways_out(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(book, "C", "ect.overview", "From a nurse.")
    done("import", str(book), "--why", "test")
    folder = tmp_path / "files"
    shutil.copytree(PROJECT / "data" / "bank", folder)
    path = folder / "brain_stimulation.yml"
    text = path.read_text(encoding="utf-8")
    start = text.index("ECT ", text.index("  ect:\n", 0) + 200)
    path.write_text(f"{text[:start]}Indeed {text[start:]}", encoding="utf-8")
    monkeypatch.setenv("BANK_DIR", str(folder))
    said = done("load")
    assert "answer ect.overview" in said
    assert "--take-files" in said
