"""auth.*: who the token belongs to."""

from typing import Any, Final

from sekimori.sim import world
from sekimori.sim.slack.web_api import Arguments, Context, Method


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


METHODS: Final[dict[str, Method]] = {"auth.test": test}
