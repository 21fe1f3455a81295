"""Runs the custom actions within the Rasa process, so that one command starts the whole assistant."""

from __future__ import annotations

import asyncio
import functools
from typing import Any, Optional

import jsonschema
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class InProcessActions(EndpointConfig):
    """An action endpoint that calls the actions instead of a server.

    Args:
        package: The package with the actions.
    """

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url=f"in-process:{package}")
        self._executor = ActionExecutor()
        self._executor.register_package(package)
        _check_results_quickly()

    async def request(
        self,
        method: str = "post",
        subpath: Optional[str] = None,
        content_type: Optional[str] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Optional[Any]:
        """Runs the action that Rasa asks for and returns its events and responses (see parent class)."""
        call = kwargs["json"]
        # In a thread: a database that hangs must not hold up everyone else's turn, the guard's above all.
        return await asyncio.to_thread(lambda: asyncio.run(self._executor.run(call)))


def _check_results_quickly() -> None:
    """Makes Rasa read its schema of an action's result once.

    Rasa 3.6 reads and checks the schema itself at every turn, on the event loop: 24 ms in which nobody else is served.
    """

    def validate(action: RemoteAction, result: dict[str, Any]) -> bool:
        _result_validator().validate(result)
        return True

    RemoteAction._validate_action_result = validate


@functools.lru_cache(maxsize=1)
def _result_validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return jsonschema.validators.validator_for(schema)(schema)
