"""Who and what exists: three companies, their people, two channels, two calendars, one app registration."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.ids import AppId, ChannelId, EnterpriseId, TeamId, UserId
from sekimori.sim.calendars import Appointment, bait_of, partner_calendars, seeded_calendars

HOME_TEAM: Final = TeamId("T0FABRIKAM")
PARTNER_TEAM: Final = TeamId("T0CONTOSO")
THIRD_TEAM: Final = TeamId("T0NORTHWIND")
SLACK_APP: Final = "A0APP"
BOT_USER: Final = UserId("U0BOT")
BOT_ID: Final = "B0BOT"
SHARED_CHANNEL: Final = ChannelId("C0SHARED")
SECURITY_CHANNEL: Final = ChannelId("C0SECURITY")

TENANT: Final = "11111111-2222-4333-8444-555555555555"
APP: Final = AppId("6f1d2c3b-4a59-4871-8e90-aabbccddeeff")
APP_OBJECT: Final = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901"
SERVICE_PRINCIPAL: Final = "7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3"
FEDERATED_CREDENTIAL: Final = "4c5d6e7f-8091-4a2b-93c4-d5e6f7081923"
APP_NAME: Final = "schedule-bot"
READER: Final = AppId("4d5e6f70-8192-43a4-85b6-c7d8e9f00112")
"""The app registration that the watch reads logs as; it may do nothing else."""
READER_PRINCIPAL: Final = "5e6f7081-92a3-44b5-86c7-d8e9f0011223"
READER_CREDENTIAL: Final = "6f708192-a3b4-45c6-87d8-e9f001122334"
KEY: Final = "5e6f7081-92a3-44b5-86d7-e8f90a1b2c3e"
HR_APP: Final = AppId("0d1e2f30-4152-4364-8576-8798a9bacbdc")
HR_OBJECT: Final = "3c4d5e6f-7081-4293-a4b5-c6d7e8f90a12"
HR_PRINCIPAL: Final = "8b9c0d1e-2f3a-4b4c-8d5e-6f708192a3b4"
HR_NAME: Final = "HR feed"


class MemberKind(StrEnum):
    """What a Slack member is."""

    PERSON = "person"
    BOT = "bot"
    GUEST = "guest"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A Slack workspace; ``enterprise`` where it belongs to an Enterprise Grid organisation."""

    id: TeamId
    name: str
    domain: str
    enterprise: EnterpriseId | None = None

    @property
    def actor_team(self) -> str:
        """What Slack calls the member's side in ``user_team``: the organisation's id on Enterprise Grid."""
        return self.enterprise or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of one workspace; ``role`` is what the page says about them."""

    id: UserId
    team: TeamId
    handle: str
    name: str
    role: dict[str, str]
    kind: MemberKind = MemberKind.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A channel or a direct message; ``host`` is the workspace that owns it."""

    id: ChannelId
    name: str
    host: TeamId
    members: frozenset[UserId]
    teams: frozenset[TeamId]
    direct: tuple[UserId, ...] = ()

    @property
    def externally_shared(self) -> bool:
        """Whether more than one company is in it."""
        return len(self.teams) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that is there before the first request.

    ``calendars`` are company B's, by mailbox; ``partner_calendars`` are the same people's at company A.
    """

    workspaces: dict[TeamId, Workspace]
    members: dict[UserId, Member]
    channels: dict[ChannelId, Conversation]
    calendars: dict[str, tuple[Appointment, ...]]
    partner_calendars: dict[str, tuple[Appointment, ...]]

    def workspace_of(self, user: UserId) -> Workspace:
        """Return the workspace a member belongs to."""
        return self.workspaces[self.members[user].team]

    def bait(self) -> set[str]:
        """Return every seeded text that must never leave a calendar: subjects, places, attendees, bodies."""
        return bait_of(self.calendars) | bait_of(self.partner_calendars)


def build_world(*, now: datetime, timezone: str, contoso_enterprise: EnterpriseId | None = None) -> World:
    """Seed the world around an instant; calendars are laid in the given IANA zone."""
    workspaces = [
        Workspace(id=HOME_TEAM, name="Fabrikam", domain="fabrikam"),
        Workspace(id=PARTNER_TEAM, name="Contoso", domain="contoso", enterprise=contoso_enterprise),
        Workspace(id=THIRD_TEAM, name="Northwind", domain="northwind"),
    ]
    members = {member.id: member for member in _members()}
    return World(
        workspaces={w.id: w for w in workspaces},
        members=members,
        channels={channel.id: channel for channel in _channels()},
        calendars=seeded_calendars(now, ZoneInfo(timezone)),
        partner_calendars=partner_calendars(now, ZoneInfo(timezone)),
    )


def _members() -> list[Member]:
    rows = [
        ("U0SEC", PARTNER_TEAM, "mori", "森 秘書", "Contosoの秘書(予定を聞ける)", "Contoso's secretary (may ask)"),
        ("U0OTHER", PARTNER_TEAM, "hayashi", "林", "Contosoの同僚(許可なし)", "a colleague at Contoso (not listed)"),
        ("U0THIRD", THIRD_TEAM, "north", "North", "第三の会社Northwindの人", "a person of a third company, Northwind"),
        (
            "U0SATO",
            HOME_TEAM,
            "sato",
            "佐藤",
            "Fabrikamの出向者(予定の持ち主)",
            "from Fabrikam; whose schedule is asked",
        ),
        ("U0SUZUKI", HOME_TEAM, "suzuki", "鈴木", "Fabrikamの社員", "works at Fabrikam"),
        (
            "U0TAKAHASHI",
            HOME_TEAM,
            "takahashi",
            "高橋",
            "Fabrikamの社員(だれにも見せていない)",
            "works at Fabrikam; shown to nobody",
        ),
        ("U0ADMIN", HOME_TEAM, "admin", "管理 担当", "Fabrikamの管理者", "Fabrikam's administrator"),
        ("U0STRANGER", THIRD_TEAM, "stranger", "Stranger", "どのチャンネルにもいない人", "in none of the channels"),
    ]
    people = [
        Member(id=UserId(i), team=team, handle=handle, name=name, role={"ja": ja, "en": en})
        for i, team, handle, name, ja, en in rows
    ]
    bot_role = {"ja": "予定を答えるアプリ", "en": "the app that answers"}
    bot = Member(id=BOT_USER, team=HOME_TEAM, handle="yotei", name="予定の窓口", role=bot_role, kind=MemberKind.BOT)
    return [*people, bot]


def _channels() -> list[Conversation]:
    shared = ["U0SEC", "U0OTHER", "U0THIRD", "U0SATO", "U0SUZUKI", "U0TAKAHASHI", BOT_USER]
    security = ["U0SATO", "U0ADMIN", BOT_USER]
    return [
        # Slack: the recorded payloads came from a channel that company A hosts.
        Conversation(
            id=SHARED_CHANNEL,
            name="contoso-fabrikam",
            host=PARTNER_TEAM,
            members=frozenset(map(UserId, shared)),
            teams=frozenset({HOME_TEAM, PARTNER_TEAM, THIRD_TEAM}),
        ),
        Conversation(
            id=SECURITY_CHANNEL,
            name="security-alerts",
            host=HOME_TEAM,
            members=frozenset(map(UserId, security)),
            teams=frozenset({HOME_TEAM}),
        ),
    ]
