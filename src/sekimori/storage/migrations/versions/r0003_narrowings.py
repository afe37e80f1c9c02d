"""What calendar owners and administrators paused and narrowed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Keep narrowings."""
    op.create_table(
        "narrowings",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("paused_by", sa.Text),
        sa.Column("precision", sa.Integer),
        sa.Column("narrowed_at", sa.Text),
    )
