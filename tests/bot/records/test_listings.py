from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.records.listings import UnansweredLine, write_csv


@pytest.mark.parametrize("question", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_no_cell_is_a_formula(tmp_path: Path, question: str) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, UnansweredLine, [UnansweredLine("t", "t", 1, "web", question, "", "")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["question"] == f"'{question}"
    assert row["times"] == "1"


def test_an_empty_list_still_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, UnansweredLine, [])
    assert path.read_text(encoding="utf-8-sig").strip() == ("last,first,times,channel,question,closest_topics,session")
