"""What docs/sms.md says is so."""

from __future__ import annotations

import re

from bot.bank import Bank, gsm7
from bot.settings import PROJECT

GUIDE = (PROJECT / "docs" / "sms.md").read_text(encoding="utf-8")


def test_every_test_that_the_guide_names_is_there() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", GUIDE)
    assert len(named) > 15
    assert [name for name in named if f"def {name}(" not in sources] == []


def test_the_texts_for_the_carrier_hold_988_and_cost_two_segments(bank: Bank) -> None:
    rows = re.findall(r"^\| (STOP|HELP|START) \| (.*) \|$", GUIDE, flags=re.MULTILINE)
    assert [name for name, _ in rows] == ["STOP", "HELP", "START"]
    for _, text in rows:
        filled = text.replace("[clinic]", bank.profile.provider).replace("[phone]", bank.profile.phone)
        assert "988" in filled
        assert gsm7.size(filled).encoding == "GSM-7"
        assert gsm7.size(filled).segments <= 2
