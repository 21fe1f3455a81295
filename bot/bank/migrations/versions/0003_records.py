"""Records: crisis events, unanswered questions, feedback, and the daily counts that stay of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "crisis_event",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("lexicon", sa.String(12), nullable=False),
        sa.Column("layer", sa.String(12)),
        sa.Column("session", sa.String(32)),
    )
    op.create_table(
        "crisis_count",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("level", sa.String(10), primary_key=True),
        sa.Column("category", sa.String(40), primary_key=True),
        sa.Column("events", sa.Integer, nullable=False),
    )
    op.create_table(
        "unanswered",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("session", sa.String(32), index=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "feedback",
        sa.Column("session", sa.String(32), primary_key=True),
        sa.Column("answer_id", sa.String(101), primary_key=True),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "feedback_count",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("answer_id", sa.String(101), primary_key=True),
        sa.Column("version", sa.String(40), primary_key=True),
        sa.Column("helpful", sa.Boolean, primary_key=True),
        sa.Column("votes", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Takes the change back; all records are lost."""
    for name in ("feedback_count", "feedback", "unanswered", "crisis_count", "crisis_event"):
        op.drop_table(name)
