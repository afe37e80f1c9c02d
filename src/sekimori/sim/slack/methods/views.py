"""views.*: modals, opened with the trigger of a click that is not older than three seconds."""

import json
from datetime import timedelta
from typing import Any, Final

from sekimori.core.ids import UserId
from sekimori.sim import world
from sekimori.sim.slack.block_limits import VIEW_BLOCKS
from sekimori.sim.slack.methods.chat import checked_blocks
from sekimori.sim.slack.store import View
from sekimori.sim.slack.web_api import Arguments, Context, Method, SlackError

TRIGGER_LIFETIME: Final = timedelta(seconds=3)
_TITLES: Final = ("title", "submit", "close")
LONGEST_TITLE: Final = 24
LONGEST_METADATA: Final = 3000


def open_(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Open a modal for whoever clicked."""
    trigger = context.triggers.pop(str(arguments.get("trigger_id")), None)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    user, pressed = trigger
    if context.clock() - pressed > TRIGGER_LIFETIME:
        raise SlackError("expired_trigger_id")
    return {"view": _put(context, user, _view(context, arguments), context.store.ids.slack("V"))}


def update(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Replace an open modal; ``hash`` guards against a race."""
    wanted = str(arguments.get("view_id"))
    found = next((view for view in context.store.views.values() if view.id == wanted), None)
    if found is None:
        raise SlackError("not_found")
    if arguments.get("hash") not in {None, "", found.hash}:
        raise SlackError("hash_conflict")
    return {"view": _put(context, found.user, _view(context, arguments), found.id)}


def publish(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Set a user's App Home."""
    user = UserId(str(arguments.get("user_id")))
    if user not in context.store.world.members:
        raise SlackError("user_not_found")
    context.store.homes[user] = _view(context, arguments)
    context.store.broadcast.tell("view")
    return {"view": context.store.homes[user]}


def view_json(view: View, team: str) -> dict[str, Any]:
    """Return an open view as Slack writes it; its team is the user's, not the app's."""
    return {
        **view.view,
        "id": view.id,
        "hash": view.hash,
        "root_view_id": view.id,
        "team_id": team,
        "app_id": world.SLACK_APP,
        "app_installed_team_id": world.HOME_TEAM,
        "bot_id": world.BOT_ID,
    }


def _put(context: Context, user: UserId, content: dict[str, Any], view_id: str) -> dict[str, Any]:
    stamp = f"{int(context.clock().timestamp())}.{context.store.ids.slack('')[:8]}"
    view = View(id=view_id, user=user, hash=stamp, view=content)
    context.store.views[user] = view
    context.store.broadcast.tell("view")
    return view_json(view, context.store.world.members[user].team)


def _view(context: Context, arguments: Arguments) -> dict[str, Any]:
    given = arguments.get("view")
    view: dict[str, Any] = json.loads(given) if isinstance(given, str) else dict(given or {})
    view["blocks"] = checked_blocks(context, view.get("blocks"), most=VIEW_BLOCKS)
    too_long = [key for key in _TITLES if len((view.get(key) or {}).get("text", "")) > LONGEST_TITLE]
    if len(str(view.get("private_metadata") or "")) > LONGEST_METADATA:
        too_long.append("private_metadata")
    if view.get("type") not in {"modal", "home"} or too_long:
        messages = [f"[ERROR] invalid {key} [json-pointer:/view/{key}]" for key in too_long or ["type"]]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    return view


METHODS: Final[dict[str, Method]] = {"views.open": open_, "views.update": update, "views.publish": publish}
