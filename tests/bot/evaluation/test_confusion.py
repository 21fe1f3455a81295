from __future__ import annotations

from bot.evaluation.confusion import OTHER, Confusion, facet_confusion, topic_confusion
from tests.bot.evaluation.helpers import INSTRUCTIONS, answer, asked_back, case, judged


def cell(table: Confusion, row: str, column: str) -> int:
    return table.counts[table.rows.index(row)][table.columns.index(column)]


def test_the_topics_missed_most_come_first() -> None:
    table = topic_confusion(
        [
            judged(case("a.x"), answer("b.x")),
            judged(case("b.x"), answer("a.x")),
            judged(case("b.x"), asked_back("b.x")),
            judged(case("b.x"), answer("b.y")),
            judged(case("c.x"), answer("c.x")),
            judged(case("a.x"), INSTRUCTIONS),
            judged(case("b.x"), answer("d.x")),
        ]
    )
    assert table.rows == ("b", "a")
    assert cell(table, "b", "b") == 1
    assert cell(table, "b", "a") == 1
    assert cell(table, "b", "d") == 1
    assert cell(table, "b", "asked_back_right") == 1
    assert cell(table, "a", "blocked") == 1


def test_seldom_given_topics_share_a_column() -> None:
    table = topic_confusion([judged(case("a.x"), answer(f"t{number}.x")) for number in range(9)], worst=1)
    assert table.rows == ("a",)
    assert cell(table, "a", OTHER) == 3
    assert sum(table.counts[0]) == 9


def test_an_answer_that_is_right_too_is_no_confusion() -> None:
    assert topic_confusion([judged(case("a.x|b.x"), answer("b.x"))]).rows == ()


def test_facets_are_compared_where_the_treatment_is_right() -> None:
    table = facet_confusion(
        [
            judged(case("ect.overview"), answer("ect.timeline")),
            judged(case("ect.overview|ect.status"), answer("ect.status")),
            judged(case("ect.overview"), answer("vns.timeline")),
            judged(case("contact.overview"), answer("contact.overview")),
        ],
        frozenset({"ect", "vns"}),
    )
    assert len(table.rows) == len(table.columns) == 9
    assert sum(map(sum, table.counts)) == 2
    assert cell(table, "overview", "timeline") == 1
    assert cell(table, "status", "status") == 1
