from typing import Any

import pytest

from sekimori.core.ids import EnterpriseId, TeamId, UserId
from sekimori.desk.domain.asker import Actor, Doubt, Unconfirmed
from sekimori.desk.slack.actor import Claim, claimed, confirmed


def event(kind: str, **fields: Any) -> dict[str, Any]:
    outer = {key: fields.pop(key) for key in ("team_id", "context_team_id") if key in fields}
    return {"type": "event_callback", **outer, "event": {"type": kind, **fields}}


@pytest.mark.parametrize(
    ("payload", "side"),
    [
        # B's own user, delivered in either context: outer and context teams say nothing.
        (event("message", user="U1", team="T0B", team_id="T0B", context_team_id="T0A"), "T0B"),
        (event("app_mention", user="U1", team="T0B", team_id="T0B"), "T0B"),
        (event("app_mention", user="U1", team="T0A", user_team="T0B", source_team="T0B", team_id="T0A"), "T0B"),
        # A's user, with and without Enterprise Grid.
        (event("message", user="W1", team="T0A", team_id="T0A"), "T0A"),
        (event("app_mention", user="W1", team="T0B", user_team="E0A", source_team="E0A", team_id="T0B"), "E0A"),
        (event("app_mention", user="U1", team="T0B", user_team="T0A", team_id="T0B"), "T0A"),
        # Interactivity: the user's own team, never the payload's.
        ({"type": "block_actions", "team": {"id": "T0B"}, "user": {"id": "U1", "team_id": "T0A"}}, "T0A"),
        (
            {"type": "view_submission", "team": {"id": "T0A"}, "user": {"id": "U1", "team_id": "T0A"}, "view": {}},
            "T0A",
        ),
        # A slash command comes from the installed workspace's own people alone.
        ({"command": "/sekimori", "user_id": "U1", "team_id": "T0B"}, "T0B"),
    ],
)
def test_the_actors_side_is_read_by_the_kind_of_payload(payload: dict[str, Any], side: str) -> None:
    claim = claimed(payload)
    assert isinstance(claim, Claim)
    assert claim.side == side


@pytest.mark.parametrize(
    "payload",
    [
        {},
        event("reaction_added", user="U1", team_id="T0B"),
        event("file_shared", user_id="U1", team_id="T0A"),
        event("member_left_channel", user="W1", team="E0A"),
        event("app_mention", user="U1"),
        event("app_mention", user="U1", source_team="T0A", team_id="T0A"),
        event("app_mention", user="U1", team="T0A", user_team=""),
        event("app_mention", user="U1", team="T0A", user_team=["T0A"]),
        event("app_mention", user=None, team="T0A"),
        event("app_mention", user="B1", team="T0A"),
        event("message", user="USLACKBOT<script>", team="T0A"),
        event("message", user={"id": "U1"}, team="T0A"),
        {"type": "event_callback", "event": "app_mention"},
        {"type": "block_actions", "team": {"id": "T0B"}, "user": {"id": "U1"}},
        {"type": "block_actions", "team": {"id": "T0B"}, "user": {"team_id": "T0A"}},
    ],
)
def test_what_does_not_say_it_is_not_guessed(payload: dict[str, Any]) -> None:
    claim = claimed(payload)
    assert isinstance(claim, Unconfirmed)
    assert claim.doubt is Doubt.NOT_NAMED


def test_a_bot_is_a_bot() -> None:
    assert claimed(event("message", user="U1", team="T0A", bot_id="B1")) == Unconfirmed(doubt=Doubt.BOT)


WORKSPACE = Claim(user=UserId("U1"), side="T0A")
GRID = Claim(user=UserId("W1"), side="E0A")


def info(claim: Claim, **fields: Any) -> dict[str, Any]:
    return {"id": claim.user, "team_id": "T0A", "is_stranger": False, "deleted": False, **fields}


def test_a_user_of_a_workspace_is_confirmed() -> None:
    assert confirmed(WORKSPACE, info(WORKSPACE)) == Actor(user=UserId("U1"), team=TeamId("T0A"))


@pytest.mark.parametrize(
    "fields",
    [
        {"enterprise_user": {"enterprise_id": "E0A", "teams": ["T0A"]}},
        {"team_id": "E0A"},
        {"team_id": "T0A2", "enterprise_user": {"enterprise_id": "E0A"}},
    ],
)
def test_a_user_of_a_grid_is_confirmed_by_the_organisation(fields: dict[str, Any]) -> None:
    actor = confirmed(GRID, info(GRID, **fields))
    assert isinstance(actor, Actor)
    assert actor.enterprise == EnterpriseId("E0A")


def test_a_workspace_of_a_grid_brings_its_organisation_along() -> None:
    actor = confirmed(
        WORKSPACE, info(WORKSPACE, team_id="E0A", enterprise_user={"enterprise_id": "E0A", "teams": ["T0A"]})
    )
    assert actor == Actor(user=UserId("U1"), team=TeamId("T0A"), enterprise=EnterpriseId("E0A"))


@pytest.mark.parametrize(
    ("claim", "fields", "doubt"),
    [
        (WORKSPACE, {"id": "U2"}, Doubt.DISAGREES),
        (WORKSPACE, {"team_id": "T0B"}, Doubt.DISAGREES),
        (WORKSPACE, {"team_id": None}, Doubt.DISAGREES),
        (GRID, {}, Doubt.DISAGREES),
        (GRID, {"enterprise_user": {"enterprise_id": "E0B"}}, Doubt.DISAGREES),
        (WORKSPACE, {"is_stranger": True}, Doubt.STRANGER),
        (WORKSPACE, {"deleted": True}, Doubt.DEACTIVATED),
        (WORKSPACE, {"is_restricted": True}, Doubt.GUEST),
        (WORKSPACE, {"is_ultra_restricted": True}, Doubt.GUEST),
        (WORKSPACE, {"is_bot": True}, Doubt.BOT),
    ],
)
def test_whoever_is_not_certain_is_not_confirmed(claim: Claim, fields: dict[str, Any], doubt: Doubt) -> None:
    actor = confirmed(claim, info(claim, **fields))
    assert isinstance(actor, Unconfirmed)
    assert actor.doubt is doubt


def test_an_empty_answer_confirms_nobody() -> None:
    assert isinstance(confirmed(WORKSPACE, {}), Unconfirmed)
