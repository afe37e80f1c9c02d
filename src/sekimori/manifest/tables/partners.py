"""``[[partners]]``: who may ask, and what they are sent without asking."""

from datetime import date
from enum import StrEnum

from sekimori.manifest import formats as of
from sekimori.manifest.tables.people import Precision
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.table import Table


class AnswerIn(StrEnum):
    """Where a partner's answer is shown. Modals and ephemerals do not land in the partner's retention."""

    MODAL = "modal"
    EPHEMERAL = "ephemeral"
    DM = "dm"
    THREAD = "thread"


class Requester(Table, frozen=True, kw_only=True):
    """``[[partners.requesters]]``: somebody who may ask; ``until`` is the last day, in the service's time zone.

    ``precision`` can show this requester less of a person than the person's own does; the stricter of the two holds.
    """

    user: of.User
    may_ask: tuple[of.PersonKey, ...]
    purpose: of.Remark = ""
    precision: Precision | None = None
    until: date | None = None


class WeeklyPost(Table, frozen=True, kw_only=True):
    """``[[partners.weekly_posts]]``: a person's weeks, posted to a channel of the partner's every week.

    ``at`` is in the service's time zone; ``weeks`` counts the present one.
    """

    person: of.PersonKey
    channel: of.Channel
    at: of.WeeklyTime = "Mon 08:30"
    weeks: of.Weeks = 2


class CollisionWatch(Table, frozen=True, kw_only=True):
    """``[[partners.collision_watches]]``: a person's new collisions are told, in a channel or to one requester."""

    person: of.PersonKey
    channel: of.Channel | None = None
    requester: of.User | None = None


class Partner(Table, frozen=True, kw_only=True):
    """``[[partners]]``: a company that may ask, and from which channels.

    ``bystanders`` are workspaces of further companies that are in those channels as well, and may not ask.
    """

    id: of.PartnerKey
    team: of.Team
    enterprise: of.Enterprise | None = None
    channels: tuple[of.Channel, ...] = ()
    bystanders: tuple[of.Team, ...] = ()
    answer_in: AnswerIn = AnswerIn.MODAL
    language: Language | None = None
    requesters: tuple[Requester, ...] = ()
    weekly_posts: tuple[WeeklyPost, ...] = ()
    collision_watches: tuple[CollisionWatch, ...] = ()
