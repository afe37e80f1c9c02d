"""Alerts of several findings, what people say of them, and a delivery for each sink."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_COUNT = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables; each finding that is kept becomes an alert of its own."""
    op.drop_column("findings", "claimed_by")
    op.drop_column("findings", "claimed_until")
    op.add_column("findings", sa.Column("alert", sa.Text))
    op.add_column("findings", sa.Column("revision", sa.Integer))
    op.create_index("findings_by_alert", "findings", ["alert", "place"])
    _alerts()
    _decisions()
    _deliveries()
    op.execute("UPDATE findings SET alert = fingerprint, revision = 1")
    op.execute(
        "INSERT INTO alerts (id, level, lead, count, revision, first_at, last_at, recorded_at, standing)"
        " SELECT fingerprint, 'high', fingerprint, 1, 1, recorded_at, recorded_at, recorded_at, 'new'"
        " FROM findings ORDER BY place"
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("place", _COUNT, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("app", sa.Text),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("lead", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("first_at", sa.Text, nullable=False),
        sa.Column("last_at", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("decision", _COUNT),
        sa.Column("muted_by", _COUNT),
    )
    op.create_index("alerts_by_standing", "alerts", ["standing", "place"])
    op.create_table(
        "alert_keys",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("alert", sa.Text, nullable=False),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("place", _COUNT, primary_key=True),
        sa.Column("alert", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("until", sa.Text),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("app", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
    )
    op.create_index("decisions_by_alert", "decisions", ["alert", "place"])


def _deliveries() -> None:
    op.create_table(
        "sinks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("place", _COUNT, primary_key=True),
        sa.Column("alert", sa.Text, nullable=False),
        sa.Column("sink", sa.Text, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("wanted_at", sa.Text, nullable=False),
        sa.Column("due_at", sa.Text),
        sa.Column("not_before", sa.Text),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("taken_at", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("dead_at", sa.Text),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_until", sa.Text),
    )
    op.create_index("deliveries_by_alert", "deliveries", ["alert", "sink"], unique=True)
    op.create_index("deliveries_due", "deliveries", ["sink", "due_at"])
