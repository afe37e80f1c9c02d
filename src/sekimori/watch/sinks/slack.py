"""Alerts in a channel of the own workspace's security people."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.ids import ChannelId
from sekimori.watch.alert import Alert
from sekimori.watch.delivery import DeliveryFailed
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level

KIND: Final = "slack"
_MARKS: Final[Mapping[Level, str]] = {
    Level.INFORMATIONAL: "⚪",
    Level.LOW: "🔵",
    Level.MEDIUM: "🟡",
    Level.HIGH: "🔴",
    Level.CRITICAL: "🚨",
}
_FIRST: Final[Mapping[Language, str]] = {Language.JA: "まず確かめること", Language.EN: "What to ask first"}
_HEADER_LIMIT: Final = 150
_SECTION_LIMIT: Final = 3000


class SlackSink:
    """Posts each alert as one message."""

    def __init__(self, client: AsyncWebClient, channel: ChannelId, language: Language) -> None:
        self._client = client
        self._channel = channel
        self._language = language

    async def deliver(self, alert: Alert) -> None:
        """Post one alert.

        Raises:
            DeliveryFailed: Slack did not take it, or could not be reached.
        """
        try:
            await self._client.chat_postMessage(
                channel=self._channel,
                text=f"{_MARKS[alert.level]} {alert.title}: {_escaped(alert.summary)}"[:_SECTION_LIMIT],
                blocks=list(blocks_of(alert, self._language)),
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": "sekimori_alert", "event_payload": {"fingerprint": alert.fingerprint}},
            )
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DeliveryFailed(KIND, type(error).__name__) from error


def blocks_of(alert: Alert, language: Language) -> Iterator[dict[str, Any]]:
    """Yield the message's blocks. Everything from a log is plain text: it can mention nobody and link nowhere."""
    yield {"type": "header", "text": _plain(f"{_MARKS[alert.level]} {alert.title}", _HEADER_LIMIT)}
    yield {"type": "section", "text": _plain(alert.summary, _SECTION_LIMIT)}
    if alert.questions:
        asked = "\n".join(f"• {question}" for question in alert.questions)
        yield {"type": "section", "text": _plain(f"{_FIRST[language]}\n{asked}", _SECTION_LIMIT)}
    facts = [alert.level.value, *alert.techniques, alert.rule, *alert.also, alert.place or ""]
    yield {"type": "context", "elements": [_plain(" · ".join(fact for fact in facts if fact), _SECTION_LIMIT)]}


def _plain(text: str, limit: int) -> dict[str, Any]:
    text = text or "—"  # Slack: an empty text makes it refuse the whole message
    return {"type": "plain_text", "text": text if len(text) <= limit else text[: limit - 1] + "…", "emoji": False}


def _escaped(text: str) -> str:
    # Slack: the fallback text is mrkdwn; these three characters are what it asks to escape.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
