from __future__ import annotations

import pytest

from bot.understanding.spelling import Spelling

COUNTS = {
    "telehealth": 30,
    "hospital": 20,
    "treatment": 90,
    "treatmant": 1,
    "cost": 50,
    "coast": 1,
    "locations": 9,
    "act": 9,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("do yall do tellehealth", "do yall do telehealth"),
        ("a Hosptal?", "a hospital?"),
        ("the treatmants, the treatmant", "the treatment, the treatment"),
        ("lcoations", "locations"),
        ("what is ACT", "what is ACT"),
        ("cst", "cst"),  # too short to be sure
        ("wegovy and zebras", "wegovy and zebras"),
        ("Hospital COST", "Hospital COST"),
        ("", ""),
    ],
)
def test_slips_are_put_right_and_the_rest_stands(typed: str, meant: str) -> None:
    assert Spelling(COUNTS).correct(typed) == meant
