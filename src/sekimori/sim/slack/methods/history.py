"""conversations.history and conversations.replies: what an app that is in a conversation can read back."""

from typing import Any, Final

from sekimori.sim import world
from sekimori.sim.slack.methods.chat import message_json
from sekimori.sim.slack.store import Message
from sekimori.sim.slack.web_api import Arguments, Context, Method, SlackError

MOST: Final = 1000


def history(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Return a conversation's own messages, the newest first; replies in threads are not among them."""
    found = [m for m in _readable(context, arguments) if m.thread_ts in {None, m.ts}]
    return _page(context, list(reversed(found)), arguments)


def replies(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Return a thread, its first message before all others."""
    thread = str(arguments.get("ts", ""))
    found = [m for m in _readable(context, arguments) if thread in {m.ts, m.thread_ts}]
    if not found:
        raise SlackError("thread_not_found")
    return _page(context, found, arguments)


def _readable(context: Context, arguments: Arguments) -> list[Message]:
    conversation = context.store.conversation(str(arguments.get("channel", "")))
    if conversation is None:
        raise SlackError("channel_not_found")
    if world.BOT_USER not in conversation.members:
        raise SlackError("not_in_channel")
    oldest = float(arguments.get("oldest") or 0)
    # Slack: nobody, not even who sent it, can read an ephemeral message back.
    kept = [m for m in context.store.messages if m.channel == conversation.id and m.visible_to is None]
    return [m for m in kept if float(m.ts) > oldest or m.ts == str(arguments.get("ts"))]


def _page(context: Context, found: list[Message], arguments: Arguments) -> dict[str, Any]:
    start = int(arguments.get("cursor") or 0)
    end = start + min(int(arguments.get("limit") or 100), MOST)
    more = end < len(found)
    return {
        "messages": [_json(context, message) for message in found[start:end]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }


def _json(context: Context, message: Message) -> dict[str, Any]:
    # Slack: in a channel shared with another company a file is told by its id alone.
    files = [{"id": file, "file_access": "check_file_info"} for file in message.files]
    return message_json(context, message) | ({"files": files} if files else {})


METHODS: Final[dict[str, Method]] = {"conversations.history": history, "conversations.replies": replies}
