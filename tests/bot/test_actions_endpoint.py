from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.actions_endpoint import InProcessActions


@pytest.fixture
def action() -> RemoteAction:
    return RemoteAction("action_answer", InProcessActions())


def test_a_result_in_order_passes(action: RemoteAction) -> None:
    event = {"event": "slot", "name": "last_answer", "value": "ect.overview", "timestamp": None}
    assert action._validate_action_result({"events": [event], "responses": [{"text": "An answer."}]})


@pytest.mark.parametrize("result", [{"events": "none"}, {"events": [{"event": 1}]}, {"responses": ["An answer."]}, []])
def test_a_result_out_of_order_is_still_refused(action: RemoteAction, result: Any) -> None:
    with pytest.raises(ValidationError):
        action._validate_action_result(result)
