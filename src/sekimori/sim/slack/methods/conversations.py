"""conversations.*: channels shared between companies, and direct messages."""

from typing import Any, Final

from sekimori.core.ids import UserId
from sekimori.sim import world
from sekimori.sim.slack.web_api import Arguments, Context, Method, SlackError
from sekimori.sim.world import Conversation


def info(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Describe one conversation that the bot can see."""
    found = context.store.conversation(str(arguments.get("channel")))
    if found is None or world.BOT_USER not in found.members:
        raise SlackError("channel_not_found")
    return {"channel": _channel(found)}


def open_(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Open the direct message with one user."""
    users = str(arguments.get("users") or "").split(",")
    if len(users) != 1 or UserId(users[0]) not in context.store.world.members:
        raise SlackError("user_not_found" if len(users) == 1 else "method_not_supported_for_channel_type")
    return {"no_op": False, "already_open": False, "channel": {"id": context.store.open_direct(UserId(users[0])).id}}


def _channel(found: Conversation) -> dict[str, Any]:
    direct = bool(found.direct)
    body: dict[str, Any] = {
        "id": found.id,
        "is_channel": not direct,
        "is_group": False,
        "is_im": direct,
        "is_mpim": False,
        "is_private": direct,
        "is_archived": False,
        "is_shared": found.externally_shared,
        "is_ext_shared": found.externally_shared,
        "is_org_shared": False,
        "is_member": True,
        "context_team_id": world.HOME_TEAM,
        "conversation_host_id": found.host,
        "shared_team_ids": sorted(found.teams),
        "connected_team_ids": sorted(found.teams - {world.HOME_TEAM}),
        "internal_team_ids": [world.HOME_TEAM],
    }
    return body | ({"user": found.direct[0]} if direct else {"name": found.name, "name_normalized": found.name})


def members(context: Context, arguments: Arguments) -> dict[str, Any]:
    """List who is in a channel."""
    found = context.store.conversation(str(arguments.get("channel")))
    if found is None:
        raise SlackError("channel_not_found")
    return {"members": sorted(found.members), "response_metadata": {"next_cursor": ""}}


METHODS: Final[dict[str, Method]] = {
    "conversations.members": members,
    "conversations.info": info,
    "conversations.open": open_,
}
