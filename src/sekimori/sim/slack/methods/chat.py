"""chat.*: messages that everybody in a conversation sees, or one person alone."""

from typing import Any, Final

from sekimori.core.ids import ChannelId, UserId
from sekimori.sim import world
from sekimori.sim.slack.block_limits import MESSAGE_BLOCKS, block_errors, read_blocks
from sekimori.sim.slack.store import Message
from sekimori.sim.slack.web_api import Arguments, Context, Method, SlackError
from sekimori.sim.world import Conversation

LONGEST_TEXT: Final = 40_000


def post_message(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Post to a channel, a thread, or (with a user's id) a direct message."""
    conversation = _conversation(context, arguments)
    message = context.store.add(_message(context, arguments, conversation))
    return {"channel": message.channel, "ts": message.ts, "message": message_json(context, message)}


def post_ephemeral(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Show a message to one member of a conversation."""
    conversation = _conversation(context, arguments)
    user = UserId(str(arguments.get("user", "")))
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    message = _message(context, arguments, conversation)
    message.visible_to = user
    return {"message_ts": context.store.add(message).ts}


def update(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Replace a message of ours."""
    message = context.store.message(str(arguments.get("channel")), str(arguments.get("ts")))
    # Slack: an ephemeral message cannot be updated by this method.
    if message is None or message.visible_to is not None:
        raise SlackError("message_not_found")
    if message.user != world.BOT_USER:
        raise SlackError("cant_update_message")
    text, blocks = _content(context, arguments)
    message.text, message.blocks, message.edited = text, blocks, True
    context.store.broadcast.tell("message")
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": message_json(context, message)}


def message_json(context: Context, message: Message) -> dict[str, Any]:
    """Return a message as Slack writes it."""
    body: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": context.store.world.members[message.user].team,
    }
    if message.user == world.BOT_USER:
        body |= {"bot_id": world.BOT_ID, "app_id": world.SLACK_APP}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    return body


def _conversation(context: Context, arguments: Arguments) -> Conversation:
    wanted = str(arguments.get("channel", ""))
    member = context.store.world.members.get(UserId(wanted))
    found = context.store.open_direct(member.id) if member else context.store.conversation(wanted)
    if found is None:
        raise SlackError("channel_not_found")
    if world.BOT_USER not in found.members:
        raise SlackError("not_in_channel")
    return found


def _message(context: Context, arguments: Arguments, conversation: Conversation) -> Message:
    text, blocks = _content(context, arguments)
    thread = arguments.get("thread_ts")
    if thread and context.store.message(conversation.id, str(thread)) is None:
        raise SlackError("thread_not_found")
    return Message(
        ts=context.store.ids.stamp(int(context.clock().timestamp())),
        channel=ChannelId(conversation.id),
        user=world.BOT_USER,
        text=text,
        blocks=blocks,
        thread_ts=str(thread) if thread else None,
        unfurl=str(arguments.get("unfurl_links", "true")).lower() not in {"0", "false"},
    )


def _content(context: Context, arguments: Arguments) -> tuple[str, list[dict[str, Any]]]:
    text = str(arguments.get("text") or "")
    blocks = checked_blocks(context, arguments.get("blocks") or [], most=MESSAGE_BLOCKS)
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    return text, blocks


def checked_blocks(context: Context, value: Any, *, most: int) -> list[dict[str, Any]]:
    """Read blocks and refuse what Slack refuses.

    Raises:
        SlackError: invalid_blocks_format or invalid_blocks, with the places.
    """
    try:
        blocks: list[dict[str, Any]] = read_blocks(value)
    except ValueError as error:
        raise SlackError("invalid_blocks_format") from error
    problems = block_errors(blocks, most=most, file_known=lambda file: file in context.store.files)
    if problems:
        raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    return [_identified(context, block) for block in blocks]


def _identified(context: Context, block: dict[str, Any]) -> dict[str, Any]:
    # Slack: blocks and interactive elements without an id get one.
    whole = {"block_id": context.store.ids.slack("")[:5], **block}
    if block["type"] == "actions":
        whole["elements"] = [{"action_id": context.store.ids.slack(""), **element} for element in block["elements"]]
    if block["type"] == "input":
        whole["element"] = {"action_id": context.store.ids.slack(""), **block["element"]}
    return whole


METHODS: Final[dict[str, Method]] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
}
