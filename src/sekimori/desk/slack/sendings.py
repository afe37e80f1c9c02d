"""Posts each part of a reply once: noted before it is posted, and after a crash looked for before it is again.

Slack gives a message its name (``ts``) only after it is posted and takes none from us, so a part carries a
``block_id`` of ours, by which it is found in its thread or conversation. An ephemeral message cannot be read back by
anybody: of one that may be there already, the asker is told so, and given a button that asks anew.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.ids import ChannelId

_log = structlog.get_logger(__name__)
PERHAPS: Final = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
"""Slack: after these errors the message may have been posted all the same."""
_MOST_PAGES: Final = 20
_PAGE: Final = 200


class Sendings(Protocol):
    """Keeps which parts of which reply were about to be posted, through crashes."""

    async def begin(self, request: str, part: str) -> bool:
        """Note that a part is about to be posted; False where that was noted before."""
        ...

    async def undo(self, part: str) -> None:
        """Note that a part was certainly not posted."""
        ...

    async def note(self, part: str, text: str) -> None:
        """Keep an id that helps to find the part again."""
        ...

    async def noted(self, part: str) -> str | None:
        """Return what was kept of a part."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A conversation, a thread of it or None, and the time (``ts``) before which nothing of the reply was posted."""

    channel: ChannelId
    thread: str | None
    since: str


class CannotTell(Exception):  # noqa: N818 - a finding, not an error
    """Whether something was posted cannot be found out."""


def part_of(request: str, step: str) -> str:
    """Name a part of the reply to a request, such that it says nothing to anybody else."""
    return hashlib.sha256(f"{request}/{step}".encode()).hexdigest()[:32]


Look = Callable[[str], Awaitable[bool]]
"""Says whether a part is there. Raises CannotTell where nobody can say."""


class Once:
    """Posts parts once."""

    def __init__(self, client: AsyncWebClient, sendings: Sendings) -> None:
        self._client = client
        self._sendings = sendings

    async def post(self, request: str, step: str, send: Callable[[str], Awaitable[None]], look: Look) -> None:
        """Post one part unless it is there already; ``send`` gets the part's name.

        Raises:
            CannotTell: it may be there, and nobody can say; it was not posted again.
        """
        part = part_of(request, step)
        if request and not await self._sendings.begin(request, part) and await look(part):
            _log.info("reply.found_again", step=step)
            return
        try:
            await send(part)
        except (SlackApiError, aiohttp.ClientConnectorError) as error:
            if request and not (isinstance(error, SlackApiError) and error.response.get("error") in PERHAPS):
                await self._sendings.undo(part)
            raise

    def message(self, where: Where) -> Look:
        """Return what looks for a message of ours by the ``block_id`` it carries."""

        async def look(part: str) -> bool:
            async for message in self._messages(where):
                if any(block.get("block_id") == part for block in message.get("blocks") or ()):
                    return True
            return False

        return look

    def file(self, where: Where) -> Look:
        """Return what looks for a shared file of ours by its id, which was kept before it was shared."""

        async def look(part: str) -> bool:
            file = await self._sendings.noted(part)
            if file is None:
                return False
            async for message in self._messages(where):
                if any(each.get("id") == file for each in message.get("files") or ()):
                    return True
            return False

        return look

    async def keep(self, part: str, file: str) -> None:
        """Keep a file's id before the file is shared."""
        await self._sendings.note(part, file)

    async def _messages(self, where: Where) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        for _page in range(_MOST_PAGES):
            try:
                answer = await self._read(where, cursor)
            except SlackApiError as error:
                if error.response.get("error") == "ratelimited":
                    raise
                _log.warning("reply.not_looked_for", error=str(error.response.get("error")))
                raise CannotTell from error
            for message in answer.get("messages") or ():
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return
        raise CannotTell

    async def _read(self, where: Where, cursor: str | None) -> Any:
        if where.thread is None:
            return await self._client.conversations_history(
                channel=where.channel, oldest=where.since or None, cursor=cursor, limit=_PAGE
            )
        return await self._client.conversations_replies(
            channel=where.channel, ts=where.thread, cursor=cursor, limit=_PAGE
        )


async def nobody_can(_part: str) -> bool:
    """Look for an ephemeral message: nobody can."""
    raise CannotTell
