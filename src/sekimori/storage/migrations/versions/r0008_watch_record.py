"""What the watch knows of our own audit log without reading all of it, and what it noted from tick to tick."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Keep the tokens that were ours, and short notes by name."""
    op.create_table(
        "own_tokens",
        sa.Column("token_id", sa.Text, primary_key=True),
        sa.Column("obtained_at", sa.Text, nullable=False),
    )
    op.create_table(
        "watch_notes",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("call_claims_by_time", "call_claims", ["claimed_at"])
