"""Who asks, and where: what the edge established, in the domain's own words."""

from dataclasses import dataclass
from enum import StrEnum

from sekimori.core.ids import ChannelId, EnterpriseId, TeamId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody whose account the chat service confirmed.

    A person on an Enterprise Grid may be known by the organisation alone, everybody else by the workspace.
    """

    user: UserId
    team: TeamId | None
    enterprise: EnterpriseId | None = None


class Doubt(StrEnum):
    """Why the chat service's word about somebody is not enough."""

    NOT_NAMED = "not_named"
    NOT_LOOKED_UP = "not_looked_up"
    DISAGREES = "disagrees"
    STRANGER = "stranger"
    GUEST = "guest"
    DEACTIVATED = "deactivated"
    BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """Somebody of whom it is not certain who they are; what the payload claimed is kept for the record alone."""

    doubt: Doubt
    user: UserId | None = None
    team: TeamId | None = None


class Setting(StrEnum):
    """The kind of place a question is asked in."""

    CHANNEL = "channel"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a question is asked; a direct conversation is between the asker and the desk alone."""

    channel: ChannelId
    setting: Setting = Setting.CHANNEL
