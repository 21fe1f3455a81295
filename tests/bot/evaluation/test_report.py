from __future__ import annotations

import datetime
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.bank import Bank
from bot.evaluation.figures import figure_out
from bot.evaluation.pages import ReportError, interval
from bot.evaluation.report import Report, write_report
from bot.evaluation.scoring import Heard, Judged
from bot.evaluation.shares import Share
from tests.bot.evaluation.helpers import INSTRUCTIONS, OUT_OF_SCOPE, SUPPORT, answer, asked_back, case, judged

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} \" ' &"
VOID = {"meta", "br", "img", "link", "input", "hr"}


def report_of(bank: Bank, *cases: Judged) -> Report:
    made = datetime.datetime(2026, 11, 22, 18, 30)
    return Report(made, "trd-test.tar.gz", ("made_up.yml",), figure_out(cases, bank))


@pytest.fixture
def report(bank: Bank) -> Report:
    heard = Heard("ect", 0.8, "timeline", 0.6)
    return report_of(
        bank,
        judged(case("ect.overview", say=HOSTILE, tags=(HOSTILE,)), answer("vns.overview", HOSTILE), heard=heard),
        judged(case("ect.timeline", tags=("typo",)), answer("ect.timeline"), heard=heard),
        judged(case("ect.timeline"), asked_back("ect.timeline"), heard=heard),
        judged(case(OUT_OF_SCOPE, level="none"), answer(OUT_OF_SCOPE)),
        judged(case(level="crisis", tags=("spanish",)), answer("ect.overview")),
        judged(case(level="support"), SUPPORT, answer("ect.overview")),
        judged(case(level="none"), INSTRUCTIONS),
    )


class Page(HTMLParser):
    """Collects what a test wants to know of a page, and fails where tags don't close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_but_itself(report: Report, tmp_path: Path) -> None:
    text = write_report(report, tmp_path).read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert all(value and value.startswith("#") for name, value in page.attributes if name in ("href", "src"))
    assert not re.search(r"url\(|@import", text)


def test_hostile_words_are_shown_and_do_nothing(report: Report, tmp_path: Path) -> None:
    text = write_report(report, tmp_path).read_text(encoding="utf-8")
    assert "<script" not in text
    assert "onerror=" not in {name for name, _ in Page(text).attributes}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7 * 7 }}" in text
    assert "default-src 'none'" in text  # should anything slip through, the browser refuses it


def test_the_page_can_be_read_by_everyone(report: Report, tmp_path: Path) -> None:
    page = Page(write_report(report, tmp_path).read_text(encoding="utf-8"))
    attributes = page.attributes
    assert ("lang", "en") in attributes
    assert page.tags.count("h1") == page.tags.count("title") == 1
    pictures = page.tags.count("svg")
    assert pictures >= 2
    assert sum((name, value) in (("role", "img"), ("aria-hidden", "true")) for name, value in attributes) >= pictures
    assert page.tags.count("table") == page.tags.count("thead")
    assert {value for name, value in attributes if name == "scope"} == {"row", "col"}


def test_page_and_data_tell_the_same(report: Report, tmp_path: Path) -> None:
    text = write_report(report, tmp_path).read_text(encoding="utf-8")
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data["figures"]["questions"]["exact"] == Share(1, 3).as_dict()
    assert f"1 of 3; 95% interval {interval(Share(1, 3))}%" in text
    assert data["model"] == "trd-test.tar.gz"
    assert data["figures"]["misses"][0]["say"] == [HOSTILE]
    assert data["figures"]["danger"]["danger"]["first"]["count"] == 0
    assert len(data["figures"]["topic_reliability"]["bins"]) == 10


def test_an_earlier_report_is_replaced_and_other_files_are_left(report: Report, bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_report(report, tmp_path)
    before = (tmp_path / "report.html").read_text(encoding="utf-8")
    write_report(report_of(bank), tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "report.html", "report.json"]
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kind", ["questions", "danger"])
def test_a_report_of_one_kind_of_cases_has_no_holes(kind: str, bank: Bank, tmp_path: Path) -> None:
    one = judged(case("ect.overview"), answer("ect.overview")) if kind == "questions" else judged(case(level="none"))
    text = write_report(report_of(bank, one), tmp_path).read_text(encoding="utf-8")
    assert Page(text).open == []
    assert "No case of these files" in text


def test_a_place_that_is_no_folder_is_refused(report: Report, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="is not a folder"):
        write_report(report, tmp_path / "file")
