"""Work that several instances share: claims on the inbox and on findings, jobs, and who used an audit entry first."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Let work be claimed; keep jobs and call claims."""
    for table in ("inbox", "findings"):
        op.add_column(table, sa.Column("claimed_by", sa.Text))
        op.add_column(table, sa.Column("claimed_until", sa.Text))
    op.create_table(
        "call_claims",
        sa.Column("entry_id", sa.Text, primary_key=True),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("claimed_at", sa.Text, nullable=False),
    )
    op.create_table(
        "jobs",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("due_at", sa.Text),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_due_at", sa.Text),
        sa.Column("done_at", sa.Text),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_until", sa.Text),
    )
