"""衝突を調べる: a button under a week in the modal, and the form for times that are typed or pasted."""

from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.collision_views import CALLBACK, LOOK, PASTE
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS
from sekimori.desk.slack.services import Services

MODAL_BUTTONS: Final[Mapping[str, Mapping[Language, str]]] = {
    LOOK: {language: words.look for language, words in OVERLAY_WORDINGS.items()}
}


def listen(app: AsyncApp, services: Services) -> None:
    """Look for collisions, ask for times, compare them."""

    @app.action(LOOK)
    async def looked_for(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.collisions.look(body)

    @app.action(PASTE)
    async def asked_for(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.collisions.paste(body)

    @app.view(CALLBACK)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await services.collisions.compare(body)
