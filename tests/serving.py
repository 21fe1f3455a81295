"""A real HTTP server in a thread of its own, for what does not need a trained model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Optional

from sanic import Blueprint, Sanic
from sanic.touchup import TouchUp

from tests.conftest import free_port


class Serving:
    """Serves blueprints until it is stopped; then it can start again on the same port.

    Args:
        make: Returns the blueprints with their prefixes; called at each start.
    """

    def __init__(self, make) -> None:
        self._make, self.port = make, free_port()
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._thread: Optional[threading.Thread] = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        Sanic._app_registry.clear()
        app = Sanic("serving", configure_logging=False)
        app.config.REQUEST_MAX_SIZE = 1024 * 1024
        blueprints: Iterable[tuple[Blueprint, str]] = self._make()
        for blueprint, prefix in blueprints:
            app.blueprint(blueprint, url_prefix=prefix)
        loop, up = asyncio.new_event_loop(), threading.Event()

        def run() -> None:
            asyncio.set_event_loop(loop)
            server = loop.run_until_complete(
                app.create_server(port=self.port, return_asyncio_server=True, access_log=False)
            )
            # Sanic rewrites its own code for speed, and trips over what it has rewritten before.
            if any(getattr(part, "__touched__", False) for part, _ in TouchUp._registry):
                TouchUp._registry.clear()
            loop.run_until_complete(server.startup())
            loop.call_soon(up.set)
            loop.run_forever()
            # As when the process is killed: connections that are open break.
            server.server.close()
            for connection in list(server.connections):
                connection.transport.abort()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.close()

        self._loop, self._thread = loop, threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert up.wait(20)

    def stop(self) -> None:
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop = self._thread = None
