from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.labelled import Labelled, LabelledFileError, read_labelled


def test_texts_and_labels_are_read_whatever_the_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "test.csv"
    path.write_text('label,text,note\nect,"does it hurt, really?",x\nOOS,héllo,\n', encoding="utf-8")
    assert read_labelled(path) == Labelled(("does it hurt, really?", "héllo"), ("ect", "OOS"))


def test_a_mark_at_the_start_of_the_file_is_no_part_of_a_column(tmp_path: Path) -> None:
    path = tmp_path / "test.csv"
    path.write_bytes(b"\xef\xbb\xbftext,label\na,b\n")
    assert read_labelled(path).labels == ("b",)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"text,intent\na,b\n", "no column label.*names text, intent"),
        (b"", "no column text and no column label"),
        (b"text,label\n", "holds no messages"),
        (b"text,label\na,b\nc,\n", "line 3.*needs a text and a label"),
        (b"text,label\na\n", "line 2.*needs a text and a label"),
        (b"text,label\n\xff\xfe,b\n", "not a CSV file in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "test.csv"
    path.write_bytes(content)
    with pytest.raises(LabelledFileError, match=what) as raised:
        read_labelled(path)
    assert str(path) in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabelledFileError, match=r"train\.csv can't be read.*put a CSV file"):
        read_labelled(tmp_path / "train.csv")
