"""The addresses that come with a click: five answers within thirty minutes, without a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.core.ids import UserId
from sekimori.sim import world
from sekimori.sim.slack.block_limits import MESSAGE_BLOCKS
from sekimori.sim.slack.methods.chat import checked_blocks
from sekimori.sim.slack.store import Message
from sekimori.sim.slack.web_api import Context, SlackError

USES: Final = 5
LIFETIME: Final = timedelta(minutes=30)


@dataclass(slots=True, kw_only=True)
class _Open:
    message: Message
    user: UserId
    since: datetime
    left: int = USES


class ResponseUrls:
    """Hands out addresses and takes what is posted to them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._open: dict[str, _Open] = {}

    def new(self, message: Message, user: UserId) -> str:
        """Return a fresh address for a click of ``user`` on ``message``, or for a command typed like one."""
        key = self._context.store.ids.slack("R")
        self._open[key] = _Open(message=message, user=user, since=self._context.clock())
        return f"{self._context.base_url}/actions/{key}"

    def routes(self) -> list[Route]:
        """Return the route behind the addresses."""
        return [Route("/actions/{key}", self._handle, methods=["POST"])]

    async def _handle(self, request: Request) -> Response:
        opened = self._open.get(request.path_params["key"])
        if opened is None or not opened.left or self._context.clock() - opened.since > LIFETIME:
            return JSONResponse({"ok": False, "error": "expired_url"}, status_code=404)
        opened.left -= 1
        try:
            self._answer(opened, await request.json())
        except SlackError as error:
            return JSONResponse(error.body)
        return JSONResponse({"ok": True})

    def _answer(self, opened: _Open, body: dict[str, Any]) -> None:
        store = self._context.store
        if body.get("delete_original"):
            if opened.message in store.messages:  # a command that was typed leaves none
                store.messages.remove(opened.message)
                store.broadcast.tell("message")
            return
        blocks = checked_blocks(self._context, body.get("blocks") or [], most=MESSAGE_BLOCKS)
        text = str(body.get("text") or "")
        if body.get("replace_original"):
            opened.message.text, opened.message.blocks, opened.message.edited = text, blocks, True
            store.broadcast.tell("message")
            return
        in_channel = body.get("response_type") == "in_channel"
        store.add(
            Message(
                ts=store.ids.stamp(int(self._context.clock().timestamp())),
                channel=opened.message.channel,
                user=world.BOT_USER,
                text=text,
                blocks=blocks,
                visible_to=None if in_channel else opened.user,
            )
        )
