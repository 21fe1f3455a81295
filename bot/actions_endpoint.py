"""Runs the custom actions within the Rasa process, so that one command starts the whole assistant."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

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
