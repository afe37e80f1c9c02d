"""Puts an answer where the partner wants it: a thread, a direct conversation, or an ephemeral message."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final, Self

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.ids import ChannelId, UserId
from sekimori.desk.domain.asker import Place, Setting
from sekimori.desk.domain.policy import Language, Surface
from sekimori.desk.slack import blocks, sheets
from sekimori.desk.slack.client import upload
from sekimori.desk.slack.drawing import drawn
from sekimori.desk.slack.form_wording import FORM_WORDINGS
from sekimori.desk.slack.inbox import TryLater
from sekimori.desk.slack.places import step_aside
from sekimori.desk.slack.sendings import PERHAPS, CannotTell, Once, Sendings, Where, nobody_can
from sekimori.desk.slack.sheets import Sheet

_log = structlog.get_logger(__name__)

QUIETLY: Final[Mapping[str, Any]] = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
"""Slack: nothing we post is to be expanded, and no name in it made into a mention."""

LONGEST_ALT: Final = 2000

LATER: Final = {"ratelimited", *PERHAPS}
"""Slack: with these errors it wants to be asked again."""

_Post = Callable[[str, list[blocks.Block]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a question was asked, and by whom.

    Attributes:
        thread: the message an answer belongs under; nothing of the answer is older than it.
        request: the key under which the inbox keeps the question; empty where it keeps none.
    """

    place: Place
    user: UserId
    thread: str
    in_thread: bool = False
    request: str = ""


class Delivery(StrEnum):
    """Whether Slack took what was posted."""

    TAKEN = "taken"
    REFUSED = "refused"


class Replies:
    """Posts to Slack on the desk's behalf: each reply once, through crashes.

    Raises from every method:
        TryLater: Slack could not be reached or wants us to wait; what was posted already is not posted again.
    """

    def __init__(self, client: AsyncWebClient, sendings: Sendings, language: Language) -> None:
        self._client = client
        self._once = Once(client, sendings)
        self._language = language

    async def say(self, text: str, spot: Spot, foot: Sequence[blocks.Block] = ()) -> Delivery:
        """Say a sentence to the asker alone; ``foot`` is what stands under it, such as buttons."""
        with delivering() as delivery:
            async with self._told(spot, foot):
                await self._to_asker(spot, "say", text, [*blocks.say(text), *foot])
        return delivery.result

    async def show(
        self, pages: Sequence[Sheet], surface: Surface, spot: Spot, foot: Sequence[blocks.Block] = ()
    ) -> Delivery:
        """Show an answer on a surface; a picture goes only where messages are kept anyway."""
        with delivering() as delivery:
            async with self._told(spot, foot):
                if spot.place.setting is Setting.DIRECT:
                    await self._kept(spot, _direct(spot, spot.place.channel), pages, foot)
                elif surface is Surface.THREAD:
                    where = Where(channel=spot.place.channel, thread=spot.thread, since=spot.thread)
                    await self._kept(spot, where, pages, foot)
                elif surface is Surface.DIRECT:
                    await self._kept(spot, _direct(spot, await self._conversation(spot.user)), pages, foot)
                else:
                    await self._passing(spot, pages, foot)
        return delivery.result

    @contextlib.asynccontextmanager
    async def _told(self, spot: Spot, foot: Sequence[blocks.Block]) -> AsyncIterator[None]:
        """Where an answer may be there or not, and nobody can say, tell the asker so: once, and nothing else."""
        try:
            yield
        except CannotTell:
            text = FORM_WORDINGS[self._language].lost

            async def send(_part: str) -> None:
                await self._ephemeral(spot, text, [*blocks.say(text), *foot])

            with contextlib.suppress(CannotTell):
                await self._once.post(spot.request, "lost", send, nobody_can)

    async def _passing(self, spot: Spot, pages: Sequence[Sheet], foot: Sequence[blocks.Block]) -> None:
        for number, (page, under) in enumerate(_footed(pages, foot)):
            await _page(page, under, partial(self._to_asker, spot, f"page.{number}"))

    async def _kept(self, spot: Spot, where: Where, pages: Sequence[Sheet], foot: Sequence[blocks.Block]) -> None:
        for number, (page, under) in enumerate(_footed(pages, foot)):
            await _page(page, under, partial(self._post, spot, where, f"page.{number}"))
        await step_aside()
        for number, page in enumerate(pages):
            if not page.empty:
                await self._picture(spot, where, f"picture.{number}", page)

    async def _to_asker(self, spot: Spot, step: str, text: str, made: list[blocks.Block]) -> None:
        if spot.place.setting is Setting.DIRECT:
            await self._post(spot, _direct(spot, spot.place.channel), step, text, made)
            return

        async def send(_part: str) -> None:
            await self._ephemeral(spot, text, made)

        await self._once.post(spot.request, step, send, nobody_can)

    async def _ephemeral(self, spot: Spot, text: str, made: list[blocks.Block]) -> None:
        await self._client.chat_postEphemeral(
            channel=spot.place.channel,
            user=spot.user,
            thread_ts=spot.thread if spot.in_thread else None,
            text=blocks.escaped(text),
            blocks=made,
            link_names=False,
            parse="none",
        )

    async def _post(self, spot: Spot, where: Where, step: str, text: str, made: list[blocks.Block]) -> None:
        async def send(part: str) -> None:
            await self._client.chat_postMessage(
                channel=where.channel,
                thread_ts=where.thread,
                text=blocks.escaped(text),
                blocks=[made[0] | {"block_id": part}, *made[1:]],
                mrkdwn=False,
                **QUIETLY,
            )

        await self._once.post(spot.request, step, send, self._once.message(where))

    async def _picture(self, spot: Spot, where: Where, step: str, page: Sheet) -> None:
        async def send(part: str) -> None:
            await self._share(where, page, part)

        try:
            await self._once.post(spot.request, step, send, self._once.file(where))
        except CannotTell:
            _log.warning("picture.not_repeated")  # the answer itself is there, as blocks
        except (SlackClientError, aiohttp.ClientError, OSError) as error:
            # The answer itself is already there, as blocks; a partner may forbid uploads.
            _log.warning("picture.not_uploaded", error=error_code(error))

    async def _share(self, where: Where, page: Sheet, part: str) -> None:
        png = await drawn(partial(sheets.draw, page))
        slot = await self._client.files_getUploadURLExternal(
            filename=f"week-{page.days[0].date.isoformat()}.png",
            length=len(png),
            alt_txt=sheets.words(page)[:LONGEST_ALT],
        )
        await upload(self._client, str(slot["upload_url"]), png)
        file = str(slot["file_id"])
        await self._once.keep(part, file)
        await self._client.files_completeUploadExternal(
            files=[{"id": file, "title": page.title}], channel_id=where.channel, thread_ts=where.thread
        )

    async def _conversation(self, user: UserId) -> ChannelId:
        opened = await self._client.conversations_open(users=[user])
        return ChannelId(str((opened.get("channel") or {}).get("id", "")))


def _direct(spot: Spot, channel: ChannelId) -> Where:
    return Where(channel=channel, thread=None, since=spot.thread)


def _footed(pages: Sequence[Sheet], foot: Sequence[blocks.Block]) -> list[tuple[Sheet, Sequence[blocks.Block]]]:
    """Give the last page what stands under the answer."""
    return [(page, foot if page is pages[-1] else ()) for page in pages]


async def _page(page: Sheet, under: Sequence[blocks.Block], post: _Post) -> None:
    """Post a page in the best layout that Slack takes."""
    *better, last = sheets.layouts(page)
    for laid_out in better:
        try:
            await post(sheets.words(page), [*laid_out(), *under])
        except SlackApiError as error:
            if error_code(error) not in {"invalid_blocks", "invalid_blocks_format", "invalid_attachments"}:
                raise
        else:
            return
    await post(sheets.words(page), [*last(), *under])


class delivering:  # noqa: N801 - used as a statement
    """Sorts what can go wrong with Slack into 'later' and 'not at all'; the latter is logged by its code."""

    result = Delivery.TAKEN

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, (aiohttp.ClientError, TimeoutError)) or error_code(error) in LATER:
            raise TryLater from error
        if isinstance(error, SlackClientError):
            _log.error("reply.not_posted", error=error_code(error))
            self.result = Delivery.REFUSED
            return True
        return False


def error_code(error: BaseException | None) -> str:
    """Return Slack's own code of an error, or the kind of error where Slack did not answer."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", "unknown"))
    return type(error).__name__
