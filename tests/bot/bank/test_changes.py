from __future__ import annotations

import dataclasses

import pytest

from bot.bank import Bank
from bot.bank.changes import Change, Kind, difference, digests, merge
from bot.bank.content import BankError


def reworded(bank: Bank, text: str) -> Bank:
    answer = dataclasses.replace(bank.answers["ect.overview"], text=text)
    return dataclasses.replace(bank, answers={**bank.answers, answer.id: answer})


def test_equal_banks_do_not_differ(small_bank: Bank) -> None:
    assert difference(small_bank, small_bank) == []


def test_a_difference_names_thing_and_fields(small_bank: Bank) -> None:
    (change,) = difference(small_bank, reworded(small_bank, "Other words."))
    assert (change.kind, change.item, change.fields) == (Kind.ANSWER, "ect.overview", ["text"])


def test_from_nothing_everything_is_added(small_bank: Bank) -> None:
    changed = difference(None, small_bank)
    assert all(change.before is None for change in changed)
    assert len([change for change in changed if change.kind is Kind.ANSWER]) == len(small_bank.answers)


def test_the_profile_is_a_thing_like_others(small_bank: Bank) -> None:
    other = dataclasses.replace(small_bank, profile=dataclasses.replace(small_bank.profile, phone="555-0100"))
    assert [(c.kind, c.item, c.fields) for c in difference(small_bank, other)] == [(Kind.PROFILE, "profile", ["phone"])]


@pytest.mark.parametrize(
    ("here", "files", "result", "conflict"),
    [
        ("old", "old", "old", False),
        ("old", "new in files", "new in files", False),
        ("new here", "old", "new here", False),
        ("new here", "new in files", "new here", True),
        ("same new", "same new", "same new", False),
    ],
)
def test_edits_in_two_places_come_together(
    small_bank: Bank, here: str, files: str, result: str, conflict: bool
) -> None:
    merged = merge(reworded(small_bank, here), reworded(small_bank, files), digests(reworded(small_bank, "old")))
    assert merged.bank.answers["ect.overview"].text == result
    assert merged.conflicts == (((Kind.ANSWER, "ect.overview"),) if conflict else ())


def test_what_only_the_database_has_is_kept(small_bank: Bank) -> None:
    files = dataclasses.replace(
        small_bank, answers={name: a for name, a in small_bank.answers.items() if name != "ect.status"}
    )
    assert "ect.status" in merge(small_bank, files, digests(files)).bank.answers


def test_what_the_files_dropped_goes(small_bank: Bank) -> None:
    files = dataclasses.replace(
        small_bank, answers={name: a for name, a in small_bank.answers.items() if name != "ect.status"}
    )
    assert "ect.status" not in merge(small_bank, files, digests(small_bank)).bank.answers


def test_an_edit_that_lost_its_source_is_an_error_not_a_broken_bank(small_bank: Bank) -> None:
    cited = reworded(small_bank, "Edited here.").answers["ect.overview"].sources[0]
    answers = {name: a for name, a in small_bank.answers.items() if cited not in a.sources}
    overviews = {
        f"{topic}.overview": dataclasses.replace(small_bank.answers[f"{topic}.overview"], sources=("guide",))
        for topic in small_bank.topics
    }
    files = dataclasses.replace(
        small_bank,
        answers={**answers, **overviews},
        sources={name: s for name, s in small_bank.sources.items() if name != cited},
    )
    with pytest.raises(BankError, match=f"in the database: ect.overview: sources: '{cited}' is not in the sources"):
        merge(reworded(small_bank, "Edited here."), files, digests(small_bank))


def test_a_change_of_nothing_has_no_fields() -> None:
    assert Change(Kind.ANSWER, "a.overview", {"text": "x"}, {"text": "x"}).fields == []
