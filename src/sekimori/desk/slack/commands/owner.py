"""Our own people: ``/sekimori``, the app's home, and the buttons in it."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from sekimori.desk.slack.services import Services


def listen(app: AsyncApp, services: Services) -> None:
    """Serve owners and administrators."""

    @app.command("/sekimori")
    async def typed(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.administration.command(body)

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        # Slack: the tab with the messages sends the same event.
        if event.get("tab") == "home":
            await services.administration.opened(body)

    @app.action(re.compile(r"^owner\.(?:pause|resume|narrow)\."))
    async def tapped(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.administration.tapped(body)
