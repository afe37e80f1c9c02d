"""Every row of the recorded shapes: who acted, in whose context, which fields say so."""

import json
import random

import pytest

from sekimori.core.ids import ChannelId, EnterpriseId, UserId
from sekimori.sim.broadcast import Broadcast
from sekimori.sim.ids import IdSource
from sekimori.sim.slack.payloads import DeliveredIn, Subscription, event_callback
from sekimori.sim.slack.store import Message, SlackStore
from sekimori.sim.world import build_world

from .conftest import NOW

ABSENT = "absent"
A, B, C, GRID = "T0CONTOSO", "T0FABRIKAM", "T0NORTHWIND", "E0CONTOSO"
HOME, HOST = DeliveredIn.HOME, DeliveredIn.HOST
MENTION, MESSAGE = Subscription.MENTION, Subscription.MESSAGE
# event, who, context, grid -> outer team, outer enterprise, context_team_id, event.team, user_team
ROWS = [
    (MESSAGE, "U0SATO", HOME, True, B, ABSENT, A, B, ABSENT),
    (MESSAGE, "U0SEC", HOME, True, A, GRID, A, A, ABSENT),
    (MESSAGE, "U0SEC", HOST, True, A, GRID, B, A, ABSENT),
    (MENTION, "U0SATO", HOME, True, B, ABSENT, ABSENT, B, ABSENT),
    (MENTION, "U0SATO", HOST, True, A, GRID, ABSENT, A, B),
    (MENTION, "U0SEC", HOME, True, B, ABSENT, ABSENT, B, GRID),
    (MENTION, "U0SEC", HOME, False, B, ABSENT, ABSENT, B, A),
    (MENTION, "U0THIRD", HOME, False, B, ABSENT, ABSENT, B, C),
    (MESSAGE, "U0THIRD", HOME, False, C, ABSENT, A, C, ABSENT),
]


def store(*, grid: bool = False) -> SlackStore:
    enterprise = EnterpriseId(GRID) if grid else None
    world = build_world(now=NOW, timezone="Asia/Tokyo", contoso_enterprise=enterprise)
    return SlackStore(world, IdSource(random.Random(1)), Broadcast())


def payload(store: SlackStore, subscription, user, delivered_in, channel="C0SHARED") -> dict:
    message = Message(ts="1795000000.000001", channel=ChannelId(channel), user=UserId(user), text="<@U0BOT> hi")
    return event_callback(store, message, subscription, delivered_in=delivered_in, at=NOW)


@pytest.mark.parametrize(
    ("subscription", "user", "delivered_in", "grid", "outer", "enterprise", "context", "team", "user_team"), ROWS
)
def test_recorded_shapes(subscription, user, delivered_in, grid, outer, enterprise, context, team, user_team):
    body = payload(store(grid=grid), subscription, user, delivered_in)
    event = body["event"]
    assert body["team_id"] == outer
    assert body.get("enterprise_id", ABSENT) == enterprise
    assert body.get("context_team_id", ABSENT) == context
    assert event["team"] == team
    assert event.get("user_team", ABSENT) == event.get("source_team", ABSENT) == user_team
    assert event.get("user_profile", {}).get("team", ABSENT) == user_team


@pytest.mark.parametrize("row", ROWS)
def test_the_installed_side_is_the_authorization_in_every_shape(row):
    body = payload(store(grid=row[3]), *row[:3])
    assert body["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": B,
            "user_id": "U0BOT",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]
    assert (body["api_app_id"], body["is_ext_shared_channel"]) == ("A0APP", True)
    json.dumps(body)


def test_a_channel_of_ours_alone_is_not_shared():
    assert payload(store(), MENTION, "U0SATO", HOME, "C0SECURITY")["is_ext_shared_channel"] is False


def test_a_direct_message_says_so():
    slack = store()
    channel = slack.open_direct(UserId("U0SEC")).id
    body = payload(slack, MESSAGE, "U0SEC", HOME, channel)
    assert body["event"]["channel_type"] == "im"
    assert body["is_ext_shared_channel"] is True


def test_each_event_has_its_own_id():
    slack = store()
    ids = {payload(slack, MENTION, "U0SEC", HOME)["event_id"] for _ in range(50)}
    assert len(ids) == 50
