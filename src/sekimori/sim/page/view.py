"""What one person sees: their conversations, the messages in them, what happened in the logs."""

from typing import Any, Final

from sekimori.core.ids import ChannelId, UserId
from sekimori.sim import world
from sekimori.sim.logs.writer import LogWriter
from sekimori.sim.slack.methods.files import file_json
from sekimori.sim.slack.store import Message
from sekimori.sim.slack.web_api import Context

RECENT_RECORDS: Final = 30


class PageView:
    """Reads the fake Slack through the eyes of one member."""

    def __init__(self, context: Context, logs: LogWriter) -> None:
        self._context = context
        self._logs = logs

    def for_viewer(self, viewer: UserId) -> dict[str, Any]:
        """Return everything the page draws for one person, and nothing they could not see in Slack."""
        store = self._context.store
        view = store.views.get(viewer)
        return {
            "viewer": viewer,
            "conversations": [self._conversation(viewer, channel) for channel in self._channels(viewer)],
            "view": {"id": view.id, **view.view} if view else None,
            "home": store.homes.get(viewer),
            "records": [_record(record) for record in self._logs.records[-RECENT_RECORDS:]],
            "recordCount": len(self._logs.records),
        }

    def _channels(self, viewer: UserId) -> list[ChannelId]:
        store = self._context.store
        shared = [channel.id for channel in store.world.channels.values() if viewer in channel.members]
        return [*shared, store.open_direct(viewer).id]

    def _conversation(self, viewer: UserId, channel: ChannelId) -> dict[str, Any]:
        store = self._context.store
        found = store.conversation(channel)
        if found is None:
            raise LookupError(channel)
        teams = [store.world.workspaces[team].name for team in sorted(found.teams)]
        return {
            "id": channel,
            "name": store.world.members[world.BOT_USER].name if found.direct else found.name,
            "direct": bool(found.direct),
            "teams": teams,
            "members": len(found.members),
            "messages": [self._message(message) for message in store.visible(viewer, channel)],
        }

    def _message(self, message: Message) -> dict[str, Any]:
        store = self._context.store
        author = store.world.members[message.user]
        return {
            "ts": message.ts,
            "thread": message.thread_ts,
            "user": message.user,
            "name": author.name,
            "company": store.world.workspaces[author.team].name,
            "app": message.user == world.BOT_USER,
            "text": message.text,
            "blocks": message.blocks,
            "files": [file_json(self._context, store.files[file]) for file in message.files],
            "ephemeral": message.visible_to is not None,
            "edited": message.edited,
        }


def _record(record: dict[str, Any]) -> dict[str, Any]:
    properties = record["properties"]
    return {
        "time": record["time"],
        "category": record["category"],
        "operation": record["operationName"],
        "address": record.get("callerIpAddress", ""),
        "what": properties.get("requestUri") or properties.get("servicePrincipalName") or _target(properties),
        "status": record.get("resultType", record.get("resultSignature")),
    }


def _target(properties: dict[str, Any]) -> str:
    return ", ".join(str(target["displayName"]) for target in properties.get("targetResources", []))
