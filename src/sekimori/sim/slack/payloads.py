"""What Slack sends: the shape of each payload, by who acted and in whose context it is delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sekimori.core.ids import TeamId, UserId
from sekimori.sim import world
from sekimori.sim.slack.store import Message, SlackStore
from sekimori.sim.world import Member, Workspace


class DeliveredIn(StrEnum):
    """Whose context an event is delivered in: outer ids and ``event.team`` follow it, the sender does not."""

    HOME = "home"
    HOST = "host"


class Subscription(StrEnum):
    """Events the app subscribed to."""

    MENTION = "app_mention"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who acted, with their workspace."""

    member: Member
    workspace: Workspace


def sender_of(store: SlackStore, user: UserId) -> Sender:
    """Return a member together with the workspace they belong to."""
    return Sender(member=store.world.members[user], workspace=store.world.workspace_of(user))


def event_callback(
    store: SlackStore, message: Message, subscription: Subscription, *, delivered_in: DeliveredIn, at: datetime
) -> dict[str, Any]:
    """Return a whole Events API request body for a message somebody typed."""
    conversation = store.conversation(message.channel)
    if conversation is None:
        raise LookupError(message.channel)
    host = store.world.workspaces[conversation.host]
    home = store.world.workspaces[world.HOME_TEAM]
    sender = sender_of(store, message.user)
    context = host if delivered_in is DeliveredIn.HOST else home
    if subscription is Subscription.MENTION:
        outer: dict[str, Any] = _outer(context)
        event = _mention(message, sender, context)
    else:
        # Slack: a message is told in the sender's own team; whose context it is stands in further fields.
        outer = _outer(sender.workspace) | _context(home if delivered_in is DeliveredIn.HOST else host)
        event = _message(message, sender, channel_type="im" if conversation.direct else "channel")
    return {
        "token": "a-verification-token-nobody-should-use",
        **outer,
        "api_app_id": world.SLACK_APP,
        "event": event,
        "type": "event_callback",
        "event_id": store.ids.slack("Ev"),
        "event_time": int(at.timestamp()),
        "authorizations": [_authorization()],
        "is_ext_shared_channel": conversation.externally_shared,
        "event_context": f"4-{store.ids.slack('')}",
    }


def _outer(workspace: Workspace) -> dict[str, Any]:
    body: dict[str, Any] = {"team_id": workspace.id}
    return body | ({"enterprise_id": workspace.enterprise} if workspace.enterprise else {})


def _context(workspace: Workspace) -> dict[str, Any]:
    return {"context_team_id": workspace.id, "context_enterprise_id": workspace.enterprise}


def _authorization() -> dict[str, Any]:
    return {
        "enterprise_id": None,
        "team_id": world.HOME_TEAM,
        "user_id": world.BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }


def _mention(message: Message, sender: Sender, context: Workspace) -> dict[str, Any]:
    event = {"type": "app_mention", **_written(message), "team": context.id}
    return event if sender.workspace == context else event | _foreign(sender)


def _message(message: Message, sender: Sender, *, channel_type: str) -> dict[str, Any]:
    return {"type": "message", **_written(message), "team": sender.workspace.id, "channel_type": channel_type}


def _written(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": message.channel,
        "event_ts": message.ts,
        "blocks": [_rich_text(message.text)],
    }
    return body | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _rich_text(text: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _foreign(sender: Sender) -> dict[str, Any]:
    # Slack: for somebody on Enterprise Grid this is the organisation's id; no workspace id is told anywhere.
    team = sender.workspace.actor_team
    profile = {
        "real_name": sender.member.name,
        "display_name": sender.member.handle,
        "name": sender.member.handle,
        "team": team,
        "is_restricted": False,
        "is_ultra_restricted": False,
    }
    return {"user_team": team, "source_team": team, "user_profile": profile}


def block_actions(
    store: SlackStore, message: Mapping[str, Any], *, user: UserId, action: Mapping[str, Any], trigger: str, url: str
) -> dict[str, Any]:
    """Return a click on a message of ours: ``team`` is the app's workspace, ``user.team_id`` the clicker's."""
    channel = str(message["channel"])
    ts = str(message["ts"])
    ephemeral = bool(message["ephemeral"])
    return {
        "type": "block_actions",
        "user": user_json(store, user),
        "api_app_id": world.SLACK_APP,
        "token": "a-verification-token-nobody-should-use",
        "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral},
        "trigger_id": trigger,
        "team": _team(store, world.HOME_TEAM),
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": getattr(store.conversation(channel), "name", "")},
        "message": message["json"],
        "response_url": url,
        "actions": [dict(action)],
    }


def view_actions(
    store: SlackStore, view: Mapping[str, Any], *, user: UserId, action: Mapping[str, Any], trigger: str
) -> dict[str, Any]:
    """Return a click inside a modal: the app's side is ``view.app_installed_team_id`` alone."""
    return {
        "type": "block_actions",
        "user": user_json(store, user),
        "api_app_id": world.SLACK_APP,
        "token": "a-verification-token-nobody-should-use",
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": trigger,
        "team": _team(store, store.world.members[user].team),
        "enterprise": None,
        "is_enterprise_install": False,
        "view": dict(view),
        "actions": [dict(action)],
    }


def view_submission(store: SlackStore, view: Mapping[str, Any], *, user: UserId, trigger: str) -> dict[str, Any]:
    """Return a submitted modal: here ``team`` and ``enterprise`` are the submitter's own."""
    workspace = store.world.workspace_of(user)
    enterprise = {"id": workspace.enterprise, "name": workspace.name} if workspace.enterprise else None
    return {
        "type": "view_submission",
        "team": _team(store, workspace.id),
        "enterprise": enterprise,
        "user": user_json(store, user),
        "api_app_id": world.SLACK_APP,
        "token": "a-verification-token-nobody-should-use",
        "trigger_id": trigger,
        "view": dict(view),
        "response_urls": [],
        "is_enterprise_install": False,
    }


def slash_command(
    store: SlackStore, *, user: UserId, channel: str, command: str, text: str, trigger: str, url: str
) -> dict[str, str]:
    """Return the fields of the form that a slash command is; only members of the app's own workspace can send one."""
    member, home = store.world.members[user], store.world.workspaces[world.HOME_TEAM]
    return {
        "token": "a-verification-token-nobody-should-use",
        "team_id": home.id,
        "team_domain": home.domain,
        "channel_id": channel,
        "channel_name": getattr(store.conversation(channel), "name", ""),
        "user_id": user,
        "user_name": member.handle,
        "command": command,
        "text": text,
        "api_app_id": world.SLACK_APP,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }


def home_opened(store: SlackStore, *, user: UserId, channel: str, at: datetime) -> dict[str, Any]:
    """Return the event of somebody who opens the app's home."""
    stamp = f"{at.timestamp():.6f}"
    return {
        "token": "a-verification-token-nobody-should-use",
        "team_id": store.world.members[user].team,
        "api_app_id": world.SLACK_APP,
        "event": {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": stamp},
        "type": "event_callback",
        "event_id": store.ids.slack("Ev"),
        "event_time": int(at.timestamp()),
        "authorizations": [_authorization()],
    }


def user_changed(store: SlackStore, described: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the event of somebody whose data changed; ``described`` is the person as ``users.info`` gives them."""
    stamp = f"{at.timestamp():.6f}"
    event = {"type": "user_change", "user": dict(described), "cache_ts": int(at.timestamp()), "event_ts": stamp}
    return {
        "token": "a-verification-token-nobody-should-use",
        "team_id": world.HOME_TEAM,
        "api_app_id": world.SLACK_APP,
        "event": event,
        "type": "event_callback",
        "event_id": store.ids.slack("Ev"),
        "event_time": int(at.timestamp()),
        "authorizations": [_authorization()],
        "is_ext_shared_channel": False,
    }


def user_json(store: SlackStore, user: UserId) -> dict[str, Any]:
    """Return the ``user`` object of an interactive payload."""
    member = store.world.members[user]
    return {"id": user, "username": member.handle, "name": member.handle, "team_id": member.team}


def _team(store: SlackStore, team: TeamId) -> dict[str, Any]:
    return {"id": team, "domain": store.world.workspaces[team].domain}
