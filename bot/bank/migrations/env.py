"""Runs the migrations: on the connection that the store hands over, or on the address in alembic.ini."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from bot.bank.models import Base


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    _run(handed_over)
else:  # somebody is writing a migration, and wants every table compared
    import bot.records.models
    import bot.records.sms  # noqa: F401

    with create_engine(context.config.get_main_option("sqlalchemy.url"), future=True).begin() as connection:
        _run(connection)
