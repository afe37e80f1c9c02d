"""The 予定 modal: its button, its form, and the buttons inside it."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from sekimori.desk.slack.buttons import OPEN
from sekimori.desk.slack.services import Services
from sekimori.desk.slack.views import AGAIN, CALLBACK, CHOOSE, TURN


def listen(app: AsyncApp, services: Services) -> None:
    """Open the modal and work it off."""

    @app.action(OPEN)
    async def opened(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.schedule.open(body)

    @app.view(CALLBACK)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.schedule.submit(body)

    @app.action(re.compile(rf"^(?:{re.escape(TURN)}\.[0-9-]+|{re.escape(AGAIN)})$"))
    async def turned(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.schedule.turn(body)

    @app.action(CHOOSE)
    async def chosen_anew(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.schedule.choose(body)
