"""files.*: the external upload in three steps, the only one Slack still has."""

import json
from typing import Any, Final

from sekimori.core.ids import ChannelId
from sekimori.sim import world
from sekimori.sim.slack.store import File, Message
from sekimori.sim.slack.web_api import Arguments, Context, Method, SlackError

LONGEST_ALT: Final = 1000


def get_upload_url(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Step 1: announce a file and get the address for its bytes."""
    name, length = str(arguments.get("filename") or ""), str(arguments.get("length") or "")
    if not name or not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments")
    alt = str(arguments.get("alt_txt") or "")
    if len(alt) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    file = File(id=context.store.ids.slack("F"), name=name, length=int(length), alt=alt)
    context.store.files[file.id] = file
    return {"upload_url": f"{context.base_url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Step 3: share what was uploaded in step 2, as one message."""
    listed = arguments.get("files") or "[]"
    wanted = json.loads(listed) if isinstance(listed, str) else listed
    files = [_uploaded(context, entry) for entry in wanted]
    if not files:
        raise SlackError("invalid_arguments")
    channel = arguments.get("channel_id") or str(arguments.get("channels") or "").partition(",")[0]
    if channel:
        _share(context, arguments, str(channel), files)
    return {"files": [file_json(context, file) for file in files]}


def info(context: Context, arguments: Arguments) -> dict[str, Any]:
    """Describe one file."""
    file = context.store.files.get(str(arguments.get("file")))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": file_json(context, file)}


def file_json(context: Context, file: File) -> dict[str, Any]:
    """Return a file as Slack writes it."""
    address = f"{context.base_url}/files/{file.id}/{file.name}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "alt_txt": file.alt,
        "mimetype": "image/png" if file.name.endswith(".png") else "application/octet-stream",
        "filetype": file.name.rpartition(".")[2],
        "size": len(file.content),
        "user": world.BOT_USER,
        "user_team": world.HOME_TEAM,
        "channels": list(file.shared_in),
        "url_private": address,
        "permalink": address,
        # Slack: others see only this of a file from another company, until they ask files.info.
        "file_access": "visible",
    }


def _uploaded(context: Context, entry: dict[str, Any]) -> File:
    file = context.store.files.get(str(entry.get("id")))
    if file is None or not file.content:
        raise SlackError("file_not_found")
    file.title = str(entry.get("title") or file.name)
    return file


def _share(context: Context, arguments: Arguments, channel: str, files: list[File]) -> None:
    conversation = context.store.conversation(channel)
    if conversation is None or world.BOT_USER not in conversation.members:
        raise SlackError("channel_not_found")
    thread = arguments.get("thread_ts")
    for file in files:
        file.shared_in = (*file.shared_in, conversation.id)
    context.store.add(
        Message(
            ts=context.store.ids.stamp(int(context.clock().timestamp())),
            channel=ChannelId(conversation.id),
            user=world.BOT_USER,
            text=str(arguments.get("initial_comment") or ""),
            thread_ts=str(thread) if thread else None,
            files=tuple(file.id for file in files),
        )
    )


METHODS: Final[dict[str, Method]] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
}
