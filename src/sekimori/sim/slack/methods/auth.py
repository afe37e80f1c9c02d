"""auth.*, bots.*: who the token belongs to."""

from typing import Any, Final

from sekimori.sim import world
from sekimori.sim.slack.web_api import Arguments, Context, Method, SlackError


def test(context: Context, _: Arguments) -> dict[str, Any]:
    """Say which bot of which workspace the token is."""
    workspace = context.store.world.workspaces[world.HOME_TEAM]
    return {
        "url": context.base_url + "/",
        "team": workspace.name,
        "team_id": workspace.id,
        "user": context.store.world.members[world.BOT_USER].handle,
        "user_id": world.BOT_USER,
        "bot_id": world.BOT_ID,
        "is_enterprise_install": False,
    }


def bot_info(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Say which app a bot belongs to."""
    if arguments.get("bot") != world.BOT_ID:
        raise SlackError("bot_not_found")
    name = context.store.world.members[world.BOT_USER].name
    return {"bot": {"id": world.BOT_ID, "deleted": False, "name": name, "app_id": world.SLACK_APP}}


METHODS: Final[dict[str, Method]] = {"auth.test": test, "bots.info": bot_info}
