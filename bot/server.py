"""Starts the assistant: Rasa's server with the guarded channels and the actions within."""

from __future__ import annotations

import asyncio
import logging
import sys
import uuid
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Callable, Optional, Sequence

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import InputChannel, register
from rasa.core.run import close_resources, configure_app
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig
from sanic import Blueprint, Sanic

from bot.actions_endpoint import InProcessActions
from bot.bank.files import read_profile
from bot.channels.guard import Guard
from bot.channels.rest import GuardedRestInput
from bot.channels.sms.channel import GuardedSmsInput
from bot.channels.web import WebInput
from bot.records import recorder
from bot.settings import PROJECT, Settings
from bot.web.bundle import bundle
from bot.web.pages import pages as web_pages

logger = logging.getLogger(__name__)

_MAX_BODY = 1024 * 1024
"""Bytes of a request."""
_SWITCH_SECONDS = 0.0005


def endpoints(settings: Settings) -> AvailableEndpoints:
    """Returns the endpoints of endpoints.yml, with the actions where the settings want them."""
    available = AvailableEndpoints.read_endpoints(str(PROJECT / "endpoints.yml"))
    available.action = EndpointConfig(settings.actions_url) if settings.actions_url else InProcessActions()
    return available


async def load(settings: Settings, model: Optional[Path]) -> Agent:
    """Loads the assistant; without a model it loads one that can't answer, and the guard speaks for it."""
    return await load_agent(model_path=str(model) if model else None, endpoints=endpoints(settings))


def channels(settings: Settings) -> list[InputChannel]:
    """Returns the channels of the server, all behind one guard.

    Raises:
        SettingsError: If a setting is missing that the channels need where others can reach the server.
        BankError: If the provider's profile is not usable.
        SafetyDataError: If a file of data/safety is not usable.
    """
    guard = Guard.from_settings(settings)
    doors: list[InputChannel] = [
        GuardedRestInput.from_settings(settings, guard),
        WebInput.from_settings(settings, guard, recorder=recorder(settings)),
    ]
    if settings.twilio_auth_token:
        doors.append(GuardedSmsInput.from_settings(settings, guard))
    return doors


def site(settings: Settings) -> Blueprint:
    """Returns the widget and its demo page.

    Raises:
        BankError: If the provider's profile is not usable.
        BundleError: If a file of the widget is not usable.
    """
    return web_pages(bundle(), read_profile(settings.bank_dir))


def create_app(
    settings: Settings,
    *,
    model: Optional[Path],
    channels: Sequence[InputChannel],
    pages: Optional[Blueprint] = None,
    on_ready: Callable[[Agent], None] = lambda agent: None,
) -> Sanic:
    """Returns the server.

    It listens, and the guard answers, before the model is loaded and if it never is.

    Args:
        settings: The settings.
        model: The model's file, or None if there is none.
        channels: Where messages come in.
        pages: What is served beside them.
        on_ready: Called once the model is loaded; never if it can't be.
    """
    # Threads that compute hand the interpreter over sooner: the crisis path waits for it several times a reply.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Sanic refuses two apps of one name in a process; tests start several.
    Sanic._app_registry.clear()
    # Rasa's own app would greet at / and open itself to other sites.
    app = Sanic("trd", configure_logging=False)
    register(list(channels), app, route="/webhooks/")
    if pages is not None:
        app.blueprint(pages)
    app.config.REQUEST_MAX_SIZE = _MAX_BODY
    app.config.PROXIES_COUNT = settings.proxies or None

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
