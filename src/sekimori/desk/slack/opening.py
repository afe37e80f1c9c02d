"""Opens an empty modal for whoever pressed a button, or says why there is none."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.desk.domain.asker import Actor, Unconfirmed
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack import views
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.form_wording import FORM_WORDINGS
from sekimori.desk.slack.gate import request_of
from sekimori.desk.slack.interaction import Press
from sekimori.desk.slack.replies import LATER, Replies, Spot, error_code

_log = structlog.get_logger(__name__)


class Opening:
    """Opens modals.

    Slack: a trigger lives for three seconds, so the empty modal comes first and the looking up after it.
    """

    def __init__(self, *, client: AsyncWebClient, actors: Actors, replies: Replies, language: Language) -> None:
        self._client = client
        self._actors = actors
        self._replies = replies
        self._language = language

    async def open(self, payload: Mapping[str, Any], press: Press) -> tuple[str, Actor | Unconfirmed] | None:
        """Return the modal's id and who pressed; None where Slack opens none, which they are told.

        Raises:
            SlackApiError, aiohttp.ClientError, TimeoutError: Slack could not be reached, or wants us to wait.
        """
        asking = asyncio.ensure_future(self._actors.of(payload))
        try:
            opened = await self._client.views_open(trigger_id=press.trigger, view=views.waiting(self._language))
        except SlackApiError as error:
            if error_code(error) in LATER:
                asking.cancel()
                raise
            _log.warning("modal.not_opened", error=error_code(error))
            await self._say_so(payload, press, await asking)
            return None
        except BaseException:
            asking.cancel()
            raise
        return str((opened.get("view") or {}).get("id", "")), await asking

    async def _say_so(self, payload: Mapping[str, Any], press: Press, actor: Actor | Unconfirmed) -> None:
        if press.place is None or actor.user is None:
            return
        spot = Spot(
            place=press.place,
            user=actor.user,
            thread=press.thread or "",
            in_thread=press.in_thread,
            request=request_of(payload),
        )
        await self._replies.say(FORM_WORDINGS[self._language].not_opened, spot)
