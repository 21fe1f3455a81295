"""The bank as a workbook (XLSX), for people who keep the answers in a spreadsheet.

Sheets: Answers, Topics, Sources (one row each), Profile and Phrases (one field a row). Lists have one value
a line within their cell. Every cell is plain text: nothing that was typed is ever taken as a formula.
"""

from __future__ import annotations

import datetime
import os
import zipfile
from pathlib import Path
from typing import Any, Callable, Iterable, Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.bank import content
from bot.bank.bank import Bank, Status
from bot.bank.content import BankError, Content, Entry

MAX_BYTES = 20 * 1024 * 1024
"""Of a workbook, and ten times that unpacked: a larger one was not made by `export`."""

ANSWERS, TOPICS, SOURCES, PROFILE, PHRASES = "Answers", "Topics", "Sources", "Profile", "Phrases"
_COLUMNS = {
    ANSWERS: ("id", "status", "text", "sms", "detail", "sources", "review_by", "gap"),
    TOPICS: ("id", *content.TOPIC_FIELDS),
    SOURCES: ("id", *content.SOURCE_FIELDS),
    PROFILE: ("field", "value"),
    PHRASES: ("field", "value"),
}
_LISTS = ("sources", "aliases", "cities", "insurers")
_WIDE = ("text", "sms", "detail", "aliases", "title", "url", "value")
_YES, _NO = "yes", "no"


def write_workbook(bank: Bank, path: Path) -> None:
    """Writes the bank, so that reading it gives the same bank.

    Raises:
        OSError: If the file can't be written; what was there before is then still there.
    """
    book = Workbook()
    book.remove(book.active)
    _write(book.create_sheet(ANSWERS), _COLUMNS[ANSWERS], map(content.answer_fields, bank.answers.values()))
    _write(book.create_sheet(TOPICS), _COLUMNS[TOPICS], map(content.topic_fields, bank.topics.values()))
    _write(book.create_sheet(SOURCES), _COLUMNS[SOURCES], map(content.source_fields, bank.sources.values()))
    for name, fields in (
        (PROFILE, content.profile_fields(bank.profile)),
        (PHRASES, content.phrase_fields(bank.phrases)),
    ):
        rows = ({"field": field, "value": value} for field, value in fields.items())
        _write(book.create_sheet(name), _COLUMNS[name], rows)
    choices = DataValidation(type="list", formula1='"' + ",".join(status.value for status in Status) + '"')
    book[ANSWERS].add_data_validation(choices)
    choices.add(f"B2:B{len(bank.answers) + 500}")
    unfinished = path.with_suffix(".unfinished")
    book.save(unfinished)
    os.replace(unfinished, path)


def read_workbook(path: Path) -> Content:
    """Reads a workbook as it was typed; sheets that it lacks are left out.

    Raises:
        BankError: If it is no workbook of the bank; it names sheet, row and column of what is wrong.
    """
    try:
        packed = path.stat().st_size
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if packed > MAX_BYTES or unpacked > 10 * MAX_BYTES:
            raise BankError([f"{path.name}: larger than a workbook of answers can be; export it anew"])
        book = load_workbook(path)
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        if isinstance(error, BankError):
            raise
        raise BankError([f"{path.name}: can't be read as an .xlsx workbook ({error})"]) from None
    return _Reader(book).read()


def _write(sheet: Worksheet, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="DDE7EE")
    for number, row in enumerate(rows, start=2):
        for position, column in enumerate(columns, start=1):
            _type(sheet.cell(number, position), row[column])
    sheet.freeze_panes = "B2"
    for position, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = 60 if column in _WIDE else 24


def _type(cell: Cell, value: Any) -> None:
    if isinstance(value, bool):
        value = _YES if value else _NO
    elif isinstance(value, datetime.date):
        value = value.isoformat()
    elif isinstance(value, (list, tuple)):
        value = "\n".join(value)
    cell.value = value
    # Text, whatever it begins with; the quote prefix keeps it text when somebody edits the cell.
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


class _Reader:
    """Collects what was typed and every problem with its layout."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._problems: list[str] = []

    def read(self) -> Content:
        for name in self._book.sheetnames:
            if name not in _COLUMNS:
                self._problems.append(f"sheet {name}: unknown; the sheets are {', '.join(_COLUMNS)}")
        found = Content(
            self._fields(PROFILE), self._fields(PHRASES), self._rows(SOURCES), self._rows(TOPICS), self._rows(ANSWERS)
        )
        if self._problems:
            raise BankError(self._problems)
        return found

    def _fields(self, name: str) -> Entry | None:
        """Reads a sheet of one field a row as one entry."""
        rows = self._rows(name)
        if not rows:
            return None
        fields: dict[str, Any] = {}
        places: dict[str, str] = {}
        for row in rows:
            field = row.fields.get("field")
            if not field or field in fields:
                self._problems.append(
                    f"{row.place('field')}: {'missing' if not field else f'{field} stands here twice'}"
                )
                continue
            value = row.fields.get("value")
            fields[field] = _lines(value) if field in _LISTS else value
            places[field] = row.place("value")
        return Entry(fields, lambda field: places.get(field, f"{name}, {field}"))

    def _rows(self, name: str) -> list[Entry]:
        if name not in self._book.sheetnames:
            return []
        rows = self._book[name].iter_rows()
        columns = [str(cell.value or "").strip() for cell in next(rows, ())]
        expected = _COLUMNS[name]
        for column in (column for column in expected if column not in columns):
            self._problems.append(f"{name}, row 1: the column {column} is missing; export anew and edit that")
        for column in (column for column in columns if column and column not in expected):
            self._problems.append(f"{name}, row 1: unknown column {column}; use {', '.join(expected)}")
        if self._problems:
            return []
        return [
            self._row(name, columns, cells) for cells in rows if any(cell.value not in (None, "") for cell in cells)
        ]

    def _row(self, name: str, columns: list[str], cells: Sequence[Cell]) -> Entry:
        number = cells[0].row
        place = _placed(name, number, columns)
        fields: dict[str, Any] = {}
        for column, cell in zip(columns, cells, strict=False):
            if not column:
                continue
            if cell.data_type in ("f", "e"):
                self._problems.append(f"{place(column)}: holds a formula or an error; type the text itself")
            fields[column] = _value(column, cell.value)
        return Entry(fields, place)


def _placed(name: str, number: int, columns: list[str]) -> Callable[[str], str]:
    def place(field: str) -> str:
        if field not in columns:
            return f"{name}, row {number}"
        return f"{name}, row {number}, column {get_column_letter(columns.index(field) + 1)} ({field})"

    return place


def _value(column: str, value: Any) -> Any:
    """Undoes what a spreadsheet makes of a text: dates, numbers, blanks."""
    if column in _LISTS:
        return _lines(value)
    if isinstance(value, datetime.datetime):
        value = value.date()
    if column == "gap":
        return {_YES: True, _NO: False, None: False, "": False}.get(_lower(value), value)
    if column == "review_by" and isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            return value
    if column == "status":
        return _lower(value)
    if column != "review_by" and value is not None and not isinstance(value, str):
        return value.isoformat() if isinstance(value, datetime.date) else str(value)
    return "" if value is None else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _lines(value: Any) -> list[str]:
    return [line.strip() for line in str(value or "").splitlines() if line.strip()]
