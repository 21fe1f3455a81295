"""The report of an evaluation: one page for people, one file for programs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation import pages
from bot.evaluation.figures import Figures
from bot.evaluation.outcomes import Outcome

PAGE, DATA = "report.html", "report.json"
TEMPLATE = "evaluation.html.j2"


@dataclass(frozen=True)
class Report:
    """What a report tells.

    Attributes:
        made: When.
        model: Name of the model that was measured.
        files: Names of the files of cases.
        figures: The figures.
    """

    made: datetime.datetime
    model: str
    files: tuple[str, ...]
    figures: Figures


def write_report(report: Report, folder: Path) -> Path:
    """Writes report.html and report.json, over those of an earlier report, and returns the page.

    Raises:
        ReportError: If a file can't be written.
    """
    pages.prepare(folder)
    figures = report.figures
    made = report.made.isoformat(timespec="minutes")
    heading = {"made": made, "model": report.model, "files": report.files}
    page = pages.render(TEMPLATE, {**heading, "figures": figures, "Outcome": Outcome})
    pages.write(folder / DATA, pages.to_json({**heading, "figures": figures}))
    pages.write(folder / PAGE, page)
    return folder / PAGE
