"""The tables, all of one database."""

from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

SCHEMA_VERSION: Final = 1
"""Raised whenever a table changes its form; kept as SQLite's ``user_version``."""

metadata: Final = MetaData()

audit_entries: Final = Table(
    "audit_entries",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
"""One row an entry; ``text`` is its canonical text, which ``hash`` and ``signature`` cover."""

audit_head: Final = Table(
    "audit_head",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("note", Text, nullable=False),
    Column("peaks", Text, nullable=False),
)
"""One row: the signed head, and what the Merkle tree needs to grow (hexadecimal, with spaces between)."""

inbox: Final = Table(
    "inbox",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("payload", LargeBinary),
    Column("accepted_at", Text, nullable=False),
    Column("done_at", Text),
)
"""Work accepted from Slack. The payload goes when the work is done; the key stays, to recognise a repetition."""

findings: Final = Table(
    "findings",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("finding", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("delivered_at", Text),
)
"""What the watch found, in the order it found it."""

offsets: Final = Table(
    "offsets",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("offset", Text, nullable=False),
)
"""How far each stream of records was read."""
