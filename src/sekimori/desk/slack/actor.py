"""Who is asking: the one place that says it.

A payload only claims it; ``users.info`` confirms it. What does not agree, and whoever is a stranger, a guest, a bot
or deactivated, is not confirmed. E-mail, display name and ``source_team`` decide nothing: the other company's
administrators control them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackClientError

from sekimori.core.ids import EnterpriseId, TeamId, UserId
from sekimori.desk.domain.asker import Actor, Doubt, Unconfirmed
from sekimori.desk.slack.acquaintances import Acquaintances

_USER: Final = re.compile(r"[UW][A-Z0-9]{1,30}")
_SIDE: Final = re.compile(r"[TE][A-Z0-9]{1,30}")
_TELLS_TEAM: Final = {"message", "app_mention"}
_INTERACTIVE: Final = {"block_actions", "view_submission", "view_closed", "block_suggestion"}
_ONE_OF_OURS: Final = {"app_home_opened"}
"""Slack: says nothing of the side. It is taken for our own people's alone, and that is what is to be confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a payload says of the actor: a user, and a workspace (T...) or Grid organisation (E...)."""

    user: UserId
    side: str


def claimed(payload: Mapping[str, Any]) -> Claim | Unconfirmed:
    """Read who a payload says acted, by the payload's kind; a kind that is not known here names nobody."""
    kind = payload.get("type")
    if kind == "event_callback":
        return _claimed_by_event(payload, _table(payload.get("event")))
    if kind in _INTERACTIVE:
        # Slack: `team` is the app's side in one of these and the actor's in another; the user's own `team_id` is
        # the actor's in all of them.
        user = _table(payload.get("user"))
        return _claim(user.get("id"), user.get("team_id"))
    if kind is None and isinstance(payload.get("command"), str):
        # Slack: only members of the workspace that the app is installed in can type a command; that is its `team_id`.
        return _claim(payload.get("user_id"), payload.get("team_id"))
    return Unconfirmed(doubt=Doubt.NOT_NAMED)


def _claimed_by_event(payload: Mapping[str, Any], event: Mapping[str, Any]) -> Claim | Unconfirmed:
    if event.get("bot_id") or event.get("bot_profile") or event.get("subtype") == "bot_message":
        return Unconfirmed(doubt=Doubt.BOT)
    if event.get("type") in _ONE_OF_OURS:
        return _claim(event.get("user"), _installed_side(payload))
    # Slack: `user_team` is the actor's own side where it is present; `team` of a mention can be the other one.
    side = event.get("user_team")
    if side is None and event.get("type") in _TELLS_TEAM:
        side = event.get("team")
    return _claim(event.get("user"), side)


def _installed_side(payload: Mapping[str, Any]) -> object:
    authorizations = payload.get("authorizations")
    first = _table(authorizations[0]) if isinstance(authorizations, list) and authorizations else {}
    return first.get("team_id") or first.get("enterprise_id")


def _claim(user: object, side: object) -> Claim | Unconfirmed:
    if not isinstance(user, str) or not _USER.fullmatch(user):
        return Unconfirmed(doubt=Doubt.NOT_NAMED)
    if not isinstance(side, str) or not _SIDE.fullmatch(side):
        return Unconfirmed(doubt=Doubt.NOT_NAMED, user=UserId(user))
    return Claim(user=UserId(user), side=side)


class Actors:
    """Confirms claims with Slack itself."""

    def __init__(self, acquaintances: Acquaintances) -> None:
        self._acquaintances = acquaintances

    async def of(self, payload: Mapping[str, Any]) -> Actor | Unconfirmed:
        """Say who acted; anything short of certainty is :class:`Unconfirmed`."""
        claim = claimed(payload)
        if isinstance(claim, Unconfirmed):
            return claim
        try:
            about = await self._acquaintances.about(claim.user)
        except (TimeoutError, SlackClientError, aiohttp.ClientError, OSError, ValueError):
            return _doubt(claim, Doubt.NOT_LOOKED_UP)
        return confirmed(claim, about)


def confirmed(claim: Claim, user: Mapping[str, Any]) -> Actor | Unconfirmed:
    """Hold a claim against what ``users.info`` says of the user."""
    if user.get("id") != claim.user:
        return _doubt(claim, Doubt.DISAGREES)
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("is_connector_bot"):
        return _doubt(claim, Doubt.BOT)
    if user.get("deleted"):
        return _doubt(claim, Doubt.DEACTIVATED)
    if user.get("is_stranger"):
        return _doubt(claim, Doubt.STRANGER)
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return _doubt(claim, Doubt.GUEST)
    grid = _table(user.get("enterprise_user"))
    teams = grid.get("teams")
    sides = [user.get("team_id"), grid.get("enterprise_id"), *(teams if isinstance(teams, list) else ())]
    if claim.side not in sides:
        return _doubt(claim, Doubt.DISAGREES)
    return Actor(user=claim.user, team=_team(claim, user), enterprise=_enterprise(claim, user, grid))


def _team(claim: Claim, user: Mapping[str, Any]) -> TeamId | None:
    return next((TeamId(s) for s in (claim.side, user.get("team_id")) if isinstance(s, str) and s[:1] == "T"), None)


def _enterprise(claim: Claim, user: Mapping[str, Any], grid: Mapping[str, Any]) -> EnterpriseId | None:
    sides = (grid.get("enterprise_id"), claim.side, user.get("team_id"))
    return next((EnterpriseId(s) for s in sides if isinstance(s, str) and s[:1] == "E"), None)


def _doubt(claim: Claim, doubt: Doubt) -> Unconfirmed:
    team = TeamId(claim.side) if claim.side.startswith("T") else None
    return Unconfirmed(doubt=doubt, user=claim.user, team=team)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
