"""Starts the assistant: Rasa's server with the guarded channels and the actions within."""

from __future__ import annotations

import asyncio
import logging
import uuid
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Callable, Optional, Sequence

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import InputChannel
from rasa.core.run import close_resources, configure_app
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from bot.actions_endpoint import InProcessActions
from bot.settings import PROJECT, Settings

logger = logging.getLogger(__name__)

_MAX_BODY = 1024 * 1024
"""Bytes of a request."""


def endpoints(settings: Settings) -> AvailableEndpoints:
    """Returns the endpoints of endpoints.yml, with the actions where the settings want them."""
    available = AvailableEndpoints.read_endpoints(str(PROJECT / "endpoints.yml"))
    available.action = EndpointConfig(settings.actions_url) if settings.actions_url else InProcessActions()
    return available


async def load(settings: Settings, model: Optional[Path]) -> Agent:
    """Loads the assistant; without a model it loads one that can't answer, and the guard speaks for it."""
    return await load_agent(model_path=str(model) if model else None, endpoints=endpoints(settings))


def create_app(
    settings: Settings,
    *,
    model: Optional[Path],
    channels: Sequence[InputChannel],
    on_ready: Callable[[Agent], None] = lambda agent: None,
) -> Sanic:
    """Returns the server.

    It listens, and the guard answers, before the model is loaded and if it never is.

    Args:
        settings: The settings.
        model: The model's file, or None if there is none.
        channels: Where messages come in.
        on_ready: Called once the model is loaded; never if it can't be.
    """
    # Sanic refuses two apps of one name in a process; tests start several.
    Sanic._app_registry.clear()
    app = configure_app(
        list(channels), enable_api=False, port=settings.port, conversation_id=uuid.uuid4().hex, endpoints=None
    )

    app.config.REQUEST_MAX_SIZE = _MAX_BODY

    async def load_in_background(app: Sanic, loop: AbstractEventLoop) -> None:
        # Reading a model takes seconds of computing: in a thread, it holds up nobody.
        def work() -> Agent:
            return asyncio.run(load(settings, model))

        async def wait() -> None:
            try:
                app.ctx.agent = await asyncio.to_thread(work)
            except Exception:
                logger.exception("The model can't be loaded: every reply will be the fail-safe one.")
                return
            if app.ctx.agent.is_ready():
                on_ready(app.ctx.agent)
            else:  # Rasa has logged why, and does not raise
                logger.error("No model is loaded: every reply will be the fail-safe one. Run `trd train --force`.")

        app.ctx.loading = asyncio.ensure_future(wait())

    app.register_listener(load_in_background, "after_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app


def create_shell(settings: Settings, *, model: Path, channel: InputChannel) -> Sanic:
    """Returns a server for Rasa's shell, with the model loaded before the shell opens."""
    Sanic._app_registry.clear()
    app = configure_app([channel], enable_api=False, port=settings.port, conversation_id=uuid.uuid4().hex)

    async def load_first(app: Sanic, loop: AbstractEventLoop) -> None:
        app.ctx.agent = await load(settings, model)

    app.register_listener(load_first, "before_server_start")
    app.register_listener(close_resources, "after_server_stop")
    return app
