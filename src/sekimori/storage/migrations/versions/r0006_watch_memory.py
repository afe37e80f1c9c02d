"""What the watch remembers from one batch to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Keep cells, and clocks that say when they are due."""
    op.create_table(
        "watch_cells",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("about", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("expires", sa.BigInteger, nullable=False),
    )
    op.create_index("watch_cells_by_due", "watch_cells", ["due"])
    op.create_table(
        "watch_clocks",
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("latest", sa.BigInteger, nullable=False),
        sa.Column("read_at", sa.Text),
    )
