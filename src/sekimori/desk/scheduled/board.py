"""Puts messages up once, through crashes, and edits them in place."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.clock import Clock
from sekimori.core.ids import ChannelId, UserId
from sekimori.desk.domain.notices import Notice, Notices
from sekimori.desk.slack import blocks
from sekimori.desk.slack.client import upload
from sekimori.desk.slack.drawing import drawn
from sekimori.desk.slack.replies import LONGEST_ALT, QUIETLY, error_code
from sekimori.desk.slack.sendings import PERHAPS

_log = structlog.get_logger(__name__)
_REFUSED_BLOCKS: Final = {"invalid_blocks", "invalid_blocks_format", "invalid_attachments"}
_PAGES: Final = 20
_MARGIN: Final = 300
"""Seconds that Slack's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that stands in a message; ``draw`` is called in a thread of its own."""

    draw: Callable[[], bytes]
    name: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """One message as it is to stand there: in words, in the layouts Slack may take, and what it says."""

    text: str
    layouts: Sequence[list[blocks.Block]]
    content: str
    picture: Picture | None = None


Making = Callable[[], Awaitable[Poster]]
"""Records what is about to be posted, and makes it."""


class Board:
    """The messages that the desk put up by itself, each under a key of ours.

    A message carries its key's hash as a ``block_id``: of one that may be there already, the conversation is read
    before it is posted again. What Slack does not do is raised, for the scheduler to try again.
    """

    def __init__(self, client: AsyncWebClient, notices: Notices, clock: Clock) -> None:
        self._client = client
        self._notices = notices
        self._clock = clock

    async def put_up(self, key: str, channel: ChannelId, make: Making) -> bool:
        """Post a message under a key; False where it is there already."""
        known = await self._notices.begin(key, channel, self._clock())
        if known is not None and (known.ts is not None or await self._found_again(known)):
            return False
        poster = await make()
        ts = await self._posted(key, channel, poster)
        await self._notices.keep(key, ts, poster.content)
        return True

    async def edit(self, notice: Notice, make: Making) -> None:
        """Let a message that is there say something else."""
        poster = await make()
        await self._in_best_layout(poster, _part(notice.key), self._editing(notice, poster))
        await self._notices.keep(notice.key, notice.ts or "", poster.content)

    async def there(self, prefix: str) -> list[Notice]:
        """Return the messages that are certainly there, in the order of their keys."""
        return [notice for notice in await self.noted(prefix) if notice.ts is not None]

    async def noted(self, prefix: str) -> Sequence[Notice]:
        """Return all that was noted, also of messages that may never have been posted."""
        return await self._notices.find(prefix)

    async def begin(self, key: str) -> None:
        """Note that something has begun, for :meth:`has_begun`; no message belongs to it."""
        await self._notices.begin(key, ChannelId(""), self._clock())

    async def has_begun(self, key: str) -> bool:
        """Say whether that was noted."""
        return any(notice.key == key for notice in await self._notices.find(key))

    async def forget(self, notice: Notice) -> None:
        """Let a message stay as it is from now on."""
        await self._notices.undo(notice.key)

    async def conversation(self, user: UserId) -> ChannelId:
        """Return the direct conversation with somebody."""
        opened = await self._client.conversations_open(users=[user])
        return ChannelId(str((opened.get("channel") or {}).get("id", "")))

    async def _posted(self, key: str, channel: ChannelId, poster: Poster) -> str:
        async def send(made: list[blocks.Block]) -> str:
            text = blocks.escaped(poster.text)
            answer = await self._client.chat_postMessage(
                channel=channel, text=text, blocks=made, mrkdwn=False, **QUIETLY
            )
            return str(answer["ts"])

        try:
            return await self._in_best_layout(poster, _part(key), send)
        except (SlackApiError, aiohttp.ClientConnectorError) as error:
            if error_code(error) not in PERHAPS:
                await self._notices.undo(key)
            raise

    def _editing(self, notice: Notice, poster: Poster) -> Callable[[list[blocks.Block]], Awaitable[str]]:
        async def send(made: list[blocks.Block]) -> str:
            text = blocks.escaped(poster.text)
            await self._client.chat_update(
                channel=notice.channel, ts=notice.ts or "", text=text, blocks=made, link_names=False, parse="none"
            )
            return notice.ts or ""

        return send

    async def _in_best_layout(
        self, poster: Poster, part: str, send: Callable[[list[blocks.Block]], Awaitable[str]]
    ) -> str:
        layouts = [[made[0] | {"block_id": part}, *made[1:]] for made in poster.layouts]
        if poster.picture and (image := await self._image(poster.picture)):
            layouts = [*([made[0], image, *made[1:]] for made in layouts), *layouts]
        *better, last = layouts
        for made in better:
            try:
                return await send(made)
            except SlackApiError as error:
                if error_code(error) not in _REFUSED_BLOCKS:
                    raise
        return await send(last)

    async def _image(self, picture: Picture) -> blocks.Block | None:
        """Upload a picture to stand in a message; None where Slack does not take it."""
        png = await drawn(picture.draw)
        alt = picture.alt[:LONGEST_ALT]
        try:
            slot = await self._client.files_getUploadURLExternal(filename=picture.name, length=len(png), alt_txt=alt)
            await upload(self._client, str(slot["upload_url"]), png)
            file = str(slot["file_id"])
            await self._client.files_completeUploadExternal(files=[{"id": file, "title": picture.name}])
        except (SlackClientError, aiohttp.ClientError, OSError) as error:
            _log.warning("picture.not_uploaded", error=error_code(error))
            return None
        return {"type": "image", "slack_file": {"id": file}, "alt_text": alt}

    async def _found_again(self, notice: Notice) -> bool:
        """Look for a message that an earlier attempt may have posted."""
        cursor: str | None = None
        oldest = str(notice.begun.timestamp() - _MARGIN)
        for _page in range(_PAGES):
            answer: Any = await self._client.conversations_history(
                channel=notice.channel, oldest=oldest, cursor=cursor, limit=200
            )
            for message in answer.get("messages") or ():
                if any(block.get("block_id") == _part(notice.key) for block in message.get("blocks") or ()):
                    await self._notices.keep(notice.key, str(message["ts"]), "")
                    _log.info("notice.found_again")
                    return True
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return False
        return False


def _part(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
