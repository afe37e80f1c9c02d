"""What the doctor sees for itself: the clock, the declared certificate, one real call, the record."""

from datetime import datetime, timedelta

import msgspec


class Present(msgspec.Struct, frozen=True):
    """Now, and the thumbprints (SHA-1, hexadecimal, lower case) of the certificates that the manifest declares."""

    now: datetime
    thumbprints: frozenset[str]


class Clock(msgspec.Struct, frozen=True):
    """How far this machine's clock is from Graph's, to the second."""

    ahead: timedelta


class Trial(msgspec.Struct, frozen=True):
    """One real, recorded call of the desk's own identity.

    ``keys`` are those of the schedule items that came back, beyond what free/busy is; never their values.
    ``outside`` is the HTTP status of asking for a mailbox that should be out of reach; None where none was named.
    """

    status: int
    keys: frozenset[str]
    lifetime: timedelta | None
    outside: int | None = None


class Record(msgspec.Struct, frozen=True):
    """The audit log: how many entries, what is wrong with it, and when its signed head was last copied."""

    size: int
    broken: str | None
    checkpoint: datetime | None


class Workspace(msgspec.Struct, frozen=True):
    """What Slack says of the bot's token: workspace, app, scopes (None where Slack does not say them)."""

    team: str
    app: str | None
    scopes: frozenset[str] | None


class Channel(msgspec.Struct, frozen=True):
    """One channel: the workspaces connected to it, and its members (None where they could not be read)."""

    id: str
    teams: frozenset[str]
    members: frozenset[str] | None
    is_member: bool


class Channels(msgspec.Struct, frozen=True):
    """The channels that the manifest names, as far as the bot sees them; the others by why not."""

    seen: list[Channel]
    unseen: dict[str, str]
