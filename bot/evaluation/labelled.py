"""Files of labelled messages: CSV with the columns text and label, as public intent data sets come."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

STRANGER = "OOS"
"""The label of messages that are out of scope."""

_COLUMNS = ("text", "label")


class LabelledFileError(ValueError):
    """A file of labelled messages can't be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Labelled:
    """Messages and what each of them is.

    Attributes:
        texts: One text a message.
        labels: One label a text, in the same order.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]


def read_labelled(path: Path) -> Labelled:
    """Reads a file of labelled messages.

    Raises:
        LabelledFileError: If it is missing, lacks a column or holds nothing, or a row lacks a value.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise LabelledFileError(
                    f"{path}: no column {' and no column '.join(missing)}: its first line must name the columns "
                    f"text and label, and it names {', '.join(reader.fieldnames or ()) or 'none'}"
                )
            rows = [(reader.line_num, row["text"] or "", row["label"] or "") for row in reader]
    except OSError as error:
        raise LabelledFileError(
            f"{path} can't be read ({error.strerror}): put a CSV file with the columns text and label there"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise LabelledFileError(f"{path} is not a CSV file in UTF-8 ({error}): save it as one") from error
    if not rows:
        raise LabelledFileError(f"{path} holds no messages: add rows with a text and a label")
    for line, text, label in rows:
        if not text.strip() or not label.strip():
            raise LabelledFileError(f"{path}, line {line}: a row needs a text and a label; complete it or remove it")
    return Labelled(tuple(text for _, text, _ in rows), tuple(label.strip() for _, _, label in rows))
