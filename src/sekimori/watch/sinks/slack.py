"""Alerts in a channel of the own workspace's security people."""

from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.ids import ChannelId
from sekimori.manifest.tables.sinks import WatchSink
from sekimori.watch.bundle import Bundle
from sekimori.watch.delivery import AlertRefused, DeliveryFailed
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.sinking import Surroundings
from sekimori.watch.slack_message import blocks_of, fallback_of, raised_text

KIND: Final = "slack"
_OURS_TO_MEND: Final = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "metadata_too_large",
}
"""Slack's words for a message that it will not take, whenever it is offered."""
_GONE: Final = {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"}
"""Slack's words for a message that cannot be edited any more."""


class SlackSink:
    """Shows each alert as one message, which is edited when there is more to say.

    Slack tells nobody of an edit: where a part of the alert matters more than what was told, a reply says so.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        channel: ChannelId,
        language: Language,
        *,
        name: str = KIND,
        level: Level = Level.INFORMATIONAL,
        buttons: bool = True,
    ) -> None:
        self.name = name
        self.level = level
        self._client = client
        self._channel = channel
        self._language = language
        self._buttons = buttons

    async def deliver(self, bundle: Bundle, reference: str | None) -> str | None:
        """Post one alert, or edit it. The reference is ``channel/ts/level``.

        Raises:
            DeliveryFailed: Slack does not take messages now, or could not be reached.
            AlertRefused: Slack does not take this one.
        """
        try:
            shown = _read(reference)
            if shown is None:
                return await self._post(bundle)
            return await self._edit(bundle, *shown)
        except SlackApiError as error:
            reason = str(error.response.get("error") or type(error).__name__)
            raise (AlertRefused if reason in _OURS_TO_MEND else DeliveryFailed)(self.name, reason) from error
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DeliveryFailed(self.name, type(error).__name__) from error

    async def close(self) -> None:
        """Leave the client to whoever made it."""

    async def _post(self, bundle: Bundle) -> str:
        answer = await self._client.chat_postMessage(
            channel=self._channel,
            **self._content(bundle),
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": "sekimori_alert", "event_payload": {"fingerprint": bundle.id}},
        )
        return f"{answer['channel']}/{answer['ts']}/{bundle.level.value}"

    async def _edit(self, bundle: Bundle, channel: str, ts: str, told: Level) -> str:
        try:
            await self._client.chat_update(channel=channel, ts=ts, **self._content(bundle))
        except SlackApiError as error:
            if error.response.get("error") in _GONE:
                return await self._post(bundle)
            raise
        if bundle.level.rank > told.rank:
            await self._client.chat_postMessage(
                channel=channel,
                thread_ts=ts,
                reply_broadcast=True,
                text=raised_text(bundle, self._language),
                unfurl_links=False,
            )
        return f"{channel}/{ts}/{bundle.level.value}"

    def _content(self, bundle: Bundle) -> dict[str, Any]:
        return {"text": fallback_of(bundle), "blocks": list(blocks_of(bundle, self._language, buttons=self._buttons))}


def _read(reference: str | None) -> tuple[str, str, Level] | None:
    parts = (reference or "").split("/")
    if len(parts) != 3 or parts[2] not in set(Level):
        return None
    return parts[0], parts[1], Level(parts[2])


def open_sink(declared: WatchSink, around: Surroundings) -> SlackSink:
    """Open a further channel of our own workspace."""
    return SlackSink(
        around.slack(),
        ChannelId(str(declared.channel)),
        around.language,
        name=declared.called,
        level=Level(declared.level.value),
        buttons=around.buttons,
    )
