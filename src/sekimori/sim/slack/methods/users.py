"""users.*: members of our workspace, known members of others, strangers."""

from typing import Any, Final

from sekimori.core.ids import UserId
from sekimori.sim import world
from sekimori.sim.slack.store import SlackStore
from sekimori.sim.slack.web_api import Arguments, Context, Method, SlackError
from sekimori.sim.world import Member, MemberKind, Workspace


def info(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Describe one user."""
    member = context.store.world.members.get(UserId(str(arguments.get("user"))))
    if member is None:
        raise SlackError("user_not_found")
    workspace = context.store.world.workspace_of(member.id)
    return {"user": _user(context.store, member, workspace)}


def _user(store: SlackStore, member: Member, workspace: Workspace) -> dict[str, Any]:
    user: dict[str, Any] = {
        "id": member.id,
        "team_id": workspace.id,
        "name": member.handle,
        "real_name": member.name,
        "deleted": member.kind is MemberKind.DELETED,
        "is_bot": member.kind is MemberKind.BOT,
        "is_app_user": False,
        "is_restricted": member.kind is MemberKind.GUEST,
        "is_ultra_restricted": False,
        "is_admin": False,
        "profile": {"real_name": member.name, "display_name": member.handle, "team": workspace.id},
        "updated": 1_700_000_000,
    }
    if workspace.id != world.HOME_TEAM:
        # Slack: nothing says "external"; it follows from is_stranger false and a foreign team_id. No locale either.
        user["is_stranger"] = not _shares_a_channel(store, member)
    else:
        user |= {"tz": "Asia/Tokyo", "tz_label": "Japan Standard Time", "tz_offset": 32400, "locale": "ja-JP"}
    if workspace.enterprise:
        user["enterprise_user"] = {
            "id": member.id,
            "enterprise_id": workspace.enterprise,
            "enterprise_name": workspace.name,
            "is_admin": False,
            "is_owner": False,
            "teams": [workspace.id],
        }
    return user


def _shares_a_channel(store: SlackStore, member: Member) -> bool:
    return any(member.id in c.members and world.BOT_USER in c.members for c in store.world.channels.values())


METHODS: Final[dict[str, Method]] = {"users.info": info}
