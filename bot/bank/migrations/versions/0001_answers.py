"""Sources, topics, answers and what they cite."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "source",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("topic_group", sa.String(40), nullable=False),
        sa.Column("aliases", sa.Text, nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.String(101), primary_key=True),
        sa.Column("topic_id", sa.String(80), sa.ForeignKey("topic.id"), nullable=False, index=True),
        sa.Column("facet", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sms", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("review_by", sa.Date, nullable=False),
        sa.Column("gap", sa.Boolean, nullable=False),
    )
    op.create_table(
        "citation",
        sa.Column("answer_id", sa.String(101), sa.ForeignKey("answer.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.String(80), sa.ForeignKey("source.id"), nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Takes the change back."""
    for name in ("document", "citation", "answer", "topic", "source"):
        op.drop_table(name)
