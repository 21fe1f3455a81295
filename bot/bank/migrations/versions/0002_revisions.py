"""Status of an answer, the provider's profile as a table, revisions, and what the files last held."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_document = sa.table("document", sa.column("name", sa.String), sa.column("content", sa.Text))
_PROFILE_TEXTS = ("provider", "leader", "phone", "state", "schedule")
_PROFILE_LISTS = ("cities", "insurers")


def upgrade() -> None:
    """Applies the change; every answer that was there is published."""
    op.add_column("answer", sa.Column("status", sa.String(10), nullable=False, server_default="published"))
    profile = op.create_table(
        "profile",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("leader", sa.Text, nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("cities", sa.Text, nullable=False),
        sa.Column("insurers", sa.Text, nullable=False),
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("item", sa.String(101), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("fields_before", sa.Text),
        sa.Column("fields_after", sa.Text),
    )
    op.create_index("ix_revision_item", "revision", ["kind", "item", "number"])
    op.create_table(
        "baseline",
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("item", sa.String(101), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    connection = op.get_bind()
    old = _content(connection, "phrases")
    if old is not None:
        # New: said of a topic that has no published answer, and asked back. The files bring better words.
        phrases = {
            "no_topic": {"web": "{topic}: {phone}", "sms": "{topic}: {phone}"},
            "clarify": {"web": "{topics}?", "sms": "{topics}?"},
            **json.loads(old),
        }
        connection.execute(
            sa.update(_document).where(_document.c.name == "phrases").values(content=json.dumps(phrases))
        )
    old = _content(connection, "profile")
    if old is not None:
        fields = json.loads(old)
        texts = {name: fields.get(name, "") for name in _PROFILE_TEXTS}
        lists = {name: "\n".join(fields.get(name, ())) for name in _PROFILE_LISTS}
        op.bulk_insert(profile, [{"id": 1, **texts, **lists}])
        connection.execute(sa.delete(_document).where(_document.c.name == "profile"))


def _content(connection: sa.engine.Connection, name: str) -> str | None:
    found = connection.execute(sa.select(_document.c.content).where(_document.c.name == name)).scalar()
    return None if found is None else str(found)


def downgrade() -> None:
    """Takes the change back; revisions are lost."""
    connection = op.get_bind()
    profile = sa.table("profile", *(sa.column(name, sa.Text) for name in (*_PROFILE_TEXTS, *_PROFILE_LISTS)))
    row = connection.execute(sa.select(profile)).mappings().first()
    if row is not None:
        fields = {**row, **{name: row[name].splitlines() for name in _PROFILE_LISTS}}
        connection.execute(sa.insert(_document).values(name="profile", content=json.dumps(fields)))
    phrases = _content(connection, "phrases")
    if phrases is not None:
        older = {key: value for key, value in json.loads(phrases).items() if key not in ("no_topic", "clarify")}
        connection.execute(sa.update(_document).where(_document.c.name == "phrases").values(content=json.dumps(older)))
    for name in ("baseline", "revision", "profile"):
        op.drop_table(name)
    op.drop_column("answer", "status")
