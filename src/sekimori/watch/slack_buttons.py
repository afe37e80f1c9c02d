"""The buttons under an alert: our own people say what it is."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.clock import Clock
from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.standing import Standing
from sekimori.watch.judgement import OBJECTIONS, Judges, NotJudged, Objection
from sekimori.watch.slack_message import ACTION
from sekimori.watch.slack_modal import CALLBACK, judgement_of, modal_of

Confirm = Callable[[Mapping[str, Any]], Awaitable[str | None]]
"""Returns the user who acted, where Slack confirms that they may judge alerts; None otherwise."""

_NOT_ALLOWED: Final = {
    Language.JA: "このアラートを判断できるのは、自社のワークスペースの担当者だけです。",
    Language.EN: "Only people of our own workspace may judge this alert.",
}
_NOT_RECORDED: Final = {
    Language.JA: "記録できなかったため、この判断は反映されていません。少し待ってからもう一度お試しください。",
    Language.EN: "This could not be recorded, so it does not count. Please try again in a moment.",
}


class AlertButtons:
    """Listens to the buttons and their modal, on whichever app Slack's requests arrive at."""

    def __init__(
        self,
        *,
        judges: Judges,
        confirm: Confirm,
        client: AsyncWebClient,
        language: Language,
        zone: tzinfo,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._judges = judges
        self._confirm = confirm
        self._client = client
        self._language = language
        self._zone = zone
        self._clock = clock
        self._wake = wake
        self._log = structlog.get_logger("sekimori.watch")

    def listen(self, app: AsyncApp, services: object = None) -> None:  # noqa: ARG002 - what the desk's commands get
        """Serve the buttons."""

        @app.action(re.compile(f"^{re.escape(ACTION)}"))
        async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            await self.pressed(body)

        @app.view(CALLBACK)
        async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            await self.submitted(body)

    async def pressed(self, body: Mapping[str, Any]) -> None:
        """Open the modal in which somebody says why."""
        action, channel = body["actions"][0], str((body.get("channel") or {}).get("id") or "")
        standing = str(action.get("action_id") or "").removeprefix(ACTION)
        if standing not in set(Standing):
            return
        if await self._confirm(body) is None:
            await self._tell(body, channel, _NOT_ALLOWED[self._language])
            return
        bundle = await self._judges.find(str(action.get("value") or ""))
        if bundle is None:
            await self._tell(body, channel, OBJECTIONS[self._language][Objection.UNKNOWN_ALERT])
            return
        today = self._clock().astimezone(self._zone).date()
        view = modal_of(bundle, Standing(standing), language=self._language, channel=channel, today=today)
        try:
            await self._client.views_open(trigger_id=str(body.get("trigger_id") or ""), view=view)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            self._log.warning("judgement.not_opened", error=_named(error))

    async def submitted(self, body: Mapping[str, Any]) -> None:
        """Take a judgement; the message says so when its sink is next given it."""
        user = await self._confirm(body)
        read = judgement_of(body.get("view") or {}, who=f"slack:{user}", zone=self._zone)
        if read is None:
            return
        judgement, channel = read
        if user is None:
            await self._tell(body, channel, _NOT_ALLOWED[self._language])
            return
        try:
            outcome = await self._judges.judge(judgement)
        except SekimoriError as error:
            self._log.error("judgement.not_recorded", code=error.code)
            await self._tell(body, channel, _NOT_RECORDED[self._language])
            return
        if isinstance(outcome, NotJudged):
            await self._tell(body, channel, OBJECTIONS[self._language][outcome.objection])
            return
        self._log.info("alert.judged", standing=judgement.standing.value, rule=outcome.bundle.lead.rule)
        self._wake()

    async def _tell(self, body: Mapping[str, Any], channel: str, text: str) -> None:
        user = str((body.get("user") or {}).get("id") or "")
        try:
            await self._client.chat_postEphemeral(channel=channel, user=user, text=text)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            self._log.warning("judgement.not_answered", error=_named(error))


def _named(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or type(error).__name__)
    return type(error).__name__
