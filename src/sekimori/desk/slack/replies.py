"""Puts an answer where the partner wants it: a thread, a direct conversation, or an ephemeral message."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.ids import ChannelId, UserId
from sekimori.desk.domain.asker import Place, Setting
from sekimori.desk.domain.policy import Surface
from sekimori.desk.slack import blocks
from sekimori.desk.slack.inbox import TryLater
from sekimori.desk.slack.picture import draw_page
from sekimori.desk.slack.week import Page

_log = structlog.get_logger(__name__)

QUIETLY: Final[Mapping[str, Any]] = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
"""Slack: nothing we post is to be expanded, and no name in it made into a mention."""

LONGEST_ALT: Final = 2000

_Post = Callable[[str, list[blocks.Block]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a question was asked, and by whom; ``thread`` is the message an answer belongs under."""

    place: Place
    user: UserId
    thread: str
    in_thread: bool = False


class Replies:
    """Posts to Slack on the desk's behalf.

    Raises from every method:
        TryLater: Slack could not be reached or wants us to wait; nothing was posted.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def say(self, text: str, spot: Spot, foot: Sequence[blocks.Block] = ()) -> None:
        """Say a sentence to the asker alone; ``foot`` is what stands under it, such as buttons."""
        with delivering():
            await self._to_asker(spot, text, [*blocks.say(text), *foot])

    async def show(
        self, pages: Sequence[Page], surface: Surface, spot: Spot, foot: Sequence[blocks.Block] = ()
    ) -> None:
        """Show an answer on a surface; a picture goes only where messages are kept anyway."""
        with delivering():
            if spot.place.setting is Setting.DIRECT:
                await self._kept(spot.place.channel, None, pages, foot)
            elif surface is Surface.THREAD:
                await self._kept(spot.place.channel, spot.thread, pages, foot)
            elif surface is Surface.DIRECT:
                await self._kept(await self._conversation(spot.user), None, pages, foot)
            else:
                await self._passing(spot, pages, foot)

    async def _passing(self, spot: Spot, pages: Sequence[Page], foot: Sequence[blocks.Block]) -> None:
        for page, under in _footed(pages, foot):
            await _page(page, under, lambda text, made: self._to_asker(spot, text, made))

    async def _kept(
        self, channel: ChannelId, thread: str | None, pages: Sequence[Page], foot: Sequence[blocks.Block]
    ) -> None:
        for page, under in _footed(pages, foot):
            await _page(page, under, lambda text, made: self._post(channel, thread, text, made))
        for page in pages:
            if not page.empty:
                await self._picture(channel, thread, page)

    async def _to_asker(self, spot: Spot, text: str, made: list[blocks.Block]) -> None:
        if spot.place.setting is Setting.DIRECT:
            await self._post(spot.place.channel, None, text, made)
            return
        await self._client.chat_postEphemeral(
            channel=spot.place.channel,
            user=spot.user,
            thread_ts=spot.thread if spot.in_thread else None,
            text=blocks.escaped(text),
            blocks=made,
            link_names=False,
            parse="none",
        )

    async def _post(self, channel: ChannelId, thread: str | None, text: str, made: list[blocks.Block]) -> None:
        await self._client.chat_postMessage(
            channel=channel, thread_ts=thread, text=blocks.escaped(text), blocks=made, mrkdwn=False, **QUIETLY
        )

    async def _picture(self, channel: ChannelId, thread: str | None, page: Page) -> None:
        png = await asyncio.to_thread(draw_page, page)
        try:
            await self._client.files_upload_v2(
                file=png,
                filename=f"week-{page.days[0].date.isoformat()}.png",
                title=page.title,
                alt_txt=blocks.words(page)[:LONGEST_ALT],
                channel=channel,
                thread_ts=thread,
            )
        except (SlackClientError, aiohttp.ClientError, OSError) as error:
            # The answer itself is already there, as blocks; a partner may forbid uploads.
            _log.warning("picture.not_uploaded", error=error_code(error))

    async def _conversation(self, user: UserId) -> ChannelId:
        opened = await self._client.conversations_open(users=[user])
        return ChannelId(str((opened.get("channel") or {}).get("id", "")))


def _footed(pages: Sequence[Page], foot: Sequence[blocks.Block]) -> list[tuple[Page, Sequence[blocks.Block]]]:
    """Give the last page what stands under the answer."""
    return [(page, foot if page is pages[-1] else ()) for page in pages]


async def _page(page: Page, under: Sequence[blocks.Block], post: _Post) -> None:
    """Post a page as a table, or as a list where Slack does not take tables."""
    try:
        await post(blocks.words(page), [*blocks.table_page(page), *under])
    except SlackApiError as error:
        if error_code(error) not in {"invalid_blocks", "invalid_blocks_format", "invalid_attachments"}:
            raise
        await post(blocks.words(page), [*blocks.list_page(page), *under])


class delivering:  # noqa: N801 - used as a statement
    """Sorts what can go wrong with Slack into 'later' and 'not at all'; the latter is logged by its code."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, aiohttp.ClientConnectorError) or error_code(error) == "ratelimited":
            raise TryLater from error
        if isinstance(error, (SlackClientError, aiohttp.ClientError, TimeoutError)):
            _log.error("reply.not_posted", error=error_code(error))
            return True
        return False


def error_code(error: BaseException | None) -> str:
    """Return Slack's own code of an error, or the kind of error where Slack did not answer."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", "unknown"))
    return type(error).__name__
