from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.bank import Bank, Status
from bot.bank.content import BankError, build, typed
from bot.bank.sheets import read_workbook, write_workbook


@pytest.fixture
def book(tmp_path: Path, small_bank: Bank) -> Path:
    path = tmp_path / "bank.xlsx"
    write_workbook(small_bank, path)
    return path


def edit(path: Path, sheet: str, cell: str, value: Any) -> None:
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def problems(path: Path, bank: Bank) -> str:
    with pytest.raises(BankError) as caught:
        build(read_workbook(path).over(typed(bank, where="in the database")))
    return str(caught.value)


def test_the_whole_bank_comes_back_as_it_was(tmp_path: Path, bank: Bank) -> None:
    path = tmp_path / "bank.xlsx"
    write_workbook(bank, path)
    assert build(read_workbook(path)) == bank


# What a text of the bank may hold: no control or invisible characters.
TEXTS = st.text(st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Co", "Cn")), min_size=1, max_size=60)


@settings(max_examples=40, deadline=None)
@given(text=TEXTS.filter(str.strip), detail=TEXTS)
def test_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, small_bank: Bank, text: str, detail: str
) -> None:
    first = dataclasses.replace(
        small_bank.answers["ect.overview"], text=text.strip(), detail=detail.strip(), status=Status.DRAFT
    )
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    write_workbook(dataclasses.replace(small_bank, answers={**small_bank.answers, first.id: first}), path)
    row = next(entry for entry in read_workbook(path).answers if entry.fields["id"] == first.id)
    assert row.fields["text"] == first.text
    assert row.fields["detail"] == first.detail
    assert row.fields["status"] == "draft"


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("https://evil.example","x")', "+1+1", "-2", "@SUM(A1)", "=1+1", "_x000D_"]
)
def test_no_cell_is_a_formula(tmp_path: Path, small_bank: Bank, text: str) -> None:
    answer = dataclasses.replace(small_bank.answers["ect.overview"], text=text)
    path = tmp_path / "bank.xlsx"
    write_workbook(dataclasses.replace(small_bank, answers={**small_bank.answers, answer.id: answer}), path)
    for sheet in load_workbook(path):
        assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    row = next(entry for entry in read_workbook(path).answers if entry.fields["id"] == answer.id)
    assert row.fields["text"] == text


def test_what_a_spreadsheet_makes_of_dates_and_numbers_is_undone(book: Path, small_bank: Bank) -> None:
    edit(book, "Answers", "G2", datetime.datetime(2028, 1, 31))
    edit(book, "Sources", "E2", 2024)
    content = read_workbook(book)
    assert content.answers[0].fields["review_by"] == datetime.date(2028, 1, 31)
    assert content.sources[0].fields["as_of"] == "2024"
    build(content)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "complaint"),
    [
        ("Answers", "C3", "word " * 91, "Answers, row 3, column C (text): 91 words, at most 90: shorten it"),
        ("Answers", "C3", None, "Answers, row 3, column C (text): missing: type a text"),
        ("Answers", "C3", "=1+1", "Answers, row 3, column C (text): holds a formula"),
        ("Answers", "F3", "nowhere", "Answers, row 3, column F (sources): 'nowhere' is not in the sources"),
        ("Answers", "G3", "soon", "Answers, row 3, column G (review_by): expected a date such as 2027-05-22"),
        ("Answers", "H3", "maybe", "Answers, row 3, column H (gap): expected true or false"),
        ("Answers", "B3", "live", "Answers, row 3, column B (status): unknown status 'live'; use draft"),
        ("Answers", "A3", "ect", "Answers, row 3, column A (id): unknown facet"),
        ("Answers", "A3", None, "Answers, row 3, column A (id): missing"),
        ("Answers", "D1", "short", "Answers, row 1: the column sms is missing"),
        ("Sources", "D2", "http://example.org", "Sources, row 2, column D (url)"),
        ("Profile", "B2", None, "Profile, row 2, column B (value): missing"),
        ("Profile", "A2", "clinic", "Profile, row 2, column B (value): unknown field"),
    ],
)
def test_what_is_wrong_is_named_with_sheet_row_and_column(
    book: Path, small_bank: Bank, sheet: str, cell: str, value: Any, complaint: str
) -> None:
    edit(book, sheet, cell, value)
    assert complaint in problems(book, small_bank)


def test_a_row_given_twice_is_named(book: Path, small_bank: Bank) -> None:
    first = load_workbook(book)["Answers"]["A2"].value
    edit(book, "Answers", "A3", first)
    assert f"{first} is already in Answers, row 2" in problems(book, small_bank)


def test_an_unknown_sheet_is_named(book: Path, small_bank: Bank) -> None:
    workbook = load_workbook(book)
    workbook.create_sheet("Notes")
    workbook.save(book)
    assert "sheet Notes: unknown" in problems(book, small_bank)


def test_sheets_may_be_left_out(book: Path, small_bank: Bank) -> None:
    workbook = load_workbook(book)
    for name in ("Profile", "Phrases", "Sources", "Topics"):
        del workbook[name]
    workbook.save(book)
    assert build(read_workbook(book).over(typed(small_bank, where="in the database"))) == small_bank


@pytest.mark.parametrize("damage", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_damaged_workbook_is_one_clear_line(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "bank.xlsx"
    path.write_bytes(damage)
    with pytest.raises(BankError, match="can't be read as an .xlsx workbook"):
        read_workbook(path)
