"""The audit log, the inbox, findings and offsets: what the first release wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_COUNT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of the first release."""
    op.create_table(
        "audit_entries",
        sa.Column("seq", _COUNT, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("peaks", sa.Text, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("place", _COUNT, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("accepted_at", sa.Text, nullable=False),
        sa.Column("done_at", sa.Text),
    )
    op.create_table(
        "findings",
        sa.Column("place", _COUNT, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False, unique=True),
        sa.Column("finding", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("delivered_at", sa.Text),
    )
    op.create_table(
        "offsets",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("offset", sa.Text, nullable=False),
    )
