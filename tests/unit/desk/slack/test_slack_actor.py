from typing import Any

import pytest

from sekimori.core.ids import EnterpriseId, TeamId, UserId
from sekimori.desk.domain.asker import Actor, Doubt, Unconfirmed
from sekimori.desk.slack.actor import Claim, claimed, confirmed

INSTALLED = [{"enterprise_id": None, "team_id": "T0B", "user_id": "U0BOT", "is_bot": True}]


def shared(kind: str, outer: str, context: str, **fields: Any) -> dict[str, Any]:
    """An event of a shared channel, with the ids that look like the actor's and are not."""
    enterprise = {"T0A": "E0A"}
    return {
        "type": "event_callback",
        "team_id": outer,
        "enterprise_id": enterprise.get(outer),
        "context_team_id": context or None,
        "context_enterprise_id": enterprise.get(context),
        "authorizations": INSTALLED,
        "is_ext_shared_channel": True,
        "event": {"type": kind, **fields},
    }


def foreign(side: str) -> dict[str, Any]:
    return {"user_team": side, "source_team": side, "user_profile": {"team": side}}


def click(kind: str, team: str, user: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": kind, "team": {"id": team}, "user": user, **fields}


OURS, THEIRS = {"id": "U0OURS", "team_id": "T0B"}, {"id": "W0THEIRS", "team_id": "T0A"}
VIEW = {"id": "V1", "app_installed_team_id": "T0B", "team_id": "T0A"}
RECORDED = {
    "message of ours": (shared("message", "T0B", "T0A", user="U0OURS", team="T0B"), "T0B"),
    "message of theirs": (shared("message", "T0A", "T0A", user="W0THEIRS", team="T0A"), "T0A"),
    "message of theirs, both on a Grid": (shared("message", "T0A", "T0B", user="U0THEIRS", team="T0A"), "T0A"),
    "file of ours": (shared("message", "T0B", "T0A", user="U0OURS", team="T0B", subtype="file_share"), "T0B"),
    "file of theirs": (shared("message", "T0A", "T0A", user="W0THEIRS", team="T0A", subtype="file_share"), "T0A"),
    "mention of ours": (shared("app_mention", "T0B", "", user="U0OURS", team="T0B"), "T0B"),
    "mention of ours, told in their context": (
        shared("app_mention", "T0A", "", user="U0OURS", team="T0A", **foreign("T0B")),
        "T0B",
    ),
    "mention of theirs on a Grid": (
        shared("app_mention", "T0B", "", user="W0THEIRS", team="T0B", **foreign("E0A")),
        "E0A",
    ),
    "mention of theirs without a Grid": (
        shared("app_mention", "T0B", "", user="U0THEIRS", team="T0B", **foreign("T0A")),
        "T0A",
    ),
    "click on our message by one of ours": (click("block_actions", "T0B", OURS), "T0B"),
    "click on our message by one of theirs": (click("block_actions", "T0B", THEIRS), "T0A"),
    "click in a modal": (click("block_actions", "T0A", THEIRS, view=VIEW), "T0A"),
    "modal submitted by one of theirs": (
        click("view_submission", "T0A", THEIRS, view=VIEW, enterprise={"id": "E0A"}),
        "T0A",
    ),
    "modal submitted by one of ours": (click("view_submission", "T0B", OURS, view=VIEW), "T0B"),
    "modal closed": (click("view_closed", "T0A", THEIRS, view=VIEW), "T0A"),
    "options asked for": (click("block_suggestion", "T0A", THEIRS, view=VIEW), "T0A"),
    "options asked for in a message": (click("block_suggestion", "T0B", THEIRS), "T0A"),
    "command": ({"command": "/sekimori", "user_id": "U0OURS", "team_id": "T0B"}, "T0B"),
    "home opened by anybody": (shared("app_home_opened", "T0A", "", user="U0OURS", tab="home"), "T0B"),
}


@pytest.mark.parametrize("name", RECORDED)
def test_the_actors_side_is_read_by_the_kind_of_payload(name: str) -> None:
    payload, side = RECORDED[name]
    claim = claimed(payload)
    assert isinstance(claim, Claim)
    assert claim.side == side


NAMELESS = {
    "nothing": {},
    "reaction": shared("reaction_added", "T0B", "T0B", user="U0THEIRS"),
    "file shared": shared("file_shared", "T0A", "", user_id="U0THEIRS"),
    "joined": shared("member_joined_channel", "T0A", "T0B", user="U0OURS", team="T0B"),
    "they joined": shared("member_joined_channel", "T0A", "T0A", user="W0THEIRS", team="T0A"),
    "they left": shared("member_left_channel", "T0A", "T0A", user="W0THEIRS", team="E0A"),
    "mention without a side": shared("app_mention", "T0A", "T0A", user="U0THEIRS"),
    "mention with a source alone": shared("app_mention", "T0A", "T0A", user="U0THEIRS", source_team="T0A"),
    "mention with a profile alone": shared("app_mention", "T0A", "", user="U0THEIRS", user_profile={"team": "T0A"}),
    "mention with an empty side": shared("app_mention", "T0A", "", user="U0THEIRS", team="T0A", user_team=""),
    "mention with a list of sides": shared("app_mention", "T0A", "", user="U0THEIRS", team="T0A", user_team=["T0A"]),
    "mention with a user for a side": shared("app_mention", "T0A", "", user="U0THEIRS", user_team="U0THEIRS"),
    "mention of nobody": shared("app_mention", "T0A", "", user=None, team="T0A"),
    "mention of no user": shared("app_mention", "T0A", "", user="B0THEIRS", team="T0A"),
    "message of markup": shared("message", "T0A", "", user="USLACKBOT<script>", team="T0A"),
    "message of a table": shared("message", "T0A", "", user={"id": "U0THEIRS"}, team="T0A"),
    "home without an installation": {"type": "event_callback", "event": {"type": "app_home_opened", "user": "U0OURS"}},
    "event without a table": {"type": "event_callback", "event": "app_mention"},
    "click without a side": click("block_actions", "T0B", {"id": "U0THEIRS"}),
    "click of nobody": click("block_actions", "T0B", {"team_id": "T0A"}),
    "click without a user": {"type": "block_actions", "team": {"id": "T0B"}},
    "click with a name for a user": click("block_actions", "T0B", {"id": "mori", "team_id": "T0A"}),
    "shortcut": click("shortcut", "T0B", OURS),
    "message action": click("message_action", "T0B", OURS),
    "dialog": click("dialog_submission", "T0A", THEIRS),
    "command in disguise": {"type": "other", "command": "/sekimori", "user_id": "U0OURS", "team_id": "T0B"},
    "user without a kind": {"user_id": "U0OURS", "team_id": "T0B"},
}


@pytest.mark.parametrize("name", NAMELESS)
def test_what_does_not_say_it_is_not_guessed(name: str) -> None:
    claim = claimed(NAMELESS[name])
    assert isinstance(claim, Unconfirmed)
    assert claim.doubt is Doubt.NOT_NAMED


@pytest.mark.parametrize("sign", [{"bot_id": "B1"}, {"bot_profile": {"id": "B1"}}, {"subtype": "bot_message"}])
def test_a_bot_is_a_bot(sign: dict[str, Any]) -> None:
    assert claimed(shared("message", "T0A", "", user="U1", team="T0A", **sign)) == Unconfirmed(doubt=Doubt.BOT)


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
        (WORKSPACE, {"is_workflow_bot": True}, Doubt.BOT),
        (WORKSPACE, {"is_connector_bot": True}, Doubt.BOT),
        (WORKSPACE, {"team_id": "E0A"}, Doubt.DISAGREES),
        (WORKSPACE, {"team_id": "T0C", "enterprise_user": {"enterprise_id": "E0A", "teams": "T0A"}}, Doubt.DISAGREES),
        (GRID, {"team_id": "T0A", "enterprise_user": {"teams": ["E0A1"]}}, Doubt.DISAGREES),
    ],
)
def test_whoever_is_not_certain_is_not_confirmed(claim: Claim, fields: dict[str, Any], doubt: Doubt) -> None:
    actor = confirmed(claim, info(claim, **fields))
    assert isinstance(actor, Unconfirmed)
    assert actor.doubt is doubt


def test_an_empty_answer_confirms_nobody() -> None:
    assert isinstance(confirmed(WORKSPACE, {}), Unconfirmed)
