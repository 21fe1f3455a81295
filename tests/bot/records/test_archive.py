from __future__ import annotations

import dataclasses
import datetime
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.bank.database import BankUnavailableError
from bot.records import listings
from bot.records.archive import Archive, Forgotten
from bot.records.events import CrisisEvent, Feedback, Unanswered
from bot.safety import Level

NOW = datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
CRISIS = CrisisEvent(NOW, "rest", Level.CRISIS, "direct", "en", "abc", "def", "me")
QUESTION = Unanswered(NOW, "web", "is yoga covered", ("exercise", "insurance_coverage"), "me")
VOTE = Feedback(NOW, "web", "ect.overview", "a1b2", True, "me")


@pytest.fixture
def archive(url: str) -> Archive:
    return Archive(url)


def at(event, days: float, **changes):
    return dataclasses.replace(event, at=NOW + days * DAY, **changes)


def listed(archive: Archive, what: str, since: datetime.datetime | None = None) -> list:
    with archive.reading() as session:
        return getattr(listings, what)(session, since)


def test_a_crisis_is_kept_without_words(archive: Archive) -> None:
    archive.keep(CRISIS)
    archive.keep(at(CRISIS, 1, session=None, layer=None, level=Level.SUPPORT))
    newest, first = listed(archive, "crisis")
    assert first == listings.CrisisLine("2026-05-04 12:00:00", 1, "rest", "crisis", "direct", "en", "abc", "def", "me")
    assert (newest.level, newest.layer, newest.session) == ("support", "", "")


def test_a_question_is_counted_rather_than_repeated(archive: Archive) -> None:
    archive.keep(QUESTION)
    archive.keep(at(QUESTION, 1, text="Is yoga COVERED", session="you", channel="sms"))
    archive.keep(at(QUESTION, 2, text="something else"))
    common, rare = listed(archive, "unanswered")
    assert common == listings.UnansweredLine(
        "2026-05-05 12:00:00", "2026-05-04 12:00:00", 2, "sms", "is yoga covered",
        "exercise, insurance_coverage", "you",
    )  # fmt: skip
    assert (rare.question, rare.times) == ("something else", 1)


def test_what_was_said_shortly_before_a_crisis_is_not_kept(archive: Archive) -> None:
    archive.keep(at(QUESTION, -3, text="long ago"))
    archive.keep(at(QUESTION, -0.01, text="i can't keep"))
    archive.keep(at(QUESTION, -0.01, text="of somebody else", session="you"))
    archive.keep(at(QUESTION, -2, text="asked by others too", session="you"))
    archive.keep(at(QUESTION, -0.01, text="asked by others too"))
    archive.keep(CRISIS)
    kept = {line.question for line in listed(archive, "unanswered")}
    assert kept == {"long ago", "of somebody else", "asked by others too"}


def test_support_leaves_other_questions_alone(archive: Archive) -> None:
    archive.keep(QUESTION)
    archive.keep(dataclasses.replace(CRISIS, level=Level.SUPPORT))
    assert len(listed(archive, "unanswered")) == 1


def test_of_a_conversation_and_an_answer_the_last_vote_counts(archive: Archive) -> None:
    archive.keep(VOTE)
    archive.keep(at(VOTE, 1, helpful=False, version="c3"))
    archive.keep(at(VOTE, 1, session="you"))
    archive.keep(at(VOTE, 1, answer_id="vns.overview"))
    votes = {(line.session, line.answer_id): (line.helpful, line.version) for line in listed(archive, "feedback")}
    assert votes == {
        ("me", "ect.overview"): ("no", "c3"),
        ("you", "ect.overview"): ("yes", "a1b2"),
        ("me", "vns.overview"): ("yes", "a1b2"),
    }


@pytest.mark.parametrize("changes", [{"answer_id": "x"}, {"answer_id": "a.b; drop"}, {"version": "?"}, {"version": ""}])
def test_feedback_on_what_is_no_answer_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        dataclasses.replace(VOTE, **changes)


def test_what_is_old_stays_as_daily_counts_without_the_conversation(archive: Archive) -> None:
    for hours in (0, 1, 14):  # the last is on the next day
        archive.keep(at(CRISIS, hours / 24))
        archive.keep(at(VOTE, hours / 24, session=f"s{hours}"))
    archive.keep(at(CRISIS, 0, category="plan"))
    archive.keep(at(QUESTION, 0))
    archive.keep(at(QUESTION, 20, text="a later one"))
    archive.keep(at(CRISIS, 20, session="you"))
    assert archive.forget(NOW + 10 * DAY) == Forgotten(crisis=4, unanswered=1, feedback=3)
    event, *counts = listed(archive, "crisis")
    assert event.session == "you"
    assert [(line.time, line.times, line.category, line.session) for line in counts] == [
        ("2026-05-05", 1, "direct", ""),
        ("2026-05-04", 2, "direct", ""),
        ("2026-05-04", 1, "plan", ""),
    ]
    assert [(line.time, line.times, line.session) for line in listed(archive, "feedback")] == [
        ("2026-05-05", 1, ""),
        ("2026-05-04", 2, ""),
    ]
    assert [line.question for line in listed(archive, "unanswered")] == ["a later one"]


def test_counts_add_up_over_several_times(archive: Archive) -> None:
    for _ in range(2):
        archive.keep(CRISIS)
        archive.forget(NOW + DAY)
    assert archive.forget(NOW + DAY) == Forgotten(0, 0, 0)
    (line,) = listed(archive, "crisis")
    assert line.times == 2


def test_a_question_asked_again_lately_is_not_old(archive: Archive) -> None:
    archive.keep(QUESTION)
    archive.keep(at(QUESTION, 20))
    assert archive.forget(NOW + 10 * DAY).unanswered == 0


def test_only_the_last_days_can_be_listed(archive: Archive) -> None:
    for event in (CRISIS, QUESTION, VOTE):
        archive.keep(event)
    for what in ("crisis", "unanswered", "feedback"):
        assert len(listed(archive, what, NOW - DAY)) == 1
        assert listed(archive, what, NOW + DAY) == []


def test_several_writers_lose_nothing(url: str, archive: Archive) -> None:
    archive.keep(QUESTION)  # the tables are there

    def write() -> None:
        own = Archive(url)
        for _ in range(10):
            own.keep(QUESTION)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert listed(archive, "unanswered")[0].times == 41


def test_a_database_that_was_put_back_empty_is_used(tmp_path: Path) -> None:
    path = tmp_path / "trd.db"
    archive = Archive(f"sqlite:///{path}")
    archive.keep(CRISIS)
    path.unlink()
    with pytest.raises(BankUnavailableError):
        archive.keep(CRISIS)
    archive.keep(CRISIS)
    assert len(listed(archive, "crisis")) == 1


def test_a_failure_tells_why_and_no_words(url: str, archive: Archive) -> None:
    archive.keep(QUESTION)
    engine = create_engine(url, future=True)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE unanswered"))
    with pytest.raises(BankUnavailableError, match="unanswered") as caught:
        archive.keep(QUESTION)
    assert "yoga" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://nobody:hush@127.0.0.1:9/none"])
def test_an_address_that_leads_nowhere_is_told_without_its_password(url: str) -> None:
    with pytest.raises(BankUnavailableError) as caught:
        Archive(url).keep(CRISIS)
    assert "hush" not in str(caught.value)
