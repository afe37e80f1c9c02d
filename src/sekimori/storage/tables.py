"""The tables, all of one database, as the newest migration leaves them."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata: Final = MetaData()

Count: Final = BigInteger().with_variant(Integer, "sqlite")
"""A number that may grow for years; SQLite counts rows by ``INTEGER PRIMARY KEY`` only."""

audit_entries: Final = Table(
    "audit_entries",
    metadata,
    Column("seq", Count, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
"""One row an entry; ``text`` is its canonical text, which ``hash`` and ``signature`` cover."""

audit_head: Final = Table(
    "audit_head",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("peaks", Text, nullable=False),
)
"""One row: the signed head, and what the Merkle tree needs to grow (hexadecimal, with spaces between)."""

inbox: Final = Table(
    "inbox",
    metadata,
    Column("place", Count, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("payload", LargeBinary),
    Column("accepted_at", Text, nullable=False),
    Column("done_at", Text),
    Column("claimed_by", Text),
    Column("claimed_until", Text),
)
"""Work accepted from Slack. The payload goes when the work is done; the key stays, to recognise a repetition."""

findings: Final = Table(
    "findings",
    metadata,
    Column("place", Count, primary_key=True),
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("finding", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("delivered_at", Text),
    Column("alert", Text),
    Column("revision", Integer),
)
"""What the watch found, in the order it found it; ``alert`` is the alert it is a part of, since that ``revision``.

``delivered_at`` is when every sink had it; at once where nobody is to be told.
"""

Index("findings_by_alert", findings.c.alert, findings.c.place)

alerts: Final = Table(
    "alerts",
    metadata,
    Column("place", Count, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("app", Text),
    Column("level", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("decision", Count),
    Column("muted_by", Count),
)
"""Findings that belong together. ``decision`` is the newest of its own; ``muted_by`` the earlier one that covers it."""

Index("alerts_by_standing", alerts.c.standing, alerts.c.place)

alert_keys: Final = Table(
    "alert_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("alert", Text, nullable=False),
)
"""By what a further finding is known to belong to an alert; ``key`` is a digest."""

decisions: Final = Table(
    "decisions",
    metadata,
    Column("place", Count, primary_key=True),
    Column("alert", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("until", Text),
    Column("rules", Text, nullable=False),
    Column("app", Text),
    Column("actor", Text),
    Column("entry", Text, nullable=False),
    Column("ended_at", Text),
)
"""What people said of alerts, oldest first; ``entry`` is the audit entry that was written before.

Until ``until`` or ``ended_at`` the same is recorded and not told: ``rules`` (JSON) on ``app`` by ``actor``, or by all.
"""

Index("decisions_by_alert", decisions.c.alert, decisions.c.place)

sinks: Final = Table(
    "sinks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("rank", Integer, nullable=False),
)
"""Where alerts go, and from which level on."""

deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("place", Count, primary_key=True),
    Column("alert", Text, nullable=False),
    Column("sink", Text, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("wanted_at", Text, nullable=False),
    Column("due_at", Text),
    Column("not_before", Text),
    Column("taken", Integer, nullable=False),
    Column("taken_at", Text),
    Column("reference", Text),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text),
    Column("dead_at", Text),
    Column("claimed_by", Text),
    Column("claimed_until", Text),
)
"""What each sink is to be given: revision ``wanted`` of an alert, of which it has ``taken``.

``due_at`` is None where there is nothing to do; ``not_before`` keeps edits apart; ``attempts`` and ``reason`` tell of
the revision that is not taken yet, ``dead_at`` that it was given up.
"""

Index("deliveries_by_alert", deliveries.c.alert, deliveries.c.sink, unique=True)
Index("deliveries_due", deliveries.c.sink, deliveries.c.due_at)

offsets: Final = Table(
    "offsets",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("offset", Text, nullable=False),
)
"""How far each stream of records was read."""

call_claims: Final = Table(
    "call_claims",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("claimed_at", Text, nullable=False),
)
"""Which request used an audit entry first; ``request`` is what a log said, as bytes, since it may say anything."""

Index("call_claims_by_time", call_claims.c.claimed_at)

own_tokens: Final = Table(
    "own_tokens",
    metadata,
    Column("token_id", Text, primary_key=True),
    Column("obtained_at", Text, nullable=False),
)
"""The tokens that our audit log names, as far as the watch learnt it, by Entra's unique token identifier."""

watch_notes: Final = Table(
    "watch_notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("note", Text, nullable=False),
)
"""What the watch keeps in a few words: how far it learnt our audit log, what it reported, when logs usually come."""

jobs: Final = Table(
    "jobs",
    metadata,
    Column("name", Text, primary_key=True),
    Column("due_at", Text),
    Column("payload", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_due_at", Text),
    Column("done_at", Text),
    Column("claimed_by", Text),
    Column("claimed_until", Text),
)
"""What is to be done at an instant. One that was done and is not due again has no ``due_at``; its name stays."""

narrowings: Final = Table(
    "narrowings",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("paused_by", Text),
    Column("precision", Integer),
    Column("narrowed_at", Text),
)
"""What was paused or narrowed: ``subject`` is ``person:<id>``, or ``service``. ``precision`` is the domain's number."""

sendings: Final = Table(
    "sendings",
    metadata,
    Column("part", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("note", Text),
)
"""Parts of replies that were about to be posted; ``note`` is what helps to find one again. They go with the request."""

Index("sendings_by_request", sendings.c.request)

notices: Final = Table(
    "notices",
    metadata,
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("begun_at", Text, nullable=False),
    Column("ts", Text),
    Column("content", Text, nullable=False),
)
"""Messages that the desk put up by itself; ``content`` says as much as the message does, to notice a change."""

watch_cells: Final = Table(
    "watch_cells",
    metadata,
    Column("name", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("about", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("due", BigInteger),
    Column("expires", BigInteger, nullable=False),
)
"""What the rules that remember know of one group; instants are milliseconds since 1970, as the events tell the time."""

Index("watch_cells_by_due", watch_cells.c.due)

watch_clocks: Final = Table(
    "watch_clocks",
    metadata,
    Column("part", Text, primary_key=True),
    Column("latest", BigInteger, nullable=False),
    Column("read_at", Text),
)
"""The latest instant in each part of the sources; the part without a name is the watermark of all."""
