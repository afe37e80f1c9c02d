"""A question: a mention of the desk in a channel, a direct message to it, or a tap on what may have been meant."""

import re
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from sekimori.desk.slack.buttons import CANDIDATE
from sekimori.desk.slack.services import Services

_TYPED: Final = {None, "file_share", "thread_broadcast"}
"""Slack: what somebody typed, alone, with a file, or in a thread and in the conversation as well."""


def listen(app: AsyncApp, services: Services) -> None:
    """Answer mentions, what is typed in a direct conversation, and tapped alternatives."""

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        await services.questions.take(body)

    @app.event("message")
    async def written(body: dict[str, Any], event: dict[str, Any]) -> None:
        # Slack: an edit, a deletion or a join is a message with a subtype; in channels only a mention is a question.
        if event.get("channel_type") == "im" and event.get("subtype") in _TYPED:
            await services.questions.take(body)

    @app.action(re.compile(rf"^{re.escape(CANDIDATE)}\.\d+$"))
    async def tapped(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.questions.tap(body)
