"""Which parts of a reply are about to be posted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Keep the parts of replies."""
    op.create_table(
        "sendings",
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_index("sendings_by_request", "sendings", ["request"])
