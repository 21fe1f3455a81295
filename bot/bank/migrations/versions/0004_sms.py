"""The SMS channel: messages answered, where each conversation stands, and who opted out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "sms_message",
        sa.Column("sid", sa.String(64), primary_key=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("segments", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sms_message_at", "sms_message", ["at"])
    op.create_table(
        "sms_conversation",
        sa.Column("sender", sa.String(64), primary_key=True),
        sa.Column("rest", sa.Text, nullable=False),
        sa.Column("choices", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sms_conversation_at", "sms_conversation", ["at"])
    op.create_table(
        "sms_opt_out",
        sa.Column("sender", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Takes the change back."""
    for table in ("sms_opt_out", "sms_conversation", "sms_message"):
        op.drop_table(table)
